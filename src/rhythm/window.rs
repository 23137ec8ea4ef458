//! One window of one channel: which lines are in it, how sure, how strong.
//!
//! Lines are taken one after the other, the most significant first, all refitted together each time (RELAX), until nothing significant
//! is left. What is left beside a line is that line's own wandering, which is then followed. Lines at whole multiples of a stronger, slower
//! one are its harmonics.

use std::f64::consts::TAU;

use super::chance::student;
use super::choice::{AGREE, Own, Seen, Source, is_alike};
use super::evidence::{Candidate, Evidence};
use super::fit::Fit;
use super::line::{HARMONICS, Line};
use super::multitaper::Multitaper;
use super::period::{Found, Periods};
use super::symmetry::{self, Side};
use super::track::{Guess, Track};
use super::{Figure, Interval};

/// A line is taken as one where its corrected p over the whole searched range is below this.
const TAKE: f64 = 0.01;
/// A further line is taken where its p is below this: a chance line beside a rhythm would be told as a second one.
const TAKE_MORE: f64 = 0.001;
/// Two lines that hide one another are taken where the p of each beside the other is below this.
const TAKE_PAIR: f64 = 1e-4;
/// They are looked for where the power there is so many times that of the median frequency.
const STANDS_OUT: f64 = 3.0;
/// A line wanders where following it explains, for each of its cycles, so many times the noise's energy more.
const WORTH: f64 = 3.0;
/// Such a line has power within this share of its rate,
const BESIDE: f64 = 0.5;
/// so many times that of the median frequency.
const LEAVES: f64 = 1.3;
/// A line is taken without a look at the window's pieces where its p is below this,
const SURE: f64 = 1e-6;
/// together with others that are so many Rayleigh widths away: the band of the tapers, and one.
const APART: f64 = 6.0;
/// A candidate is kept to where its p is below this.
const FAINT: f64 = 0.05;
/// At most so many lines are taken out of a window.
const MOST_LINES: usize = 5;
/// What is left within this share of a line's rate is its wandering.
const WANDER: f64 = 0.15;
/// A line that has less than this share of its amplitude at the end of the window is there no more.
const LEFT: f64 = 0.5;
/// A harmonic is there where its energy is so many times the noise's.
const HARMONIC: f64 = 6.0;
/// A rhythm has gone to another rate where it has changed by this share of it.
const ANOTHER: f64 = 0.2;
/// Cycles in the Hann window of a phase that is followed.
const TRACKED: f64 = 2.0;
/// The tapers of the spectrum for the eye and of the coherence.
const EYE: (f64, usize) = (3.5, 6);

/// Frequencies in cycles a sample.
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

/// How a rhythm keeps time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Like a sine: its line is looked for.
    Line,
    /// In cycles of a shape of their own: they are followed, too.
    Cycles,
    /// The same, and where no cycle is like the next they are counted.
    CountedCycles,
}

/// What is planned for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Samples in a window.
    pub len: usize,
    /// Where the rhythm is looked for.
    pub range: Range,
    /// Where lines are looked for that could be mistaken for it.
    pub context: Range,
    /// What is slower is trend, cycles a sample.
    pub floor: f64,
    /// How the rhythm keeps time.
    pub kind: Kind,
}

/// The lines of a window, and all that is planned for its length.
#[derive(Debug)]
pub struct Window {
    shape: Shape,
    evidence: Evidence,
    fit: Fit,
    periods: Periods,
    track: Track,
    eye: Multitaper,
    samples: Vec<f64>,
    rest: Vec<f64>,
    guess: Vec<f64>,
    phase: Vec<f64>,
    /// A line that another window's is compared along.
    along: Line,
    /// The version of the lines without which the window was tested, where that still stands.
    tested: Option<(u64, Depth)>,
}

/// What of a window was tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    Whole,
    Pieces,
}

