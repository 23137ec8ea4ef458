//! What `stillpoint report` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Reading;

/// `stillpoint report`.
#[derive(Args, Debug)]
pub struct Report {
    /// A session folder, or a WAV, EDF, BDF or text file; of two, the one before and the one after.
    #[arg(required = true, num_args = 1..=2, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The file to write; its ending tells the format.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// A page, or one picture, whatever the file is called.
    #[arg(long, value_enum)]
    pub format: Option<ReportFormat>,
    /// Write over a file that is there.
    #[arg(long)]
    pub force: bool,
    /// One window for all rhythms, in seconds.
    #[arg(long, value_name = "S")]
    pub window: Option<f64>,
    /// From one window to the next, in seconds.
    #[arg(long, value_name = "S")]
    pub step: Option<f64>,
    /// Only windows that begin here or later: seconds, or m:ss, or h:mm:ss.
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Only windows that end here or earlier.
    #[arg(long, value_name = "TIME")]
    pub to_time: Option<String>,
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
