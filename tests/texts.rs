//! Text exports of other programs, each with its own header. The files of tests/data are of our making (make_texts.py), in the layouts of theirs.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use stillpoint::command::info;
use stillpoint::export::{Export, run};
use stillpoint::protocol::Target;
use stillpoint::signal::{GapCause, Kind, Rate, Role, SampleIndex};
use stillpoint::store::{Recording, RecordingKind};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn open(path: &Path) -> Recording {
    Recording::open(path, None).unwrap()
}

fn samples(recording: &mut Recording) -> Vec<f32> {
    let mut all = Vec::new();
    recording.read(SampleIndex(0), 100_000, &mut all).unwrap();
    all
}

fn names(recording: &Recording) -> Vec<String> {
    recording.layout().channels.iter().map(|channel| format!("{} [{}]", channel.name, channel.unit)).collect()
}

fn gaps(recording: &Recording) -> Vec<(u64, u64, GapCause, bool)> {
    recording.gaps().iter().map(|gap| (gap.span.start.0, gap.span.end.0, gap.cause, gap.exact)).collect()
}

fn labels(recording: &Recording) -> Vec<(u64, Kind, &str)> {
    recording.annotations().iter().map(|a| (a.start.0, a.kind, a.label.as_str())).collect()
}

/// The breath that the files hold, at a row.
fn breath(row: usize, hz: f64) -> f64 {
    (std::f64::consts::TAU * 0.25 * row as f64 / hz).sin()
}

/// What was changed in a file, opened.
fn changed(name: &str, change: impl Fn(&str) -> String) -> Result<Recording, String> {
    let root = tempfile::tempdir().unwrap();
    let text: String = fs::read(data(name)).unwrap().into_iter().map(char::from).collect();
    let path = root.path().join(name);
    fs::write(&path, change(&text)).unwrap();
    Recording::open(&path, None).map_err(|error| error.to_string())
}

#[test]
fn an_openbci_file_has_its_channels_its_losses_and_its_markers() {
    let mut cyton = open(&data("openbci_gui5.txt"));
    assert_eq!((cyton.kind(), cyton.rate().hz(), cyton.frames()), (RecordingKind::OpenBci, 250.0, 1000));
    let told = names(&cyton);
    assert_eq!(
        (told.len(), told[0].as_str(), told[7].as_str(), told[10].as_str()),
        (11, "EXG Channel 0 [µV]", "EXG Channel 7 [µV]", "Accel Channel 2 [g]")
    );
    assert_eq!(gaps(&cyton), [(400, 410, GapCause::Counter, true)]);
    assert_eq!(labels(&cyton), [(600, Kind::Mark, "3")]);
    assert_eq!(cyton.start().unwrap().to_string(), "2026-11-23T10:15:00Z");
    let all = samples(&mut cyton);
    for row in (0..400).chain(410..1000) {
        assert!((f64::from(all[row * 11 + 1]) - 200.0 * breath(row, 250.0)).abs() < 1e-3, "row {row}");
    }
    assert!(all[400 * 11..410 * 11].iter().all(|sample| sample.is_nan()));
    assert!(cyton.damage().iter().all(|line| line.contains("left out")) && cyton.damage().len() == 1, "{:?}", cyton.damage());
}

#[test]
fn an_old_openbci_file_with_decimal_commas_and_no_names_is_read_as_well() {
    let mut ganglion = open(&data("openbci_gui4.txt"));
    assert_eq!((ganglion.kind(), ganglion.rate().hz(), ganglion.frames()), (RecordingKind::OpenBci, 200.0, 600));
    assert_eq!(
        names(&ganglion).join(", "),
        "EXG Channel 0 [µV], EXG Channel 1 [µV], EXG Channel 2 [µV], EXG Channel 3 [µV], Accel Channel 0 [g], Accel Channel 1 [g], Accel Channel 2 [g]"
    );
    assert_eq!(gaps(&ganglion), [(250, 256, GapCause::Counter, true)]);
    let all = samples(&mut ganglion);
    assert!((f64::from(all[300 * 7 + 3]) - 40.0 * breath(300, 200.0)).abs() < 0.01);
    assert_eq!((all[6], ganglion.damage()), (1.0, &[] as &[String]));
}