impl Window {
    /// Plans everything.
    pub fn new(shape: Shape) -> Self {
        let Shape { len, range, context, floor, kind } = shape;
        Self {
            shape,
            evidence: Evidence::new(
                len,
                Range { low: context.low.min(range.low), high: context.high.max(range.high) },
                (floor, kind != Kind::Line),
            ),
            fit: Fit::new(len, floor),
            periods: Periods::new(range.low, range.high),
            track: Track::default(),
            eye: Multitaper::new(len, EYE.0, EYE.1),
            samples: Vec::new(),
            rest: Vec::new(),
            guess: Vec::new(),
            phase: Vec::new(),
            along: Line::with_room(len),
            tested: None,
        }
    }

    /// What was planned for.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Samples in a window.
    pub fn len(&self) -> usize {
        self.shape.len
    }

    /// The fundamentals found, slowest first.
    pub fn lines(&self) -> &[Line] {
        self.fit.lines()
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

    /// Takes a window and finds the lines of the context.
    pub fn look(&mut self, samples: impl Iterator<Item = f64>) {
        self.samples.clear();
        self.samples.extend(samples);
        self.fit.trend().remove(&mut self.samples);
        self.fit.clear();
        self.tested = None;
        for _ in 0..2 * MOST_LINES {
            if self.take_sure() {
                continue;
            }
            self.test_rest();
            let enough = if self.lines().is_empty() { TAKE } else { TAKE_MORE };
            let Some(best) = self.best().filter(|best| best.p < enough) else {
                if self.let_wander() || self.take_undertone() || self.take_pair() {
                    continue;
                }
                break;
            };
            let beside = self.lines().iter().position(|line| (line.frequency - best.frequency).abs() < self.width(line.frequency));
            let taken = match beside {
                Some(line) => !self.lines()[line].wanders() && self.wander(line),
                None => self.lines().len() < MOST_LINES && self.take_noted(best),
            };
            if !taken {
                break;
            }
        }
        self.group();
    }

    /// The most significant frequency of what was tested last; the rhythm's own range is searched for itself.
    fn best(&self) -> Option<Candidate> {
        let searched = [self.shape.range, self.shape.context].into_iter().filter_map(|range| self.evidence.best(range));
        searched.min_by(|a, b| a.p.total_cmp(&b.p))
    }

    /// How near to a line of that frequency what is left belongs to it.
    fn width(&self, frequency: f64) -> f64 {
        (WANDER * frequency).max(1.5 * self.rayleigh())
    }

    /// Takes what the whole window leaves no doubt of, all at once as far as the lines do not hide one another; `false` where that is nothing.
    fn take_sure(&mut self) -> bool {
        self.test_whole();
        let before = self.lines().len();
        let apart = APART * self.rayleigh();
        let mut any = false;
        while self.lines().len() < MOST_LINES {
            let allowed = |frequency: f64| {
                self.lines().iter().enumerate().all(|(at, line)| {
                    let near = if at < before { 0.0 } else { apart };
                    (line.frequency - frequency).abs() >= near.max(self.width(line.frequency))
                })
            };
            let found = [self.shape.range, self.shape.context].map(|range| self.evidence.best_of_whole(range, allowed));
            let best = found.into_iter().flatten().min_by(|a, b| a.p.total_cmp(&b.p));
            let Some(best) = best.filter(|best| best.p < SURE) else { break };
            if !self.take_noted(best) {
                break;
            }
            any = true;
        }
        any
    }

    /// Tests what is left of the whole window without its lines, if that has not been done.
    fn test_whole(&mut self) {
        if self.tested.is_none_or(|(version, _)| version != self.fit.version()) {
            self.leave(None);
            self.evidence.test_whole(&self.rest);
            self.tested = Some((self.fit.version(), Depth::Whole));
        }
    }

    /// Tests it and its pieces.
    fn test_rest(&mut self) {
        self.test_whole();
        if self.tested != Some((self.fit.version(), Depth::Pieces)) {
            self.leave(None);
            self.evidence.test_pieces(&self.rest);
            self.tested = Some((self.fit.version(), Depth::Pieces));
        }
    }

    /// What is left of the window without its lines but one.
    fn leave(&mut self, but: Option<usize>) {
        self.fit.residual(&self.samples, |at, _| Some(at) == but, &mut self.rest);
    }

    /// The evidence at a frequency beside all lines but one.
    fn evidence_at(&mut self, frequency: f64, range: Range, but: Option<usize>) -> f64 {
        if but.is_none() && self.tested == Some((self.fit.version(), Depth::Pieces)) {
            return self.evidence.at(frequency, range);
        }
        self.leave(but);
        self.tested = None;
        self.evidence.test_at(&self.rest, frequency, range)
    }

    /// The noise's density at a frequency, and its degrees of freedom, beside all lines; leaves what is left in `rest`.
    fn noise_at(&mut self, frequency: f64) -> (f64, f64) {
        self.leave(None);
        self.tested = None;
        self.evidence.noise(&self.rest, frequency)
    }

    /// Takes the line of a candidate, and notes how sure it is.
    fn take_noted(&mut self, best: Candidate) -> bool {
        let taken = self.take(best.frequency, best.tolerance);
        if taken {
            self.fit.note(self.lines().len() - 1, best.p);
        }
        taken
    }

    /// Takes the strongest line about a frequency; `false` where it cannot be told from the others.
    fn take(&mut self, frequency: f64, tolerance: f64) -> bool {
        let near = tolerance.max(self.rayleigh() / 2.0);
        let frequency = self.evidence.strongest(Range { low: frequency - near, high: frequency + near }).unwrap_or(frequency);
        let at = self.fit.add(frequency);
        if self.fit.refine(&self.samples) {
            return true;
        }
        self.fit.remove(at);
        self.fit.refine(&self.samples);
        false
    }

    /// Lets lines follow their phase where that explains more than noise would; `false` where none does.
    fn let_wander(&mut self) -> bool {
        let energy = |rest: &[f64]| rest.iter().map(|x| x * x).sum::<f64>();
        let mut any = false;
        self.test_whole();
        // What wanders leaves power beside it.
        let mut leaves = [false; 2 * MOST_LINES];
        for (leaves, line) in leaves.iter_mut().zip(self.fit.lines()) {
            let within = Range { low: (1.0 - BESIDE) * line.frequency, high: (1.0 + BESIDE) * line.frequency };
            *leaves = !line.wanders() && self.evidence.excess(within) > LEAVES;
        }
        for at in (0..leaves.len()).filter(|at| leaves[*at]) {
            let frequency = self.lines()[at].frequency;
            self.fit.residual(&self.samples, |_, _| false, &mut self.rest);
            let before = energy(&self.rest);
            self.fit.keep();
            if !self.wander(at) {
                continue;
            }
            let (noise, _) = self.noise_at(frequency);
            let gained = before - energy(&self.rest);
            let cycles = frequency * self.len() as f64;
            if gained > WORTH * cycles * noise {
                any = true;
            } else {
                self.fit.restore();
            }
        }
        any
    }

    /// A line may be the harmonic of a slower one: there it needs no evidence against a search. Takes the first such.
    fn take_undertone(&mut self) -> bool {
        if self.shape.kind == Kind::Line || self.lines().len() >= MOST_LINES {
            return false;
        }
        for at in 0..self.lines().len() {
            for h in [2.0, 3.0] {
                let slower = self.lines()[at].frequency / h;
                let near = Range { low: slower - self.rayleigh() / 2.0, high: slower + self.rayleigh() / 2.0 };
                let known = self.lines().iter().any(|line| (line.frequency - slower).abs() < self.width(slower));
                if !known && self.shape.range.holds(slower) && self.evidence_at(slower, near, None) < TAKE {
                    return self.take(slower, 0.0);
                }
            }
        }
        false
    }

    /// Two lines within the tapers' band hide one another: takes both where each is told with the other taken out.
    fn take_pair(&mut self) -> bool {
        let before = self.lines().len();
        if before + 2 > MOST_LINES {
            return false;
        }
        self.test_whole();
        let at = |frequency| Range { low: frequency, high: frequency };
        let Some(first) = self.evidence.strongest(self.shape.context).filter(|first| self.evidence.excess(at(*first)) > STANDS_OUT) else {
            return false;
        };
        self.fit.keep();
        let told = self.take(first, 0.0) && self.take_beside(before);
        if !told {
            self.fit.restore();
        }
        told
    }

    /// Takes a second line beside one that was taken without evidence; `true` where each has it beside the other.
    fn take_beside(&mut self, first: usize) -> bool {
        self.wander(first);
        self.test_rest();
        let second = self.best().filter(|best| best.p < TAKE_PAIR && self.is_apart(first, best.frequency));
        if !second.is_some_and(|best| self.take(best.frequency, best.tolerance)) {
            return false;
        }
        self.wander(first);
        [first, first + 1].into_iter().all(|at| {
            let frequency = self.lines()[at].frequency;
            self.evidence_at(frequency, self.shape.context, Some(at)) < TAKE_PAIR
        })
    }

    fn is_apart(&self, line: usize, frequency: f64) -> bool {
        let known = self.lines()[line].frequency;
        (known - frequency).abs() > self.width(known)
    }

    /// Lets a line follow its phase.
    fn wander(&mut self, at: usize) -> bool {
        let frequency = self.lines()[at].frequency;
        self.fit.residual(&self.samples, |other, _| other == at, &mut self.rest);
        let guess = Guess::Steady(frequency);
        if !self.track.run(&self.rest, (frequency, 1.5 * TRACKED), guess) {
            return false;
        }
        self.fit.follow(at, self.track.rate(), self.track.whole(self.rest.len(), guess));
        self.fit.refine(&self.samples)
    }

    /// Puts harmonics to their fundamentals and fits once more.
    fn group(&mut self) {
        self.fit.sort();
        let (mut at, before) = (0, self.lines().len());
        while at < self.lines().len() {
            match self.base_of(at) {
                Some((base, harmonics)) => {
                    self.fit.enrich(base, harmonics.max(self.lines()[base].harmonics));
                    self.fit.remove(at);
                }
                None => at += 1,
            }
        }
        if self.lines().len() < before {
            self.fit.refine(&self.samples);
        }
    }

    /// Of which slower, stronger line this is a harmonic, and which.
    fn base_of(&self, at: usize) -> Option<(usize, usize)> {
        let line = &self.lines()[at];
        let fits = self.lines()[..at].iter().enumerate().filter_map(|(place, base)| {
            let h = (line.frequency / base.frequency).round();
            let wander = if base.wanders() || line.wanders() { WANDER / 2.0 } else { 0.02 };
            let near = (self.rayleigh() / 2.0).max(wander * line.frequency);
            let fits = (2.0..=HARMONICS as f64).contains(&h) && (line.frequency - h * base.frequency).abs() < near;
            (fits && line.fundamental() < base.fundamental()).then_some((place, h as usize))
        });
        fits.max_by(|a, b| self.lines()[a.0].fundamental().total_cmp(&self.lines()[b.0].fundamental()))
    }

    /// The figure of the line that was attributed to the rhythm, or of the best candidate, the other lines taken out; rates times `per_min`. Also
    /// its frequency.
    pub fn figure(&mut self, picked: Option<f64>, per_min: f64, threshold: f64) -> Option<(Figure, f64)> {
        let line = self.lines().iter().position(|line| Some(line.frequency) == picked);
        let range = self.shape.range;
        let candidate = if line.is_none() {
            self.test_rest();
            self.evidence.best(range)
        } else {
            None
        };
        let source = self.source(line, candidate);
        let at = self.settle(line, (source, candidate))?;
        let (noise, freedom) = self.noise_at(self.lines()[at].frequency);
        let sure = student(freedom);
        self.leave(Some(at));
        let line = &self.fit.lines()[at];
        let guess = if self.guess.is_empty() { Guess::Steady(line.frequency) } else { Guess::Along(&self.guess) };
        let tracked = self.track.run(&self.rest, (line.frequency, TRACKED), guess);
        let rate = match source {
            Source::Counted(rate) => around(rate, self.rayleigh()),
            _ if line.wanders() && tracked => {
                let half = sure * self.track.variance(line.fundamental(), noise).sqrt();
                holding(around(line.frequency, half.max(0.2 * AGREE * line.frequency)), self.track.ends())
            }
            _ => steady_rate(line, (noise, sure), self.shape.len),
        };
        let amplitude = amplitude(line, (noise, sure), self.shape.len);
        // A rate that has wandered out of where it was looked for is none of this rhythm.
        if !(range.low - self.rayleigh()..=range.high + self.rayleigh()).contains(&rate.value) {
            return None;
        }
        // Where nothing was found the p is that of the search: whether there is anything at all.
        let p = match (candidate, source) {
            (Some(candidate), Source::Line | Source::Counted(_)) => candidate.p,
            (Some(candidate), Source::Followed(found)) if !is_alike(found) => candidate.p,
            _ => self.evidence_at(rate.value, range, Some(at)),
        };
        let figure = Figure {
            rate: Interval { value: rate.value * per_min, low: rate.low.max(0.0) * per_min, high: rate.high * per_min },
            amplitude,
            p,
            present: p < threshold,
            regularity: if tracked { self.track.regularity() } else { None },
        };
        if candidate.is_some() {
            self.fit.remove(at);
        }
        (figure.rate.value.is_finite() && figure.amplitude.value.is_finite()).then_some((figure, rate.value))
    }

    /// The phase of the rhythm that the last figure is of, the other lines taken out, between samples of the window; `None` where it was not followed.
    pub fn phase_at(&self, place: f64) -> Option<f64> {
        self.track.at(place)
    }

    /// Where the rate is to come from: the line, or the cycles where they tell more.
    fn source(&mut self, line: Option<usize>, candidate: Option<Candidate>) -> Source {
        if self.shape.kind == Kind::Line {
            return Source::Line;
        }
        let own = line.map(|at| self.lines()[at].frequency);
        let range = self.shape.range;
        // Slower lines are other rhythms.
        let lowest = range.low - self.rayleigh();
        let keep = |_, other: &Line| own.map_or(other.frequency > lowest, |own| other.frequency > 0.75 * own);
        self.fit.residual(&self.samples, keep, &mut self.rest);
        let found = self.periods.follow(&self.rest);
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
            counted: counted.filter(|counted| (lowest..=range.high).contains(&counted.rate)),
            faint: candidate.is_some_and(|candidate| candidate.p < FAINT),
            apart: self.rayleigh() / 2.0,
        };
        seen.source()
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
            let rate = if (told / found.rate - 1.0).abs() < AGREE { told } else { found.rate };
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

    /// Whether a line of a longer window, which ends where this one does, is there no more: less than half of it is in this one, all lines held
    /// at their frequencies; or, where it wanders, its rate has come to differ by that share.
    pub fn misses(&mut self, (longer, frequency): (&Self, f64), share: f64) -> bool {
        let Some(at) = longer.lines().iter().position(|line| line.frequency == frequency) else { return false };
        let line = &longer.lines()[at];
        if line.wanders() {
            return (line.latest(self.len()) / frequency - 1.0).abs() > share;
        }
        self.samples.clear();
        self.samples.extend_from_slice(&longer.samples[longer.len() - self.len()..]);
        self.fit.trend().remove(&mut self.samples);
        self.fit.clear();
        longer.lines().iter().for_each(|line| _ = self.fit.add(line.frequency));
        self.fit.hold(&self.samples) && self.lines()[at].fundamental() < LEFT * line.fundamental()
    }

    /// (power density of each bin up to a frequency, cycles a sample between bins), of the whole window.
    pub fn spectrum(&mut self, up_to: f64, out: &mut Vec<f32>) -> f64 {
        self.eye.run(&self.samples);
        let bins = (up_to / self.eye.step()) as usize;
        out.clear();
        out.extend((0..=bins.min(self.eye.last())).map(|bin| self.eye.power(bin) as f32));
        self.eye.step()
    }

    /// Magnitude-squared coherence of two windows at a frequency, over the tapers.
    pub fn coherence(&mut self, other: &mut Self, frequency: f64) -> Interval {
        self.eye.run(&self.samples);
        other.eye.run(&other.samples);
        symmetry::coherence(self.eye.coherence(&other.eye, frequency), EYE.1)
    }

    /// The line at a frequency in this window, and the same rhythm in the other, whose phase is measured against this one's, however it wanders.
    pub fn beside(&mut self, other: &mut Self, frequency: f64) -> Option<[Side; 2]> {
        let near = |line: &&Line| (line.frequency - frequency).abs() < self.width(frequency);
        let own = self.fit.lines().iter().filter(near).max_by(|a, b| a.fundamental().total_cmp(&b.fundamental()));
        let mut along = std::mem::take(&mut self.along);
        let wanders = own.filter(|line| line.wanders()).map(|line| along.copy(line)).is_some();
        let followed = wanders.then_some(&along);
        let sides = self.line_along(frequency, followed).and_then(|own| Some([own, other.line_along(frequency, followed)?]));
        self.along = along;
        sides
    }

    /// A line held at a frequency, or at the phase of another window's line.
    fn line_along(&mut self, frequency: f64, along: Option<&Line>) -> Option<Side> {
        while let Some(at) = self.lines().iter().position(|line| (line.frequency - frequency).abs() < self.width(frequency)) {
            self.fit.remove(at);
        }
        let at = self.fit.add(frequency);
        if let Some(line) = along {
            self.fit.follow(at, line.frequency, line.phase());
        }
        if !self.fit.refine(&self.samples) {
            return None;
        }
        let (noise, freedom) = self.noise_at(self.lines()[at].frequency);
        let line = &self.lines()[at];
        let variance = 2.0 * noise / self.len() as f64;
        Some(Side { amplitude: line.fundamental(), lateness: line.lateness(), variance, freedom })
    }
}

fn around(value: f64, half: f64) -> Interval {
    Interval { value, low: value - half, high: value + half }
}

/// Where a rhythm has gone from one rate to another within the window, an interval that holds both: the mean is neither.
fn holding(rate: Interval, (first, last): (f64, f64)) -> Interval {
    if (last / first - 1.0).abs() < ANOTHER {
        return rate;
    }
    Interval { value: rate.value, low: rate.low.min(first.min(last)), high: rate.high.max(first.max(last)) }
}

/// Cramér–Rao bound of a sinusoid and its harmonics (Kay 1993, chapter 3) with the noise's own density near the line for σ².
fn steady_rate(line: &Line, (noise, sure): (f64, f64), len: usize) -> Interval {
    let variance = 6.0 * noise / (std::f64::consts::PI.powi(2) * (len as f64).powi(3) * line.information().max(f64::MIN_POSITIVE));
    around(line.frequency, (sure * variance.sqrt()).min(line.frequency))
}

fn amplitude(line: &Line, (noise, sure): (f64, f64), len: usize) -> Interval {
    let value = line.peak_to_trough();
    let half = sure * (8.0 * noise * line.harmonics as f64 / len as f64).sqrt();
    Interval { value, low: (value - half).max(0.0), high: value + half }
}
