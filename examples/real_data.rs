//! Compares the estimates with the reference rates of real recordings, file by file.
//!
//! `STILLPOINT_DATA=../shared/data cargo run --release --example real_data` (or `just real-data`). The recordings are not part of the
//! project. A window is hit where the rate lies within 1 /min (breath) or 2 /min (pulse) of the reference; no estimate is a miss.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use stillpoint::command::analyze::figures;
use stillpoint::rhythm::{Estimate, Rhythm, Row, Settings};
use stillpoint::signal::{Rate, Seconds};
use stillpoint::store::Recording;

#[derive(Default)]
struct Tally {
    windows: u32,
    hit: u32,
    present: u32,
    present_and_hit: u32,
}

fn main() -> Result<()> {
    let folder = std::env::var_os("STILLPOINT_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let verbose = std::env::args().any(|arg| arg == "--verbose");
    let table = folder.join("reference.csv");
    if !table.is_file() {
        bail!("{}: no reference table; set STILLPOINT_DATA to the folder of the real recordings", table.display());
    }
    let mut windows: BTreeMap<(String, String, String), Vec<(f64, f64)>> = BTreeMap::new();
    for row in csv::Reader::from_path(&table)?.records() {
        let row = row?;
        let field = |at: usize| row.get(at).context("a row of reference.csv is too short");
        let number = |at: usize| Ok::<f64, anyhow::Error>(field(at)?.parse()?);
        let key = (field(0)?.to_owned(), field(1)?.to_owned(), field(2)?.to_owned());
        windows.entry(key).or_default().push((number(4)?, number(5)?));
    }
    println!("{:<42} {:<5} {:<7} {:>7} {:>12} {:>9} {:>18}", "file", "chan.", "rhythm", "windows", "hit", "present", "present and hit");
    for ((file, channel, rhythm), reference) in &windows {
        let tally = compare(&folder.join(file), channel, rhythm, reference, verbose)?;
        let share = |part: u32, of: u32| format!("{part} ({:.0} %)", 100.0 * f64::from(part) / f64::from(of.max(1)));
        println!(
            "{file:<42} {channel:<5} {rhythm:<7} {:>7} {:>12} {:>9} {:>18}",
            tally.windows,
            share(tally.hit, tally.windows),
            tally.present,
            share(tally.present_and_hit, tally.present)
        );
    }
    Ok(())
}

fn compare(path: &Path, channel: &str, rhythm: &str, reference: &[(f64, f64)], verbose: bool) -> Result<Tally> {
    let rhythm = Rhythm::from_word(rhythm).with_context(|| format!("reference.csv names no rhythm of ours: {rhythm}"))?;
    let tolerance = if rhythm == Rhythm::Breath { 1.0 } else { 2.0 };
    let mut settings = Settings { step: Seconds(5.0), ..Settings::default() };
    for each in Rhythm::ALL {
        settings.of_mut(each).window = Seconds(60.0);
    }
    // One of the files has no rate but in its name.
    let rate = path.to_string_lossy().contains("_100hz").then(|| Rate::from_hz(100.0)).flatten();
    let mut recording = Recording::open(path, rate)?;
    // `ch0` and `col0` are counted from 0; other names are those of the file.
    let counted = channel.strip_prefix("ch").or(channel.strip_prefix("col")).and_then(|count| count.parse().ok());
    let named = || recording.layout().channels.iter().position(|other| other.name == channel);
    let position: usize = counted.or_else(named).with_context(|| format!("{}: no channel {channel}", path.display()))?;
    let mut estimates: Vec<Estimate> = Vec::new();
    figures(&mut recording, &settings, |row| {
        if let Row::Estimate(estimate) = row
            && estimate.series.is_none()
            && estimate.channel == position
            && estimate.rhythm == rhythm
        {
            estimates.push(*estimate);
        }
        Ok(())
    })?;
    let mut tally = Tally::default();
    for &(end, rate) in reference {
        tally.windows += 1;
        let figure = estimates.iter().find(|estimate| (estimate.t.0 - end).abs() < 0.1).and_then(|estimate| estimate.figure);
        let Some(figure) = figure else {
            if verbose {
                println!("  {end:>6} reference {rate:.2}: no estimate");
            }
            continue;
        };
        let hit = (figure.rate.value - rate).abs() <= tolerance;
        tally.hit += u32::from(hit);
        tally.present += u32::from(figure.present);
        tally.present_and_hit += u32::from(hit && figure.present);
        if verbose && !hit {
            println!("  {end:>6} reference {rate:.2}: {:.2} p {:.4}", figure.rate.value, figure.p);
        }
    }
    Ok(tally)
}
