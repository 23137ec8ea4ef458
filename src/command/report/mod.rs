//! `stillpoint report`: what was found in a recording, for who was not there. The values come from the same run as those of `analyze`; the floor `report` makes the page.

mod columns;
mod each;
mod gather;

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::analyze::part::Part;
use super::batch;
use super::output::{self, Output};
use super::progress::Progress;
use super::shown;
use crate::cli::{self, ReportFormat};
use crate::report::{self, Changes, Report, Session};
use crate::rhythm::{Comparisons, Settings};
use crate::session::Stop;
use crate::settings::{self, Usage, file::File};
use crate::signal::Layout;
use crate::store::{PROGRAM, is_session};
use gather::{Beside, Gather};

/// How often it is told how far it is.
const OFTEN: Duration = Duration::from_millis(250);

/// What holds for every report.
struct Plan<'a> {
    args: &'a cli::Report,
    file: &'a File,
    settings: Settings,
    part: Part,
    format: ReportFormat,
    /// Threads for each recording.
    threads: usize,
}

/// Hears how far it is with which recording, and may end it.
type Watch<'a> = &'a mut dyn FnMut(&Path, f64) -> ControlFlow<()>;

/// Writes the report, or one of each recording, and tells their paths.
///
/// # Errors
/// With one line, where nothing was written; of several, where one could not be.
pub fn run(args: &cli::Report, file: &File, out: &mut impl Write) -> Result<()> {
    let mut settings = settings::estimator(&args.reading, file)?;
    settings::windows(&mut settings, args.windows.window, args.windows.step)?;
    let part = Part::asked(&args.windows)?;
    settings::channels(args.reading.channels.as_deref())?;
    settings::rate(args.reading.rate)?;
    let plan = |format| Plan { args, file, settings, part, format, threads: batch::jobs(args.jobs) };
    match (&args.output, &args.out_dir) {
        (_, Some(folder)) => each::run(plan(args.format.unwrap_or(ReportFormat::Html)), folder, out),
        (Some(path), None) => one(&plan(format(args.format, path)?), path, out),
        (None, None) => Err(Usage::wrong("name a file with -o, or a folder with --out-dir")),
    }
}

/// Of one recording, or of the one before and the one after.
fn one(plan: &Plan<'_>, path: &Path, out: &mut impl Write) -> Result<()> {
    let args = plan.args;
    if args.paths.len() > 2 {
        return Err(Usage::wrong(
            "-o FILE is of one recording, or of two: the one before and the one after; for a report of each give --out-dir DIR",
        ));
    }
    if let Some(folder) = args.paths.iter().find(|path| path.is_dir() && !is_session(path)) {
        bail!("{}: is no session; for a report of each recording in it give --out-dir DIR", shown(folder));
    }
    let output = if output::is_standard(path) { None } else { Some(Output::open(path, args.force, &args.paths)?) };
    let stop = Stop::default();
    // Ctrl-C ends the work, so that the temporary file goes.
    let _runtime = super::screen::stop_at_signals(&stop)?;
    let progress = Progress::start().context("cannot start the thread that tells how far it is")?;
    let mut told = Instant::now();
    let mut watch = |path: &Path, share: f64| {
        if told.elapsed() >= OFTEN {
            told = Instant::now();
            progress.show(format!("{:.0} % of {} analysed", 100.0 * share, shown(path)));
        }
        if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let bytes = plan.bytes(&args.paths, &mut watch)?;
    let Some(mut output) = output else {
        drop(progress);
        return Ok(out.write_all(&bytes)?);
    };
    output.write_all(&bytes).with_context(|| format!("{}: cannot be written", shown(path)))?;
    if stop.is_asked() {
        bail!("interrupted; {} was not written", shown(path));
    }
    output.keep()?;
    drop(progress);
    Ok(writeln!(out, "{}", shown(path))?)
}

/// What was asked for, or else what the file's ending says.
fn format(asked: Option<ReportFormat>, path: &Path) -> Result<ReportFormat> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
    let by_ending = match ending.as_str() {
        _ if output::is_standard(path) => Some(ReportFormat::Html),
        "html" | "htm" => Some(ReportFormat::Html),
        "svg" => Some(ReportFormat::Svg),
        "png" => Some(ReportFormat::Png),
        _ => None,
    };
    let unknown = || Usage::wrong(format!("{}: its ending tells no format; name it .html, .svg or .png, or give --format", shown(path)));
    asked.or(by_ending).ok_or_else(unknown)
}

impl Plan<'_> {
    /// The report of a recording, or of two, as it is written.
    fn bytes(&self, paths: &[PathBuf], watch: Watch<'_>) -> Result<Vec<u8>> {
        let report = self.gather(paths, watch)?;
        Ok(match self.format {
            ReportFormat::Html => report::page(&report).into_bytes(),
            ReportFormat::Svg => report::svg(&report).into_bytes(),
            ReportFormat::Png => report::png(&report)?,
        })
    }

    /// Goes through the recordings.
    fn gather(&self, paths: &[PathBuf], watch: Watch<'_>) -> Result<Report> {
        let settings = &self.settings;
        let open = |path: &Path| super::open(path, &self.args.reading, self.file);
        let mut opened = paths.iter().map(|path| open(path)).collect::<Result<Vec<_>>>()?;
        let layouts: Vec<Layout> = opened.iter().map(|recording| recording.layout().clone()).collect();
        let mut beside = layouts.first_chunk::<2>().map(|both| Beside { comparisons: Comparisons::of_two(settings.step), both });
        let mut sessions: Vec<Session> = Vec::new();
        for (side, (recording, path)) in opened.iter_mut().zip(paths).enumerate() {
            let gather = Gather { path, settings, part: self.part.of(recording)?, threads: self.threads, side };
            let mut share = |share: f64| watch(path, share);
            sessions.push(gather.run(recording, (|| open(path), &mut share), beside.as_mut())?);
        }
        let changes = beside.map(|beside| Changes { all: beside.comparisons.finish().collect(), alone: beside.alone() });
        Ok(Report { sessions, changes, settings: settings.clone(), program: PROGRAM.to_owned() })
    }
}
