//! The crash matrix: recordings that rotate, annotate and meet with faults, each cut off at many places, and what has to be there then.

use std::path::{Path, PathBuf};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};
use stillpoint::rhythm::Settings;
use stillpoint::signal::{Annotation, AnnotationId, Block, Channel, ClockPoint, Edit, Kind, Layout, Rate, SampleIndex, Way};
use stillpoint::store::{About, Event, Limits, Place, Recording, SessionWriter, StoreError, recover_on};

use super::{Fault, FaultyDisk, Log, below};

/// What came of so many cuts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub tried: usize,
    /// What was not as promised, a line each.
    pub broken: Vec<String>,
    /// Frames that were said to be safe, over all cuts.
    pub promised: u64,
    /// Of these, frames that were not there.
    pub lost: u64,
}

/// What a recording was promised by the store: after so many operations of the disk so many frames and marks are safe.
#[derive(Clone, Copy, Debug, Default)]
struct Promise {
    done: usize,
    frames: u64,
    marks: u64,
}

struct Run {
    root: PathBuf,
    channels: usize,
    log: Log,
    /// When the session was begun.
    begun: usize,
    promises: Vec<Promise>,
    /// Frames that were handed over.
    frames: u64,
}

/// Makes `runs` recordings and cuts each off at `cuts` places. With `faults` the disk also fails now and then.
pub fn matrix(runs: u64, cuts: u64, faults: bool) -> Outcome {
    let mut outcome = Outcome::default();
    for seed in 0..runs {
        let root = tempfile::tempdir().unwrap();
        let run = record(root.path(), seed, faults);
        for cut in 0..cuts {
            let mut chance = ChaCha8Rng::seed_from_u64(seed << 32 | cut);
            let done = below(&mut chance, run.log.0.len() + 1);
            outcome.tried += 1;
            if let Err(why) = check(&run, (done, chance.next_u64()), &mut outcome) {
                outcome.broken.push(format!("run {seed}, cut {cut} after {done} operations: {why}"));
            }
        }
    }
    outcome
}

/// The sample of a frame and a channel: never zero, so that what was never written can be told.
pub fn sample(frame: u64, channel: usize) -> f32 {
    (frame % (1 << 20)) as f32 + 1.0 + channel as f32 / 16.0
}

pub fn about(channels: usize) -> About {
    About {
        started: "2026-11-23T10:15:00Z".parse().unwrap(),
        layout: Layout { channels: (0..channels).map(Channel::unnamed).collect(), nominal: Rate::from_hz(250.0).unwrap() },
        clock: None,
        device: "matrix".into(),
        wire_format: "none".into(),
        simulated: true,
        settings: Settings::default(),
    }
}

fn record(root: &Path, seed: u64, faults: bool) -> Run {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let channels = 1 + below(&mut chance, 8);
    let disk = FaultyDisk::new();
    let limits = Limits { file: 8_000 + u64::from(chance.next_u32() % 30_000), memory: 1 << 20 };
    let place = Place { root, name: None, limits };
    let mut writer = SessionWriter::create_on(disk.clone(), place, &about(channels)).unwrap();
    if faults {
        disk.plan(now_and_then(seed));
    }
    let (begun, mut promise, mut promises, mut marks) = (disk.done(), Promise::default(), Vec::new(), 0);
    for _ in 0..60 + below(&mut chance, 60) {
        match below(&mut chance, 8) {
            0 => {
                let mark = Annotation { id: AnnotationId(marks), kind: Kind::Mark, start: writer.end(), end: None, label: "µ".into() };
                drop(writer.record(&Event::Annotation(Edit::Put(mark), Way::Done)));
                marks += 1;
            }
            1 => {
                let rate = Rate::from_hz(250.0 + f64::from(chance.next_u32() % 100) / 1000.0).unwrap();
                drop(writer.record(&Event::Clock(ClockPoint { at: writer.end(), rate, std_err_hz: 0.01 })));
            }
            2..4 => {
                if writer.checkpoint().is_ok() {
                    promise.frames = writer.end().0;
                }
            }
            _ => {
                let (start, frames) = (writer.end(), 1 + below(&mut chance, 120) as u64);
                let samples = (start.0..start.0 + frames).flat_map(|frame| (0..channels).map(move |channel| sample(frame, channel)));
                drop(writer.append(&Block { start, channels, samples: samples.collect() }));
            }
        }
        if writer.pending() == 0 {
            promise.marks = marks;
        }
        promise.done = disk.done();
        promises.push(promise);
    }
    let frames = writer.end().0;
    if writer.finish().is_ok() {
        promises.push(Promise { done: disk.done(), frames, marks });
    }
    Run { root: root.to_owned(), channels, log: disk.log(), begun, promises, frames }
}

