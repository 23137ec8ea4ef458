//! The annotations as the screen knows them: what is confirmed, what is under way, and what can be taken back.

use std::collections::VecDeque;

use super::Effect;
use crate::protocol::Command;
use crate::signal::{Annotation, AnnotationId, Annotations, Edit, Kind, Past, SampleIndex, Span, Way};

/// The list, the edits sent but not yet confirmed, and the way back.
#[derive(Debug, Default)]
pub(super) struct Marks {
    list: Annotations,
    pending: VecDeque<Edit>,
    past: Past,
    latest: Option<AnnotationId>,
    /// What a recording brought along has lower numbers than this.
    first_own: AnnotationId,
    open_segment: Option<AnnotationId>,
}

impl Marks {
    /// Begins with what a recording brought along: its annotations, and the way back through the edits that made them.
    pub(super) fn new(list: Annotations, past: Past) -> Self {
        let open = list.iter().rev().find(|a| a.kind == Kind::Segment && a.end.is_none()).map(|a| a.id);
        Self { first_own: list.next_id(), list, past, open_segment: open, ..Self::default() }
    }

    /// All of them, unconfirmed ones included.
    pub(super) fn list(&self) -> &Annotations {
        &self.list
    }

    /// Whether an edit of it is still under way.
    pub(super) fn is_pending(&self, id: AnnotationId) -> bool {
        self.pending.iter().any(|edit| edit.id() == id)
    }

    /// The mark, segment or note that a label would go to: the last touched, or made, since the recording was opened. What it brought along may be far from
    /// what is on the screen.
    pub(super) fn latest(&self) -> Option<&Annotation> {
        let touched = self.latest.and_then(|id| self.list.get(id));
        touched.or_else(|| self.list.iter().filter(|a| a.kind != Kind::Tap && a.id >= self.first_own).max_by_key(|a| a.id))
    }

    /// The segment that waits for its end.
    pub(super) fn open_segment(&self) -> Option<&Annotation> {
        self.list.get(self.open_segment?).filter(|a| a.end.is_none())
    }

    /// A new annotation.
    pub(super) fn add(&mut self, kind: Kind, start: SampleIndex, label: String) -> Effect {
        let annotation = Annotation { id: self.list.next_id(), kind, start, end: None, label };
        if kind == Kind::Segment {
            self.open_segment = Some(annotation.id);
        }
        self.change(Edit::Put(annotation))
    }

    /// A segment that has both its ends.
    pub(super) fn add_stretch(&mut self, span: Span) -> Effect {
        let (id, start, end) = (self.list.next_id(), span.start, Some(span.end));
        self.change(Edit::Put(Annotation { id, kind: Kind::Segment, start, end, label: String::new() }))
    }

    /// A note of the program's own, which is not taken back.
    pub(super) fn tell(&mut self, at: SampleIndex, label: String) -> Effect {
        let note = Annotation { id: self.list.next_id(), kind: Kind::Note, start: at, end: None, label };
        self.carry_out(Edit::Put(note), Way::Told)
    }

    /// Ends the open segment, if there is one; who has gone back since it was begun has told its end first.
    pub(super) fn end_segment(&mut self, other: SampleIndex) -> Option<Effect> {
        let open = self.open_segment()?.clone();
        self.open_segment = None;
        let (start, end) = (open.start.min(other), Some(open.start.max(other)));
        Some(self.change(Edit::Put(Annotation { start, end, ..open })))
    }

    /// Another label, unless the annotation is gone.
    pub(super) fn label(&mut self, id: AnnotationId, label: String) -> Option<Effect> {
        let annotation = self.list.get(id)?.clone();
        Some(self.change(Edit::Put(Annotation { label, ..annotation })))
    }

    /// Takes one away, unless it is gone. A still point is rejected: else the program would propose it again.
    pub(super) fn delete(&mut self, id: AnnotationId) -> Option<Effect> {
        let annotation = self.list.get(id)?;
        let edit = if annotation.kind == Kind::StillPoint { Edit::Reject(annotation.clone()) } else { Edit::Delete(id) };
        Some(self.change(edit))
    }

    /// Carries out an edit.
    pub(super) fn change(&mut self, edit: Edit) -> Effect {
        self.carry_out(edit, Way::Done)
    }

    /// Takes back the last change.
    pub(super) fn undo(&mut self) -> Option<Effect> {
        let edit = self.past.undo()?.clone();
        Some(self.carry_out(edit, Way::Undone))
    }

    /// Does again what was taken back.
    pub(super) fn redo(&mut self) -> Option<Effect> {
        let edit = self.past.redo()?.clone();
        Some(self.carry_out(edit, Way::Redone))
    }

    /// The session has carried out an edit, ours or another's.
    pub(super) fn confirmed(&mut self, edit: &Edit) {
        if let Some(at) = self.pending.iter().position(|pending| pending == edit) {
            self.pending.remove(at);
            return;
        }
        self.list.apply(edit);
    }

