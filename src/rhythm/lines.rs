//! Evidence for a line in a short window: Thomson's harmonic F-test (Thomson 1982, Proc. IEEE 70:1055; Percival & Walden 1993, chapter 10)
//! as the regression that it is. At each frequency the window is projected on what K Slepian tapers pass, made orthonormal and orthogonal
//! to the trend; two of those directions carry the line, the others are noise of the same band. So the statistic has its F distribution
//! to the letter in white noise down to the slowest rates, where a line meets its own mirror image and the trend's removal. The test is
//! local in frequency, and the window is whitened by its own first-order autoregression beforehand, so that it is nearly blind to the
//! noise's colour.

use nalgebra::{DMatrix, DVector};
use rustfft::num_complex::Complex64;

use super::chance::log_line;
use super::multitaper::Multitaper;
use super::trend::Trend;

/// Directions that hold less than this share of the strongest one's energy are left out: they are the rounding's, or the trend's.
const RANK: f64 = 1e-3;

/// Directions at one frequency, each a row of 2 K weights for the K tapers' (cosine, sine) parts; the first two carry a line.
#[derive(Debug)]
struct Directions {
    rank: usize,
    weights: Vec<f64>,
}

/// The plan and scratch for windows of one length.
#[derive(Debug)]
pub struct LineTest {
    tapers: Multitaper,
    raw: Trend,
    trend: Trend,
    first: usize,
    /// None of a bin far from every edge: there the tapers themselves are the directions.
    bins: Vec<Option<Directions>>,
    /// What a line gives to each taper, of unit length.
    line: Vec<f64>,
    whitened: Vec<f64>,
    coefficient: f64,
    parts: Vec<f64>,
    /// ln p of a line at each bin, before the correction for the search.
    log_p: Vec<f64>,
    /// Energy along the line's two directions, whitened.
    energy: Vec<f64>,
    /// Mean energy of the other directions, whitened: the noise's density.
    noise: Vec<f64>,
}

/// The tapers of a test: time-bandwidth product and count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tapers {
    /// In units of 1/window.
    pub nw: f64,
    /// How many.
    pub count: usize,
}

impl LineTest {
    /// Plans for windows of `len` samples and lines between two frequencies, the trend below `floor` taken out (all in cycles a sample).
    pub fn new(len: usize, tapers: Tapers, (low, high): (f64, f64), floor: f64) -> Self {
        let short = len - 1;
        let nw = tapers.nw;
        let tapers = Multitaper::new(short, nw, tapers.count);
        let trend = Trend::new(short, floor);
        let first = ((low / tapers.step()).ceil() as usize).max(1);
        let last = ((high / tapers.step()).floor() as usize).min(tapers.last());
        // Twice the band of the tapers, and a Rayleigh width for the cosines' ends.
        let width = (2.0 * nw + 1.0) / short as f64;
        let far = |frequency: f64| frequency > trend.floor() + width && frequency < 0.5 - width;
        let plan = |frequency: f64| (!far(frequency)).then(|| directions(&tapers, &trend, frequency));
        let bins: Vec<Option<Directions>> = (first..=last).map(|bin| plan(bin as f64 * tapers.step())).collect();
        let blank = vec![0.0; bins.len()];
        let sums: Vec<f64> = tapers.tapers().iter().map(|taper| taper.iter().sum()).collect();
        let norm = sums.iter().map(|sum| sum * sum).sum::<f64>().sqrt();
        Self {
            raw: Trend::new(len, floor),
            trend,
            first,
            line: sums.iter().map(|sum| sum / norm).collect(),
            whitened: vec![0.0; short],
            coefficient: 0.0,
            parts: vec![0.0; 2 * tapers.tapers().len()],
            log_p: blank.clone(),
            energy: blank.clone(),
            noise: blank,
            bins,
            tapers,
        }
    }

    /// Samples in a window.
    pub fn len(&self) -> usize {
        self.whitened.len() + 1
    }

    /// Cycles a sample from one bin to the next.
    pub fn step(&self) -> f64 {
        self.tapers.step()
    }

    /// ln p of a line at each bin of the plan, of the window tested last.
    pub fn log_p(&self) -> &[f64] {
        &self.log_p
    }

    /// The frequency of a bin of the plan, cycles a sample.
    pub fn frequency(&self, bin: usize) -> f64 {
        (self.first + bin) as f64 * self.step()
    }

    /// The bin of twice the frequency; none of the plan where that is too fast.
    pub fn double(&self, bin: usize) -> usize {
        self.first + 2 * bin
    }

