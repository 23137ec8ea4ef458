//! The way back: which edits can be taken back and which done again. Told by the edits alone, in their order and each with its [`Way`], so that a
//! journal is all that is needed to go on after a restart.

use super::{Edit, Way};

/// What can be taken back and done again, without limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    undo: Vec<Change>,
    redo: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    back: Edit,
    forth: Edit,
}

impl Past {
    /// Takes note of an edit that is carried out; `back` makes its annotation what it was before. One that says that it takes something back, and does
    /// not, is an edit like any other.
    pub fn take(&mut self, edit: &Edit, way: Way, back: Edit) {
        match way {
            Way::Told => {}
            Way::Undone if self.undo() == Some(edit) => self.redo.extend(self.undo.pop()),
            Way::Redone if self.redo() == Some(edit) => self.undo.extend(self.redo.pop()),
            Way::Done | Way::Undone | Way::Redone => {
                self.undo.push(Change { back, forth: edit.clone() });
                self.redo.clear();
            }
        }
    }

    /// The edit that takes the last change back.
    pub fn undo(&self) -> Option<&Edit> {
        self.undo.last().map(|change| &change.back)
    }

    /// The edit that does again what was taken back last.
    pub fn redo(&self) -> Option<&Edit> {
        self.redo.last().map(|change| &change.forth)
    }

    /// The same with every edit made into another.
    #[must_use]
    pub fn map(self, mut other: impl FnMut(&Edit) -> Edit) -> Self {
        let mut changes = |list: Vec<Change>| -> Vec<Change> {
            list.iter().map(|change| Change { back: other(&change.back), forth: other(&change.forth) }).collect()
        };
        Self { undo: changes(self.undo), redo: changes(self.redo) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{Annotation, AnnotationId, Annotations, Kind, SampleIndex};

    fn put(id: u64, start: u64) -> Edit {
        Edit::Put(Annotation { id: AnnotationId(id), kind: Kind::Mark, start: SampleIndex(start), end: None, label: String::new() })
    }

    /// Carries out edits as a journal has them, and gives what is left.
    fn after(journal: &[(Edit, Way)]) -> (Annotations, Past) {
        let (mut list, mut past) = (Annotations::default(), Past::default());
        for (edit, way) in journal {
            past.take(edit, *way, list.edit_of(edit.id()));
            list.apply(edit);
        }
        (list, past)
    }

    #[test]
    fn what_was_taken_back_is_not_taken_back_again_after_a_restart() {
        let gone = Edit::Delete(AnnotationId(1));
        let (_, past) = after(&[(put(0, 10), Way::Done), (put(1, 20), Way::Done), (gone.clone(), Way::Undone)]);
        assert_eq!((past.undo(), past.redo()), (Some(&Edit::Delete(AnnotationId(0))), Some(&put(1, 20))));
        let (_, past) = after(&[(put(0, 10), Way::Done), (put(1, 20), Way::Done), (gone, Way::Done)]);
        assert_eq!((past.undo(), past.redo()), (Some(&put(1, 20)), None), "one that was deleted comes back");
    }

    #[test]
    fn a_journal_that_claims_to_take_back_what_it_does_not_is_followed_all_the_same() {
        let (list, past) = after(&[(put(0, 10), Way::Undone), (put(0, 30), Way::Redone), (put(5, 1), Way::Told)]);
        assert_eq!((list.len(), past.undo()), (2, Some(&put(0, 10))), "what the program told is not taken back");
    }
}
