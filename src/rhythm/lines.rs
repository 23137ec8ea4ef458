//! Evidence for a line in a short window: Thomson's multitaper harmonic F-test (Thomson 1982, Proc. IEEE 70:1055; Percival & Walden
//! 1993, chapter 10), with Slepian tapers NW 3.5, K 6. The test is local in frequency and so nearly blind to the colour of the noise.

use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex64;

use super::tapers::slepian;

/// Time-bandwidth product of the tapers, in units of 1/window.
pub const NW: f64 = 3.5;
/// How many tapers.
pub const TAPERS: usize = 6;
/// Independent tests a Rayleigh width: p = 1 − (1 − p_local)^N with N = SEARCH · 2 · range · window. Derived by
/// `cargo run --release --example accuracy -- --only false-alarms` for a zero-padding of four and more.
pub const SEARCH: f64 = 2.5;
/// Degree of the polynomial that is taken out as trend.
pub const TREND: i32 = 2;

/// The plan and scratch for windows of one length.
pub struct LineTest {
    tapers: Vec<Vec<f64>>,
    /// Σ of each taper; the antisymmetric ones have none.
    weights: Vec<f64>,
    trend: Vec<Vec<f64>>,
    fft: Arc<dyn RealToComplex<f64>>,
    padded: Vec<f64>,
    spectra: Vec<Vec<Complex64>>,
    scratch: Vec<Complex64>,
    /// p of a line at each bin, before the correction for the search.
    local: Vec<f64>,
}

impl std::fmt::Debug for LineTest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LineTest({} samples)", self.len())
    }
}

/// The best line in a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Cycles a sample.
    pub frequency: f64,
    /// Before the correction.
    pub local: f64,
}

impl LineTest {
    /// Plans for windows of `len` samples.
    pub fn new(len: usize) -> Self {
        let tapers = slepian(len, NW, TAPERS);
        let weights = tapers.iter().enumerate().map(|(k, taper)| if k % 2 == 0 { taper.iter().sum() } else { 0.0 }).collect();
        let fft = RealFftPlanner::new().plan_fft_forward((len * 4).next_power_of_two());
        let spectra = vec![fft.make_output_vec(); TAPERS];
        Self {
            tapers,
            weights,
            trend: orthonormal_trend(len),
            padded: fft.make_input_vec(),
            scratch: fft.make_scratch_vec(),
            local: vec![1.0; spectra[0].len()],
            spectra,
            fft,
        }
    }

    /// Samples in a window.
    pub fn len(&self) -> usize {
        self.tapers[0].len()
    }

    /// Frequencies that are tested.
    pub fn bins(&self) -> usize {
        self.local.len()
    }

    /// p of a line at each bin, of the window tested last.
    pub fn local(&self) -> &[f64] {
        &self.local
    }

    /// Cycles a sample from one bin to the next.
    pub fn step(&self) -> f64 {
        1.0 / self.padded.len() as f64
    }

    /// Takes the trend out of a window, in place.
    pub fn detrend(&self, window: &mut [f64]) {
        for basis in &self.trend {
            let share: f64 = basis.iter().zip(window.iter()).map(|(b, x)| b * x).sum();
            basis.iter().zip(window.iter_mut()).for_each(|(b, x)| *x -= share * b);
        }
    }

    /// Tests every frequency of a window without trend.
    pub fn test(&mut self, window: &[f64]) {
        for (taper, spectrum) in self.tapers.iter().zip(&mut self.spectra) {
            self.padded.fill(0.0);
            for ((out, x), v) in self.padded.iter_mut().zip(window).zip(taper) {
                *out = x * v;
            }
            // The lengths are the plan's own.
            let _ = self.fft.process_with_scratch(&mut self.padded, spectrum, &mut self.scratch);
        }
        let energy: f64 = self.weights.iter().map(|h| h * h).sum();
        for bin in 0..self.local.len() {
            let mu: Complex64 = self.spectra.iter().zip(&self.weights).map(|(y, h)| y[bin] * h).sum::<Complex64>() / energy;
            let rest: f64 = self.spectra.iter().zip(&self.weights).map(|(y, h)| (y[bin] - mu * h).norm_sqr()).sum();
            let freedom = TAPERS as f64 - 1.0;
            let f = if rest > 0.0 { freedom * mu.norm_sqr() * energy / rest } else { 0.0 };
            self.local[bin] = f_tail(f);
        }
    }

