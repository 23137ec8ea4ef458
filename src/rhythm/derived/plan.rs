//! At which paces a series is made even, and where in it rhythms are looked for.

use super::clipped;
use crate::rhythm::window::{Kind, Range, Shape, Window};
use crate::rhythm::{Rhythm, Settings};

/// From one pace to the next: so much of the cycles' rate is given away at most.
const PACE: f64 = 1.25;
/// The series begins and ends so many cycles inside its window: the phase is followed from one cycle on, and a value is at a cycle's middle.
const MARGIN: f64 = 2.5;
/// A cycle may be so much slower than the pace.
const SLOWER: f64 = 0.95;
/// Rhythms are looked for up to this share of the pace.
const SHARE: f64 = 0.45;
/// Fewer values tell nothing.
const FEWEST: usize = 24;
/// An interval between samples longer than this makes no analysis at all.
const MOST: usize = 1 << 16;

/// One pace.
#[derive(Debug)]
pub struct Pace {
    /// Samples of the stream from one value to the next.
    pub spacing: f64,
    /// Where the first value is, in samples of the stream's window.
    pub first: f64,
    /// Where the rhythm is looked for, cycles a value.
    pub range: Range,
    /// Where the breath may be.
    pub breath: Range,
    /// What looks.
    pub window: Window,
}

/// One rhythm in the series of one carrier.
#[derive(Debug)]
pub struct Plan {
    /// What is looked for.
    pub rhythm: Rhythm,
    /// What has the cycles: the pulse or the breath.
    pub carrier: Rhythm,
    /// Frames in a window.
    pub frames: u64,
    /// Samples of the stream in a window.
    pub len: usize,
    /// Frames from one window's end to the next.
    pub every: u64,
    /// Slowest first.
    paces: Vec<Pace>,
}

impl Plan {
    /// For a window of `frames`, which is `len` samples of a stream with `per_min` samples a minute, each so many frames after the last.
    pub fn new(
        (rhythm, carrier): (Rhythm, Rhythm),
        settings: &Settings,
        (frames, len): (u64, usize),
        (per_min, every): (f64, u64),
    ) -> Self {
        let breath = settings.of(Rhythm::Breath);
        // At this pace no breath folds onto the rhythm, and a faster one tells little more.
        let enough = breath.high_per_min + settings.of(rhythm).high_per_min;
        let mut paces = Vec::new();
        let mut pace = settings.of(carrier).low_per_min;
        // A range that begins at nothing has no slowest pace to begin with.
        while pace > 0.0 && pace <= settings.of(carrier).high_per_min && pace <= PACE * enough && pace <= per_min {
            paces.extend(plan_pace(rhythm, settings, len, (pace, per_min)));
            pace *= PACE;
        }
        Self { rhythm, carrier, frames, len, every, paces }
    }

    /// Whether a window holds enough cycles at any pace.
    pub fn tells(&self) -> bool {
        !self.paces.is_empty()
    }

    /// The fastest pace that cycles of this rate (a sample of the stream) allow.
    pub fn pace(&mut self, rate: f64) -> Option<&mut Pace> {
        self.paces.iter_mut().rev().find(|pace| rate * pace.spacing >= SLOWER)
    }
}

fn plan_pace(rhythm: Rhythm, settings: &Settings, len: usize, (pace, per_min): (f64, f64)) -> Option<Pace> {
    let spacing = per_min / pace;
    let values = ((len as f64 - 1.0) / spacing - 2.0 * MARGIN).floor() + 1.0;
    if !(FEWEST as f64..=MOST as f64).contains(&values) {
        return None;
    }
    let of = |rhythm: Rhythm| {
        let own = settings.of(rhythm);
        clipped(Range { low: own.low_per_min / pace, high: own.high_per_min / pace }, SHARE)
    };
    let (range, breath) = (of(rhythm), of(Rhythm::Breath));
    let context = match rhythm {
        Rhythm::Cranial => Range { low: range.low.min(breath.low), high: range.high.max(breath.high) },
        _ => range,
    };
    let shape = Shape { len: values as usize, range, context, floor: 0.0, kind: Kind::Line };
    let first = (len as f64 - 1.0 - (values - 1.0) * spacing) / 2.0;
    (range.low < range.high).then(|| Pace { spacing, first, range, breath, window: Window::new(shape) })
}

/// Where a frequency appears in even values, cycles a value.
pub fn folded(frequency: f64) -> f64 {
    (frequency - frequency.round()).abs()
}
