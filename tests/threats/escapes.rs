//! The bytes that a terminal receives hold no sequence that a device or a file made.

use std::fs;
use std::path::Path;

use rustix::process::Signal;

use super::session;
use crate::common::{Program, Sensor};

/// What a terminal would obey: the clipboard (OSC 52), the title, a link, colours, the cursor, the modes of pasting, a pasted text, a device string,
/// a privacy message, the same with 8-bit introducers, a bell, another character set, and a line that turns round.
const OBEYED: [&str; 12] = [
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1b]0;taken\x1b\\",
    "\x1b]8;;http://example.org\x07",
    "\x1b[31;777m",
    "\x1b[777;777H",
    "\x1b[?2004h",
    "\x1b[200~pasted\x1b[201~",
    "\x1bP1$r\x1b\\",
    "\x1b^secret\x1b\\",
    "\u{9b}31;777m\u{9d}0;taken\u{9c}",
    "\x07\x0e",
    "\u{202e}",
];

/// All of it before a name.
fn hostile(name: &str) -> String {
    OBEYED.concat() + name
}

/// The same as JSON and TOML may write it.
fn escaped() -> String {
    OBEYED.concat().chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect::<Vec<_>>().concat()
}

/// The sequences that the program itself may send, with digits left out: colours, the cursor, clearing, the other screen.
const OWN: [&str; 9] = ["[m", "[H", "[J", "[K", "[G", "[?h", "[?l", "[A", "[B"];
/// Modes that it may set: the other screen, the cursor, a picture that is shown when it is whole, the mouse.
const MODES: [&str; 8] = ["1049", "25", "2026", "1000", "1002", "1003", "1006", "1015"];

/// What there is in the bytes that is not text and not the program's own.
fn foreign(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut foreign = Vec::new();
    let mut pieces = text.split('\x1b');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.char_indices().skip(1).find(|(_, c)| ('@'..='~').contains(c)).map_or(piece.len(), |(at, _)| at + 1);
        let (sequence, rest) = piece.split_at(end.min(piece.len()));
        let kind: String = sequence.chars().filter(|c| !c.is_ascii_digit() && *c != ';').collect();
        let mode = sequence.trim_matches(|c: char| !c.is_ascii_digit());
        let known = OWN.contains(&kind.as_str()) && (!kind.contains('?') || MODES.contains(&mode)) && !sequence.contains("777");
        if !known {
            foreign.push(sequence.to_owned());
        }
        plain.push_str(rest);
    }
    // With CAN the program calls off what a slow terminal has read of a sequence when it leaves.
    let obeyed = |c: &char| (c.is_control() && !matches!(c, '\r' | '\n' | '\u{18}')) || matches!(c, '\u{202a}'..='\u{202e}');
    foreign.extend(plain.chars().filter(obeyed).map(|c| format!("{c:?}")));
    foreign
}

fn assert_harmless(program: &Program, what: &str) {
    let bytes = program.received();
    assert!(bytes.len() > 20, "{what}: the terminal was sent nothing");
    assert_eq!(foreign(&bytes), [] as [String; 0], "{what}");
}

#[test]
fn the_sequences_of_a_device_are_told_from_our_own() {
    assert_eq!(foreign(b"\x1b[?1049h\x1b[?25l\x1b[2J\x1b[3;4H\x1b[38;5;2mleft \xc2\xb5m\x1b[0m\x1b[?25h\r\n"), [] as [String; 0]);
    for sequence in OBEYED {
        assert_ne!(foreign(sequence.as_bytes()), [] as [String; 0], "{sequence:?}");
    }
}

