//! Appending to events.jsonl, and reading it back after whatever happened to it.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, BufReader, Read as _, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::disk::{self, Disk, DiskFile, SystemDisk};
use super::event::{self, Read};
use super::{Event, StoreError, regular};
use crate::signal::{ClockPoint, Edit, Gap, Past, SampleIndex, Sight, Way};

pub(super) const FILE: &str = "events.jsonl";

/// A longer line was not written by this program, and is skipped without being held in memory.
const LONGEST_LINE: u64 = 1 << 20;

/// The journal of a session, open for appending: for annotating during a replay as during a recording. Nobody else can write to it meanwhile.
#[derive(Debug)]
pub struct Journal<F = File> {
    path: PathBuf,
    file: F,
    /// The file's length up to which it consists of whole lines.
    whole: u64,
    /// A write failed: there may be bytes after the whole lines.
    ragged: bool,
}

impl Journal {
    /// Opens the journal of a session that exists; makes one where a crash left none.
    ///
    /// # Errors
    /// Where another program records or annotates the session, or the system refuses.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_on(&SystemDisk, folder)
    }
}

impl<F: DiskFile> Journal<F> {
    pub(super) fn open_on(disk: &impl Disk<File = F>, folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        let fail = StoreError::io(&path, "open the journal for annotations");
        let file = match disk.open(&path) {
            Ok(file) => file,
            Err(error) => return Err(fail(error)),
        };
        // A file system without locks does without.
        if let Err(TryLockError::WouldBlock) = file.hold() {
            return Err(StoreError::InProgress { path: folder.to_owned() });
        }
        let (whole, torn) = length(&path).map_err(fail)?;
        let mut journal = Self { path, file, whole, ragged: false };
        if torn {
            // The line that a crash tore is closed, so that it does not swallow the next.
            journal.append("\n")?;
        }
        Ok(journal)
    }

    /// Appends an event. It is on disk when this returns.
    ///
    /// # Errors
    /// Where the disk refuses; then nothing of the event is in the journal.
    pub fn record(&mut self, event: &Event) -> Result<(), StoreError> {
        self.append(&event::line(event))
    }

    pub(super) fn append(&mut self, line: &str) -> Result<(), StoreError> {
        let written = self.take_back().and_then(|()| {
            self.ragged = true;
            disk::write_all(&mut self.file, self.whole, line.as_bytes())?;
            disk::sync(&mut self.file)
        });
        if written.is_ok() {
            self.whole += line.len() as u64;
            self.ragged = false;
        } else {
            // Half a line, as a full disk leaves it. Where it cannot be taken back now, it is before the next attempt.
            drop(self.take_back());
        }
        written.map_err(StoreError::io(&self.path, "write to the journal"))
    }

    /// Takes off what a write that failed left behind.
    pub(super) fn take_back(&mut self) -> io::Result<()> {
        if self.ragged {
            self.file.set_length(self.whole)?;
            disk::sync(&mut self.file)?;
            self.ragged = false;
        }
        Ok(())
    }

    /// Takes a line without an end off, so that the journal consists of whole lines.
    pub(super) fn cut_torn_line(disk: &impl Disk<File = F>, folder: &Path) -> io::Result<()> {
        let path = folder.join(FILE);
        let whole = match regular::file(&path) {
            Ok(file) => whole_length(file)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        if fs::metadata(&path)?.len() == whole {
            return Ok(());
        }
        let mut file = disk.open(&path)?;
        file.set_length(whole)?;
        disk::sync(&mut file)
    }
}

/// Whether somebody writes to the journal of a session at this moment.
pub(super) fn is_held(file: &File) -> bool {
    if !cfg!(unix) {
        return false;
    }
    let held = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
    // Given back at once, so that looking keeps nobody from writing.
    drop(file.unlock());
    held
}

/// The length of a file, and whether its last line is torn.
fn length(path: &Path) -> io::Result<(u64, bool)> {
    let mut file = regular::file(path)?;
    let length = file.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok((0, false));
    }
    let mut byte = [0];
    file.seek(SeekFrom::Start(length - 1))?;
    file.read_exact(&mut byte)?;
    Ok((length, byte != *b"\n"))
}

/// The length up to which a journal consists of whole lines.
fn whole_length(file: File) -> io::Result<u64> {
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
    /// The way back through all of them.
    pub(super) past: Past,
    pub(super) gaps: Vec<Gap>,
    pub(super) clocks: Vec<ClockPoint>,
    pub(super) faults: u64,
    pub(super) end: Option<u64>,
    /// Signal files after the first: number and first frame.
    pub(super) parts: Vec<(u32, u64)>,
    /// What was hidden from which frame on, as the program noted it.
    pub(super) sights: Vec<(SampleIndex, Sight)>,
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
    /// Reads a journal to its end; `self` is what was there before its first line.
    pub(super) fn read(self, input: impl io::Read) -> io::Result<Self> {
        let mut input = BufReader::new(input);
        let mut record = self;
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
            Read::Event(Event::Annotation(edit, way)) => {
                if let (Edit::Put(note), Way::Told) = (&edit, way) {
                    self.sights.extend(Sight::of_note(note).map(|sight| (note.start, sight)));
                }
                let before = self.edits.insert(edit.id().0, edit.clone());
                self.past.take(&edit, way, before.unwrap_or(Edit::Delete(edit.id())));
            }
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
        fs::write(&path, "{\"type\":\"end\",\"frames\":7}\n{\"type\":\"annot").unwrap();
        let record = Record::default().read(File::open(&path).unwrap()).unwrap();
        assert_eq!((record.end, record.torn, record.unreadable), (Some(7), true, 0));
        let delete = Edit::Delete(AnnotationId(4));
        Journal::open(folder.path()).unwrap().record(&Event::Annotation(delete.clone(), Way::Done)).unwrap();
        let record = Record::default().read(File::open(&path).unwrap()).unwrap();
        assert_eq!((record.torn, record.unreadable, record.edits.get(&4)), (false, 1, Some(&delete)));
    }

    #[cfg(unix)]
    #[test]
    fn two_programs_do_not_write_to_one_journal_and_who_reads_keeps_nobody_from_writing() {
        let folder = tempfile::tempdir().unwrap();
        let first = Journal::open(folder.path()).unwrap();
        let file = File::open(folder.path().join(FILE)).unwrap();
        assert!(is_held(&file));
        assert!(matches!(Journal::open(folder.path()), Err(StoreError::InProgress { .. })));
        drop(first);
        assert!(!is_held(&file));
        Journal::open(folder.path()).unwrap().record(&Event::End { frames: 0 }).unwrap();
    }

    #[test]
    fn a_line_without_end_is_not_held_in_memory() {
        let long = [b'x'].repeat(3 << 20);
        let then = b"\n{\"type\":\"end\",\"frames\":1}\n";
        let record = Record::default().read(long.chain(&then[..])).unwrap();
        assert_eq!((record.end, record.unreadable, record.torn), (Some(1), 1, false));
    }

    #[test]
    fn where_there_is_no_journal_no_line_is_torn_and_what_cannot_be_read_is_said() {
        let folder = tempfile::tempdir().unwrap();
        Journal::cut_torn_line(&SystemDisk, folder.path()).unwrap();
        fs::create_dir(folder.path().join(FILE)).unwrap();
        assert!(Journal::cut_torn_line(&SystemDisk, folder.path()).is_err());
    }
}
