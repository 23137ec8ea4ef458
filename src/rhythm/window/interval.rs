//! How well the rate and the amplitude of a line are known.

use std::f64::consts::{PI, TAU};

use super::Window;
use crate::rhythm::Interval;
use crate::rhythm::chance::student;
use crate::rhythm::line::Line;
use crate::rhythm::track::{Guess, Track};

/// A rhythm has gone to another rate where it has changed by this share of it.
const ANOTHER: f64 = 0.2;
/// A rate that was followed is not told better than to this share of it.
const FINEST: f64 = 0.002;
/// Where a phase is followed, so many of the noise's degrees of freedom go with it each cycle.
const FOLLOWED: f64 = 0.5;
/// A difference from what noise makes of it counts beyond so many standard deviations.
const BEYOND: f64 = 2.5;
/// The mean square of a random walk about the straight line that fits it best is 1/15 of its variance at the end, that of how far it has come there beside that line 1/5.
const WALKED: f64 = 3.0;
/// Most of it is in its slowest waves: how far it went is known with a degree of freedom for so many cycles, and two at least.
const WAVE: f64 = 3.0;

/// The noise beside a line: its power density (unit² × samples), and the degrees of freedom that this is known with.
pub(super) type Noise = (f64, f64);

impl Window {
    /// The noise beside a line as it was before all lines were fitted: each column within the band that the noise is looked for in took a degree of freedom
    /// with it, and so did a phase that was followed.
    pub(super) fn without_fitted(&self, (noise, freedom): Noise, at: usize) -> Noise {
        let own = self.lines()[at].frequency;
        let (band, len) = (self.evidence.band(), self.len() as f64);
        let taken = |(place, line): (usize, &Line)| {
            let near = |h: &usize| (*h as f64 * line.frequency - own).abs() < band;
            // The line's own two and its rate are known of.
            let known = usize::from(place == at);
            let columns = (1 + known..=line.harmonics).filter(near).count() * line.terms();
            if !near(&1) {
                return columns as f64;
            }
            let rate = if line.wanders() { FOLLOWED * line.frequency * len } else { 1.0 - known as f64 };
            columns as f64 + rate
        };
        let left = (freedom - self.lines().iter().enumerate().map(taken).sum::<f64>()).max(2.0);
        (noise * freedom / left, left)
    }
}

/// So much about a value.
pub(super) fn around(value: f64, half: f64) -> Interval {
    Interval { value, low: value - half, high: value + half }
}

/// The rate of a steady line, cycles a sample: the Cramér–Rao bound of a sinusoid and its harmonics (Kay 1993, chapter 3) with the noise's own density near the
/// line for σ².
pub(super) fn steady(line: &Line, (noise, freedom): Noise) -> Interval {
    let variance = 6.0 * noise / (PI.powi(2) * (line.len() as f64).powi(3) * line.information().max(f64::MIN_POSITIVE));
    around(line.frequency, (student(freedom) * variance.sqrt()).min(line.frequency))
}

/// The rate of a line whose phase was followed from a guess: the cycles of the window divided by its time. Where the phase walks, that is
/// another figure than the frequency of the line that fits it best: how far another is added.
pub(super) fn along(line: &Line, noise: Noise, track: &Track, guess: Guess<'_>) -> Interval {
    let variance = track.variance(line.fundamental(), noise.0);
    let known = || student((track.cycles() / WAVE).max(2.0));
    if line.wanders() {
        let (turned, missed) = track.turned(guess);
        let (cycles, missed) = (turned / TAU / (line.len() - 1) as f64, missed / TAU / (line.len() - 1) as f64);
        let half = (student(noise.1) * variance.sqrt()).max(known() * missed).max(FINEST * line.frequency);
        let (beyond, apart) = (cycles - track.rate(), track.rate() - line.frequency);
        return holding(around(line.frequency + beyond, half.hypot(apart).hypot(beyond)), track.ends());
    }
    // A rhythm that strays from its line by more than noise has another mean rate than the line's frequency.
    let (walks, apart) = track.walks(line.frequency);
    let apart = if apart.abs() > BEYOND * variance.sqrt() { apart } else { 0.0 };
    let strayed = if walks > 0.0 { known() * (WALKED * walks).sqrt() / (TAU * line.len() as f64) } else { 0.0 };
    around(line.frequency, steady(line, noise).half_width().hypot(apart).hypot(strayed).min(line.frequency))
}

/// Where a rhythm has gone from one rate to another within the window, an interval that holds both: the mean is neither.
fn holding(rate: Interval, (first, last): (f64, f64)) -> Interval {
    if (last / first - 1.0).abs() < ANOTHER {
        return rate;
    }
    Interval { value: rate.value, low: rate.low.min(first.min(last)), high: rate.high.max(first.max(last)) }
}

/// Peak to trough of a line.
pub(super) fn amplitude(line: &Line, (noise, freedom): Noise) -> Interval {
    let (value, moved) = line.height();
    let half = student(freedom) * (2.0 * noise * moved / line.len() as f64).sqrt();
    Interval { value, low: (value - half).max(0.0), high: value + half }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_of_a_rate_that_has_become_another_holds_both() {
        let mean = around(8.5, 0.1);
        assert_eq!(holding(mean, (7.0, 10.5)), Interval { value: 8.5, low: 7.0, high: 10.5 });
        assert_eq!(holding(mean, (10.5, 7.0)), Interval { value: 8.5, low: 7.0, high: 10.5 });
        assert_eq!(holding(mean, (8.2, 8.9)), mean, "a rate that wanders has the interval of its mean");
    }
}
