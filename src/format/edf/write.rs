//! Writing EDF+ and, where 16 bits are too few, BDF+. Samples are looked at once for the limits of the header, then written.

use std::io::{self, Write};

use super::fields::{self, Began, field};
use super::records::Records;
use super::scale::{MISSING_TEXT, Scale, Seen};
use super::{END_TEXT, header};
use crate::format::{Extract, Frames, wording};
use crate::signal::{SampleIndex, Span};

/// Missing samples of single channels are named at so many places; more are only counted.
const MOST_RUNS: usize = 1000;

/// What was found out about the samples, and what the file will be.
#[derive(Debug)]
pub struct Plan<'a> {
    extract: &'a Extract,
    width: usize,
    scales: Vec<Scale>,
    labels: Vec<String>,
    records: Records,
    /// Texts by the frame they begin at.
    texts: Vec<(u64, Vec<u8>)>,
    began: Began,
    missing: Vec<bool>,
    notes: Vec<String>,
}

impl<'a> Plan<'a> {
    /// Looks at all samples, once.
    ///
    /// # Errors
    /// Where `frames` fails.
    pub fn new(extract: &'a Extract, frames: &mut dyn Frames) -> io::Result<Self> {
        let channels = &extract.provenance.layout.channels;
        let mut look = Look::new(channels.len());
        let gaps: Vec<Span> = extract.gaps.iter().map(|gap| gap.span).collect();
        look.all(frames, &gaps)?;
        let mut notes = Vec::new();
        let wide: Vec<&str> =
            channels.iter().zip(&look.seen).filter(|(_, seen)| seen.wants_more_than_16_bits()).map(|(c, _)| c.name.as_str()).collect();
        let width = if wide.is_empty() { 2 } else { 3 };
        if width == 3 {
            notes.push(format!(
                "written as BDF+, with 24 bits: 16 would lose more than 1 part in 30,000 of the swing of {}",
                wide.join(", ")
            ));
        }
        let labels = fields::labels(channels.iter().map(|channel| channel.name.as_str()));
        for (channel, label) in channels.iter().zip(&labels).filter(|(channel, label)| channel.name != **label) {
            notes.push(format!("channel {} is called {label} in the file, whose names have 16 plain characters", channel.name));
        }
        for channel in channels.iter().filter(|channel| fields::ascii(&channel.unit).len() > 8) {
            notes.push(format!("the unit {} is cut at 8 characters in the file", channel.unit));
        }
        if look.unnamed > 0 {
            notes.push(format!("{} more places where samples of one channel are missing are not named in the file", look.unnamed));
        }
        let scales = look.seen.iter().map(|seen| seen.scale(8 * width as u32)).collect();
        let missing = look.seen.iter().map(|seen| seen.missing).collect();
        let records = Records::new(extract.provenance.rate, (look.frames, (channels.len() * width) as u64), &gaps);
        let padded = records.end() != look.frames;
        let mut plan = Self {
            extract,
            width,
            scales,
            labels,
            records,
            texts: Vec::new(),
            began: Began::read(extract.provenance.started.as_deref()),
            missing: if padded { vec![true; channels.len()] } else { missing },
            notes,
        };
        plan.texts = plan.texts(&look, padded);
        Ok(plan)
    }

