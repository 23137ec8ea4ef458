//! A serial port (or a pseudo-terminal): bytes with their arrival, and what happens when it is unplugged.
//!
//! Unplugging shows as zero bytes at once and for ever, or as an error, whichever the driver likes (tokio-serial#56): both are the end
//! of this opening. The port is closed first, for the kernel gives another name while the old one is held, and then tried for again.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt;
use tokio_serial::{ErrorKind, SerialPort, SerialPortBuilderExt, SerialStream};

use super::baud::{Search, USUAL, Verdict};
use super::decoding::Decoding;
use super::ports::holder;
use super::{Delivery, Source, SourceError};
use crate::signal::Seconds;
use crate::wire::{Commands, Format};

/// A port that is gone is tried for this often.
const AGAIN: Duration = Duration::from_millis(100);
/// Read at once.
const READ: usize = 4096;

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
    stream: Option<SerialStream>,
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
    fn send(&mut self, stream: &mut SerialStream) {
        let apart = self.commands.as_ref().map_or(0.0, |commands| commands.apart.0);
        self.due = tokio::time::Instant::now() + Duration::from_secs_f64(apart);
        if let Some(command) = self.waiting.front()
            && stream.try_write(&[*command]).is_ok_and(|written| written > 0)
        {
            self.waiting.pop_front();
        }
    }
}

impl Drop for SerialSource {
    /// A device that was started is stopped.
    fn drop(&mut self) {
        if let (Some(stream), Some(commands)) = (&mut self.stream, &self.orders.commands) {
            // One that does not listen any more cannot be helped.
            let _ = stream.try_write(&commands.stop);
        }
    }
}

impl SerialSource {
    /// Opens a port, for bytes of a format. To be called within a runtime.
    ///
    /// # Errors
    /// What is wrong with the port, see [`SourceError`].
    pub fn open(port: &str, opening: Opening, format: Format) -> Result<Self, SourceError> {
        // A format that was stated may be one that looks like rubbish.
        let stated = opening.baud.or((format != Format::Auto).then_some(USUAL));
        let (search, baud) = Search::new(stated);
        let stream = open(port, (baud, opening.reset))?;
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
            stream: Some(stream),
            retry: tokio::time::Instant::now(),
            decoding,
            begin: Instant::now(),
            orders,
        })
    }

    /// Reads once, or sends a command that is due; a port that is gone is closed.
    async fn read(&mut self) -> Result<(), String> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        let mut bytes = [0; READ];
        let read = tokio::select! {
            read = stream.read(&mut bytes) => read,
            () = self.orders.due() => {
                self.orders.send(stream);
                return Ok(());
            }
        };
        let arrival = Seconds(self.begin.elapsed().as_secs_f64());
        match read {
            Ok(count) if count > 0 => {
                self.decoding.bytes(&bytes[..count], arrival);
                self.find_baud(&bytes[..count], arrival);
                Ok(())
            }
            // Asked again by the loop.
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => Ok(()),
            Ok(_) | Err(_) => {
                self.stream = None;
                Err("the session goes on; plug it in again".to_owned())
            }
        }
    }

    /// Goes on to the next baud rate where this one gives rubbish.
    fn find_baud(&mut self, bytes: &[u8], arrival: Seconds) {
        let known = self.decoding.is_recognised();
        let (next, what) = match self.search.take(bytes, arrival.0, known) {
            Verdict::Stay => return,
            Verdict::Try(next) => (next, format!("nothing readable at {} baud, trying {next}", self.baud)),
            Verdict::GiveUp(first) => {
                (first, "nothing readable at any usual baud rate: say which with --baud, or the format with --format".to_owned())
            }
        };
        if let Some(stream) = &mut self.stream {
            // A port that knows no rates, such as a pseudo-terminal, takes any.
            let _ = stream.set_baud_rate(next);
        }
        self.baud = next;
        self.decoding.cut();
        self.decoding.unsure(what);
    }

    /// Tries for the port until it is back. Who calls this may call it off and begin again: the time of the next attempt stays.
    async fn reopen(&mut self) {
        while self.stream.is_none() {
            tokio::time::sleep_until(self.retry).await;
            self.retry = tokio::time::Instant::now() + AGAIN;
            let lasting = self.lasting.to_string_lossy();
            let how = (self.baud, self.opening.reset);
            self.stream = open(&lasting, how).or_else(|_| open(&self.port, how)).ok();
        }
    }
}

