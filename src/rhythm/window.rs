//! One window of one channel: which lines are in it, how sure, how strong.
//!
//! Lines are taken one after the other, the most significant first, all refitted together each time (RELAX), until nothing significant
//! is left. Lines at whole multiples of a stronger, slower one are its harmonics.

use super::fit::{Line, fit, residual};
use super::lines::{Candidate, LineTest, NW, corrected};
use super::pieces::Pieces;
use super::track::Track;
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
    pieces: Option<Pieces>,
    samples: Vec<f64>,
    rest: Vec<f64>,
    /// Fundamentals with their harmonics, slowest first.
    lines: Vec<Line>,
}

impl Window {
    /// Plans for windows of `len` samples and rates from `low` cycles a sample.
    pub fn new(len: usize, low: f64) -> Self {
        Self { test: LineTest::new(len), pieces: Pieces::new(len, low), samples: Vec::new(), rest: Vec::new(), lines: Vec::new() }
    }

    /// Samples in a window.
    pub fn len(&self) -> usize {
        self.test.len()
    }

    /// The fundamentals found, slowest first.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Greatest less least sample of the window without its trend.
    pub fn spread(&self) -> f64 {
        let (low, high) = self.samples.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)));
        high - low
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
            let Some((best, p)) = self.most_significant(range) else { return };
            if p >= TAKE {
                break;
            }
            let mut start: Vec<(f64, usize)> = self.lines.iter().map(|line| (line.frequency, 1)).collect();
            let near = self.tolerance() * 0.8;
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

    /// The most significant frequency of what is left, and its p corrected for the search and, where there are pieces, for looking twice.
    fn most_significant(&mut self, range: Range) -> Option<(Candidate, f64)> {
        self.test.test(&self.rest);
        let whole = self.test.best(range.low, range.high)?;
        let p = corrected(whole.local, range.high - range.low, self.len());
        let Some(pieces) = &mut self.pieces else { return Some((whole, p)) };
        pieces.test(&self.rest);
        let Some(wandering) = pieces.best(range.low, range.high) else { return Some((whole, p)) };
        let q = corrected(wandering.local, range.high - range.low, pieces.len());
        Some(if p <= q { (whole, twice(p)) } else { (wandering, twice(q)) })
    }

    /// The evidence at a frequency, corrected likewise, and whether it wanders: the pieces tell more than the whole.
    fn evidence(&mut self, frequency: f64, range: Range) -> (f64, bool) {
        self.test.test(&self.rest);
        let p = corrected(self.test.at(frequency), range.high - range.low, self.len());
        let Some(pieces) = &mut self.pieces else { return (p, false) };
        pieces.test(&self.rest);
        let q = corrected(pieces.at(frequency), range.high - range.low, pieces.len());
        (twice(p.min(q)), q < p)
    }

    /// How far apart two frequencies are that can be told from one another, cycles a sample.
    fn tolerance(&self) -> f64 {
        self.pieces.as_ref().map_or(self.rayleigh(), |pieces| 0.5 / pieces.len() as f64)
    }

    /// Puts harmonics to their fundamentals and fits once more.
    fn group(&mut self) {
        self.lines.sort_by(|a, b| a.frequency.total_cmp(&b.frequency));
        let tolerance = self.tolerance();
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
        self.most_significant(range).map(|(best, _)| best.frequency)
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
        let (p, wanders) = self.evidence(line.frequency, range);
        let track = Track::new(&self.rest, line.frequency);
        all.push(line.clone());
        residual(&self.samples, &all, &mut self.rest);
        self.test.test(&self.rest);
        let freedom = 4.0 * NW;
        let noise = self.test.density_near(line.frequency) * freedom / (freedom - 3.0);
        let rate = match track.as_ref().filter(|_| wanders) {
            Some(track) => around(track.rate(), STUDENT * track.variance(line.fundamental(), noise).sqrt()),
            None => rate(&line, noise, self.len()),
        };
        // A rate that has wandered out of where it was looked for is none of this rhythm.
        let slack = self.tolerance();
        if !(range.low - slack..=range.high + slack).contains(&rate.value) {
            return None;
        }
        let figure = Figure {
            rate: Interval { value: rate.value * per_min, low: rate.low.max(0.0) * per_min, high: rate.high * per_min },
            amplitude: amplitude(&line, noise, self.len()),
            p,
            present: p < threshold,
            regularity: track.and_then(|track| track.regularity()),
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

fn around(value: f64, half: f64) -> Interval {
    Interval { value, low: value - half, high: value + half }
}

/// The lesser of two p-values, corrected for having had two.
fn twice(p: f64) -> f64 {
    1.0 - (1.0 - p).powi(2)
}

/// Cramér–Rao bound of a sinusoid and its harmonics (Kay 1993, chapter 3) with the residual's own density near the line for σ².
fn rate(line: &Line, noise: f64, len: usize) -> Interval {
    let information: f64 = line.waves.iter().zip(1..).map(|((a, b), h)| f64::from(h * h) * (a * a + b * b)).sum();
    let variance = 6.0 * noise / (std::f64::consts::PI.powi(2) * (len as f64).powi(3) * information.max(f64::MIN_POSITIVE));
    around(line.frequency, (STUDENT * variance.sqrt()).min(line.frequency))
}

fn amplitude(line: &Line, noise: f64, len: usize) -> Interval {
    let value = line.peak_to_trough();
    let half = STUDENT * (8.0 * noise * line.waves.len() as f64 / len as f64).sqrt();
    Interval { value, low: (value - half).max(0.0), high: value + half }
}
