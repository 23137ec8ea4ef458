//! Recording without a screen: whole to the sample, however it ends, and nobody's but its user's.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::disk::kill::{Recorder, kill_at};
use rustix::process::Signal;
use stillpoint::signal::SampleIndex;
use stillpoint::store::Recording;

/// What `stillpoint record` says of these lines of standard input.
fn record(root: &Path, args: &[&str], lines: &str) -> Output {
    let mut child = start(root, args);
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn start(root: &Path, args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stillpoint"));
    command.args(["record", "-", "-o", root.to_str().unwrap()]).args(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn counting(lines: std::ops::Range<u32>) -> String {
    // With a half, so that no column is taken for the device's own counter.
    lines.flat_map(|n| [n.to_string(), ".5,".to_owned(), (n * 3 % 7).to_string(), "\n".to_owned()]).collect()
}

fn folders(output: &Output) -> Vec<PathBuf> {
    String::from_utf8_lossy(&output.stdout).lines().map(PathBuf::from).collect()
}

/// The counter in every frame.
fn counters(folder: &Path) -> Vec<f32> {
    let mut recording = Recording::open(folder, None).unwrap();
    assert_eq!(recording.damage(), &[] as &[String]);
    let (mut samples, frames) = (Vec::new(), recording.frames());
    recording.read(SampleIndex(0), frames as usize, &mut samples).unwrap();
    samples.chunks_exact(2).map(|frame| frame[0]).collect()
}

/// Every sample that was sent is there, once.
fn assert_counts(counters: &[f32], frames: usize) {
    let wrong = counters.iter().zip(0_u16..).position(|(found, n)| *found != f32::from(n) + 0.5);
    assert_eq!((counters.len(), wrong), (frames, None));
}

#[test]
fn a_pipe_is_recorded_to_its_end_to_the_sample() {
    let root = tempfile::tempdir().unwrap();
    let output = record(root.path(), &["--rate", "1000"], &counting(0..30_000));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let [folder] = &folders(&output)[..] else { panic!("{said}") };
    assert_counts(&counters(folder), 30_000);
    assert!(said.contains("saved 0:30 in"), "{said}");
}

#[test]
fn the_session_names_the_format_that_was_recognised_and_a_change_of_it() {
    let root = tempfile::tempdir().unwrap();
    let labelled: String = (0..200).flat_map(|n| ["a:".to_owned(), n.to_string(), ".5,b:2.5\n".to_owned()]).collect();
    let output = record(root.path(), &["--rate", "1000"], &(counting(0..3000) + &labelled));
    let [folder] = &folders(&output)[..] else { panic!("{output:?}") };
    assert_eq!(Recording::open(folder, None).unwrap().about().unwrap().wire_format, "delimited (comma)");
    let events = fs::read_to_string(folder.join("events.jsonl")).unwrap();
    let changed = events.lines().filter(|line| line.contains("the format has changed: it was delimited (comma), it is labelled"));
    assert_eq!(changed.count(), 1, "{events}");
    let info = Command::new(env!("CARGO_BIN_EXE_stillpoint")).args(["info", folder.to_str().unwrap()]).output().unwrap();
    assert!(String::from_utf8_lossy(&info.stdout).contains("standard input, delimited (comma)"), "{info:?}");
}

#[test]
fn sessions_follow_one_another_without_a_sample_between_and_end_where_was_asked() {
    let root = tempfile::tempdir().unwrap();
    let output = record(root.path(), &["--rate", "1000", "--split", "10s", "--for", "25s"], &counting(0..40_000));
    assert_eq!(output.status.code(), Some(0));
    let folders = folders(&output);
    let lengths: Vec<usize> = folders.iter().map(|folder| counters(folder).len()).collect();
    assert_eq!(lengths, [10_000, 10_000, 5_000]);
    let all: Vec<f32> = folders.iter().flat_map(|folder| counters(folder)).collect();
    assert_counts(&all, 25_000);
    let starts: Vec<_> = folders.iter().map(|folder| Recording::open(folder, None).unwrap().about().unwrap().started).collect();
    assert_eq!(starts[1].duration_since(starts[0]).as_secs(), 10);
}

#[test]
fn a_source_without_a_sample_is_a_failure_in_one_line() {
    let root = tempfile::tempdir().unwrap();
    let output = record(root.path(), &[], "");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), said.trim_end()), (Some(1), "stillpoint: standard input: no sample came, nothing was recorded"));
    let output = record(root.path(), &["--for", "soon"], "");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--for: `soon` is no length of time"));
}

#[test]
fn a_stream_that_is_over_before_its_rate_is_known_says_once_what_to_do() {
    let root = tempfile::tempdir().unwrap();
    let output = record(root.path(), &[], &counting(0..300));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        (output.status.code(), said.matches("before its rate").count(), said.matches("give --rate HZ").count()),
        (Some(1), 1, 1),
        "{said}"
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_a_failure_at_once() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "x").unwrap();
    let mut child = start(&file.join("below"), &["--rate", "100"]);
    let mut input = child.stdin.take().unwrap();
    // The source goes on sending: it is not its end that ends the program.
    while input.write_all(counting(0..100).as_bytes()).is_ok() {}
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot make the folder for sessions"), "{said}");
}

