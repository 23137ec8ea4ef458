//! Floor 6: one file a command, the terminal, and the loop between keys, session and screen.

pub mod analyze;
mod announce;
mod bar;
mod batch;
mod compare;
mod config;
mod export;
mod exporting;
mod folder;
mod in_force;
mod inputs;
mod keyboard;
mod ledger;
mod listen;
mod output;
mod parallel;
mod ports;
mod progress;
mod record;
mod report;
mod screen;
mod shipped;
mod terminal;
mod welcome;

pub mod info;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::app::Choice;
use crate::cli::{self, Cli, Reading};
use crate::settings::{self, file::File};
use crate::signal::visible;
use crate::store::Recording;

/// Carries out what was asked for.
///
/// # Errors
/// What went wrong, in one line with its causes.
pub fn run(cli: &Cli) -> Result<()> {
    let found = config::find(cli.settings.as_deref())?;
    for problem in &found.problems {
        let _ = writeln!(std::io::stderr(), "stillpoint: {problem}");
    }
    match &cli.command {
        Some(command) => carry_out(command, &found),
        None => welcome::run(&found)?.map_or(Ok(()), |choice| open_chosen(&choice, &found)),
    }
}

/// As if its command had been typed.
fn open_chosen(choice: &Choice, found: &config::Found) -> Result<()> {
    let words = match choice {
        Choice::Demo => vec!["stillpoint", "demo"],
        Choice::Port(port) => vec!["stillpoint", "live", "--", port],
        Choice::Session(folder) => vec!["stillpoint", "replay", "--", folder],
    };
    let typed = Cli::typed(&words)?;
    typed.command.map_or(Ok(()), |command| carry_out(&command, found))
}

fn carry_out(command: &cli::Command, found: &config::Found) -> Result<()> {
    match command {
        cli::Command::Demo(args) => listen::demo(args, found),
        cli::Command::Live(args) => listen::live(args, found),
        cli::Command::Replay(args) => listen::replay(args, found),
        cli::Command::Record(args) => print(|out| record::run(args, &found.file, out)),
        cli::Command::Analyze(args) => print(|out| analyze::run(args, &found.file, out)),
        cli::Command::Export(args) => print(|out| export::run(args, &found.file, out)),
        cli::Command::Report(args) => print(|out| report::run(args, &found.file, out)),
        cli::Command::Info(args) => {
            let recording = open_at(&args.path, args.rate, &found.file)?;
            let text = match args.format {
                cli::InfoFormat::Text => info::page(&recording),
                cli::InfoFormat::Json => info::object(&recording)?,
            };
            print(|out| Ok(out.write_all(text.as_bytes())?))
        }
        cli::Command::Recover(args) => {
            let done = crate::store::recover(&args.path)?;
            print(|out| {
                done.iter().try_for_each(|line| writeln!(out, "{line}"))?;
                Ok(writeln!(out, "{}: whole", shown(&args.path))?)
            })
        }
        cli::Command::Ports(args) => print(|out| ports::run(args, out)),
        cli::Command::Config(args) => print(|out| config::run(args, found, out)),
        cli::Command::Completions(args) => print(|out| shipped::completions(args, out)),
        cli::Command::Man(args) => print(|out| shipped::man(args, out)),
    }
}

/// The chain of causes in one line that no terminal obeys; a cause that was told already is not told again.
pub fn line(error: &anyhow::Error) -> String {
    let told = error
        .chain()
        .map(ToString::to_string)
        .reduce(|said, cause| if said.contains(&cause) { said } else { format!("{said}: {cause}") })
        .unwrap_or_default();
    visible(&told).into_owned()
}

/// The exit status that an error comes to: 2 where what was typed makes no sense, else 1.
pub fn status(error: &anyhow::Error) -> u8 {
    if error.is::<settings::Usage>() { 2 } else { 1 }
}

/// A path for people, on one line and without what a terminal obeys.
pub(super) fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy()).into_owned()
}

/// Writes to standard output. Who reads it and has had enough (`| head`) is no failure.
fn print(write: impl FnOnce(&mut Output) -> Result<()>) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let done = write(&mut out);
    // Also where something failed: what was written until then is to be seen.
    let flushed = out.flush();
    let done = done.and_then(|()| Ok(flushed?));
    // What is left in the buffer is not tried again when it is dropped.
    let _ = out.into_parts();
    match done {
        Err(error) if error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe) => Ok(()),
        // All else that is read or written has its name before its error.
        Err(error) if error.chain().len() == 1 && error.is::<std::io::Error>() => Err(error.context("standard output cannot be written")),
        done => done,
    }
}

/// Standard output, buffered.
type Output = std::io::BufWriter<std::io::StdoutLock<'static>>;

/// Opens a recording, with the names and roles that the user gave.
fn open(path: &Path, reading: &Reading, file: &File) -> Result<Recording> {
    let mut recording = open_at(path, reading.rate, file)?;
    let stated = settings::channels(reading.channels.as_deref())?;
    if !stated.is_empty() {
        recording.rename(stated).context("--channels")?;
    }
    Ok(recording)
}

/// Opens a recording, with annotations of a foreign file also from where the sessions are.
fn open_at(path: &Path, rate: Option<f64>, file: &File) -> Result<Recording> {
    let mut recording = Recording::open(path, settings::rate(rate)?)?;
    if let Some(sessions) = sessions(file) {
        recording.look_in(&sessions)?;
    }
    Ok(recording)
}

/// Where the sessions are, and annotations of foreign files may be.
fn sessions(file: &File) -> Option<PathBuf> {
    let stated = std::env::var_os("STILLPOINT_SESSIONS").map(PathBuf::from);
    listen::sessions(stated.as_ref(), file).ok()
}
