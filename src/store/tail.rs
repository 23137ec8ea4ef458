//! How far the samples of a session that was not finished can be believed.
//!
//! What a header counts was safe before it was counted. After that there may be samples that the last sync did not reach: a killed program leaves them whole, a
//! power cut may leave a file that is long enough and holds zeros where samples were going to be. Disks write whole sectors; so from the
//! first sector on that holds nothing but zeros, nothing is believed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::format::WavHeader;

/// The smallest piece that a disk writes or leaves.
const SECTOR: u64 = 512;
const READ: usize = 1 << 16;

/// Whole frames, from the first on, that can be believed.
pub(super) fn believed(file: &mut File, header: &WavHeader) -> io::Result<u64> {
    let frame = header.frame_bytes() as u64;
    let end = header.data_start + header.frames * frame;
    let mut at = header.data_start + header.counted * frame;
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = vec![0; READ];
    while at < end {
        // Up to a border between sectors, so that no sector is judged by halves but the first and the last.
        let length = (READ as u64 - at % SECTOR).min(end - at) as usize;
        let bytes = bytes.get_mut(..length).unwrap_or_default();
        file.read_exact(bytes)?;
        let mut from = 0;
        while from < length {
            let place = at + from as u64;
            let until = ((place / SECTOR + 1) * SECTOR - at).min(length as u64) as usize;
            if bytes.iter().take(until).skip(from).all(|byte| *byte == 0) {
                return Ok((place - header.data_start) / frame);
            }
            from = until;
        }
        at += length as u64;
    }
    Ok(header.frames)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::format::Extent;
    use crate::format::wav::Shape;

    /// Frames that are believed of 1000 with the number 7 in each, of which the header counts 300, with zeros in `zeros`.
    fn with_zeros(zeros: std::ops::Range<usize>) -> u64 {
        of(1000, zeros)
    }

    /// The same of so many.
    fn of(frames: usize, zeros: std::ops::Range<usize>) -> u64 {
        let mut samples = vec![7.0_f32; frames];
        samples[zeros].fill(0.0);
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&Shape { channels: 1, rate_hz: 100, frames: 300 }.header().unwrap()).unwrap();
        file.write_all(&samples.iter().flat_map(|sample| sample.to_le_bytes()).collect::<Vec<u8>>()).unwrap();
        let header = WavHeader::read(&mut file, Extent::File).unwrap();
        believed(&mut file, &header).unwrap()
    }

    #[test]
    fn zeros_that_a_power_cut_left_are_no_samples_and_zeros_of_a_sensor_are() {
        assert_eq!(with_zeros(0..0), 1000);
        assert_eq!(with_zeros(0..300), 1000, "what the header counts was safe");
        assert_eq!(with_zeros(400..500), 1000, "a sensor may send zeros");
        assert_eq!(with_zeros(900..1000), 1000, "half a sector of zeros is a sensor's");
        assert_eq!(with_zeros(879..1000), 879, "from the sector on that holds nothing else");
        assert_eq!(with_zeros(300..1000), 300);
        assert_eq!(with_zeros(495..623), 495);
    }

    #[test]
    fn zeros_behind_many_samples_that_the_header_does_not_count_are_found_too() {
        assert_eq!(of(40_000, 0..0), 40_000);
        assert_eq!(of(40_000, 30_063..40_000), 30_063, "in the second of the pieces that are read at a time");
        assert_eq!(of(40_000, 39_023..40_000), 39_023, "in the third");
    }
}
