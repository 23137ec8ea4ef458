//! Hours of a client at 64 times the speed through the real program: watched, recorded, annotated by somebody who presses any key, the window another size
//! every few seconds, the terminal blocked now and then, the sensor unplugged every few minutes. `just long-run 8`: eight hours, seven and a half minutes.
//!
//! Every sample that was sent is then in the recording or in a gap about an unplugging, the figures that were on the screen are those that `analyze` has for the same
//! instant, memory grows by no more than what is kept of each step and picture, and no descriptor is left open.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;
mod played;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use common::{Program, Sensor};
use played::Chance;
use rustix::process::Signal;
use stillpoint::command::analyze::figures;
use stillpoint::rhythm::{Estimate, Rhythm, Row, Settings};
use stillpoint::signal::SampleIndex;
use stillpoint::simulate::{Client, Scenario};
use stillpoint::store::Recording;

const HZ: f64 = 100.0;
const SPEED: f64 = 64.0;
const NAMES: [&str; 3] = ["left", "right", "belt"];
const CHANNELS: usize = NAMES.len();
/// The sensor is there for so long and then out for so long, in seconds that pass.
const PLUGGED: f64 = 40.0;
const UNPLUGGED: f64 = 1.5;
/// Beside the time that it was out, so much may be lost with what was on its way, in seconds that pass.
const ON_ITS_WAY: f64 = 1.0;
/// Every so many keys the window has another size, and every so many the terminal takes nothing for a while.
const RESIZED: u64 = 40;
const BLOCKED: u64 = 500;
const SIZE: (u16, u16) = (120, 36);
/// What neither records nor quits nor freezes the picture: keys, and a text for whoever asks for one.
const KEYS: &str = " msyau\x12tv1239Lnp+-][zcwo?\x0c\t\r\x1b";
const MORE_KEYS: [&str; 5] = ["\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "a hand moved\r"];
/// A trend keeps so many bytes a step, channel and rhythm, and a channel's history so many in all; annotations and allocators want some more.
const STEP: f64 = 40.0;
const HISTORY: f64 = 16_384.0 * (4.0 + 11.0 * 12.0);
const MORE: f64 = 4e6;

#[test]
fn hours_at_64_times_the_speed_lose_nothing() {
    let hours: f64 = std::env::var("HOURS").map_or(8.0, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("tty");
    let over = Arc::new(AtomicBool::new(false));
    let feeder = {
        let (link, over) = (link.clone(), over.clone());
        std::thread::spawn(move || feed(&link, &over))
    };
    while !link.exists() {
        std::thread::yield_now();
    }
    let port = link.to_str().unwrap();
    let mut program = Program::start_at(&["live", port, "--record", "--rate", "100", "--channels", "left,right,belt:breath"], SIZE);
    program.wait_within(Duration::from_mins(1), "a recording", |screen| screen.contains("REC"));
    let watched = watch(&mut program, hours * 3600.0 / SPEED);
    over.store(true, Ordering::Relaxed);
    let (made, out) = feeder.join().unwrap();
    // What the port still holds is read by then.
    std::thread::sleep(Duration::from_secs(1));
    program.signal(Signal::TERM);
    assert_eq!(program.wait_exit().0, 0, "it was asked to end");
    let session = session(program.sessions.path());
    let (recorded, lost, annotations) = compare(&session, &made, out);
    let (compared, equal) = figures_on(&session, &watched.figures);
    let rates = watched.figures.iter().filter(|shown| shown.rate.is_some()).count();
    let allowed = hours * 3600.0 / 5.0 * 3.0 * 12.0 * STEP + 3.0 * HISTORY + MORE;
    let grown = watched.memory.1 as f64 * 1024.0 - watched.memory.0 as f64 * 1024.0;
    println!(
        "| hours | frames made | recorded | in gaps | unplugged | annotations | keys | sizes | blocked | figures compared, with a rate, equal | memory MiB, after a minute and at most | descriptors, then and at the end |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    println!(
        "| {hours} | {} | {recorded} | {lost} | {} | {annotations} | {} | {} | {} | {compared}, {rates}, {equal} | {:.1}, {:.1} (allowed {:.1}) | {}, {} |",
        made.len() / CHANNELS,
        out,
        watched.keys,
        watched.sizes,
        watched.blocked,
        watched.memory.0 as f64 / 1024.0,
        watched.memory.1 as f64 / 1024.0,
        (watched.memory.0 as f64 + allowed / 1024.0) / 1024.0,
        watched.descriptors.0,
        watched.descriptors.1,
    );
    assert!(rates as f64 >= hours * 4.0 && equal == compared, "{compared} figures, {rates} with a rate, {equal} equal");
    assert!(grown <= allowed, "memory grew by {grown} bytes");
    assert!(watched.descriptors.1 <= watched.descriptors.0, "{:?}", watched.descriptors);
    assert!(annotations > 0);
}

/// Sends frames at the speed, until all is over: the counter, then the channels. Tells all frames that were made, one after the other (those made while the
/// sensor was out were not sent), and how often it was out.
fn feed(link: &Path, over: &AtomicBool) -> (Vec<f32>, usize) {
    let mut client = Client::new(Scenario::client(), 1);
    let (begin, mut text, mut made, mut out) = (Instant::now(), String::new(), Vec::new(), 0);
    let mut sensor = Some(Sensor::plug(link));
    let mut changes = PLUGGED;
    while !over.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(10));
        let now = begin.elapsed().as_secs_f64();
        let first = made.len() / CHANNELS;
        client.fill((now * HZ * SPEED) as usize - first, &mut made);
        text.clear();
        for (n, frame) in (first..).zip(made[first * CHANNELS..].chunks_exact_mut(CHANNELS)) {
            write!(text, "{}", n % 1_000_000).unwrap();
            for value in frame {
                // What is sent is what its text says.
                let begin = text.len();
                write!(text, ",{value:.3}").unwrap();
                *value = text[begin + 1..].parse().unwrap();
            }
            text.push('\n');
        }
        if let Some(sensor) = &mut sensor {
            sensor.send(text.as_bytes());
        }
        if now > changes {
            changes = now + if sensor.is_some() { UNPLUGGED } else { PLUGGED };
            if sensor.take().is_some() {
                fs::remove_file(link).unwrap();
                out += 1;
            } else {
                sensor = Some(Sensor::plug(link));
            }
        }
    }
    (made, out)
}

