//! Bytes with the times at which they came, at speed: a stream that takes hours is tried in seconds.

use super::decoding::Decoding;
use super::{Delivery, Source};
use crate::signal::Seconds;
use crate::wire::Format;

/// Reads that came, or might have come, from a port.
#[derive(Debug)]
pub struct PlayedSource<I> {
    reads: I,
    decoding: Decoding,
    over: bool,
}

impl<I: Iterator<Item = (Vec<u8>, Seconds)>> PlayedSource<I> {
    /// Plays reads (bytes, and when the read returned) of a format.
    pub fn new(reads: I, format: Format) -> Self {
        Self { reads, decoding: Decoding::new(format), over: false }
    }
}

impl<I: Iterator<Item = (Vec<u8>, Seconds)> + Send> Source for PlayedSource<I> {
    async fn next(&mut self) -> Delivery {
        loop {
            if let Some(delivery) = self.decoding.next() {
                return delivery;
            }
            if self.over {
                return Delivery::End;
            }
            if let Some((bytes, arrival)) = self.reads.next() {
                self.decoding.bytes(&bytes, arrival);
            } else {
                self.over = true;
                self.decoding.finish();
            }
        }
    }
}
