//! A disk that fails on demand, and that remembers what it was asked to do, so that a power cut at any instant can be played.
//!
//! It writes through to real files below a folder, so that readers see what a program sees that was not cut off. Beside that it keeps a log. [`Log::cut`]
//! makes, from a prefix of the log, one of the folders that a power cut may leave: what was synced is there; of what was not, each write
//! may be there, or not, or in part (whole sectors of 512 bytes), in any order, with zeros where the file had grown already; a name that
//! was not synced with its folder may be the old one or the new one.

#![allow(dead_code, clippy::unwrap_used, reason = "every test file is a crate of its own and uses a part of this")]

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};
use stillpoint::store::{Disk, DiskFile, SystemDisk};

pub mod kill;
pub mod matrix;

/// Sectors are written whole or not at all.
const SECTOR: u64 = 512;

/// What the disk was asked to do, and did. Files are told by number, as two may have had one name.
#[derive(Clone, Debug)]
pub enum Done {
    Folder(PathBuf),
    Make {
        file: usize,
        path: PathBuf,
    },
    Write {
        file: usize,
        at: u64,
        bytes: Vec<u8>,
    },
    Length {
        file: usize,
        length: u64,
    },
    Sync {
        file: usize,
    },
    /// A sync failed: of what was written since the last one some may be there, and no later sync brings the rest.
    Forget {
        file: usize,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    SyncFolder(PathBuf),
}

/// What an operation is to meet with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No space left on the device.
    Full,
    /// The device failed; of a sync, with what had not been synced lost.
    Failed,
    /// A signal came in between.
    Interrupted,
    /// Only a part is written.
    Short,
}

/// When faults happen: asked before every operation that can fail, with its number.
pub type Plan = Box<dyn FnMut(u64) -> Option<Fault> + Send>;

/// The disk. Clones are the same disk.
#[derive(Clone)]
pub struct FaultyDisk(Arc<Mutex<State>>);

struct State {
    log: Vec<Done>,
    names: BTreeMap<PathBuf, usize>,
    files: usize,
    plan: Plan,
    asked: u64,
    /// Bytes that may still be written; `None` is no limit.
    space: Option<u64>,
}

/// An open file of it.
pub struct FaultyFile {
    disk: FaultyDisk,
    number: usize,
    file: File,
    /// Its content at the last sync that was well.
    safe: Vec<u8>,
    path: PathBuf,
}

impl FaultyDisk {
    /// One that works, until it is told otherwise.
    pub fn new() -> Self {
        let state = State { log: Vec::new(), names: BTreeMap::new(), files: 0, plan: Box::new(|_| None), asked: 0, space: None };
        Self(Arc::new(Mutex::new(state)))
    }

    /// One that works and knows the files of a session which was not made on it.
    pub fn of(session: &Path) -> Self {
        let disk = Self::new();
        let mut state = disk.0.lock().unwrap();
        for path in fs::read_dir(session).unwrap().map(|entry| entry.unwrap().path()) {
            let number = state.files;
            state.files += 1;
            state.names.insert(path, number);
        }
        drop(state);
        disk
    }

    /// From now on faults happen as `plan` says.
    pub fn plan(&self, plan: impl FnMut(u64) -> Option<Fault> + Send + 'static) {
        self.0.lock().unwrap().plan = Box::new(plan);
    }

    /// From now on there is room for so many bytes more.
    pub fn space(&self, bytes: Option<u64>) {
        self.0.lock().unwrap().space = bytes;
    }

    /// How many operations it has done.
    pub fn done(&self) -> usize {
        self.0.lock().unwrap().log.len()
    }

    /// What it has done so far.
    pub fn log(&self) -> Log {
        Log(self.0.lock().unwrap().log.clone())
    }

    fn fault(&self) -> Option<Fault> {
        let mut state = self.0.lock().unwrap();
        state.asked += 1;
        let asked = state.asked;
        (state.plan)(asked)
    }

    fn ask(&self) -> io::Result<()> {
        match self.fault() {
            Some(Fault::Full) => Err(ErrorKind::StorageFull.into()),
            Some(Fault::Failed) => Err(io::Error::other("the device failed")),
            _ => Ok(()),
        }
    }

    fn note(&self, done: Done) {
        self.0.lock().unwrap().log.push(done);
    }
}

impl Disk for FaultyDisk {
    type File = FaultyFile;

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.ask()?;
        SystemDisk.make_folder(path)?;
        self.note(Done::Folder(path.to_owned()));
        Ok(())
    }

    fn open(&self, path: &Path) -> io::Result<FaultyFile> {
        self.ask()?;
        let there = path.exists();
        let file = SystemDisk.open(path)?;
        let mut state = self.0.lock().unwrap();
        if !there {
            let number = state.files;
            state.files += 1;
            state.names.insert(path.to_owned(), number);
            state.log.push(Done::Make { file: number, path: path.to_owned() });
        }
        let number = state.names[path];
        drop(state);
        Ok(FaultyFile { disk: self.clone(), number, file, safe: fs::read(path)?, path: path.to_owned() })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.ask()?;
        SystemDisk.rename(from, to)?;
        let mut state = self.0.lock().unwrap();
        let number = state.names.remove(from).unwrap();
        state.names.insert(to.to_owned(), number);
        state.log.push(Done::Rename { from: from.to_owned(), to: to.to_owned() });
        Ok(())
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.ask()?;
        self.note(Done::SyncFolder(path.to_owned()));
        Ok(())
    }

    fn free(&self, path: &Path) -> io::Result<u64> {
        let space = self.0.lock().unwrap().space;
        space.map_or_else(|| SystemDisk.free(path), Ok)
    }
}

