//! The header: 256 bytes on the whole, then 256 on each signal. Every number in it is doubted.

use std::io::{Read, Seek, SeekFrom};

use super::EdfError;
use super::fields::{LOCAL, PROGRAM};
use super::scale::MISSING_TEXT;
use crate::format::contents::MOST_CHANNELS;
use crate::format::input::read_up_to;
use crate::format::moment;
use crate::signal::clean;

pub(super) const EDF: &[u8] = b"0       ";
pub(super) const BDF: &[u8] = b"\xffBIOSEMI";

const FIXED: usize = 256;
const PER_SIGNAL: usize = 256;
/// Eight digits.
const MOST_SAMPLES: f64 = 99_999_999.0;
/// A record that lasts longer than a week is no record.
const LONGEST_RECORD: f64 = 604_800.0;

/// What the header says.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// Bytes of a sample: 2 in EDF, 3 in BDF.
    pub(super) width: usize,
    /// EDF+D: records need not follow one another in time.
    pub(super) discontinuous: bool,
    /// This program wrote it.
    pub(super) ours: bool,
    /// When it began, in seconds from 1970, without the part of a second that the first record's begin adds.
    pub(super) began: Option<f64>,
    /// Whether that is UTC: a file of ours says where it is not.
    pub(super) utc: bool,
    /// Seconds of a record; 0 where it has none.
    pub(super) record_s: f64,
    pub(super) signals: Vec<Signal>,
    /// Where the first record begins.
    pub(super) data_start: u64,
    /// Whole records that are there.
    pub(super) records: u64,
    /// Bytes of a record.
    pub(super) record_bytes: u64,
    pub(super) damage: Vec<String>,
}

/// What the header says of one signal.
#[derive(Clone, Debug)]
pub(super) struct Signal {
    pub(super) label: String,
    pub(super) unit: String,
    /// physical = gain · digital + offset.
    pub(super) gain: f64,
    pub(super) offset: f64,
    /// The digital number of a missing sample, where the file has one.
    pub(super) missing: Option<i32>,
    /// Samples in a record.
    pub(super) samples: u64,
    /// Where they begin in a record, in bytes.
    pub(super) at: u64,
}

impl Signal {
    /// Texts, not samples.
    pub(super) fn is_annotations(&self) -> bool {
        matches!(self.label.as_str(), "EDF Annotations" | "BDF Annotations")
    }

    /// A checksum of the record (ResMed), not a signal.
    pub(super) fn is_checksum(&self) -> bool {
        self.label.to_ascii_lowercase().starts_with("crc")
    }
}

impl Header {
    pub(super) fn read(input: &mut (impl Read + Seek)) -> Result<Self, EdfError> {
        let length = input.seek(SeekFrom::End(0))?;
        if length == 0 {
            return Err(EdfError::Empty);
        }
        let mut fixed = [0; FIXED];
        let got = read_up_to(input, 0, &mut fixed)?;
        let start = fixed.get(..got.min(EDF.len())).unwrap_or_default();
        if !EDF.starts_with(start) && !BDF.starts_with(start) {
            return Err(EdfError::NotEdf);
        }
        if got < FIXED {
            return Err(EdfError::CutShort { length, header: FIXED as u64 });
        }
        let count = signal_count(&fixed)?;
        let mut each = vec![0; count * PER_SIGNAL];
        let data_start = (FIXED + each.len()) as u64;
        if read_up_to(input, FIXED as u64, &mut each)? < each.len() {
            return Err(EdfError::CutShort { length, header: data_start });
        }
        let mut header = Self {
            width: if fixed.starts_with(BDF) { 3 } else { 2 },
            discontinuous: matches!(&fixed[192..197], b"EDF+D" | b"BDF+D"),
            ours: text(&fixed[88..168]).split(' ').nth(4).is_some_and(|word| word.starts_with(PROGRAM)),
            began: began(&fixed),
            utc: false,
            record_s: record_duration(&fixed)?,
            signals: Vec::with_capacity(count),
            data_start,
            records: 0,
            record_bytes: 0,
            damage: Vec::new(),
        };
        header.utc = header.ours && !text(&fixed[88..168]).contains(LOCAL);
        if number(&fixed[184..192]) != Some(data_start as f64) {
            header.damage.push(format!("the header gives its own length as {}; it is {data_start}", text(&fixed[184..192])));
        }
        header.take_signals(&each, count)?;
        header.count_records(length, &fixed[236..244])?;
        Ok(header)
    }

