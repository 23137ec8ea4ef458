//! `stillpoint analyze` from outside: one order, one set of figures, one header, and a bad file harms no other.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;

const FILES: [&str; 4] = ["recordings/client", "recordings/breath", "recordings/quiet", "recordings/steady"];

struct Ran {
    code: i32,
    out: String,
    error: String,
}

fn analyze(args: &[&str]) -> Ran {
    let mut command = Command::cargo_bin("stillpoint").unwrap();
    let output = command.arg("analyze").args(args).timeout(Duration::from_mins(2)).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), error: text(output.stderr) }
}

fn done(args: &[&str]) -> String {
    let ran = analyze(args);
    assert_eq!((ran.code, ran.error.as_str()), (0, ""), "{args:?}");
    ran.out
}

fn rows(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of_type<'a>(rows: &'a [Value], kind: &str) -> Vec<&'a Value> {
    rows.iter().filter(|row| row["type"] == kind).collect()
}

fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap()
}

#[test]
fn a_bad_file_in_the_middle_is_told_in_one_line_and_the_others_are_whole() {
    let alone: String = ["recordings/steady", "recordings/quiet"].map(|file| done(&[file, "--format", "jsonl"])).concat();
    let ran = analyze(&["recordings/steady", "nowhere.wav", "recordings/quiet", "Cargo.toml", "--format", "jsonl", "--jobs", "3"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out == alone, "the output of the good files, one after the other");
    let lines: Vec<&str> = ran.error.lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[0].contains("nowhere.wav") && lines[1].contains("Cargo.toml"), "{lines:?}");
    assert_eq!(lines[2], "stillpoint: 2 of 4 files could not be analysed (2 analysed): nowhere.wav, Cargo.toml");
}

#[test]
fn the_output_is_the_same_to_the_byte_for_any_number_of_threads() {
    let many: Vec<&str> = FILES.iter().cycle().take(6).copied().collect();
    for format in ["table", "jsonl", "csv"] {
        let with = |jobs| done(&[&many[..], &["--format", format, "--jobs", jobs, "--rhythm", "cranial"]].concat());
        let one = with("1");
        assert!(!one.is_empty());
        for jobs in ["2", "5"] {
            assert!(with(jobs) == one, "{format}, {jobs} jobs");
        }
    }
    assert_eq!(analyze(&["recordings/steady", "--jobs", "0"]).code, 2);
}

#[test]
fn csv_holds_what_the_estimates_of_json_say_under_one_header() {
    let files = ["recordings/steady", "recordings/client"];
    let json = rows(&done(&[&files[..], &["--format", "jsonl"]].concat()));
    let estimates = of_type(&json, "estimate");
    let text = done(&[&files[..], &["--format", "csv"]].concat());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.iter().collect::<Vec<_>>(), estimates[0].as_object().unwrap().keys().collect::<Vec<_>>());
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), estimates.len());
    for (record, estimate) in records.iter().zip(estimates) {
        for (key, cell) in header.iter().zip(record) {
            let same = match &estimate[key] {
                Value::Null => cell.is_empty(),
                Value::Bool(value) => cell == value.to_string(),
                Value::Number(value) => cell.parse::<f64>().unwrap().to_bits() == value.as_f64().unwrap().to_bits(),
                Value::String(value) => cell == value,
                Value::Array(words) => cell == words.iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(";"),
                Value::Object(_) => false,
            };
            assert!(same, "{key}: {cell} is not {estimate}");
        }
    }
}

