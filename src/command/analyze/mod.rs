//! `stillpoint analyze`: the figures of the screen, without one, for scripts and for many files.

mod columns;
mod compared;
pub mod felt;
mod parallel;
pub mod part;
mod printer;
mod progress;
pub mod row;
pub mod stretches;
mod table;

use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::output::Output;
use crate::cli::{Analyze, AnalyzeFormat};
use crate::rhythm::{Row, Settings, Summaries, Summary};
use crate::session::Stop;
use crate::settings::{self, file::File};
use crate::signal::SampleIndex;
use columns::Columns;
use compared::{Compared, Pair};
use parallel::{Said, Voice};
use part::Part;
use printer::Printer;
use progress::{FileProgress, Progress};
use row::{Line, Of};

pub use part::{Run, figures};

/// What holds for every file.
struct Plan<'a> {
    args: &'a Analyze,
    file: &'a File,
    settings: Settings,
    part: Part,
    progress: Progress,
    /// Files at a time, and threads for each.
    jobs: usize,
    threads: usize,
}

/// Prints the rows of every file in the order given; of several, one that cannot be read is told and left out.
///
/// # Errors
/// Where a setting makes no sense, a file could not be read, or the output cannot be written.
pub fn run(args: &Analyze, file: &File, out: &mut impl Write) -> Result<()> {
    let mut settings = settings::estimator(&args.reading, file)?;
    settings::windows(&mut settings, args.window, args.step)?;
    let time = |text: &Option<String>, option: &'static str| text.as_deref().map(settings::time).transpose().context(option);
    let part = Part { from: time(&args.from, "--from")?, to: time(&args.to_time, "--to-time")? };
    compared::check(&args.compare)?;
    settings::channels(args.reading.channels.as_deref())?;
    settings::rate(args.reading.rate)?;
    let jobs = args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    let threads = jobs.div_ceil(args.paths.len().max(1));
    let plan = |shown| Plan { args, file, settings, part, progress: Progress::new(&args.paths, shown), jobs, threads };
    let columns = args.format == AnalyzeFormat::Parquet;
    if columns && args.output.is_none() {
        bail!("Parquet is no text for a screen; name a file with -o");
    }
    let Some(path) = &args.output else {
        // Ctrl-C ends a program that has nothing to clear away.
        let plan = plan(std::io::stdout().is_terminal());
        return finish(all(&plan, &Stop::default(), out)?, &plan);
    };
    let stop = Stop::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().context("cannot start the runtime")?;
    runtime.block_on(async { super::screen::watch_signals(stop.clone()) }).context("cannot watch for signals")?;
    let mut output = Output::open(path, args.force, &args.paths)?;
    let plan = plan(false);
    let mut written = || {
        if !columns {
            return all(&plan, &stop, &mut output);
        }
        let mut table = Columns::new(&mut output, &plan.settings)?;
        let failed = all(&plan, &stop, &mut table)?;
        table.finish()?;
        Ok(failed)
    };
    let failed = written().with_context(|| format!("{}: cannot be written", path.display()))?;
    if stop.is_asked() {
        bail!("interrupted; {} was not written", path.display());
    }
    if failed.len() < args.paths.len() {
        output.keep()?;
    }
    finish(failed, &plan)
}

/// What a run comes to when all has been said.
fn finish(mut failed: Vec<String>, plan: &Plan<'_>) -> Result<()> {
    match (failed.len(), plan.args.paths.len()) {
        (0, _) => Ok(()),
        (1, 1) => bail!(failed.remove(0)),
        (failed, all) => bail!("{failed} of {all} files could not be analysed"),
    }
}

/// Analyses all files; returns what went wrong, a line a file.
fn all(plan: &Plan<'_>, stop: &Stop, out: &mut impl Write) -> Result<Vec<String>> {
    let paths = &plan.args.paths;
    let mut failed = Vec::new();
    printer::header(plan.args.format, out)?;
    let work = |number: usize, voice: &mut Voice<'_>| file(plan, &paths[number], (voice, &mut plan.progress.file(number)));
    parallel::in_order((paths.len(), plan.jobs), stop, work, |number, said| {
        match said {
            Said::Begun => plan.progress.turn(number, &paths[number]),
            Said::Output(lines) => out.write_all(&lines)?,
            Said::Note(line) => plan.progress.line(&line),
            Said::Failed(line) => {
                // A single file's failure is the program's, which is told once.
                if paths.len() > 1 {
                    plan.progress.line(&line);
                }
                failed.push(line);
            }
        }
        Ok(())
    })?;
    Ok(failed)
}

/// One file: its rows, then what its taps say, then a summary a channel and rhythm.
fn file(plan: &Plan<'_>, path: &Path, (voice, progress): (&mut Voice<'_>, &mut FileProgress<'_>)) -> Result<()> {
    let mut recording = super::open(path, &plan.args.reading, plan.file)?;
    let part = plan.part.of(&recording)?;
    for damage in recording.damage() {
        voice.note(format!("{}: {damage}", path.display()))?;
    }
    let (name, layout) = (path.display().to_string(), recording.layout().clone());
    let printer = Printer { format: plan.args.format, of: Of { file: &name, layout: &layout } };
    printer.begin(voice)?;
    let mut run = Run::new(&recording, &plan.settings, part);
    let taps = felt::instants(&recording, part);
    // The phase at a tap is told by the windows around it, so that they are looked at by one.
    let threads = if taps.is_empty() { plan.threads } else { 1 };
    run.follow(taps);
    let mut summaries = Summaries::new(layout.channels.len(), &plan.settings, run.step());
    let mut compared = Compared::of(&recording, &plan.args.compare, run.step())?;
    let mut none = true;
    let mut say = |(rows, at): (&[Row], SampleIndex)| {
        for row in rows {
            printer.line(row.into(), voice)?;
            if let Row::Estimate(estimate) = row {
                summaries.push(estimate);
                compared.iter_mut().for_each(|compared| compared.push(estimate));
            }
        }
        none &= rows.is_empty();
        progress.share((at - part.start) as f64 / part.frames().max(1) as f64);
        Ok::<_, anyhow::Error>(voice.breathe()?)
    };
    let again = || super::open(path, &plan.args.reading, plan.file);
    stretches::through((&mut run, &mut recording), (threads, &plan.settings, part), again, &mut say)?;
    let summaries: Vec<Summary> = summaries.finish().collect();
    let taps = felt::beside(&recording, run.monitor(), &summaries);
    taps.iter().try_for_each(|taps| printer.line(Line::Taps(taps), voice))?;
    compared.iter().try_for_each(|compared| compare(compared, printer, voice))?;
    summaries.iter().try_for_each(|summary| printer.line(Line::Summary(summary), voice))?;
    if none {
        let shortest = plan.settings.rhythms.iter().filter(|r| r.enabled).map(|r| r.window.0).fold(f64::INFINITY, f64::min);
        let length = recording.rate().duration(part.frames()).0;
        voice.note(format!("{name}: no figures: it is {length:.0} s long and the shortest window is {shortest:.0} s"))?;
    }
    Ok(())
}

/// How the second segment differs from the first, a line a channel and rhythm.
fn compare(compared: &Compared<'_>, printer: Printer<'_>, voice: &mut Voice<'_>) -> Result<()> {
    let (all, note) = compared.finish(printer.of.file);
    all.iter().try_for_each(|comparison| printer.line(Line::Comparison(Pair { names: compared.names, comparison }), voice))?;
    Ok(note.map_or(Ok(()), |note| voice.note(note))?)
}
