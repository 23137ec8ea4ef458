//! WAV, read with suspicion and written with labels.
//!
//! Reading: any RIFF/WAVE of whole bytes a sample (integers of 8 to 32 bits, floats of 32 and 64), WAVE_FORMAT_EXTENSIBLE too. Integers
//! are given as shares of full scale, ±1.0, as Audacity and soundfile do. A header that lies about sizes is believed as far as there are
//! bytes. Writing: float32, with the `cue ` and `LIST adtl` chunks that Audacity, sox and others show as labels, and `LIST INFO`.
//! A missing sample is NaN.

use std::io::{self, Read, Seek, SeekFrom, Write};

/// What can be wrong with a WAV.
#[derive(Debug, thiserror::Error)]
pub enum WavError {
    /// The file holds no byte.
    #[error("the file is empty")]
    Empty,
    /// Something else.
    #[error("not a WAV file (no RIFF/WAVE at its beginning)")]
    NotWav,
    /// The header is not all there.
    #[error("the WAV file is cut short inside its header; there is no sample in it")]
    CutShort,
    /// Nothing to read.
    #[error("the WAV header says 0 channels")]
    NoChannels,
    /// More than any recording has.
    #[error("the WAV header says {0} channels; at most {MOST_CHANNELS} are read")]
    TooManyChannels(u16),
    /// A codec that is not read.
    #[error("WAV codec {0} with {1} bits a sample is not read; convert it to PCM or float first (sox in.wav -e float out.wav)")]
    Codec(u16, u16),
    /// The system says no.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Most channels that are believed.
pub const MOST_CHANNELS: u16 = 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codec {
    Unsigned8,
    Int(u16),
    Float32,
    Float64,
}

/// What a WAV holds.
#[derive(Clone, Debug)]
pub struct Wav {
    /// Samples in a frame.
    pub channels: usize,
    /// Whole frames a second, as the header says; 0 is possible.
    pub hz: u32,
    /// Whole frames that are there.
    pub frames: u64,
    /// What was wrong and what was done about it.
    pub damage: Vec<String>,
    codec: Codec,
    data: u64,
}

impl Wav {
    /// Reads the header; `reader` is at any place.
    ///
    /// # Errors
    /// Where there is nothing to read, see [`WavError`].
    pub fn open(reader: &mut (impl Read + Seek)) -> Result<Self, WavError> {
        let len = reader.seek(SeekFrom::End(0))?;
        reader.rewind()?;
        let mut riff = [0; 12];
        if len == 0 {
            return Err(WavError::Empty);
        }
        let got = fill(reader, &mut riff)?;
        if !(riff[..got.min(4)] == b"RIFF"[..got.min(4)] && (got < 12 || riff[8..] == *b"WAVE")) {
            return Err(WavError::NotWav);
        }
        let (mut at, mut format) = (12, None);
        loop {
            let mut head = [0; 8];
            reader.seek(SeekFrom::Start(at))?;
            if fill(reader, &mut head)? < 8 {
                return Err(WavError::CutShort);
            }
            let size = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
            at += 8;
            match &head[..4] {
                b"fmt " => format = Some(Format::read(reader)?),
                b"data" => return Ok(format.ok_or(WavError::CutShort)?.into_wav(at, size, len)),
                _ => {}
            }
            at = at.saturating_add(size + size % 2);
        }
    }

    /// Reads up to so many frames from `start` on into `samples` (cleared first), interleaved; returns how many there were.
    ///
    /// # Errors
    /// Where the system says no.
    pub fn read(&self, reader: &mut (impl Read + Seek), start: u64, frames: usize, samples: &mut Vec<f32>) -> io::Result<usize> {
        samples.clear();
        let frames = self.frames.saturating_sub(start).min(frames as u64) as usize;
        let wide = self.codec.bytes();
        reader.seek(SeekFrom::Start(self.data + start * (wide * self.channels) as u64))?;
        let mut bytes = [0; 8 * 1024];
        let mut left = frames * self.channels;
        while left > 0 {
            let take = left.min(bytes.len() / wide);
            reader.read_exact(&mut bytes[..take * wide])?;
            samples.extend(bytes[..take * wide].chunks_exact(wide).map(|raw| self.codec.value(raw)));
            left -= take;
        }
        Ok(frames)
    }
}

struct Format {
    codec: Codec,
    channels: u16,
    hz: u32,
}

impl Format {
    fn read(reader: &mut impl Read) -> Result<Self, WavError> {
        let mut raw = [0; 26];
        let got = fill(reader, &mut raw)?;
        if got < 16 {
            return Err(WavError::CutShort);
        }
        let word = |at: usize| u16::from_le_bytes([raw[at], raw[at + 1]]);
        let (channels, bits) = (word(2), word(14));
        // WAVE_FORMAT_EXTENSIBLE keeps the codec in the first bytes of its GUID.
        let tag = if word(0) == 0xfffe && got >= 26 { word(24) } else { word(0) };
        let codec = match (tag, bits) {
            (1, 8) => Codec::Unsigned8,
            (1, 16 | 24 | 32) => Codec::Int(bits / 8),
            (3, 32) => Codec::Float32,
            (3, 64) => Codec::Float64,
            _ => return Err(WavError::Codec(tag, bits)),
        };
        match channels {
            0 => Err(WavError::NoChannels),
            many if many > MOST_CHANNELS => Err(WavError::TooManyChannels(many)),
            channels => Ok(Self { codec, channels, hz: u32::from_le_bytes([raw[4], raw[5], raw[6], raw[7]]) }),
        }
    }

