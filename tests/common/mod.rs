//! The real binary in a pseudo-terminal: keys in, screen out. Waits for what the screen says; a deadline only ends a test that has failed.

#![allow(dead_code, clippy::unwrap_used, reason = "every test file is a crate of its own and uses a part of this")]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// Nothing here takes this long; who waits this long has failed.
const DEADLINE: Duration = Duration::from_secs(40);

/// What the reading thread and the test share.
struct Seen {
    parser: vt100::Parser,
    /// All that came, as it came.
    received: Vec<u8>,
    /// The terminal takes nothing.
    blocked: bool,
    closed: bool,
    /// The window is to be closed.
    closing: bool,
}

/// A program on a terminal.
pub struct Program {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    cooked: String,
    /// Sessions go here.
    pub sessions: tempfile::TempDir,
}

impl Program {
    /// Starts `stillpoint ARGS` at 120x36, in a home folder of its own.
    pub fn start(args: &[&str]) -> Self {
        Self::start_at(args, (120, 36))
    }

    /// The same at a size.
    pub fn start_at(args: &[&str], (cols, rows): (u16, u16)) -> Self {
        let sessions = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_stillpoint"));
        command.args(args);
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.env("STILLPOINT_SESSIONS", sessions.path());
        command.env("HOME", sessions.path());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("STILLPOINT_DEBUG", "1");
        command.env("RUST_BACKTRACE", "0");
        Self::on_terminal(command, sessions, (cols, rows))
    }

