//! A serial port (or a pseudo-terminal): bytes with their arrival, and what happens when it is unplugged.
//!
//! Unplugging shows as zero bytes at once and for ever, or as an error, whichever the driver likes (tokio-serial#56): both are the end
//! of this opening. The port is closed first, for the kernel gives another name while the old one is held, and then tried for again.

mod port;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::baud::{Search, USUAL, Verdict};
use super::decoding::Decoding;
use super::reading::Watcher;
use super::{Delivery, Source, SourceError};
use crate::signal::Seconds;
use crate::wire::{Commands, Format};
use port::Port;

/// A port that is gone is tried for this often.
const AGAIN: Duration = Duration::from_millis(100);

/// How a port is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Bits a second; `None` to find out.
    pub baud: Option<u32>,
    /// Whether the board may be reset by it, as most Arduinos are.
    pub reset: bool,
}

/// A port that is listened to.
#[derive(Debug)]
pub struct SerialSource {
    port: String,
    /// A name that stays the same when the port comes back, where there is one.
    lasting: PathBuf,
    opening: Opening,
    /// The rate in force, and the search for it.
    baud: u32,
    search: Search,
    open: Option<Port>,
    watcher: Watcher,
    /// What was read last.
    bytes: Vec<u8>,
    /// When a port that is gone is tried for next.
    retry: tokio::time::Instant,
    decoding: Decoding,
    begin: Instant,
    orders: Orders,
}

/// What a device that must be told to start has still to be told.
#[derive(Debug)]
struct Orders {
    commands: Option<Commands>,
    waiting: VecDeque<u8>,
    /// When it takes the next.
    due: tokio::time::Instant,
}

impl Orders {
    fn new(commands: Option<Commands>) -> Self {
        let mut orders = Self { commands, waiting: VecDeque::new(), due: tokio::time::Instant::now() };
        orders.start();
        orders
    }

    /// The device is to be started, or started anew: nobody knows what it is doing.
    fn start(&mut self) {
        self.waiting.clear();
        self.waiting.extend(self.commands.iter().flat_map(|commands| &commands.start));
    }

    /// Waits for the time of the next command; for ever where there is none.
    async fn due(&self) {
        if self.waiting.is_empty() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep_until(self.due).await;
    }

    /// Sends the next command. One that the port does not take now is tried again.
    fn send(&mut self, port: &mut Port) {
        let apart = self.commands.as_ref().map_or(0.0, |commands| commands.apart.0);
        self.due = tokio::time::Instant::now() + Duration::from_secs_f64(apart);
        if let Some(command) = self.waiting.front()
            && port.send(&[*command])
        {
            self.waiting.pop_front();
        }
    }
}

impl Drop for SerialSource {
    /// A device that was started is stopped.
    fn drop(&mut self) {
        if let (Some(port), Some(commands)) = (&mut self.open, &self.orders.commands) {
            // One that does not listen any more cannot be helped.
            port.send(&commands.stop);
        }
    }
}

impl SerialSource {
    /// Opens a port, for bytes of a format. To be called within a runtime.
    ///
    /// # Errors
    /// What is wrong with the port, see [`SourceError`].
    pub fn open(port: &str, opening: Opening, format: Format) -> Result<Self, SourceError> {
        Self::watched_by(Watcher::Somebody, port, opening, format)
    }

    /// The same where nobody looks: what comes may wait for some tenths of a second. When it came is noted all the same.
    ///
    /// # Errors
    /// As [`SerialSource::open`].
    pub fn unwatched(port: &str, opening: Opening, format: Format) -> Result<Self, SourceError> {
        Self::watched_by(Watcher::Nobody, port, opening, format)
    }

    fn watched_by(watcher: Watcher, port: &str, opening: Opening, format: Format) -> Result<Self, SourceError> {
        // A format that was stated may be one that looks like rubbish.
        let stated = opening.baud.or((format != Format::Auto).then_some(USUAL));
        let (search, baud) = Search::new(stated);
        let open = Port::open(port, (baud, opening.reset), watcher)?;
        let orders = Orders::new(format.commands());
        let mut decoding = Decoding::new(format);
        decoding.cut();
        let lasting = by_id(port).unwrap_or_else(|| PathBuf::from(port));
        Ok(Self {
            port: port.to_owned(),
            lasting,
            opening,
            baud,
            search,
            open: Some(open),
            watcher,
            bytes: Vec::new(),
            retry: tokio::time::Instant::now(),
            decoding,
            begin: Instant::now(),
            orders,
        })
    }

    /// Reads once, or sends a command that is due; a port that is gone is closed.
    async fn read(&mut self) -> Result<(), String> {
        let Some(port) = &mut self.open else { return Ok(()) };
        let read = tokio::select! {
            read = port.read(&mut self.bytes) => read,
            () = self.orders.due() => {
                self.orders.send(port);
                return Ok(());
            }
        };
        let Some(arrival) = read else {
            self.open = None;
            return Err("the session goes on; plug it in again".to_owned());
        };
        let arrival = Seconds(arrival.saturating_duration_since(self.begin).as_secs_f64());
        self.decoding.bytes(&self.bytes, arrival);
        self.find_baud(arrival);
        Ok(())
    }

    /// Goes on to the next baud rate where this one gives rubbish.
    fn find_baud(&mut self, arrival: Seconds) {
        let known = self.decoding.is_recognised();
        let (next, what) = match self.search.take(&self.bytes, arrival.0, known) {
            Verdict::Stay => return,
            Verdict::Try(next) => (next, format!("nothing readable at {} baud, trying {next}", self.baud)),
            Verdict::GiveUp(first) => {
                (first, "nothing readable at any usual baud rate: say which with --baud, or the format with --format".to_owned())
            }
        };
        if let Some(port) = &mut self.open {
            port.set_baud(next);
        }
        self.baud = next;
        self.decoding.cut();
        self.decoding.unsure(what);
    }

    /// Tries for the port until it is back. Who calls this may call it off and begin again: the time of the next attempt stays.
    async fn reopen(&mut self) {
        while self.open.is_none() {
            tokio::time::sleep_until(self.retry).await;
            self.retry = tokio::time::Instant::now() + AGAIN;
            let lasting = self.lasting.to_string_lossy();
            let how = (self.baud, self.opening.reset);
            self.open = Port::open(&lasting, how, self.watcher).or_else(|_| Port::open(&self.port, how, self.watcher)).ok();
        }
    }
}

impl Source for SerialSource {
    async fn next(&mut self) -> Delivery {
        loop {
            if let Some(delivery) = self.decoding.next() {
                return delivery;
            }
            if self.open.is_none() {
                self.reopen().await;
                self.orders.start();
                return Delivery::Back;
            }
            if let Err(why) = self.read().await {
                self.decoding.lost(why);
            }
        }
    }

    fn raw(&self) -> (String, Vec<String>) {
        self.decoding.raw()
    }
}

/// The link under `/dev/serial/by-id` that leads to a port.
pub(super) fn by_id(port: &str) -> Option<PathBuf> {
    let device = std::fs::canonicalize(port).ok()?;
    let links = std::fs::read_dir("/dev/serial/by-id").ok()?;
    links.flatten().map(|entry| entry.path()).find(|link| std::fs::canonicalize(link).is_ok_and(|target| target == device))
}
