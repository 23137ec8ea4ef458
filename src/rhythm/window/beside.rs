//! A window beside another of the same length: the same rhythm on two sides.

use super::{EYE, Window};
use crate::rhythm::Interval;
use crate::rhythm::line::Line;
use crate::rhythm::symmetry::{self, Side};

impl Window {
    /// Magnitude-squared coherence of two windows at a frequency, over the tapers.
    pub fn coherence(&mut self, other: &mut Self, frequency: f64) -> Interval {
        self.eye.run(&self.samples);
        other.eye.run(&other.samples);
        symmetry::coherence(self.eye.coherence(&other.eye, frequency), EYE.1)
    }

    /// The line at a frequency in this window, and the same rhythm in the other, whose phase is measured against this one's, however it wanders.
    pub fn beside(&mut self, other: &mut Self, frequency: f64) -> Option<[Side; 2]> {
        let near = |line: &&Line| (line.frequency - frequency).abs() < self.width(frequency);
        let own = self.fit.lines().iter().filter(near).max_by(|a, b| a.fundamental().total_cmp(&b.fundamental()));
        let mut along = std::mem::take(&mut self.along);
        let wanders = own.filter(|line| line.wanders()).map(|line| along.copy(line)).is_some();
        let followed = wanders.then_some(&along);
        let sides = self.line_along(frequency, followed).and_then(|own| Some([own, other.line_along(frequency, followed)?]));
        self.along = along;
        sides
    }

    /// A line held at a frequency, or at the phase of another window's line.
    fn line_along(&mut self, frequency: f64, along: Option<&Line>) -> Option<Side> {
        while let Some(at) = self.lines().iter().position(|line| (line.frequency - frequency).abs() < self.width(frequency)) {
            self.fit.remove(at);
        }
        let at = self.fit.add(frequency);
        if let Some(line) = along {
            self.fit.follow(at, line.frequency, line.phase());
        }
        if !self.fit.refine(&self.samples) {
            return None;
        }
        let (noise, freedom) = self.noise_at(self.lines()[at].frequency);
        let line = &self.lines()[at];
        let variance = 2.0 * noise / self.len() as f64;
        Some(Side { amplitude: line.fundamental(), lateness: line.lateness(), variance, freedom })
    }
}
