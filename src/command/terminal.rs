//! The terminal: entering, leaving, drawing, in a way that nobody waits for it.
//!
//! A thread of its own writes to standard output. A frame is made only when the last one is out, so a terminal that takes nothing (ctrl-S,
//! a slow line) costs frames and nothing else; on leaving, what it has not taken is thrown away to make room for the farewell.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use crossterm::{cursor, event, queue, style, terminal};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};

use crate::app::Pointer;
use crate::session::Stop;

/// A terminal that has not taken the last frame for so long when we leave is made room in.
const PATIENCE: Duration = Duration::from_millis(60);
/// With room it is only a busy machine that is waited for.
const BUSY: Duration = Duration::from_millis(500);

/// Who reads for the terminal may stop as soon as the program is gone, and lose what came last: it has this long to read it.
const LINGER: Duration = Duration::from_millis(120);

/// The full screen, from entering to leaving.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Pipe>>,
    frame: Pipe,
    writer: Writer,
}

/// Asks for presses, drags and the wheel; not for every movement, which would be sent over any line for nothing.
struct HearMouse;

impl crossterm::Command for HearMouse {
    fn write_ansi(&self, f: &mut impl std::fmt::Write) -> std::fmt::Result {
        f.write_str("\x1b[?1002h\x1b[?1006h")
    }

    #[cfg(windows)]
    fn execute_winapi(&self) -> io::Result<()> {
        event::EnableMouseCapture.execute_winapi()
    }
}

