//! The list of annotations: which one is chosen, which of its ends is moved, and what is left out.

use super::proposals::{Items, Name};
use crate::signal::{Annotation, Edit, SampleIndex};

/// An end of an annotation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// Where it begins.
    #[default]
    Start,
    /// Where a segment ends.
    Close,
}

/// What is seen of the list.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    pub(super) chosen: Option<Name>,
    /// The end that is moved.
    pub(super) end: End,
    /// Only annotations whose kind or label holds this, in small letters.
    pub(super) filter: String,
}

impl List {
    /// Opened with the one chosen that is the last before a frame.
    pub(super) fn at(items: Items, head: SampleIndex) -> Self {
        let before = items.iter().take_while(|(_, a)| a.start <= head).last().or_else(|| items.iter().next());
        Self { chosen: before.map(|(name, _)| name), ..Self::default() }
    }

    /// Those that are shown, by their start.
    pub(super) fn shown<'a>(&'a self, items: Items<'a>) -> impl Iterator<Item = (Name, &'a Annotation)> {
        items.iter().filter(|(_, a)| self.filter.is_empty() || holds(a, &self.filter))
    }

    /// The chosen one; the first where it is gone or left out.
    pub(super) fn chosen<'a>(&'a self, items: Items<'a>) -> Option<(Name, &'a Annotation)> {
        self.shown(items).find(|(name, _)| Some(*name) == self.chosen).or_else(|| self.shown(items).next())
    }

    /// Chooses the one so many places further down; the first or the last where there are not so many.
    pub(super) fn choose(&mut self, items: Items, by: isize) {
        let names: Vec<Name> = self.shown(items).map(|(name, _)| name).collect();
        let now = self.chosen(items).and_then(|(chosen, _)| names.iter().position(|name| *name == chosen)).unwrap_or(0);
        let next = now.saturating_add_signed(by).min(names.len().saturating_sub(1));
        self.chosen = names.get(next).copied();
        self.end = End::Start;
    }

    /// Whether the chosen one is the last that is shown.
    pub(super) fn at_last(&self, items: Items) -> bool {
        self.shown(items).last().map(|(name, _)| name) == self.chosen(items).map(|(name, _)| name)
    }

    /// The chosen one with its end moved by so many frames, as far as it goes; `None` where it has no such end. Who moves a proposal accepts it.
    pub(super) fn moved(&self, items: Items, frames: i64) -> Option<Edit> {
        let chosen = self.chosen(items)?.1.clone();
        let by = |index: SampleIndex| SampleIndex(index.0.saturating_add_signed(frames));
        let moved = match (self.end, chosen.end) {
            (End::Start, Some(end)) => Annotation { start: by(chosen.start).min(end), ..chosen },
            (End::Start, None) => Annotation { start: by(chosen.start), ..chosen },
            (End::Close, Some(end)) => Annotation { end: Some(by(end).max(chosen.start)), ..chosen },
            (End::Close, None) => return None,
        };
        Some(Edit::Put(moved))
    }
}

fn holds(annotation: &Annotation, text: &str) -> bool {
    annotation.kind.word().contains(text) || annotation.label.to_lowercase().contains(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{AnnotationId, Annotations, Kind};

    fn annotations() -> Annotations {
        let of = |id, kind, start, end: Option<u64>, label: &str| {
            Edit::Put(Annotation { id: AnnotationId(id), kind, start: SampleIndex(start), end: end.map(SampleIndex), label: label.into() })
        };
        let edits = [of(0, Kind::Mark, 100, None, ""), of(1, Kind::Segment, 200, Some(500), "Sacrum"), of(2, Kind::Tap, 300, None, "")];
        edits.into_iter().collect()
    }

    fn made(annotations: &Annotations) -> Items<'_> {
        Items { made: annotations, proposed: &[] }
    }

    fn id(list: &List, annotations: &Annotations) -> Option<u64> {
        list.chosen(made(annotations)).map(|(_, a)| a.id.0)
    }

    #[test]
    fn it_opens_where_one_is_and_goes_no_further_than_its_ends() {
        let all = annotations();
        let mut list = List::at(made(&all), SampleIndex(250));
        assert_eq!(id(&list, &all), Some(1));
        list.choose(made(&all), 5);
        assert_eq!(id(&list, &all), Some(2));
        list.choose(made(&all), -9);
        assert_eq!(id(&list, &all), Some(0));
    }

    #[test]
    fn a_filter_finds_kinds_and_labels_whatever_their_case() {
        let all = annotations();
        for (filter, ids) in [("sacr", vec![1]), ("tap", vec![2]), ("", vec![0, 1, 2]), ("none", vec![])] {
            let list = List { filter: filter.into(), ..List::default() };
            assert_eq!(list.shown(made(&all)).map(|(_, a)| a.id.0).collect::<Vec<_>>(), ids, "{filter}");
        }
    }

    #[test]
    fn an_end_goes_no_further_than_the_other() {
        let all = annotations();
        let mut list = List::at(made(&all), SampleIndex(250));
        let ends = |list: &List, by| match list.moved(made(&all), by) {
            Some(Edit::Put(a)) => Some((a.start.0, a.end.map(|end| end.0))),
            _ => None,
        };
        assert_eq!(ends(&list, -1), Some((199, Some(500))));
        assert_eq!(ends(&list, -1000), Some((0, Some(500))));
        assert_eq!(ends(&list, 1000), Some((500, Some(500))));
        list.end = End::Close;
        assert_eq!(ends(&list, -1000), Some((200, Some(200))));
        list.choose(made(&all), -1);
        list.end = End::Close;
        assert_eq!(ends(&list, 1), None, "a mark has one end");
    }
}
