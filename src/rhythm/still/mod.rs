//! Still points: stretches in which a cranial rhythm that was present is absent, at least 1.5 of its cycles long.
//!
//! The rhythm's amplitude is followed once a second by complex demodulation over two of its cycles, drift and breath fitted beside it
//! ([`around`]). A dip opens where it falls below half of what it was, and closes when it has been back for half a cycle. Only then, or where the stream
//! ends within it, the stretch is judged ([`judge`]): where it begins and ends, whether the rhythm is absent rather than hidden in noise, and whether
//! something else explains it. Everything is told from the latest four minutes.
//!
//! Only the cranial rhythm has still points. The same of a breath is a pause in breathing, which has a medical meaning that this program does not
//! claim; a pulse has none; and 1.5 cycles of a tide are longer than its rate stays the same.

mod around;
mod channel;
mod judge;
mod solve;

use channel::{Channel, Line};

use super::raw::Raw;
use super::stream::Stream;
use super::{Figure, Flag, Flags, Rhythm, Row, Settings, StillPoint};
use crate::signal::{Layout, Rate, SampleIndex, Span};

/// What is looked at, in the order of the layout, besides the rows of the step.
#[derive(Clone, Copy, Debug)]
pub struct Traces<'a> {
    /// The frame after the last one.
    pub at: SampleIndex,
    /// The rate in force.
    pub clock: Rate,
    /// Of each channel, what its streams hold.
    pub streams: &'a [[Stream; 3]],
    /// Of each channel, what its raw samples say of the device.
    pub raw: &'a [Raw],
}

/// The still points of all channels.
#[derive(Debug)]
pub struct Stills {
    channels: Vec<Channel>,
    /// The channel whose breath is that of all.
    belt: Option<usize>,
    /// Position of the stream in which the cranial rhythm is looked for.
    lane: usize,
}

/// A stretch that was judged a still point, in samples of the stream.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Found {
    start: f64,
    /// `None` where the stream ended first.
    end: Option<f64>,
    /// What tells that the rhythm may be the breath.
    flags: Flags,
}

impl Stills {
    /// For streams that come with so many frames a sample.
    pub fn new(layout: &Layout, settings: &Settings, (lane, factor): (usize, u64)) -> Self {
        let hz = layout.nominal.hz() / factor as f64;
        let own = settings.of(Rhythm::Cranial);
        let range = (own.low_per_min / 60.0 / hz, own.high_per_min / 60.0 / hz);
        Self {
            channels: layout.channels.iter().map(|_| Channel::new(hz, range)).collect(),
            belt: layout.channels.iter().position(|channel| channel.role == crate::signal::Role::Breath),
            lane,
        }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.channels.iter_mut().for_each(Channel::reset);
    }

    /// Takes what has come since the last step, with the step's rows from `begin` on, and appends the still points that are certain now.
    pub fn look(&mut self, traces: Traces, begin: usize, rows: &mut Vec<Row>) {
        let end = rows.len();
        for number in 0..self.channels.len() {
            let Some(stream) = traces.streams.get(number).map(|streams| &streams[self.lane]) else { continue };
            let per_min = 60.0 * traces.clock.hz() / stream.factor() as f64;
            let row = |channel: usize, rhythm: Rhythm| {
                rows[begin..end].iter().find_map(|row| match row {
                    Row::Estimate(e) if (e.channel, e.series, e.rhythm) == (channel, None, rhythm) => Some(e),
                    _ => None,
                })
            };
            let line = row(number, Rhythm::Cranial).and_then(|estimate| {
                let Figure { rate, amplitude, .. } = estimate.present()?;
                let len = estimate.window.0 * per_min / 60.0;
                let flags = estimate.flags.of_breath();
                Some(Line { frequency: rate.value / per_min, half_interval: amplitude.half_width() / 2.0, len, flags })
            });
            let of = |channel: usize| Some(row(channel, Rhythm::Breath)?.present()?.rate.value / per_min);
            let breath = self.belt.and_then(of).or_else(|| of(number));
            let channel = &mut self.channels[number];
            channel.take(stream.since(channel.end()));
            channel.hear(line, breath);
            while let Some(found) = channel.look() {
                tell(found, (number, self.lane), traces, rows);
            }
        }
    }

    /// The stream is over: appends the still points that last until its end.
    pub fn finish(&mut self, traces: Traces, rows: &mut Vec<Row>) {
        for (number, channel) in self.channels.iter_mut().enumerate() {
            let Some(stream) = traces.streams.get(number).map(|streams| &streams[self.lane]) else { continue };
            channel.take(stream.since(channel.end()));
            while let Some(found) = channel.look() {
                tell(found, (number, self.lane), traces, rows);
            }
            if let Some(found) = channel.finish() {
                tell(found, (number, self.lane), traces, rows);
            }
        }
    }
}

/// Appends the row, unless the trace touched a rail: what is cut off there may have been the rhythm.
fn tell(found: Found, (channel, lane): (usize, usize), traces: Traces, rows: &mut Vec<Row>) {
    let factor = traces.streams[channel][lane].factor() as f64;
    let frame = |sample: f64| SampleIndex((sample * factor).round() as u64);
    let span = Span { start: frame(found.start), end: found.end.map_or(traces.at, frame) };
    let mut device = Flags::default();
    traces.raw[channel].flag(traces.at - span.start + factor as u64, &mut device);
    if !device.contains(Flag::Clipped) {
        let (start, end) = (traces.clock.time_of(span.start), traces.clock.time_of(span.end));
        rows.push(Row::StillPoint(StillPoint { channel, rhythm: Rhythm::Cranial, span, start, end, flags: found.flags }));
    }
}
