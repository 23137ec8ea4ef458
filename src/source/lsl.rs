//! A stream of the Lab Streaming Layer, by name: its channels, its rate, its samples at the time that their stamps say. A stream that is gone is
//! looked for until it is back, as an unplugged port is.
//!
//! What arrives is told at its stamp, on the clock here: so a stream through a slow network is as steady as the device, and a pause
//! of the device is a gap however late it is heard of.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{sleep, timeout};

use super::{Delivery, Source, SourceError};
use crate::lsl::{Feed, Found, Placed, Pulled, Search, Stamps, clock, find, search};
use crate::signal::{Rate, Seconds, clean};

/// A stream that does not answer within this is not there. Three questions to everybody and a little more.
const PATIENCE: Duration = Duration::from_millis(2500);
/// Opening takes less than this, or is tried anew.
const OPENING: Duration = Duration::from_secs(8);
/// A stream that refuses is asked again after this.
const AGAIN: Duration = Duration::from_millis(500);
/// After such a silence it is asked for whether it is still there: a computer that was switched off closes nothing.
const QUIET: Duration = Duration::from_secs(15);
/// Deliveries that may wait for the session; then the outlet keeps what follows.
const WAITING: usize = 256;
/// A leap in the stamps of one read that is worth an arrival of its own, in seconds beyond two samples.
const LEAP: f64 = 0.1;

/// A stream that is listened to.
#[derive(Debug)]
pub struct LslSource {
    deliveries: mpsc::Receiver<Delivery>,
    task: JoinHandle<()>,
}

impl LslSource {
    /// Looks for a stream by its name, or `NAME@HOST`, and begins to read it. Blocks for some seconds at most; to be called within a runtime.
    ///
    /// # Errors
    /// [`SourceError::Stream`]: it is not there, is there more than once, or has nothing to measure.
    pub fn open(name: &str) -> Result<Self, SourceError> {
        let found = match search(name, PATIENCE) {
            Search::Found(found) => found,
            other => return Err(SourceError::Stream { name: clean(name), why: refusal(other) }),
        };
        let (send, deliveries) = mpsc::channel(WAITING);
        let listener =
            Listener { wanted: name.to_owned(), stamps: Stamps::new(found.rate().map_or(0.0, Rate::hz), found.channels()), found, send };
        Ok(Self { deliveries, task: tokio::spawn(listener.run()) })
    }
}

impl Source for LslSource {
    async fn next(&mut self) -> Delivery {
        self.deliveries.recv().await.unwrap_or(Delivery::End)
    }

    fn origin(&self) -> Option<Seconds> {
        Some(Seconds(0.0))
    }
}

impl Drop for LslSource {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn refusal(search: Search) -> String {
    match search {
        Search::Unfit(why) => why,
        Search::Several(names) => format!("there are several of that name; say which, as NAME@HOST: {}", names.join(", ")),
        Search::Missing(names) if names.is_empty() => "no stream answers at all; is its program running, and in this network?".to_owned(),
        Search::Missing(names) => format!("no such stream; there are: {}", names.join(", ")),
        Search::Found(_) => String::new(),
    }
}

/// The session has gone; there is nobody to tell anything.
struct Gone;

/// Reads the stream, over and over.
struct Listener {
    wanted: String,
    found: Found,
    stamps: Stamps,
    send: mpsc::Sender<Delivery>,
}

impl Listener {
    async fn run(mut self) {
        // The session has gone: so does this.
        let _ = self.listen().await;
    }

    async fn listen(&mut self) -> Result<(), Gone> {
        let (mut told, mut lost) = (false, false);
        loop {
            let Ok(Ok(mut feed)) = timeout(OPENING, Feed::open(&self.found)).await else {
                if !lost {
                    self.tell(Delivery::Lost("the stream answers and does not open; the session goes on and asks again".to_owned()))
                        .await?;
                }
                lost = true;
                self.search().await?;
                continue;
            };
            if lost {
                self.tell(Delivery::Back).await?;
            }
            if !told {
                let channels = std::mem::take(&mut feed.channels);
                self.tell(Delivery::Open { channels, rate: self.found.rate() }).await?;
            }
            if feed.correction().is_none() {
                self.tell(Delivery::Fault("the other computer does not tell its clock; its stamps are taken as they are".to_owned()))
                    .await?;
            }
            (told, lost) = (true, true);
            self.follow(feed).await?;
            self.tell(Delivery::Lost("the stream is gone; the session goes on and waits for it".to_owned())).await?;
            self.stamps.reopened();
            self.search().await?;
        }
    }

    /// Hands over samples until the stream is gone.
    async fn follow(&mut self, mut feed: Feed) -> Result<(), Gone> {
        let mut pulled = Pulled::default();
        loop {
            match timeout(QUIET, feed.pull(&mut pulled)).await {
                Ok(Ok(())) => self.hand_over(&mut pulled, feed.correction().unwrap_or(0.0)).await?,
                Err(_) if self.is_there().await => {}
                Ok(Err(_)) | Err(_) => return Ok(()),
            }
        }
    }

    async fn hand_over(&mut self, pulled: &mut Pulled, correction: f64) -> Result<(), Gone> {
        let now = clock().0;
        let wide = self.found.channels();
        let far = LEAP + 2.0 * self.found.rate().map_or(0.0, |rate| rate.hz().recip());
        let (mut from, mut last, mut leapt) = (0, f64::INFINITY, None);
        for (at, stamp) in pulled.stamps.iter().enumerate() {
            let Placed { at: place, missing, doubted } = self.stamps.place(*stamp, correction, now);
            if place - last > far || doubted.is_some() || missing > 0 {
                self.frames(&pulled.samples[from * wide..at * wide], last).await?;
                from = at;
            }
            if missing > 0 {
                self.tell(Delivery::Missing(missing)).await?;
            }
            (last, leapt) = (place, leapt.or(doubted));
        }
        self.frames(&pulled.samples[from * wide..], last).await?;
        // Once a read: who leaps at every sample does not fill the journal.
        if let Some(by) = leapt {
            self.tell(Delivery::Fault(format!("the stream's time leapt by {by:.1} s; it goes on by the clock of this computer"))).await?;
        }
        pulled.samples.clear();
        pulled.stamps.clear();
        Ok(())
    }

    async fn frames(&self, samples: &[f32], arrival: f64) -> Result<(), Gone> {
        if samples.is_empty() {
            return Ok(());
        }
        self.tell(Delivery::Frames { samples: samples.to_vec(), stamps: Vec::new(), arrival: Seconds(arrival) }).await
    }

    /// Looks for the stream until it is back. One of another width is not it.
    async fn search(&mut self) -> Result<(), Gone> {
        loop {
            if self.send.is_closed() {
                return Err(Gone);
            }
            if let Some(found) = self.ask().await.filter(|found| found.channels() == self.found.channels()) {
                self.found = found;
                return Ok(());
            }
            sleep(AGAIN).await;
        }
    }

    async fn is_there(&self) -> bool {
        self.ask().await.is_some_and(|found| found.is(&self.found))
    }

    async fn ask(&self) -> Option<Found> {
        let wanted = self.wanted.clone();
        spawn_blocking(move || find(&wanted)).await.ok().flatten()
    }

    async fn tell(&self, delivery: Delivery) -> Result<(), Gone> {
        self.send.send(delivery).await.map_err(|_| Gone)
    }
}
