//! Floor 1: samples in, honest figures out. `None` or a figure with its interval and its evidence, never a stale or
//! invented one.

mod alias;
mod attribution;
mod chance;
mod choice;
mod compare;
mod count;
mod decimate;
mod derived;
mod evidence;
mod figure;
mod fit;
mod holds;
mod ledger;
mod line;
mod lines;
mod monitor;
mod multitaper;
mod paired;
mod period;
mod phases;
mod plan;
mod raw;
mod resample;
#[cfg(test)]
mod scipy;
mod settings;
mod sides;
mod slower;
mod spectrum;
mod squares;
mod still;
mod stream;
mod summary;
mod symmetry;
mod tapers;
mod taps;
mod track;
mod trend;
mod wide;
mod window;

pub use compare::{Comparison, Comparisons};
pub use evidence::Way;
pub use figure::{Estimate, Evidence, Figure, Flag, Flags, Interval, Rhythm, Row, Series, StillPoint, Symmetry};
pub use holds::{Hold, Holds, Sides};
pub use ledger::Turned;
pub use monitor::Monitor;
pub use paired::{Apart, Pairs};
pub use phases::{Phase, Phases};
pub use settings::{RhythmSettings, Settings};
pub use sides::{SideSummaries, SideSummary};
pub use spectrum::{Peak, Spectrum};
pub use summary::{Summaries, Summary};
pub use taps::{FEWEST_TAPS, Felt, Locking, Ratio};
