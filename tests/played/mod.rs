//! A sensor that is simulated from its samples to the reads of its port, and recorded by a whole session, at speed.

#![allow(dead_code, clippy::unwrap_used, reason = "every test file is a crate of its own and uses a part of this")]

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};
use stillpoint::rhythm::Settings;
use stillpoint::session::{Length, Pace, RecordAs, Session, Setup, Stated, Stop};
use stillpoint::signal::{SampleIndex, Seconds};
use stillpoint::source::PlayedSource;
use stillpoint::store::Recording;
use stillpoint::wire::Format;

/// What an adapter calls 16 ms, by a crystal of its own. (Bursts in exact step with the samples hide up to a sample's length.)
const BURST: f64 = 0.01597;
/// Between a burst and the read, at most.
const JITTER: f64 = 0.005;
/// A read takes so many bytes at most.
const READ: usize = 4096;

/// Chances, the same for a seed.
pub struct Chance(ChaCha8Rng);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Below 1.
    pub fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// From 0 on, below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0.next_u64() % end
    }
}

/// What makes samples, and how they come.
#[derive(Clone, Copy, Debug)]
pub struct Sensor {
    /// Frames a second by the computer's clock.
    pub hz: f64,
    pub seconds: f64,
    /// The computer sleeps: from when, for how long.
    pub asleep: &'static [(f64, f64)],
    /// Bytes that wait for it at most; those that come then are thrown away.
    pub buffer: usize,
    pub seed: u64,
}

impl Sensor {
    /// A minute of it, heard by a computer that is awake.
    pub fn new(hz: f64, seed: u64) -> Self {
        Self { hz, seconds: 60.0, asleep: &[], buffer: usize::MAX, seed }
    }

    /// When frame n was made.
    pub fn made(&self, n: u64) -> f64 {
        n as f64 / self.hz
    }

    /// The reads of what it sends: `line` is handed each frame and says the bytes.
    pub fn reads(&self, mut line: impl FnMut(u64) -> Vec<u8>) -> Vec<(Vec<u8>, Seconds)> {
        let (mut chance, mut reads, mut waiting, mut n) = (Chance::new(self.seed), Vec::new(), Vec::new(), 0);
        let mut t = BURST * chance.unit();
        while t < self.seconds {
            t += BURST;
            while self.made(n) <= t {
                let bytes = line(n);
                if waiting.len() + bytes.len() <= self.buffer {
                    waiting.extend(bytes);
                }
                n += 1;
            }
            if self.asleep.iter().all(|(from, length)| t < *from || t > from + length) {
                let arrival = Seconds(t + JITTER * chance.unit());
                reads.extend(waiting.chunks(READ).map(|bytes| (bytes.to_vec(), arrival)));
                waiting.clear();
            }
        }
        reads
    }
}

/// Records reads as a port's would be, all of them.
pub fn record(reads: Vec<(Vec<u8>, Seconds)>) -> (tempfile::TempDir, Recording) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let root = tempfile::tempdir().unwrap();
    let record = RecordAs {
        root: root.path().to_owned(),
        device: "played".to_owned(),
        wire_format: "auto".to_owned(),
        simulated: true,
        settings: Settings::default(),
        at_once: true,
        length: Length::default(),
    };
    let setup = Setup { stated: Stated::default(), pace: Pace::Waits, record };
    let source = PlayedSource::new(reads.into_iter(), Format::Auto);
    let mut session = Session::record(runtime.handle(), source, setup, Stop::default()).unwrap();
    // The session has nothing to say any more when its threads have ended.
    while runtime.block_on(session.notices.recv()).is_some() {}
    drop(session.finish());
    let folder = std::fs::read_dir(root.path()).unwrap().next().unwrap().unwrap().path();
    let recording = Recording::open(&folder, None).unwrap();
    (root, recording)
}

/// The first channel.
pub fn samples(recording: &mut Recording) -> Vec<f32> {
    let (frames, channels) = (usize::try_from(recording.frames()).unwrap(), recording.layout().channels.len());
    let mut samples = Vec::new();
    recording.read(SampleIndex(0), frames, &mut samples).unwrap();
    samples.into_iter().step_by(channels).collect()
}
