//! `stillpoint report` from outside: the figures of `analyze`, one file that asks nobody for anything, and labels that stay text.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

struct Ran {
    code: i32,
    out: String,
    error: String,
}

fn stillpoint(args: &[&str]) -> Ran {
    let mut command = Command::cargo_bin("stillpoint").unwrap();
    let output = command.args(args).env_remove("STILLPOINT_SESSIONS").timeout(Duration::from_mins(2)).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), error: text(output.stderr) }
}

/// The file of a report.
fn report(folder: &Path, name: &str, args: &[&str]) -> PathBuf {
    let file = folder.join(name);
    let ran = stillpoint(&[&["report", "-o", file.to_str().unwrap()], args].concat());
    assert_eq!((ran.code, ran.out.trim()), (0, file.to_str().unwrap()), "{}", ran.error);
    file
}

fn page(folder: &Path, args: &[&str]) -> String {
    fs::read_to_string(report(folder, "page.html", args)).unwrap()
}

/// A copy of a session to write to.
fn copy(folder: &Path, session: &str) -> PathBuf {
    let to = folder.join(session);
    fs::create_dir(&to).unwrap();
    for file in ["signal.wav", "session.toml", "events.jsonl"] {
        fs::copy(format!("recordings/{session}/{file}"), to.join(file)).unwrap();
    }
    to
}

/// Puts lines into a session's journal, before its end mark.
fn journal(session: &Path, lines: &[String]) {
    let path = session.join("events.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let (before, end) = text.trim_end().rsplit_once('\n').unwrap();
    fs::write(&path, [&[before.to_owned()], lines, &[end.to_owned(), String::new()]].concat().join("\n")).unwrap();
}

fn annotation(id: u64, kind: &str, (start, end): (u64, Option<u64>), label: &str) -> String {
    serde_json::json!({"type": "annotation", "edit": "put", "id": id, "kind": kind, "start": start, "end": end, "label": label}).to_string()
}

/// The elements of a text of XML, each of which is closed.
fn elements(text: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(element) | quick_xml::events::Event::Empty(element) => {
                found.push(element.name().as_ref().to_owned());
            }
            quick_xml::events::Event::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn the_page_has_the_figures_of_analyze_and_says_by_chance() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path(), &["recordings/client", "--no-derived"]);
    let rows = stillpoint(&["analyze", "recordings/client", "--no-derived", "--format", "jsonl"]).out;
    let summaries: Vec<Value> =
        rows.lines().map(|line| serde_json::from_str(line).unwrap()).filter(|row: &Value| row["type"] == "summary").collect();
    assert!(summaries.len() >= 12);
    for row in summaries.iter().filter(|row| row["present"] == true) {
        let number = |key: &str| row[key].as_f64().unwrap();
        let digits = if number("rate_high") - number("rate_low") < 0.2 { 2 } else { 1 };
        let rate = format!("{:.digits$} ({:.digits$}–{:.digits$})", number("rate_per_min"), number("rate_low"), number("rate_high"));
        let windows = format!("{} of {}", row["windows_present"], row["windows"]);
        assert!(page.contains(&format!("<td>{rate}</td>")) && page.contains(&format!("<td>{windows}</td>")), "{rate}, {windows}: {row}");
    }
    let cranial = summaries.iter().find(|row| row["channel"] == "left" && row["rhythm"] == "cranial").unwrap();
    let (present, windows) = (&cranial["windows_present"], cranial["windows"].as_f64().unwrap());
    let said = format!("was there in {present} of {windows:.0} windows; {:.1} are expected by chance", windows / 100.0);
    assert!(page.contains(&said), "{said}");
    for told in ["no medical finding", "simulated", "<h2>Method</h2>", "Found in left: 1 still point", "left moves 1.3", "Coherence"] {
        assert!(page.contains(told), "{told}");
    }
}