#[test]
fn a_part_has_the_figures_of_the_whole_at_the_same_instants() {
    for file in ["recordings/client", "recordings/steady"] {
        let whole = rows(&done(&[file, "--format", "jsonl"]));
        for (from, to, at) in [("50", "2:30", (50.0, 150.0)), ("33.3", "141.7", (33.3, 141.7)), ("0", "65", (0.0, 65.0))] {
            let part = rows(&done(&[file, "--format", "jsonl", "--from", from, "--to-time", to]));
            // A still point is certain only some time after its end.
            let of_window = |row: &Value| row["type"] != "summary" && row["type"] != "stillpoint";
            // Whether a breath may be the cranial rhythm is asked of the cranial row as well, whose window is 60 s long.
            let asked = |row: &Value| if row["rhythm"] == "breath" { 60.0 } else { number(row, "window_s") };
            let inside = |row: &&Value| of_window(row) && number(row, "t") <= at.1 && number(row, "t") - asked(row) >= at.0;
            let expected: Vec<&Value> = whole.iter().filter(inside).collect();
            let found: Vec<&Value> = part.iter().filter(|row| of_window(row) && (row["rhythm"] != "breath" || inside(row))).collect();
            assert!(!expected.is_empty());
            assert_eq!(found, expected, "{file} {from} {to}");
        }
    }
}

#[test]
fn a_part_that_is_none_is_told() {
    for part in [["--from", "1:00:00"], ["--to-time", "0"]] {
        let ran = analyze(&[&["recordings/steady"], &part[..]].concat());
        assert_eq!((ran.code, ran.error.lines().count()), (1, 1), "{}", ran.error);
        assert!(ran.error.contains("recordings/steady: nothing lies between") && ran.error.contains("3:00 long"), "{}", ran.error);
    }
    assert!(analyze(&["recordings/steady", "--from", "noon"]).error.contains("--from"));
}

#[test]
fn each_file_ends_with_a_summary_a_channel_and_rhythm_that_says_what_was_played() {
    let all = rows(&done(&["recordings/steady", "recordings/client", "--format", "jsonl"]));
    let keys = "type file channel rhythm windows windows_present rate_per_min rate_low rate_high amplitude amplitude_low amplitude_high p present regularity unit flags";
    let summaries = of_type(&all, "summary");
    let derived = summaries.iter().filter(|row| row["channel"].as_str().unwrap().contains('.'));
    // Two sides with a pulse: what rides on it is told of both.
    assert_eq!((summaries.len() - derived.clone().count(), derived.count()), (4 + 3 * 4, 2 * 3));
    for summary in &summaries {
        assert_eq!(summary.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" "), keys);
    }
    let last_of_first = all.iter().rposition(|row| row["file"] == "recordings/steady").unwrap();
    assert!(all[last_of_first - 3..=last_of_first].iter().all(|row| row["type"] == "summary"), "after the rows of its file");
    let find: HashMap<_, _> =
        summaries.iter().map(|row| ((row["file"].as_str(), row["channel"].as_str(), row["rhythm"].as_str()), *row)).collect();
    // Six cycles a minute of 50 µm: recordings/README.md.
    let cranial = find[&(Some("recordings/steady"), Some("sacrum"), Some("cranial"))];
    assert!(cranial["present"] == true && number(cranial, "p") < 0.01, "{cranial}");
    assert!(number(cranial, "rate_low") <= 6.0 && number(cranial, "rate_high") >= 6.0, "{cranial}");
    assert!((number(cranial, "amplitude") - 50.0).abs() < 1.0 && cranial["unit"] == "µm", "{cranial}");
    let seen = all.iter().filter(|row| row["type"] == "estimate" && row["file"] == "recordings/steady" && row["rhythm"] == "cranial");
    let (whole, present): (Vec<_>, Vec<_>) =
        (seen.clone().filter(|row| !row["rate_per_min"].is_null()).collect(), seen.filter(|row| row["present"] == true).collect());
    assert_eq!((cranial["windows"].as_u64(), cranial["windows_present"].as_u64()), (Some(whole.len() as u64), Some(present.len() as u64)));
    // Too short for a tide; and of the heart a belt feels a little, 63 a minute, which few of its windows tell.
    let tide = find[&(Some("recordings/steady"), Some("sacrum"), Some("tide"))];
    assert!(tide["windows"] == 0 && tide["p"].is_null() && tide["rate_per_min"].is_null() && tide["present"] == false, "{tide}");
    let pulse = find[&(Some("recordings/client"), Some("belt"), Some("pulse"))];
    assert!(pulse["windows_present"].as_u64() < Some(23) && number(pulse, "p") < 0.01 && pulse["present"] == true, "{pulse}");
    assert!(number(pulse, "rate_low") <= 63.0 && number(pulse, "rate_high") >= 63.0, "{pulse}");
}