    fn into_wav(self, data: u64, claimed: u64, len: u64) -> Wav {
        let there = len.saturating_sub(data);
        let mut damage = Vec::new();
        if claimed > there {
            damage.push(format!("the header claims {claimed} bytes of samples and there are {there}: read as far as they go"));
        }
        // A recorder that died leaves a size of 0, or an old one: what is behind it in a file of nothing else is samples.
        let bytes = if claimed == 0 && there > 0 {
            damage.push("the header claims no sample: it was not finished; read to the end of the file".to_owned());
            there
        } else {
            claimed.min(there)
        };
        let channels = usize::from(self.channels);
        let frames = bytes / (self.codec.bytes() * channels) as u64;
        Wav { channels, hz: self.hz, frames, damage, codec: self.codec, data }
    }
}

impl Codec {
    fn bytes(self) -> usize {
        match self {
            Self::Unsigned8 => 1,
            Self::Int(bytes) => usize::from(bytes),
            Self::Float32 => 4,
            Self::Float64 => 8,
        }
    }

    fn value(self, raw: &[u8]) -> f32 {
        match (self, raw) {
            (Self::Unsigned8, [a]) => (f32::from(*a) - 128.0) / 128.0,
            (Self::Int(_), [a, b]) => f32::from(i16::from_le_bytes([*a, *b])) / 32_768.0,
            (Self::Int(_), [a, b, c]) => i32::from_le_bytes([0, *a, *b, *c]) as f32 / 2_147_483_648.0,
            (Self::Int(_), [a, b, c, d]) => i32::from_le_bytes([*a, *b, *c, *d]) as f32 / 2_147_483_648.0,
            (Self::Float32, [a, b, c, d]) => f32::from_le_bytes([*a, *b, *c, *d]),
            (Self::Float64, [a, b, c, d, e, f, g, h]) => f64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]) as f32,
            _ => crate::signal::MISSING,
        }
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match reader.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(count) => got += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

/// A label at an instant, or over a stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// First frame.
    pub start: u64,
    /// Frames; 0 for an instant.
    pub frames: u64,
    /// What it says.
    pub text: String,
}

/// Bytes before the first sample of what we write.
const HEADER: u64 = 58;

/// Writes float32 samples; [`WavWriter::finish`] completes the header.
pub struct WavWriter<W> {
    out: W,
    channels: u16,
    bytes: u64,
}

impl<W: Write + Seek> WavWriter<W> {
    /// Begins a file of so many channels and frames a second.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn new(mut out: W, channels: u16, hz: u32) -> io::Result<Self> {
        let frame = u32::from(channels) * 4;
        // Floats want the longer `fmt ` and a `fact` chunk with the number of frames.
        out.write_all(b"RIFF\0\0\0\0WAVEfmt \x12\0\0\0\x03\0")?;
        out.write_all(&channels.to_le_bytes())?;
        out.write_all(&hz.to_le_bytes())?;
        out.write_all(&hz.saturating_mul(frame).to_le_bytes())?;
        out.write_all(&(channels * 4).to_le_bytes())?;
        out.write_all(&32_u16.to_le_bytes())?;
        out.write_all(b"\0\0fact\x04\0\0\0\0\0\0\0data\0\0\0\0")?;
        Ok(Self { out, channels, bytes: 0 })
    }

    /// Appends interleaved samples.
    ///
    /// # Errors
    /// Where they cannot be written, or the file would pass 4 GiB, which a WAV cannot.
    pub fn append(&mut self, samples: &[f32]) -> io::Result<()> {
        self.bytes += samples.len() as u64 * 4;
        if self.bytes > u64::from(u32::MAX) - (1 << 20) {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "a WAV file cannot pass 4 GiB; export it in parts (--from, --to-time)",
            ));
        }
        samples.iter().try_for_each(|sample| self.out.write_all(&sample.to_le_bytes()))
    }

    /// Adds labels and texts (INFO chunk ids and what they say) and completes the header.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self, labels: &[Label], info: &[([u8; 4], String)]) -> io::Result<W> {
        let mut tail = Vec::new();
        if !labels.is_empty() {
            chunk(&mut tail, *b"cue ", &cues(labels));
            chunk(&mut tail, *b"LIST", &names(labels));
        }
        if !info.is_empty() {
            let mut list = b"INFO".to_vec();
            info.iter().for_each(|(id, text)| chunk(&mut list, *id, &zero_ended(text)));
            chunk(&mut tail, *b"LIST", &list);
        }
        self.out.write_all(&tail)?;
        let riff = HEADER - 8 + self.bytes + tail.len() as u64;
        let frames = self.bytes / (u64::from(self.channels) * 4);
        self.out.seek(SeekFrom::Start(4))?;
        self.out.write_all(&(riff as u32).to_le_bytes())?;
        self.out.seek(SeekFrom::Start(HEADER - 12))?;
        self.out.write_all(&(frames as u32).to_le_bytes())?;
        self.out.seek(SeekFrom::Start(HEADER - 4))?;
        self.out.write_all(&(self.bytes as u32).to_le_bytes())?;
        self.out.flush()?;
        Ok(self.out)
    }

    /// Channels in a frame.
    pub fn channels(&self) -> u16 {
        self.channels
    }
}

