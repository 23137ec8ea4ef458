//! The session folder, from outside: what was written comes back to the bit, and whatever a crash leaves opens.

use std::fs;
use std::io::Write;
use std::path::Path;

use proptest::prelude::*;
use stillpoint::rhythm::Settings;
use stillpoint::signal::{
    Annotation, AnnotationId, Annotations, Block, Channel, ClockPoint, Edit, Gap, GapCause, Kind, Layout, MISSING, Past, Rate, SampleIndex,
    Span, Way,
};
use stillpoint::store::{About, Event, Journal, Limits, Place, Recording, RecordingKind, SessionWriter, StoreError, SystemDisk, recover};

fn about(channels: usize) -> About {
    About {
        started: "2026-11-23T10:15:00.5Z".parse().unwrap(),
        layout: Layout { channels: (0..channels).map(Channel::unnamed).collect(), nominal: Rate::from_hz(100.0).unwrap() },
        clock: None,
        device: "test".into(),
        wire_format: "none".into(),
        simulated: true,
        settings: Settings::default(),
    }
}

fn block(start: u64, channels: usize, samples: &[f32]) -> Block {
    Block { start: SampleIndex(start), channels, samples: samples.to_vec() }
}

fn write(root: &Path, channels: usize, blocks: &[Vec<f32>], limit: u64) -> SessionWriter {
    let limits = Limits { file: limit, ..Limits::default() };
    let mut writer = SessionWriter::create_on(SystemDisk, Place { root, name: None, limits }, &about(channels)).unwrap();
    for samples in blocks {
        writer.append(&block(writer.end().0, channels, samples)).unwrap();
    }
    writer
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn bits(samples: &[f32]) -> Vec<u32> {
    samples.iter().map(|sample| sample.to_bits()).collect()
}

fn all(recording: &mut Recording) -> Vec<f32> {
    let mut samples = Vec::new();
    let frames = recording.frames() as usize;
    assert_eq!(recording.read(SampleIndex(0), frames + 10, &mut samples).unwrap(), frames);
    samples
}

fn any_sample() -> impl Strategy<Value = f32> {
    prop_oneof![8 => any::<u32>().prop_map(f32::from_bits), 1 => Just(MISSING), 1 => Just(0.0)]
}

fn any_blocks() -> impl Strategy<Value = (usize, Vec<Vec<f32>>)> {
    (1usize..5).prop_flat_map(|channels| {
        let block = prop::collection::vec(any_sample(), 0..400).prop_map(move |mut samples| {
            samples.truncate(samples.len() / channels * channels);
            samples
        });
        (Just(channels), prop::collection::vec(block, 0..8))
    })
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let kinds = [Kind::Mark, Kind::Segment, Kind::Tap, Kind::StillPoint, Kind::Note];
    let put = (0u64..12, prop::sample::select(kinds.to_vec()), 0u64..50, prop::option::of(0u64..50), "\\PC{0,20}").prop_map(
        |(id, kind, start, length, label)| {
            let (start, end) = (SampleIndex(start), length.map(|length| SampleIndex(start + length)));
            Edit::Put(Annotation { id: AnnotationId(id), kind, start, end, label: stillpoint::signal::clean(&label) })
        },
    );
    let delete = (0u64..12).prop_map(|id| Edit::Delete(AnnotationId(id)));
    let reject = put.clone().prop_map(|edit| if let Edit::Put(annotation) = edit { Edit::Reject(annotation) } else { edit });
    prop_oneof![3 => put, 1 => delete, 1 => reject]
}

fn any_way() -> impl Strategy<Value = Way> {
    prop::sample::select(vec![Way::Done, Way::Undone, Way::Redone, Way::Told])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_comes_back_to_the_bit((channels, blocks) in any_blocks(), limit in 64u64..6000, reads in prop::collection::vec((0u64..700, 0usize..700), 1..12)) {
        let root = tempfile::tempdir().unwrap();
        let finished = write(root.path(), channels, &blocks, limit).finish().unwrap();
        let mut recording = Recording::open(&finished.folder, None).unwrap();
        prop_assert_eq!(recording.damage(), &[] as &[String]);
        let whole = blocks.concat();
        prop_assert_eq!(recording.frames() as usize, whole.len() / channels);
        prop_assert_eq!(bits(&all(&mut recording)), bits(&whole));
        let mut samples = Vec::new();
        for (start, frames) in reads {
            let read = recording.read(SampleIndex(start), frames, &mut samples).unwrap();
            let from = (start as usize * channels).min(whole.len());
            let to = (from + frames * channels).min(whole.len());
            prop_assert_eq!(read, (to - from) / channels);
            prop_assert_eq!(bits(&samples), bits(&whole[from..to]));
        }
    }

    #[test]
    fn annotations_and_the_way_back_come_back_as_the_edits_left_them(
        edits in prop::collection::vec((any_edit(), any_way()), 0..40), later in prop::collection::vec((any_edit(), any_way()), 0..10),
    ) {
        let root = tempfile::tempdir().unwrap();
        let mut writer = write(root.path(), 1, &[vec![0.0; 100]], u64::MAX);
        let (mut expected, mut past) = (Annotations::default(), Past::default());
        let mut expect = |edit: &Edit, way: Way| {
            past.take(edit, way, expected.edit_of(edit.id()));
            expected.apply(edit);
            Event::Annotation(edit.clone(), way)
        };
        for (edit, way) in &edits {
            writer.record(&expect(edit, *way)).unwrap();
        }
        let finished = writer.finish().unwrap();
        let mut journal = Journal::open(&finished.folder).unwrap();
        for (edit, way) in &later {
            journal.record(&expect(edit, *way)).unwrap();
        }
        let recording = Recording::open(&finished.folder, None).unwrap();
        prop_assert_eq!((recording.annotations(), recording.past()), (&expected, &past));
        prop_assert_eq!(recording.damage(), &[] as &[String]);
    }

    #[test]
    fn any_bytes_as_a_journal_open(bytes in prop::collection::vec(any::<u8>(), 0..400), lines in prop::collection::vec("\\{\"type\":\"(gap|part|clock|annotation|end)\",\"(start|at|number|frames)\":[0-9]{1,20},\"(end|start)\":[0-9]{1,20}\\}", 0..5)) {
        let root = tempfile::tempdir().unwrap();
        let finished = write(root.path(), 1, &[vec![1.0; 100]], 200).finish().unwrap();
        let journal = [lines.join("\n").into_bytes(), bytes].concat();
        fs::write(finished.folder.join("events.jsonl"), journal).unwrap();
        let mut recording = Recording::open(&finished.folder, None).unwrap();
        let (mut samples, last) = (Vec::new(), recording.frames().saturating_sub(100));
        prop_assert_eq!(recording.read(SampleIndex(last), 1000, &mut samples).unwrap() as u64, recording.frames() - last);
    }

    #[test]
    fn any_bytes_as_a_wav_open_or_are_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0usize..100, patch in any::<[u8; 4]>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        fs::write(&path, &bytes).unwrap();
        drop(Recording::open(&path, None));
        let root = tempfile::tempdir().unwrap();
        let finished = write(root.path(), 2, &[vec![1.0; 40]], u64::MAX).finish().unwrap();
        bytes = fs::read(finished.folder.join("signal.wav")).unwrap();
        bytes[at..at + 4].copy_from_slice(&patch);
        fs::write(&path, &bytes).unwrap();
        if let Ok(mut recording) = Recording::open(&path, Rate::from_hz(10.0)) {
            all(&mut recording);
        }
    }
}

