//! Whether a line is a harmonic of a rate that has little of its own there: an electrocardiogram, or a pulse through a high-pass, has most of it in its second or third.

use std::f64::consts::TAU;

use rustfft::num_complex::Complex64;

use super::told::STANDS_OUT;
use super::{Range, TAKE, WANDER, Window};
use crate::rhythm::line::{HARMONICS, Line};

/// The multiples of a slower rate that are looked at.
const TEETH: [f64; 5] = [1.0, 2.0, 3.0, 4.0, 5.0];
/// What is there has at least this share of the line's amplitude.
const PART: f64 = 0.15;

impl Window {
    /// The rhythm whose figure is asked for next is told by its h-th harmonic.
    pub fn tell_by(&mut self, h: f64) {
        self.told_by = Some(h);
    }

    /// Whether the best of what no line was taken for tells of another rhythm than a line, of which it is no multiple, nor one of the slower rhythm.
    pub fn tells_of_another(&mut self, line: f64) -> bool {
        self.test_rest();
        let Some(best) = self.evidence.best(self.shape.range).filter(|best| best.p < TAKE) else { return false };
        let size = self.left_at(best.frequency);
        let times = (best.frequency / line).round().max(1.0);
        (best.frequency - times * line).abs() > times * self.rayleigh() / 2.0
            && !self.is_explained(best.frequency, size, self.rayleigh() / 2.0)
    }

    /// Whether there is more than noise at the double of a line's frequency, and that is no harmonic of the slower rhythm.
    pub fn has_double(&mut self, line: f64) -> bool {
        let (double, near) = (2.0 * line, self.rayleigh() / 2.0);
        let size = self.left_at(double);
        !self.is_explained(double, size, near) && self.evidence_at(double, Range { low: double - near, high: double + near }, None).0 < TAKE
    }

    /// Takes the rhythm that a line is the h-th harmonic of, with its harmonics, and tells its frequency; `None` where it is of none.
    pub fn take_base(&mut self, frequency: f64, h: f64) -> Option<f64> {
        let rate = frequency / h;
        self.fit.residual(&self.samples, |_, other| other.frequency > 0.75 * rate, &mut self.rest);
        let at = self.lines().iter().position(|line| line.frequency == frequency).filter(|at| self.is_toothed(&self.lines()[*at], h))?;
        self.phase.clear();
        self.phase.extend(self.fit.lines()[at].phase().map(|phase| phase / h));
        self.fit.keep();
        let is_tooth = |line: &Line| {
            let multiple = (line.frequency / rate).round();
            (1.0..=HARMONICS as f64).contains(&multiple) && (line.frequency - multiple * rate).abs() < WANDER / 2.0 * line.frequency
        };
        while let Some(at) = self.lines().iter().position(is_tooth) {
            self.fit.remove(at);
        }
        let at = self.fit.add(rate);
        if !self.phase.is_empty() {
            self.fit.follow(at, rate, self.phase.iter().copied());
        }
        self.fit.enrich(at, HARMONICS);
        if self.fit.refine(&self.samples) {
            let found = self.lines()[at].frequency;
            self.fit.sort();
            self.told_by = Some(h);
            return Some(found);
        }
        self.fit.restore();
        None
    }

    /// Whether there is something in `rest` at two multiples of the slower rate that are none of the line's, the first counted, and that are not the breath's.
    fn is_toothed(&self, line: &Line, h: f64) -> bool {
        let size = |multiple: f64| self.size_along(line, multiple / h);
        let least = (PART * line.fundamental()).max(STANDS_OUT * size(1.5).max(size(2.5)));
        // Of a fourth harmonic those that are none of a second.
        let own = |multiple: f64| if h == 3.0 { multiple == 3.0 } else { multiple % 2.0 == 0.0 };
        let rate = line.frequency / h;
        let there = |multiple: f64| {
            let size = size(multiple);
            size > least && !self.is_explained(multiple * rate, size, self.rayleigh() / 2.0)
        };
        TEETH.into_iter().filter(|multiple| !own(*multiple) && there(*multiple)).count() >= 2
    }

