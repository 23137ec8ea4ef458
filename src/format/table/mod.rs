//! Tables of numbers as text: a row a frame, between commas, semicolons, tabs or blanks, with or without a header line,
//! comment lines and a column of times. The text exports of some programs have headers of their own; they are known by them. Read once, at
//! opening, and kept in memory.

mod acq;
mod cells;
mod clock;
mod counter;
mod form;
mod labchart;
mod laid;
mod lines;
mod openbci;
mod plain;
mod rows;
mod sidecar;

pub use sidecar::Sidecar;

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;

use super::contents::{Contents, MOST_CHANNELS, Run, Stretches};
use crate::signal::{MISSING, Rate, SampleIndex};

/// Longer files are not read into memory.
const LONGEST: u64 = 1 << 30;
/// What gzip's files begin with.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// So much of the beginning is looked at to find out the form.
const HEAD: usize = 1 << 16;

/// Why a file cannot be read as a table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// Nothing in it.
    #[error("the file is empty; nothing was ever written to it")]
    Empty,
    /// Bytes that no text has.
    #[error("this is no text, and no file that stillpoint reads (session, WAV, EDF, BDF, or a table as UTF-8 text)")]
    NotText,
    /// Text of two bytes a character.
    #[error("this is text in UTF-16; save it as UTF-8, as with `iconv -f UTF-16 -t UTF-8 IN.txt > OUT.txt`")]
    Utf16,
    /// A header of a known kind that cannot be.
    #[error("line {line}: {what}")]
    Header {
        /// Counted from 1.
        line: u64,
        /// What is wrong there, and what is expected.
        what: String,
    },
    /// More than fits.
    #[error("the table has {} MiB, of at most {} that are read as text; convert it to WAV or EDF, or cut it", length >> 20, LONGEST >> 20)]
    TooLong {
        /// The file's length.
        length: u64,
    },
    /// A line that is none.
    #[error("line {line} is longer than {most} characters; this is no table with a row a line")]
    LongLine {
        /// Counted from 1.
        line: u64,
        /// The limit.
        most: u64,
    },
    /// More columns than any sensor has.
    #[error("line {line} has {columns} columns, of at most {MOST_CHANNELS}")]
    TooManyColumns {
        /// Counted from 1.
        line: u64,
        /// How many.
        columns: usize,
    },
    /// Words only.
    #[error("there is no column of numbers up to line {line}; this is no table of samples")]
    NoNumbers {
        /// The last line that was looked at.
        line: u64,
    },
    /// No rate anywhere.
    #[error(
        "the file does not say its sample rate (no column of times that rise, no comment, no JSON file beside it); give it with --rate HZ"
    )]
    NoRate,
    /// The system refused.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// What is known of a table from elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The rate where nothing else tells it.
    pub rate: Option<Rate>,
    /// What the JSON file beside it says.
    pub sidecar: Sidecar,
}

/// The program that wrote a table, as its header tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// Any.
    Any,
    /// The OpenBCI GUI.
    OpenBci,
    /// ADInstruments' LabChart.
    LabChart,
    /// BIOPAC's AcqKnowledge.
    AcqKnowledge,
}

/// A table, read.
#[derive(Clone, Debug)]
pub struct Table {
    writer: Writer,
    contents: Contents,
    stretches: Stretches,
    /// Row by row, without the columns that are no channel.
    samples: Vec<f32>,
}

/// The beginning of a table.
#[derive(Clone, Copy)]
struct Start<'a> {
    lines: &'a [&'a str],
    known: &'a Known,
}

impl Table {
    /// Whether a file that begins with these bytes, which are all where `whole`, has rows of numbers; or cannot be told from one that is broken.
    pub fn is_likely(head: &[u8], whole: bool) -> bool {
        let mended = lines::mended(head);
        let lines = lines::of_head(&mended, whole);
        let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
        let odd = head.is_empty() || head.contains(&0);
        odd || Writer::of(&lines) != Writer::Any || form::Form::find(&lines, &Sidecar::default()).is_ok()
    }

