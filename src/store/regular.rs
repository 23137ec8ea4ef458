//! Opening for reading what somebody else may have put there: a file, and nothing on which a read would wait for ever or never end.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

/// Opens a regular file, also where a link leads to one.
///
/// # Errors
/// Where it is a pipe, a device, a socket or a folder, or the system refuses.
pub(super) fn file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    // A pipe that nobody writes to would keep us here for ever.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    let file = options.open(path)?;
    checked(file)
}

/// The text of a regular file of at most `longest` bytes; what is no UTF-8 is replaced.
///
/// # Errors
/// As [`file`], and where it is longer.
pub(super) fn text(path: &Path, longest: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    file(path)?.take(longest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > longest {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("longer than the {longest} bytes that one can have")));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether the name itself is a link, wherever that leads.
pub(super) fn is_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_symlink())
}

/// `file`, where it is one.
///
/// # Errors
/// Where it is something else.
pub(super) fn checked(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(ErrorKind::InvalidInput, "it is a pipe, a device or a folder, and no file that can be read at any place"))
    }
}
