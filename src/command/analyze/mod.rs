//! `stillpoint analyze`: the figures of the screen, without one, for scripts and for many files.

mod columns;
mod compared;
mod each;
pub mod felt;
pub(super) mod held;
pub mod part;
mod printer;
pub mod row;
mod sink;
pub mod stretches;
mod table;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::bar::{FileProgress, Progress};
use super::batch::{self, Batch, Tally, Telling};
use super::inputs::{self, Input};
use super::output::{self, Output};
use super::parallel::Voice;
use crate::cli::{Analyze, AnalyzeFormat};
use crate::rhythm::{Row, Settings, Summaries, Summary};
use crate::session::Stop;
use crate::settings::{self, Usage, file::File};
use crate::signal::SampleIndex;
use crate::store::Recording;
use columns::Columns;
use compared::{Compared, Pair};
use each::Each;
use held::Held;
use part::Part;
use printer::{Printer, Table};
use row::{Line, Of};
use sink::Sink;

pub use part::{Run, figures};

/// What holds for every file.
struct Plan<'a> {
    args: &'a Analyze,
    file: &'a File,
    settings: Settings,
    part: Part,
    /// Threads for each file.
    threads: usize,
}

impl Plan<'_> {
    fn table(&self) -> Table {
        if self.args.compare.is_empty() { Table::Estimates } else { Table::Segments }
    }

    /// Opens a recording. Where segments are compared, two sites stand in for two sides that there are not.
    fn open(&self, path: &Path) -> Result<Recording> {
        let mut recording = super::open(path, &self.args.reading, self.file)?;
        if !self.args.compare.is_empty() {
            recording.rename(recording.layout().sided().into_iter().map(Some).collect())?;
        }
        Ok(recording)
    }
}

/// Prints the rows of every file in the order given; of several, one that cannot be read is told and left out.
///
/// # Errors
/// Where a setting makes no sense, a file could not be read, or the output cannot be written.
pub fn run(args: &Analyze, file: &File, out: &mut impl Write) -> Result<()> {
    if args.output.as_deref().is_some_and(output::is_standard) {
        if args.resume {
            return Err(Usage::wrong("--resume goes on with a file; standard output (-o -) is none"));
        }
        return run(&Analyze { output: None, ..args.clone() }, file, out);
    }
    let mut settings = settings::estimator(&args.reading, file)?;
    settings::windows(&mut settings, args.windows.window, args.windows.step)?;
    let part = Part::asked(&args.windows)?;
    compared::check(&args.compare)?;
    settings::channels(args.reading.channels.as_deref())?;
    settings::rate(args.reading.rate)?;
    let written = args.out_dir.as_deref().or(args.output.as_deref());
    if written.is_none() && args.format == AnalyzeFormat::Parquet {
        return Err(Usage::wrong("Parquet is no text for a screen; name a file with -o, or a folder with --out-dir"));
    }
    let mut inputs = inputs::find(&args.paths, written);
    let jobs = batch::jobs(args.jobs);
    let plan = Plan { args, file, settings, part, threads: jobs.div_ceil(inputs.list.len().max(1)) };
    let each = Each::open(&plan, &mut inputs)?;
    let done = |input: &Input| each.as_ref().is_some_and(|each| each.is_done(input));
    let shown = written.is_none() && std::io::stdout().is_terminal();
    let left = inputs.list.iter().map(|input| (!done(input)).then_some(input.path.as_path()));
    let batch = Batch {
        inputs: &inputs,
        verb: "analysed",
        telling: if inputs.searched || args.resume { Telling::Counts } else { Telling::Failures },
        jobs,
        stop: Stop::default(),
        progress: Progress::new(left, shown),
    };
    if written.is_none() {
        // Ctrl-C ends a program that has nothing to clear away.
        return batch.finish(all(&plan, (&batch, None), out)?);
    }
    let _runtime = super::screen::stop_at_signals(&batch.stop)?;
    match &args.output {
        Some(path) => to_file(&plan, (&batch, each.as_ref()), path),
        None => to_folder(&plan, (&batch, each.as_ref()), out),
    }
}

/// All files into one, which appears when all is there.
fn to_file(plan: &Plan<'_>, (batch, each): (&Batch<'_>, Option<&Each>), path: &Path) -> Result<()> {
    let paths: Vec<PathBuf> = batch.inputs.list.iter().map(|input| input.path.clone()).collect();
    let mut output = Output::open(path, plan.args.force || each.is_some_and(Each::is_old), &paths)?;
    let mut written = || {
        if plan.args.format != AnalyzeFormat::Parquet {
            return all(plan, (batch, each), &mut output);
        }
        let mut table = Columns::new(&mut output, &plan.settings);
        let tally = all(plan, (batch, each), &mut table)?;
        table.finish()?;
        Ok(tally)
    };
    let tally = written().with_context(|| format!("{}: cannot be written", path.display()))?;
    if batch.stop.is_asked() {
        let rest = if each.is_some() { "; --resume goes on from here" } else { "" };
        return batch.interrupted(&tally, &format!("{} was not written{rest}", path.display()));
    }
    if tally.any() {
        output.keep()?;
    }
    batch.finish(tally)
}

