//! The table for people: a dash where there is no evidence, and the whole file in a line a rhythm at its end.

use std::io::{self, Write};

use super::compared::Pair;
use super::felt::Taps;
use super::held::Fields;
use super::row::{Line, Of};
use crate::rhythm::{Estimate, Evidence, FEWEST_TAPS, Flag, Interval, Rhythm, StillPoint, Summary, Symmetry};
use crate::signal::{clean, visible};

/// The name of the file and the heads of the columns.
///
/// # Errors
/// Where `out` fails.
pub fn begin(of: Of<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", visible(of.file))?;
    writeln!(
        out,
        "{:>8}  {:<12} {:<8} {:>8} {:>15} {:>10} {:>19} {:<6} {:>8} {:<8} {:>7}  flags",
        "time", "channel", "rhythm", "/min", "95 %", "amplitude", "95 %", "unit", "p", "evidence", "regular"
    )
}

/// One row.
///
/// # Errors
/// Where `out` fails.
pub fn line(of: Of<'_>, line: Line<'_>, out: &mut impl Write) -> io::Result<()> {
    match line {
        Line::Estimate(one) => estimate(of, one, out),
        Line::Symmetry(one) => symmetry(of, one, out),
        Line::StillPoint(one) => still_point(of, one, out),
        Line::Taps(one) => taps(of, one, out),
        Line::Comparison(one) => comparison(of, one, out),
        Line::Summary(one) => summary(of, one, out),
        Line::Held(row) => held(row, out),
    }
}

fn estimate(of: Of<'_>, estimate: &Estimate, out: &mut impl Write) -> io::Result<()> {
    let flags: Vec<_> = estimate.flags.iter().map(Flag::word).collect();
    let present = estimate.present();
    let row = Columns {
        time: &estimate.t.to_string(),
        channel: &of.name_of(estimate.channel, estimate.series),
        rhythm: estimate.rhythm.word(),
        figures: present.map(|figure| (figure.rate, figure.amplitude)),
        unit: of.unit(estimate.channel, estimate.series),
        p: estimate.figure.map(|figure| figure.p),
        regularity: present.and_then(|figure| figure.regularity),
    };
    row.print(&flags.join(" "), out)
}

/// A rhythm that was looked for and never had a window is not worth a line.
fn summary(of: Of<'_>, summary: &Summary, out: &mut impl Write) -> io::Result<()> {
    if summary.windows == 0 {
        return Ok(());
    }
    let row = Columns {
        time: "all",
        channel: &of.name_of(summary.channel, summary.series),
        rhythm: summary.rhythm.word(),
        figures: summary.rate.zip(summary.amplitude).filter(|_| summary.present),
        unit: of.unit(summary.channel, summary.series),
        p: summary.p,
        regularity: summary.regularity.filter(|_| summary.present),
    };
    let mut told = vec![format!("in {} of {} windows (by chance 1 %)", summary.windows_present, summary.windows)];
    told.extend(summary.flags.iter().map(|flag| flag.word().to_owned()));
    row.print(&told.join(" "), out)
}

fn symmetry(of: Of<'_>, symmetry: &Symmetry, out: &mut impl Write) -> io::Result<()> {
    let (left, right) = (of.name(symmetry.left), of.name(symmetry.right));
    let with = |interval: Interval| format!("{:.2} ({:.2} to {:.2})", interval.value, interval.low, interval.high);
    writeln!(
        out,
        "{:>8}  {left}/{right} {} ratio {}, lag {} s, coherence {}",
        symmetry.t.to_string(),
        symmetry.rhythm.word(),
        with(symmetry.amplitude_ratio),
        with(symmetry.lag),
        with(symmetry.coherence)
    )
}

/// Under the time at which it ended.
fn still_point(of: Of<'_>, still: &StillPoint, out: &mut impl Write) -> io::Result<()> {
    let (channel, rhythm, length) = (of.name(still.channel), still.rhythm.word(), still.length().0);
    let (start, end) = (still.start, still.end);
    write!(out, "{:>8}  {channel:<12} {rhythm:<8} still point {length:.1} s, from {start} to {end}", end.to_string())?;
    still.flags.iter().try_for_each(|flag| write!(out, " {}", flag.word()))?;
    writeln!(out)
}

fn taps(of: Of<'_>, taps: &Taps, out: &mut impl Write) -> io::Result<()> {
    let felt = &taps.felt;
    write!(out, "{:>8}  {:<12} {:<8} {} taps", "felt", of.name(taps.channel), Rhythm::Cranial.word(), felt.taps)?;
    if felt.too_few() {
        return writeln!(out, ": too few, it takes {FEWEST_TAPS}");
    }
    if let Some(rate) = felt.rate {
        write!(out, ", {:.2} /min ({:.2}–{:.2})", rate.value, rate.low, rate.high)?;
    }
    match felt.measured_per_min.zip(felt.ratio()) {
        Some((measured, ratio)) => write!(out, ", measured {measured:.2} /min, ratio {ratio:.2}")?,
        None => write!(out, ", nothing measured beside them")?,
    }
    match &felt.locking {
        Some(locking) => writeln!(
            out,
            ", locking {} {:.2}, p {}, {:.2} s after the crest",
            locking.ratio.word(),
            locking.value,
            small(locking.p),
            locking.offset.0
        ),
        None => writeln!(out, ", locking –"),
    }
}

