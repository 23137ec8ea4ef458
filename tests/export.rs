//! Export and info, from outside: nothing is overwritten, names stay in their folder, what is written reads back.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use stillpoint::command::info;
use stillpoint::export::{Export, Telling, run as export_to};
use stillpoint::protocol::Target;
use stillpoint::rhythm::Settings;
use stillpoint::signal::{
    Annotation, AnnotationId, Block, Channel, Edit, Gap, GapCause, Kind, Layout, MISSING, Rate, SampleIndex, Seconds, Sight, Span, Way,
};
use stillpoint::store::{About, Event, Recording, SessionWriter};

fn about(channel: &str) -> About {
    let layout = Layout { channels: vec![Channel::named(channel, "µm")], nominal: Rate::from_hz(100.0).unwrap() };
    About {
        started: "2026-11-23T10:15:00Z".parse().unwrap(),
        layout,
        clock: None,
        device: "test".into(),
        wire_format: "none".into(),
        simulated: true,
        settings: Settings::default(),
    }
}

/// 10 s at 100 Hz, one channel that counts up, with a gap and three segments.
fn session(root: &Path) -> PathBuf {
    let mut writer = SessionWriter::create(root, &about("left"), Some("anna")).unwrap();
    let samples = (0..1000_u16).map(|n| if (600..620).contains(&n) { MISSING } else { f32::from(n) }).collect();
    writer.append(&Block { start: SampleIndex(0), channels: 1, samples }).unwrap();
    let span = Span { start: SampleIndex(600), end: SampleIndex(620) };
    writer.record(&Event::Gap(Gap { span, cause: GapCause::Unplugged, exact: true })).unwrap();
    for (id, start, end, label) in [(0, 100, Some(300), "hold 1"), (1, 500, Some(700), "../../sacrum"), (2, 900, None, "hold 1")] {
        let (id, start, end) = (AnnotationId(id), SampleIndex(start), end.map(SampleIndex));
        let put = Edit::Put(Annotation { id, kind: Kind::Segment, start, end, label: label.into() });
        writer.record(&Event::Annotation(put, Way::Done)).unwrap();
    }
    writer.finish().unwrap().folder
}

fn export<'a>(out: &'a Path, segments: &'a [String]) -> Export<'a> {
    Export { segments, ..Export::whole(Target::Wav, out) }
}

fn run(path: &Path, export: &Export<'_>) -> anyhow::Result<Vec<PathBuf>> {
    Ok(export_to(&mut Recording::open(path, None)?, export, &mut |_| ControlFlow::Continue(()))?.files)
}

fn labels(labels: &[&str]) -> Vec<String> {
    labels.iter().map(|&label| label.to_owned()).collect()
}

fn samples(path: &Path) -> Vec<f32> {
    let mut recording = Recording::open(path, None).unwrap();
    let mut samples = Vec::new();
    recording.read(SampleIndex(0), 10_000, &mut samples).unwrap();
    assert_eq!(recording.damage(), &[] as &[String]);
    samples
}

#[test]
fn every_segment_of_a_label_becomes_a_file_that_stays_in_its_folder() {
    let root = tempfile::tempdir().unwrap();
    let (path, out) = (session(root.path()), root.path().join("out"));
    let files = run(&path, &export(&out, &labels(&["hold 1", "2"]))).unwrap();
    let wavs: Vec<&PathBuf> = files.iter().filter(|file| file.extension().is_some_and(|e| e == "wav")).collect();
    assert_eq!(wavs.len(), 3);
    assert!(files.iter().all(|file| file.parent() == Some(out.as_path()) && file.exists()));
    assert_eq!(samples(wavs[0]), (100..300_u16).map(f32::from).collect::<Vec<_>>());
    assert_eq!(samples(wavs[1]), (900..1000_u16).map(f32::from).collect::<Vec<_>>());
    assert_eq!(samples(wavs[2]).iter().filter(|sample| sample.is_nan()).count(), 20);
    assert!(wavs[2].to_string_lossy().ends_with("_anna_sacrum.wav"), "{wavs:?}");
    let rows = fs::read_to_string(&files[7]).unwrap();
    assert_eq!(rows.lines().last(), Some("gap,1.0,1.2,100,120,unplugged"), "{rows}");
}

#[test]
fn nothing_is_overwritten_without_force_and_no_temporary_is_left() {
    let root = tempfile::tempdir().unwrap();
    let (path, out) = (session(root.path()), root.path().join("out"));
    let mut whole = export(&out, &[]);
    let file = run(&path, &whole).unwrap().remove(0);
    fs::write(&file, "mine").unwrap();
    let line = run(&path, &whole).unwrap_err().to_string();
    assert!(line.contains("--force") && line.contains("_anna.wav"), "{line}");
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    whole.force = true;
    run(&path, &whole).unwrap();
    assert_eq!(samples(&file).len(), 1000);
    (whole.to, whole.force) = (Target::Csv, false);
    run(&path, &whole).unwrap();
    assert_eq!(fs::read_dir(&out).unwrap().count(), 4, "wav, csv, annotations, json");
}

