//! Keys and notices in, effects and the footer out.

mod channels;
mod comparing;
mod judging;
mod newcomer;
mod pointing;
mod replaying;

use std::sync::Arc;

use super::scene::{Body, Footer, Reading};
use super::{App, Debugging, Effect, Key, Mode, Title};
use crate::protocol::{Command, Kept, Notice, Playback, Raw, Snapshot};
use crate::rhythm::{Estimate, Evidence, Figure, Flags, Interval, Rhythm};
use crate::signal::{Channel, Edit, Gap, GapCause, History, Kind, Layout, Rate, SampleIndex, Seconds, Span};

fn app(mode: Mode) -> App {
    App::new(mode, Title { source: "/dev/ttyACM0".into(), simulated: false })
}

fn snapshot(head: u64) -> Snapshot {
    let channels = vec![Channel::named("left", "µm"), Channel::named("right", "µm")];
    let layout = Layout { channels, nominal: Rate::from_hz(100.0).unwrap() };
    Snapshot { layout: Some(Arc::new(layout)), head: SampleIndex(head), latest: vec![[None; 4]; 2], ..Snapshot::default() }
}

fn replay(position: f64) -> Snapshot {
    let playback = Playback { position: Seconds(position), duration: Seconds(3600.0), speed: 1.0, paused: false, looped: None };
    Snapshot { playback: Some(playback), ..snapshot((position * 100.0) as u64) }
}

fn press(app: &mut App, now: &Snapshot, keys: &str) -> Vec<Effect> {
    keys.chars().flat_map(|c| app.key(Key::Char(c), now)).collect()
}

fn recording(app: &mut App) {
    app.notice(Notice::Recording { folder: "sessions/x".into(), start: SampleIndex(0) });
}

fn footer(app: &mut App, now: &Snapshot) -> String {
    match app.scene(now, &History::new(2, SampleIndex(0)), (120, 36), "10:00:00").footer {
        Footer::Keys(keys) => keys.into_iter().flat_map(|(key, word)| [key, " ".into(), word.into(), " ".into()]).collect(),
        Footer::Message(part) => part.text,
        Footer::Prompt(prompt) => format!("{}: {}", prompt.word, prompt.text),
    }
}

fn header(app: &mut App, now: &Snapshot) -> String {
    let scene = app.scene(now, &History::new(2, SampleIndex(0)), (120, 36), "10:00:00");
    scene.header.left.into_iter().map(|part| part.text + " | ").collect()
}

fn reading(app: &mut App, now: &Snapshot, rhythm: Rhythm) -> Reading {
    let scene = app.scene(now, &History::new(2, SampleIndex(0)), (120, 36), "10:00:00");
    let Body::Panel(panel) = scene.body else { panic!("120x36 shows the panel") };
    panel.figures.into_iter().find(|block| block.rhythm == rhythm).unwrap().reading
}

fn estimate(channel: usize, p: f64) -> Estimate {
    let around = |value: f64| Interval { value, low: value * 0.98, high: value * 1.02 };
    let figure = Figure { rate: around(6.2), amplitude: around(58.0), p, present: p < 0.01, regularity: Some(0.93) };
    let (end, t, window) = (SampleIndex(6000), Seconds(60.0), Seconds(60.0));
    Estimate { channel, series: None, rhythm: Rhythm::Cranial, end, t, window, figure: Some(figure), flags: Flags::default() }
}

fn annotations(app: &App) -> Vec<(Kind, u64, Option<u64>, &str)> {
    app.annotations().iter().map(|a| (a.kind, a.start.0, a.end.map(|end| end.0), a.label.as_str())).collect()
}

#[test]
fn the_screen_says_rec_only_once_the_recorder_has_confirmed() {
    let (mut app, now) = (app(Mode::Live), snapshot(6100));
    assert_eq!(press(&mut app, &now, "r"), [Effect::Session(Command::Record)]);
    assert!(!header(&mut app, &now).contains("REC"));
    app.notice(Notice::Recording { folder: "sessions/2026-11-23_10-15-00_anna".into(), start: SampleIndex(100) });
    assert!(header(&mut app, &now).contains("● REC 1:00 | anna |"), "{}", header(&mut app, &now));
    assert_eq!(press(&mut app, &now, "r"), [Effect::Session(Command::StopRecording)]);
    app.notice(Notice::Recorded { folder: "sessions/x".into(), length: Seconds(60.0), lost: 0 });
    assert!(!header(&mut app, &now).contains("REC"));
}

