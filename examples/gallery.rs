//! The gallery: every view as the program draws it, from the demo and from `recordings/client`: `cargo run --release --example gallery -- docs/screens`
//! (`-- FOLDER NAME` for one). Source, session, estimator and drawing are those of the program; keys are pressed as a user would.

use std::error::Error;
use std::fs;
use std::path::Path;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use stillpoint::app::{App, Effect, Key, Mode, Setting, Title};
use stillpoint::protocol::{Look, Notice, Snapshot};
use stillpoint::rhythm::Settings;
use stillpoint::session::{Length, Pace, RecordAs, Replay, Session, Setup, Start, Stated, Stop};
use stillpoint::settings::file::File;
use stillpoint::signal::Seconds;
use stillpoint::source::DemoSource;
use stillpoint::store::Recording;
use stillpoint::ui::{self, Theme, svg, svg_on};
use tokio::runtime::Runtime;

const WIDE: (u16, u16) = (120, 36);
const NARROW: (u16, u16) = (80, 24);
/// Where the replay is held: a still point has just ended, and a segment has begun.
const AT: f64 = 172.0;

/// What is shown, from which mode, after which keys.
const SHOTS: [(&str, Mode, &[Key]); 10] = [
    ("live", Mode::Live, &[]),
    ("distance", Mode::Live, &[Key::Char('v')]),
    ("spectrum", Mode::Live, &[Key::Char('v'), Key::Char('v')]),
    ("symmetry", Mode::Live, &[Key::Char('v'), Key::Char('v'), Key::Char('v')]),
    ("blind", Mode::Live, &[Key::Char('b')]),
    ("help", Mode::Live, &[Key::Char('?')]),
    ("settings", Mode::Live, &[Key::Char('o')]),
    ("replay", Mode::Replay, &[]),
    ("whole", Mode::Replay, &[Key::Char('-'), Key::Char('-')]),
    ("list", Mode::Replay, &[Key::Char('a')]),
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: gallery FOLDER [NAME]")?;
    let only = arguments.next();
    fs::create_dir_all(&folder)?;
    for (name, mode, keys) in SHOTS.into_iter().filter(|(name, ..)| only.as_deref().is_none_or(|only| only == *name)) {
        for (size, shape) in [(WIDE, "120x36"), (NARROW, "80x24")] {
            let mut eye = Eye::open(mode, size)?;
            eye.press(keys);
            eye.settle()?;
            for (theme, ground) in [(Theme::DARK, "dark"), (Theme::LIGHT, "light")] {
                eye.draw(theme)?;
                let screen = eye.terminal.backend().buffer();
                let picture = if ground == "dark" { svg(screen) } else { svg_on(screen, "#22262c", "#fbfbf9") };
                fs::write(Path::new(&folder).join(format!("{name}-{shape}-{ground}.svg")), picture)?;
            }
        }
    }
    Ok(())
}

/// The program without its terminal.
struct Eye {
    runtime: Runtime,
    session: Session,
    app: App,
    look: Option<Look>,
    terminal: Terminal<TestBackend>,
}

impl Eye {
    fn open(mode: Mode, size: (u16, u16)) -> Result<Self, Box<dyn Error>> {
        let runtime = Runtime::new()?;
        let (session, app) = if mode == Mode::Live { live(&runtime)? } else { replay(&runtime)? };
        Ok(Self { runtime, session, app, look: None, terminal: Terminal::new(TestBackend::new(size.0, size.1))? })
    }

    fn press(&mut self, keys: &[Key]) {
        for key in keys {
            let now = self.session.view.snapshot();
            for effect in self.app.key(*key, &now) {
                if let Effect::Session(command) = effect {
                    let _ = self.session.command(command);
                }
            }
        }
    }

    fn draw(&mut self, theme: Theme) -> Result<(), Box<dyn Error>> {
        while let Ok(notice) = self.session.notices.try_recv() {
            if matches!(notice, Notice::Source(_) | Notice::Trouble(_)) {
                self.app.notice(notice);
            }
        }
        let (snapshot, size) = (self.session.view.snapshot(), self.terminal.size()?);
        let scene = self.session.view.with_columns(|columns| self.app.scene(&snapshot, columns, (size.width, size.height), "10:27:41"));
        self.terminal.draw(|frame| ui::draw(frame, &scene, &theme))?;
        Ok(())
    }

    /// Draws until nothing that the view needs is still to come.
    fn settle(&mut self) -> Result<(), Box<dyn Error>> {
        loop {
            self.draw(Theme::DARK)?;
            let look = self.app.looks_at();
            if look != self.look && self.session.show_spectra(look) {
                self.look = look;
            }
            let snapshot = self.session.view.snapshot();
            let seen = self.look.is_none() || !snapshot.spectra.is_empty();
            if seen && self.session.view.is_exact() {
                return self.draw(Theme::DARK);
            }
            self.runtime.block_on(self.session.view.changed());
        }
    }
}

/// Waits until the session has seen what is wanted.
fn wait(runtime: &Runtime, session: &Session, wanted: impl Fn(&Snapshot) -> bool) {
    while !wanted(&session.view.snapshot()) {
        runtime.block_on(session.view.changed());
    }
}

/// The demo as it is when it is opened.
fn live(runtime: &Runtime) -> Result<(Session, App), Box<dyn Error>> {
    let record = RecordAs {
        root: std::env::temp_dir(),
        device: "demo".into(),
        wire_format: "simulated".into(),
        simulated: true,
        settings: Settings::default(),
        length: Length::default(),
        at_once: false,
    };
    let setup = Setup { stated: Stated::default(), pace: Pace::Waits, record };
    let _inside = runtime.enter();
    let session = Session::live(runtime.handle(), DemoSource::new(1), setup, Stop::default())?;
    wait(runtime, &session, |snapshot| snapshot.whole >= Seconds(75.5));
    let told = File::default().list().into_iter().map(|(name, value, _)| Setting { name, value, from: None });
    Ok((session, App::new(Mode::Live, Title { source: "demo".into(), simulated: true }).with_told(told.collect())))
}

fn replay(runtime: &Runtime) -> Result<(Session, App), Box<dyn Error>> {
    let recording = Recording::open(Path::new("recordings/client"), None)?;
    let app = App::new(Mode::Replay, Title { source: "client".into(), simulated: true })
        .with_annotations(recording.annotations().clone(), recording.past().clone());
    let start = Start { at: Seconds(AT), speed: 1.0, paused: true };
    let how = Replay { settings: Settings::default(), start, cache: None };
    let session = Session::replay(runtime.handle(), recording, how, Stop::default())?;
    let known = |snapshot: &Snapshot| {
        let whole = snapshot.surveyed.is_some_and(|surveyed| surveyed.figures >= 1.0);
        whole && snapshot.latest.iter().flatten().flatten().count() >= 9
    };
    wait(runtime, &session, known);
    Ok((session, app))
}
