//! `stillpoint demo`, `live` and `replay`: a source or a recording, a session, and the screen.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tokio::runtime::Runtime;

use super::compare::Again;
use super::config::Found;
use super::in_force::{self, Typed};
use super::screen;
use crate::app::{Mode, Title};
use crate::cli;
use crate::rhythm::Settings;
use crate::session::{Length, Pace, RecordAs, Replay, Session, Setup, Start, Stated, Stop};
use crate::settings::{self, Usage, file::File};
use crate::signal::clean;
use crate::source::{DemoSource, LslSource, Opening, SerialSource, Source, StdinSource};
use crate::store::Recording;

/// The built-in client.
pub(super) fn demo(args: &cli::Demo, found: &Found) -> Result<()> {
    let estimator = found.file.estimator();
    let record = RecordAs {
        root: sessions(args.recording.output.as_ref(), &found.file)?,
        device: "demo".into(),
        wire_format: "simulated".into(),
        simulated: true,
        settings: Settings { derived: estimator.derived && !args.no_derived, ..estimator },
        at_once: args.recording.record,
        length: Length::default(),
    };
    let setup = Setup { stated: Stated { lsl: args.recording.lsl, ..Stated::default() }, pace: Pace::Device, record };
    let title = Title { source: "demo".into(), simulated: true };
    let typed = Typed { look: Some(&args.look), recording: Some(&args.recording), ..Typed::default() };
    listen(|| Ok(DemoSource::new(args.seed)), setup, title, (&args.look, typed, found))
}

/// A sensor, or standard input.
pub(super) fn live(args: &cli::Live, found: &Found) -> Result<()> {
    let reading = &args.reading;
    let (rate, channels) = (settings::rate(reading.rate)?, settings::channels(reading.channels.as_deref())?);
    let stated = Stated { rate, channels, lsl: args.recording.lsl };
    let stated_format = stated_format(&args.wire, &found.file);
    let format = settings::format(&stated_format)?;
    let from_stdin = args.port == "-";
    let device = if from_stdin { "standard input".to_owned() } else { clean(&args.port) };
    let record = RecordAs {
        root: sessions(args.recording.output.as_ref(), &found.file)?,
        device: device.clone(),
        wire_format: wire_format(&args.port, &stated_format),
        simulated: false,
        settings: settings::estimator(reading, &found.file)?,
        at_once: args.recording.record,
        length: Length::default(),
    };
    let title = Title { source: device, simulated: false };
    let typed = Typed { look: Some(&args.look), recording: Some(&args.recording), wire: Some(&args.wire), estimator: None };
    if from_stdin {
        let setup = Setup { stated, pace: Pace::Waits, record };
        listen(|| Ok(StdinSource::new(format)?), setup, title, (&args.look, typed, found))
    } else if let Some(name) = stream(&args.port, &stated)? {
        let setup = Setup { stated, pace: Pace::Device, record };
        listen(|| Ok(LslSource::open(name)?), setup, title, (&args.look, typed, found))
    } else {
        let setup = Setup { stated, pace: Pace::Device, record };
        let opening = Opening { baud: args.wire.baud.or(found.file.baud()), reset: !args.wire.no_reset };
        listen(|| Ok(SerialSource::open(&args.port, opening, format)?), setup, title, (&args.look, typed, found))
    }
}

/// The name of the stream that is to be listened to, where it is one.
pub(super) fn stream<'a>(port: &'a str, stated: &Stated) -> Result<Option<&'a str>> {
    let name = port.strip_prefix("lsl:");
    if stated.lsl && name.is_some_and(|name| name.starts_with(crate::lsl::NAME)) {
        bail!("{}: --lsl offers a stream of that name itself", clean(port));
    }
    Ok(name)
}

/// The format that was stated, by an option or in the file.
pub(super) fn stated_format(wire: &cli::Wire, file: &File) -> String {
    wire.format.as_deref().or(file.format()).unwrap_or("auto").to_owned()
}