#[test]
fn an_openbci_header_that_lies_about_the_rate_is_found_out_by_the_stamps() {
    let fast = changed("openbci_gui5.txt", |text| text.replace("Sample Rate = 250 Hz", "Sample Rate = 125 Hz")).unwrap();
    assert!((fast.rate().hz() / 250.0 - 1.0).abs() < 0.01, "{}", fast.rate().hz());
    assert!(fast.damage().iter().any(|line| line.contains("125 Hz")), "{:?}", fast.damage());
    // 16 channels of a Daisy, counted by twos, without a line for the rate and the stamps.
    let rows: Vec<String> = (0..300).map(|n| format!("{}, {}", 2 * n % 256, vec![n.to_string(); 16].join(", "))).collect();
    let text = format!("%OpenBCI Raw EEG Data\n%Number of channels = 16\n{}\n", rows.join("\n"));
    let line = changed("openbci_gui5.txt", |_| text.clone()).unwrap_err();
    assert!(line.contains("--rate HZ"), "{line}");
    let daisy = changed("openbci_gui5.txt", |_| text.replace("%Number", "%Sample Rate = 125.0 Hz\n%Number")).unwrap();
    assert_eq!((daisy.layout().channels.len(), daisy.frames(), daisy.gaps().len(), daisy.rate().hz()), (16, 300, 0, 125.0));
}

#[test]
fn a_labchart_export_has_its_blocks_with_a_gap_between_and_its_comments() {
    let mut chart = open(&data("labchart.txt"));
    assert_eq!((chart.kind(), chart.rate().hz(), chart.frames()), (RecordingKind::LabChart, 100.0, 750));
    assert_eq!(names(&chart), ["Force left [mN]", "Belt [µm]"]);
    assert_eq!(chart.layout().channels[1].role, Role::Breath);
    assert_eq!(gaps(&chart), [(300, 550, GapCause::Stalled, false)]);
    assert_eq!(labels(&chart), [(100, Kind::Note, "eyes shut"), (600, Kind::Note, "Belt: cough"), (600, Kind::Note, "hold")]);
    assert_eq!(chart.start().unwrap().to_string(), "2026-11-23T10:15:00");
    assert_eq!(chart.damage(), &[] as &[String]);
    let all = samples(&mut chart);
    assert!(all[7 * 2].is_nan() && !all[7 * 2 + 1].is_nan());
    assert!(
        (f64::from(all[200 * 2]) - breath(200, 100.0)).abs() < 1e-5
            && (f64::from(all[650 * 2 + 1]) - 100.0 * breath(100, 100.0)).abs() < 1e-4
    );
    let page = info::page(&chart);
    assert!(page.contains("LabChart text file") && page.contains("2026-11-23 10:15:00, the local time"), "{page}");
}

#[test]
fn a_labchart_export_without_times_or_dates_is_laid_out_by_its_interval() {
    let no_times = |text: &str| {
        let row = |line: &str| {
            if line.starts_with(|c: char| c.is_ascii_digit()) { line.split_once('\t').unwrap().1.to_owned() } else { line.to_owned() }
        };
        text.lines().map(row).collect::<Vec<_>>().join("\n")
    };
    let mut chart = changed("labchart.txt", no_times).unwrap();
    assert_eq!((chart.rate().hz(), chart.frames(), names(&chart).len(), labels(&chart).len()), (100.0, 750, 2, 3));
    assert!((f64::from(samples(&mut chart)[200 * 2]) - breath(200, 100.0)).abs() < 1e-5);
    let undated =
        changed("labchart.txt", |text| text.lines().filter(|line| !line.starts_with("Excel")).collect::<Vec<_>>().join("\n")).unwrap();
    assert_eq!((undated.frames(), undated.gaps().len()), (500, 0));
    assert!(undated.damage()[0].contains("line 309 does not say when"), "{:?}", undated.damage());
    let other = changed("labchart.txt", |text| {
        text.replacen("Interval=\t0.01 s", "Interval=\t0.0100 s", 1).replace("Interval=\t0.01 s", "Interval=\t0.02 s")
    })
    .unwrap();
    assert_eq!(other.frames(), 300);
    assert!(other.damage()[0].contains("200 rows of blocks"), "{:?}", other.damage());
    let line = changed("labchart.txt", |text| text.lines().take(9).collect::<Vec<_>>().join("\n")).err().unwrap();
    assert!(line.contains("line 10") && line.contains("no row"), "{line}");
}

