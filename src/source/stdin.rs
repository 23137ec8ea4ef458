//! Standard input, read by a thread of its own: a read that blocks cannot be called off, and nothing waits for that thread at the end.

use std::io::Read;
use std::time::Instant;

use tokio::sync::mpsc;

use super::decoding::Decoding;
use super::{Delivery, Source};
use crate::signal::Seconds;
use crate::wire::Format;

/// Reads that may wait; then the pipe is held up, and who writes into it waits.
const WAITING: usize = 16;
/// Read at once.
const READ: usize = 1 << 16;

/// Standard input as a source.
#[derive(Debug)]
pub struct StdinSource {
    reads: mpsc::Receiver<(Vec<u8>, Seconds)>,
    decoding: Decoding,
    over: bool,
}

impl StdinSource {
    /// Begins to read bytes of a format.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn new(format: Format) -> std::io::Result<Self> {
        let (send, reads) = mpsc::channel(WAITING);
        std::thread::Builder::new().name("stdin".into()).spawn(move || {
            let begin = Instant::now();
            let mut input = std::io::stdin().lock();
            let mut bytes = vec![0; READ];
            loop {
                match input.read(&mut bytes) {
                    Ok(0) => return,
                    Ok(count) => {
                        let arrival = Seconds(begin.elapsed().as_secs_f64());
                        if send.blocking_send((bytes[..count].to_vec(), arrival)).is_err() {
                            return;
                        }
                    }
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(_) => return,
                }
            }
        })?;
        Ok(Self { reads, decoding: Decoding::new(format), over: false })
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
            if let Some((bytes, arrival)) = self.reads.recv().await {
                self.decoding.bytes(&bytes, arrival);
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