    /// What its name ends in.
    pub fn extension(&self) -> &'static str {
        if self.width == 3 { "bdf" } else { "edf" }
    }

    /// What who opens it should know, a line each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Writes the file.
    ///
    /// # Errors
    /// Where `frames` or `out` fails.
    pub fn write(&self, mut out: impl Write, frames: &mut dyn Frames) -> io::Result<()> {
        let lengths: Vec<(u64, usize)> = self.texts.iter().map(|(at, text)| (*at, text.len())).collect();
        let first = self.records.starts.last().map_or(0, |last| self.time(*last).len()) + 3;
        let room = self.records.room(&lengths, first).next_multiple_of(self.width);
        out.write_all(&self.header(room / self.width))?;
        let mut feed = Feed { frames, samples: Vec::new(), at: 0, channels: self.scales.len() };
        let (mut stretch, mut bytes, mut next) = (Vec::new(), Vec::new(), 0);
        for (number, start) in self.records.starts.iter().enumerate() {
            feed.take((*start, self.records.frames), &mut stretch)?;
            bytes.clear();
            for (channel, scale) in self.scales.iter().enumerate() {
                for sample in stretch.iter().skip(channel).step_by(self.scales.len()) {
                    bytes.extend(scale.digital(*sample).to_le_bytes().iter().take(self.width));
                }
            }
            let texts_from = bytes.len();
            bytes.extend(self.time(*start).bytes().chain([0x14, 0x14, 0]));
            let taken = self.records.taken(lengths.get(next..).unwrap_or_default(), number, room - first);
            self.texts.iter().skip(next).take(taken).for_each(|(_, text)| bytes.extend(text));
            next += taken;
            bytes.resize(texts_from + room, 0);
            out.write_all(&bytes)?;
        }
        // What watches hears of the end.
        feed.drain()?;
        out.flush()
    }

    /// The time of a frame from the second in which the file begins, as the lists have it.
    fn time(&self, frame: u64) -> String {
        let seconds = self.began.fraction + frame as f64 / self.records.rate;
        let digits = if self.records.rate > 1e4 { 9 } else { 7 };
        let text = format!("+{seconds:.digits$}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// Annotations, gaps and what else is missing, as lists with their frames, in order.
    fn texts(&self, look: &Look, padded: bool) -> Vec<(u64, Vec<u8>)> {
        let text = |start: u64, end: Option<u64>, text: &str| {
            let mut bytes = self.time(start).into_bytes();
            if let Some(end) = end.filter(|end| *end > start) {
                let seconds = format!("{:.9}", (end - start) as f64 / self.records.rate);
                bytes.push(0x15);
                bytes.extend(seconds.trim_end_matches('0').trim_end_matches('.').bytes());
            }
            bytes.push(0x14);
            bytes.extend(text.chars().filter(|c| !c.is_control()).collect::<String>().bytes());
            bytes.extend([0x14, 0]);
            (start, bytes)
        };
        let Extract { annotations, gaps, provenance } = self.extract;
        let mut texts: Vec<_> = annotations.iter().map(|a| text(a.start.0, a.end.map(|end| end.0), &wording::of(a))).collect();
        texts.extend(gaps.iter().map(|gap| text(gap.span.start.0, Some(gap.span.end.0), &wording::of_gap(gap))));
        let name = |channel: usize| provenance.layout.channels.get(channel).map_or("", |channel| channel.name.as_str());
        let name = |channel: usize| format!("{}{}", super::MISSING_OF, name(channel));
        texts.extend(look.runs.iter().map(|(channel, span)| text(span.start.0, Some(span.end.0), &name(*channel))));
        if padded {
            texts.push(text(look.frames, None, END_TEXT));
        }
        texts.sort_by_key(|(at, _)| *at);
        texts
    }

    fn header(&self, room: usize) -> Vec<u8> {
        let provenance = &self.extract.provenance;
        let signals = self.scales.len() + 1;
        let kind = if self.width == 3 { "BDF+" } else { "EDF+" };
        let course = if self.records.are_continuous() { "C" } else { "D" };
        let mut bytes = if self.width == 3 { header::BDF.to_vec() } else { header::EDF.to_vec() };
        let mut put = |text: &str, width: usize| bytes.extend(field(text, width));
        put("X X X X", 80);
        put(&fields::recording(provenance, &self.began), 80);
        put(&self.began.date, 8);
        put(&self.began.time, 8);
        put(&(256 * (signals + 1)).to_string(), 8);
        put(&format!("{kind}{course}"), 44);
        put(&self.records.starts.len().to_string(), 8);
        put(&self.records.seconds, 8);
        put(&signals.to_string(), 4);
        // Field by field, each for all signals; the texts are the last of them.
        let own = format!("{} Annotations", kind.trim_end_matches('+'));
        let limits = Seen::default().scale(8 * self.width as u32).digital;
        let channels = &provenance.layout.channels;
        let physical = || self.scales.iter().map(|scale| (&*scale.physical.0, &*scale.physical.1)).chain([("-1", "1")]);
        let digital = || self.scales.iter().map(|scale| scale.digital).chain([limits]);
        self.labels.iter().chain([&own]).for_each(|label| put(label, 16));
        self.missing.iter().chain([&false]).for_each(|missing| put(if *missing { MISSING_TEXT } else { "" }, 80));
        channels.iter().map(|channel| &*channel.unit).chain([""]).for_each(|unit| put(unit, 8));
        physical().for_each(|(low, _)| put(low, 8));
        physical().for_each(|(_, high)| put(high, 8));
        digital().for_each(|(low, _)| put(&low.to_string(), 8));
        digital().for_each(|(_, high)| put(&high.to_string(), 8));
        (0..signals).for_each(|_| put("", 80));
        let counts = std::iter::repeat_n(self.records.frames, signals - 1).chain([room as u64]);
        counts.for_each(|count| put(&count.to_string(), 8));
        (0..signals).for_each(|_| put("", 32));
        bytes
    }
}

/// The first look at the samples.
struct Look {
    seen: Vec<Seen>,
    frames: u64,
    /// Where samples of one channel are missing outside of gaps.
    runs: Vec<(usize, Span)>,
    unnamed: u64,
    /// Where the run that is open in each channel began.
    open: Vec<Option<u64>>,
}

impl Look {
    fn new(channels: usize) -> Self {
        Self { seen: vec![Seen::default(); channels], frames: 0, runs: Vec::new(), unnamed: 0, open: vec![None; channels] }
    }

    fn all(&mut self, frames: &mut dyn Frames, gaps: &[Span]) -> io::Result<()> {
        let (mut samples, mut gaps) = (Vec::new(), gaps.iter().peekable());
        loop {
            frames.next(&mut samples)?;
            if samples.is_empty() {
                break;
            }
            for frame in samples.chunks_exact(self.seen.len().max(1)) {
                while gaps.peek().is_some_and(|gap| gap.end.0 <= self.frames) {
                    gaps.next();
                }
                let in_gap = gaps.peek().is_some_and(|gap| gap.start.0 <= self.frames);
                self.seen.iter_mut().zip(frame).for_each(|(seen, sample)| seen.take(*sample));
                frame.iter().enumerate().for_each(|(channel, sample)| self.run(channel, !in_gap && !sample.is_finite()));
                self.frames += 1;
            }
        }
        (0..self.open.len()).for_each(|channel| self.run(channel, false));
        frames.again();
        Ok(())
    }

    fn run(&mut self, channel: usize, missing: bool) {
        let Some(open) = self.open.get_mut(channel) else { return };
        match (*open, missing) {
            (None, true) => *open = Some(self.frames),
            (Some(start), false) => {
                *open = None;
                let span = Span { start: SampleIndex(start), end: SampleIndex(self.frames) };
                if self.runs.len() < MOST_RUNS { self.runs.push((channel, span)) } else { self.unnamed += 1 }
            }
            _ => {}
        }
    }
}

/// Frames by their place.
struct Feed<'a> {
    frames: &'a mut dyn Frames,
    samples: Vec<f32>,
    /// The frame that `samples` begin with.
    at: u64,
    channels: usize,
}

impl Feed<'_> {
    /// Fills `into` with so many frames from `start` on, which is not before the last ones; missing where there are none.
    fn take(&mut self, (start, frames): (u64, u64), into: &mut Vec<f32>) -> io::Result<()> {
        into.clear();
        let wanted = frames as usize * self.channels;
        let mut next = start;
        while into.len() < wanted {
            let held = (self.samples.len() / self.channels) as u64;
            if next >= self.at + held {
                self.at += held;
                self.frames.next(&mut self.samples)?;
                if self.samples.is_empty() {
                    into.resize(wanted, f32::NAN);
                }
                continue;
            }
            let from = (next - self.at) as usize * self.channels;
            let until = (from + wanted - into.len()).min(self.samples.len());
            into.extend(self.samples.get(from..until).unwrap_or_default());
            next += ((until - from) / self.channels) as u64;
        }
        Ok(())
    }

    fn drain(&mut self) -> io::Result<()> {
        while !self.samples.is_empty() {
            self.frames.next(&mut self.samples)?;
        }
        Ok(())
    }
}
