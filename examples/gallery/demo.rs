//! The demo's client, listened to up to an instant and no further; its samples come as an Arduino would print them.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use stillpoint::signal::{Layout, SampleIndex, Seconds};
use stillpoint::simulate::{Client, Scenario};
use stillpoint::source::{Delivery, Source};
use stillpoint::wire::{Wire, WireChannel};

/// Handed over at once, in frames.
const CHUNK: u64 = 100;

/// How far the client may be listened to.
#[derive(Clone, Default)]
pub(crate) struct Upto(Arc<AtomicU64>);

impl Upto {
    /// Up to a time from the start; the frame after the last one until then.
    pub(crate) fn listen(&self, time: Seconds) -> SampleIndex {
        let frames = Client::new(Scenario::demo(), 1).layout().nominal.frames(time);
        self.0.store(frames, Ordering::Relaxed);
        SampleIndex(frames)
    }
}

pub(crate) struct Demo {
    client: Client,
    layout: Layout,
    frames: u64,
    upto: Upto,
    wire: Wire,
    is_open: bool,
}

impl Demo {
    pub(crate) fn new(upto: Upto) -> Self {
        let client = Client::new(Scenario::demo(), 1);
        Self { layout: client.layout(), client, frames: 0, upto, wire: Wire::default(), is_open: false }
    }

    /// The samples as lines, for who looks at them.
    fn print(&mut self, samples: &[f32]) {
        for frame in samples.chunks(self.layout.channels.len()) {
            let mut line = String::new();
            for (channel, value) in self.layout.channels.iter().zip(frame) {
                let _ = write!(line, "{}{}:{value:.2}", if line.is_empty() { "" } else { "," }, channel.name);
            }
            self.wire.push((line + "\r\n").as_bytes(), &mut |_| {});
        }
    }
}

impl Source for Demo {
    async fn next(&mut self) -> Delivery {
        if !std::mem::replace(&mut self.is_open, true) {
            let channels = self.layout.channels.iter().map(|c| WireChannel { name: Some(c.name.clone()), unit: c.unit.clone() });
            return Delivery::Open { channels: channels.collect(), rate: Some(self.layout.nominal) };
        }
        while self.frames >= self.upto.0.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let frames = CHUNK.min(self.upto.0.load(Ordering::Relaxed) - self.frames);
        let mut samples = Vec::new();
        self.client.fill(frames as usize, &mut samples);
        self.frames += frames;
        self.print(&samples);
        Delivery::Frames { samples, stamps: Vec::new(), arrival: self.layout.nominal.time_of(SampleIndex(self.frames)) }
    }

    fn raw(&self) -> (String, Vec<String>) {
        (self.wire.seen().map(ToString::to_string).unwrap_or_default(), self.wire.raw())
    }
}