#[test]
fn the_page_is_one_file_without_a_script_or_a_request_and_every_picture_is_told_in_words() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path(), &["recordings/client", "--rhythm", "cranial,breath", "--no-derived"]);
    for asks in ["<script", "http://", "https://", "url(", "@import", "<link", "<img", "src=", "href="] {
        assert!(!page.contains(asks), "{asks}");
    }
    let pictures = page.matches("<svg ").count();
    assert!(pictures >= 4, "{pictures}");
    for part in ["role=\"img\" aria-labelledby=", "<title id=", "<desc id="] {
        assert_eq!(page.matches(part).count(), pictures, "{part}");
    }
    assert_eq!(page.matches("<table").count(), page.matches("<caption>").count());
    for svg in page.split("<svg ").skip(1) {
        let (svg, _) = svg.split_once("</svg>").unwrap();
        assert!(elements(&format!("<svg {svg}</svg>")).len() > 10);
    }
}

#[test]
fn a_label_is_text_and_the_same_session_is_the_same_page() {
    let folder = TempDir::new().unwrap();
    let session = copy(folder.path(), "steady");
    let labels = ["<script>alert(1)</script>", "</style><b>", "\"onload=\"x", "a\u{0}b\u{202e}c", "= 1 & 2"];
    let lines: Vec<String> = (10..).zip(labels).map(|(id, label)| annotation(id, "mark", (id * 100, None), label)).collect();
    journal(&session, &lines);
    let args = [session.to_str().unwrap(), "--rhythm", "cranial", "--no-derived"];
    let first = page(folder.path(), &args);
    assert!(first.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    for harm in ["<script", "</style><b", "\"onload=\"", "\u{202e}", "\u{0}"] {
        assert!(!first.contains(harm), "{harm:?}");
    }
    fs::remove_file(folder.path().join("page.html")).unwrap();
    assert!(page(folder.path(), &args) == first, "the same to the byte");
    let svg = fs::read_to_string(report(folder.path(), "picture.svg", &args)).unwrap();
    assert!(elements(&svg).iter().all(|name| ["svg", "style", "rect", "title", "desc", "path", "text"].contains(&name.as_str())));
}

#[test]
fn where_there_is_no_rhythm_the_page_says_so_and_gives_no_figure() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path(), &["recordings/quiet", "--no-derived"]);
    let summary = &page[page.find("Summary").unwrap()..page.find("Trace and trend").unwrap()];
    assert!(summary.matches("None that can be told from noise").count() >= 3, "{summary}");
    assert!(!summary.contains("<b>") && summary.contains("expected by chance"), "{summary}");
    assert!(summary.contains("Not told: it takes a window of 300 s, and there are 180 s."), "{summary}");
}

#[test]
fn before_and_after_has_differences_with_intervals_and_says_which_channel_has_no_match() {
    let folder = TempDir::new().unwrap();
    let page =
        page(folder.path(), &["recordings/client", "recordings/steady", "--rhythm", "cranial,breath", "--no-derived", "--window", "20"]);
    assert!(page.contains("<h2>What changed</h2>") && page.contains("<h2>Before: client</h2>") && page.contains("<h2>After: steady</h2>"));
    assert!(page.contains("Without a match, and so not compared: left, right and belt before; sacrum after"), "{page}");
    let same = copy(folder.path(), "client");
    let again = report(
        folder.path(),
        "same.html",
        &["recordings/client", same.to_str().unwrap(), "--rhythm", "breath", "--no-derived", "--window", "20"],
    );
    let again = fs::read_to_string(again).unwrap();
    assert!(again.contains("The rate changed by <b>0.00 /min</b>") && again.contains("not told apart"), "{again}");
}

