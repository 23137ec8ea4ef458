//! What `analyze` is told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Reading, Windows};

/// `stillpoint analyze`.
#[derive(Args, Clone, Debug)]
pub struct Analyze {
    /// Session folders, WAV, EDF, BDF and text files, folders of these, and patterns in quotes ('study/*/*.edf').
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// A table for people, one JSON object a line, or the estimates as CSV.
    #[arg(long, value_enum, default_value_t = AnalyzeFormat::Table)]
    pub format: AnalyzeFormat,
    /// Write to this file, which appears when all is done, instead of standard output (-).
    #[arg(short, long, value_name = "FILE", group = "written")]
    pub output: Option<PathBuf>,
    /// Write a file for each recording into this folder, each as it is done, and print their paths.
    #[arg(long, value_name = "DIR", group = "written")]
    pub out_dir: Option<PathBuf>,
    /// Go on where an earlier run with the same output stopped: what is done and unchanged is not done again.
    #[arg(long, requires = "written")]
    pub resume: bool,
    /// Write over files that are there.
    #[arg(long, requires = "written")]
    pub force: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at its type")]
    pub windows: Windows,
    /// How further segments differ from the first: labels or numbers of segments; give it twice or more.
    #[arg(long, value_name = "LABEL|N")]
    pub compare: Vec<String>,
    /// Files at a time [default: one a core]. The output is the same for any number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at its type")]
    pub reading: Reading,
}

/// What `analyze` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AnalyzeFormat {
    /// Columns for people, and a summary of each file.
    Table,
    /// One object a line.
    Jsonl,
    /// The estimates, a row each, under one header.
    Csv,
    /// The estimates in columns of their kind; to a file (-o).
    Parquet,
}
