//! The export dialog: what, in which format, where to; then how far it is, and the paths written.

use super::keys::Key;
use super::prompt::{Prompt, Purpose, Typed};
use super::scene::called;
use crate::protocol::{Portion, Snapshot, Target, Wanted};
use crate::signal::{Annotation, Annotations, Kind, SampleIndex, Span};

/// A line of the dialog that can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    What,
    Format,
    Folder,
    /// What becomes of files that are there.
    There,
}

impl Row {
    pub(super) const ALL: [Self; 4] = [Self::What, Self::Format, Self::Folder, Self::There];
}

/// The dialog, while it is open.
#[derive(Clone, Debug)]
pub(super) struct Dialog {
    /// What can be exported from here: in words, and as it is asked for.
    portions: Vec<(String, Portion)>,
    what: usize,
    to: usize,
    pub(super) folder: String,
    pub(super) replace: bool,
    pub(super) row: usize,
    /// While the folder is typed.
    pub(super) prompt: Option<Prompt>,
}

/// What a key did to the dialog.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Done {
    /// Still open.
    Open,
    /// Closed.
    Closed,
    /// Asked for.
    Asked(Wanted),
}

impl Dialog {
    /// Opened where one is: `chosen` is the annotation chosen in the list.
    pub(super) fn new((annotations, chosen): (&Annotations, Option<&Annotation>), now: &Snapshot, folder: &str) -> Self {
        let portions = portions(annotations, chosen, now.head);
        // From the list it is the chosen one that is meant.
        let what = usize::from(chosen.is_some() && portions.len() > 1);
        Self { portions, what, to: 0, folder: folder.to_owned(), replace: false, row: 0, prompt: None }
    }

    /// The words of a row's value.
    pub(super) fn value(&self, row: Row) -> String {
        match row {
            Row::What => self.portions.get(self.what).map(|(words, _)| words.clone()).unwrap_or_default(),
            Row::Format => format!("{} · {}", self.target().word(), self.target().told()),
            Row::Folder => self.folder.clone(),
            Row::There => if self.replace { "files are replaced" } else { "files stay as they are" }.to_owned(),
        }
    }

    fn target(&self) -> Target {
        Target::ALL[self.to]
    }

    /// One key.
    pub(super) fn key(&mut self, key: Key) -> Done {
        if let Some(prompt) = &mut self.prompt {
            match prompt.key(key) {
                Typed::On => return Done::Open,
                Typed::Done if !prompt.text().trim().is_empty() => prompt.text().trim().clone_into(&mut self.folder),
                Typed::Done | Typed::Left => {}
            }
            self.prompt = None;
            return Done::Open;
        }
        let row = Row::ALL[self.row];
        match key {
            Key::Up | Key::Char('k') => self.row = self.row.saturating_sub(1),
            Key::Down | Key::Char('j') | Key::Tab => self.row = (self.row + 1).min(Row::ALL.len() - 1),
            Key::Left | Key::Char('h') => self.change(row, -1),
            Key::Right | Key::Char('l' | ' ') => self.change(row, 1),
            Key::Char('/' | 'f') => self.prompt = Some(Prompt::new(Purpose::Folder, &self.folder)),
            Key::Enter => return self.asked().map_or(Done::Open, Done::Asked),
            Key::Esc | Key::Char('q' | 'e') | Key::Ctrl('c') => return Done::Closed,
            _ => {}
        }
        Done::Open
    }

    fn change(&mut self, row: Row, by: isize) {
        let turned = |at: usize, of: usize| (at + of).saturating_add_signed(by) % of.max(1);
        match row {
            Row::What => self.what = turned(self.what, self.portions.len()),
            Row::Format => self.to = turned(self.to, Target::ALL.len()),
            Row::Folder => self.prompt = Some(Prompt::new(Purpose::Folder, &self.folder)),
            Row::There => self.replace = !self.replace,
        }
    }

    fn asked(&self) -> Option<Wanted> {
        let (_, portion) = self.portions.get(self.what)?.clone();
        Some(Wanted { portion, to: self.target(), folder: self.folder.clone(), replace: self.replace })
    }
}

