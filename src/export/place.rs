//! Files in the making: under temporary names beside their places, until all of them are whole.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::NamedTempFile;

/// The folder that is written into.
#[derive(Debug)]
pub struct Place {
    out: PathBuf,
    /// The recording, which is never replaced.
    source: PathBuf,
    force: bool,
    /// Files that may be replaced without it.
    ours: Vec<PathBuf>,
    made: Vec<(NamedTempFile, PathBuf)>,
    /// Files in the making that others may make too; the first that is there stays.
    shared: Vec<(NamedTempFile, PathBuf)>,
    folders: Folders,
}

/// Folders that were made for files; those that are empty go again.
#[derive(Debug, Default)]
pub struct Folders(Vec<PathBuf>);

impl Folders {
    /// Makes a folder, and those above it, where there is none.
    ///
    /// # Errors
    /// Where the system refuses, or a file is in the way.
    pub fn make(&mut self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() || folder == Path::new("") {
            return Ok(());
        }
        if let Some(above) = folder.parent() {
            self.make(above)?;
        }
        match std::fs::create_dir(folder) {
            // Another export, in another thread, was quicker.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => return Ok(()),
            made => made?,
        }
        self.0.push(folder.to_owned());
        Ok(())
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // One that has files in it stays; that is the usual case.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

impl Place {
    /// Files go into `out`; `source` is what they are made from. With `force` files that are there may be replaced.
    pub fn new(out: &Path, source: &Path, force: bool) -> Self {
        let (out, source) = (out.to_owned(), source.to_owned());
        Self { out, source, force, ours: Vec::new(), made: Vec::new(), shared: Vec::new(), folders: Folders::default() }
    }

    /// Where these files may be replaced: an earlier run wrote them.
    #[must_use]
    pub fn replacing(self, ours: &[PathBuf]) -> Self {
        Self { ours: ours.to_vec(), ..self }
    }

    /// Whether a file may be replaced if it is there.
    fn may_replace(&self, file: &Path) -> bool {
        self.force || self.ours.iter().any(|ours| ours == file)
    }

    /// Whether a file may be written there. The recording itself is never replaced, nor what is in it.
    ///
    /// # Errors
    /// Where not.
    pub fn free(&self, name: &str) -> anyhow::Result<()> {
        let file = self.out.join(name);
        // The nearest folder that is there tells where a new one would be.
        let real = file.ancestors().find_map(|above| above.canonicalize().ok());
        if real.is_some_and(|above| self.source.canonicalize().is_ok_and(|source| above.starts_with(source))) {
            bail!("{}: is the recording itself, or in it; choose another folder with -o", file.display());
        }
        if file.exists() && !self.may_replace(&file) {
            bail!("{}: is there already; nothing was written. Give --force to replace it", file.display());
        }
        Ok(())
    }

    /// A file that will be called `name`, which may have folders in it; they are made.
    ///
    /// # Errors
    /// Where the folder takes no file.
    pub fn file(&mut self, name: &str) -> anyhow::Result<File> {
        let (temporary, path, file) = self.temporary(name)?;
        self.made.push((temporary, path));
        Ok(file)
    }

    /// The same, for one that exports of other recordings make too: the first that is there stays.
    ///
    /// # Errors
    /// Where the folder takes no file.
    pub fn shared(&mut self, name: &str) -> anyhow::Result<File> {
        let (temporary, path, file) = self.temporary(name)?;
        self.shared.push((temporary, path));
        Ok(file)
    }

    fn temporary(&mut self, name: &str) -> anyhow::Result<(NamedTempFile, PathBuf, File)> {
        let path = self.out.join(name);
        let folder = path.parent().unwrap_or(&self.out).to_owned();
        let refused = || format!("{}: cannot write into this folder; choose another with -o", folder.display());
        let mut make = || {
            self.folders.make(&folder)?;
            tempfile::Builder::new().prefix(".stillpoint-").tempfile_in(&folder)
        };
        // An export in another thread that came to nothing may just have taken the empty folder away.
        let temporary = match make() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(),
            made => made,
        };
        let temporary = temporary.with_context(refused)?;
        let file = temporary.reopen().with_context(refused)?;
        Ok((temporary, path, file))
    }

    /// Whether there is such a file already, or one of this name is in the making.
    pub fn has(&self, name: &str) -> bool {
        let path = self.out.join(name);
        path.exists() || self.made.iter().chain(&self.shared).any(|(_, made)| *made == path)
    }

    /// The files in the making, by their names to be; those that others make too are not among them.
    pub fn files(&self) -> Vec<PathBuf> {
        self.made.iter().map(|(_, path)| path.clone()).collect()
    }

    /// Makes all files safe on disk and gives them their names; gives these.
    ///
    /// # Errors
    /// Where the disk refuses, or a file is there by now. Those that had their names before it keep them.
    pub fn keep(mut self) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = self.files();
        let (mut ready, shared) = (std::mem::take(&mut self.made), std::mem::take(&mut self.shared));
        ready.retain(|(temporary, file)| !same(temporary.path(), file));
        for (temporary, file) in &ready {
            temporary.as_file().sync_all().with_context(|| format!("{}: cannot be made safe on disk", file.display()))?;
            if file.exists() && !self.may_replace(file) {
                bail!("{}: is there already; nothing was written. Give --force to replace it", file.display());
            }
        }
        for (temporary, file) in shared {
            temporary.as_file().sync_all().with_context(|| format!("{}: cannot be made safe on disk", file.display()))?;
            match temporary.persist_noclobber(&file) {
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {}
                kept => {
                    kept.map_err(|error| error.error).with_context(|| format!("{}: cannot be put in its place", file.display()))?;
                    files.push(file);
                }
            }
        }
        for (temporary, file) in ready {
            let kept = if self.may_replace(&file) { temporary.persist(&file) } else { temporary.persist_noclobber(&file) };
            kept.map_err(|error| error.error).with_context(|| format!("{}: cannot be put in its place", file.display()))?;
        }
        Ok(files)
    }
}

/// Whether both are there and hold the same, so that nothing need be replaced.
fn same(temporary: &Path, file: &Path) -> bool {
    let small = |path: &Path| std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() < 1 << 24);
    small(temporary) && small(file) && matches!((std::fs::read(temporary), std::fs::read(file)), (Ok(a), Ok(b)) if a == b)
}
