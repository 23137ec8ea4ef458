//! What every reader of tables comes to.

use crate::format::contents::{Contents, Run, Stretches, name_apart};
use crate::signal::{Annotation, AnnotationId, Annotations, Channel, Edit, Gap, GapCause, Kind, Layout, Rate, SampleIndex, Span, clean};

/// Annotations beyond this are not taken.
pub(super) const MOST_ANNOTATIONS: usize = 100_000;

/// A text at a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Remark {
    /// From 0.
    pub(super) row: u64,
    pub(super) kind: Kind,
    pub(super) label: String,
}

/// Rows laid out in time.
#[derive(Debug)]
pub(super) struct Laid {
    pub(super) channels: Vec<Channel>,
    pub(super) rate: Rate,
    /// Which rows follow one another.
    pub(super) stretches: Stretches,
    /// Row by row, a sample a channel.
    pub(super) samples: Vec<f32>,
    pub(super) remarks: Vec<Remark>,
    /// As [`Contents::started`].
    pub(super) started: Option<String>,
    pub(super) damage: Vec<String>,
}

impl Laid {
    pub(super) fn finish(mut self) -> (Contents, Stretches, Vec<f32>) {
        name_apart(&mut self.channels);
        let gaps = gaps(&self.stretches, &self.samples, self.channels.len());
        if self.remarks.len() > MOST_ANNOTATIONS {
            self.damage.push(format!("of {} remarks the first {MOST_ANNOTATIONS} are taken", self.remarks.len()));
        }
        let annotations = annotations(&self.stretches, self.remarks.get(..MOST_ANNOTATIONS).unwrap_or(&self.remarks));
        let contents = Contents {
            layout: Layout { channels: self.channels, nominal: self.rate },
            frames: self.stretches.frames(),
            started: self.started,
            annotations,
            gaps,
            damage: self.damage,
        };
        (contents, self.stretches, self.samples)
    }
}

fn annotations(stretches: &Stretches, remarks: &[Remark]) -> Annotations {
    let put = |(id, remark): (u64, &Remark)| {
        let start = SampleIndex(stretches.frame_of(remark.row));
        Edit::Put(Annotation { id: AnnotationId(id), kind: remark.kind, start, end: None, label: clean(&remark.label) })
    };
    (0..).zip(remarks).map(put).collect()
}

/// What is missing in every channel: pauses, and rows that are empty.
fn gaps(stretches: &Stretches, samples: &[f32], channels: usize) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = Vec::new();
    let mut missing = |gap: Gap| match gaps.last_mut().filter(|last| last.span.end == gap.span.start && last.cause == gap.cause) {
        Some(last) => (last.span.end, last.exact) = (gap.span.end, last.exact && gap.exact),
        None => gaps.push(gap),
    };
    let (mut at, mut pauses) = (0, stretches.gaps().iter());
    while let Some(run) = stretches.run(at, u64::MAX) {
        at += match run {
            Run::Missing(frames) => {
                pauses.next().into_iter().for_each(|gap| missing(*gap));
                frames
            }
            Run::Stored(row, rows) => {
                let frames = samples.chunks_exact(channels).skip(row as usize).take(rows as usize);
                let empty = (at..).zip(frames).filter(|(_, frame)| frame.iter().all(|sample| sample.is_nan()));
                for (frame, _) in empty {
                    let span = Span { start: SampleIndex(frame), end: SampleIndex(frame + 1) };
                    missing(Gap { span, cause: GapCause::Stalled, exact: true });
                }
                rows
            }
        };
    }
    gaps
}
