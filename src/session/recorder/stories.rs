//! What comes in from the stream and the keys, and what is on disk then.

use super::*;
use crate::session::Length;
use crate::signal::{Block, Channel, Gap, GapCause, MISSING, Rate, Span};
use crate::store::Recording;

/// A recorder of one channel at 100 Hz into `root`, and what it says.
fn recorder(root: &std::path::Path, length: Length) -> (Recorder, mpsc::Receiver<Notice>) {
    let (notices, said) = mpsc::channel(4096);
    let how = RecordAs {
        root: root.to_owned(),
        device: "test".into(),
        wire_format: "none".into(),
        simulated: true,
        settings: crate::rhythm::Settings::default(),
        at_once: false,
        length,
    };
    let mut recorder = Recorder::new(never(), notices, how);
    let layout = Layout { channels: vec![Channel::unnamed(0)], nominal: Rate::from_hz(100.0).unwrap() };
    recorder.take(Flow::Open(Arc::new(layout)));
    (recorder, said)
}

/// Hands over frames up to `end`; the value tells which frame it is.
fn hand_over(recorder: &mut Recorder, end: u64, missing: bool) {
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
    let (mut recorder, said) = recorder(root.path(), Length::default());
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
fn a_gap_across_two_sessions_is_named_in_both() {
    let root = tempfile::tempdir().unwrap();
    let (mut recorder, said) = recorder(root.path(), Length { total: None, session: Some(Seconds(20.0)) });
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
