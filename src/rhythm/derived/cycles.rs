//! The cycles of a pulse or a breath in a window: when each is, how long, how large and on what level. Onsets come from the phase of the
//! fundamental (complex demodulation, two passes, the second along the first one's phase), sizes from the shape that all cycles share, fitted
//! to each: in noise a peak and a trough of a single cycle tell little more than the noise's own extremes.

use std::f64::consts::TAU;

use super::curve::Curve;
use crate::rhythm::line::HARMONICS;
use crate::rhythm::track::{Guess, Track};

/// Cycles in the Hann window of the phase: its response is nought at the trace's level and at the second harmonic.
const TRACKED: f64 = 2.0;
/// It is followed at steps of this share of a cycle.
const STEP: f64 = 0.15;
/// What is slower than the cycles is taken out so many times: once leaves 9 % of a breath beside a pulse, twice 1 %.
const LEVELLED: usize = 2;
/// A pulse so many times as long or as short as its neighbours is an artefact; breaths are less even.
pub const PULSE_LENGTH: f64 = 1.2;
pub const BREATH_LENGTH: f64 = 1.6;
/// A cycle so many times as large or as small is one,
const SIZE: f64 = 2.5;
/// or so many times as unlike the shape as the middle one is, in energy.
const UNLIKE: f64 = 16.0;
/// There is room for so many cycles from the begin; more make room.
pub const ROOM: usize = 1024;
/// The neighbours: so many on each side.
const BESIDE: usize = 4;
/// Instants of a cycle at which its shape is looked at for its peak and its trough.
const INSTANTS: u32 = 64;

/// One cycle; times in samples of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cycle {
    /// Its middle.
    pub middle: f64,
    /// From its onset to the next.
    pub length: f64,
    /// Mean of the trace.
    pub level: f64,
    /// Peak to trough of the shape of all cycles, fitted to this one, on the level of its neighbours.
    pub size: f64,
    /// Whether it is none of an artefact.
    pub sound: bool,
    /// Energy a sample that the shape does not explain.
    unlike: f64,
}

/// A cycle from trough to trough; times in samples of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    /// The trough that it begins at.
    pub begin: f64,
    /// The peak between.
    pub peak: f64,
    /// The next trough.
    pub end: f64,
    /// As [`Cycle::size`].
    pub size: f64,
    /// As [`Cycle::sound`].
    pub sound: bool,
}

/// The cycles of one window, and the scratch.
#[derive(Debug)]
pub struct Cycles {
    track: Track,
    x: Vec<f64>,
    rest: Vec<f64>,
    sums: Vec<f64>,
    phase: Vec<f64>,
    guess: Vec<f64>,
    /// Cosine and sine of the phase.
    turns: Vec<(f64, f64)>,
    onsets: Vec<f64>,
    points: Vec<(f64, f64)>,
    list: Vec<Cycle>,
    sorted: Vec<f64>,
    /// Cosine and sine of each harmonic in the shape.
    shape: [(f64, f64); HARMONICS],
    /// Its peak to trough.
    height: f64,
}

impl Default for Cycles {
    fn default() -> Self {
        Self {
            track: Track::default(),
            x: Vec::new(),
            rest: Vec::new(),
            sums: Vec::new(),
            phase: Vec::new(),
            guess: Vec::new(),
            turns: Vec::new(),
            onsets: Vec::with_capacity(ROOM),
            points: Vec::with_capacity(ROOM),
            list: Vec::with_capacity(ROOM),
            sorted: Vec::with_capacity(ROOM),
            shape: Default::default(),
            height: 0.0,
        }
    }
}

impl Cycles {
    /// Finds the cycles of about `rate` (cycles a sample) in a window, none more than `uneven` times as long as its neighbours; `false` where it
    /// holds too few.
    pub fn find(&mut self, window: impl Iterator<Item = f64>, (rate, uneven): (f64, f64)) -> bool {
        self.list.clear();
        self.x.clear();
        self.x.extend(window);
        self.level_evenly(rate);
        self.guess.clear();
        if !self.follow(rate, rate) || self.onsets.len() < 3 {
            return false;
        }
        self.level_by_cycles();
        std::mem::swap(&mut self.guess, &mut self.phase);
        let cycles = (self.onsets.len() - 1) as f64 / (self.onsets[self.onsets.len() - 1] - self.onsets[0]);
        if !self.follow(cycles, rate) || self.onsets.len() < 3 {
            return false;
        }
        self.level_by_cycles();
        self.turns.clear();
        self.turns.extend(self.phase.iter().map(|phase| phase.sin_cos()));
        self.list();
        // What is no cycle has no part in the shape.
        for _ in 0..2 {
            self.mould(rate);
            self.measure();
            self.judge(uneven);
        }
        true
    }

