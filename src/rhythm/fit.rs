//! Nonlinear least squares for the lines of a window, all together: x(t) = trend + Σ lines Σ harmonics A cos + B sin (RELAX, Li & Stoica
//! 1996, IEEE Trans. Signal Process. 44:281; harmonic sums after Christensen & Jakobsson 2009). Rate by Gauss–Newton on the frequencies.

use std::f64::consts::TAU;

use nalgebra::{DMatrix, DVector};

use super::lines::TREND;

/// Columns of the design that the trend takes.
const TREND_COLUMNS: usize = TREND as usize + 1;

/// A line with its harmonics.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Cycles a sample.
    pub frequency: f64,
    /// (cosine, sine) of each harmonic, about the window's middle.
    pub waves: Vec<(f64, f64)>,
}

impl Line {
    /// Amplitude of the fundamental.
    pub fn fundamental(&self) -> f64 {
        self.waves.first().map_or(0.0, |(a, b)| a.hypot(*b))
    }

    /// Peak to trough of the waveform, harmonics included; exact for the fundamental alone.
    pub fn peak_to_trough(&self) -> f64 {
        if self.waves.len() == 1 {
            return 2.0 * self.fundamental();
        }
        let steps = 256;
        let wave = |i: i32| {
            let phase = TAU * f64::from(i) / f64::from(steps);
            self.waves.iter().zip(1..).map(|((a, b), h)| a * (phase * f64::from(h)).cos() + b * (phase * f64::from(h)).sin()).sum::<f64>()
        };
        let (low, high) = (0..steps).map(wave).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)));
        high - low
    }

    /// The value at `t` samples from the window's middle.
    pub fn value(&self, t: f64) -> f64 {
        let (sin, cos) = (TAU * self.frequency * t).sin_cos();
        let (mut c, mut s, mut sum) = (1.0, 0.0, 0.0);
        for (a, b) in &self.waves {
            (c, s) = (c * cos - s * sin, s * cos + c * sin);
            sum += a * c + b * s;
        }
        sum
    }
}

/// Fits lines that begin at these frequencies, each with so many harmonics, jointly with a trend. Frequencies move by at most one
/// Rayleigh width. `None` where the system is singular.
pub fn fit(window: &[f64], start: &[(f64, usize)]) -> Option<Vec<Line>> {
    let rayleigh = 1.0 / window.len() as f64;
    let mut frequencies: Vec<f64> = start.iter().map(|(f, _)| *f).collect();
    let harmonics: Vec<usize> = start.iter().map(|(_, h)| *h).collect();
    let x = DVector::from_column_slice(window);
    let mut lines = solve(&x, &frequencies, &harmonics)?;
    for _ in 0..6 {
        let steps = newton(&x, &lines)?;
        let mut moved: f64 = 0.0;
        for ((f, (begin, _)), step) in frequencies.iter_mut().zip(start).zip(steps) {
            let next = (*f + step.clamp(-rayleigh / 2.0, rayleigh / 2.0)).clamp(begin - rayleigh, begin + rayleigh).max(rayleigh / 4.0);
            moved = moved.max((next - *f).abs());
            *f = next;
        }
        lines = solve(&x, &frequencies, &harmonics)?;
        if moved < rayleigh * 1e-7 {
            break;
        }
    }
    Some(lines)
}

/// What is left of the window when lines are taken out.
pub fn residual(window: &[f64], lines: &[Line], out: &mut Vec<f64>) {
    let middle = (window.len() as f64 - 1.0) / 2.0;
    out.clear();
    out.extend(window.iter().enumerate().map(|(i, x)| x - lines.iter().map(|line| line.value(i as f64 - middle)).sum::<f64>()));
}

/// Linear least squares at fixed frequencies.
fn solve(x: &DVector<f64>, frequencies: &[f64], harmonics: &[usize]) -> Option<Vec<Line>> {
    let design = design(x.len(), frequencies, harmonics);
    let solution = normal(&design, x)?;
    let mut at = TREND_COLUMNS;
    let lines = frequencies.iter().zip(harmonics).map(|(&frequency, &count)| {
        let waves = (0..count).map(|h| (solution[at + 2 * h], solution[at + 2 * h + 1])).collect();
        at += 2 * count;
        Line { frequency, waves }
    });
    Some(lines.collect())
}