/// A rate as the screen had it.
struct Shown {
    /// Seconds that were recorded by then.
    recorded: f64,
    channel: usize,
    rhythm: Rhythm,
    /// Its text; nothing for a dash.
    rate: Option<String>,
}

/// What was seen on the way.
#[derive(Default)]
struct Watched {
    keys: u64,
    sizes: usize,
    blocked: usize,
    figures: Vec<Shown>,
    /// KiB after a minute, and at most since.
    memory: (u64, u64),
    /// Open descriptors after a minute, and at the end.
    descriptors: (usize, usize),
}

/// Presses keys for so many seconds.
fn watch(program: &mut Program, seconds: f64) -> Watched {
    let (begin, mut chance, mut watched) = (Instant::now(), Chance::new(7), Watched::default());
    let process = PathBuf::from(format!("/proc/{}", program.id()));
    let descriptors = || fs::read_dir(process.join("fd")).unwrap().count();
    let memory = || {
        let status = fs::read_to_string(process.join("status")).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
    };
    while begin.elapsed().as_secs_f64() < seconds {
        watched.keys += 1;
        let key = chance.below((KEYS.len() + MORE_KEYS.len()) as u64) as usize;
        program.keys(KEYS.get(key..=key).unwrap_or_else(|| MORE_KEYS[key - KEYS.len()]));
        std::thread::sleep(Duration::from_millis(40));
        if watched.keys.is_multiple_of(RESIZED) {
            watched.sizes += 1;
            program.resize((30 + chance.below(200) as u16, 8 + chance.below(60) as u16));
            std::thread::sleep(Duration::from_millis(200));
            program.resize(SIZE);
            look(program, &mut watched);
        }
        if watched.keys.is_multiple_of(BLOCKED) {
            watched.blocked += 1;
            program.block(true);
            std::thread::sleep(Duration::from_secs(10));
            program.block(false);
        }
        let minute = begin.elapsed().as_secs_f64() > (seconds / 4.0).min(60.0);
        match watched.memory {
            (0, _) if minute => (watched.memory, watched.descriptors.0) = ((memory(), 0), descriptors()),
            (0, _) => {}
            (first, most) => watched.memory = (first, most.max(memory())),
        }
    }
    program.keys("\x1b\x1b\x1b");
    watched.descriptors.1 = descriptors();
    watched
}

