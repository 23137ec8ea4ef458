//! A port that is open: read by the runtime as soon as anything is there, or, where nobody looks, by a thread that costs less. And why one cannot be opened.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt;
use tokio_serial::{ErrorKind, SerialPort, SerialPortBuilderExt, SerialStream};

use super::super::SourceError;
use super::super::ports::holder;
use super::super::reading::{Reading, Watcher};

/// Read at once by the runtime.
const READ: usize = 4096;
/// Reads of a thread that may wait: devices send a line at a time.
const WAITING: usize = 4096;
/// The thread looks so often whether a silent port is still listened to.
const SILENT: Duration = Duration::from_millis(500);

/// An open port.
pub(super) enum Port {
    Watched(SerialStream),
    Unwatched { reading: Reading, port: Box<dyn SerialPort> },
}

impl std::fmt::Debug for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Watched(_) => "Port::Watched",
            Self::Unwatched { .. } => "Port::Unwatched",
        })
    }
}

impl Port {
    /// Opens a port at a baud rate; the board may be reset by it or not. To be called within a runtime.
    pub(super) fn open(name: &str, (baud, reset): (u32, bool), watcher: Watcher) -> Result<Self, SourceError> {
        if !reset {
            keep_lines(name);
        }
        let opened = match watcher {
            Watcher::Somebody => tokio_serial::new(name, baud).open_native_async().map(Self::Watched),
            Watcher::Nobody => Self::open_unwatched(name, baud),
        };
        if opened.is_ok() {
            hurry(name);
        }
        opened.map_err(|error| refused(name, &error))
    }

    fn open_unwatched(name: &str, baud: u32) -> tokio_serial::Result<Self> {
        let mut port = tokio_serial::new(name, baud).timeout(SILENT).open()?;
        let input = port.try_clone()?;
        // A command is taken at once, or sent again.
        port.set_timeout(Duration::ZERO)?;
        let reading = Reading::start(move || input, WAITING, Watcher::Nobody)?;
        Ok(Self::Unwatched { reading, port })
    }

    /// Waits for what comes next, and tells when it came; `None` where the port is gone. Can be called off and asked again.
    pub(super) async fn read(&mut self, bytes: &mut Vec<u8>) -> Option<Instant> {
        match self {
            Self::Watched(stream) => loop {
                bytes.resize(READ, 0);
                match stream.read(bytes).await {
                    Ok(count) if count > 0 => {
                        bytes.truncate(count);
                        return Some(Instant::now());
                    }
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Ok(_) | Err(_) => return None,
                }
            },
            Self::Unwatched { reading, .. } => {
                let (read, arrival) = reading.next().await?;
                *bytes = read;
                Some(arrival)
            }
        }
    }

    /// Sends what the port takes at once of some bytes; tells whether it took any.
    pub(super) fn send(&mut self, bytes: &[u8]) -> bool {
        match self {
            Self::Watched(stream) => stream.try_write(bytes),
            Self::Unwatched { port, .. } => port.write(bytes),
        }
        .is_ok_and(|written| written > 0)
    }

    /// Goes on at another baud rate. A port that knows no rates, such as a pseudo-terminal, takes any.
    pub(super) fn set_baud(&mut self, baud: u32) {
        let _ = match self {
            Self::Watched(stream) => stream.set_baud_rate(baud),
            Self::Unwatched { port, .. } => port.set_baud_rate(baud),
        };
    }
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