#[test]
fn a_signal_finishes_the_recording_and_the_exit_status_is_0() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let root = tempfile::tempdir().unwrap();
        let recorder = Recorder::start(env!("CARGO_BIN_EXE_stillpoint"), root.path());
        recorder.wait_until_there_are(300);
        let output = recorder.end(signal);
        assert_eq!(output.status.code(), Some(0), "{signal:?}");
        let counters = counters(&folders(&output)[0]);
        assert!(counters.len() >= 300);
        assert!(counters.iter().zip(0_u16..).all(|(found, n)| *found == f32::from(n) + 0.5), "{signal:?}");
    }
}

#[test]
fn killed_at_any_instant_it_has_lost_at_most_the_last_second() {
    for frames in [40, 333, 701] {
        let killed = kill_at(env!("CARGO_BIN_EXE_stillpoint"), frames);
        assert_eq!((killed.wrong, killed.lost), (None, 0));
    }
}

#[test]
fn a_second_program_on_the_same_session_is_told_so_and_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let recorder = Recorder::start(env!("CARGO_BIN_EXE_stillpoint"), root.path());
    recorder.wait_until_there_are(100);
    let session = recorder.session();
    let run = |command: &str| Command::new(env!("CARGO_BIN_EXE_stillpoint")).args([command, session.to_str().unwrap()]).output().unwrap();
    let refused = run("recover");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!((refused.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("another program is recording"), "{said}");
    let info = run("info");
    assert!(String::from_utf8_lossy(&info.stdout).contains("still being recorded"), "{}", String::from_utf8_lossy(&info.stdout));
    let output = recorder.end(Signal::INT);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(run("recover").status.code(), Some(0));
    counters(&session);
}

#[test]
fn folders_and_files_are_private_whatever_the_umask() {
    let begun = ["000", "077", "277", "377"].map(|umask| {
        let root = tempfile::tempdir().unwrap();
        let script = format!("umask {umask}; exec \"$0\" record demo -o \"$1/a/b\" --for 5s");
        let stillpoint = env!("CARGO_BIN_EXE_stillpoint");
        let mut command = Command::new("sh");
        command.args(["-c", &script, stillpoint, root.path().to_str().unwrap()]).stdout(Stdio::piped()).stderr(Stdio::piped());
        (umask, command.spawn().unwrap(), root)
    });
    for (umask, recorder, _root) in begun {
        let output = recorder.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let session = &folders(&output)[0];
        for folder in session.ancestors().take(3) {
            assert_eq!(mode(folder), 0o700, "{umask}: {}", folder.display());
        }
        for file in fs::read_dir(session).unwrap().map(|entry| entry.unwrap().path()) {
            assert_eq!(mode(&file), 0o600, "{umask}: {}", file.display());
        }
    }
}

#[test]
fn nothing_is_sent_anywhere() {
    let root = tempfile::tempdir().unwrap();
    let recorder = Recorder::start(env!("CARGO_BIN_EXE_stillpoint"), root.path());
    recorder.wait_until_there_are(100);
    assert_eq!(sockets_to_others(recorder.id()), [] as [String; 0]);
    recorder.end(Signal::INT);
    let screen = crate::common::Program::start(&["demo", "--record"]);
    screen.wait_text("REC");
    assert_eq!(sockets_to_others(screen.id()), [] as [String; 0]);
    // The test sees a socket where there is one.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    assert_ne!(sockets_to_others(std::process::id()), [] as [String; 0]);
    drop(listener);
}

/// The sockets of a process that could reach anybody: all but pairs without a name, by which a program wakes itself for signals.
fn sockets_to_others(process: u32) -> Vec<String> {
    let unnamed: Vec<String> = BufReader::new(fs::File::open(format!("/proc/{process}/net/unix")).unwrap())
        .lines()
        .map(Result::unwrap)
        .filter(|line| line.split_whitespace().count() == 7)
        .map(|line| format!("socket:[{}]", line.split_whitespace().nth(6).unwrap()))
        .collect();
    let open = fs::read_dir(format!("/proc/{process}/fd")).unwrap().filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    open.map(|link| link.to_string_lossy().into_owned()).filter(|link| link.starts_with("socket:") && !unnamed.contains(link)).collect()
}

#[test]
fn on_a_terminal_one_line_says_how_far_it_is() {
    let program = crate::common::Program::start(&["record", "demo"]);
    let screen = program.wait_for("the line", |screen| screen.contains("samples · lost 0 · clock 100.0000 Hz · disk: "));
    assert_eq!(screen.matches("samples").count(), 1, "{screen}");
}
