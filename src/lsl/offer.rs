//! What this program offers to others: what it receives, what it finds, and what is annotated, as three streams.
//!
//! Every sample goes out with a stamp of its own: where the fitted line of the clock says that it was made, in seconds of [`super::clock`]. A stream
//! that came by LSL goes out at the stamps that it came with, corrected to the clock here, but for their jitter. Nothing here waits for who listens.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fmt, io};

use labstream_net::{Outlet, StreamInfo};
use labstream_wire::{Format, Sample, Value};

use super::clock;
use crate::rhythm::{Estimate, Rhythm, Row};
use crate::signal::{Annotation, AnnotationId, Edit, Layout, Rate, SampleIndex, Seconds};

/// What the stream of samples is called; the other two are `stillpoint-estimates` and `stillpoint-markers`.
pub const NAME: &str = "stillpoint";

/// What there is of each rhythm in each channel: its name, and its unit where that is not the channel's.
const FIGURES: [(&str, Option<&str>); 5] =
    [("rate", Some("/min")), ("rate_low", Some("/min")), ("rate_high", Some("/min")), ("p", Some("")), ("amplitude", None)];

/// Three streams of one session. They are over when this is dropped.
pub struct Offer {
    device: String,
    streams: Mutex<Streams>,
}

impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offer").field("device", &self.device).finish_non_exhaustive()
    }
}

struct Streams {
    line: Line,
    signal: Option<Outlet>,
    estimates: Option<(Outlet, usize)>,
    markers: Outlet,
}

impl Offer {
    /// Opens the stream of annotations; the other two when the channels are known. `device` tells the streams of two programs on one computer
    /// apart; `origin` is what arrivals are counted from on the clock, where that is known.
    ///
    /// # Errors
    /// Where the system gives no port: LSL has 32 for a computer.
    pub fn new(device: &str, origin: Option<Seconds>) -> io::Result<Self> {
        let markers = published(device, ("markers", "Markers"), Format::String, (0.0, &[("annotations".to_owned(), String::new())]))?;
        let line = Line { origin, offset: f64::INFINITY, last: None };
        Ok(Self { device: device.to_owned(), streams: Mutex::new(Streams { line, signal: None, estimates: None, markers }) })
    }

    /// The channels are known.
    ///
    /// # Errors
    /// As for [`Offer::new`].
    pub fn open(&self, layout: &Layout) -> io::Result<()> {
        let channels: Vec<_> = layout.channels.iter().map(|channel| (channel.name.clone(), channel.unit.clone())).collect();
        let signal = published(&self.device, ("", "Signal"), Format::Float32, (layout.nominal.hz(), &channels))?;
        let figures = figures(layout);
        let estimates = published(&self.device, ("estimates", "Estimates"), Format::Float32, (0.0, &figures))?;
        let mut streams = self.streams();
        streams.signal = Some(signal);
        streams.estimates = Some((estimates, channels.len()));
        Ok(())
    }

    /// `frames` frames are there; the last was made at `made` and heard of at `arrival`, both on the source's own clock.
    pub fn heard(&self, frames: SampleIndex, rate: Rate, (made, arrival): (Seconds, Seconds)) {
        let now = clock();
        let line = &mut self.streams().line;
        line.offset = line.offset.min(now.0 - arrival.0);
        line.last = Some((frames, made, rate));
    }

    /// Frames from `start` on.
    pub fn samples(&self, start: SampleIndex, samples: &[f32]) {
        let streams = self.streams();
        let Some(signal) = &streams.signal else { return };
        for (at, frame) in samples.chunks_exact(signal.info().channel_count.max(1) as usize).enumerate() {
            // What never arrived is not offered: the stamps leap.
            if frame.iter().all(|value| value.is_nan()) {
                continue;
            }
            push(signal, streams.line.stamp(start + at as u64 + 1), frame);
        }
    }

    /// What the monitor found in one block: a sample for each instant that windows end at.
    pub fn rows(&self, rows: &[Row]) {
        let streams = self.streams();
        let Some((outlet, channels)) = &streams.estimates else { return };
        let estimates = || rows.iter().filter_map(|row| if let Row::Estimate(estimate) = row { Some(estimate) } else { None });
        let mut ends: Vec<SampleIndex> = estimates().map(|estimate| estimate.end).collect();
        ends.dedup();
        for end in ends {
            let figures = told(estimates().filter(|estimate| estimate.end == end), *channels);
            push(outlet, streams.line.stamp(end), &figures);
        }
    }

