//! What is recorded is read back, to the bit, also after the worst.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

use proptest::prelude::*;
use stillpoint::rhythm::Settings;
use stillpoint::signal::{Annotation, AnnotationId, Annotations, Block, Channel, ClockPoint, Edit, Kind, Layout, Rate, SampleIndex};
use stillpoint::store::{About, Event, Journal, Recording, SessionWriter};

fn about(channels: usize) -> About {
    let names = ["left", "right", "belt", "ppg"];
    About {
        started: "2026-11-23T09:15:00Z".parse().unwrap(),
        layout: Layout {
            channels: names[..channels].iter().map(|name| Channel::named(name, "µm")).collect(),
            nominal: Rate::from_hz(100.0).unwrap(),
        },
        clock: Some(ClockPoint { at: SampleIndex(0), rate: Rate::from_hz(99.9917).unwrap(), std_err_hz: 0.0003 }),
        device: "/dev/ttyACM0".into(),
        wire_format: "text".into(),
        simulated: false,
        settings: Settings::default(),
    }
}

/// Blocks of these lengths, counting bits up so that every sample is its own.
fn blocks(channels: usize, lengths: &[usize], first: u32) -> Vec<Block> {
    let (mut start, mut bits) = (SampleIndex(0), first);
    let block = |length: &usize| {
        let samples = (0..length * channels).map(|_| {
            bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from_bits(bits)
        });
        let block = Block { start, channels, samples: samples.collect() };
        start = block.end();
        block
    };
    lengths.iter().map(block).collect()
}

/// NaN is NaN whatever its payload: that a sample is missing is what counts.
fn bits(samples: &[f32]) -> Vec<u32> {
    samples.iter().map(|sample| if sample.is_nan() { u32::MAX } else { sample.to_bits() }).collect()
}

fn everything(recording: &mut Recording) -> Vec<f32> {
    let mut samples = Vec::new();
    recording.read(SampleIndex(0), usize::try_from(recording.frames()).unwrap(), &mut samples).unwrap();
    samples
}

