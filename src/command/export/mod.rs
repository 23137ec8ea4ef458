//! `stillpoint export`: recordings, or stretches of them, in files that others open.

mod each;
mod figures;

use std::io::{IsTerminal, Write};

use anyhow::{Result, bail};

use super::bar::{FileProgress, Progress};
use super::batch::{self, Batch, Telling};
use super::inputs::{self, Input};
use super::parallel::Voice;
use crate::cli;
use crate::protocol::Target;
use crate::session::Stop;
use crate::settings::{Usage, file::File};
use each::Plan;

/// Writes the files and tells their paths. What is to be known of them, and how far it is, goes to standard error.
///
/// # Errors
/// With one line, where nothing was written; of several recordings, where one could not be.
pub fn run(args: &cli::Export, file: &File, out: &mut impl Write) -> Result<()> {
    if super::output::is_standard(&args.output) {
        return Err(Usage::wrong("-o -: an export is files beside one another; name a folder with -o"));
    }
    let mut inputs = inputs::find(&args.paths, Some(&args.output));
    inputs.once();
    let plan = Plan::new((args, target(args.to)), file, &inputs)?;
    let stop = Stop::default();
    // Ctrl-C ends the work, so that the temporary files go.
    let _runtime = super::screen::stop_at_signals(&stop)?;
    let left = inputs.list.iter().map(|input| plan.done(input).is_none().then_some(input.path.as_path()));
    let batch = Batch {
        inputs: &inputs,
        verb: "exported",
        telling: if inputs.searched || args.resume { Telling::Counts } else { Telling::Failures },
        jobs: batch::jobs(args.jobs),
        stop,
        // The paths that are printed to a terminal have a line each, as the bar does.
        progress: Progress::new(left, inputs.list.len() == 1 && std::io::stdout().is_terminal()),
    };
    let work = |input: &Input, (voice, progress): (&mut Voice<'_>, &mut FileProgress<'_>)| plan.one(input, (voice, progress), &batch.stop);
    let tally = batch.run(work, |paths| Ok(out.write_all(paths)?))?;
    if batch.stop.is_asked() {
        if inputs.list.len() == 1 {
            bail!("interrupted; nothing was written");
        }
        return batch.interrupted(&tally, "--resume goes on from here");
    }
    batch.finish(tally)
}

fn target(to: cli::ExportFormat) -> Target {
    match to {
        cli::ExportFormat::Wav => Target::Wav,
        cli::ExportFormat::Csv => Target::Csv,
        cli::ExportFormat::Edf => Target::Edf,
        cli::ExportFormat::Bids => Target::Bids,
        cli::ExportFormat::Audacity => Target::Audacity,
        cli::ExportFormat::Jsonl => Target::Jsonl,
        cli::ExportFormat::Parquet => Target::Parquet,
    }
}
