//! The signal files as they are written: samples through hound, the next file when one is full.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavSpec, WavWriter};

use super::journal::{private, sync_folder};
use super::tail::Tail;
use super::{About, StoreError};
use crate::format::wav::Shape;

/// A signal file ends before this many bytes of samples: well below the 32-bit counters of WAV, and of every program
/// that reads them as signed.
pub(super) const LIMIT: u64 = (1 << 30) - (1 << 20);

/// At this many waiting bytes they are written without waiting for the next checkpoint.
const WRITE_AT: usize = 1 << 16;

/// So many bytes are kept in memory while the disk takes nothing: nearly a day of two channels at 100 Hz.
const BACKLOG: usize = 64 << 20;

/// One signal file, open for writing.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    file: File,
    tail: Tail,
    bytes: u64,
}

/// The signal files of a session that is being recorded.
pub(super) struct SignalWriter {
    folder: PathBuf,
    spec: WavSpec,
    limit: u64,
    number: u32,
    part: Part,
    stream: WavWriter<Tail>,
}

impl SignalWriter {
    /// Makes `signal.wav` with a header and no samples.
    pub(super) fn create(folder: &Path, about: &About, limit: u64) -> Result<Self, StoreError> {
        let channels = about.layout.channels.len() as u16;
        // The true rate is session.toml's; this one, as it was when the session began, is for players.
        let sample_rate = Shape::whole_rate(about.rate().hz(), channels);
        let spec = WavSpec { channels, sample_rate, bits_per_sample: 32, sample_format: SampleFormat::Float };
        let (part, stream) = begin(folder, 1, spec)?;
        Ok(Self { folder: folder.to_owned(), spec, limit, number: 1, part, stream })
    }

    /// Whether a block of so many samples should begin a new file.
    pub(super) fn is_full(&self, samples: usize) -> bool {
        self.part.bytes > 0 && self.part.bytes + 4 * samples as u64 > self.limit
    }

    /// The number of the file being written, from 1.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// Closes the file and begins the next. After an error the old one is still open.
    pub(super) fn rotate(&mut self) -> Result<(), StoreError> {
        self.checkpoint()?;
        let (part, stream) = begin(&self.folder, self.number + 1, self.spec)?;
        self.number += 1;
        (self.part, self.stream) = (part, stream);
        Ok(())
    }

    /// Whether so many samples can be held, whatever the disk does.
    pub(super) fn has_room(&self, samples: usize) -> bool {
        let bytes = 4 * samples;
        self.part.tail.waiting() + bytes <= BACKLOG && self.part.bytes + (bytes as u64) < u64::from(u32::MAX) - (1 << 20)
    }

    /// Takes samples of whole frames. They are taken even where an error says that the disk takes nothing now.
    pub(super) fn append(&mut self, samples: &[f32]) -> Result<(), StoreError> {
        for sample in samples {
            self.stream.write_sample(*sample).map_err(|error| self.failed(error))?;
        }
        self.part.bytes += 4 * samples.len() as u64;
        if self.part.tail.waiting() < WRITE_AT {
            return Ok(());
        }
        self.write()
    }

    /// Puts everything on disk, with a header that says so.
    pub(super) fn checkpoint(&mut self) -> Result<(), StoreError> {
        self.stream.flush().map_err(|error| self.failed(error))?;
        self.write()?;
        self.part.file.sync_data().map_err(StoreError::io(&self.part.path, "make the samples safe on disk"))
    }

    fn write(&mut self) -> Result<(), StoreError> {
        self.part.tail.write_to(&self.part.file).map_err(StoreError::io(&self.part.path, "write the samples"))
    }

    fn failed(&self, error: hound::Error) -> StoreError {
        hound_failed(&self.part.path, error)
    }
}

/// The name of the signal file of a number, from 1.
pub(super) fn part_name(number: u32) -> String {
    if number == 1 { "signal.wav".to_owned() } else { format!("signal-{number:03}.wav") }
}

fn begin(folder: &Path, number: u32, spec: WavSpec) -> Result<(Part, WavWriter<Tail>), StoreError> {
    let path = folder.join(part_name(number));
    let tail = Tail::default();
    let mut stream = WavWriter::new(tail.clone(), spec).map_err(|error| hound_failed(&path, error))?;
    stream.flush().map_err(|error| hound_failed(&path, error))?;
    let create = || {
        let file = private(OpenOptions::new().write(true).create(true).truncate(true)).open(&path)?;
        tail.write_to(&file)?;
        file.sync_all()?;
        sync_folder(folder)?;
        Ok(file)
    };
    let file = create().map_err(StoreError::io(&path, "begin a signal file"))?;
    Ok((Part { path, file, tail, bytes: 0 }, stream))
}

fn hound_failed(path: &Path, error: hound::Error) -> StoreError {
    let source = match error {
        hound::Error::IoError(error) => error,
        other => std::io::Error::other(other),
    };
    StoreError::Io { path: path.to_owned(), attempted: "lay out the samples", source }
}
