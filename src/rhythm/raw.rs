//! What the raw samples of a window say of the device: a trace that touches a rail, moves in steps as large as itself, or seldom moves at all. Summaries of
//! stretches are put together, so that a window is told from its stretches' and nothing is kept a sample.

use std::collections::VecDeque;

use super::{Flag, Flags};

/// A rail is touched where so many samples in a row have the extreme value,
const RUN: u64 = 3;
/// so many times,
const TIMES: u32 = 2;
/// and the trace leaves it by at least so many of its own steps once; the rounded top of a slow wave is left by one.
const LEAP: f32 = 4.0;
/// Fewer steps than this between the extremes are too few.
const STEPS: f32 = 16.0;

/// Runs of the greatest value of a stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rail {
    value: f32,
    /// Runs of [`RUN`] and more that touch neither end.
    runs: u32,
    /// The value's run at the begin, and at the end.
    lead: u64,
    trail: u64,
    /// The greatest step away from the value.
    leap: f32,
}

/// A stretch of samples.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    len: u64,
    first: f32,
    last: f32,
    /// The least difference of neighbours that is none of zero; infinite where there is none.
    step: f32,
    /// How many neighbours differ.
    changes: u64,
    high: Rail,
    /// Of the samples turned upside down.
    low: Rail,
}

impl Rail {
    fn of(value: f32) -> Self {
        Self { value, runs: 0, lead: 1, trail: 1, leap: 0.0 }
    }

    /// This rail of a stretch of `len` samples, with one that follows on lower samples, the first of them `next`.
    fn before(self, len: u64, next: f32) -> Self {
        let closed = self.trail >= RUN && self.trail < len;
        let leap = if self.trail > 0 { self.leap.max(self.value - next) } else { self.leap };
        Self { runs: self.runs + u32::from(closed), trail: 0, leap, ..self }
    }

    /// The same with lower samples before it, the last of them `previous`.
    fn after(self, len: u64, previous: f32) -> Self {
        let closed = self.lead >= RUN && self.lead < len;
        let leap = if self.lead > 0 { self.leap.max(self.value - previous) } else { self.leap };
        Self { runs: self.runs + u32::from(closed), lead: 0, leap, ..self }
    }

    fn join(self, len: u64, last: f32, (next, next_len, next_first): (Self, u64, f32)) -> Self {
        if self.value > next.value {
            return self.before(len, next_first);
        }
        if self.value < next.value {
            return next.after(next_len, last);
        }
        let middle = self.trail + next.lead;
        let inside = self.trail < len && next.lead < next_len && middle >= RUN;
        let mut leap = self.leap.max(next.leap);
        if (self.trail == 0) != (next.lead == 0) {
            leap = leap.max((last - next_first).abs());
        }
        Self {
            runs: self.runs + next.runs + u32::from(inside),
            lead: if self.lead == len { len + next.lead } else { self.lead },
            trail: if next.trail == next_len { next_len + self.trail } else { next.trail },
            leap,
            ..self
        }
    }

    fn touched(self, len: u64, step: f32) -> bool {
        let ends = u32::from(self.lead >= RUN) + u32::from(self.trail >= RUN && self.lead < len);
        self.runs + ends >= TIMES && self.leap >= LEAP * step
    }
}

impl Stretch {
    fn of(x: f32) -> Self {
        Self { len: 1, first: x, last: x, step: f32::INFINITY, changes: 0, high: Rail::of(x), low: Rail::of(-x) }
    }

    fn join(self, next: Self) -> Self {
        let between = (next.first - self.last).abs();
        let step = self.step.min(next.step);
        Self {
            len: self.len + next.len,
            first: self.first,
            last: next.last,
            step: if between > 0.0 { step.min(between) } else { step },
            changes: self.changes + next.changes + u64::from(between > 0.0),
            high: self.high.join(self.len, self.last, (next.high, next.len, next.first)),
            low: self.low.join(self.len, -self.last, (next.low, next.len, -next.first)),
        }
    }

    fn flag(self, flags: &mut Flags) {
        if self.high.touched(self.len, self.step) || self.low.touched(self.len, self.step) {
            flags.insert(Flag::Clipped);
        }
        // A constant has no step, and is flat rather than coarse.
        if self.step.is_finite() && self.high.value + self.low.value < STEPS * self.step {
            flags.insert(Flag::Quantised);
        }
    }
}

/// The latest raw samples of a channel, in stretches of `unit` frames.
#[derive(Debug)]
pub struct Raw {
    unit: u64,
    keep: usize,
    stretches: VecDeque<Stretch>,
    /// The stretch that is not yet full; begins at a multiple of the unit, or where the stream begins.
    open: Option<Stretch>,
}

impl Raw {
    /// Keeps `frames`, in stretches of `unit`.
    pub fn new(unit: u64, frames: u64) -> Self {
        let keep = frames.div_ceil(unit) as usize + 1;
        Self { unit, keep, stretches: VecDeque::with_capacity(keep), open: None }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.stretches.clear();
        self.open = None;
    }

