//! Signal files as one long row of frames, read at any place.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::{StoreError, regular};
use crate::format::wav::decode;
use crate::format::{WavError, WavHeader};
use crate::signal::{MISSING, SampleIndex};

/// One file of the row.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) path: PathBuf,
    pub(super) file: File,
    pub(super) header: WavHeader,
    /// Where its first frame stands in the row.
    pub(super) first: u64,
}

/// The row. Frames that no file holds are [`MISSING`].
#[derive(Debug)]
pub(super) struct Parts {
    files: Vec<Part>,
    channels: usize,
    frames: u64,
    cache: Cache,
}

/// Bytes read ahead, so that reading on costs one system call in many.
#[derive(Debug, Default)]
struct Cache {
    part: usize,
    /// The frame of the part that the bytes begin with.
    first: u64,
    bytes: Vec<u8>,
}

const READ_AHEAD: usize = 1 << 16;

impl Parts {
    /// A row of files in order, all of as many channels.
    pub(super) fn new(files: Vec<Part>, channels: usize) -> Self {
        let frames = files.last().map_or(0, |part| part.first + part.header.frames);
        Self { files, channels, frames, cache: Cache::default() }
    }

    /// The same files, opened once more.
    pub(super) fn again(&self) -> Result<Self, StoreError> {
        let open = |part: &Part| {
            let file = regular::file(&part.path).map_err(StoreError::io(&part.path, "open the file"))?;
            Ok(Part { path: part.path.clone(), file, header: part.header.clone(), first: part.first })
        };
        Ok(Self {
            files: self.files.iter().map(open).collect::<Result<_, StoreError>>()?,
            channels: self.channels,
            frames: self.frames,
            cache: Cache::default(),
        })
    }

    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    pub(super) fn files(&self) -> &[Part] {
        &self.files
    }

    /// Fills `samples` with up to `wanted` frames from `start` on; gives how many they are.
    pub(super) fn read(&mut self, start: SampleIndex, wanted: usize, samples: &mut Vec<f32>) -> Result<usize, StoreError> {
        samples.clear();
        let end = start.0.saturating_add(wanted as u64).min(self.frames);
        let mut at = start.0;
        while at < end {
            let index = self.files.partition_point(|part| part.first <= at);
            let stop = self.files.get(index).map_or(end, |next| next.first.min(end));
            let mut missing = at..stop;
            if let Some((index, part)) = index.checked_sub(1).and_then(|index| Some((index, self.files.get(index)?))) {
                let held = part.first + part.header.frames;
                missing.start = stop.min(held).max(at);
                self.read_part(index, at..missing.start, samples)?;
            }
            let length = samples.len() + (missing.end - missing.start) as usize * self.channels;
            samples.resize(length, MISSING);
            at = stop;
        }
        Ok(end.saturating_sub(start.0) as usize)
    }

    fn read_part(&mut self, index: usize, span: std::ops::Range<u64>, samples: &mut Vec<f32>) -> Result<(), StoreError> {
        let Some(part) = self.files.get_mut(index) else { return Ok(()) };
        let frame = part.header.frame_bytes() as u64;
        let mut at = span.start - part.first;
        let end = span.end - part.first;
        while at < end {
            let cached = self.cache.first..self.cache.first + self.cache.bytes.len() as u64 / frame;
            if self.cache.part != index || !cached.contains(&at) {
                self.cache.part = index;
                self.cache.fill(part, at).map_err(StoreError::io(&part.path, "read the samples"))?;
                continue;
            }
            let until = end.min(cached.end);
            let bytes = ((at - cached.start) * frame) as usize..((until - cached.start) * frame) as usize;
            decode(part.header.encoding, self.cache.bytes.get(bytes).unwrap_or_default(), samples);
            at = until;
        }
        Ok(())
    }
}

impl Cache {
    /// Reads whole frames of `part` from its frame `at` on: at least one, or an error.
    fn fill(&mut self, part: &mut Part, at: u64) -> io::Result<()> {
        let frame = part.header.frame_bytes();
        let frames = (READ_AHEAD / frame).max(1).min((part.header.frames - at) as usize);
        self.bytes.resize(frames * frame, 0);
        self.first = at;
        part.file.seek(SeekFrom::Start(part.header.data_start + at * frame as u64))?;
        let read = part.file.read_exact(&mut self.bytes);
        if read.is_err() {
            self.bytes.clear();
        }
        read
    }
}

/// Opens a file of samples.
pub(super) fn open(path: &Path, extent: crate::format::Extent) -> Result<(File, WavHeader), StoreError> {
    let mut file = regular::file(path).map_err(StoreError::io(path, "open the file"))?;
    let header = WavHeader::read(&mut file, extent).map_err(|source| wav_error(path, source))?;
    if header.channels > super::MAX_CHANNELS {
        let what = format!("{} channels, of at most {}", header.channels, super::MAX_CHANNELS);
        return Err(wav_error(path, WavError::Header { what }));
    }
    Ok((file, header))
}

fn wav_error(path: &Path, source: WavError) -> StoreError {
    match source {
        WavError::Io(source) => StoreError::Io { path: path.to_owned(), attempted: "read the file", source },
        source => StoreError::Wav { path: path.to_owned(), source },
    }
}