    /// The amplitude of what is in `rest` along so many times the phase of a line, however that wanders.
    fn size_along(&self, line: &Line, multiple: f64) -> f64 {
        let turn = |phase: f64| Complex64::from_polar(1.0, -multiple * phase);
        let sum = if line.wanders() {
            self.rest.iter().zip(line.phase()).map(|(x, phase)| turn(phase) * *x).sum::<Complex64>()
        } else {
            let step = turn(TAU * line.frequency);
            self.rest.iter().fold((Complex64::ZERO, Complex64::ONE), |(sum, now), x| (sum + now * *x, now * step)).0
        };
        2.0 * sum.norm() / self.rest.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Range, Shape, Window};
    use crate::rhythm::slower::Slower;
    use crate::simulate::Normal;
    use std::f64::consts::TAU;

    #[test]
    fn a_base_is_taken_where_two_of_its_other_harmonics_are_there_and_no_other_time() {
        let range = Range { low: 0.02, high: 0.15 };
        let taken = |sizes: [f64; 5], h: f64, steady: f64| {
            let mut window = Window::new(Shape { len: 375, range, context: range, floor: 0.0, kind: Kind::Cycles });
            let mut normal = Normal::new(4, 0);
            let turn = |i: usize| TAU * (0.03 * i as f64 + (1.0 - steady) * (i as f64 / 60.0).sin());
            let wave = |i: usize| sizes.iter().zip(1..).map(|(size, j)| size * (f64::from(j) * turn(i) + f64::from(j)).cos()).sum::<f64>();
            window.look((0..375).map(|i| wave(i) + 0.05 * normal.draw()));
            let largest = window.lines().iter().max_by(|a, b| a.fundamental().total_cmp(&b.fundamental())).unwrap().frequency;
            window.take_base(largest, h).map(|rate| (rate - 0.03).abs() < 1e-3)
        };
        for steady in [1.0, 0.95] {
            assert_eq!(taken([0.2, 1.0, 0.4, 0.1, 0.0], 2.0, steady), Some(true), "its second, {steady}");
            assert_eq!(taken([0.2, 0.3, 1.0, 0.2, 0.0], 3.0, steady), Some(true), "its third, {steady}");
            assert_eq!(taken([0.0, 1.0, 0.5, 0.1, 0.4], 2.0, steady), Some(true), "without the first, {steady}");
            assert_eq!(taken([0.3, 1.0, 0.0, 0.3, 0.0], 2.0, steady), None, "another rhythm at its half, {steady}");
            assert_eq!(taken([0.0, 1.0, 0.0, 0.4, 0.0], 4.0, steady), None, "its own second is none of a fourth part, {steady}");
        }
    }

    #[test]
    fn a_line_that_may_be_a_harmonic_of_the_breath_has_a_double_of_its_own_or_none() {
        let range = Range { low: 0.0267, high: 0.133 };
        let mut window = Window::new(Shape { len: 375, range, context: range, floor: 0.024, kind: Kind::Cycles });
        let breath = Slower::new((0.0108, 44.0), Some([40.0, 10.0, 2.0, 0.5]), None).told_to(0.02);
        let mut normal = Normal::new(5, 0);
        // At 4.25 times the breath's rate, which wanders, its double midway between two multiples; and at 4 times.
        for (times, double, is) in [(4.25, 1.0, 20..=40), (4.25, 0.0, 0..=3), (4.0, 0.8, 0..=3)] {
            let rate = times * 0.0108;
            let wave = |i: usize| 4.0 * (TAU * rate * i as f64).cos() + double * (2.0 * TAU * rate * i as f64 + 1.0).cos();
            let told = (0..40).filter(|_| {
                window.look_beside(Some(breath), (0..375).map(|i| wave(i) + 2.5 * normal.draw()));
                window.has_double(rate)
            });
            let told = told.count();
            assert!(is.contains(&told), "{times} times, double of {double}: {told} of 40");
        }
    }
}
