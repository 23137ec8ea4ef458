//! The phase of a rhythm followed through a window: complex demodulation along a first guess of its phase, with a Hann window of a few
//! cycles (Bloomfield 2000, Fourier Analysis of Time Series, chapter 7). Cycles, their evenness, and the rate as cycles divided by time
//! come from it.

mod evenness;

use std::f64::consts::{PI, TAU};

use super::wide::{dot, turn, wide};

/// There is room for so many samples from the begin; more make room.
const ROOM: usize = 512;

/// The phase that is expected before it is tracked.
#[derive(Clone, Copy, Debug)]
pub enum Guess<'a> {
    /// That of so many cycles a sample, from 0 on.
    Steady(f64),
    /// Radians at each sample.
    Along(&'a [f64]),
}

impl Guess<'_> {
    fn at(self, i: usize) -> f64 {
        match self {
            Self::Steady(frequency) => TAU * frequency * i as f64,
            Self::Along(phase) => phase[i],
        }
    }

    fn turns(self, cos: &mut [f64], sin: &mut [f64]) {
        match self {
            Self::Steady(frequency) => turn(0.0, TAU * frequency, cos, sin),
            Self::Along(phase) => phase.iter().zip(cos).zip(sin).for_each(|((phase, cos), sin)| (*sin, *cos) = phase.sin_cos()),
        }
    }
}

/// Phases at consecutive samples, from `half` samples after the window's begin to as many before its end; the scratch is kept.
#[derive(Debug)]
pub struct Track {
    half: usize,
    phase: Vec<f64>,
    hann: Vec<f64>,
    re: Vec<f64>,
    im: Vec<f64>,
    lengths: Vec<f64>,
    /// The rhythm's size at each sample at which its phase was followed, in units of its own.
    sizes: Vec<f64>,
}

impl Default for Track {
    fn default() -> Self {
        let room = || Vec::with_capacity(ROOM);
        Self { half: 0, phase: room(), hann: room(), re: room(), im: room(), lengths: room(), sizes: room() }
    }
}

impl Track {
    /// Follows a rhythm of about `frequency` (cycles a sample), whose phase is guessed, in samples without trend; the Hann window holds
    /// `cycles` of it. `false` where the samples hold less than twice that and a cycle.
    pub fn run(&mut self, x: &[f64], rhythm: (f64, f64), guess: Guess<'_>) -> bool {
        self.run_in_steps(x, rhythm, guess, 1)
    }

    /// The same at every so many samples, and in between on a straight line: for steps much shorter than the Hann window.
    pub fn run_in_steps(&mut self, x: &[f64], (frequency, cycles): (f64, f64), guess: Guess<'_>, step: usize) -> bool {
        let half = (cycles / 2.0 / frequency).round() as usize;
        self.phase.clear();
        self.sizes.clear();
        if half < 2 || x.len() < 5 * half {
            return false;
        }
        self.plan(half);
        self.re.resize(x.len(), 0.0);
        self.im.resize(x.len(), 0.0);
        guess.turns(&mut self.re, &mut self.im);
        wide(
            #[inline(always)]
            || {
                for ((re, im), x) in self.re.iter_mut().zip(&mut self.im).zip(x) {
                    (*re, *im) = (x * *re, -x * *im);
                }
            },
        );
        // The drift from the guess, unwrapped: by whole turns as near to the one before as it goes.
        let (mut last, mut turns) = (None::<f64>, 0.0);
        let end = x.len() - 2 * half;
        let mut at = 0;
        while at < end {
            let around = at..at + 2 * half + 1;
            let (im, re) = (dot(&self.im[around.clone()], &self.hann), dot(&self.re[around], &self.hann));
            self.sizes.push((im * im + re * re).sqrt());
            let drift = im.atan2(re);
            let before = last.map(|last| last + turns);
            turns += match last {
                Some(last) if drift - last > PI => -TAU,
                Some(last) if drift - last < -PI => TAU,
                _ => 0.0,
            };
            last = Some(drift);
            let now = drift + turns;
            while self.phase.len() <= at {
                let share = (at - self.phase.len()) as f64 / step as f64;
                let drift = before.map_or(now, |before| now + (before - now) * share);
                self.phase.push(guess.at(self.phase.len() + half) + drift);
            }
            // The last one is looked at, too.
            at = if at + 1 == end { end } else { (at + step).min(end - 1) };
        }
        true
    }

