//! What is exported and opened again is what it was: every sample as far as the format can tell it, every annotation and gap at its frame.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use stillpoint::export::{Export, run};
use stillpoint::protocol::Target;
use stillpoint::rhythm::Settings;
use stillpoint::signal::{
    Annotation, AnnotationId, Block, Channel, ClockPoint, Edit, Gap, GapCause, Kind, Layout, MISSING, Rate, SampleIndex, Span, Way,
};
use stillpoint::store::{About, Event, Recording, SessionWriter};

/// What a made-up session has.
#[derive(Clone, Debug)]
struct Made {
    hz: f64,
    samples: Vec<f32>,
    channels: usize,
    gaps: Vec<(u64, u64)>,
    annotations: Vec<(Kind, u64, u64, String)>,
}

fn made() -> impl Strategy<Value = Made> {
    let sample = prop_oneof![4 => -1000.0_f32..1000.0, 1 => (-9_i16..9).prop_map(f32::from), 1 => Just(MISSING)];
    let kind = prop::sample::select(vec![Kind::Mark, Kind::Segment, Kind::Tap, Kind::StillPoint, Kind::Note]);
    let label =
        prop::sample::select(vec!["", "sacrum", "=1+1", "tap", "Kreuzbein, \"weich\" – 3 µm", "gap: disk", "a\tb"]).prop_map(str::to_owned);
    (1_usize..4, prop::sample::select(vec![10.0, 99.987_654, 250.0, 33.3]), 1_u64..700).prop_flat_map(move |(channels, hz, frames)| {
        let annotation = (kind.clone(), 0..=frames, 1..=frames, label.clone());
        (
            prop::collection::vec(sample.clone(), channels * frames as usize),
            prop::collection::btree_set(0..frames, 0..5),
            prop::collection::vec(annotation, 0..6),
        )
            .prop_map(move |(samples, edges, annotations)| {
                let edges: Vec<u64> = edges.into_iter().collect();
                let gaps = edges.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
                let mut made = Made { hz, samples, channels, gaps, annotations };
                for &(start, end) in &made.gaps {
                    made.samples[start as usize * channels..end as usize * channels].fill(MISSING);
                }
                made
            })
    })
}

fn session(root: &Path, made: &Made) -> PathBuf {
    let nominal = Rate::from_hz(made.hz.round()).unwrap();
    let names = ["left", "right", "belt"];
    let layout = Layout { channels: names[..made.channels].iter().map(|name| Channel::named(name, "µm")).collect(), nominal };
    let about = About {
        started: "2026-11-23T10:15:00.25Z".parse().unwrap(),
        layout,
        clock: None,
        device: "test".into(),
        wire_format: "none".into(),
        simulated: true,
        settings: Settings::default(),
    };
    let mut writer = SessionWriter::create(root, &about, None).unwrap();
    writer.append(&Block { start: SampleIndex(0), channels: made.channels, samples: made.samples.clone() }).unwrap();
    writer.record(&Event::Clock(ClockPoint { at: SampleIndex(0), rate: Rate::from_hz(made.hz).unwrap(), std_err_hz: 0.0 })).unwrap();
    for &(start, end) in &made.gaps {
        let span = Span { start: SampleIndex(start), end: SampleIndex(end) };
        writer.record(&Event::Gap(Gap { span, cause: GapCause::Unplugged, exact: false })).unwrap();
    }
    let frames = made.samples.len() as u64 / made.channels as u64;
    for (id, (kind, start, length, label)) in (0..).zip(&made.annotations) {
        let stretch = matches!(kind, Kind::Segment | Kind::StillPoint) && *start < frames;
        let end = stretch.then(|| SampleIndex((start + length).min(frames)));
        let annotation = Annotation { id: AnnotationId(id), kind: *kind, start: SampleIndex(*start), end, label: label.clone() };
        writer.record(&Event::Annotation(Edit::Put(annotation), Way::Done)).unwrap();
    }
    writer.finish().unwrap().folder
}

fn samples(recording: &mut Recording) -> Vec<f32> {
    let (mut all, mut some, mut at) = (Vec::new(), Vec::new(), 0);
    while recording.read(SampleIndex(at), 97, &mut some).unwrap() > 0 {
        all.extend(&some);
        at = all.len() as u64 / recording.layout().channels.len() as u64;
    }
    all
}

/// Kind, start, end and label of each, in an order that does not depend on ids.
fn told(recording: &Recording) -> Vec<(String, u64, Option<u64>, String)> {
    let mut all: Vec<_> =
        recording.annotations().iter().map(|a| (a.kind.word().to_owned(), a.start.0, a.end.map(|end| end.0), a.label.clone())).collect();
    all.sort();
    all
}

/// Half a step of the numbers that a format has, for samples from the least to the greatest of each channel.
fn half_step(samples: &[f32], channels: usize, levels: f32) -> Vec<f32> {
    let of = |channel: usize| samples.iter().skip(channel).step_by(channels).copied().filter(|x| x.is_finite());
    let range = |channel| of(channel).fold(f32::MIN, f32::max) - of(channel).fold(f32::MAX, f32::min);
    (0..channels).map(|channel| range(channel).max(1e-3) / levels * 0.51).collect()
}

fn round_trip(made: &Made, to: Target) -> Result<(), TestCaseError> {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), made);
    let out = root.path().join("out");
    let mut before = Recording::open(&session, None).unwrap();
    let file = run(&mut before, &Export::whole(to, &out), &mut |_| ControlFlow::Continue(())).unwrap().files.remove(0);
    let mut after = Recording::open(&file, None).unwrap();
    prop_assert_eq!(after.damage(), &[] as &[String]);
    prop_assert_eq!(after.frames(), before.frames());
    prop_assert!((after.rate().hz() / before.rate().hz() - 1.0).abs() < 1e-7, "{} {}", after.rate().hz(), before.rate().hz());
    let spans = |recording: &Recording| recording.gaps().iter().map(|gap| (gap.span, gap.cause, gap.exact)).collect::<Vec<_>>();
    prop_assert_eq!(spans(&after), spans(&before));
    prop_assert_eq!(told(&after), told(&before));
    prop_assert_eq!(&after.layout().channels, &before.layout().channels);
    let is_bdf = file.extension().is_some_and(|extension| extension == "bdf");
    let (one, other) = (samples(&mut before), samples(&mut after));
    prop_assert_eq!(one.len(), other.len());
    let step = half_step(&one, made.channels, if is_bdf { 16_777_000.0 } else { 65_500.0 });
    for (at, (one, other)) in one.iter().zip(&other).enumerate() {
        let most = if to == Target::Edf { step[at % made.channels] + one.abs() * 1e-6 } else { 0.0 };
        prop_assert!(one.is_nan() && other.is_nan() || (one - other).abs() <= most, "sample {at}: {one} is {other}, {most} at most");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edf_comes_back_within_half_a_step_with_every_gap_and_annotation_at_its_frame(made in made()) {
        round_trip(&made, Target::Edf)?;
    }

    #[test]
    fn wav_comes_back_to_the_bit(made in made()) {
        round_trip(&made, Target::Wav)?;
    }

    #[test]
    fn csv_comes_back_to_the_bit(made in made()) {
        round_trip(&made, Target::Csv)?;
    }
}
