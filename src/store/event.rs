//! One line of `events.jsonl`.

use serde_json::{Value, json};

use crate::signal::{Annotation, AnnotationId, ClockPoint, Edit, Gap, GapCause, Kind, Rate, SampleIndex, Span, clean};

/// What happened in a session. Indexes are counted from the session's first frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The annotations changed.
    Annotation(Edit),
    /// Frames that never arrived.
    Gap(Gap),
    /// The rate in force from here on.
    Clock(ClockPoint),
    /// Bytes that were no sample.
    Fault {
        /// The frame that came next.
        at: SampleIndex,
        /// What they were.
        what: String,
    },
    /// The session was finished, with so many frames.
    End {
        /// Frames in the signal.
        frames: u64,
    },
}

impl Event {
    /// As a line, without its end.
    pub(super) fn line(&self) -> String {
        let value = match self {
            Self::Annotation(Edit::Put(a)) => json!({
                "type": "annotation", "id": a.id.0, "kind": a.kind.word(), "start": a.start.0, "end": a.end.map(|end| end.0), "label": a.label,
            }),
            Self::Annotation(Edit::Delete(id)) => json!({ "type": "delete", "id": id.0 }),
            Self::Gap(gap) => json!({
                "type": "gap", "start": gap.span.start.0, "end": gap.span.end.0, "cause": gap.cause.word(), "exact": gap.exact,
            }),
            Self::Clock(clock) => json!({ "type": "clock", "at": clock.at.0, "rate_hz": clock.rate.hz(), "std_err_hz": clock.std_err_hz }),
            Self::Fault { at, what } => json!({ "type": "fault", "at": at.0, "what": what }),
            Self::End { frames } => json!({ "type": "end", "frames": frames }),
        };
        value.to_string()
    }

    /// Reads a line; `None` where it is none that this program knows or makes no sense.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line).ok()?;
        let number = |key: &str| value.get(key)?.as_u64();
        let index = |key: &str| number(key).map(SampleIndex);
        let text = |key: &str| value.get(key)?.as_str();
        Some(match text("type")? {
            "annotation" => {
                let (start, end) = (index("start")?, index("end"));
                let kind = Kind::from_word(text("kind")?)?;
                let end = end.filter(|end| *end >= start);
                Self::Annotation(Edit::Put(Annotation { id: AnnotationId(number("id")?), kind, start, end, label: clean(text("label")?) }))
            }
            "delete" => Self::Annotation(Edit::Delete(AnnotationId(number("id")?))),
            "gap" => {
                let span = Span { start: index("start")?, end: index("end")? };
                let exact = value.get("exact")?.as_bool()?;
                (span.start < span.end).then_some(Self::Gap(Gap { span, cause: GapCause::from_word(text("cause")?)?, exact }))?
            }
            "clock" => {
                let rate = Rate::from_hz(value.get("rate_hz")?.as_f64()?)?;
                Self::Clock(ClockPoint { at: index("at")?, rate, std_err_hz: value.get("std_err_hz")?.as_f64()?.max(0.0) })
            }
            "fault" => Self::Fault { at: index("at")?, what: clean(text("what")?) },
            "end" => Self::End { frames: number("frames")? },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_comes_back_as_it_was_written() {
        let at = SampleIndex(6_000_000_000);
        let annotation =
            Annotation { id: AnnotationId(3), kind: Kind::Segment, start: SampleIndex(5), end: Some(at), label: "sacrum \"µ\"".into() };
        let events = [
            Event::Annotation(Edit::Put(annotation)),
            Event::Annotation(Edit::Delete(AnnotationId(3))),
            Event::Gap(Gap { span: Span { start: SampleIndex(1), end: at }, cause: GapCause::Unplugged, exact: false }),
            Event::Clock(ClockPoint { at, rate: Rate::from_hz(99.991_7).unwrap(), std_err_hz: 0.000_31 }),
            Event::Fault { at, what: "2 fields, expected 3".into() },
            Event::End { frames: 7 },
        ];
        for event in events {
            assert_eq!(Event::parse(&event.line()), Some(event));
        }
    }

    #[test]
    fn hostile_lines_are_no_events() {
        for line in ["", "{", "[]", "{\"type\":\"later\"}", "{\"type\":\"gap\",\"start\":9,\"end\":2,\"cause\":\"counter\",\"exact\":true}"]
        {
            assert_eq!(Event::parse(line), None, "{line}");
        }
        let line = "{\"type\":\"annotation\",\"id\":1,\"kind\":\"mark\",\"start\":4,\"end\":null,\"label\":\"\\u001b]52;c;x\"}";
        let Some(Event::Annotation(Edit::Put(annotation))) = Event::parse(line) else { panic!() };
        assert_eq!(annotation.label, "]52;c;x");
    }
}
