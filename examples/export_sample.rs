//! Makes a session with everything in it (a gap, labels that want to be formulas, a rate that is no whole number) and
//! exports it in every format, for `tests/interop/run`.

use std::ops::ControlFlow;
use std::path::Path;

use stillpoint::export::{Export, Study, run};
use stillpoint::protocol::Target;
use stillpoint::rhythm::Settings;
use stillpoint::signal::{
    Annotation, AnnotationId, Block, Channel, ClockPoint, Edit, Gap, GapCause, Kind, Layout, MISSING, Rate, SampleIndex, Span, Way,
};
use stillpoint::store::{About, Event, Recording, SessionWriter};

/// Seconds of the session, and frames of its gap.
const SECONDS: u64 = 60;
const GAP: Span = Span { start: SampleIndex(2000), end: SampleIndex(2150) };

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/export-sample".to_owned());
    let folder = Path::new(&folder);
    let [gap, whole, leap] = [Sample::Gap, Sample::Whole, Sample::Leap].map(|sample| session(&folder.join("sessions"), sample));
    let (gap, whole, leap) = (gap?, whole?, leap?);
    for to in Target::ALL {
        let out = folder.join(to.word());
        export(&gap, &Export::whole(to, &out))?;
        if matches!(to, Target::Wav | Target::Csv) {
            export(&gap, &Export { segments: &["hold 1".to_owned(), "3".to_owned()], ..Export::whole(to, &out) })?;
        }
    }
    export(&whole, &Export::whole(Target::Edf, &folder.join("edf")))?;
    export(&leap, &Export::whole(Target::Edf, &folder.join("bdf")))?;
    for session in ["1", "2"] {
        let study = Study { subject: Some("anna"), session: Some(session), partition: true };
        export(&gap, &Export { study, ..Export::whole(Target::Parquet, &folder.join("study")) })?;
    }
    Ok(())
}

fn export(session: &Path, export: &Export<'_>) -> anyhow::Result<()> {
    let done = run(&mut Recording::open(session, None)?, export, &mut |_| ControlFlow::Continue(()))?;
    done.notes.iter().for_each(|note| eprintln!("{note}"));
    Ok(())
}

/// What is odd about a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sample {
    /// Samples that never arrived.
    Gap,
    /// Nothing but some samples of one channel.
    Whole,
    /// One sample a thousand times as large as all others.
    Leap,
}

fn session(root: &Path, sample: Sample) -> anyhow::Result<std::path::PathBuf> {
    let rate = Rate::from_hz(100.0).unwrap_or_else(|| unreachable!("100 Hz is a rate"));
    let channels = vec![Channel::named("left", "µm"), Channel::named("right", "µm"), Channel::named("belt", "")];
    let about = About {
        started: "2026-11-23T10:15:00.25Z".parse()?,
        layout: Layout { channels, nominal: rate },
        clock: None,
        device: "demo".to_owned(),
        wire_format: "none".to_owned(),
        simulated: true,
        settings: Settings::default(),
    };
    let mut writer = SessionWriter::create(root, &about, Some(&format!("{sample:?}").to_lowercase()))?;
    for second in 0..SECONDS {
        let samples = (second * 100..second * 100 + 100).flat_map(|index| frame(index, sample)).collect();
        writer.append(&Block { start: writer.end(), channels: 3, samples })?;
        writer.checkpoint()?;
    }
    if sample == Sample::Gap {
        writer.record(&Event::Gap(Gap { span: GAP, cause: GapCause::Unplugged, exact: false }))?;
    }
    let true_rate = Rate::from_hz(99.987_5).unwrap_or(rate);
    writer.record(&Event::Clock(ClockPoint { at: SampleIndex(3000), rate: true_rate, std_err_hz: 0.002 }))?;
    let put = |id, kind, start, end: Option<u64>, label: &str| {
        let (id, start, end) = (AnnotationId(id), SampleIndex(start), end.map(SampleIndex));
        Event::Annotation(Edit::Put(Annotation { id, kind, start, end, label: label.to_owned() }), Way::Done)
    };
    writer.record(&put(0, Kind::Segment, 500, Some(1500), "hold 1"))?;
    writer.record(&put(1, Kind::Mark, 700, None, "=SUM(A1:A9)"))?;
    writer.record(&put(2, Kind::Segment, 1800, Some(2500), "hold 1"))?;
    writer.record(&put(3, Kind::Note, 1900, None, "Kreuzbein, \"weich\" – 3 µm"))?;
    writer.record(&put(4, Kind::Segment, 3000, Some(5800), ""))?;
    writer.record(&put(5, Kind::Tap, 3600, None, ""))?;
    Ok(writer.finish()?.folder)
}

fn frame(index: u64, sample: Sample) -> [f32; 3] {
    let t = index as f32 / 100.0;
    let [left, right, belt] = [58.2 * (t * 0.63).sin(), 44.0 * (t * 0.63 - 0.3).sin(), 500.0 + 100.0 * (t * 1.5).sin()];
    match sample {
        Sample::Gap if (GAP.start.0..GAP.end.0).contains(&index) => [MISSING; 3],
        Sample::Whole if (4321..4333).contains(&index) => [left, MISSING, belt],
        Sample::Leap if index == 77 => [left, 44_000.0, belt],
        _ => [left, right, belt],
    }
}
