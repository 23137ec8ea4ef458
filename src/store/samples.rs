//! Where a recording's samples are: in signal files, in an EDF file, or in memory.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::parts::{Part, Parts};
use super::{StoreError, regular};
use crate::format::{Edf, Table, Wfdb};
use crate::signal::SampleIndex;

/// The samples of a recording, read at any place.
#[derive(Debug)]
pub(super) enum Samples {
    /// The signal files of a session, or one WAV file.
    Parts(Parts),
    /// An EDF or BDF file.
    Edf(Box<Edf<File>>),
    /// A WFDB record.
    Wfdb(Box<Wfdb<File>>),
    /// A table, which was read at opening.
    Table(Arc<Table>),
}

impl Samples {
    pub(super) fn frames(&self) -> u64 {
        match self {
            Self::Parts(parts) => parts.frames(),
            Self::Edf(edf) => edf.contents().frames,
            Self::Wfdb(record) => record.contents().frames,
            Self::Table(table) => table.contents().frames,
        }
    }

    /// The signal files; none of a foreign file but WAV.
    pub(super) fn files(&self) -> &[Part] {
        if let Self::Parts(parts) = self { parts.files() } else { &[] }
    }

    /// The same, to be read beside these.
    fn again(&self, path: &Path) -> Result<Self, StoreError> {
        match self {
            Self::Parts(parts) => parts.again().map(Self::Parts),
            Self::Edf(edf) => {
                let file = regular::file(path).map_err(StoreError::io(path, "open the file"))?;
                Ok(Self::Edf(Box::new(edf.with_input(file))))
            }
            Self::Wfdb(record) => {
                let again = record.again(|name| regular::file(&path.with_file_name(name)));
                Ok(Self::Wfdb(Box::new(again.map_err(StoreError::io(path, "open the files of the record"))?)))
            }
            Self::Table(table) => Ok(Self::Table(table.clone())),
        }
    }

    /// Fills `into` with up to `wanted` frames from `start` on; gives how many they are. `path` is for an error.
    pub(super) fn read(&mut self, path: &Path, (start, wanted): (SampleIndex, usize), into: &mut Vec<f32>) -> Result<usize, StoreError> {
        match self {
            Self::Parts(parts) => parts.read(start, wanted, into),
            Self::Edf(edf) => edf.read(start, wanted, into).map_err(StoreError::io(path, "read the samples")),
            Self::Wfdb(record) => record.read(start, wanted, into).map_err(StoreError::io(path, "read the samples")),
            Self::Table(table) => Ok(table.frames(start, wanted, into)),
        }
    }
}

/// Reads a recording's samples, beside others that do.
#[derive(Debug)]
pub struct Reader {
    path: PathBuf,
    samples: Samples,
}

impl Reader {
    pub(super) fn new(path: &Path, samples: &Samples) -> Result<Self, StoreError> {
        Ok(Self { path: path.to_owned(), samples: samples.again(path)? })
    }

    /// As [`Recording::read`](super::Recording::read).
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn read(&mut self, start: SampleIndex, frames: usize, samples: &mut Vec<f32>) -> Result<usize, StoreError> {
        self.samples.read(&self.path, (start, frames), samples)
    }
}
