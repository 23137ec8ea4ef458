//! Instructions that the paths gone through all the time take, counted by valgrind, against the figures in `benches/instructions.txt`: a count that is
//! 5 % above its figure fails. `just instructions`; `just instructions --renew` writes the figures anew, to be looked at and committed.
//!
//! A count does not depend on what else the machine does, so that it can be held to. Each path is run twice under valgrind, once with a pass more: the
//! difference is one pass alone, without the setting up. What depends on the processor is held fast: libraries choose between instruction sets by what the
//! processor has, so the sets stand in the file and have to be the same; glibc is told which way of copying to take.

#[path = "../../examples/picture/stage.rs"]
#[expect(dead_code, reason = "one of its screens is looked at here")]
mod stage;

mod paths;

use std::collections::BTreeMap;
use std::error::Error;
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::{env, fs};

use paths::{PATHS, Path};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.txt");
/// Runs one path: its number, and how many passes.
const RUN: &str = "--run";
/// So much more than the figure is a fault.
const MORE: f64 = 1.05;
/// So much less than the figure is worth a new one.
const LESS: f64 = 0.95;
/// Of glibc, whose ways of copying and searching depend on the processor's make and caches.
const GLIBC: &str = "glibc.cpu.x86_rep_movsb_threshold=1000000000:glibc.cpu.x86_rep_stosb_threshold=1000000000:\
glibc.cpu.x86_non_temporal_threshold=1000000000:glibc.cpu.x86_data_cache_size=32768:glibc.cpu.x86_shared_cache_size=1048576";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let told = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [RUN, path, passes] => run(path, passes),
        _ => guard(args.iter().any(|arg| arg == "--renew")),
    };
    told.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// Under valgrind: sets up and passes. What the processor seems to have goes to standard output.
fn run(path: &str, passes: &str) -> Result<ExitCode, Box<dyn Error>> {
    let (_, make) = PATHS[path.parse::<usize>()?];
    let mut pass = make();
    (0..passes.parse()?).for_each(|_| pass());
    println!("{}", processor());
    Ok(ExitCode::SUCCESS)
}

/// The instruction sets that anything here chooses by.
#[cfg(target_arch = "x86_64")]
fn processor() -> String {
    let sets = [
        ("avx", is_x86_feature_detected!("avx")),
        ("avx2", is_x86_feature_detected!("avx2")),
        ("fma", is_x86_feature_detected!("fma")),
        ("avx512f", is_x86_feature_detected!("avx512f")),
    ];
    sets.iter().filter(|(_, there)| *there).fold("x86-64".to_owned(), |all, (name, _)| format!("{all} {name}"))
}

#[cfg(not(target_arch = "x86_64"))]
fn processor() -> String {
    env::consts::ARCH.to_owned()
}

fn guard(renew: bool) -> Result<ExitCode, Box<dyn Error>> {
    let counts = count()?;
    if renew {
        let lines = counts.iter().map(|count| format!("{:>12} {}\n", count.instructions, count.name));
        let head = format!("# Instructions of a pass; written by `just instructions --renew`.\nprocessor {}\n", counts[0].processor);
        fs::write(FILE, head + &lines.collect::<String>())?;
    }
    let (processor, figures) = figures(&fs::read_to_string(FILE).map_err(|error| format!("{FILE}: {error}"))?);
    let mut well = true;
    println!("{:<64} {:>12} {:>12} {:>7}", "instructions of a pass", "figure", "now", "");
    for count in &counts {
        if count.processor != processor {
            return Err(format!(
                "the figures are of a processor with {processor}, this one has {}: they cannot be compared",
                count.processor
            )
            .into());
        }
        let figure = *figures.get(count.name).ok_or_else(|| format!("no figure for {}: renew them", count.name))?;
        let ratio = count.instructions as f64 / figure as f64;
        let word = match ratio {
            more if more > MORE => "TOO MANY",
            less if less < LESS => "fewer: renew the figures",
            _ => "",
        };
        well &= ratio <= MORE;
        println!("{:<64} {figure:>12} {:>12} {:>+6.1} % {word}", count.name, count.instructions, 100.0 * (ratio - 1.0));
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a path takes.
struct Count {
    name: &'static str,
    instructions: u64,
    processor: String,
}

/// All paths, two at a time.
fn count() -> Result<Vec<Count>, String> {
    let (left, done) = (Mutex::new(PATHS.iter().enumerate().rev().collect::<Vec<_>>()), Mutex::new(BTreeMap::new()));
    let work = || {
        while let Some((at, path)) = left.lock().ok().and_then(|mut left| left.pop()) {
            let counted = difference(at, path);
            if let Ok(mut done) = done.lock() {
                done.insert(at, counted);
            }
        }
    };
    std::thread::scope(|scope| (0..2).for_each(|_| drop(scope.spawn(work))));
    done.into_inner().map_err(|_| "a count went wrong".to_owned())?.into_values().collect()
}

/// Two passes less one.
fn difference(at: usize, (name, _): &Path) -> Result<Count, String> {
    let (one, processor) = collected(at, 1)?;
    let (two, _) = collected(at, 2)?;
    Ok(Count { name, instructions: two.saturating_sub(one), processor })
}

/// Instructions of a run, and what its processor seemed to have.
fn collected(path: usize, passes: usize) -> Result<(u64, String), String> {
    let this = env::current_exe().map_err(|error| format!("this program cannot be found: {error}"))?;
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(this).args([RUN, &path.to_string(), &passes.to_string()]);
    valgrind.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default()).env("GLIBC_TUNABLES", GLIBC);
    let output = valgrind.output().map_err(|error| format!("valgrind cannot be run ({error}); on Debian: apt-get install valgrind"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    match counted {
        Some(counted) if output.status.success() => Ok((counted, String::from_utf8_lossy(&output.stdout).trim().to_owned())),
        _ => Err(format!("valgrind: {said}")),
    }
}

/// The processor, and the figure of each path.
fn figures(text: &str) -> (String, BTreeMap<String, u64>) {
    let mut processor = String::new();
    let mut figures = BTreeMap::new();
    for (first, rest) in text.lines().filter_map(|line| line.trim().split_once(' ')) {
        match first.parse() {
            Ok(figure) => drop(figures.insert(rest.to_owned(), figure)),
            Err(_) if first == "processor" => rest.clone_into(&mut processor),
            Err(_) => {}
        }
    }
    (processor, figures)
}
