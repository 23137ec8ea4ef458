//! Which frames, and what the file of them is called.

use std::collections::HashSet;
use std::path::Path;

use anyhow::bail;

use super::{Export, Telling, anonymous, segments};
use crate::signal::{Annotation, Gap, Kind, SampleIndex, Span};
use crate::store::{Recording, slug};

/// A stretch to export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The file's name without its ending.
    pub(super) name: String,
    /// What tells it from others of the recording: the segment's label, the times, or nothing.
    pub(super) part: String,
    pub(super) span: Span,
}

impl Piece {
    /// The annotations within, counted from the piece's first frame. Stretches are cut where the piece ends.
    pub(super) fn annotations(&self, recording: &Recording) -> Vec<Annotation> {
        let last = self.span.end.0 == recording.frames();
        let within = |a: &&Annotation| match a.end {
            Some(_) if a.span().frames() > 0 => a.span().overlaps(self.span),
            _ => a.start >= self.span.start && (a.start < self.span.end || last),
        };
        let open = |a: &&Annotation| a.kind == Kind::Segment && a.end.is_none() && a.start < self.span.end;
        let shift = |a: &Annotation| Annotation { start: self.shift(a.start), end: a.end.map(|end| self.shift(end)), ..a.clone() };
        recording.annotations().iter().filter(|a| within(a) || open(a)).map(shift).collect()
    }

    /// The gaps within, likewise.
    pub(super) fn gaps(&self, recording: &Recording) -> Vec<Gap> {
        let shift = |gap: &Gap| Gap { span: Span { start: self.shift(gap.span.start), end: self.shift(gap.span.end) }, ..*gap };
        recording.gaps().iter().filter(|gap| gap.span.overlaps(self.span)).map(shift).collect()
    }

    fn shift(&self, at: SampleIndex) -> SampleIndex {
        SampleIndex((at - self.span.start).min(self.span.frames()))
    }
}

/// The stretches that were asked for.
pub(super) fn select(recording: &Recording, export: &Export<'_>) -> anyhow::Result<Vec<Piece>> {
    let base = if export.telling == Telling::Anonymous { anonymous::BASE.to_owned() } else { base_name(recording.path()) };
    if !export.stretches.is_empty() {
        let mut names = HashSet::new();
        let piece = |(name, span): &(String, Span)| {
            let label = Some(slug(name)).filter(|label| !label.is_empty()).unwrap_or("segment".to_owned());
            let part = apart(&mut names, &label);
            let within = |at: SampleIndex| SampleIndex(at.0.min(recording.frames()));
            Piece { name: format!("{base}_{part}"), part, span: Span { start: within(span.start), end: within(span.end) } }
        };
        return Ok(export.stretches.iter().map(piece).collect());
    }
    if export.segments.is_empty() {
        return Ok(vec![range(recording, export, &base)?]);
    }
    if export.from.is_some() || export.to_time.is_some() {
        bail!("a segment has its own start and end; give --segment, or --from and --to-time");
    }
    let mut names = HashSet::new();
    let mut pieces = Vec::new();
    for wanted in export.segments {
        for (number, segment) in segments::find(recording, wanted)? {
            let told = match export.telling {
                Telling::All => segment.label.as_str(),
                Telling::Anonymous => anonymous::label(&segment.label).unwrap_or_default(),
            };
            let label = Some(slug(told)).filter(|label| !label.is_empty()).unwrap_or(format!("segment-{number}"));
            let part = apart(&mut names, &label);
            pieces.push(Piece { name: format!("{base}_{part}"), part, span: segments::span(recording, segment) });
        }
    }
    Ok(pieces)
}

/// A name that no other has: `sacrum`, `sacrum-2`.
fn apart(names: &mut HashSet<String>, label: &str) -> String {
    let mut part = label.to_owned();
    let mut n = 1;
    while !names.insert(part.clone()) {
        n += 1;
        part = format!("{label}-{n}");
    }
    part
}

fn range(recording: &Recording, export: &Export<'_>, base: &str) -> anyhow::Result<Piece> {
    let (rate, frames) = (recording.rate(), recording.frames());
    let index = |time| SampleIndex(rate.index_at(time).0.min(frames));
    let span = Span { start: export.from.map_or(SampleIndex(0), index), end: export.to_time.map_or(SampleIndex(frames), index) };
    if span.frames() == 0 && (export.from.is_some() || export.to_time.is_some()) {
        bail!("{}: nothing lies between --from and --to-time; the recording is {} long", recording.path().display(), rate.duration(frames));
    }
    if (export.from, export.to_time) == (None, None) {
        return Ok(Piece { name: base.to_owned(), part: String::new(), span });
    }
    let part = format!("{}s-{}s", rate.time_of(span.start).0.round(), rate.time_of(span.end).0.round());
    Ok(Piece { name: format!("{base}_{part}"), part, span })
}

/// The name of the session or file, without its ending.
pub fn base_name(path: &Path) -> String {
    let full = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = if full.is_dir() { full.file_name() } else { full.file_stem() };
    Some(slug(&name.unwrap_or_default().to_string_lossy())).filter(|name| !name.is_empty()).unwrap_or("recording".to_owned())
}
