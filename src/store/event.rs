//! events.jsonl: one object a line, with a `type`.

use serde::{Deserialize, Serialize};

use crate::signal::{Annotation, AnnotationId, ClockPoint, Edit, Gap, GapCause, Kind, Rate, SampleIndex, Span, Way, clean};

/// What is written to the journal of a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The annotations change, and how that came about.
    Annotation(Edit, Way),
    /// Frames never arrived.
    Gap(Gap),
    /// The rate in force from a frame on.
    Clock(ClockPoint),
    /// Bytes that were no sample.
    Fault {
        /// At which frame.
        at: SampleIndex,
        /// What they were.
        what: String,
    },
    /// The end mark: the recording was finished with so many frames.
    End {
        /// Frames in the session.
        frames: u64,
    },
}

/// A line of the journal as it is read.
#[derive(Debug, PartialEq)]
pub(super) enum Read {
    Event(Event),
    /// A further signal file begins at a frame.
    Part {
        number: u32,
        start: u64,
    },
    /// An object of a type that this version does not know.
    Unknown,
    /// No object, or a known type with values that make no sense.
    Unreadable,
}

/// The line of an event, with its newline.
pub(super) fn line(event: &Event) -> String {
    text(&Line::of(event))
}

/// The line that says at which frame a further signal file begins.
pub(super) fn part_line(number: u32, start: u64) -> String {
    text(&Line::Part { number, start })
}

/// Reads a line, trusting none of it.
pub(super) fn read(line: &[u8]) -> Read {
    if let Ok(line) = serde_json::from_slice::<Line>(line) {
        return line.read().unwrap_or(Read::Unreadable);
    }
    let value: serde_json::Value = serde_json::from_slice(line).unwrap_or_default();
    match value.get("type").and_then(|kind| kind.as_str()) {
        Some("annotation" | "gap" | "clock" | "fault" | "part" | "end") | None => Read::Unreadable,
        Some(_) => Read::Unknown,
    }
}

/// Ids above this are not exact in every program that reads JSON; none is given out in earnest.
const MAX_ID: u64 = 1 << 53;

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Annotation(EditLine),
    Gap { start: u64, end: u64, cause: String, exact: bool },
    Clock { at: u64, rate_hz: f64, std_err_hz: Option<f64> },
    Fault { at: u64, what: String },
    Part { number: u32, start: u64 },
    End { frames: u64 },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "lowercase")]
enum EditLine {
    Put(AnnotationLine),
    Delete {
        id: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    Reject(AnnotationLine),
}

#[derive(Serialize, Deserialize)]
struct AnnotationLine {
    id: u64,
    kind: String,
    start: u64,
    end: Option<u64>,
    label: String,
    /// How the edit came about; nothing where somebody made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

/// The words for how an edit came about; who does not know them reads the list all the same.
const WAYS: [(Way, &str); 3] = [(Way::Undone, "undo"), (Way::Redone, "redo"), (Way::Told, "program")];

fn word(way: Way) -> Option<String> {
    WAYS.into_iter().find(|(known, _)| *known == way).map(|(_, word)| word.to_owned())
}

fn way(word: Option<&str>) -> Way {
    WAYS.into_iter().find(|(_, known)| Some(*known) == word).map_or(Way::Done, |(way, _)| way)
}

fn text(line: &Line) -> String {
    let mut text = serde_json::to_string(line).unwrap_or_default();
    text.push('\n');
    text
}

impl Line {
    fn of(event: &Event) -> Self {
        match event {
            Event::Annotation(edit, way) => Self::Annotation(EditLine::of(edit, *way)),
            Event::Gap(gap) => {
                Self::Gap { start: gap.span.start.0, end: gap.span.end.0, cause: gap.cause.word().to_owned(), exact: gap.exact }
            }
            Event::Clock(point) => Self::Clock {
                at: point.at.0,
                rate_hz: point.rate.hz(),
                std_err_hz: point.std_err_hz.is_finite().then_some(point.std_err_hz),
            },
            Event::Fault { at, what } => Self::Fault { at: at.0, what: clean(what) },
            Event::End { frames } => Self::End { frames: *frames },
        }
    }

