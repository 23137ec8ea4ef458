//! Reads that block, in a thread of their own: one that blocks cannot be called off, and nothing waits for that thread at the end. The instant of each read is
//! noted there; where nobody looks, what was read is taken only so often, for being woken costs more than reading a line does.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::time::sleep_until;

/// Read at once.
const READ: usize = 1 << 14;
/// Where nobody looks, all that has come is taken together, this often.
const PAUSE: Duration = Duration::from_millis(200);
/// Where so many bytes have come in a pause, none is made: the thread that reads would wait for it.
const PLENTY: usize = 1 << 16;

/// What a thread reads.
#[derive(Debug)]
pub(super) struct Reading {
    reads: mpsc::Receiver<(Vec<u8>, Instant)>,
    watcher: Watcher,
    /// When the next look is due, where nobody looks at what comes.
    due: tokio::time::Instant,
    /// Bytes taken since the last pause.
    taken: usize,
}

/// Whether somebody looks at what comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Watcher {
    Somebody,
    Nobody,
}

impl Reading {
    /// Begins to read to the end, or to the first error. So many reads may wait; then the thread does, and who writes is held up.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub(super) fn start<R: Read>(open: impl FnOnce() -> R + Send + 'static, room: usize, watcher: Watcher) -> std::io::Result<Self> {
        let (send, reads) = mpsc::channel(room);
        std::thread::Builder::new().name("reading".into()).spawn(move || {
            let (mut input, mut bytes) = (open(), vec![0; READ]);
            loop {
                match input.read(&mut bytes) {
                    Ok(0) => return,
                    Ok(count) => {
                        if send.blocking_send((bytes[..count].to_vec(), Instant::now())).is_err() {
                            return;
                        }
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    // Nothing came for a while, or nobody listens any more.
                    Err(error) if error.kind() == ErrorKind::TimedOut && !send.is_closed() => {}
                    Err(_) => return,
                }
            }
        })?;
        Ok(Self { reads, watcher, due: tokio::time::Instant::now(), taken: 0 })
    }

    /// The next bytes and when they came; `None` at the end. Can be called off and asked again.
    pub(super) async fn next(&mut self) -> Option<(Vec<u8>, Instant)> {
        // Where there is always more nothing else would run, not even what hears signals; and a read that is no format takes long to be looked through.
        if self.taken >= PLENTY {
            tokio::task::yield_now().await;
        }
        let read = match self.reads.try_recv() {
            Ok(read) => Some(read),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                if self.watcher == Watcher::Nobody && self.taken < PLENTY {
                    sleep_until(self.due).await;
                }
                self.taken = 0;
                let read = self.reads.recv().await;
                self.due = tokio::time::Instant::now() + PAUSE;
                read
            }
        };
        self.taken += read.as_ref().map_or(0, |(bytes, _)| bytes.len());
        read
    }
}
