//! Tables of numbers as text: a row a frame, between commas, semicolons, tabs or blanks, with or without a header line,
//! comment lines and a column of times. Read once, at opening, and kept in memory.

mod cells;
mod clock;
mod form;
mod rows;
mod sidecar;

pub use sidecar::Sidecar;

use std::io::{self, Read, Seek, SeekFrom};

use super::contents::{Contents, MOST_CHANNELS, Run, Stretches, name_apart};
use crate::signal::{Annotations, Channel, Gap, GapCause, Layout, MISSING, Rate, SampleIndex, Span};
use form::Form;
use rows::Rows;

/// Longer files are not read into memory.
const LONGEST: u64 = 1 << 30;
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
    #[error("the file does not say its sample rate (no column of times, no comment, no JSON file beside it); give it with --rate HZ")]
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

/// A table, read.
#[derive(Clone, Debug)]
pub struct Table {
    contents: Contents,
    stretches: Stretches,
    /// Row by row, without the columns that are no channel.
    samples: Vec<f32>,
}

impl Table {
    /// Reads a table from its beginning to its end.
    ///
    /// # Errors
    /// Where it is no table, or too long, its rate is not known, or `input` fails.
    pub fn read(mut input: impl Read + Seek, known: &Known) -> Result<Self, TableError> {
        let length = input.seek(SeekFrom::End(0))?;
        let mut head = vec![0; HEAD.min(usize::try_from(length).unwrap_or(HEAD))];
        let got = super::input::read_up_to(&mut input, 0, &mut head)?;
        head.truncate(got);
        if head.is_empty() {
            return Err(TableError::Empty);
        }
        if head.contains(&0) {
            return Err(TableError::NotText);
        }
        if length > LONGEST {
            return Err(TableError::TooLong { length });
        }
        let form = Form::find(&head, got as u64 == length, &known.sidecar)?;
        input.seek(SeekFrom::Start(0))?;
        Self::new(&form, Rows::read(input, &form)?, known)
    }

    fn new(form: &Form, rows: Rows, known: &Known) -> Result<Self, TableError> {
        let Rows { samples, stamps, damage: faults } = rows;
        let channels: Vec<_> = form.channels().collect();
        let count = (samples.len() / channels.len()) as u64;
        let mut damage = [form.damage.clone(), faults].concat();
        let mut stretches = Stretches::default();
        let rate = if let Some(clock) = clock::fit(&stamps) {
            damage.extend(clock.damage);
            stretches = clock.stretches;
            clock.rate
        } else {
            if form.time.is_some() {
                damage.push("the column of times tells no rate".to_owned());
            }
            stretches.push(count, 0);
            form.rate.or(known.sidecar.rate).or(known.rate).ok_or(TableError::NoRate)?
        };
        let mut channels: Vec<Channel> = channels.iter().map(|column| Channel::named(&column.name, &column.unit)).collect();
        name_apart(&mut channels);
        let gaps = gaps(&stretches, &samples, channels.len());
        let frames = stretches.frames();
        let contents = Contents { layout: Layout { channels, nominal: rate }, frames, annotations: Annotations::default(), gaps, damage };
        Ok(Self { contents, stretches, samples })
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
                    samples.extend_from_slice(&self.samples[row as usize * channels..][..rows as usize * channels]);
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

/// What is missing in every channel: pauses in the times, and rows that are empty.
fn gaps(stretches: &Stretches, samples: &[f32], channels: usize) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = Vec::new();
    let mut missing = |frame: u64, frames: u64, exact: bool| {
        let span = Span { start: SampleIndex(frame), end: SampleIndex(frame + frames) };
        match gaps.last_mut().filter(|gap| gap.span.end == span.start) {
            Some(gap) => (gap.span.end, gap.exact) = (span.end, gap.exact && exact),
            None => gaps.push(Gap { span, cause: GapCause::Stalled, exact }),
        }
    };
    let mut at = 0;
    while let Some(run) = stretches.run(at, u64::MAX) {
        at += match run {
            Run::Missing(frames) => {
                missing(at, frames, false);
                frames
            }
            Run::Stored(row, rows) => {
                let frames = samples[row as usize * channels..].chunks_exact(channels).take(rows as usize);
                let empty = (at..).zip(frames).filter(|(_, frame)| frame.iter().all(|sample| sample.is_nan()));
                empty.for_each(|(frame, _)| missing(frame, 1, true));
                rows
            }
        };
    }
    gaps
}
