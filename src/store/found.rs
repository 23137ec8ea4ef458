//! What lies in a folder, seen without opening it: which entries are recordings, and which files one is made of.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::signal::part_name;
use super::{RecordingKind, about, beside, foreign};
use crate::format::{Table, origin};

/// So much of a text is looked at to tell whether it is a table.
const HEAD: u64 = 1 << 14;
/// A longer file beside a recording tells nothing of it.
const LONGEST: u64 = 16 << 20;
/// Names that tables of samples have.
const TABLES: [&str; 5] = ["csv", "tsv", "txt", "tab", "asc"];
/// Tables that a dataset (BIDS) or an export of this program has beside its recordings.
const BESIDE: [&str; 7] =
    ["annotations.csv", "events.tsv", "channels.tsv", "electrodes.tsv", "participants.tsv", "scans.tsv", "sessions.tsv"];
/// What the tables of figures begin with that this program writes.
const FIGURES: &[u8] = b"type,";

/// A file as it was at some instant: another size or time of writing is another file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp {
    /// Its name; with its folder's, where that is kept beside a recording.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified: u64,
}

/// Whether a folder is a recording by itself: a session, or the annotations of a foreign file.
pub fn is_session(folder: &Path) -> bool {
    folder.join(about::FILE).is_file() || folder.join(part_name(1)).is_file()
}

/// Whether a folder keeps annotations beside a recording and is none itself.
pub fn is_beside(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.to_string_lossy().ends_with(beside::SUFFIX))
}

/// Whether a file that nobody named is worth opening: its first bytes or its name speak for a recording, and it is no table of something else. One of
/// which this is true may be broken all the same.
pub fn may_be_recording(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return true };
    if !file.metadata().is_ok_and(|found| found.is_file()) {
        return false;
    }
    let mut head = Vec::new();
    if file.take(HEAD).read_to_end(&mut head).is_err() {
        return true;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match foreign::kind(path, &head) {
        // The header stands for the record.
        RecordingKind::Wfdb => ending == "hea",
        RecordingKind::Table => {
            let other = BESIDE.iter().any(|end| name.ends_with(end)) || head.starts_with(FIGURES);
            let packed = head.starts_with(b"\x1f\x8b") && TABLES.iter().any(|end| name.ends_with(&format!(".{end}.gz")));
            let likely = || TABLES.contains(&ending.as_str()) && Table::is_likely(&head, (head.len() as u64) < HEAD);
            !other && (packed || likely())
        }
        _ => true,
    }
}

/// The file or session that this file was exported from by this program, where it says so.
pub fn exported_from(path: &Path) -> Option<String> {
    let beside = described_by(path);
    fs::metadata(&beside).ok().filter(|found| found.is_file() && found.len() <= LONGEST)?;
    origin::source_file(&fs::read_to_string(beside).ok()?)
}

/// The file that describes another: the same name with another ending, also of a packed one (`a.tsv.gz`).
fn described_by(path: &Path) -> PathBuf {
    let packed = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz"));
    if packed { path.with_extension("").with_extension("json") } else { path.with_extension("json") }
}

/// The files that a recording is made of, as they are now, with what is kept beside it or, for a foreign file, where the sessions are. Nothing where
/// there is none.
pub fn stamps(path: &Path, sessions: Option<&Path>) -> Vec<Stamp> {
    let mut stamps = if path.is_dir() {
        inside(path, "")
    } else {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let beside = [path.to_owned(), described_by(path), path.with_file_name(format!("{stem}_annotations.csv"))];
        let files = beside.into_iter().chain(of_record(path));
        let kept = beside::folder_of(path, sessions).map(|folder| inside(&folder, "annotations/"));
        files.filter_map(|file| stamp(&file, "")).chain(kept.into_iter().flatten()).collect()
    };
    stamps.sort();
    stamps.dedup();
    stamps
}