impl DiskFile for FaultyFile {
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<usize> {
        let fault = self.disk.fault();
        match fault {
            Some(Fault::Full) => return Err(ErrorKind::StorageFull.into()),
            Some(Fault::Failed) => return Err(io::Error::other("the device failed")),
            Some(Fault::Interrupted) => return Err(ErrorKind::Interrupted.into()),
            _ => {}
        }
        let mut length = if fault == Some(Fault::Short) { bytes.len().div_ceil(3) } else { bytes.len() };
        let grows = (at + length as u64).saturating_sub(self.file.metadata()?.len());
        let mut state = self.disk.0.lock().unwrap();
        if let Some(space) = &mut state.space {
            if *space == 0 && grows > 0 {
                return Err(ErrorKind::StorageFull.into());
            }
            length -= grows.saturating_sub(*space) as usize;
            *space = space.saturating_sub(grows);
        }
        drop(state);
        let written = self.file.write_at(at, &bytes[..length])?;
        self.disk.note(Done::Write { file: self.number, at, bytes: bytes[..written].to_vec() });
        Ok(written)
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.disk.ask()?;
        self.file.set_length(length)?;
        self.disk.note(Done::Length { file: self.number, length });
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        match self.disk.fault() {
            Some(Fault::Interrupted) => Err(ErrorKind::Interrupted.into()),
            Some(Fault::Failed | Fault::Full) => {
                // As Linux does it: what could not be written is forgotten, and a second sync would say that all is well.
                fs::write(&self.path, &self.safe)?;
                self.disk.note(Done::Forget { file: self.number });
                Err(io::Error::other("the device failed"))
            }
            _ => {
                self.safe = fs::read(&self.path)?;
                self.disk.note(Done::Sync { file: self.number });
                Ok(())
            }
        }
    }

    fn hold(&self) -> Result<(), TryLockError> {
        self.file.hold()
    }
}

/// What a disk was asked to do, in order.
pub struct Log(pub Vec<Done>);

/// A file as a power cut may find it: what is safe, and the writes since.
#[derive(Default)]
struct Content {
    safe: Vec<u8>,
    since: Vec<Done>,
}

/// A name: what it is safe to be, and what it was made since.
#[derive(Default)]
struct Name {
    safe: Option<usize>,
    since: Vec<Option<usize>>,
}

impl Log {
    /// Makes below `to` what a power cut after `done` operations may leave of what was below `from`.
    pub fn cut(&self, done: usize, seed: u64, (from, to): (&Path, &Path)) {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let mut files: BTreeMap<usize, Content> = BTreeMap::new();
        let mut names: BTreeMap<PathBuf, Name> = BTreeMap::new();
        for step in &self.0[..done] {
            match step {
                Done::Folder(path) => fs::create_dir_all(to.join(path.strip_prefix(from).unwrap())).unwrap(),
                Done::Make { file, path } => {
                    files.entry(*file).or_default();
                    names.entry(path.clone()).or_default().since.push(Some(*file));
                }
                Done::Write { file, .. } | Done::Length { file, .. } => files.get_mut(file).unwrap().since.push(step.clone()),
                Done::Sync { file } => {
                    let content = files.get_mut(file).unwrap();
                    std::mem::take(&mut content.since).iter().for_each(|step| apply(&mut content.safe, step));
                }
                Done::Forget { file } => {
                    let content = files.get_mut(file).unwrap();
                    content.safe = left(content, &mut chance);
                    content.since.clear();
                }
                Done::Rename { from, to } => {
                    let name = names.get_mut(from).unwrap();
                    let file = *name.since.last().unwrap_or(&name.safe);
                    name.since.push(None);
                    names.entry(to.clone()).or_default().since.push(file);
                }
                Done::SyncFolder(folder) => {
                    for (_, name) in names.iter_mut().filter(|(path, _)| path.parent() == Some(folder)) {
                        name.safe = std::mem::take(&mut name.since).pop().unwrap_or(name.safe);
                    }
                }
            }
        }
        for (path, name) in names {
            let states: Vec<Option<usize>> = std::iter::once(name.safe).chain(name.since).collect();
            if let Some(file) = states[below(&mut chance, states.len())] {
                fs::write(to.join(path.strip_prefix(from).unwrap()), left(&files[&file], &mut chance)).unwrap();
            }
        }
    }
}

fn below(chance: &mut ChaCha8Rng, limit: usize) -> usize {
    chance.next_u32() as usize % limit
}

fn apply(content: &mut Vec<u8>, step: &Done) {
    match step {
        Done::Write { at, bytes, .. } => {
            let end = *at as usize + bytes.len();
            if content.len() < end {
                content.resize(end, 0);
            }
            content[*at as usize..end].copy_from_slice(bytes);
        }
        Done::Length { length, .. } => content.resize(*length as usize, 0),
        _ => {}
    }
}

/// What is left of a file's content.
fn left(content: &Content, chance: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = content.safe.clone();
    match below(chance, 4) {
        // Nothing of what was not synced.
        0 => {}
        // All of it, up to some write.
        1 => {
            let some = below(chance, content.since.len() + 1);
            content.since[..some].iter().for_each(|step| apply(&mut bytes, step));
        }
        // The file has its new length, and any sectors of it are written.
        _ => {
            content.since.iter().for_each(|step| {
                if let Done::Length { .. } = step {
                    apply(&mut bytes, step);
                }
            });
            let mut whole = content.safe.clone();
            content.since.iter().for_each(|step| apply(&mut whole, step));
            bytes.resize(whole.len(), 0);
            for start in (0..whole.len()).step_by(SECTOR as usize) {
                let end = (start + SECTOR as usize).min(whole.len());
                if below(chance, 2) == 0 {
                    bytes[start..end].copy_from_slice(&whole[start..end]);
                }
            }
        }
    }
    bytes
}
