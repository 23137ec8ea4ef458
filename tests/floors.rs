//! The floors import only downward, and each names only the crates and the parts of the system that are its own.

use std::collections::BTreeSet;
use std::path::Path;

use crate::rust_text::{paths, test_modules, tokens};

/// What one folder or file of `src/` may name.
struct Floor {
    name: &'static str,
    /// Floors below it that it knows of.
    below: &'static [&'static str],
    /// Outer crates.
    crates: &'static [&'static str],
    /// Which of [`OUTSIDE`].
    outside: &'static [&'static str],
}

const fn floor(
    name: &'static str,
    below: &'static [&'static str],
    crates: &'static [&'static str],
    outside: &'static [&'static str],
) -> Floor {
    Floor { name, below, crates, outside }
}

/// The modules of std with which a program touches what is outside of it.
const OUTSIDE: [&str; 8] = ["env", "fs", "io", "net", "path", "process", "thread", "time"];

/// Lowest first. A floor that is not here may not exist.
const FLOORS: [Floor; 18] = [
    floor("signal", &[], &[], &[]),
    floor("rhythm", &["signal"], &["nalgebra", "pulp", "rustfft"], &[]),
    floor("simulate", &["signal"], &["rand_chacha"], &[]),
    floor("wire", &["signal"], &[], &[]),
    floor("protocol", &["signal", "rhythm"], &[], &[]),
    floor("format", &["signal"], &["csv", "flate2", "parquet", "serde", "serde_json", "thiserror"], &["io"]),
    // A page of plain values: it opens nothing, and knows of no session on disk.
    floor("report", &["signal", "rhythm"], &["flate2", "tiny_skia", "ttf_parser"], &["io"]),
    floor(
        "store",
        &["signal", "rhythm", "format"],
        &["jiff", "rustix", "serde", "serde_json", "tempfile", "thiserror", "toml"],
        &["fs", "io", "path", "time"],
    ),
    floor(
        "export",
        &["signal", "rhythm", "protocol", "format", "store"],
        &["anyhow", "jiff", "serde_json", "tempfile"],
        &["fs", "io", "path"],
    ),
    floor(
        "lsl",
        &["signal", "rhythm", "wire"],
        &["labstream_net", "labstream_proto", "labstream_wire", "quick_xml", "tokio"],
        &["io", "net", "time"],
    ),
    floor(
        "source",
        &["signal", "simulate", "wire", "lsl"],
        &["rustix", "thiserror", "tokio", "tokio_serial"],
        &["fs", "io", "path", "thread", "time"],
    ),
    floor(
        "session",
        &["signal", "rhythm", "simulate", "wire", "protocol", "format", "store", "lsl", "source"],
        &["crossbeam_channel", "jiff", "tokio"],
        &["io", "path", "thread", "time"],
    ),
    floor("app", &["signal", "rhythm", "protocol"], &["tui_input"], &[]),
    // A Scene is made of plain values of signal and rhythm; of snapshots, sessions and files the drawing knows nothing.
    floor("ui", &["signal", "rhythm", "app"], &["ratatui", "tui_big_text", "unicode_width"], &[]),
    floor("cli", &[], &["clap", "clap_complete"], &["path"]),
    floor("settings", &["signal", "rhythm", "wire", "app", "cli"], &["anyhow", "toml"], &["path"]),
    floor(
        "command",
        &[
            "signal", "rhythm", "protocol", "format", "report", "store", "export", "lsl", "source", "session", "app", "ui", "cli",
            "settings",
        ],
        &[
            "anyhow",
            "clap",
            "clap_complete",
            "clap_mangen",
            "crossbeam_channel",
            "crossterm",
            "csv",
            "etcetera",
            "glob",
            "indicatif",
            "jiff",
            "ratatui",
            "rustix",
            "serde",
            "serde_json",
            "tempfile",
            "thiserror",
            "tokio",
        ],
        &["env", "fs", "io", "path", "process", "thread", "time"],
    ),
    floor("main", &["cli", "command"], &["clap"], &["io", "process"]),
];

/// What holds whatever the table says: a crate or a part of std, and the only floors that may have it.
const RESERVED: [(&str, &[&str]); 7] = [
    ("ratatui", &["ui", "command"]),
    ("crossterm", &["command"]),
    ("tokio", &["lsl", "source", "session", "command"]),
    ("std::fs", &["store", "export", "source", "command"]),
    ("std::process", &["main", "command"]),
    ("std::net", &["lsl"]),
    ("labstream_net", &["lsl"]),
];

