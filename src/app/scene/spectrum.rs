//! The spectrum as it is drawn: curves and labels at their places.

use super::{Axis, Part, Tone};
use crate::app::layout::Area;
use crate::rhythm::Rhythm;

/// Amplitude against rate. Heights are 0 at the foot and 1 at the top of the plot.
#[derive(Clone, Debug, PartialEq)]
pub struct SpectrumPane {
    /// Above the plot: the channel, what is drawn.
    pub title: Area,
    /// From the left of it.
    pub about: Vec<Part>,
    /// Against its right: what the curves are.
    pub legend: bool,
    /// The p of the threshold in words.
    pub threshold: String,
    /// Left of the plot, for the scale.
    pub gutter: Area,
    /// The curves.
    pub plot: Area,
    /// Amplitudes: height and words.
    pub scale: Vec<(f32, String)>,
    /// Two a cell, from the left; nothing where nothing is looked for.
    pub columns: Vec<Option<SpectrumColumn>>,
    /// What was found.
    pub peaks: Vec<PeakLabel>,
    /// Where rhythms are looked for.
    pub ranges: Vec<RangeMark>,
    /// The rates.
    pub axis: Axis,
    /// In place of curves.
    pub empty: Option<String>,
}

/// A place on the curves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpectrumColumn {
    /// The sine that explains most there.
    pub line: f32,
    /// What noise gives there.
    pub noise: f32,
    /// What it takes to be told.
    pub threshold: f32,
    /// The rhythm that is looked for there.
    pub rhythm: Rhythm,
}

/// A rate beside its peak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeakLabel {
    /// The first cell, from the left of the plot.
    pub cell: u16,
    /// The row, from the top of the plot.
    pub row: u16,
    /// "6.2 clear".
    pub text: String,
    /// The rhythm's, or `Dim` for a line that is none's.
    pub tone: Tone,
}

/// Where a rhythm is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeMark {
    /// Under the plot.
    pub area: Area,
    /// Which.
    pub rhythm: Rhythm,
    /// "cranial", with the window's length where there is room.
    pub text: String,
}
