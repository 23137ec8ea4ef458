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

    /// Mean rate in cycles a sample, and half of its 95 % interval from the rates of so many pieces.
    pub fn rate(&self, pieces: usize) -> Option<(f64, f64)> {
        let mean_of = |part: &[f64]| Some((part.last()? - part.first()?) / TAU / (part.len() as f64 - 1.0));
        let mean = mean_of(&self.phase)?;
        let rates: Vec<f64> = self.phase.chunks_exact(self.phase.len() / pieces.max(1)).filter_map(mean_of).collect();
        let count = rates.len() as f64;
        if rates.len() < 2 {
            return None;
        }
        let variance = rates.iter().map(|rate| (rate - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Some((mean, student(rates.len() - 1) * (variance / count).sqrt()))
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

/// Student's t at 97.5 %.
fn student(freedom: usize) -> f64 {
    const TABLE: [f64; 10] = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
    TABLE.get(freedom.max(1) - 1).copied().unwrap_or(2.0 + 2.4 / freedom as f64)
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
        let (mean, half) = track.rate(10).unwrap();
        assert!((mean - 0.05).abs() < 1e-4 && half > 1e-3, "{mean} {half}");
    }

    #[test]
    fn a_steady_rhythm_is_even() {
        let x: Vec<f64> = (0..300).map(|i| (TAU * 0.021 * f64::from(i)).cos()).collect();
        assert!(Track::new(&x, 0.0212).unwrap().regularity().unwrap() > 0.99);
    }
}
