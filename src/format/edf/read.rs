//! Opening, and reading at any place.

use std::io::{self, Read, Seek};

use super::EdfError;
use super::header::Header;
use super::plan::Plan;
use super::told::Told;
use crate::format::contents::{Contents, LONGEST_PAUSE, Run, Stretches};
use crate::format::input::read_up_to;
use crate::format::moment;
use crate::signal::{MISSING, Rate, SampleIndex};

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
        let frames = told.end(rate).unwrap_or(stretches.frames()).min(stretches.frames() + rate.frames(LONGEST_PAUSE));
        let annotations = told.annotations(rate, frames);
        let gaps = told.gaps(rate, stretches.gaps());
        let begin = told.begin();
        let damage = [std::mem::take(&mut header.damage), plan.damage.clone(), told.damage].concat();
        let zone = if header.utc { "Z" } else { "" };
        let started = header.began.and_then(|began| moment::text(began + begin)).map(|text| text + zone);
        let contents = Contents { layout: plan.layout.clone(), frames, started, annotations, gaps, damage };
        Ok(Self { input, header, plan, stretches, contents, window: Window::default() })
    }

    /// The same file, opened once more.
    pub fn with_input<S>(&self, input: S) -> Edf<S> {
        Edf {
            input,
            header: self.header.clone(),
            plan: self.plan.clone(),
            stretches: self.stretches.clone(),
            contents: self.contents.clone(),
            window: Window::default(),
        }
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
            // A gap at the end is in no record.
            let run = self.stretches.run(at, end - at).unwrap_or(Run::Missing(end - at));
            let from = samples.len();
            let frames = match run {
                Run::Missing(frames) => frames,
                // No further than the record's end.
                Run::Stored(stored, frames) => frames.min(self.plan.frames - stored % self.plan.frames),
            };
            samples.resize(from + frames as usize * channels, MISSING);
            if let Run::Stored(stored, _) = run {
                self.read_record(stored, samples.get_mut(from..).unwrap_or_default())?;
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
            let told = |digital: i32| {
                let told = (f64::from(digital) * signal.gain + signal.offset) as f32;
                if signal.missing == Some(digital) { MISSING } else { told }
            };
            let samples = frames.iter_mut().skip(channel).step_by(channels);
            // The usual cases by themselves: they are what a conversion spends its time on.
            match (held, width) {
                (1, 2) => {
                    let values = bytes.as_chunks().0.iter().map(|bytes| i16::from_le_bytes(*bytes));
                    samples.zip(values).for_each(|(sample, value)| *sample = told(value.into()));
                }
                (1, _) => samples.zip(bytes.chunks_exact(width)).for_each(|(sample, bytes)| *sample = told(integer(bytes))),
                _ => {
                    for (frame, sample) in (first..).zip(samples) {
                        let value = bytes.chunks_exact(width).nth((frame / held - from) as usize);
                        *sample = value.map_or(MISSING, |bytes| told(integer(bytes)));
                    }
                }
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
        self.bytes.get(from..from + length).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}
