//! `stillpoint info`: what is in a recording.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;

use crate::signal::{Annotation, Rate};
use crate::store::{Recording, RecordingKind};

/// The lines to print.
///
/// # Errors
/// Where the recording cannot be read.
pub fn run(path: &Path, rate: Option<Rate>) -> Result<String> {
    let recording = Recording::open(path, rate)?;
    let (rate, frames) = (recording.rate(), recording.frames());
    let mut out = String::new();
    let kind = match recording.kind() {
        RecordingKind::Session => "session",
        RecordingKind::Wav => "WAV file",
    };
    let simulated = if recording.simulated() { ", simulated" } else { "" };
    writeln!(out, "{}", path.display())?;
    writeln!(out, "  {kind}{simulated}, {} long, {frames} samples a channel", rate.duration(frames))?;
    if let Some(about) = recording.about() {
        writeln!(out, "  started {}, from {} ({})", about.started, about.device, about.wire_format)?;
    }
    let error = recording.clocks().last().map_or(0.0, |clock| clock.std_err_hz);
    let measured = if error > 0.0 {
        format!(" ± {error:.4}, measured: {:+.0} ppm from {}", rate.ppm_from(recording.layout().nominal), recording.layout().nominal.hz())
    } else {
        String::new()
    };
    writeln!(out, "  rate {} Hz{measured}", rounded(rate.hz()))?;
    for channel in &recording.layout().channels {
        let unit = if channel.unit.is_empty() { String::new() } else { format!(" [{}]", channel.unit) };
        writeln!(out, "  channel {}{unit}: {}, side {}", channel.name, channel.role.word(), channel.side.word())?;
    }
    let lost: u64 = recording.gaps().iter().map(|gap| gap.span.frames()).sum();
    writeln!(out, "  gaps {}, {lost} samples; faults {}", recording.gaps().len(), recording.faults())?;
    for gap in recording.gaps() {
        let about = if gap.exact { "" } else { "about " };
        writeln!(out, "    {} {about}{:.2} s {}", rate.time_of(gap.span.start), rate.duration(gap.span.frames()).0, gap.cause.word())?;
    }
    writeln!(out, "  annotations {}", recording.annotations().len())?;
    for annotation in recording.annotations() {
        writeln!(out, "    {}", line(annotation, rate))?;
    }
    for damage in recording.damage() {
        writeln!(out, "  damage: {damage}")?;
    }
    Ok(out)
}

fn line(annotation: &Annotation, rate: Rate) -> String {
    let end = annotation.end.map(|end| format!("–{}", rate.time_of(end))).unwrap_or_default();
    format!("{}{end} {} {}", rate.time_of(annotation.start), annotation.kind.word(), annotation.label).trim_end().to_owned()
}

/// Six decimals at most, no zeros behind.
fn rounded(value: f64) -> String {
    format!("{value:.6}").trim_end_matches('0').trim_end_matches('.').to_owned()
}