    fn carry_out(&mut self, edit: Edit, way: Way) -> Effect {
        self.past.take(&edit, way, self.list.edit_of(edit.id()));
        self.list.apply(&edit);
        self.pending.push_back(edit.clone());
        match &edit {
            Edit::Put(a) if a.kind == Kind::Tap || way == Way::Told => {}
            Edit::Put(a) => {
                self.latest = Some(a.id);
                if a.kind == Kind::Segment && a.end.is_none() {
                    self.open_segment = Some(a.id);
                }
            }
            Edit::Delete(_) | Edit::Reject(_) => self.latest = None,
        }
        Effect::Session(Command::Annotate(edit, way))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The edit that is sent.
    fn sent(effect: Effect) -> Edit {
        let Effect::Session(Command::Annotate(edit, _)) = effect else { panic!("{effect:?} sends no edit") };
        edit
    }

    fn labels(marks: &Marks) -> Vec<&str> {
        marks.list().iter().map(|a| a.label.as_str()).collect()
    }

    #[test]
    fn a_late_confirmation_does_not_take_a_label_away() {
        let mut marks = Marks::default();
        let put = sent(marks.add(Kind::Mark, SampleIndex(10), String::new()));
        let named = sent(marks.label(put.id(), "sacrum".into()).unwrap());
        assert!(marks.is_pending(put.id()));
        marks.confirmed(&put);
        assert_eq!(labels(&marks), ["sacrum"]);
        marks.confirmed(&named);
        assert!(!marks.is_pending(put.id()));
    }

    #[test]
    fn undo_goes_back_step_by_step_and_redo_forth() {
        let mut marks = Marks::default();
        marks.add(Kind::Segment, SampleIndex(10), String::new());
        marks.end_segment(SampleIndex(50)).unwrap();
        marks.undo().unwrap();
        assert!(marks.open_segment().is_some(), "the end is taken back, the segment is open again");
        marks.undo().unwrap();
        assert!(marks.list().is_empty() && marks.undo().is_none());
        marks.redo().unwrap();
        marks.redo().unwrap();
        assert_eq!(marks.list().iter().next().and_then(|a| a.end), Some(SampleIndex(50)));
    }

    #[test]
    fn a_tap_is_not_what_a_label_goes_to() {
        let mut marks = Marks::default();
        let mark = sent(marks.add(Kind::Mark, SampleIndex(10), String::new()));
        marks.add(Kind::Tap, SampleIndex(20), String::new());
        assert_eq!(marks.latest().map(|a| a.id), Some(mark.id()));
    }

    #[test]
    fn what_a_recording_brought_along_is_not_what_a_label_goes_to() {
        let mut journal = Vec::new();
        let mut marks = Marks::default();
        for at in [10, 20] {
            let Effect::Session(Command::Annotate(edit, way)) = marks.add(Kind::Mark, SampleIndex(at), String::new()) else {
                unreachable!()
            };
            journal.push((edit, way));
        }
        let mut marks = opened_again(&journal);
        assert_eq!(marks.latest(), None);
        let own = sent(marks.add(Kind::Mark, SampleIndex(5), String::new()));
        marks.add(Kind::Mark, SampleIndex(6), String::new());
        marks.undo().unwrap();
        assert_eq!(marks.latest().map(|a| a.id), Some(own.id()), "the one before");
        marks.undo().unwrap();
        assert_eq!(marks.latest(), None);
    }

    /// As a journal gives it back.
    fn opened_again(journal: &[(Edit, Way)]) -> Marks {
        let (mut list, mut past) = (Annotations::default(), Past::default());
        for (edit, way) in journal {
            past.take(edit, *way, list.edit_of(edit.id()));
            list.apply(edit);
        }
        Marks::new(list, past)
    }

    /// One of the things that can be done to annotations.
    fn any(marks: &mut Marks, (what, at): (u8, u64)) -> Option<Effect> {
        let some = marks.list().iter().nth(usize::try_from(at).unwrap() % marks.list().len().max(1)).cloned();
        let (start, of) = (SampleIndex(at), |id| AnnotationId(id));
        match (what, some) {
            (0, _) => Some(marks.add(Kind::Mark, start, String::new())),
            (1, _) => Some(marks.end_segment(start).unwrap_or_else(|| marks.add(Kind::Segment, start, String::new()))),
            (2, Some(a)) => marks.label(a.id, format!("label {at}")),
            (3, Some(a)) => marks.delete(a.id),
            (4, Some(a)) => Some(marks.change(Edit::Put(Annotation { start: start.min(a.end.unwrap_or(start)), ..a }))),
            (5, _) => Some(marks.add(Kind::StillPoint, start, String::new())),
            (6, _) => marks.redo(),
            (7, None) => marks.delete(of(at)),
            (_, _) => marks.undo(),
        }
    }

    proptest! {
        #[test]
        fn undo_of_everything_gives_the_start_and_redo_the_end_also_after_restarts(
            steps in prop::collection::vec((0u8..10, 0u64..50), 0..60), restart in 1usize..10,
        ) {
            let (mut marks, mut journal) = (Marks::default(), Vec::new());
            let mut done = |marks: &mut Marks, step: &dyn Fn(&mut Marks) -> Option<Effect>| {
                let Some(Effect::Session(Command::Annotate(edit, way))) = step(marks) else { return false };
                journal.push((edit, way));
                if journal.len().is_multiple_of(restart) {
                    *marks = opened_again(&journal);
                }
                true
            };
            for step in steps {
                done(&mut marks, &|marks| any(marks, step));
            }
            let end = marks.list().clone();
            let mut back = 0;
            while done(&mut marks, &Marks::undo) {
                back += 1;
            }
            prop_assert!(marks.list().is_empty() && marks.list().rejected().len() == 0);
            let mut forth = 0;
            while done(&mut marks, &Marks::redo) {
                forth += 1;
            }
            prop_assert!(forth >= back);
            while marks.list() != &end && marks.undo().is_some() {}
            prop_assert_eq!(marks.list(), &end);
        }
    }
}