    /// The bins of the plan between two frequencies.
    pub fn between(&self, low: f64, high: f64) -> std::ops::Range<usize> {
        let first = ((low / self.step()).ceil() as usize).saturating_sub(self.first);
        let end = ((high / self.step()).floor() as usize + 1).saturating_sub(self.first).min(self.bins.len());
        first.min(end)..end
    }

    /// Tests every frequency of a window; `scratch` becomes the window without its trend.
    pub fn test(&mut self, window: &[f64], scratch: &mut Vec<f64>) {
        scratch.clear();
        scratch.extend_from_slice(window);
        self.raw.remove(scratch);
        self.coefficient = regression(scratch);
        for (out, pair) in self.whitened.iter_mut().zip(scratch.windows(2)) {
            *out = pair[1] - self.coefficient * pair[0];
        }
        self.trend.remove(&mut self.whitened);
        self.tapers.run(&self.whitened);
        for (at, directions) in self.bins.iter().enumerate() {
            let (line, rest) = if let Some(directions) = directions {
                for (k, y) in self.tapers.at(self.first + at).enumerate() {
                    (self.parts[2 * k], self.parts[2 * k + 1]) = (y.re, -y.im);
                }
                directions.energies(&self.parts)
            } else {
                harmonic(&self.line, || self.tapers.at(self.first + at))
            };
            let freedom = freedom(directions.as_ref(), self.line.len());
            self.energy[at] = line;
            self.noise[at] = if freedom > 0.0 { rest / freedom } else { 0.0 };
            self.log_p[at] = log_line(line, rest, freedom);
        }
    }

    /// Where a line would explain most of the whitened window, between two frequencies.
    pub fn strongest(&self, low: f64, high: f64) -> Option<f64> {
        let bins = self.between(low, high);
        bins.max_by(|a, b| self.energy[*a].total_cmp(&self.energy[*b])).map(|bin| self.frequency(bin))
    }

    /// The whitened power at a frequency over that of the median bin.
    pub fn excess(&self, frequency: f64, scratch: &mut Vec<f64>) -> f64 {
        let power = |at: usize| {
            let freedom = freedom(self.bins[at].as_ref(), self.line.len());
            (self.energy[at] + freedom * self.noise[at]) / (freedom + 2.0)
        };
        scratch.clear();
        scratch.extend((0..self.bins.len()).map(power));
        let middle = scratch.len() / 2;
        let Some(own) = scratch.get(self.bin(frequency)).copied() else { return 0.0 };
        let (_, median, _) = scratch.select_nth_unstable_by(middle, f64::total_cmp);
        own / median.max(f64::MIN_POSITIVE)
    }

    /// The bin nearest to a frequency.
    fn bin(&self, frequency: f64) -> usize {
        ((frequency / self.step()).round() as usize).saturating_sub(self.first).min(self.bins.len().saturating_sub(1))
    }

    /// The noise's power density at a frequency, in unit² × samples, and the degrees of freedom it is known with.
    pub fn noise(&self, frequency: f64) -> (f64, f64) {
        let bin = self.bin(frequency);
        let gain = 1.0 + self.coefficient.powi(2) - 2.0 * self.coefficient * (std::f64::consts::TAU * frequency).cos();
        let known = self.noise.get(bin).copied().unwrap_or(0.0);
        (known / gain.max(1e-9), self.bins.get(bin).map_or(0.0, |bin| freedom(bin.as_ref(), self.line.len())))
    }
}

/// Degrees of freedom of the noise beside a line.
fn freedom(directions: Option<&Directions>, tapers: usize) -> f64 {
    directions.map_or(2 * tapers, |directions| directions.rank).saturating_sub(2) as f64
}

/// Energy along a line and along all else of the tapers' coefficients at a frequency far from every edge.
fn harmonic<I: Iterator<Item = Complex64>>(line: &[f64], coefficients: impl Fn() -> I) -> (f64, f64) {
    let amplitude: Complex64 = coefficients().zip(line).map(|(y, u)| y * u).sum();
    let rest: f64 = coefficients().zip(line).map(|(y, u)| (y - amplitude * u).norm_sqr()).sum();
    // A real window has its energy at both signs of the frequency.
    (2.0 * amplitude.norm_sqr(), 2.0 * rest)
}

