//! Lines on standard error that nobody waits for: a thread writes them, and a terminal that takes nothing (ctrl-S) costs lines and nothing else.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use crate::signal::visible;

/// Where nobody looks a line about the progress comes this often.
const UNSEEN: Duration = Duration::from_mins(1);
/// So long the last lines are waited for.
const PATIENCE: Duration = Duration::from_millis(200);
/// Lines that may wait.
const WAITING: usize = 64;

enum Line {
    /// Written anew in its place.
    Show(String),
    /// Stays.
    Say(String),
}

/// Tells of a recording.
pub(super) struct Progress {
    lines: Option<SyncSender<Line>>,
    done: Receiver<()>,
}

impl Progress {
    /// Starts the thread.
    pub(super) fn start() -> io::Result<Self> {
        let (lines, queue) = sync_channel(WAITING);
        let (tell, done) = sync_channel(1);
        std::thread::Builder::new().name("progress".into()).spawn(move || {
            write(&queue);
            let _ = tell.send(());
        })?;
        Ok(Self { lines: Some(lines), done })
    }

    /// Shows how far it is.
    pub(super) fn show(&self, text: String) {
        self.send(Line::Show(text));
    }

    /// Says something that stays.
    pub(super) fn say(&self, text: String) {
        self.send(Line::Say(text));
    }

    fn send(&self, line: Line) {
        if let Some(lines) = &self.lines {
            let _ = lines.try_send(line);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.lines = None;
        let _ = self.done.recv_timeout(PATIENCE);
    }
}

fn write(lines: &Receiver<Line>) {
    let mut out = io::stderr();
    let seen = out.is_terminal();
    let (mut shown, mut last) = (false, None::<Instant>);
    while let Ok(line) = lines.recv() {
        // Nowhere left to say it where standard error is gone.
        let _ = match line {
            Line::Show(text) if seen => {
                shown = true;
                write!(out, "\r\x1b[K{}", visible(&text)).and_then(|()| out.flush())
            }
            Line::Show(text) if last.is_none_or(|last| last.elapsed() >= UNSEEN) => {
                last = Some(Instant::now());
                writeln!(out, "{}", visible(&text))
            }
            Line::Show(_) => Ok(()),
            Line::Say(text) => {
                let fresh = if std::mem::take(&mut shown) { "\r\x1b[K" } else { "" };
                writeln!(out, "{fresh}{}", visible(&text))
            }
        };
    }
    if shown {
        let _ = writeln!(out);
    }
}
