//! One window of one channel: which lines are in it, how sure, how strong.
//!
//! Lines are taken one after the other, the most significant first, all refitted together each time (RELAX), until nothing significant
//! is left. What is left beside a line is that line's own wandering, which is then followed. Lines at whole multiples of a stronger, slower
//! one are its harmonics.

mod beside;
mod comb;
mod interval;
mod spectrum;
mod take;
mod told;
mod vary;

use super::evidence::{Candidate, Evidence, Way};
use super::fit::Fit;
use super::line::{HARMONICS, Line};
use super::multitaper::Multitaper;
use super::period::Periods;
use super::slower::Slower;
use super::track::Track;

pub use spectrum::{Taken, Tested};

/// A line is taken as one where its corrected p over the whole searched range is below this.
const TAKE: f64 = 0.01;
/// A further line is taken where its p is below this: a chance line beside a rhythm would be told as a second one.
const TAKE_MORE: f64 = 0.001;
/// A candidate is kept to where its p is below this.
const FAINT: f64 = 0.05;
/// At most so many lines are taken out of a window.
const MOST_LINES: usize = 5;
/// What is left within this share of a line's rate is its wandering.
const WANDER: f64 = 0.15;
/// A line that has less than this share of its amplitude at the end of the window is there no more.
const LEFT: f64 = 0.5;
/// A line within this share of a multiple of another's rate is its harmonic,
const MULTIPLE: f64 = 0.02;
/// and further off, unless it is so many times as far as the two are known.
const BESIDE: f64 = 2.0;
/// A fundamental may be smaller than its harmonic by this.
const HIDES: f64 = 0.7;
/// A harmonic of what wanders has skirts: a line that wanders may be off by this share of its rate;
const SKIRTS: f64 = 0.2;
/// and what was seen about a frequency by so many Rayleigh widths.
const SEEN: f64 = 1.5;
/// Cycles in the Hann window of a phase that is followed.
const TRACKED: f64 = 2.0;
/// The tapers of the coherence.
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
    /// A slower rhythm of the trace, whose harmonics are none of their own.
    slower: Option<Slower>,
    /// Which harmonic of its own tells of the rhythm, where its fundamental is the lesser.
    told_by: Option<f64>,
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
            evidence: Evidence::new(len, Range { low: context.low.min(range.low), high: context.high.max(range.high) }, (floor, kind)),
            fit: Fit::new(len, floor),
            periods: Periods::new(range.low, range.high),
            track: Track::default(),
            eye: Multitaper::new(len, EYE.0, EYE.1),
            samples: Vec::new(),
            rest: Vec::new(),
            guess: Vec::new(),
            phase: Vec::new(),
            slower: None,
            told_by: None,
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
        self.look_beside(None, samples);
    }

    /// The same where a slower rhythm of the trace is known.
    pub fn look_beside(&mut self, slower: Option<Slower>, samples: impl Iterator<Item = f64>) {
        self.slower = slower;
        self.told_by = None;
        self.samples.clear();
        self.samples.extend(samples);
        self.fit.trend().remove(&mut self.samples);
        self.fit.clear();
        self.tested = None;
        self.take_known();
        for _ in 0..2 * MOST_LINES {
            if self.take_sure() {
                continue;
            }
            self.test_rest();
            let enough = if self.lines().is_empty() { TAKE } else { TAKE_MORE };
            let Some(best) = self.best().filter(|best| best.p < enough) else {
                if self.let_wander() || self.take_undertone() || self.take_hidden() {
                    continue;
                }
                break;
            };
            let beside = self.lines().iter().position(|line| self.is_of(line, best.frequency));
            let taken = match beside {
                Some(line) => self.lines()[line].moves() && self.wander(line),
                // What cannot be told from a line beside it may be that line's wandering.
                None => self.lines().len() < MOST_LINES && self.take_noted(best) || self.let_wander(),
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

    /// Whether what is in `rest` at a frequency is what a line left there. One that is known of another window leaves less than it is.
    fn is_of(&self, line: &Line, frequency: f64) -> bool {
        let off = (line.frequency - frequency).abs();
        off < self.width(line.frequency) && (!line.known || off < self.rayleigh() || self.size_left(frequency) < line.fundamental())
    }

    /// How near to a line of that frequency what is left belongs to it.
    fn width(&self, frequency: f64) -> f64 {
        (WANDER * frequency).max(1.5 * self.rayleigh())
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

    /// The evidence at a frequency beside all lines but one, and where it was told from.
    fn evidence_at(&mut self, frequency: f64, range: Range, but: Option<usize>) -> (f64, Way) {
        if but.is_none() && self.tested == Some((self.fit.version(), Depth::Pieces)) {
            return self.evidence.told_at(frequency, range);
        }
        match but {
            // Harmonics of a slow line are no noise beside it.
            Some(at) if self.shape.kind == Kind::Line => self.fit.residual_of(&self.samples, (at, 0), &mut self.rest),
            _ => self.leave(but),
        }
        self.tested = None;
        self.evidence.test_at(&self.rest, frequency, range)
    }

    /// The noise's density at a frequency, and its degrees of freedom, beside all lines; leaves what is left in `rest`.
    fn noise_at(&mut self, frequency: f64) -> (f64, f64) {
        self.leave(None);
        self.tested = None;
        self.evidence.noise(&self.rest, frequency)
    }

    /// Puts harmonics to their fundamentals and fits once more.
    fn group(&mut self) {
        self.fit.sort();
        let (mut at, before) = (0, self.lines().len());
        while at < self.lines().len() {
            match self.base_of(at) {
                Some((base, harmonics)) if !self.is_beside_multiple(at, (base, harmonics)) => {
                    self.fit.enrich(base, harmonics.max(self.lines()[base].harmonics));
                    self.fit.remove(at);
                }
                _ => at += 1,
            }
        }
        if self.lines().len() < before {
            self.fit.refine(&self.samples);
        }
    }

    /// The amplitudes of the harmonics of the line within a Rayleigh width of a frequency.
    pub fn sizes(&self, frequency: f64) -> Option<[f64; HARMONICS]> {
        let off = |line: &Line| (line.frequency - frequency).abs();
        let nearest = self.lines().iter().min_by(|a, b| off(a).total_cmp(&off(b))).filter(|line| off(line) < self.rayleigh())?;
        Some(std::array::from_fn(|h| nearest.size(h)))
    }

    /// Whether a line, were it so many times as large, may be a harmonic of the slower rhythm.
    pub fn is_overtone(&self, line: &Line, times: f64) -> bool {
        let known = if line.wanders() { (SKIRTS * line.frequency).max(self.rayleigh()) } else { self.rayleigh() / 2.0 };
        self.is_explained(line.frequency, times * line.fundamental(), known)
    }

    /// Whether a figure, its rate known that well (cycles a sample), may be a harmonic of the slower rhythm, or of a line that cannot be told from one of its harmonics.
    pub fn is_harmonic(&mut self, frequency: f64, amplitude: f64, known: f64) -> bool {
        self.told_by.is_none()
            && (self.is_explained(frequency, amplitude, known.max(self.rayleigh() / 2.0))
                || [2.0, 3.0].into_iter().any(|h| self.hides(frequency / h, HIDES * amplitude)))
    }

    /// Whether it may be one all the same, if the slower rhythm has corners that were not seen.
    pub fn may_be_harmonic(&self, frequency: f64, amplitude: f64, known: f64) -> bool {
        self.slower.is_some_and(|slower| slower.may_explain(frequency, amplitude, known.max(self.rayleigh() / 4.0)))
    }

    /// Whether a multiple of the slower rhythm hides a line of so much at a frequency.
    fn hides(&mut self, frequency: f64, amplitude: f64) -> bool {
        let near = |line: &&Line| (line.frequency - frequency).abs() < self.rayleigh();
        let taken = self.lines().iter().filter(near).map(Line::fundamental).fold(0.0, f64::max);
        let within = self.shape.range.holds(frequency) && self.is_explained(frequency, 0.0, self.rayleigh());
        within && taken.max(self.left_at(frequency)) > amplitude
    }

    /// Whether what is at a frequency, known that well, may be a harmonic of the slower rhythm.
    fn is_explained(&self, frequency: f64, amplitude: f64, known: f64) -> bool {
        self.slower.is_some_and(|slower| slower.explains(frequency, amplitude, known))
    }

    /// Of which slower, stronger line this is a harmonic, and which.
    fn base_of(&self, at: usize) -> Option<(usize, usize)> {
        let line = &self.lines()[at];
        let fits = self.lines()[..at].iter().enumerate().filter_map(|(place, base)| {
            let h = (line.frequency / base.frequency).round();
            let wander = if base.wanders() || line.wanders() { WANDER / 2.0 } else { MULTIPLE };
            let near = (self.rayleigh() / 2.0).max(wander * line.frequency);
            let fits = (2.0..=HARMONICS as f64).contains(&h) && (line.frequency - h * base.frequency).abs() < near;
            let own = !self.is_overtone(base, 1.0);
            (fits && own && line.fundamental() < base.fundamental()).then_some((place, h as usize))
        });
        fits.max_by(|a, b| self.lines()[a.0].fundamental().total_cmp(&self.lines()[b.0].fundamental()))
    }

    /// Whether two lines are known so well that the faster one cannot be a harmonic of the slower.
    fn is_beside_multiple(&mut self, at: usize, (base, h): (usize, usize)) -> bool {
        if [at, base].into_iter().any(|place| self.lines()[place].wanders()) {
            return false;
        }
        let [own, slower] = [at, base].map(|place| {
            let noise = self.noise_at(self.lines()[place].frequency);
            let noise = self.without_fitted(noise, place);
            interval::steady(&self.lines()[place], noise)
        });
        let h = h as f64;
        let off = (own.value - h * slower.value).abs();
        off > (MULTIPLE * own.value).max(BESIDE * own.half_width().hypot(h * slower.half_width()))
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
}
