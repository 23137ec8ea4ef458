//! From bytes to deliveries: what a serial port and standard input have in common.

use std::collections::VecDeque;

use super::Delivery;
use crate::signal::Seconds;
use crate::wire::{Event, Wire};

/// A decoder and what it has found and not yet handed over.
#[derive(Debug, Default)]
pub(super) struct Decoding {
    wire: Wire,
    found: VecDeque<Delivery>,
}

impl Decoding {
    /// The next delivery that was found, if there is one.
    pub(super) fn next(&mut self) -> Option<Delivery> {
        self.found.pop_front()
    }

    /// Bytes that arrived together.
    pub(super) fn bytes(&mut self, bytes: &[u8], arrival: Seconds) {
        let mut batch = Batch { found: &mut self.found, samples: Vec::new(), arrival };
        self.wire.push(bytes, &mut |event| batch.take(event));
        batch.close();
    }

    /// The stream is over.
    pub(super) fn finish(&mut self, arrival: Seconds) {
        let mut batch = Batch { found: &mut self.found, samples: Vec::new(), arrival };
        self.wire.finish(&mut |event| batch.take(event));
        batch.close();
    }

    /// The port was opened, maybe in the middle of a line.
    pub(super) fn opened(&mut self) {
        self.wire.restart();
    }
}

/// Frames of one read go together.
struct Batch<'a> {
    found: &'a mut VecDeque<Delivery>,
    samples: Vec<f32>,
    arrival: Seconds,
}

impl Batch<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Frame(frame) => self.samples.extend_from_slice(frame),
            Event::Channels(channels) => {
                self.close();
                self.found.push_back(Delivery::Open { channels: channels.to_vec(), rate: None });
            }
            Event::Fault(fault) => self.found.push_back(Delivery::Fault(format!("{} ({} bytes)", fault.why, fault.bytes))),
        }
    }

    fn close(&mut self) {
        if !self.samples.is_empty() {
            self.found.push_back(Delivery::Frames { samples: std::mem::take(&mut self.samples), arrival: self.arrival });
        }
    }
}
