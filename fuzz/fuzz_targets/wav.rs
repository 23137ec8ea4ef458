//! The WAV reader: whatever the header says, no frame lies outside of the file, and those that it names are decoded.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use stillpoint::format::wav::{Extent, WavHeader, decode};

fuzz_target!(|data: &[u8]| {
    for extent in [Extent::Header, Extent::File] {
        let Ok(header) = WavHeader::read(&mut Cursor::new(data), extent) else { continue };
        let end = header.data_start + header.frames * header.frame_bytes() as u64;
        assert!(end <= data.len() as u64 || header.frames == 0);
        assert!(header.counted <= header.frames && header.channels > 0);
        if header.frames > 0 {
            let mut samples = Vec::new();
            decode(header.encoding, &data[header.data_start as usize..end as usize], &mut samples);
            assert_eq!(samples.len() as u64, header.frames * header.channels as u64);
        }
    }
});