    /// Takes the sample of frame `index`; windows that hold a missing one are not asked for.
    pub fn push(&mut self, index: u64, sample: f32) {
        let one = Stretch::of(sample);
        let open = self.open.map_or(one, |open| open.join(one));
        if !(index + 1).is_multiple_of(self.unit) {
            self.open = Some(open);
            return;
        }
        self.open = None;
        if self.stretches.len() == self.keep {
            self.stretches.pop_front();
        }
        self.stretches.push_back(open);
    }

    /// Flags the latest `frames`, a multiple of the unit, up to the last multiple; tells how many times the value changes in a sample: less than once where a
    /// device repeats what it measures more slowly, or a file holds it.
    pub fn flag(&self, frames: u64, flags: &mut Flags) -> f64 {
        let skip = self.stretches.len().saturating_sub((frames / self.unit) as usize);
        let Some(all) = self.stretches.iter().skip(skip).copied().reduce(Stretch::join) else { return 1.0 };
        all.flag(flags);
        all.changes as f64 / (all.len - 1).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flags(samples: &[f32]) -> Vec<Flag> {
        let mut raw = Raw::new(10, samples.len() as u64);
        samples.iter().zip(0..).for_each(|(x, n)| raw.push(n, *x));
        let mut flags = Flags::default();
        raw.flag(samples.len() as u64, &mut flags);
        flags.iter().collect()
    }

    fn sine(shape: impl Fn(f32) -> f32) -> Vec<f32> {
        (0..6000_u16).map(|n| shape((f32::from(n) * 0.0101).sin())).collect()
    }

    #[test]
    fn a_rail_is_told_from_the_top_of_a_wave() {
        assert_eq!(flags(&sine(|x| x)), []);
        assert_eq!(flags(&sine(|x| (29.0 * x).round())), [], "whole numbers stay for long at the top of a slow wave");
        assert_eq!(flags(&sine(|x| x.min(0.8))), [Flag::Clipped]);
        assert_eq!(flags(&sine(|x| x.max(-0.8))), [Flag::Clipped]);
        // A quick pulse in whole numbers that hits the converter's end.
        let pulse: Vec<f32> = (0..3000_u16).map(|n| (900.0 * (f32::from(n) * 0.2).sin()).round().min(700.0)).collect();
        assert_eq!(flags(&pulse), [Flag::Clipped]);
        // Once is no rail.
        let mut once = sine(|x| x);
        once[100..110].fill(5.0);
        assert_eq!(flags(&once), []);
    }

    #[test]
    fn few_steps_are_told() {
        assert_eq!(flags(&sine(|x| (4.0 * x).round())), [Flag::Quantised]);
        assert_eq!(flags(&sine(|x| 1e9 + 64.0 * x)), [Flag::Quantised], "what float32 leaves of a wave on a great offset");
        assert_eq!(flags(&[3.0; 100]), [], "a constant is flat");
    }

    #[test]
    fn how_often_a_value_is_measured_is_told_where_it_is_repeated() {
        let pace = |held: u16| {
            let samples: Vec<f32> = (0..6000_u16).map(|n| (f32::from(n / held) * 0.7).sin()).collect();
            let mut raw = Raw::new(10, 6000);
            samples.iter().zip(0..).for_each(|(x, n)| raw.push(n, *x));
            raw.flag(6000, &mut Flags::default())
        };
        assert_eq!([pace(1), (pace(10) * 5999.0).round(), (pace(100) * 5999.0).round()], [1.0, 599.0, 59.0]);
    }

    fn rail_by_hand(samples: &[f32]) -> (f32, u32, f32) {
        let top = samples.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let runs = samples.chunk_by(|a, b| (*a == top) == (*b == top)).filter(|run| run[0] == top && run.len() >= 3).count();
        let leaps = samples.windows(2).filter(|pair| (pair[0] == top) != (pair[1] == top)).map(|pair| (pair[0] - pair[1]).abs());
        (top, runs as u32, leaps.fold(0.0, f32::max))
    }

    proptest! {
        #[test]
        fn stretches_put_together_say_what_the_whole_says(samples in proptest::collection::vec(0_u8..4, 2..60), cuts in proptest::collection::vec(1_usize..9, 1..8)) {
            let samples: Vec<f32> = samples.into_iter().map(f32::from).collect();
            let (mut rest, mut parts, mut cuts) = (&samples[..], Vec::new(), cuts.iter().cycle());
            while !rest.is_empty() {
                let (part, left) = rest.split_at((*cuts.next().unwrap()).min(rest.len()));
                parts.extend(part.iter().copied().map(Stretch::of).reduce(Stretch::join));
                rest = left;
            }
            let joined = parts.into_iter().reduce(Stretch::join).unwrap();
            let upside: Vec<f32> = samples.iter().map(|x| -x).collect();
            for (rail, samples) in [(joined.high, &samples), (joined.low, &upside)] {
                let (top, runs, leap) = rail_by_hand(samples);
                let ends = u32::from(rail.lead >= RUN) + u32::from(rail.trail >= RUN && rail.lead < joined.len);
                prop_assert_eq!((rail.value, rail.runs + ends, rail.leap), (top, runs, leap));
            }
        }
    }
}
