//! What sensors and the store promise, tried to destruction: one table of what was tried, what survived it, and samples lost. `just torture`.

#![allow(clippy::unwrap_used, reason = "a torture that cannot go on has failed")]

#[path = "../../tests/disk/mod.rs"]
mod disk;
#[path = "../../tests/played/mod.rs"]
mod played;
mod sensors;

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use disk::FaultyDisk;
use disk::kill::kill_at;
use disk::matrix::{Outcome, about, matrix, sample};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};
use stillpoint::signal::{Block, SampleIndex};
use stillpoint::store::{Limits, Place, Recording, SessionWriter};

/// One line of the table.
struct Row {
    what: String,
    tried: usize,
    survived: usize,
    lost: u64,
    seconds: f64,
}

fn main() -> ExitCode {
    let quick = std::env::args().any(|arg| arg == "--quick");
    let (runs, kills, hours) = if quick { (40, 5, 1) } else { (250, 100, 72) };
    let stillpoint = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("stillpoint");
    let mut rows = Vec::new();
    if !std::env::args().any(|arg| arg == "--sensors") {
        rows.push(cut("power cut at any instant", || matrix(runs, 16, false)));
        rows.push(cut("power cut, and a disk that fails, is full, is interrupted", || matrix(runs, 16, true)));
        rows.push(killed(&stillpoint, kills));
        rows.push(full_for_a_while());
        rows.extend(small_disk(&stillpoint));
        rows.push(long(hours));
    }
    rows.extend(sensors::rows(quick));
    println!("| what | tried | survived | samples lost | seconds |");
    println!("|---|---|---|---|---|");
    let mut well = true;
    for Row { what, tried, survived, lost, seconds } in rows {
        println!("| {what} | {tried} | {survived} | {lost} | {seconds:.0} |");
        well &= tried == survived && lost == 0;
    }
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn cut(what: &str, matrix: impl Fn() -> Outcome) -> Row {
    let begin = Instant::now();
    let outcome = matrix();
    outcome.broken.iter().for_each(|why| eprintln!("{why}"));
    let (tried, survived) = (outcome.tried, outcome.tried - outcome.broken.len());
    Row { what: what.to_owned(), tried, survived, lost: outcome.lost, seconds: begin.elapsed().as_secs_f64() }
}

fn killed(stillpoint: &Path, kills: usize) -> Row {
    let (begin, mut chance) = (Instant::now(), ChaCha8Rng::seed_from_u64(9));
    let (mut survived, mut lost, mut longest) = (0, 0, 0);
    for kill in 0..kills {
        let killed = kill_at(stillpoint.to_str().unwrap(), u64::from(10 + chance.next_u32() % 1500));
        killed.wrong.iter().for_each(|why| eprintln!("kill {kill}: {why}"));
        survived += usize::from(killed.wrong.is_none());
        lost += killed.lost;
        longest = longest.max(killed.missing);
    }
    let what = format!("kill -9 of `record` at 500 Hz (most frames missing of those handed over in the last second: {longest})");
    Row { what, tried: kills, survived, lost, seconds: begin.elapsed().as_secs_f64() }
}

/// The disk is full for longer and longer, and memory can hold it.
fn full_for_a_while() -> Row {
    let begin = Instant::now();
    let what = "a full disk for 1 to 30 minutes of 8 x 250 Hz, then space".to_owned();
    let mut row = Row { what, tried: 0, survived: 0, lost: 0, seconds: 0.0 };
    for minutes in 1..=30 {
        let (root, disk) = (tempfile::tempdir().unwrap(), FaultyDisk::new());
        let place = Place { root: root.path(), name: None, limits: Limits::default() };
        let mut writer = SessionWriter::create_on(disk.clone(), place, &about(8)).unwrap();
        write(&mut writer, 10_000);
        writer.checkpoint().unwrap();
        disk.space(Some(minutes * 1000));
        write(&mut writer, minutes * 60 * 250);
        let refused = writer.checkpoint().is_err();
        disk.space(None);
        let frames = writer.end().0;
        let finished = writer.finish().unwrap();
        row.tried += 1;
        let right = right(&finished.folder);
        row.survived += usize::from(refused && right == frames);
        row.lost += frames - right;
    }
    row.seconds = begin.elapsed().as_secs_f64();
    row
}

/// The real program on a file system of 2 MiB that is filled, then given room; needs root.
fn small_disk(stillpoint: &Path) -> Option<Row> {
    let (begin, root) = (Instant::now(), tempfile::tempdir().unwrap());
    let mount = |args: &[&str]| Command::new("mount").args(args).arg(root.path()).stderr(Stdio::null()).status().is_ok_and(|s| s.success());
    if !mount(&["-t", "tmpfs", "-o", "size=2m", "tmpfs"]) {
        eprintln!("skipped: a full tmpfs (only root may mount one)");
        return None;
    }
    let ballast = root.path().join("ballast");
    std::fs::write(&ballast, vec![1; 1_800_000]).unwrap();
    let sessions = root.path().join("sessions");
    let mut command = Command::new(stillpoint);
    command
        .args(["record", "-", "--rate", "1000", "-o"])
        .arg(&sessions)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut send = |numbers: std::ops::Range<u32>| {
        let mut lines = Vec::new();
        numbers.for_each(|n| writeln!(lines, "{n}.5").unwrap());
        input.write_all(&lines).unwrap();
    };
    send(1..80_001);
    // Until the program says that the disk is full.
    let mut said = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while std::io::BufRead::read_line(&mut said, &mut line).unwrap() > 0 && !line.contains("kept in memory") {}
    let refused = line.contains("kept in memory");
    std::fs::remove_file(&ballast).unwrap();
    send(80_001..100_001);
    drop(input);
    let code = child.wait().unwrap().code();
    let folder = std::fs::read_dir(&sessions).unwrap().map(|entry| entry.unwrap().path()).next().unwrap();
    let mut recording = Recording::open(&folder, None).unwrap();
    let mut samples = Vec::new();
    recording.read(SampleIndex(0), 200_000, &mut samples).unwrap();
    let right = samples.iter().zip(1_u32..).filter(|(found, n)| **found == *n as f32 + 0.5).count();
    let survived = usize::from(refused && code == Some(0) && recording.damage().is_empty());
    drop((recording, said));
    assert!(Command::new("umount").arg(root.path()).status().unwrap().success());
    let (what, lost) = ("`record` on a tmpfs of 2 MiB: full, then space".to_owned(), 100_000 - right as u64);
    Some(Row { what, tried: 1, survived, lost, seconds: begin.elapsed().as_secs_f64() })
}

/// Hours of 8 x 250 Hz through the store at full speed, and read back.
fn long(hours: u64) -> Row {
    let begin = Instant::now();
    // Beside the program: a temporary folder may lie in memory.
    let root = tempfile::tempdir_in(std::env::current_exe().unwrap().parent().unwrap()).unwrap();
    let mut writer = SessionWriter::create(root.path(), &about(8), None).unwrap();
    let frames = hours * 3600 * 250;
    write(&mut writer, frames);
    let folder = writer.finish().unwrap().folder;
    let files = std::fs::read_dir(&folder).unwrap().filter(|entry| is_wav(&entry.as_ref().unwrap().path())).count();
    let (right, damage) = (right(&folder), Recording::open(&folder, None).unwrap().damage().len());
    let what = format!("{hours} h of 8 x 250 Hz ({frames} frames in {files} files), written and read back");
    let survived = usize::from(right == frames && damage == 0);
    Row { what, tried: 1, survived, lost: frames - right, seconds: begin.elapsed().as_secs_f64() }
}

fn is_wav(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "wav")
}

/// Hands over frames of eight channels in blocks of 40 ms.
fn write<D: stillpoint::store::Disk>(writer: &mut SessionWriter<D>, frames: u64) {
    let end = writer.end().0 + frames;
    while writer.end().0 < end {
        let start = writer.end();
        let samples = (start.0..(start.0 + 10).min(end)).flat_map(|frame| (0..8).map(move |channel| sample(frame, channel))).collect();
        drop(writer.append(&Block { start, channels: 8, samples }));
    }
}

/// Frames that are there and are what was handed over.
fn right(folder: &Path) -> u64 {
    let mut recording = Recording::open(folder, None).unwrap();
    let (mut samples, mut at, mut right) = (Vec::new(), SampleIndex(0), 0);
    while recording.read(at, 1 << 16, &mut samples).unwrap() > 0 {
        let frames = samples.chunks_exact(8).zip(at.0..);
        right += frames.filter(|(frame, n)| frame.iter().enumerate().all(|(channel, found)| *found == sample(*n, channel))).count() as u64;
        at = at + (samples.len() / 8) as u64;
    }
    right
}
