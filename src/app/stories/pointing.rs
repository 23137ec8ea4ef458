//! The mouse: gestures in, effects out, at the cells of the last scene.

use super::*;
use crate::app::{Gesture, Mouse};

const SIZE: (u16, u16) = (120, 36);

/// A history that is as long as the replay.
fn hour() -> History {
    let mut history = History::new(2, SampleIndex(0));
    for block in 0..360_u64 {
        let start = SampleIndex(block * 1000);
        history.push(&crate::signal::Block { start, channels: 2, samples: vec![0.0; 2000] });
    }
    history
}

fn look(app: &mut App, now: &Snapshot, history: &History) -> crate::app::Scene {
    app.scene(now, history, SIZE, "10:00:00")
}

fn point(app: &mut App, now: &Snapshot, gestures: &[(Gesture, u16, u16)]) -> Vec<Effect> {
    gestures.iter().flat_map(|(gesture, x, y)| app.mouse(Mouse { gesture: *gesture, x: *x, y: *y }, now)).collect()
}

/// The plots' first column and a row in them.
fn plots(app: &mut App, now: &Snapshot, history: &History) -> (u16, u16, u16) {
    let Body::Panel(panel) = look(app, now, history).body else { panic!("120x36 shows the panel") };
    (panel.area.x, panel.area.w, panel.area.y + 4)
}

#[test]
fn a_click_on_the_trace_goes_there_and_one_on_the_whole_goes_to_that_part_of_it() {
    let (mut app, now, history) = (app(Mode::Replay), replay(600.0), hour());
    let (x, w, y) = plots(&mut app, &now, &history);
    let click = |app: &mut App, x, y| point(app, &now, &[(Gesture::Press, x, y), (Gesture::Release, x, y)]);
    // Sixty seconds are on the screen, three quarters of them before the place.
    let [Effect::Session(Command::Seek(to))] = click(&mut app, x + w / 2, y)[..] else { panic!("a click seeks") };
    assert!((to.0 - 585.0).abs() < 2.0, "{to:?}");
    let overview = look(&mut app, &now, &history).playback.unwrap().overview.unwrap().plot;
    assert_eq!(click(&mut app, overview.x, overview.y), [Effect::Session(Command::Seek(Seconds(0.0)))]);
    let end = overview.x + overview.w - 1;
    assert_eq!(click(&mut app, end, overview.y)[0], Effect::Session(Command::Seek(Seconds(3600.0))));
    assert_eq!(annotations(&app), []);
}

#[test]
fn a_drag_over_the_trace_marks_a_segment_whichever_way_it_goes_and_is_seen_while_it_grows() {
    let (mut app, now, history) = (app(Mode::Replay), replay(600.0), hour());
    let (x, _, y) = plots(&mut app, &now, &history);
    let mut drawn = |from: u16, to: u16| {
        point(&mut app, &now, &[(Gesture::Press, x + from, y), (Gesture::Drag, x + to, y + 2)]);
        let Body::Panel(panel) = look(&mut app, &now, &history).body else { panic!("120x36 shows the panel") };
        assert_eq!(panel.flags.iter().map(|flag| (flag.start, flag.last)).collect::<Vec<_>>(), [(Some(10), Some(31))]);
        assert_eq!(annotations(&app), [], "it is none before the button is released");
        point(&mut app, &now, &[(Gesture::Release, x + to, y + 2)]);
        let made: Vec<_> = annotations(&app).iter().map(|(kind, start, end, _)| (*kind, *start, end.unwrap())).collect();
        press(&mut app, &now, "u");
        assert_eq!(annotations(&app), [], "one step back takes it away");
        made
    };
    let made = drawn(10, 30);
    assert_eq!(made.len(), 1);
    assert!(made[0].2 - made[0].1 > 1000, "{made:?}");
    assert_eq!(drawn(30, 10), made);
}

#[test]
fn live_a_drag_marks_too_and_ends_where_the_signal_does() {
    let (mut app, now) = (app(Mode::Live), snapshot(6000));
    let mut history = History::new(2, SampleIndex(0));
    history.push(&crate::signal::Block { start: SampleIndex(0), channels: 2, samples: vec![0.0; 12_000] });
    let (x, w, y) = plots(&mut app, &now, &history);
    point(&mut app, &now, &[(Gesture::Press, x + w - 9, y), (Gesture::Drag, x + w + 20, y), (Gesture::Release, x + w + 20, y)]);
    let [(Kind::Segment, start, Some(6000), "")] = annotations(&app)[..] else { panic!("{:?}", annotations(&app)) };
    assert!((5000..6000).contains(&start), "{start}");
    point(&mut app, &now, &[(Gesture::Press, x + 9, y), (Gesture::Release, x + 9, y)]);
    assert_eq!(footer(&mut app, &now), "a drag over the trace marks a segment");
}

#[test]
fn the_wheel_moves_zooms_with_ctrl_and_scrolls_what_it_is_over() {
    let (mut app, now, history) = (app(Mode::Replay), replay(600.0), hour());
    let (x, _, y) = plots(&mut app, &now, &history);
    assert_eq!(point(&mut app, &now, &[(Gesture::Back, x, y)]), [Effect::Session(Command::Seek(Seconds(594.0)))]);
    assert_eq!(point(&mut app, &now, &[(Gesture::Wider, x, y)]), []);
    assert_eq!(app.span(), Seconds(120.0));
    press(&mut app, &now, "?");
    point(&mut app, &now, &[(Gesture::On, x, y), (Gesture::On, x, y)]);
    assert_eq!(look(&mut app, &now, &history).help.unwrap().first, 2);
}

#[test]
fn a_click_on_a_row_of_the_list_chooses_it_and_another_goes_there() {
    let (mut app, history) = (app(Mode::Replay), hour());
    for t in [100.0, 200.0, 300.0] {
        press(&mut app, &replay(t), "m");
    }
    let now = replay(600.0);
    press(&mut app, &now, "a");
    let area = look(&mut app, &now, &history).list.unwrap().area;
    let click = |app: &mut App| point(app, &now, &[(Gesture::Press, area.x + 3, area.y + 3), (Gesture::Release, area.x + 3, area.y + 3)]);
    assert_eq!(click(&mut app), []);
    let chosen = |app: &mut App| look(app, &now, &history).list.map(|list| list.rows.iter().position(|row| row.chosen.is_some()));
    assert_eq!(chosen(&mut app), Some(Some(1)));
    assert_eq!(click(&mut app), [Effect::Session(Command::Seek(Seconds(200.0)))]);
    assert_eq!(chosen(&mut app), None, "the list is closed, as enter closes it");
}

#[test]
fn where_something_is_typed_or_asked_the_mouse_does_nothing() {
    let (mut app, now, history) = (app(Mode::Replay), replay(600.0), hour());
    let (x, _, y) = plots(&mut app, &now, &history);
    press(&mut app, &now, "n");
    assert_eq!(point(&mut app, &now, &[(Gesture::Press, x, y), (Gesture::Drag, x + 9, y), (Gesture::Release, x + 9, y)]), []);
    assert_eq!(footer(&mut app, &now), "note: ");
}
