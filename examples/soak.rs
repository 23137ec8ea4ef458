//! Records at 8 x 250 Hz and at 1 x 10 kHz side by side for some minutes, from pipes that count in real time, and says what was lost, whether memory
//! stood still after the first minute (with the screen on: but for the history, which is bounded), and what it cost: `cargo run --release --example soak -- 30`, with `--live` the screen is on as well.

#![allow(clippy::unwrap_used, reason = "a soak that cannot go on has failed")]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use stillpoint::signal::SampleIndex;
use stillpoint::store::Recording;

/// The counter begins anew here: every value is exact as a float.
const COUNT: u64 = 1_000_000;
/// Memory may move by so many KiB after the first minute.
const FLAT: u64 = 2048;
/// With the screen on a channel's history may fill up to so many KiB: 16384 samples, and as many columns of 12 bytes on each of 11 levels.
const HISTORY: u64 = 16_384 * (4 + 11 * 12) / 1024;

#[derive(Clone, Copy)]
struct Stream {
    channels: usize,
    hz: f64,
}

/// What one program did.
struct Soaked {
    stream: Stream,
    sent: u64,
    lost: u64,
    gaps: usize,
    /// VmRSS in KiB after the first minute (or a third of the time), and its least and greatest since.
    memory: (u64, u64, u64),
    /// Seconds of processor time, of seconds that passed.
    cpu: (f64, f64),
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let live = args.iter().any(|arg| arg == "--live");
    let minutes: f64 = args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(3.0);
    let streams = [Stream { channels: 8, hz: 250.0 }, Stream { channels: 1, hz: 10_000.0 }];
    let time = Duration::from_secs_f64(minutes * 60.0);
    let soaks: Vec<_> = streams.map(|stream| std::thread::spawn(move || soak(stream, time, live))).into_iter().collect();
    println!("{} for {minutes} min", if live { "live - --record" } else { "record -" });
    println!("| stream | sent | lost | gaps | VmRSS after the first minute | least and greatest since | CPU |");
    println!("|---|---|---|---|---|---|---|");
    let mut well = true;
    for soaked in soaks.into_iter().map(|soak| soak.join().unwrap()) {
        let Soaked { stream: Stream { channels, hz }, sent, lost, gaps, memory: (first, least, greatest), cpu: (used, passed) } = soaked;
        let share = 100.0 * used / passed;
        println!("| {channels} x {hz} Hz | {sent} | {lost} | {gaps} | {first} KiB | {least} to {greatest} KiB | {share:.2} % of a core |");
        let history = if live { HISTORY * channels as u64 } else { 0 };
        well &= lost == 0 && gaps == 0 && greatest <= first + FLAT + history && least + FLAT >= first;
    }
    println!("{}", if well { "as promised" } else { "NOT as promised" });
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn soak(stream: Stream, time: Duration, live: bool) -> Soaked {
    let root = tempfile::tempdir().unwrap();
    let fifo = root.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let sessions = root.path().join("sessions");
    let stillpoint = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("stillpoint");
    let what = if live { "live - --record" } else { "record -" };
    let script = format!("exec \"$0\" {what} --rate {} -o \"$1\" < \"$2\"", stream.hz);
    let args = [stillpoint.as_os_str(), sessions.as_os_str(), fifo.as_os_str()];
    let (mut wait, id): (Box<dyn FnMut()>, u32) = if live {
        let pair = native_pty_system().openpty(PtySize { rows: 36, cols: 120, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", &script]);
        command.args(args);
        command.env("TERM", "xterm-256color");
        let mut child = pair.slave.spawn_command(command).unwrap();
        let mut output = pair.master.try_clone_reader().unwrap();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while output.read(&mut bytes).is_ok_and(|count| count > 0) {}
        });
        let id = child.process_id().unwrap();
        let keep = pair;
        (Box::new(move || drop((child.wait().unwrap(), &keep))), id)
    } else {
        let mut child = Command::new("sh").args(["-c", &script]).args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let id = child.id();
        (Box::new(move || assert!(child.wait().unwrap().success())), id)
    };
    let input = File::options().write(true).open(&fifo).unwrap();
    let (sent, memory, cpu) = feed(stream, time, (input, id));
    kill_process(Pid::from_raw(i32::try_from(id).unwrap()).unwrap(), Signal::TERM).unwrap();
    wait();
    let (lost, gaps) = look(&only(&sessions), stream, sent);
    Soaked { stream, sent, lost, gaps, memory, cpu }
}

type Fed = (u64, (u64, u64, u64), (f64, f64));

/// Sends in real time and looks at the process once a second.
fn feed(stream: Stream, time: Duration, (mut input, id): (File, u32)) -> Fed {
    let (begin, mut sent, mut looked) = (Instant::now(), 0_u64, 0);
    let settled = Duration::from_mins(1).min(time / 3);
    let mut memory: Option<(u64, u64, u64)> = None;
    while begin.elapsed() < time {
        let due = (begin.elapsed().as_secs_f64() * stream.hz) as u64;
        let mut lines = Vec::new();
        (sent..due).for_each(|n| line(stream, n, &mut lines));
        input.write_all(&lines).unwrap();
        sent = due;
        if begin.elapsed().as_secs() > looked && begin.elapsed() > settled {
            looked = begin.elapsed().as_secs();
            let now = resident(id);
            let (first, least, greatest) = memory.unwrap_or((now, now, now));
            memory = Some((first, least.min(now), greatest.max(now)));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    // What was sent last is taken by the time the pipe is closed and the second that is promised has passed.
    let passed = begin.elapsed().as_secs_f64();
    let used = processor(id);
    std::thread::sleep(Duration::from_secs(1));
    (sent, memory.unwrap_or_default(), (used, passed))
}

fn line(stream: Stream, n: u64, out: &mut Vec<u8>) {
    // With a half, so that it is not taken for the device's own counter.
    write!(out, "{}.5", n % COUNT).unwrap();
    (1..stream.channels as u64).for_each(|channel| write!(out, ",{}", n * 3 % (7 + channel)).unwrap());
    out.push(b'\n');
}

/// Frames that were sent and are not there, and named gaps.
fn look(session: &Path, stream: Stream, sent: u64) -> (u64, usize) {
    let mut recording = Recording::open(session, None).unwrap();
    assert_eq!(recording.damage(), &[] as &[String]);
    let (mut samples, mut at, mut right) = (Vec::new(), SampleIndex(0), 0);
    while recording.read(at, 1 << 16, &mut samples).unwrap() > 0 {
        let frames = samples.chunks_exact(stream.channels).zip(at.0..);
        right += frames.filter(|(frame, n)| frame[0].to_bits() == ((n % COUNT) as f32 + 0.5).to_bits()).count() as u64;
        at = at + (samples.len() / stream.channels) as u64;
    }
    (sent.saturating_sub(right), recording.gaps().len())
}

fn only(sessions: &Path) -> PathBuf {
    let list: Vec<PathBuf> = fs::read_dir(sessions).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(list.len(), 1, "{list:?}");
    list[0].clone()
}

fn resident(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// Seconds of processor time so far: fields 14 and 15 of proc_pid_stat(5), in ticks of 10 ms.
fn processor(id: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}
