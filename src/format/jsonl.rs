//! JSON lines: what the recording is, its annotations and gaps, then its frames, an object a line.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Value, json};

use super::{Extract, Frames};
use crate::signal::{Annotation, Channel, Gap, Rate, SampleIndex};

/// Writes everything. A line of samples has the frame's number, its time and a field a channel; a missing sample is null.
///
/// # Errors
/// Where `out` or `frames` fails.
pub fn write(mut out: impl Write, extract: &Extract, frames: &mut dyn Frames) -> io::Result<()> {
    let Extract { provenance, annotations, gaps } = extract;
    let rate = provenance.rate;
    let mut about = json!({"type": "recording"});
    if let (Some(about), Value::Object(told)) = (about.as_object_mut(), provenance.json()) {
        about.extend(told);
    }
    line(&mut out, &about)?;
    annotations.iter().try_for_each(|annotation| line(&mut out, &of_annotation(annotation, rate)))?;
    gaps.iter().try_for_each(|gap| line(&mut out, &of_gap(gap, rate)))?;
    let channels = &provenance.layout.channels;
    let (mut samples, mut at) = (Vec::new(), SampleIndex(0));
    loop {
        frames.next(&mut samples)?;
        if samples.is_empty() {
            return out.flush();
        }
        for frame in samples.chunks_exact(channels.len().max(1)) {
            line(&mut out, &Sample { at, time_s: rate.time_of(at).0, channels, frame })?;
            at = at + 1;
        }
    }
}

/// An annotation as an object.
pub fn of_annotation(annotation: &Annotation, rate: Rate) -> Value {
    let Annotation { kind, start, end, label, .. } = annotation;
    let seconds = |at: SampleIndex| rate.time_of(at).0;
    json!({"type": "annotation", "kind": kind.word(), "start_s": seconds(*start), "end_s": end.map(seconds),
        "start_sample": start.0, "end_sample": end.map(|end| end.0), "label": label})
}

/// A gap as an object.
pub fn of_gap(gap: &Gap, rate: Rate) -> Value {
    let (start, end) = (gap.span.start, gap.span.end);
    json!({"type": "gap", "start_s": rate.time_of(start).0, "end_s": rate.time_of(end).0,
        "start_sample": start.0, "end_sample": end.0, "cause": gap.cause.word(), "exact": gap.exact})
}

fn line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// One frame.
struct Sample<'a> {
    at: SampleIndex,
    time_s: f64,
    channels: &'a [Channel],
    frame: &'a [f32],
}

impl Serialize for Sample<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.channels.len() + 3))?;
        map.serialize_entry("type", "sample")?;
        map.serialize_entry("sample", &self.at.0)?;
        map.serialize_entry("time_s", &self.time_s)?;
        for (channel, sample) in self.channels.iter().zip(self.frame) {
            // A channel that is called like a field of its own is still found.
            let name: &str = &channel.name;
            match name {
                "type" | "sample" | "time_s" => map.serialize_entry(&format!("{name}_"), &finite(*sample))?,
                name => map.serialize_entry(name, &finite(*sample))?,
            }
        }
        map.end()
    }
}

fn finite(sample: f32) -> Option<f32> {
    Some(sample).filter(|sample| sample.is_finite())
}
