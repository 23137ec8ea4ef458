//! `stillpoint analyze`: the figures of the screen, without one, for scripts and for many files.

use std::io::Write;
use std::path::Path;

use anyhow::{Result, bail};
use serde_json::json;

use crate::cli::{Analyze, AnalyzeFormat};
use crate::rhythm::{Estimate, Evidence, Figure, Monitor, Row, Settings, Symmetry};
use crate::settings;
use crate::signal::{Block, Layout, SampleIndex, Seconds};
use crate::store::Recording;

/// Read and analysed at once.
const BLOCK: Seconds = Seconds(2.0);

/// Prints the rows of every file; a file that cannot be read is told and left out.
///
/// # Errors
/// Where a setting makes no sense, a file could not be read, or the output cannot be written.
pub fn run(args: &Analyze, out: &mut impl Write) -> Result<()> {
    let mut estimator = settings::estimator(&args.reading)?;
    settings::windows(&mut estimator, args.window, args.step)?;
    let mut failed = 0;
    for path in &args.paths {
        match analyze(path, args, &estimator, out) {
            // Nobody reads any more.
            Err(error) if error.is::<std::io::Error>() => return Err(error),
            Err(error) if args.paths.len() > 1 => {
                eprintln!("stillpoint: {error:#}");
                failed += 1;
            }
            done => done?,
        }
    }
    if failed > 0 {
        bail!("{failed} of {} files could not be analysed", args.paths.len());
    }
    Ok(())
}

fn analyze(path: &Path, args: &Analyze, settings: &Settings, out: &mut impl Write) -> Result<()> {
    let mut recording = super::open(path, &args.reading)?;
    for damage in recording.damage() {
        eprintln!("stillpoint: {}: {damage}", path.display());
    }
    let layout = recording.layout().clone();
    let mut printer = Printer { file: path.display().to_string(), layout: &layout, format: args.format };
    printer.head(out)?;
    let mut rows = 0;
    figures(&mut recording, settings, |row| {
        rows += 1;
        printer.row(row, out)
    })?;
    if rows == 0 {
        let shortest = settings.rhythms.iter().filter(|r| r.enabled).map(|r| r.window.0).fold(f64::INFINITY, f64::min);
        let length = recording.rate().duration(recording.frames()).0;
        eprintln!("stillpoint: {}: no figures: it is {length:.0} s long and the shortest window is {shortest:.0} s", path.display());
    }
    Ok(())
}

/// Runs a recording through the monitor, the clock of each stretch in force, and hands over every row in order.
///
/// # Errors
/// Where the recording cannot be read, or `take` fails.
pub fn figures(recording: &mut Recording, settings: &Settings, mut take: impl FnMut(&Row) -> Result<()>) -> Result<()> {
    let layout = recording.layout().clone();
    let mut monitor = Monitor::new(&layout, settings);
    let clocks = recording.clocks().to_vec();
    let mut clocks = clocks.into_iter().peekable();
    let longest = layout.nominal.frames(BLOCK).max(1);
    let end = SampleIndex(recording.frames());
    let mut block = Block { start: SampleIndex(0), channels: layout.channels.len(), samples: Vec::new() };
    let mut rows = Vec::new();
    while block.start < end {
        while let Some(clock) = clocks.next_if(|clock| clock.at <= block.start) {
            monitor.set_clock(clock);
        }
        let until = clocks.peek().map_or(end, |clock| clock.at.min(end));
        let frames = (until - block.start).min(longest) as usize;
        if recording.read(block.start, frames, &mut block.samples)? == 0 {
            break;
        }
        rows.clear();
        monitor.push(&block, &mut rows);
        rows.iter().try_for_each(&mut take)?;
        block.start = block.end();
    }
    Ok(())
}

struct Printer<'a> {
    file: String,
    layout: &'a Layout,
    format: AnalyzeFormat,
}

