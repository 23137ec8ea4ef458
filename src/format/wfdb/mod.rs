//! WFDB records, as PhysioNet keeps them: a header of text and files of samples beside it (formats 16, 24, 32, 80 and 212; one segment).
//!
//! A file holds its signals frame by frame. A signal with fewer samples in a frame than another has each of its samples held until the next.

mod header;

use std::io::{self, Read, Seek, SeekFrom};

use header::{Header, Packing};

use super::Contents;
use super::contents::name_apart;
use super::input::read_up_to;
use crate::signal::{Annotations, Channel, Layout, MISSING, Rate, SampleIndex};

/// Why a record cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum WfdbError {
    /// No header.
    #[error("this is no WFDB header: its first line names no record and no signals")]
    NoRecord,
    /// Several segments.
    #[error("the record is made of several segments; name the header of one of them")]
    Segments,
    /// None, or too many.
    #[error("the header announces {0} signals, of 1 to 1024")]
    Signals(usize),
    /// A signal's line.
    #[error("line {line} of the header: {what}")]
    Signal {
        /// Counted from 1; 0 where it is missing.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// No rate.
    #[error("the header says no rate between 0 and 10 MHz; say it with --rate HZ")]
    NoRate,
    /// A file of samples.
    #[error("{file}, which the header names, cannot be read: {source}")]
    File {
        /// Its name.
        file: String,
        /// The system's words.
        source: io::Error,
    },
}

/// Bytes of a file read at once.
const READ: usize = 1 << 16;

/// One signal, where its samples are.
#[derive(Clone, Debug)]
struct Place {
    /// Which of the files.
    file: usize,
    packing: Packing,
    /// Bytes before the first sample.
    offset: u64,
    /// Samples of the file in a frame, and of these before this signal's.
    file_a_frame: u64,
    before: u64,
    a_frame: u64,
    gain: f64,
    baseline: f64,
}

/// A file of samples, and what of it was read last.
#[derive(Debug)]
struct Source<R> {
    input: R,
    start: u64,
    bytes: Vec<u8>,
}

/// A record, open for reading at any place.
#[derive(Debug)]
pub struct Wfdb<R> {
    names: Vec<String>,
    sources: Vec<Source<R>>,
    places: Vec<Place>,
    /// Samples of the fastest signal in a frame: frames of the recording in one of the record.
    fastest: u64,
    contents: Contents,
}

impl<R: Read + Seek> Wfdb<R> {
    /// Reads a header and finds its files by `open`, which is given plain names. `rate` stands in where the header has none.
    ///
    /// # Errors
    /// Where there is no header, no rate, or a file cannot be opened.
    pub fn open(text: &str, rate: Option<Rate>, mut open: impl FnMut(&str) -> io::Result<R>) -> Result<Self, WfdbError> {
        let header = Header::parse(text)?;
        let mut names: Vec<String> = Vec::new();
        for signal in &header.signals {
            if !names.contains(&signal.file) {
                names.push(signal.file.clone());
            }
        }
        let fastest = header.signals.iter().map(|signal| signal.a_frame).max().unwrap_or(1);
        let given = header.hz.and_then(|hz| Rate::from_hz(hz * fastest as f64));
        let nominal = given.or(rate).ok_or(WfdbError::NoRate)?;
        let places: Vec<Place> = places(&header, &names);
        let (mut sources, mut damage, mut frames) = (Vec::new(), header.damage.clone(), header.frames.unwrap_or(u64::MAX));
        for (at, name) in names.iter().enumerate() {
            let failed = |source| WfdbError::File { file: name.clone(), source };
            let mut input = open(name).map_err(failed)?;
            let length = input.seek(SeekFrom::End(0)).map_err(failed)?;
            let Some(place) = places.iter().find(|place| place.file == at) else { continue };
            let held = place.packing.held(length.saturating_sub(place.offset)) / place.file_a_frame;
            if let Some(told) = header.frames.filter(|told| *told > held) {
                damage.push(format!("the header counts {told} frames where {name} holds {held}; read what is there"));
            }
            frames = frames.min(held);
            sources.push(Source { input, start: 0, bytes: Vec::new() });
        }
        let mut channels: Vec<Channel> = header.signals.iter().map(|signal| Channel::named(&signal.name, &signal.unit)).collect();
        name_apart(&mut channels);
        let contents = Contents {
            layout: Layout { channels, nominal },
            frames: frames.saturating_mul(fastest),
            started: header.started,
            annotations: Annotations::default(),
            gaps: Vec::new(),
            damage,
        };
        Ok(Self { names, sources, places, fastest, contents })
    }

