//! A session while it is recorded.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::disk::{Disk, SystemDisk};
use super::signal::SignalWriter;
use super::{About, Event, Journal, MAX_CHANNELS, StoreError, name};
use crate::format::wav::Shape;
use crate::signal::{Block, Gap, GapCause, SampleIndex, Seconds};

/// At so many waiting bytes they are written without waiting for the next checkpoint.
const WRITE_AT: usize = 1 << 20;

/// Faults that wait for the journal beyond this are not worth its memory.
const MOST_PENDING: usize = 1 << 16;

/// A session that was finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Where it is.
    pub folder: PathBuf,
    /// Its length.
    pub frames: u64,
}

/// How large things may become, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Samples in one signal file: well below the 32-bit counters of WAV, and of every program that reads them as signed.
    pub file: u64,
    /// Samples in memory while the disk takes nothing: two hours of eight channels at 250 Hz. Then the oldest are given up.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file: (1 << 30) - (1 << 20), memory: 64 << 20 }
    }
}

/// Where a session is made, and how.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The folder for sessions; made where it is not there.
    pub root: &'a Path,
    /// What stands after the local time in the name of the session's folder; it cannot lead out of `root`.
    pub name: Option<&'a str>,
    /// How large things may become.
    pub limits: Limits,
}

/// Writes a session folder. Dropped before [`SessionWriter::finish`] it puts what it has on disk, without an end mark.
///
/// Samples and events are taken in any case; an error says that the disk does not take them now. They wait in memory and are written with
/// the next checkpoint that succeeds. Where memory holds as many samples as it may, the oldest are given up, and named as a gap.
#[derive(Debug)]
pub struct SessionWriter<D: Disk = SystemDisk> {
    disk: D,
    folder: PathBuf,
    about: About,
    signal: SignalWriter<D::File>,
    journal: Journal<D::File>,
    /// Events that the disk has not taken yet, oldest first.
    pending: VecDeque<Event>,
    frames: u64,
    lost: u64,
    /// The last attempt failed. Until the next checkpoint nothing is tried.
    refused: bool,
    finished: bool,
}

impl SessionWriter {
    /// Makes the folder below `root` (and `root`, where it is not there), named by the local time and `name`;
    /// with `-2`, `-3`, … where the name is taken.
    ///
    /// # Errors
    /// Where a folder or file cannot be made, or the channels are none or too many.
    pub fn create(root: &Path, about: &About, name: Option<&str>) -> Result<Self, StoreError> {
        Self::create_on(SystemDisk, Place { root, name, limits: Limits::default() }, about)
    }
}

impl<D: Disk> SessionWriter<D> {
    /// As [`SessionWriter::create`], on another disk or within other limits.
    ///
    /// # Errors
    /// As [`SessionWriter::create`].
    pub fn create_on(disk: D, place: Place<'_>, about: &About) -> Result<Self, StoreError> {
        let channels = about.layout.channels.len();
        if !(1..=MAX_CHANNELS).contains(&channels) {
            return Err(StoreError::Channels { path: place.root.to_owned(), channels });
        }
        let folder = make_folder(&disk, &place, about)?;
        Self::begin(disk, &place, (&folder, about)).inspect_err(|_| {
            // Nothing was recorded yet: what is half made is of no use to anybody.
            drop(std::fs::remove_dir_all(&folder));
        })
    }

    fn begin(disk: D, place: &Place<'_>, (folder, about): (&Path, &About)) -> Result<Self, StoreError> {
        about.save(&disk, folder)?;
        let journal = Journal::open_on(&disk, folder)?;
        let channels = about.layout.channels.len() as u16;
        // The true rate is session.toml's; this one, as it was when the session began, is for players.
        let shape = (channels, Shape::whole_rate(about.rate().hz(), channels));
        let signal = SignalWriter::create(&disk, folder, shape, place.limits)?;
        disk.sync_folder(place.root).map_err(StoreError::io(place.root, "make the new folder safe on disk"))?;
        let (folder, about) = (folder.to_owned(), about.clone());
        Ok(Self { disk, folder, about, signal, journal, pending: VecDeque::new(), frames: 0, lost: 0, refused: false, finished: false })
    }

    /// Where the session is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The frame that the next block has to begin with.
    pub fn end(&self) -> SampleIndex {
        SampleIndex(self.frames)
    }

    /// Takes a block that begins at [`SessionWriter::end`] (frame 0 is the session's first).
    ///
    /// # Errors
    /// Where the block does not continue the session, it is left out. Of kind [`StoreError::Io`] where the disk refuses; then it was taken.
    pub fn append(&mut self, block: &Block) -> Result<(), StoreError> {
        let channels = self.about.layout.channels.len();
        if block.start != self.end() || block.channels != channels || !block.samples.len().is_multiple_of(channels) {
            let (start, expected) = (block.start.0, self.frames);
            return Err(StoreError::Discontinuous { path: self.folder.clone(), start, expected, channels: block.channels });
        }
        self.signal.append(&block.samples);
        self.frames += block.frames() as u64;
        if self.refused || self.signal.waiting() < WRITE_AT { Ok(()) } else { self.checkpoint() }
    }

