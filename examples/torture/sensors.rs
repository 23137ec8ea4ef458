//! What sensors, cables and clocks do: simulated from the sample to the read of the port, and recorded by whole sessions, at speed.

use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use portable_pty::{PtyPair, PtySize, native_pty_system};
use stillpoint::signal::{ClockFit, GapCause, SampleIndex, Seconds};
use stillpoint::source::{Delivery, Opening, SerialSource, Source};
use stillpoint::wire::Format;

use crate::Row;
use crate::played::{Chance, Sensor, record, samples};

/// Frames a second, but for the device's clock.
const HZ: f64 = 250.0;
/// A port that does nothing for so long has failed.
const PATIENCE: Duration = Duration::from_secs(10);
/// How far the devices' clocks are off, in ppm.
const CLOCKS: [f64; 3] = [-500.0, 0.0, 500.0];

/// One trial: whether all was as promised, how many samples are neither there nor named as missing, and a figure whose worst is told.
struct Trial {
    right: bool,
    lost: u64,
    off: f64,
}

/// All rows.
pub fn rows(quick: bool) -> Vec<Row> {
    let times = if quick { 4 } else { 30 };
    let mut rows = vec![unplugged(50)];
    rows.push(row("bursts of 16 ms, jitter of 5 ms, the computer asleep for 2 s: no gap", times, asleep));
    rows.push(row("a counter that jumps by 1 to 5000: the gap exact", times, jump));
    rows.push(row("a device that stalls for 0.5 to 5 s (worst length: {} samples off)", times, stalled));
    rows.push(row("the same with `millis()` in every line (worst length: {} samples off)", times, stalled_with_stamps));
    rows.push(row("`millis()`, asleep for 2 s with a buffer for 1 s: the gap at its place (worst length: {} samples off)", times, overrun));
    rows.push(row("garbage between lines, one line in 20: every line there", times, garbage));
    rows.push(row("cut lines, one in 20, with a counter: each a gap of one", times, cut));
    for (seconds, ppm, text) in [(60.0, 20.0, "a minute"), (600.0, 5.0, "ten minutes")] {
        let what = format!("rate after {text} within {ppm} ppm, clocks of -500, 0, +500 ppm (worst: {{}} ppm)");
        rows.push(row(&what, times, |seed| rate(seed, seconds, ppm)));
    }
    rows.push(row("times of samples over ten minutes, the same clocks: 95 % within 5 ms (worst such share at {} ms)", times, sample_times));
    rows
}

fn row(what: &str, times: u64, trial: impl Fn(u64) -> Trial) -> Row {
    let begin = Instant::now();
    let (mut survived, mut lost, mut worst) = (0, 0, 0.0_f64);
    for seed in 0..times {
        let trial = trial(seed);
        if !trial.right || trial.lost > 0 {
            eprintln!("{what}: seed {seed}: lost {}, off {}", trial.lost, trial.off);
        }
        survived += usize::from(trial.right);
        lost += trial.lost;
        worst = worst.max(trial.off);
    }
    let what = what.replace("{}", &format!("{worst:.1}"));
    Row { what, tried: times as usize, survived, lost, seconds: begin.elapsed().as_secs_f64() }
}

/// A sensor whose clock is off by one of [`CLOCKS`].
fn sensor(seed: u64) -> Sensor {
    Sensor::new(HZ * (1.0 + CLOCKS[seed as usize % CLOCKS.len()] / 1e6), seed)
}

/// Tells which frame it is.
fn value(n: u64) -> Vec<u8> {
    format!("{n}.5\n").into_bytes()
}

fn counted(n: u64) -> Vec<u8> {
    format!("{n}.5,{n}\n").into_bytes()
}

/// Records, and looks for the frames of `out`, which were never sent or not whole: a gap of about them, and all else at its place. `tolerance` is
/// in samples, of the gap's length.
fn look(reads: Vec<(Vec<u8>, Seconds)>, sent: u64, (out, tolerance): (Range<u64>, f64)) -> (Trial, Vec<GapCause>) {
    let (_root, mut recording) = record(reads);
    let samples = samples(&mut recording);
    let gaps = recording.gaps();
    let missing: u64 = gaps.iter().map(|gap| gap.span.frames()).sum();
    let off = missing.abs_diff(out.end - out.start) as f64;
    let placed = gaps.iter().all(|gap| gap.span.start == SampleIndex(out.start));
    let mut expected = (0..sent).filter(|n| !out.contains(n)).peekable();
    let mut there = 0;
    for sample in samples.iter().filter(|sample| !sample.is_nan()) {
        // Only what comes in its order counts.
        while expected.next_if(|n| (*n as f32 + 0.5) < *sample).is_some() {}
        there += u64::from(expected.next_if(|n| *n as f32 + 0.5 == *sample).is_some());
    }
    let lost = sent - (out.end - out.start) - there;
    let right =
        off <= tolerance && placed && (gaps.len() as u64) == u64::from(out.start < out.end) && samples.len() as u64 == there + missing;
    (Trial { right, lost, off }, gaps.iter().map(|gap| gap.cause).collect())
}

