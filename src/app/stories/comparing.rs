//! Segments side by side.

use super::*;
use crate::app::{Compared, Stretch};
use crate::signal::{Annotation, AnnotationId};

fn segments(app: &mut App) {
    for (id, from, to, label) in [(0, 1000, 2000, "before"), (1, 3000, 4000, ""), (2, 6000, 7000, "after")] {
        let annotation = Annotation {
            id: AnnotationId(id),
            kind: Kind::Segment,
            start: SampleIndex(from),
            end: Some(SampleIndex(to)),
            label: label.into(),
        };
        app.notice(Notice::Annotated { edit: Edit::Put(annotation), saved: true });
    }
}

fn asked(effects: &[Effect]) -> Vec<(&str, u64)> {
    match effects {
        [Effect::Compare(stretches)] => stretches.iter().map(|stretch| (stretch.label.as_str(), stretch.span.start.0)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_segments_that_are_marked_are_compared_in_the_order_of_the_marks() {
    let mut app = app(Mode::Replay);
    segments(&mut app);
    press(&mut app, &replay(65.0), "x");
    assert_eq!(footer(&mut app, &replay(65.0)), "after to be compared · 1 marked · x in another one too");
    press(&mut app, &replay(15.0), "x");
    assert_eq!(footer(&mut app, &replay(15.0)), "before to be compared · 2 marked · X compares them");
    assert_eq!(asked(&press(&mut app, &replay(15.0), "X")), [("after", 6000), ("before", 1000)]);
}

#[test]
fn with_fewer_than_two_marked_all_are_compared_in_the_order_of_the_recording() {
    let mut app = app(Mode::Replay);
    segments(&mut app);
    press(&mut app, &replay(35.0), "xx");
    assert_eq!(footer(&mut app, &replay(35.0)), "segment 2 left out · 0 marked");
    assert_eq!(asked(&press(&mut app, &replay(35.0), "X")), [("before", 1000), ("segment 2", 3000), ("after", 6000)]);
}

#[test]
fn in_the_list_x_marks_the_chosen_one_and_nothing_is_deleted() {
    let mut app = app(Mode::Replay);
    segments(&mut app);
    press(&mut app, &replay(65.0), "ax");
    assert_eq!(footer(&mut app, &replay(65.0)), "after to be compared · 1 marked · x in another one too");
    assert_eq!(annotations(&app).len(), 3);
}

#[test]
fn one_segment_or_none_cannot_be_compared_and_live_says_when_it_can_be() {
    let mut app = app(Mode::Replay);
    assert_eq!(press(&mut app, &replay(65.0), "x"), []);
    assert_eq!(footer(&mut app, &replay(65.0)), "no segment here to compare");
    assert_eq!(press(&mut app, &replay(65.0), "X"), []);
    assert!(footer(&mut app, &replay(65.0)).starts_with("two segments are needed"));
}

#[test]
fn the_table_is_told_how_far_it_is_and_esc_closes_it_whatever_comes_later() {
    let mut app = app(Mode::Replay);
    segments(&mut app);
    let now = replay(65.0);
    press(&mut app, &now, "X");
    app.comparing(0.4);
    let notes = |app: &mut App| app.scene(&now, &History::new(2, SampleIndex(0)), (120, 36), "").table.map(|table| table.notes);
    assert_eq!(notes(&mut app), Some(vec!["looking through the recording: 40 %".to_owned()]));
    app.key(Key::Esc, &now);
    let stretch = Stretch { label: "before".into(), span: Span { start: SampleIndex(0), end: SampleIndex(1) } };
    app.compared(Ok(Compared { stretches: vec![stretch], holds: Vec::new(), sides: vec![None], apart: Vec::new() }));
    assert_eq!(notes(&mut app), None);
    press(&mut app, &now, "m");
    assert_eq!(annotations(&app).len(), 4, "the keys are the replay's again");
}
