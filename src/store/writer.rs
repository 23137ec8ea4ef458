//! A session being recorded.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavSpec, WavWriter};

use super::journal::private;
use super::{About, Event, Journal, SIGNAL, StoreError, said};
use crate::signal::{Block, clean};

/// A new signal file is begun before the last one has so many bytes.
const LARGEST_FILE: u64 = 1 << 30;

/// A session folder that is written to.
pub struct SessionWriter {
    folder: PathBuf,
    about: About,
    journal: Journal,
    signal: Signal,
    frames: u64,
    largest: u64,
    part: u32,
}

/// One signal file.
struct Signal {
    path: PathBuf,
    wav: WavWriter<BufWriter<File>>,
    disk: File,
    bytes: u64,
}

/// A session that is whole on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Where.
    pub folder: PathBuf,
    /// How many frames.
    pub frames: u64,
}

impl SessionWriter {
    /// Makes a folder in `root` (which is made too), named after the local time of the start, and opens the session in it.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn create(root: &Path, about: &About, name: Option<&str>) -> Result<Self, StoreError> {
        let folder = new_folder(root, about, name)?;
        about.save(&folder)?;
        let journal = Journal::open(&folder)?;
        let signal = Signal::create(folder.join(SIGNAL), about)?;
        Ok(Self { folder, about: about.clone(), journal, signal, frames: 0, largest: LARGEST_FILE, part: 1 })
    }

    /// Begins new signal files at another size, for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn rotating_at(self, bytes: u64) -> Self {
        Self { largest: bytes, ..self }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Appends a block that begins where the last one ended.
    ///
    /// # Errors
    /// Where it cannot be written, or does not follow.
    pub fn append(&mut self, block: &Block) -> Result<(), StoreError> {
        if block.start.0 != self.frames || block.channels != self.about.layout.channels.len() {
            let why = std::io::Error::other(format!("frame {} was handed over where {} is due", block.start.0, self.frames));
            return Err(StoreError::Io { path: self.signal.path.clone(), doing: "append to it", why });
        }
        let frame = block.channels as u64 * 4;
        for frames in block.samples.chunks_exact(block.channels) {
            if self.signal.bytes + frame > self.largest {
                self.rotate()?;
            }
            for sample in frames {
                self.signal.wav.write_sample(*sample).map_err(|error| wav_error(&self.signal.path, error))?;
            }
            self.signal.bytes += frame;
            self.frames += 1;
        }
        Ok(())
    }

    fn rotate(&mut self) -> Result<(), StoreError> {
        self.signal.checkpoint()?;
        self.part += 1;
        self.signal = Signal::create(self.folder.join(part_name(self.part)), &self.about)?;
        Ok(())
    }

    /// Appends an event; it is on disk when this returns.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn record(&mut self, event: &Event) -> Result<(), StoreError> {
        if let Event::Clock(clock) = event {
            self.about.clock = Some(*clock);
        }
        match event {
            // Told often and confirmed to nobody: on disk with the next checkpoint.
            Event::Clock(_) | Event::Fault { .. } => self.journal.append(event),
            _ => self.journal.record(event),
        }
    }

    /// Everything so far is on disk, with a true header, when this returns.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn checkpoint(&mut self) -> Result<(), StoreError> {
        self.signal.checkpoint()?;
        self.journal.sync()
    }

    /// Writes the last samples, the true rate and the end mark.
    ///
    /// # Errors
    /// Where it cannot be written; what was checkpointed is safe.
    pub fn finish(mut self) -> Result<Finished, StoreError> {
        self.signal.checkpoint()?;
        self.about.save(&self.folder)?;
        self.journal.record(&Event::End { frames: self.frames })?;
        Ok(Finished { folder: self.folder, frames: self.frames })
    }
}

impl Signal {
    fn create(path: PathBuf, about: &About) -> Result<Self, StoreError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        private(&mut options);
        let file = options.open(&path).map_err(said(&path, "make it"))?;
        let disk = file.try_clone().map_err(said(&path, "make it"))?;
        let hz = about.clock.map_or(about.layout.nominal, |clock| clock.rate).hz();
        let spec = WavSpec {
            channels: about.layout.channels.len() as u16,
            // The header holds whole rates only; the true one is in session.toml.
            sample_rate: hz.round().max(1.0) as u32,
            bits_per_sample: 32,
            sample_format: SampleFormat::Float,
        };
        let wav = WavWriter::new(BufWriter::with_capacity(1 << 16, file), spec).map_err(|error| wav_error(&path, error))?;
        Ok(Self { path, wav, disk, bytes: 0 })
    }

    fn checkpoint(&mut self) -> Result<(), StoreError> {
        self.wav.flush().map_err(|error| wav_error(&self.path, error))?;
        self.disk.sync_data().map_err(said(&self.path, "write it to disk"))
    }
}

fn wav_error(path: &Path, error: hound::Error) -> StoreError {
    let why = match error {
        hound::Error::IoError(error) => error,
        other => std::io::Error::other(other.to_string()),
    };
    StoreError::Io { path: path.to_path_buf(), doing: "write samples to it", why }
}

/// `signal-002.wav` and on.
pub(super) fn part_name(part: u32) -> String {
    format!("signal-{part:03}.wav")
}

fn new_folder(root: &Path, about: &About, name: Option<&str>) -> Result<PathBuf, StoreError> {
    std::fs::create_dir_all(root).map_err(said(root, "make the folder for sessions"))?;
    let local = about.started.to_zoned_datetime(jiff::tz::TimeZone::system());
    let mut base = local.strftime("%Y-%m-%d_%H-%M-%S").to_string();
    if let Some(name) = name.map(harmless).filter(|name| !name.is_empty()) {
        base = format!("{base}_{name}");
    }
    let mut number = 1;
    loop {
        let folder = root.join(if number == 1 { base.clone() } else { format!("{base}-{number}") });
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        match builder.create(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && number < 1000 => number += 1,
            done => return done.map(|()| folder.clone()).map_err(said(&folder, "make the session's folder")),
        }
    }
}

/// A text as a part of a file name: letters, digits, dash, underscore and dot; never a path, never hidden.
pub fn harmless(text: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let name: String = clean(text).chars().map(safe).take(60).collect();
    name.trim_matches(['-', '.']).to_owned()
}