#[test]
fn a_still_point_is_a_row_with_its_own_fields_and_a_line_of_the_table() {
    let all = rows(&done(&["recordings/client", "--format", "jsonl"]));
    let stills = of_type(&all, "stillpoint");
    assert_eq!(stills.iter().map(|row| row["channel"].as_str().unwrap()).collect::<Vec<_>>(), ["left", "right"]);
    for still in stills {
        let keys: Vec<&String> = still.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["type", "file", "channel", "rhythm", "start_s", "end_s", "flags"]);
        assert_eq!((still["file"].as_str(), still["rhythm"].as_str()), (Some("recordings/client"), Some("cranial")));
        assert!((number(still, "start_s") - 120.0).abs() < 1.0 && (number(still, "end_s") - 146.0).abs() < 1.0, "{still}");
    }
    assert!(
        done(&["recordings/client"])
            .lines()
            .any(|line| line.contains("left") && line.contains("still point 2") && line.contains("from 2:00 to 2:25"))
    );
}

#[test]
fn a_window_with_a_gap_has_no_figures() {
    let all = rows(&done(&["recordings/steady", "--format", "jsonl", "--rhythm", "cranial"]));
    let gap = of_type(&all, "estimate").into_iter().find(|row| row["flags"].as_array().unwrap().contains(&"gap".into())).unwrap();
    for key in ["rate_per_min", "rate_low", "rate_high", "amplitude", "amplitude_low", "amplitude_high", "p", "regularity"] {
        assert!(gap[key].is_null(), "{key}: {gap}");
    }
    assert_eq!(gap["present"], false);
}

#[test]
fn the_options_of_reading_are_obeyed() {
    let channels = "head:cranial:N,-,chest:breath";
    let args = ["recordings/client", "--format", "jsonl", "--channels", channels, "--rhythm", "breath", "--range", "breath=8..20"];
    let all = rows(&done(&[&args[..], &["--window", "40", "--step", "10"]].concat()));
    let estimates = of_type(&all, "estimate");
    assert!(estimates.iter().all(|row| row["rhythm"] == "breath" && number(row, "window_s").round() == 40.0));
    assert!(estimates.iter().all(|row| row["rate_per_min"].as_f64().is_none_or(|rate| (7.0..21.0).contains(&rate))));
    let names: Vec<_> = estimates[..3].iter().map(|row| (row["channel"].as_str().unwrap(), row["unit"].as_str().unwrap())).collect();
    assert_eq!(names, [("head", "N"), ("right", "µm"), ("chest", "mm")]);
    assert!((number(estimates[3], "t") - number(estimates[0], "t")).round() == 10.0);
}

#[test]
fn a_file_for_the_output_appears_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figures.jsonl");
    let to = |more: &[&str]| analyze(&[&["--format", "jsonl", "-o", path.to_str().unwrap()], more].concat());
    let names = || fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    let ran = to(&["recordings/steady", "nowhere.wav"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert_eq!(fs::read_to_string(&path).unwrap(), done(&["recordings/steady", "--format", "jsonl"]));
    let ran = to(&["recordings/quiet"]);
    assert!(ran.code == 1 && ran.error.contains("--force") && ran.error.lines().count() == 1, "{}", ran.error);
    assert_eq!(to(&["recordings/quiet", "--force"]).code, 0);
    assert_eq!(fs::read_to_string(&path).unwrap(), done(&["recordings/quiet", "--format", "jsonl"]));
    fs::remove_file(&path).unwrap();
    assert_eq!(to(&["nowhere.wav"]).code, 1);
    assert_eq!(names(), [] as [&str; 0], "nothing came of it, and nothing is left");
}

#[test]
fn a_place_that_cannot_be_written_is_told_at_once() {
    for (path, says) in
        [("Cargo.toml/in/x.csv", "Cargo.toml/in/x.csv"), ("recordings", "folder"), ("recordings/steady/x.csv", "recording itself")]
    {
        let ran = analyze(&["recordings/steady", "-o", path]);
        assert_eq!((ran.code, ran.out.as_str(), ran.error.lines().count()), (1, "", 1), "{}", ran.error);
        assert!(ran.error.contains(says), "{}", ran.error);
    }
    let ran = analyze(&["recordings/steady", "-o", "recordings/steady/new/x.csv"]);
    assert!(ran.code == 1 && ran.error.contains("recording itself") && !Path::new("recordings/steady/new").exists(), "{}", ran.error);
    assert!(!Path::new("recordings/steady/x.csv").exists());
}

#[test]
fn a_folder_for_the_output_is_made_and_goes_again_where_nothing_comes_of_it() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("new/below/figures.csv");
    let to = |recording: &str| analyze(&[recording, "--format", "csv", "--rhythm", "pulse", "-o", path.to_str().unwrap()]);
    assert_eq!(to("nowhere.wav").code, 1);
    assert!(!root.path().join("new").exists());
    let ran = to("recordings/quiet");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.error);
    assert!(fs::read_to_string(&path).unwrap().lines().count() > 10);
}

