//! Minima and maxima of a recording that is there as a whole: what any stretch of it looks like, at any zoom, without reading it again.
//!
//! Level 0 has a bucket every `base` frames, each level above one for four of the level below. A column is put together of the coarsest buckets that
//! lie within it; where its edges lie within a bucket it is widened to the whole of it. Widening can only add to a column: a spike is never lost.

use super::{Column, Columns, SampleIndex};

/// Frames of a bucket, for the overview of a whole recording: exact wherever a column has 256 frames or more, an eighth of the samples' own size in memory.
pub const BUCKET: u64 = 64;

/// A min/max pyramid that begins at a frame and grows to the right.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    base: u64,
    /// A multiple of `base`.
    start: u64,
    /// The frame after the last one.
    end: u64,
    /// `levels[channel][level]`, bucket by bucket.
    levels: Vec<Vec<Vec<Column>>>,
}

impl Overview {
    /// An empty one of so many channels, with a bucket every `base` frames, that begins at the last multiple of `base` before `start`.
    pub fn new(channels: usize, base: u64, start: SampleIndex) -> Self {
        let start = start.0 / base * base;
        Self { base, start, end: start, levels: vec![vec![Vec::new()]; channels] }
    }

    /// Frames of a bucket of the finest level.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// The first frame it knows of.
    pub fn start(&self) -> SampleIndex {
        SampleIndex(self.start)
    }

    /// The finest buckets of a channel.
    pub fn buckets(&self, channel: usize) -> &[Column] {
        self.levels.get(channel).map_or(&[], |levels| &levels[0])
    }

    /// Appends what [`fold`] made of the next `frames` frames: whole buckets, but for the last of the recording.
    pub fn append(&mut self, frames: u64, buckets: &[Column]) {
        let channels = self.levels.len().max(1);
        for (channel, levels) in self.levels.iter_mut().enumerate() {
            levels[0].extend(buckets.iter().skip(channel).step_by(channels));
            let mut level = 0;
            while levels[level].len() >= 4 * (levels.get(level + 1).map_or(0, Vec::len) + 1) {
                if levels.len() == level + 1 {
                    levels.push(Vec::new());
                }
                let (below, above) = levels.split_at_mut(level + 1);
                let whole = below[level].chunks_exact(4).skip(above[0].len());
                above[0].extend(whole.map(|four| four.iter().fold(Column::EMPTY, |all, column| all.and(*column))));
                level += 1;
            }
        }
        self.end += frames;
    }

    /// Everything between two frames, widened to whole buckets.
    fn column(levels: &[Vec<Column>], begin: u64, end: u64) -> Column {
        let (mut at, end) = (begin, end.min(levels[0].len() as u64));
        let mut column = Column::EMPTY;
        while at < end {
            let fits = |level: &usize| at.is_multiple_of(1 << (2 * level)) && at + (1 << (2 * level)) <= end;
            let held = |level: &usize| (at >> (2 * level)) < levels[*level].len() as u64;
            let level = (1..levels.len()).take_while(fits).take_while(held).last().unwrap_or(0);
            column = column.and(levels[level][(at >> (2 * level)) as usize]);
            at += 1 << (2 * level);
        }
        column
    }
}

impl Columns for Overview {
    fn end(&self) -> SampleIndex {
        SampleIndex(self.end)
    }

    fn columns(&self, channel: usize, from: SampleIndex, frames_per_column: u64, out: &mut [Column]) {
        let Some(levels) = self.levels.get(channel) else {
            out.fill(Column::EMPTY);
            return;
        };
        let mut begin = from.0;
        for column in out {
            let (first, last) =
                (begin.max(self.start) - self.start, (begin + frames_per_column).min(self.end).max(self.start) - self.start);
            begin += frames_per_column;
            *column = if first < last { Self::column(levels, first / self.base, last.div_ceil(self.base)) } else { Column::EMPTY };
        }
    }
}

