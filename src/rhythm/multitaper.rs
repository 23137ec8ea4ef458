//! Eigenspectra of a window: its Fourier transform behind each of a set of Slepian tapers (Thomson 1982, Proc. IEEE 70:1055).

use std::sync::Arc;

use rustfft::num_complex::Complex64;
use rustfft::{Fft, FftPlanner};

use super::tapers::slepian;
use super::wide::{dot, wide};

/// Bins to a Rayleigh width, at least.
const PADDING: f64 = 3.5;

/// The plan and scratch for windows of one length.
pub struct Multitaper {
    tapers: Vec<Vec<f64>>,
    fft: Arc<dyn Fft<f64>>,
    /// Two tapers at a time: the window behind one is the real part, behind the next the imaginary part, and their transforms are told apart by
    /// their symmetry.
    pairs: Vec<Vec<Complex64>>,
    scratch: Vec<Complex64>,
    behind: Vec<f64>,
}

impl std::fmt::Debug for Multitaper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Multitaper({} samples, {} tapers)", self.len(), self.tapers.len())
    }
}

impl Multitaper {
    /// Plans for windows of `len` samples, tapers of time-bandwidth product `nw` (in units of 1/window).
    pub fn new(len: usize, nw: f64, count: usize) -> Self {
        let padded = padded(len);
        let fft = FftPlanner::new().plan_fft_forward(padded);
        Self {
            tapers: slepian(len, nw, count),
            pairs: vec![vec![Complex64::ZERO; padded]; count.div_ceil(2)],
            scratch: vec![Complex64::ZERO; fft.get_inplace_scratch_len()],
            behind: vec![0.0; 2 * len],
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

    fn padded(&self) -> usize {
        self.pairs[0].len()
    }

    /// Cycles a sample from one bin to the next.
    pub fn step(&self) -> f64 {
        1.0 / self.padded() as f64
    }

    /// The highest bin.
    pub fn last(&self) -> usize {
        self.padded() / 2
    }

    /// Transforms a window.
    pub fn run(&mut self, window: &[f64]) {
        for (tapers, pair) in self.tapers.chunks(2).zip(&mut self.pairs) {
            let (own, rest) = pair.split_at_mut(window.len());
            wide(
                #[inline(always)]
                || match tapers {
                    [one, other] => {
                        for (((out, x), one), other) in own.iter_mut().zip(window).zip(one).zip(other) {
                            *out = Complex64::new(x * one, x * other);
                        }
                    }
                    lone => {
                        for ((out, x), one) in own.iter_mut().zip(window).zip(lone.iter().flatten()) {
                            *out = Complex64::new(x * one, 0.0);
                        }
                    }
                },
            );
            rest.fill(Complex64::ZERO);
            self.fft.process_with_scratch(pair, &mut self.scratch);
        }
    }

    /// Transforms a window at one bin alone.
    pub fn run_at(&mut self, window: &[f64], bin: usize) {
        let padded = self.padded();
        let (cos, sin) = self.behind.split_at_mut(window.len());
        super::wide::turn(0.0, std::f64::consts::TAU * bin as f64 / padded as f64, cos, sin);
        wide(
            #[inline(always)]
            || {
                for ((cos, sin), x) in cos.iter_mut().zip(sin.iter_mut()).zip(window) {
                    (*cos, *sin) = (x * *cos, -x * *sin);
                }
            },
        );
        for (tapers, pair) in self.tapers.chunks(2).zip(&mut self.pairs) {
            let of = |taper: &[f64]| Complex64::new(dot(taper, cos), dot(taper, sin));
            let (one, other) = (of(&tapers[0]), tapers.get(1).map_or(Complex64::ZERO, |taper| of(taper)));
            pair[bin] = one + Complex64::I * other;
            pair[(padded - bin) % padded] = one.conj() + Complex64::I * other.conj();
        }
    }

    /// Each taper's coefficient at a bin.
    pub fn at(&self, bin: usize) -> impl Iterator<Item = Complex64> {
        let mirror = (self.padded() - bin) % self.padded();
        let both = self.pairs.iter().flat_map(move |pair| {
            let (z, m) = (pair[bin], pair[mirror].conj());
            [(z + m) * 0.5, (z - m) * Complex64::new(0.0, -0.5)]
        });
        both.take(self.tapers.len())
    }

    /// At each of the bins from `first` on: the tapers' coefficients weighted and added up (real and imaginary part), and their energy.
    pub fn project(&self, first: usize, weights: &[f64], [re, im, energy]: [&mut [f64]; 3]) {
        let (bins, padded) = (re.len(), self.padded());
        re.fill(0.0);
        im.fill(0.0);
        energy.fill(0.0);
        for (pair, weights) in self.pairs.iter().zip(weights.chunks(2)) {
            let (one, other) = (weights[0], weights.get(1).copied().unwrap_or(0.0));
            let z = &pair[first..first + bins];
            let mirror = &pair[padded + 1 - first - bins..=padded - first];
            wide(
                #[inline(always)]
                || {
                    let out = re.iter_mut().zip(im.iter_mut()).zip(energy.iter_mut());
                    for (((re, im), energy), (z, m)) in out.zip(z.iter().zip(mirror.iter().rev())) {
                        // Of the first of the two tapers, and of the second.
                        let (a_re, a_im) = (z.re + m.re, z.im - m.im);
                        let (b_re, b_im) = (z.im + m.im, m.re - z.re);
                        *re += 0.5 * (one * a_re + other * b_re);
                        *im += 0.5 * (one * a_im + other * b_im);
                        *energy += 0.25 * (a_re * a_re + a_im * a_im + b_re * b_re + b_im * b_im);
                    }
                },
            );
        }
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
            let power = 2.0 * own.at(at + 1).map(|y| y.norm_sqr()).sum::<f64>() / 6.0;
            assert!((power / expected - 1.0).abs() < 1e-9, "{at}: {power} for {expected}");
        }
        for (at, expected) in scipy::numbers(&scipy::value("multitaper_coherence")).into_iter().enumerate() {
            let coherence = own.coherence(&other, at as f64 * own.step());
            assert!((coherence - expected).abs() < 1e-9, "{at}: {coherence} for {expected}");
        }
    }
}
