//! One channel at the rate that its rhythms need, for as long as the longest window.

use std::collections::VecDeque;

use super::decimate::Decimator;

/// The latest outputs of a decimator.
#[derive(Debug)]
pub struct Stream {
    decimator: Decimator,
    /// The latest outputs, oldest first; the first has index `first`.
    outputs: VecDeque<f64>,
    first: u64,
    keep: usize,
}

impl Stream {
    /// From `hz` to about `target_hz` by a multiple of `base`, flat up to `pass_hz`, keeping `longest` seconds.
    pub fn new(hz: f64, (base, target_hz): (u64, f64), pass_hz: f64, longest: f64) -> Self {
        let decimator = Decimator::new(hz, (base, target_hz), pass_hz);
        let keep = (longest * hz / decimator.factor() as f64).ceil() as usize + 4;
        Self { decimator, outputs: VecDeque::with_capacity(keep + 1), first: 0, keep }
    }

    /// Input frames from one output to the next.
    pub fn factor(&self) -> u64 {
        self.decimator.factor()
    }

    /// Input frames on either side of an output that it depends on.
    fn half(&self) -> u64 {
        self.decimator.half()
    }

    /// Outputs whose whole support lies in a window of `frames`, wherever it begins.
    pub fn outputs(&self, frames: u64) -> usize {
        (frames.saturating_sub(2 * self.half()) / self.factor()) as usize
    }

    /// Forgets everything; frames go on at `start`.
    pub fn reset(&mut self, start: u64) {
        self.outputs.clear();
        self.first = self.decimator.reset(start);
    }

    /// Takes one frame's sample; NaN where it is missing.
    pub fn push(&mut self, sample: f64) {
        let (outputs, first, keep) = (&mut self.outputs, &mut self.first, self.keep);
        self.decimator.push(sample, &mut |output| {
            if outputs.len() == keep {
                outputs.pop_front();
                *first += 1;
            }
            outputs.push_back(output);
        });
    }

    /// The outputs from output `index` on, as far as they are kept, with their indices.
    pub fn since(&self, index: u64) -> impl Iterator<Item = (u64, f64)> + '_ {
        let skip = usize::try_from(index.saturating_sub(self.first)).unwrap_or(usize::MAX).min(self.outputs.len());
        (self.first + skip as u64..).zip(self.outputs.range(skip..).copied())
    }

    /// Where a frame stands among the outputs of the window of `frames` before `end`, 0 being the first.
    pub fn place(&self, (end, frames): (u64, u64), frame: u64) -> f64 {
        let first = (end.saturating_sub(frames) + self.half()).div_ceil(self.factor());
        frame as f64 / self.factor() as f64 - first as f64
    }

    /// The frame of the first output of the window of `frames` before `end`.
    pub fn first_frame(&self, (end, frames): (u64, u64)) -> u64 {
        (end.saturating_sub(frames) + self.half()).div_ceil(self.factor()) * self.factor()
    }

    /// The outputs of the window of `frames` before `end`, `None` where they are not all there.
    pub fn window(&self, end: u64, frames: u64, len: usize) -> Option<impl Iterator<Item = f64> + Clone + '_> {
        let start = end.checked_sub(frames)?;
        let from = (start + self.half()).div_ceil(self.factor());
        let skip = usize::try_from(from.checked_sub(self.first)?).ok()?;
        (self.outputs.len() >= skip + len).then(|| self.outputs.range(skip..skip + len).copied())
    }
}
