//! Whatever happens while a session is written: what was said to be safe is there, to the bit, and nothing else is taken for a sample.

use std::path::Path;

use crate::disk::matrix::{about, matrix, sample};
use crate::disk::{Fault, FaultyDisk};
use stillpoint::signal::{Annotation, AnnotationId, Block, Edit, GapCause, Kind, SampleIndex, Way};
use stillpoint::store::{Event, Limits, Place, Recording, SessionWriter, StoreError};

const SMALL: Limits = Limits { file: 100_000, memory: 64_000 };

fn writer(disk: &FaultyDisk, root: &Path) -> SessionWriter<FaultyDisk> {
    SessionWriter::create_on(disk.clone(), Place { root, name: None, limits: SMALL }, &about(2)).unwrap()
}

/// Hands over the next frames, in blocks of 40 ms.
fn hand_over(writer: &mut SessionWriter<FaultyDisk>, frames: u64) {
    let end = writer.end().0 + frames;
    while writer.end().0 < end {
        let start = writer.end();
        let stop = (start.0 + 10).min(end);
        let samples = (start.0..stop).flat_map(|frame| [sample(frame, 0), sample(frame, 1)]).collect();
        drop(writer.append(&Block { start, channels: 2, samples }));
    }
}

/// Every frame is what was handed over, or is missing and lies in a gap; gives how many are missing.
fn missing(recording: &mut Recording) -> u64 {
    let (mut samples, frames) = (Vec::new(), recording.frames());
    recording.read(SampleIndex(0), frames as usize, &mut samples).unwrap();
    let mut missing = 0;
    for (frame, pair) in (0..).zip(samples.chunks_exact(2)) {
        if pair[0].is_nan() {
            assert!(recording.gaps().iter().any(|gap| (gap.span.start.0..gap.span.end.0).contains(&frame)), "frame {frame} is in no gap");
            missing += 1;
        } else {
            assert_eq!(pair, [sample(frame, 0), sample(frame, 1)], "frame {frame}");
        }
    }
    missing
}

#[test]
fn a_power_cut_at_any_instant_leaves_what_was_said_to_be_safe() {
    let outcome = matrix(40, 16, false);
    assert_eq!((outcome.tried, outcome.lost, &outcome.broken), (640, 0, &Vec::new()));
    assert!(outcome.promised > 100_000, "{} frames were promised", outcome.promised);
}

#[test]
fn a_disk_that_fails_now_and_then_and_a_power_cut_leave_what_was_said_to_be_safe() {
    let outcome = matrix(80, 16, true);
    assert_eq!((outcome.tried, outcome.lost, &outcome.broken), (1280, 0, &Vec::new()));
}

#[test]
fn a_disk_that_is_full_for_a_while_costs_nothing_that_memory_can_hold() {
    let (root, disk) = (tempfile::tempdir().unwrap(), FaultyDisk::new());
    let mut writer = writer(&disk, root.path());
    hand_over(&mut writer, 500);
    disk.space(Some(1000));
    assert!(matches!(writer.checkpoint(), Err(StoreError::Io { .. })));
    hand_over(&mut writer, 3000);
    disk.space(None);
    writer.checkpoint().unwrap();
    assert_eq!((writer.waiting(), writer.lost()), (0, 0));
    let mut recording = Recording::open(&writer.finish().unwrap().folder, None).unwrap();
    assert_eq!((recording.frames(), missing(&mut recording), recording.damage()), (3500, 0, &[] as &[String]));
}

#[test]
fn a_disk_that_is_full_for_longer_costs_the_oldest_and_the_gap_is_named() {
    let (root, disk) = (tempfile::tempdir().unwrap(), FaultyDisk::new());
    let mut writer = writer(&disk, root.path());
    hand_over(&mut writer, 500);
    writer.checkpoint().unwrap();
    disk.space(Some(0));
    for _ in 0..50 {
        hand_over(&mut writer, 500);
        assert!(writer.checkpoint().is_err());
    }
    disk.space(None);
    writer.checkpoint().unwrap();
    hand_over(&mut writer, 500);
    let lost = writer.lost();
    let mut recording = Recording::open(&writer.finish().unwrap().folder, None).unwrap();
    assert_eq!((recording.frames(), missing(&mut recording), recording.damage()), (26_000, lost, &[] as &[String]));
    let [gap] = recording.gaps() else { panic!("{:?}", recording.gaps()) };
    assert_eq!((gap.cause, gap.span.start, gap.exact), (GapCause::Disk, SampleIndex(500), true));
    assert!((26_000 - gap.span.end.0) * 8 > SMALL.memory as u64 * 9 / 10, "the newest that memory holds are there: {gap:?}");
}

#[test]
fn short_writes_and_interruptions_are_nothing_to_speak_of() {
    let (root, disk) = (tempfile::tempdir().unwrap(), FaultyDisk::new());
    let mut writer = writer(&disk, root.path());
    disk.plan(|asked| [None, Some(Fault::Short), Some(Fault::Interrupted)][asked as usize % 3]);
    for _ in 0..20 {
        hand_over(&mut writer, 1000);
        writer.checkpoint().unwrap();
    }
    let mut recording = Recording::open(&writer.finish().unwrap().folder, None).unwrap();
    assert_eq!((recording.frames(), missing(&mut recording), recording.damage()), (20_000, 0, &[] as &[String]));
}

#[test]
fn what_a_failed_sync_forgot_is_written_again() {
    let (root, disk) = (tempfile::tempdir().unwrap(), FaultyDisk::new());
    let mut writer = writer(&disk, root.path());
    hand_over(&mut writer, 700);
    let mark = Annotation { id: AnnotationId(0), kind: Kind::Mark, start: SampleIndex(3), end: None, label: "here".into() };
    // A write, then the sync; of the journal and then of the samples.
    disk.plan(|asked| (asked > 1).then_some(Fault::Failed));
    assert!(writer.record(&Event::Annotation(Edit::Put(mark), Way::Done)).is_err());
    assert!(writer.checkpoint().is_err());
    assert_eq!((writer.pending(), writer.waiting()), (1, 700));
    disk.plan(|_| None);
    writer.checkpoint().unwrap();
    let mut recording = Recording::open(&writer.finish().unwrap().folder, None).unwrap();
    assert_eq!((recording.frames(), missing(&mut recording), recording.damage()), (700, 0, &[] as &[String]));
    assert_eq!(recording.annotations().iter().map(|a| a.label.as_str()).collect::<Vec<_>>(), ["here"]);
}

#[test]
fn a_session_that_cannot_be_begun_leaves_no_folder_behind() {
    for fails_at in 1..14 {
        let (root, disk) = (tempfile::tempdir().unwrap(), FaultyDisk::new());
        disk.plan(move |asked| (asked == fails_at).then_some(Fault::Full));
        let made = SessionWriter::create_on(disk, Place { root: root.path(), name: None, limits: SMALL }, &about(2));
        assert!(made.is_err(), "operation {fails_at}");
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 0, "operation {fails_at}");
    }
}
