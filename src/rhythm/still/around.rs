//! How strong slow rhythms are around an instant: least squares of all of them together beside a straight line, weighted by a Hann window about
//! it. That is complex demodulation (Bloomfield 2000, Fourier Analysis of Time Series, chapter 7) in which neither the trace's drift nor the breath beside
//! the rhythm leaks into it. About its middle a window is even and odd parts that know nothing of each other, and the solution is two short filters.

use super::solve;

/// At most so many rhythms at once: the rhythm, the breath and its second harmonic.
pub const RHYTHMS: usize = 3;
/// The straight line's part, and the rhythms'.
const COLUMNS: usize = RHYTHMS + 1;

/// Cosine and sine of each rhythm at the window's middle.
pub type Waves = [(f64, f64); RHYTHMS];

/// Filters for one set of frequencies.
#[derive(Debug)]
pub struct Around {
    half: usize,
    frequencies: [f64; RHYTHMS],
    /// For each rhythm the taps of its cosine on x(k) + x(−k), and of its sine on x(k) − x(−k); 0 is the middle.
    even: [Vec<f64>; RHYTHMS],
    odd: [Vec<f64>; RHYTHMS],
}

impl Around {
    /// With room for windows of so many samples on either side.
    pub fn new(longest: usize) -> Self {
        let room = || std::array::from_fn(|_| Vec::with_capacity(longest + 1));
        Self { half: 0, frequencies: [0.0; RHYTHMS], even: room(), odd: room() }
    }

    /// Lays the filters out for these frequencies in cycles a sample, 0 for none; does nothing where they are laid out already.
    pub fn plan(&mut self, half: usize, frequencies: [f64; RHYTHMS]) {
        if self.half == half && self.frequencies == frequencies {
            return;
        }
        (self.half, self.frequencies) = (half, frequencies);
        let used: [f64; COLUMNS] = std::array::from_fn(|i| if i == 0 { 0.0 } else { frequencies[i - 1] * std::f64::consts::TAU });
        let there: [bool; COLUMNS] = std::array::from_fn(|i| i == 0 || used[i] > 0.0);
        let weight = |k: usize| 0.5 + 0.5 * (std::f64::consts::PI * k as f64 / (half + 1) as f64).cos();
        let even = |k: usize| -> [f64; COLUMNS] { std::array::from_fn(|i| if there[i] { (used[i] * k as f64).cos() } else { 0.0 }) };
        let line = |k: usize| k as f64 / half.max(1) as f64;
        let odd = |k: usize| -> [f64; COLUMNS] {
            std::array::from_fn(|i| match i {
                0 => line(k),
                i if there[i] => (used[i] * k as f64).sin(),
                _ => 0.0,
            })
        };
        let (mut evens, mut odds) = ([[0.0; COLUMNS]; COLUMNS], [[0.0; COLUMNS]; COLUMNS]);
        for k in 0..=half {
            let twice = if k == 0 { 1.0 } else { 2.0 };
            add(&mut evens, even(k), twice * weight(k));
            add(&mut odds, odd(k), twice * weight(k));
        }
        let inverses = [solve::inverse(evens), solve::inverse(odds)];
        for rhythm in 0..RHYTHMS {
            self.even[rhythm].clear();
            self.odd[rhythm].clear();
        }
        for k in 0..=half {
            let (even, odd) = (even(k), odd(k));
            for rhythm in 0..RHYTHMS {
                let tap = |inverse: &[[f64; COLUMNS]; COLUMNS], columns: [f64; COLUMNS]| {
                    weight(k) * inverse[rhythm + 1].iter().zip(columns).map(|(a, b)| a * b).sum::<f64>()
                };
                self.even[rhythm].push(tap(&inverses[0], even));
                self.odd[rhythm].push(tap(&inverses[1], odd));
            }
        }
    }

    /// The rhythms around sample `middle`, which has `half` samples on either side; NaN where one of them is missing.
    pub fn at(&self, x: &[f64], middle: usize) -> Waves {
        std::array::from_fn(|rhythm| if self.frequencies[rhythm] > 0.0 { self.one(x, middle, rhythm) } else { (0.0, 0.0) })
    }

    /// The first rhythm's amplitude around sample `middle`.
    pub fn level(&self, x: &[f64], middle: usize) -> f64 {
        let (cos, sin) = self.one(x, middle, 0);
        cos.hypot(sin)
    }

    fn one(&self, x: &[f64], middle: usize, rhythm: usize) -> (f64, f64) {
        let (even, odd) = (&self.even[rhythm], &self.odd[rhythm]);
        let (before, after) = (&x[middle - self.half..middle], &x[middle + 1..=middle + self.half]);
        let mut sums = (even[0] * x[middle], 0.0);
        for (((b, a), e), o) in before.iter().rev().zip(after).zip(&even[1..]).zip(&odd[1..]) {
            sums.0 += e * (a + b);
            sums.1 += o * (a - b);
        }
        sums
    }
}

fn add<const N: usize>(sum: &mut [[f64; N]; N], columns: [f64; N], weight: f64) {
    for (row, a) in sum.iter_mut().zip(columns) {
        for (cell, b) in row.iter_mut().zip(columns) {
            *cell += weight * a * b;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    #[test]
    fn drift_and_a_near_breath_leave_the_rhythm_as_it_is() {
        let mut around = Around::new(200);
        around.plan(50, [0.02, 0.034, 0.068]);
        let x: Vec<f64> = (0..301)
            .map(|i| {
                let t = f64::from(i);
                1e5 + 3.0 * t + 2.0 * (TAU * 0.02 * t + 0.4).cos() + 9.0 * (TAU * 0.034 * t).sin() + (TAU * 0.068 * t).cos()
            })
            .collect();
        for middle in [50, 133, 250] {
            assert!((around.level(&x, middle) - 2.0).abs() < 1e-6, "{}", around.level(&x, middle));
            let [_, (cos, sin), (second, _)] = around.at(&x, middle);
            assert!((cos.hypot(sin) - 9.0).abs() < 1e-6 && second.abs() < 1.0 + 1e-6, "{cos} {sin} {second}");
        }
    }

    #[test]
    fn a_missing_sample_is_missing() {
        let mut around = Around::new(200);
        around.plan(50, [0.02, 0.0, 0.0]);
        let mut x = vec![1.0; 101];
        x[100] = f64::NAN;
        assert!(around.level(&x, 50).is_nan());
    }
}