    fn take_signals(&mut self, each: &[u8], count: usize) -> Result<(), EdfError> {
        // Field by field, each for all signals: 16 label, 80 transducer, 8 unit, 8 each of four limits, 80 filter, 8 samples, 32 spare.
        let field = |at: usize, width: usize, signal: usize| {
            each.get(at * count + signal * width..).and_then(|field| field.get(..width)).unwrap_or_default()
        };
        for signal in 0..count {
            let label = text(field(0, 16, signal));
            let samples = number(field(216, 8, signal)).filter(|samples| samples.fract() == 0.0 && (0.0..=MOST_SAMPLES).contains(samples));
            let samples = samples.ok_or_else(|| EdfError::Header {
                what: format!("that signal {} ({label}) has {:?} samples in a record", signal + 1, text(field(216, 8, signal))),
            })? as u64;
            let limits = [104, 112, 120, 128].map(|at| number(field(at, 8, signal)));
            let (gain, offset) = scale(limits).unwrap_or_else(|| {
                if !matches!(label.as_str(), "EDF Annotations" | "BDF Annotations") {
                    self.damage
                        .push(format!("signal {} ({label}): its limits tell no scale; its values are as the device counted", signal + 1));
                }
                (1.0, 0.0)
            });
            let unit = text(field(96, 8, signal));
            let missing = limits[2].filter(|_| text(field(16, 80, signal)) == MISSING_TEXT).map(|least| least as i32);
            self.signals.push(Signal { label, unit, gain, offset, missing, samples, at: self.record_bytes });
            self.record_bytes += samples * self.width as u64;
        }
        Ok(())
    }

    /// The file's length is believed, not the header's count.
    fn count_records(&mut self, length: u64, declared: &[u8]) -> Result<(), EdfError> {
        if self.record_bytes == 0 {
            return Err(EdfError::NoSignal { what: "records without a sample".into() });
        }
        let there = length - self.data_start;
        self.records = there / self.record_bytes;
        let here = self.records;
        match number(declared) {
            Some(-1.0) => self.damage.push(format!("the header does not count its records (it was never finished); {here} are there")),
            Some(said) if said == here as f64 => {}
            Some(said) if said >= 0.0 => {
                self.damage.push(format!("the header counts {said} records, {here} are there; read what is there"));
            }
            _ => self.damage.push(format!("the header counts {:?} records; read the {here} that are there", text(declared))),
        }
        if !there.is_multiple_of(self.record_bytes) {
            self.damage.push("the last record is torn; left out".to_owned());
        }
        Ok(())
    }
}

fn signal_count(fixed: &[u8; FIXED]) -> Result<usize, EdfError> {
    let count = number(&fixed[252..256]).filter(|count| count.fract() == 0.0);
    match count {
        Some(count) if (1.0..=MOST_CHANNELS as f64).contains(&count) => Ok(count as usize),
        _ => {
            let what = format!("{:?} for its number of signals, of 1 to {MOST_CHANNELS}", text(&fixed[252..256]));
            Err(EdfError::Header { what })
        }
    }
}

/// `dd.mm.yy` and `hh.mm.ss`, of 1985 to 2084; where nobody knows it is the first second of 1985.
fn began(fixed: &[u8; FIXED]) -> Option<f64> {
    let parts = |field: &[u8]| -> Option<[i64; 3]> {
        let parts: Option<Vec<i64>> = text(field).split('.').map(|part| part.parse().ok()).collect();
        parts?.try_into().ok()
    };
    let ([day, month, year], [hour, minute, second]) = (parts(&fixed[168..176])?, parts(&fixed[176..184])?);
    let year = if year >= 85 { 1900 + year } else { 2000 + year };
    let fits = (1..=31).contains(&day) && (1..=12).contains(&month) && (1985..2085).contains(&year);
    let fits = fits && (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second);
    let seconds = moment::days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    let unknown = moment::days(1985, 1, 1) * 86_400;
    (fits && seconds != unknown).then_some(seconds as f64)
}

fn record_duration(fixed: &[u8; FIXED]) -> Result<f64, EdfError> {
    let seconds = number(&fixed[244..252]).filter(|seconds| (0.0..=LONGEST_RECORD).contains(seconds));
    seconds.ok_or_else(|| EdfError::Header { what: format!("{:?} for the seconds of a record", text(&fixed[244..252])) })
}

/// Gain and offset from the physical and the digital limits.
fn scale(limits: [Option<f64>; 4]) -> Option<(f64, f64)> {
    let [Some(physical_min), Some(physical_max), Some(digital_min), Some(digital_max)] = limits else { return None };
    let gain = (physical_max - physical_min) / (digital_max - digital_min);
    (gain.is_finite() && gain != 0.0).then_some((gain, physical_min - gain * digital_min))
}

/// A field as clean text. The standard says ASCII; many devices write Latin-1.
fn text(field: &[u8]) -> String {
    let all: String = field.iter().map(|byte| char::from(*byte)).collect();
    clean(&all)
}

/// A field as a finite number; some devices write a comma for the point.
fn number(field: &[u8]) -> Option<f64> {
    let text = text(field).replace(',', ".");
    text.parse().ok().filter(|number: &f64| number.is_finite())
}
