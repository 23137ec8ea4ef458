//! What the texts of a file tell: when each record begins, annotations, and in a file of ours gaps and the end.

use std::io::{self, Read, Seek};

use super::header::Header;
use super::tal::{self, Tal};
use super::{END_TEXT, EdfError, MISSING_OF};
use crate::format::contents::{LONGEST_PAUSE, Stretches};
use crate::format::input::read_up_to;
use crate::format::wording;
use crate::signal::{Annotation, AnnotationId, Annotations, Edit, Gap, Rate, SampleIndex, Seconds, Span};

/// Records whose annotations are read at opening: two days of records of a second. Opening stays quick whatever the file is.
const MOST_RECORDS: u64 = 200_000;
/// Annotations beyond this are not taken.
const MOST_ANNOTATIONS: usize = 100_000;
/// Bytes of a record's annotations that are read.
const MOST_TEXT: u64 = 1 << 16;

/// Where a record is no longer than this, many are read at a time: asking for a few bytes takes longer than reading what lies between.
const SHORT_RECORD: u64 = 4096;
/// Bytes that are then read at a time.
const TOGETHER: usize = 1 << 18;

/// Bytes that were read together.
#[derive(Default)]
struct Ahead {
    at: u64,
    bytes: Vec<u8>,
    least: usize,
}

impl Ahead {
    /// So many bytes from a place on, or as many as the file has.
    fn take(&mut self, input: &mut (impl Read + Seek), at: u64, length: usize) -> io::Result<&[u8]> {
        if at < self.at || at + length as u64 > self.at + self.bytes.len() as u64 {
            self.bytes.resize(length.max(self.least), 0);
            let got = read_up_to(input, at, &mut self.bytes)?;
            self.bytes.truncate(got);
            self.at = at;
        }
        let from = (at - self.at) as usize;
        Ok(self.bytes.get(from..(from + length).min(self.bytes.len())).unwrap_or_default())
    }
}

/// What the annotation signals tell.
pub(super) struct Told {
    tals: Vec<Tal>,
    /// In a file of ours some texts are no annotations.
    ours: bool,
    /// When each record begins, as far as they were read; empty where the file does not tell.
    begins: Vec<f64>,
    pub(super) damage: Vec<String>,
}

impl Told {
    pub(super) fn read(input: &mut (impl Read + Seek), header: &Header) -> Result<Self, EdfError> {
        let mut told = Self { tals: Vec::new(), ours: header.ours, begins: Vec::new(), damage: Vec::new() };
        let signals: Vec<_> = header.signals.iter().filter(|signal| signal.is_annotations() && signal.samples > 0).collect();
        if signals.is_empty() {
            return Ok(told);
        }
        let least = if header.record_bytes <= SHORT_RECORD { TOGETHER } else { 0 };
        let (mut unreadable, mut ahead) = (0, Ahead { least, ..Ahead::default() });
        for record in 0..header.records.min(MOST_RECORDS) {
            for (number, signal) in signals.iter().enumerate() {
                let length = (signal.samples * header.width as u64).min(MOST_TEXT) as usize;
                let bytes = ahead.take(input, header.data_start + record * header.record_bytes + signal.at, length)?;
                let (tals, wrong) = tal::parse(bytes);
                unreadable += wrong;
                if number == 0 && told.begins.len() as u64 == record {
                    told.begins.extend(tals.first().map(|first| first.onset));
                }
                let room = MOST_ANNOTATIONS.saturating_sub(told.tals.len());
                told.tals.extend(tals.into_iter().filter(|tal| !tal.texts.is_empty()).take(room));
            }
        }
        if unreadable > 0 {
            told.damage.push(format!("{unreadable} of its annotations cannot be read; left out"));
        }
        if header.records > MOST_RECORDS || told.tals.len() >= MOST_ANNOTATIONS {
            told.damage.push(format!("annotations are read of the first {MOST_RECORDS} records and {MOST_ANNOTATIONS} at most"));
        }
        Ok(told)
    }

    pub(super) fn texts(&self) -> usize {
        self.tals.iter().map(|tal| tal.texts.len()).sum()
    }