    /// Takes an event. It is in the journal on disk when this returns without an error.
    ///
    /// # Errors
    /// Where the disk refuses; then it was taken, and [`SessionWriter::pending`] counts it.
    pub fn record(&mut self, event: &Event) -> Result<(), StoreError> {
        if let Event::Clock(point) = event {
            self.about.clock = Some(*point);
        }
        self.queue(event.clone());
        self.drain()
    }

    /// Events that are not on disk yet.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Frames that are not safe on disk yet.
    pub fn waiting(&self) -> u64 {
        self.signal.waiting_frames()
    }

    /// Frames that were given up because the disk took nothing for too long.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Puts every event and sample on disk, with a header that says so. To be called at least once a second.
    ///
    /// # Errors
    /// Where the disk refuses; what it did not take waits, and the next call tries again.
    pub fn checkpoint(&mut self) -> Result<(), StoreError> {
        let events = self.drain();
        let samples = self.signal.checkpoint(&self.disk, &mut self.journal);
        let gaps: Vec<Gap> = self.signal.lost().map(|span| Gap { span, cause: GapCause::Disk, exact: true }).collect();
        for gap in gaps {
            self.lost += gap.span.frames();
            self.queue(Event::Gap(gap));
        }
        let told = events.and_then(|()| self.drain()).and(samples);
        self.refused = told.is_err();
        told
    }

    /// How long the disk has room for more at this rate; `None` where the system does not say.
    pub fn room(&self) -> Option<Seconds> {
        let free = self.disk.free(&self.folder).ok()?;
        let per_second = self.about.rate().hz() * 4.0 * self.about.layout.channels.len() as f64;
        let waiting = self.signal.waiting() as u64;
        Some(Seconds(free.saturating_sub(waiting) as f64 / per_second))
    }

    /// Ends the session: samples, description and, last, the end mark.
    ///
    /// # Errors
    /// Where the disk refuses. Without its end mark the session opens as not finished; with an old session.toml it is
    /// whole, as the last clock is in the journal too.
    pub fn finish(mut self) -> Result<Finished, StoreError> {
        self.checkpoint()?;
        self.signal.seal()?;
        let described = self.about.save(&self.disk, &self.folder);
        self.journal.record(&Event::End { frames: self.frames })?;
        self.finished = true;
        described?;
        Ok(Finished { folder: self.folder.clone(), frames: self.frames })
    }

    /// Hands events to the journal in their order, as far as the disk takes them.
    fn drain(&mut self) -> Result<(), StoreError> {
        while let Some(event) = self.pending.front() {
            if let Err(error) = self.journal.record(event) {
                self.refused = true;
                return Err(error);
            }
            self.pending.pop_front();
        }
        Ok(())
    }

    fn queue(&mut self, event: Event) {
        if self.pending.len() < MOST_PENDING || !matches!(event, Event::Fault { .. }) {
            self.pending.push_back(event);
        }
    }
}

impl<D: Disk> Drop for SessionWriter<D> {
    fn drop(&mut self) {
        if !self.finished {
            // There is nobody left to tell; what could not be written is named when the session is opened.
            drop(self.checkpoint());
        }
    }
}

fn make_folder(disk: &impl Disk, place: &Place<'_>, about: &About) -> Result<PathBuf, StoreError> {
    make_root(disk, place.root).map_err(StoreError::io(place.root, "make the folder for sessions"))?;
    let mut base = about.started.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d_%H-%M-%S").to_string();
    let suffix = place.name.map(name::slug).filter(|name| !name.is_empty());
    if let Some(suffix) = suffix {
        base = format!("{base}_{suffix}");
    }
    let names = std::iter::once(base.clone()).chain((2..10_000).map(|n| format!("{base}-{n}")));
    for folder in names.map(|name| place.root.join(name)) {
        match disk.make_folder(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => return result.map(|()| folder.clone()).map_err(StoreError::io(&folder, "make the session's folder")),
        }
    }
    let taken = io::Error::from(io::ErrorKind::AlreadyExists);
    Err(StoreError::Io { path: place.root.join(base), attempted: "make the session's folder", source: taken })
}

/// Makes the folder for sessions with those above it, and each name of them safe on disk.
fn make_root(disk: &impl Disk, root: &Path) -> io::Result<()> {
    if root.is_dir() {
        return Ok(());
    }
    let above = root.parent().filter(|above| !above.as_os_str().is_empty());
    if let Some(above) = above {
        make_root(disk, above)?;
    }
    match disk.make_folder(root) {
        // Made by another program a moment ago, or a file of that name.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && root.is_dir() => Ok(()),
        made => made,
    }?;
    disk.sync_folder(above.unwrap_or(Path::new(".")))
}