/// Collects what a frame writes.
#[derive(Clone, Default)]
struct Pipe(Rc<RefCell<Vec<u8>>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the writing thread and the others share.
#[derive(Default)]
struct Shared {
    /// A frame is on its way.
    busy: AtomicBool,
    /// The screen was left: nothing is drawn any more.
    left: AtomicBool,
    /// The terminal is no more.
    gone: AtomicBool,
}

struct Writer {
    frames: SyncSender<Vec<u8>>,
    done: Receiver<()>,
    shared: Arc<Shared>,
}

impl Writer {
    fn start() -> io::Result<Self> {
        let (frames, queue) = sync_channel::<Vec<u8>>(1);
        let (tell, done) = sync_channel(1);
        let shared = Arc::new(Shared::default());
        let seen = shared.clone();
        std::thread::Builder::new().name("terminal".into()).spawn(move || {
            for frame in queue {
                let mut out = io::stdout().lock();
                if out.write_all(&frame).and_then(|()| out.flush()).is_err() {
                    seen.gone.store(true, Ordering::SeqCst);
                }
                seen.busy.store(false, Ordering::SeqCst);
                let _ = tell.try_send(());
            }
        })?;
        Ok(Self { frames, done, shared })
    }

    fn send(&self, bytes: Vec<u8>) {
        self.shared.busy.store(true, Ordering::SeqCst);
        // Never full: a frame is made only when the last one is out.
        let _ = self.frames.try_send(bytes);
    }

    fn idle(&self) -> bool {
        !self.shared.busy.load(Ordering::SeqCst)
    }

    fn wait(&self, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        while !self.idle() {
            let left = until.saturating_duration_since(Instant::now());
            if let Err(RecvTimeoutError::Timeout) = self.done.recv_timeout(left) {
                return self.idle();
            }
        }
        true
    }
}

impl Screen {
    /// Takes the terminal over. A panic in any thread gives it back and asks the session to end.
    ///
    /// # Errors
    /// Where there is no terminal.
    pub fn enter(stop: &Stop, pointer: Pointer) -> Result<Self> {
        if !io::stdout().is_terminal() || terminal::size().is_err() {
            bail!(
                "this command draws on a terminal and standard output is none; `stillpoint analyze` and `stillpoint export` work without one"
            );
        }
        let writer = Writer::start().context("cannot start the thread that draws")?;
        give_back_on_panic(writer.shared.clone(), stop.clone());
        terminal::enable_raw_mode().context("cannot take over the terminal: the keyboard is not one (standard input and /dev/tty)")?;
        let mut hello = Vec::new();
        queue!(hello, terminal::EnterAlternateScreen, cursor::Hide, terminal::Clear(terminal::ClearType::All))?;
        if pointer == Pointer::Heard {
            queue!(hello, HearMouse)?;
        }
        writer.send(hello);
        let frame = Pipe::default();
        let terminal = Terminal::new(CrosstermBackend::new(frame.clone()))?;
        Ok(Self { terminal, frame, writer })
    }

    /// Whether a frame could be drawn now.
    pub fn ready(&self) -> bool {
        self.writer.idle()
    }

    /// Whether the terminal is no more (its window was closed).
    pub fn gone(&self) -> bool {
        self.writer.shared.gone.load(Ordering::SeqCst)
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.terminal.size().map_or((80, 24), |size| (size.width, size.height))
    }

    /// Draws everything anew at the next frame. (`Terminal::clear` would ask the terminal where its cursor is and wait for the answer.)
    ///
    /// # Errors
    /// Where the size of the window cannot be had.
    pub fn redraw(&mut self) -> Result<()> {
        let size = self.terminal.size()?;
        self.terminal.resize(ratatui::layout::Rect::new(0, 0, size.width, size.height)).context("cannot clear the screen")
    }

    /// Rings the bell with the next frame.
    pub fn ring(&mut self) {
        self.frame.0.borrow_mut().push(0x07);
    }

    /// Draws one frame; only what changed is sent. Only to be called when [`Screen::ready`].
    ///
    /// # Errors
    /// Where the size of the window cannot be had.
    pub fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> Result<()> {
        queue!(self.terminal.backend_mut(), terminal::BeginSynchronizedUpdate)?;
        self.terminal.draw(draw)?;
        queue!(self.terminal.backend_mut(), terminal::EndSynchronizedUpdate)?;
        let bytes = self.frame.0.take();
        if !self.writer.shared.left.load(Ordering::SeqCst) {
            self.writer.send(bytes);
        }
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if self.writer.shared.left.swap(true, Ordering::SeqCst) {
            return;
        }
        let clear = || {
            make_room();
            self.writer.wait(BUSY)
        };
        if self.writer.wait(PATIENCE) || clear() {
            self.writer.send(farewell());
            if !self.writer.wait(PATIENCE) && clear() {
                // What made room for it may have thrown it away.
                self.writer.send(farewell());
                self.writer.wait(BUSY);
            }
        }
        let _ = terminal::disable_raw_mode();
        std::thread::sleep(LINGER);
    }
}

/// Ends a sequence that was cut, then puts everything back.
fn farewell() -> Vec<u8> {
    let mut bytes = vec![0x18];
    // Writing into a vector does not fail.
    let _ = queue!(
        bytes,
        terminal::EndSynchronizedUpdate,
        event::DisableMouseCapture,
        style::ResetColor,
        cursor::Show,
        terminal::LeaveAlternateScreen
    );
    bytes
}

/// Throws away what the terminal has not taken. Who waits for room is not woken by that (Linux), but by modes that are set, though to what they are.
#[cfg(unix)]
fn make_room() {
    use rustix::termios::{OptionalActions, QueueSelector, tcflush, tcgetattr, tcsetattr};
    let _ = tcflush(io::stdout(), QueueSelector::OFlush);
    if let Ok(modes) = tcgetattr(io::stdout()) {
        let _ = tcsetattr(io::stdout(), OptionalActions::Now, &modes);
    }
}

#[cfg(not(unix))]
fn make_room() {}

/// Restores the screen and nothing else, so that `Drop` still finishes the files.
fn give_back_on_panic(shared: Arc<Shared>, stop: Stop) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        stop.ask();
        if !shared.left.swap(true, Ordering::SeqCst) {
            let mut out = io::stdout();
            let _ = out.write_all(&farewell()).and_then(|()| out.flush());
            let _ = terminal::disable_raw_mode();
        }
        usual(info);
    }));
}