/// Faults of every kind, one operation in three.
fn now_and_then(seed: u64) -> impl FnMut(u64) -> Option<Fault> + Send {
    let mut chance = ChaCha8Rng::seed_from_u64(seed ^ 0x77);
    move |_| match below(&mut chance, 24) {
        0 => Some(Fault::Full),
        1 => Some(Fault::Failed),
        2..5 => Some(Fault::Short),
        5..8 => Some(Fault::Interrupted),
        _ => None,
    }
}

fn check(run: &Run, (done, seed): (usize, u64), outcome: &mut Outcome) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    run.log.cut(done, seed, (&run.root, folder.path()));
    let promise = run.promises.iter().rev().find(|promise| promise.done <= done).copied().unwrap_or_default();
    outcome.promised += promise.frames;
    let Some(session) = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).next() else {
        return if done < run.begun { Ok(()) } else { Err("there is no folder".into()) };
    };
    let recording = match Recording::open(&session, None) {
        Ok(recording) => recording,
        Err(StoreError::NotASession { .. }) if done < run.begun => return Ok(()),
        Err(error) => return Err(error.to_string()),
    };
    outcome.lost += promise.frames.saturating_sub(recording.frames());
    whole_prefix(run, recording, promise)?;
    let said = recover_on(&FaultyDisk::of(&session), &session).map_err(|error| format!("recover: {error}"))?;
    let recovered = Recording::open(&session, None).map_err(|error| error.to_string())?;
    if said.is_empty() && recovered.frames() < run.frames {
        return Err(format!("nothing is said of {} missing frames", run.frames - recovered.frames()));
    }
    if recovered.damage().iter().any(|line| line.contains("missing") || line.contains("torn")) {
        return Err(format!("after recover: {:?}", recovered.damage()));
    }
    believed_headers(&session, recovered.frames())?;
    whole_prefix(run, recovered, promise)
}

/// What is there is what was handed over, from the first frame on, and nothing of what was promised is missing.
fn whole_prefix(run: &Run, mut recording: Recording, promise: Promise) -> Result<(), String> {
    let frames = recording.frames();
    if frames < promise.frames || frames > run.frames {
        return Err(format!("{frames} frames, of {} promised and {} handed over", promise.frames, run.frames));
    }
    let mut samples = Vec::new();
    recording.read(SampleIndex(0), frames as usize, &mut samples).map_err(|error| error.to_string())?;
    let channels = run.channels;
    let expected = (0..frames).flat_map(|frame| (0..channels).map(move |channel| sample(frame, channel)));
    if let Some(at) = samples.iter().zip(expected).position(|(found, expected)| found.to_bits() != expected.to_bits()) {
        return Err(format!("sample {} of frame {} is another; {:?}", at % channels, at / channels, recording.damage()));
    }
    let marks = recording.annotations().iter().map(|mark| mark.id.0).collect::<Vec<_>>();
    if (0..promise.marks).any(|mark| !marks.contains(&mark)) {
        return Err(format!("marks {marks:?}, of {} promised", promise.marks));
    }
    Ok(())
}

/// Programs that believe headers read as many frames: looked at with hound, which is not ours.
fn believed_headers(session: &Path, frames: u64) -> Result<(), String> {
    let mut counted = 0;
    for entry in std::fs::read_dir(session).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.extension().is_some_and(|extension| extension == "wav") {
            counted += u64::from(hound::WavReader::open(&entry).map_err(|error| format!("{}: {error}", entry.display()))?.duration());
        }
    }
    if counted == frames { Ok(()) } else { Err(format!("the headers count {counted} frames, of {frames}")) }
}
