//! Where a recording's samples are: in signal files, in an EDF file, or in memory.

use std::fs::File;
use std::path::Path;

use super::StoreError;
use super::parts::{Part, Parts};
use crate::format::{Edf, Table};
use crate::signal::SampleIndex;

/// The samples of a recording, read at any place.
#[derive(Debug)]
pub(super) enum Samples {
    /// The signal files of a session, or one WAV file.
    Parts(Parts),
    /// An EDF or BDF file.
    Edf(Box<Edf<File>>),
    /// A table, which was read at opening.
    Table(Table),
}

impl Samples {
    pub(super) fn frames(&self) -> u64 {
        match self {
            Self::Parts(parts) => parts.frames(),
            Self::Edf(edf) => edf.contents().frames,
            Self::Table(table) => table.contents().frames,
        }
    }

    /// The signal files; none of a foreign file but WAV.
    pub(super) fn files(&self) -> &[Part] {
        if let Self::Parts(parts) = self { parts.files() } else { &[] }
    }

    /// Fills `into` with up to `wanted` frames from `start` on; gives how many they are. `path` is for an error.
    pub(super) fn read(&mut self, path: &Path, (start, wanted): (SampleIndex, usize), into: &mut Vec<f32>) -> Result<usize, StoreError> {
        match self {
            Self::Parts(parts) => parts.read(start, wanted, into),
            Self::Edf(edf) => edf.read(start, wanted, into).map_err(StoreError::io(path, "read the samples")),
            Self::Table(table) => Ok(table.frames(start, wanted, into)),
        }
    }
}
