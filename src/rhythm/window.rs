//! One window of one channel: which lines are in it, how sure, how strong.
//!
//! Lines are taken one after the other, the most significant first, all refitted together each time (RELAX), until nothing significant
//! is left. Lines at whole multiples of a stronger, slower one are its harmonics.

use super::fit::{Line, fit, residual};
use super::lines::{LineTest, NW, corrected};
use super::{Figure, Interval};

/// A line is taken as one where its corrected p over the whole searched range is below this.
const TAKE: f64 = 0.01;
/// At most so many lines are taken out of a window.
const MOST_LINES: usize = 5;
/// Highest harmonic that is looked for.
const HARMONICS: usize = 4;
/// Student's t at 97.5 % with the degrees of freedom that are left of the tapers' band when a line was fitted: 4 NW − 3.
const STUDENT: f64 = 2.201;

/// Frequencies in cycles a sample, rates in cycles a minute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Lower end, cycles a sample.
    pub low: f64,
    /// Upper end, cycles a sample.
    pub high: f64,
}

impl Range {
    /// Whether a frequency lies within.
    pub fn holds(self, frequency: f64) -> bool {
        frequency >= self.low && frequency <= self.high
    }
}

/// The lines of a window, and the test that is planned for its length.
#[derive(Debug)]
pub struct Window {
    test: LineTest,
    samples: Vec<f64>,
    rest: Vec<f64>,
    /// Fundamentals with their harmonics, slowest first.
    lines: Vec<Line>,
}

impl Window {
    /// Plans for windows of `len` samples.
    pub fn new(len: usize) -> Self {
        Self { test: LineTest::new(len), samples: Vec::new(), rest: Vec::new(), lines: Vec::new() }
    }

    /// Samples in a window.
    pub fn len(&self) -> usize {
        self.test.len()
    }

    /// The fundamentals found, slowest first.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// One Rayleigh width, cycles a sample.
    pub fn rayleigh(&self) -> f64 {
        1.0 / self.len() as f64
    }

    /// Takes a window and finds the lines in a range.
    pub fn look(&mut self, samples: impl Iterator<Item = f64>, range: Range) {
        self.samples.clear();
        self.samples.extend(samples);
        self.test.detrend(&mut self.samples);
        self.rest.clone_from(&self.samples);
        self.lines.clear();
        while self.lines.len() < MOST_LINES {
            self.test.test(&self.rest);
            let Some(best) = self.test.best(range.low, range.high) else { return };
            if corrected(best.local, range.high - range.low, self.len()) >= TAKE {
                break;
            }
            let mut start: Vec<(f64, usize)> = self.lines.iter().map(|line| (line.frequency, 1)).collect();
            let near = self.rayleigh() * 0.8;
            if start.iter().any(|(f, _)| (f - best.frequency).abs() < near) {
                break;
            }
            start.push((best.frequency, 1));
            let Some(lines) = fit(&self.samples, &start) else { break };
            self.lines = lines;
            residual(&self.samples, &self.lines, &mut self.rest);
        }
        self.group();
    }

    /// Puts harmonics to their fundamentals and fits once more.
    fn group(&mut self) {
        self.lines.sort_by(|a, b| a.frequency.total_cmp(&b.frequency));
        let tolerance = self.rayleigh();
        let mut bases: Vec<(f64, f64, usize)> = Vec::new();
        for line in &self.lines {
            let (frequency, size) = (line.frequency, line.fundamental());
            let base = bases.iter_mut().find_map(|(base, strength, count)| {
                let h = (frequency / *base).round();
                let fits = (2.0..=HARMONICS as f64).contains(&h) && (frequency - h * *base).abs() < tolerance && size < *strength;
                fits.then_some((count, h as usize))
            });
            match base {
                Some((count, h)) => *count = (*count).max(h),
                None => bases.push((frequency, size, 1)),
            }
        }
        let start: Vec<(f64, usize)> = bases.iter().map(|(f, _, h)| (*f, *h)).collect();
        if !start.is_empty()
            && let Some(lines) = fit(&self.samples, &start)
        {
            self.lines = lines;
        }
        residual(&self.samples, &self.lines, &mut self.rest);
    }

    /// The most significant frequency of what is left when all lines are taken out.
    pub fn candidate(&mut self, range: Range) -> Option<f64> {
        self.test.test(&self.rest);
        self.test.best(range.low, range.high).map(|best| best.frequency)
    }

