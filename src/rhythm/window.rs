//! One window of one channel: which lines are in it, how sure, how strong.
//!
//! Lines are taken one after the other, the most significant first, all refitted together each time (RELAX), until nothing significant
//! is left. What is left beside a line is that line's own wandering, which is then followed. Lines at whole multiples of a stronger, slower
//! one are its harmonics.

mod beside;
mod spectrum;
mod told;

use super::evidence::{Candidate, Evidence};
use super::fit::Fit;
use super::line::{HARMONICS, Line};
use super::multitaper::Multitaper;
use super::period::Periods;
use super::track::{Guess, Track};

pub use spectrum::{Taken, Tested};

/// A line is taken as one where its corrected p over the whole searched range is below this.
const TAKE: f64 = 0.01;
/// A further line is taken where its p is below this: a chance line beside a rhythm would be told as a second one.
const TAKE_MORE: f64 = 0.001;
/// Two lines that hide one another are taken where the p of each beside the other is below this.
const TAKE_PAIR: f64 = 1e-4;
/// They are looked for where the power there is so many times that which an eighth of the frequencies stay below; the bands of two lines may cover
/// more than half of them.
const STANDS_OUT: f64 = 5.0;
const QUIET: f64 = 0.125;
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
            *leaves = !line.wanders() && self.evidence.excess(within, 0.5) > LEAVES;
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
        let Some(first) = self.evidence.strongest(self.shape.context).filter(|first| self.evidence.excess(at(*first), QUIET) > STANDS_OUT)
        else {
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
        let second = self.best().filter(|best| best.p < TAKE && self.is_apart(first, best.frequency));
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