#[test]
fn an_acqknowledge_export_has_its_names_units_and_rate() {
    let mut acq = open(&data("acqknowledge.txt"));
    assert_eq!((acq.kind(), acq.rate().hz(), acq.frames()), (RecordingKind::AcqKnowledge, 50.0, 500));
    assert_eq!(names(&acq), ["Force - DA100C [mN]", "Respiration (RSP), X, RSPEC-R [Volts]"]);
    assert_eq!((acq.layout().channels[1].role, acq.damage(), acq.gaps().len()), (Role::Breath, &[] as &[String], 0));
    let all = samples(&mut acq);
    assert!((0..500).all(|row| (f64::from(all[row * 2]) - breath(row, 50.0)).abs() < 1e-5));
    // Without times, between commas, with an end that is missing.
    let text = |text: &str| {
        let row = |line: &str| line.split_once('\t').map_or(line.to_owned(), |(_, rest)| rest.trim_end_matches('\t').replace('\t', ","));
        text.lines().take(400).map(row).collect::<Vec<_>>().join("\n")
    };
    let mut cut = changed("acqknowledge.txt", text).unwrap();
    assert_eq!((cut.rate().hz(), cut.frames()), (50.0, 391));
    assert!(cut.damage()[0].contains("counts 500 samples where the file holds 391"), "{:?}", cut.damage());
    assert!((f64::from(samples(&mut cut)[390 * 2]) - breath(390, 50.0)).abs() < 1e-5);
}

#[test]
fn a_table_that_is_packed_is_read_with_the_file_beside_it_and_one_that_is_cut_says_so() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("study");
    let mut belt = open(Path::new("recordings/steady"));
    let files = run(&mut belt, &Export::whole(Target::Bids, &out), &mut |_| ControlFlow::Continue(())).unwrap().files;
    let packed = files.iter().find(|file| file.to_string_lossy().ends_with("physio.tsv.gz")).unwrap();
    let mut again = open(packed);
    assert_eq!((again.rate(), again.frames(), &again.layout().channels), (belt.rate(), belt.frames(), &belt.layout().channels));
    let bits = |samples: Vec<f32>| samples.into_iter().map(f32::to_bits).collect::<Vec<_>>();
    assert_eq!(bits(samples(&mut again)), bits(samples(&mut belt)));
    // Cut off, it is read as far as it can be unpacked.
    let whole = fs::read(packed).unwrap();
    fs::write(packed, &whole[..whole.len() / 2]).unwrap();
    let mut cut = open(packed);
    assert!(cut.damage().iter().any(|damage| damage.contains("is cut off")), "{:?}", cut.damage());
    let (got, all) = (bits(samples(&mut cut)), bits(samples(&mut belt)));
    let sound = got.len() - belt.layout().channels.len();
    assert!(sound > all.len() / 4 && got[..sound] == all[..sound], "{} of {}", got.len(), all.len());
}