    /// Reads a table from its beginning to its end, as it stands or packed by gzip.
    ///
    /// # Errors
    /// Where it is no table, or too long, its rate is not known, or `input` fails.
    pub fn read(mut input: impl Read + Seek, known: &Known) -> Result<Self, TableError> {
        let length = input.seek(SeekFrom::End(0))?;
        let mut head = vec![0; HEAD.min(usize::try_from(length).unwrap_or(HEAD))];
        let got = super::input::read_up_to(&mut input, 0, &mut head)?;
        head.truncate(got);
        input.seek(SeekFrom::Start(0))?;
        if head.starts_with(&GZIP) {
            return Self::unpack(input, known);
        }
        let whole = got as u64 == length;
        Self::begun((&head, whole), (input, length), known)
    }

    /// The same of what gzip has packed, as BIDS has its tables.
    fn unpack(mut input: impl Read + Seek, known: &Known) -> Result<Self, TableError> {
        let (mut head, cut) = (Vec::new(), Cell::new(false));
        Unpacked { input: MultiGzDecoder::new(&mut input), left: LONGEST, cut: &cut }.take(HEAD as u64).read_to_end(&mut head)?;
        input.seek(SeekFrom::Start(0))?;
        cut.set(false);
        let whole = head.len() < HEAD;
        let rest = Unpacked { input: MultiGzDecoder::new(input), left: LONGEST, cut: &cut };
        let mut table = Self::begun((&head, whole), (rest, head.len() as u64), known)?;
        if cut.get() {
            table
                .contents
                .damage
                .push("the packed file is cut off; what could be unpacked is read, and the last row may be cut".to_owned());
        }
        Ok(table)
    }

    fn begun((head, whole): (&[u8], bool), (input, length): (impl Read, u64), known: &Known) -> Result<Self, TableError> {
        if head.is_empty() {
            return Err(TableError::Empty);
        }
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(TableError::Utf16);
        }
        if head.contains(&0) {
            return Err(TableError::NotText);
        }
        if length > LONGEST {
            return Err(TableError::TooLong { length });
        }
        let input = lines::Mended::new(input, head)?;
        let head = lines::mended(head);
        let lines = lines::of_head(&head, whole);
        let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
        let start = Start { lines: &lines, known };
        let writer = Writer::of(&lines);
        let laid = match writer {
            Writer::Any => plain::read(input, start),
            Writer::OpenBci => openbci::read(input, start),
            Writer::LabChart => labchart::read(input, start),
            Writer::AcqKnowledge => acq::read(input, start),
        }?;
        let (contents, stretches, samples) = laid.finish();
        Ok(Self { writer, contents, stretches, samples })
    }

    /// Which program wrote it.
    pub fn writer(&self) -> Writer {
        self.writer
    }

    /// What it says beside its samples.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Fills `samples` with up to `wanted` interleaved frames from `start` on and gives how many they are.
    pub fn frames(&self, start: SampleIndex, wanted: usize, samples: &mut Vec<f32>) -> usize {
        samples.clear();
        let channels = self.contents.layout.channels.len();
        let end = start.0.saturating_add(wanted as u64).min(self.contents.frames);
        let mut at = start.0;
        while at < end {
            at += match self.stretches.run(at, end - at) {
                Some(Run::Stored(row, rows)) => {
                    let stored = row as usize * channels..(row + rows) as usize * channels;
                    samples.extend_from_slice(self.samples.get(stored).unwrap_or_default());
                    rows
                }
                Some(Run::Missing(frames)) => {
                    samples.resize(samples.len() + frames as usize * channels, MISSING);
                    frames
                }
                None => break,
            };
        }
        at.saturating_sub(start.0) as usize
    }
}

/// What was packed, no more of it than is read of a table, and as far as it goes where it is cut off.
struct Unpacked<'a, R> {
    input: R,
    left: u64,
    cut: &'a Cell<bool>,
}

impl<R: Read> Read for Unpacked<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.cut.get() {
            return Ok(0);
        }
        let got = match self.input.read(bytes) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.cut.set(true);
                0
            }
            read => read?,
        };
        self.left = self.left.checked_sub(got as u64).ok_or_else(|| {
            io::Error::other(format!(
                "unpacked, it has more than the {} MiB that are read of a table; unpack it, and convert or cut it",
                LONGEST >> 20
            ))
        })?;
        Ok(got)
    }
}

impl Writer {
    fn of(lines: &[&str]) -> Self {
        if openbci::wrote(lines) {
            Self::OpenBci
        } else if labchart::wrote(lines) {
            Self::LabChart
        } else if acq::wrote(lines) {
            Self::AcqKnowledge
        } else {
            Self::Any
        }
    }
}
