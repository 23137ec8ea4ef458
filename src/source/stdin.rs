//! Standard input, read by a thread of its own: a read that blocks cannot be called off, and nothing waits for that thread at the end.

use std::io::Read;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::time::sleep_until;

use super::decoding::Decoding;
use super::{Delivery, Source};
use crate::signal::Seconds;
use crate::wire::Format;

/// Reads that may wait; then the pipe is held up, and who writes into it waits.
const WAITING: usize = 256;
/// Read at once.
const READ: usize = 1 << 14;
/// Where nobody looks, bytes are taken only so often, all that have come together: being woken costs more than reading a line does.
const PAUSE: Duration = Duration::from_millis(100);
/// Where so many bytes have come in a pause, none is made: the thread that reads would wait for it.
const PLENTY: usize = 1 << 16;

/// Standard input as a source.
#[derive(Debug)]
pub struct StdinSource {
    reads: mpsc::Receiver<(Vec<u8>, Seconds)>,
    decoding: Decoding,
    over: bool,
    watcher: Watcher,
    /// When the next look is due, where nobody looks at what comes.
    due: tokio::time::Instant,
    /// Bytes taken since the last pause.
    taken: usize,
}

/// Whether somebody looks at what comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Watcher {
    Somebody,
    Nobody,
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
        let due = tokio::time::Instant::now();
        Ok(Self { reads, decoding: Decoding::new(format), over: false, watcher: Watcher::Somebody, due, taken: 0 })
    }

    /// Nobody looks: what comes may wait for some milliseconds. When it came is noted all the same.
    #[must_use]
    pub fn unwatched(self) -> Self {
        Self { watcher: Watcher::Nobody, ..self }
    }

    /// The next bytes; `None` at the end. Can be called off and asked again.
    async fn read(&mut self) -> Option<(Vec<u8>, Seconds)> {
        match self.reads.try_recv() {
            Ok(read) => return Some(read),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => {}
        }
        if self.watcher == Watcher::Nobody && self.taken < PLENTY {
            sleep_until(self.due).await;
        }
        self.taken = 0;
        let read = self.reads.recv().await;
        self.due = tokio::time::Instant::now() + PAUSE;
        read
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
            if let Some((bytes, arrival)) = self.read().await {
                self.taken += bytes.len();
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
