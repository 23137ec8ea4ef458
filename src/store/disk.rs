//! The few operations on files that a session is written with. All writing of the store goes through here, so that a disk that is full,
//! that fails, writes a part, or loses what was not synced can stand in for the real one (`tests/disk/`).
//!
//! Everything is made private to its user whatever the umask says, and written at absolute places: what failed can be written again.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::Path;

use super::regular;

/// A file system, as far as writing a session needs one.
pub trait Disk {
    /// An open file of it.
    type File: DiskFile;

    /// Makes a folder for its user alone.
    ///
    /// # Errors
    /// Where it is there already, or the system refuses.
    fn make_folder(&self, path: &Path) -> io::Result<()>;

    /// Opens a file for writing, for its user alone; makes it where it is not there, and leaves what is in it.
    ///
    /// # Errors
    /// Where the name is a link, which may lead to any file of the user, or no file, or the system refuses.
    fn open(&self, path: &Path) -> io::Result<Self::File>;

    /// Gives a file another name; one of that name is replaced.
    ///
    /// # Errors
    /// Where the system refuses.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Makes the names in a folder safe against a power cut.
    ///
    /// # Errors
    /// Where the disk refuses.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;

    /// Bytes that this user may still write where `path` lies.
    ///
    /// # Errors
    /// Where the system does not say.
    fn free(&self, path: &Path) -> io::Result<u64>;
}

/// A file that is open for writing.
pub trait DiskFile {
    /// Writes some of `bytes` from place `at` on; gives how many.
    ///
    /// # Errors
    /// Where the disk refuses.
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<usize>;

    /// Cuts the file, or fills it up with zeros.
    ///
    /// # Errors
    /// Where the disk refuses.
    fn set_length(&mut self, length: u64) -> io::Result<()>;

    /// Makes what was written safe against a power cut. After an error none of what was written since the last sync counts as
    /// written: Linux forgets about pages that it could not write.
    ///
    /// # Errors
    /// Where the disk refuses.
    fn sync(&mut self) -> io::Result<()>;

    /// Holds the file against other programs until it is closed or the process ends in any way.
    ///
    /// # Errors
    /// Where another holds it, or the file system knows no locks.
    fn hold(&self) -> Result<(), TryLockError>;
}

/// The file system of the computer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    type File = File;

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)?;
        own(path, 0o700)
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use rustix::fs::OFlags;
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600).custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
        }
        let file = match options.open(path) {
            Err(_) if regular::is_link(path) => {
                return Err(io::Error::new(ErrorKind::InvalidInput, "it is a link, and nothing is written through one"));
            }
            opened => regular::checked(opened?)?,
        };
        own(path, 0o600)?;
        Ok(file)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
    }

    #[cfg(unix)]
    fn free(&self, path: &Path) -> io::Result<u64> {
        let found = rustix::fs::statvfs(path)?;
        Ok(found.f_bavail.saturating_mul(found.f_frsize))
    }

    #[cfg(not(unix))]
    fn free(&self, _path: &Path) -> io::Result<u64> {
        Err(ErrorKind::Unsupported.into())
    }
}

impl DiskFile for File {
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<usize> {
        self.seek(SeekFrom::Start(at))?;
        self.write(bytes)
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn hold(&self) -> Result<(), TryLockError> {
        // Windows would keep readers out as well.
        if cfg!(unix) { self.try_lock() } else { Ok(()) }
    }
}

/// Writes all of `bytes` at a place, through short writes and interruptions.
pub(super) fn write_all(file: &mut impl DiskFile, mut at: u64, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write_at(at, bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => {
                at += written as u64;
                bytes = bytes.get(written..).unwrap_or_default();
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Syncs, also where a signal comes in between.
pub(super) fn sync(file: &mut impl DiskFile) -> io::Result<()> {
    loop {
        match file.sync() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// The umask can only take away from a mode; one that takes too much is put right.
#[cfg(unix)]
fn own(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let found = fs::metadata(path)?.permissions().mode() & 0o777;
    if found & mode == mode { Ok(()) } else { fs::set_permissions(path, fs::Permissions::from_mode(mode)) }
}

#[cfg(not(unix))]
fn own(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_that_its_user_could_not_write_is_made_so_that_he_can_and_the_disk_it_is_on_has_room() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        drop(SystemDisk.open(&path).unwrap());
        assert_eq!(mode(), 0o600);
        // As a umask of 277 leaves it.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        own(&path, 0o600).unwrap();
        assert_eq!(mode(), 0o600);
        assert!(SystemDisk.free(folder.path()).unwrap() > 4096, "what this test has just written took as much");
    }
}