    /// Where each record stands: one after the other, but for the pauses that EDF+D tells of.
    pub(super) fn place(&mut self, header: &Header, frames: u64, rate: Rate) -> Stretches {
        let mut stretches = Stretches::default();
        if !header.discontinuous || header.record_s == 0.0 {
            stretches.push(header.records * frames, 0);
            return stretches;
        }
        let first = self.begin();
        let mut disbelieved = 0_u64;
        let told = header.records.min(self.begins.len() as u64);
        for begin in self.begins.iter().take(told as usize) {
            let here = stretches.frames();
            let pause = begin - first - rate.time_of(SampleIndex(here)).0;
            let believed = pause >= -0.5 * header.record_s && pause <= LONGEST_PAUSE.0;
            disbelieved += u64::from(!believed);
            stretches.push(frames, if believed { rate.frames(Seconds(pause)) } else { 0 });
        }
        if disbelieved > 0 {
            self.damage.push(format!("{disbelieved} records begin before the one before ends, or days later; put after the one before"));
        }
        if told < header.records {
            self.damage.push(format!("{} records do not tell when they begin; put after the one before", header.records - told));
            stretches.push((header.records - told) * frames, 0);
        }
        stretches
    }

    /// Whether a text tells of gaps, of missing samples or of the end, in a file of ours.
    fn is_ours(&self, tal: &Tal) -> bool {
        let told = |text: &String| text == END_TEXT || text.starts_with(MISSING_OF) || wording::gap(text).is_some();
        self.ours && tal.texts.iter().any(told)
    }

    /// When the first record begins, in seconds after the header's start.
    pub(super) fn begin(&self) -> f64 {
        self.begins.first().copied().unwrap_or_default()
    }

    /// The frame after the last, where the samples do not fill the last record.
    pub(super) fn end(&self, rate: Rate) -> Option<u64> {
        let end = self.tals.iter().find(|tal| self.ours && tal.texts.iter().any(|text| text == END_TEXT))?;
        Some(rate.index_at(Seconds(end.onset - self.begins.first()?)).0)
    }

    /// The gaps as the file tells them; those that its records tell, where it does not.
    pub(super) fn gaps(&self, rate: Rate, pauses: &[Gap]) -> Vec<Gap> {
        let first = self.begin();
        let at = |seconds: f64| rate.index_at(Seconds(seconds - first));
        let mut gaps = Vec::new();
        for tal in self.tals.iter().filter(|_| self.ours) {
            let span = Span { start: at(tal.onset), end: at(tal.onset + tal.duration) };
            gaps.extend(tal.texts.iter().filter_map(|text| wording::gap(text)).map(|(cause, exact)| Gap { span, cause, exact }));
        }
        gaps.sort_by_key(|gap| gap.span.start);
        if gaps.is_empty() { pauses.to_vec() } else { gaps }
    }

    /// An instant becomes a note, a stretch a segment; what lies outside is moved to where the samples end.
    pub(super) fn annotations(&mut self, rate: Rate, frames: u64) -> Annotations {
        let first = self.begin();
        let mut moved = 0_u64;
        let mut edits = Vec::new();
        for tal in self.tals.iter().filter(|tal| !self.is_ours(tal)) {
            let start = rate.index_at(Seconds(tal.onset - first));
            moved += u64::from(start.0 > frames || tal.onset < first);
            let start = SampleIndex(start.0.min(frames));
            let end = rate.index_at(Seconds(tal.onset - first + tal.duration));
            let end = (tal.duration > 0.0).then(|| SampleIndex(end.0.clamp(start.0, frames)));
            for text in &tal.texts {
                let (kind, label) = wording::read(text, end.is_some());
                edits.push(Edit::Put(Annotation { id: AnnotationId(edits.len() as u64), kind, start, end, label }));
            }
        }
        if moved > 0 {
            let lie = if moved == 1 { "lies" } else { "lie" };
            self.damage.push(format!("{moved} of its annotations {lie} outside of the samples; moved to where these begin or end"));
        }
        edits.into_iter().collect()
    }
}
