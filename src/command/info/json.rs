//! The same as one JSON object, for programs. Times in seconds from the recording's start.

use serde::Serialize;

use crate::signal::{Kind, Span};
use crate::store::Recording;

/// What is in a recording, as one object with its newline.
///
/// # Errors
/// Where a text cannot be written as JSON.
pub fn object(recording: &Recording) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&Object::of(recording))? + "\n")
}

#[derive(Serialize)]
struct Object {
    kind: &'static str,
    simulated: bool,
    /// UTC with a Z, else what the clock on the wall showed; null where it is not known.
    started: Option<String>,
    device: Option<String>,
    wire_format: Option<String>,
    frames: u64,
    duration_s: f64,
    rate_hz: f64,
    nominal_hz: f64,
    channels: Vec<Channel>,
    gaps: Vec<Gap>,
    annotations: Vec<Annotation>,
    /// What was recorded with the instrument hidden.
    blind: Vec<Blind>,
    faults: u64,
    damage: Vec<String>,
}

#[derive(Serialize)]
struct Channel {
    name: String,
    unit: String,
    role: &'static str,
    side: &'static str,
    site: Option<&'static str>,
}

#[derive(Serialize)]
struct Gap {
    #[serde(flatten)]
    stretch: Stretch,
    cause: &'static str,
    exact: bool,
}

#[derive(Serialize)]
struct Annotation {
    kind: &'static str,
    start_frame: u64,
    start_s: f64,
    /// Null for an instant and for what is open.
    end_s: Option<f64>,
    label: String,
}

#[derive(Serialize)]
struct Blind {
    #[serde(flatten)]
    stretch: Stretch,
    hidden: &'static str,
}

#[derive(Serialize)]
struct Stretch {
    start_frame: u64,
    frames: u64,
    start_s: f64,
    end_s: f64,
}

impl Stretch {
    fn of(span: Span, recording: &Recording) -> Self {
        let time = |index| recording.rate().time_of(index).0;
        Self { start_frame: span.start.0, frames: span.frames(), start_s: time(span.start), end_s: time(span.end) }
    }
}

impl Object {
    fn of(recording: &Recording) -> Self {
        let (about, rate, frames) = (recording.about(), recording.rate(), recording.frames());
        let channel = |channel: &crate::signal::Channel| Channel {
            name: channel.name.clone(),
            unit: channel.unit.clone(),
            role: channel.role.word(),
            side: channel.side.word(),
            site: channel.site(),
        };
        let annotation = |a: &crate::signal::Annotation| Annotation {
            kind: a.kind.word(),
            start_frame: a.start.0,
            start_s: rate.time_of(a.start).0,
            end_s: a.end.filter(|_| matches!(a.kind, Kind::Segment | Kind::StillPoint)).map(|end| rate.time_of(end).0),
            label: a.label.clone(),
        };
        let gap = |gap: &crate::signal::Gap| Gap { stretch: Stretch::of(gap.span, recording), cause: gap.cause.word(), exact: gap.exact };
        let blind = |of: &crate::signal::Unseen| Blind { stretch: Stretch::of(of.span, recording), hidden: of.sight.hidden() };
        Self {
            kind: recording.kind().words(),
            simulated: recording.simulated(),
            started: recording.start().map(|start| start.to_string()),
            device: about.map(|about| about.device.clone()),
            wire_format: about.map(|about| about.wire_format.clone()),
            frames,
            duration_s: rate.duration(frames).0,
            rate_hz: rate.hz(),
            nominal_hz: recording.layout().nominal.hz(),
            channels: recording.layout().channels.iter().map(channel).collect(),
            gaps: recording.gaps().iter().map(gap).collect(),
            annotations: recording.annotations().iter().map(annotation).collect(),
            blind: recording.unseen().iter().map(blind).collect(),
            faults: recording.faults(),
            damage: recording.damage().to_vec(),
        }
    }
}
