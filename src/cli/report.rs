//! What `stillpoint report` takes.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use super::{Reading, Windows};

/// `stillpoint report`.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("written").args(["output", "out_dir"]).required(true)))]
pub struct Report {
    /// A session folder, or a WAV, EDF, BDF or text file; of two with -o, the one before and the one after. With --out-dir any number, folders of these, and
    /// patterns in quotes ('study/*/*.edf').
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The file to write; its ending tells the format. `-` is standard output, a page unless --format says else.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write a report of each recording into this folder, each as it is done, and an index.html of the pages; print their paths.
    #[arg(long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,
    /// A page, or one picture [default: as FILE ends, a page with --out-dir].
    #[arg(long, value_enum)]
    pub format: Option<ReportFormat>,
    /// Go on where an earlier run into the same folder stopped: what is done and unchanged is not done again.
    #[arg(long, conflicts_with = "output")]
    pub resume: bool,
    /// Write over files that are there.
    #[arg(long)]
    pub force: bool,
    /// Recordings at a time [default: one a core]. The reports are the same for any number.
    #[arg(long, value_name = "N", conflicts_with = "output", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at its type")]
    pub windows: Windows,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at its type")]
    pub reading: Reading,
}

/// What `report` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// One page with everything in it, dark or light as its reader has it.
    Html,
    /// One picture: what was found, trace, trend and spectrum.
    Svg,
    /// The same picture as dots, on light ground.
    Png,
}
