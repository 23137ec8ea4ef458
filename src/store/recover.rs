//! Making whole what a crash left behind: the headers are made to count what is there, a torn line is taken off the
//! journal, the end mark is set. Opening does not need it; other programs, which believe headers, do.
//! The end mark comes last and every step can be done twice, so that a recovery which is itself cut short is simply done again.

use std::io;
use std::path::Path;

use super::disk::{self, Disk, DiskFile, SystemDisk};
use super::parts::{self, Part};
use super::signal::part_name;
use super::{Event, Journal, Recording, RecordingKind, StoreError, journal};
use crate::format::Extent;
use crate::format::wav::{HEADER, Shape};

/// Recovers a session folder; gives what was wrong, a line each. A session that is whole is not touched.
///
/// # Errors
/// Where it is no session, is still being recorded, or the disk refuses.
pub fn recover(folder: &Path) -> Result<Vec<String>, StoreError> {
    recover_on(&SystemDisk, folder)
}

/// As [`recover`], on another disk.
///
/// # Errors
/// As [`recover`].
pub fn recover_on(disk: &impl Disk, folder: &Path) -> Result<Vec<String>, StoreError> {
    let recording = Recording::open(folder, None)?;
    if recording.kind() != RecordingKind::Session {
        return Err(StoreError::NotASession { path: folder.to_owned() });
    }
    if recording.in_progress {
        return Err(StoreError::InProgress { path: folder.to_owned() });
    }
    if recording.damage().is_empty() {
        return Ok(Vec::new());
    }
    for part in recording.samples.files() {
        count_what_is_there(disk, part).map_err(StoreError::io(&part.path, "bring its header up to date"))?;
    }
    let channels = recording.layout().channels.len() as u16;
    let shape = Shape { channels, rate_hz: Shape::whole_rate(recording.rate().hz(), channels), frames: 0 };
    for number in 1..=recording.samples.files().len() as u32 + 1 {
        let path = folder.join(part_name(number));
        begin_again(disk, &path, shape).map_err(StoreError::io(&path, "give it a header"))?;
    }
    Journal::cut_torn_line(disk, folder).map_err(StoreError::io(&folder.join(journal::FILE), "take the torn line off the journal"))?;
    if let Some(about) = &recording.about {
        let clock = recording.clocks().last().copied().or(about.clock);
        super::About { clock, ..about.clone() }.save(disk, folder)?;
    }
    Journal::open_on(disk, folder)?.record(&Event::End { frames: recording.frames() })?;
    Ok(recording.damage().to_vec())
}

/// A file that a crash cut off before its header was whole gets one that counts no samples.
fn begin_again(disk: &impl Disk, path: &Path, shape: Shape) -> io::Result<()> {
    let begun = std::fs::metadata(path).is_ok_and(|found| found.len() <= HEADER) && parts::open(path, Extent::File).is_err();
    let (true, Some(header)) = (begun, shape.header()) else { return Ok(()) };
    let mut file = disk.open(path)?;
    disk::write_all(&mut file, 0, &header)?;
    disk::sync(&mut file)
}

fn count_what_is_there(disk: &impl Disk, part: &Part) -> io::Result<()> {
    let data = part.header.frames * part.header.frame_bytes() as u64;
    let end = part.header.data_start + data;
    if end > u64::from(u32::MAX) {
        return Ok(());
    }
    let mut file = disk.open(&part.path)?;
    file.set_length(end)?;
    for (at, size) in [(4, end - 8), (part.header.data_start - 4, data)] {
        disk::write_all(&mut file, at, &(size as u32).to_le_bytes())?;
    }
    disk::sync(&mut file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::Settings;
    use crate::signal::{Channel, ClockPoint, Layout, Rate, SampleIndex};
    use crate::store::{About, SessionWriter};

    #[test]
    fn a_signal_file_longer_than_a_header_can_count_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signal.wav");
        std::fs::write(&path, Shape { channels: 1, rate_hz: 100, frames: 0 }.header().unwrap()).unwrap();
        let (file, mut header) = parts::open(&path, Extent::File).unwrap();
        header.frames = u64::from(u32::MAX / 4) + 1;
        count_what_is_there(&SystemDisk, &Part { path: path.clone(), file, header, first: 0 }).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), HEADER);
    }

    #[test]
    fn the_rate_that_was_measured_last_is_in_the_description_of_a_session_that_was_recovered() {
        let root = tempfile::tempdir().unwrap();
        let rate = |hz| Rate::from_hz(hz).unwrap();
        let about = About {
            started: "2026-11-23T10:15:00Z".parse().unwrap(),
            layout: Layout { channels: vec![Channel::unnamed(0)], nominal: rate(100.0) },
            clock: None,
            device: String::new(),
            wire_format: String::new(),
            simulated: true,
            settings: Settings::default(),
        };
        let mut writer = SessionWriter::create(root.path(), &about, None).unwrap();
        let measured = ClockPoint { at: SampleIndex(0), rate: rate(99.5), std_err_hz: 0.01 };
        writer.record(&Event::Clock(measured)).unwrap();
        let folder = writer.folder().to_owned();
        drop(writer);
        recover(&folder).unwrap();
        let text = std::fs::read_to_string(folder.join("session.toml")).unwrap();
        assert_eq!(About::parse(&text), Ok((About { clock: Some(measured), ..about }, None)));
    }
}
