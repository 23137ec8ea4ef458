//! Writing: the header of a file of float32 samples, and a whole file with what stands after the samples: cue points with labels and
//! lengths, and where the samples come from.

use std::io::{self, Seek, SeekFrom, Write};

use super::PROVENANCE;
use crate::format::{Extract, Frames, wording};
use crate::signal::Span;

/// Bytes of the header that [`Shape::header`] makes.
pub const HEADER: u64 = 68;

/// The longest that samples may be in a file that every program reads.
const MOST_BYTES: u64 = u32::MAX as u64 - (64 << 20);

/// A named place in the samples.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cue {
    /// First frame.
    start: u32,
    /// Frames within; `None` for an instant.
    frames: Option<u32>,
    /// What it is called.
    label: String,
}

/// What stands around the samples.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Surround {
    /// Named places, sorted by start.
    cues: Vec<Cue>,
    /// The program that wrote it (ISFT).
    program: String,
    /// When frame 0 was recorded (ICRD); empty where it is not known.
    created: String,
    /// Where the samples come from (ICMT).
    comment: String,
    /// The same for a program.
    provenance: String,
}

/// Samples in a frame, frames, and the nearest whole rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Samples in a frame.
    pub channels: u16,
    /// Frames a second as players understand it.
    pub rate_hz: u32,
    /// How many frames are going to be written.
    pub frames: u64,
}

impl Shape {
    /// The header's rate for a true one: the nearest whole number that is not 0 and does not overflow the header.
    pub fn whole_rate(hz: f64, channels: u16) -> u32 {
        (hz.round() as u32).clamp(1, u32::MAX / (4 * u32::from(channels.max(1))))
    }

    /// The header of a file of float32 samples: WAVE_FORMAT_EXTENSIBLE, as Microsoft asks for where there are more than two channels or
    /// 16 bits. `None` where the samples are longer than its 32-bit counters can say.
    pub fn header(&self) -> Option<[u8; HEADER as usize]> {
        const FLOAT: [u8; 16] = [3, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
        const SPEAKERS: u32 = 18;
        let frame = self.channels.checked_mul(4)?;
        let data = self.frames.checked_mul(u64::from(frame)).filter(|data| *data <= u64::from(u32::MAX) - HEADER)? as u32;
        let mask = (1_u32 << u32::from(self.channels).min(SPEAKERS)) - 1;
        let per_second = self.rate_hz.checked_mul(u32::from(frame))?;
        let short = |value: u16| value.to_le_bytes();
        let long = |value: u32| value.to_le_bytes();
        let mut bytes = Vec::with_capacity(HEADER as usize);
        bytes.extend([*b"RIFF", long(data + HEADER as u32 - 8), *b"WAVE", *b"fmt ", long(40)].concat());
        bytes.extend([short(0xfffe), short(self.channels)].concat());
        bytes.extend([long(self.rate_hz), long(per_second)].concat());
        bytes.extend([short(frame), short(32), short(22), short(32)].concat());
        bytes.extend(long(mask));
        bytes.extend(FLOAT);
        bytes.extend([*b"data", long(data)].concat());
        bytes.try_into().ok()
    }
}

/// Writes a file of all frames, with the annotations and gaps as cue points. Missing samples are NaN.
///
/// # Errors
/// Where `frames` or the disk fails, and where the samples are longer than a WAV file may be.
pub fn write(out: &mut (impl Write + Seek), extract: &Extract, frames: &mut dyn Frames) -> io::Result<()> {
    let provenance = &extract.provenance;
    let channels = provenance.layout.channels.len() as u16;
    let shape = Shape { channels, rate_hz: Shape::whole_rate(provenance.rate.hz(), channels), frames: provenance.span.frames() };
    let surround = Surround::of(extract);
    let too_long = || {
        let why = "more than 4 GiB of samples, which a WAV file cannot hold; export parts of it, or to csv";
        io::Error::new(io::ErrorKind::FileTooLarge, why)
    };
    let data = shape.frames.saturating_mul(4 * u64::from(shape.channels));
    let header = shape.header().filter(|_| data <= MOST_BYTES).ok_or_else(too_long)?;
    out.write_all(&header)?;
    let (mut samples, mut bytes, mut written) = (Vec::new(), Vec::new(), 0);
    loop {
        frames.next(&mut samples)?;
        if samples.is_empty() {
            break;
        }
        bytes.clear();
        bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        written += bytes.len() as u64;
        out.write_all(&bytes)?;
    }
    if written != data {
        return Err(io::Error::other("the samples came out other than they were counted"));
    }
    out.seek(SeekFrom::End(0))?;
    out.write_all(&surround.chunks())?;
    let length = out.seek(SeekFrom::End(0))?;
    out.seek(SeekFrom::Start(4))?;
    out.write_all(&((length - 8) as u32).to_le_bytes())?;
    out.flush()
}

impl Surround {
    fn of(extract: &Extract) -> Self {
        let frames = |span: Span| Some(span.frames() as u32);
        let cue = |span: Span, frames, label| Cue { start: span.start.0 as u32, frames, label };
        let annotations = extract.annotations.iter().map(|a| cue(a.span(), a.end.and_then(|_| frames(a.span())), wording::of(a)));
        let mut cues: Vec<Cue> = annotations.collect();
        cues.extend(extract.gaps.iter().map(|gap| cue(gap.span, frames(gap.span), wording::of_gap(gap))));
        cues.sort_by_key(|cue| cue.start);
        let provenance = &extract.provenance;
        let created = provenance.started.clone().unwrap_or_default();
        let told = provenance.json().to_string();
        Self { cues, program: provenance.program.clone(), created, comment: provenance.comment(), provenance: told }
    }