    /// Makes the Hann window, if it is another than the last.
    fn plan(&mut self, half: usize) {
        if self.half != half || self.hann.is_empty() {
            self.half = half;
            self.hann.clear();
            self.hann.extend((0..=2 * half).map(|i| 1.0 - (PI * i as f64 / half as f64).cos()));
        }
    }

    /// The phase at every sample of the window, at its ends as guessed.
    pub fn whole<'a>(&'a self, len: usize, guess: Guess<'a>) -> impl Iterator<Item = f64> + 'a {
        let (first, last) = (self.half, self.half + self.phase.len() - 1);
        (0..len).map(move |i| match i {
            i if i < first => self.phase[0] + guess.at(i) - guess.at(first),
            i if i > last => self.phase[last - first] + guess.at(i) - guess.at(last),
            i => self.phase[i - first],
        })
    }

    /// The samples at which the phase was followed, not guessed.
    pub fn followed(&self) -> std::ops::Range<usize> {
        self.half..self.half + self.phase.len()
    }

    /// The phase between samples of the window, in radians; `None` where it was not followed.
    pub fn at(&self, place: f64) -> Option<f64> {
        let from = place - self.half as f64;
        let (at, share) = (from.floor(), from - from.floor());
        let first = self.phase.get(if at >= 0.0 { at as usize } else { return None })?;
        let second = if share > 0.0 { self.phase.get(at as usize + 1)? } else { first };
        Some(first + share * (second - first))
    }

    /// Mean rate in cycles a sample: cycles divided by time.
    pub fn rate(&self) -> f64 {
        (self.phase[self.phase.len() - 1] - self.phase[0]) / TAU / self.span()
    }

    /// Variance of that rate, where the rhythm has this amplitude in noise of this density (unit² × samples): it is told by the phases at both ends.
    pub fn variance(&self, amplitude: f64, density: f64) -> f64 {
        2.0 * self.phase_variance(amplitude, density) / (TAU * self.span()).powi(2)
    }

    /// Variance of one phase, radians²: 2 S B / A² behind a Hann window, whose noise bandwidth B is 1.5 over its length.
    pub fn phase_variance(&self, amplitude: f64, density: f64) -> f64 {
        let bandwidth = 0.75 / self.half as f64;
        2.0 * density * bandwidth / amplitude.powi(2).max(f64::MIN_POSITIVE)
    }

    /// The rates over the first and the last quarter of what was followed, cycles a sample.
    pub fn ends(&self) -> (f64, f64) {
        let last = self.phase.len() - 1;
        let quarter = (last / 4).max(1).min(last);
        let rate = |from: usize, to: usize| (self.phase[to] - self.phase[from]) / TAU / (to - from).max(1) as f64;
        (rate(0, quarter), rate(last - quarter, last))
    }

    /// How far the phase turns over the whole window, radians, and how well that is known (root of the mean square). At each end it was not followed for half a
    /// Hann window: there its drift from the guess goes on as the phases that were followed do best over as long a stretch, evenly, on a straight line or on a
    /// parabola; how well they do tells how well the ends are known.
    pub fn turned(&self, guess: Guess<'_>) -> (f64, f64) {
        const WAYS: [&[f64]; 3] = [&[1.0], &[2.0, -1.0], &[3.0, -3.0, 1.0]];
        let (half, count) = (self.half, self.phase.len());
        let drift = |i: usize| self.phase[i] - guess.at(i + half);
        let on = |way: &[f64], from: usize| way.iter().enumerate().map(|(k, share)| share * drift(from - k * half)).sum::<f64>();
        let back = |way: &[f64], from: usize| way.iter().enumerate().map(|(k, share)| share * drift(from + k * half)).sum::<f64>();
        let missed = |way: &&[f64]| {
            let stretch = way.len() * half;
            let off = |i: usize| (on(way, i + stretch - half) - drift(i + stretch)).powi(2) + (back(way, i + half) - drift(i)).powi(2);
            ((0..count - stretch).map(off).sum::<f64>() / 2.0 / (count - stretch) as f64).sqrt()
        };
        let ways = WAYS.into_iter().filter(|way| count >= (way.len() + 1) * half);
        let told = ways.map(|way| (way, missed(&way))).min_by(|a, b| a.1.total_cmp(&b.1));
        let Some((way, missed)) = told else { return (self.rate() * TAU * (count - 1 + 2 * half) as f64, TAU) };
        let last = on(way, count - 1) + guess.at(count - 1 + 2 * half);
        (last - back(way, 0) - guess.at(0), missed * std::f64::consts::SQRT_2)
    }

