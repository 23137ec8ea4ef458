//! What is on the screen, as a plain value: texts, places and columns. Drawing it needs nothing else.

mod over;
mod spectrum;
mod symmetry;
mod taps;

pub use over::{ExportPane, Help, ListPane, ListRow, SettingsPane, TableCell, TablePane};
pub use spectrum::{PeakLabel, RangeMark, SpectrumColumn, SpectrumPane};
pub use symmetry::SymmetryPane;
pub use taps::{Rose, TapsPane};

use super::layout::Area;
use crate::rhythm::{Evidence, Rhythm};
use crate::signal::{Column, Kind};

/// The whole screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Columns and rows it was made for.
    pub size: (u16, u16),
    /// The first line.
    pub header: Header,
    /// A thin line under the header, where there is room.
    pub rule: Option<Area>,
    /// Everything between header and footer.
    pub body: Body,
    /// Where a replay is.
    pub playback: Option<PlaybackLine>,
    /// The last line.
    pub footer: Footer,
    /// The annotations, over the figures.
    pub list: Option<ListPane>,
    /// Segments side by side, over everything else.
    pub table: Option<TablePane>,
    /// The export dialog, over everything else.
    pub export: Option<ExportPane>,
    /// The settings in force, over everything else.
    pub settings: Option<SettingsPane>,
    /// The keys, over everything else.
    pub help: Option<Help>,
}

/// How a text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As the terminal writes.
    Plain,
    /// To be seen first.
    Strong,
    /// To be seen last.
    Dim,
    /// A fault: red.
    Trouble,
    /// The recorder has confirmed: red.
    Recording,
    /// About a rhythm.
    Of(Rhythm),
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its words.
    pub text: String,
    /// How they are meant.
    pub tone: Tone,
}

/// The first line: what is going on, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// From the left.
    pub left: Vec<Part>,
    /// Against the right edge.
    pub right: Vec<Part>,
}

/// Between header and footer.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Trace and figures.
    Panel(Box<Panel>),
    /// One rhythm, to be read from afar.
    Distance(Box<Distance>),
    /// What the device sends.
    Raw(RawPane),
}

/// Trace and figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// All the plots.
    pub area: Area,
    /// One a channel, from the top.
    pub panes: Vec<TracePane>,
    /// The spectrum in place of the panes.
    pub spectrum_view: Option<SpectrumPane>,
    /// Left against right in place of the panes.
    pub symmetry_view: Option<SymmetryPane>,
    /// The taps in place of the panes.
    pub taps_view: Option<TapsPane>,
    /// What the taps say, under the figures.
    pub taps: Option<(Area, String)>,
    /// Annotations on the screen, in the order of their starts.
    pub flags: Vec<Flagged>,
    /// Where the annotations' labels stand: in line with the first pane's title.
    pub lane: Area,
    /// Gaps wide enough for words.
    pub gaps: Vec<GapLabel>,
    /// Under the panes.
    pub axis: Axis,
    /// One a rhythm.
    pub figures: Vec<FigureBlock>,
    /// The rate of the leading rhythm over the session.
    pub trend: Option<Bars>,
    /// The spectrum in small.
    pub spectrum: Option<Bars>,
    /// What the source is waiting for.
    pub banner: Option<Banner>,
    /// The cell of the plots where a replay is.
    pub cursor: Option<u16>,
}

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

/// What the source is waiting for, over the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// The room it is centred in.
    pub area: Area,
    /// From the top.
    pub lines: Vec<String>,
    /// `Trouble` for a fault.
    pub tone: Tone,
}

/// One rhythm, to be read from afar.
#[derive(Clone, Debug, PartialEq)]
pub struct Distance {
    /// For the digits.
    pub area: Area,
    /// Which rhythm.
    pub rhythm: Rhythm,
    /// What it says.
    pub reading: Reading,
    /// The line above the digits.
    pub above: Area,
    /// The channel it was read from.
    pub channel: String,
    /// The line under the digits.
    pub below: Area,
    /// The last stretch of the trace, where there is room.
    pub trace: Option<TracePane>,
    /// What the source is waiting for.
    pub banner: Option<Banner>,
}

/// What the device sends, before it is decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawPane {
    /// What it is taken for, and what is wrong with it; from the top.
    pub about: Vec<(Area, Part)>,
    /// The room for the lines.
    pub area: Area,
    /// As many as there is room for, the newest last: it stands in the last row.
    pub lines: Vec<String>,
    /// In place of lines.
    pub empty: Option<&'static str>,
}

/// Where a replay is.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaybackLine {
    /// Where it is told, in one row or two.
    pub area: Area,
    /// The whole recording in small.
    pub overview: Option<TracePane>,
    /// How far the recording has been looked through, until it has.
    pub looking: Option<String>,
    /// What is played over and over, from and to, 0 to 1.
    pub looped: Option<(f64, f64)>,
    /// "▶" and "‖" in words of the table below.
    pub state: PlayState,
    /// "12:30 / 45:10".
    pub times: String,
    /// "4x".
    pub speed: String,
    /// How far, 0 to 1.
    pub part: f64,
    /// Annotations, 0 to 1, with their kinds.
    pub flags: Vec<(f64, Kind)>,
}

/// Whether a replay goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlayState {
    /// It does.
    Playing,
    /// It is held.
    Paused,
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Footer {
    /// What the keys do: key and word.
    Keys(Vec<(String, &'static str)>),
    /// Something to say.
    Message(Part),
    /// A line being typed.
    Prompt(PromptLine),
}

/// A line being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptLine {
    /// What it is for.
    pub word: &'static str,
    /// What has been typed.
    pub text: String,
    /// Columns of it before the cursor.
    pub cursor: usize,
}
