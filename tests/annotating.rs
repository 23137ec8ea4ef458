//! Annotations made in a replay, the program closed and opened again.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::Program;
use rustix::process::Signal;
use stillpoint::signal::Annotations;
use stillpoint::store::Recording;

/// A copy of a recording of this repository.
fn copy(from: &str, to: &Path) -> PathBuf {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
    to.to_owned()
}

fn annotations(path: &Path) -> Annotations {
    Recording::open(path, None).unwrap().annotations().clone()
}

/// Opens a recording held, at its second minute.
fn replay(path: &Path) -> Program {
    let program = Program::start(&["replay", path.to_str().unwrap(), "--paused", "--at", "1:00"]);
    program.wait_text("1:00 /");
    program
}

fn quit(mut program: Program) {
    program.keys("q");
    assert_eq!(program.wait_exit().0, 0);
    program.assert_terminal_is_back();
}

#[test]
fn what_was_done_before_the_program_was_closed_is_taken_back_after_it_was_opened_again() {
    let root = tempfile::tempdir().unwrap();
    let session = copy("recordings/steady", &root.path().join("steady"));
    let start = annotations(&session);
    let mut program = replay(&session);
    program.keys("m");
    program.wait_text("mark · saved");
    program.keys("3");
    program.wait_text("“sacrum” · saved");
    program.keys("s");
    program.wait_text("segment · saved");
    program.keys("u");
    program.wait_text("taken back · saved");
    quit(program);
    assert_eq!(annotations(&session).len(), start.len() + 1);

    let mut program = replay(&session);
    program.keys("u");
    program.wait_text("mark · saved");
    assert!(annotations(&session).iter().all(|a| a.label != "sacrum"), "the label is taken back, not the segment again");
    program.keys("\x12");
    program.wait_text("“sacrum” · saved");
    program.keys("u");
    program.wait_text("mark · saved");
    program.keys("u");
    program.wait_text("taken back · saved");
    quit(program);
    assert!(annotations(&session).iter().eq(start.iter()), "undo of everything gives the start");
}

#[test]
fn a_segment_drawn_with_the_mouse_and_one_made_at_the_last_moment_are_in_the_file() {
    let root = tempfile::tempdir().unwrap();
    let session = copy("recordings/steady", &root.path().join("steady"));
    let start = annotations(&session).len();
    let mut program = replay(&session);
    assert!(program.hears_mouse());
    program.wait_for("the trace", |screen| screen.contains("mark 1") && screen.contains('▲'));
    program.drag((40, 60), 8);
    program.wait_text("segment · saved");
    // Nothing is waited for: what was pressed before the program was left is kept all the same.
    program.keys("mn");
    program.keys("at the end\rq");
    assert_eq!(program.wait_exit().0, 0);
    program.assert_terminal_is_back();
    let kept = annotations(&session);
    let new: Vec<_> = kept.iter().filter(|a| a.id.0 as usize >= start).map(|a| (a.kind.word(), a.label.as_str())).collect();
    assert_eq!(new, [("segment", ""), ("mark", ""), ("note", "at the end")]);
}

#[test]
fn without_the_mouse_the_terminal_keeps_it() {
    let mut program = Program::start(&["replay", "recordings/steady", "--paused", "--at", "1:00", "--no-mouse"]);
    program.wait_text("1:00 /");
    assert!(!program.hears_mouse());
    program.keys("?");
    program.wait_for("the help without a mouse", |screen| screen.contains("this help") && !screen.contains("wheel"));
    program.keys("?");
    program.wait_text("? keys");
    quit(program);
}

#[test]
fn annotations_of_a_file_outlive_a_kill_in_a_folder_beside_it_and_every_command_shows_them() {
    let root = tempfile::tempdir().unwrap();
    let folder = copy("recordings/steady", &root.path().join("steady"));
    let file = root.path().join("morning.wav");
    std::fs::rename(folder.join("signal.wav"), &file).unwrap();
    let bytes = std::fs::read(&file).unwrap();
    let mut program = replay(&file);
    program.keys("m");
    program.wait_text("mark · saved");
    program.keys("3");
    program.wait_text("“sacrum” · saved");
    program.signal(Signal::KILL);
    program.wait_exit();

    let mut program = replay(&file);
    program.keys("a");
    program.wait_for("the mark in the list", |screen| {
        screen.contains("annotation 1 of 1") && screen.contains("1:00.0") && screen.contains("sacrum")
    });
    program.keys("a");
    program.keys("u");
    program.wait_text("mark · saved");
    program.keys("\x12");
    program.wait_text("“sacrum” · saved");
    quit(program);
    assert_eq!(std::fs::read(&file).unwrap(), bytes, "the file itself is never written");

    let said = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_stillpoint")).args(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let (file, out) = (file.to_str().unwrap(), root.path().join("out"));
    let info = said(&["info", file]);
    assert!(info.contains("annotations  1 mark") && info.contains("morning.wav.stillpoint"), "{info}");
    said(&["export", file, "--to", "csv", "-o", out.to_str().unwrap()]);
    let written: String =
        std::fs::read_dir(&out).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap_or_default()).collect();
    assert!(written.contains("sacrum"), "{written}");
}

/// What the footer and the dialogs say is enough to find a rate, take back a mark, compare two segments and export one of them.
#[test]
fn a_review_goes_by_what_the_screen_says_alone() {
    let root = tempfile::tempdir().unwrap();
    let session = copy("recordings/client", &root.path().join("client"));
    let mut program = Program::start(&["replay", session.to_str().unwrap(), "--paused", "--at", "2:52"]);
    program.wait_for("the keys of a review", |screen| {
        ["g go to", "m mark", "u undo", "x compare", "e export", "paused"].iter().all(|word| screen.contains(word))
    });
    program.keys("g");
    program.wait_text("go to (90, 12:30, 1:02:30)");
    program.keys("1:30\r");
    program
        .wait_for("the rate there", |screen| screen.contains("1:30 / 4:00") && screen.contains("▲1:30") && screen.contains("left/right"));
    program.keys("m");
    program.wait_text("mark · saved");
    program.keys("u");
    program.wait_text("taken back · saved");
    program.keys("X");
    program.wait_for("both segments and how long they would have to be", |screen| {
        ["sacrum", "temporals", "clear", "both last about 4:55 or longer"].iter().all(|word| screen.contains(word))
    });
    program.keys("\x1b");
    program.wait_text("g go to");
    program.keys("e");
    program.wait_text("the whole recording");
    program.keys("\x1b[C");
    program.wait_text("this segment: sacrum");
    program.keys("\x1b[B\x1b[C");
    program.wait_text("csv · a table of samples");
    program.keys("\r");
    program.wait_text("3 files written:");
    program.keys("\x1b");
    program.wait_text("g go to");
    let table = std::fs::read_to_string(root.path().join("exports/client_sacrum.csv")).unwrap();
    quit(program);
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!((rows[0], rows.len()), ("time_s,left [µm],right [µm],belt [mm]", 1 + 90 * 25));
}