/// Leaves whatever is open, and notes the rates of breath and pulse if the screen has them.
fn look(program: &mut Program, watched: &mut Watched) {
    for _ in 0..2 {
        program.keys("\x1b");
        std::thread::sleep(Duration::from_millis(150));
    }
    let screen = program.screen();
    // The trace ends before the figures begin.
    let figures: Vec<String> = screen.lines().map(|line| line.chars().skip(80).collect()).collect();
    let recorded = screen.lines().next().and_then(|line| line.split("REC ").nth(1)?.split(' ').next().map(clock));
    let Some(recorded) = recorded else { return };
    for (head, told) in figures.iter().zip(&figures[1..]) {
        let words: Vec<&str> = head.split_whitespace().collect();
        let [rhythm, name] = words[..] else { continue };
        let rhythm = [Rhythm::Breath, Rhythm::Pulse].into_iter().find(|of| of.word() == rhythm);
        let (Some(rhythm), Some(channel)) = (rhythm, NAMES.iter().position(|of| *of == name)) else { continue };
        let rate = match told.split_whitespace().collect::<Vec<_>>()[..] {
            [rate, "/min", ..] => Some(rate.to_owned()),
            ["–", ..] => None,
            _ => continue,
        };
        watched.figures.push(Shown { recorded, channel, rhythm, rate });
    }
}

/// Seconds of `1:02:03` or `2:03`.
fn clock(text: &str) -> f64 {
    text.split(':').map(|part| part.parse::<f64>().unwrap()).fold(0.0, |all, part| 60.0 * all + part)
}

/// The one session; the home folder, which is the same, holds other things too.
fn session(root: &Path) -> PathBuf {
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut sessions: Vec<PathBuf> = folders.filter(|path| path.join("session.toml").exists()).collect();
    assert_eq!(sessions.len(), 1, "{sessions:?}");
    sessions.remove(0)
}

/// Holds the recording against what was sent: how many frames are there, how many are in gaps, and how many annotations.
fn compare(session: &Path, made: &[f32], out: usize) -> (u64, u64, usize) {
    let mut recording = Recording::open(session, None).unwrap();
    assert_eq!(recording.layout().channels.len(), CHANNELS);
    let frames = usize::try_from(recording.frames()).unwrap();
    let mut samples = Vec::new();
    recording.read(SampleIndex(0), frames, &mut samples).unwrap();
    // The first line after opening is not believed, for it may be cut: the recording begins some lines on.
    let begin = made.chunks_exact(CHANNELS).position(|frame| frame == &samples[..CHANNELS]).expect("the first frame was sent");
    assert!(begin < 2000, "begins at {begin}");
    let (mut there, mut missing) = (0, 0);
    for (n, (frame, sent)) in samples.chunks_exact(CHANNELS).zip(made[begin * CHANNELS..].chunks_exact(CHANNELS)).enumerate() {
        if frame.iter().all(|value| value.is_nan()) {
            missing += 1;
        } else {
            assert_eq!(frame, sent, "frame {n}");
            there += 1;
        }
    }
    let gaps: u64 = recording.gaps().iter().map(|gap| gap.span.frames()).sum();
    assert_eq!(missing, gaps, "missing, and named as missing");
    let allowed = out as f64 * (UNPLUGGED + ON_ITS_WAY) * HZ * SPEED;
    assert!(missing as f64 <= allowed, "{missing} missing, for {out} times unplugged {allowed}");
    let unread = made.len() / CHANNELS - begin - frames;
    assert!((unread as f64) < ON_ITS_WAY * HZ * SPEED, "{unread} frames at the end");
    (there, missing, recording.annotations().len())
}

/// Holds the figures that were on the screen against those of the recording: how many were compared, and how many are the same.
fn figures_on(session: &Path, seen: &[Shown]) -> (usize, usize) {
    let mut told: Vec<Estimate> = Vec::new();
    let take = |row: &Row| {
        if let Row::Estimate(estimate) = row
            && estimate.series.is_none()
            && matches!(estimate.rhythm, Rhythm::Breath | Rhythm::Pulse)
        {
            told.push(*estimate);
        }
        Ok(())
    };
    figures(&mut Recording::open(session, None).unwrap(), &Settings { derived: false, ..Settings::default() }, take).unwrap();
    let mut equal = 0;
    for Shown { recorded, channel, rhythm, rate } in seen {
        // The clock and the figures of a picture are of one instant to about two steps at this speed, and the figures are of the step before.
        let about = |row: &&Estimate| {
            (row.channel, row.rhythm) == (*channel, *rhythm) && (recorded - 16.0..=recorded + 6.0).contains(&(row.end.0 as f64 / HZ))
        };
        let found = told.iter().filter(about).any(|row| row.present().map(|figure| format!("{:.1}", figure.rate.value)) == *rate);
        if !found {
            eprintln!("{rhythm:?} of channel {channel} at {recorded}: {rate:?} is in no row");
        }
        equal += usize::from(found);
    }
    (seen.len(), equal)
}
