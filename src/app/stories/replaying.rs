//! Moving about in a recording.

use super::*;
use crate::app::scene::{Panel, Scene};
use crate::protocol::{Surveyed, TrendPoint};
use crate::signal::{Annotation, AnnotationId, Block, Columns};

/// Two channels of an hour, of which every minute has its number as its samples.
fn hour() -> History {
    let mut history = History::new(2, SampleIndex(0));
    for minute in 0..60_u16 {
        history.push(&Block { start: history.end(), channels: 2, samples: vec![f32::from(minute); 2 * 6000] });
    }
    history
}

fn scene(app: &mut App, now: &Snapshot, columns: &History) -> Scene {
    app.scene(now, columns, (120, 36), "10:00:00")
}

fn panel(scene: Scene) -> Box<Panel> {
    let Body::Panel(panel) = scene.body else { panic!("120x36 shows the panel") };
    panel
}

fn segment(app: &mut App, id: u64, from: u64, to: u64, label: &str) {
    let annotation =
        Annotation { id: AnnotationId(id), kind: Kind::Segment, start: SampleIndex(from), end: Some(SampleIndex(to)), label: label.into() };
    app.notice(Notice::Annotated { edit: Edit::Put(annotation), saved: true });
}

#[test]
fn a_quarter_of_the_picture_is_what_comes() {
    let (mut app, history) = (app(Mode::Replay), hour());
    let panel = panel(scene(&mut app, &replay(1800.0), &history));
    let cells = panel.axis.area.w;
    let cursor = panel.cursor.unwrap();
    assert!((i32::from(cursor) - i32::from(cells) * 3 / 4).abs() <= 2, "{cursor} of {cells}");
    let at = |cell: u16| panel.panes[0].columns[usize::from(cell) * 2].min;
    // 30:00 is where minute 30 begins: before the cursor lies minute 29.
    assert_eq!((at(cursor - 1), at(cursor + 1)), (29.0, 30.0));
}

#[test]
fn a_recording_that_fits_stands_still_while_the_cursor_goes_through_it() {
    let (mut app, history) = (app(Mode::Replay), hour());
    (0..20).for_each(|_| drop(app.key(Key::Char('-'), &replay(60.0))));
    assert_eq!(footer(&mut app, &replay(60.0)), "as far as it goes", "an hour needs no day");
    assert_eq!(app.span(), Seconds(3600.0));
    let [early, late] = [600.0, 3000.0].map(|at| panel(scene(&mut app, &replay(at), &history)));
    let drawn = |panel: &Panel| format!("{:?}", panel.panes[0].columns);
    assert!(drawn(&early) == drawn(&late), "the picture moved");
    let per_cell = f64::from(late.cursor.unwrap() - early.cursor.unwrap()) / 2400.0;
    assert!((per_cell * 3600.0 / f64::from(early.axis.area.w) - 1.0).abs() < 0.1, "{per_cell} cells a second");
}

#[test]
fn comma_and_period_go_by_a_cycle_of_the_rhythm_that_is_there() {
    let mut app = app(Mode::Replay);
    let mut now = replay(120.0);
    assert_eq!(press(&mut app, &now, "."), []);
    assert_eq!(footer(&mut app, &now), "no rhythm is present here to step by");
    now.latest[0][Rhythm::Cranial as usize] = Some(estimate(0, 0.0001));
    for (key, to) in [(".", 120.0 + 60.0 / 6.2), (".", 120.0 + 120.0 / 6.2), (",", 120.0 + 60.0 / 6.2)] {
        let [Effect::Session(Command::Seek(at))] = press(&mut app, &now, key)[..] else { panic!("{key} moves") };
        assert!((at.0 - to).abs() < 1e-9, "{} for {to}", at.0);
    }
}

#[test]
fn going_behind_the_end_goes_to_the_end_and_says_so() {
    let mut app = app(Mode::Replay);
    let now = replay(120.0);
    for key in ["g", "9", "9", ":", "0", "0", ":", "0", "0"] {
        press(&mut app, &now, key);
    }
    let end = now.playback.unwrap().duration;
    assert_eq!(app.key(Key::Enter, &now), [Effect::Session(Command::Seek(end))]);
    assert_eq!(footer(&mut app, &now), "the recording ends at 1:00:00");
}

#[test]
fn l_plays_the_innermost_segment_over_and_over_and_again_goes_on() {
    let mut app = app(Mode::Replay);
    segment(&mut app, 1, 1000, 90_000, "session");
    segment(&mut app, 2, 10_000, 16_000, "sacrum");
    let span = Span { start: SampleIndex(10_000), end: SampleIndex(16_000) };
    assert_eq!(press(&mut app, &replay(120.0), "l"), [Effect::Session(Command::Loop(Some(span)))]);
    assert!(footer(&mut app, &replay(120.0)).contains("“sacrum”"));
    let mut looping = replay(121.0);
    looping.playback.iter_mut().for_each(|playback| playback.looped = Some(span));
    let line = scene(&mut app, &looping, &hour()).playback.unwrap();
    assert_eq!(line.looped, Some((100.0 / 3600.0, 160.0 / 3600.0)));
    assert_eq!(press(&mut app, &looping, "l"), [Effect::Session(Command::Loop(None))]);
    assert_eq!(press(&mut app, &replay(3000.0), "l"), []);
    assert!(footer(&mut app, &replay(3000.0)).starts_with("no segment here"));
}

#[test]
fn a_segment_whose_end_was_told_first_lies_between_the_two_and_u_opens_it_again() {
    let mut app = app(Mode::Replay);
    press(&mut app, &replay(120.0), "s");
    press(&mut app, &replay(60.0), "s");
    assert_eq!(annotations(&app), [(Kind::Segment, 6000, Some(12_000), "")]);
    press(&mut app, &replay(60.0), "u");
    assert_eq!(annotations(&app), [(Kind::Segment, 12_000, None, "")]);
}

#[test]
fn the_trend_is_that_of_the_whole_recording_and_where_nothing_was_looked_at_is_no_dash() {
    let mut app = app(Mode::Replay);
    let mut now = replay(1800.0);
    now.latest[0][Rhythm::Cranial as usize] = Some(estimate(0, 0.0001));
    let points = (12..360_u16).map(|step| TrendPoint { t: Seconds(5.0 * f64::from(step)), rate: Some(6.0), amplitude: Some(50.0) });
    now.trend = Arc::new(vec![[Vec::new(), points.collect(), Vec::new(), Vec::new()], Default::default()]);
    now.surveyed = Some(Surveyed { overview: 1.0, figures: 0.5 });
    let scene = scene(&mut app, &now, &hour());
    assert_eq!(scene.playback.as_ref().unwrap().looking.as_deref(), Some("looking through it 55 %"));
    let trend = panel(scene).trend.unwrap();
    let half = trend.bars.len() / 2;
    assert!(trend.bars[2..half - 1].iter().all(|bar| bar.height.is_some()));
    assert!(trend.bars[half + 1..].iter().all(|bar| bar.height.is_none() && bar.unknown));
    assert!(usize::from(trend.cursor.unwrap()).abs_diff(half) <= 1);
}

#[test]
fn blind_hides_the_overview_too() {
    let (mut app, history, now) = (app(Mode::Replay), hour(), replay(120.0));
    assert!(scene(&mut app, &now, &history).playback.unwrap().overview.unwrap().columns.iter().all(|column| column.has_samples()));
    press(&mut app, &now, "bb");
    assert!(scene(&mut app, &now, &history).playback.unwrap().overview.unwrap().columns.is_empty());
}
