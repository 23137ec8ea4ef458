//! One channel: the rhythm's amplitude followed, and the dips in it.

use std::collections::VecDeque;

use super::Found;
use super::around::Around;
use super::judge::{Case, Judge, half};
use crate::rhythm::Flags;

/// So much of the trace is kept, seconds.
const KEPT: f64 = 240.0;
/// A rhythm of which less than so many cycles are kept is too slow to be followed.
const CYCLES_KEPT: f64 = 8.0;
/// A dip is given up after this, seconds: the rhythm is gone.
const GONE: f64 = 170.0;
/// Evidence is as old as this at most, seconds.
const FRESH: f64 = 30.0;
/// So many lines are kept, and not more than one in so many seconds.
const LINES: usize = 24;
const EVERY: f64 = 4.0;
/// A line that is the breath of so long ago is the breath, seconds.
const LATELY: f64 = 90.0;
/// Half an interval of 95 % is about so many standard deviations of an amplitude told beside noise that is estimated itself.
const SURE: f64 = 2.2;
/// Of so many lines the middle one is taken.
const MIDDLE: usize = 7;
/// What came before there was evidence is looked at so far back, seconds: a window's length.
const BACK: f64 = 60.0;
/// What the amplitude was: of the latest seconds, so much of it lies below.
const USUAL: (f64, f64) = (60.0, 0.6);
/// Of so many cycles at least.
const FEWEST: f64 = 2.0;
/// A breath that is not found in a window is taken to be where it was for so long, seconds.
const BREATH_KEPT: f64 = 30.0;
/// A breath nearer than this share of the rhythm's rate cannot be told from it.
pub const BREATH_APART: f64 = 0.15;
/// One nearer than this share is too near to take it out.
const BREATH_NEAR: f64 = 0.35;
/// A rhythm that has come back may have another rate: looked at too where it differs by this share.
const OTHER: f64 = 0.1;
/// The rhythm is back when it has been for so many cycles.
const BACK_FOR: f64 = 0.5;
/// Shorter dips are not worth judging, cycles.
const WORTH: f64 = 1.2;

/// The rhythm as a window's row has it, in samples of the stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Cycles a sample.
    pub frequency: f64,
    /// Half the 95 % interval of its amplitude (not peak to trough).
    pub half_interval: f64,
    /// Samples in the window.
    pub len: f64,
    /// What tells that it may be the breath.
    pub flags: Flags,
}

/// A stretch in which the rhythm is less than half of what it was.
#[derive(Clone, Copy, Debug)]
struct Dip {
    case: Case,
    /// Samples for which it has been back.
    back: u64,
}

/// The state of one channel.
#[derive(Debug)]
pub struct Channel {
    hz: f64,
    /// The latest samples; the first has index `from`. Room for twice what is kept, so that they move rarely.
    samples: Vec<f64>,
    from: u64,
    kept: usize,
    /// From one look to the next, samples.
    hop: u64,
    /// The next look.
    next: u64,
    /// The latest levels, at most so many.
    levels: VecDeque<f64>,
    remembered: usize,
    sorted: Vec<f64>,
    /// What the rows have said of late, with the end of their windows.
    lines: VecDeque<(u64, Line)>,
    /// When the breath was heard last, and where; and the same where it was beside the rhythm.
    breath: Option<(u64, f64)>,
    apart: Option<(u64, f64)>,
    dip: Option<Dip>,
    around: Around,
    /// At the rate that the rhythm may have come back with.
    again: Around,
    judge: Judge,
}

impl Channel {
    /// For a stream of so many samples a second, in which the rhythm is looked for in that range (cycles a sample).
    pub fn new(hz: f64, range: (f64, f64)) -> Self {
        let kept = (KEPT * hz).ceil() as usize;
        let hop = (hz.round() as u64).max(1);
        let remembered = (USUAL.0 * hz) as usize / hop as usize + 1;
        Self {
            hz,
            samples: Vec::with_capacity(2 * kept),
            from: 0,
            kept,
            hop,
            next: 0,
            levels: VecDeque::with_capacity(remembered),
            remembered,
            sorted: Vec::with_capacity(remembered),
            lines: VecDeque::with_capacity(LINES),
            breath: None,
            apart: None,
            dip: None,
            around: Around::new(kept),
            again: Around::new(kept),
            judge: Judge::new((hz, range), kept),
        }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.samples.clear();
        self.from = 0;
        self.lines.clear();
        (self.breath, self.apart) = (None, None);
        self.begin(0);
    }

