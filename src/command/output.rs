//! The file that `-o` names: looked at before the long run, and put in its place when all is there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

use crate::export::Folders;

/// A file in the making.
#[derive(Debug)]
pub struct Output {
    path: PathBuf,
    made: Made,
    force: bool,
    /// Those that were made for it; they go again where nothing comes of it.
    _folders: Folders,
}

/// Whether a file named so is standard output, as in other programs.
pub fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

#[derive(Debug)]
enum Made {
    /// Beside its place.
    Temporary(BufWriter<NamedTempFile>),
    /// A pipe or a device, which cannot be put in a place.
    Direct(BufWriter<File>),
}

impl Output {
    /// Opens it, in a folder that is made where there is none. A recording that is to be read is never written over, and no other file without `force`.
    ///
    /// # Errors
    /// Where it cannot be written, or something is in the way.
    pub fn open(path: &Path, force: bool, recordings: &[PathBuf]) -> Result<Self> {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let shown = path.display();
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => bail!("{shown}: is a folder; name a file with -o"),
            Ok(found) if !found.is_file() => {
                let file = fs::OpenOptions::new().write(true).open(&path).with_context(|| format!("{shown}: cannot be written"))?;
                return Ok(Self { path, made: Made::Direct(BufWriter::new(file)), force, _folders: Folders::default() });
            }
            Ok(_) if !force => bail!("{shown}: is there already; nothing was written. Give --force to replace it"),
            _ => {}
        }
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        let place = real(&path);
        if recordings.iter().filter_map(|recording| recording.canonicalize().ok()).any(|recording| place.starts_with(recording)) {
            bail!("{shown}: is the recording itself, or in it; choose another file with -o");
        }
        let mut folders = Folders::default();
        folders.make(folder).with_context(|| format!("{shown}: its folder cannot be made"))?;
        let temporary = tempfile::Builder::new().prefix(".stillpoint-").tempfile_in(folder);
        let temporary = temporary.with_context(|| format!("{shown}: cannot be written"))?;
        Ok(Self { path, made: Made::Temporary(BufWriter::new(temporary)), force, _folders: folders })
    }

    /// Makes it safe on disk and puts it in its place.
    ///
    /// # Errors
    /// Where the disk refuses, or a file is there by now.
    pub fn keep(self) -> Result<()> {
        let kept = match self.made {
            Made::Direct(mut file) => file.flush(),
            Made::Temporary(file) => file.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| {
                file.as_file().sync_all()?;
                let kept = if self.force { file.persist(&self.path) } else { file.persist_noclobber(&self.path) };
                kept.map(drop).map_err(|error| error.error)
            }),
        };
        kept.with_context(|| format!("{}: cannot be put in its place", self.path.display()))
    }
}

/// Where a file would be, by the nearest folder above it that is there.
fn real(path: &Path) -> PathBuf {
    let within = |above: &Path| {
        let folder = if above == Path::new("") { Path::new(".") } else { above };
        Some(folder.canonicalize().ok()?.join(path.strip_prefix(above).ok()?))
    };
    path.ancestors().skip(1).find_map(within).unwrap_or_else(|| path.to_owned())
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.made {
            Made::Temporary(file) => file.write(bytes),
            Made::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.made {
            Made::Temporary(file) => file.flush(),
            Made::Direct(file) => file.flush(),
        }
    }
}