    /// The cycles found, in their order.
    pub fn all(&self) -> &[Cycle] {
        &self.list
    }

    /// The same from trough to trough. Where in a cycle peak and trough are is told by the shape.
    pub fn turns(&self) -> impl Iterator<Item = Turn> + '_ {
        let value = |at: &u32| self.shape_at((TAU * f64::from(*at) / f64::from(INSTANTS)).sin_cos());
        let extreme = |sign: f64| {
            let best = (0..INSTANTS).max_by(|a, b| (sign * value(a)).total_cmp(&(sign * value(b)))).unwrap_or(0);
            // The vertex of the parabola through it and its neighbours.
            let [before, here, after] = [INSTANTS - 1, 0, 1].map(|by| value(&((best + by) % INSTANTS)));
            let bend = before - 2.0 * here + after;
            let off = if bend == 0.0 { 0.0 } else { (0.5 * (before - after) / bend).clamp(-0.5, 0.5) };
            (f64::from(best) + off) / f64::from(INSTANTS)
        };
        let (peak, trough) = (extreme(1.0), extreme(-1.0));
        self.list.windows(2).filter(|pair| pair[1].middle - pair[0].middle < 1.5 * pair[0].length.max(pair[1].length)).map(move |pair| {
            let at = |cycle: &Cycle, share: f64| cycle.middle + (share - 0.5) * cycle.length;
            let (begin, end) = (at(&pair[0], trough), at(&pair[1], trough));
            let of = usize::from(peak < trough);
            Turn { begin, peak: at(&pair[of], peak), end, size: pair[of].size, sound: pair[0].sound && pair[1].sound }
        })
    }

    /// What is left of the window without a mean that runs along over one period.
    fn level_evenly(&mut self, rate: f64) {
        self.rest.clear();
        self.rest.extend_from_slice(&self.x);
        let half = 0.5 / rate;
        for _ in 0..LEVELLED {
            sum_up(&self.rest, &mut self.sums);
            let end = self.rest.len() as f64 - 0.5;
            for (i, x) in self.rest.iter_mut().enumerate() {
                let (from, to) = ((i as f64 - half).max(-0.5), (i as f64 + half).min(end));
                *x -= mean(&self.sums, from, to);
            }
        }
    }

    /// The same without a curve through the means of the cycles themselves, so that a change of their length makes no change of their size.
    fn level_by_cycles(&mut self) {
        self.rest.clear();
        self.rest.extend_from_slice(&self.x);
        for _ in 0..LEVELLED {
            sum_up(&self.rest, &mut self.sums);
            self.points.clear();
            self.points.extend(self.onsets.windows(2).map(|pair| (f64::midpoint(pair[0], pair[1]), mean(&self.sums, pair[0], pair[1]))));
            let Some(mut curve) = Curve::new(&self.points) else { return };
            self.rest.iter_mut().enumerate().for_each(|(i, x)| *x -= curve.value(i as f64));
        }
    }

    /// Follows the phase of what is left along the guess, or at first along a steady rate, and marks the onsets, those at the ends as guessed.
    fn follow(&mut self, rate: f64, steady: f64) -> bool {
        let guess = if self.guess.is_empty() { Guess::Steady(steady) } else { Guess::Along(&self.guess) };
        let step = ((STEP / rate) as usize).max(1);
        if !self.track.run_in_steps(&self.rest, (rate, TRACKED), guess, step) {
            return false;
        }
        self.phase.clear();
        self.phase.extend(self.track.whole(self.rest.len(), guess));
        self.onsets.clear();
        let Some(first) = self.phase.first() else { return false };
        let mut goal = (first / TAU).ceil() * TAU;
        for (i, pair) in self.phase.windows(2).enumerate() {
            if pair[1] >= goal && pair[1] > pair[0] {
                self.onsets.push(i as f64 + (goal - pair[0]) / (pair[1] - pair[0]));
                goal += TAU;
            }
        }
        true
    }

    /// The cycles whose phase was followed from onset to onset.
    fn list(&mut self) {
        sum_up(&self.x, &mut self.sums);
        let followed = self.track.followed();
        let (from, to) = (followed.start as f64, followed.end as f64 - 1.0);
        for pair in self.onsets.windows(2).filter(|pair| pair[0] >= from && pair[1] <= to) {
            let (middle, length) = (f64::midpoint(pair[0], pair[1]), pair[1] - pair[0]);
            let level = mean(&self.sums, pair[0], pair[1]);
            self.list.push(Cycle { middle, length, level, size: 0.0, sound: true, unlike: 0.0 });
        }
    }

    /// The harmonics of the shape that the sound cycles share.
    fn mould(&mut self, rate: f64) {
        let mut samples = 0_usize;
        self.shape = Default::default();
        for cycle in self.list.iter().filter(|cycle| cycle.sound) {
            for i in within(cycle) {
                let (sin, cos) = self.turns[i];
                let (mut c, mut s) = (cos, sin);
                for part in self.shape.iter_mut().take(harmonics(rate)) {
                    part.0 += self.rest[i] * c;
                    part.1 += self.rest[i] * s;
                    (c, s) = (c * cos - s * sin, s * cos + c * sin);
                }
                samples += 1;
            }
        }
        let scale = 2.0 / samples.max(1) as f64;
        self.shape.iter_mut().for_each(|part| *part = (part.0 * scale, part.1 * scale));
        let values = (0..INSTANTS).map(|i| self.shape_at((TAU * f64::from(i) / f64::from(INSTANTS)).sin_cos()));
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        self.height = high - low;
    }

    /// The shape at a phase, of which sine and cosine are given.
    fn shape_at(&self, (sin, cos): (f64, f64)) -> f64 {
        let (mut c, mut s, mut sum) = (cos, sin, 0.0);
        for part in &self.shape {
            sum += part.0 * c + part.1 * s;
            (c, s) = (c * cos - s * sin, s * cos + c * sin);
        }
        sum
    }

    /// Fits the shape to each cycle.
    fn measure(&mut self) {
        for at in 0..self.list.len() {
            let (mut along, mut own, mut all, mut count) = (0.0, 0.0, 0.0, 0.0);
            for i in within(&self.list[at]) {
                let (x, shape) = (self.rest[i], self.shape_at(self.turns[i]));
                along += x * shape;
                own += shape * shape;
                all += x * x;
                count += 1.0;
            }
            let share = if own > 0.0 { along / own } else { 0.0 };
            let cycle = &mut self.list[at];
            cycle.size = share * self.height;
            cycle.unlike = if count > 0.0 { (all - share * along).max(0.0) / count } else { 0.0 };
        }
    }

    /// Tells artefacts from cycles.
    fn judge(&mut self, uneven: f64) {
        self.sorted.clear();
        self.sorted.extend(self.list.iter().map(|cycle| cycle.unlike));
        let unlike = middle(&mut self.sorted) * UNLIKE;
        for at in 0..self.list.len() {
            let beside = at.saturating_sub(BESIDE)..(at + BESIDE + 1).min(self.list.len());
            let mut usual = |of: fn(&Cycle) -> f64| {
                self.sorted.clear();
                self.sorted.extend(self.list[beside.clone()].iter().map(of));
                middle(&mut self.sorted)
            };
            let (length, size) = (usual(|cycle| cycle.length), usual(|cycle| cycle.size));
            let cycle = &mut self.list[at];
            let near = |value: f64, usual: f64, times: f64| value * times > usual && value < usual * times;
            // Where all are alike to the last digit, a digit more is no artefact.
            let like = cycle.unlike <= unlike.max(0.01 * cycle.size.powi(2));
            cycle.sound = near(cycle.length, length, uneven) && near(cycle.size, size, SIZE) && like;
        }
    }
}

