//! What comes in from the stream and the keys, and what is on disk then.

#[path = "../../../tests/disk/mod.rs"]
mod disk;

use disk::{Fault, FaultyDisk};

use super::*;
use crate::session::Length;
use crate::signal::{Annotation, AnnotationId, Block, Channel, Gap, GapCause, MISSING, Rate, Span, Way};
use crate::store::Recording;

/// A recorder of one channel at 100 Hz into `root`, and what it says.
fn recorder(root: &std::path::Path, length: Length) -> (Recorder<FaultyDisk>, FaultyDisk, mpsc::Receiver<Notice>) {
    let (notices, said) = mpsc::channel(4096);
    let disk = FaultyDisk::new();
    let how = RecordAs {
        root: root.to_owned(),
        device: "test".into(),
        wire_format: "none".into(),
        simulated: true,
        settings: crate::rhythm::Settings::default(),
        at_once: false,
        length,
    };
    let mut recorder = Recorder::new(disk.clone(), never(), notices, how);
    let layout = Layout { channels: vec![Channel::unnamed(0)], nominal: Rate::from_hz(100.0).unwrap() };
    recorder.take(Flow::Open(Arc::new(layout)));
    (recorder, disk, said)
}

/// Hands over frames up to `end`; the value tells which frame it is.
fn hand_over(recorder: &mut Recorder<FaultyDisk>, end: u64, missing: bool) {
    while recorder.head.0 < end {
        let start = recorder.head;
        let stop = (start.0 + 100).min(end);
        let samples = (start.0..stop).map(|frame| if missing { MISSING } else { frame as f32 }).collect();
        recorder.take(Flow::Block(Arc::new(Block { start, channels: 1, samples })));
    }
}

fn finished(mut said: mpsc::Receiver<Notice>) -> Vec<Recording> {
    let notices = std::iter::from_fn(|| said.try_recv().ok());
    let folders = notices.filter_map(|notice| if let Notice::Recorded { folder, .. } = notice { Some(folder) } else { None });
    folders.map(|folder| Recording::open(std::path::Path::new(&folder), None).unwrap()).collect()
}

#[test]
fn a_recording_that_begins_within_a_gap_names_it() {
    let root = tempfile::tempdir().unwrap();
    let (mut recorder, _, said) = recorder(root.path(), Length::default());
    hand_over(&mut recorder, 900, false);
    let span = Span { start: SampleIndex(900), end: SampleIndex(1900) };
    recorder.take(Flow::Gap(Gap { span, cause: GapCause::Unplugged, exact: true }));
    hand_over(&mut recorder, 1900, true);
    hand_over(&mut recorder, 2500, false);
    recorder.obey(Order::Record);
    recorder.stop();
    let recordings = finished(said);
    assert_eq!((recordings[0].frames(), recordings[0].damage()), (1000, &[] as &[String]));
    assert_eq!(recordings[0].gaps().iter().map(|gap| (gap.span.start.0, gap.span.end.0)).collect::<Vec<_>>(), [(0, 400)]);
}

#[test]
fn what_was_recognised_is_what_is_written_of_the_sessions_that_begin_later() {
    let root = tempfile::tempdir().unwrap();
    let (mut recorder, _, said) = recorder(root.path(), Length { total: None, session: Some(Seconds(10.0)) });
    recorder.take(Flow::Format("labelled".into()));
    hand_over(&mut recorder, 500, false);
    recorder.obey(Order::Record);
    recorder.take(Flow::Format("JSON lines".into()));
    hand_over(&mut recorder, 1500, false);
    recorder.stop();
    let formats: Vec<_> = finished(said).iter().map(|recording| recording.about().unwrap().wire_format.clone()).collect();
    assert_eq!(formats, ["labelled", "JSON lines"]);
}

#[test]
fn a_device_that_sends_nothing_but_faults_any_more_fills_no_memory() {
    let root = tempfile::tempdir().unwrap();
    let (mut recorder, ..) = recorder(root.path(), Length::default());
    hand_over(&mut recorder, 500, false);
    (0..10_000).for_each(|_| recorder.take(Flow::Fault(SampleIndex(500), "text".into())));
    assert!(recorder.recent.iter().count() <= 4096);
}

#[test]
fn a_gap_across_two_sessions_is_named_in_both() {
    let root = tempfile::tempdir().unwrap();
    let (mut recorder, _, said) = recorder(root.path(), Length { total: None, session: Some(Seconds(20.0)) });
    hand_over(&mut recorder, 500, false);
    recorder.obey(Order::Record);
    hand_over(&mut recorder, 1500, false);
    let span = Span { start: SampleIndex(1500), end: SampleIndex(2600) };
    recorder.take(Flow::Gap(Gap { span, cause: GapCause::Stalled, exact: true }));
    hand_over(&mut recorder, 2600, true);
    hand_over(&mut recorder, 3000, false);
    recorder.stop();
    let gaps = |recording: &Recording| recording.gaps().iter().map(|gap| (gap.span.start.0, gap.span.end.0)).collect::<Vec<_>>();
    let found: Vec<_> = finished(said).iter().map(|recording| (recording.frames(), gaps(recording))).collect();
    assert_eq!(found, [(2000, vec![(1500, 2000)]), (1000, vec![(0, 600)])]);
}

