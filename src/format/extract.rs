//! What a writer is given: samples, and what is told of them.

use std::io;

use super::Provenance;
use crate::signal::{Annotation, Gap};

/// Samples to be written, a stretch at a time, so that memory does not grow with the file.
pub trait Frames {
    /// Fills `samples` with the next whole interleaved frames; leaves it empty at the end.
    ///
    /// # Errors
    /// Where they cannot be read, or nobody wants them any more.
    fn next(&mut self, samples: &mut Vec<f32>) -> io::Result<()>;

    /// Begins with the first frame again, for a format whose header tells what follows.
    fn again(&mut self);
}

/// What is told of the samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Extract {
    /// Where they come from: channels, rate, the frames of the source.
    pub provenance: Provenance,
    /// The annotations, counted from the first frame.
    pub annotations: Vec<Annotation>,
    /// What is missing in every channel, in order, counted from the first frame.
    pub gaps: Vec<Gap>,
}

/// Samples in memory, handed over so many at a time.
#[cfg(test)]
pub(super) struct Slice<'a> {
    all: &'a [f32],
    at: usize,
    step: usize,
}

#[cfg(test)]
impl<'a> Slice<'a> {
    pub(super) fn new(all: &'a [f32], step: usize) -> Self {
        Self { all, at: 0, step }
    }
}

#[cfg(test)]
impl Frames for Slice<'_> {
    fn next(&mut self, samples: &mut Vec<f32>) -> io::Result<()> {
        let end = (self.at + self.step).min(self.all.len());
        samples.clear();
        samples.extend(self.all.get(self.at..end).unwrap_or_default());
        self.at = end;
        Ok(())
    }

    fn again(&mut self) {
        self.at = 0;
    }
}
