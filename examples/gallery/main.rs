//! The gallery: every view as the program draws it, from the demo's client and from `recordings/client`: `cargo run --release --example gallery --
//! docs/screens` (`-- FOLDER NAME` for one). Source, session, estimator and drawing are those of the program; keys are pressed as a user would. The client
//! is listened to up to an instant and no further, so the same pictures come of it each time.

mod demo;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use demo::{Demo, Upto};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use stillpoint::app::{App, Choice, Compared, Effect, Entry, Key, Mode, Setting, Stretch, Title, Welcome};
use stillpoint::command::analyze::Run;
use stillpoint::protocol::{Command, Look, Notice, Snapshot, SourceState};
use stillpoint::rhythm::{Holds, Rhythm, Settings, Turned};
use stillpoint::session::{Length, Pace, RecordAs, Replay, Session, Setup, Start, Stated, Stop};
use stillpoint::settings::file::File;
use stillpoint::signal::{Annotation, AnnotationId, Block, ClockPoint, Edit, Kind, Rate, SampleIndex, Seconds, Span, Way};
use stillpoint::simulate::{Client, Scenario};
use stillpoint::store::{About, Event, Recording, SessionWriter};
use stillpoint::ui::{self, Theme, svg, svg_on};
use tokio::runtime::Runtime;

type Done<T = ()> = Result<T, Box<dyn Error>>;

const SIZES: [((u16, u16), &str); 2] = [((120, 36), "120x36"), ((80, 24), "80x24")];
/// What the hand did in the long one: when, which label.
const HOLDS: [(u64, u64, &str); 2] = [(30, 390, "sacrum"), (450, 840, "temporals")];
const CLIENT: &str = "recordings/client";
/// Where the replay is held: a still point has just ended, and a segment has begun.
const AT: f64 = 172.0;
/// What the hand does live, and how long the client has been listened to by then.
const LIVE: [(f64, &str); 5] = [(150.0, "r"), (166.0, "s3"), (196.0, "s"), (207.0, "m"), (216.0, "")];
/// How many frames after the crest the hand taps, over and over: not quite evenly.
const AFTER: [f64; 7] = [9.0, 4.0, 21.0, 14.0, -6.0, 30.0, 11.0];
/// Crests that it taps.
const TAPS: usize = 30;

/// What is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Live,
    Replay,
    /// A replay of a recording with taps.
    Felt,
    /// A replay of a quarter of an hour, in which the rhythm changes between two segments.
    Long,
}

/// A name, what is looked at, and the keys that lead there.
const SHOTS: [(&str, Of, &str); 15] = [
    ("live", Of::Live, ""),
    ("distance", Of::Live, "v"),
    ("spectrum", Of::Live, "vv"),
    ("symmetry", Of::Live, "vvv"),
    ("raw", Of::Live, "w"),
    ("blind", Of::Live, "b"),
    ("help", Of::Live, "?"),
    ("settings", Of::Live, "o"),
    ("replay", Of::Replay, ""),
    ("trend", Of::Long, "----"),
    ("list", Of::Replay, "a"),
    ("channels", Of::Replay, "c"),
    ("compare", Of::Long, "X"),
    ("export", Of::Replay, "e"),
    ("taps", Of::Felt, "vvvv"),
];

fn main() -> Done {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: gallery FOLDER [NAME]")?);
    let only = arguments.next();
    let wanted = |name: &str| only.as_deref().is_none_or(|only| only == name);
    fs::create_dir_all(&folder)?;
    for (name, of, keys) in SHOTS.into_iter().filter(|(name, ..)| wanted(name)) {
        for (size, shape) in SIZES {
            let mut eye = Eye::open(of, size)?;
            eye.press(keys)?;
            eye.settle(name)?;
            // What the footer says of a key that was pressed is not what it says most of the time.
            eye.app.key(Key::Ctrl('l'), &eye.session.view.snapshot());
            pictures(&folder, &format!("{name}-{shape}"), |theme| eye.draw(theme))?;
        }
    }
    for (size, shape) in SIZES.into_iter().filter(|_| wanted("welcome")) {
        pictures(&folder, &format!("welcome-{shape}"), |theme| welcome(size, theme))?;
    }
    Ok(())
}

fn pictures(folder: &Path, name: &str, mut draw: impl FnMut(Theme) -> Done<Buffer>) -> Done {
    fs::write(folder.join(format!("{name}-dark.svg")), svg(&draw(Theme::DARK)?))?;
    fs::write(folder.join(format!("{name}-light.svg")), svg_on(&draw(Theme::LIGHT)?, "#22262c", "#fbfbf9"))?;
    Ok(())
}

/// The program without its terminal.
struct Eye {
    // Dropped in this order: the recording is finished while there is a runtime and a folder.
    session: Session,
    runtime: Runtime,
    app: App,
    look: Option<Look>,
    terminal: Terminal<TestBackend>,
    replayed: PathBuf,
    _folder: tempfile::TempDir,
}

