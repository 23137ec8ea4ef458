//! What is on the screen, as a plain value: texts, places and columns. Drawing it needs nothing else.

mod figures;
mod over;
mod spectrum;
mod symmetry;
mod taps;
mod trace;

pub use figures::{Bar, Bars, Digits, FigureBlock, Reading, Shape, Values};
pub use over::{ChannelRow, ChannelsPane, ExportPane, Help, ListPane, ListRow, SettingsPane, TableCell, TablePane};
pub use spectrum::{PeakLabel, RangeMark, SpectrumColumn, SpectrumPane};
pub use symmetry::SymmetryPane;
pub use taps::{Rose, TapsPane};
pub use trace::{Axis, Closing, Flagged, GapLabel, Standing, StillLabel, Tick, TracePane};

use super::layout::Area;
use crate::rhythm::Rhythm;
use crate::signal::Kind;

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
    /// The channels, over the figures.
    pub channels: Option<ChannelsPane>,
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
    /// What to know of it before it is believed.
    pub notes: Vec<&'static str>,
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
    /// The whole recording in a line, where there is no room for more and this has any columns.
    pub bar: Area,
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

/// What an annotation without a label is called.
pub fn called(kind: Kind) -> &'static str {
    if kind == Kind::StillPoint { "still point" } else { kind.word() }
}
