//! SECURITY.md names a test on every line of its table, and there is one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::Program;

/// `file::test` as the table writes it: `threats::links::nothing…` stands in `tests/threats/links.rs`, `signal::text::a_label…` in `src/signal/text.rs`.
fn stands_in(name: &str) -> Option<PathBuf> {
    let (file, test) = name.rsplit_once("::")?;
    let file = file.replace("::", "/");
    let places = [
        format!("tests/{file}.rs"),
        format!("tests/{file}/mod.rs"),
        format!("src/{file}.rs"),
        format!("src/{file}/mod.rs"),
        format!("src/{file}/stories.rs"),
    ];
    let holds = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.match_indices(&format!("fn {test}(")).any(|(at, _)| text[..at].lines().rev().take(3).any(|line| line.contains("test]")))
    };
    places.iter().map(PathBuf::from).find(holds)
}

#[test]
fn every_line_of_the_table_has_a_test_that_is_there() {
    let page = fs::read_to_string("SECURITY.md").unwrap();
    let rows: Vec<&str> =
        page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| **") && !line.starts_with("| threat")).collect();
    assert!(rows.len() > 20, "{} lines", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let tests: Vec<&str> = cells.last().unwrap().split('`').filter(|word| word.contains("::")).collect();
        if cells.len() != 3 || tests.is_empty() {
            wrong.push(format!("no test: {row}"));
        }
        wrong.extend(tests.into_iter().filter(|name| stands_in(name).is_none()).map(|name| format!("no such test: {name}")));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert_eq!(stands_in("threats::links::no_such_story"), None);
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            walk(&path, found);
        }
        found.push(path);
    }
}

#[test]
fn what_was_recorded_lies_in_the_sessions_folder_and_nowhere_else_and_only_its_user_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    // The program's home is the folder for sessions: whatever it leaves anywhere in a home would be found.
    let mut program = Program::start(&["demo", "--record"]);
    program.wait_text("REC");
    program.keys("m");
    program.wait_text("mark · saved");
    program.keys("\x03\x03");
    assert_eq!(program.wait_exit().0, 0);
    let session = program.session();
    let mut found = Vec::new();
    walk(program.sessions.path(), &mut found);
    found.sort();
    let names =
        ["", "events.jsonl", "session.toml", "signal.wav"].map(|name| if name.is_empty() { session.clone() } else { session.join(name) });
    assert_eq!(found, names);
    for path in found {
        let mode = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode, "{}", path.display());
    }
}
