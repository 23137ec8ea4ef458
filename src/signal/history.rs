//! What the trace is drawn from: minima and maxima of every channel at every scale, in bounded memory.

use super::{Block, SampleIndex};

/// What a column of the picture has to show: everything between `min` and `max`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Least sample; NaN where there is none.
    pub min: f32,
    /// Greatest sample; NaN where there is none.
    pub max: f32,
    /// Whether a frame within the column is missing.
    pub missing: bool,
}

impl Column {
    /// A column without samples.
    pub const EMPTY: Self = Self { min: f32::NAN, max: f32::NAN, missing: false };
}

/// Min/max pyramid of a stream: the latest stretch at full resolution, older ones ever coarser.
#[derive(Clone, Debug)]
pub struct History {}

impl History {
    /// An empty history of so many channels that begins at `start`.
    pub fn new(_channels: usize, _start: SampleIndex) -> Self {
        todo!()
    }

    /// Appends a block that begins at [`History::end`].
    pub fn push(&mut self, _block: &Block) {
        todo!()
    }

    /// The first frame it still knows of.
    pub fn start(&self) -> SampleIndex {
        todo!()
    }

    /// The frame after the last.
    pub fn end(&self) -> SampleIndex {
        todo!()
    }

    /// Fills `out` with consecutive columns of `frames_per_column` frames, the first of which begins at `from`.
    /// Columns outside the history are [`Column::EMPTY`].
    pub fn columns(&self, _channel: usize, _from: SampleIndex, _frames_per_column: u64, _out: &mut [Column]) {
        todo!()
    }
}