    /// What it says beside its samples.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The same record, its files opened once more.
    ///
    /// # Errors
    /// Where one cannot be.
    pub fn again<S>(&self, mut open: impl FnMut(&str) -> io::Result<S>) -> io::Result<Wfdb<S>> {
        let source = |name: &String| Ok(Source { input: open(name)?, start: 0, bytes: Vec::new() });
        Ok(Wfdb {
            names: self.names.clone(),
            sources: self.names.iter().map(source).collect::<io::Result<_>>()?,
            places: self.places.clone(),
            fastest: self.fastest,
            contents: self.contents.clone(),
        })
    }

    /// Fills `samples` with up to `wanted` interleaved frames from `start` on, in units; gives how many they are.
    ///
    /// # Errors
    /// Where the input fails.
    pub fn read(&mut self, start: SampleIndex, wanted: usize, samples: &mut Vec<f32>) -> io::Result<usize> {
        let channels = self.places.len();
        let frames = (wanted as u64).min(self.contents.frames.saturating_sub(start.0)) as usize;
        samples.clear();
        samples.resize(frames * channels, MISSING);
        for (channel, place) in self.places.iter().enumerate() {
            let Some(source) = self.sources.get_mut(place.file) else { continue };
            for (index, sample) in (start.0..).zip(samples.iter_mut().skip(channel).step_by(channels)) {
                let (frame, within) = (index / self.fastest, index % self.fastest * place.a_frame / self.fastest);
                let number = frame * place.file_a_frame + place.before + within;
                let (at, width) = place.packing.place(number);
                let bytes = source.get(place.offset + at, width)?;
                *sample = place.packing.number(number, bytes).map_or(MISSING, |n| ((f64::from(n) - place.baseline) / place.gain) as f32);
            }
        }
        Ok(frames)
    }
}

fn places(header: &Header, names: &[String]) -> Vec<Place> {
    let mut before = vec![0; names.len()];
    let mut places = Vec::with_capacity(header.signals.len());
    for signal in &header.signals {
        let file = names.iter().position(|name| *name == signal.file).unwrap_or(0);
        // All signals of a file are packed as its first one is.
        let first = header.signals.iter().find(|other| other.file == signal.file).unwrap_or(signal);
        let (packing, offset) = (first.packing, first.offset);
        let (gain, baseline, a_frame) = (signal.gain, signal.baseline, signal.a_frame);
        let Some(before) = before.get_mut(file) else { continue };
        places.push(Place { file, packing, offset, file_a_frame: 0, before: *before, a_frame, gain, baseline });
        *before += signal.a_frame;
    }
    places.iter_mut().for_each(|place| place.file_a_frame = before.get(place.file).copied().unwrap_or(1));
    places
}

