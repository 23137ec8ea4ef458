//! BIDS 1.10: continuous recordings beside a task (`*_physio.tsv.gz` with its JSON), and annotations as events. Names of entities and columns are those of
//! the standard.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};

use super::{Extract, Frames, csv::safe};
use crate::signal::{Annotation, Kind, SampleIndex};

/// What a dataset says of itself.
pub const DATASET: &str = "dataset_description.json";

/// Writes `dataset_description.json` of a new dataset.
///
/// # Errors
/// Where `out` fails.
pub fn write_dataset(mut out: impl Write, extract: &Extract) -> io::Result<()> {
    let provenance = &extract.provenance;
    let (name, version) = provenance.program.split_once(' ').unwrap_or((&provenance.program, ""));
    let kind = if provenance.simulated { " (simulated)" } else { "" };
    let value = json!({
        "Name": format!("Recordings by stillpoint{kind}"),
        "BIDSVersion": "1.10.0",
        "DatasetType": "raw",
        "GeneratedBy": [{"Name": name, "Version": version}],
    });
    pretty(&mut out, &value)
}

/// Writes the README that a dataset should have.
///
/// # Errors
/// Where `out` fails.
pub fn write_readme(mut out: impl Write) -> io::Result<()> {
    let text = "Continuous recordings and annotations, exported by stillpoint.\n\n\
        Each *_physio.tsv.gz has a column a channel and a row a sample, n/a where a sample is missing; the JSON beside it tells\n\
        the rate, the units, and which samples of which recording they are. Each *_events.tsv has the annotations and the gaps.\n\
        Figures measured from these recordings are no medical findings.\n";
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes the samples: no header, tabs, `n/a` where one is missing.
///
/// # Errors
/// Where `out` or `frames` fails.
pub fn write_samples(out: impl Write, extract: &Extract, frames: &mut dyn Frames) -> io::Result<()> {
    let mut out = GzEncoder::new(out, Compression::new(4));
    let channels = extract.provenance.layout.channels.len().max(1);
    let (mut samples, mut lines) = (Vec::new(), Vec::new());
    loop {
        frames.next(&mut samples)?;
        if samples.is_empty() {
            return out.finish()?.flush();
        }
        lines.clear();
        for frame in samples.chunks_exact(channels) {
            for (channel, sample) in frame.iter().enumerate() {
                let end = if channel + 1 == channels { '\n' } else { '\t' };
                if sample.is_nan() { write!(lines, "n/a{end}")? } else { write!(lines, "{sample:?}{end}")? }
            }
        }
        out.write_all(&lines)?;
    }
}

/// The names of the columns, as the standard wants them: letters, digits and `_`.
pub fn columns(extract: &Extract) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (position, channel) in extract.provenance.layout.channels.iter().enumerate() {
        let plain: String = channel.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let trimmed = plain.trim_matches('_');
        let mut name = if trimmed.is_empty() { format!("ch{}", position + 1) } else { trimmed.to_owned() };
        while names.contains(&name) {
            name.push('_');
            name.push_str(&(position + 1).to_string());
        }
        names.push(name);
    }
    names
}

/// Writes the JSON of the samples, recorded during `task`.
///
/// # Errors
/// Where `out` fails.
pub fn write_about(mut out: impl Write, (extract, task): (&Extract, &str)) -> io::Result<()> {
    let provenance = &extract.provenance;
    let mut value = json!({
        "SamplingFrequency": provenance.rate.hz(),
        "StartTime": 0,
        "TaskName": task,
        "PhysioType": "generic",
        "Columns": columns(extract),
        "SoftwareVersions": provenance.program,
    });
    let Some(map) = value.as_object_mut() else { return Ok(()) };
    for (name, channel) in columns(extract).into_iter().zip(&provenance.layout.channels) {
        let mut column = Map::new();
        column.insert("LongName".to_owned(), channel.name.as_str().into());
        column.insert("Description".to_owned(), format!("role {}, side {}", channel.role.word(), channel.side.word()).into());
        if !channel.unit.is_empty() {
            column.insert("Units".to_owned(), channel.unit.as_str().into());
        }
        map.insert(name, column.into());
    }
    map.insert("stillpoint".to_owned(), provenance.json());
    pretty(&mut out, &value)
}

/// Writes annotations and gaps as events.
///
/// # Errors
/// Where `out` fails.
pub fn write_events(out: impl Write, extract: &Extract) -> io::Result<()> {
    let rate = extract.provenance.rate;
    let mut events: Vec<(SampleIndex, SampleIndex, &str, String)> = extract.annotations.iter().map(event).collect();
    let gap = |gap: &crate::signal::Gap| (gap.span.start, gap.span.end, "gap", gap.cause.word().to_owned());
    events.extend(extract.gaps.iter().map(gap));
    events.sort_by_key(|(start, ..)| *start);
    let mut out = csv::WriterBuilder::new().delimiter(b'\t').quote_style(csv::QuoteStyle::Never).from_writer(out);
    out.write_record(["onset", "duration", "trial_type", "label", "sample"])?;
    for (start, end, kind, label) in events {
        let label = safe(label.replace(char::is_control, " ").trim());
        let label = if label.is_empty() { "n/a" } else { &label };
        let (onset, duration) = (rate.time_of(start).0, rate.duration(end - start).0);
        out.write_record([&format!("{onset:?}"), &format!("{duration:?}"), kind, label, &start.0.to_string()])?;
    }
    out.flush()
}

fn event(annotation: &Annotation) -> (SampleIndex, SampleIndex, &'static str, String) {
    let span = annotation.span();
    (span.start, span.end, annotation.kind.word(), annotation.label.clone())
}

/// Writes what the columns of the events are.
///
/// # Errors
/// Where `out` fails.
pub fn write_event_columns(mut out: impl Write, extract: &Extract) -> io::Result<()> {
    let levels: Map<String, Value> = [
        (Kind::Mark, "an instant that somebody marked"),
        (Kind::Segment, "a stretch that somebody marked"),
        (Kind::Tap, "a cycle that the hand felt"),
        (Kind::StillPoint, "a stretch in which a rhythm is absent"),
        (Kind::Note, "a text at an instant"),
    ]
    .into_iter()
    .map(|(kind, what)| (kind.word().to_owned(), what.into()))
    .chain([("gap".to_owned(), "samples that never arrived; its label is why".into())])
    .collect();
    let value = json!({
        "trial_type": {"LongName": "Kind", "Description": "What kind of annotation it is", "Levels": levels},
        "label": {"LongName": "Label", "Description": "What was written to it"},
        "sample": {"LongName": "Sample", "Description": "The row of the recording at which it begins, from 0"},
        "stillpoint": extract.provenance.json(),
    });
    pretty(&mut out, &value)
}

/// A word as an entity's label: letters and digits only.
pub fn label(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).take(40).collect()
}

fn pretty(out: &mut impl Write, value: &Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}