#[test]
fn a_dash_for_the_output_is_standard_output() {
    let args = ["recordings/quiet", "--format", "csv", "--rhythm", "pulse"];
    let ran = analyze(&[&args[..], &["-o", "-"]].concat());
    assert_eq!((ran.code, ran.out), (0, done(&args)), "{}", ran.error);
    assert!(!Path::new("-").exists());
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figures.jsonl");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_stillpoint"));
    command.args(["analyze", "--format", "jsonl", "-o"]).arg(&path).args(vec!["recordings/client"; 5000]);
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let written = || fs::read_dir(folder.path()).unwrap().any(|entry| entry.unwrap().metadata().is_ok_and(|found| found.len() > 0));
    while !written() {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it was interrupted");
        std::thread::yield_now();
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), error.lines().count()), (Some(1), 1), "{error}");
    assert!(error.contains("interrupted"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A copy of a recording with more annotations in its journal, each a kind, a start and an end in frames, and a label.
fn annotated(recording: &str, annotations: &[(&str, u64, Option<u64>, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(recording).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let journal = folder.path().join("events.jsonl");
    let text = fs::read_to_string(&journal).unwrap();
    let (before, end) = text.trim_end().rsplit_once('\n').unwrap();
    let lines: Vec<String> = annotations
        .iter()
        .zip(100..)
        .map(|((kind, start, end, label), id)| {
            serde_json::json!({"type": "annotation", "edit": "put", "id": id, "kind": kind, "start": start, "end": end, "label": label})
                .to_string()
        })
        .collect();
    fs::write(journal, format!("{before}\n{}\n{end}\n", lines.join("\n"))).unwrap();
    folder
}

/// Taps every so many seconds of recordings/steady, which has 50 frames a second.
fn tapped(count: u64, step: f64) -> tempfile::TempDir {
    let taps: Vec<_> = (0..count).map(|n| ("tap", ((5.0 + n as f64 * step) * 50.0) as u64, None, "")).collect();
    annotated("recordings/steady", &taps)
}

#[test]
fn taps_are_told_beside_the_measured_rhythm_and_few_are_too_few() {
    // Six cycles a minute: a tap every second one.
    let folder = tapped(9, 20.0);
    let path = folder.path().to_str().unwrap();
    let all = rows(&done(&[path, "--format", "jsonl"]));
    let told = of_type(&all, "taps");
    assert_eq!(told.len(), 1);
    let keys = "type file channel rhythm taps felt_per_min felt_low felt_high measured_per_min ratio locking plv p offset_s taps_measured rayleigh_p too_few";
    assert_eq!(told[0].as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" "), keys);
    assert_eq!((&told[0]["channel"], &told[0]["taps"], &told[0]["too_few"]), (&"sacrum".into(), &9.into(), &false.into()));
    assert!(
        (number(told[0], "felt_per_min") - 3.0).abs() < 0.01 && (number(told[0], "measured_per_min") - 6.0).abs() < 0.05,
        "{}",
        told[0]
    );
    assert!((number(told[0], "ratio") - 0.5).abs() < 0.01, "{}", told[0]);
    let table = done(&[path]);
    assert!(table.contains("9 taps, 3.00 /min (3.00–3.00), measured 6.0"), "{table}");
    let folder = tapped(7, 20.0);
    let path = folder.path().to_str().unwrap();
    let all = rows(&done(&[path, "--format", "jsonl"]));
    let told = of_type(&all, "taps");
    assert!(told[0]["too_few"] == true && told[0]["taps"] == 7 && told[0]["felt_per_min"].is_null() && told[0]["p"].is_null(), "{told:?}");
    assert!(done(&[path]).contains("7 taps: too few, it takes 8"));
}

#[test]
fn two_segments_are_compared_and_short_ones_are_told() {
    // 25 frames a second: nearly two minutes of either.
    let folder = annotated("recordings/client", &[("segment", 0, Some(2800), "before"), ("segment", 3100, Some(6000), "After")]);
    let path = folder.path().to_str().unwrap();
    let args = [path, "--compare", "before", "--compare", "after", "--rhythm", "breath,cranial", "--no-derived"];
    let ran = analyze(&[&args[..], &["--window", "20", "--format", "jsonl"]].concat());
    assert_eq!((ran.code, ran.error.as_str()), (0, ""), "20 s every 5 s: 16 windows in 95 s");
    let all = rows(&ran.out);
    let told = of_type(&all, "comparison");
    assert_eq!(told.len(), 3 * 2);
    let breath = told.iter().find(|row| row["rhythm"] == "breath" && row["channel"] == "belt").unwrap();
    assert_eq!((&breath["first"], &breath["second"], &breath["windows_needed"]), (&"before".into(), &"after".into(), &16.into()));
    assert_eq!((&breath["first_windows"], &breath["second_windows"]), (&19.into(), &20.into()));
    assert!(number(breath, "rate_difference_low") <= 0.0 && number(breath, "rate_difference_high") >= 0.0, "{breath}");
    assert!(number(breath, "amplitude_ratio_low") <= 1.0 && number(breath, "amplitude_ratio_high") >= 1.0, "{breath}");
    assert!(done(&[&args[..], &["--window", "20"]].concat()).contains("belt         breath   before, then after: share present +0.00"));
    // Windows of a minute: not enough of them.
    let ran = analyze(&[&args[..], &["--window", "60", "--format", "jsonl"]].concat());
    assert_eq!(
        ran.error,
        format!("stillpoint: {path}: too few windows in before and after to compare: cranial 11 and 12 of 48, breath 11 and 12 of 48\n")
    );
    assert!(of_type(&rows(&ran.out), "comparison").iter().all(|row| row["rate_difference"].is_null() && row["first_windows"] == 11));
}

#[test]
fn of_several_segments_each_is_compared_with_the_first() {
    let folder = annotated(
        "recordings/client",
        &[("segment", 0, Some(1900), "a"), ("segment", 2000, Some(3900), "b"), ("segment", 4000, Some(5900), "c")],
    );
    let path = folder.path().to_str().unwrap();
    let all = rows(&done(&[
        path,
        "--compare",
        "b",
        "--compare",
        "a",
        "--compare",
        "c",
        "--rhythm",
        "breath",
        "--window",
        "10",
        "--no-derived",
        "--format",
        "jsonl",
    ]));
    let pairs: Vec<(String, String)> =
        of_type(&all, "comparison").iter().map(|row| (row["first"].to_string(), row["second"].to_string())).collect();
    let pair = |first: &str, second: &str| (format!("\"{first}\""), format!("\"{second}\""));
    assert_eq!(pairs, [pair("b", "a"), pair("b", "a"), pair("b", "a"), pair("b", "c"), pair("b", "c"), pair("b", "c")]);
}

#[test]
fn segments_and_the_sides_within_each_are_one_table_of_values() {
    let folder = annotated("recordings/client", &[("segment", 0, Some(2800), "before"), ("segment", 3100, Some(6000), "=after")]);
    let path = folder.path().to_str().unwrap();
    let args = [path, "--compare", "before", "--compare", "=after", "--rhythm", "cranial", "--no-derived", "--window", "30"];
    let printed = |format: &str| analyze(&[&args[..], &["--format", format]].concat()).out;
    let text = printed("csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let table: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let of = |row: &csv::StringRecord, name: &str| row[heads.iter().position(|head| head == name).unwrap()].to_owned();
    let segments: Vec<_> = table.iter().map(|row| ["type", "segment", "channel", "against"].map(|name| of(row, name)).join(" ")).collect();
    let expected = [
        "hold before left ",
        "hold before right ",
        "hold before belt ",
        "hold '=after left before",
        "hold '=after right before",
        "hold '=after belt before",
        "sides before left right",
        "sides '=after left right",
    ];
    assert_eq!(segments, expected, "a label is no formula");
    let sides = &table[6];
    let number = |name: &str| of(sides, name).parse::<f64>().ok();
    // Two minutes are too few for a difference; how the sides went together is told of every window.
    let counted = (number("windows"), number("windows_needed"), number("rate_difference"), number("amplitude_ratio"));
    assert_eq!(counted, (Some(17.0), Some(24.0), None, None), "{sides:?}");
    assert!(number("windows_present").unwrap() > 8.0, "{sides:?}");
    for [low, value, high] in [["lag_low", "lag_s", "lag_high"], ["coherence_low", "coherence", "coherence_high"]] {
        let [low, value, high] = [low, value, high].map(|name| number(name).unwrap());
        assert!(low <= value && value <= high, "{sides:?}");
    }
    let all = rows(&printed("jsonl"));
    assert_eq!(of_type(&all, "sides").len(), 2);
    let table = printed("table");
    assert!(table.contains("against right in before: present in both in too few windows, "), "{table}");
}

#[test]
fn segments_that_cannot_be_compared_are_told_in_one_line() {
    let folder = annotated("recordings/steady", &[("segment", 0, Some(3000), "a"), ("segment", 2000, Some(6000), "b")]);
    let path = folder.path().to_str().unwrap();
    for (names, says, code) in [(&["a"][..], "two segments", 2), (&["a", "b"], "share samples", 1), (&["a", "c"], "no segment \"c\"", 1)] {
        let options: Vec<&str> = names.iter().flat_map(|name| ["--compare", name]).collect();
        let ran = analyze(&[&[path], &options[..]].concat());
        assert_eq!((ran.code, ran.error.lines().count()), (code, 1), "{}", ran.error);
        assert!(ran.error.contains(says), "{}", ran.error);
    }
}

#[test]
fn one_long_file_has_the_same_rows_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.wav");
    let rate = stillpoint::signal::Rate::from_hz(20.0).unwrap();
    let mut client = stillpoint::simulate::Client::new(stillpoint::simulate::Scenario::demo().at(rate), 3);
    let spec = hound::WavSpec { channels: 3, sample_rate: 20, bits_per_sample: 32, sample_format: hound::SampleFormat::Float };
    let mut writer = hound::WavWriter::create(&path, spec).unwrap();
    let mut samples = Vec::new();
    client.fill(20 * 60 * 32, &mut samples);
    // A gap, and a stretch border somewhere in it.
    samples[3 * 12_000..3 * 12_100].fill(f32::NAN);
    samples.iter().for_each(|sample| writer.write_sample(*sample).unwrap());
    writer.finalize().unwrap();
    let path = path.to_str().unwrap();
    let with = |jobs| done(&[path, "--format", "jsonl", "--jobs", jobs, "--channels", "left:cranial,right:cranial,belt:breath"]);
    let one = with("1");
    let kinds: Vec<usize> = ["estimate", "symmetry", "stillpoint", "summary"].map(|kind| of_type(&rows(&one), kind).len()).to_vec();
    assert!(kinds.iter().all(|count| *count > 0), "{kinds:?}");
    assert!(with("3") == one);
}
