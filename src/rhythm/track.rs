//! The phase of a rhythm followed through a window: complex demodulation at its rate with a Hann window of two cycles (Bloomfield 2000,
//! Fourier Analysis of Time Series, chapter 7). Cycles, their evenness, and the rate as cycles divided by time come from it.

use std::f64::consts::{PI, TAU};

/// Phase in radians at consecutive samples, from one cycle after the window's begin to one before its end.
#[derive(Debug)]
pub struct Track {
    phase: Vec<f64>,
}

impl Track {
    /// Follows a rhythm of about `frequency` (cycles a sample) in samples without trend; `None` where there are less than five cycles.
    pub fn new(x: &[f64], frequency: f64) -> Option<Self> {
        let half = (1.0 / frequency).round() as usize;
        if half < 2 || x.len() < 5 * half {
            return None;
        }
        let hann: Vec<f64> = (0..=2 * half).map(|i| 1.0 - (PI * i as f64 / half as f64).cos()).collect();
        let turned: Vec<(f64, f64)> = x
            .iter()
            .enumerate()
            .map(|(i, x)| {
                let (sin, cos) = (TAU * frequency * i as f64).sin_cos();
                (x * cos, -x * sin)
            })
            .collect();
        let mut phase = Vec::with_capacity(x.len());
        let mut last = None::<f64>;
        for around in turned.windows(2 * half + 1) {
            let (re, im) = around.iter().zip(&hann).fold((0.0, 0.0), |(re, im), (z, w)| (re + w * z.0, im + w * z.1));
            let drift = im.atan2(re);
            let turn = last.map_or(0.0, |last| (drift - last + PI).rem_euclid(TAU) - PI + TAU * frequency);
            phase.push(phase.last().unwrap_or(&0.0) + turn);
            last = Some(drift);
        }
        Some(Self { phase })
    }

    /// Mean rate in cycles a sample: cycles divided by time.
    pub fn rate(&self) -> f64 {
        (self.phase[self.phase.len() - 1] - self.phase[0]) / TAU / self.span()
    }

    /// Variance of that rate, where the rhythm has this amplitude in noise of this density (unit² × samples): it is told by the phases at
    /// both ends, each of which has the variance 2 S B / A² behind a Hann window of two cycles, whose noise bandwidth B is 1.5 / 2 cycles.
    pub fn variance(&self, amplitude: f64, density: f64) -> f64 {
        let bandwidth = 0.75 * self.rate().abs();
        let phase = 2.0 * density * bandwidth / amplitude.powi(2).max(f64::MIN_POSITIVE);
        2.0 * phase / (TAU * self.span()).powi(2)
    }

    fn span(&self) -> f64 {
        (self.phase.len() as f64 - 1.0).max(1.0)
    }

    /// 1 − min(1, CV of the cycle lengths / 0.5); `None` with less than three cycles.
    pub fn regularity(&self) -> Option<f64> {
        let (mut onsets, mut goal) = (Vec::new(), 0.0);
        for (i, pair) in self.phase.windows(2).enumerate() {
            if pair[1] >= goal && pair[1] > pair[0] {
                onsets.push(i as f64 + (goal - pair[0]) / (pair[1] - pair[0]));
                goal += TAU;
            }
        }
        let lengths: Vec<f64> = onsets.windows(2).map(|pair| pair[1] - pair[0]).collect();
        if lengths.len() < 3 {
            return None;
        }
        let mean = lengths.iter().sum::<f64>() / lengths.len() as f64;
        let variance = lengths.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / (lengths.len() - 1) as f64;
        Some(1.0 - (variance.sqrt() / mean / 0.5).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_that_changes_halfway_is_the_cycles_divided_by_the_time() {
        let mut phase = 0.0;
        let x: Vec<f64> = (0..1500)
            .map(|i| {
                phase += TAU * if i < 750 { 0.045 } else { 0.055 };
                f64::sin(phase)
            })
            .collect();
        let track = Track::new(&x, 0.05).unwrap();
        assert!((track.rate() - 0.05).abs() < 1e-4, "{}", track.rate());
    }

    #[test]
    fn the_variance_is_that_of_the_rates_that_noise_makes() {
        let mut state = 7_u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5
        };
        // Uniform noise of width 1 has variance, and so density, 1/12.
        let (mut squares, mut told) = (0.0, 0.0);
        for _ in 0..400 {
            let x: Vec<f64> = (0..375).map(|i| (TAU * 0.05 * f64::from(i)).cos() + uniform()).collect();
            let track = Track::new(&x, 0.05).unwrap();
            squares += (track.rate() - 0.05).powi(2) / 400.0;
            told += track.variance(1.0, 1.0 / 12.0) / 400.0;
        }
        assert!((squares / told - 1.0).abs() < 0.3, "{squares:e} {told:e}");
    }

    #[test]
    fn a_steady_rhythm_is_even() {
        let x: Vec<f64> = (0..300).map(|i| (TAU * 0.021 * f64::from(i)).cos()).collect();
        assert!(Track::new(&x, 0.0212).unwrap().regularity().unwrap() > 0.99);
    }
}
