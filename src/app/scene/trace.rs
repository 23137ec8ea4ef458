//! The trace of a channel, and what is written over and under it.

use super::Tone;
use crate::app::layout::Area;
use crate::rhythm::Rhythm;
use crate::signal::{Column, Kind};

/// The trace of one channel.
#[derive(Clone, Debug, PartialEq)]
pub struct TracePane {
    /// Name and unit; the row above the plot, or nothing where there is no room.
    pub title: Area,
    /// The channel's name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The rhythm whose colour it wears.
    pub accent: Option<Rhythm>,
    /// Left of the plot, for the scale.
    pub gutter: Area,
    /// The trace itself.
    pub plot: Area,
    /// The value at the bottom of the plot.
    pub low: f64,
    /// The value at its top.
    pub high: f64,
    /// Bottom, middle and top in words.
    pub labels: [String; 3],
    /// Two a cell, from the left.
    pub columns: Vec<Column>,
    /// Still points of this channel on the screen.
    pub stills: Vec<StillLabel>,
}

/// A still point under the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillLabel {
    /// Its first cell on the screen.
    pub cell: u16,
    /// Cells.
    pub width: u16,
    /// "still point 27 s"; nothing where there is no room.
    pub text: String,
    /// Whether somebody has judged it.
    pub standing: Standing,
}

/// What a still point is to who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The program has found it.
    Proposed,
    /// Somebody has said that it is one.
    Accepted,
}

/// An annotation on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flagged {
    /// What it is.
    pub kind: Kind,
    /// Its cell; `None` where a segment begins to the left of the screen.
    pub start: Option<u16>,
    /// The last cell of a segment, as far as it is on the screen.
    pub last: Option<u16>,
    /// Whether a segment's end is on the screen, off it, or still to come.
    pub closing: Closing,
    /// Its label.
    pub label: String,
    /// `Dim` until the session has confirmed it.
    pub tone: Tone,
}

/// How a segment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// On the screen.
    Here,
    /// Beyond the right edge.
    Beyond,
    /// It has not ended.
    Open,
}

/// Words over a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapLabel {
    /// The first cell of the gap on the screen.
    pub cell: u16,
    /// Cells.
    pub width: u16,
    /// "gap 12 s".
    pub text: String,
}

/// The times under the panes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Its line, as wide as the plots.
    pub area: Area,
    /// From the left.
    pub ticks: Vec<Tick>,
}

/// A place on an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The cell from the left of the axis.
    pub cell: u16,
    /// What it says.
    pub text: String,
}