/// What is wrong in one file, a line each: `line: what`. `depth` is how many modules deep the file is (`app/build/trace.rs` is 3).
fn violations(floor: &Floor, depth: usize, source: &str, crates: &BTreeSet<String>) -> Vec<(usize, String)> {
    let tokens = tokens(source);
    let mut wrong = Vec::new();
    for token in tokens.iter().filter(|token| token.text == "unsafe") {
        wrong.push((token.line, "`unsafe` stands nowhere".to_owned()));
    }
    let paths = paths(&tokens);
    let local: BTreeSet<&str> = paths
        .iter()
        .filter(|path| path.imported && is_ours(&path.segments[0]))
        .filter_map(|path| path.segments.last().map(String::as_str))
        .collect();
    let modules: BTreeSet<&str> = tokens.windows(2).filter(|pair| pair[0].text == "mod").map(|pair| pair[1].text.as_str()).collect();
    for path in &paths {
        let segments: Vec<&str> = path.segments.iter().map(String::as_str).collect();
        let is_crate =
            |name: &str| crates.contains(name) && !local.contains(name) && !modules.contains(name) && (segments.len() > 1 || path.imported);
        let problem = match segments.as_slice() {
            [.., "process", "exit" | "abort"] => Some("the process ends by returning from main".to_owned()),
            ["crate" | "stillpoint", name, ..] => inner(floor, name),
            ["super", ..] | ["self", "super", ..] => {
                let up = segments.iter().filter(|segment| **segment == "super").count();
                let name = segments.iter().find(|segment| **segment != "super" && **segment != "self");
                name.filter(|_| up >= depth).and_then(|name| inner(floor, name))
            }
            ["std" | "core" | "alloc", "*", ..] => Some("names all of std".to_owned()),
            ["std", name, ..] if OUTSIDE.contains(name) && !floor.outside.contains(name) => {
                Some(format!("{} may not name std::{name}", floor.name))
            }
            [name, ..] if is_crate(name) && !floor.crates.contains(name) => Some(format!("{} may not name the crate {name}", floor.name)),
            _ => None,
        };
        wrong.extend(problem.map(|what| (path.line, what)));
    }
    wrong
}

fn is_ours(segment: &str) -> bool {
    matches!(segment, "crate" | "stillpoint" | "self" | "super")
}

fn inner(floor: &Floor, name: &str) -> Option<String> {
    let fine = name == floor.name || floor.below.contains(&name);
    (!fine).then(|| format!("{} may not import {name}", floor.name))
}

/// The dependencies as the code names them.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut inside = false;
    let mut names = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.contains("dependencies]");
        } else if let Some((name, _)) = line.split_once('=').filter(|_| inside) {
            names.insert(name.trim().replace('-', "_"));
        }
    }
    names
}

/// Checks a file or all files below a folder; `depth` is as for [`violations`].
fn check(path: &Path, floor: &Floor, depth: usize, crates: &BTreeSet<String>) -> (usize, Vec<String>) {
    if path.is_file() {
        let source = std::fs::read_to_string(path).unwrap();
        let wrong = violations(floor, depth, &source, crates);
        return (1, wrong.into_iter().map(|(line, what)| format!("{}:{line}: {what}", path.display())).collect());
    }
    let tests = std::fs::read_to_string(path.join("mod.rs")).map(|source| test_modules(&source)).unwrap_or_default();
    let (mut files, mut wrong) = (0, Vec::new());
    let mut entries: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        let name = entry.file_stem().unwrap().to_str().unwrap().to_owned();
        let deeper = if name == "mod" { depth } else { depth + 1 };
        let is_source = entry.is_dir() || entry.extension().is_some_and(|extension| extension == "rs");
        if is_source && !tests.contains(&name) {
            let (more, found) = check(&entry, floor, deeper, crates);
            files += more;
            wrong.extend(found);
        }
    }
    (files, wrong)
}

