//! `stillpoint info`: what is in a recording, gaps, clock, damage.

mod json;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::tz::TimeZone;

use crate::signal::{Kind, clean};
use crate::store::{Recording, RecordingKind, Start};

pub use json::object;

/// So many gaps are listed one by one.
const LISTED_GAPS: usize = 10;

/// Says what is in a recording: a text of lines, each with its word in front.
pub fn page(recording: &Recording) -> String {
    let mut page = Page(String::new());
    head(&mut page, recording);
    channels(&mut page, recording);
    gaps(&mut page, recording);
    annotations(&mut page, recording);
    blind(&mut page, recording);
    if recording.faults() > 0 {
        page.line("faults", &format!("{} (bytes that were no sample)", recording.faults()));
    }
    for line in recording.damage() {
        page.line("damage", line);
    }
    if recording.damage().is_empty() {
        page.line("damage", "none");
    }
    page.0
}

struct Page(String);

impl Page {
    fn line(&mut self, word: &str, text: &str) {
        // Writing to a String does not fail.
        writeln!(self.0, "{word:<12} {text}").ok();
    }
}

fn head(page: &mut Page, recording: &Recording) {
    let kind = recording.kind().words();
    let simulated = if recording.simulated() { ", simulated" } else { "" };
    page.line("recording", &format!("{kind}{simulated}"));
    match recording.start() {
        Some(Start::Utc(at)) => {
            page.line("started", &at.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string());
        }
        Some(Start::Local(at)) => {
            page.line("started", &format!("{}, the local time of where it was recorded", at.strftime("%Y-%m-%d %H:%M:%S")));
        }
        None => {}
    }
    if let Some(about) = recording.about() {
        page.line("device", &format!("{}, {}", about.device, about.wire_format));
    }
    let (rate, frames) = (recording.rate(), recording.frames());
    page.line("duration", &format!("{} ({frames} frames)", rate.duration(frames)));
    let nominal = recording.layout().nominal;
    let measured = recording.clocks().last().copied().or_else(|| recording.about()?.clock);
    let text = match measured {
        Some(point) if point.std_err_hz > 0.0 => {
            let (hz, error, ppm) = (rate.hz(), point.std_err_hz, rate.ppm_from(nominal));
            format!("{hz:.6} Hz ± {error:.6} measured, {ppm:+.0} ppm from {} Hz; {} clock points", nominal.text(), recording.clocks().len())
        }
        _ => format!("{} Hz", rate.text()),
    };
    page.line("rate", &text);
}

fn channels(page: &mut Page, recording: &Recording) {
    for (number, channel) in (1..).zip(&recording.layout().channels) {
        let unit = if channel.unit.is_empty() { String::new() } else { format!(" [{}]", channel.unit) };
        page.line("channel", &format!("{number} {}{unit}, {}, side {}", channel.name, channel.role.word(), channel.side.word()));
    }
}

fn gaps(page: &mut Page, recording: &Recording) {
    let rate = recording.rate();
    let lost: u64 = recording.gaps().iter().map(|gap| gap.span.frames()).sum();
    match recording.gaps().len() {
        0 => page.line("gaps", "none"),
        n => page.line("gaps", &format!("{n}, {lost} frames ({:.3} s) in all", rate.duration(lost).0)),
    }
    for gap in recording.gaps().iter().take(LISTED_GAPS) {
        let (at, length) = (rate.time_of(gap.span.start), rate.duration(gap.span.frames()).0);
        let about = if gap.exact { "" } else { "about " };
        page.line("gap", &format!("at {at}: {about}{length:.3} s, {}", gap.cause.word()));
    }
    if recording.gaps().len() > LISTED_GAPS {
        page.line("gap", &format!("and {} more", recording.gaps().len() - LISTED_GAPS));
    }
}

fn annotations(page: &mut Page, recording: &Recording) {
    let rate = recording.rate();
    let mut counts = BTreeMap::new();
    recording.annotations().iter().for_each(|a| *counts.entry(a.kind.word()).or_insert(0_u64) += 1);
    let list: Vec<String> = counts.iter().map(|(word, n)| format!("{n} {word}")).collect();
    page.line("annotations", if list.is_empty() { "none".to_owned() } else { list.join(", ") }.as_str());
    if let Some(folder) = recording.beside() {
        page.line("kept in", &clean(&folder.display().to_string()));
    }
    for (number, a) in (1..).zip(recording.annotations().iter().filter(|a| a.kind == Kind::Segment)) {
        let end = a.end.map_or("open".to_owned(), |end| rate.time_of(end).to_string());
        page.line("segment", format!("{number} {} to {end} {}", rate.time_of(a.start), a.label).trim_end());
    }
}

/// From when to when the instrument was hidden; only a session of ours can know.
fn blind(page: &mut Page, recording: &Recording) {
    let rate = recording.rate();
    for of in recording.unseen() {
        let (from, to) = (rate.time_of(of.span.start), rate.time_of(of.span.end));
        page.line("blind", &format!("{from} to {to}, {} hidden", of.sight.hidden()));
    }
    if recording.unseen().is_empty() && recording.kind() == RecordingKind::Session {
        page.line("blind", "never");
    }
}
