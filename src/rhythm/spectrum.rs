//! A rhythm's window as a picture: amplitude against rate, with the noise that it was judged against and what it takes to be told as a rhythm.
//!
//! What is drawn is the test itself (Thomson's F-test as a regression, `lines.rs`): at each rate the amplitude of the sine that explains most, what noise as strong as
//! beside it gives there, and the amplitude at which p, corrected for the search, comes to the threshold. A line is told by the whole window where the first is above the third, to the digit. A
//! rhythm that wanders, or that has a shape of its own, may be told by the window's pieces or together with its double although its line stands below: [`Peak::way`] says so.

use super::Estimate;
use super::evidence::Way;
use super::window::{Taken, Tested};

/// A line that was found in the window, whatever rhythm it is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// Cycles a minute.
    pub rate: f64,
    /// Peak to trough, in the channel's unit, its harmonics with it.
    pub amplitude: f64,
    /// Its evidence beside all other lines, corrected for the search.
    pub p: f64,
    /// Where that was told from.
    pub way: Way,
    /// Whether it keeps its rate.
    pub steady: bool,
}

/// The spectrum of the window that an estimate is of. The curves have a value a rate, from [`Spectrum::first_per_min`] on; all are peak to trough, in the channel's unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    /// The row that the same test gave, to the last digit.
    pub estimate: Estimate,
    /// Where the rhythm is looked for, cycles a minute.
    pub range: (f64, f64),
    /// The p of the threshold, corrected for the search.
    pub p: f64,
    /// The first rate, cycles a minute.
    pub first_per_min: f64,
    /// From one rate to the next.
    pub step_per_min: f64,
    /// Of the sine that explains most of the window there.
    pub amplitude: Vec<f32>,
    /// What noise as strong as beside it gives there, root mean square.
    pub noise: Vec<f32>,
    /// What it takes to be told as a line.
    pub threshold: Vec<f32>,
    /// The lines that were found, slowest first.
    pub peaks: Vec<Peak>,
}

impl Spectrum {
    /// From a window that was tested; frequencies times `per_min` are rates.
    pub(super) fn of(estimate: Estimate, tested: &Tested, (per_min, range, p): (f64, (f64, f64), f64)) -> Self {
        let peak_to_trough = |squares: &[f64]| squares.iter().map(|square| 2.0 * square.max(0.0).sqrt() as f32).collect();
        Self {
            estimate,
            range,
            p,
            first_per_min: tested.first * per_min,
            step_per_min: tested.step * per_min,
            amplitude: peak_to_trough(&tested.line),
            noise: peak_to_trough(&tested.noise),
            threshold: peak_to_trough(&tested.needed),
            peaks: tested.lines.iter().map(|line| peak(line, per_min)).collect(),
        }
    }

    /// The rate of a value of the curves, cycles a minute.
    pub fn rate(&self, at: usize) -> f64 {
        self.first_per_min + at as f64 * self.step_per_min
    }

    /// The values whose rates lie from one to below another.
    pub fn between(&self, from: f64, to: f64) -> std::ops::Range<usize> {
        let at = |rate: f64| (((rate - self.first_per_min) / self.step_per_min).ceil().max(0.0) as usize).min(self.amplitude.len());
        at(from)..at(to).max(at(from))
    }
}

fn peak(line: &Taken, per_min: f64) -> Peak {
    let (p, way) = line.told;
    Peak { rate: line.frequency * per_min, amplitude: line.amplitude, p, way, steady: line.steady }
}
