//! What is known of a rhythm, and how it went: figures, trend, spectrum in small.

use super::Tick;
use crate::app::layout::Area;
use crate::rhythm::{Evidence, Rhythm};

/// How much room a figure has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// The rate in large digits.
    Large,
    /// A few lines.
    Lines,
    /// A single line.
    Line,
}

/// What is known of one rhythm.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureBlock {
    /// Where.
    pub area: Area,
    /// Which.
    pub rhythm: Rhythm,
    /// How large.
    pub digits: Digits,
    /// The channel it was read from; empty where there is none yet.
    pub channel: String,
    /// What it says.
    pub reading: Reading,
    /// Left against right: the ratio of the amplitudes, and the lag.
    pub symmetry: Option<(String, String)>,
    /// What a reader should know, in words.
    pub notes: Vec<&'static str>,
}

/// A figure, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// There is evidence for it.
    Values(Values),
    /// There is not: a dash and a word.
    Absent(Evidence),
    /// Not yet to be told: why, and how far.
    Waiting(String),
}

/// A figure in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// Cycles a minute.
    pub rate: String,
    /// Half its interval.
    pub rate_margin: String,
    /// How sure.
    pub evidence: Evidence,
    /// Peak to trough, with its unit.
    pub amplitude: String,
    /// Half its interval.
    pub amplitude_margin: String,
    /// How even.
    pub regularity: Option<String>,
}

/// A row of bars: trend or spectrum.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// How they are drawn.
    pub shape: Shape,
    /// Left of the bars.
    pub gutter: Area,
    /// The bars, one a cell.
    pub area: Area,
    /// Under the bars, for the ticks; no height where there is no room.
    pub axis: Area,
    /// In the gutter, from the top.
    pub labels: Vec<String>,
    /// From the left.
    pub bars: Vec<Bar>,
    /// On the axis.
    pub ticks: Vec<Tick>,
    /// The latest still point in words, and the row for it.
    pub caption: Option<(Area, String)>,
    /// The bar where a replay is.
    pub cursor: Option<u16>,
}

/// How a height is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As a thin line.
    Line,
    /// Filled from the foot.
    Filled,
}

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// 0 to 1; `None` where there is nothing to show: a dash.
    pub height: Option<f32>,
    /// The rhythm that stands there.
    pub accent: Option<Rhythm>,
    /// Whether a still point is there.
    pub still: bool,
    /// Nothing was looked at here: neither a rhythm nor its absence.
    pub unknown: bool,
}
