//! Reading: the header first, believing the file's length rather than its numbers, then samples of any stretch.

use std::io::{self, Read, Seek, SeekFrom};

use crate::format::input::read_up_to;

/// Why a file cannot be read as WAV.
#[derive(Debug, thiserror::Error)]
pub enum WavError {
    /// Nothing in it.
    #[error("the file is empty; nothing was ever written to it")]
    Empty,
    /// Another kind of file.
    #[error("this is not a WAV file (it does not begin with RIFF … WAVE)")]
    NotWav,
    /// Cut off before the samples begin.
    #[error("the WAV header is cut short: the file ends after {length} bytes, before its samples; copy it anew")]
    CutShort {
        /// The file's length.
        length: u64,
    },
    /// A header that cannot be.
    #[error("the WAV header says {what}; the file is damaged or was never a recording")]
    Header {
        /// What it says.
        what: String,
    },
    /// Samples that are compressed or of an odd kind.
    #[error("the samples are {codec}, which cannot be read; convert it first, as with `sox IN.wav -e floating-point OUT.wav`")]
    Codec {
        /// Its name.
        codec: String,
    },
    /// The system refused.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// How one sample is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// 8 bits, 128 is zero.
    U8,
    /// 16 bits.
    I16,
    /// 24 bits.
    I24,
    /// 32 bits.
    I32,
    /// IEEE single.
    F32,
    /// IEEE double.
    F64,
}

impl Encoding {
    /// Bytes of a sample.
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::I16 => 2,
            Self::I24 => 3,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// How far the samples reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// As far as the header says, and no further than the file.
    Header,
    /// To the end of the file, as in a recording whose header was not brought up to date.
    File,
}

/// What is in a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WavHeader {
    /// Samples in a frame; at least 1.
    pub channels: usize,
    /// As the header has it; 0 where it has none.
    pub rate_hz: u32,
    /// How a sample is written.
    pub encoding: Encoding,
    /// Where the samples begin.
    pub data_start: u64,
    /// Whole frames that are there.
    pub frames: u64,
    /// Whole frames of these that the header counts.
    pub counted: u64,
    /// What was wrong and what was done about it.
    pub damage: Vec<String>,
}

/// More chunks than this before the samples are no file but an attack on patience.
const MOST_CHUNKS: usize = 4096;

impl WavHeader {
    /// Finds the samples without reading them. Nothing is allocated by what the header claims.
    ///
    /// # Errors
    /// Where no samples can be found, or `input` fails.
    pub fn read(input: &mut (impl Read + Seek), extent: Extent) -> Result<Self, WavError> {
        let length = input.seek(SeekFrom::End(0))?;
        if length == 0 {
            return Err(WavError::Empty);
        }
        let (walk, first) = Walk::begin(input, length, extent)?;
        walk.finish(input, first)
    }

    /// Bytes of a frame.
    pub fn frame_bytes(&self) -> usize {
        self.channels * self.encoding.bytes()
    }
}

/// Appends the samples that `bytes` hold to `samples`. A half sample at the end is left out.
pub fn decode(encoding: Encoding, bytes: &[u8], samples: &mut Vec<f32>) {
    match encoding {
        Encoding::U8 => samples.extend(bytes.iter().map(|byte| (f32::from(*byte) - 128.0) / 128.0)),
        Encoding::I16 => samples.extend(words(bytes).map(|word| f32::from(i16::from_le_bytes(word)) / 32_768.0)),
        Encoding::I24 => samples.extend(words(bytes).map(|[a, b, c]| (i32::from_le_bytes([0, a, b, c]) >> 8) as f32 / 8_388_608.0)),
        Encoding::I32 => samples.extend(words(bytes).map(|word| i32::from_le_bytes(word) as f32 / 2_147_483_648.0)),
        Encoding::F32 => samples.extend(words(bytes).map(f32::from_le_bytes)),
        Encoding::F64 => samples.extend(words(bytes).map(|word| f64::from_le_bytes(word) as f32)),
    }
}

fn words<const N: usize>(bytes: &[u8]) -> impl Iterator<Item = [u8; N]> {
    bytes.as_chunks().0.iter().copied()
}

#[derive(Clone, Copy)]
struct Format {
    channels: usize,
    rate_hz: u32,
    encoding: Encoding,
}

pub(super) struct Walk {
    length: u64,
    riff_size: u32,
    ds64: Option<u64>,
    format: Option<Format>,
    extent: Extent,
    /// Names of 16 bytes, sizes of 8 that count the chunk's head, at multiples of 8: Sony's Wave64.
    wide: bool,
}