impl Printer<'_> {
    fn head(&self, out: &mut impl Write) -> Result<()> {
        if self.format == AnalyzeFormat::Table {
            writeln!(out, "{}", self.file)?;
            writeln!(
                out,
                "{:>8}  {:<12} {:<8} {:>8} {:>15} {:>10} {:>19} {:<6} {:>8} {:<8} {:>7}  flags",
                "time", "channel", "rhythm", "/min", "95 %", "amplitude", "95 %", "unit", "p", "evidence", "regular"
            )?;
        }
        Ok(())
    }

    fn row(&mut self, row: &Row, out: &mut impl Write) -> Result<()> {
        match (self.format, row) {
            (AnalyzeFormat::Table, Row::Estimate(estimate)) => self.table_row(estimate, out)?,
            (AnalyzeFormat::Table, Row::Symmetry(symmetry)) => self.table_symmetry(symmetry, out)?,
            (AnalyzeFormat::Jsonl, row) => {
                let line = match row {
                    Row::Estimate(estimate) => self.json_estimate(estimate),
                    Row::Symmetry(symmetry) => self.json_symmetry(symmetry),
                };
                serde_json::to_writer(&mut *out, &line).map_err(std::io::Error::from)?;
                writeln!(out)?;
            }
        }
        Ok(())
    }

    fn name(&self, channel: usize) -> &str {
        &self.layout.channels[channel].name
    }

    fn table_row(&self, estimate: &Estimate, out: &mut impl Write) -> Result<()> {
        let unit = &self.layout.channels[estimate.channel].unit;
        let flags: Vec<_> = estimate.flags.iter().map(crate::rhythm::Flag::word).collect();
        let start = format!("{:>8}  {:<12} {:<8}", estimate.t.to_string(), self.name(estimate.channel), estimate.rhythm.word());
        let middle = match (estimate.present(), &estimate.figure) {
            (Some(figure), _) => format!(
                "{:>8.2} {:>15} {:>10} {:>19} {unit:<6}",
                figure.rate.value,
                format!("{:.2}–{:.2}", figure.rate.low, figure.rate.high),
                number(figure.amplitude.value),
                format!("{}–{}", number(figure.amplitude.low), number(figure.amplitude.high)),
            ),
            _ => format!("{:>8} {:>15} {:>10} {:>19} {unit:<6}", "–", "", "–", ""),
        };
        let evidence = match &estimate.figure {
            Some(figure) => {
                let regular = figure.regularity.filter(|_| figure.present).map_or_else(|| "–".into(), |r| format!("{r:.2}"));
                format!("{:>8} {:<8} {regular:>7}", small(figure.p), Evidence::of(figure.p).word())
            }
            None => format!("{:>8} {:<8} {:>7}", "–", "–", "–"),
        };
        writeln!(out, "{start} {middle} {evidence}  {}", flags.join(" "))?;
        Ok(())
    }

    fn table_symmetry(&self, symmetry: &Symmetry, out: &mut impl Write) -> Result<()> {
        let (left, right) = (self.name(symmetry.left), self.name(symmetry.right));
        writeln!(
            out,
            "{:>8}  {left}/{right} {} ratio {:.2}, lag {:.2} s, coherence {:.2}",
            symmetry.t.to_string(),
            symmetry.rhythm.word(),
            symmetry.amplitude_ratio,
            symmetry.lag.0,
            symmetry.coherence
        )?;
        Ok(())
    }

    fn json_estimate(&self, estimate: &Estimate) -> serde_json::Value {
        let of = |value: fn(&Figure) -> f64| estimate.figure.as_ref().map(value);
        let flags: Vec<_> = estimate.flags.iter().map(crate::rhythm::Flag::word).collect();
        json!({
            "type": "estimate", "file": self.file, "channel": self.name(estimate.channel), "rhythm": estimate.rhythm.word(),
            "t": estimate.t.0, "window_s": estimate.window.0,
            "rate_per_min": of(|f| f.rate.value), "rate_low": of(|f| f.rate.low), "rate_high": of(|f| f.rate.high),
            "amplitude": of(|f| f.amplitude.value), "amplitude_low": of(|f| f.amplitude.low), "amplitude_high": of(|f| f.amplitude.high),
            "unit": self.layout.channels[estimate.channel].unit, "p": of(|f| f.p),
            "present": estimate.present().is_some(), "regularity": estimate.figure.as_ref().and_then(|f| f.regularity), "flags": flags,
        })
    }

    fn json_symmetry(&self, symmetry: &Symmetry) -> serde_json::Value {
        json!({
            "type": "symmetry", "file": self.file, "left": self.name(symmetry.left), "right": self.name(symmetry.right),
            "rhythm": symmetry.rhythm.word(), "t": symmetry.t.0, "window_s": symmetry.window.0,
            "amplitude_ratio": symmetry.amplitude_ratio, "lag_s": symmetry.lag.0, "coherence": symmetry.coherence,
        })
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
