//! Opening, and reading at any place.

use std::io::{self, Read, Seek};

use super::EdfError;
use super::header::Header;
use super::plan::Plan;
use super::tal::{self, Tal};
use crate::format::contents::{Contents, LONGEST_PAUSE, Run, Stretches};
use crate::format::input::read_up_to;
use crate::signal::{Annotation, AnnotationId, Annotations, Edit, Kind, MISSING, Rate, SampleIndex, Seconds, clean};

/// Records whose annotations are read at opening: two days of records of a second. Opening stays quick whatever the file is.
const MOST_RECORDS: u64 = 200_000;
/// Annotations beyond this are not taken.
const MOST_ANNOTATIONS: usize = 100_000;
/// Bytes of a record's annotations that are read.
const MOST_TEXT: u64 = 1 << 16;
/// Records up to this size are read whole, and as many at a time as fit.
const WINDOW: u64 = 1 << 18;

/// An EDF or BDF file, open for reading at any place.
#[derive(Debug)]
pub struct Edf<R> {
    input: R,
    header: Header,
    plan: Plan,
    stretches: Stretches,
    contents: Contents,
    window: Window,
}

/// Bytes of the file read ahead.
#[derive(Debug, Default)]
struct Window {
    start: u64,
    bytes: Vec<u8>,
}

impl<R: Read + Seek> Edf<R> {
    /// Reads the header and the annotations, never the samples. `given` is the rate where the file has none.
    ///
    /// # Errors
    /// Where there is no header, no signal or no rate, or `input` fails.
    pub fn open(mut input: R, given: Option<Rate>) -> Result<Self, EdfError> {
        let mut header = Header::read(&mut input)?;
        let mut told = Told::read(&mut input, &header)?;
        let plan = Plan::new(&header, given, told.texts())?;
        let rate = plan.layout.nominal;
        let stretches = told.place(&header, plan.frames, rate);
        let frames = stretches.frames();
        let annotations = told.annotations(rate, frames);
        let damage = [std::mem::take(&mut header.damage), plan.damage.clone(), told.damage].concat();
        let contents = Contents { layout: plan.layout.clone(), frames, annotations, gaps: stretches.gaps().to_vec(), damage };
        Ok(Self { input, header, plan, stretches, contents, window: Window::default() })
    }

    /// What it says beside its samples.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Whether its samples have 24 bits.
    pub fn is_bdf(&self) -> bool {
        self.header.width == 3
    }

    /// Fills `samples` with up to `wanted` interleaved frames from `start` on and gives how many they are.
    ///
    /// # Errors
    /// Where the input fails.
    pub fn read(&mut self, start: SampleIndex, wanted: usize, samples: &mut Vec<f32>) -> io::Result<usize> {
        samples.clear();
        let end = start.0.saturating_add(wanted as u64).min(self.contents.frames);
        let channels = self.plan.columns.len();
        let mut at = start.0;
        while at < end {
            let Some(run) = self.stretches.run(at, end - at) else { break };
            let from = samples.len();
            let frames = match run {
                Run::Missing(frames) => frames,
                // No further than the record's end.
                Run::Stored(stored, frames) => frames.min(self.plan.frames - stored % self.plan.frames),
            };
            samples.resize(from + frames as usize * channels, MISSING);
            if let Run::Stored(stored, _) = run {
                self.read_record(stored, &mut samples[from..])?;
            }
            at += frames;
        }
        Ok(end.saturating_sub(start.0) as usize)
    }

    /// Fills whole frames of one record.
    fn read_record(&mut self, stored: u64, frames: &mut [f32]) -> io::Result<()> {
        let channels = self.plan.columns.len();
        let (record, first) = (stored / self.plan.frames, stored % self.plan.frames);
        let last = first + (frames.len() / channels) as u64 - 1;
        for (channel, column) in self.plan.columns.iter().enumerate() {
            let (signal, held, width) = (&column.signal, column.held, self.header.width);
            let (from, to) = (first / held, last / held + 1);
            let at = signal.at + from * width as u64;
            let bytes = self.window.get(&mut self.input, &self.header, (record, at, (to - from) as usize * width))?;
            for (frame, sample) in (first..).zip(frames.iter_mut().skip(channel).step_by(channels)) {
                let digital = integer(&bytes[(frame / held - from) as usize * width..][..width]);
                *sample = (f64::from(digital) * signal.gain + signal.offset) as f32;
            }
        }
        Ok(())
    }
}