fn edit() -> impl Strategy<Value = Edit> {
    let put = (0_u64..6, 0_u64..50, proptest::option::of(0_u64..50), "\\PC{0,12}").prop_map(|(id, start, length, label)| {
        let kind = if length.is_some() { Kind::Segment } else { Kind::Mark };
        let label = stillpoint::signal::clean(&label);
        Edit::Put(Annotation { id: AnnotationId(id), kind, start: SampleIndex(start), end: length.map(|l| SampleIndex(start + l)), label })
    });
    prop_oneof![4 => put, 1 => (0_u64..6).prop_map(|id| Edit::Delete(AnnotationId(id)))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_session_is_read_back_as_it_was_written(
        channels in 1_usize..5, lengths in proptest::collection::vec(20_usize..90, 1..8), first in any::<u32>(),
        edits in proptest::collection::vec(edit(), 0..12), rotate in 600_u64..5000, at in any::<prop::sample::Index>(),
    ) {
        let root = tempfile::tempdir().unwrap();
        let mut session = SessionWriter::create(root.path(), &about(channels), Some("anna/../2")).unwrap().rotating_at(rotate);
        let blocks = blocks(channels, &lengths, first);
        let mut expected = Annotations::default();
        blocks.iter().for_each(|block| session.append(block).unwrap());
        let frames = blocks.last().unwrap().end();
        for edit in &edits {
            session.record(&Event::Annotation(edit.clone())).unwrap();
            let mut clamped = edit.clone();
            if let Edit::Put(a) = &mut clamped {
                a.start = a.start.min(frames);
                a.end = a.end.map(|end| end.min(frames));
            }
            expected.apply(&clamped);
        }
        let done = session.finish().unwrap();
        prop_assert_eq!(done.folder.parent().unwrap(), root.path());
        let mut recording = Recording::open(&done.folder, None).unwrap();
        prop_assert_eq!(recording.damage(), [] as [String; 0]);
        prop_assert_eq!(recording.annotations(), &expected);
        prop_assert_eq!(recording.layout(), &about(channels).layout);
        prop_assert_eq!(recording.rate().hz(), 99.9917);
        let written: Vec<f32> = blocks.iter().flat_map(|block| block.samples.clone()).collect();
        prop_assert_eq!(bits(&everything(&mut recording)), bits(&written));
        let start = at.index(lengths.iter().sum());
        let mut some = Vec::new();
        let got = recording.read(SampleIndex(start as u64), 30, &mut some).unwrap();
        prop_assert_eq!(bits(&some), bits(&written[start * channels..(start + got) * channels]));
    }
}

/// A finished session with 300 frames of two channels and an annotation.
fn session(root: &Path) -> std::path::PathBuf {
    let mut session = SessionWriter::create(root, &about(2), None).unwrap();
    blocks(2, &[100, 200], 5).iter().for_each(|block| session.append(block).unwrap());
    let mark = Annotation { id: AnnotationId(0), kind: Kind::Mark, start: SampleIndex(7), end: None, label: "here".into() };
    session.record(&Event::Annotation(Edit::Put(mark))).unwrap();
    session.finish().unwrap().folder
}

#[test]
fn a_session_that_was_never_finished_is_read_as_far_as_it_was_checkpointed() {
    let root = tempfile::tempdir().unwrap();
    let mut session = SessionWriter::create(root.path(), &about(2), None).unwrap();
    let blocks = blocks(2, &[100, 200], 9);
    session.append(&blocks[0]).unwrap();
    session.checkpoint().unwrap();
    let folder = session.folder().to_path_buf();
    // What kill -9 leaves: no end mark, no destructor.
    std::mem::forget(session);
    let mut recording = Recording::open(&folder, None).unwrap();
    assert_eq!(bits(&everything(&mut recording)), bits(&blocks[0].samples));
    assert!(recording.damage()[0].contains("recovered 100 samples"), "{:?}", recording.damage());
}

#[test]
fn every_beginning_of_the_signal_and_of_the_journal_is_read_as_far_as_it_goes() {
    let root = tempfile::tempdir().unwrap();
    let folder = session(root.path());
    let whole = everything(&mut Recording::open(&folder, None).unwrap());
    for name in ["signal.wav", "events.jsonl", "session.toml"] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        for cut in 0..bytes.len() {
            std::fs::write(folder.join(name), &bytes[..cut]).unwrap();
            // A header that is cut is refused in one line; anything else opens and holds a beginning.
            if let Ok(mut recording) = Recording::open(&folder, None) {
                let samples = everything(&mut recording);
                assert_eq!(bits(&samples), bits(&whole[..samples.len()]), "{name} cut at {cut}");
                assert!(
                    !recording.damage().is_empty() || name == "session.toml" || cut + 1 >= bytes.len(),
                    "{name} cut at {cut} is not told"
                );
            }
        }
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

#[test]
fn a_torn_line_does_not_swallow_the_next_annotation() {
    let root = tempfile::tempdir().unwrap();
    let folder = session(root.path());
    let path = folder.join("events.jsonl");
    let mut text = std::fs::read_to_string(&path).unwrap();
    text.push_str("{\"type\":\"annotation\",\"id\":9,\"ki");
    std::fs::write(&path, text).unwrap();
    let note = Annotation { id: AnnotationId(1), kind: Kind::Note, start: SampleIndex(20), end: None, label: "later".into() };
    Journal::open(&folder).unwrap().record(&Event::Annotation(Edit::Put(note))).unwrap();
    let recording = Recording::open(&folder, None).unwrap();
    let labels: Vec<_> = recording.annotations().iter().map(|a| a.label.as_str()).collect();
    assert_eq!(labels, ["here", "later"]);
    assert!(recording.damage()[0].contains("could not be read"), "{:?}", recording.damage());
}

#[cfg(unix)]
#[test]
fn a_session_is_its_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let folder = session(root.path());
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for name in ["signal.wav", "events.jsonl", "session.toml"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
}
