//! The test of every frequency of the window, as it is when all is told: each with the lines taken out but the one that it belongs to.

use super::{Range, Window};
use crate::rhythm::evidence::Way;
use crate::rhythm::line::Line;

/// A line that was taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taken {
    /// Cycles a sample.
    pub frequency: f64,
    /// Peak to trough, its harmonics with it.
    pub amplitude: f64,
    /// Its evidence beside the other lines, and where that was told from.
    pub told: (f64, Way),
    /// Whether it keeps its frequency.
    pub steady: bool,
}

/// What the test of the whole window says, bin by bin: squares of a sine's amplitude.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tested {
    /// The first bin, cycles a sample.
    pub first: f64,
    /// From one bin to the next, cycles a sample.
    pub step: f64,
    /// Of the sine that explains most.
    pub line: Vec<f64>,
    /// What the noise beside it gives on the average.
    pub noise: Vec<f64>,
    /// What the sine needs to be told as one at the threshold.
    pub needed: Vec<f64>,
    /// The lines that were taken, slowest first.
    pub lines: Vec<Taken>,
}

impl Window {
    /// Tests the window anew that was looked at last. A bin that belongs to a line or to a harmonic of it is tested with that line in the window, for so was the line; every
    /// other bin with all lines taken out, for so was what else might be there. `threshold` is a p after the correction for the search: over the rhythm's range within it, over the context outside.
    pub fn tested(&mut self, threshold: f64) -> Tested {
        let (bins, step) = self.evidence.bins();
        let mut out = Tested { first: self.evidence.frequency(0), step, ..Tested::default() };
        [&mut out.line, &mut out.noise, &mut out.needed].into_iter().for_each(|curve| curve.resize(bins, 0.0));
        let owners: Vec<Option<usize>> = (0..bins).map(|bin| self.owner(self.evidence.frequency(bin))).collect();
        let Self { shape, .. } = *self;
        let log_p = [shape.range, shape.context].map(|range| self.evidence.log_needed(range, threshold));
        for of in std::iter::once(None).chain((0..self.lines().len()).map(Some)) {
            self.leave(of);
            self.evidence.test_whole(&self.rest);
            for bin in (0..bins).filter(|bin| owners[*bin] == of) {
                let seen = self.evidence.seen(bin);
                let needed = if shape.range.holds(self.evidence.frequency(bin)) { log_p[0] } else { log_p[1] };
                (out.line[bin], out.noise[bin], out.needed[bin]) = (seen.line, seen.noise, seen.needed(needed));
            }
        }
        self.tested = None;
        out.lines = (0..self.lines().len()).map(|at| self.taken(at)).collect();
        out.lines.sort_unstable_by(|a, b| a.frequency.total_cmp(&b.frequency));
        out
    }

    /// The line that a frequency belongs to, as its own or a harmonic's: the nearest.
    fn owner(&self, frequency: f64) -> Option<usize> {
        let off = |line: &Line| (1..=line.harmonics).map(|h| (h as f64 * line.frequency - frequency).abs()).fold(f64::INFINITY, f64::min);
        let lines = self.lines().iter().map(|line| (off(line), self.width(line.frequency)));
        let near = lines.enumerate().filter(|(_, (off, width))| off < width).map(|(at, (off, _))| (at, off));
        near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
    }

    fn taken(&mut self, at: usize) -> Taken {
        let line = &self.lines()[at];
        let (frequency, amplitude, steady) = (line.frequency, line.peak_to_trough(), !line.wanders());
        let range = if self.shape.range.holds(frequency) { self.shape.range } else { self.shape.context };
        let searched = Range { low: range.low.min(frequency), high: range.high.max(frequency) };
        self.evidence_at(frequency, searched, Some(at));
        Taken { frequency, amplitude, told: self.evidence.told_at(frequency, searched), steady }
    }
}
