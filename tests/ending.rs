//! However it ends, it ends at once, the terminal is as it was, and the recording is whole.

use std::time::Duration;

use crate::common::{Program, Sensor};
use rustix::process::Signal;
use stillpoint::store::Recording;

/// Asked to, it quits within this. The promise is 200 ms on a machine that does nothing else; tests run beside each other.
const AT_ONCE: Duration = Duration::from_millis(1500);

fn recording_demo() -> Program {
    let program = Program::start(&["demo", "--record"]);
    program.wait_text("REC");
    // A figure is told when the client has run up for longer than is kept before a recording.
    program.wait_text("±");
    program
}

/// The session that was written is finished, and nothing of it is missing.
fn assert_whole(program: &Program) {
    let recording = Recording::open(&program.session(), None).unwrap();
    assert_eq!(recording.damage(), [] as [String; 0]);
    assert!(recording.frames() >= 1000, "{} frames", recording.frames());
}

#[test]
fn a_signal_finishes_the_recording_and_gives_the_terminal_back() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let mut program = recording_demo();
        program.signal(signal);
        let (code, took) = program.wait_exit();
        assert_eq!(code, 0, "{signal:?}");
        assert!(took < AT_ONCE, "{signal:?} took {took:?}");
        program.assert_terminal_is_back();
        program.wait_text("saved");
        assert_whole(&program);
    }
}

#[test]
fn ctrl_c_asks_once_while_recording_and_then_finishes_it() {
    let mut program = recording_demo();
    program.keys("\x03");
    program.wait_text("again");
    program.keys("\x03");
    let (code, took) = program.wait_exit();
    assert!(code == 0 && took < AT_ONCE, "{code} {took:?}");
    program.assert_terminal_is_back();
    assert_whole(&program);
}

#[test]
fn a_closed_window_finishes_the_recording() {
    let mut program = recording_demo();
    program.close_window();
    program.wait_exit();
    assert_whole(&program);
}

#[test]
fn a_terminal_that_takes_nothing_stalls_neither_the_recording_nor_the_end() {
    let mut program = recording_demo();
    let size = |program: &Program| std::fs::metadata(program.session().join("signal.wav")).unwrap().len();
    program.block(true);
    // The recording grows although no frame gets out: several seconds of signal beyond what was there.
    let begin = size(&program);
    let until = std::time::Instant::now() + Duration::from_secs(30);
    while size(&program) < begin + 3 * 100 * 12 {
        assert!(std::time::Instant::now() < until, "the recording stands still");
        std::thread::yield_now();
    }
    program.signal(Signal::TERM);
    let (code, took) = program.wait_exit();
    assert!(code == 0 && took < AT_ONCE, "{code} {took:?}");
    assert_whole(&program);
    program.block(false);
    program.assert_terminal_is_back();
}

#[test]
fn a_panic_gives_the_terminal_back_and_leaves_the_session_readable() {
    let mut program = recording_demo();
    // F12, the hidden debug key.
    program.keys("\x1b[24~");
    let (code, _) = program.wait_exit();
    assert_eq!(code, 101);
    let said = program.assert_terminal_is_back();
    assert!(said.contains("hidden debug key"), "{said}");
    assert_whole(&program);
}

#[test]
fn a_silent_sensor_can_be_quit() {
    let folder = tempfile::tempdir().unwrap();
    let sensor = Sensor::plug(&folder.path().join("tty"));
    let mut program = Program::start(&["live", sensor.port()]);
    program.wait_text("waiting");
    program.keys("q");
    let (code, took) = program.wait_exit();
    assert!(code == 0 && took < AT_ONCE, "{code} {took:?}");
    program.assert_terminal_is_back();
}
