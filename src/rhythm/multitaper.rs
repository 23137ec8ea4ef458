//! Eigenspectra of a window: its Fourier transform behind each of a set of Slepian tapers (Thomson 1982, Proc. IEEE 70:1055).

use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex64;

use super::tapers::slepian;

/// Bins to a Rayleigh width, at least.
const PADDING: f64 = 3.5;

/// The plan and scratch for windows of one length.
pub struct Multitaper {
    tapers: Vec<Vec<f64>>,
    fft: Arc<dyn RealToComplex<f64>>,
    padded: Vec<f64>,
    spectra: Vec<Vec<Complex64>>,
    scratch: Vec<Complex64>,
}

impl std::fmt::Debug for Multitaper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Multitaper({} samples, {} tapers)", self.len(), self.tapers.len())
    }
}

impl Multitaper {
    /// Plans for windows of `len` samples, tapers of time-bandwidth product `nw` (in units of 1/window).
    pub fn new(len: usize, nw: f64, count: usize) -> Self {
        let fft = RealFftPlanner::new().plan_fft_forward(padded(len));
        Self {
            tapers: slepian(len, nw, count),
            padded: fft.make_input_vec(),
            spectra: vec![fft.make_output_vec(); count],
            scratch: fft.make_scratch_vec(),
            fft,
        }
    }

    /// Samples in a window.
    pub fn len(&self) -> usize {
        self.tapers[0].len()
    }

    /// The tapers, each of unit energy.
    pub fn tapers(&self) -> &[Vec<f64>] {
        &self.tapers
    }

    /// Cycles a sample from one bin to the next.
    pub fn step(&self) -> f64 {
        1.0 / self.padded.len() as f64
    }

    /// The highest bin.
    pub fn last(&self) -> usize {
        self.padded.len() / 2
    }

    /// Transforms a window.
    pub fn run(&mut self, window: &[f64]) {
        for (taper, spectrum) in self.tapers.iter().zip(&mut self.spectra) {
            for ((out, x), v) in self.padded.iter_mut().zip(window).zip(taper) {
                *out = x * v;
            }
            self.padded[window.len()..].fill(0.0);
            // The lengths are the plan's own.
            let _ = self.fft.process_with_scratch(&mut self.padded, spectrum, &mut self.scratch);
        }
    }

    /// Each taper's coefficient at a bin.
    pub fn at(&self, bin: usize) -> impl Iterator<Item = Complex64> {
        self.spectra.iter().map(move |spectrum| spectrum[bin])
    }

    /// The power density at a bin, in unit² × samples: mean of the eigenspectra.
    pub fn power(&self, bin: usize) -> f64 {
        self.at(bin).map(|y| y.norm_sqr()).sum::<f64>() / self.tapers.len() as f64
    }

    /// Magnitude-squared coherence with another window of the same length at a frequency, over the tapers.
    pub fn coherence(&self, other: &Self, frequency: f64) -> f64 {
        let bin = ((frequency / self.step()).round() as usize).min(self.last());
        let (cross, own, others) = self.at(bin).zip(other.at(bin)).fold((Complex64::ZERO, 0.0, 0.0), |(cross, own, others), (x, y)| {
            (cross + x * y.conj(), own + x.norm_sqr(), others + y.norm_sqr())
        });
        if own > 0.0 && others > 0.0 { (cross.norm_sqr() / (own * others)).min(1.0) } else { 0.0 }
    }
}

/// The least 2^a or 3 · 2^a that pads a window enough.
fn padded(len: usize) -> usize {
    let least = (len as f64 * PADDING).ceil() as usize;
    let power = least.next_power_of_two();
    if power / 4 * 3 >= least { power / 4 * 3 } else { power }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::scipy;

    /// As make_scipy.py makes it.
    fn trace(samples: i32) -> Vec<f64> {
        let wave = |i: f64| (0.31 * i).cos() + 0.5 * (0.83 * i + 1.0).sin() + 0.01 * i + 0.3 * (0.002 * i * i).sin();
        (0..samples).map(|i| wave(f64::from(i))).collect()
    }

    #[test]
    fn power_is_the_mean_of_scipys_periodograms_and_the_coherence_that_of_its_tapers() {
        let x = trace(120);
        let reversed: Vec<f64> = x.iter().rev().copied().collect();
        let (mut own, mut other) = (Multitaper::new(120, 3.5, 6), Multitaper::new(120, 3.5, 6));
        own.run(&x);
        other.run(&reversed);
        assert_eq!(own.last(), 256);
        // SciPy puts what is at both signs of a frequency at one; at 0 and at half the rate there is one sign.
        for (at, expected) in scipy::numbers(&scipy::value("multitaper_power")).into_iter().enumerate() {
            let power = 2.0 * own.power(at + 1);
            assert!((power / expected - 1.0).abs() < 1e-9, "{at}: {power} for {expected}");
        }
        for (at, expected) in scipy::numbers(&scipy::value("multitaper_coherence")).into_iter().enumerate() {
            let coherence = own.coherence(&other, at as f64 * own.step());
            assert!((coherence - expected).abs() < 1e-9, "{at}: {coherence} for {expected}");
        }
    }
}
