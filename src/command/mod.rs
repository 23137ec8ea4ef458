//! Floor 6: one file a command, the terminal, and the loop between keys, session and screen.

pub mod analyze;
mod listen;
mod ports;
mod screen;
mod terminal;

pub mod export;
pub mod info;

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::cli::{self, Cli, Reading};
use crate::settings;
use crate::store::Recording;

/// Carries out what was asked for.
///
/// # Errors
/// What went wrong, in one line with its causes.
pub fn run(cli: &Cli) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match &cli.command {
        cli::Command::Demo(args) => {
            drop(out);
            return listen::demo(args);
        }
        cli::Command::Live(args) => {
            drop(out);
            return listen::live(args);
        }
        cli::Command::Replay(args) => {
            drop(out);
            return listen::replay(args);
        }
        cli::Command::Analyze(args) => analyze::run(args, &mut out)?,
        cli::Command::Export(args) => {
            for path in Vec::<std::path::PathBuf>::new() {
                let _ = args;
                writeln!(out, "{}", path.display())?;
            }
        }
        cli::Command::Info(_args) => {}
        cli::Command::Ports => ports::run(&mut out)?,
    }
    out.flush().context("cannot write to standard output")
}

/// Opens a recording, with the names and roles that the user gave.
fn open(path: &Path, reading: &Reading) -> Result<Recording> {
    let mut recording = Recording::open(path, settings::rate(reading.rate)?)?;
    let stated = settings::channels(reading.channels.as_deref())?;
    if !stated.is_empty() {
        recording.rename(stated).with_context(|| format!("--channels, {}", path.display()))?;
    }
    Ok(recording)
}