#[test]
fn a_session_without_samples_and_one_of_gaps_alone_have_a_page() {
    let folder = TempDir::new().unwrap();
    let empty = folder.path().join("empty.csv");
    fs::write(&empty, "time,left,right\n0.00,1,2\n0.01,1,2\n").unwrap();
    let short = page(folder.path(), &[empty.to_str().unwrap()]);
    assert!(short.contains("and there are 0 s."), "{short}");
    let session = copy(folder.path(), "steady");
    let mut wav = fs::read(session.join("signal.wav")).unwrap();
    let data = wav.windows(4).position(|bytes| bytes == b"data").unwrap() + 8;
    wav[data..].chunks_exact_mut(4).for_each(|sample| sample.copy_from_slice(&f32::NAN.to_le_bytes()));
    fs::write(session.join("signal.wav"), wav).unwrap();
    journal(&session, &[r#"{"type":"gap","start":0,"end":7500,"cause":"unplugged","exact":true}"#.to_owned()]);
    let gaps = fs::read_to_string(report(folder.path(), "gaps.html", &[session.to_str().unwrap()])).unwrap();
    assert!(gaps.contains("no sample") && gaps.contains("samples are missing"), "{gaps}");
    let png = fs::read(report(folder.path(), "gaps.png", &[session.to_str().unwrap()])).unwrap();
    assert_eq!((&png[..8], &png[12..16]), (&b"\x89PNG\r\n\x1a\n"[..], &b"IHDR"[..]));
}

#[test]
fn taps_and_forty_labels_and_segments_are_all_in_it() {
    let folder = TempDir::new().unwrap();
    let session = copy(folder.path(), "client");
    let taps = (0..20_u64).map(|n| annotation(100 + n, "tap", (25 * 20 + n * 242, None), ""));
    let marks = (0..40_u64).map(|n| annotation(200 + n, "mark", (100 + n * 140, None), &format!("label {n}")));
    journal(&session, &taps.chain(marks).collect::<Vec<_>>());
    let page = page(folder.path(), &[session.to_str().unwrap(), "--rhythm", "cranial", "--no-derived"]);
    assert!((0..40).all(|n| page.contains(&format!("<span>label {n}</span>"))));
    assert!(page.contains("20 taps in all") && page.contains("Taps in the cycle of left") && page.contains("locking value"), "{page}");
    assert!(page.contains("Segments compared") && page.contains(">sacrum</th>") && page.contains(">temporals</th>"));
}

#[test]
fn nothing_is_replaced_unasked_and_a_failure_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    let args = ["recordings/steady", "--rhythm", "breath", "--no-derived"];
    let file = report(folder.path(), "page.html", &args);
    fs::File::create(&file).unwrap().write_all(b"mine").unwrap();
    let told = |name: &str, more: &[&str]| {
        let out = folder.path().join(name);
        let ran = stillpoint(&[&["report", "-o", out.to_str().unwrap()], &args[..], more].concat());
        (ran.code, ran.error.lines().count(), ran.error)
    };
    let (code, lines, error) = told("page.html", &[]);
    assert!(code == 1 && lines == 1 && error.contains("is there already"), "{error}");
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    assert_eq!(told("page.html", &["--force"]).0, 0);
    assert!(fs::read(&file).unwrap().starts_with(b"<!DOCTYPE html>"));
    let (code, lines, error) = told("page.doc", &[]);
    assert!(code == 2 && lines == 1 && error.contains(".html, .svg or .png"), "{error}");
    let (code, _, error) = told("other.html", &["nowhere.wav"]);
    assert!(code == 1 && error.contains("nowhere.wav"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
}

#[test]
fn a_folder_for_the_report_is_made_and_a_dash_is_standard_output() {
    let root = TempDir::new().unwrap();
    let args = ["recordings/quiet", "--rhythm", "pulse", "--no-derived"];
    let file = report(root.path(), "new/below/page.html", &args);
    let ran = stillpoint(&[&["report", "-o", "-"], &args[..]].concat());
    assert_eq!((ran.code, ran.out), (0, fs::read_to_string(file).unwrap()), "{}", ran.error);
    let picture = stillpoint(&[&["report", "-o", "-", "--format", "svg"], &args[..]].concat());
    assert!(picture.out.starts_with("<svg "), "{}", picture.error);
    assert!(!Path::new("-").exists());
}
