//! The WAV reader (RIFF, RF64, Wave64) and what stands around the samples (cues, labels, INFO, bext, our own provenance): whatever the header says, no
//! frame lies outside of the file, those that it names are decoded, and no label lies outside of them.

use std::io::Cursor;

use stillpoint::format::wav::{Extent, Surround, WavHeader, decode};
use stillpoint::format::{Contents, Origin};
use stillpoint::signal::{Annotations, Channel, Layout, Rate};

pub fn check(data: &[u8]) {
    for extent in [Extent::Header, Extent::File] {
        let header = match WavHeader::read(&mut Cursor::new(data), extent) {
            Ok(header) => header,
            Err(error) => return assert!(super::is_clean(&error.to_string()), "{error}"),
        };
        let end = header.data_start + header.frames * header.frame_bytes() as u64;
        assert!(end <= data.len() as u64 || header.frames == 0);
        assert!(header.counted <= header.frames && header.channels > 0);
        if header.frames > 0 {
            let mut samples = Vec::new();
            decode(header.encoding, &data[header.data_start as usize..end as usize], &mut samples);
            assert_eq!(samples.len() as u64, header.frames * header.channels as u64);
        }
        around(data, &header);
    }
}

fn around(data: &[u8], header: &WavHeader) {
    let surround = Surround::read(&mut Cursor::new(data), header).expect("a header that was read is read again");
    if let Some(text) = &surround.provenance {
        let _ = Origin::parse(text);
    }
    let nominal = Rate::from_hz(100.0).expect("a rate");
    let mut contents = Contents {
        layout: Layout { channels: (0..header.channels.min(1024)).map(Channel::unnamed).collect(), nominal },
        frames: header.frames,
        started: None,
        annotations: Annotations::default(),
        gaps: Vec::new(),
        damage: header.damage.clone(),
    };
    surround.tell(&mut contents);
    super::foreign::hold(&contents);
}
