//! What somebody stumbled over who had nothing but the screen to go by.

use super::*;
use crate::app::scene::Panel;
use crate::protocol::TrendPoint;
use crate::rhythm::StillPoint;
use crate::signal::Block;

/// A still point of two seconds and how it begins.
fn found(mut now: Snapshot, from: u64) -> Snapshot {
    let span = Span { start: SampleIndex(from * 100), end: SampleIndex(from * 100 + 2000) };
    let (start, end) = (Seconds(from as f64), Seconds(from as f64 + 20.0));
    now.stills = Arc::new(vec![StillPoint { channel: 0, rhythm: Rhythm::Cranial, span, start, end, flags: Flags::default() }]);
    now
}

/// The panel of a replay of two minutes.
fn panel(app: &mut App, now: &Snapshot) -> Box<Panel> {
    let mut history = History::new(2, SampleIndex(0));
    history.push(&Block { start: SampleIndex(0), channels: 2, samples: vec![0.0; 2 * 12_000] });
    let Body::Panel(panel) = app.scene(now, &history, (120, 36), "10:00:00").body else { panic!("120x36 shows the panel") };
    panel
}

#[test]
fn what_a_review_needs_is_in_the_footer_and_a_still_point_that_waits_pushes_none_of_it_out() {
    let (mut app, now) = (app(Mode::Replay), found(replay(60.0), 30));
    let keys = footer(&mut app, &now);
    assert!(keys.starts_with("space pause g go to m mark s segment y accept still a list u undo x compare e export"), "{keys}");
    let paused = Snapshot { playback: now.playback.map(|playback| Playback { paused: true, ..playback }), ..now };
    assert!(footer(&mut app, &paused).starts_with("space play "));
    let scene = app.scene(&paused, &History::new(2, SampleIndex(0)), (120, 36), "10:00:00");
    assert_eq!(scene.playback.unwrap().speed, "paused · 1x");
}

#[test]
fn stop_is_among_the_first_keys_of_a_recording_whatever_was_found() {
    let (mut app, now) = (app(Mode::Live), found(snapshot(6000), 30));
    recording(&mut app);
    let keys = footer(&mut app, &now);
    assert!(keys.starts_with("space mark s segment r stop y accept still"), "{keys}");
}

#[test]
fn a_recording_says_that_it_began_before_the_key_and_a_segment_how_it_ends() {
    let (mut app, now) = (app(Mode::Live), snapshot(6000));
    press(&mut app, &now, "r");
    recording(&mut app);
    assert_eq!(footer(&mut app, &now), "recording · the seconds before the key are in it");
    for said in ["segment · saved · s ends it", "segment · saved"] {
        let Some(Effect::Session(Command::Annotate(edit, _))) = press(&mut app, &now, "s").pop() else { panic!("no annotation") };
        app.notice(Notice::Annotated { edit, saved: true });
        assert_eq!(footer(&mut app, &now), said);
    }
}

#[test]
fn what_is_taken_back_while_the_list_is_open_leaves_the_choice_where_it_was() {
    let (mut app, now) = (app(Mode::Replay), found(replay(60.0), 30));
    press(&mut app, &now, "m");
    press(&mut app, &now, "py");
    press(&mut app, &now, "u");
    let scene = app.scene(&now, &History::new(2, SampleIndex(0)), (120, 36), "10:00:00");
    let chosen = scene.list.unwrap().rows.into_iter().find(|row| row.chosen.is_some()).unwrap();
    assert_eq!((chosen.start.as_str(), chosen.label.as_str()), ("0:30.0", "still point?"));
}

#[test]
fn the_time_that_one_went_to_stands_beside_the_cursor() {
    let (mut app, now) = (app(Mode::Replay), replay(60.0));
    let panel = panel(&mut app, &now);
    let cursor = panel.cursor.unwrap();
    let own = panel.axis.ticks.iter().find(|tick| tick.text == "1:00").unwrap();
    assert_eq!(own.cell, cursor + 1 + 2, "the text is centred there, so it begins behind the cursor");
    let panel = self::panel(&mut app, &replay(62.0));
    let (cursor, own) = (panel.cursor.unwrap(), panel.axis.ticks.iter().find(|tick| tick.text == "1:00").unwrap());
    assert_eq!(own.cell + 2, cursor, "or ends before it");
}

#[test]
fn the_trend_of_the_whole_is_there_where_nothing_is_known_of_now_yet() {
    let (mut app, mut now) = (app(Mode::Replay), replay(2.0));
    let point = |n: u32| TrendPoint { t: Seconds(f64::from(n) * 5.0), rate: (n > 12).then_some(6.2), amplitude: None };
    now.trend = Arc::new(vec![Default::default(), [vec![], (1..700).map(point).collect(), vec![], vec![]]]);
    let trend = panel(&mut app, &now).trend.unwrap();
    assert!(trend.bars.iter().filter(|bar| bar.height.is_some()).count() > 50);
}

#[test]
fn one_segment_to_compare_asks_for_another() {
    let (mut app, now) = (app(Mode::Replay), replay(60.0));
    press(&mut app, &now, "s");
    press(&mut app, &replay(90.0), "s");
    press(&mut app, &replay(90.0), "x");
    assert_eq!(footer(&mut app, &now), "segment 1 to be compared · 1 marked · x in another one too");
}

#[test]
fn a_first_line_that_was_cut_is_no_alarm() {
    let (mut app, mut now) = (app(Mode::Live), snapshot(6000));
    (now.faults, now.last_fault) = (1, "the first line after opening, which may be cut".into());
    let tone = |app: &mut App, now: &Snapshot| {
        let right = app.scene(now, &History::new(2, SampleIndex(0)), (160, 36), "10:00:00").header.right;
        (right[0].text.clone(), right[1].tone)
    };
    assert_eq!(
        tone(&mut app, &now),
        ("the first line after opening, which may be cut".into(), crate::app::Tone::Dim),
        "in full where there is room"
    );
    now.faults = 2;
    assert_eq!(tone(&mut app, &now).1, crate::app::Tone::Trouble);
}
