//! The loop between keys, session and screen. It waits for whatever comes first and for nothing else: not for the sensor, not for
//! the disk, not for the terminal.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::ValueEnum;
use crossterm::event::{Event, KeyEventKind};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

use super::announce::Announcer;
use super::compare::{self, Again, Said};
use super::config::Found;
use super::exporting::{Exporter, Reopen};
use super::keyboard::{key, keyboard, mouse};
use super::terminal::Screen;
use crate::app::{App, Debugging, Effect, Mode, Pointer, Stretch, Title};
use crate::cli;
use crate::protocol::{Look, Notice, Snapshot};
use crate::session::{Session, Stop};
use crate::settings::file::File;
use crate::ui::{self, Colours, Glyphs, Theme};

/// How the screen looks: what was asked for, then what the terminal can.
pub(super) fn theme(look: &cli::Look, file: &File) -> Theme {
    let env = |name: &str| std::env::var(name).ok();
    let told = Colours::from_env(env("NO_COLOR").as_deref(), env("COLORTERM").as_deref(), env("TERM").as_deref());
    let name = look.theme.and_then(|theme| Some(theme.to_possible_value()?.get_name().to_owned()));
    let base = Theme::named(name.as_deref().or(file.theme()).unwrap_or_default()).unwrap_or_default();
    let colours = if base.colours == Colours::None { Colours::None } else { told };
    let glyphs = if look.ascii || file.ascii() || !unicode_locale() { Glyphs::Ascii } else { Glyphs::Unicode };
    Theme { colours, glyphs, ..base }
}

/// How a session is shown, and to whom it speaks.
pub(super) struct Shown {
    theme: Theme,
    /// At most so often a picture is drawn.
    frame: Duration,
    announcer: Option<Announcer>,
    bell: bool,
    pointer: Pointer,
    /// The recording that is replayed, where one is.
    again: Option<Again>,
    exporter: Exporter,
}

impl Shown {
    /// Of a recording, whose segments can be compared.
    pub(super) fn of(self, again: Again) -> Self {
        Self { again: Some(again), ..self }
    }

    /// With something that can be exported.
    pub(super) fn exporting(self, reopen: Reopen) -> Self {
        Self { exporter: Exporter::new(Some(reopen)), ..self }
    }
}

/// What was asked for, then what the settings say.
pub(super) fn shown(look: &cli::Look, file: &File) -> Result<Shown> {
    let fps = look.fps.map_or_else(|| file.fps(), f64::from);
    let to = look.announce.as_deref().or(file.announce());
    let announcer = to.map(Announcer::start).transpose()?;
    Ok(Shown {
        theme: theme(look, file),
        frame: Duration::from_secs_f64(1.0 / fps),
        announcer,
        bell: look.bell || file.bell(),
        pointer: pointer(look, file),
        again: None,
        exporter: Exporter::new(None),
    })
}

/// Whether the mouse is listened to.
pub(super) fn pointer(look: &cli::Look, file: &File) -> Pointer {
    if look.no_mouse || !file.mouse() { Pointer::Left } else { Pointer::Heard }
}

/// Whether the terminal's locale says UTF-8. Where it says nothing at all, most terminals of today can.
fn unicode_locale() -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    set.is_none_or(|value| {
        let value = value.to_uppercase();
        value.contains("UTF-8") || value.contains("UTF8") || value == "C" || value == "POSIX"
    })
}

/// An app with the user's keys and labels, that tells of a mistake in them; with `STILLPOINT_DEBUG` set, with the hidden keys.
pub(super) fn app(mode: Mode, title: Title, found: &Found) -> App {
    let debugging = if std::env::var_os("STILLPOINT_DEBUG").is_some() { Debugging::On } else { Debugging::Off };
    let mut app = App::new(mode, title).with_debugging(debugging).with_keys(found.file.keymap()).with_labels(found.file.label_sets());
    if let Some(problem) = found.problems.first() {
        app.notice(Notice::Trouble(problem.clone()));
    }
    app
}

/// Shows a session until it is quit, then finishes it and says what was saved.
pub(super) async fn show(app: App, shown: Shown, stop: &Stop, start: impl FnOnce() -> Result<Session>) -> Result<()> {
    let app = app.with_pointer(shown.pointer);
    let screen = Screen::enter(stop, shown.pointer)?;
    let signals = watch_signals(stop.clone()).context("cannot watch for signals")?;
    let session = start()?;
    let mut shell = Shell { screen, session, app, shown, size: (0, 0), look: None, comparing: None, saved: Vec::new() };
    let result = shell.run(stop).await;
    signals.abort();
    let Shell { screen, session, mut saved, .. } = shell;
    saved.extend(session.finish().iter().filter_map(last_word));
    drop(screen);
    let mut out = std::io::stderr();
    for line in saved {
        // The terminal may be gone; the recording is whole all the same.
        let _ = writeln!(out, "{line}");
    }
    result
}

/// What is worth a line on the ordinary screen afterwards.
fn last_word(notice: &Notice) -> Option<String> {
    match notice {
        Notice::Recorded { folder, length, .. } => Some(format!("saved {length} in {folder}")),
        Notice::Trouble(what) | Notice::NotBegun(what) => Some(what.clone()),
        _ => None,
    }
}

struct Shell {
    // Dropped in this order, also by a panic: the screen is given back, then the recording is finished.
    screen: Screen,
    session: Session,
    app: App,
    shown: Shown,
    size: (u16, u16),
    /// The spectra that the session was asked for.
    look: Option<Look>,
    /// Tells how a comparison goes, while one does.
    comparing: Option<mpsc::Receiver<Said>>,
    /// Told when the screen has been left.
    saved: Vec<String>,
}