    /// Nothing has been followed yet; looks begin at `from`.
    fn begin(&mut self, from: u64) {
        self.next = from.next_multiple_of(self.hop);
        self.levels.clear();
        self.dip = None;
    }

    /// The index after the last sample.
    pub fn end(&self) -> u64 {
        self.from + self.samples.len() as u64
    }

    /// Takes samples with their indices, in a row.
    pub fn take(&mut self, samples: impl Iterator<Item = (u64, f64)>) {
        for (index, sample) in samples {
            if index != self.end() {
                self.samples.clear();
                self.from = index;
                self.begin(index);
            }
            if self.samples.len() == 2 * self.kept {
                self.samples.drain(..self.kept);
                self.from += self.kept as u64;
            }
            self.samples.push(sample);
        }
    }

    /// Hears what the rows of a step say: where the rhythm is, if it is present, and the breath.
    pub fn hear(&mut self, line: Option<Line>, breath: Option<f64>) {
        let now = self.end();
        self.breath = breath.filter(|breath| *breath > 0.0).map(|breath| (now, breath)).or(self.breath);
        let followed = |line: &Line| line.frequency * self.kept as f64 > CYCLES_KEPT && line.half_interval.is_finite();
        let Some(line) = line.filter(followed) else { return };
        // Where the rhythm is still the breath is the only line left, and could be either: it is what it was.
        let lately = |heard: u64| heard + self.samples_in(LATELY) >= now;
        if self.apart.is_some_and(|(heard, breath)| lately(heard) && !is_apart(line.frequency, breath)) {
            return;
        }
        // Two lines so near would be taken for one another in two cycles; one line that waxes and wanes looks like them.
        if breath.is_some_and(|breath| is_apart(line.frequency, breath) && (breath / line.frequency - 1.0).abs() < BREATH_NEAR) {
            return;
        }
        if let Some(breath) = breath.filter(|breath| is_apart(line.frequency, *breath)) {
            self.apart = Some((now, breath));
        }
        if self.lines.back().is_some_and(|(last, _)| last + self.samples_in(EVERY) > now) {
            return;
        }
        if self.lines.len() == LINES {
            self.lines.pop_front();
        }
        self.lines.push_back((now, line));
    }

    /// Follows the rhythm through what has come; a still point that is certain now, or `None` when all is looked at.
    pub fn look(&mut self) -> Option<Found> {
        while let Some((frequency, breath, other)) = self.plan() {
            let middle = (self.next - self.from) as usize;
            let mut level = self.around.level(&self.samples, middle);
            if other.is_some() {
                level = level.max(self.again.level(&self.samples, middle));
            }
            let at = self.next;
            self.next += self.hop;
            if level.is_nan() {
                self.begin(at + 1);
                continue;
            }
            let closed = self.follow((at, level), (frequency, breath), other);
            self.remember(level);
            if let Some(found) = closed.and_then(|case| self.judge.judge(case, (&self.samples, self.from))) {
                return Some(found);
            }
        }
        None
    }

    /// The stream is over: a still point that lasts until its end.
    pub fn finish(&mut self) -> Option<Found> {
        let Dip { case, back } = self.dip.take()?;
        let case = if back > 0 { case } else { Case { back: None, ..case } };
        self.judge.judge(case, (&self.samples, self.from))
    }

    /// Lays out the next look: the rhythm, the breath beside it, and the rate at which the rhythm may be back. `None` where there is nothing to look for
    /// or not yet enough to look at.
    fn plan(&mut self) -> Option<(f64, Option<f64>, Option<f64>)> {
        let followed = self.dip.map(|dip| (dip.case.frequency, dip.case.breath));
        let told = || self.line_for(self.next).map(|(_, line)| (line.frequency, self.breath_beside(line.frequency)));
        let Some((frequency, breath)) = followed.or_else(told) else {
            // What comes before there is evidence is looked at when there is some.
            let from = self.end().saturating_sub(self.samples_in(BACK));
            if from > self.next {
                self.begin(from);
            }
            return None;
        };
        let other = self.dip.and_then(|dip| self.other(dip.case));
        self.around.plan(half(frequency), [frequency, breath.unwrap_or(0.0), 0.0]);
        if let Some(other) = other {
            self.again.plan(half(other), [other, self.breath_beside(other).unwrap_or(0.0), 0.0]);
        }
        let reach = half(frequency).max(other.map_or(0, half)) as u64;
        self.next = self.next.max((self.from + reach).next_multiple_of(self.hop));
        (self.next + reach < self.end()).then_some((frequency, breath, other))
    }

