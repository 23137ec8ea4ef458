//! `events.jsonl`, appended to. A line is on disk before it is confirmed.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{EVENTS, Event, StoreError, said};

/// The journal of a session, open for appending.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Opens the journal of a session folder, making it where there is none. A line that was torn is ended first.
    ///
    /// # Errors
    /// Where it cannot be opened or another program writes to it.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(EVENTS);
        let mut options = OpenOptions::new();
        options.create(true).read(true).append(true);
        private(&mut options);
        let mut file = options.open(&path).map_err(said(&path, "open it"))?;
        file.try_lock().map_err(|why| StoreError::Io {
            path: path.clone(),
            doing: "write to it while another stillpoint does",
            why: why.into(),
        })?;
        let torn = ends_torn(&mut file).map_err(said(&path, "read it"))?;
        if torn {
            file.write_all(b"\n").map_err(said(&path, "write to it"))?;
        }
        Ok(Self { path, file })
    }

    /// Appends one event and waits until it is on disk.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn record(&mut self, event: &Event) -> Result<(), StoreError> {
        self.append(event)?;
        self.sync()
    }

    /// Appends one event; it is on disk after the next [`Journal::sync`].
    pub(super) fn append(&mut self, event: &Event) -> Result<(), StoreError> {
        let line = event.line() + "\n";
        self.file.write_all(line.as_bytes()).map_err(said(&self.path, "write to it"))
    }

    pub(super) fn sync(&mut self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(said(&self.path, "write it to disk"))
    }
}

fn ends_torn(file: &mut File) -> std::io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// For its user alone.
pub(super) fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = options;
}
