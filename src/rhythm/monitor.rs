//! Puts the estimators together: blocks of samples in, a row a rhythm, channel and step out.

use super::{Row, Settings, Spectrum};
use crate::signal::{Block, ClockPoint, Layout, SampleIndex, Seconds};

/// Looks at every channel for every rhythm, every step. A row is a function of the window's own samples and the clock
/// in force alone, so that the figures do not depend on how the samples were split nor on what came before the window.
#[derive(Debug)]
pub struct Monitor {}

impl Monitor {
    /// Plans everything for the layout; allocates nothing a block afterwards.
    pub fn new(_layout: &Layout, _settings: &Settings) -> Self {
        todo!()
    }

    /// Frames between two rows; the ends of windows are its multiples. A recording that is to give the same figures must start at one.
    pub fn step_frames(&self) -> u64 {
        todo!()
    }

    /// Takes a block that begins where the last one ended, and appends the rows of the steps it completes.
    pub fn push(&mut self, _block: &Block, _rows: &mut Vec<Row>) {
        todo!()
    }

    /// Rates of rows from here on are told by this clock.
    pub fn set_clock(&mut self, _clock: ClockPoint) {
        todo!()
    }

    /// Forgets everything and goes on at `start` (a multiple of [`Monitor::step_frames`], or rows begin at the next one).
    pub fn reset(&mut self, _start: SampleIndex) {
        todo!()
    }

    /// How much whole signal there is in a row, up to now, since the start or the last gap.
    pub fn whole(&self) -> Seconds {
        todo!()
    }

    /// The latest spectrum of a channel over the cranial window.
    pub fn spectrum(&self, _channel: usize) -> Option<&Spectrum> {
        todo!()
    }
}