fn chunk(out: &mut Vec<u8>, id: [u8; 4], body: &[u8]) {
    out.extend(id);
    out.extend((body.len() as u32).to_le_bytes());
    out.extend(body);
    if body.len() % 2 == 1 {
        out.push(0);
    }
}

fn zero_ended(text: &str) -> Vec<u8> {
    text.bytes().filter(|b| *b != 0).chain([0]).collect()
}

fn cues(labels: &[Label]) -> Vec<u8> {
    let mut body = (labels.len() as u32).to_le_bytes().to_vec();
    for (label, id) in labels.iter().zip(1_u32..) {
        let at = (label.start.min(u64::from(u32::MAX)) as u32).to_le_bytes();
        body.extend(id.to_le_bytes());
        body.extend(at);
        body.extend(*b"data\0\0\0\0\0\0\0\0");
        body.extend(at);
    }
    body
}

fn names(labels: &[Label]) -> Vec<u8> {
    let mut list = b"adtl".to_vec();
    for (label, id) in labels.iter().zip(1_u32..) {
        let mut text = id.to_le_bytes().to_vec();
        text.extend(zero_ended(&label.text));
        chunk(&mut list, *b"labl", &text);
        if label.frames > 0 {
            let mut length = id.to_le_bytes().to_vec();
            length.extend((label.frames.min(u64::from(u32::MAX)) as u32).to_le_bytes());
            length.extend(*b"rgn \0\0\0\0\0\0\0\0");
            chunk(&mut list, *b"ltxt", &length);
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn written(samples: &[f32], labels: &[Label]) -> Vec<u8> {
        let mut writer = WavWriter::new(Cursor::new(Vec::new()), 2, 100).unwrap();
        writer.append(samples).unwrap();
        writer.finish(labels, &[(*b"ISFT", "stillpoint".into())]).unwrap().into_inner()
    }

    #[test]
    fn what_is_written_is_read_back_and_labels_stand_behind_the_samples() {
        let samples = [0.5, -0.25, f32::NAN, 1e9, 3.0, -0.0];
        let label = Label { start: 1, frames: 2, text: "hold".into() };
        let bytes = written(&samples, &[label]);
        assert_eq!(bytes.len() as u64, u64::from(u32::from_le_bytes(bytes[4..8].try_into().unwrap())) + 8);
        let mut file = Cursor::new(bytes);
        let wav = Wav::open(&mut file).unwrap();
        assert_eq!((wav.channels, wav.hz, wav.frames, wav.damage.len()), (2, 100, 3, 0));
        let mut out = Vec::new();
        assert_eq!(wav.read(&mut file, 1, 10, &mut out).unwrap(), 2);
        assert!(out[0].is_nan());
        assert_eq!(out[1..], samples[3..]);
    }

    #[test]
    fn every_beginning_of_a_file_is_read_or_refused_and_never_a_panic() {
        let bytes = written(&[1.0; 20], &[]);
        for cut in 0..bytes.len() {
            if let Ok(wav) = Wav::open(&mut Cursor::new(&bytes[..cut])) {
                let mut out = Vec::new();
                wav.read(&mut Cursor::new(&bytes[..cut]), 0, 100, &mut out).unwrap();
                assert!(out.iter().all(|x| *x == 1.0));
                assert!(cut as u64 >= HEADER + 80 || !wav.damage.is_empty(), "{cut}");
            }
        }
    }

    #[test]
    fn integers_are_shares_of_full_scale() {
        for (codec, raw, value) in [
            (Codec::Unsigned8, vec![0], -1.0),
            (Codec::Int(2), vec![0, 0x40], 0.5),
            (Codec::Int(3), vec![0, 0, 0xc0], -0.5),
            (Codec::Int(4), vec![0, 0, 0, 0x40], 0.5),
        ] {
            assert_eq!(codec.value(&raw), value, "{codec:?}");
        }
    }
}
