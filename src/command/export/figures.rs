//! What was found in a recording, as tables: the rows of `analyze`, and the annotations.

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::Value;

use crate::cli::ExportWhat;
use crate::command::analyze::part::Run;
use crate::command::analyze::row::{COLUMNS, EstimateFields, Of, StillPointFields, SummaryFields, SymmetryFields};
use crate::export::{Export, Ready, Table, Take, Watch, tables};
use crate::format::parquet::Kind::{self, Double, Flag, Int, Text};
use crate::format::{Extract, jsonl};
use crate::rhythm::{Row, Settings, Summaries, Turned};
use crate::signal::{Rate, Span};
use crate::store::Recording;

const STILL_POINTS: &[(&str, Kind)] =
    &[("type", Text), ("file", Text), ("channel", Text), ("rhythm", Text), ("start_s", Double), ("end_s", Double), ("flags", Text)];
const CYCLES: &[(&str, Kind)] = &[
    ("type", Text),
    ("file", Text),
    ("channel", Text),
    ("rhythm", Text),
    ("start_s", Double),
    ("peak_s", Double),
    ("end_s", Double),
    ("start_sample", Int),
    ("peak_sample", Int),
    ("end_sample", Int),
    ("period_s", Double),
    ("rise_s", Double),
    ("fall_s", Double),
    ("amplitude", Double),
    ("unit", Text),
    ("sound", Flag),
];
const SYMMETRY: &[(&str, Kind)] = &[
    ("type", Text),
    ("file", Text),
    ("left", Text),
    ("right", Text),
    ("rhythm", Text),
    ("t", Double),
    ("window_s", Double),
    ("amplitude_ratio", Double),
    ("lag_s", Double),
    ("coherence", Double),
    ("amplitude_ratio_low", Double),
    ("amplitude_ratio_high", Double),
    ("lag_low_s", Double),
    ("lag_high_s", Double),
    ("coherence_low", Double),
    ("coherence_high", Double),
];
const SUMMARY: &[(&str, Kind)] = &[
    ("type", Text),
    ("file", Text),
    ("channel", Text),
    ("rhythm", Text),
    ("windows", Int),
    ("windows_present", Int),
    ("rate_per_min", Double),
    ("rate_low", Double),
    ("rate_high", Double),
    ("amplitude", Double),
    ("amplitude_low", Double),
    ("amplitude_high", Double),
    ("p", Double),
    ("present", Flag),
    ("regularity", Double),
    ("unit", Text),
    ("flags", Text),
];
const ANNOTATIONS: &[(&str, Kind)] = &[
    ("type", Text),
    ("kind", Text),
    ("start_s", Double),
    ("end_s", Double),
    ("start_sample", Int),
    ("end_sample", Int),
    ("label", Text),
    ("cause", Text),
    ("exact", Flag),
];