fn comparison(of: Of<'_>, Pair { names: [first, second], comparison }: Pair<'_>, out: &mut impl Write) -> io::Result<()> {
    let channel = of.name_of(comparison.channel, comparison.series);
    let ([one, other], needed) = (comparison.windows, comparison.needed);
    write!(out, "{:>8}  {channel:<12} {:<8} {}, then {}: ", "compared", comparison.rhythm.word(), clean(first), clean(second))?;
    let Some(present) = comparison.present else {
        return writeln!(out, "too few windows, {one} and {other}; it takes {needed} in each");
    };
    let with = |word: &str, interval: Interval, digits: usize| {
        format!("{word} {:+.digits$} ({:+.digits$} to {:+.digits$})", interval.value, interval.low, interval.high)
    };
    let mut parts = vec![with("share present", present, 2)];
    parts.extend(comparison.rate.map(|rate| with("/min", rate, 2)));
    let ratio = |ratio: Interval| format!("amplitude × {:.2} ({:.2} to {:.2})", ratio.value, ratio.low, ratio.high);
    parts.extend(comparison.amplitude_ratio.map(ratio));
    parts.extend(comparison.regularity.map(|regularity| with("regular", regularity, 2)));
    if comparison.rate.is_none() {
        let [one, other] = comparison.windows_present;
        parts.push(format!("present in too few windows, {one} and {other} of {needed}"));
    }
    writeln!(out, "{}", parts.join(", "))
}

/// How two channels differ within a segment; of a segment by itself the comparisons tell.
fn held(row: &Fields, out: &mut impl Write) -> io::Result<()> {
    let text = |name: &str| clean(row.get(name).and_then(|value| value.as_str()).unwrap_or_default());
    let count = |name: &str| row.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
    if text("type") != "sides" {
        return Ok(());
    }
    write!(out, "{:>8}  {:<12} {:<8} against {} in {}: ", "sides", text("channel"), text("rhythm"), text("against"), text("segment"))?;
    let number = |name: &str| row.get(name).and_then(serde_json::Value::as_f64);
    let with = |word: &str, [value, low, high]: [&str; 3]| {
        let (value, low) = (number(value)?, number(low)?);
        let high = number(high).map_or_else(|| "∞".to_owned(), |high| format!("{high:.2}"));
        Some(format!("{word} {value:.2} ({low:.2} to {high})"))
    };
    let told: Vec<String> = [
        with("/min", ["rate_difference", "rate_difference_low", "rate_difference_high"]),
        with("amplitude ×", ["amplitude_ratio", "amplitude_ratio_low", "amplitude_ratio_high"]),
        with("regular", ["regularity_difference", "regularity_difference_low", "regularity_difference_high"]),
        with("lag s", ["lag_s", "lag_low", "lag_high"]),
        with("coherence", ["coherence", "coherence_low", "coherence_high"]),
    ]
    .into_iter()
    .flatten()
    .collect();
    if number("rate_difference").is_none() {
        let (present, needed) = (count("windows_present"), count("windows_needed"));
        write!(out, "present in both in too few windows, {present} of {needed}{}", if told.is_empty() { "" } else { ", " })?;
    }
    writeln!(out, "{}", told.join(", "))
}

/// What stands under the heads.
struct Columns<'a> {
    time: &'a str,
    channel: &'a str,
    rhythm: &'static str,
    /// Rate and amplitude; `None` is a dash.
    figures: Option<(Interval, Interval)>,
    unit: &'a str,
    p: Option<f64>,
    regularity: Option<f64>,
}

impl Columns<'_> {
    fn print(&self, last: &str, out: &mut impl Write) -> io::Result<()> {
        write!(out, "{:>8}  {:<12} {:<8} ", self.time, self.channel, self.rhythm)?;
        match self.figures {
            Some((rate, amplitude)) => write!(
                out,
                "{:>8.2} {:>15} {:>10} {:>19} ",
                rate.value,
                format!("{:.2}–{:.2}", rate.low, rate.high),
                number(amplitude.value),
                format!("{}–{}", number(amplitude.low), number(amplitude.high)),
            )?,
            None => write!(out, "{:>8} {:>15} {:>10} {:>19} ", "–", "", "–", "")?,
        }
        let evidence = self.p.map_or("–", |p| Evidence::of(p).word());
        let regular = self.regularity.map_or_else(|| "–".to_owned(), |regularity| format!("{regularity:.2}"));
        let p = self.p.map_or_else(|| "–".to_owned(), small);
        let space = if last.is_empty() { "" } else { "  " };
        writeln!(out, "{:<6} {p:>8} {evidence:<8} {regular:>7}{space}{last}", self.unit)
    }
}

/// Three significant digits, for a column.
fn number(value: f64) -> String {
    let digits = if value == 0.0 || !value.is_finite() { 0 } else { (2 - value.abs().log10().floor() as i32).clamp(0, 6) };
    format!("{value:.*}", digits as usize)
}

fn small(p: f64) -> String {
    if p < 0.0001 { "<0.0001".into() } else { format!("{p:.4}") }
}