#[test]
fn a_recording_is_never_replaced_by_its_own_export() {
    let root = tempfile::tempdir().unwrap();
    let path = session(root.path());
    let out = root.path().join("out");
    let file = run(&path, &export(&out, &[])).unwrap().remove(0);
    let line = run(&file, &Export { force: true, ..export(&out, &[]) }).unwrap_err().to_string();
    assert!(line.contains("the recording itself"), "{line}");
    assert_eq!(samples(&file).len(), 1000);
}

#[test]
fn a_stretch_is_cut_at_the_times_given() {
    let root = tempfile::tempdir().unwrap();
    let (path, out) = (session(root.path()), root.path().join("out"));
    let part = Export { from: Some(Seconds(2.0)), to_time: Some(Seconds(4.5)), ..export(&out, &[]) };
    assert_eq!(samples(&run(&path, &part).unwrap()[0]), (200..450_u16).map(f32::from).collect::<Vec<_>>());
    let none = Export { from: Some(Seconds(60.0)), ..export(&out, &[]) };
    assert!(run(&path, &none).unwrap_err().to_string().contains("0:10 long"));
}

#[test]
fn a_segment_that_is_not_there_is_answered_with_those_that_are() {
    let root = tempfile::tempdir().unwrap();
    let (path, out) = (session(root.path()), root.path().join("out"));
    let line = run(&path, &export(&out, &labels(&["pelvis"]))).unwrap_err().to_string();
    assert!(line.ends_with("there are: 1 hold 1, 2 ../../sacrum, 3 hold 1"), "{line}");
    assert!(!out.exists());
}

#[test]
fn info_says_what_is_in_a_session_and_in_a_wav() {
    let root = tempfile::tempdir().unwrap();
    let path = session(root.path());
    let text = info::page(&Recording::open(&path, None).unwrap());
    let expected = [
        "session, simulated",
        "0:10 (1000 frames)",
        "1 left [µm], cranial, side left",
        "at 0:06: 0.200 s, unplugged",
        "2 0:05 to 0:07 ../../sacrum",
        "3 0:09 to open hold 1",
    ];
    for line in expected {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let text = info::page(&Recording::open(&path.join("signal.wav"), None).unwrap());
    assert!(text.contains("WAV file") && text.contains("1 ch1, other"), "{text}");
}

#[test]
fn info_tells_from_when_to_when_a_session_was_blind_whatever_became_of_the_notes() {
    let root = tempfile::tempdir().unwrap();
    let mut writer = SessionWriter::create(root.path(), &about("left"), None).unwrap();
    writer.append(&Block { start: SampleIndex(0), channels: 1, samples: vec![0.0; 1000] }).unwrap();
    let note = |id, at, sight: Sight| {
        let (kind, start, label) = (Kind::Note, SampleIndex(at), sight.words().to_owned());
        Edit::Put(Annotation { id: AnnotationId(id), kind, start, end: None, label })
    };
    for (id, at, sight) in [(0, 100, Sight::NoFigures), (1, 300, Sight::Nothing), (2, 800, Sight::Open)] {
        writer.record(&Event::Annotation(note(id, at, sight), Way::Told)).unwrap();
    }
    // Somebody writes the same words, and takes one of the program's notes away: neither changes what was so.
    writer.record(&Event::Annotation(note(3, 900, Sight::NoFigures), Way::Done)).unwrap();
    writer.record(&Event::Annotation(Edit::Delete(AnnotationId(0)), Way::Done)).unwrap();
    let path = writer.finish().unwrap().folder;
    let recording = Recording::open(&path, None).unwrap();
    let text = info::page(&recording);
    assert!(text.contains("0:01 to 0:03, figures hidden") && text.contains("0:03 to 0:08, figures and trace hidden"), "{text}");
    assert_eq!(text.matches(" hidden").count(), 2, "{text}");
    let told: serde_json::Value = serde_json::from_str(&info::object(&recording).unwrap()).unwrap();
    let blind = serde_json::json!([
        {"start_frame": 100, "frames": 200, "start_s": 1.0, "end_s": 3.0, "hidden": "figures"},
        {"start_frame": 300, "frames": 500, "start_s": 3.0, "end_s": 8.0, "hidden": "figures and trace"},
    ]);
    assert_eq!((&told["blind"], &told["channels"][0]["side"]), (&blind, &serde_json::json!("left")));
    assert_eq!(told["annotations"].as_array().unwrap().len(), 3);
    let plain = info::page(&Recording::open(&session(root.path()), None).unwrap());
    assert!(plain.contains("blind        never"), "{plain}");
}

#[test]
fn an_anonymous_export_names_nobody_no_device_no_place_and_no_day() {
    let root = tempfile::tempdir().unwrap();
    let mut about = about("anna_left");
    about.device = "/dev/serial/by-id/usb-FTDI_SN4711".into();
    let mut writer = SessionWriter::create(root.path(), &about, Some("anna")).unwrap();
    writer.append(&Block { start: SampleIndex(0), channels: 1, samples: (0..1000_u16).map(f32::from).collect() }).unwrap();
    for (id, kind, label) in [(0, Kind::Segment, "sacrum"), (1, Kind::Segment, "anna resting"), (2, Kind::Note, "anna coughs")] {
        let put = Annotation { id: AnnotationId(id), kind, start: SampleIndex(500), end: Some(SampleIndex(700)), label: label.into() };
        writer.record(&Event::Annotation(Edit::Put(put), Way::Done)).unwrap();
    }
    let session = writer.finish().unwrap().folder;
    for (out, to) in [("wav", Target::Wav), ("csv", Target::Csv)] {
        let (out, segments) = (root.path().join(out), labels(&["1", "2"]));
        let whole = Export { to, telling: Telling::Anonymous, ..export(&out, &[]) };
        let files = [run(&session, &whole).unwrap(), run(&session, &Export { segments: &segments, ..whole }).unwrap()].concat();
        assert_eq!(files.len(), 9);
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let text = format!("{name} {}", String::from_utf8_lossy(&fs::read(&file).unwrap()).to_lowercase());
            for word in ["anna", "4711", "/dev", "by-id", "2026", "10-15", "10:15", "tmp"] {
                assert!(!text.contains(word), "{word} is told in {name}");
            }
        }
        let rows = fs::read_to_string(out.join("recording_sacrum_annotations.csv")).unwrap();
        assert!(rows.contains("segment,0.0,2.0,0,200,sacrum\nsegment,0.0,2.0,0,200,segment 2\nnote,0.0,,0,,note 1\n"), "{rows}");
        assert!(fs::read_to_string(out.join("recording_segment-2.json")).unwrap().contains("\"first_frame\": 0"));
    }
}

