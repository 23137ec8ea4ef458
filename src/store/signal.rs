//! The signal files as they are written: what waits in memory, what is on disk, the next file when one is full.
//!
//! Samples wait in memory until they are safe on disk, not only until they are written: after a sync that failed they are written again. The header counts
//! what was made safe before it, so that after a power cut everything that a header counts is there. While the disk takes nothing memory holds the newest
//! samples; where it can hold no more the oldest are given up, and the next file begins after them.

use std::path::{Path, PathBuf};

use super::disk::{self, Disk, DiskFile};
use super::{Journal, Limits, StoreError, event};
use crate::format::wav::{HEADER, Shape};
use crate::signal::{SampleIndex, Span};

/// So many bytes are written and made safe at a time: where there is a little space, a little is saved.
const PIECE: usize = 1 << 20;

/// What is attempted by a sync.
const SAFE: &str = "make the samples safe on disk";

/// Room for waiting samples beyond this is given back when they are on disk.
const USUAL: usize = 4 * PIECE;

/// One signal file, open for writing.
#[derive(Debug)]
struct Part<F> {
    number: u32,
    path: PathBuf,
    file: F,
    /// Where its first frame stands in the session.
    first: u64,
    /// Frames that are safe on disk.
    frames: u64,
    /// Frames that the header on disk counts for sure.
    counted: u64,
    /// A write failed: there may be bytes after the frames that are safe.
    ragged: bool,
}

/// The signal files of a session that is being recorded.
#[derive(Debug)]
pub(super) struct SignalWriter<F> {
    folder: PathBuf,
    channels: u16,
    rate_hz: u32,
    limits: Limits,
    part: Part<F>,
    /// Bytes of whole frames that are not safe on disk yet.
    waiting: Vec<u8>,
    /// The session's frame that they begin with.
    waiting_from: u64,
    /// What was given up and now lies between two files.
    lost: Vec<Span>,
}

impl<F: DiskFile> SignalWriter<F> {
    /// Makes `signal.wav` with a header and no samples.
    pub(super) fn create(disk: &impl Disk<File = F>, folder: &Path, shape: (u16, u32), limits: Limits) -> Result<Self, StoreError> {
        let (channels, rate_hz) = shape;
        let (path, file) = begin(disk, folder, 1, Shape { channels, rate_hz, frames: 0 })?;
        let part = Part { number: 1, path, file, first: 0, frames: 0, counted: 0, ragged: false };
        Ok(Self { folder: folder.to_owned(), channels, rate_hz, limits, part, waiting: Vec::new(), waiting_from: 0, lost: Vec::new() })
    }

    /// Takes samples of whole frames, into memory. Where it holds as much as it may, the oldest that wait are given up.
    pub(super) fn append(&mut self, samples: &[f32]) {
        let bytes = 4 * samples.len();
        if self.waiting.len() + bytes > self.limits.memory {
            let frames = bytes.max(self.limits.memory / 16).div_ceil(self.frame()).min(self.waiting.len() / self.frame());
            self.waiting.drain(..frames * self.frame());
            self.waiting_from += frames as u64;
        }
        self.waiting.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    }

    /// Bytes that are not safe on disk yet.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Frames that are not safe on disk yet.
    pub(super) fn waiting_frames(&self) -> u64 {
        (self.waiting.len() / self.frame()) as u64
    }

