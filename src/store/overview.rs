//! An overview kept on disk, so that a large recording is not read through again: beside a session, or in the cache folder for a foreign file.
//!
//! ```text
//! "stillpoint overview 1\n"  22 bytes
//! stamp                      u64: of the sizes and times of the files that it was made from
//! frames, channels, base     u64 each
//! buckets                    of each frame's channels in turn: min f32, max f32, missing u8
//! sum                        u64: FNV-1a of everything before it
//! ```
//! All little-endian. It is a copy that may be thrown away: whatever does not fit the recording to the byte is made anew.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::{Recording, RecordingKind, regular};
use crate::signal::{BUCKET, Column, Columns, Overview, SampleIndex};

const MAGIC: &[u8; 22] = b"stillpoint overview 1\n";
const HEADER: usize = MAGIC.len() + 4 * 8;
const COLUMN: usize = 9;
/// Smaller recordings are read sooner than anything of them could be kept.
const WORTH: u64 = 8_000_000;

/// Where the overview of a recording is kept.
#[derive(Clone, Debug)]
pub struct OverviewFile {
    path: PathBuf,
    stamp: u64,
    frames: u64,
    channels: u64,
}

impl OverviewFile {
    /// Of a recording; `None` where it is not worth it, still grows, or has no place: a session's is in its folder, a foreign file's in `cache`.
    pub fn of(recording: &Recording, cache: Option<&Path>) -> Option<Self> {
        let (frames, channels) = (recording.frames(), recording.layout().channels.len() as u64);
        if frames.saturating_mul(channels) < WORTH || recording.in_progress {
            return None;
        }
        let stamp = stamp(&recording.files()).ok()?;
        let path = if recording.kind() == RecordingKind::Session {
            recording.path().join("overview.bin")
        } else {
            let whole = fs::canonicalize(recording.path()).ok()?;
            cache?.join(format!("overview-{:016x}.bin", fnv(FNV, whole.as_os_str().as_encoded_bytes())))
        };
        Some(Self { path, stamp, frames, channels })
    }

    /// What was kept, if it is that of the files as they are now.
    pub fn load(&self) -> Option<Overview> {
        let buckets = self.frames.div_ceil(BUCKET);
        let length = usize::try_from(buckets.checked_mul(self.channels)?.checked_mul(COLUMN as u64)?).ok()?;
        let mut file = regular::file(&self.path).ok()?;
        if file.metadata().ok()?.len() != (HEADER + length + 8) as u64 {
            return None;
        }
        let mut header = [0; HEADER];
        file.read_exact(&mut header).ok()?;
        if header != self.header() {
            return None;
        }
        let row = COLUMN * self.channels as usize;
        let mut bytes = vec![0; row * (1 + (1 << 20) / row)];
        let mut overview = Overview::new(self.channels as usize, BUCKET, SampleIndex(0));
        let (mut left, mut sum, mut columns) = (length, fnv(FNV, &header), Vec::new());
        while left > 0 {
            let take = left.min(bytes.len());
            let bytes = bytes.get_mut(..take)?;
            file.read_exact(bytes).ok()?;
            sum = fnv(sum, bytes);
            columns.clear();
            columns.extend(bytes.as_chunks().0.iter().map(column));
            let frames = ((take / row) as u64 * BUCKET).min(self.frames - overview.end().0);
            overview.append(frames, &columns);
            left -= take;
        }
        let mut told = [0; 8];
        file.read_exact(&mut told).ok()?;
        (u64::from_le_bytes(told) == sum).then_some(overview)
    }

    /// Keeps it. Written beside and renamed, so that there is a whole one or none.
    ///
    /// # Errors
    /// Where the disk refuses: then it is made anew the next time.
    pub fn save(&self, overview: &Overview) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        let mut sum = FNV;
        let mut put = |bytes: &[u8]| {
            sum = fnv(sum, bytes);
            file.write_all(bytes)
        };
        put(&self.header())?;
        let mut bytes = Vec::new();
        for at in 0..overview.buckets(0).len() {
            for channel in 0..self.channels as usize {
                let Some(column) = overview.buckets(channel).get(at) else { continue };
                bytes.extend(column.min.to_le_bytes());
                bytes.extend(column.max.to_le_bytes());
                bytes.push(u8::from(column.missing));
            }
            if bytes.len() > 1 << 20 {
                put(&bytes)?;
                bytes.clear();
            }
        }
        put(&bytes)?;
        let sum = sum.to_le_bytes();
        file.write_all(&sum)?;
        file.persist(&self.path)?;
        Ok(())
    }

    fn header(&self) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        let numbers = [self.stamp, self.frames, self.channels, BUCKET].map(u64::to_le_bytes);
        let bytes = MAGIC.iter().chain(numbers.as_flattened());
        header.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        header
    }
}

fn column([a, b, c, d, e, f, g, h, missing]: &[u8; COLUMN]) -> Column {
    Column { min: f32::from_le_bytes([*a, *b, *c, *d]), max: f32::from_le_bytes([*e, *f, *g, *h]), missing: *missing != 0 }
}

/// Another one as soon as a file has another size or was written to.
fn stamp(files: &[&Path]) -> io::Result<u64> {
    let mut stamp = FNV;
    for file in files {
        let found = fs::metadata(file)?;
        let time = found.modified()?.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos() as u64);
        stamp = fnv(fnv(stamp, &found.len().to_le_bytes()), &time.to_le_bytes());
    }
    Ok(stamp)
}

/// Fowler, Noll and Vo's hash with the exclusive or before the multiplication (FNV-1a), 64 bits.
const FNV: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::fold;

    fn kept(folder: &Path, stamp: u64) -> (OverviewFile, Overview) {
        let samples: Vec<f32> = (0..1000_u16).map(|n| if n == 777 { f32::NAN } else { f32::from(n % 97) }).collect();
        let (mut overview, mut buckets) = (Overview::new(2, BUCKET, SampleIndex(0)), Vec::new());
        fold(&samples, 2, BUCKET, &mut buckets);
        overview.append(500, &buckets);
        (OverviewFile { path: folder.join("cache/overview.bin"), stamp, frames: 500, channels: 2 }, overview)
    }

    #[test]
    fn what_was_kept_is_what_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let (file, made) = kept(folder.path(), 7);
        assert_eq!(file.load(), None);
        file.save(&made).unwrap();
        let again = file.load().unwrap();
        let text = |overview: &Overview| format!("{overview:?}");
        assert_eq!(text(&again), text(&made));
    }

    #[test]
    fn of_files_that_have_changed_and_of_a_damaged_copy_nothing_is_believed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, made) = kept(folder.path(), 7);
        file.save(&made).unwrap();
        assert_eq!(OverviewFile { stamp: 8, ..file.clone() }.load(), None, "the recording was written to");
        assert_eq!(OverviewFile { frames: 501, ..file.clone() }.load(), None);
        let whole = fs::read(&file.path).unwrap();
        for at in 0..whole.len() {
            let mut hurt = whole.clone();
            hurt[at] ^= 0x10;
            fs::write(&file.path, &hurt).unwrap();
            assert_eq!(file.load(), None, "byte {at} was another");
        }
        fs::write(&file.path, &whole[..whole.len() - 1]).unwrap();
        assert_eq!(file.load(), None);
    }

    #[test]
    fn of_a_small_recording_none_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("night.csv");
        fs::write(&path, "time,left\n0,1\n0.1,2\n0.2,3\n").unwrap();
        let recording = Recording::open(&path, None).unwrap();
        assert!(OverviewFile::of(&recording, Some(folder.path())).is_none());
    }
}
