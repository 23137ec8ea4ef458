//! Makes the sessions under `recordings/` again, to the byte: `cargo run --release --example recordings` (or `just recordings`).

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use stillpoint::rhythm::Settings;
use stillpoint::signal::{Annotation, AnnotationId, Block, ClockPoint, Edit, Gap, GapCause, Kind, MISSING, Rate, SampleIndex, Span, Way};
use stillpoint::simulate::{Client, Scenario};
use stillpoint::store::{About, Event, SessionWriter};

/// One session: its name, what is simulated, the seed, how long, and what happens to it on the way.
struct Recipe {
    name: &'static str,
    scenario: Scenario,
    seed: u64,
    seconds: u64,
    gap: Option<(u64, u64)>,
    annotations: Vec<(Kind, u64, Option<u64>, &'static str)>,
}

fn main() -> Result<()> {
    let root = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "recordings".into()));
    let slow = Rate::from_hz(25.0).context("a rate")?;
    let recipes = [
        Recipe {
            name: "client",
            scenario: Scenario::client().at(slow),
            seed: 11,
            seconds: 240,
            gap: None,
            annotations: vec![
                (Kind::Segment, 10, Some(100), "sacrum"),
                (Kind::Mark, 60, None, "breathes out"),
                (Kind::StillPoint, 120, Some(146), "still point"),
                (Kind::Segment, 150, Some(235), "temporals"),
            ],
        },
        Recipe { name: "breath", scenario: Scenario::breath_only().at(slow), seed: 12, seconds: 180, gap: None, annotations: Vec::new() },
        Recipe { name: "quiet", scenario: Scenario::quiet().at(slow), seed: 13, seconds: 180, gap: None, annotations: Vec::new() },
        Recipe {
            name: "steady",
            scenario: Scenario::steady(),
            seed: 14,
            seconds: 180,
            gap: Some((150, 153)),
            annotations: vec![(Kind::Mark, 30, None, "mark 1"), (Kind::Segment, 40, Some(100), "hold")],
        },
    ];
    for recipe in recipes {
        let folder = record(&root, recipe)?;
        println!("{}", folder.display());
    }
    Ok(())
}

fn record(root: &Path, recipe: Recipe) -> Result<PathBuf> {
    let mut client = Client::new(recipe.scenario, recipe.seed);
    let layout = client.layout();
    let (rate, channels) = (layout.nominal, layout.channels.len());
    let started: jiff::Timestamp = "2026-11-23T09:15:00Z".parse()?;
    let clock = ClockPoint { at: SampleIndex(0), rate, std_err_hz: 0.0 };
    let about = About {
        started,
        layout,
        clock: Some(clock),
        device: format!("simulator, seed {}", recipe.seed),
        wire_format: "simulated".into(),
        simulated: true,
        settings: Settings::default(),
    };
    let frames = recipe.seconds * rate.hz() as u64;
    let index = |second: u64| SampleIndex(second * rate.hz() as u64);
    let mut samples = Vec::new();
    client.fill(usize::try_from(frames)?, &mut samples);
    let made = tempfile::tempdir()?;
    let mut session = SessionWriter::create(made.path(), &about, None)?;
    session.record(&Event::Clock(clock))?;
    if let Some((from, to)) = recipe.gap {
        let span = Span { start: index(from), end: index(to) };
        samples[span.start.0 as usize * channels..span.end.0 as usize * channels].fill(MISSING);
        session.record(&Event::Gap(Gap { span, cause: GapCause::Unplugged, exact: false }))?;
    }
    session.append(&Block { start: SampleIndex(0), channels, samples })?;
    for ((kind, start, end, label), id) in recipe.annotations.into_iter().zip(0..) {
        let annotation = Annotation { id: AnnotationId(id), kind, start: index(start), end: end.map(index), label: label.into() };
        session.record(&Event::Annotation(Edit::Put(annotation), Way::Done))?;
    }
    let done = session.finish()?;
    let folder = root.join(recipe.name);
    std::fs::create_dir_all(&folder)?;
    for file in ["signal.wav", "session.toml", "events.jsonl"] {
        std::fs::copy(done.folder.join(file), folder.join(file)).with_context(|| folder.display().to_string())?;
    }
    Ok(folder)
}
