//! What is laid out once, when the channels and their rate are known: at which pace a rhythm is looked for, in which windows.

use super::derived;
use super::stream::Stream;
use super::window::{Kind, Range, Shape, Window};
use super::{Rhythm, Series, Settings};

/// What the tide is looked for in: so many samples of its shortest cycle, flat up to so many times its fastest rate.
const TIDE_SAMPLES: f64 = 20.0;
const TIDE_PASS: f64 = 4.0;
const SLOWEST_TIDE: f64 = 0.5;
/// What the cranial rhythm and the breath are looked for in: fast enough for the breath's harmonics.
const SLOW_HZ: f64 = 5.0;
const SLOW_PASS_HZ: f64 = 1.2;
/// What the pulse is looked for in, with its harmonics.
const FAST_HZ: f64 = 25.0;
const FAST_PASS_HZ: f64 = 9.0;
/// Faster than this share of a stream's rate nothing is looked for.
pub const NYQUIST_SHARE: f64 = 0.45;
/// What is slower than this share of the slowest pulse is trend to it: breath and head motion beside a small pulse.
const PULSE_FLOOR: f64 = 0.9;
/// Where a line has left, the window adapts: it is looked at again over these shares of it. For rhythms that are looked for as lines, whose windows are long.
pub const RECENT: [f64; 2] = [0.3, 0.5];
/// An interval between samples longer than this makes no analysis at all.
const LONGEST_WINDOW: usize = 1 << 16;
/// Of fewer samples no window is made.
const SHORTEST_WINDOW: usize = 24;

/// One rhythm's plan.
#[derive(Debug)]
pub struct Plan {
    /// Which.
    pub rhythm: Rhythm,
    /// Where the rhythm is looked for, cycles a sample of its stream.
    pub range: Range,
    /// Frames in a window.
    pub frames: u64,
    /// What looks; none where the stream is too slow, or the window too short or too long.
    pub window: Option<Window>,
    /// Shorter windows with their lengths in frames, for when the rate has changed, the shortest first.
    pub recent: Vec<(u64, Window)>,
    /// For a pulse: where the breath of its trace is looked for, over the same frames at the pace of the slow rhythms.
    pub slower: Option<Window>,
}

/// Which of a channel's streams a rhythm is looked for in.
pub fn lane(rhythm: Rhythm) -> usize {
    match rhythm {
        Rhythm::Tide => 0,
        Rhythm::Cranial | Rhythm::Breath => 1,
        Rhythm::Pulse => 2,
    }
}

/// Tide and cranial rhythm in the series of pulse and breath, as far as all of them are looked for.
pub fn series(plans: &[Plan], settings: &Settings, (hz, step): (f64, u64), streams: Option<&[Stream; 3]>) -> Vec<derived::Plan> {
    let of = |rhythm: Rhythm| plans.iter().find(move |plan| plan.rhythm == rhythm && plan.window.is_some());
    let pairs = [Rhythm::Pulse, Rhythm::Breath].into_iter().flat_map(|carrier| [(Rhythm::Tide, carrier), (Rhythm::Cranial, carrier)]);
    let every = |rhythm: Rhythm| step * Series::steps(settings.of(rhythm).window, settings.step);
    let plan = |(rhythm, carrier)| {
        let (frames, stream) = (of(rhythm)?.frames, &streams?[lane(of(carrier)?.rhythm)]);
        let per_min = 60.0 * hz / stream.factor() as f64;
        Some(derived::Plan::new((rhythm, carrier), settings, (frames, stream.outputs(frames)), (per_min, every(rhythm))))
    };
    pairs.filter_map(plan).filter(derived::Plan::tells).collect()
}