#[test]
fn a_header_that_is_cut_or_lies_says_in_which_line() {
    let cases = [
        ("2 channels", "0 channels", "line 3"),
        ("2 channels", "many", "it says “many”"),
        ("2 channels", "999 channels", "ends before the names"),
        ("20 msec/sample", "0 msec/sample", "--rate HZ"),
    ];
    for (from, to, says) in cases {
        let line = changed("acqknowledge.txt", |text| text.lines().take(8).collect::<Vec<_>>().join("\n").replace(from, to))
            .err()
            .unwrap_or_default();
        let line = if says == "--rate HZ" {
            line.replace("no row", "--rate HZ").replace("there is no column of numbers", "--rate HZ")
        } else {
            line
        };
        assert!(line.contains(says), "{to}: {line}");
    }
    let line = changed("labchart.txt", |text| {
        text.lines()
            .filter(|line| !line.starts_with("Interval"))
            .map(|line| line.rsplit_once('\t').map_or(line, |(head, _)| if line.contains('=') { line } else { head }))
            .collect::<Vec<_>>()
            .join("\n")
    });
    assert_eq!(line.map(|chart| chart.rate().hz()).unwrap_or_default(), 100.0);
    let line = changed("openbci_gui5.txt", |text| text.lines().take(5).collect::<Vec<_>>().join("\n")).err().unwrap();
    assert!(line.contains("line 5") && line.contains("no row"), "{line}");
    let utf16 = tempfile::NamedTempFile::new().unwrap();
    fs::write(utf16.path(), [0xff, 0xfe, b'1', 0, b'\n', 0]).unwrap();
    assert!(Recording::open(utf16.path(), Rate::from_hz(10.0)).unwrap_err().to_string().contains("UTF-16"));
}

#[test]
fn plain_texts_of_every_usual_kind_are_read_with_their_rate_their_start_and_their_gaps() {
    // The text, the rate that is given, and rate, frames, missing frames and start that are found.
    let time = |tenth: u32| format!("2026-11-23T10:15:0{}.{}Z", tenth / 10, tenth % 10);
    let rows: Vec<String> = (5..35).chain(40..60).map(|tenth| format!("{},{}", time(tenth), if tenth == 9 { "" } else { "2" })).collect();
    let utc = format!("time,belt [V]\n{}\n", rows.join("\n"));
    let cases = [
        ("1.5\n2\n\n-3e-1\n", Some(10.0), (10.0, 3, 0, "")),
        ("# fs: 5\n% by hand\n// so\nbelt\n1\nNaN\nn/a\n4\n", None, (5.0, 4, 2, "")),
        ("t_ms;left;right\n0;1,5;2\n20;;\n40;2,5;1e3\n60;0;0\n", None, (50.0, 4, 1, "")),
        (utc.as_str(), None, (10.0, 55, 6, "2026-11-23T10:15:00.5Z")),
        (
            "date time\tbelt\n23.11.2026 10:15:00\t1\n23.11.2026 10:15:01\t2\n23.11.2026 10:15:02\t3\n",
            None,
            (1.0, 3, 0, "2026-11-23T10:15:00"),
        ),
        ("timestamp belt\n1795428900.25 1\n1795428900.35 2\n1795428900.45 3\n", None, (10.0, 3, 0, "2026-11-23T10:15:00.25Z")),
    ];
    let root = tempfile::tempdir().unwrap();
    for (text, rate, expected) in cases {
        let path = root.path().join("plain.txt");
        fs::write(&path, text).unwrap();
        let mut recording = Recording::open(&path, rate.and_then(Rate::from_hz)).unwrap();
        let missing = recording.gaps().iter().map(|gap| gap.span.frames()).sum::<u64>();
        let start = recording.start().map(|start| start.to_string()).unwrap_or_default();
        assert_eq!((recording.rate().hz(), recording.frames(), missing, start.as_str()), expected, "{text}");
        let channels = recording.layout().channels.len();
        assert_eq!(samples(&mut recording).len() as u64, expected.1 * channels as u64, "{text}");
    }
}

#[test]
fn every_beginning_of_a_text_opens_or_is_refused_in_one_line() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("cut.txt");
    for name in ["openbci_gui5.txt", "openbci_gui4.txt", "labchart.txt", "acqknowledge.txt"] {
        let bytes = fs::read(data(name)).unwrap();
        for length in (0..bytes.len().min(4000)).step_by(9) {
            fs::write(&path, &bytes[..length]).unwrap();
            match Recording::open(&path, Rate::from_hz(10.0)) {
                Ok(mut recording) => assert!(!samples(&mut recording).is_empty(), "{name} {length}"),
                Err(error) => assert_eq!(error.to_string().lines().count(), 1, "{name} {length}: {error}"),
            }
        }
    }
}
