//! A header that lies costs no memory: the program is run with little more than it needs for an honest file.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::session;

/// What the program needs for a small recording, and 64 MiB: in KiB of data (anonymous memory, touched or not).
const MOST: u64 = (32 + 64) * 1024;
const HUGE: u64 = 1 << 36;
/// As much of a journal is read in a second or two.
const LONG: u64 = 1 << 28;

/// Runs with so much memory; what cannot be had ends a program with a signal.
fn within(most: u64, args: &[&str]) -> (Option<i32>, String) {
    let script = format!("ulimit -d {most}; exec timeout 60 \"$0\" \"$@\"");
    let output = Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_stillpoint")]).args(args).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Opens or refuses it, in one line and within the memory, whatever is asked of it.
fn assert_bounded(path: &Path) {
    assert_bounded_to(path, "60");
}

fn assert_bounded_to(path: &Path, end: &str) {
    for command in [&["info"][..], &["analyze", "--jobs", "1", "--rate", "100", "--to-time", end, "--format", "jsonl"]] {
        let args = [command, &[path.to_str().unwrap()]].concat();
        let (code, said) = within(MOST, &args);
        assert!(matches!(code, Some(0 | 1)), "{args:?}: {code:?} {said}");
        assert!(code == Some(0) || said.lines().last().is_some_and(|line| line.starts_with("stillpoint: ")), "{args:?}: {said}");
    }
}

/// A file that says much and holds nothing: its end is a hole.
fn hollow(root: &Path, name: &str, start: &[u8], length: u64) -> PathBuf {
    let path = root.join(name);
    let mut file = File::create(&path).unwrap();
    file.write_all(start).unwrap();
    file.set_len(length.max(start.len() as u64)).unwrap();
    path
}

fn wav(channels: u16, data: u32, before: &[u8]) -> Vec<u8> {
    let head = [&b"RIFF\xff\xff\xff\xffWAVE"[..], before, b"fmt \x10\0\0\0\x03\0"].concat();
    let numbers = [&channels.to_le_bytes()[..], &100_u32.to_le_bytes(), &(400 * u32::from(channels)).to_le_bytes()].concat();
    let rest = [&channels.wrapping_mul(4).to_le_bytes()[..], b"\x20\0data", &data.to_le_bytes()].concat();
    [head, numbers, rest].concat()
}

/// A header of EDF with one signal and one of annotations, of so many samples in a record.
fn edf(signals: usize, samples: &str, records: &str) -> Vec<u8> {
    let mut header = format!(
        "{:<8}{:<80}{:<80}{:<8}{:<8}{:<8}{:<44}{records:<8}{:<8}{signals:<4}",
        0,
        "X",
        "X",
        "01.01.26",
        "00.00.00",
        256 * (signals + 1),
        "EDF+D",
        1
    );
    let fields: [(usize, &str); 10] =
        [(16, "left"), (80, ""), (8, "uV"), (8, "-1"), (8, "1"), (8, "-32768"), (8, "32767"), (80, ""), (8, samples), (32, "")];
    for (width, text) in fields {
        let field = |n| format!("{:<width$}", if text == "left" && n == 1 { "EDF Annotations" } else { text });
        header += &(0..signals).map(field).collect::<Vec<_>>().concat();
    }
    header.into_bytes()
}

#[test]
fn the_limit_is_enough_for_an_honest_file_and_too_little_is_noticed() {
    let root = tempfile::tempdir().unwrap();
    let folder = session(root.path(), "evening");
    let path = folder.to_str().unwrap();
    assert_eq!(within(MOST - 64 * 1024, &["info", path]).0, Some(0));
    assert_eq!(within(MOST - 64 * 1024, &["analyze", path, "--jobs", "1"]).0, Some(0));
    assert!(!matches!(within(256, &["analyze", path, "--jobs", "1"]).0, Some(0 | 1)));
}

#[test]
fn a_wav_an_edf_and_a_record_that_claim_more_than_they_hold_take_no_memory() {
    let root = tempfile::tempdir().unwrap();
    let at = root.path();
    for (name, start) in [
        ("many.wav", wav(16, u32::MAX, b"")),
        ("wide.wav", wav(u16::MAX, u32::MAX, b"")),
        ("chunk.wav", wav(1, 4000, b"LIST\xff\xff\xff\xff")),
        ("long.wav", wav(2, u32::MAX, b"")),
    ] {
        assert_bounded(&hollow(at, name, &start, 4000));
        assert_bounded(&hollow(at, name, &start, HUGE));
    }
    for (name, start) in [
        ("samples.edf", edf(2, "99999999", "1")),
        ("many.edf", edf(1025, "99999999", "99999999")),
        ("records.edf", edf(2, "1", "99999999")),
    ] {
        assert_bounded(&hollow(at, name, &start, start.len() as u64 + 4000));
        assert_bounded(&hollow(at, name, &start, HUGE));
    }
    // A second of it is 20 million samples.
    assert_bounded_to(&hollow(at, "fast.edf", &edf(3, "9999999", "-1"), HUGE), "1");
    let record = "a 16 100 18446744073709551615\n".to_owned() + &"a.dat 16x64 200/mV 16 0 0 0 0 left\n".repeat(16);
    hollow(at, "a.dat", b"", HUGE);
    assert_bounded(&hollow(at, "a.hea", record.as_bytes(), 0));
    assert_bounded(&hollow(at, "b.hea", record.as_bytes(), HUGE));
}

#[test]
fn a_table_or_what_lies_beside_it_that_never_ends_takes_no_memory() {
    let root = tempfile::tempdir().unwrap();
    let at = root.path();
    assert_bounded(&hollow(at, "nothing.csv", b"time_s,left\n", HUGE));
    assert_bounded(&hollow(at, "line.csv", "1".repeat(8 << 20).as_bytes(), 0));
    assert_bounded(&hollow(at, "wide.csv", "1,".repeat(1 << 19).as_bytes(), 0));
    let rows = (0..600).map(|n| format!("{:?},{n}\n", f64::from(n) / 10.0)).collect::<Vec<_>>().concat();
    let leap = format!("time_s,left\n{rows}1e15,1\n1e300,2\n");
    assert_bounded(&hollow(at, "leap.csv", leap.as_bytes(), 0));
    let night = hollow(at, "night.csv", ("time_s,left\n".to_owned() + &rows).as_bytes(), 0);
    for name in ["night.json", "night_annotations.csv", "night.csv.stillpoint"] {
        hollow(at, name, b"{", HUGE);
    }
    assert_bounded(&night);
}

#[test]
fn a_session_whose_description_or_journal_lies_takes_no_memory() {
    let root = tempfile::tempdir().unwrap();
    for (name, start) in
        [("session.toml", &b"format = 1\n"[..]), ("events.jsonl", b"{\"type\":"), ("overview.bin", b"stillpoint overview 1\n")]
    {
        let folder = session(root.path(), &name.replace('.', "-"));
        hollow(&folder, name, start, if name == "events.jsonl" { LONG } else { HUGE });
        assert_bounded(&folder);
    }
    let folder = session(root.path(), "numbers");
    let far = u64::MAX - 1;
    let lines = [
        format!("{{\"type\":\"gap\",\"start\":0,\"end\":{far},\"cause\":\"unplugged\",\"exact\":true}}\n"),
        format!("{{\"type\":\"part\",\"number\":4294967295,\"start\":{far}}}\n{{\"type\":\"part\",\"number\":2,\"start\":{far}}}\n"),
        format!(
            "{{\"type\":\"annotation\",\"edit\":\"put\",\"id\":{far},\"kind\":\"segment\",\"start\":{far},\"end\":{far},\"label\":\"x\"}}\n"
        ),
        format!("{{\"type\":\"end\",\"frames\":{far}}}\n"),
    ];
    fs::write(folder.join("events.jsonl"), lines.concat()).unwrap();
    fs::copy(folder.join("signal.wav"), folder.join("signal-002.wav")).unwrap();
    assert_bounded(&folder);
}
