//! `stillpoint export`: a recording, or stretches of it, in files that others open.

mod figures;

use std::io::Write;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::progress::Progress;
use crate::cli::{self, ExportWhat, Reading};
use crate::export::{self, Export, Study, Telling};
use crate::protocol::Target;
use crate::session::Stop;
use crate::settings::{self, file::File};

/// How often it is told how far it is.
const OFTEN: Duration = Duration::from_millis(250);

/// Writes the files and tells their paths. What is to be known of them, and how far it is, goes to standard error.
///
/// # Errors
/// With one line, where nothing was written.
pub fn run(args: &cli::Export, file: &File, out: &mut impl Write) -> Result<()> {
    let to = match args.to {
        cli::ExportFormat::Wav => Target::Wav,
        cli::ExportFormat::Csv => Target::Csv,
        cli::ExportFormat::Edf => Target::Edf,
        cli::ExportFormat::Bids => Target::Bids,
        cli::ExportFormat::Audacity => Target::Audacity,
        cli::ExportFormat::Jsonl => Target::Jsonl,
        cli::ExportFormat::Parquet => Target::Parquet,
    };
    let time = |text: &Option<String>, option: &'static str| text.as_deref().map(settings::time).transpose().context(option);
    let export = Export {
        segments: &args.segment,
        from: time(&args.from, "--from")?,
        to_time: time(&args.to_time, "--to-time")?,
        study: Study { subject: args.subject.as_deref(), session: args.session.as_deref(), partition: args.partition },
        force: args.force,
        telling: if args.anonymous { Telling::Anonymous } else { Telling::All },
        ..Export::whole(to, &args.output)
    };
    let mut recording = super::open_at(&args.path, args.rate, file)?;
    let stop = Stop::default();
    // Ctrl-C ends the work, so that the temporary files go.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().context("cannot start the runtime")?;
    runtime.block_on(async { super::screen::watch_signals(stop.clone()) }).context("cannot watch for signals")?;
    let progress = Progress::start().context("cannot start the thread that tells how far it is")?;
    let mut told = Instant::now();
    let mut watch = |share: f64| {
        // What is done at once needs no telling.
        if told.elapsed() >= OFTEN {
            told = Instant::now();
            progress.show(format!("{:.0} % of {} exported", 100.0 * share, args.path.display()));
        }
        if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let done = match args.what {
        ExportWhat::Samples => export::run(&mut recording, &export, &mut watch),
        what => figures::export(&mut recording, (&export, what), &settings::estimator(&Reading::default(), file)?, &mut watch),
    }?;
    done.notes.iter().for_each(|note| progress.say(note.clone()));
    Ok(done.files.iter().try_for_each(|path| writeln!(out, "{}", path.display()))?)
}