/// What there is to export, the likeliest after the whole first.
fn portions(annotations: &Annotations, chosen: Option<&Annotation>, head: SampleIndex) -> Vec<(String, Portion)> {
    let segments =
        || annotations.iter().filter(|a| matches!(a.kind, Kind::Segment | Kind::StillPoint) && a.end.is_some_and(|end| end > a.start));
    let inside = |a: &&Annotation| a.start <= head && a.end.is_some_and(|end| head <= end);
    let here = chosen.filter(|a| a.span().frames() > 0).or_else(|| segments().filter(inside).min_by_key(|a| a.span().frames()));
    let mut portions = vec![("the whole recording".to_owned(), Portion::Whole)];
    if let Some(segment) = here {
        let word = if segment.label.is_empty() { called(segment.kind) } else { &segment.label };
        portions.push((format!("this segment: {word}"), Portion::Stretches(vec![named(segment)])));
        let alike: Vec<_> = segments().filter(|a| a.label == segment.label && !a.label.is_empty()).map(named).collect();
        if alike.len() > 1 {
            portions.push((format!("all {} segments {word}", alike.len()), Portion::Stretches(alike)));
        }
    }
    let marks = || annotations.iter().filter(|a| a.kind == Kind::Mark).map(|a| a.start);
    let (before, after) = (marks().rfind(|at| *at <= head), marks().find(|at| *at > head));
    if let (Some(start), Some(end)) =
        (before.filter(|_| after.is_some()).or_else(|| marks().rev().nth(1)), after.or_else(|| marks().next_back()))
        && start < end
    {
        portions
            .push(("from the mark before to the next".to_owned(), Portion::Stretches(vec![("marked".to_owned(), Span { start, end })])));
    }
    let all: Vec<_> = segments().filter(|a| a.kind == Kind::Segment).map(named).collect();
    if all.len() > 1 {
        portions.push((format!("all {} segments, a file each", all.len()), Portion::Stretches(all)));
    }
    portions
}

fn named(segment: &Annotation) -> (String, Span) {
    let word = if segment.label.is_empty() { segment.kind.word() } else { &segment.label };
    (word.to_owned(), segment.span())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{AnnotationId, Edit};

    fn annotations() -> Annotations {
        let of = |id, kind, start, end: Option<u64>, label: &str| {
            Edit::Put(Annotation { id: AnnotationId(id), kind, start: SampleIndex(start), end: end.map(SampleIndex), label: label.into() })
        };
        [
            of(0, Kind::Mark, 50, None, ""),
            of(1, Kind::Segment, 100, Some(200), "sacrum"),
            of(2, Kind::Segment, 300, Some(400), "sacrum"),
            of(3, Kind::Segment, 310, None, ""),
            of(4, Kind::Mark, 500, None, ""),
        ]
        .into_iter()
        .collect()
    }

    fn dialog(head: u64) -> Dialog {
        Dialog::new((&annotations(), None), &Snapshot { head: SampleIndex(head), ..Snapshot::default() }, "/tmp/out")
    }

    fn asked(dialog: &mut Dialog, keys: &[Key]) -> Done {
        keys.iter().map(|key| dialog.key(*key)).last().unwrap_or(Done::Open)
    }

    #[test]
    fn where_one_is_tells_what_can_be_exported() {
        let words = |head| dialog(head).portions.into_iter().map(|(words, _)| words).collect::<Vec<_>>();
        let all = [
            "the whole recording",
            "this segment: sacrum",
            "all 2 segments sacrum",
            "from the mark before to the next",
            "all 2 segments, a file each",
        ];
        assert_eq!(words(150), all);
        assert_eq!(words(450), [all[0], all[3], all[4]]);
    }

    #[test]
    fn three_keys_export_the_segment_one_is_in_as_csv() {
        let Done::Asked(wanted) = asked(&mut dialog(150), &[Key::Right, Key::Down, Key::Right, Key::Enter]) else { panic!("not asked") };
        let span = Span { start: SampleIndex(100), end: SampleIndex(200) };
        assert_eq!(wanted.portion, Portion::Stretches(vec![("sacrum".to_owned(), span)]));
        assert_eq!((wanted.to, wanted.folder.as_str(), wanted.replace), (Target::Csv, "/tmp/out", false));
    }

    #[test]
    fn another_folder_is_typed_and_an_empty_one_is_none() {
        let mut open = dialog(0);
        assert_eq!(asked(&mut open, &[Key::Char('f'), Key::Ctrl('u'), Key::Enter]), Done::Open);
        assert_eq!(open.folder, "/tmp/out");
        asked(&mut open, &[Key::Char('f'), Key::Ctrl('u'), Key::Char('x'), Key::Enter]);
        assert_eq!(open.folder, "x");
        assert_eq!(open.key(Key::Esc), Done::Closed);
    }
}
