//! Left against right over a whole recording: medians of its windows with their intervals, resampled as those of a summary.

use super::summary::median_interval;
use super::{Interval, Symmetry};
use crate::signal::Seconds;

/// Left against right in all windows in which both sides had the rhythm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SideSummary {
    /// How many windows.
    pub windows: usize,
    /// Median amplitude of left over right.
    pub amplitude_ratio: Interval,
    /// Median lag in seconds; positive where right follows left.
    pub lag: Interval,
    /// Median magnitude-squared coherence.
    pub coherence: Interval,
}

/// Takes the symmetries of a recording one by one.
#[derive(Clone, Debug)]
pub struct SideSummaries {
    step: Seconds,
    overlap: usize,
    /// Ratios as logarithms: twice as much and half as much are equally far from even.
    ratios: Vec<Interval>,
    lags: Vec<Interval>,
    coherences: Vec<Interval>,
}

impl SideSummaries {
    /// With so much from one window to the next.
    pub fn new(step: Seconds) -> Self {
        Self { step, overlap: 1, ratios: Vec::new(), lags: Vec::new(), coherences: Vec::new() }
    }

    /// Takes the next one, in the order of the recording.
    pub fn push(&mut self, symmetry: &Symmetry) {
        // As in a summary: a clock that differs by a thousandth makes no step more.
        self.overlap = self.overlap.max((symmetry.window.0 / self.step.0 - 0.01).ceil() as usize);
        self.ratios.push(map(symmetry.amplitude_ratio, f64::ln));
        self.lags.push(symmetry.lag);
        self.coherences.push(symmetry.coherence);
    }

    /// What they say together; `None` without a window.
    pub fn finish(&self) -> Option<SideSummary> {
        Some(SideSummary {
            windows: self.ratios.len(),
            amplitude_ratio: map(median_interval(&self.ratios, self.overlap)?, f64::exp),
            lag: median_interval(&self.lags, self.overlap)?,
            coherence: median_interval(&self.coherences, self.overlap)?,
        })
    }
}

fn map(of: Interval, with: fn(f64) -> f64) -> Interval {
    Interval { value: with(of.value), low: with(of.low), high: with(of.high) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::Rhythm;
    use crate::signal::SampleIndex;

    fn symmetry(end: u64, ratio: f64, high: f64) -> Symmetry {
        let around = |value: f64, half: f64| Interval { value, low: value - half, high: value + half };
        Symmetry {
            left: 0,
            right: 1,
            rhythm: Rhythm::Cranial,
            end: SampleIndex(end),
            t: Seconds(end as f64),
            window: Seconds(60.0),
            amplitude_ratio: Interval { value: ratio, low: ratio / 2.0, high },
            lag: around(0.4, 0.1),
            coherence: around(0.9, 0.05),
        }
    }

    fn of(all: impl IntoIterator<Item = Symmetry>) -> Option<SideSummary> {
        let mut sides = SideSummaries::new(Seconds(5.0));
        all.into_iter().for_each(|symmetry| sides.push(&symmetry));
        sides.finish()
    }

    #[test]
    fn steady_sides_are_what_each_window_says_and_turned_round_they_are_turned_round() {
        assert_eq!(of([]), None);
        let said = of((12..112).map(|n| symmetry(n * 5, 1.25, 2.0))).unwrap();
        assert!((said.amplitude_ratio.value - 1.25).abs() < 1e-12 && said.amplitude_ratio.half_width() < 1e-12, "{said:?}");
        assert_eq!((said.windows, said.lag.value, said.coherence.half_width()), (100, 0.4, 0.0));
        let wander = |n: u64| 1.0 + 0.1 * (n as f64 / 7.0).sin();
        let left = of((12..212).map(|n| symmetry(n * 5, wander(n), 2.0))).unwrap().amplitude_ratio;
        let right = of((12..212).map(|n| symmetry(n * 5, 1.0 / wander(n), 2.0))).unwrap().amplitude_ratio;
        assert!((left.value * right.value - 1.0).abs() < 1e-9 && (left.low * right.high - 1.0).abs() < 0.01, "{left:?} {right:?}");
    }

    #[test]
    fn a_few_windows_against_a_side_with_nothing_leave_the_upper_end_open() {
        let said = of((12..15).map(|n| symmetry(n * 5, 3.0, f64::INFINITY))).unwrap();
        assert_eq!((said.amplitude_ratio.high, said.windows), (f64::INFINITY, 3));
    }
}