/// Writes a table of what was asked for, of each piece. Times of figures are from the recording's start, as `analyze` has them.
pub(super) fn export(
    recording: &mut Recording,
    (export, what): (&Export<'_>, ExportWhat),
    settings: &Settings,
    watch: Watch<'_>,
) -> Result<Ready> {
    let (what, columns) = match what {
        ExportWhat::Samples | ExportWhat::Annotations => ("annotations", ANNOTATIONS),
        ExportWhat::Estimates => ("estimates", &COLUMNS[..]),
        ExportWhat::Cycles => ("cycles", CYCLES),
        ExportWhat::Stillpoints => ("stillpoints", STILL_POINTS),
        ExportWhat::Symmetry => ("symmetry", SYMMETRY),
        ExportWhat::Summary => ("summary", SUMMARY),
    };
    tables(recording, (export, Table { what, columns }), &mut |recording, (span, extract), take| {
        if what == "annotations" {
            annotations(extract, take)
        } else {
            figures(recording, (span, extract), (what, settings), (take, watch))
        }
    })
}

fn annotations(extract: &Extract, take: Take<'_>) -> Result<()> {
    let rate = extract.provenance.rate;
    let all = extract.annotations.iter().map(|annotation| jsonl::of_annotation(annotation, rate));
    all.chain(extract.gaps.iter().map(|gap| jsonl::of_gap(gap, rate))).try_for_each(|row| put(&row, &mut *take))
}

fn figures(
    recording: &mut Recording,
    (span, extract): (Span, &Extract),
    (what, settings): (&str, &Settings),
    (take, watch): (Take<'_>, Watch<'_>),
) -> Result<()> {
    let layout = recording.layout().clone();
    let of = Of { file: &extract.provenance.source, layout: &layout };
    let mut run = Run::new(recording, settings, span);
    if what == "cycles" {
        run.keep_cycles();
    }
    let rate = extract.provenance.rate;
    let mut summaries = Summaries::new(layout.channels.len(), settings, run.step());
    while let Some((rows, at)) = run.next(recording)? {
        for row in rows {
            match (row, what) {
                (Row::Estimate(estimate), "estimates") => {
                    put(&EstimateFields::<Vec<_>>::new(of, estimate, std::convert::identity), &mut *take)?;
                }
                (Row::StillPoint(still), "stillpoints") => put(&StillPointFields::new(of, still), &mut *take)?,
                (Row::Symmetry(symmetry), "symmetry") => put(&SymmetryFields::new(of, symmetry), &mut *take)?,
                (Row::Estimate(estimate), "summary") => summaries.push(estimate),
                _ => {}
            }
        }
        run.take_cycles().iter().try_for_each(|cycle| put(&CycleFields::new(of, cycle, rate), &mut *take))?;
        if watch((at - span.start) as f64 / span.frames().max(1) as f64).is_break() {
            bail!("interrupted; nothing was written");
        }
    }
    run.last_cycles().iter().try_for_each(|cycle| put(&CycleFields::new(of, cycle, rate), &mut *take))?;
    if what == "summary" {
        summaries.finish().try_for_each(|summary| put(&SummaryFields::new(of, &summary), &mut *take))?;
    }
    Ok(())
}

fn put(row: &impl Serialize, take: Take<'_>) -> Result<()> {
    match serde_json::to_value(row)? {
        Value::Object(fields) => Ok(take(&fields)?),
        _ => Ok(()),
    }
}

/// The fields of a cycle.
#[derive(Debug, Serialize)]
struct CycleFields<'a> {
    r#type: &'static str,
    file: &'a str,
    channel: &'a str,
    rhythm: &'static str,
    start_s: f64,
    peak_s: f64,
    end_s: f64,
    start_sample: u64,
    peak_sample: u64,
    end_sample: u64,
    period_s: f64,
    rise_s: f64,
    fall_s: f64,
    amplitude: f64,
    unit: &'a str,
    sound: bool,
}

impl<'a> CycleFields<'a> {
    /// Of a cycle, its times by the recording's rate.
    fn new(of: Of<'a>, cycle: &Turned, rate: Rate) -> Self {
        let [start_s, peak_s, end_s] = [cycle.begin, cycle.peak, cycle.end].map(|frame| frame / rate.hz());
        let [start_sample, peak_sample, end_sample] = [cycle.begin, cycle.peak, cycle.end].map(|frame| frame.round().max(0.0) as u64);
        Self {
            r#type: "cycle",
            file: of.file,
            channel: of.name(cycle.channel),
            rhythm: cycle.rhythm.word(),
            start_s,
            peak_s,
            end_s,
            start_sample,
            peak_sample,
            end_sample,
            period_s: end_s - start_s,
            rise_s: peak_s - start_s,
            fall_s: end_s - peak_s,
            amplitude: cycle.amplitude,
            unit: &of.layout.channels[cycle.channel].unit,
            sound: cycle.sound,
        }
    }
}