impl Plan {
    /// For a device of `hz`; windows are whole multiples of `unit` frames.
    pub fn new(rhythm: Rhythm, settings: &Settings, (hz, unit): (f64, u64), streams: &[Stream; 3]) -> Self {
        let own = settings.of(rhythm);
        let stream = &streams[lane(rhythm)];
        let rate = hz / stream.factor() as f64;
        let per_sample = |per_min: f64| per_min / 60.0 / rate;
        let frames = ((own.window.0 * hz / unit as f64).round() as u64).max(1) * unit;
        let len = stream.outputs(frames);
        let range = Range { low: per_sample(own.low_per_min), high: per_sample(own.high_per_min) };
        let context = match rhythm {
            Rhythm::Tide | Rhythm::Pulse => range,
            Rhythm::Cranial | Rhythm::Breath => {
                let (c, b) = (settings.of(Rhythm::Cranial), settings.of(Rhythm::Breath));
                Range {
                    low: per_sample(c.low_per_min.min(b.low_per_min)),
                    high: per_sample(c.high_per_min.max(b.high_per_min)).min(NYQUIST_SHARE),
                }
            }
        };
        let (floor, kind) = match rhythm {
            Rhythm::Tide | Rhythm::Cranial => (0.0, Kind::Line),
            Rhythm::Breath => (0.0, Kind::CountedCycles),
            Rhythm::Pulse => (PULSE_FLOOR * range.low, Kind::Cycles),
        };
        let fits = range.high <= NYQUIST_SHARE && (SHORTEST_WINDOW..=LONGEST_WINDOW).contains(&len);
        let shape = Shape { len, range, context, floor, kind };
        let recent = RECENT.into_iter().filter(|_| kind == Kind::Line && fits).filter_map(|share| {
            let frames = (share * frames as f64 / unit as f64).round() as u64 * unit;
            let len = stream.outputs(frames);
            (len >= SHORTEST_WINDOW).then(|| (frames, Window::new(Shape { len, ..shape })))
        });
        let slower = if rhythm == Rhythm::Pulse && fits { slower(settings, (hz, frames), &streams[lane(Rhythm::Breath)]) } else { None };
        Self { rhythm, range, frames, window: fits.then(|| Window::new(shape)), recent: recent.collect(), slower }
    }
}

/// Where the breath is looked for beside a pulse.
fn slower(settings: &Settings, (hz, frames): (f64, u64), stream: &Stream) -> Option<Window> {
    let breath = settings.of(Rhythm::Breath);
    let per_sample = |per_min: f64| per_min / 60.0 / hz * stream.factor() as f64;
    let range = Range { low: per_sample(breath.low_per_min), high: per_sample(breath.high_per_min) };
    let len = stream.outputs(frames);
    let fits = range.high <= NYQUIST_SHARE && (SHORTEST_WINDOW..=LONGEST_WINDOW).contains(&len);
    fits.then(|| Window::new(Shape { len, range, context: range, floor: 0.0, kind: Kind::CountedCycles }))
}

/// What a channel's tide, its slow rhythms and its pulse are looked for in, each for as long as the longest window.
pub fn streams(hz: f64, settings: &Settings, longest: f64) -> [Stream; 3] {
    let fast = Stream::new(hz, (1, FAST_HZ), FAST_PASS_HZ, longest);
    // A multiple of the fast factor, so that every window begins and ends at whole outputs of both.
    let slow = Stream::new(hz, (fast.factor(), SLOW_HZ), SLOW_PASS_HZ, longest);
    let tide = settings.of(Rhythm::Tide).high_per_min.max(SLOWEST_TIDE) / 60.0;
    let tide = Stream::new(hz, (1, (TIDE_SAMPLES * tide).min(SLOW_HZ)), (TIDE_PASS * tide).min(SLOW_PASS_HZ), longest);
    [tide, slow, fast]
}

/// Frames that a window's ends are multiples of, and frames of a step.
pub fn steps(streams: Option<&[Stream; 3]>, settings: &Settings, hz: f64) -> (u64, u64) {
    let unit = streams.map_or(1, |[_, slow, _]| slow.factor());
    (unit, ((settings.step.0 * hz / unit as f64).round() as u64).max(1) * unit)
}
