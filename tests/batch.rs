//! Many recordings in one go, from outside: what a folder and a pattern mean, what a bad file and an interrupted run leave, and what is not done twice.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;

struct Ran {
    code: i32,
    out: String,
    error: String,
}

/// Runs the program in a folder, with no sessions and settings but those in it.
fn stillpoint(folder: &Path, args: &[&str]) -> Ran {
    let mut command = Command::cargo_bin("stillpoint").unwrap();
    command.current_dir(folder).env("STILLPOINT_SESSIONS", folder.join("sessions")).env("HOME", folder).env_remove("XDG_CONFIG_HOME");
    let output = command.args(args).timeout(Duration::from_mins(2)).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), error: text(output.stderr) }
}

/// A table of 40 s at 20 Hz with 15 breaths a minute of this amplitude.
fn breaths(amplitude: f64) -> String {
    let row = |n: i32| format!("{:.2},{:.4}\n", f64::from(n) / 20.0, amplitude * (f64::from(n) / 20.0 * std::f64::consts::TAU / 4.0).sin());
    format!("time,belt\n{}", (0..800).map(row).collect::<String>())
}

/// Three recordings in two folders, and what lies about.
fn study() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("study/sub-01/night.csv", breaths(1.0)),
        ("study/sub-02/night.csv", breaths(2.0)),
        ("study/sub-02/day.csv", breaths(3.0)),
        ("study/README.txt", "Two subjects.\n".into()),
        ("study/participants.tsv", "participant_id\tage\nsub-01\t30\n".into()),
        ("study/.hidden.csv", breaths(4.0)),
    ] {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn files(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                all.push(entry.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    all.sort();
    all
}

fn modified(path: &Path) -> std::time::SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

/// The files that rows of JSON lines are of, each once, in order.
fn told(lines: &str) -> Vec<String> {
    let mut files: Vec<String> =
        lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["file"].as_str().unwrap().to_owned()).collect();
    files.dedup();
    files
}

const THREE: [&str; 3] = ["study/sub-01/night.csv", "study/sub-02/day.csv", "study/sub-02/night.csv"];

#[test]
fn a_folder_and_a_pattern_are_the_recordings_that_they_hold_by_name() {
    let root = study();
    let one_by_one = stillpoint(root.path(), &[&["analyze", "--format", "jsonl"], &THREE[..]].concat());
    assert_eq!((one_by_one.code, told(&one_by_one.out)), (0, THREE.map(str::to_owned).to_vec()), "{}", one_by_one.error);
    for what in ["study", "study/*", "study/sub-0?/*.csv", "study/**/*.csv"] {
        let ran = stillpoint(root.path(), &["analyze", "--format", "jsonl", what]);
        if what == "study/*" {
            assert!(ran.code == 1 && ran.error.contains("README.txt"), "a pattern names what it matches: {}", ran.error);
        } else {
            assert_eq!((ran.code, ran.error.as_str()), (0, "stillpoint: 3 files: 3 analysed\n"), "{what}");
        }
        assert_eq!(ran.out, one_by_one.out, "{what}");
    }
    let ran = stillpoint(root.path(), &["analyze", "nothing/*.csv"]);
    assert_eq!((ran.code, ran.error.lines().count()), (1, 1), "{}", ran.error);
}

#[test]
fn one_bad_file_stops_no_other_and_the_end_names_it_with_the_counts() {
    let root = study();
    fs::write(root.path().join("study/sub-01/broken.edf"), "0       no header").unwrap();
    for args in [&["analyze", "study", "--out-dir", "out"][..], &["export", "study", "--to", "wav", "-o", "out"]] {
        let ran = stillpoint(root.path(), args);
        let lines: Vec<&str> = ran.error.lines().collect();
        assert_eq!((ran.code, lines.len()), (1, 2), "{}", ran.error);
        assert!(lines[0].contains("study/sub-01/broken.edf"), "{}", ran.error);
        let verb = if args[0] == "analyze" { "analysed" } else { "exported" };
        assert_eq!(lines[1], format!("stillpoint: 1 of 4 files could not be {verb} (3 {verb}): study/sub-01/broken.edf"));
    }
    let all = files(&root.path().join("out"));
    for made in ["sub-01/night.csv.txt", "sub-02/day.csv.txt", "sub-01/night.wav", "sub-02/day.wav", "sub-02/night_annotations.csv"] {
        assert!(all.contains(&made.to_owned()), "{made}: {all:?}");
    }
    assert!(all.iter().all(|name| !name.contains(".stillpoint-") || name == ".stillpoint-done.jsonl"), "{all:?}");
    let ran = stillpoint(root.path(), &[&["analyze"][..], &["gone.wav"; 9], &THREE].concat());
    assert!(ran.error.lines().filter(|line| line.contains("not analysed: gone.wav")).count() == 9, "{}", ran.error);
    assert!(ran.error.ends_with("9 of 12 files could not be analysed (3 analysed): their names are above\n"), "{}", ran.error);
}

#[test]
fn what_is_done_and_unchanged_is_not_done_again_in_any_of_the_commands() {
    let root = study();
    let at = |name: &str| root.path().join(name);
    for (command, first, second) in [
        (&["analyze", "study", "--format", "jsonl", "--out-dir", "rows"][..], "rows/sub-01/night.csv.jsonl", "rows/sub-02/day.csv.jsonl"),
        (
            &["analyze", "study", "--format", "parquet", "--out-dir", "columns"],
            "columns/sub-01/night.csv.parquet",
            "columns/sub-02/day.csv.parquet",
        ),
        (&["export", "study", "--to", "edf", "-o", "out"], "out/sub-01/night.edf", "out/sub-02/day.edf"),
        (&["report", "study", "--out-dir", "pages"], "pages/sub-01/night.csv.html", "pages/sub-02/day.csv.html"),
        (&["report", "study", "--out-dir", "pictures", "--format", "svg"], "pictures/sub-01/night.csv.svg", "pictures/sub-02/day.csv.svg"),
        (
            &["export", "study", "--to", "parquet", "-o", "lake", "--partition"],
            "lake/samples/subject=01/session=1/night.parquet",
            "lake/samples/subject=02/session=1/day.parquet",
        ),
    ] {
        fs::write(at(THREE[0]), breaths(1.0)).unwrap();
        let run = |more: &[&str]| stillpoint(root.path(), &[command, more].concat());
        let ran = run(&[]);
        assert_eq!((ran.code, ran.error.lines().last().unwrap().contains("3 files: 3 ")), (0, true), "{}", ran.error);
        let (one, other) = (modified(&at(first)), modified(&at(second)));
        let without = run(&[]);
        assert!(without.code == 1 && without.error.contains("--force"), "nothing is replaced unasked: {}", without.error);
        let again = run(&["--resume"]);
        assert_eq!((again.code, again.out), (0, ran.out.clone()), "{}", again.error);
        let verbs = ["analysed", "exported", "reported"];
        assert!(verbs.iter().any(|verb| again.error.ends_with(&format!("0 {verb}, 3 done before\n"))), "{}", again.error);
        assert_eq!((modified(&at(first)), modified(&at(second))), (one, other));
        // One recording is another, and a file of another was cut short.
        fs::write(at(THREE[0]), breaths(9.0)).unwrap();
        let whole = fs::read(at(second)).unwrap();
        fs::write(at(second), &whole[..whole.len() / 2]).unwrap();
        let mended = run(&["--resume"]);
        assert!(mended.code == 0 && mended.error.contains("2 ") && mended.error.ends_with("1 done before\n"), "{}", mended.error);
        assert_eq!(fs::read(at(second)).unwrap(), whole, "{second}");
        assert_ne!(modified(&at(first)), one);
    }
    let other = stillpoint(root.path(), &["analyze", "study", "--format", "jsonl", "--out-dir", "rows", "--resume", "--step", "10"]);
    assert!(other.error.ends_with("3 analysed\n"), "other settings: {}", other.error);
}

#[test]
fn a_folder_of_five_with_one_broken_has_four_pages_and_a_list_that_says_what_each_found() {
    let root = study();
    fs::write(root.path().join("study/sub-01/broken.edf"), "0       no header").unwrap();
    fs::write(root.path().join("study/a & b.csv"), "time,belt\n0.0,1\n0.1,1\n").unwrap();
    let run = |more: &[&str]| stillpoint(root.path(), &[&["report", "study", "--out-dir", "out", "--rhythm", "breath"], more].concat());
    let ran = run(&[]);
    let lines: Vec<&str> = ran.error.lines().collect();
    assert_eq!((ran.code, lines.len()), (1, 2), "{}", ran.error);
    assert!(lines[0].contains("study/sub-01/broken.edf: "), "{}", ran.error);
    assert_eq!(lines[1], "stillpoint: 1 of 5 files could not be reported (4 reported): study/sub-01/broken.edf");
    let pages = ["out/a-b.csv.html", "out/sub-01/night.csv.html", "out/sub-02/day.csv.html", "out/sub-02/night.csv.html", "out/index.html"];
    assert_eq!(ran.out.lines().collect::<Vec<_>>(), pages);
    let by_itself = stillpoint(root.path(), &["report", THREE[0], "-o", "alone.html", "--rhythm", "breath"]);
    let alone = fs::read(root.path().join("alone.html")).unwrap();
    assert!(by_itself.code == 0 && alone == fs::read(root.path().join(pages[1])).unwrap(), "the same page, to the byte");
    let list = fs::read_to_string(root.path().join("out/index.html")).unwrap();
    for told in [
        "<h1>5 recordings</h1>",
        "<a href=\"a-b.csv.html\">a &amp; b.csv</a><span>0:00 long: no window was whole.</span>",
        "<a href=\"sub-02/day.csv.html\">sub-02/day.csv</a><span>0:40 long: breath 15.0",
        "<b>sub-01/broken.edf</b><span>No report: ",
    ] {
        assert!(list.contains(told), "{told} in {list}");
    }
    // A run that goes on has the same list, and nothing to do but what failed.
    let again = run(&["--resume"]);
    assert!(again.code == 1 && again.error.contains("1 of 5 files could not be reported (0 reported, 4 done before)"), "{}", again.error);
    assert_eq!(fs::read_to_string(root.path().join("out/index.html")).unwrap(), list);
    fs::remove_file(root.path().join("study/sub-01/broken.edf")).unwrap();
    assert_eq!(run(&["--resume"]).error, "stillpoint: 4 files: 0 reported, 4 done before\n");
    assert!(fs::read_to_string(root.path().join("out/index.html")).unwrap().contains("<h1>4 recordings</h1>"));
}

#[test]
fn a_list_of_somebody_else_stays_and_more_than_two_recordings_want_a_folder() {
    let root = study();
    fs::create_dir(root.path().join("out")).unwrap();
    fs::write(root.path().join("out/index.html"), "<!DOCTYPE html><title>mine</title>").unwrap();
    let run = |args: &[&str]| stillpoint(root.path(), &[&["report", "--rhythm", "breath"], args].concat());
    for more in [&[][..], &["--resume"]] {
        let ran = run(&[&["study", "--out-dir", "out"], more].concat());
        assert!(ran.code == 1 && ran.error.lines().count() == 1 && ran.error.contains("index.html: is there already"), "{}", ran.error);
        assert_eq!(files(&root.path().join("out")), ["index.html"]);
    }
    assert_eq!(run(&["study", "--out-dir", "out", "--force"]).code, 0);
    for (paths, code, said) in [(&THREE[..], 2, "--out-dir"), (&["study"], 1, "study: is no session")] {
        let ran = run(&[paths, &["-o", "page.html"]].concat());
        assert!(ran.code == code && ran.error.lines().count() == 1 && ran.error.contains(said), "{}", ran.error);
    }
    assert_eq!(run(&[THREE[0]]).code, 2, "neither a file nor a folder");
    assert_eq!(run(&[THREE[0], "-o", "page.html", "--resume"]).code, 2, "nothing to go on with");
    assert!(!root.path().join("page.html").exists());
}

#[test]
fn one_file_of_all_goes_on_from_its_parts_and_is_the_same_as_made_at_once() {
    let root = study();
    for format in ["jsonl", "csv", "parquet"] {
        let at_once = format!("once.{format}");
        let run = |args: &[&str]| stillpoint(root.path(), &[&["analyze", "--format", format][..], args].concat());
        assert_eq!(run(&["study", "-o", &at_once]).code, 0);
        let parts = format!("parts.{format}");
        fs::rename(root.path().join(THREE[1]), root.path().join("away")).unwrap();
        assert_eq!(run(&["study", "-o", &parts, "--resume"]).error, "stillpoint: 2 files: 2 analysed\n");
        fs::rename(root.path().join("away"), root.path().join(THREE[1])).unwrap();
        assert_eq!(run(&["study", "-o", &parts, "--resume"]).error, "stillpoint: 3 files: 1 analysed, 2 done before\n");
        assert_eq!(fs::read(root.path().join(&parts)).unwrap(), fs::read(root.path().join(&at_once)).unwrap(), "{format}");
        assert!(root.path().join(format!("{parts}.parts")).is_dir());
    }
    fs::write(root.path().join("mine.csv"), "mine").unwrap();
    let ran = stillpoint(root.path(), &["analyze", "study", "--format", "csv", "-o", "mine.csv", "--resume"]);
    assert!(ran.code == 1 && ran.error.contains("--force"), "{}", ran.error);
    assert_eq!(fs::read_to_string(root.path().join("mine.csv")).unwrap(), "mine");
}

#[test]
fn what_somebody_else_put_there_is_not_replaced_by_a_resumed_run() {
    let root = study();
    fs::create_dir_all(root.path().join("out/sub-01")).unwrap();
    fs::write(root.path().join("out/sub-01/night.wav"), "mine").unwrap();
    for _ in 0..2 {
        let ran = stillpoint(root.path(), &["export", "study", "--to", "wav", "-o", "out", "--resume"]);
        assert!(ran.code == 1 && ran.error.contains("night.wav: is there already"), "{}", ran.error);
        assert_eq!(fs::read_to_string(root.path().join("out/sub-01/night.wav")).unwrap(), "mine");
    }
    let edf = stillpoint(root.path(), &["export", "study", "--to", "edf", "-o", "out", "--resume"]);
    assert_eq!((edf.code, edf.error.as_str()), (0, "stillpoint: 3 files: 3 exported\n"));
    assert_eq!(fs::read_to_string(root.path().join("out/sub-01/night.wav")).unwrap(), "mine");
}

#[test]
fn two_recordings_that_would_be_called_the_same_are_told_before_either_harms_the_other() {
    let root = study();
    let ran = stillpoint(root.path(), &["export", THREE[0], THREE[2], "--to", "csv", "-o", "out"]);
    assert!(ran.code == 1 && ran.error.contains("called as that of study/sub-01/night.csv"), "{}", ran.error);
    assert_eq!(ran.out.lines().next(), Some("out/night.csv"), "the first is exported");
    let ran = stillpoint(root.path(), &["export", "study/*/night.csv", "--to", "csv", "-o", "both"]);
    assert_eq!((ran.code, ran.out.lines().count()), (0, 6), "{}", ran.error);
    let ran = stillpoint(root.path(), &["export", "study", "--to", "bids", "-o", "bids"]);
    assert!(ran.code == 1 && ran.error.contains("sub-02/day.csv"), "two of subject 02, and no session: {}", ran.error);
    assert!(files(&root.path().join("bids")).contains(&"sub-01/beh/sub-01_task-recording_physio.tsv.gz".to_owned()));
    let ran = stillpoint(root.path(), &["export", "study", "--to", "csv", "-o", "nobody", "--anonymous"]);
    assert!(ran.code == 2 && !root.path().join("nobody").exists(), "{}", ran.error);
}

#[cfg(unix)]
#[test]
fn an_interrupted_export_keeps_what_is_whole_and_goes_on_there() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("study")).unwrap();
    let text = breaths(1.0);
    let paths: Vec<PathBuf> = (0..400).map(|n| root.path().join(format!("study/{n:03}.csv"))).collect();
    paths.iter().for_each(|path| fs::write(path, &text).unwrap());
    let out = root.path().join("out");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_stillpoint"));
    command.current_dir(root.path()).args(["export", "study", "--to", "edf", "-o", "out", "--jobs", "1"]);
    let mut child = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    while !out.join("003.edf").exists() {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it was interrupted");
        std::thread::yield_now();
    }
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), error.lines().count()), (Some(1), 1), "{error}");
    assert!(error.contains("interrupted") && error.contains("of 400 files exported; --resume"), "{error}");
    let made = files(&out);
    let whole = made.iter().filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "edf")).count();
    let told: usize = error.split_once("interrupted; ").unwrap().1.split_once(" of 400").unwrap().0.parse().unwrap();
    assert!(told <= whole, "one that broke off is not counted: {told} of {whole}");
    assert!((4..400).contains(&whole) && made.iter().all(|name| name == ".stillpoint-done.jsonl" || !name.starts_with('.')), "{made:?}");
    let ran = stillpoint(root.path(), &["export", "study", "--to", "edf", "-o", "out", "--resume"]);
    assert_eq!(ran.error, format!("stillpoint: 400 files: {} exported, {whole} done before\n", 400 - whole));
}
