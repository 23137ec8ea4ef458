//! Makes a session with everything in it (a gap, labels that want to be formulas, a rate that is no whole number) and
//! exports it as WAV and CSV: `cargo run --example export_sample -- DIR`, then `python3 docs/check_exports.py DIR`.

use std::ops::ControlFlow;
use std::path::Path;

use stillpoint::export::{Export, run};
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
    let session = session(&folder.join("session"))?;
    for to in [Target::Wav, Target::Csv] {
        let out = folder.join(format!("{to:?}").to_lowercase());
        for segments in [&[][..], &["hold 1".to_owned(), "3".to_owned()][..]] {
            let export = Export { segments, force: true, ..Export::whole(to, &out) };
            run(&mut Recording::open(&session, None)?, &export, &mut |_| ControlFlow::Continue(()))?;
        }
    }
    Ok(())
}

fn session(root: &Path) -> anyhow::Result<std::path::PathBuf> {
    let rate = Rate::from_hz(100.0).unwrap_or_else(|| unreachable!("100 Hz is a rate"));
    let channels = vec![Channel::named("left", "µm"), Channel::named("right", "µm"), Channel::named("belt", "")];
    let about = About {
        started: "2026-11-23T10:15:00Z".parse()?,
        layout: Layout { channels, nominal: rate },
        clock: None,
        device: "demo".to_owned(),
        wire_format: "none".to_owned(),
        simulated: true,
        settings: Settings::default(),
    };
    let mut writer = SessionWriter::create(root, &about, Some("anna"))?;
    for second in 0..SECONDS {
        let samples = (second * 100..second * 100 + 100).flat_map(frame).collect();
        writer.append(&Block { start: writer.end(), channels: 3, samples })?;
        writer.checkpoint()?;
    }
    writer.record(&Event::Gap(Gap { span: GAP, cause: GapCause::Unplugged, exact: false }))?;
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

fn frame(index: u64) -> [f32; 3] {
    if (GAP.start.0..GAP.end.0).contains(&index) {
        return [MISSING; 3];
    }
    let t = index as f32 / 100.0;
    [58.2 * (t * 0.63).sin(), 44.0 * (t * 0.63 - 0.3).sin(), 500.0 + 100.0 * (t * 1.5).sin()]
}