/// Harmonics of a rate that are below half the samples' rate.
fn harmonics(rate: f64) -> usize {
    ((0.45 / rate) as usize).clamp(1, HARMONICS)
}

/// The samples of a cycle.
fn within(cycle: &Cycle) -> std::ops::Range<usize> {
    let (from, to) = (cycle.middle - cycle.length / 2.0, cycle.middle + cycle.length / 2.0);
    from.ceil() as usize..to.ceil() as usize
}

/// The middle value; moves the values about.
pub fn middle(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let half = values.len() / 2;
    *values.select_nth_unstable_by(half, f64::total_cmp).1
}

/// Running sums: one more than the values, the first 0.
fn sum_up(values: &[f64], sums: &mut Vec<f64>) {
    sums.clear();
    sums.push(0.0);
    let mut sum = 0.0;
    sums.extend(values.iter().map(|value| {
        sum += value;
        sum
    }));
}

/// The mean between two times, each sample from half before it to half after it.
fn mean(sums: &[f64], from: f64, to: f64) -> f64 {
    let up_to = |t: f64| {
        let place = (t + 0.5).clamp(0.0, (sums.len() - 1) as f64);
        let whole = (place as usize).min(sums.len() - 2);
        sums[whole] + (place - whole as f64) * (sums[whole + 1] - sums[whole])
    };
    (up_to(to) - up_to(from)) / (to - from)
}
