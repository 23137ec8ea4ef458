//! WAV of every kind, and WAV alone: a file that has lost what lay beside it still tells its channels, its start, its gaps and its annotations.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use stillpoint::export::{Export, Telling, run};
use stillpoint::protocol::Target;
use stillpoint::rhythm::Settings;
use stillpoint::signal::{
    Annotation, AnnotationId, Block, Channel, Edit, Gap, GapCause, Kind, Layout, MISSING, Rate, SampleIndex, Span, Way,
};
use stillpoint::store::{About, Event, Recording, SessionWriter};

/// How a sample is written: the tag, the bits, and the bytes of −0.5, 0.25 and 0.
const KINDS: [(u16, u16, [&[u8]; 3]); 6] = [
    (1, 8, [&[64], &[160], &[128]]),
    (1, 16, [&[0, 0xc0], &[0, 0x20], &[0, 0]]),
    (1, 24, [&[0, 0, 0xc0], &[0, 0, 0x20], &[0, 0, 0]]),
    (1, 32, [&[0, 0, 0, 0xc0], &[0, 0, 0, 0x20], &[0; 4]]),
    (3, 32, [&[0, 0, 0, 0xbf], &[0, 0, 0x80, 0x3e], &[0; 4]]),
    (3, 64, [&[0, 0, 0, 0, 0, 0, 0xe0, 0xbf], &[0, 0, 0, 0, 0, 0, 0xd0, 0x3f], &[0; 8]]),
];

fn format(tag: u16, bits: u16, extensible: bool) -> Vec<u8> {
    let frame = 2 * bits / 8;
    let mut bytes = if extensible { 0xfffe } else { tag }.to_le_bytes().to_vec();
    bytes.extend(2_u16.to_le_bytes());
    bytes.extend(100_u32.to_le_bytes());
    bytes.extend((100 * u32::from(frame)).to_le_bytes());
    bytes.extend(frame.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    if extensible {
        bytes.extend(22_u16.to_le_bytes());
        bytes.extend(bits.to_le_bytes());
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend(tag.to_le_bytes());
        bytes.extend([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]);
    }
    bytes
}

fn chunk(name: [u8; 4], size: u32, body: &[u8]) -> Vec<u8> {
    [&name[..], &size.to_le_bytes(), body, &[0][..body.len() % 2]].concat()
}

/// RIFF, with plain or extensible samples, or RF64, whose sizes stand elsewhere.
fn riff(container: [u8; 4], format: &[u8], data: &[u8]) -> Vec<u8> {
    let long = container == *b"RF64";
    let ds64 = [100_u64.to_le_bytes(), (data.len() as u64).to_le_bytes(), 3_u64.to_le_bytes()].concat();
    let sizes = if long { chunk(*b"ds64", 28, &[ds64, vec![0; 4]].concat()) } else { Vec::new() };
    let size = if long { u32::MAX } else { data.len() as u32 };
    let body = [b"WAVE".to_vec(), sizes, chunk(*b"fmt ", format.len() as u32, format), chunk(*b"data", size, data)].concat();
    chunk(container, if long { u32::MAX } else { body.len() as u32 }, &body)
}

/// Wave64: names of 16 bytes, sizes that count their own heads, at multiples of 8.
fn wave64(format: &[u8], data: &[u8]) -> Vec<u8> {
    let rest = b"\xf3\xac\xd3\x11\x8c\xd1\0\xc0\x4f\x8e\xdb\x8a";
    let chunk = |name: &[u8; 4], body: &[u8]| {
        let mut bytes = [&name[..], &rest[..], &(24 + body.len() as u64).to_le_bytes(), body].concat();
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes
    };
    let body = [&b"wave"[..], rest, &chunk(b"fmt ", format), &chunk(b"data", data)].concat();
    [&b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0"[..], &(24 + body.len() as u64).to_le_bytes(), &body].concat()
}

#[test]
fn every_kind_of_sample_in_every_kind_of_file_is_read_to_the_same_numbers() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("tone.wav");
    for (tag, bits, [half, quarter, nought]) in KINDS {
        let data = [half, quarter, nought, half, quarter, quarter].concat();
        let (plain, extensible) = (format(tag, bits, false), format(tag, bits, true));
        let files = [
            ("RIFF", riff(*b"RIFF", &plain, &data)),
            ("extensible", riff(*b"RIFF", &extensible, &data)),
            ("RF64", riff(*b"RF64", &plain, &data)),
            ("Wave64", wave64(&extensible, &data)),
        ];
        for (kind, bytes) in files {
            fs::write(&path, bytes).unwrap();
            let mut recording = Recording::open(&path, None).unwrap();
            let mut samples = Vec::new();
            recording.read(SampleIndex(0), 10, &mut samples).unwrap();
            assert_eq!(samples, [-0.5, 0.25, 0.0, -0.5, 0.25, 0.25], "{kind} {tag} {bits}");
            assert_eq!((recording.rate().hz(), recording.damage()), (100.0, &[] as &[String]), "{kind} {tag} {bits}");
        }
    }
}

#[test]
fn a_chunk_that_claims_to_end_where_no_file_can_is_told_as_cut_short() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.w64");
    let mut bytes = wave64(&format(1, 16, false), &[0; 40]);
    bytes[56..64].copy_from_slice(&(u64::MAX - 100).to_le_bytes());
    fs::write(&path, bytes).unwrap();
    let line = Recording::open(&path, None).unwrap_err().to_string();
    assert!(line.contains("cut short"), "{line}");
}