    /// An annotation was made, changed or taken back.
    pub fn annotated(&self, edit: &Edit) {
        let streams = self.streams();
        let (at, text) = match edit {
            Edit::Put(annotation) => (streams.line.stamp(annotation.end.unwrap_or(annotation.start) + 1), marker(annotation)),
            Edit::Delete(AnnotationId(id)) => (clock().0, format!("deleted {id}")),
            Edit::Reject(annotation) => (clock().0, format!("rejected {}", annotation.id.0)),
        };
        streams.markers.push(&Sample { timestamp: at, values: vec![Value::Str(text.into_bytes())] });
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        // Nothing in here is half done where somebody panicked.
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When frames were made.
struct Line {
    origin: Option<Seconds>,
    /// The least that the clock was ahead of the arrivals: what arrivals are counted from, where that is not known.
    offset: f64,
    last: Option<(SampleIndex, Seconds, Rate)>,
}

impl Line {
    /// The stamp of the last of so many frames.
    fn stamp(&self, frames: SampleIndex) -> f64 {
        let Some((at, made, rate)) = self.last else { return clock().0 };
        let offset = self.origin.map_or(self.offset, |origin| origin.0);
        made.0 + offset + (frames.0 as f64 - at.0 as f64) / rate.hz()
    }
}

fn push(outlet: &Outlet, timestamp: f64, values: &[f32]) {
    outlet.push(&Sample { timestamp, values: values.iter().map(|value| Value::F32(*value)).collect() });
}

/// A stream on the network: what it is called after the program's name and its kind, its numbers, its rate and its channels.
fn published(device: &str, (part, kind): (&str, &str), format: Format, (rate, channels): (f64, &[(String, String)])) -> io::Result<Outlet> {
    let name = if part.is_empty() { NAME.to_owned() } else { format!("{NAME}-{part}") };
    let mut info = StreamInfo::new(&name, kind, channels.len() as u32, format, rate);
    info.source_id = format!("{name} {device}");
    let list = info.desc.append_child("channels");
    for (label, unit) in channels {
        let channel = list.append_child("channel");
        channel.append_child_value("label", label);
        channel.append_child_value("unit", unit);
        channel.append_child_value("type", kind);
    }
    Outlet::new(info)
}

/// The channels of the stream of estimates.
fn figures(layout: &Layout) -> Vec<(String, String)> {
    let rhythms = layout.channels.iter().flat_map(|channel| Rhythm::ALL.map(|rhythm| (channel, rhythm)));
    let all = rhythms.flat_map(|(channel, rhythm)| {
        FIGURES.map(|(figure, unit)| (format!("{}.{}.{figure}", channel.name, rhythm.word()), unit.unwrap_or(&channel.unit).to_owned()))
    });
    all.collect()
}

/// One value for each of [`figures`]. Rate and amplitude are there only where the rhythm is present, p wherever a window was judged.
fn told<'a>(estimates: impl Iterator<Item = &'a Estimate>, channels: usize) -> Vec<f32> {
    let mut values = vec![f32::NAN; channels * Rhythm::ALL.len() * FIGURES.len()];
    // What is derived from a channel is not offered, as it is not shown.
    for estimate in estimates.filter(|estimate| estimate.series.is_none()) {
        let first = (estimate.channel * Rhythm::ALL.len() + estimate.rhythm as usize) * FIGURES.len();
        let Some(values) = values.get_mut(first..first + FIGURES.len()) else { continue };
        if let Some(figure) = estimate.present() {
            let rate = figure.rate;
            values.copy_from_slice(&[rate.value, rate.low, rate.high, figure.p, figure.amplitude.value].map(|value| value as f32));
        } else if let Some(figure) = estimate.figure {
            values[3] = figure.p as f32;
        }
    }
    values
}

/// `mark 3 sacrum`: kind, number and label; the end of a stretch is `segment-end 3 sacrum`. The same number again is the same annotation, changed.
fn marker(annotation: &Annotation) -> String {
    let Annotation { id: AnnotationId(id), kind, label, end, .. } = annotation;
    let end = if end.is_some() { "-end" } else { "" };
    format!("{}{end} {id} {label}", kind.word()).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::{Figure, Flags, Interval};
    use crate::signal::{Channel, Kind};

    #[test]
    fn a_rhythm_that_is_not_there_has_its_p_and_no_figures() {
        let interval = |value| Interval { value, low: value - 1.0, high: value + 1.0 };
        let estimate = |rhythm, present, figure: bool| Estimate {
            channel: 1,
            series: None,
            rhythm,
            end: SampleIndex(500),
            t: Seconds(5.0),
            window: Seconds(5.0),
            figure: figure.then_some(Figure { rate: interval(6.0), amplitude: interval(50.0), p: 0.25, present, regularity: None }),
            flags: Flags::default(),
        };
        let rows = [estimate(Rhythm::Cranial, true, true), estimate(Rhythm::Breath, false, true), estimate(Rhythm::Pulse, true, false)];
        let values = told(rows.iter(), 2);
        assert_eq!(values.len(), 40);
        assert_eq!(values[25..30], [6.0, 5.0, 7.0, 0.25, 50.0]);
        assert!(values[30..33].iter().chain(&values[34..]).all(|value| value.is_nan()));
        assert_eq!(values[33], 0.25);
        let layout =
            Layout { channels: vec![Channel::named("left", "µm"), Channel::named("belt", "N")], nominal: Rate::from_hz(1.0).unwrap() };
        assert_eq!(figures(&layout)[29], ("belt.cranial.amplitude".to_owned(), "N".to_owned()));
        assert_eq!(figures(&layout)[33], ("belt.breath.p".to_owned(), String::new()));
    }

    #[test]
    fn a_frame_is_stamped_when_it_was_made_whatever_the_source_counts_from() {
        let rate = Rate::from_hz(100.0).unwrap();
        let mut line = Line { origin: None, offset: 2000.0, last: Some((SampleIndex(500), Seconds(5.0), rate)) };
        assert_eq!((line.stamp(SampleIndex(500)), line.stamp(SampleIndex(401))), (2005.0, 2004.01));
        line.origin = Some(Seconds(0.0));
        assert_eq!(line.stamp(SampleIndex(600)), 6.0);
    }

    #[test]
    fn a_marker_says_what_was_annotated_and_where_a_stretch_ends() {
        let annotation =
            |label: &str, end| Annotation { id: AnnotationId(3), kind: Kind::Segment, start: SampleIndex(1), end, label: label.into() };
        assert_eq!(marker(&annotation("", None)), "segment 3");
        assert_eq!(marker(&annotation("dural tube", Some(SampleIndex(9)))), "segment-end 3 dural tube");
    }
}
