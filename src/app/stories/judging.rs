//! What the program has found is a proposal until somebody has judged it.

use super::*;
use crate::app::scene::Standing;
use crate::rhythm::StillPoint;
use crate::signal::{Annotations, Block, Past, Way};

/// A hundred frames a second; still points from and to these seconds.
fn found(mut now: Snapshot, spans: &[(f64, f64)]) -> Snapshot {
    let frame = |t: f64| SampleIndex((t * 100.0) as u64);
    let still = |&(from, to): &(f64, f64)| {
        let (span, start, end) = (Span { start: frame(from), end: frame(to) }, Seconds(from), Seconds(to));
        StillPoint { channel: 0, rhythm: Rhythm::Cranial, span, start, end, flags: Flags::default() }
    };
    now.stills = Arc::new(spans.iter().map(still).collect());
    now
}

/// The still points that are drawn: in words, and as what.
fn drawn(app: &mut App, now: &Snapshot) -> Vec<(String, Standing)> {
    let mut history = History::new(2, SampleIndex(0));
    history.push(&Block { start: SampleIndex(0), channels: 2, samples: vec![0.0; 2 * now.head.0 as usize] });
    let scene = app.scene(now, &history, (120, 36), "10:00:00");
    let Body::Panel(panel) = scene.body else { panic!("120x36 shows the panel") };
    panel.panes[0].stills.iter().map(|still| (still.text.clone(), still.standing)).collect()
}

fn rows(app: &mut App, now: &Snapshot) -> Vec<(String, String)> {
    let scene = app.scene(now, &History::new(2, SampleIndex(0)), (120, 36), "10:00:00");
    scene.list.unwrap().rows.into_iter().map(|row| (row.start, row.label)).collect()
}

/// The app after it was closed: all it has is the journal.
fn opened_again(effects: &[Effect]) -> App {
    let (mut list, mut past) = (Annotations::default(), Past::default());
    for effect in effects {
        let Effect::Session(Command::Annotate(edit, way)) = effect else { continue };
        past.take(edit, *way, list.edit_of(edit.id()));
        list.apply(edit);
    }
    app(Mode::Replay).with_annotations(list, past)
}

#[test]
fn y_accepts_the_latest_still_point_and_u_makes_it_a_proposal_again() {
    let (mut app, now) = (app(Mode::Live), found(snapshot(6000), &[(8.0, 20.0), (30.0, 45.0)]));
    assert!(footer(&mut app, &now).contains("y accept"));
    press(&mut app, &now, "y");
    assert_eq!(annotations(&app), [(Kind::StillPoint, 3000, Some(4500), "")]);
    press(&mut app, &now, "u");
    assert_eq!(annotations(&app), []);
    press(&mut app, &now, "yy");
    assert_eq!(annotations(&app).len(), 2);
    assert!(!footer(&mut app, &now).contains("y accept"), "nothing is left to judge");
    press(&mut app, &now, "y");
    assert_eq!(footer(&mut app, &now), "no still point waits to be judged here");
}

#[test]
fn an_accepted_still_point_looks_unlike_a_proposal_and_a_rejected_one_is_gone() {
    let (mut app, now) = (app(Mode::Live), found(snapshot(6000), &[(8.0, 20.0), (30.0, 45.0)]));
    let proposed = |text: &str| (text.to_owned(), Standing::Proposed);
    assert_eq!(drawn(&mut app, &now), [proposed("still? 12 s"), proposed("still point? 15 s")]);
    press(&mut app, &now, "y");
    assert_eq!(drawn(&mut app, &now), [proposed("still? 12 s"), ("still point 15 s".to_owned(), Standing::Accepted)]);
    app.key(Key::Delete, &now);
    assert_eq!(drawn(&mut app, &now), [("still point 15 s".to_owned(), Standing::Accepted)]);
}

#[test]
fn a_rejected_still_point_does_not_come_back_also_after_a_restart_unless_it_is_taken_back() {
    let (mut first, now) = (app(Mode::Live), found(snapshot(6000), &[(30.0, 45.0)]));
    let mut journal = first.key(Key::Delete, &now);
    assert_eq!((drawn(&mut first, &now).len(), annotations(&first).len()), (0, 0));
    let mut second = opened_again(&journal);
    assert_eq!(drawn(&mut second, &now), []);
    let back = press(&mut second, &now, "u");
    assert!(matches!(&back[..], [Effect::Session(Command::Annotate(Edit::Delete(_), Way::Undone))]), "{back:?}");
    assert_eq!(drawn(&mut second, &now).len(), 1);
    journal.extend(back);
    assert_eq!(drawn(&mut opened_again(&journal), &now).len(), 1);
}

#[test]
fn an_accepted_still_point_that_is_deleted_is_not_proposed_again() {
    let (mut app, now) = (app(Mode::Live), found(snapshot(6000), &[(30.0, 45.0)]));
    press(&mut app, &now, "yad");
    assert_eq!((annotations(&app).len(), rows(&mut app, &now).len()), (0, 0));
    press(&mut app, &now, "u");
    assert_eq!(annotations(&app), [(Kind::StillPoint, 3000, Some(4500), "")]);
}

#[test]
fn p_goes_from_proposal_to_proposal_in_the_list_and_the_keys_of_the_list_judge_and_move_them() {
    let (mut app, now) = (app(Mode::Replay), found(replay(60.0), &[(8.0, 20.0), (30.0, 45.0)]));
    press(&mut app, &replay(1.0), "m");
    assert_eq!(press(&mut app, &now, "p"), [Effect::Session(Command::Seek(Seconds(20.0)))]);
    let row = |start: &str, label: &str| (start.to_owned(), label.to_owned());
    assert_eq!(rows(&mut app, &now), [row("0:01.0", ""), row("0:08.0", "still point?"), row("0:30.0", "still point?")]);
    assert_eq!(press(&mut app, &now, "p"), [Effect::Session(Command::Seek(Seconds(45.0)))]);
    app.key(Key::Tab, &now);
    press(&mut app, &now, ".");
    assert_eq!(annotations(&app)[1], (Kind::StillPoint, 3000, Some(4501), ""), "who moves an end accepts it");
    press(&mut app, &now, "pd");
    assert_eq!(rows(&mut app, &now), [row("0:01.0", ""), row("0:30.0", "")]);
    press(&mut app, &now, "uuu");
    assert_eq!(annotations(&app), [], "the rejection, the move and the mark are taken back");
    assert_eq!(rows(&mut app, &now).len(), 2);
}

#[test]
fn a_blind_hand_is_told_of_no_still_point_and_cannot_judge_one() {
    let (mut app, now) = (app(Mode::Live), found(snapshot(6000), &[(30.0, 45.0)]));
    press(&mut app, &now, "b");
    assert!(!footer(&mut app, &now).contains("accept"));
    press(&mut app, &now, "y");
    app.key(Key::Delete, &now);
    press(&mut app, &now, "pa");
    assert_eq!((annotations(&app).len(), rows(&mut app, &now).len()), (0, 0));
}
