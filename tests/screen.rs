//! Scenes become screens: the text of a few, and that no size and no key ever panics.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../examples/picture/stage.rs"]
mod stage;

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::style::Color;
use stage::Stage;
use stillpoint::app::Key;
use stillpoint::protocol::{Notice, SourceState};
use stillpoint::ui::{Glyphs, Theme};

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
    assert_eq!(narrow.matches("░ still point 27 s ░").count(), 1, "{narrow}");
    assert_eq!(narrow.matches("░ still point 26 s ░").count(), 1, "{narrow}");
    let plain = text(&Stage::still().screen(NARROW, Theme { glyphs: Glyphs::Ascii, ..Theme::MONO }));
    assert!(plain.is_ascii() && plain.contains(": still point 27 s :"), "{plain}");
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
    assert!(shown(SourceState::Stalled(stillpoint::signal::Seconds(12.0))).contains("no data from /dev/ttyACM0 · 0:12"));
}

fn key() -> impl Strategy<Value = Key> {
    let named =
        vec![Key::Enter, Key::Esc, Key::Tab, Key::BackTab, Key::Left, Key::ShiftRight, Key::Home, Key::End, Key::Ctrl('c'), Key::F(1)];
    prop_oneof![prop::char::range(' ', '~').prop_map(Key::Char), prop::sample::select(named)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_size_and_no_keys_panic(w in 1u16..400, h in 1u16..120, kind in 0usize..6, keys in prop::collection::vec(key(), 0..12)) {
        let stages = [Stage::live, Stage::silent, Stage::gap, Stage::replay, Stage::settling, Stage::still];
        let mut stage = stages[kind]().keys(&keys);
        for theme in [Theme::DARK, Theme { glyphs: Glyphs::Ascii, ..Theme::MONO }] {
            stage.screen((w, h), theme);
        }
    }
}
