//! Segments of a recording by the label or the number that the user names them by.

use anyhow::bail;

use crate::signal::{Annotation, Kind, SampleIndex, Span};
use crate::store::Recording;

/// The segments of that label, or the one of that number, each with its number.
///
/// # Errors
/// Where there is none, or one of them is empty.
pub fn find<'a>(recording: &'a Recording, wanted: &str) -> anyhow::Result<Vec<(usize, &'a Annotation)>> {
    let path = recording.path();
    let segments: Vec<(usize, &Annotation)> = (1..).zip(recording.annotations().iter().filter(|a| a.kind == Kind::Segment)).collect();
    let lower = wanted.to_lowercase();
    let mut found: Vec<_> = segments.iter().filter(|(_, a)| a.label.to_lowercase() == lower).copied().collect();
    if found.is_empty() {
        found = segments.iter().filter(|(number, _)| number.to_string() == wanted).copied().collect();
    }
    if found.is_empty() {
        let list: Vec<String> = segments.iter().map(|(number, a)| format!("{number} {}", a.label).trim_end().to_owned()).collect();
        let there = if list.is_empty() { "it has no segments".to_owned() } else { format!("there are: {}", list.join(", ")) };
        bail!("{}: no segment {wanted:?}; {there}", path.display());
    }
    if let Some((number, _)) = found.iter().find(|(_, a)| a.end.is_some() && a.span().frames() == 0) {
        bail!("{}: segment {number} is empty; move its end, or leave it out", path.display());
    }
    Ok(found)
}

/// The frames of a segment; one that is open goes on to the recording's end.
pub fn span(recording: &Recording, segment: &Annotation) -> Span {
    Span { start: segment.start, end: segment.end.unwrap_or(SampleIndex(recording.frames())) }
}
