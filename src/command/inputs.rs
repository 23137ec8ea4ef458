//! Which recordings are meant: each argument is a recording, a folder of them, or a pattern that the shell was kept from expanding.
//!
//! What is named is taken as it is. Where nobody named a file but a folder above it, only what may be a recording is taken: a session is one and not a
//! folder of files, and hidden files, annotations beside a recording, what this program wrote of a recording that is found too, and other kinds of file
//! are passed over.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::store::{exported_from, is_beside, is_session, may_be_recording};

/// A recording to work on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Where it is.
    pub path: PathBuf,
    /// The folders between the one that was named and the recording; what is written of it goes into the same folders elsewhere.
    pub below: PathBuf,
    /// Whether it was looked for and not named.
    looked_for: bool,
}

/// The recordings that some arguments mean, in their order; those of a folder or a pattern by name.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Also what is not there, which says so when it is opened.
    pub list: Vec<Input>,
    /// Whether a folder or a pattern was among the arguments.
    pub searched: bool,
}

impl Input {
    /// Its whole path, links followed.
    pub fn full(&self) -> PathBuf {
        self.path.canonicalize().unwrap_or_else(|_| self.path.clone())
    }
}

impl Inputs {
    /// Leaves out what was named before.
    pub fn once(&mut self) {
        let mut seen = HashSet::new();
        self.list.retain(|input| seen.insert(input.full()));
    }
}

/// What marks a pattern.
const WILD: [char; 3] = ['*', '?', '['];
const OPTIONS: glob::MatchOptions =
    glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// Finds them. What lies where the output goes (`output`: a folder or a file) is none, unless it was named.
pub fn find(arguments: &[PathBuf], output: Option<&Path>) -> Inputs {
    let output = output.and_then(|output| output.canonicalize().ok());
    let mut search = Search { output, ..Search::default() };
    for argument in arguments {
        search.argument(argument);
    }
    let mut list = search.list;
    let names: HashSet<_> = list.iter().filter_map(|input| Some(input.path.file_name()?.to_owned())).collect();
    let is_copy = |input: &Input| {
        let source = exported_from(&input.path).filter(|source| input.path.file_name().is_some_and(|name| name != source.as_str()));
        source.is_some_and(|source| names.contains(Path::new(&source).as_os_str()))
    };
    list.retain(|input| !input.looked_for || !is_copy(input));
    Inputs { list, searched: search.searched }
}

#[derive(Debug, Default)]
struct Search {
    list: Vec<Input>,
    searched: bool,
    output: Option<PathBuf>,
    /// How many recordings were come across, those that had been found before with them.
    met: usize,
    /// What has been found, and folders that have been gone through: links may lead to them again.
    seen: HashSet<PathBuf>,
}

impl Search {
    fn argument(&mut self, argument: &Path) {
        let before = self.met;
        match fs::metadata(argument) {
            Ok(found) if found.is_dir() && !is_session(argument) => self.walk(argument, Path::new("")),
            Err(_) if is_pattern(argument) => self.pattern(argument),
            _ => {}
        }
        if self.met == before {
            self.seen.extend(argument.canonicalize());
            self.push((argument.to_owned(), Path::new("")), false);
        }
    }

    fn pattern(&mut self, pattern: &Path) {
        self.searched = true;
        let fixed: PathBuf = pattern.components().take_while(|part| !is_pattern(Path::new(part))).collect();
        // Whoever says ** asks for a search, other patterns name what they match.
        let deep = pattern.components().any(|part| part.as_os_str() == "**");
        let found = pattern.to_str().and_then(|text| glob::glob_with(text, OPTIONS).ok());
        for path in found.into_iter().flatten().flatten() {
            let folder = path.parent().and_then(|folder| folder.strip_prefix(&fixed).ok()).unwrap_or(Path::new("")).to_owned();
            if !path.is_dir() || is_session(&path) {
                self.take(path, (&folder, deep));
            } else if !is_beside(&path) && !deep {
                self.walk(&path, &folder.join(path.file_name().unwrap_or_default()));
            }
        }
    }

    /// Goes through a folder, by name.
    fn walk(&mut self, folder: &Path, below: &Path) {
        self.searched = true;
        if !folder.canonicalize().is_ok_and(|real| self.seen.insert(real)) {
            return;
        }
        let Ok(entries) = fs::read_dir(folder) else {
            // A folder that cannot be read says so when it is opened.
            self.push((folder.to_owned(), below), false);
            return;
        };
        let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        for name in names.iter().filter(|name| !name.to_string_lossy().starts_with('.')) {
            let path = folder.join(name);
            if path.is_dir() && !is_session(&path) {
                let is_output = self.output.as_ref().is_some_and(|output| path.canonicalize().is_ok_and(|real| real == *output));
                if !is_output && !is_beside(&path) {
                    self.walk(&path, &below.join(name));
                }
            } else {
                self.take(path, (below, true));
            }
        }
    }

