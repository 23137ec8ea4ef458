//! What is looked for, and how long it is looked at.

use super::Rhythm;
use crate::signal::Seconds;

/// Where one rhythm is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RhythmSettings {
    /// Slowest rate, cycles a minute.
    pub low_per_min: f64,
    /// Fastest rate, cycles a minute.
    pub high_per_min: f64,
    /// Length of the window.
    pub window: Seconds,
    /// Whether it is looked for at all.
    pub enabled: bool,
}

/// Settings of the estimator.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// In the order of [`Rhythm::ALL`].
    pub rhythms: [RhythmSettings; 4],
    /// From one window's end to the next.
    pub step: Seconds,
    /// A rhythm is present where the corrected p is below this.
    pub threshold: f64,
    /// Whether tide and cranial rhythm are also looked for in how pulse and breath are modulated.
    pub derived: bool,
}

impl Settings {
    /// The settings of one rhythm.
    pub fn of(&self, rhythm: Rhythm) -> &RhythmSettings {
        &self.rhythms[rhythm as usize]
    }

    /// The settings of one rhythm, to change.
    pub fn of_mut(&mut self, rhythm: Rhythm) -> &mut RhythmSettings {
        &mut self.rhythms[rhythm as usize]
    }
}

impl Default for Settings {
    fn default() -> Self {
        let range =
            |low_per_min, high_per_min, window| RhythmSettings { low_per_min, high_per_min, window: Seconds(window), enabled: true };
        Self {
            rhythms: [range(0.5, 3.0, 300.0), range(3.0, 15.0, 60.0), range(6.0, 40.0, 30.0), range(40.0, 200.0, 15.0)],
            step: Seconds(5.0),
            threshold: 0.01,
            derived: true,
        }
    }
}
