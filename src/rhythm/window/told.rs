//! What is told of the rhythm in a window: the figure of its line, or of the best candidate.

use std::f64::consts::TAU;

use rustfft::num_complex::Complex64;

use super::interval::{along, amplitude, around, steady};
use super::take::energy;
use super::{FAINT, Kind, Range, SEEN, TRACKED, Window};
use crate::rhythm::choice::{AGREE, Own, Seen, Source, is_alike};
use crate::rhythm::evidence::{Candidate, Way};
use crate::rhythm::line::{HARMONICS, Line};
use crate::rhythm::period::Found;
use crate::rhythm::track::Guess;
use crate::rhythm::{Figure, Interval};

/// A harmonic is there where its energy is so many times the noise's.
const HARMONIC: f64 = 6.0;
/// A phase that was followed along cycles which all tell has slipped where it differs by more than this share of their rate.
const SLIPPED: f64 = 0.04;
/// Cycles that are followed make a line doubtful that is told in their place where they differ from it by so many times as much as it is known to.
const DOUBTED: f64 = 3.0;
/// A cycle that is measured fewer times than this looks another way each time: two of them may be more alike than one and the next.
const FEWEST: f64 = 10.0;
/// Cycles of noise are this alike in less than one window of a hundred, through any filter that was tried.
const RESEMBLE: f64 = 0.7;
/// In a stretch of so many of its cycles there is this share of a line's energy at least.
const STRETCH: f64 = 1.5;
const LOCAL: f64 = 0.3;
/// The fundamental of a pulse has at least this share of its harmonic's amplitude,
const FUNDAMENTAL: f64 = 0.5;
/// and so many times what is between it and its second harmonic.
pub(super) const STANDS_OUT: f64 = 3.0;
/// A pulse is told where its rate is known to within this share of it.
const KNOWN: f64 = 0.2;
/// The share of what is told by chance that is told from pieces whose cycles are not alike.
const PIECES: f64 = 0.05;

impl Window {
    /// What is left of the window looked at last without its trend and its lines but the one at a frequency; `None` where there is none.
    pub fn alone(&mut self, frequency: f64) -> Option<&[f64]> {
        let off = |at: &usize| (self.lines()[*at].frequency - frequency).abs();
        let nearest = (0..self.lines().len()).min_by(|a, b| off(a).total_cmp(&off(b)));
        let at = nearest.filter(|at| off(at) < self.width(frequency))?;
        self.leave(Some(at));
        Some(&self.rest)
    }

    /// The greatest amplitude within half a Rayleigh width of a frequency, of what is left of the window looked at last without its trend and its lines.
    pub fn left_at(&mut self, frequency: f64) -> f64 {
        self.leave(None);
        self.size_left(frequency)
    }

    /// The amplitudes at some frequencies: of the largest line, or harmonic of one, within a Rayleigh width, or where there is none what is left there. 0 where a
    /// window tells nothing.
    pub fn sizes_at<const N: usize>(&mut self, frequencies: [f64; N]) -> [f64; N] {
        self.leave(None);
        frequencies.map(|frequency| {
            if frequency <= 0.0 || frequency >= 0.5 {
                return 0.0;
            }
            let waves = self.lines().iter().flat_map(|line| (0..line.harmonics).map(|h| ((h + 1) as f64 * line.frequency, line.size(h))));
            let near = waves.filter(|(at, _)| (at - frequency).abs() < self.rayleigh());
            near.map(|(_, size)| size).reduce(f64::max).unwrap_or_else(|| self.size_left(frequency))
        })
    }

    /// The greatest amplitude within half a Rayleigh width of a frequency, of what is in `rest`.
    pub(super) fn size_left(&self, frequency: f64) -> f64 {
        let size = |frequency: f64| {
            let step = Complex64::from_polar(1.0, -TAU * frequency);
            let all = self.rest.iter().fold((Complex64::ZERO, Complex64::ONE), |(sum, turn), x| (sum + turn * *x, turn * step));
            2.0 * all.0.norm() / self.rest.len() as f64
        };
        [-0.5, 0.0, 0.5].map(|widths| size(frequency + widths * self.rayleigh())).into_iter().fold(0.0, f64::max)
    }