    fn span(&self) -> f64 {
        (self.phase.len() as f64 - 1.0).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::scipy;

    #[test]
    fn how_far_a_phase_turns_is_told_with_the_ends_where_it_was_not_followed() {
        let (mut track, mut told, mut evenly) = (Track::default(), 0.0, 0.0);
        for start in 0..12 {
            let phase = |i: usize| TAU * 0.1 * i as f64 + 0.8 * (TAU * 0.01 * i as f64 + 0.5 * f64::from(start)).sin();
            let x: Vec<f64> = (0..240).map(|i| phase(i).cos()).collect();
            assert!(track.run(&x, (0.1, 2.0), Guess::Steady(0.1)));
            let (turned, missed) = track.turned(Guess::Steady(0.1));
            let is = phase(239) - phase(0);
            assert!((turned - is).abs() < 2.5 * missed, "{start}: off by {}, said to be {missed}", turned - is);
            told += (turned - is).powi(2);
            evenly += (track.rate() * TAU * 239.0 - is).powi(2);
        }
        assert!(told < evenly / 2.0, "{told} beside {evenly} at the mean rate");
    }

    fn track(x: &[f64], frequency: f64) -> Track {
        let mut track = Track::default();
        assert!(track.run(x, (frequency, 2.0), Guess::Steady(frequency)));
        track
    }

    #[test]
    fn a_rate_that_changes_halfway_is_the_cycles_divided_by_the_time() {
        let mut phase = 0.0;
        let x: Vec<f64> = (0..1500)
            .map(|i| {
                phase += TAU * if i < 750 { 0.045 } else { 0.055 };
                f64::sin(phase)
            })
            .collect();
        let track = track(&x, 0.05);
        assert!((track.rate() - 0.05).abs() < 1e-4, "{}", track.rate());
    }

    #[test]
    fn the_ends_of_a_rate_that_changes_are_told() {
        let x: Vec<f64> = (0..1500)
            .scan(0.0, |phase, i| {
                *phase += TAU * if i < 750 { 0.04 } else { 0.06 };
                Some(f64::sin(*phase))
            })
            .collect();
        let (first, last) = track(&x, 0.05).ends();
        assert!((first - 0.04).abs() < 5e-4 && (last - 0.06).abs() < 5e-4, "{first} {last}");
    }

    #[test]
    fn the_variance_is_that_of_the_rates_that_noise_makes() {
        let mut state = 7_u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5
        };
        // Uniform noise of width 1 has variance, and so density, 1/12.
        let (mut squares, mut told) = (0.0, 0.0);
        for _ in 0..400 {
            let x: Vec<f64> = (0..375).map(|i| 3.0 * (TAU * 0.05 * f64::from(i)).cos() + uniform()).collect();
            let track = track(&x, 0.05);
            squares += (track.rate() - 0.05).powi(2) / 400.0;
            told += track.variance(3.0, 1.0 / 12.0) / 400.0;
        }
        assert!((squares / told - 1.0).abs() < 0.3, "{squares:e} {told:e}");
    }

    /// Greatest distance of the phase from that of SciPy's analytic signal.
    fn off(name: &str, x: impl Fn(f64) -> f64) -> f64 {
        let x: Vec<f64> = (0..400).map(|i| x(f64::from(i))).collect();
        let track = track(&x, 0.05);
        let theirs = scipy::numbers(&scipy::value(name));
        let off = |(ours, theirs): (&f64, &f64)| ((ours - theirs + PI).rem_euclid(TAU) - PI).abs();
        track.phase.iter().zip(&theirs[track.half..]).map(off).fold(0.0, f64::max)
    }

    #[test]
    fn the_phase_is_that_of_scipys_analytic_signal() {
        // Whole cycles: a Hann window of two of them is blind to the mirror image, and the analytic signal has none.
        let steady = off("hilbert_steady", |i| (TAU * i / 20.0 + 0.4).cos());
        assert!(steady < 1e-9, "{steady:e}");
        // Where the rate swings the definitions differ: ours is a mean over two cycles, which flattens the phase's curvature by about
        // π²/2 · (2 / 20)² · (1/3 − 2/π²), or 0.6 %, of a swing of 1.26 rad.
        let swinging = off("hilbert_swinging", |i| (TAU * (i / 20.0 + 0.2 * (TAU * i / 400.0).sin())).cos());
        assert!(swinging > 1e-9 && swinging < 0.02, "{swinging}");
    }
}
