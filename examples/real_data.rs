//! Compares the estimates with the reference rates of real recordings, file by file.
//!
//! `STILLPOINT_DATA=../shared/data cargo run --release --example real_data` (or `just real-data`); `-- --verbose` lists every miss. The recordings
//! are not part of the project. A window is hit where the rate lies within 1 /min (breath) or 2 /min (pulse) of the reference; no estimate is a
//! miss. Fails where fewer than 98 % of the windows of a rhythm are hit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use stillpoint::command::analyze::figures;
use stillpoint::rhythm::{Estimate, Rhythm, Row, Settings};
use stillpoint::signal::{Rate, Seconds};
use stillpoint::store::Recording;

/// Each rhythm asked for, how near a hit is, per minute, and what share of its windows must be hit.
const GOALS: [(Rhythm, f64, f64); 2] = [(Rhythm::Breath, 1.0, 0.98), (Rhythm::Pulse, 2.0, 0.98)];
/// The reference windows are so long and end at multiples of the step, seconds.
const WINDOW: f64 = 60.0;
const STEP: f64 = 30.0;

/// A channel's windows: end in seconds and rate per minute.
type Windows = Vec<(f64, f64)>;

#[derive(Clone, Copy, Default)]
struct Tally {
    windows: u32,
    hit: u32,
    present: u32,
    present_and_hit: u32,
}

fn main() -> Result<ExitCode> {
    let folder = std::env::var_os("STILLPOINT_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let verbose = std::env::args().any(|arg| arg == "--verbose");
    let mut totals = GOALS.map(|_| Tally::default());
    println!("{:<42} {:<9} {:<7} {:>7} {:>12} {:>9} {:>18}", "file", "channel", "rhythm", "windows", "hit", "present", "present and hit");
    for ((file, channel, word), reference) in &references(&folder.join("reference.csv"))? {
        let goal = GOALS.iter().position(|(rhythm, ..)| rhythm.word() == word);
        let goal = goal.with_context(|| format!("reference.csv names a rhythm that is not asked for: {word}"))?;
        let tally = compare(&folder.join(file), channel, goal, reference, verbose)?;
        totals[goal].add(tally);
        println!("{file:<42} {channel:<9} {word:<7} {tally}");
    }
    let mut enough = true;
    for ((rhythm, _, goal), total) in GOALS.iter().zip(totals) {
        println!("{:<42} {:<9} {:<7} {total}", "all", "", rhythm.word());
        let (low, high) = wilson(total.hit, total.windows);
        println!("    hit 95 % {:.1}–{:.1} %, must reach {:.0} %", 100.0 * low, 100.0 * high, 100.0 * goal);
        enough &= f64::from(total.hit) >= goal * f64::from(total.windows);
    }
    Ok(if enough { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The reference windows of every (file, channel, rhythm).
fn references(table: &Path) -> Result<BTreeMap<(String, String, String), Windows>> {
    if !table.is_file() {
        bail!("{}: no reference table; set STILLPOINT_DATA to the folder of the real recordings", table.display());
    }
    let mut windows: BTreeMap<_, Windows> = BTreeMap::new();
    for row in csv::Reader::from_path(table)?.records() {
        let row = row?;
        let field = |at: usize| row.get(at).context("a row of reference.csv is too short");
        let number = |at: usize| Ok::<f64, anyhow::Error>(field(at)?.parse()?);
        let key = (field(0)?.to_owned(), field(1)?.to_owned(), field(2)?.to_owned());
        windows.entry(key).or_default().push((number(4)?, number(5)?));
    }
    Ok(windows)
}

fn compare(path: &Path, channel: &str, goal: usize, reference: &Windows, verbose: bool) -> Result<Tally> {
    let (rhythm, within, _) = GOALS[goal];
    let mut tally = Tally::default();
    let estimates = estimates(path, channel, rhythm)?;
    for &(end, rate) in reference {
        tally.windows += 1;
        let figure = estimates.iter().find(|estimate| (estimate.t.0 - end).abs() < 0.1).and_then(|estimate| estimate.figure);
        let hit = figure.is_some_and(|figure| (figure.rate.value - rate).abs() <= within);
        let present = figure.is_some_and(|figure| figure.present);
        tally.add(Tally { windows: 0, hit: u32::from(hit), present: u32::from(present), present_and_hit: u32::from(hit && present) });
        if verbose && !hit {
            let told = figure.map_or("no estimate".to_owned(), |figure| format!("{:.2} p {:.4}", figure.rate.value, figure.p));
            println!("  {end:>6} reference {rate:.2}: {told}{}", if present { ", present" } else { "" });
        }
    }
    Ok(tally)
}

/// Of one rhythm in one channel, windows as long as the reference's. Nothing else is looked for, but the breath beside a pulse, whose
/// harmonics no pulse may be.
fn estimates(path: &Path, channel: &str, rhythm: Rhythm) -> Result<Vec<Estimate>> {
    let mut settings = Settings { step: Seconds(STEP), derived: false, ..Settings::default() };
    for each in Rhythm::ALL {
        let of = settings.of_mut(each);
        of.window = Seconds(WINDOW);
        of.enabled = each == rhythm || each == Rhythm::Breath;
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
            && (estimate.channel, estimate.rhythm) == (position, rhythm)
        {
            estimates.push(*estimate);
        }
        Ok(())
    })?;
    Ok(estimates)
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.windows += other.windows;
        self.hit += other.hit;
        self.present += other.present;
        self.present_and_hit += other.present_and_hit;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = |part: u32, of: u32| format!("{part} ({:.1} %)", 100.0 * f64::from(part) / f64::from(of.max(1)));
        let (hit, both) = (share(self.hit, self.windows), share(self.present_and_hit, self.present));
        write!(f, "{:>7} {hit:>14} {:>9} {both:>18}", self.windows, self.present)
    }
}

/// Wilson's 95 % interval of a share (Wilson 1927, J. Am. Stat. Assoc. 22:209).
fn wilson(part: u32, of: u32) -> (f64, f64) {
    let (n, z) = (f64::from(of.max(1)), 1.95996);
    let p = f64::from(part) / n;
    let (middle, spread) = (p + z * z / (2.0 * n), z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt());
    ((middle - spread) / (1.0 + z * z / n), (middle + spread) / (1.0 + z * z / n))
}