    /// The figure of the line that was attributed to the rhythm, or of the best candidate, the other lines taken out; rates times `per_min`. Also
    /// its frequency. `pace` is how many times the device measures in a sample.
    pub fn figure(&mut self, picked: Option<f64>, (per_min, pace): (f64, f64), threshold: f64) -> Option<(Figure, f64)> {
        let line = self.lines().iter().position(|line| Some(line.frequency) == picked);
        let range = self.shape.range;
        let candidate = if line.is_none() {
            self.test_rest();
            self.evidence.best(range)
        } else {
            None
        };
        let (source, likeness, doubt) = self.source(line, candidate, pace);
        let at = self.settle(line, (source, candidate))?;
        let beside = self.noise_at(self.lines()[at].frequency);
        let noise = self.without_fitted(beside, at);
        self.leave(Some(at));
        let line = &self.fit.lines()[at];
        let guess = if self.guess.is_empty() { Guess::Steady(line.frequency) } else { Guess::Along(&self.guess) };
        let tracked = self.track.run(&self.rest, (line.frequency, TRACKED), guess);
        let rate = match source {
            Source::Counted(rate) => around(rate, self.rayleigh()),
            _ if tracked => along(line, noise, &self.track, guess),
            _ => steady(line, noise),
        };
        let rate = if doubt > DOUBTED * rate.half_width() { around(rate.value, rate.half_width().hypot(doubt)) } else { rate };
        // The noise as it was before the lines were fitted, known as well as it was seen.
        let amplitude = amplitude(line, (noise.0, beside.1));
        // A rate that has wandered out of where it was looked for, by more than it is known, is none of this rhythm.
        let near = (range.low - self.rayleigh()..=range.high + self.rayleigh()).contains(&rate.value);
        if !near || rate.high < range.low || rate.low > range.high {
            return None;
        }
        let p = self.beyond_chance((at, rate.value), (source, candidate), likeness);
        let known = self.shape.kind != Kind::Cycles || rate.half_width() < KNOWN * rate.value;
        let figure = Figure {
            rate: Interval { value: rate.value * per_min, low: rate.low.max(0.0) * per_min, high: rate.high * per_min },
            amplitude,
            p,
            present: p < threshold && known,
            regularity: if tracked { self.track.regularity() } else { None },
        };
        if candidate.is_some() {
            self.fit.remove(at);
        }
        (figure.rate.value.is_finite() && figure.amplitude.value.is_finite()).then_some((figure, rate.value))
    }

    /// The p of a figure, the line at `at` with that rate, beside all other lines; of a search where nothing was found: whether there is anything at all.
    ///
    /// What comes and goes in pieces of a pulse's window may be noise in a band, through whatever filter it came. But no cycle of noise is like the next, and its
    /// size fades and swells. So where the cycles are not alike, either the whole window tells, or the pieces and an even size together, each with its share of
    /// what is told by chance; of noise both the pieces' p and that of the size are below x with a probability of x².
    fn beyond_chance(&mut self, (at, rate): (usize, f64), (source, candidate): (Source, Option<Candidate>), likeness: f64) -> f64 {
        let range = self.shape.range;
        let searched = candidate.filter(|_| !matches!(source, Source::Followed(found) if is_alike(found)));
        let (p, way) = match searched {
            Some(candidate) => (candidate.p, candidate.way),
            None => self.evidence_of(at, rate),
        };
        if self.shape.kind == Kind::Cycles && !self.is_throughout(at) {
            return 1.0;
        }
        if self.shape.kind != Kind::Cycles || likeness >= RESEMBLE {
            return p;
        }
        let told = if searched.is_some() { None } else { Some((rate, way)) };
        let whole = self.evidence.whole(told, range) / (1.0 - PIECES);
        let pieces = if matches!(way, Way::Pieces(_)) { p.max(self.track.fading()).powi(2) / PIECES } else { 1.0 };
        whole.min(pieces).min(1.0)
    }

    /// The evidence of the line at `at` with that rate, beside all other lines: at its rate, or at the harmonic that tells of it, where that is better
    /// for having been looked at as well.
    fn evidence_of(&mut self, at: usize, rate: f64) -> (f64, Way) {
        let range = self.shape.range;
        let own = self.evidence_at(rate, range, Some(at));
        let Some(h) = self.told_by else { return own };
        let (p, way) = self.evidence.test_at(&self.rest, h * rate, range);
        if 2.0 * p < own.0 { (2.0 * p, way) } else { own }
    }

    /// Whether the trace moves as much as a line through half of the window at least. A cough is as many lines as it takes for them to be nothing elsewhere together;
    /// beside the others each of them is as sure as could be.
    fn is_throughout(&self, at: usize) -> bool {
        let line = &self.lines()[at];
        let stretch = ((STRETCH / line.frequency) as usize).clamp(1, self.len());
        let least = LOCAL * line.fundamental().powi(2) / 2.0 * stretch as f64;
        let stretches = self.samples.chunks_exact(stretch);
        let (all, there) = (stretches.len(), stretches.filter(|stretch| energy(stretch) > least).count());
        2 * there >= all
    }

    /// The phase of the rhythm that the last figure is of, the other lines taken out, between samples of the window; `None` where it was not followed.
    pub fn phase_at(&self, place: f64) -> Option<f64> {
        self.track.at(place)
    }