/// What a source sends, as far as it is known beforehand.
pub(super) fn wire_format(port: &str, stated: &str) -> String {
    match port {
        "demo" => "simulated".to_owned(),
        _ if port.starts_with("lsl:") => "lsl".to_owned(),
        _ => clean(stated),
    }
}

/// A recording, as if it were live.
pub(super) fn replay(args: &cli::Replay, found: &Found) -> Result<()> {
    if !(0.25..=64.0).contains(&args.speed) {
        return Err(Usage::wrong(format!("--speed {}: a replay runs 0.25 to 64 times as fast as recorded", args.speed)));
    }
    let start = Start { at: settings::time(&args.at).context("--at")?, speed: args.speed, paused: args.paused };
    let estimator = settings::estimator(&args.reading, &found.file)?;
    let recording = super::open(&args.path, &args.reading, &found.file)?;
    let name = args.path.file_name().unwrap_or(args.path.as_os_str()).to_string_lossy();
    let title = Title { source: clean(&name), simulated: recording.simulated() };
    let told = in_force::list(found, Typed { look: Some(&args.look), estimator: Some(&estimator), ..Typed::default() });
    let app = screen::app(Mode::Replay, title, found)
        .with_told(told)
        .with_exports(exports(&recording))
        .with_settings(estimator.clone())
        .with_annotations(recording.annotations().clone(), recording.past().clone());
    let again = Again { path: args.path.clone(), reading: args.reading.clone(), file: found.file.clone(), settings: estimator.clone() };
    let how = Replay { settings: estimator, start, cache: super::config::cache() };
    let (path, reading, file) = (args.path.clone(), args.reading.clone(), found.file.clone());
    let shown = screen::shown(&args.look, &found.file)?.of(again).exporting(Arc::new(move || super::open(&path, &reading, &file)));
    let (runtime, stop) = (runtime(2)?, Stop::default());
    let result = runtime.block_on(screen::show(app, shown, &stop, || Ok(Session::replay(runtime.handle(), recording, how, stop.clone())?)));
    runtime.shutdown_background();
    result
}

/// Where exports go unless another folder is said: a folder beside the recording.
fn exports(recording: &Recording) -> String {
    let path = recording.path().canonicalize().unwrap_or_else(|_| recording.path().to_owned());
    clean(&path.with_file_name("exports").display().to_string())
}

/// Opens the source, then the screen. A source that cannot be opened is told before the screen is touched.
fn listen<S: Source + Send + 'static>(
    open: impl FnOnce() -> Result<S>,
    setup: Setup,
    title: Title,
    (look, typed, found): (&cli::Look, Typed<'_>, &Found),
) -> Result<()> {
    let estimator = setup.record.settings.clone();
    let told = in_force::list(found, Typed { estimator: Some(&estimator), ..typed });
    let app = screen::app(Mode::Live, title, found).with_settings(estimator).with_told(told);
    let (runtime, stop, shown) = (runtime(2)?, Stop::default(), screen::shown(look, &found.file)?);
    let result = runtime.block_on(async {
        let source = open()?;
        screen::show(app, shown, &stop, || Ok(Session::live(runtime.handle(), source, setup, stop.clone())?)).await
    });
    runtime.shutdown_background();
    result
}

/// With a screen a second worker lets keys through while a source is read; without one it would only be woken in vain.
pub(super) fn runtime(workers: usize) -> Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build().context("cannot start the runtime")
}

/// Where session folders are made.
pub(super) fn sessions(output: Option<&PathBuf>, file: &File) -> Result<PathBuf> {
    match (output, file.sessions()) {
        (Some(folder), _) if super::output::is_standard(folder) => {
            Err(Usage::wrong("-o -: a session is a folder; say in which one it is to be made"))
        }
        (Some(folder), _) => Ok(folder.clone()),
        (None, Some(folder)) => Ok(settings::in_home(folder, etcetera::home_dir().ok())),
        (None, None) => Ok(etcetera::home_dir().context("no home folder for the sessions; say one with -o DIR")?.join("stillpoint")),
    }
}
