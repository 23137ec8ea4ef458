//! Scenes become screens: the text of a few, and that no size and no key ever panics.

#[path = "../examples/picture/stage.rs"]
mod stage;

use std::sync::Arc;

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::style::Color;
use stage::Stage;
use stillpoint::app::{Gesture, Key, Mouse};
use stillpoint::protocol::{Notice, Raw, SourceState};
use stillpoint::rhythm::Flag;
use stillpoint::ui::{Glyphs, Theme};
use stillpoint::wire::{Event, Wire};

const WIDE: (u16, u16) = (120, 36);
const NARROW: (u16, u16) = (80, 24);

/// The screen as text, without the blanks at the ends of its lines.
fn text(buffer: &Buffer) -> String {
    let row = |y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..buffer.area.height).map(|y| row(y) + "\n").collect()
}

fn screen(mut stage: Stage, size: (u16, u16)) -> String {
    text(&stage.screen(size, Theme::DARK))
}

#[test]
fn live_in_a_wide_window() {
    insta::assert_snapshot!(screen(Stage::live(), WIDE));
}

#[test]
fn live_in_the_smallest_usual_window() {
    insta::assert_snapshot!(screen(Stage::live(), NARROW));
}

#[test]
fn live_in_plain_characters() {
    let plain = Theme { glyphs: Glyphs::Ascii, ..Theme::MONO };
    let shown = text(&Stage::live().screen(NARROW, plain));
    assert!(shown.is_ascii(), "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn replay_in_the_smallest_usual_window() {
    insta::assert_snapshot!(screen(Stage::replay(), NARROW));
}

#[test]
fn after_a_gap_with_the_port_gone() {
    insta::assert_snapshot!(screen(Stage::gap(), WIDE));
}

#[test]
fn a_still_point_is_hatched_under_the_trace_and_in_the_trend_and_said_with_its_length() {
    insta::assert_snapshot!(screen(Stage::still(), WIDE));
    let narrow = screen(Stage::still(), NARROW);
    assert_eq!(narrow.matches("░ still point? 27 s ░").count(), 1, "{narrow}");
    assert_eq!(narrow.matches("░ still point? 26 s ░").count(), 1, "{narrow}");
    let plain = text(&Stage::still().screen(NARROW, Theme { glyphs: Glyphs::Ascii, ..Theme::MONO }));
    assert!(plain.is_ascii() && plain.contains(": still point? 27 s :"), "{plain}");
}

#[test]
fn a_picture_that_stands_says_so_in_the_first_line_of_every_view_and_with_which_key_it_goes_on() {
    let first = |keys: &[Key], size| screen(Stage::live().keys(keys), size).lines().next().unwrap_or_default().to_owned();
    for size in [WIDE, NARROW, (40, 12)] {
        // Held, looked back, gone to the start; and so in the distance view.
        for keys in [&[Key::Char('f')][..], &[Key::ShiftLeft], &[Key::Home], &[Key::Char('f'), Key::Char('v')]] {
            assert!(first(keys, size).contains("● REC 12:04   frozen · f now"), "{size:?}: {}", first(keys, size));
        }
        for keys in [&[][..], &[Key::Char('f'), Key::Char('f')], &[Key::ShiftLeft, Key::End]] {
            assert!(!first(keys, size).contains("frozen"), "{size:?}: {}", first(keys, size));
        }
    }
    assert!(first(&[Key::Char('f')], (30, 8)).contains("frozen"));
    let replay = screen(Stage::replay().keys(&[Key::ShiftLeft]), NARROW);
    assert!(!replay.contains("frozen"), "{replay}");
}

#[test]
fn in_plain_characters_arrows_are_words_and_the_evidence_stands_apart_from_the_interval() {
    let plain = Theme { glyphs: Glyphs::Ascii, ..Theme::MONO };
    let shown = text(&Stage::replay().keys(&[Key::Char('e')]).screen(NARROW, plain));
    assert!(shown.contains("up down choose . left right change"), "{shown}");
    let mut stage = Stage::live();
    if let Some(figure) = stage.snapshot.latest[0][1].as_mut().and_then(|estimate| estimate.figure.as_mut()) {
        (figure.rate.low, figure.rate.high, figure.p) = (figure.rate.value - 0.02, figure.rate.value + 0.02, 1e-5);
    }
    let shown = text(&stage.screen(NARROW, plain));
    assert!(shown.contains("+- 0.02 clear"), "{shown}");
}

#[test]
fn a_note_that_has_no_room_is_not_cut_but_said_to_be_there() {
    let mut stage = Stage::live();
    if let Some(estimate) = stage.snapshot.latest[0][1].as_mut() {
        estimate.flags.insert(Flag::SharedWithBreath);
        estimate.flags.insert(Flag::NearBreathHarmonic);
    }
    for size in [WIDE, NARROW] {
        let shown = text(&stage.screen(size, Theme::MONO));
        let line = shown.lines().find(|line| line.contains("near a multiple of the breath")).unwrap_or_default();
        assert!(line.trim_end().ends_with("near a multiple of the breath …"), "{shown}");
    }
}

#[test]
fn words_over_a_trace_have_nothing_of_its_colour() {
    let shown = Stage::still().screen((80, 24), Theme::DARK);
    let coloured = |y: u16, x: u16| shown[(x, y)].symbol().chars().all(char::is_alphabetic) && shown[(x, y)].fg != Color::Reset;
    let rows: Vec<u16> =
        (0..24).filter(|y| (0..80).map(|x| shown[(x, *y)].symbol()).collect::<String>().contains("still point?")).collect();
    assert!(!rows.is_empty());
    for (y, x) in rows.into_iter().flat_map(|y| (9..80).map(move |x| (y, x))) {
        assert!(!coloured(y, x), "{x}, {y}: {}", shown[(x, y)].symbol());
    }
}

#[test]
fn nothing_rhythmic_is_dashes_and_words() {
    let shown = screen(Stage::no_rhythm(), NARROW);
    let figures: Vec<&str> = shown.lines().filter(|line| line.contains('–')).collect();
    assert_eq!(figures.len(), 4, "{shown}");
    assert!(!shown.contains("/min"), "{shown}");
    assert!(shown.contains("faint") && shown.contains("none"), "{shown}");
}

#[test]
fn help_is_made_of_the_key_table() {
    insta::assert_snapshot!(screen(Stage::live().keys(&[Key::F(1)]), NARROW));
}

#[test]
fn the_distance_view_shows_one_rate_as_large_as_it_goes() {
    insta::assert_snapshot!(screen(Stage::live(), (40, 12)));
}

#[test]
fn from_afar_a_rate_that_is_a_guess_says_so_in_the_line_above_it() {
    let mut stage = Stage::live().keys(&[Key::Char('v')]);
    if let Some(estimate) = stage.snapshot.latest[0][1].as_mut() {
        estimate.flags.insert(Flag::BreathOrCranial);
    }
    for size in [WIDE, NARROW, (40, 12)] {
        let shown = text(&stage.screen(size, Theme::MONO));
        let said = shown.lines().find(|line| line.contains("cranial")).unwrap_or_default();
        assert!(said.ends_with("a guess"), "{shown}");
    }
}

#[test]
fn the_spectrum_has_the_threshold_that_the_figures_were_held_to() {
    insta::assert_snapshot!(screen(Stage::live().keys(&[Key::Char('v'), Key::Char('v')]), WIDE));
}

#[test]
fn the_spectrum_of_one_rhythm_in_the_smallest_usual_window() {
    insta::assert_snapshot!(screen(Stage::live().keys(&[Key::Char('v'), Key::Char('v'), Key::Down, Key::Down]), NARROW));
}

/// Full, distance, spectrum, symmetry.
const TO_SYMMETRY: [Key; 3] = [Key::Char('v'), Key::Char('v'), Key::Char('v')];

#[test]
fn left_against_right_is_a_picture_figures_and_a_sentence() {
    insta::assert_snapshot!(screen(Stage::live().keys(&TO_SYMMETRY), WIDE));
}

#[test]
fn left_against_right_in_the_smallest_usual_window_and_in_plain_characters() {
    let plain = Theme { glyphs: Glyphs::Ascii, ..Theme::MONO };
    let shown = text(&Stage::live().keys(&TO_SYMMETRY).screen(NARROW, plain));
    assert!(shown.is_ascii(), "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn where_there_is_no_left_against_right_the_view_says_why() {
    let mut stage = Stage::no_rhythm().keys(&TO_SYMMETRY);
    stage.snapshot.symmetry = None;
    assert!(screen(stage, NARROW).contains("no cranial rhythm in left or right now"));
    let mut stage = Stage::live().keys(&TO_SYMMETRY);
    let layout = stage.snapshot.layout.as_deref().unwrap().clone();
    let channels = layout.channels[1..].to_vec();
    stage.snapshot.layout = Some(Arc::new(stillpoint::signal::Layout { channels, ..layout }));
    let shown = screen(stage, NARROW);
    assert!(shown.contains("no left and right among right, belt") && shown.contains("--channels left,right"), "{shown}");
}

#[test]
fn a_difference_of_the_sides_is_told_only_where_the_interval_leaves_no_doubt() {
    let said = |ratio: (f64, f64), lag: (f64, f64)| {
        let mut stage = Stage::live().keys(&TO_SYMMETRY);
        let around = |(value, half): (f64, f64)| stillpoint::rhythm::Interval { value, low: value - half, high: value + half };
        if let Some(symmetry) = &mut stage.snapshot.symmetry {
            (symmetry.amplitude_ratio, symmetry.lag) = (around(ratio), around(lag));
        }
        let body = stage.scene((200, 60)).body;
        let stillpoint::app::Body::Panel(panel) = body else { panic!("a wide window shows the panel") };
        let words = panel.symmetry_view.unwrap().words;
        words.iter().skip(4).flat_map(|(_, parts)| parts).map(|part| part.text.clone() + " ").collect::<String>()
    };
    let alike = said((1.05, 0.1), (0.1, 0.2));
    assert!(alike.contains("equally far") && alike.contains("neither comes first"), "{alike}");
    let apart = said((0.5, 0.1), (-0.6, 0.2));
    assert!(apart.contains("right moves 2.00 times as far as left") && apart.contains("left follows by 0.6 s"), "{apart}");
}

#[test]
fn the_help_can_be_searched_and_esc_comes_back_step_by_step() {
    let shown = |keys: &[Key]| screen(Stage::live().keys(keys), NARROW);
    let word = [Key::Char('?'), Key::Char('/'), Key::Char('u'), Key::Char('n'), Key::Char('d'), Key::Char('o')];
    assert!(shown(&word).contains("no key that does this") && shown(&word).contains("look for  undo"), "{}", shown(&word));
    let word = [Key::Char('?'), Key::Char('/'), Key::Char('b'), Key::Char('a'), Key::Char('c'), Key::Char('k')];
    assert!(shown(&word).contains("take back the last edit") && !shown(&word).contains("begin a segment"), "{}", shown(&word));
    let all = [&word[..], &[Key::Esc]].concat();
    assert!(shown(&all).contains("begin a segment"));
    assert!(!shown(&[&all[..], &[Key::Esc]].concat()).contains("begin a segment"));
}

#[test]
fn the_settings_say_where_each_came_from_and_scroll() {
    let told: Vec<_> = (0..40)
        .map(|n| stillpoint::app::Setting { name: format!("name.{n}"), value: n.to_string(), from: (n == 3).then(|| "--range".into()) })
        .collect();
    let mut stage = Stage::live();
    stage.app = std::mem::replace(&mut stage.app, Stage::silent().app).with_told(told);
    let mut stage = stage.keys(&[Key::Char('o')]);
    let shown = text(&stage.screen(NARROW, Theme::DARK));
    let row = shown.lines().find(|line| line.contains("name.3 ")).unwrap();
    assert!(row.ends_with("--range") && shown.contains("by itself") && shown.contains("1 to 20 of 40"), "{shown}");
    let shown = text(&stage.keys(&[Key::End]).screen(NARROW, Theme::DARK));
    assert!(shown.contains("name.39") && shown.contains("21 to 40 of 40"), "{shown}");
}

#[test]
fn help_settings_and_channels_are_laid_out_in_a_small_window_too() {
    let small = (44, 14);
    let help = screen(Stage::live().keys(&[Key::Char('?')]), small);
    assert!(help.contains("record, and stop recording"), "{help}");
    let narrow = screen(Stage::live().keys(&[Key::Char('?')]), (24, 14));
    assert!(narrow.contains("  r\n    record, and stop\n    recording\n"), "{narrow}");
    let told = vec![
        stillpoint::app::Setting { name: "cranial.window".into(), value: "45.0".into(), from: Some("line 12 of the file".into()) },
        stillpoint::app::Setting { name: "format".into(), value: "\"auto\"".into(), from: None },
    ];
    let mut stage = Stage::live();
    stage.app = std::mem::replace(&mut stage.app, Stage::silent().app).with_told(told);
    let shown = screen(stage.keys(&[Key::Char('o')]), small);
    assert!(shown.contains("cranial.window  line 12 of the file\n    45.0\n  format  by itself\n    \"auto\"\n"), "{shown}");
    let channels = screen(Stage::live().keys(&[Key::Char('c')]), small);
    assert!(channels.contains("channel 1 of 3") && channels.contains("cranial 6.2 ± 0.1 /min"), "{channels}");
}

#[test]
fn the_channels_stand_in_the_place_of_the_figures_with_what_is_known_of_each() {
    let keys = [Key::Char('c'), Key::Down, Key::Char(' '), Key::Down];
    insta::assert_snapshot!(screen(Stage::live().keys(&keys), WIDE));
    let plain = Theme { glyphs: Glyphs::Ascii, ..Theme::MONO };
    let shown = text(&Stage::live().keys(&keys).screen(NARROW, plain));
    assert!(shown.is_ascii(), "{shown}");
    insta::assert_snapshot!(shown);
}

/// Twelve taps about the crest of every other cycle, all but one.
fn felt(stage: &mut Stage) {
    use stillpoint::protocol::Tapped;
    use stillpoint::rhythm::{Felt, Interval, Locking, Ratio};
    use stillpoint::signal::{Annotation, AnnotationId, Edit, Kind, SampleIndex, Seconds};
    for n in 0..9 {
        let (id, start) = (AnnotationId(100 + n), SampleIndex(50_000 + 1935 * n));
        let tap = Annotation { id, kind: Kind::Tap, start, end: None, label: String::new() };
        stage.app.notice(Notice::Annotated { edit: Edit::Put(tap), saved: true });
    }
    stage.app.key(Key::Esc, &stage.snapshot);
    let turns = vec![0.02, 0.05, 0.97, 0.08, 0.11, 0.93, 0.04, 0.0, 0.06, 0.15, 0.01, 0.55];
    let locking = Locking { ratio: Ratio::OneToTwo, value: 0.84, p: 0.0008, rayleigh_p: 1e-5, offset: Seconds(0.4) };
    let rate = Some(Interval { value: 3.1, low: 3.0, high: 3.2 });
    let felt = Felt { taps: 12, rate, taps_measured: 12, measured_per_min: Some(6.2), locking: Some(locking) };
    stage.snapshot.tapped = Arc::new(vec![Tapped { channel: 0, felt, turns }]);
}

#[test]
fn the_rose_has_a_petal_for_the_taps_of_each_part_of_the_cycle() {
    let mut stage = Stage::live();
    felt(&mut stage);
    let mut stage = stage.keys(&[Key::Char('v'); 4]);
    insta::assert_snapshot!(text(&stage.screen(WIDE, Theme::DARK)));
    insta::assert_snapshot!(text(&stage.screen(NARROW, Theme { glyphs: Glyphs::Ascii, ..Theme::MONO })));
}

#[test]
fn another_channel_is_asked_for_and_waited_for() {
    let mut stage = Stage::live().keys(&[Key::Char('v'), Key::Char('v')]);
    stage.scene(WIDE);
    let look = |stage: &Stage| stage.app.looks_at().map(|look| (look.channel, look.rhythm));
    assert_eq!(look(&stage), Some((0, None)));
    let mut stage = stage.keys(&[Key::Tab, Key::Down]);
    let shown = text(&stage.screen(WIDE, Theme::DARK));
    assert_eq!(look(&stage), Some((1, Some(stillpoint::rhythm::Rhythm::Tide))));
    assert!(shown.contains("right  tide") && shown.contains("looking…"), "{shown}");
}

/// Three holds of which the last differs and the second is too short.
fn compared(stage: &mut Stage) {
    use stillpoint::rhythm::{Apart, Comparison, Hold, Interval, Rhythm, Sides, Summary};
    use stillpoint::signal::{SampleIndex, Seconds, Span};
    let around = |value: f64, half: f64| Some(Interval { value, low: value - half, high: value + half });
    let hold = |segment: usize, rate: f64, windows: usize| Hold {
        segment,
        summary: Summary {
            channel: 0,
            series: None,
            rhythm: Rhythm::Cranial,
            windows,
            windows_present: windows,
            rate: around(rate, 0.1).filter(|_| windows > 0),
            amplitude: around(9.0 * rate, 2.0).filter(|_| windows > 0),
            p: (windows > 0).then_some(1e-6),
            present: windows > 0,
            regularity: (windows > 0).then_some(0.93),
            flags: stillpoint::rhythm::Flags::default(),
        },
        stills: (segment / 2, Seconds(27.0 * (segment / 2) as f64)),
        against_first: (segment > 0).then(|| Comparison {
            channel: 0,
            series: None,
            rhythm: Rhythm::Cranial,
            windows: [49, windows],
            windows_present: [49, windows],
            needed: 48,
            rate: around(rate - 6.2, 0.4).filter(|_| windows > 48),
            amplitude: None,
            amplitude_ratio: around(rate / 6.2, 0.2).filter(|_| windows > 48),
            regularity: around(0.0, 0.02).filter(|_| windows > 48),
            present: around(0.0, 0.5).filter(|_| windows > 48),
        }),
    };
    let stretch = |label: &str, from: u64, to: u64| stillpoint::app::Stretch {
        label: label.into(),
        span: Span { start: SampleIndex(from * 100), end: SampleIndex(to * 100) },
    };
    let [amplitude_ratio, lag, coherence] = [(1.31, 0.12), (0.42, 0.1), (0.97, 0.02)].map(|(value, half)| around(value, half).unwrap());
    let sides = Some(Sides { channels: [0, 1], windows: 49, amplitude_ratio, lag, coherence });
    let apart = |segment: usize, windows: usize| Apart {
        segment,
        channels: [0, 1],
        rhythm: Rhythm::Cranial,
        windows,
        windows_present: windows,
        needed: 48,
        rate: around(0.02, 0.08).filter(|_| windows > 48),
        amplitude_ratio: around(1.29, 0.1).filter(|_| windows > 48),
        regularity: around(-0.01, 0.03).filter(|_| windows > 48),
    };
    let holds = vec![hold(0, 6.2, 49), hold(1, 6.2, 0), hold(2, 7.1, 60)];
    let stretches = vec![stretch("sacrum", 60, 360), stretch("dural tube", 400, 430), stretch("frontal lift", 430, 785)];
    stage.app.compared(Ok(stillpoint::app::Compared {
        stretches,
        holds,
        sides: vec![sides, None, sides],
        apart: vec![apart(0, 49), apart(2, 60)],
    }));
}

#[test]
fn segments_stand_side_by_side_with_their_differences_from_the_first() {
    use stillpoint::signal::{Annotation, AnnotationId, Edit, Kind, SampleIndex};
    let mut stage = Stage::replay();
    let other = Annotation {
        id: AnnotationId(9),
        kind: Kind::Segment,
        start: SampleIndex(100),
        end: Some(SampleIndex(900)),
        label: "sacrum".into(),
    };
    stage.app.notice(Notice::Annotated { edit: Edit::Put(other), saved: true });
    let mut stage = stage.keys(&[Key::Char('X')]);
    compared(&mut stage);
    insta::assert_snapshot!(text(&stage.screen(WIDE, Theme::DARK)));
    insta::assert_snapshot!(text(&stage.screen(NARROW, Theme::DARK)));
    insta::assert_snapshot!(text(&stage.screen((40, 10), Theme::DARK)));
    // Left, right, belt, then left against right.
    let mut stage = stage.keys(&[Key::Tab, Key::Tab, Key::Tab]);
    insta::assert_snapshot!(text(&stage.screen(WIDE, Theme::DARK)));
    insta::assert_snapshot!(text(&stage.screen(NARROW, Theme::DARK)));
}

#[test]
fn one_spike_of_one_sample_is_on_the_screen_at_every_zoom() {
    for out in 0..6 {
        let mut stage = Stage::live().keys(&vec![Key::Char('-'); out]);
        let scene = stage.scene(WIDE);
        let stillpoint::app::Body::Panel(panel) = scene.body else { panic!("a wide window shows the panel") };
        let right = &panel.panes[1];
        let highest = right.columns.iter().map(|column| f64::from(column.max)).fold(f64::MIN, f64::max);
        assert!(highest <= right.high && highest > 20.0, "{highest} of {}", right.high);
    }
}

#[test]
fn red_is_for_recording_and_faults_alone() {
    let red = Theme::DARK.red().fg.unwrap_or(Color::Reset);
    let count = |mut stage: Stage| stage.screen(WIDE, Theme::DARK).content.iter().filter(|cell| cell.fg == red).count();
    assert_eq!(count(Stage::no_rhythm()), 0);
    assert_eq!(count(Stage::live()), "● REC 12:04".chars().count() + "lost 550".len());
}

#[test]
fn what_a_source_waits_for_stands_over_the_trace() {
    let shown = |state| {
        let mut stage = Stage::live();
        stage.app.notice(Notice::Source(state));
        screen(stage, NARROW)
    };
    assert!(screen(Stage::silent(), NARROW).contains("waiting for data from /dev/ttyACM0"));
    assert!(shown(SourceState::Lost(String::new())).contains("sensor unplugged, waiting for /dev/ttyACM0"));
    assert!(shown(SourceState::Settling("measuring the rate".into())).contains("settling: measuring the rate"));
    assert!(shown(SourceState::Settling("text, no numbers".into())).contains("w shows what it sends"));
    assert!(shown(SourceState::Stalled(stillpoint::signal::Seconds(12.0))).contains("no data from /dev/ttyACM0 · 0:12"));
}

/// What a device may send to take hold of a terminal: sequences, their beginnings in one byte, turned and hidden letters, no end of a line.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&[u8]> = vec![
        b"\x1b]52;c;cm0gLXJm\x07",
        b"\x1b[2J\x1b[31m",
        b"\x1bP+q\x1b\\",
        b"\x9b2J",
        b"\xc2\x9b2J",
        b"\x08\x08\x7f\t\x0b",
        "\u{202e}\u{2066}\u{200f}\u{61c}\u{feff}\u{2028}".as_bytes(),
        "漢字e\u{301}\u{301}".as_bytes(),
        b"\n",
        b"1.5,2.5\r\n",
    ];
    let piece = prop_oneof![
        6 => prop::sample::select(known).prop_map(<[u8]>::to_vec),
        2 => prop::collection::vec(any::<u8>(), 0..40),
        1 => prop::collection::vec(32_u8..127, 0..3000),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Whether a terminal would take a letter for something else than a letter in its place.
fn is_command(c: char) -> bool {
    c.is_control() || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn key() -> impl Strategy<Value = Key> {
    let named =
        vec![Key::Enter, Key::Esc, Key::Tab, Key::BackTab, Key::Left, Key::ShiftRight, Key::Home, Key::End, Key::Ctrl('c'), Key::F(1)];
    prop_oneof![prop::char::range(' ', '~').prop_map(Key::Char), prop::sample::select(named)]
}

fn mouse() -> impl Strategy<Value = Mouse> {
    let gestures = vec![Gesture::Press, Gesture::Drag, Gesture::Release, Gesture::Back, Gesture::On, Gesture::Closer, Gesture::Wider];
    (prop::sample::select(gestures), 0u16..400, 0u16..120).prop_map(|(gesture, x, y)| Mouse { gesture, x, y })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_a_device_sends_reaches_the_terminal_as_a_command(bytes in hostile(), size in (1u16..140, 1u16..50)) {
        let mut wire = Wire::default();
        let mut stage = Stage::silent().keys(&[Key::Char('w')]);
        wire.push(&bytes, &mut |event| match event {
            Event::Seen(seen) => stage.app.notice(Notice::Source(SourceState::Settling(seen.to_string()))),
            Event::Fault(fault) => {
                stage.snapshot.faults += 1;
                stage.snapshot.last_fault = fault.why;
            }
            _ => {}
        });
        let taken_for = wire.seen().map(ToString::to_string).unwrap_or_default();
        stage.snapshot.raw = Some(Arc::new(Raw { taken_for, lines: wire.raw() }));
        for theme in [Theme::DARK, Theme { glyphs: Glyphs::Ascii, ..Theme::MONO }] {
            let shown = stage.screen(size, theme);
            let wrong = shown.content.iter().find(|cell| cell.symbol().chars().any(is_command));
            prop_assert!(wrong.is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn any_keys_windows_and_data_never_panic_and_undo_of_everything_gives_the_start(
        steps in prop::collection::vec((key(), prop::option::of(mouse()), 1u16..400, 1u16..120, 0usize..4), 1..40), kind in 0usize..6,
    ) {
        let stages = [Stage::live, Stage::silent, Stage::gap, Stage::replay, Stage::settling, Stage::still];
        let mut stage = stages[kind]();
        let start: Vec<_> = stage.app.annotations().iter().cloned().collect();
        for (key, mouse, w, h, what) in steps {
            let mut told = Vec::new();
            let mut effects = stage.app.key(key, &stage.snapshot);
            effects.extend(mouse.into_iter().flat_map(|mouse| stage.app.mouse(mouse, &stage.snapshot)));
            for effect in effects {
                if let stillpoint::app::Effect::Session(stillpoint::protocol::Command::Annotate(edit, _)) = effect {
                    told.push(edit);
                }
            }
            match what {
                // The session confirms, says something, or something else has come meanwhile.
                0 => told.into_iter().for_each(|edit| stage.app.notice(Notice::Annotated { edit, saved: true })),
                1 => stage.app.notice(Notice::Source(SourceState::Lost("gone".into()))),
                2 => compared(&mut stage),
                _ => stage.snapshot.head = stage.snapshot.head + 137,
            }
            stage.screen((w, h), Theme::DARK);
        }
        // Whatever is open is closed, then everything is taken back.
        for _ in 0..6 {
            stage.app.key(Key::Esc, &stage.snapshot);
        }
        for _ in 0..200 {
            stage.app.key(Key::Char('u'), &stage.snapshot);
        }
        // That a recording was blind stays in it.
        let end: Vec<_> = stage.app.annotations().iter().filter(|a| !a.label.contains("blind")).cloned().collect();
        prop_assert_eq!(end, start);
    }

    #[test]
    fn no_size_and_no_keys_panic(w in 1u16..400, h in 1u16..120, kind in 0usize..6, keys in prop::collection::vec(key(), 0..12)) {
        let stages = [Stage::live, Stage::silent, Stage::gap, Stage::replay, Stage::settling, Stage::still];
        let mut stage = stages[kind]().keys(&keys);
        for theme in [Theme::DARK, Theme { glyphs: Glyphs::Ascii, ..Theme::MONO }] {
            stage.screen((w, h), theme);
        }
    }
}