    /// Takes what is a recording and has not been found before.
    fn take(&mut self, path: PathBuf, (below, looked_for): (&Path, bool)) {
        let Ok(real) = path.canonicalize() else {
            // A link that leads nowhere says so when it is opened.
            self.push((path, below), looked_for);
            return;
        };
        let is_one = !is_beside(&path) && (!looked_for || path.is_dir() || may_be_recording(&path));
        if !is_one || self.output.as_ref() == Some(&real) {
            return;
        }
        if self.seen.insert(real) {
            self.push((path, below), looked_for);
        } else {
            self.met += 1;
        }
    }

    fn push(&mut self, (path, below): (PathBuf, &Path), looked_for: bool) {
        self.met += 1;
        self.list.push(Input { path, below: below.to_owned(), looked_for });
    }
}

fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(WILD)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = "time,left\n0,1\n0.1,2\n0.2,3\n";

    /// A folder with these files in it, the texts of which are a table, or what is said of an export.
    fn study(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let origin = r#"{"program": "stillpoint 0.1.0", "source": "a", "source_file": "a.csv"}"#;
            fs::write(&path, if path.extension().is_some_and(|ending| ending == "json") { origin } else { ROWS }).unwrap();
        }
        root
    }

    fn found(root: &Path, arguments: &[&str], output: Option<&str>) -> Vec<String> {
        let arguments: Vec<PathBuf> = arguments.iter().map(|argument| root.join(argument)).collect();
        let inputs = find(&arguments, output.map(|output| root.join(output)).as_deref());
        let told = |input: Input| {
            let path = input.path.strip_prefix(root).unwrap().display().to_string();
            format!("{path} in {}", input.below.display())
        };
        inputs.list.into_iter().map(told).collect()
    }

    #[test]
    fn a_folder_is_gone_through_by_name_and_what_is_no_recording_is_passed_over() {
        let root = study(&[
            "b/c.csv",
            "a.csv",
            ".hidden.csv",
            ".cache/d.csv",
            "notes.md",
            "a.csv.stillpoint/x.csv",
            "z/y/e.csv",
            "f/signal.wav",
            "f/x.csv",
        ]);
        assert_eq!(found(root.path(), &["."], None), ["a.csv in ", "b/c.csv in b", "f in ", "z/y/e.csv in z/y"]);
    }

    #[test]
    fn what_is_named_is_taken_whatever_it_is_and_twice_where_it_is_named_twice() {
        let root = study(&["b/c.csv", "notes.md", ".hidden.csv"]);
        let named = ["notes.md", ".hidden.csv", "nowhere.wav", "b/c.csv", "b", "b/c.csv"];
        assert_eq!(found(root.path(), &named, None), ["notes.md in ", ".hidden.csv in ", "nowhere.wav in ", "b/c.csv in ", "b/c.csv in "]);
    }

    #[test]
    fn a_pattern_finds_what_the_shell_would_and_keeps_the_folders() {
        let root = study(&["s/2/x.csv", "s/1/x.csv", "s/1/n.md", "s/1/deep/y.csv", "s/1/.h.csv", "[odd].csv"]);
        assert_eq!(found(root.path(), &["s/*/x.csv"], None), ["s/1/x.csv in 1", "s/2/x.csv in 2"]);
        assert_eq!(found(root.path(), &["s/1/*.md"], None), ["s/1/n.md in "], "it was asked for");
        assert_eq!(found(root.path(), &["s/**/*"], None), ["s/1/deep/y.csv in 1/deep", "s/1/x.csv in 1", "s/2/x.csv in 2"]);
        assert_eq!(found(root.path(), &["s/1/d*"], None), ["s/1/deep/y.csv in deep"]);
        assert_eq!(found(root.path(), &["[odd].csv", "*.wav"], None), ["[odd].csv in ", "*.wav in "]);
    }

    #[test]
    fn an_export_is_passed_over_where_its_source_is_found_and_so_is_where_the_output_goes() {
        let root = study(&["a.csv", "out/a_1s-2s.csv", "out/a_1s-2s.json", "other/b.csv", "other/b.json", "done/c.csv"]);
        let all = found(root.path(), &["."], Some("done"));
        assert_eq!(all, ["a.csv in "], "both say that they are of a.csv");
        assert_eq!(found(root.path(), &["out"], None), ["out/a_1s-2s.csv in "], "its source is not among them");
        assert_eq!(found(root.path(), &["done"], Some("done")), ["done/c.csv in "], "it was named");
    }

    #[cfg(unix)]
    #[test]
    fn links_that_go_in_circles_end_and_one_that_leads_nowhere_is_told_later() {
        let root = study(&["s/a.csv"]);
        std::os::unix::fs::symlink(root.path(), root.path().join("s/up")).unwrap();
        std::os::unix::fs::symlink(root.path().join("gone.edf"), root.path().join("s/gone.edf")).unwrap();
        std::os::unix::fs::symlink(root.path().join("s/a.csv"), root.path().join("s/same.csv")).unwrap();
        assert_eq!(found(root.path(), &["s"], None), ["s/a.csv in ", "s/gone.edf in "]);
    }
}
