//! Still points are proposals: what the program has found is shown as such until somebody has accepted, moved or rejected it. Then it is an annotation, or nothing.

use super::App;
use super::blind::Blind;
use super::scene::Standing;
use crate::protocol::Snapshot;
use crate::rhythm::StillPoint;
use crate::signal::{Annotation, AnnotationId, Annotations, Kind, SampleIndex, Span};

/// An annotation, or a proposal of one, by what it is called until the next edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// It is in the list.
    Made(AnnotationId),
    /// It is proposed, from this frame on.
    Proposed(SampleIndex),
}

/// What was made and what is proposed, for the list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Items<'a> {
    /// What was made.
    pub(super) made: &'a Annotations,
    /// What is proposed, by start; each has the id that it would have as an annotation.
    pub(super) proposed: &'a [Annotation],
}

impl<'a> Items<'a> {
    /// All of them, by start.
    pub(super) fn iter(self) -> impl Iterator<Item = (Name, &'a Annotation)> {
        let (mut made, mut proposed) = (self.made.iter().peekable(), self.proposed.iter().peekable());
        std::iter::from_fn(move || {
            let first = match (made.peek(), proposed.peek()) {
                (Some(a), Some(b)) => a.start <= b.start,
                (a, _) => a.is_some(),
            };
            if first { made.next().map(|a| (Name::Made(a.id), a)) } else { proposed.next().map(|a| (Name::Proposed(a.start), a)) }
        })
    }
}

/// What the program has found and nobody has judged, by start. A blind hand is told of none.
pub(super) fn of(app: &App, now: &Snapshot) -> Vec<Annotation> {
    if app.blind != Blind::Off {
        return Vec::new();
    }
    let list = app.marks.list();
    let mut found: Vec<Span> = Vec::new();
    let open = now.stills.iter().map(|still| still.span).filter(|span| !accepted(list, *span) && !rejected(list, *span));
    for span in open {
        match found.last_mut().filter(|last| are_one(**last, span)) {
            Some(last) => last.end = last.end.max(span.end),
            None => found.push(span),
        }
    }
    let proposal = |span: &Span| {
        let (id, start, end) = (list.next_id(), span.start, Some(span.end));
        Annotation { id, kind: Kind::StillPoint, start, end, label: String::new() }
    };
    found.iter().map(proposal).collect()
}

/// What one that was found is to who looks.
pub(super) fn standing(list: &Annotations, span: Span) -> Standing {
    if accepted(list, span) { Standing::Accepted } else { Standing::Proposed }
}

/// Whether somebody has said that there is a still point.
fn accepted(list: &Annotations, span: Span) -> bool {
    list.iter().take_while(|a| a.start < span.end).any(|a| a.kind == Kind::StillPoint && a.span().overlaps(span))
}

/// What was found without what was rejected; `None` where nothing was.
pub(super) fn without_rejected(list: &Annotations, stills: &[StillPoint]) -> Option<Vec<StillPoint>> {
    let gone = |still: &StillPoint| rejected(list, still.span) && !accepted(list, still.span);
    stills.iter().any(gone).then(|| stills.iter().filter(|still| !gone(still)).copied().collect())
}

/// Whether somebody has said that there is none.
fn rejected(list: &Annotations, span: Span) -> bool {
    list.rejected().any(|a| a.kind == Kind::StillPoint && a.span().overlaps(span))
}

/// Whether two channels tell of one still point: each has more than half of the shorter one in common with the other.
fn are_one(a: Span, b: Span) -> bool {
    let common = a.end.min(b.end) - a.start.max(b.start);
    2 * common > a.frames().min(b.frames())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Mode, Title};
    use crate::rhythm::{Flags, Rhythm};
    use crate::signal::{Edit, Past, Seconds};
    use std::sync::Arc;

    fn found(spans: &[(usize, u64, u64)]) -> Snapshot {
        let still = |&(channel, start, end): &(usize, u64, u64)| {
            let span = Span { start: SampleIndex(start), end: SampleIndex(end) };
            StillPoint {
                channel,
                rhythm: Rhythm::Cranial,
                span,
                start: Seconds(start as f64),
                end: Seconds(end as f64),
                flags: Flags::default(),
            }
        };
        Snapshot { stills: Arc::new(spans.iter().map(still).collect()), ..Snapshot::default() }
    }

    fn proposed(app: &App, now: &Snapshot) -> Vec<(u64, Option<u64>)> {
        of(app, now).iter().map(|a| (a.start.0, a.end.map(|end| end.0))).collect()
    }

    #[test]
    fn left_and_right_tell_of_one_still_point_and_two_that_only_touch_are_two() {
        let app = App::new(Mode::Live, Title::default());
        let now = found(&[(0, 100, 200), (1, 110, 220), (0, 215, 300)]);
        assert_eq!(proposed(&app, &now), [(100, Some(220)), (215, Some(300))]);
    }

    #[test]
    fn what_was_accepted_or_rejected_is_not_proposed_also_where_it_is_found_a_little_elsewhere() {
        let made = |id: u64, start: u64, end: u64| Annotation {
            id: AnnotationId(id),
            kind: Kind::StillPoint,
            start: SampleIndex(start),
            end: Some(SampleIndex(end)),
            label: String::new(),
        };
        let list: Annotations = [Edit::Put(made(0, 100, 200)), Edit::Reject(made(1, 400, 500))].into_iter().collect();
        let app = App::new(Mode::Live, Title::default()).with_annotations(list.clone(), Past::default());
        let now = found(&[(0, 110, 190), (0, 405, 510), (0, 700, 800)]);
        assert_eq!(proposed(&app, &now), [(700, Some(800))]);
        let kept: Vec<u64> = without_rejected(&list, &now.stills).unwrap().iter().map(|still| still.span.start.0).collect();
        assert_eq!(kept, [110, 700]);
    }
}