#[test]
fn every_floor_imports_only_downward_and_only_what_is_its_own() {
    let crates = dependencies(&std::fs::read_to_string("Cargo.toml").unwrap());
    assert!(crates.contains("ratatui") && crates.contains("rustix"), "{crates:?}");
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir("src").unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name == "lib" {
            continue;
        }
        let Some(floor) = FLOORS.iter().find(|floor| floor.name == name) else {
            wrong.push(format!("{}:1: is on no floor", path.display()));
            continue;
        };
        let (files, found) = check(&path, floor, 1, &crates);
        assert!(files > 0, "{name} has no source");
        wrong.extend(found);
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_table_itself_goes_downward_and_names_what_there_is() {
    for (at, floor) in FLOORS.iter().enumerate() {
        for name in floor.below {
            assert!(FLOORS[..at].iter().any(|lower| lower.name == *name), "{} is not below {}", name, floor.name);
        }
        let there = [format!("src/{}.rs", floor.name), format!("src/{}/mod.rs", floor.name)];
        assert!(there.iter().any(|path| Path::new(path).is_file()), "there is no floor {}", floor.name);
        for (what, floors) in RESERVED {
            let part = what.strip_prefix("std::");
            let names = part.map_or(floor.crates, |_| floor.outside);
            assert!(!names.contains(&part.unwrap_or(what)) || floors.contains(&floor.name), "{what} is not for {}", floor.name);
        }
    }
}

/// What is found wrong in a made-up text that stands on a floor, as `line: what`.
fn found(name: &str, depth: usize, source: &str) -> Vec<String> {
    let floor = FLOORS.iter().find(|floor| floor.name == name).unwrap();
    let crates = ["csv", "ratatui", "tokio", "anyhow", "crossterm"].map(str::to_owned).into();
    violations(floor, depth, source, &crates).into_iter().map(|(line, what)| format!("{line}: {what}")).collect()
}

#[test]
fn a_wrong_import_is_found_however_it_is_written() {
    for (name, depth, source, says) in [
        ("app", 2, "\nuse crate::session::Session;", "2: app may not import session"),
        ("app", 2, "use crate::{signal::Seconds,\n session};", "2: app may not import session"),
        ("app", 2, "fn f() {\n let x = crate::ui::draw();\n}", "2: app may not import ui"),
        ("app", 3, "use super::super::super::store::Recording;", "1: app may not import store"),
        ("app", 1, "pub(super) use super::store;", "1: app may not import store"),
        ("signal", 2, "use crate::*;", "1: signal may not import *"),
        ("app", 2, "use ratatui::Frame;", "1: app may not name the crate ratatui"),
        ("app", 2, "use ratatui as r;", "1: app may not name the crate ratatui"),
        ("rhythm", 2, "#[tokio::main]\nasync fn main() {}", "1: rhythm may not name the crate tokio"),
        ("session", 2, "fn f() -> ::anyhow::Result<()> { Ok(()) }", "1: session may not name the crate anyhow"),
        ("app", 2, "use std::{fmt,\n time::Instant};", "2: app may not name std::time"),
        ("session", 2, "let x = std::fs::read(\"a\");", "1: session may not name std::fs"),
        ("command", 2, "use std::process;\nfn f() { process::exit(1) }", "2: the process ends by returning from main"),
        ("wire", 2, "fn f() {\n unsafe { g() }\n}", "2: `unsafe` stands nowhere"),
        ("main", 1, "use stillpoint::session::Session;", "1: main may not import session"),
        ("app", 2, "fn f<'a>(c: char) -> bool { c == '\"' }\nuse crate::ui;", "2: app may not import ui"),
    ] {
        let found = found(name, depth, source);
        assert!(found.iter().any(|what| what == says), "{source}: {found:?}");
    }
}

#[test]
fn what_is_allowed_or_only_talked_about_is_not_found() {
    for (name, depth, source) in [
        ("app", 2, "use crate::signal::{Rate, SampleIndex};\nuse super::scene::Scene;\nuse crate::app::App;"),
        ("app", 3, "use super::super::scale::Scale;\nlet x = super::session;"),
        ("app", 2, "//! See [`crate::session`].\n/* use crate::ui; /* unsafe */ */\nconst A: &str = \"use ratatui::Frame; unsafe\";"),
        ("app", 2, "const A: &str = r#\"crate::ui \"quoted\" tokio::spawn\"#;\nlet b = b\"tokio::spawn\";"),
        ("app", 2, "#[cfg(test)]\nmod tests {\n use crate::ui::draw; fn f() { if a { std::fs::read(); } }\n}"),
        ("app", 2, "#[cfg(test)]\nuse std::time::Instant;\nstruct S { tokio: u8 }\nfn f(s: &S) { s.tokio.max(1); }"),
        ("command", 2, "use crate::format::{csv, wav};\nfn f() { csv::write() }"),
        ("command", 1, "mod csv;\npub use csv::write;"),
        ("ui", 2, "use ratatui::Frame;\nuse crate::app::Scene;\nuse std::borrow::Cow;"),
    ] {
        assert_eq!(found(name, depth, source), [] as [String; 0], "{source}");
    }
}
