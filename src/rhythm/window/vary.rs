//! A rhythm whose rate another one changes: its line and those beside it are one.

use std::f64::consts::{PI, TAU};

use super::take::{BESIDE, energy};
use super::{TRACKED, Window};
use crate::rhythm::line::Line;
use crate::rhythm::track::Guess;

/// A line with its harmonics varies where following it explains, for each of its cycles, so many times the noise's energy more.
const VARIES: f64 = 12.0;
/// Lines beside a rhythm are its own modulation where following it explains all but this share of what they do: of any other line it explains half at most.
const SPARED: f64 = 0.2;

impl Window {
    /// Lets a steady line with its harmonics follow its phase, and takes what lies beside it for what that makes of it, where this explains more; tells its place
    /// then. A pulse that breath quickens and slows is a line with others beside it at the breath's distance: each of its harmonics has more of them than the last,
    /// and what is fitted to a steady rate is too small.
    pub(super) fn let_vary(&mut self, at: usize) -> usize {
        let line = &self.lines()[at];
        if line.wanders() {
            return at;
        }
        let (frequency, size, information, len) = (line.frequency, line.fundamental(), line.information(), self.len() as f64);
        let beside = |other: &Line| (other.frequency / frequency - 1.0).abs() < BESIDE && other.fundamental() < size;
        let taken = self.lines().iter().filter(|other| beside(other)).map(|other| other.fundamental().powi(2) / 2.0 * len).sum::<f64>();
        self.leave(None);
        let before = energy(&self.rest);
        self.fit.residual(&self.samples, |place, other| place == at || beside(other), &mut self.rest);
        if taken > 0.0 {
            self.lay_phase(at, beside);
        }
        let guess = if self.guess.is_empty() { Guess::Steady(frequency) } else { Guess::Along(&self.guess) };
        let followed =
            self.track.run(&self.rest, (frequency, TRACKED), guess) && (self.track.rate() - frequency).abs() < self.rayleigh() / 2.0;
        // By white noise, following a line explains less than half of what is asked for below.
        let explains = information / 2.0 * len * self.track.strays(frequency);
        if followed && (taken > 0.0 || explains > VARIES / 2.0 * frequency * before) {
            self.phase.clear();
            self.phase.extend(self.track.whole(self.rest.len(), guess));
            self.fit.keep();
            self.fit.follow(at, self.track.rate(), self.phase.iter().copied());
            let mut now = at;
            for place in (0..self.lines().len()).rev() {
                if place != at && beside(&self.lines()[place]) {
                    self.fit.remove(place);
                    now -= usize::from(place < at);
                }
            }
            if self.fit.refine(&self.samples) {
                let (noise, _) = self.noise_at(frequency);
                if before + SPARED * taken - energy(&self.rest) > VARIES * frequency * len * noise {
                    return now;
                }
            }
            self.fit.restore();
        }
        self.guess.clear();
        at
    }

    /// Makes the phase of a line and some others together the guess.
    fn lay_phase(&mut self, at: usize, beside: impl Fn(&Line) -> bool) {
        let len = self.len();
        let (re, im) = (&mut self.phase, &mut self.guess);
        for part in [&mut *re, &mut *im] {
            part.clear();
            part.resize(len, 0.0);
        }
        for (place, line) in self.fit.lines().iter().enumerate() {
            if place == at || beside(line) {
                line.turn_along(re, im);
            }
        }
        let mut last = 0.0;
        for (im, re) in im.iter_mut().zip(re.iter()) {
            let phase = im.atan2(*re);
            last += (phase - last + PI).rem_euclid(TAU) - PI;
            *im = last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Range, Shape, Window};
    use crate::simulate::Normal;
    use std::f64::consts::TAU;

    /// How many lines are left beside the rhythm's, and its peak to trough.
    fn told(wave: impl Fn(f64) -> f64) -> (usize, f64) {
        let range = Range { low: 0.03, high: 0.2 };
        let mut window = Window::new(Shape { len: 300, range, context: range, floor: 0.02, kind: Kind::Cycles });
        let mut normal = Normal::new(7, 0);
        window.look((0..300).map(|i| wave(f64::from(i)) + 0.05 * normal.draw()));
        let largest = window.lines().iter().max_by(|a, b| a.fundamental().total_cmp(&b.fundamental())).map(|line| line.frequency);
        let (figure, _) = window.figure(largest, (1.0, 1.0), 0.01).unwrap();
        (window.lines().len() - 1, figure.amplitude.value)
    }

    #[test]
    fn lines_beside_a_rhythm_are_its_own_where_its_phase_explains_them_and_another_rhythm_stays() {
        let phase = |i: f64| TAU * 0.08 * i + 0.8 * (TAU * 0.02 * i).sin();
        let (beside, size) = told(|i| phase(i).cos() + 0.4 * (2.0 * phase(i)).cos());
        // Greatest at 0, least where the cosine is −1 / 1.6.
        let is = 1.4 + 0.7125;
        assert!(beside == 0 && (size - is).abs() < 0.06, "{beside} lines beside, {size} for {is}");
        let (beside, size) = told(|i| (TAU * 0.08 * i).cos() + 0.4 * (TAU * 0.16 * i).cos() + 0.35 * (TAU * 0.103 * i + 1.0).cos());
        assert!(beside == 1 && (size - is).abs() < 0.06, "{beside} lines beside, {size} for {is}");
    }
}