/// One Gauss–Newton step of the frequencies, amplitudes free.
fn newton(x: &DVector<f64>, lines: &[Line]) -> Option<Vec<f64>> {
    let frequencies: Vec<f64> = lines.iter().map(|line| line.frequency).collect();
    let harmonics: Vec<usize> = lines.iter().map(|line| line.waves.len()).collect();
    let base = design(x.len(), &frequencies, &harmonics);
    let middle = (x.len() as f64 - 1.0) / 2.0;
    let columns = base.ncols();
    let mut full = base.resize_horizontally(columns + lines.len(), 0.0);
    for (n, line) in lines.iter().enumerate() {
        for i in 0..x.len() {
            let t = i as f64 - middle;
            let slope: f64 = line
                .waves
                .iter()
                .zip(1..)
                .map(|((a, b), h)| {
                    let (sin, cos) = (TAU * line.frequency * f64::from(h) * t).sin_cos();
                    TAU * f64::from(h) * t * (b * cos - a * sin)
                })
                .sum();
            full[(i, columns + n)] = slope;
        }
    }
    let solution = normal(&full, x)?;
    let steps: Vec<f64> = (0..lines.len()).map(|n| solution[columns + n]).collect();
    steps.iter().all(|step| step.is_finite()).then_some(steps)
}

/// Trend, then cosine and sine of every harmonic.
fn design(len: usize, frequencies: &[f64], harmonics: &[usize]) -> DMatrix<f64> {
    let middle = (len as f64 - 1.0) / 2.0;
    let columns = TREND_COLUMNS + 2 * harmonics.iter().sum::<usize>();
    let mut design = DMatrix::zeros(len, columns);
    for i in 0..len {
        let t = i as f64 - middle;
        for degree in 0..=TREND {
            design[(i, degree as usize)] = (t / middle).powi(degree);
        }
        let mut column = TREND_COLUMNS;
        for (frequency, count) in frequencies.iter().zip(harmonics) {
            let (sin, cos) = (TAU * frequency * t).sin_cos();
            let (mut c, mut s) = (1.0, 0.0);
            for _ in 0..*count {
                (c, s) = (c * cos - s * sin, s * cos + c * sin);
                design[(i, column)] = c;
                design[(i, column + 1)] = s;
                column += 2;
            }
        }
    }
    design
}

/// Least squares by the normal equations, columns scaled to unit length first.
fn normal(design: &DMatrix<f64>, x: &DVector<f64>) -> Option<DVector<f64>> {
    let scales: Vec<f64> = design.column_iter().map(|column| column.norm()).collect();
    if scales.iter().any(|scale| !scale.is_finite() || *scale == 0.0) {
        return None;
    }
    let mut gram = design.tr_mul(design);
    let mut right = design.tr_mul(x);
    for (i, a) in scales.iter().enumerate() {
        right[i] /= a;
        for (j, b) in scales.iter().enumerate() {
            gram[(i, j)] /= a * b;
        }
    }
    let mut solution = gram.cholesky()?.solve(&right);
    for (value, scale) in solution.iter_mut().zip(&scales) {
        *value /= scale;
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lines_and_a_trend_are_found_to_the_last_digits() {
        let wave = |i: usize| {
            let t = i as f64 - 149.5;
            3.0 * (TAU * 0.0206 * t + 0.4).cos() + 5.0 * (TAU * 0.0467 * t - 1.0).cos() + 100.0 + 0.3 * t
        };
        let window: Vec<f64> = (0..300).map(wave).collect();
        let lines = fit(&window, &[(0.0215, 1), (0.0455, 2)]).unwrap();
        assert!((lines[0].frequency - 0.0206).abs() < 1e-8, "{}", lines[0].frequency);
        assert!((lines[1].frequency - 0.0467).abs() < 1e-8, "{}", lines[1].frequency);
        assert!((lines[0].peak_to_trough() - 6.0).abs() < 1e-6);
        assert!((lines[1].peak_to_trough() - 10.0).abs() < 1e-2);
    }
}
