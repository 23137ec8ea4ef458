//! The list of channels, and the sets of quick labels.

use super::*;
use crate::app::{ChannelsPane, LabelSet, Scene};
use crate::signal::{Block, Column, Columns};

/// Left goes up to 1, right down to −5.
fn history() -> History {
    let mut history = History::new(2, SampleIndex(0));
    let samples = (0..6000).flat_map(|n| if n % 2 == 0 { [0.0, 0.0] } else { [1.0, -5.0] }).collect();
    history.push(&Block { start: SampleIndex(0), channels: 2, samples });
    history
}

fn look(app: &mut App, now: &Snapshot) -> Scene {
    app.scene(now, &history(), (120, 36), "10:00:00")
}

fn panes(app: &mut App, now: &Snapshot) -> Vec<(String, Column)> {
    let Body::Panel(panel) = look(app, now).body else { panic!("120x36 shows the panel") };
    let all = |columns: &[Column]| columns.iter().fold(Column::EMPTY, |all, column| all.and(*column));
    panel.panes.iter().map(|pane| (pane.name.clone(), all(&pane.columns))).collect()
}

fn names(app: &mut App, now: &Snapshot) -> Vec<String> {
    panes(app, now).into_iter().map(|(name, _)| name).collect()
}

fn list(app: &mut App, now: &Snapshot) -> ChannelsPane {
    look(app, now).channels.expect("the list is open")
}

#[test]
fn a_channel_is_hidden_shown_and_shown_alone_and_one_always_stays() {
    let (mut app, now) = (app(Mode::Live), snapshot(6000));
    press(&mut app, &now, "cj ");
    assert_eq!(names(&mut app, &now), ["left"]);
    assert_eq!(list(&mut app, &now).title, "channel 2 of 2 · 1 shown");
    press(&mut app, &now, "k ");
    assert_eq!((names(&mut app, &now), footer(&mut app, &now)), (vec!["left".to_owned()], "one trace stays on the screen".to_owned()));
    press(&mut app, &now, "j ");
    assert_eq!(names(&mut app, &now), ["left", "right"]);
    app.key(Key::Enter, &now);
    assert_eq!(names(&mut app, &now), ["right"]);
    app.key(Key::Enter, &now);
    press(&mut app, &now, "c");
    assert_eq!(names(&mut app, &now), ["left", "right"]);
    assert!(look(&mut app, &now).channels.is_none() && footer(&mut app, &now).starts_with("space mark"));
}

#[test]
fn the_figures_can_be_read_from_one_channel_although_another_has_more_evidence() {
    let (mut app, mut now) = (app(Mode::Live), snapshot(7000));
    now.whole = Seconds(70.0);
    now.latest[0][Rhythm::Cranial as usize] = Some(estimate(0, 0.0001));
    now.latest[1][Rhythm::Cranial as usize] = Some(estimate(1, 0.4));
    let of = |app: &mut App, now: &Snapshot| {
        let Body::Panel(panel) = look(app, now).body else { panic!("120x36 shows the panel") };
        (panel.figures[0].channel.clone(), panel.figures[0].reading.clone())
    };
    assert_eq!(of(&mut app, &now).0, "left");
    press(&mut app, &now, "cjf");
    assert_eq!(footer(&mut app, &now), "figures from right");
    assert_eq!(of(&mut app, &now), ("right".to_owned(), Reading::Absent(Evidence::None)), "a dash, if that is what there is");
    assert_eq!(list(&mut app, &now).rows[1].about, "leads · cranial · µm");
    press(&mut app, &now, "f");
    assert_eq!(of(&mut app, &now).0, "left");
}

#[test]
fn a_trace_is_turned_over_on_the_screen_alone() {
    let (mut app, now) = (app(Mode::Live), snapshot(6000));
    press(&mut app, &now, "cji");
    let right = panes(&mut app, &now)[1].1;
    assert_eq!((right.min, right.max), (0.0, 5.0));
    assert!(list(&mut app, &now).rows[1].about.starts_with("upside down"));
    let mut column = [Column::EMPTY];
    history().columns(1, SampleIndex(0), 6000, &mut column);
    assert_eq!(column[0].min, -5.0);
    press(&mut app, &now, "i");
    assert_eq!(panes(&mut app, &now)[1].1.min, -5.0);
}

#[test]
fn the_list_tells_each_channels_own_rhythm_and_a_blind_hand_none() {
    let (mut app, mut now) = (app(Mode::Live), snapshot(7000));
    now.latest[0][Rhythm::Cranial as usize] = Some(estimate(0, 0.0001));
    now.latest[1][Rhythm::Cranial as usize] = Some(estimate(1, 0.4));
    now.whole = Seconds(12.0);
    press(&mut app, &now, "c");
    assert_eq!(list(&mut app, &now).rows[0].figure.text, "settling 12 of 60 s", "a figure from before a gap is stale");
    now.whole = Seconds(70.0);
    let told = |app: &mut App| list(app, &now).rows.iter().map(|row| row.figure.text.clone()).collect::<Vec<_>>();
    assert_eq!(told(&mut app), ["cranial 6.2 ± 0.1 /min clear", "cranial – none"]);
    press(&mut app, &now, "cbc");
    assert_eq!(told(&mut app), ["blind", "blind"]);
}

#[test]
fn before_the_channels_are_known_there_is_no_list() {
    let mut app = app(Mode::Live);
    press(&mut app, &Snapshot::default(), "c");
    assert_eq!(footer(&mut app, &Snapshot::default()), "the channels are not known yet");
}

#[test]
fn the_digits_put_the_labels_of_the_set_in_force_and_a_key_goes_to_the_next() {
    let set = |name: &str, labels: &[&str]| LabelSet {
        name: name.into(),
        labels: std::array::from_fn(|at| labels.get(at).copied().unwrap_or_default().to_owned()),
    };
    let mut app = app(Mode::Live).with_labels(vec![set("ten steps", &["CV-4", "still point"]), set("lymph", &["", "neck", "axilla"])]);
    press(&mut app, &snapshot(500), "m1");
    press(&mut app, &snapshot(600), "L");
    assert_eq!(footer(&mut app, &snapshot(600)), "labels lymph: 1 neck · 2 axilla");
    press(&mut app, &snapshot(700), "m1");
    press(&mut app, &snapshot(800), "m0");
    assert_eq!(footer(&mut app, &snapshot(800)), "0 has no label in this set");
    assert_eq!(annotations(&app).iter().map(|a| a.3).collect::<Vec<_>>(), ["still point", "neck", ""]);
    press(&mut app, &snapshot(800), "?");
    let help = look(&mut app, &snapshot(800)).help.unwrap();
    assert_eq!((help.set.as_str(), help.labels), ("lymph", vec![('1', "neck".to_owned()), ('2', "axilla".to_owned())]));
    let mut alone = self::app(Mode::Live);
    press(&mut alone, &snapshot(500), "L");
    assert!(footer(&mut alone, &snapshot(500)).contains("[label-sets] in the settings file"));
}
