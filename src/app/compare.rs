//! Segments marked to be compared, and the table that came of it.

use super::keys::{Action, Mode};
use super::proposals::{self, Items};
use super::{App, Effect};
use crate::protocol::{Exporting, Snapshot};
use crate::rhythm::{Apart, Hold, Rhythm, Sides};
use crate::signal::{Annotation, AnnotationId, Kind, SampleIndex, Span};

/// A stretch to be compared, by its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its label, or its number where it has none.
    pub label: String,
    /// Its frames.
    pub span: Span,
}

/// What a comparison came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Those that were compared, in their order.
    pub stretches: Vec<Stretch>,
    /// One a stretch, channel and rhythm.
    pub holds: Vec<Hold>,
    /// Left against right, a stretch.
    pub sides: Vec<Option<Sides>>,
    /// How the channels of each pair differ, one a stretch, pair and rhythm.
    pub apart: Vec<Apart>,
}

/// How far it is.
#[derive(Clone, Debug)]
pub(super) enum Told {
    /// So much of the recording has been looked at, 0 to 1.
    Asked(f64),
    Done(Compared),
    Failed(String),
}

/// What the table is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// One channel, segment by segment.
    Channel(usize),
    /// Two within each segment.
    Two([usize; 2]),
}

/// The table, while it is looked at.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) told: Told,
    pub(super) of: Of,
    pub(super) rhythm: Rhythm,
    /// The first stretch that is shown.
    pub(super) first: usize,
}

/// `x`: one more segment, or one less; `X`: the table of those that are marked, or of all.
pub(super) fn perform(app: &mut App, action: Action, now: &Snapshot) -> Vec<Effect> {
    if app.mode == Mode::Live {
        app.say("segments are compared when the recording is replayed");
        return Vec::new();
    }
    if action == Action::Compare {
        return open(app, now);
    }
    let Some(segment) = segment_here(app, now) else {
        app.say("no segment here to compare");
        return Vec::new();
    };
    let (id, label) = (segment.id, name(app, &segment));
    let marked = &mut app.compared_ids;
    let taken = marked.iter().position(|other| *other == id);
    match taken {
        Some(at) => _ = marked.remove(at),
        None => marked.push(id),
    }
    let (count, key) = (marked.len(), app.key_of(Action::Compare).unwrap_or_default());
    let what = if taken.is_some() { "left out" } else { "to be compared" };
    let next = match count {
        0 => String::new(),
        1 => " · x in another one too".to_owned(),
        _ => format!(" · {key} compares them"),
    };
    app.say(format!("{label} {what} · {count} marked{next}"));
    Vec::new()
}

/// The chosen one of the list, else the one in which one is, else the last before that.
fn segment_here(app: &App, now: &Snapshot) -> Option<Annotation> {
    let is_segment = |a: &&Annotation| a.kind == Kind::Segment && a.end.is_some();
    if let Some(list) = &app.list {
        let proposed = proposals::of(app, now);
        let items = Items { made: app.marks.list(), proposed: &proposed };
        return list.chosen(items).map(|(_, a)| a).filter(is_segment).cloned();
    }
    let here = app.viewport.frozen.unwrap_or(now.head);
    let segments = || app.marks.list().iter().filter(is_segment);
    let within = segments().rev().find(|a| a.start <= here && a.end.is_some_and(|end| here < end));
    within.or_else(|| segments().rev().find(|a| a.start <= here)).cloned()
}

/// The label of a segment, or its number.
fn name(app: &App, segment: &Annotation) -> String {
    let number = app.marks.list().iter().filter(|a| a.kind == Kind::Segment).position(|a| a.id == segment.id).map_or(0, |at| at + 1);
    if segment.label.is_empty() { format!("segment {number}") } else { segment.label.clone() }
}

fn open(app: &mut App, now: &Snapshot) -> Vec<Effect> {
    let all: Vec<&Annotation> =
        app.marks.list().iter().filter(|a| a.kind == Kind::Segment && a.end.is_some_and(|end| end > a.start)).collect();
    let marked = |ids: &[AnnotationId]| ids.iter().filter_map(|id| all.iter().find(|a| a.id == *id).copied()).collect::<Vec<_>>();
    let chosen = if app.compared_ids.len() >= 2 { marked(&app.compared_ids) } else { all.clone() };
    if chosen.len() < 2 {
        app.say("two segments are needed to compare: s begins one and ends it");
        return Vec::new();
    }
    let end = |a: &Annotation| a.end.unwrap_or(SampleIndex(now.head.0));
    let stretch = |a: &&Annotation| Stretch { label: name(app, a), span: Span { start: a.start, end: end(a) } };
    let stretches: Vec<Stretch> = chosen.iter().map(stretch).collect();
    let rhythm = if app.settings.of(Rhythm::Cranial).enabled { Rhythm::Cranial } else { Rhythm::Breath };
    let channel = app.read_from[rhythm as usize].unwrap_or(0);
    app.list = None;
    app.table = Some(Table { told: Told::Asked(0.0), of: Of::Channel(channel), rhythm, first: 0 });
    vec![Effect::Compare(stretches)]
}

/// A key of the table.
pub(super) fn in_table(app: &mut App, action: Action, now: &Snapshot) -> Vec<Effect> {
    let channels = now.layout.as_ref().map_or(1, |layout| layout.channels.len()).max(1);
    let pairs = now.layout.as_ref().map(|layout| layout.pairs()).unwrap_or_default();
    let all: Vec<Of> = (0..channels).map(Of::Channel).chain(pairs.into_iter().map(Of::Two)).collect();
    let rhythms: Vec<Rhythm> = Rhythm::ALL.into_iter().filter(|rhythm| app.settings.of(*rhythm).enabled).collect();
    let Some(table) = &mut app.table else { return Vec::new() };
    match action {
        Action::NextChannel | Action::PreviousChannel => {
            let at = all.iter().position(|of| *of == table.of).unwrap_or(0);
            let by = if action == Action::NextChannel { 1 } else { all.len() - 1 };
            table.of = all[(at + by) % all.len()];
        }
        Action::Export => return write(app),
        Action::NextRhythm | Action::PreviousRhythm if !rhythms.is_empty() => {
            let at = rhythms.iter().position(|rhythm| *rhythm == table.rhythm).unwrap_or(0);
            let by = if action == Action::NextRhythm { 1 } else { rhythms.len() - 1 };
            table.rhythm = rhythms[(at + by) % rhythms.len()];
        }
        Action::Up => table.first = table.first.saturating_sub(1),
        Action::Down => table.first += 1,
        _ => app.table = None,
    }
    Vec::new()
}

/// The table as a file for other programs, beside the exports.
fn write(app: &mut App) -> Vec<Effect> {
    match app.table.as_ref().map(|table| &table.told) {
        Some(Told::Done(compared)) if !matches!(app.exporting, Some(Exporting::Share(_))) => {
            let compared = Box::new(compared.clone());
            app.exporting = Some(Exporting::Share(0.0));
            vec![Effect::WriteTable(compared, app.exports.clone())]
        }
        _ => {
            app.say("one moment: there is nothing to write yet");
            Vec::new()
        }
    }
}