#[test]
fn the_start_and_the_labels_of_another_program_are_read_wherever_they_stand() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("field.wav");
    let mut bext = vec![0; 602];
    bext[320..338].copy_from_slice(b"2026-11-2310:15:00");
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let cue = [words(&[1, 9, 2]), b"data".to_vec(), words(&[0, 0, 2])].concat();
    let labels = [b"adtl".to_vec(), chunk(*b"labl", 9, &[words(&[9]), b"hold\0".to_vec()].concat())].concat();
    let samples = vec![0; 24];
    let parts = [
        chunk(*b"bext", 602, &bext),
        chunk(*b"fmt ", 16, &format(1, 16, false)),
        chunk(*b"data", 24, &samples),
        chunk(*b"cue ", cue.len() as u32, &cue),
        chunk(*b"LIST", labels.len() as u32, &labels),
    ];
    let body = [b"WAVE".to_vec(), parts.concat()].concat();
    fs::write(&path, chunk(*b"RIFF", body.len() as u32, &body)).unwrap();
    let recording = Recording::open(&path, None).unwrap();
    assert_eq!(recording.start().unwrap().to_string(), "2026-11-23T10:15:00");
    let list: Vec<_> = recording.annotations().iter().map(|a| (a.start.0, a.end, a.kind, a.label.as_str())).collect();
    assert_eq!(list, [(2, None, Kind::Note, "hold")]);
}

fn session(root: &Path) -> PathBuf {
    let layout =
        Layout { channels: vec![Channel::named("left", "µm"), Channel::named("belt", "")], nominal: Rate::from_hz(100.0).unwrap() };
    let about = About {
        started: "2026-11-23T10:15:00.25Z".parse().unwrap(),
        layout,
        clock: None,
        device: "test".into(),
        wire_format: "none".into(),
        simulated: true,
        settings: Settings::default(),
    };
    let mut writer = SessionWriter::create(root, &about, Some("anna")).unwrap();
    let samples = (0..600_u16).flat_map(|n| if (200..230).contains(&n) { [MISSING; 2] } else { [f32::from(n), 0.5] }).collect();
    writer.append(&Block { start: SampleIndex(0), channels: 2, samples }).unwrap();
    let span = Span { start: SampleIndex(200), end: SampleIndex(230) };
    writer.record(&Event::Gap(Gap { span, cause: GapCause::Unplugged, exact: true })).unwrap();
    let list = [
        (Kind::Segment, 100, Some(300), "sacrum"),
        (Kind::Segment, 400, Some(400), "of no length"),
        (Kind::Segment, 500, None, "open"),
        (Kind::Mark, 599, None, ""),
        (Kind::Tap, 7, None, ""),
        (Kind::StillPoint, 350, Some(380), ""),
        (Kind::Note, 600, None, "Kreuzbein, „weich“ – µ"),
    ];
    for (id, (kind, start, end, label)) in (0..).zip(list) {
        let put = Annotation { id: AnnotationId(id), kind, start: SampleIndex(start), end: end.map(SampleIndex), label: label.into() };
        writer.record(&Event::Annotation(Edit::Put(put), Way::Done)).unwrap();
    }
    writer.finish().unwrap().folder
}

fn told(recording: &Recording) -> Vec<(u64, Option<u64>, Kind, String)> {
    let mut all: Vec<_> = recording.annotations().iter().map(|a| (a.start.0, a.end.map(|end| end.0), a.kind, a.label.clone())).collect();
    all.sort_by(|a, b| (a.0, &a.3).cmp(&(b.0, &b.3)));
    all
}

#[test]
fn a_wav_alone_goes_there_and_back_twice_with_everything_at_its_frame() {
    let root = tempfile::tempdir().unwrap();
    let mut path = session(root.path());
    let first = Recording::open(&path, None).unwrap();
    for round in ["once", "twice"] {
        let out = root.path().join(round);
        let mut recording = Recording::open(&path, None).unwrap();
        let files = run(&mut recording, &Export::whole(Target::Wav, &out), &mut |_| ControlFlow::Continue(())).unwrap().files;
        files[1..].iter().for_each(|beside| fs::remove_file(beside).unwrap());
        path.clone_from(&files[0]);
        let again = Recording::open(&path, None).unwrap();
        assert_eq!(told(&again), told(&first), "{round}");
        assert_eq!((again.gaps(), &again.layout().channels), (first.gaps(), &first.layout().channels), "{round}");
        assert_eq!(again.start().unwrap().to_string(), "2026-11-23T10:15:00.25Z", "{round}");
        assert_eq!((again.simulated(), again.damage()), (true, &[] as &[String]), "{round}");
        assert_eq!(again.origin().unwrap().settings.len(), 7, "{round}");
    }
    // A part of it begins later, and its labels are counted from there.
    let out = root.path().join("part");
    let segments = ["sacrum".to_owned()];
    let part = Export { segments: &segments, ..Export::whole(Target::Wav, &out) };
    let file = run(&mut Recording::open(&path, None).unwrap(), &part, &mut |_| ControlFlow::Continue(())).unwrap().files.remove(0);
    let cut = Recording::open(&file, None).unwrap();
    assert_eq!(
        (cut.start().unwrap().to_string().as_str(), cut.frames(), told(&cut)[0].clone()),
        ("2026-11-23T10:15:01.25Z", 200, (0, Some(200), Kind::Segment, "sacrum".to_owned()))
    );
}

#[test]
fn a_wav_that_names_nobody_still_names_nobody_when_it_is_read() {
    let root = tempfile::tempdir().unwrap();
    let (path, out) = (session(root.path()), root.path().join("out"));
    let export = Export { telling: Telling::Anonymous, ..Export::whole(Target::Wav, &out) };
    let file = run(&mut Recording::open(&path, None).unwrap(), &export, &mut |_| ControlFlow::Continue(())).unwrap().files.remove(0);
    let again = Recording::open(&file, None).unwrap();
    assert_eq!((again.start(), again.origin().unwrap().device.as_str()), (None, ""));
}