    /// The figure of the line at a frequency (one of [`Window::lines`] or a candidate), the others taken out; rates times `per_min`.
    pub fn figure(&mut self, frequency: f64, range: Range, per_min: f64, threshold: f64) -> Option<(Figure, Line)> {
        let known = self.lines.iter().position(|line| line.frequency == frequency);
        let mut all = self.lines.clone();
        let at = known.unwrap_or_else(|| {
            all.push(Line { frequency, waves: vec![(0.0, 0.0)] });
            all.len() - 1
        });
        if known.is_none() {
            let start: Vec<(f64, usize)> = all.iter().map(|line| (line.frequency, line.waves.len())).collect();
            all = fit(&self.samples, &start)?;
        }
        let line = all.remove(at);
        residual(&self.samples, &all, &mut self.rest);
        self.test.test(&self.rest);
        let p = corrected(self.test.at(line.frequency), range.high - range.low, self.len());
        let regularity = regularity(&self.rest, line.frequency);
        all.push(line.clone());
        residual(&self.samples, &all, &mut self.rest);
        self.test.test(&self.rest);
        let freedom = 4.0 * NW;
        let noise = self.test.density_near(line.frequency) * freedom / (freedom - 3.0);
        let figure = Figure {
            rate: rate(&line, noise, self.len(), per_min),
            amplitude: amplitude(&line, noise, self.len()),
            p,
            present: p < threshold,
            regularity,
        };
        figure.rate.value.is_finite().then_some((figure, line))
    }

    /// (power density of each bin up to a frequency, cycles a sample between bins), of the whole window.
    pub fn spectrum(&mut self, up_to: f64, out: &mut Vec<f32>) -> f64 {
        self.test.test(&self.samples);
        let bins = (up_to / self.test.step()) as usize;
        out.clear();
        out.extend((0..=bins).map(|bin| self.test.power(bin) as f32));
        self.test.step()
    }

    /// Cross-spectrum's parts of two windows at a frequency: Σ x y*, Σ |x|², Σ |y|² over the tapers, as magnitude-squared coherence.
    pub fn coherence(&mut self, other: &mut Self, frequency: f64) -> f64 {
        self.test.test(&self.samples);
        other.test.test(&other.samples);
        self.test.coherence(&other.test, frequency)
    }

    /// The line fitted at a frequency that is held within a Rayleigh width.
    pub fn line_at(&self, frequency: f64) -> Option<Line> {
        let known = self.lines.iter().find(|line| (line.frequency - frequency).abs() < self.rayleigh() / 2.0);
        known.cloned().or_else(|| fit(&self.samples, &[(frequency, 1)])?.pop())
    }
}

/// Cramér–Rao bound of a sinusoid and its harmonics (Kay 1993, chapter 3) with the residual's own density near the line for σ².
fn rate(line: &Line, noise: f64, len: usize, per_min: f64) -> Interval {
    let information: f64 = line.waves.iter().zip(1..).map(|((a, b), h)| f64::from(h * h) * (a * a + b * b)).sum();
    let variance = 6.0 * noise / (std::f64::consts::PI.powi(2) * (len as f64).powi(3) * information.max(f64::MIN_POSITIVE));
    let half = (STUDENT * variance.sqrt()).min(line.frequency);
    Interval { value: line.frequency * per_min, low: (line.frequency - half) * per_min, high: (line.frequency + half) * per_min }
}

fn amplitude(line: &Line, noise: f64, len: usize) -> Interval {
    let value = line.peak_to_trough();
    let half = STUDENT * (8.0 * noise * line.waves.len() as f64 / len as f64).sqrt();
    Interval { value, low: (value - half).max(0.0), high: value + half }
}

/// 1 − min(1, CV of the cycle lengths / 0.5), the cycles from the phase of the complex demodulate (Hann window of two cycles).
fn regularity(x: &[f64], frequency: f64) -> Option<f64> {
    let half = (1.0 / frequency).round() as usize;
    if half < 2 || x.len() < 2 * half + 3 * half {
        return None;
    }
    let hann: Vec<f64> = (0..=2 * half).map(|i| 1.0 - (std::f64::consts::PI * i as f64 / half as f64).cos()).collect();
    let turned: Vec<(f64, f64)> = x
        .iter()
        .enumerate()
        .map(|(i, x)| {
            let (sin, cos) = (std::f64::consts::TAU * frequency * i as f64).sin_cos();
            (x * cos, -x * sin)
        })
        .collect();
    let mut cycles = Vec::new();
    let (mut last, mut phase, mut next) = (None::<f64>, 0.0_f64, None::<f64>);
    for (i, around) in turned.windows(2 * half + 1).enumerate() {
        let (re, im) = around.iter().zip(&hann).fold((0.0, 0.0), |(re, im), (z, w)| (re + w * z.0, im + w * z.1));
        let drift = im.atan2(re);
        let turn = last.map_or(0.0, |last| (drift - last + std::f64::consts::PI).rem_euclid(std::f64::consts::TAU) - std::f64::consts::PI);
        let before = phase;
        phase += if last.is_some() { turn + std::f64::consts::TAU * frequency } else { 0.0 };
        last = Some(drift);
        let goal = next.get_or_insert(0.0);
        if phase >= *goal {
            let part = if phase > before { (*goal - before) / (phase - before) } else { 0.0 };
            cycles.push(i as f64 - 1.0 + part);
            *goal += std::f64::consts::TAU;
        }
    }
    let lengths: Vec<f64> = cycles.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if lengths.len() < 3 {
        return None;
    }
    let mean = lengths.iter().sum::<f64>() / lengths.len() as f64;
    let variance = lengths.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / (lengths.len() - 1) as f64;
    Some(1.0 - (variance.sqrt() / mean / 0.5).min(1.0))
}
