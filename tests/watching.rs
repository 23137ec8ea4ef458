//! What a person sees: the demo, a recording played, a sensor that talks and goes away.

use crate::common::{Program, Sensor};

#[test]
fn the_demo_shows_a_rate_with_its_evidence_and_says_that_it_is_simulated() {
    let mut program = Program::start(&["demo"]);
    let screen = program.wait_for("the first figures", |screen| screen.contains("/min") && screen.contains("clear"));
    assert!(screen.contains("simulated"), "{screen}");
    program.keys("q");
    assert_eq!(program.wait_exit().0, 0);
    program.assert_terminal_is_back();
}

#[test]
fn the_demo_fits_a_small_terminal() {
    let program = Program::start_at(&["demo"], (80, 24));
    program.wait_for("the first figures", |screen| screen.contains("/min") && screen.contains("clear"));
}

#[test]
fn a_recording_plays_pauses_seeks_and_changes_speed() {
    let mut program = Program::start(&["replay", "recordings/steady", "--speed", "16"]);
    program.wait_for("figures", |screen| screen.contains("/min"));
    program.keys(" ");
    program.wait_text("‖");
    program.keys("g1:30\r");
    let screen = program.wait_text("1:30");
    assert!(screen.contains('‖'), "{screen}");
    program.keys(">");
    program.wait_text("32x");
    program.keys("q");
    assert_eq!(program.wait_exit().0, 0);
}

#[test]
fn a_sensor_that_talks_is_recognised_and_its_rate_measured() {
    let folder = tempfile::tempdir().unwrap();
    let sensor = Sensor::plug(&folder.path().join("tty")).stream(50.0, |n| {
        let t = n as f64 / 50.0;
        format!("left:{:.3},right:{:.3}\r\n", (t * 6.9).sin() * 10.0, (t * 6.9 + 0.2).sin() * 8.0)
    });
    let mut program = Program::start(&["live", sensor.port()]);
    // A machine that has other work to do sends a little slower, and that is what is measured.
    let measured = |screen: &str| screen.split_once("2 × ")?.1.split_once(" Hz")?.0.parse::<f64>().ok();
    program.wait_for("a rate near 50 Hz", |screen| measured(screen).is_some_and(|hz| (hz - 50.0).abs() < 2.5));
    let screen = program.wait_text("right");
    assert!(screen.contains("left"), "{screen}");
    sensor.unplug();
    program.wait_for("the sensor's absence", |screen| screen.contains("unplugged") || screen.contains("gone"));
    program.keys("q");
    assert_eq!(program.wait_exit().0, 0);
}

#[test]
fn w_shows_what_a_sensor_sends_that_sends_no_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let sensor = Sensor::plug(&folder.path().join("tty")).stream(50.0, |n| {
        let word = ["warming up", "please wait", "\x1b]0;taken\x07calibrating"][n as usize % 3];
        format!("{word}\r\n")
    });
    let mut program = Program::start(&["live", sensor.port()]);
    program.wait_for("what it is, and the key", |screen| screen.contains("text, no numbers") && screen.contains("w shows what it sends"));
    program.keys("w");
    let screen = program.wait_text("]0;takencalibrating");
    assert!(screen.contains("text, no numbers") && screen.contains("warming up"), "{screen}");
    program.keys("w");
    program.wait_for("the trace again", |screen| !screen.contains("warming up"));
    program.keys("q");
    assert_eq!(program.wait_exit().0, 0);
}

#[test]
fn an_unplugged_sensor_that_comes_back_leaves_a_gap_and_the_session_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("tty");
    let line = |n: u64| format!("{:.3}\n", (n as f64 * 0.05).sin());
    let sensor = Sensor::plug(&link).stream(100.0, line);
    let program = Program::start(&["live", sensor.port(), "--record"]);
    program.wait_text("REC");
    sensor.unplug();
    program.wait_text("unplugged");
    let sensor = Sensor::plug(&link).stream(100.0, line);
    let lost = program.wait_for("the loss", |screen| screen.contains("lost") && !screen.contains("lost 0"));
    assert!(lost.contains("REC"), "{lost}");
    drop(sensor);
}

#[test]
fn a_port_that_another_program_has_is_said_to_be_busy() {
    let folder = tempfile::tempdir().unwrap();
    let sensor = Sensor::plug(&folder.path().join("tty"));
    let first = Program::start(&["live", sensor.port()]);
    first.wait_text("waiting");
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_stillpoint")).args(["live", sensor.port()]).output().unwrap();
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!((second.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    // Which of the two that have it, the first program or this test as the sensor, is for the system to say; on Linux it names one.
    let named = said.contains("busy, ") && said.contains(") has it open");
    assert!(named || !cfg!(target_os = "linux") && said.contains("busy"), "{said}");
}

#[test]
fn without_a_command_one_chooses_and_what_was_chosen_opens() {
    let mut program = Program::start(&[]);
    program.wait_text("without a sensor");
    program.keys("\r");
    program.wait_text("demo · simulated");
    program.keys("q");
    assert_eq!(program.wait_exit().0, 0);
    program.assert_terminal_is_back();
}
