//! Floor 1: samples in, honest figures out. `None` or a figure with its interval and its evidence, never a stale or
//! invented one.

mod attribution;
mod choice;
mod count;
mod decimate;
mod derived;
mod evidence;
mod figure;
mod fit;
mod lines;
mod monitor;
mod multitaper;
mod period;
mod raw;
mod settings;
mod stream;
mod summary;
mod tapers;
mod track;
mod trend;
mod window;

pub use figure::{Estimate, Evidence, Figure, Flag, Flags, Interval, Rhythm, Row, Series, Spectrum, Symmetry};
pub use monitor::Monitor;
pub use settings::{RhythmSettings, Settings};
pub use summary::{Summaries, Summary};
