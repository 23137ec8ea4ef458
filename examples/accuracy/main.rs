//! Every row of the table "What it must reach", by the project's own simulator and estimator.
//!
//! `cargo run --release --example accuracy -- --quick` (or `just accuracy-quick`, `just accuracy`). A line is `ok` where its figure reaches the
//! goal, `MISSED` where it does not, `MISSED?` where its 95 % interval still holds figures that would. Exits 1 where a line is `MISSED`. A seed gives the same figures on any number of cores.

mod blocks;
mod change;
mod clients;
mod compare;
mod cycles;
mod derived;
mod drive;
mod felt;
mod made_up;
mod noise;
mod null;
mod picture;
mod sensors;
mod sides;
mod steady;
mod still;
mod table;
mod together;
mod uneven;
mod work;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Parser;

use table::Line;
use work::Plan;

/// Figures of accuracy against their goals.
#[derive(Debug, Parser)]
#[command(name = "accuracy")]
struct Args {
    /// Few windows, and no rows that have no goal: two minutes on two cores
    #[arg(long)]
    quick: bool,
    /// Seed of everything that is drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this row (may be given several times)
    #[arg(long, value_name = "ROW")]
    only: Vec<String>,
    /// So many windows a figure
    #[arg(long)]
    windows: Option<usize>,
    /// Write the table as Markdown, into this file between its lines `<!-- accuracy -->` and `<!-- /accuracy -->`, or as a new file
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Draw the curves of detection here as SVG
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
}

/// Rows that are measured together.
struct Group {
    rows: &'static [&'static str],
    run: fn(&Plan) -> Vec<Line>,
}

/// All of them, in the order of the table.
const GROUPS: [Group; 18] = [
    Group { rows: &["false-alarms", "null-p"], run: null::rows },
    Group { rows: &["detection"], run: steady::detection },
    Group { rows: &["rate-error"], run: steady::rate_error },
    Group { rows: &["intervals"], run: steady::intervals },
    Group { rows: &["together"], run: together::rows },
    Group { rows: &["uneven"], run: uneven::rows },
    Group { rows: &["three-rhythms"], run: clients::three_rhythms },
    Group { rows: &["breath-alone"], run: clients::breath_alone },
    Group { rows: &["breath-leak"], run: clients::breath_leak },
    Group { rows: &["made-up"], run: made_up::rows },
    Group { rows: &["sensors"], run: sensors::rows },
    Group { rows: &["derived"], run: derived::rows },
    Group { rows: &["rate-step"], run: change::rows },
    Group { rows: &["still-points"], run: still::rows },
    Group { rows: &["symmetry"], run: sides::rows },
    Group { rows: &["compare"], run: compare::rows },
    Group { rows: &["taps"], run: felt::rows },
    Group { rows: &["blocks"], run: blocks::rows },
];

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    let known: Vec<&str> = GROUPS.iter().flat_map(|group| group.rows).copied().collect();
    if let Some(row) = args.only.iter().find(|row| !known.contains(&row.as_str())) {
        bail!("no row {row}; there are {}", known.join(", "));
    }
    let plan = Plan { seed: args.seed, quick: args.quick, windows: args.windows };
    let wanted =
        |row: &str| if args.only.is_empty() { !(args.quick && row == sensors::ROW) } else { args.only.iter().any(|only| only == row) };
    let (start, mut lines) = (Instant::now(), Vec::new());
    for group in GROUPS.iter().filter(|group| group.rows.iter().any(|row| wanted(row))) {
        let begun = Instant::now();
        let new: Vec<Line> = (group.run)(&plan).into_iter().filter(|line| wanted(line.row)).collect();
        new.iter().for_each(|line| println!("{line}"));
        eprintln!("    {} s", begun.elapsed().as_secs());
        lines.extend(new);
    }
    let missed = lines.iter().filter(|line| !line.reached()).count();
    let surely = lines.iter().filter(|line| line.surely_missed()).count();
    println!("{} lines, {missed} missed, {surely} of them by more than chance; {} s", lines.len(), start.elapsed().as_secs());
    if let Some(path) = &args.markdown {
        write(path, &table::placed(std::fs::read_to_string(path).ok().as_deref(), &table::markdown(&lines, args.seed, &options(&args))))?;
    }
    if let Some(path) = &args.picture {
        write(path, &picture::svg(&lines))?;
    }
    Ok(if surely == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| path.display().to_string())
}

/// What else was asked for, as one would type it.
fn options(args: &Args) -> String {
    let quick = if args.quick { " --quick" } else { "" };
    let windows = args.windows.map_or(String::new(), |windows| format!(" --windows {windows}"));
    format!(" --seed {}{quick}{windows}", args.seed)
}