#[test]
fn every_prefix_of_the_signal_opens_and_is_a_prefix() {
    let root = tempfile::tempdir().unwrap();
    let samples: Vec<f32> = (0..60_u16).map(f32::from).collect();
    let folder = write(root.path(), 2, std::slice::from_ref(&samples), u64::MAX).finish().unwrap().folder;
    let path = folder.join("signal.wav");
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let mut recording = Recording::open(&folder, None).unwrap();
        let read = all(&mut recording);
        assert_eq!(read.len() / 2, length.saturating_sub(68) / 8, "{length}");
        assert_eq!(read, samples[..read.len()]);
        assert!(recording.damage().iter().any(|line| line.contains("missing")), "{length}: {:?}", recording.damage());
    }
}

#[test]
fn every_prefix_of_a_wav_opens_or_is_refused_in_one_line() {
    let root = tempfile::tempdir().unwrap();
    let folder = write(root.path(), 2, &[vec![0.5; 60]], u64::MAX).finish().unwrap().folder;
    let whole = fs::read(folder.join("signal.wav")).unwrap();
    let path = root.path().join("cut.wav");
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        match Recording::open(&path, None) {
            Ok(recording) => assert!(length >= 68 && recording.damage().len() <= 2),
            Err(error) => {
                let line = error.to_string();
                assert!(length < 68 && line.contains("cut.wav") && !line.contains('\n'), "{length}: {line}");
            }
        }
    }
}