impl Shell {
    async fn run(&mut self, stop: &Stop) -> Result<()> {
        let mut keys = keyboard().context("cannot start the thread that reads the keyboard")?;
        let mut frames = interval(self.shown.frame);
        frames.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let view = self.session.view.clone();
        let mut dirty = true;
        let mut idle = 0;
        while !self.app.quitting() && !self.screen.gone() {
            tokio::select! {
                biased;
                () = stop.asked() => break,
                key = keys.recv() => {
                    // Without a keyboard its window was closed.
                    let Some(event) = key else { break };
                    self.event(&event)?;
                    dirty = true;
                }
                Some(notice) = self.session.notices.recv() => {
                    if matches!(notice, Notice::Recorded { .. }) {
                        self.saved.extend(last_word(&notice));
                    }
                    self.app.notice(notice);
                    dirty = true;
                }
                said = compared(&mut self.comparing) => {
                    match said {
                        Some(Said::Part(part)) => self.app.comparing(part),
                        Some(Said::Done(done)) => self.app.compared(done),
                        None => self.comparing = None,
                    }
                    dirty = true;
                }
                Some(how) = self.shown.exporter.told.recv() => {
                    self.app.notice(Notice::Exporting(how));
                    dirty = true;
                }
                _ = frames.tick() => {
                    idle += 1;
                    // The clock in the corner moves also where nothing else does.
                    if (dirty || idle >= 30) && self.screen.ready() {
                        self.draw()?;
                        dirty = false;
                        idle = 0;
                    }
                }
                () = view.changed(), if !dirty => dirty = true,
            }
        }
        Ok(())
    }

    fn event(&mut self, event: &Event) -> Result<()> {
        let now = self.session.view.snapshot();
        let effects = match event {
            Event::Key(typed) if typed.kind != KeyEventKind::Release => key(*typed).map(|key| self.app.key(key, &now)),
            Event::Mouse(event) => mouse(*event).map(|mouse| self.app.mouse(mouse, &now)),
            Event::Resize(..) => {
                self.screen.redraw()?;
                None
            }
            _ => None,
        };
        effects.into_iter().flatten().try_for_each(|effect| self.carry_out(effect))
    }

    fn carry_out(&mut self, effect: Effect) -> Result<()> {
        match effect {
            Effect::Session(command) => {
                if let Err(why) = self.session.command(command) {
                    self.app.notice(Notice::Trouble(why.to_owned()));
                }
            }
            Effect::Compare(stretches) => self.compare(stretches),
            Effect::Redraw => self.screen.redraw()?,
            Effect::Export(wanted) => self.shown.exporter.start(wanted),
            Effect::WriteTable(compared, folder) => self.shown.exporter.start_table(compared, folder),
            // The loop asks the app whether it goes on.
            Effect::Quit => {}
            Effect::DebugPanic => panic!("the hidden debug key was pressed"),
        }
        Ok(())
    }

    fn draw(&mut self) -> Result<()> {
        let size = self.screen.size();
        if size != self.size {
            self.size = size;
            self.screen.redraw()?;
        }
        let snapshot = self.session.view.snapshot();
        let time = jiff::ZonedDateTime::now().strftime("%H:%M:%S").to_string();
        let scene = self.session.view.with_columns(|columns| self.app.scene(&snapshot, columns, size, &time));
        let theme = &self.shown.theme;
        self.screen.draw(|frame| ui::draw(frame, &scene, theme))?;
        self.announce(&snapshot);
        let look = self.app.looks_at();
        if look != self.look && self.session.show_spectra(look) {
            self.look = look;
        }
        Ok(())
    }

    fn compare(&mut self, stretches: Vec<Stretch>) {
        let begun = self.shown.again.clone().map(|again| compare::begin(again, stretches));
        match begun {
            Some(Ok(told)) => self.comparing = Some(told),
            Some(Err(error)) => self.app.compared(Err(format!("cannot compare: {error}"))),
            None => self.app.compared(Err("only a recording can be compared".to_owned())),
        }
    }

    /// What is news for somebody who does not look.
    fn announce(&mut self, snapshot: &Snapshot) {
        let lines = self.app.announcements(snapshot);
        if self.shown.bell && !lines.is_empty() {
            self.screen.ring();
        }
        if let Some(announcer) = &self.shown.announcer {
            lines.into_iter().for_each(|line| announcer.tell(line));
        }
    }
}

/// What a comparison says next; never, where there is none.
async fn compared(comparing: &mut Option<mpsc::Receiver<Said>>) -> Option<Said> {
    match comparing {
        Some(told) => told.recv().await,
        None => std::future::pending().await,
    }
}

/// TERM, INT and HUP ask for the stop, whatever else is stuck.
#[cfg(unix)]
pub(super) fn watch_signals(stop: Stop) -> std::io::Result<tokio::task::JoinHandle<()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut int, mut term, mut hup) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    Ok(tokio::spawn(async move {
        tokio::select! { _ = int.recv() => {}, _ = term.recv() => {}, _ = hup.recv() => {} }
        stop.ask();
    }))
}

#[cfg(not(unix))]
pub(super) fn watch_signals(stop: Stop) -> std::io::Result<tokio::task::JoinHandle<()>> {
    Ok(tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.ask();
        }
    }))
}

/// TERM, INT and HUP ask for the stop of a command that has no runtime of its own; watched as long as what it returns lives.
pub(super) fn stop_at_signals(stop: &Stop) -> Result<Runtime> {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().context("cannot start the runtime")?;
    runtime.block_on(async { watch_signals(stop.clone()) }).context("cannot watch for signals")?;
    Ok(runtime)
}