    /// Where the rate is to come from: the line, or the cycles where they tell more; how alike the cycles are; and how far off the line they are where it is told all the same.
    fn source(&mut self, line: Option<usize>, candidate: Option<Candidate>, pace: f64) -> (Source, f64, f64) {
        if self.shape.kind == Kind::Line {
            return (Source::Line, 0.0, 0.0);
        }
        let own = line.map(|at| self.lines()[at].frequency);
        let range = self.shape.range;
        // Slower lines are other rhythms, and so are those that are faster than any harmonic.
        let lowest = range.low - self.rayleigh();
        let keep =
            |_, other: &Line| own.map_or(other.frequency > lowest, |own| (0.75..HARMONICS as f64 + 0.5).contains(&(other.frequency / own)));
        self.fit.residual(&self.samples, keep, &mut self.rest);
        let fine = |rate: f64| FEWEST * rate <= pace;
        let found = self.periods.follow(&self.rest).filter(|found| fine(own.unwrap_or(found.rate).max(found.rate)));
        // Cycles are as alike two by two as they are one by one.
        let found = found.filter(|found| line.is_none_or(|at| self.has_fundamental(at, found.rate)));
        let counts = self.shape.kind == Kind::CountedCycles;
        let counted = found.filter(|_| counts).and_then(|_| self.periods.count());
        let square = self.rest.iter().map(|x| x * x).sum::<f64>() / self.rest.len() as f64;
        let own = line.map(|at| &self.lines()[at]).map(|line| Own {
            rate: line.frequency,
            steady: !line.wanders(),
            share: line.fundamental().powi(2) / 2.0 / square,
        });
        let seen = Seen {
            own,
            found,
            counted: counted.filter(|counted| (lowest..=range.high).contains(&counted.rate) && fine(counted.rate)),
            faint: candidate.is_some_and(|candidate| candidate.p < FAINT),
            apart: self.rayleigh() / 2.0,
        };
        (seen.source(), found.map_or(0.0, |found| found.quality), seen.doubt())
    }

    /// Whether what is left in `rest` has something at a rate, if a line is a multiple of it: a rhythm of its own, which the line is a harmonic of.
    fn has_fundamental(&self, at: usize, rate: f64) -> bool {
        let line = &self.lines()[at];
        if self.shape.kind != Kind::Cycles || (line.frequency / rate).round() < 2.0 {
            return true;
        }
        let size = self.size_left(rate);
        let between = self.size_left(1.5 * rate);
        size > (FUNDAMENTAL * line.fundamental()).max(STANDS_OUT * between) && !self.is_explained(rate, size, SEEN * self.rayleigh())
    }

    /// Makes the line that the figure is of, and tells its place.
    fn settle(&mut self, line: Option<usize>, (source, candidate): (Source, Option<Candidate>)) -> Option<usize> {
        self.guess.clear();
        let at = match (line, source) {
            (Some(at), _) => at,
            (None, Source::Line) => {
                self.test_rest();
                let near = |best: Candidate| Range { low: best.frequency - best.tolerance, high: best.frequency + best.tolerance };
                let within = candidate.filter(|best| best.p < FAINT).map_or(self.shape.range, near);
                let strongest = self.evidence.strongest(within)?;
                self.fit.add(strongest)
            }
            (None, Source::Followed(found)) => self.fit.add(found.rate),
            (None, Source::Counted(rate)) => self.fit.add(rate),
        };
        if let Source::Followed(found) = source {
            self.follow(at, found);
        }
        if self.shape.kind != Kind::Line {
            self.fit.enrich(at, HARMONICS);
        }
        let as_it_was = line.is_some() && source == Source::Line && self.shape.kind == Kind::Line;
        if !as_it_was && !self.fit.refine(&self.samples) {
            return None;
        }
        let at = if self.shape.kind == Kind::Cycles { self.let_vary(at) } else { at };
        self.trim(at);
        Some(at)
    }

    /// Lets a line follow its cycles through what is left in `rest` of the window.
    fn follow(&mut self, at: usize, found: Found) {
        let mut phase = 0.0;
        for i in 0..self.rest.len() {
            self.guess.push(phase);
            phase += TAU * self.periods.rate_at(i);
        }
        let guess = Guess::Along(&self.guess);
        if self.track.run(&self.rest, (found.rate, TRACKED), guess) {
            let told = self.track.rate();
            // In stretches that tell of something else it slips.
            let within = if found.wild { AGREE } else { SLIPPED };
            let rate = if (told / found.rate - 1.0).abs() < within { told } else { found.rate };
            self.phase.clear();
            self.phase.extend(self.track.whole(self.rest.len(), guess));
            self.fit.follow(at, rate, self.phase.iter().copied());
        }
    }

    /// Leaves out the highest harmonics that are not there.
    fn trim(&mut self, at: usize) {
        let harmonics = self.lines()[at].harmonics;
        if harmonics == 1 {
            return;
        }
        self.leave(None);
        self.tested = None;
        let line = &self.fit.lines()[at];
        let there = |h: &usize| {
            let (noise, _) = self.evidence.noise(&self.rest, (*h + 1) as f64 * line.frequency);
            line.size(*h).powi(2) * self.shape.len as f64 / 2.0 > HARMONIC * noise
        };
        let kept = (1..harmonics).rev().find(there).map_or(1, |h| h + 1);
        if kept < harmonics {
            self.fit.enrich(at, kept);
            self.fit.refine(&self.samples);
        }
    }
}