#[test]
fn every_prefix_of_the_journal_opens_with_the_edits_that_are_whole() {
    let root = tempfile::tempdir().unwrap();
    let mut writer = write(root.path(), 1, &[vec![0.0; 100]], u64::MAX);
    for id in 0..5 {
        let mark = Annotation { id: AnnotationId(id), kind: Kind::Mark, start: SampleIndex(id), end: None, label: "µ \"x\"".into() };
        writer.record(&Event::Annotation(Edit::Put(mark), Way::Done)).unwrap();
    }
    let folder = writer.finish().unwrap().folder;
    let path = folder.join("events.jsonl");
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let recording = Recording::open(&folder, None).unwrap();
        let lines = whole[..length].split(|byte| *byte == b'\n').count() - 1;
        assert_eq!(recording.annotations().len(), lines.min(5), "{length}");
        assert!(recording.damage()[0].contains("torn") || whole[..length].ends_with(b"\n") || length == 0, "{:?}", recording.damage());
        assert!(recording.damage().last().unwrap().starts_with("not finished: recovered 100 frames (0:01)"), "{:?}", recording.damage());
    }
}

#[test]
fn after_a_crash_everything_up_to_the_checkpoint_is_there() {
    let root = tempfile::tempdir().unwrap();
    let mut writer = write(root.path(), 1, &[vec![1.0; 300]], u64::MAX);
    writer.checkpoint().unwrap();
    let gap = Gap { span: Span { start: SampleIndex(300), end: SampleIndex(400) }, cause: GapCause::Stalled, exact: false };
    writer.record(&Event::Gap(gap)).unwrap();
    writer.append(&block(300, 1, &[2.0; 50])).unwrap();
    let folder = writer.folder().to_owned();
    let now = Recording::open(&folder, None).unwrap();
    assert_eq!(now.damage()[0], "still being recorded: 300 frames (0:03) so far");
    assert!(matches!(recover(&folder), Err(StoreError::InProgress { .. })));
    // As `kill -9` leaves it: what is in memory is gone, and the folder is another process's to open.
    let crashed = root.path().join("crashed");
    copy(&folder, &crashed);
    let folder = crashed;
    let recording = Recording::open(&folder, None).unwrap();
    assert_eq!((recording.frames(), recording.kind()), (300, RecordingKind::Session));
    assert_eq!(recording.gaps(), []);
    assert_eq!(recording.damage().len(), 2, "{:?}", recording.damage());
    assert_eq!(recover(&folder).unwrap(), recording.damage());
    assert_eq!(recover(&folder).unwrap().len(), 1, "the gap that lost its samples is in the journal for ever");
    drop(writer);
}

#[test]
fn what_was_recovered_is_whole_for_programs_that_believe_headers() {
    let root = tempfile::tempdir().unwrap();
    let mut writer = write(root.path(), 2, &[vec![1.0; 300]], u64::MAX);
    writer.checkpoint().unwrap();
    let crashed = root.path().join("crashed");
    copy(writer.folder(), &crashed);
    let append = |name: &str, bytes: &[u8]| fs::OpenOptions::new().append(true).open(crashed.join(name)).unwrap().write_all(bytes).unwrap();
    append("signal.wav", &[7; 43]);
    append("events.jsonl", b"{\"type\":\"annot");
    let damage = recover(&crashed).unwrap();
    assert_eq!(damage.len(), 4, "{damage:?}");
    assert_eq!(recover(&crashed).unwrap(), &[] as &[String]);
    for path in [crashed.clone(), crashed.join("signal.wav")] {
        let recording = Recording::open(&path, None).unwrap();
        assert_eq!((recording.frames(), recording.damage()), (155, &[] as &[String]));
    }
}

