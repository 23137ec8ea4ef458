//! How quickly a long recording is moved about in: `cargo run --release --example moving` (`-- FILE` for one of yours). Files of 24 hours, 2 × 100 Hz and 8 × 250 Hz
//! (691 MB, in the folder for temporary files), are opened as `stillpoint replay` does; then 500 keys are played: steps, screens, jumps to any time, zooms. For each key the
//! milliseconds until the picture (120 × 36, drawn) shows the place, and until nothing of it is coarse any more; and the most memory that the process had.

use std::error::Error;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use stillpoint::app::{App, Effect, Key, Mode, Title};
use stillpoint::rhythm::Settings;
use stillpoint::session::{Replay, Session, Start, Stop};
use stillpoint::signal::Seconds;
use stillpoint::store::Recording;
use stillpoint::ui::{self, Theme};
use tokio::runtime::Runtime;

const KEYS: usize = 500;
const SIZE: (u16, u16) = (120, 36);

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let files: Vec<PathBuf> = match std::env::args().nth(1) {
        Some(file) => vec![file.into()],
        None => vec![day(folder.path(), 2, 100)?, day(folder.path(), 8, 250)?],
    };
    for file in files {
        look(&file, folder.path())?;
    }
    Ok(())
}

/// A day of steps at random with a spike in it.
fn day(folder: &Path, channels: u32, hz: u32) -> Result<PathBuf, Box<dyn Error>> {
    let path = folder.join(format!("{channels} x {hz} Hz.wav"));
    let mut out = BufWriter::new(std::fs::File::create(&path)?);
    let size = 86_400 * hz * channels * 4;
    out.write_all(b"RIFF")?;
    out.write_all(&(size + 36).to_le_bytes())?;
    out.write_all(b"WAVEfmt \x10\0\0\0\x03\0")?;
    out.write_all(&(channels as u16).to_le_bytes())?;
    for number in [hz, hz * channels * 4] {
        out.write_all(&number.to_le_bytes())?;
    }
    out.write_all(&((channels * 4) as u16).to_le_bytes())?;
    out.write_all(b"\x20\0data")?;
    out.write_all(&size.to_le_bytes())?;
    let mut random = Random(7);
    for frame in 0..86_400 * hz {
        for _ in 0..channels {
            let sample = if frame == 50_000 * hz { 400.0 } else { random.unit() as f32 };
            out.write_all(&sample.to_le_bytes())?;
        }
    }
    out.flush()?;
    Ok(path)
}

/// Small, good enough to press keys.
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 31)
    }

    fn of<T: Copy>(&mut self, choice: &[T]) -> T {
        choice[(self.unit() * choice.len() as f64) as usize]
    }
}

/// What looks: the program without its terminal.
struct Eye {
    session: Session,
    app: App,
    terminal: Terminal<TestBackend>,
}

impl Eye {
    fn draw(&mut self) -> Result<(), Box<dyn Error>> {
        let snapshot = self.session.view.snapshot();
        let scene = self.session.view.with_columns(|columns| self.app.scene(&snapshot, columns, SIZE, "10:00:00"));
        self.terminal.draw(|frame| ui::draw(frame, &scene, &Theme::DARK))?;
        Ok(())
    }

    fn press(&mut self, key: Key) {
        let now = self.session.view.snapshot();
        for effect in self.app.key(key, &now) {
            if let Effect::Session(command) = effect {
                let _ = self.session.command(command);
            }
        }
    }
}

fn look(file: &Path, cache: &Path) -> Result<(), Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let begin = Instant::now();
    let recording = Recording::open(file, None)?;
    let hours = recording.rate().duration(recording.frames()).0 / 3600.0;
    let app = App::new(Mode::Replay, Title { source: "day".into(), simulated: true });
    let start = Start { at: Seconds(0.0), speed: 1.0, paused: true };
    let how = Replay { settings: Settings::default(), start, cache: Some(cache.to_owned()) };
    let session = Session::replay(runtime.handle(), recording, how, Stop::default())?;
    let mut eye = Eye { session, app, terminal: Terminal::new(TestBackend::new(SIZE.0, SIZE.1))? };
    eye.draw()?;
    let first = begin.elapsed();
    wait(&runtime, &mut eye, |eye| eye.session.view.snapshot().surveyed.is_some_and(|surveyed| surveyed.overview >= 1.0));
    let overview = begin.elapsed();
    let (mut random, mut shown, mut exact) = (Random(1), Vec::new(), Vec::new());
    for _ in 0..KEYS {
        let begin = Instant::now();
        let wanted = press(&mut eye, &mut random, hours);
        let there = |eye: &Eye| {
            let at = eye.session.view.snapshot().playback.map_or(0.0, |playback| playback.position.0);
            wanted.is_none_or(|wanted| (at - wanted).abs() < 1.0)
        };
        wait(&runtime, &mut eye, there);
        eye.draw()?;
        shown.push(begin.elapsed().as_secs_f64() * 1e3);
        wait(&runtime, &mut eye, |eye| eye.session.view.is_exact());
        eye.draw()?;
        exact.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    println!("{name}: {hours:.1} h; drawn first after {:.0} ms, overview after {:.2} s", first.as_secs_f64() * 1e3, overview.as_secs_f64());
    for (what, mut times) in [("shown", shown), ("exact", exact)] {
        times.sort_unstable_by(f64::total_cmp);
        println!(
            "  {KEYS} keys, {what}: median {:.1} ms, 99 % {:.1} ms, worst {:.1} ms",
            times[KEYS / 2],
            times[KEYS * 99 / 100],
            times[KEYS - 1]
        );
    }
    println!("  memory at its most {:.0} MiB", peak());
    Ok(())
}

/// Presses one key at random; the time that it should go to, where that is known.
fn press(eye: &mut Eye, random: &mut Random, hours: f64) -> Option<f64> {
    if random.unit() < 0.3 {
        let to = (random.unit() * hours * 3600.0).floor();
        eye.press(Key::Char('g'));
        format!("{to}").chars().for_each(|c| eye.press(Key::Char(c)));
        eye.press(Key::Enter);
        return Some(to);
    }
    eye.press(random.of(&[Key::Char('+'), Key::Char('-'), Key::Left, Key::Right, Key::ShiftRight, Key::ShiftLeft]));
    None
}

fn wait(runtime: &Runtime, eye: &mut Eye, done: impl Fn(&Eye) -> bool) {
    while !done(eye) {
        runtime.block_on(eye.session.view.changed());
    }
}

/// MiB, as Linux tells it.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).map_or(f64::NAN, |kib| kib / 1024.0)
}