    /// The frames that were given up since this was last asked and now lie between two files.
    pub(super) fn lost(&mut self) -> impl Iterator<Item = Span> + '_ {
        self.lost.drain(..)
    }

    /// Puts everything on disk, in as many files as it needs.
    pub(super) fn checkpoint(&mut self, disk: &impl Disk<File = F>, journal: &mut Journal<F>) -> Result<(), StoreError> {
        // What an attempt that failed left is taken off first: written over, it could be mixed with what is written now, within one sector.
        self.seal()?;
        while !self.waiting.is_empty() {
            if self.room() == 0 {
                self.next_file(disk, journal)?;
            }
            self.save_piece()?;
            self.count()?;
        }
        if self.waiting.capacity() > USUAL {
            self.waiting.shrink_to(PIECE);
        }
        Ok(())
    }

    /// Makes sure that the header counts every frame and that nothing is behind them.
    pub(super) fn seal(&mut self) -> Result<(), StoreError> {
        self.count()?;
        let end = HEADER + self.part.frames * self.frame() as u64;
        let part = &mut self.part;
        if part.ragged {
            part.file.set_length(end).map_err(StoreError::io(&part.path, "cut the samples where they end"))?;
            disk::sync(&mut part.file).map_err(StoreError::io(&part.path, SAFE))?;
            part.ragged = false;
        }
        Ok(())
    }

    /// Bytes of whole frames that may be written to this file: at least one frame, unless it is full or frames are missing before those that wait.
    fn room(&self) -> usize {
        let frame = self.frame() as u64;
        let most = (self.limits.file / frame).max(1).min((u64::from(u32::MAX) - HEADER) / frame);
        if self.part.first + self.part.frames == self.waiting_from { (most.saturating_sub(self.part.frames) * frame) as usize } else { 0 }
    }

    fn save_piece(&mut self) -> Result<(), StoreError> {
        let frame = self.frame();
        let wanted = self.waiting.len().min(self.room()).min((PIECE / frame).max(1) * frame);
        let piece = self.waiting.get(..wanted).unwrap_or(&self.waiting);
        let at = HEADER + self.part.frames * frame as u64;
        let part = &mut self.part;
        part.ragged = true;
        disk::write_all(&mut part.file, at, piece).map_err(StoreError::io(&part.path, "write the samples"))?;
        disk::sync(&mut part.file).map_err(StoreError::io(&part.path, SAFE))?;
        part.ragged = false;
        let written = piece.len();
        let frames = (written / frame) as u64;
        part.frames += frames;
        self.waiting.drain(..written);
        self.waiting_from += frames;
        Ok(())
    }

    /// Makes a header safe that counts the frames that are safe. Before it is, nothing is written behind them: so it is known from where on a
    /// power cut may have left zeros.
    fn count(&mut self) -> Result<(), StoreError> {
        let shape = Shape { channels: self.channels, rate_hz: self.rate_hz, frames: self.part.frames };
        let part = &mut self.part;
        if part.counted == part.frames {
            return Ok(());
        }
        write_header(&mut part.file, shape).map_err(StoreError::io(&part.path, "bring the header up to date"))?;
        disk::sync(&mut part.file).map_err(StoreError::io(&part.path, SAFE))?;
        part.counted = part.frames;
        Ok(())
    }

    /// Begins the next file. The journal says at which frame before the file is there, so that a reader can place it; where
    /// beginning it fails the next attempt says so again, and the last such line counts.
    fn next_file(&mut self, disk: &impl Disk<File = F>, journal: &mut Journal<F>) -> Result<(), StoreError> {
        self.seal()?;
        let (number, first) = (self.part.number + 1, self.waiting_from);
        let end = self.part.first + self.part.frames;
        journal.append(&event::part_line(number, first))?;
        let (path, file) = begin(disk, &self.folder, number, Shape { channels: self.channels, rate_hz: self.rate_hz, frames: 0 })?;
        self.part = Part { number, path, file, first, frames: 0, counted: 0, ragged: false };
        self.lost.extend((end < first).then_some(Span { start: SampleIndex(end), end: SampleIndex(first) }));
        Ok(())
    }

    fn frame(&self) -> usize {
        4 * usize::from(self.channels)
    }
}

/// The name of the signal file of a number, from 1.
pub(super) fn part_name(number: u32) -> String {
    if number == 1 { "signal.wav".to_owned() } else { format!("signal-{number:03}.wav") }
}

fn begin<D: Disk>(disk: &D, folder: &Path, number: u32, shape: Shape) -> Result<(PathBuf, D::File), StoreError> {
    let path = folder.join(part_name(number));
    let create = || {
        let mut file = disk.open(&path)?;
        file.set_length(0)?;
        write_header(&mut file, shape)?;
        disk::sync(&mut file)?;
        disk.sync_folder(folder)?;
        Ok(file)
    };
    let file = create().map_err(StoreError::io(&path, "begin a signal file"))?;
    Ok((path, file))
}

fn write_header(file: &mut impl DiskFile, shape: Shape) -> std::io::Result<()> {
    let header = shape.header().ok_or_else(|| std::io::Error::other("more samples than a header can count"))?;
    disk::write_all(file, 0, &header)
}
