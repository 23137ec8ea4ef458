//! Floor 2: our session folder (create, append, journal, recover, open at random) and whatever else can be replayed.
//!
//! A session is a folder with `signal.wav` (float32, NaN where a sample is missing), `session.toml` and `events.jsonl` (append only).
//! Samples are on disk within half a second, an event before it is confirmed. A folder without its end mark is read as far as it goes.

mod about;
mod event;
mod journal;
mod recording;
mod writer;

pub use about::About;
pub use event::Event;
pub use journal::Journal;
pub use recording::{Recording, RecordingKind};
pub use writer::{Finished, SessionWriter, harmless};

use std::io;
use std::path::{Path, PathBuf};

use crate::format::wav::WavError;

/// The samples.
const SIGNAL: &str = "signal.wav";
/// What is known of the session.
const ABOUT: &str = "session.toml";
/// What happened in it.
const EVENTS: &str = "events.jsonl";

/// What went wrong with a recording, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The path leads nowhere.
    #[error("{}: no such file or folder", .0.display())]
    Missing(PathBuf),
    /// A folder of something else.
    #[error("{}: this folder holds no session (there is no {SIGNAL} in it)", .0.display())]
    NoSession(PathBuf),
    /// The session's description cannot be read.
    #[error("{}: {why}", path.display())]
    About {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The samples cannot be read.
    #[error("{}: {why}", path.display())]
    Wav {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: WavError,
    },
    /// The header has no rate.
    #[error("{}: the header says 0 Hz; give the rate with --rate HZ", .0.display())]
    NoRate(PathBuf),
    /// The user's channels do not fit.
    #[error("{stated} channels are named and the recording has {there}")]
    Channels {
        /// By `--channels`.
        stated: usize,
        /// In the recording.
        there: usize,
    },
    /// The system says no.
    #[error("{}: cannot {doing}: {why}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was attempted.
        doing: &'static str,
        /// The system's words.
        why: io::Error,
    },
}

/// Puts path and attempt to the system's words.
fn said(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_path_buf();
    move |why| StoreError::Io { path, doing, why }
}
