//! Eigenspectra of a window: its Fourier transform behind each of a set of Slepian tapers (Thomson 1982, Proc. IEEE 70:1055).

use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex64;

use super::tapers::slepian;
use super::wide::dot;

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

    /// Transforms a window at one bin alone.
    pub fn run_at(&mut self, window: &[f64], bin: usize) {
        let turn = -std::f64::consts::TAU * bin as f64 / self.padded.len() as f64;
        let (re, im) = self.padded.split_at_mut(window.len());
        let (mut now, step) = (Complex64::ONE, Complex64::cis(turn));
        for ((re, im), x) in re.iter_mut().zip(im.iter_mut()).zip(window) {
            (*re, *im) = (x * now.re, x * now.im);
            now *= step;
        }
        for (taper, spectrum) in self.tapers.iter().zip(&mut self.spectra) {
            spectrum[bin] = Complex64::new(dot(taper, re), dot(taper, &im[..taper.len()]));
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