#[test]
fn no_label_leaves_its_folder_breaks_a_field_or_becomes_a_formula_in_any_format() {
    let root = tempfile::tempdir().unwrap();
    let mut writer = SessionWriter::create(root.path(), &about("=left\t../\u{1b}[2J"), None).unwrap();
    writer.append(&Block { start: SampleIndex(0), channels: 1, samples: vec![1.5; 300] }).unwrap();
    let hostile = ["=1+1", "+1", "-1", "@x", "../../etc", "a\tb\r\nc", "\u{14}\u{0}x", "é".repeat(300).as_str()].map(str::to_owned);
    for (id, label) in (0..).zip(&hostile) {
        let (start, end) = (SampleIndex(10 * id), Some(SampleIndex(10 * id + 50)));
        let put = Edit::Put(Annotation { id: AnnotationId(id), kind: Kind::Segment, start, end, label: label.clone() });
        writer.record(&Event::Annotation(put, Way::Done)).unwrap();
    }
    let session = writer.finish().unwrap().folder;
    let numbers: Vec<String> = (1..=hostile.len()).map(|number| number.to_string()).collect();
    for to in Target::ALL {
        let out = root.path().join(to.word());
        let files = run(&session, &Export { segments: &numbers, ..Export::whole(to, &out) }).unwrap();
        for file in files {
            assert!(file.canonicalize().unwrap().starts_with(out.canonicalize().unwrap()), "{}", file.display());
            let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
            let cells = |ending: &str, by: char| {
                let here = if file.to_string_lossy().ends_with(ending) { text.as_str() } else { "" };
                here.lines().skip(1).flat_map(|line| line.split(by).map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
            };
            for cell in cells("_annotations.csv", ',').iter().chain(&cells("_events.tsv", '\t')) {
                assert!(cell.parse::<f64>().is_ok() || !cell.starts_with(['=', '+', '-', '@']), "{cell:?} in {}", file.display());
            }
        }
    }
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1 + Target::ALL.len(), "the session and a folder a format");
}

#[test]
fn an_export_that_is_interrupted_leaves_neither_file_nor_folder() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path());
    for to in Target::ALL.into_iter().filter(|to| *to != Target::Audacity) {
        let out = root.path().join("deep").join(to.word());
        let mut recording = Recording::open(&session, None).unwrap();
        let mut heard = Vec::new();
        let mut watch = |share| {
            heard.push(share);
            if share > 0.4 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let line = format!("{:#}", export_to(&mut recording, &Export::whole(to, &out), &mut watch).unwrap_err());
        assert!(line.contains("interrupted; nothing was written"), "{line}");
        assert!(heard.is_sorted() && heard.len() > 1, "{heard:?}");
        assert!(!root.path().join("deep").exists(), "{}", to.word());
    }
}
