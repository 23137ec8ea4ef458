//! The annotations as the screen knows them: what is confirmed, what is under way, and what can be taken back.

use std::collections::VecDeque;

use crate::signal::{Annotation, AnnotationId, Annotations, Edit, Kind, SampleIndex};

/// The list, the edits sent but not yet confirmed, and the way back.
#[derive(Debug, Default)]
pub(super) struct Marks {
    list: Annotations,
    pending: VecDeque<Edit>,
    undo: Vec<Change>,
    redo: Vec<Change>,
    latest: Option<AnnotationId>,
    open_segment: Option<AnnotationId>,
}

#[derive(Debug)]
struct Change {
    back: Edit,
    forth: Edit,
}

impl Marks {
    /// Begins with what a recording brought along.
    pub(super) fn new(list: Annotations) -> Self {
        let open = list.iter().rev().find(|a| a.kind == Kind::Segment && a.end.is_none()).map(|a| a.id);
        Self { list, open_segment: open, ..Self::default() }
    }

    /// All of them, unconfirmed ones included.
    pub(super) fn list(&self) -> &Annotations {
        &self.list
    }

    /// Whether an edit of it is still under way.
    pub(super) fn is_pending(&self, id: AnnotationId) -> bool {
        self.pending.iter().any(|edit| edit.id() == id)
    }

    /// The mark, segment or note that a label would go to.
    pub(super) fn latest(&self) -> Option<&Annotation> {
        let touched = self.latest.and_then(|id| self.list.get(id));
        touched.or_else(|| self.list.iter().filter(|a| a.kind != Kind::Tap).max_by_key(|a| a.id))
    }

    /// The segment that waits for its end.
    pub(super) fn open_segment(&self) -> Option<&Annotation> {
        self.list.get(self.open_segment?).filter(|a| a.end.is_none())
    }

    /// A new annotation; the edit to send.
    pub(super) fn add(&mut self, kind: Kind, start: SampleIndex, label: String) -> Edit {
        let annotation = Annotation { id: self.list.next_id(), kind, start, end: None, label };
        if kind == Kind::Segment {
            self.open_segment = Some(annotation.id);
        }
        self.change(Edit::Put(annotation))
    }

    /// Ends the open segment; the edit to send, if there is one.
    pub(super) fn end_segment(&mut self, end: SampleIndex) -> Option<Edit> {
        let open = self.open_segment()?.clone();
        self.open_segment = None;
        let end = Some(end.max(open.start));
        Some(self.change(Edit::Put(Annotation { end, ..open })))
    }

    /// Another label; the edit to send, unless it is gone.
    pub(super) fn label(&mut self, id: AnnotationId, label: String) -> Option<Edit> {
        let annotation = self.list.get(id)?.clone();
        Some(self.change(Edit::Put(Annotation { label, ..annotation })))
    }

    /// Takes one away; the edit to send, unless it is gone.
    pub(super) fn delete(&mut self, id: AnnotationId) -> Option<Edit> {
        self.list.get(id)?;
        Some(self.change(Edit::Delete(id)))
    }

    /// Carries out an edit of one that is there; the edit to send.
    pub(super) fn put(&mut self, edit: Edit) -> Edit {
        self.change(edit)
    }

    /// Takes back the last change; the edit to send.
    pub(super) fn undo(&mut self) -> Option<Edit> {
        let change = self.undo.pop()?;
        let edit = change.back.clone();
        self.redo.push(change);
        self.carry_out(&edit);
        Some(edit)
    }

    /// Does again what was taken back; the edit to send.
    pub(super) fn redo(&mut self) -> Option<Edit> {
        let change = self.redo.pop()?;
        let edit = change.forth.clone();
        self.undo.push(change);
        self.carry_out(&edit);
        Some(edit)
    }

    /// The session has carried out an edit, ours or another's.
    pub(super) fn confirmed(&mut self, edit: &Edit) {
        if let Some(at) = self.pending.iter().position(|pending| pending == edit) {
            self.pending.remove(at);
            return;
        }
        self.list.apply(edit);
    }

    fn change(&mut self, forth: Edit) -> Edit {
        let back = self.list.get(forth.id()).map_or(Edit::Delete(forth.id()), |before| Edit::Put(before.clone()));
        self.undo.push(Change { back, forth: forth.clone() });
        self.redo.clear();
        self.carry_out(&forth);
        forth
    }

    fn carry_out(&mut self, edit: &Edit) {
        self.list.apply(edit);
        self.pending.push_back(edit.clone());
        match edit {
            Edit::Put(a) if a.kind == Kind::Tap => {}
            Edit::Put(a) => {
                self.latest = Some(a.id);
                if a.kind == Kind::Segment && a.end.is_none() {
                    self.open_segment = Some(a.id);
                }
            }
            Edit::Delete(_) => self.latest = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(marks: &Marks) -> Vec<&str> {
        marks.list().iter().map(|a| a.label.as_str()).collect()
    }

    #[test]
    fn a_late_confirmation_does_not_take_a_label_away() {
        let mut marks = Marks::default();
        let put = marks.add(Kind::Mark, SampleIndex(10), String::new());
        let named = marks.label(put.id(), "sacrum".into()).unwrap();
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
        let mark = marks.add(Kind::Mark, SampleIndex(10), String::new());
        marks.add(Kind::Tap, SampleIndex(20), String::new());
        assert_eq!(marks.latest().map(|a| a.id), Some(mark.id()));
    }
}