    /// The most significant line between two frequencies (cycles a sample), of the window tested last.
    pub fn best(&self, low: f64, high: f64) -> Option<Candidate> {
        let bins = (low / self.step()).ceil() as usize..=(high / self.step()).floor() as usize;
        let inside = self.local.get(bins.clone()).or_else(|| self.local.get(*bins.start()..))?;
        let (at, local) = inside.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1))?;
        Some(Candidate { frequency: (bins.start() + at) as f64 * self.step(), local: *local })
    }

    /// p of a line at a frequency, before the correction: the least within half a Rayleigh width.
    pub fn at(&self, frequency: f64) -> f64 {
        let half = 0.5 / self.len() as f64;
        self.best(frequency - half, frequency + half).map_or(1.0, |candidate| candidate.local)
    }

    /// The multitaper power density at a bin, in unit² × samples: mean of the eigenspectra.
    pub fn power(&self, bin: usize) -> f64 {
        self.spectra.iter().map(|y| y[bin].norm_sqr()).sum::<f64>() / TAPERS as f64
    }

    /// Magnitude-squared coherence with another window of the same length at a frequency, over the tapers.
    pub fn coherence(&self, other: &Self, frequency: f64) -> f64 {
        let bin = (frequency / self.step()).round() as usize;
        let pairs = self.spectra.iter().zip(&other.spectra);
        let (cross, own, others) = pairs.fold((Complex64::ZERO, 0.0, 0.0), |(cross, own, others), (x, y)| {
            (cross + x[bin] * y[bin].conj(), own + x[bin].norm_sqr(), others + y[bin].norm_sqr())
        });
        if own > 0.0 && others > 0.0 { (cross.norm_sqr() / (own * others)).min(1.0) } else { 0.0 }
    }

    /// The power density around a frequency, over the tapers' bandwidth to either side.
    pub fn density_near(&self, frequency: f64) -> f64 {
        let half = NW / self.len() as f64;
        let low = ((frequency - half).max(self.step() * 2.0) / self.step()).ceil() as usize;
        let high = (((frequency + half) / self.step()).floor() as usize).min(self.local.len() - 1);
        let sum: f64 = (low..=high).map(|bin| self.power(bin)).sum();
        sum / (high.saturating_sub(low) + 1) as f64
    }
}

/// P(F > f) of the F distribution with 2 and 2(K − 1) degrees of freedom, which has its tail in closed form.
fn f_tail(f: f64) -> f64 {
    let freedom = TAPERS as f64 - 1.0;
    (1.0 + f / freedom).powf(-freedom)
}

/// p corrected for the search over a range (cycles a sample) in a window of `len` samples.
pub fn corrected(local: f64, range: f64, len: usize) -> f64 {
    let tests = (SEARCH * 2.0 * range * len as f64).max(1.0);
    -(tests * (-local.min(1.0)).ln_1p()).exp_m1()
}

/// Polynomials up to the trend's degree, orthonormal over the window (Gram–Schmidt, twice for the rounding).
fn orthonormal_trend(len: usize) -> Vec<Vec<f64>> {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for degree in 0..=TREND {
        let mut v: Vec<f64> = (0..len).map(|i| (2.0 * (i as f64 + 0.5) / len as f64 - 1.0).powi(degree)).collect();
        for _ in 0..2 {
            for other in &basis {
                let dot: f64 = other.iter().zip(&v).map(|(a, b)| a * b).sum();
                v.iter_mut().zip(other).for_each(|(x, o)| *x -= dot * o);
            }
        }
        let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        v.iter_mut().for_each(|x| *x /= norm);
        basis.push(v);
    }
    basis
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_that_of_scipy() {
        let reference: serde_json::Value = serde_json::from_str(include_str!("../../tests/data/scipy.json")).unwrap();
        for pair in reference["f_sf_2_10"].as_array().unwrap() {
            let (f, expected) = (pair[0].as_f64().unwrap(), pair[1].as_f64().unwrap());
            assert!((f_tail(f) - expected).abs() < 1e-12, "{f}: {} for {expected}", f_tail(f));
        }
    }

    #[test]
    fn one_test_is_not_corrected_and_many_are_as_by_sidak() {
        assert!((corrected(0.3, 0.0, 100) - 0.3).abs() < 1e-15);
        // Twelve per minute over 60 s at 5 Hz: 2.5 · 2 · 0.2 Hz · 60 s = 60 tests.
        let expected = 1.0 - (1.0 - 1e-4_f64).powi(60);
        assert!((corrected(1e-4, 0.2 / 5.0, 300) - expected).abs() < 1e-12);
        assert!(corrected(1e-300, 0.04, 300) > 0.0);
    }
}
