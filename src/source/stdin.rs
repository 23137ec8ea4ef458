//! Standard input.

use std::time::Instant;

use super::decoding::Decoding;
use super::reading::{Reading, Watcher};
use super::{Delivery, Source};
use crate::signal::Seconds;
use crate::wire::Format;

/// Reads that may wait; then the pipe is held up, and who writes into it waits.
const WAITING: usize = 256;

/// Standard input as a source.
#[derive(Debug)]
pub struct StdinSource {
    reading: Reading,
    begin: Instant,
    decoding: Decoding,
    over: bool,
}

impl StdinSource {
    /// Begins to read bytes of a format.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn new(format: Format) -> std::io::Result<Self> {
        Self::watched_by(Watcher::Somebody, format)
    }

    /// The same where nobody looks: what comes may wait for some tenths of a second. When it came is noted all the same.
    ///
    /// # Errors
    /// As [`StdinSource::new`].
    pub fn unwatched(format: Format) -> std::io::Result<Self> {
        Self::watched_by(Watcher::Nobody, format)
    }

    fn watched_by(watcher: Watcher, format: Format) -> std::io::Result<Self> {
        let reading = Reading::start(|| std::io::stdin().lock(), WAITING, watcher)?;
        Ok(Self { reading, begin: Instant::now(), decoding: Decoding::new(format), over: false })
    }
}

impl Source for StdinSource {
    async fn next(&mut self) -> Delivery {
        loop {
            if let Some(delivery) = self.decoding.next() {
                return delivery;
            }
            if self.over {
                return Delivery::End;
            }
            if let Some((bytes, arrival)) = self.reading.next().await {
                self.decoding.bytes(&bytes, Seconds(arrival.saturating_duration_since(self.begin).as_secs_f64()));
            } else {
                self.over = true;
                self.decoding.finish();
            }
        }
    }

    fn raw(&self) -> (String, Vec<String>) {
        self.decoding.raw()
    }
}