#[test]
fn the_disk_is_worth_a_word_when_less_than_ten_minutes_are_left() {
    let (mut app, now) = (app(Mode::Live), snapshot(6100));
    recording(&mut app);
    let mut right = |room| {
        app.notice(Notice::Kept(Kept { frames: 6100, waiting: 0, lost: 0, clock: None, room }));
        let scene = app.scene(&now, &History::new(2, SampleIndex(0)), (120, 36), "10:00:00");
        scene.header.right.into_iter().map(|part| part.text + " | ").collect::<String>()
    };
    assert!(!right(Some(Seconds(600.0))).contains("disk") && !right(None).contains("disk"));
    assert!(right(Some(Seconds(599.0))).contains("disk: 9 min left"));
    assert!(!right(Some(Seconds(7200.0))).contains("disk"), "there is room again");
}

#[test]
fn quitting_while_recording_asks_once_and_finishes_the_session() {
    for sure in [Key::Char('q'), Key::Enter, Key::Ctrl('c')] {
        let (mut app, now) = (app(Mode::Live), snapshot(0));
        recording(&mut app);
        assert_eq!(press(&mut app, &now, "q"), []);
        assert!(!app.quitting());
        assert_eq!(app.key(sure, &now), [Effect::Session(Command::StopRecording), Effect::Quit]);
        assert!(app.quitting());
    }
}

#[test]
fn a_key_after_the_question_goes_on_and_does_what_it_always_does() {
    let (mut app, now) = (app(Mode::Live), snapshot(500));
    recording(&mut app);
    press(&mut app, &now, "q");
    assert_eq!(app.key(Key::Esc, &now), []);
    assert_eq!(press(&mut app, &now, "qm").len(), 1);
    assert!(!app.quitting());
}

#[test]
fn without_a_recording_q_leaves_at_once() {
    let (mut app, now) = (app(Mode::Live), snapshot(0));
    assert_eq!(press(&mut app, &now, "q"), [Effect::Quit]);
}

#[test]
fn a_mark_stands_at_the_keypress_and_a_digit_names_it() {
    let mut app = app(Mode::Live);
    press(&mut app, &snapshot(500), " ");
    press(&mut app, &snapshot(900), "t3");
    assert_eq!(annotations(&app), [(Kind::Mark, 500, None, "sacrum"), (Kind::Tap, 900, None, "")]);
}

#[test]
fn s_begins_and_ends_a_segment_and_u_takes_back_step_by_step() {
    let mut app = app(Mode::Live);
    press(&mut app, &snapshot(500), "s");
    press(&mut app, &snapshot(900), "s0");
    assert_eq!(annotations(&app), [(Kind::Segment, 500, Some(900), "CV-4")]);
    press(&mut app, &snapshot(950), "u");
    assert_eq!(annotations(&app), [(Kind::Segment, 500, Some(900), "")]);
    press(&mut app, &snapshot(950), "uu");
    assert_eq!(annotations(&app), []);
    app.key(Key::Ctrl('r'), &snapshot(950));
    assert_eq!(annotations(&app), [(Kind::Segment, 500, None, "")]);
    press(&mut app, &snapshot(950), "uu");
    assert_eq!(footer(&mut app, &snapshot(950)), "nothing to take back");
}

#[test]
fn a_label_is_typed_and_cleaned_and_esc_leaves_it() {
    let (mut app, now) = (app(Mode::Live), snapshot(500));
    press(&mut app, &now, "m");
    app.key(Key::Enter, &now);
    press(&mut app, &now, " soft q");
    assert_eq!(footer(&mut app, &now), "label:  soft q");
    let effects = app.key(Key::Enter, &now);
    assert!(matches!(&effects[..], [Effect::Session(Command::Annotate(Edit::Put(a), _))] if a.label == "soft q"), "{effects:?}");
    app.key(Key::Enter, &now);
    press(&mut app, &now, "xx");
    assert_eq!(app.key(Key::Esc, &now), []);
    assert_eq!(annotations(&app), [(Kind::Mark, 500, None, "soft q")]);
}