/// How many frames a sensor has handed over by its last read.
fn reads(sensor: Sensor, mut line: impl FnMut(u64) -> Vec<u8>) -> (Vec<(Vec<u8>, Seconds)>, u64) {
    let mut sent = 0;
    let reads = sensor.reads(|n| {
        sent = n + 1;
        line(n)
    });
    (reads, sent)
}

fn asleep(seed: u64) -> Trial {
    let sensor = Sensor { asleep: &[(20.0, 2.0), (40.0, 2.0)], ..sensor(seed) };
    let (reads, sent) = reads(sensor, value);
    look(reads, sent, (0..0, 0.0)).0
}

fn jump(seed: u64) -> Trial {
    let mut chance = Chance::new(seed);
    let (sensor, at) = (sensor(seed), 2000 + chance.below(5000));
    let out = at..at + 1 + chance.below(5000);
    let (reads, sent) = reads(sensor, |n| if out.contains(&n) { Vec::new() } else { counted(n) });
    let (trial, causes) = look(reads, sent, (out, 0.0));
    Trial { right: trial.right && causes == [GapCause::Counter], ..trial }
}

/// Half a second to five seconds are missing.
fn stall(seed: u64) -> Range<u64> {
    let mut chance = Chance::new(seed);
    let at = 2000 + chance.below(5000);
    at..at + 125 + chance.below(1125)
}

/// The clock tells of it, to the grain of the arrivals: a burst.
fn stalled(seed: u64) -> Trial {
    let out = stall(seed);
    let (reads, sent) = reads(sensor(seed), |n| if out.contains(&n) { Vec::new() } else { value(n) });
    look(reads, sent, (out, 0.016 * HZ)).0
}

fn stamped(sensor: Sensor, n: u64) -> Vec<u8> {
    format!("{},{n}.5\n", (1000.0 * sensor.made(n)).floor()).into_bytes()
}

fn stalled_with_stamps(seed: u64) -> Trial {
    let (sensor, out) = (sensor(seed), stall(seed));
    let (reads, sent) = reads(sensor, |n| if out.contains(&n) { Vec::new() } else { stamped(sensor, n) });
    look(reads, sent, (out, 1.0)).0
}

/// What came while the buffer was full was thrown away; which frames these are is known by playing it.
fn overrun(seed: u64) -> Trial {
    let sensor = Sensor { asleep: &[(30.0, 2.0)], buffer: 3300, ..sensor(seed) };
    let (reads, sent) = reads(sensor, |n| stamped(sensor, n));
    let bytes: Vec<u8> = reads.iter().flat_map(|(bytes, _)| bytes.iter().copied()).collect();
    let text = String::from_utf8(bytes).unwrap();
    let there: Vec<u64> = text.lines().map(|line| line.split([',', '.']).nth(1).unwrap().parse().unwrap()).collect();
    let hole = there.windows(2).find(|pair| pair[1] > pair[0] + 1).unwrap();
    look(reads, sent, (hole[0] + 1..hole[1], 1.0)).0
}

fn garbage(seed: u64) -> Trial {
    let mut chance = Chance::new(seed);
    let (reads, sent) = reads(sensor(seed), |n| {
        let mut bytes = Vec::new();
        if chance.below(20) == 0 {
            bytes.extend((0..chance.below(60)).map(|_| chance.below(256) as u8));
            bytes.push(b'\n');
        }
        bytes.extend(counted(n));
        bytes
    });
    look(reads, sent, (0..0, 0.0)).0
}

