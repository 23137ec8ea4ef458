//! The samples of a piece, a block at a time.

use std::io;
use std::ops::ControlFlow;

use crate::format::Frames;
use crate::signal::Span;
use crate::store::Recording;

/// Hears which share is done, 0 to 1, and says whether to go on.
pub type Watch<'a> = &'a mut dyn FnMut(f64) -> ControlFlow<()>;

/// Frames that are in memory at a time.
const BLOCK: u64 = 8192;

/// Reads a piece, once or, for a format whose header tells what follows, twice.
pub(super) struct Reader<'a> {
    recording: &'a mut Recording,
    all: Span,
    rest: Span,
    /// How often it is going to be read, and has been.
    passes: (u64, u64),
    watch: Watch<'a>,
}

impl<'a> Reader<'a> {
    /// Of a stretch that will be read so many times.
    pub(super) fn new((recording, all): (&'a mut Recording, Span), passes: u64, watch: Watch<'a>) -> Self {
        Self { recording, all, rest: all, passes: (passes, 0), watch }
    }
}

impl Frames for Reader<'_> {
    fn next(&mut self, samples: &mut Vec<f32>) -> io::Result<()> {
        let (whole, (passes, done)) = (self.all.frames().max(1), self.passes);
        let read = done * whole + (whole - self.rest.frames().min(whole));
        if (self.watch)(read as f64 / (passes * whole) as f64).is_break() {
            return Err(io::Error::other("interrupted; nothing was written"));
        }
        let frames = self.rest.frames().min(BLOCK) as usize;
        let read = self.recording.read(self.rest.start, frames, samples).map_err(io::Error::other)?;
        self.rest.start = self.rest.start + read as u64;
        Ok(())
    }

    fn again(&mut self) {
        self.rest = self.all;
        self.passes.1 += 1;
    }
}