    fn read(self) -> Option<Read> {
        Some(Read::Event(match self {
            Self::Annotation(edit) => {
                let (edit, way) = edit.edit()?;
                Event::Annotation(edit, way)
            }
            Self::Gap { start, end, cause, exact } => {
                let span = Span { start: SampleIndex(start), end: SampleIndex(end) };
                Event::Gap(Gap { span, cause: GapCause::from_word(&cause)?, exact })
            }
            Self::Clock { at, rate_hz, std_err_hz } => {
                let std_err_hz = std_err_hz.filter(|error| *error >= 0.0).unwrap_or(0.0);
                Event::Clock(ClockPoint { at: SampleIndex(at), rate: Rate::from_hz(rate_hz)?, std_err_hz })
            }
            Self::Fault { at, what } => Event::Fault { at: SampleIndex(at), what: clean(&what) },
            Self::Part { number, start } => return Some(Read::Part { number, start }),
            Self::End { frames } => Event::End { frames },
        }))
    }
}

impl EditLine {
    fn of(edit: &Edit, way: Way) -> Self {
        match edit {
            Edit::Delete(id) => Self::Delete { id: id.0, by: word(way) },
            Edit::Put(annotation) => Self::Put(AnnotationLine::of(annotation, way)),
            Edit::Reject(annotation) => Self::Reject(AnnotationLine::of(annotation, way)),
        }
    }

    fn edit(self) -> Option<(Edit, Way)> {
        Some(match self {
            Self::Delete { id: given, by } => (Edit::Delete(id(given)?), way(by.as_deref())),
            Self::Put(line) => (Edit::Put(line.annotation()?), way(line.by.as_deref())),
            Self::Reject(line) => (Edit::Reject(line.annotation()?), way(line.by.as_deref())),
        })
    }
}

impl AnnotationLine {
    fn of(a: &Annotation, way: Way) -> Self {
        let (kind, end) = (a.kind.word().to_owned(), a.end.map(|end| end.0));
        Self { id: a.id.0, kind, start: a.start.0, end, label: clean(&a.label), by: word(way) }
    }

    fn annotation(&self) -> Option<Annotation> {
        let (start, end) = (SampleIndex(self.start), self.end.map(SampleIndex));
        Some(Annotation { id: id(self.id)?, kind: Kind::from_word(&self.kind)?, start, end, label: self.label.clone() })
    }
}

fn id(given: u64) -> Option<AnnotationId> {
    (given < MAX_ID).then_some(AnnotationId(given))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_as_documented() {
        let put = Annotation {
            id: AnnotationId(3),
            kind: Kind::Segment,
            start: SampleIndex(5),
            end: Some(SampleIndex(9)),
            label: "sacrum".into(),
        };
        assert_eq!(
            line(&Event::Annotation(Edit::Put(put.clone()), Way::Done)),
            "{\"type\":\"annotation\",\"edit\":\"put\",\"id\":3,\"kind\":\"segment\",\"start\":5,\"end\":9,\"label\":\"sacrum\"}\n"
        );
        assert_eq!(
            line(&Event::Annotation(Edit::Delete(AnnotationId(3)), Way::Undone)),
            "{\"type\":\"annotation\",\"edit\":\"delete\",\"id\":3,\"by\":\"undo\"}\n"
        );
        assert_eq!(
            line(&Event::Annotation(Edit::Reject(Annotation { kind: Kind::StillPoint, ..put }), Way::Done)),
            "{\"type\":\"annotation\",\"edit\":\"reject\",\"id\":3,\"kind\":\"stillpoint\",\"start\":5,\"end\":9,\"label\":\"sacrum\"}\n"
        );
        assert_eq!(line(&Event::End { frames: 7 }), "{\"type\":\"end\",\"frames\":7}\n");
    }

    #[test]
    fn what_is_hostile_is_unreadable_and_what_is_newer_is_unknown() {
        let cases: [(&[u8], Read); 8] = [
            (b"{\"type\":\"mood\",\"value\":3}", Read::Unknown),
            (b"{\"type\":\"gap\",\"start\":-1,\"end\":9,\"cause\":\"stalled\",\"exact\":true}", Read::Unreadable),
            (b"{\"type\":\"gap\",\"start\":1,\"end\":9,\"cause\":\"mice\",\"exact\":true}", Read::Unreadable),
            (b"{\"type\":\"clock\",\"at\":1,\"rate_hz\":1e400,\"std_err_hz\":0}", Read::Unreadable),
            (b"{\"type\":\"annotation\",\"edit\":\"delete\",\"id\":18446744073709551615}", Read::Unreadable),
            (b"\xff\xfe", Read::Unreadable),
            (b"[1,2", Read::Unreadable),
            (b"{\"type\":\"end\",\"frames\":7,\"later\":\"field\"}", Read::Event(Event::End { frames: 7 })),
        ];
        for (line, expected) in cases {
            assert_eq!(read(line), expected, "{}", String::from_utf8_lossy(line));
        }
    }
}