#[test]
fn the_pre_roll_begins_at_a_step_and_holds_what_there_is() {
    let start = |head, kept| pre_roll_start(SampleIndex(head), SampleIndex(kept), 1000, 500).0;
    assert_eq!(start(5_250, 3_600), 4_000);
    assert_eq!(start(300, 0), 0);
    assert_eq!(start(1_700, 0), 500);
}

fn mark(at: u64) -> Edit {
    let (id, start, label) = (AnnotationId(at), SampleIndex(at), String::new());
    Edit::Put(Annotation { id, kind: Kind::Mark, start, end: None, label })
}

/// What was said since this was last asked, a word each.
fn words(said: &mut mpsc::Receiver<Notice>) -> Vec<&'static str> {
    let word = |notice: Notice| match notice {
        Notice::Recording { .. } => Some("recording"),
        Notice::Recorded { .. } => Some("recorded"),
        Notice::Annotated { saved: true, .. } => Some("saved"),
        Notice::Trouble(what) if what.contains("kept in memory") => Some("kept in memory"),
        Notice::Trouble(what) if what.contains("nothing was lost") => Some("nothing was lost"),
        Notice::Trouble(_) => Some("trouble"),
        _ => None,
    };
    std::iter::from_fn(|| said.try_recv().ok()).filter_map(word).collect()
}

#[test]
fn a_full_disk_is_told_once_and_marks_are_confirmed_when_they_are_on_disk() {
    let root = tempfile::tempdir().unwrap();
    let (mut recorder, disk, mut said) = recorder(root.path(), Length::default());
    hand_over(&mut recorder, 500, false);
    recorder.obey(Order::Record);
    recorder.obey(Order::Annotate(mark(400), Way::Done));
    assert_eq!(words(&mut said), ["recording", "saved"]);
    disk.space(Some(0));
    for second in 6..20 {
        hand_over(&mut recorder, second * 100, false);
        recorder.obey(Order::Annotate(mark(second * 100), Way::Done));
        recorder.checkpoint();
    }
    assert_eq!(words(&mut said), ["kept in memory"]);
    disk.space(None);
    recorder.checkpoint();
    assert_eq!(words(&mut said), [vec!["nothing was lost"], vec!["saved"; 14]].concat());
    recorder.stop();
    let [recording] = &finished(said)[..] else { panic!("not finished") };
    assert_eq!((recording.frames(), recording.annotations().len(), recording.damage()), (1900, 15, &[] as &[String]));
}

#[test]
fn where_the_next_session_cannot_be_begun_this_one_goes_on_and_nothing_is_lost() {
    let root = tempfile::tempdir().unwrap();
    let (mut recorder, disk, said) = recorder(root.path(), Length { total: None, session: Some(Seconds(20.0)) });
    hand_over(&mut recorder, 500, false);
    recorder.obey(Order::Record);
    hand_over(&mut recorder, 1990, false);
    disk.plan(|_| Some(Fault::Full));
    hand_over(&mut recorder, 3970, false);
    disk.plan(|_| None);
    hand_over(&mut recorder, 4500, false);
    recorder.stop();
    let mut recordings = finished(said);
    assert_eq!(recordings.iter().map(Recording::frames).collect::<Vec<_>>(), [4000, 500]);
    let (mut samples, mut next) = (Vec::new(), 0.0);
    for recording in &mut recordings {
        assert_eq!(recording.damage(), &[] as &[String]);
        recording.read(SampleIndex(0), 10_000, &mut samples).unwrap();
        for sample in &samples {
            assert_eq!(*sample, next);
            next += 1.0;
        }
    }
}

#[test]
fn a_recording_that_cannot_be_finished_says_how_much_of_it_is_lost() {
    let root = tempfile::tempdir().unwrap();
    let (mut recorder, disk, mut said) = recorder(root.path(), Length::default());
    hand_over(&mut recorder, 500, false);
    recorder.obey(Order::Record);
    disk.space(Some(0));
    hand_over(&mut recorder, 750, false);
    recorder.stop();
    let last = std::iter::from_fn(|| said.try_recv().ok()).last();
    let Some(Notice::Trouble(what)) = last else { panic!("{last:?}") };
    assert!(what.contains("could not be finished") && what.contains("the last 2.5 s of it are lost"), "{what}");
}

#[test]
fn what_came_while_the_disk_was_slow_is_written_together_and_not_a_block_a_checkpoint() {
    let root = tempfile::tempdir().unwrap();
    let (mut recorder, disk, said) = recorder(root.path(), Length::default());
    hand_over(&mut recorder, 500, false);
    recorder.obey(Order::Record);
    let (sender, flow) = crossbeam_channel::unbounded();
    for start in (500..2500).step_by(100) {
        let samples = (start..start + 100).map(|frame| frame as f32).collect();
        sender.send(Flow::Block(Arc::new(Block { start: SampleIndex(start), channels: 1, samples }))).unwrap();
    }
    sender.send(Flow::End).unwrap();
    let before = disk.done();
    // The last checkpoint took so long that the next is due.
    recorder.checkpoint();
    recorder.checked -= CHECKPOINT;
    recorder.run(&flow);
    let log = disk.log();
    let writes =
        log.0[before..].iter().filter_map(|step| if let disk::Done::Write { bytes, .. } = step { Some(bytes.len()) } else { None });
    assert!(writes.clone().any(|bytes| bytes == 4 * 2000), "{:?}", writes.collect::<Vec<_>>());
    assert_eq!(finished(said)[0].frames(), 2500);
}
