//! One recording that is open: which part of the stream belongs to it, told from its own frame 0.

use jiff::Timestamp;

use crate::protocol::Flow;
use crate::signal::{Annotation, Block, ClockPoint, Edit, Gap, SampleIndex, Span, Way};
use crate::store::{Disk, Event, SessionWriter, StoreError};

/// An open recording.
pub(super) struct Writing<D: Disk> {
    pub(super) session: SessionWriter<D>,
    /// The frame of the stream that is its frame 0.
    pub(super) start: SampleIndex,
    /// UTC of that frame.
    pub(super) started: Timestamp,
    /// The frame of the stream that it ends before, where that was asked for.
    pub(super) until: Option<SampleIndex>,
    /// Edits that are confirmed when they are on disk.
    pub(super) unconfirmed: Vec<Edit>,
    /// Whether the disk takes what it is given. While it does not, the store keeps samples in memory.
    pub(super) disk: DiskState,
    /// Frames that never arrived.
    pub(super) missing: u64,
}

/// Whether the disk takes what it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DiskState {
    Takes,
    Refuses,
}

impl<D: Disk> Writing<D> {
    pub(super) fn new(session: SessionWriter<D>, (start, started): (SampleIndex, Timestamp), until: Option<SampleIndex>) -> Self {
        Self { session, start, started, until, unconfirmed: Vec::new(), disk: DiskState::Takes, missing: 0 }
    }

    /// Writes what lies within the recording and is not written yet.
    pub(super) fn item(&mut self, item: &Flow) -> Result<(), StoreError> {
        let start = self.start;
        let end = self.until.unwrap_or(SampleIndex(u64::MAX));
        let written = start + self.session.end().0;
        match item {
            Flow::Block(block) => {
                let span = Span { start: written, end };
                cut(block, span)
                    .map_or(Ok(()), |samples| self.session.append(&Block { start: self.session.end(), channels: block.channels, samples }))
            }
            Flow::Gap(gap) if gap.span.overlaps(Span { start: written, end }) => {
                let span = Span { start: self.own(gap.span.start.max(written)), end: self.own(gap.span.end.min(end)) };
                self.missing += span.frames();
                self.session.record(&Event::Gap(Gap { span, ..*gap }))
            }
            Flow::Clock(clock) if clock.at > start && clock.at < end => {
                self.session.record(&Event::Clock(ClockPoint { at: self.own(clock.at), ..*clock }))
            }
            Flow::Fault(at, what) if *at >= start && *at < end => {
                self.session.record(&Event::Fault { at: self.own(*at), what: what.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Writes an edit, told from the recording's frame 0.
    pub(super) fn edit(&mut self, edit: &Edit, way: Way) -> Result<(), StoreError> {
        let own = match edit {
            Edit::Put(annotation) => Edit::Put(self.annotation(annotation)),
            Edit::Reject(annotation) => Edit::Reject(self.annotation(annotation)),
            Edit::Delete(id) => Edit::Delete(*id),
        };
        self.session.record(&Event::Annotation(own, way))
    }

    /// One that began before the recording's frame 0 begins there.
    fn annotation(&self, annotation: &Annotation) -> Annotation {
        Annotation { start: self.own(annotation.start), end: annotation.end.map(|end| self.own(end)), ..annotation.clone() }
    }

    fn own(&self, index: SampleIndex) -> SampleIndex {
        SampleIndex(index - self.start)
    }
}

/// The samples of a block that lie within a span of the stream.
fn cut(block: &Block, span: Span) -> Option<Vec<f32>> {
    let (from, to) = (block.start.max(span.start), block.end().min(span.end));
    let place = |index: SampleIndex| (index - block.start) as usize * block.channels;
    (from < to).then(|| block.samples[place(from)..place(to)].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_cut_at_the_recordings_start_and_end() {
        let block = Block { start: SampleIndex(8), channels: 2, samples: vec![1.0, -1.0, 2.0, -2.0, 3.0, -3.0] };
        let within = |start, end| cut(&block, Span { start: SampleIndex(start), end: SampleIndex(end) });
        assert_eq!(within(10, u64::MAX), Some(vec![3.0, -3.0]));
        assert_eq!(within(0, 9), Some(vec![1.0, -1.0]));
        assert_eq!((within(0, 8), within(11, 20)), (None, None));
    }
}
