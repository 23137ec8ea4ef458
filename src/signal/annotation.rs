//! Annotations, and the edits that make them. The list is what its edits, applied in order, leave:
//! the same on the screen, in the journal and after a crash. What is rejected is remembered, so that it is not proposed again.

use std::collections::BTreeMap;

use super::{SampleIndex, Span};

/// The quick labels of the ten-step protocol, in the order of the keys 0–9.
pub const QUICK_LABELS: [&str; 10] =
    ["CV-4", "still point", "diaphragms", "sacrum", "dural tube", "frontal lift", "parietal lift", "sphenoid", "temporals", "mandible"];

/// Names an annotation within its session, for ever: ids are not used again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnnotationId(pub u64);

/// What an annotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An instant.
    Mark,
    /// A stretch, from start to end; open while `end` is `None`.
    Segment,
    /// A cycle that the hand felt.
    Tap,
    /// A stretch in which a rhythm is absent.
    StillPoint,
    /// A text at an instant.
    Note,
}

impl Kind {
    /// The word of files and the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mark => "mark",
            Self::Segment => "segment",
            Self::Tap => "tap",
            Self::StillPoint => "stillpoint",
            Self::Note => "note",
        }
    }

    /// The kind that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Mark, Self::Segment, Self::Tap, Self::StillPoint, Self::Note].into_iter().find(|kind| kind.word() == word)
    }
}

/// Something a person (or the program, for a still point) wrote to an instant or a stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Its name in the session.
    pub id: AnnotationId,
    /// What it is.
    pub kind: Kind,
    /// The frame it begins at.
    pub start: SampleIndex,
    /// The frame after its last, for a stretch that is closed.
    pub end: Option<SampleIndex>,
    /// What it says; may be empty. Clean of control characters.
    pub label: String,
}

impl Annotation {
    /// Its frames; an instant or an open segment has none.
    pub fn span(&self) -> Span {
        Span { start: self.start, end: self.end.unwrap_or(self.start) }
    }
}

/// One change of the list. A journal of these is the list's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A new annotation, or one of the same id put in its place.
    Put(Annotation),
    /// The annotation is no more.
    Delete(AnnotationId),
    /// It is none: what the program found there is not to be proposed again.
    Reject(Annotation),
}

/// How an edit came about, so that the way back is known by the edits alone, also after a restart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// Somebody made it.
    #[default]
    Done,
    /// It takes the last one back that is not taken back yet.
    Undone,
    /// It does again what was taken back last.
    Redone,
    /// The program notes a fact, which is not taken back.
    Told,
}

impl Edit {
    /// The annotation that it is about.
    pub fn id(&self) -> AnnotationId {
        match self {
            Self::Put(annotation) | Self::Reject(annotation) => annotation.id,
            Self::Delete(id) => *id,
        }
    }
}

/// The annotations of a session, sorted by start, then by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    list: Vec<Annotation>,
    /// Sorted by id.
    rejected: Vec<Annotation>,
    next: u64,
}

impl Annotations {
    /// Carries out one edit. Deleting what is not there changes nothing.
    pub fn apply(&mut self, edit: &Edit) {
        self.next = self.next.max(edit.id().0.saturating_add(1));
        self.list.retain(|a| a.id != edit.id());
        self.rejected.retain(|a| a.id != edit.id());
        match edit {
            Edit::Put(annotation) => {
                let key = (annotation.start, annotation.id);
                let at = self.list.partition_point(|a| (a.start, a.id) < key);
                self.list.insert(at, annotation.clone());
            }
            Edit::Reject(annotation) => {
                let at = self.rejected.partition_point(|a| a.id < annotation.id);
                self.rejected.insert(at, annotation.clone());
            }
            Edit::Delete(_) => {}
        }
    }

    /// The edit that makes one what it is now: what takes back an edit that comes next.
    pub fn edit_of(&self, id: AnnotationId) -> Edit {
        let put = self.get(id).cloned().map(Edit::Put);
        let rejected = || self.rejected.iter().find(|a| a.id == id).cloned().map(Edit::Reject);
        put.or_else(rejected).unwrap_or(Edit::Delete(id))
    }

    /// What was rejected, by id.
    pub fn rejected(&self) -> std::slice::Iter<'_, Annotation> {
        self.rejected.iter()
    }

    /// All of them, sorted by start.
    pub fn iter(&self) -> std::slice::Iter<'_, Annotation> {
        self.list.iter()
    }

    /// The one of that name.
    pub fn get(&self, id: AnnotationId) -> Option<&Annotation> {
        self.list.iter().find(|a| a.id == id)
    }

    /// An id that was never used.
    pub fn next_id(&self) -> AnnotationId {
        AnnotationId(self.next)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl FromIterator<Edit> for Annotations {
    /// What the edits leave, as [`Annotations::apply`] one after the other would, in one sort: a journal may be long.
    fn from_iter<T: IntoIterator<Item = Edit>>(edits: T) -> Self {
        let last: BTreeMap<AnnotationId, Edit> = edits.into_iter().map(|edit| (edit.id(), edit)).collect();
        let next = last.keys().next_back().map_or(0, |id| id.0.saturating_add(1));
        let mut all = Self { next, ..Self::default() };
        for edit in last.into_values() {
            match edit {
                Edit::Put(annotation) => all.list.push(annotation),
                Edit::Reject(annotation) => all.rejected.push(annotation),
                Edit::Delete(_) => {}
            }
        }
        all.list.sort_by_key(|a| (a.start, a.id));
        all
    }
}

impl<'a> IntoIterator for &'a Annotations {
    type Item = &'a Annotation;
    type IntoIter = std::slice::Iter<'a, Annotation>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(id: u64, start: u64, label: &str) -> Annotation {
        Annotation { id: AnnotationId(id), kind: Kind::Mark, start: SampleIndex(start), end: None, label: label.into() }
    }

    #[test]
    fn a_label_typed_afterwards_replaces_the_mark_and_ids_are_not_used_again() {
        let mut list = Annotations::default();
        list.apply(&Edit::Put(mark(0, 500, "")));
        list.apply(&Edit::Put(mark(1, 100, "")));
        list.apply(&Edit::Put(mark(0, 500, "sacrum")));
        let labels: Vec<_> = list.iter().map(|a| (a.start.0, a.label.as_str())).collect();
        assert_eq!(labels, [(100, ""), (500, "sacrum")]);
        list.apply(&Edit::Delete(AnnotationId(1)));
        list.apply(&Edit::Delete(AnnotationId(1)));
        assert_eq!((list.len(), list.next_id()), (1, AnnotationId(2)));
    }

    #[test]
    fn what_edits_leave_at_once_is_what_they_leave_one_after_the_other_with_the_ids_that_were_used() {
        let edits = [
            Edit::Put(mark(3, 500, "")),
            Edit::Put(mark(7, 100, "")),
            Edit::Reject(mark(4, 300, "")),
            Edit::Delete(AnnotationId(7)),
            Edit::Put(mark(3, 500, "sacrum")),
        ];
        let mut one_by_one = Annotations::default();
        edits.iter().for_each(|edit| one_by_one.apply(edit));
        let at_once: Annotations = edits.into_iter().collect();
        assert_eq!((&at_once, at_once.next_id()), (&one_by_one, AnnotationId(8)), "the last one that was made is gone, and its id with it");
    }
}