    /// The line that tells what to look for at a sample: of the windows that ended shortly before, which know nothing of what comes then, the one with the
    /// middle rate, for a window with another still point in it may err; where there was none, of the first one after.
    fn line_for(&self, at: u64) -> Option<(u64, Line)> {
        let fresh = self.samples_in(FRESH);
        let mut before: [Option<(u64, Line)>; MIDDLE] = [None; MIDDLE];
        let recent = self.lines.iter().rev().filter(|(end, _)| *end <= at && end + fresh >= at);
        let count = before.iter_mut().zip(recent).map(|(place, line)| *place = Some(*line)).count();
        let before = &mut before[..count];
        let rate = |line: Option<(u64, Line)>| line.map_or(0.0, |(_, line)| line.frequency);
        before.sort_unstable_by(|a, b| rate(*a).total_cmp(&rate(*b)));
        let after = || self.lines.iter().find(|(end, _)| *end > at).filter(|(end, _)| *end <= at + self.samples_in(BACK));
        before.get(count / 2).copied().flatten().or_else(|| after().copied())
    }

    /// What any line says that tells of the rhythm at a sample.
    fn doubts(&self, at: u64) -> Flags {
        let told = self.lines.iter().filter(|(end, _)| end + self.samples_in(FRESH) >= at && *end <= at + self.samples_in(BACK));
        told.fold(Flags::default(), |all, (_, line)| all.and(line.flags))
    }

    /// Another rate that the rhythm has by now, if it has one.
    fn other(&self, case: Case) -> Option<f64> {
        let (end, line) = self.lines.back().filter(|(end, _)| end + self.samples_in(FRESH) >= self.end())?;
        let apart = case.breath.is_none_or(|breath| is_apart(line.frequency, breath));
        (*end > case.first && apart && (line.frequency / case.frequency - 1.0).abs() > OTHER).then_some(line.frequency)
    }

    /// One look: a dip opens, goes on, or closes, and then is to be judged.
    fn follow(&mut self, (at, level): (u64, f64), (frequency, breath): (f64, Option<f64>), other: Option<f64>) -> Option<Case> {
        let Some(mut dip) = self.dip else {
            self.open((at, level), (frequency, breath));
            return None;
        };
        if level < dip.case.usual / 2.0 {
            dip.back = 0;
            dip.case.last = at;
            self.dip = (at - dip.case.first < self.samples_in(GONE)).then_some(dip);
            return None;
        }
        dip.back += self.hop;
        dip.case.back = Some(other.unwrap_or(frequency));
        self.dip = Some(dip);
        if (dip.back as f64) < BACK_FOR / frequency {
            return None;
        }
        self.dip = None;
        let long = (dip.case.last + self.hop - dip.case.first) as f64 >= WORTH / frequency;
        long.then_some(dip.case)
    }

    fn open(&mut self, (at, level): (u64, f64), (frequency, breath): (f64, Option<f64>)) {
        if (self.levels.len() as u64 * self.hop) as f64 * frequency < FEWEST {
            return;
        }
        let Some(usual) = self.usual().filter(|usual| level < usual / 2.0) else { return };
        let Some((_, line)) = self.line_for(at) else { return };
        let variance = (line.half_interval / SURE).powi(2) * line.len;
        let case = Case { first: at, last: at, frequency, breath, usual, variance, back: None, flags: self.doubts(at) };
        self.dip = Some(Dip { case, back: 0 });
    }

    /// What the amplitude was of late.
    fn usual(&mut self) -> Option<f64> {
        self.sorted.clear();
        self.sorted.extend(&self.levels);
        let place = ((self.sorted.len() as f64 - 1.0) * USUAL.1) as usize;
        (!self.sorted.is_empty()).then(|| *self.sorted.select_nth_unstable_by(place, f64::total_cmp).1)
    }

    fn remember(&mut self, level: f64) {
        if self.levels.len() == self.remembered {
            self.levels.pop_front();
        }
        self.levels.push_back(level);
    }

    fn breath_beside(&self, frequency: f64) -> Option<f64> {
        let (heard, breath) = self.breath?;
        let kept = heard + self.samples_in(BREATH_KEPT) >= self.end();
        (kept && is_apart(frequency, breath)).then_some(breath)
    }

    fn samples_in(&self, seconds: f64) -> u64 {
        (seconds * self.hz) as u64
    }
}

fn is_apart(frequency: f64, breath: f64) -> bool {
    (breath / frequency - 1.0).abs() > BREATH_APART
}
