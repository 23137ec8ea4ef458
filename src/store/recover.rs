//! Making whole what a crash left behind: the headers are made to count what is there, a torn line is taken off the
//! journal, the end mark is set. Opening does not need it; other programs, which believe headers, do.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use super::parts::Part;
use super::{Event, Journal, Recording, RecordingKind, StoreError, journal};

/// Recovers a session folder; gives what was wrong, a line each. A session that is whole is not touched.
///
/// # Errors
/// Where it is no session, is still being recorded, or the disk refuses.
pub fn recover(folder: &Path) -> Result<Vec<String>, StoreError> {
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
        count_what_is_there(part).map_err(StoreError::io(&part.path, "bring its header up to date"))?;
    }
    let path = folder.join(journal::FILE);
    cut_torn_line(&path).map_err(StoreError::io(&path, "take the torn line off the journal"))?;
    if let Some(about) = &recording.about {
        let clock = recording.clocks().last().copied().or(about.clock);
        super::About { clock, ..about.clone() }.save(folder)?;
    }
    Journal::open(folder)?.record(&Event::End { frames: recording.frames() })?;
    Ok(recording.damage().to_vec())
}

fn count_what_is_there(part: &Part) -> io::Result<()> {
    let data = part.header.frames * part.header.frame_bytes() as u64;
    let end = part.header.data_start + data;
    if end > u64::from(u32::MAX) {
        return Ok(());
    }
    let mut file = OpenOptions::new().write(true).open(&part.path)?;
    file.set_len(end)?;
    for (at, size) in [(4, end - 8), (part.header.data_start - 4, data)] {
        file.seek(SeekFrom::Start(at))?;
        file.write_all(&(size as u32).to_le_bytes())?;
    }
    file.sync_all()
}

fn cut_torn_line(path: &Path) -> io::Result<()> {
    let whole = match File::open(path) {
        Ok(file) => journal::whole_length(file)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    OpenOptions::new().write(true).open(path)?.set_len(whole)
}
