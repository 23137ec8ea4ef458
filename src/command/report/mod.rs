//! `stillpoint report`: what was found in a recording, for who was not there. The values come from the same run as those of `analyze`; the floor `report` makes the page.

mod columns;
mod gather;

use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::analyze::part::Part;
use super::output::Output;
use super::progress::Progress;
use super::shown;
use crate::cli::{self, ReportFormat};
use crate::report::{self, Changes, Report, Session};
use crate::rhythm::{Comparisons, Settings};
use crate::session::Stop;
use crate::settings::{self, file::File};
use crate::signal::Layout;
use crate::store::PROGRAM;
use gather::{Beside, Gather};

/// How often it is told how far it is.
const OFTEN: Duration = Duration::from_millis(250);

/// Writes the report and tells its path.
///
/// # Errors
/// With one line, where nothing was written.
pub fn run(args: &cli::Report, file: &File, out: &mut impl Write) -> Result<()> {
    let format = format(args)?;
    let mut settings = settings::estimator(&args.reading, file)?;
    settings::windows(&mut settings, args.window, args.step)?;
    let time = |text: &Option<String>, option: &'static str| text.as_deref().map(settings::time).transpose().context(option);
    let part = Part { from: time(&args.from, "--from")?, to: time(&args.to_time, "--to-time")? };
    let mut output = Output::open(&args.output, args.force, &args.paths)?;
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
    let report = gather(args, (file, &settings, part), &mut watch)?;
    let bytes = match format {
        ReportFormat::Html => report::page(&report).into_bytes(),
        ReportFormat::Svg => report::svg(&report).into_bytes(),
        ReportFormat::Png => report::png(&report)?,
    };
    output.write_all(&bytes).with_context(|| format!("{}: cannot be written", shown(&args.output)))?;
    if stop.is_asked() {
        bail!("interrupted; {} was not written", shown(&args.output));
    }
    output.keep()?;
    drop(progress);
    Ok(writeln!(out, "{}", shown(&args.output))?)
}

/// What was asked for, or else what the file's ending says.
fn format(args: &cli::Report) -> Result<ReportFormat> {
    let ending = args.output.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
    let by_ending = match ending.as_str() {
        "html" | "htm" => Some(ReportFormat::Html),
        "svg" => Some(ReportFormat::Svg),
        "png" => Some(ReportFormat::Png),
        _ => None,
    };
    args.format
        .or(by_ending)
        .with_context(|| format!("{}: its ending tells no format; name it .html, .svg or .png, or give --format", shown(&args.output)))
}

/// Goes through the recordings.
fn gather(
    args: &cli::Report,
    (file, settings, part): (&File, &Settings, Part),
    watch: &mut dyn FnMut(&Path, f64) -> ControlFlow<()>,
) -> Result<Report> {
    let open = |path: &Path| super::open(path, &args.reading, file);
    let mut opened = args.paths.iter().map(|path| open(path)).collect::<Result<Vec<_>>>()?;
    let layouts: Vec<Layout> = opened.iter().map(|recording| recording.layout().clone()).collect();
    let mut beside = layouts.first_chunk::<2>().map(|both| Beside { comparisons: Comparisons::of_two(settings.step), both });
    let mut sessions: Vec<Session> = Vec::new();
    for (side, (recording, path)) in opened.iter_mut().zip(&args.paths).enumerate() {
        let gather = Gather { path, settings, part: part.of(recording)?, side };
        let mut share = |share: f64| watch(path, share);
        sessions.push(gather.run(recording, (|| open(path), &mut share), beside.as_mut())?);
    }
    let changes = beside.map(|beside| Changes { all: beside.comparisons.finish().collect(), alone: beside.alone() });
    Ok(Report { sessions, changes, settings: settings.clone(), program: PROGRAM.to_owned() })
}
