//! What the trace is drawn from: minima and maxima of every channel at every scale, in bounded memory.
//!
//! A level is a ring of buckets, each four times as long as one of the level below; level 0 is the samples themselves.
//! Bucket `b` of level `k` covers the frames `b·4^k .. (b+1)·4^k` of the stream whatever the history began with, so that
//! the same frames give the same column for ever. A column is put together of the coarsest buckets that lie within it:
//! exact wherever the finer levels still hold its edges, and widened to whole buckets of the finest level left where
//! they do not. Widening can only add to a column: a spike is never lost.

use super::{Block, SampleIndex};

/// Buckets a level: more than four times the columns of the widest screen, and at 100 Hz nearly three minutes of samples.
const RING: usize = 16_384;

/// Levels: the coarsest buckets are of 4^11 frames, so that the rings hold 68 thousand million frames.
const LEVELS: usize = 12;

/// What a column of the picture has to show: everything between `min` and `max`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Least sample; NaN where there is none.
    pub min: f32,
    /// Greatest sample; NaN where there is none.
    pub max: f32,
    /// Whether a frame within the column is missing.
    pub missing: bool,
}

impl Column {
    /// A column without samples.
    pub const EMPTY: Self = Self { min: f32::NAN, max: f32::NAN, missing: false };

    /// The column of a single sample; what is no number is missing.
    pub fn of(sample: f32) -> Self {
        if sample.is_finite() { Self { min: sample, max: sample, missing: false } } else { Self { missing: true, ..Self::EMPTY } }
    }

    /// The column of four samples in a row.
    fn around(samples: [f32; 4]) -> Self {
        let there = |sample: f32| sample.abs() <= f32::MAX;
        if samples.iter().all(|sample| there(*sample)) {
            let [a, b, c, d] = samples;
            let (low, high) = ([lesser(a, b), lesser(c, d)], [greater(a, b), greater(c, d)]);
            return Self { min: lesser(low[0], low[1]), max: greater(high[0], high[1]), missing: false };
        }
        samples.iter().fold(Self::EMPTY, |all, sample| all.and(Self::of(*sample)))
    }

    /// Whether there is a sample to draw.
    pub fn has_samples(self) -> bool {
        !self.min.is_nan()
    }

    /// Everything that either shows.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        // `f32::min` and `f32::max` answer the other operand where one is NaN.
        Self { min: self.min.min(other.min), max: self.max.max(other.max), missing: self.missing || other.missing }
    }
}