/// What a Wave64 file begins with: a name as long as all of its names are, which begin as those of a WAV file.
const WAVE64: [u8; 16] = *b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0";

/// The head of a chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk {
    pub(super) name: [u8; 4],
    /// Where its bytes begin, and how many it claims.
    pub(super) body: u64,
    pub(super) size: u64,
    next: u64,
}

impl Walk {
    /// Looks at what kind of file it is; gives where its first chunk begins.
    fn begin(input: &mut (impl Read + Seek), length: u64, extent: Extent) -> Result<(Self, u64), WavError> {
        let mut riff = [0; 12];
        let got = read_up_to(input, 0, &mut riff)?;
        let (id, form) = (&riff[..4], &riff[8..]);
        if riff[..] == WAVE64[..12] {
            return Ok((Self { length, riff_size: 0, ds64: None, format: None, extent, wide: true }, 40));
        }
        let there = id.get(..got).unwrap_or(id);
        if !(b"RIFF".starts_with(there) || b"RF64".starts_with(there)) {
            return Err(WavError::NotWav);
        }
        if got < riff.len() {
            return Err(WavError::CutShort { length });
        }
        if form != b"WAVE" {
            return Err(WavError::NotWav);
        }
        Ok((Self { length, riff_size: le32(&riff[4..]), ds64: None, format: None, extent, wide: false }, 12))
    }

    /// Every chunk of a file, before the samples and after them.
    pub(super) fn all(input: &mut (impl Read + Seek), mut take: impl FnMut(Chunk)) -> Result<(), WavError> {
        let length = input.seek(SeekFrom::End(0))?;
        let (mut walk, mut at) = Self::begin(input, length, Extent::Header)?;
        for _ in 0..MOST_CHUNKS {
            // A chunk that claims to go on behind the end is the last.
            if at > length {
                break;
            }
            let chunk = walk.chunk(input, at)?;
            at = match &chunk.name {
                b"ds64" => {
                    walk.ds64 = walk.read_ds64(input, chunk.body)?;
                    chunk.next
                }
                b"data" => {
                    let size = walk.declared(&chunk);
                    chunk.body.saturating_add(size).saturating_add(if walk.wide { 7 } else { size % 2 })
                        & if walk.wide { !7 } else { u64::MAX }
                }
                _ => chunk.next,
            };
            take(chunk);
        }
        Ok(())
    }

    /// The bytes of samples that the header declares.
    fn declared(&self, data: &Chunk) -> u64 {
        let elsewhere = !self.wide && data.size == u64::from(u32::MAX);
        if elsewhere { self.ds64.unwrap_or(u64::MAX) } else { data.size }
    }

    fn finish(mut self, input: &mut (impl Read + Seek), first: u64) -> Result<WavHeader, WavError> {
        let (data_start, declared) = self.find_data(input, first)?;
        let format = self.format.ok_or_else(|| WavError::Header { what: "nothing of the kind of its samples (no fmt chunk)".into() })?;
        Ok(self.header(format, data_start, declared))
    }

    /// Goes from chunk to chunk; gives where the samples begin and how many bytes of them the header declares.
    fn find_data(&mut self, input: &mut (impl Read + Seek), first: u64) -> Result<(u64, u64), WavError> {
        let mut at = first;
        for _ in 0..MOST_CHUNKS {
            let chunk = self.chunk(input, at)?;
            match &chunk.name {
                b"data" => return Ok((chunk.body, self.declared(&chunk))),
                b"fmt " => self.format = Some(self.read_format(input, chunk.body, chunk.size)?),
                b"ds64" => self.ds64 = self.read_ds64(input, chunk.body)?,
                _ => {}
            }
            at = chunk.next;
        }
        Err(WavError::Header { what: format!("more than {MOST_CHUNKS} chunks before its samples") })
    }

    fn chunk(&self, input: &mut (impl Read + Seek), at: u64) -> Result<Chunk, WavError> {
        let mut head = [0; 24];
        let long = if self.wide { 24 } else { 8 };
        // A place that no file reaches cannot be asked for.
        if at > self.length || read_up_to(input, at, head.get_mut(..long).unwrap_or_default())? < long {
            return Err(WavError::CutShort { length: self.length });
        }
        let name = [head[0], head[1], head[2], head[3]];
        let body = at + long as u64;
        if !self.wide {
            let size = u64::from(le32(&head[4..]));
            return Ok(Chunk { name, body, size, next: body + size + size % 2 });
        }
        let size = (u64::from(le32(&head[20..])) << 32 | u64::from(le32(&head[16..]))).saturating_sub(24);
        Ok(Chunk { name, body, size, next: body.saturating_add(size).saturating_add(7) & !7 })
    }