/// The files that the header of a WFDB record names, and the header of a file of samples.
fn of_record(path: &Path) -> Vec<PathBuf> {
    let header = path.with_extension("hea");
    let Ok(file) = File::open(&header) else { return Vec::new() };
    let lines = BufReader::new(file.take(1 << 20)).split(b'\n').map_while(Result::ok);
    let first = |line: Vec<u8>| String::from_utf8_lossy(&line).split_whitespace().next().map(|name| path.with_file_name(name));
    lines.filter_map(first).chain([header.clone()]).filter(|file| file.is_file()).collect()
}

/// The files in a folder, without those that a program at work keeps there.
fn inside(folder: &Path, prefix: &str) -> Vec<Stamp> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let seen = entries.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
    seen.filter_map(|entry| stamp(&entry.path(), prefix)).collect()
}

fn stamp(file: &Path, prefix: &str) -> Option<Stamp> {
    let found = fs::metadata(file).ok().filter(fs::Metadata::is_file)?;
    let modified = found.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let name = format!("{prefix}{}", file.file_name().unwrap_or_default().to_string_lossy());
    Some(Stamp { name, size: found.len(), modified: modified.as_nanos() as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_about_is_no_recording_and_what_is_broken_may_be_one() {
        let folder = tempfile::tempdir().unwrap();
        let is = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            may_be_recording(&path)
        };
        let rows = b"time,left\n0,1\n0.1,2\n0.2,3\n";
        assert!(is("night.csv", rows) && is("night.txt", rows) && is("odd", b"RIFF\0\0\0\0WAVE") && is("broken.edf", b"no"));
        assert!(is("a_physio.tsv.gz", b"\x1f\x8b\x08"));
        for (name, bytes) in [
            ("notes.md", &rows[..]),
            ("picture.png", b"\x89PNG\r\n"),
            ("README.txt", b"Night of the first client.\nShe slept.\n"),
            ("night_annotations.csv", b"kind,start_s,end_s,start_sample,end_sample,label\nmark,1,,100,,x\n"),
            ("sub-1_events.tsv", b"onset\tduration\n1\t2\n"),
            ("figures.csv", b"type,file,channel,t\nestimate,a,left,5\n"),
            ("data.parquet", b"PAR1"),
            ("packed.gz", b"\x1f\x8b\x08"),
        ] {
            assert!(!is(name, bytes), "{name}");
        }
    }

    #[test]
    fn a_record_is_its_header_with_the_files_that_it_names() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.hea"), "a 1 100 10\nother.dat 16 200 16 0 0 0 0 left\n").unwrap();
        fs::write(at("other.dat"), [0; 20]).unwrap();
        fs::write(at("a.dat"), [0; 20]).unwrap();
        assert!(may_be_recording(&at("a.hea")) && !may_be_recording(&at("a.dat")));
        let before = stamps(&at("a.hea"), None);
        assert_eq!(before.iter().map(|stamp| stamp.name.as_str()).collect::<Vec<_>>(), ["a.hea", "other.dat"]);
        fs::write(at("other.dat"), [0; 22]).unwrap();
        assert_ne!(stamps(&at("a.hea"), None), before);
    }

    #[test]
    fn an_annotation_makes_a_recording_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, "time,left\n0,1\n0.1,2\n0.2,3\n").unwrap();
        let before = stamps(&path, None);
        let mut recording = super::super::Recording::open(&path, None).unwrap();
        let _journal = recording.journal().unwrap();
        let after = stamps(&path, None);
        assert!(after.len() > before.len() && after.iter().any(|stamp| stamp.name.ends_with(super::super::journal::FILE)), "{after:?}");
    }

    #[test]
    fn what_describes_a_file_bears_its_name_also_where_that_is_packed_and_makes_it_another() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["a.tsv", "b_physio.tsv.gz", "a.json", "b_physio.json"] {
            fs::write(at(name), "{}").unwrap();
        }
        let names = |file: &str| stamps(&at(file), None).into_iter().map(|stamp| stamp.name).collect::<Vec<_>>();
        assert_eq!(names("a.tsv"), ["a.json", "a.tsv"]);
        assert_eq!(names("b_physio.tsv.gz"), ["b_physio.json", "b_physio.tsv.gz"]);
    }
}