impl<R: Read + Seek> Source<R> {
    /// So many bytes from a place on; fewer at the file's end.
    fn get(&mut self, at: u64, width: usize) -> io::Result<&[u8]> {
        let held = self.start..self.start + self.bytes.len() as u64;
        if at < held.start || at + width as u64 > held.end {
            self.bytes.resize(READ, 0);
            self.start = at;
            let got = read_up_to(&mut self.input, at, &mut self.bytes)?;
            self.bytes.truncate(got);
        }
        let from = (at - self.start) as usize;
        let rest = self.bytes.get(from..).unwrap_or_default();
        Ok(rest.get(..width).unwrap_or(rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// Two signals of one file, four of another.
    fn record(header: &str, files: &[(&str, Vec<u8>)]) -> Result<Wfdb<Cursor<Vec<u8>>>, WfdbError> {
        Wfdb::open(header, None, |name| {
            let found = files.iter().find(|(known, _)| *known == name);
            found.map(|(_, bytes)| Cursor::new(bytes.clone())).ok_or_else(|| io::ErrorKind::NotFound.into())
        })
    }

    #[test]
    fn signals_of_one_file_are_told_apart_and_come_in_their_units() {
        let numbers: Vec<u8> = (0..200_i16).flat_map(|n| [n, 1000 - n]).flat_map(i16::to_le_bytes).collect();
        let header = "a 2 100 200\na.dat 16 10/ml 16 0 0 0 0 RESP\na.dat 16 200(100) 16 0 0 0 0 ECG\n";
        let mut record = record(header, &[("a.dat", numbers)]).unwrap();
        let layout = record.contents().layout.clone();
        let told: Vec<_> = layout.channels.iter().map(|channel| (channel.name.as_str(), channel.unit.as_str())).collect();
        assert_eq!((told, layout.nominal.hz(), record.contents().frames), (vec![("RESP", "ml"), ("ECG", "mV")], 100.0, 200));
        let mut samples = Vec::new();
        assert_eq!(record.read(SampleIndex(150), 100, &mut samples).unwrap(), 50);
        assert_eq!(samples[..4], [15.0, 3.75, 15.1, 3.745]);
    }

    #[test]
    fn a_slower_signal_is_held_and_a_missing_sample_is_missing() {
        // A frame: four samples of the first, one of the second.
        let frames: Vec<u8> =
            (0..3_i16).flat_map(|f| [4 * f, 4 * f + 1, i16::MIN, 4 * f + 3, 100 + f]).flat_map(i16::to_le_bytes).collect();
        let mut record = record("a 2 25\na.dat 16x4 1\na.dat 16 1\n", &[("a.dat", frames)]).unwrap();
        assert_eq!((record.contents().layout.nominal.hz(), record.contents().frames), (100.0, 12));
        let mut samples = Vec::new();
        record.read(SampleIndex(4), 4, &mut samples).unwrap();
        assert_eq!(samples.iter().step_by(2).map(|sample| sample.is_nan()).collect::<Vec<_>>(), [false, false, true, false]);
        assert_eq!(samples.iter().skip(1).step_by(2).copied().collect::<Vec<_>>(), [101.0; 4]);
        assert_eq!(samples[0], 4.0);
    }

    #[test]
    fn however_it_is_read_twelve_bits_give_the_same_samples() {
        let bytes: Vec<u8> = (0..3000_u32).map(|n| (n * 37 % 251) as u8).collect();
        let mut record = record("a 3 250\na.dat 212\na.dat 212\na.dat 212\n", &[("a.dat", bytes)]).unwrap();
        assert_eq!(record.contents().frames, 666);
        let (mut whole, mut part) = (Vec::new(), Vec::new());
        record.read(SampleIndex(0), 1000, &mut whole).unwrap();
        for start in [0, 1, 333, 665] {
            record.read(SampleIndex(start), 7, &mut part).unwrap();
            let same = part.iter().zip(&whole[start as usize * 3..]).all(|(a, b)| a.to_bits() == b.to_bits());
            assert!(same && !part.is_empty(), "from {start}");
        }
    }

    #[test]
    fn a_header_that_counts_more_than_is_there_is_told_and_a_file_that_is_not_there_is_named() {
        let short = record("a 1 250 100\na.dat 16\n", &[("a.dat", vec![0; 20])]).unwrap();
        assert_eq!(short.contents().frames, 10);
        assert_eq!(short.contents().damage, ["the header counts 100 frames where a.dat holds 10; read what is there"]);
        assert!(record("a 1 250 100\nb.dat 16\n", &[]).unwrap_err().to_string().starts_with("b.dat, which the header names"));
        assert!(record("a 1\na.dat 16\n", &[("a.dat", Vec::new())]).unwrap_err().to_string().contains("--rate"));
    }
}