/// The end of the line comes in any case: two lines run together may be one that looks right.
fn cut(seed: u64) -> Trial {
    let (mut chance, mut whole) = (Chance::new(seed), Vec::new());
    let reads = sensor(seed).reads(|n| {
        let mut bytes = counted(n);
        let cut = n > 100 && chance.below(20) == 0;
        if cut {
            // Before the comma: there is no counter.
            let comma = bytes.iter().position(|byte| *byte == b',').unwrap() as u64;
            bytes.truncate(chance.below(comma) as usize + 1);
            bytes.push(b'\n');
        }
        whole.push(!cut);
        bytes
    });
    let (_root, mut recording) = record(reads);
    let samples = samples(&mut recording);
    // The last may have been cut: nothing comes behind them that could tell.
    let last = whole.iter().rposition(|whole| *whole).unwrap();
    let at = |n: usize| samples.get(n).copied().unwrap_or(f32::INFINITY);
    let lost = (0..=last).filter(|&n| whole[n] && at(n) != n as f32 + 0.5).count() as u64;
    let right = (0..=last).all(|n| whole[n] || at(n).is_nan()) && recording.gaps().iter().all(|gap| gap.exact);
    Trial { right, lost, off: 0.0 }
}

/// The last clock point of a session, each clock.
fn rate(seed: u64, seconds: f64, ppm: f64) -> Trial {
    let off = CLOCKS.map(|clock| {
        let sensor = Sensor { seconds, asleep: &[(20.0, 2.0)], ..Sensor::new(HZ * (1.0 + clock / 1e6), seed) };
        let (_root, recording) = record(sensor.reads(value));
        ((recording.rate().hz() / sensor.hz - 1.0) * 1e6).abs()
    });
    let off = off.into_iter().fold(0.0, f64::max);
    Trial { right: off <= ppm, lost: 0, off }
}

/// The line of the clock against the instants at which the samples were made.
fn sample_times(seed: u64) -> Trial {
    let off = CLOCKS.map(|clock| {
        let sensor = Sensor { seconds: 600.0, asleep: &[(20.0, 2.0)], ..Sensor::new(HZ * (1.0 + clock / 1e6), seed) };
        let (mut fit, mut frames) = (ClockFit::default(), 0);
        for (bytes, arrival) in sensor.reads(|_| vec![b'.']) {
            frames += bytes.len() as u64;
            fit.push(SampleIndex(frames), arrival);
        }
        // Frame n is the (n + 1)th that is received.
        let late = |n: u64| fit.lateness(SampleIndex(n + 1), Seconds(sensor.made(n))).unwrap().0.abs();
        let mut off: Vec<f64> = (0..frames).map(late).collect();
        off.sort_unstable_by(f64::total_cmp);
        1000.0 * off[off.len() * 95 / 100]
    });
    let off = off.into_iter().fold(0.0, f64::max);
    Trial { right: off <= 5.0, lost: 0, off }
}

/// Out and in again, each time under another name of the kernel, while a source listens.
fn unplugged(times: u64) -> Row {
    let (begin, folder) = (Instant::now(), tempfile::tempdir().unwrap());
    let link = folder.path().join("tty");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut survived, mut lost) = (0, 0);
    runtime.block_on(async {
        let mut port = plug(&link);
        let mut source = SerialSource::open(link.to_str().unwrap(), Opening { baud: Some(115_200), reset: false }, Format::Auto).unwrap();
        for time in 0..times {
            // A first line may be cut, so it is not believed.
            write!(port.master.take_writer().unwrap(), "0\n{time}\n{time}\n{time}\n{time}\n").unwrap();
            let mut there = 0;
            while there < 4 {
                match tokio::time::timeout(PATIENCE, source.next()).await {
                    Ok(Delivery::Frames { samples, .. }) => there += samples.iter().filter(|sample| **sample == time as f32).count() as u64,
                    Ok(_) => {}
                    Err(_) => break,
                }
            }
            std::fs::remove_file(&link).unwrap();
            // The old one is there until the new one has its name.
            let next = native_pty_system().openpty(PtySize::default()).unwrap();
            drop(std::mem::replace(&mut port, next));
            let gone = matches!(tokio::time::timeout(PATIENCE, source.next()).await, Ok(Delivery::Lost(_)));
            std::os::unix::fs::symlink(port.master.tty_name().unwrap(), &link).unwrap();
            let back = matches!(tokio::time::timeout(PATIENCE, source.next()).await, Ok(Delivery::Back));
            survived += usize::from(gone && back && there == 4);
            lost += 4 - there;
        }
    });
    let what = "unplugged, and back under another name".to_owned();
    Row { what, tried: times as usize, survived, lost, seconds: begin.elapsed().as_secs_f64() }
}

fn plug(link: &Path) -> PtyPair {
    let port = native_pty_system().openpty(PtySize::default()).unwrap();
    std::os::unix::fs::symlink(port.master.tty_name().unwrap(), link).unwrap();
    port
}