/// Makes buckets of `base` frames of interleaved samples, the last one of what is left: `out[bucket · channels + channel]`.
pub fn fold(samples: &[f32], channels: usize, base: u64, out: &mut Vec<Column>) {
    let channels = channels.max(1);
    let mut rows = Rows::new(channels);
    for bucket in samples.chunks(channels * base as usize) {
        match channels {
            1 | 2 | 4 | 8 | 16 if bucket.len() >= 16 => in_lanes::<16>(bucket, channels, out),
            3 | 6 | 12 if bucket.len() >= 12 => in_lanes::<12>(bucket, channels, out),
            5 | 10 | 20 if bucket.len() >= 20 => in_lanes::<20>(bucket, channels, out),
            7 | 14 | 28 if bucket.len() >= 28 => in_lanes::<28>(bucket, channels, out),
            _ => rows.fold(bucket, out),
        }
    }
}

/// For numbers of channels that are a half, a quarter or less of the lanes, which are samples looked at side by side in the registers of the machine: a lane always
/// meets the same channel.
fn in_lanes<const LANES: usize>(bucket: &[f32], channels: usize, out: &mut Vec<Column>) {
    let mut lanes = Lanes { min: [f32::INFINITY; LANES], max: [f32::NEG_INFINITY; LANES], missing: [0; LANES] };
    let (rows, rest) = bucket.as_chunks::<LANES>();
    for row in rows {
        for (lane, sample) in row.iter().enumerate() {
            let seen = (lanes.min[lane], lanes.max[lane], lanes.missing[lane]);
            (lanes.min[lane], lanes.max[lane], lanes.missing[lane]) = with(*sample, seen);
        }
    }
    // Half onto half, until each channel has one lane.
    if channels <= LANES / 2 {
        lanes.halve(LANES / 2);
    }
    if channels <= LANES / 4 {
        lanes.halve(LANES / 4);
    }
    if channels <= LANES / 8 {
        lanes.halve(LANES / 8);
    }
    if channels <= LANES / 16 {
        lanes.halve(LANES / 16);
    }
    let column = |channel: usize| {
        let column = told(lanes.min[channel], lanes.max[channel], lanes.missing[channel]);
        rest.iter().skip(channel).step_by(channels).fold(column, |all, sample| all.and(Column::of(*sample)))
    };
    out.extend((0..channels).map(column));
}

/// What each lane has met.
struct Lanes<const LANES: usize> {
    min: [f32; LANES],
    max: [f32; LANES],
    missing: [u32; LANES],
}

impl<const LANES: usize> Lanes<LANES> {
    /// Puts lanes `half` to `2 · half` onto the first `half`.
    fn halve(&mut self, half: usize) {
        for lane in 0..half {
            let (low, high) = (self.min[lane + half], self.max[lane + half]);
            self.min[lane] = if low < self.min[lane] { low } else { self.min[lane] };
            self.max[lane] = if high > self.max[lane] { high } else { self.max[lane] };
            self.missing[lane] |= self.missing[lane + half];
        }
    }
}

/// Samples of a row in memory, at least.
const WIDE: usize = 16;

/// For any other number of channels: rows of as many frames as make it wide, in memory.
struct Rows {
    channels: usize,
    min: Vec<f32>,
    max: Vec<f32>,
    missing: Vec<u32>,
}

impl Rows {
    fn new(channels: usize) -> Self {
        let width = channels * WIDE.div_ceil(channels);
        Self { channels, min: vec![0.0; width], max: vec![0.0; width], missing: vec![0; width] }
    }

    /// Makes one bucket.
    fn fold(&mut self, bucket: &[f32], out: &mut Vec<Column>) {
        self.min.fill(f32::INFINITY);
        self.max.fill(f32::NEG_INFINITY);
        self.missing.fill(0);
        for row in bucket.chunks(self.min.len()) {
            let lanes = self.min.iter_mut().zip(&mut self.max).zip(&mut self.missing);
            for (((min, max), missing), sample) in lanes.zip(row) {
                (*min, *max, *missing) = with(*sample, (*min, *max, *missing));
            }
        }
        let lane = |lane: usize| told(self.min[lane], self.max[lane], self.missing[lane]);
        let lanes = |channel: usize| (channel..self.min.len()).step_by(self.channels);
        out.extend((0..self.channels).map(|channel| lanes(channel).fold(Column::EMPTY, |all, at| all.and(lane(at)))));
    }
}

