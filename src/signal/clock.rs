//! The device's true rate, measured against the computer's clock.

use super::{Rate, SampleIndex, Seconds};

/// The rate in force from a sample on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClockPoint {
    /// From this frame on.
    pub at: SampleIndex,
    /// Frames a second of the computer's clock.
    pub rate: Rate,
    /// Standard error of the rate in hertz; 0 where the rate was stated, not measured.
    pub std_err_hz: f64,
}

/// Fits t = t0 + n / rate to arrivals, which lie late and never early.
#[derive(Clone, Debug, Default)]
pub struct ClockFit {}

impl ClockFit {
    /// `frames` had been received in all when a read returned at `arrival` (seconds of any steady clock).
    pub fn push(&mut self, _frames: SampleIndex, _arrival: Seconds) {
        todo!()
    }

    /// The measured rate and its standard error in hertz, as soon as there is one.
    pub fn rate(&self) -> Option<(Rate, f64)> {
        todo!()
    }

    /// Whether the rate is good to 1 %.
    pub fn settled(&self) -> bool {
        todo!()
    }

    /// How much later than the fitted line says `frames` arrived at `arrival`.
    pub fn lateness(&self, _frames: SampleIndex, _arrival: Seconds) -> Option<Seconds> {
        todo!()
    }
}