#[test]
fn a_note_stands_where_n_was_pressed_however_long_it_is_typed() {
    let mut app = app(Mode::Live);
    press(&mut app, &snapshot(500), "n");
    press(&mut app, &snapshot(900), "warm");
    app.key(Key::Enter, &snapshot(1200));
    assert_eq!(annotations(&app), [(Kind::Note, 500, None, "warm")]);
}

#[test]
fn a_key_that_does_nothing_says_so_once() {
    let (mut app, now) = (app(Mode::Live), snapshot(0));
    press(&mut app, &now, "g");
    assert_eq!(footer(&mut app, &now), "g does nothing here · ? shows the keys");
    press(&mut app, &now, "+");
    assert!(footer(&mut app, &now).starts_with("space mark"));
}

#[test]
fn a_fault_stays_until_a_key_is_pressed() {
    let (mut app, now) = (app(Mode::Live), snapshot(0));
    app.notice(Notice::Trouble("disk full\u{7}".into()));
    app.notice(Notice::Annotated { edit: Edit::Delete(crate::signal::AnnotationId(7)), saved: true });
    assert_eq!(footer(&mut app, &now), "disk full");
    press(&mut app, &now, "+");
    assert_ne!(footer(&mut app, &now), "disk full");
}

#[test]
fn a_replay_pauses_seeks_and_changes_its_speed() {
    let (mut app, now) = (app(Mode::Replay), replay(600.0));
    let commands = |effects: Vec<Effect>| effects;
    assert_eq!(commands(press(&mut app, &now, " ")), [Effect::Session(Command::Pause(true))]);
    assert_eq!(commands(press(&mut app, &now, ">")), [Effect::Session(Command::Speed(2.0))]);
    assert_eq!(commands(press(&mut app, &now, "<")), [Effect::Session(Command::Speed(0.5))]);
    assert_eq!(app.key(Key::Right, &now), [Effect::Session(Command::Seek(Seconds(606.0)))]);
    assert_eq!(app.key(Key::Right, &now), [Effect::Session(Command::Seek(Seconds(612.0)))], "keys may be faster than snapshots");
    assert_eq!(app.key(Key::End, &now), [Effect::Session(Command::Seek(Seconds(3600.0)))]);
    press(&mut app, &now, "g12:30");
    assert_eq!(app.key(Key::Enter, &now), [Effect::Session(Command::Seek(Seconds(750.0)))]);
}

#[test]
fn tab_goes_from_annotation_to_annotation() {
    let mut app = app(Mode::Replay);
    press(&mut app, &replay(100.0), "m");
    press(&mut app, &replay(900.0), "m");
    let now = replay(500.0);
    assert_eq!(app.key(Key::Tab, &now), [Effect::Session(Command::Seek(Seconds(900.0)))]);
    assert_eq!(app.key(Key::BackTab, &now), [Effect::Session(Command::Seek(Seconds(100.0)))]);
    assert_eq!(app.key(Key::BackTab, &replay(100.0)), []);
    assert_eq!(footer(&mut app, &now), "no annotation before this");
}

#[test]
fn f_holds_the_picture_and_esc_goes_back_to_now() {
    let (mut app, now) = (app(Mode::Live), snapshot(50_000));
    press(&mut app, &now, "f");
    assert!(footer(&mut app, &now).contains("f now"));
    app.key(Key::Esc, &now);
    assert!(footer(&mut app, &now).contains("f freeze"));
}

#[test]
fn a_figure_without_evidence_is_never_a_number() {
    let (mut app, mut now) = (app(Mode::Live), snapshot(7000));
    now.whole = Seconds(70.0);
    for (p, evidence) in [(0.03, Evidence::Faint), (0.4, Evidence::None), (0.0101, Evidence::Faint)] {
        now.latest[0][Rhythm::Cranial as usize] = Some(estimate(0, p));
        assert_eq!(reading(&mut app, &now, Rhythm::Cranial), Reading::Absent(evidence));
    }
}

#[test]
fn a_window_that_is_not_whole_says_how_far_it_is_and_why() {
    let (mut app, mut now) = (app(Mode::Live), snapshot(2300));
    now.whole = Seconds(23.4);
    assert_eq!(reading(&mut app, &now, Rhythm::Cranial), Reading::Waiting("settling 23 of 60 s".into()));
    let span = Span { start: SampleIndex(900), end: SampleIndex(1100) };
    now.gaps = Arc::new(vec![Gap { span, cause: GapCause::Counter, exact: true }]);
    now.whole = Seconds(12.0);
    now.latest[0][Rhythm::Cranial as usize] = Some(estimate(0, 0.0001));
    assert_eq!(
        reading(&mut app, &now, Rhythm::Cranial),
        Reading::Waiting("gap: 12 of 60 s".into()),
        "a figure from before the gap is stale"
    );
}

