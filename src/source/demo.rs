//! The simulated client, live: the whole program without hardware. It has been running for a while when it is opened, so that there
//! are figures at once, and it is unplugged for a moment now and then, as sensors are.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{Delivery, Source};
use crate::signal::{Layout, Seconds};
use crate::simulate::{Client, Scenario};
use crate::wire::WireChannel;

/// So long it has been running when it is opened for somebody who looks.
const BEFORE: f64 = 75.0;
/// Handed over at once while it runs up.
const CHUNK: f64 = 1.0;
const TICK: Duration = Duration::from_millis(25);
/// It is unplugged at this time from its start, when the still point and the change of rate have been seen, and then again every so often.
const UNPLUGGED_AT: f64 = 228.0;
const UNPLUGGED_EVERY: f64 = 240.0;
const UNPLUGGED_FOR: f64 = 4.0;

/// The demo signal.
#[derive(Debug)]
pub struct DemoSource {
    client: Client,
    layout: Layout,
    /// So long it has been running when it is opened, seconds.
    before: f64,
    opened: Option<Instant>,
    frames: u64,
    next_tick: Instant,
    unplug_at: f64,
    gone: bool,
}

impl DemoSource {
    /// The demo client of a seed: the same on every machine.
    pub fn new(seed: u64) -> Self {
        Self { before: BEFORE, ..Self::from_now(seed) }
    }

    /// The same, which begins when it is opened: nothing of it has passed before.
    pub fn from_now(seed: u64) -> Self {
        let client = Client::new(Scenario::demo(), seed);
        let layout = client.layout();
        Self { client, layout, before: 0.0, opened: None, frames: 0, next_tick: Instant::now(), unplug_at: UNPLUGGED_AT, gone: false }
    }

    fn time(&self) -> f64 {
        self.layout.nominal.time_of(crate::signal::SampleIndex(self.frames)).0
    }

    fn make(&mut self, until: f64) -> Vec<f32> {
        let frames = self.layout.nominal.frames(Seconds(until)).saturating_sub(self.frames);
        let mut samples = Vec::with_capacity(frames as usize * self.layout.channels.len());
        self.client.fill(frames as usize, &mut samples);
        self.frames += frames;
        samples
    }

    async fn tick(&mut self, opened: Instant) -> f64 {
        sleep_until(self.next_tick).await;
        let now = Instant::now();
        self.next_tick = now + TICK;
        self.before + now.duration_since(opened).as_secs_f64()
    }
}

impl Source for DemoSource {
    async fn next(&mut self) -> Delivery {
        let Some(opened) = self.opened else {
            self.opened = Some(Instant::now());
            let channels = self.layout.channels.iter().map(|c| WireChannel { name: Some(c.name.clone()), unit: c.unit.clone() });
            return Delivery::Open { channels: channels.collect(), rate: Some(self.layout.nominal) };
        };
        if self.time() < self.before {
            let samples = self.make((self.time() + CHUNK).min(self.before));
            return Delivery::Frames { samples, stamps: Vec::new(), arrival: Seconds(self.time()) };
        }
        loop {
            let now = self.tick(opened).await;
            if self.gone && now >= self.unplug_at + UNPLUGGED_FOR {
                // What the client did meanwhile was not measured.
                drop(self.make(now));
                self.gone = false;
                self.unplug_at += UNPLUGGED_EVERY;
                return Delivery::Back;
            }
            if !self.gone && now >= self.unplug_at {
                self.gone = true;
                return Delivery::Lost("the simulated sensor was unplugged, as sensors are".to_owned());
            }
            let samples = if self.gone { Vec::new() } else { self.make(now) };
            if !samples.is_empty() {
                return Delivery::Frames { samples, stamps: Vec::new(), arrival: Seconds(self.time()) };
            }
        }
    }
}
