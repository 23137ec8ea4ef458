//! What can go wrong with a session or a recording: where, what was attempted, and what to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::format::{EdfError, TableError, WavError, WfdbError};

/// One clear line: path, what was wrong, what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing is at the path.
    #[error("{path}: there is no such file or folder; check the name")]
    Missing {
        /// As given.
        path: PathBuf,
    },
    /// A folder without a session in it.
    #[error("{path}: this folder is no session (it has neither session.toml nor signal.wav); name a session's folder or a file")]
    NotASession {
        /// As given.
        path: PathBuf,
    },
    /// A file that cannot be read as WAV.
    #[error("{path}: {source}")]
    Wav {
        /// The file.
        path: PathBuf,
        /// What was wrong with it.
        source: WavError,
    },
    /// A file that cannot be read as EDF or BDF.
    #[error("{path}: {source}")]
    Edf {
        /// The file.
        path: PathBuf,
        /// What was wrong with it.
        source: EdfError,
    },
    /// A record that cannot be read as WFDB.
    #[error("{path}: {source}")]
    Wfdb {
        /// The header.
        path: PathBuf,
        /// What was wrong with it.
        source: WfdbError,
    },
    /// A file that cannot be read as a table.
    #[error("{path}: {source}")]
    Table {
        /// The file.
        path: PathBuf,
        /// What was wrong with it.
        source: TableError,
    },
    /// The system refused.
    #[error("{path}: cannot {attempted}: {source}; {}", advice(source))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was attempted, as "write the samples".
        attempted: &'static str,
        /// The system's words.
        source: io::Error,
    },
    /// The layout cannot be recorded.
    #[error("{path}: cannot record {channels} channels; a session has 1 to {max}", max = super::MAX_CHANNELS)]
    Channels {
        /// Where it was to be recorded.
        path: PathBuf,
        /// How many there were.
        channels: usize,
    },
    /// More channels are named than there are.
    #[error("{path}: {stated} channels are named and the recording has {there}")]
    TooManyNames {
        /// The recording.
        path: PathBuf,
        /// By the user.
        stated: usize,
        /// In the recording.
        there: usize,
    },
    /// Two channels of one name.
    #[error("{path}: two channels would be called {name}; give each a name of its own")]
    NameTwice {
        /// The recording.
        path: PathBuf,
        /// Which.
        name: String,
    },
    /// The block does not begin where the last one ended, or has other channels. It was not taken.
    #[error(
        "{path}: a block of {channels} channels at frame {start} does not continue the recording at frame {expected}; it was not written"
    )]
    Discontinuous {
        /// The session.
        path: PathBuf,
        /// Where the block begins.
        start: u64,
        /// Where it should.
        expected: u64,
        /// Channels of the block.
        channels: usize,
    },
    /// Another program, or this one, is writing the session.
    #[error("{path}: another program is recording or annotating it at this moment; finish there first")]
    InProgress {
        /// The session.
        path: PathBuf,
    },
}

impl StoreError {
    pub(super) fn io(path: &Path, attempted: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, attempted, source }
    }
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "choose a folder that you may use",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space, or choose another disk",
        io::ErrorKind::InvalidInput => "copy what it holds into a file of its own, or record what comes from it with `stillpoint record -`",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "a file is in the way; choose another folder",
        _ => "check the disk, or choose another folder",
    }
}