    /// Starts any command, which lives in a folder of its own.
    pub fn on_terminal(command: CommandBuilder, sessions: tempfile::TempDir, (cols, rows): (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        let cooked = modes(pair.master.as_ref());
        let child = pair.slave.spawn_command(command).unwrap();
        let mut output = pair.master.try_clone_reader().unwrap();
        let seen = Arc::new((
            Mutex::new(Seen {
                parser: vt100::Parser::new(rows.try_into().unwrap(), cols.try_into().unwrap(), 0),
                received: Vec::new(),
                blocked: false,
                closed: false,
                closing: false,
            }),
            Condvar::new(),
        ));
        let shared = seen.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            loop {
                let (lock, changed) = &*shared;
                drop(changed.wait_while(hold(lock), |seen| seen.blocked).unwrap());
                let count = output.read(&mut bytes).unwrap_or(0);
                let mut seen = hold(lock);
                seen.parser.process(&bytes[..count]);
                seen.received.extend(&bytes[..count]);
                if count == 0 || seen.closing {
                    // The other end of the terminal goes with the reader, before anybody is told.
                    drop(output);
                    seen.closed = true;
                    changed.notify_all();
                    return;
                }
                changed.notify_all();
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { child, master: Some(pair.master), keys: Some(keys), seen, cooked, sessions }
    }

    /// Waits until the screen shows what is wanted, and returns the screen.
    pub fn wait_for(&self, what: &str, wanted: impl FnMut(&str) -> bool) -> String {
        self.wait_within(DEADLINE, what, wanted)
    }

    /// The same for what takes longer.
    pub fn wait_within(&self, deadline: Duration, what: &str, mut wanted: impl FnMut(&str) -> bool) -> String {
        let (lock, changed) = &*self.seen;
        let until = Instant::now() + deadline;
        let mut seen = hold(lock);
        loop {
            let text = seen.parser.screen().contents();
            if wanted(&text) {
                return text;
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !seen.closed, "waited for {what}; the screen says:\n{text}");
            seen = changed.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Waits for a text on the screen.
    pub fn wait_text(&self, text: &str) -> String {
        self.wait_for(text, |screen| screen.contains(text))
    }

    /// What the screen shows now.
    pub fn screen(&self) -> String {
        hold(&self.seen.0).parser.screen().contents()
    }

    /// All bytes that the terminal was sent. To be asked after the end, when no more can come.
    pub fn received(&self) -> Vec<u8> {
        let (lock, changed) = &*self.seen;
        let (seen, _) = changed.wait_timeout_while(hold(lock), Duration::from_secs(1), |seen| !seen.closed).unwrap();
        seen.received.clone()
    }

    /// Types.
    pub fn keys(&mut self, keys: &str) {
        let out = self.keys.as_mut().unwrap();
        out.write_all(keys.as_bytes()).unwrap();
        out.flush().unwrap();
    }

    /// Makes the window another size.
    pub fn resize(&self, (cols, rows): (u16, u16)) {
        hold(&self.seen.0).parser.screen_mut().set_size(rows.try_into().unwrap(), cols.try_into().unwrap());
        self.master.as_ref().unwrap().resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Whether the program listens to the mouse.
    pub fn hears_mouse(&self) -> bool {
        hold(&self.seen.0).parser.screen().mouse_protocol_mode() != vt100::MouseProtocolMode::None
    }

    /// Presses the left button at a column and a row, moves to another column and lets go.
    pub fn drag(&mut self, (from, to): (u16, u16), row: u16) {
        let (from, to, row) = (from + 1, to + 1, row + 1);
        self.keys(&format!("\x1b[<0;{from};{row}M\x1b[<32;{to};{row}M\x1b[<0;{to};{row}m"));
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.process_id().unwrap()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// From now on the terminal takes nothing (or takes again).
    pub fn block(&self, blocked: bool) {
        let (lock, changed) = &*self.seen;
        hold(lock).blocked = blocked;
        changed.notify_all();
    }

    /// Closes the window.
    pub fn close_window(&mut self) {
        let (lock, changed) = &*self.seen;
        let mut seen = hold(lock);
        seen.closing = true;
        // The clock in the corner makes it write within a second.
        let seen = changed.wait_timeout_while(seen, DEADLINE, |seen| !seen.closed).unwrap().0;
        assert!(seen.closed, "it writes nothing");
        drop(seen);
        self.keys = None;
        self.master = None;
    }

    /// Waits for the end; returns its exit code and how long it took.
    pub fn wait_exit(&mut self) -> (u32, Duration) {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.exit_code(), begin.elapsed());
            }
            assert!(begin.elapsed() < DEADLINE, "it does not end; the screen says:\n{}", self.screen());
            std::thread::yield_now();
        }
    }

    /// After the end: the main screen, the cursor, the cooked mode are back. Returns what the main screen says.
    pub fn assert_terminal_is_back(&self) -> String {
        let (lock, changed) = &*self.seen;
        let (seen, timeout) = changed.wait_timeout_while(hold(lock), DEADLINE, |seen| seen.parser.screen().alternate_screen()).unwrap();
        assert!(!timeout.timed_out(), "the alternate screen was not left");
        assert!(!seen.parser.screen().hide_cursor(), "the cursor is hidden");
        assert_eq!(seen.parser.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is taken");
        let text = seen.parser.screen().contents();
        drop(seen);
        assert_eq!(modes(self.master.as_ref().unwrap().as_ref()), self.cooked, "the terminal's modes");
        text
    }

    /// The one session folder that was made.
    pub fn session(&self) -> PathBuf {
        let folders: Vec<PathBuf> = std::fs::read_dir(self.sessions.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(folders.len(), 1, "{folders:?}");
        folders[0].clone()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        self.block(false);
    }
}

/// A lock's value, also after a test that held it has failed.
fn hold<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The modes of a terminal, to compare with.
fn modes(master: &dyn MasterPty) -> String {
    let modes = master.get_termios().unwrap();
    format!("{:?} {:?} {:?}", modes.local_flags, modes.input_flags, modes.output_flags)
}

/// A sensor: the other end of a pseudo-terminal that the program opens like a port.
pub struct Sensor {
    pair: portable_pty::PtyPair,
    wire: Box<dyn Write + Send>,
    link: PathBuf,
}

impl Sensor {
    /// Plugged in under a name of its own.
    pub fn plug(link: &Path) -> Self {
        let pair = native_pty_system().openpty(PtySize::default()).unwrap();
        let name = pair.master.tty_name().unwrap();
        let _ = std::fs::remove_file(link);
        std::os::unix::fs::symlink(name, link).unwrap();
        let wire = pair.master.take_writer().unwrap();
        Self { pair, wire, link: link.to_path_buf() }
    }

    /// Sends bytes.
    pub fn send(&mut self, bytes: &[u8]) {
        self.wire.write_all(bytes).unwrap();
        self.wire.flush().unwrap();
    }

    /// The name of its port.
    pub fn port(&self) -> &str {
        self.link.to_str().unwrap()
    }

    /// Streams frames at `hz` from a thread until the handle is dropped; `line` makes the text of frame n.
    pub fn stream(self, hz: f64, line: impl Fn(u64) -> String + Send + 'static) -> Streaming {
        let stop = Arc::new((Mutex::new(false), Condvar::new()));
        let shared = stop.clone();
        let link = self.link.clone();
        let (ends, gone) = std::sync::mpsc::channel::<()>();
        std::thread::spawn(move || {
            let _ends = ends;
            let mut sensor = self;
            let begin = Instant::now();
            let mut sent = 0;
            loop {
                let due = (begin.elapsed().as_secs_f64() * hz) as u64;
                for n in sent..due {
                    if sensor.wire.write_all(line(n).as_bytes()).is_err() {
                        return;
                    }
                }
                sent = sent.max(due);
                let (lock, changed) = &*shared;
                if *changed.wait_timeout_while(hold(lock), Duration::from_millis(10), |stop| !*stop).unwrap().0 {
                    // Unplugged: the name goes first, as it does with a device.
                    let _ = std::fs::remove_file(&sensor.link);
                    return;
                }
            }
        });
        Streaming { link, stop, gone }
    }
}

/// A sensor that streams by itself; dropping it unplugs it.
pub struct Streaming {
    link: PathBuf,
    stop: Arc<(Mutex<bool>, Condvar)>,
    /// Closed when its thread has ended.
    gone: std::sync::mpsc::Receiver<()>,
}

impl Streaming {
    /// The name of its port.
    pub fn port(&self) -> &str {
        self.link.to_str().unwrap()
    }

    /// Unplugs it.
    pub fn unplug(self) {
        drop(self);
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        *hold(&self.stop.0) = true;
        self.stop.1.notify_all();
        // A port that nobody has read for long is full and holds the thread: it is left behind then.
        let _ = self.gone.recv_timeout(Duration::from_secs(2));
        let _ = std::fs::remove_file(&self.link);
    }
}
