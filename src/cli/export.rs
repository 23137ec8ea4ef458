//! What `export` is told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `stillpoint export`.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that is given or not")]
pub struct Export {
    /// Session folders, WAV, EDF, BDF and text files, folders of these, and patterns in quotes ('study/*/*.edf').
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The format.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub to: ExportFormat,
    /// Of what: the samples, or a table of what was found in them or written to them (to csv, jsonl or parquet).
    #[arg(long, value_enum, default_value_t = ExportWhat::Samples)]
    pub what: ExportWhat,
    /// The folder to write into; of recordings in folders, into the same folders below it.
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Only the segments of this label, or the Nth segment.
    #[arg(long, value_name = "LABEL|N")]
    pub segment: Vec<String>,
    /// From here on: seconds, or m:ss, or h:mm:ss.
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Up to here.
    #[arg(long, value_name = "TIME")]
    pub to_time: Option<String>,
    /// Who was recorded, as a code, in the names of BIDS and in the folders of --partition [default: a folder sub-CODE or subject=CODE that the recording
    /// lies in, else the recording's name].
    #[arg(long, value_name = "CODE")]
    pub subject: Option<String>,
    /// Which session of that subject, likewise [default: a folder ses-CODE or session=CODE].
    #[arg(long, value_name = "CODE")]
    pub session: Option<String>,
    /// Put tables into folders samples/subject=CODE/session=CODE (or estimates/…), so that a whole study is read as one table.
    #[arg(long)]
    pub partition: bool,
    /// Go on where an earlier run into the same folder stopped: what is done and unchanged is not done again.
    #[arg(long)]
    pub resume: bool,
    /// Write over files that are there.
    #[arg(long)]
    pub force: bool,
    /// Recordings at a time [default: one a core].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// Leave out what could name a person, a device, a place or a day: the source, channel names, the date, and labels that are not the program's own.
    #[arg(long)]
    pub anonymous: bool,
    /// Samples a second, where the file has none.
    #[arg(long, value_name = "HZ")]
    pub rate: Option<f64>,
}

/// Of what `export` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportWhat {
    /// The samples, with the annotations beside or in them.
    Samples,
    /// Annotations and gaps.
    Annotations,
    /// The rows of `analyze`: a rhythm in a channel, in one window.
    Estimates,
    /// The rhythms that are present, a cycle a row: trough, peak, trough, amplitude.
    Cycles,
    /// Stretches without the rhythm.
    Stillpoints,
    /// Left against right.
    Symmetry,
    /// A rhythm in a channel, in the whole.
    Summary,
}

/// What `export` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// float32 with cue and label chunks.
    Wav,
    /// One row a sample, one column a channel.
    Csv,
    /// EDF+ with annotations and gaps; BDF+ where 16 bits are too few.
    Edf,
    /// A dataset as the Brain Imaging Data Structure has it, or one recording more in it.
    Bids,
    /// The annotations as a label track.
    Audacity,
    /// One object a line: the recording, its annotations, its samples.
    Jsonl,
    /// Columns of samples, with units and origin in the metadata.
    Parquet,
}