impl Directions {
    /// Energy along the first two directions, and along the others.
    fn energies(&self, parts: &[f64]) -> (f64, f64) {
        let mut rows = self.weights.chunks_exact(parts.len());
        let mut along = || rows.next().map_or(0.0, |row| row.iter().zip(parts).map(|(w, y)| w * y).sum::<f64>().powi(2));
        let line = along() + along();
        (line, (2..self.rank).map(|_| along()).sum())
    }
}

/// The first-order autoregression coefficient of a window without trend.
fn regression(window: &[f64]) -> f64 {
    let energy: f64 = window.iter().map(|x| x * x).sum();
    let beside: f64 = window.windows(2).map(|pair| pair[0] * pair[1]).sum();
    if energy > 0.0 { beside / energy } else { 0.0 }
}

/// Orthonormal directions of what the tapers pass around a frequency, those of a line first.
fn directions(tapers: &Multitaper, trend: &Trend, frequency: f64) -> Directions {
    let none = Directions { rank: 0, weights: Vec::new() };
    let wave = |i: usize| (std::f64::consts::TAU * frequency * i as f64).sin_cos();
    let (len, count) = (tapers.len(), 2 * tapers.tapers().len());
    let mut passed = DMatrix::zeros(len, count);
    let mut line = DMatrix::zeros(len, 2);
    for i in 0..len {
        let (sin, cos) = wave(i);
        (line[(i, 0)], line[(i, 1)]) = (cos, sin);
        for (k, taper) in tapers.tapers().iter().enumerate() {
            (passed[(i, 2 * k)], passed[(i, 2 * k + 1)]) = (taper[i] * cos, taper[i] * sin);
        }
    }
    for mut column in passed.column_iter_mut().chain(line.column_iter_mut()) {
        trend.remove(column.as_mut_slice());
    }
    let eigen = passed.tr_mul(&passed).symmetric_eigen();
    let most = eigen.eigenvalues.max();
    let kept: Vec<usize> = (0..count).filter(|i| eigen.eigenvalues[*i] > RANK * most).collect();
    // Rows that turn the tapers' parts into coordinates along orthonormal directions.
    let rows = DMatrix::from_fn(kept.len(), count, |r, c| eigen.eigenvectors[(c, kept[r])] / eigen.eigenvalues[kept[r]].sqrt());
    let along = &rows * passed.tr_mul(&line);
    let Some(turn) = turn(&along) else { return none };
    let turned = turn * rows;
    Directions { rank: kept.len(), weights: turned.transpose().as_slice().to_vec() }
}

/// A rotation whose first two rows span two columns.
fn turn(columns: &DMatrix<f64>) -> Option<DMatrix<f64>> {
    let rank = columns.nrows();
    let mut rows: Vec<DVector<f64>> = Vec::new();
    let starts = columns.column_iter().map(|column| (column.into_owned(), true));
    let units = (0..rank).map(|i| (DVector::from_fn(rank, |r, _| if r == i { 1.0 } else { 0.0 }), false));
    for (start, of_line) in starts.chain(units) {
        let mut v = start.clone();
        for _ in 0..2 {
            for row in &rows {
                v.axpy(-row.dot(&v), row, 1.0);
            }
        }
        let left = v.norm() / start.norm().max(f64::MIN_POSITIVE);
        if left > if of_line { 1e-3 } else { 1e-6 } && rows.len() < rank {
            rows.push(v.normalize());
        } else if of_line {
            return None;
        }
    }
    (rows.len() == rank).then(|| DMatrix::from_fn(rank, rank, |r, c| rows[r][c]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_from_every_edge_the_regression_is_thomsons_own_statistic() {
        let tapers = Tapers { nw: 5.0, count: 9 };
        let floor = 0.02;
        let mut test = LineTest::new(301, tapers, (0.0, 0.5), floor);
        let window: Vec<f64> =
            (0..301).map(|i| (f64::from(i) * 0.7).sin() + (f64::from(i * i) * 1.1).sin() + 0.001 * f64::from(i)).collect();
        test.test(&window, &mut Vec::new());
        let quick = test.log_p.clone();
        let mut far = 0;
        for at in 0..test.bins.len() {
            if test.bins[at].is_none() {
                test.bins[at] = Some(directions(&test.tapers, &test.trend, test.frequency(at)));
                far += 1;
            }
        }
        test.test(&window, &mut Vec::new());
        assert!(far > 300, "{far}");
        for (at, (quick, exact)) in quick.iter().zip(&test.log_p).enumerate() {
            assert!((quick - exact).abs() < 0.02 * (1.0 + exact.abs()), "{}: {quick} for {exact}", test.frequency(at));
        }
    }
}
