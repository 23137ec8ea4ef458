//! Tables of what was found, by the command that writes them.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;

/// The rows of a table as maps from column to cell.
fn table(out: &Path, words: &[&str]) -> Vec<HashMap<String, String>> {
    let done = Command::new(env!("CARGO_BIN_EXE_stillpoint"))
        .args(["export", "recordings/client", "--to", "csv", "--force", "-o"])
        .arg(out)
        .args(words)
        .assert()
        .success();
    let first = String::from_utf8(done.get_output().stdout.clone()).unwrap().lines().next().unwrap().to_owned();
    let text = fs::read_to_string(first).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let heads = lines.next().unwrap();
    lines.map(|cells| heads.iter().cloned().zip(cells).collect()).collect()
}

fn number(row: &HashMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

#[test]
fn the_cycles_of_a_recording_follow_one_another_and_agree_with_its_estimates() {
    let root = tempfile::tempdir().unwrap();
    let cycles = table(root.path(), &["--what", "cycles"]);
    let summary = table(root.path(), &["--what", "summary"]);
    let of = |channel: &str, rhythm: &str| {
        cycles.iter().filter(|row| row["channel"] == channel && row["rhythm"] == rhythm && row["sound"] == "true").collect::<Vec<_>>()
    };
    let names = ["left", "right", "belt"];
    let present = summary.iter().filter(|row| names.contains(&row["channel"].as_str()) && row["present"] == "true");
    let mut looked_at = 0;
    for row in present.filter(|row| 2.0 * number(row, "windows_present") > number(row, "windows")) {
        let own = of(&row["channel"], &row["rhythm"]);
        assert!(own.len() > 5, "{row:?}");
        let mean = |column: &str| own.iter().map(|cycle| number(cycle, column)).sum::<f64>() / own.len() as f64;
        let (per_min, amplitude) = (60.0 / mean("period_s"), mean("amplitude"));
        assert!((per_min / number(row, "rate_per_min") - 1.0).abs() < 0.05, "{per_min} {row:?}");
        assert!((amplitude / number(row, "amplitude") - 1.0).abs() < 0.25, "{amplitude} {row:?}");
        for cycle in &own {
            let [start, peak, end] = ["start_s", "peak_s", "end_s"].map(|column| number(cycle, column));
            assert!(start < peak && peak < end, "{cycle:?}");
            assert!((number(cycle, "rise_s") + number(cycle, "fall_s") - number(cycle, "period_s")).abs() < 1e-9);
            assert!(cycle["type"] == "cycle" && cycle["unit"] == row["unit"], "{cycle:?}");
        }
        assert!(own.windows(2).all(|pair| number(pair[0], "end_s") <= number(pair[1], "start_s") + 1e-9), "{row:?}");
        looked_at += 1;
    }
    assert!(looked_at >= 3, "{summary:?}");
    let part = table(root.path(), &["--what", "cycles", "--from", "30", "--to-time", "100"]);
    assert!(!part.is_empty() && part.iter().all(|row| number(row, "start_s") >= 29.0 && number(row, "end_s") <= 101.0));
    assert!(fs::read_dir(root.path()).unwrap().flatten().any(|entry| entry.file_name().to_string_lossy().ends_with("_cycles.json")));
}