#[test]
fn a_rhythm_is_read_from_the_better_channel_and_does_not_jump_between_equals() {
    let (mut app, mut now) = (app(Mode::Live), snapshot(7000));
    now.whole = Seconds(70.0);
    let mut channel = |p: [f64; 2]| {
        for (at, p) in p.into_iter().enumerate() {
            now.latest[at][Rhythm::Cranial as usize] = Some(estimate(at, p));
        }
        let scene = app.scene(&now, &History::new(2, SampleIndex(0)), (120, 36), "");
        let Body::Panel(panel) = scene.body else { panic!("120x36 shows the panel") };
        panel.figures[0].channel.clone()
    };
    assert_eq!(channel([0.0005, 0.0001]), "right");
    assert_eq!(channel([0.0001, 0.0005]), "right", "both are clear: it stays");
    assert_eq!(channel([0.0001, 0.02]), "left");
}

#[test]
fn the_hidden_key_panics_only_where_it_was_asked_for() {
    let now = snapshot(0);
    assert_eq!(app(Mode::Live).key(Key::F(12), &now), []);
    assert_eq!(app(Mode::Live).with_debugging(Debugging::On).key(Key::F(12), &now), [Effect::DebugPanic]);
}

#[test]
fn what_is_simulated_says_so() {
    let mut app = App::new(Mode::Live, Title { source: "demo".into(), simulated: true });
    assert!(header(&mut app, &snapshot(0)).contains("demo · simulated"));
}

#[test]
fn in_the_list_one_is_chosen_moved_by_a_sample_and_deleted_and_u_brings_all_back() {
    let (mut app, now) = (app(Mode::Live), snapshot(5000));
    press(&mut app, &snapshot(500), "m");
    press(&mut app, &snapshot(1000), "s");
    press(&mut app, &snapshot(2000), "s3");
    press(&mut app, &now, "a");
    app.key(Key::Tab, &now);
    press(&mut app, &now, "..,");
    assert_eq!(annotations(&app)[1], (Kind::Segment, 1000, Some(2001), "sacrum"));
    // No rhythm is present: a cycle is a second.
    press(&mut app, &now, "<");
    assert_eq!(annotations(&app)[1], (Kind::Segment, 1000, Some(1901), "sacrum"));
    press(&mut app, &now, "k>");
    assert_eq!(annotations(&app)[0], (Kind::Mark, 600, None, ""));
    press(&mut app, &now, "dd");
    assert_eq!(annotations(&app), []);
    press(&mut app, &now, "d");
    assert_eq!(footer(&mut app, &now), "there is none in the list");
    press(&mut app, &now, "uu");
    assert_eq!(annotations(&app).len(), 2);
    app.key(Key::Esc, &now);
    assert!(footer(&mut app, &now).starts_with("space mark"), "the trace's keys again");
}

#[test]
fn from_the_list_a_replay_goes_to_an_annotation_and_live_looks_back() {
    let mut replayed = app(Mode::Replay);
    press(&mut replayed, &replay(100.0), "m");
    press(&mut replayed, &replay(900.0), "a");
    assert_eq!(replayed.key(Key::Enter, &replay(900.0)), [Effect::Session(Command::Seek(Seconds(100.0)))]);
    let mut live = app(Mode::Live);
    press(&mut live, &snapshot(50_000), "m");
    press(&mut live, &snapshot(90_000), "a");
    live.key(Key::Enter, &snapshot(90_000));
    assert!(footer(&mut live, &snapshot(90_000)).contains("f now"), "the picture is held there");
}

#[test]
fn the_list_shows_only_what_holds_the_text() {
    let (mut app, now) = (app(Mode::Live), snapshot(5000));
    press(&mut app, &snapshot(500), "m3");
    press(&mut app, &snapshot(700), "m4");
    press(&mut app, &now, "a/tube");
    app.key(Key::Enter, &now);
    let scene = app.scene(&now, &History::new(2, SampleIndex(0)), (120, 36), "10:00:00");
    let list = scene.list.unwrap();
    assert_eq!(list.title, "annotation 1 of 1 with “tube”");
    assert_eq!(list.rows.iter().map(|row| row.label.as_str()).collect::<Vec<_>>(), ["dural tube"]);
}