/// Little-endian, two or three bytes.
fn integer(bytes: &[u8]) -> i32 {
    match *bytes {
        [a, b, c] => i32::from_le_bytes([0, a, b, c]) >> 8,
        [a, b] => i32::from(i16::from_le_bytes([a, b])),
        _ => 0,
    }
}

impl Window {
    /// So many bytes of a record from a place in it on. Small records are read many at a time; of large ones only what is asked for.
    fn get(&mut self, input: &mut (impl Read + Seek), header: &Header, (record, at, length): (u64, u64, usize)) -> io::Result<&[u8]> {
        let record_start = header.data_start + record * header.record_bytes;
        let start = record_start + at;
        if start < self.start || start + length as u64 > self.start + self.bytes.len() as u64 {
            let whole = (WINDOW / header.record_bytes).min(header.records - record) * header.record_bytes;
            let (from, size) = if whole > 0 { (record_start, whole as usize) } else { (start, length) };
            self.bytes.resize(size, 0);
            self.start = from;
            if read_up_to(input, from, &mut self.bytes)? < size {
                self.bytes.clear();
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let from = (start - self.start) as usize;
        Ok(&self.bytes[from..from + length])
    }
}

/// What the annotation signals tell.
struct Told {
    tals: Vec<Tal>,
    /// When each record begins, as far as they were read; empty where the file does not tell.
    begins: Vec<f64>,
    damage: Vec<String>,
}

impl Told {
    fn read(input: &mut (impl Read + Seek), header: &Header) -> Result<Self, EdfError> {
        let mut told = Self { tals: Vec::new(), begins: Vec::new(), damage: Vec::new() };
        let signals: Vec<_> = header.signals.iter().filter(|signal| signal.is_annotations() && signal.samples > 0).collect();
        if signals.is_empty() {
            return Ok(told);
        }
        let (mut unreadable, mut bytes) = (0, Vec::new());
        for record in 0..header.records.min(MOST_RECORDS) {
            for (number, signal) in signals.iter().enumerate() {
                bytes.resize((signal.samples * header.width as u64).min(MOST_TEXT) as usize, 0);
                let got = read_up_to(input, header.data_start + record * header.record_bytes + signal.at, &mut bytes)?;
                let (tals, wrong) = tal::parse(&bytes[..got]);
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

    fn texts(&self) -> usize {
        self.tals.iter().map(|tal| tal.texts.len()).sum()
    }

    /// Where each record stands: one after the other, but for the pauses that EDF+D tells of.
    fn place(&mut self, header: &Header, frames: u64, rate: Rate) -> Stretches {
        let mut stretches = Stretches::default();
        if !header.discontinuous || header.record_s == 0.0 {
            stretches.push(header.records * frames, 0);
            return stretches;
        }
        let first = self.begins.first().copied().unwrap_or_default();
        let mut disbelieved = 0_u64;
        let told = header.records.min(self.begins.len() as u64);
        for begin in &self.begins[..told as usize] {
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

    /// An instant becomes a note, a stretch a segment; what lies outside is moved to where the samples end.
    fn annotations(&mut self, rate: Rate, frames: u64) -> Annotations {
        let first = self.begins.first().copied().unwrap_or_default();
        let mut moved = 0_u64;
        let mut edits = Vec::new();
        for tal in &self.tals {
            let start = rate.index_at(Seconds(tal.onset - first));
            moved += u64::from(start.0 > frames || tal.onset < first);
            let start = SampleIndex(start.0.min(frames));
            let end = rate.index_at(Seconds(tal.onset - first + tal.duration));
            let (kind, end) =
                if tal.duration > 0.0 { (Kind::Segment, Some(SampleIndex(end.0.clamp(start.0, frames)))) } else { (Kind::Note, None) };
            for text in &tal.texts {
                edits.push(Edit::Put(Annotation { id: AnnotationId(edits.len() as u64), kind, start, end, label: clean(text) }));
            }
        }
        if moved > 0 {
            self.damage.push(format!("{moved} of its annotations lie outside of the samples; moved to where these begin or end"));
        }
        edits.into_iter().collect()
    }
}