impl Eye {
    fn open(of: Of, size: (u16, u16)) -> Done<Self> {
        let (runtime, folder, upto) = (Runtime::new()?, tempfile::tempdir()?, Upto::default());
        let replayed = match of {
            Of::Live | Of::Replay => PathBuf::from(CLIENT),
            Of::Felt => felt(folder.path())?,
            Of::Long => long(folder.path())?,
        };
        let (session, app) = if of == Of::Live { live(&runtime, folder.path(), upto.clone())? } else { replay(&runtime, &replayed)? };
        let terminal = Terminal::new(TestBackend::new(size.0, size.1))?;
        let mut eye = Self { session, runtime, app, look: None, terminal, replayed, _folder: folder };
        for (time, keys) in LIVE.into_iter().filter(|_| of == Of::Live) {
            let frames = upto.listen(Seconds(time));
            eye.wait(|snapshot| snapshot.head == frames);
            eye.press(keys)?;
        }
        Ok(eye)
    }

    fn wait(&self, wanted: impl Fn(&Snapshot) -> bool) {
        while !wanted(&self.session.view.snapshot()) {
            self.runtime.block_on(self.session.view.changed());
        }
    }

    fn press(&mut self, keys: &str) -> Done {
        for key in keys.chars() {
            let now = self.session.view.snapshot();
            for effect in self.app.key(Key::Char(key), &now) {
                match effect {
                    Effect::Session(command @ Command::ShowRaw(_)) => self.session.command(command)?,
                    Effect::Session(command) => {
                        self.session.command(command)?;
                        self.confirmed();
                    }
                    Effect::Compare(stretches) => self.app.compared(Ok(compare(&self.replayed, stretches)?)),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// What the hand did is on the screen when the recorder has confirmed it.
    fn confirmed(&mut self) {
        while let Some(notice) = self.runtime.block_on(self.session.notices.recv()) {
            let is_it = matches!(notice, Notice::Recording { .. } | Notice::Annotated { .. } | Notice::Trouble(_));
            if is_it {
                return self.app.notice(notice);
            }
        }
    }

    fn draw(&mut self, theme: Theme) -> Done<Buffer> {
        let (snapshot, size) = (self.session.view.snapshot(), self.terminal.size()?);
        let scene = self.session.view.with_columns(|columns| self.app.scene(&snapshot, columns, (size.width, size.height), "10:27:41"));
        self.terminal.draw(|frame| ui::draw(frame, &scene, &theme))?;
        Ok(self.terminal.backend().buffer().clone())
    }

    /// Draws until nothing that the view needs is still to come.
    fn settle(&mut self, name: &str) -> Done {
        loop {
            self.draw(Theme::DARK)?;
            let look = self.app.looks_at();
            if look != self.look && self.session.show_spectra(look) {
                self.look = look;
            }
            let snapshot = self.session.view.snapshot();
            let seen = self.look.is_none() || !snapshot.spectra.is_empty();
            let told = match name {
                "raw" => snapshot.raw.as_ref().is_some_and(|raw| !raw.lines.is_empty()),
                "taps" => snapshot.tapped.iter().any(|tapped| tapped.felt.locking.is_some()),
                _ => true,
            };
            if seen && told && self.session.view.is_exact() {
                return Ok(());
            }
            self.runtime.block_on(self.session.view.changed());
        }
    }
}

/// The demo's client, whose signal comes as lines of text.
fn live(runtime: &Runtime, root: &Path, upto: Upto) -> Done<(Session, App)> {
    let record = RecordAs {
        root: root.to_owned(),
        device: "demo".into(),
        wire_format: "simulated".into(),
        simulated: true,
        settings: Settings::default(),
        length: Length::default(),
        at_once: false,
    };
    let setup = Setup { stated: Stated::default(), pace: Pace::Waits, record };
    let _inside = runtime.enter();
    let session = Session::live(runtime.handle(), Demo::new(upto), setup, Stop::default())?;
    let told = File::default().list().into_iter().map(|(name, value, _)| Setting { name, value, from: None });
    let mut app = App::new(Mode::Live, Title { source: "demo".into(), simulated: true }).with_told(told.collect());
    app.notice(Notice::Source(SourceState::Streaming));
    Ok((session, app))
}

fn replay(runtime: &Runtime, path: &Path) -> Done<(Session, App)> {
    let recording = Recording::open(path, None)?;
    let app = App::new(Mode::Replay, Title { source: "client".into(), simulated: true })
        .with_exports("exports".into())
        .with_annotations(recording.annotations().clone(), recording.past().clone());
    let start = Start { at: Seconds(AT), speed: 1.0, paused: true };
    let how = Replay { settings: Settings::default(), start, cache: None };
    let session = Session::replay(runtime.handle(), recording, how, Stop::default())?;
    let known = |snapshot: &Snapshot| {
        let whole = snapshot.surveyed.is_some_and(|surveyed| surveyed.figures >= 1.0);
        whole && snapshot.latest.iter().flatten().flatten().count() >= 9
    };
    while !known(&session.view.snapshot()) {
        runtime.block_on(session.view.changed());
    }
    Ok((session, app))
}

/// The long one, in which a hand has tapped at the crests.
fn felt(folder: &Path) -> Done<PathBuf> {
    let path = long(folder)?;
    let mut recording = Recording::open(&path, None)?;
    let mut run = Run::new(&recording, &Settings::default(), Span { start: SampleIndex(0), end: SampleIndex(recording.frames()) });
    run.keep_cycles();
    while run.next(&mut recording)?.is_some() {}
    let cycles = run.take_cycles().into_iter().filter(|cycle| (cycle.channel, cycle.rhythm) == (0, Rhythm::Cranial));
    let tap = |(n, (cycle, after)): (usize, (Turned, f64))| {
        let at = (cycle.peak + after).round();
        format!(
            "{{\"type\":\"annotation\",\"edit\":\"put\",\"id\":{},\"kind\":\"tap\",\"start\":{at},\"end\":null,\"label\":\"\"}}\n",
            100 + n
        )
    };
    let taps: String = cycles.zip(AFTER.into_iter().cycle()).take(TAPS).enumerate().map(tap).collect();
    let events = path.join("events.jsonl");
    fs::write(&events, fs::read_to_string(&events)?.replace("{\"type\":\"end\"", &(taps + "{\"type\":\"end\"")))?;
    Ok(path)
}

/// A quarter of an hour of the same client, who gets quicker half way.
fn long(folder: &Path) -> Done<PathBuf> {
    let mut scenario = Scenario::client().at(Rate::from_hz(25.0).ok_or("a rate")?);
    scenario.waves[0].steps = vec![(420.0, 7.1)];
    let mut client = Client::new(scenario, 11);
    let layout = client.layout();
    let (rate, channels) = (layout.nominal, layout.channels.len());
    let clock = ClockPoint { at: SampleIndex(0), rate, std_err_hz: 0.0 };
    let about = About {
        started: "2026-11-23T09:15:00Z".parse()?,
        layout,
        clock: Some(clock),
        device: "simulator, seed 11".into(),
        wire_format: "simulated".into(),
        simulated: true,
        settings: Settings::default(),
    };
    let mut samples = Vec::new();
    client.fill(rate.frames(Seconds(900.0)) as usize, &mut samples);
    let mut session = SessionWriter::create(folder, &about, None)?;
    session.record(&Event::Clock(clock))?;
    session.append(&Block { start: SampleIndex(0), channels, samples })?;
    let index = |second: u64| SampleIndex(rate.frames(Seconds(second as f64)));
    for ((from, to, label), id) in HOLDS.into_iter().zip(0..) {
        let hold = Annotation { id: AnnotationId(id), kind: Kind::Segment, start: index(from), end: Some(index(to)), label: label.into() };
        session.record(&Event::Annotation(Edit::Put(hold), Way::Done))?;
    }
    Ok(session.finish()?.folder)
}

/// As the program compares them behind the screen.
fn compare(path: &Path, stretches: Vec<Stretch>) -> Done<Compared> {
    let mut recording = Recording::open(path, None)?;
    let settings = Settings { derived: false, ..Settings::default() };
    let mut run = Run::new(&recording, &settings, Span { start: SampleIndex(0), end: SampleIndex(recording.frames()) });
    let (step, nominal) = run.step();
    let of = (recording.layout().channels.len(), step, nominal);
    let mut holds =
        Holds::new(stretches.iter().map(|stretch| stretch.span).collect(), &settings, of).with_pairs(recording.layout().pairs());
    while let Some((rows, _)) = run.next(&mut recording)? {
        rows.iter().for_each(|row| holds.push(row));
    }
    Ok(Compared { stretches, holds: holds.finish(), sides: holds.sides(), apart: holds.apart() })
}

/// The screen without a command, with a sensor plugged in and the sessions of `recordings/`.
fn welcome(size: (u16, u16), theme: Theme) -> Done<Buffer> {
    let entry = |choice, name: &str, about: String| Entry { choice, name: name.to_owned(), about };
    let mut entries = vec![
        entry(Choice::Demo, "demo", "a simulated client: left, right and breath".into()),
        entry(Choice::Port("/dev/ttyACM0".into()), "/dev/ttyACM0", "Arduino Uno".into()),
    ];
    for name in ["steady", "quiet", "client", "breath"] {
        let recording = Recording::open(&Path::new("recordings").join(name), None)?;
        let (length, channels) = (recording.rate().duration(recording.frames()), recording.layout().channels.len());
        let many = if channels == 1 { "" } else { "s" };
        let about = format!("{length}, {channels} channel{many}, {} annotations, simulated", recording.annotations().len());
        entries.push(entry(Choice::Session(name.into()), name, about));
    }
    let mut welcome = Welcome::default();
    welcome.update(entries);
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1))?;
    terminal.draw(|frame| ui::welcome(frame, &welcome, &theme))?;
    Ok(terminal.backend().buffer().clone())
}