#[test]
fn a_writer_dropped_before_its_end_keeps_its_samples_and_sets_no_end_mark() {
    let root = tempfile::tempdir().unwrap();
    let writer = write(root.path(), 1, &[vec![1.0; 300]], u64::MAX);
    let folder = writer.folder().to_owned();
    drop(writer);
    let recording = Recording::open(&folder, None).unwrap();
    assert_eq!(recording.frames(), 300);
    assert!(recording.damage()[0].starts_with("not finished"));
}

#[test]
fn a_signal_file_that_lost_its_end_leaves_a_hole_and_not_a_shift() {
    let root = tempfile::tempdir().unwrap();
    let blocks: Vec<Vec<f32>> = (0..4_u8).map(|n| vec![f32::from(n); 100]).collect();
    let folder = write(root.path(), 1, &blocks, 800).finish().unwrap().folder;
    let first = folder.join("signal.wav");
    let bytes = fs::read(&first).unwrap();
    fs::write(&first, &bytes[..68 + 4 * 150]).unwrap();
    let mut recording = Recording::open(&folder, None).unwrap();
    let samples = all(&mut recording);
    assert_eq!((samples.len(), samples[149], samples[200], samples[399]), (400, 1.0, 2.0, 3.0));
    assert!(samples[150..200].iter().all(|sample| sample.is_nan()));
    assert!(recording.damage().iter().any(|line| line.starts_with("50 frames before signal-002.wav")), "{:?}", recording.damage());
}

#[test]
fn the_clock_measured_last_is_the_rate() {
    let root = tempfile::tempdir().unwrap();
    let mut writer = write(root.path(), 1, &[vec![1.0; 300]], u64::MAX);
    let point = ClockPoint { at: SampleIndex(200), rate: Rate::from_hz(100.123_456_789_012).unwrap(), std_err_hz: 0.001 };
    writer.record(&Event::Clock(point)).unwrap();
    let folder = writer.finish().unwrap().folder;
    let recording = Recording::open(&folder, None).unwrap();
    assert_eq!((recording.rate(), recording.clocks(), recording.about().unwrap().clock), (point.rate, &[point][..], Some(point)));
}

#[cfg(unix)]
#[test]
fn a_session_is_private_and_its_name_stays_in_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let first = SessionWriter::create(root.path(), &about(1), Some("../../anna b")).unwrap().finish().unwrap().folder;
    let second = SessionWriter::create(root.path(), &about(1), Some("anna/b")).unwrap().finish().unwrap().folder;
    assert_eq!((first.parent(), second.parent()), (Some(root.path()), Some(root.path())));
    assert!(first.to_string_lossy().ends_with("_anna-b") && second.to_string_lossy().ends_with("_anna-b-2"), "{first:?} {second:?}");
    assert_eq!(mode(&first), 0o700);
    for entry in fs::read_dir(&first).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[test]
fn a_block_that_does_not_continue_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let mut writer = write(root.path(), 2, &[vec![1.0; 20]], u64::MAX);
    for wrong in [block(9, 2, &[0.0; 4]), block(10, 1, &[0.0; 4]), block(10, 2, &[0.0; 3])] {
        assert!(matches!(writer.append(&wrong), Err(StoreError::Discontinuous { .. })));
    }
    assert_eq!(writer.end(), SampleIndex(10));
}

#[test]
fn a_slow_sensor_has_a_whole_header_rate_and_its_own_true_rate() {
    let root = tempfile::tempdir().unwrap();
    let mut slow = about(1);
    slow.layout.nominal = Rate::from_hz(0.4).unwrap();
    let folder = SessionWriter::create(root.path(), &slow, None).unwrap().finish().unwrap().folder;
    assert_eq!(Recording::open(&folder, None).unwrap().rate().hz(), 0.4);
    assert_eq!(Recording::open(&folder.join("signal.wav"), None).unwrap().rate().hz(), 1.0);
    fs::remove_file(folder.join("session.toml")).unwrap();
    let bare = Recording::open(&folder, None).unwrap();
    assert!(bare.about().is_none() && bare.damage()[0].contains("session.toml is missing"));
}

