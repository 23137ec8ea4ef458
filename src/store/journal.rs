//! Appending to events.jsonl, and reading it back after whatever happened to it.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read as _, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::event::{self, Read};
use super::{Event, StoreError};
use crate::signal::{ClockPoint, Edit, Gap};

pub(super) const FILE: &str = "events.jsonl";

/// A longer line was not written by this program, and is skipped without being held in memory.
const LONGEST_LINE: u64 = 1 << 20;

/// The journal of a session, open for appending: for annotating during a replay as during a recording.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// The file's length up to which it consists of whole lines.
    whole: u64,
}

impl Journal {
    /// Opens the journal of a session that exists; makes one where a crash left none.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        let fail = StoreError::io(&path, "open the journal for annotations");
        let open = || {
            let mut file = private(OpenOptions::new().read(true).append(true).create(true)).open(&path)?;
            let whole = file.seek(SeekFrom::End(0))?;
            if whole > 0 && last_byte(&mut file, whole)? != b'\n' {
                // The line that a crash tore is closed, so that it does not swallow the next.
                file.write_all(b"\n")?;
                return Ok((file, whole + 1));
            }
            Ok((file, whole))
        };
        let (file, whole) = open().map_err(fail)?;
        Ok(Self { path, file, whole })
    }

    /// Marks the session as being recorded, until this is dropped or its process ends in any way.
    pub(super) fn hold(&self) {
        // A file system without locks does without the mark.
        if cfg!(unix) {
            self.file.try_lock().ok();
        }
    }

    /// Appends an event. It is on disk when this returns.
    ///
    /// # Errors
    /// Where the disk refuses; then nothing of the event is in the journal.
    pub fn record(&mut self, event: &Event) -> Result<(), StoreError> {
        self.append(&event::line(event))
    }

    pub(super) fn append(&mut self, line: &str) -> Result<(), StoreError> {
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        if written.is_ok() {
            self.whole += line.len() as u64;
        } else {
            // Half a line, as a full disk leaves it, is taken back; the next attempt begins on a fresh line.
            drop(self.file.set_len(self.whole));
        }
        written.map_err(StoreError::io(&self.path, "write to the journal"))
    }
}

/// Whether a recorder holds the journal of a session at this moment.
pub(super) fn is_held(file: &File) -> bool {
    cfg!(unix) && matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// The length up to which a journal consists of whole lines.
pub(super) fn whole_length(file: File) -> io::Result<u64> {
    let mut input = BufReader::new(file);
    let (mut at, mut whole) = (0, 0);
    loop {
        let buffer = input.fill_buf()?;
        let length = buffer.len();
        if let Some(last) = buffer.iter().rposition(|byte| *byte == b'\n') {
            whole = at + last as u64 + 1;
        }
        if length == 0 {
            return Ok(whole);
        }
        at += length as u64;
        input.consume(length);
    }
}

/// What a journal said.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The last edit of every annotation.
    pub(super) edits: BTreeMap<u64, Edit>,
    pub(super) gaps: Vec<Gap>,
    pub(super) clocks: Vec<ClockPoint>,
    pub(super) faults: u64,
    pub(super) end: Option<u64>,
    /// Signal files after the first: number and first frame.
    pub(super) parts: Vec<(u32, u64)>,
    /// Lines of types that this version does not know.
    pub(super) unknown: u64,
    /// Lines that make no sense.
    pub(super) unreadable: u64,
    /// The last line has no end.
    pub(super) torn: bool,
    /// A recorder is writing it at this moment.
    pub(super) held: bool,
}

impl Record {
    /// Reads a journal to its end.
    pub(super) fn read(input: impl io::Read) -> io::Result<Self> {
        let mut input = BufReader::new(input);
        let mut record = Self::default();
        let mut line = Vec::new();
        loop {
            line.clear();
            input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
            match line.last() {
                None => return Ok(record),
                Some(b'\n') => record.take(event::read(&line)),
                Some(_) if line.len() as u64 == LONGEST_LINE => {
                    record.unreadable += 1;
                    record.torn = !skip_line(&mut input)?;
                }
                Some(_) => record.torn = true,
            }
        }
    }

    fn take(&mut self, read: Read) {
        match read {
            Read::Event(Event::Annotation(edit)) => drop(self.edits.insert(edit.id().0, edit)),
            Read::Event(Event::Gap(gap)) => self.gaps.push(gap),
            Read::Event(Event::Clock(point)) => self.clocks.push(point),
            Read::Event(Event::Fault { .. }) => self.faults += 1,
            Read::Event(Event::End { frames }) => self.end = Some(frames),
            Read::Part { number, start } => self.parts.push((number, start)),
            Read::Unknown => self.unknown += 1,
            Read::Unreadable => self.unreadable += 1,
        }
    }
}

/// Readable and writable by nobody else, where the system knows such a thing.
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Makes a new or renamed entry of a folder safe against a power cut.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn last_byte(file: &mut File, length: u64) -> io::Result<u8> {
    let mut byte = [0];
    file.seek(SeekFrom::Start(length - 1))?;
    file.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// Skips to after the next newline; `false` where there is none.
fn skip_line(input: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, found) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), false),
        };
        input.consume(used);
        if found || used == 0 {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::AnnotationId;

    #[test]
    fn a_torn_line_is_dropped_and_does_not_swallow_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        std::fs::write(&path, "{\"type\":\"end\",\"frames\":7}\n{\"type\":\"annot").unwrap();
        let record = Record::read(File::open(&path).unwrap()).unwrap();
        assert_eq!((record.end, record.torn, record.unreadable), (Some(7), true, 0));
        let delete = Edit::Delete(AnnotationId(4));
        Journal::open(folder.path()).unwrap().record(&Event::Annotation(delete.clone())).unwrap();
        let record = Record::read(File::open(&path).unwrap()).unwrap();
        assert_eq!((record.torn, record.unreadable, record.edits.get(&4)), (false, 1, Some(&delete)));
    }

    #[test]
    fn a_line_without_end_is_not_held_in_memory() {
        let long = [b'x'].repeat(3 << 20);
        let then = b"\n{\"type\":\"end\",\"frames\":1}\n";
        let record = Record::read(long.chain(&then[..])).unwrap();
        assert_eq!((record.end, record.unreadable, record.torn), (Some(1), 1, false));
    }
}
