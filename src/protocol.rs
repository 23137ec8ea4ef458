//! Floor 1: what the threads say to each other. Closed enums of plain data.

use std::sync::Arc;

use crate::rhythm::{Estimate, Felt, Rhythm, Spectrum, StillPoint, Symmetry};
use crate::signal::{Block, ClockPoint, Edit, Gap, Layout, SampleIndex, Seconds, Span, Way};

/// From ingest to the recorder and to the analyst, in the order of the stream.
#[derive(Clone, Debug)]
pub enum Flow {
    /// The wire format by name; before the channels, and again where another is recognised.
    Format(String),
    /// The channels are known. Comes once, before anything that has a frame.
    Open(Arc<Layout>),
    /// Samples, missing ones included; begins where the last one ended.
    Block(Arc<Block>),
    /// The frames of this span, sent as [`crate::signal::MISSING`] in blocks, never arrived.
    Gap(Gap),
    /// The rate in force from here on.
    Clock(ClockPoint),
    /// Bytes that were no sample: what, and at which frame.
    Fault(SampleIndex, String),
    /// A replay was moved: the next block begins there.
    Jump {
        /// What comes next is this frame.
        from: SampleIndex,
        /// What comes before this one is run up to, and not looked at.
        to: SampleIndex,
        /// Counts the jumps.
        number: u64,
    },
    /// The stream is over.
    End,
}

/// What an export writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// float32 WAV with cue points and labels.
    Wav,
    /// A table of samples.
    Csv,
    /// EDF+ with annotations and gaps, or BDF+ where 16 bits are too few.
    Edf,
    /// A folder as the Brain Imaging Data Structure has it.
    Bids,
    /// A label track; no samples.
    Audacity,
    /// An object a line: the recording, its annotations, its samples.
    Jsonl,
    /// Columns of samples.
    Parquet,
}

/// Which part of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Portion {
    /// All of it.
    Whole,
    /// Stretches of it with their names, a file each.
    Stretches(Vec<(String, Span)>),
}

/// An export that is asked for on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What.
    pub portion: Portion,
    /// In which format.
    pub to: Target,
    /// Where to, as it was typed.
    pub folder: String,
    /// Whether files that are there may be replaced.
    pub replace: bool,
}

/// How far an export is.
#[derive(Clone, Debug, PartialEq)]
pub enum Exporting {
    /// So much of it, 0 to 1.
    Share(f64),
    /// The files written, then what is to be known of them.
    Written(Vec<String>, Vec<String>),
    /// Nothing was written; why.
    Failed(String),
}

impl Target {
    /// All of them, as they are offered.
    pub const ALL: [Self; 7] = [Self::Wav, Self::Csv, Self::Edf, Self::Bids, Self::Audacity, Self::Jsonl, Self::Parquet];

    /// The word of the command line and the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Csv => "csv",
            Self::Edf => "edf",
            Self::Bids => "bids",
            Self::Audacity => "audacity",
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
        }
    }

    /// What it is, in a line.
    pub fn told(self) -> &'static str {
        match self {
            Self::Wav => "float samples, cue points; annotations beside",
            Self::Csv => "a table of samples; annotations beside",
            Self::Edf => "EDF+ (BDF+ where needed), annotations and gaps within",
            Self::Bids => "a dataset: physio, events and their JSON",
            Self::Audacity => "the annotations as a label track",
            Self::Jsonl => "an object a line, samples and annotations",
            Self::Parquet => "columns of samples; annotations beside",
        }
    }
}

/// From the shell to the session.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Begin a recording, with the pre-roll.
    Record,
    /// Finish the recording.
    StopRecording,
    /// Change the annotations, and how that came about.
    Annotate(Edit, Way),
    /// Hold a replay, or let it go on.
    Pause(bool),
    /// Move a replay to a time from its start.
    Seek(Seconds),
    /// Play a stretch of a replay over and over; or go on behind it.
    Loop(Option<Span>),
    /// Play so many times as fast as it was recorded.
    Speed(f64),
    /// Tell what the device sends, or no longer.
    ShowRaw(bool),
}

/// Which spectra somebody looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Of which channel.
    pub channel: usize,
    /// Of which rhythm's window; `None` for all.
    pub rhythm: Option<Rhythm>,
}

/// How the source is.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceState {
    /// Open, but nothing has come yet.
    Silent,
    /// Data comes; the format or the rate is being found out. Says how far.
    Settling(String),
    /// Samples come.
    Streaming,
    /// Samples have stopped coming from an open port for so long.
    Stalled(Seconds),
    /// The port is gone; waiting for it.
    Lost(String),
    /// The recording was played to its end, or the stream was closed.
    Ended,
}