/// Least, greatest and whether one is missing, with one sample more; without a branch, so that many go side by side.
fn with(sample: f32, (min, max, missing): (f32, f32, u32)) -> (f32, f32, u32) {
    let there = sample.abs() <= f32::MAX;
    let (low, high) = (if there { sample } else { f32::INFINITY }, if there { sample } else { f32::NEG_INFINITY });
    (if low < min { low } else { min }, if high > max { high } else { max }, missing | u32::from(!there))
}

/// The column of what a lane has met.
fn told(min: f32, max: f32, missing: u32) -> Column {
    let (min, max) = if min <= max { (min, max) } else { (f32::NAN, f32::NAN) };
    Column { min, max, missing: missing > 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> impl Strategy<Value = f32> {
        prop_oneof![20 => -100f32..100.0, 1 => Just(f32::NAN), 1 => Just(f32::NEG_INFINITY), 1 => Just(f32::MAX)]
    }

    fn overview(samples: &[f32], channels: usize, (base, start): (u64, u64), cut: usize) -> Overview {
        let mut overview = Overview::new(channels, base, SampleIndex(start));
        for part in samples.chunks(cut * base as usize * channels) {
            let mut buckets = Vec::new();
            fold(part, channels, base, &mut buckets);
            overview.append((part.len() / channels) as u64, &buckets);
        }
        overview
    }

    fn naive(samples: &[f32], (channels, channel): (usize, usize), frames: std::ops::Range<u64>) -> Column {
        let of_channel = samples.iter().skip(channel).step_by(channels).enumerate();
        let within = of_channel.filter(|(n, _)| frames.contains(&(*n as u64)));
        within.fold(Column::EMPTY, |all, (_, sample)| all.and(Column::of(*sample)))
    }

    fn same(a: Column, b: Column) -> bool {
        (a.min.to_bits(), a.max.to_bits(), a.missing) == (b.min.to_bits(), b.max.to_bits(), b.missing)
            || (a.min.is_nan() && b.min.is_nan() && a.missing == b.missing)
    }

    proptest! {
        #[test]
        fn columns_on_the_buckets_are_the_naive_ones_whatever_the_channels_and_the_pieces(
            samples in prop::collection::vec(sample(), 0..3000), channels in 1usize..15, cut in 1usize..20, from in 0u64..20, each in 1u64..30,
        ) {
            let samples = &samples[..samples.len() / channels * channels];
            let overview = overview(samples, channels, (4, 0), cut);
            let mut out = [Column::EMPTY; 7];
            for channel in 0..channels {
                overview.columns(channel, SampleIndex(from * 4), each * 4, &mut out);
                for (i, column) in (0u64..).zip(out) {
                    let expected = naive(samples, (channels, channel), (from + i * each) * 4..(from + (i + 1) * each) * 4);
                    prop_assert!(same(column, expected), "channel {channel}, column {i}: {column:?}, not {expected:?}");
                }
            }
        }

        #[test]
        fn between_the_buckets_a_column_is_widened_and_never_loses_a_spike(
            samples in prop::collection::vec(-100f32..100.0, 1..2000), from in 0u64..2000, each in 1u64..300,
        ) {
            let overview = overview(&samples, 1, (16, 0), 3);
            let mut out = [Column::EMPTY; 2];
            overview.columns(0, SampleIndex(from), each, &mut out);
            for (i, column) in (0u64..).zip(out) {
                let expected = naive(&samples, (1, 0), from + i * each..from + (i + 1) * each);
                prop_assert!(!expected.has_samples() || (column.min <= expected.min && column.max >= expected.max));
                prop_assert!(expected.has_samples() || !column.has_samples());
            }
        }
    }

    #[test]
    fn it_begins_anywhere_and_knows_nothing_of_what_lies_before() {
        let overview = overview(&[1.0, 2.0, 3.0, 4.0], 1, (1, 1000), 1);
        let mut out = [Column::EMPTY; 4];
        overview.columns(0, SampleIndex(998), 2, &mut out);
        let seen: Vec<(f32, f32)> = out.iter().filter(|column| column.has_samples()).map(|column| (column.min, column.max)).collect();
        assert_eq!(seen, [(1.0, 2.0), (3.0, 4.0)]);
        assert_eq!((overview.start(), overview.end()), (SampleIndex(1000), SampleIndex(1004)));
    }
}