/// Every file into one of its own.
fn to_folder(plan: &Plan<'_>, (batch, each): (&Batch<'_>, Option<&Each>), out: &mut impl Write) -> Result<()> {
    let tally = all(plan, (batch, each), out)?;
    if batch.stop.is_asked() {
        return batch.interrupted(&tally, "--resume goes on from here");
    }
    batch.finish(tally)
}

/// Analyses all files.
fn all(plan: &Plan<'_>, (batch, each): (&Batch<'_>, Option<&Each>), out: &mut impl Write) -> Result<Tally> {
    if plan.args.out_dir.is_none() {
        printer::header(plan.args.format, plan.table(), out)?;
    }
    let work = |input: &Input, (voice, progress): (&mut Voice<'_>, &mut FileProgress<'_>)| match each {
        Some(each) => each.file(plan, input, (voice, progress)),
        None => file(plan, &input.path, (Sink::Voice, voice, progress)).map(drop),
    };
    batch.run(work, |lines| Ok(out.write_all(lines)?))
}

/// One file: its rows, then what its taps say, then a summary a channel and rhythm.
fn file<'s>(
    plan: &Plan<'_>,
    path: &Path,
    (mut sink, voice, progress): (Sink<'s>, &mut Voice<'_>, &mut FileProgress<'_>),
) -> Result<Sink<'s>> {
    let mut recording = plan.open(path)?;
    let part = plan.part.of(&recording)?;
    for damage in recording.damage() {
        voice.note(format!("{}: {damage}", path.display()))?;
    }
    let (name, layout) = (path.display().to_string(), recording.layout().clone());
    let printer = Printer { table: plan.table(), format: plan.args.format, of: Of { file: &name, layout: &layout } };
    let mut lines = Vec::new();
    printer.begin(&mut lines)?;
    let mut run = Run::new(&recording, &plan.settings, part);
    let taps = felt::instants(&recording, part);
    // The phase at a tap is told by the windows around it, so that they are looked at by one.
    let threads = if taps.is_empty() { plan.threads } else { 1 };
    run.follow(taps);
    let mut summaries = Summaries::new(layout.channels.len(), &plan.settings, run.step());
    let mut compared = Compared::of(&recording, &plan.args.compare, run.step())?;
    let mut held = Held::of(&recording, (&plan.args.compare, &plan.settings), run.step())?;
    let mut none = true;
    let mut say = |(rows, at): (&[Row], SampleIndex)| {
        for row in rows {
            printer.line(row.into(), &mut lines)?;
            held.iter_mut().for_each(|held| held.push(row));
            if let Row::Estimate(estimate) = row {
                summaries.push(estimate);
                compared.iter_mut().for_each(|compared| compared.push(estimate));
            }
        }
        none &= rows.is_empty();
        progress.share((at - part.start) as f64 / part.frames().max(1) as f64);
        sink.take(&mut lines, voice)
    };
    let again = || plan.open(path);
    stretches::through((&mut run, &mut recording), (threads, &plan.settings, part), again, &mut say)?;
    let summaries: Vec<Summary> = summaries.finish().collect();
    let taps = felt::beside(&recording, run.monitor(), &summaries);
    taps.iter().try_for_each(|taps| printer.line(Line::Taps(taps), &mut lines))?;
    for compared in &compared {
        let note = compare(compared, printer, &mut lines)?;
        sink.take(&mut lines, voice)?;
        note.map_or(Ok(()), |note| voice.note(note))?;
    }
    let rows = held.map(|held| held.rows(printer.of)).unwrap_or_default();
    rows.iter().try_for_each(|row| printer.line(Line::Held(row), &mut lines))?;
    summaries.iter().try_for_each(|summary| printer.line(Line::Summary(summary), &mut lines))?;
    sink.take(&mut lines, voice)?;
    if none {
        let shortest = plan.settings.rhythms.iter().filter(|r| r.enabled).map(|r| r.window.0).fold(f64::INFINITY, f64::min);
        let length = recording.rate().duration(part.frames()).0;
        voice.note(format!("{name}: no figures: it is {length:.0} s long and the shortest window is {shortest:.0} s"))?;
    }
    Ok(sink)
}

/// How the second segment differs from the first, a line a channel and rhythm; and what is to be said of it.
fn compare(compared: &Compared<'_>, printer: Printer<'_>, lines: &mut Vec<u8>) -> Result<Option<String>> {
    let (all, note) = compared.finish(printer.of.file);
    all.iter().try_for_each(|comparison| printer.line(Line::Comparison(Pair { names: compared.names, comparison }), lines))?;
    Ok(note)
}