impl Source for SerialSource {
    async fn next(&mut self) -> Delivery {
        loop {
            if let Some(delivery) = self.decoding.next() {
                return delivery;
            }
            if self.stream.is_none() {
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

fn open(port: &str, (baud, reset): (u32, bool)) -> Result<SerialStream, SourceError> {
    if !reset {
        keep_lines(port);
    }
    let opened = tokio_serial::new(port, baud).open_native_async();
    if opened.is_ok() {
        hurry(port);
    }
    opened.map_err(|error| refused(port, &error))
}

/// Asks the system to leave DTR up when the port is closed, so that the next opening is no reset. The first one after plugging in is the
/// kernel's own. Where that cannot be had (a pseudo-terminal, a port that is busy) it is left.
#[cfg(unix)]
fn keep_lines(port: &str) {
    use rustix::fs::{Mode, OFlags};
    use rustix::termios::{ControlModes, OptionalActions, tcgetattr, tcsetattr};
    let Ok(file) = rustix::fs::open(port, OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()) else {
        return;
    };
    if let Ok(mut modes) = tcgetattr(&file) {
        modes.control_modes.remove(ControlModes::HUPCL);
        let _ = tcsetattr(&file, OptionalActions::Now, &modes);
    }
}

#[cfg(not(unix))]
fn keep_lines(_port: &str) {}

/// FTDI adapters hand over what they have every 16 ms; asked to, every millisecond. Only Linux lets one ask without the driver's own calls,
/// and only who may; ignored where it cannot be had.
fn hurry(port: &str) {
    let device = std::fs::canonicalize(port).unwrap_or_default();
    if let Some(name) = device.file_name() {
        let timer = Path::new("/sys/class/tty").join(name).join("device/latency_timer");
        if timer.exists() {
            let _ = std::fs::write(timer, "1");
        }
    }
}

/// Says what is wrong with a port in the user's words.
fn refused(port: &str, error: &tokio_serial::Error) -> SourceError {
    use std::io::ErrorKind as Io;
    let port = crate::signal::clean(port);
    match error.kind() {
        // The system's words for EBUSY, and the crate's where its own lock is refused.
        _ if ["busy", "exclusive lock"].iter().any(|words| error.description.contains(words)) => busy(port),
        ErrorKind::Io(Io::ResourceBusy) => busy(port),
        ErrorKind::Io(Io::PermissionDenied) => SourceError::Permission { group: group_of(&port), port },
        ErrorKind::Io(Io::NotFound) | ErrorKind::NoDevice if !Path::new(&port).exists() => SourceError::NoSuchPort { port },
        _ => SourceError::Open { why: crate::signal::clean(&error.description), port },
    }
}

fn busy(port: String) -> SourceError {
    SourceError::Busy { holder: holder(Path::new(&port)), port }
}

/// The group that owns a device file, by name; `dialout`, as most systems call it, where that cannot be told. Nobody is told to join root.
fn group_of(port: &str) -> String {
    owner(port).filter(|group| group != "root").unwrap_or_else(|| "dialout".to_owned())
}

#[cfg(unix)]
fn owner(port: &str) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let gid = std::fs::metadata(port).ok()?.gid().to_string();
    let groups = std::fs::read_to_string("/etc/group").ok()?;
    let line = groups.lines().find(|line| line.split(':').nth(2) == Some(gid.as_str()))?;
    line.split(':').next().map(str::to_owned)
}

#[cfg(not(unix))]
fn owner(_port: &str) -> Option<String> {
    None
}

/// The link under `/dev/serial/by-id` that leads to a port.
pub(super) fn by_id(port: &str) -> Option<PathBuf> {
    let device = std::fs::canonicalize(port).ok()?;
    let links = std::fs::read_dir("/dev/serial/by-id").ok()?;
    links.flatten().map(|entry| entry.path()).find(|link| std::fs::canonicalize(link).is_ok_and(|target| target == device))
}
