//! What a replay's trace is drawn from: the overview of the whole recording, and a close-up of where one looks.
//!
//! Neither is there at once, and both are made by others. What is there is drawn; what would be needed to draw it exactly is remembered, for who reads the recording.

use std::cell::Cell;

use super::overview::BUCKET;
use super::{Column, Columns, Overview, SampleIndex, Span};

/// Of a recording of so many samples the overview keeps each: it needs no close-up.
const SMALL: u64 = 1 << 20;

/// A stretch to be read, and how finely it is to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The stretch, within the recording.
    pub span: Span,
    /// Frames of a bucket.
    pub base: u64,
}

/// A recording as it can be drawn so far.
#[derive(Debug)]
pub struct Reel {
    frames: u64,
    overview: Overview,
    close: Overview,
    wanted: Cell<Option<Wanted>>,
}

impl Reel {
    /// Nothing yet of a recording of so many channels and frames.
    pub fn new(channels: usize, frames: u64) -> Self {
        let empty = |base| Overview::new(channels, base, SampleIndex(0));
        let base = if frames.saturating_mul(channels as u64) <= SMALL { 1 } else { BUCKET };
        Self { frames, overview: empty(base), close: empty(1), wanted: Cell::new(None) }
    }

    /// How much of it the overview shows, 0 to 1.
    pub fn surveyed(&self) -> f64 {
        if self.frames == 0 { 1.0 } else { self.overview.end().0 as f64 / self.frames as f64 }
    }

    /// More of the overview, see [`Overview::append`].
    pub fn append(&mut self, frames: u64, buckets: &[Column]) {
        self.overview.append(frames, buckets);
    }

    /// The overview as it was kept.
    pub fn put_overview(&mut self, overview: Overview) {
        self.overview = overview;
    }

    /// The overview so far.
    pub fn overview(&self) -> &Overview {
        &self.overview
    }

    /// The close-up that was wanted.
    pub fn put_close(&mut self, close: Overview) {
        self.close = close;
    }

    /// What would have been needed since this was last asked.
    pub fn take_wanted(&mut self) -> Option<Wanted> {
        self.wanted.take()
    }

    /// Half a screen beside what is looked at is read with it, and it is read anew when less than an eighth is left: a picture that moves does not turn coarse at its edge.
    fn want(&self, from: u64, each: u64, length: u64) {
        let base = base_of(each);
        let end = from.saturating_add(length).min(self.frames);
        let spare = length / 8;
        let held = self.close.start().0 <= from.saturating_sub(spare) && self.close.end().0 >= (end + spare).min(self.frames);
        if from >= end || (held && self.close.base() == base) {
            return;
        }
        let span = Span { start: SampleIndex(from.saturating_sub(length / 2)), end: SampleIndex((end + length / 2).min(self.frames)) };
        self.wanted.set(Some(Wanted { span, base }));
    }
}

impl Columns for Reel {
    fn end(&self) -> SampleIndex {
        SampleIndex(self.frames)
    }

    fn columns(&self, channel: usize, from: SampleIndex, frames_per_column: u64, out: &mut [Column]) {
        let length = frames_per_column.saturating_mul(out.len() as u64);
        let end = from.0.saturating_add(length).min(self.frames);
        // Exact by the overview alone.
        let base = self.overview.base();
        let coarse = frames_per_column.is_multiple_of(base) && from.0.is_multiple_of(base);
        if !coarse || end > self.overview.end().0 {
            self.want(from.0, frames_per_column, length);
        }
        let exact = frames_per_column.is_multiple_of(self.close.base()) && from.0.is_multiple_of(self.close.base());
        let held = self.close.start() <= from && self.close.end().0 >= end;
        if held && exact && !(coarse && end <= self.overview.end().0) {
            self.close.columns(channel, from, frames_per_column, out);
        } else {
            self.overview.columns(channel, from, frames_per_column, out);
        }
    }
}

/// The coarsest bucket that columns of so many frames are whole multiples of.
fn base_of(each: u64) -> u64 {
    let mut base = 1;
    while base < BUCKET && each.is_multiple_of(base * 4) {
        base *= 4;
    }
    base
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::fold;

    fn samples(frames: usize) -> Vec<f32> {
        (0..frames).map(|n| if n == 1234 { 99.0 } else { (n % 10) as f32 }).collect()
    }

    /// As of a recording too large to keep each sample.
    fn reel() -> Reel {
        Reel { overview: Overview::new(1, BUCKET, SampleIndex(0)), ..Reel::new(1, 5000) }
    }

    /// What the threads do: read what is wanted, until nothing is.
    fn serve(reel: &mut Reel, samples: &[f32]) -> bool {
        let Some(wanted) = reel.take_wanted() else { return false };
        let mut close = Overview::new(1, wanted.base, wanted.span.start);
        let mut buckets = Vec::new();
        let stretch = &samples[close.start().0 as usize..wanted.span.end.0 as usize];
        fold(stretch, 1, wanted.base, &mut buckets);
        close.append(stretch.len() as u64, &buckets);
        reel.put_close(close);
        true
    }

    fn picture(reel: &Reel, from: u64, each: u64) -> [Column; 40] {
        let mut out = [Column::EMPTY; 40];
        reel.columns(0, SampleIndex(from), each, &mut out);
        out
    }

    #[test]
    fn where_one_looks_is_exact_as_soon_as_it_was_read_and_asked_for_once() {
        let samples = samples(5000);
        let mut reel = reel();
        assert!(picture(&reel, 1200, 1).iter().all(|column| !column.has_samples()), "nothing was read yet");
        assert!(serve(&mut reel, &samples));
        assert!((picture(&reel, 1200, 1)[34].max - 99.0).abs() < 1e-6);
        assert!(!serve(&mut reel, &samples), "what is there is not asked for again");
        // A little further is still there; far away is not.
        picture(&reel, 1210, 1);
        assert!(!serve(&mut reel, &samples));
        picture(&reel, 3000, 1);
        assert!(serve(&mut reel, &samples));
    }

    #[test]
    fn a_spike_is_seen_at_every_zoom_also_before_the_close_up_is_there() {
        let samples = samples(5000);
        let mut reel = reel();
        let mut buckets = Vec::new();
        fold(&samples, 1, BUCKET, &mut buckets);
        assert_eq!((reel.surveyed(), Reel::new(1, 0).surveyed()), (0.0, 1.0));
        let (begin, rest) = buckets.split_at(2);
        reel.append(2 * BUCKET, begin);
        assert_eq!(reel.surveyed(), 128.0 / 5000.0);
        reel.append(5000 - 2 * BUCKET, rest);
        for each in [1, 3, 16, 40, 64, 100, 1000, 100_000] {
            let from = 1234 / (each * 4) * each * 4;
            for _ in 0..2 {
                let seen = picture(&reel, from, each).iter().filter(|column| column.max > 98.0).count();
                assert!(seen > 0, "{each} frames a column");
                serve(&mut reel, &samples);
            }
            let seen = picture(&reel, from, each).iter().filter(|column| column.max > 98.0).count();
            assert_eq!(seen, 1, "{each} frames a column, after what was wanted was read");
        }
    }
}