/// A device in a format of its own, with what its name comes to.
type Device = (&'static str, fn(u64) -> String);

#[test]
fn what_a_device_sends_never_becomes_a_sequence_that_the_terminal_obeys() {
    let devices: [Device; 4] = [
        (
            "a header of names",
            |n| if n % 50 == 0 { format!("{},{}\n", hostile("left"), hostile("right")) } else { format!("{n}.5,{n}.25\n") },
        ),
        ("Teleplot", |n| format!(">{}:{n}.5\n>right:{n}.25\n", hostile("left"))),
        ("JSON", |n| {
            let name = escaped();
            format!("{{\"{name}left\":{n}.5,\"right\":{n}.25}}\n")
        }),
        ("words", |n| format!("{}{}\n", hostile("calibrating"), ["", " please wait"][n as usize % 2])),
    ];
    for (what, line) in devices {
        let folder = tempfile::tempdir().unwrap();
        let sensor = Sensor::plug(&folder.path().join("tty")).stream(50.0, line);
        let mut program = Program::start(&["live", sensor.port(), "--record"]);
        program.wait_for(what, |screen| screen.contains("REC") || screen.contains("no text"));
        program.keys("w");
        program.wait_text("sends · esc goes back");
        program.keys("wvvv");
        sensor.unplug();
        program.wait_for(what, |screen| screen.contains("unplugged") || screen.contains("gone"));
        program.signal(Signal::TERM);
        assert_eq!(program.wait_exit().0, 0, "{what}");
        assert_harmless(&program, what);
    }
}

/// A session in which everything that can hold a text holds what a terminal would obey; so does its name, as far as a file system takes it.
fn hostile_session(root: &Path) -> std::path::PathBuf {
    let folder = session(root, &hostile("evening").replace('/', "_"));
    let escaped = escaped();
    let page = fs::read_to_string(folder.join("session.toml")).unwrap();
    let page = page.replace("name = \"sacrum\"", &format!("name = \"{escaped}sacrum\"")).replace("µm", &format!("{escaped}µm"));
    fs::write(folder.join("session.toml"), page.replace("device = \"", &format!("device = \"{escaped}"))).unwrap();
    let events = fs::read_to_string(folder.join("events.jsonl")).unwrap();
    let fault = format!("{{\"type\":\"fault\",\"at\":5,\"what\":\"{escaped}noise\"}}\n");
    let events = events.replace("\"label\":\"", &format!("\"label\":\"{escaped}"));
    fs::write(folder.join("events.jsonl"), fault + &events).unwrap();
    folder
}

#[test]
fn what_a_session_says_never_becomes_a_sequence_that_the_terminal_obeys() {
    let root = tempfile::tempdir().unwrap();
    let folder = hostile_session(root.path());
    let path = folder.to_str().unwrap();
    let mut program = Program::start(&["replay", path, "--paused", "--at", "1:00"]);
    program.wait_text("1:00 /");
    program.keys("a");
    program.wait_text("annotation 2 of 2");
    program.keys("a");
    for _ in 0..5 {
        program.keys("v");
    }
    program.keys("o");
    program.wait_text("settings");
    program.signal(Signal::TERM);
    assert_eq!(program.wait_exit().0, 0);
    assert_harmless(&program, "replay");

    let out = root.path().join("out");
    let commands: [&[&str]; 7] = [
        &["info", path],
        &["analyze", path],
        &["analyze", path, "--format", "jsonl"],
        &["analyze", path, "--format", "csv"],
        &["recover", path],
        &["export", path, "--to", "csv", "-o", out.to_str().unwrap()],
        &["export", path, "--to", "csv", "-o", out.to_str().unwrap()],
    ];
    for command in commands {
        let mut program = Program::start(command);
        program.wait_exit();
        assert_harmless(&program, &format!("{command:?}"));
    }
}

#[test]
fn the_name_of_a_file_that_is_refused_never_becomes_a_sequence_that_the_terminal_obeys() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join(hostile("letter.wav").replace('/', "_"));
    fs::write(&path, "this is a letter to a friend").unwrap();
    for command in ["info", "analyze", "replay", "recover"] {
        let mut program = Program::start(&[command, path.to_str().unwrap()]);
        assert_eq!(program.wait_exit().0, 1, "{command}");
        assert_harmless(&program, command);
    }
}
