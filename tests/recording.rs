//! One session from the first key to the exported segment.

use std::process::Command;

use crate::common::{Program, Sensor};
use stillpoint::signal::{GapCause, Kind, SampleIndex};
use stillpoint::store::Recording;

/// The sensor counts, so that every sample in the file tells which one it is.
fn counting(n: u64) -> String {
    format!("{n}.5,{}\n", n * 3 % 7)
}

#[test]
fn record_mark_segment_quit_replay_and_export_the_segment() {
    let folder = tempfile::tempdir().unwrap();
    let sensor = Sensor::plug(&folder.path().join("tty")).stream(100.0, counting);
    let mut program = Program::start(&["live", sensor.port()]);
    program.wait_text("2 × 100 Hz");
    program.keys("r");
    program.wait_text("REC");
    program.keys(" ");
    program.wait_text("mark");
    program.keys("s");
    program.wait_text("segment");
    // A segment of one second of signal at least: the recording's clock in the corner moves on.
    let clock = |screen: &str| screen.split("REC ").nth(1).map(|rest| rest.split_whitespace().next().unwrap_or_default().to_owned());
    let begin = clock(&program.screen());
    program.wait_for("time to pass", |screen| clock(screen) != begin);
    let begin = clock(&program.screen());
    program.wait_for("time to pass", |screen| clock(screen) != begin);
    program.keys("s");
    program.keys("\rsacrum\r");
    program.wait_text("sacrum");
    program.keys("q");
    program.wait_text("again");
    program.keys("q");
    assert_eq!(program.wait_exit().0, 0);

    let session = program.session();
    let mut recording = Recording::open(&session, None).unwrap();
    assert_eq!(recording.damage(), [] as [String; 0]);
    let mut samples = Vec::new();
    let frames = usize::try_from(recording.frames()).unwrap();
    recording.read(SampleIndex(0), frames, &mut samples).unwrap();
    let first = samples[0];
    for (n, frame) in samples.chunks(2).enumerate() {
        assert_eq!(frame[0], first + n as f32, "every sample that was sent is there, once");
    }
    let segment = recording.annotations().iter().find(|a| a.kind == Kind::Segment).unwrap().clone();
    assert_eq!(segment.label, "sacrum");
    assert!(recording.annotations().iter().any(|a| a.kind == Kind::Mark));
    assert!(segment.span().frames() > 50);

    let out = folder.path().join("out");
    for format in ["wav", "csv"] {
        let status = Command::new(env!("CARGO_BIN_EXE_stillpoint"))
            .args(["export", session.to_str().unwrap(), "--to", format, "-o", out.to_str().unwrap(), "--segment", "sacrum"])
            .status()
            .unwrap();
        assert!(status.success());
    }
    let exported = std::fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == "wav"))
        .unwrap();
    let mut wav = Recording::open(&exported, None).unwrap();
    let mut cut = Vec::new();
    wav.read(SampleIndex(0), usize::try_from(wav.frames()).unwrap(), &mut cut).unwrap();
    let span = segment.start.0 as usize * 2..segment.end.unwrap().0 as usize * 2;
    assert_eq!(cut, samples[span]);

    let mut replay = Program::start(&["replay", session.to_str().unwrap()]);
    // The label stands at its segment where there is room for it: closer, and at the recording's end.
    replay.keys("++++");
    replay.wait_text("sacrum");
    replay.keys("q");
    assert_eq!(replay.wait_exit().0, 0);
}

#[test]
fn a_jump_of_the_counter_is_a_gap_of_that_length() {
    let folder = tempfile::tempdir().unwrap();
    let line = |n: u64| format!("{:.3},{}\n", (n as f64 * 0.7).sin(), if n < 900 { n } else { n + 7 });
    let sensor = Sensor::plug(&folder.path().join("tty")).stream(200.0, line);
    let mut program = Program::start(&["live", sensor.port(), "--record"]);
    program.wait_text("1 × 200 Hz");
    program.wait_text("lost 7");
    program.keys("q");
    program.wait_text("again");
    program.keys("q");
    assert_eq!(program.wait_exit().0, 0);
    let recording = Recording::open(&program.session(), None).unwrap();
    let gaps: Vec<_> = recording.gaps().iter().map(|gap| (gap.cause, gap.exact, gap.span.frames())).collect();
    assert_eq!(gaps, [(GapCause::Counter, true, 7)]);
}