    fn chunks(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if !self.cues.is_empty() {
            chunk(&mut bytes, *b"cue ", &self.cue_body());
            chunk(&mut bytes, *b"LIST", &self.label_body());
        }
        let mut info = b"INFO".to_vec();
        for (id, text) in [(*b"ISFT", &self.program), (*b"ICRD", &self.created), (*b"ICMT", &self.comment)] {
            if !text.is_empty() {
                chunk(&mut info, id, &terminated(text));
            }
        }
        chunk(&mut bytes, *b"LIST", &info);
        chunk(&mut bytes, *PROVENANCE, self.provenance.as_bytes());
        bytes
    }

    fn cue_body(&self) -> Vec<u8> {
        let mut body = words(&[self.cues.len() as u32]);
        for (id, cue) in (1..).zip(&self.cues) {
            body.extend(words(&[id, cue.start]));
            body.extend(b"data");
            body.extend(words(&[0, 0, cue.start]));
        }
        body
    }

    fn label_body(&self) -> Vec<u8> {
        let mut body = b"adtl".to_vec();
        for (id, cue) in (1..).zip(&self.cues) {
            chunk(&mut body, *b"labl", &[words(&[id]), terminated(&cue.label)].concat());
            if let Some(frames) = cue.frames {
                let region = [words(&[id, frames]), b"rgn ".to_vec(), words(&[0, 0])].concat();
                chunk(&mut body, *b"ltxt", &region);
            }
        }
        body
    }
}

fn chunk(out: &mut Vec<u8>, id: [u8; 4], body: &[u8]) {
    out.extend(id);
    out.extend((body.len() as u32).to_le_bytes());
    out.extend(body);
    out.extend([0].repeat(body.len() % 2));
}

fn words(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// Text in UTF-8 as the chunks have it, ended by a zero.
fn terminated(text: &str) -> Vec<u8> {
    text.bytes().filter(|byte| *byte != 0).chain([0]).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::{Extent, WavHeader, decode};
    use super::*;
    use crate::format::Provenance;
    use crate::format::extract::Slice;
    use crate::signal::{Annotation, AnnotationId, Channel, Kind, Layout, Rate, SampleIndex};

    fn extract(frames: u64, annotations: Vec<Annotation>) -> Extract {
        let rate = Rate::from_hz(100.0).unwrap();
        let provenance = Provenance {
            source_file: String::new(),
            program: "stillpoint".into(),
            source: "x".into(),
            started: None,
            span: Span { start: SampleIndex(0), end: SampleIndex(frames) },
            rate,
            layout: Layout { channels: vec![Channel::named("left", "µm")], nominal: rate },
            device: String::new(),
            wire_format: String::new(),
            simulated: true,
            settings: Vec::new(),
            damage: Vec::new(),
        };
        Extract { provenance, annotations, gaps: Vec::new() }
    }

    #[test]
    fn the_samples_come_back_and_the_chunks_after_them_are_not_samples() {
        let put = |kind, start, end: Option<u64>, label: &str| {
            let (start, end) = (SampleIndex(start), end.map(SampleIndex));
            Annotation { id: AnnotationId(start.0), kind, start, end, label: label.into() }
        };
        let extract = extract(5, vec![put(Kind::Segment, 2, Some(5), "hold 1"), put(Kind::Note, 4, None, "µ")]);
        let mut out = Cursor::new(Vec::new());
        write(&mut out, &extract, &mut Slice::new(&[1.0, f32::NAN, -3.5, 4.0, 5.0], 3)).unwrap();
        let bytes = out.into_inner();
        let header = WavHeader::read(&mut Cursor::new(&bytes), Extent::Header).unwrap();
        assert_eq!((header.frames, header.rate_hz, header.damage.len()), (5, 100, 0));
        assert_eq!(bytes[4..8], ((bytes.len() - 8) as u32).to_le_bytes());
        let mut samples = Vec::new();
        decode(header.encoding, &bytes[header.data_start as usize..][..20], &mut samples);
        assert!(samples[1].is_nan());
        assert_eq!((samples[0], samples[2]), (1.0, -3.5));
        let labl = bytes.windows(4).position(|four| four == b"labl").unwrap();
        assert_eq!(&bytes[labl..labl + 20], b"labl\x0b\0\0\0\x01\0\0\0hold 1\0\0");
    }

    #[test]
    fn more_than_a_wav_file_holds_is_refused_before_a_byte_is_written() {
        let mut out = Cursor::new(Vec::new());
        let error = write(&mut out, &extract(1 << 31, Vec::new()), &mut Slice::new(&[], 1)).unwrap_err();
        assert!(error.to_string().contains("csv") && out.into_inner().is_empty());
    }
}
