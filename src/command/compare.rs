//! Segments compared behind the screen: the recording is opened once more and gone through up to the last of them, on a thread of its own.

use tokio::sync::mpsc;

use super::analyze::Run;
use crate::app::{Compared, Stretch};
use crate::cli::Reading;
use crate::rhythm::{Holds, Settings};
use crate::settings::file::File;
use crate::signal::{SampleIndex, Span};

/// The recording that is replayed, to be opened again.
#[derive(Clone)]
pub(super) struct Again {
    pub(super) path: std::path::PathBuf,
    pub(super) reading: Reading,
    pub(super) file: File,
    pub(super) settings: Settings,
}

/// How it goes.
pub(super) enum Said {
    /// So much of it is done, 0 to 1.
    Part(f64),
    /// All of it, or why not.
    Done(Result<Compared, String>),
}

/// So many messages wait for the screen; it is told less often where it does not listen.
const WAITING: usize = 4;

/// Begins to compare; what it comes to is told by the channel. Nobody who listens any more ends it.
pub(super) fn begin(again: Again, stretches: Vec<Stretch>) -> std::io::Result<mpsc::Receiver<Said>> {
    let (tell, told) = mpsc::channel(WAITING);
    std::thread::Builder::new().name("compare".into()).spawn(move || {
        let done = run(&again, stretches, &tell).map_err(|error| super::line(&error));
        let _ = tell.blocking_send(Said::Done(done));
    })?;
    Ok(told)
}

fn run(again: &Again, stretches: Vec<Stretch>, tell: &mpsc::Sender<Said>) -> anyhow::Result<Compared> {
    let mut recording = super::open(&again.path, &again.reading, &again.file)?;
    // Two sites stand in for two sides that there are not.
    recording.rename(recording.layout().sided().into_iter().map(Some).collect())?;
    let pairs = recording.layout().pairs();
    let settings = Settings { derived: false, ..again.settings.clone() };
    let end = stretches.iter().map(|stretch| stretch.span.end.0).max().unwrap_or(0).min(recording.frames());
    // A still point that begins in the last of them is told a while after it.
    let end = (end + recording.layout().nominal.frames(crate::signal::Seconds(120.0))).min(recording.frames());
    let mut run = Run::new(&recording, &settings, Span { start: SampleIndex(0), end: SampleIndex(end) });
    let (step, nominal) = run.step();
    let channels = recording.layout().channels.len();
    let mut holds =
        Holds::new(stretches.iter().map(|stretch| stretch.span).collect(), &settings, (channels, step, nominal)).with_pairs(pairs);
    while let Some((rows, at)) = run.next(&mut recording)? {
        rows.iter().for_each(|row| holds.push(row));
        if let Err(mpsc::error::TrySendError::Closed(_)) = tell.try_send(Said::Part(at.0 as f64 / end.max(1) as f64)) {
            break;
        }
    }
    Ok(Compared { stretches, holds: holds.finish(), sides: holds.sides(), apart: holds.apart() })
}
