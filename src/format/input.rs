//! Reading from a place.

use std::io::{self, Read, Seek, SeekFrom};

/// Reads from a place until `bytes` are full or the file ends; gives how many were read.
pub(super) fn read_up_to(input: &mut (impl Read + Seek), at: u64, bytes: &mut [u8]) -> io::Result<usize> {
    input.seek(SeekFrom::Start(at))?;
    let mut got = 0;
    while let Some(rest) = bytes.get_mut(got..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}
