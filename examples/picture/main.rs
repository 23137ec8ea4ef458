//! Draws the screen into an SVG: `cargo run --example picture -- docs/screen.svg` for the README's picture, or
//! `cargo run --example picture -- --all FOLDER` for every screen that is worth a look before a release.

mod stage;

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use stage::Stage;
use stillpoint::app::{App, Key, Mode, Title};
use stillpoint::protocol::{Notice, SourceState};
use stillpoint::rhythm::Settings;
use stillpoint::session::{Length, Pace, RecordAs, Session, Setup, Stated, Stop};
use stillpoint::signal::{Annotation, AnnotationId, Edit, Kind, SampleIndex, Seconds};
use stillpoint::source::DemoSource;
use stillpoint::ui::{Colours, Glyphs, Theme, svg, svg_on};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--all", folder] => all(Path::new(folder)),
        [file] => Ok(fs::write(file, svg(&demo()?.screen((120, 36), Theme::DARK)))?),
        _ => Err("usage: picture FILE.svg | picture --all FOLDER".into()),
    }
}

/// The demo as it is when it is opened: the real source, session and estimator; the recording and the marks are put there by hand.
fn demo() -> Result<Stage, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let record = RecordAs {
        root: env::temp_dir(),
        device: "demo".into(),
        wire_format: "simulated".into(),
        simulated: true,
        settings: Settings::default(),
        length: Length::default(),
        at_once: false,
    };
    let setup = Setup { stated: Stated::default(), pace: Pace::Waits, record };
    let session = {
        let _inside = runtime.enter();
        Session::live(runtime.handle(), DemoSource::new(1), setup, Stop::default())?
    };
    runtime.block_on(async {
        while session.view.snapshot().whole < Seconds(75.5) {
            session.view.changed().await;
        }
    });
    let snapshot = session.view.snapshot();
    let history = session.view.history().ok_or("no channels")?;
    drop(session);
    let mut app = App::new(Mode::Live, Title { source: "demo".into(), simulated: true });
    app.notice(Notice::Source(SourceState::Streaming));
    app.notice(Notice::Recording { folder: "2026-11-23_10-15-00".into(), start: SampleIndex(500) });
    let mut stage = Stage { app, snapshot, history };
    for (id, kind, from, to, label) in [(0, Kind::Segment, 2800, Some(5200), "sacrum"), (1, Kind::Mark, 6300, None, "softens")] {
        let annotation = Annotation { id: AnnotationId(id), kind, start: SampleIndex(from), end: to.map(SampleIndex), label: label.into() };
        stage.app.notice(Notice::Annotated { edit: Edit::Put(annotation), saved: true });
    }
    // A key clears what the footer said of the annotations.
    [Key::Char('-'), Key::Char('+')].iter().for_each(|key| drop(stage.app.key(*key, &stage.snapshot)));
    Ok(stage)
}

fn all(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let (wide, narrow) = ((120, 36), (80, 24));
    let dark = Theme::DARK;
    let sixteen = Theme { colours: Colours::Sixteen, ..dark };
    let plain = Theme { glyphs: Glyphs::Ascii, ..Theme::MONO };
    let screens = vec![
        ("live-wide", Stage::live(), wide, dark),
        ("live-narrow", Stage::live(), narrow, dark),
        ("live-large", Stage::live(), (180, 56), dark),
        ("live-sixteen", Stage::live(), wide, sixteen),
        ("live-ascii", Stage::live(), narrow, plain),
        ("silent", Stage::silent(), narrow, dark),
        ("settling", Stage::settling(), wide, dark),
        ("no-rhythm", Stage::no_rhythm(), wide, dark),
        ("gap", Stage::gap(), wide, dark),
        ("still-wide", Stage::still(), wide, dark),
        ("still-narrow", Stage::still(), narrow, dark),
        ("replay-wide", Stage::replay(), wide, dark),
        ("replay-narrow", Stage::replay(), narrow, dark),
        ("help-wide", Stage::live().keys(&[Key::Char('?')]), wide, dark),
        ("help-narrow", Stage::live().keys(&[Key::Char('?')]), narrow, dark),
        ("prompt", Stage::live().keys(&[Key::Char('n'), Key::Char('w'), Key::Char('a'), Key::Char('r'), Key::Char('m')]), narrow, dark),
        ("ask", Stage::live().keys(&[Key::Char('q')]), narrow, dark),
        ("still", Stage::still(), wide, dark),
        ("distance", Stage::live().keys(&[Key::Char('v')]), wide, dark),
        ("distance-small", Stage::live(), (40, 12), dark),
        ("spectrum", Stage::live().keys(&[Key::Char('v'), Key::Char('v')]), wide, dark),
    ];
    for (name, mut stage, size, theme) in screens {
        fs::write(folder.join(format!("{name}.svg")), svg(&stage.screen(size, theme)))?;
    }
    let light = Stage::live().screen(wide, Theme::LIGHT);
    fs::write(folder.join("live-light.svg"), svg_on(&light, "#22262c", "#fbfbf9"))?;
    Ok(())
}
