//! From bytes to deliveries: what a serial port and standard input have in common.

use std::collections::VecDeque;

use super::Delivery;
use crate::signal::Seconds;
use crate::wire::{Before, Event, Format, Seen, Wire};

/// A decoder and what it has found and not yet handed over.
#[derive(Debug)]
pub(super) struct Decoding {
    wire: Wire,
    found: VecDeque<Delivery>,
    /// What was told last of what the bytes are.
    told: String,
    /// When the latest bytes arrived.
    latest: Seconds,
}

impl Decoding {
    /// Of a format that was stated, or is to be found out.
    pub(super) fn new(format: Format) -> Self {
        Self { wire: Wire::with(format), found: VecDeque::new(), told: String::new(), latest: Seconds(0.0) }
    }

    /// The next delivery that was found, if there is one.
    pub(super) fn next(&mut self) -> Option<Delivery> {
        self.found.pop_front()
    }

    /// Whether it is known what the bytes are.
    pub(super) fn is_recognised(&self) -> bool {
        self.wire.recognition().is_some()
    }

    /// Something to tell while it is not.
    pub(super) fn unsure(&mut self, what: String) {
        self.told.clone_from(&what);
        self.found.push_back(Delivery::Unsure(what));
    }

    /// What the bytes are taken for, and the latest lines of them.
    pub(super) fn raw(&self) -> (String, Vec<String>) {
        (self.wire.latest().map_or_else(|| self.told.clone(), |known| known.to_string()), self.wire.raw())
    }

    /// Bytes that arrived together.
    pub(super) fn bytes(&mut self, bytes: &[u8], arrival: Seconds) {
        self.latest = arrival;
        self.decode(|wire, batch| wire.push(bytes, &mut |event| batch.take(event)));
    }

    /// The stream is over.
    pub(super) fn finish(&mut self) {
        self.decode(|wire, batch| wire.finish(&mut |event| batch.take(event)));
    }

    /// The port was opened, or is gone: what comes next may begin in the middle of a line.
    pub(super) fn cut(&mut self) {
        self.decode(|wire, batch| wire.restart(&mut |event| batch.take(event)));
    }

    /// The port is gone; what was held comes first.
    pub(super) fn lost(&mut self, why: String) {
        self.cut();
        self.found.push_back(Delivery::Lost(why));
    }

    fn decode(&mut self, work: impl FnOnce(&mut Wire, &mut Batch<'_>)) {
        let mut batch = Batch {
            found: &mut self.found,
            told: &mut self.told,
            samples: Vec::new(),
            stamps: Vec::new(),
            frames: 0,
            arrival: self.latest,
        };
        work(&mut self.wire, &mut batch);
        batch.close();
    }
}

/// Frames of one read go together.
struct Batch<'a> {
    found: &'a mut VecDeque<Delivery>,
    told: &'a mut String,
    samples: Vec<f32>,
    stamps: Vec<Option<Seconds>>,
    frames: usize,
    arrival: Seconds,
}

impl Batch<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Frame(frame) => {
                match frame.before {
                    Before::Untold | Before::Follows => {}
                    Before::Lost(frames) => self.push(Delivery::Missing(frames)),
                    Before::Reset => self.push(Delivery::Fault("the device has begun anew: its counter or clock went back".into())),
                }
                self.samples.extend_from_slice(frame.values);
                if frame.stamp.is_some() || !self.stamps.is_empty() {
                    self.stamps.resize(self.frames, None);
                    self.stamps.push(frame.stamp);
                }
                self.frames += 1;
            }
            Event::Channels(channels) => self.push(Delivery::Open { channels: channels.to_vec(), rate: None }),
            // It may stand among the frames of this read: where a fault lies is told to a frame, and a read is a few.
            Event::Fault(fault) => self.found.push_back(Delivery::Fault(format!("{} ({} bytes)", fault.why, fault.bytes))),
            Event::Seen(Seen::Recognised(known)) => self.push(Delivery::Format { name: known.format.clone(), what: known.to_string() }),
            Event::Seen(seen) => {
                *self.told = seen.to_string();
                self.push(Delivery::Unsure(seen.to_string()));
            }
        }
    }

    fn push(&mut self, delivery: Delivery) {
        self.close();
        self.found.push_back(delivery);
    }

    fn close(&mut self) {
        if !self.samples.is_empty() {
            let (samples, stamps) = (std::mem::take(&mut self.samples), std::mem::take(&mut self.stamps));
            self.frames = 0;
            self.found.push_back(Delivery::Frames { samples, stamps, arrival: self.arrival });
        }
    }
}
