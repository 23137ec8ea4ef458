//! Samples in the order they came, and what is missing among them.

use super::SampleIndex;

/// Stands where a sample never arrived or was no number. Never interpolated, never drawn as a value.
pub const MISSING: f32 = f32::NAN;

/// Consecutive frames, interleaved: frame 0 of every channel, frame 1 of every channel, …
#[derive(Clone, Debug)]
pub struct Block {
    /// The index of the first frame.
    pub start: SampleIndex,
    /// Samples in a frame; at least 1.
    pub channels: usize,
    /// `frames × channels` samples in the channels' units; [`MISSING`] where none arrived.
    pub samples: Vec<f32>,
}

impl Block {
    /// Whole frames in the block.
    pub fn frames(&self) -> usize {
        self.samples.len() / self.channels
    }

    /// The index just after the last frame.
    pub fn end(&self) -> SampleIndex {
        self.start + self.frames() as u64
    }

    /// The samples of one channel, in order.
    pub fn channel(&self, channel: usize) -> impl Iterator<Item = f32> + '_ {
        self.samples.iter().skip(channel).step_by(self.channels).copied()
    }
}

/// A half-open stretch of frames, `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First frame within.
    pub start: SampleIndex,
    /// First frame after.
    pub end: SampleIndex,
}

impl Span {
    /// Frames within; 0 for a span turned round.
    pub fn frames(self) -> u64 {
        self.end - self.start
    }

    /// Whether the two share a frame.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Why frames are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GapCause {
    /// The device paused and went on with fresh samples, or by its own time stamps frames are missing.
    Stalled,
    /// The port was gone for a while.
    Unplugged,
    /// The device's own counter jumped.
    Counter,
    /// This program could not keep up and says so.
    Overrun,
    /// The disk took nothing for so long that memory could hold no more.
    Disk,
}

impl GapCause {
    /// The word of files and the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stalled => "stalled",
            Self::Unplugged => "unplugged",
            Self::Counter => "counter",
            Self::Overrun => "overrun",
            Self::Disk => "disk",
        }
    }

    /// The cause that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Stalled, Self::Unplugged, Self::Counter, Self::Overrun, Self::Disk].into_iter().find(|cause| cause.word() == word)
    }
}

/// Frames that never arrived, in every channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The frames that are [`MISSING`].
    pub span: Span,
    /// Why.
    pub cause: GapCause,
    /// Whether the length was counted by the device; otherwise it was rounded from the clock ("about").
    pub exact: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_knows_its_frames_and_channels() {
        let block = Block { start: SampleIndex(10), channels: 2, samples: vec![1.0, -1.0, 2.0, -2.0] };
        assert_eq!((block.frames(), block.end()), (2, SampleIndex(12)));
        assert_eq!(block.channel(1).collect::<Vec<_>>(), [-1.0, -2.0]);
    }

    #[test]
    fn two_stretches_overlap_where_they_share_a_frame_and_neighbours_do_not() {
        let span = |start, end| Span { start: SampleIndex(start), end: SampleIndex(end) };
        let shared = |other: Span| (span(10, 20).overlaps(other), other.overlaps(span(10, 20)));
        for other in [span(19, 30), span(0, 11), span(12, 13), span(0, 99)] {
            assert_eq!(shared(other), (true, true), "{other:?}");
        }
        for other in [span(20, 30), span(0, 10), span(40, 50)] {
            assert_eq!(shared(other), (false, false), "{other:?}");
        }
        assert_eq!([span(10, 20).frames(), span(20, 10).frames()], [10, 0]);
    }
}