#[test]
fn what_cannot_be_opened_is_said_in_one_line_with_path_and_advice() {
    let root = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = root.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let header = |tag: u16, channels: u16, rate: u32| {
        let mut bytes = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0".to_vec();
        bytes.extend([tag.to_le_bytes(), channels.to_le_bytes()].concat());
        bytes.extend([rate.to_le_bytes(), (rate / 2).to_le_bytes()].concat());
        bytes.extend([(2 * channels).to_le_bytes(), 16_u16.to_le_bytes()].concat());
        bytes.extend(b"data\0\0\0\0");
        bytes
    };
    let cases = [
        (root.path().join("nowhere"), "no such file"),
        (root.path().to_owned(), "no session"),
        (file("empty.wav", b""), "empty"),
        (file("text.wav", b"hello, this is a text"), "not a WAV"),
        (file("cut.wav", &header(1, 2, 100)[..30]), "cut short"),
        (file("none.wav", &header(1, 0, 100)), "0 channels"),
        (file("still.wav", &header(1, 2, 0)), "--rate"),
        (file("mu.wav", &header(7, 1, 100)), "µ-law"),
        (file("many.wav", &header(1, 1025, 100)), "1025 channels"),
    ];
    for (path, expected) in cases {
        let line = Recording::open(&path, None).unwrap_err().to_string();
        assert!(line.contains(expected) && line.contains(&*path.to_string_lossy()) && !line.contains('\n'), "{line}");
    }
    let still = Recording::open(&root.path().join("still.wav"), Rate::from_hz(25.0)).unwrap();
    assert_eq!(still.rate().hz(), 25.0);
}

#[test]
fn a_root_that_is_a_file_is_said() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("file");
    fs::write(&path, "x").unwrap();
    let error = SessionWriter::create(&path.join("below"), &about(1), None).err().unwrap().to_string();
    assert!(error.contains("cannot make the folder for sessions"), "{error}");
}

#[test]
fn clocks_come_in_the_order_of_the_samples_and_the_description_stands_in_for_a_lost_journal() {
    let root = tempfile::tempdir().unwrap();
    let mut writer = SessionWriter::create(root.path(), &about(1), None).unwrap();
    writer.append(&Block { start: SampleIndex(0), channels: 1, samples: vec![1.0; 300] }).unwrap();
    let clock = |at, hz| ClockPoint { at: SampleIndex(at), rate: Rate::from_hz(hz).unwrap(), std_err_hz: 0.01 };
    for clock in [clock(200, 99.9), clock(0, 99.7), clock(250, 99.8)] {
        writer.record(&Event::Clock(clock)).unwrap();
    }
    let folder = writer.finish().unwrap().folder;
    let at = |recording: &Recording| recording.clocks().iter().map(|clock| (clock.at.0, clock.rate.hz())).collect::<Vec<_>>();
    assert_eq!(at(&Recording::open(&folder, None).unwrap()), [(0, 99.7), (200, 99.9), (250, 99.8)]);
    fs::remove_file(folder.join("events.jsonl")).unwrap();
    assert_eq!(at(&Recording::open(&folder, None).unwrap()), [(0, 99.8)]);
}

#[test]
fn two_channels_cannot_be_given_one_name() {
    let root = tempfile::tempdir().unwrap();
    let mut writer = SessionWriter::create(root.path(), &about(2), None).unwrap();
    writer.append(&Block { start: SampleIndex(0), channels: 2, samples: vec![1.0; 300] }).unwrap();
    let mut recording = Recording::open(&writer.finish().unwrap().folder, None).unwrap();
    let before = recording.layout().clone();
    let left = || Some(Channel::named("left", ""));
    assert!(recording.rename(vec![left(), left()]).unwrap_err().to_string().contains("left"));
    assert_eq!(recording.layout(), &before);
    recording.rename(vec![None, left()]).unwrap();
    assert_eq!(recording.layout().channels[1].name, "left");
}
