//! The real program, recording from a pipe that counts, ended in any way.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use stillpoint::signal::SampleIndex;
use stillpoint::store::{Recording, StoreError, recover};

/// Frames a second.
const RATE: f64 = 500.0;
/// Frames in one write.
const BATCH: u64 = 10;
/// What was handed over less than this ago may be missing.
const PROMISE: Duration = Duration::from_secs(1);
/// Nothing here takes this long.
const DEADLINE: Duration = Duration::from_secs(40);

/// A recording under way.
pub struct Recorder {
    child: Child,
    root: PathBuf,
    stop: Sender<()>,
    feeder: std::thread::JoinHandle<Vec<(Instant, u64)>>,
    progress: Receiver<u64>,
}

impl Recorder {
    /// `stillpoint record -` into `root`, fed with a counter in real time.
    pub fn start(stillpoint: &str, root: &Path) -> Self {
        let mut command = Command::new(stillpoint);
        command.args(["record", "-", "--rate", &RATE.to_string(), "-o"]).arg(root);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let ((stop, stopped), (tell, progress)) = (channel::<()>(), channel());
        let feeder = std::thread::spawn(move || {
            let (begin, mut sent) = (Instant::now(), Vec::new());
            for batch in 0.. {
                let mut lines = Vec::new();
                (batch * BATCH..(batch + 1) * BATCH).for_each(|n| writeln!(lines, "{n}.5,{}", n * 3 % 7).unwrap());
                if input.write_all(&lines).is_err() {
                    break;
                }
                sent.push((Instant::now(), (batch + 1) * BATCH));
                let _ = tell.send((batch + 1) * BATCH);
                let due = Duration::from_secs_f64(((batch + 1) * BATCH) as f64 / RATE);
                if stopped.recv_timeout(due.saturating_sub(begin.elapsed())) != Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                    break;
                }
            }
            sent
        });
        Self { child, root: root.to_owned(), stop, feeder, progress }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until so many frames were handed over and as many are on disk as is promised then.
    pub fn wait_until_there_are(&self, frames: u64) {
        while self.progress.recv_timeout(DEADLINE).unwrap() < frames {}
        let until = Instant::now() + DEADLINE;
        while self.frames_on_disk() < frames {
            assert!(Instant::now() < until, "{} frames are on disk, of {frames}", self.frames_on_disk());
            self.progress.recv_timeout(DEADLINE).unwrap();
        }
    }

    /// The one session there is.
    pub fn session(&self) -> PathBuf {
        sessions(&self.root).pop().unwrap()
    }

    /// Asks it to end while its source goes on, and waits for the end.
    pub fn end(self, signal: Signal) -> Output {
        kill_process(Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap(), signal).unwrap();
        let output = self.child.wait_with_output().unwrap();
        let _ = self.stop.send(());
        self.feeder.join().unwrap();
        output
    }

    /// Kills it; gives when how many frames had been handed over.
    fn kill(mut self) -> (Instant, Vec<(Instant, u64)>) {
        let killed = Instant::now();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let _ = self.stop.send(());
        (killed, self.feeder.join().unwrap())
    }

    fn frames_on_disk(&self) -> u64 {
        sessions(&self.root).pop().map_or(0, |session| Recording::open(&session, None).map_or(0, |recording| recording.frames()))
    }
}

/// What a kill left.
pub struct Killed {
    /// What was not as promised.
    pub wrong: Option<String>,
    /// Frames that were handed over a second and more before, and are not there.
    pub lost: u64,
    /// Frames that were handed over and are not there, whenever that was.
    pub missing: u64,
}

/// Records until so many frames were handed over, kills the program with KILL, and looks at what is there.
pub fn kill_at(stillpoint: &str, frames: u64) -> Killed {
    let root = tempfile::tempdir().unwrap();
    let recorder = Recorder::start(stillpoint, root.path());
    while recorder.progress.recv_timeout(DEADLINE).unwrap() < frames {}
    let (killed, sent) = recorder.kill();
    let before = |instant: Instant| sent.iter().rev().find(|(at, _)| *at <= instant).map_or(0, |(_, frames)| *frames);
    let (promised, handed) = (killed.checked_sub(PROMISE).map_or(0, before), before(killed));
    let found = sessions(root.path()).pop().map_or(Ok(0), |session| {
        let found = whole_prefix(&session)?;
        match recover(&session) {
            Ok(_) | Err(StoreError::NotASession { .. }) => {}
            Err(error) => return Err(error.to_string()),
        }
        if whole_prefix(&session)? == found { Ok(found) } else { Err("recover changed what is there".to_owned()) }
    });
    let there = found.as_ref().copied().unwrap_or(0);
    Killed { wrong: found.err(), lost: promised.saturating_sub(there), missing: handed.saturating_sub(there) }
}

/// How many frames are there; each is the one that was handed over, from the first on.
fn whole_prefix(session: &Path) -> Result<u64, String> {
    let mut recording = match Recording::open(session, None) {
        Ok(recording) => recording,
        // Killed before it said that it records.
        Err(StoreError::NotASession { .. }) => return Ok(0),
        Err(error) => return Err(error.to_string()),
    };
    let (mut samples, frames) = (Vec::new(), recording.frames());
    recording.read(SampleIndex(0), frames as usize, &mut samples).map_err(|error| error.to_string())?;
    let wrong = samples.chunks_exact(2).zip(0_u16..).position(|(frame, n)| frame != [f32::from(n) + 0.5, (u32::from(n) * 3 % 7) as f32]);
    wrong.map_or(Ok(frames), |frame| Err(format!("frame {frame} is another")))
}

fn sessions(root: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(root).map(|list| list.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default()
}
