//! Bad input gets one clear line that says what was wrong and where, and exit status 1 (2 for wrong usage).

use std::io::Write;
use std::path::Path;

use assert_cmd::Command;

fn stillpoint(args: &[&str]) -> (i32, String) {
    let output = Command::cargo_bin("stillpoint").unwrap().args(args).timeout(std::time::Duration::from_secs(30)).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// Exit 1, one line, and it says this.
fn refused(args: &[&str], says: &[&str]) {
    let (code, error) = stillpoint(args);
    assert_eq!(code, 1, "{args:?}: {error}");
    assert_eq!(error.lines().count(), 1, "{args:?}: {error}");
    for word in says {
        assert!(error.contains(word), "{args:?}: `{word}` is missing from: {error}");
    }
}

fn file(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A WAV header with these fields and no sample.
fn header(channels: u16, rate: u32, data: u32) -> Vec<u8> {
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend(data.wrapping_add(36).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend(3_u16.to_le_bytes());
    wav.extend(channels.to_le_bytes());
    wav.extend(rate.to_le_bytes());
    wav.extend(rate.wrapping_mul(u32::from(channels) * 4).to_le_bytes());
    wav.extend((channels * 4).to_le_bytes());
    wav.extend(32_u16.to_le_bytes());
    wav.extend(b"data");
    wav.extend(data.to_le_bytes());
    wav
}

#[test]
fn ports() {
    refused(&["live", "/dev/ttyNOWHERE"], &["/dev/ttyNOWHERE", "no such port"]);
    let folder = tempfile::tempdir().unwrap();
    let not_a_port = file(folder.path(), "notes.txt", b"hello");
    refused(&["live", &not_a_port], &["notes.txt"]);
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    refused(&["analyze", "nowhere.wav"], &["nowhere.wav", "no such file"]);
    refused(&["analyze", &file(at, "empty.wav", b"")], &["empty.wav", "empty"]);
    refused(&["analyze", &file(at, "text.wav", b"this is a letter to a friend")], &["text.wav", "not a WAV"]);
    refused(&["analyze", &file(at, "cut.wav", &header(1, 100, 400)[..30])], &["cut.wav", "cut short"]);
    refused(&["analyze", &file(at, "none.wav", &header(0, 100, 400))], &["none.wav", "0 channels"]);
    refused(&["analyze", &file(at, "still.wav", &header(1, 0, 400))], &["still.wav", "--rate"]);
    refused(&["replay", at.to_str().unwrap()], &["no session"]);
}

#[test]
fn a_header_that_claims_four_gigabytes_is_read_as_far_as_there_is_something() {
    let folder = tempfile::tempdir().unwrap();
    let mut wav = header(1, 100, u32::MAX);
    wav.extend([0; 4000]);
    let (code, said) = stillpoint(&["info", &file(folder.path(), "liar.wav", &wav)]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn an_output_folder_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = file(folder.path(), "a-file", b"");
    refused(&["export", "recordings/steady", "--to", "csv", "-o", &format!("{blocked}/out")], &["a-file"]);
}

#[test]
fn a_full_screen_command_without_a_terminal() {
    refused(&["demo"], &["terminal"]);
    refused(&["replay", "recordings/steady"], &["terminal"]);
}

#[test]
fn wrong_usage_is_two() {
    assert_eq!(stillpoint(&["fly"]).0, 2);
    assert_eq!(stillpoint(&["export"]).0, 2);
}

#[test]
fn what_makes_no_sense_whatever_the_file_is_two_in_one_line_and_a_bad_file_is_one() {
    for (args, says) in [
        (&["analyze", "recordings/quiet", "--window", "0"][..], "--window 0"),
        (&["analyze", "recordings/quiet", "--step", "0"], "--step 0"),
        (&["analyze", "recordings/quiet", "--range", "foo=1..2"], "`foo` is no rhythm"),
        (&["analyze", "recordings/quiet", "--rhythm", "xx"], "`xx` is no rhythm"),
        (&["analyze", "recordings/quiet", "--compare", "a"], "two segments"),
        (&["analyze", "recordings/quiet", "--from", "soon"], "--from"),
        (&["analyze", "recordings/quiet", "--rate", "0"], "--rate 0"),
        (&["analyze", "recordings/quiet", "--channels", "left:head"], "`head` is no role"),
        (&["analyze", "recordings/quiet", "--format", "parquet"], "Parquet"),
        (&["analyze", "recordings/quiet", "--resume", "-o", "-"], "standard output"),
        (&["report", "recordings/quiet", "-o", "x.pdf"], "x.pdf"),
        (&["report", "recordings/quiet", "-o", "x.html", "--channels", "left:head"], "`head` is no role"),
        (&["replay", "recordings/quiet", "--speed", "1000"], "--speed 1000"),
        (&["replay", "recordings/quiet", "--at", "soon"], "--at"),
        (&["replay", "nowhere.wav", "--rhythm", "xx"], "`xx` is no rhythm"),
        (&["live", "/dev/ttyNOWHERE", "--format", "morse"], "--format"),
        (&["record", "demo", "--for", "soon"], "--for"),
        (&["record", "demo", "-o", "-"], "a session is a folder"),
        (&["export", "recordings/quiet", "--to", "csv", "-o", "-"], "name a folder"),
    ] {
        let (code, error) = stillpoint(args);
        assert_eq!((code, error.lines().count()), (2, 1), "{args:?}: {error}");
        assert!(error.contains(says), "{args:?}: `{says}` is missing from: {error}");
    }
    refused(&["analyze", "nowhere.wav", "--rate", "100"], &["nowhere.wav"]);
}

#[test]
fn one_bad_file_among_many_is_told_and_left_out() {
    let (code, error) = stillpoint(&["analyze", "recordings/steady", "nowhere.wav", "--format", "jsonl"]);
    assert_eq!(code, 1);
    assert!(error.contains("nowhere.wav") && error.contains("1 of 2"), "{error}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_standard_output_that_takes_nothing_is_named() {
    for args in [["info", "recordings/steady"], ["analyze", "recordings/steady"], ["completions", "bash"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_stillpoint")).args(args).stdout(full).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), error.lines().count()), (Some(1), 1), "{args:?}: {error}");
        assert!(error.starts_with("stillpoint: standard output cannot be written"), "{args:?}: {error}");
    }
}
