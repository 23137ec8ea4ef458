//! `stillpoint` alone: choose the demo, a sensor or a session. Ports come and go while one looks.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use crossterm::event::{self, Event, KeyEventKind};

use super::config::Found;
use super::keyboard::{key, mouse};
use super::listen;
use super::screen::{pointer, theme, watch_signals};
use super::terminal::Screen;
use crate::app::{Choice, Entry, Picked, Welcome};
use crate::cli::{Cli, Command, Demo};
use crate::session::Stop;
use crate::signal::clean;
use crate::source::ports;
use crate::store::Recording;
use crate::ui;

/// So many sessions are shown.
const SESSIONS: usize = 10;
/// Ports are looked for this often, and a signal is heeded within it.
const AGAIN: Duration = Duration::from_millis(500);

/// Shows the screen until something is chosen; `None` where one left.
pub(super) fn run(found: &Found) -> Result<Option<Choice>> {
    let (runtime, stop) = (listen::runtime(2)?, Stop::default());
    // What the environment says of the look and of the sessions' folder is what it says to the demo.
    let typed = Cli::typed(&["stillpoint", "demo"])?;
    let Some(Command::Demo(usual)) = &typed.command else { return Ok(None) };
    let screen = Screen::enter(&stop, pointer(&usual.look, &found.file))?;
    let _guard = runtime.enter();
    let signals = watch_signals(stop.clone()).context("cannot watch for signals")?;
    let picked = choose(screen, (usual, found), &stop);
    signals.abort();
    picked
}

fn choose(mut screen: Screen, (usual, found): (&Demo, &Found), stop: &Stop) -> Result<Option<Choice>> {
    let theme = theme(&usual.look, &found.file);
    let sessions = sessions(&listen::sessions(usual.recording.output.as_ref(), &found.file)?);
    let mut welcome = Welcome::default();
    let mut size = screen.size();
    while !stop.is_asked() && !screen.gone() {
        let demo = Entry { choice: Choice::Demo, name: "demo".into(), about: "a simulated client: left, right and breath".into() };
        welcome.update([demo].into_iter().chain(plugged_in()).chain(sessions.iter().cloned()).collect());
        if screen.ready() {
            if screen.size() != size {
                size = screen.size();
                screen.redraw()?;
            }
            screen.draw(|frame| ui::welcome(frame, &welcome, &theme))?;
        }
        if !event::poll(AGAIN).context("the keyboard is gone")? {
            continue;
        }
        let picked = match event::read().context("the keyboard is gone")? {
            Event::Key(typed) if typed.kind != KeyEventKind::Release => key(typed).map(|key| welcome.key(key)),
            Event::Mouse(event) => mouse(event).map(|mouse| welcome.mouse(mouse, size.1)),
            Event::Resize(..) => {
                screen.redraw()?;
                None
            }
            _ => None,
        };
        match picked {
            Some(Picked::One(choice)) => return Ok(Some(choice)),
            Some(Picked::Leave) => return Ok(None),
            Some(Picked::Nothing) | None => {}
        }
    }
    Ok(None)
}

fn plugged_in() -> impl Iterator<Item = Entry> {
    ports::list().into_iter().map(|port| {
        let known = [port.maker, port.product, port.board].into_iter().flatten();
        let busy = port.held_by.map(|holder| format!("busy: {holder}"));
        let about = known.chain(busy).collect::<Vec<_>>().join(", ");
        Entry { choice: Choice::Port(port.name.clone()), name: port.name, about }
    })
}

/// The latest ones: their folders' names begin with their start.
fn sessions(root: &Path) -> Vec<Entry> {
    let folders = std::fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut folders: Vec<_> = folders.filter(|path| path.join("session.toml").exists()).collect();
    folders.sort_by(|a, b| b.file_name().cmp(&a.file_name()));
    folders.truncate(SESSIONS);
    folders.iter().filter_map(|path| session(path)).collect()
}

fn session(path: &Path) -> Option<Entry> {
    let folder = path.to_str()?.to_owned();
    let name = clean(&path.file_name()?.to_string_lossy());
    let about = Recording::open(path, None).map_or_else(
        |error| clean(&error.to_string()),
        |recording| {
            let simulated = if recording.simulated() { ", simulated" } else { "" };
            let marks = recording.annotations().len();
            let counted = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
            let annotations = if marks > 0 { format!(", {}", counted(marks, "annotation")) } else { String::new() };
            let length = recording.rate().duration(recording.frames());
            format!("{length}, {}{annotations}{simulated}", counted(recording.layout().channels.len(), "channel"))
        },
    );
    Some(Entry { choice: Choice::Session(folder), name, about })
}
