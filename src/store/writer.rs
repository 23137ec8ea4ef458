//! A session while it is recorded.

use std::fs::DirBuilder;
use std::io;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::signal::{LIMIT, SignalWriter};
use super::{About, Event, Journal, MAX_CHANNELS, StoreError, event, journal, name};
use crate::signal::{Block, SampleIndex};

/// A session that was finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Where it is.
    pub folder: PathBuf,
    /// Its length.
    pub frames: u64,
}

/// Writes a session folder. Dropped before [`SessionWriter::finish`] it puts what it has on disk, without an end mark.
pub struct SessionWriter {
    folder: PathBuf,
    about: About,
    signal: SignalWriter,
    journal: Journal,
    frames: u64,
    finished: bool,
}

impl SessionWriter {
    /// Makes the folder below `root` (and `root`, where it is not there), named by the local time and `name`, which
    /// cannot lead out of `root`; with `-2`, `-3`, … where the name is taken.
    ///
    /// # Errors
    /// Where a folder or file cannot be made, or the channels are none or too many.
    pub fn create(root: &Path, about: &About, name: Option<&str>) -> Result<Self, StoreError> {
        Self::with_limit(root, about, name, LIMIT)
    }

    /// As [`SessionWriter::create`], with another size at which a new signal file is begun: for tests.
    ///
    /// # Errors
    /// As [`SessionWriter::create`].
    #[doc(hidden)]
    pub fn with_limit(root: &Path, about: &About, name: Option<&str>, limit: u64) -> Result<Self, StoreError> {
        let channels = about.layout.channels.len();
        if !(1..=MAX_CHANNELS).contains(&channels) {
            return Err(StoreError::Channels { path: root.to_owned(), channels });
        }
        let folder = make_folder(root, about, name)?;
        about.save(&folder)?;
        let journal = Journal::open(&folder)?;
        journal.hold();
        let signal = SignalWriter::create(&folder, about, limit)?;
        journal::sync_folder(root).map_err(StoreError::io(root, "make the new folder safe on disk"))?;
        Ok(Self { folder, about: about.clone(), signal, journal, frames: 0, finished: false })
    }

    /// Where the session is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The frame that the next block has to begin with.
    pub fn end(&self) -> SampleIndex {
        SampleIndex(self.frames)
    }

    /// Takes a block that begins at [`SessionWriter::end`] (frame 0 is the session's first). After an error of kind
    /// [`StoreError::Io`] it was taken all the same and is written as soon as the disk lets it; the other errors
    /// leave it out.
    ///
    /// # Errors
    /// As said above.
    pub fn append(&mut self, block: &Block) -> Result<(), StoreError> {
        let channels = self.about.layout.channels.len();
        if block.start != self.end() || block.channels != channels || !block.samples.len().is_multiple_of(channels) {
            let (start, expected) = (block.start.0, self.frames);
            return Err(StoreError::Discontinuous { path: self.folder.clone(), start, expected, channels: block.channels });
        }
        let rotated = if self.signal.is_full(block.samples.len()) { self.rotate() } else { Ok(()) };
        if !self.signal.has_room(block.samples.len()) {
            return Err(StoreError::Backlog { path: self.folder.clone(), frames: block.frames() });
        }
        let appended = self.signal.append(&block.samples);
        self.frames += block.frames() as u64;
        rotated.and(appended)
    }

    /// Appends an event to the journal. It is on disk when this returns.
    ///
    /// # Errors
    /// Where the disk refuses; then nothing of the event is in the journal.
    pub fn record(&mut self, event: &Event) -> Result<(), StoreError> {
        if let Event::Clock(point) = event {
            self.about.clock = Some(*point);
        }
        self.journal.record(event)
    }

    /// Puts every sample on disk, with a header that says so. To be called at least once a second.
    ///
    /// # Errors
    /// Where the disk refuses; nothing is lost, and the next call tries again.
    pub fn checkpoint(&mut self) -> Result<(), StoreError> {
        self.signal.checkpoint()
    }

    /// Ends the session: samples, description and, last, the end mark.
    ///
    /// # Errors
    /// Where the disk refuses. Without its end mark the session opens as not finished; with an old session.toml it is
    /// whole, as the last clock is in the journal too.
    pub fn finish(mut self) -> Result<Finished, StoreError> {
        self.signal.checkpoint()?;
        let described = self.about.save(&self.folder);
        self.journal.record(&Event::End { frames: self.frames })?;
        self.finished = true;
        described?;
        Ok(Finished { folder: self.folder.clone(), frames: self.frames })
    }

    /// The journal names the next file's first frame before the file is begun, so that a reader can place it. Where
    /// beginning it fails, the old file goes on and the next block tries again; the last such line counts.
    fn rotate(&mut self) -> Result<(), StoreError> {
        self.journal.append(&event::part_line(self.signal.number() + 1, self.frames))?;
        self.signal.rotate()
    }
}

impl Drop for SessionWriter {
    fn drop(&mut self) {
        if !self.finished {
            // There is nobody left to tell; what could not be written is named when the session is opened.
            drop(self.signal.checkpoint());
        }
    }
}

fn make_folder(root: &Path, about: &About, name: Option<&str>) -> Result<PathBuf, StoreError> {
    builder().recursive(true).create(root).map_err(StoreError::io(root, "make the folder for sessions"))?;
    let mut base = about.started.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d_%H-%M-%S").to_string();
    let suffix = name.map(name::slug).filter(|name| !name.is_empty());
    if let Some(suffix) = suffix {
        base = format!("{base}_{suffix}");
    }
    let names = std::iter::once(base.clone()).chain((2..10_000).map(|n| format!("{base}-{n}")));
    for folder in names.map(|name| root.join(name)) {
        match builder().create(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => return result.map(|()| folder.clone()).map_err(StoreError::io(&folder, "make the session's folder")),
        }
    }
    let taken = io::Error::from(io::ErrorKind::AlreadyExists);
    Err(StoreError::Io { path: root.join(base), attempted: "make the session's folder", source: taken })
}

fn builder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