/// From the session to the shell.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// The source's state has changed.
    Source(SourceState),
    /// The recorder has the file open and the pre-roll in it.
    Recording {
        /// Where.
        folder: String,
        /// The frame of the stream that is its frame 0.
        start: SampleIndex,
    },
    /// The recording is whole on disk.
    Recorded {
        /// Where.
        folder: String,
        /// How much of it.
        length: Seconds,
        /// Frames of it that the disk did not take in time; a gap names them.
        lost: u64,
    },
    /// How far the recording is; told every second.
    Kept(Kept),
    /// As much has been recorded as was asked for.
    Enough,
    /// The recording that was asked for could not be begun.
    NotBegun(String),
    /// The edit is in force; on disk where `saved`.
    Annotated {
        /// What changed.
        edit: Edit,
        /// Whether it is in a journal on disk.
        saved: bool,
    },
    /// How far an export is.
    Exporting(Exporting),
    /// Something went wrong that the user should know; the session goes on.
    Trouble(String),
}

/// How far a recording is, over all of its sessions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kept {
    /// Frames in it, missing ones included.
    pub frames: u64,
    /// Of these, frames that are not on disk yet.
    pub waiting: u64,
    /// Of these, frames that never arrived or that the disk did not take.
    pub lost: u64,
    /// The rate in force.
    pub clock: Option<ClockPoint>,
    /// How long the disk has room for more; `None` where the system does not say.
    pub room: Option<Seconds>,
}

/// Where a replay is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Playback {
    /// From its start.
    pub position: Seconds,
    /// The whole recording.
    pub duration: Seconds,
    /// Times as fast as recorded.
    pub speed: f64,
    /// Whether it is held.
    pub paused: bool,
    /// What is played over and over.
    pub looped: Option<Span>,
}

/// How far a recording has been looked through beside its replay, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surveyed {
    /// What the trace looks like.
    pub overview: f64,
    /// Trend and still points.
    pub figures: f64,
}

/// One rhythm in one channel at one step, for the trend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrendPoint {
    /// Time of the window's end.
    pub t: Seconds,
    /// Cycles a minute, where present.
    pub rate: Option<f32>,
    /// Peak to trough, where present.
    pub amplitude: Option<f32>,
}

/// What a device sends, before it is decoded. Clean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raw {
    /// What it is taken for, and how sure that is; empty where nothing can be said yet.
    pub taken_for: String,
    /// The latest lines, oldest first.
    pub lines: Vec<String>,
}

/// The hand beside the cranial rhythm of one channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Tapped {
    /// Position of the channel in the layout.
    pub channel: usize,
    /// What was felt and measured.
    pub felt: Felt,
    /// Where in the felt cycle each tap stands whose phase is known, 0 to 1 from the crest; none with too few.
    pub turns: Vec<f64>,
}

/// What the analyst knows, published after every block.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The channels; `None` until they are known.
    pub layout: Option<Arc<Layout>>,
    /// The frame after the last one analysed.
    pub head: SampleIndex,
    /// The rate in force.
    pub clock: Option<ClockPoint>,
    /// Latest row of each channel and rhythm: `latest[channel][rhythm as usize]`.
    pub latest: Vec<[Option<Estimate>; 4]>,
    /// `trend[channel][rhythm as usize]`, oldest first.
    pub trend: Arc<Vec<[Vec<TrendPoint>; 4]>>,
    /// Latest symmetry at the cranial rhythm.
    pub symmetry: Option<Symmetry>,
    /// The spectra that somebody looks at, of one channel, slowest rhythm first; nothing while nobody does.
    pub spectra: Arc<Vec<Spectrum>>,
    /// Whole signal in a row, up to now.
    pub whole: Seconds,
    /// Still points so far, in the order of their starts.
    pub stills: Arc<Vec<StillPoint>>,
    /// Gaps so far, oldest first.
    pub gaps: Arc<Vec<Gap>>,
    /// Frames that never arrived.
    pub lost: u64,
    /// Faults so far.
    pub faults: u64,
    /// The latest fault, clean.
    pub last_fault: String,
    /// Where a replay is.
    pub playback: Option<Playback>,
    /// How far a replayed recording has been looked through.
    pub surveyed: Option<Surveyed>,
    /// What the taps say, a channel.
    pub tapped: Arc<Vec<Tapped>>,
    /// What the device sends, while that is looked at.
    pub raw: Option<Arc<Raw>>,
}

impl Snapshot {
    /// The latest row of a rhythm in a channel.
    pub fn estimate(&self, channel: usize, rhythm: Rhythm) -> Option<&Estimate> {
        self.latest.get(channel)?[rhythm as usize].as_ref()
    }
}
