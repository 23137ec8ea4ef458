//! Where hound writes: the end of a signal file that is not on disk yet, and its header.
//!
//! hound seeks back to its header at every flush and loses its place when a write fails in between, and it does not
//! give its writer back. So it writes to memory, where nothing fails; what is in memory goes to the file at absolute
//! places, which can be tried again for as long as the disk is full.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Length of the header that hound writes before float32 samples.
pub(super) const HEADER: u64 = 68;

/// The handle that hound has, and the one that the file is written from.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail(Arc<Mutex<Bytes>>);

#[derive(Debug, Default)]
struct Bytes {
    header: Vec<u8>,
    /// Sample bytes that are on disk.
    on_disk: u64,
    /// Sample bytes that follow those.
    waiting: Vec<u8>,
    /// Where the next write goes.
    at: u64,
}

impl Tail {
    /// Bytes of samples that are not on disk yet.
    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Writes what is waiting, then the header. After an error everything is as before, and can be tried again.
    pub(super) fn write_to(&self, mut file: &File) -> io::Result<()> {
        let mut bytes = self.lock();
        file.seek(SeekFrom::Start(HEADER + bytes.on_disk))?;
        file.write_all(&bytes.waiting)?;
        bytes.on_disk += bytes.waiting.len() as u64;
        bytes.waiting.clear();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&bytes.header)
    }

    fn lock(&self) -> MutexGuard<'_, Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Tail {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let mut bytes = self.lock();
        let end = HEADER + bytes.on_disk + bytes.waiting.len() as u64;
        if bytes.at >= HEADER && bytes.at == end {
            bytes.waiting.extend_from_slice(data);
        } else {
            let (from, to) = (bytes.at as usize, bytes.at as usize + data.len());
            if to as u64 > HEADER {
                return Err(io::Error::other("a write into samples that were written before"));
            }
            let length = bytes.header.len().max(to);
            bytes.header.resize(length, 0);
            bytes.header[from..to].copy_from_slice(data);
        }
        bytes.at += data.len() as u64;
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Tail {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut bytes = self.lock();
        bytes.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(0) => bytes.at,
            SeekFrom::Current(_) | SeekFrom::End(_) => return Err(io::Error::other("a seek that hound does not make")),
        };
        Ok(bytes.at)
    }
}

#[cfg(test)]
mod tests {
    use hound::{SampleFormat, WavSpec, WavWriter};

    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_full_disk_refuses_is_written_when_there_is_space_again() {
        let tail = Tail::default();
        let spec = WavSpec { channels: 1, sample_rate: 100, bits_per_sample: 32, sample_format: SampleFormat::Float };
        let mut stream = WavWriter::new(tail.clone(), spec).unwrap();
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        for n in 0..3_u8 {
            stream.write_sample(f32::from(n)).unwrap();
            stream.flush().unwrap();
            assert_eq!(tail.write_to(&full).unwrap_err().kind(), io::ErrorKind::StorageFull);
        }
        let mut file = tempfile::tempfile().unwrap();
        tail.write_to(&file).unwrap();
        stream.write_sample(3.0_f32).unwrap();
        stream.flush().unwrap();
        tail.write_to(&file).unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        let samples: Vec<f32> = hound::WavReader::new(file).unwrap().into_samples().map(Result::unwrap).collect();
        assert_eq!(samples, [0.0, 1.0, 2.0, 3.0]);
    }

    #[test]
    fn the_header_has_the_length_that_is_counted_on() {
        let tail = Tail::default();
        let spec = WavSpec { channels: 1024, sample_rate: 1, bits_per_sample: 32, sample_format: SampleFormat::Float };
        let stream = WavWriter::new(tail.clone(), spec).unwrap();
        let header = tail.lock().header.len() as u64;
        assert_eq!((header, tail.waiting(), stream.len()), (HEADER, 0, 0));
    }
}