    fn read_format(&self, input: &mut (impl Read + Seek), at: u64, size: u64) -> Result<Format, WavError> {
        let mut bytes = [0; 40];
        let wanted = bytes.len().min(usize::try_from(size).unwrap_or(usize::MAX));
        if wanted < 16 {
            return Err(WavError::Header { what: format!("its fmt chunk has {size} bytes, of at least 16") });
        }
        // What the chunk does not have stays zero.
        if read_up_to(input, at, bytes.get_mut(..wanted).unwrap_or_default())? < wanted {
            return Err(WavError::CutShort { length: self.length });
        }
        parse_format(&bytes)
    }

    fn read_ds64(&self, input: &mut (impl Read + Seek), at: u64) -> Result<Option<u64>, WavError> {
        let mut bytes = [0; 16];
        let got = read_up_to(input, at, &mut bytes)?;
        let low = u64::from(le32(&bytes[8..]));
        let high = u64::from(le32(&bytes[12..]));
        if got < bytes.len() { Err(WavError::CutShort { length: self.length }) } else { Ok(Some(high << 32 | low)) }
    }

    fn header(&self, format: Format, data_start: u64, declared: u64) -> WavHeader {
        let Format { channels, rate_hz, encoding } = format;
        let frame = (channels * encoding.bytes()) as u64;
        let there = self.length.saturating_sub(data_start);
        let unfinished = declared == 0 && u64::from(self.riff_size) + 8 < self.length;
        let taken = if self.extent == Extent::File || unfinished { there } else { declared.min(there) };
        let mut damage = Vec::new();
        if declared > there {
            let claim = if declared == u64::MAX { "no length".to_owned() } else { format!("{} frames", declared / frame) };
            damage.push(format!("the WAV header claims {claim} where the file holds {}; read what is there", there / frame));
        } else if declared < taken {
            let (declared, taken) = (declared / frame, taken / frame);
            damage.push(format!("the WAV header counts {declared} frames where the file holds {taken}; read them all"));
        }
        if !taken.is_multiple_of(frame) {
            damage.push("the last frame is torn; left out".to_owned());
        }
        WavHeader { channels, rate_hz, encoding, data_start, frames: taken / frame, counted: declared.min(taken) / frame, damage }
    }
}

fn parse_format(bytes: &[u8; 40]) -> Result<Format, WavError> {
    const EXTENSIBLE: u16 = 0xfffe;
    let field = |at: usize| bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |pair| u16::from_le_bytes(*pair));
    let (channels, rate_hz, block, bits) = (usize::from(field(2)), le32(&bytes[4..]), usize::from(field(12)), field(14));
    let tag = if field(0) == EXTENSIBLE { field(24) } else { field(0) };
    if channels == 0 {
        return Err(WavError::Header { what: "0 channels".into() });
    }
    // A sample of 20 bits lies in a container of 24 or 32, at its upper end; the container is what counts.
    let container =
        if block.is_multiple_of(channels) && block / channels * 8 >= usize::from(bits) { block / channels * 8 } else { usize::from(bits) };
    let encoding = match (tag, container) {
        (1, 8) => Encoding::U8,
        (1, 16) => Encoding::I16,
        (1, 24) => Encoding::I24,
        (1, 32) => Encoding::I32,
        (3, 32) => Encoding::F32,
        (3, 64) => Encoding::F64,
        (tag, _) => return Err(WavError::Codec { codec: codec(tag, bits) }),
    };
    Ok(Format { channels, rate_hz, encoding })
}

/// Names of the commonest tags of RFC 2361.
fn codec(tag: u16, bits: u16) -> String {
    let name = match tag {
        1 => return format!("{bits}-bit integers"),
        3 => return format!("{bits}-bit floats"),
        0x0002 => "Microsoft ADPCM",
        0x0006 => "A-law",
        0x0007 => "µ-law",
        0x0011 => "IMA ADPCM",
        0x0031 => "GSM 6.10",
        0x0050 | 0x0055 => "MPEG audio (MP3)",
        0x00ff => "AAC",
        0x0161 | 0x0162 => "Windows Media audio",
        0x2000 => "Dolby AC-3",
        0x674f..=0x6771 => "Ogg Vorbis",
        0xf1ac => "FLAC",
        _ => return format!("of an unknown codec (WAV format tag {tag:#06x})"),
    };
    name.to_owned()
}

fn le32(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |word| u32::from_le_bytes(*word))
}