/// Of two finite numbers; `f32::min` asks first whether one is none.
fn lesser(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// What a trace can be drawn from, at any scale.
pub trait Columns {
    /// The frame after the last.
    fn end(&self) -> SampleIndex;

    /// Fills `out` with consecutive columns of `frames_per_column` frames, the first of which begins at `from`.
    /// Columns outside of what is known are [`Column::EMPTY`].
    fn columns(&self, channel: usize, from: SampleIndex, frames_per_column: u64, out: &mut [Column]);
}

/// Min/max pyramid of a stream: the latest stretch at full resolution, older ones ever coarser.
#[derive(Clone, Debug)]
pub struct History {
    start: SampleIndex,
    end: SampleIndex,
    channels: Vec<Pyramid>,
    ring: usize,
}

impl History {
    /// An empty history of so many channels that begins at `start`.
    pub fn new(channels: usize, start: SampleIndex) -> Self {
        Self::with_ring(channels, start, RING)
    }

    fn with_ring(channels: usize, start: SampleIndex, ring: usize) -> Self {
        Self { start, end: start, channels: vec![Pyramid::new(start); channels], ring }
    }

    /// How many channels it keeps.
    pub fn channels(&self) -> usize {
        self.channels.len()
    }

    /// Appends a block that begins at [`History::end`].
    pub fn push(&mut self, block: &Block) {
        for (at, pyramid) in self.channels.iter_mut().enumerate().take(block.channels) {
            pyramid.push(self.end.0, block.channel(at), self.ring);
        }
        self.end = self.end + block.frames() as u64;
    }

    /// The first frame it still knows of.
    pub fn start(&self) -> SampleIndex {
        self.channels.first().map_or(self.start, |pyramid| self.start.max(pyramid.oldest()))
    }
}

impl Columns for History {
    fn end(&self) -> SampleIndex {
        self.end
    }

    fn columns(&self, channel: usize, from: SampleIndex, frames_per_column: u64, out: &mut [Column]) {
        let Some(pyramid) = self.channels.get(channel) else {
            out.fill(Column::EMPTY);
            return;
        };
        let oldest = self.start();
        let mut begin = from;
        for column in out {
            let end = begin + frames_per_column;
            *column = pyramid.column(begin.max(oldest), end.min(self.end));
            begin = end;
        }
    }
}

/// All levels of one channel.
#[derive(Clone, Debug)]
struct Pyramid {
    samples: Ring<f32>,
    /// Level `k` at `k − 1`.
    levels: Vec<Level>,
}

#[derive(Clone, Debug)]
struct Level {
    closed: Ring<Column>,
    open: Column,
}

impl Pyramid {
    fn new(start: SampleIndex) -> Self {
        let level = |k| Level { closed: Ring::new(start.0 >> (2 * k)), open: Column::EMPTY };
        Self { samples: Ring::new(start.0), levels: (1..LEVELS).map(level).collect() }
    }

    /// Appends samples, the first of which has the number `frame`. Four that fill a bucket of the first level go together.
    fn push(&mut self, mut frame: u64, mut samples: impl Iterator<Item = f32>, ring: usize) {
        while let Some(sample) = samples.next() {
            let rest = if frame.is_multiple_of(4) { [samples.next(), samples.next(), samples.next()] } else { [None; 3] };
            if let [Some(b), Some(c), Some(d)] = rest {
                let four = [sample, b, c, d];
                four.iter().for_each(|sample| self.samples.push(*sample, ring));
                frame += 4;
                let column = Column::around(four);
                self.levels[0].closed.push(column, ring);
                self.close(frame >> 2, column, ring);
                continue;
            }
            for sample in std::iter::once(sample).chain(rest.into_iter().flatten()) {
                self.samples.push(sample, ring);
                let level = &mut self.levels[0];
                level.open = level.open.and(Column::of(sample));
                frame += 1;
                if frame.is_multiple_of(4) {
                    let column = std::mem::replace(&mut level.open, Column::EMPTY);
                    level.closed.push(column, ring);
                    self.close(frame >> 2, column, ring);
                }
            }
        }
    }

    /// A bucket of the first level is whole, which makes so many of them; those above may be, too.
    fn close(&mut self, mut units: u64, mut column: Column, ring: usize) {
        for level in &mut self.levels[1..] {
            level.open = level.open.and(column);
            if units & 3 != 0 {
                return;
            }
            units >>= 2;
            column = std::mem::replace(&mut level.open, Column::EMPTY);
            level.closed.push(column, ring);
        }
    }

    /// The first frame that some level still holds.
    fn oldest(&self) -> SampleIndex {
        let held = self.levels.iter().zip(1u32..).filter(|(level, _)| level.closed.len() > 0);
        let first = held.map(|(level, k)| level.closed.first << (2 * k)).min();
        SampleIndex(first.map_or(self.samples.first, |first| first.min(self.samples.first)))
    }

    fn column(&self, begin: SampleIndex, end: SampleIndex) -> Column {
        let (mut at, end) = (begin.0, end.0);
        let mut column = Column::EMPTY;
        while at < end {
            let (piece, next) = self.piece(at, end);
            column = column.and(piece);
            at = next;
        }
        column
    }

    /// The coarsest bucket that begins at `at` and ends by `end`; else the finest that holds `at`. And where to go on.
    fn piece(&self, at: u64, end: u64) -> (Column, u64) {
        let mut best = self.samples.get(at).map(|sample| (Column::of(sample), at + 1));
        for (level, k) in self.levels.iter().zip(1u32..) {
            let bucket = at >> (2 * k);
            let next = (bucket + 1) << (2 * k);
            let fits = bucket << (2 * k) == at && next <= end;
            if !fits && best.is_some() {
                break;
            }
            if let Some(column) = level.closed.get(bucket) {
                best = Some((column, next));
            }
        }
        best.unwrap_or((Column::EMPTY, at + 1))
    }
}

/// The latest items of a numbered row. Grows up to its bound, then writes over the oldest.
#[derive(Clone, Debug)]
struct Ring<T> {
    items: Vec<T>,
    /// The number of the oldest item held.
    first: u64,
    /// Where the oldest item lies.
    oldest: usize,
}

impl<T: Copy> Ring<T> {
    fn new(first: u64) -> Self {
        Self { items: Vec::new(), first, oldest: 0 }
    }

    fn len(&self) -> usize {
        self.items.len()
    }

    fn push(&mut self, item: T, bound: usize) {
        if self.items.len() < bound {
            self.items.push(item);
            return;
        }
        self.items[self.oldest] = item;
        self.oldest = if self.oldest + 1 == bound { 0 } else { self.oldest + 1 };
        self.first += 1;
    }

    fn get(&self, number: u64) -> Option<T> {
        let offset = usize::try_from(number.checked_sub(self.first)?).ok().filter(|offset| *offset < self.items.len())?;
        Some(self.items[(self.oldest + offset) % self.items.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(samples: &[f32], start: u64, begin: u64, end: u64) -> Column {
        let within = samples.iter().zip(start..).filter(|(_, n)| (begin..end).contains(n));
        within.fold(Column::EMPTY, |column, (sample, _)| column.and(Column::of(*sample)))
    }

    fn same(a: Column, b: Column) -> bool {
        let eq = |a: f32, b: f32| (a - b).abs() <= 0.0 || (a.is_nan() && b.is_nan());
        eq(a.min, b.min) && eq(a.max, b.max) && a.missing == b.missing
    }

    fn sample() -> impl Strategy<Value = f32> {
        prop_oneof![20 => -100f32..100.0, 1 => Just(f32::NAN), 1 => Just(f32::INFINITY)]
    }

    fn filled(samples: &[f32], start: u64, ring: usize, cut: usize) -> History {
        let mut history = History::with_ring(1, SampleIndex(start), ring);
        for part in samples.chunks(cut) {
            history.push(&Block { start: history.end(), channels: 1, samples: part.to_vec() });
        }
        history
    }

    proptest! {
        #[test]
        fn columns_are_the_naive_minima_and_maxima(
            samples in prop::collection::vec(sample(), 0..600), start in 0u64..100, from in 0u64..700, each in 1u64..90, cut in 1usize..50,
        ) {
            let history = filled(&samples, start, RING, cut);
            let mut out = [Column::EMPTY; 9];
            history.columns(0, SampleIndex(from), each, &mut out);
            for (i, column) in (0u64..).zip(out) {
                let expected = naive(&samples, start, from + i * each, from + (i + 1) * each);
                prop_assert!(same(column, expected), "column {i}: {column:?}, not {expected:?}");
            }
        }

        #[test]
        fn where_fine_levels_are_gone_a_column_is_widened_to_whole_buckets_and_never_loses_a_spike(
            samples in prop::collection::vec(-100f32..100.0, 200..600), from in 0u64..600, each in 1u64..90,
        ) {
            let history = filled(&samples, 0, 32, 7);
            let mut out = [Column::EMPTY; 1];
            history.columns(0, SampleIndex(from), each, &mut out);
            let expected = naive(&samples, 0, from.max(history.start().0), from + each);
            prop_assert!(!expected.has_samples() || (out[0].min <= expected.min && out[0].max >= expected.max));
        }

        #[test]
        fn on_the_bucket_grid_columns_stay_exact(samples in prop::collection::vec(-100f32..100.0, 300..600), at in 0u64..20) {
            let history = filled(&samples, 0, 64, 13);
            let mut out = [Column::EMPTY; 1];
            history.columns(0, SampleIndex(at * 16), 16, &mut out);
            let expected = naive(&samples, 0, at * 16, at * 16 + 16);
            prop_assert!(same(out[0], expected), "{:?}, not {expected:?}", out[0]);
        }
    }

    #[test]
    fn memory_is_bounded_and_full_rings_do_not_grow() {
        let mut history = History::with_ring(1, SampleIndex(0), 16);
        for _ in 0..1000 {
            history.push(&Block { start: history.end(), channels: 1, samples: vec![1.0; 100] });
        }
        let held: Vec<usize> = history.channels[0].levels.iter().map(|level| level.closed.items.len()).collect();
        assert!(held.iter().all(|n| *n <= 16), "{held:?}");
        assert_eq!(history.end(), SampleIndex(100_000));
        assert_eq!(history.channels[0].samples.items.capacity(), 16);
    }

    #[test]
    fn a_history_of_nothing_answers_empty_columns() {
        let history = History::new(0, SampleIndex(7));
        let mut out = [Column::of(1.0); 2];
        history.columns(3, SampleIndex(0), 10, &mut out);
        assert!(out.iter().all(|column| !column.has_samples() && !column.missing));
        assert_eq!((history.start(), history.end()), (SampleIndex(7), SampleIndex(7)));
    }
}