#[test]
fn a_blind_recording_stays_blind_until_it_ends_and_says_in_it_from_when_to_when() {
    let (mut app, mut now) = (app(Mode::Live), snapshot(7000));
    now.whole = Seconds(70.0);
    now.latest[0][Rhythm::Cranial as usize] = Some(estimate(0, 0.0001));
    press(&mut app, &now, "b");
    assert_eq!(press(&mut app, &now, "r").len(), 2, "recording, and a note in it");
    app.notice(Notice::Recording { folder: "x".into(), start: SampleIndex(6000) });
    assert_eq!(reading(&mut app, &now, Rhythm::Cranial), Reading::Waiting("blind".into()));
    press(&mut app, &now, "bb");
    assert_eq!(footer(&mut app, &now), "blind until the recording ends");
    assert!(header(&mut app, &now).contains("| blind |"));
    press(&mut app, &snapshot(9000), "r");
    let notes: Vec<_> = annotations(&app).into_iter().map(|(_, at, _, label)| (at, label.to_owned())).collect();
    let words = ["blind: the figures are hidden", "blind: figures and trace are hidden", "no longer blind"];
    assert_eq!(notes, [(7000, words[0].to_owned()), (7000, words[1].to_owned()), (9000, words[2].to_owned())]);
    app.notice(Notice::Recorded { folder: "x".into(), length: Seconds(30.0), lost: 0 });
    assert!(matches!(reading(&mut app, &now, Rhythm::Cranial), Reading::Values(_)));
}

/// What the raw view shows at 80x24: what is said of the lines, and the lines.
fn raw(app: &mut App, now: &Snapshot) -> (Vec<String>, Vec<String>) {
    let scene = app.scene(now, &History::new(2, SampleIndex(0)), (80, 24), "10:00:00");
    let Body::Raw(raw) = scene.body else { panic!("it is not the raw view") };
    (raw.about.into_iter().map(|(_, part)| part.text).collect(), raw.lines)
}

/// Nothing is decoded yet; so many lines have come.
fn sending(lines: usize) -> Snapshot {
    let lines = (0..lines).map(|n| format!("hello {n}")).collect();
    let raw = Raw { taken_for: "text, no numbers".into(), lines };
    Snapshot { raw: Some(Arc::new(raw)), faults: 3, last_fault: "text: hello".into(), ..Snapshot::default() }
}

#[test]
fn w_shows_what_the_device_sends_before_anything_is_decoded_and_the_session_tells_it_only_meanwhile() {
    let (mut app, now) = (app(Mode::Live), Snapshot::default());
    let told = |wanted| [Effect::Session(Command::ShowRaw(wanted))];
    assert_eq!(press(&mut app, &now, "w"), told(true));
    let (about, lines) = raw(&mut app, &sending(40));
    assert_eq!(about, ["text, no numbers", "waiting for data from /dev/ttyACM0", "faults 3 · the last: text: hello"]);
    assert_eq!((lines.len(), lines.last().map(String::as_str)), (17, Some("hello 39")), "the newest, as many as there is room for");
    assert_eq!(press(&mut app, &now, "w"), told(false));
    assert_eq!((press(&mut app, &now, "w").len(), app.key(Key::Esc, &now)), (1, told(false).to_vec()));
    assert_eq!((press(&mut app, &now, "w").len(), press(&mut app, &now, "v")), (1, told(false).to_vec()));
    assert_eq!(press(&mut app, &now, "v"), [], "the other views ask for nothing");
}

#[test]
fn f_holds_the_lines_of_the_device_and_a_blind_hand_sees_none() {
    let mut app = app(Mode::Live);
    press(&mut app, &sending(2), "wf");
    assert_eq!(raw(&mut app, &sending(4)).1, ["hello 0", "hello 1"]);
    press(&mut app, &sending(4), "f");
    assert_eq!(raw(&mut app, &sending(4)).1.len(), 4);
    press(&mut app, &sending(4), "bb");
    assert_eq!(raw(&mut app, &sending(4)).1.len(), 0);
}
