//! The annotations of a foreign file: a session without samples of its own, in a folder beside the file. The file itself is never written.
//!
//! ```text
//! night.edf
//! night.edf.stillpoint/   0700, its files 0600
//!   session.toml          which file they are of, how large it was and from when
//!   events.jsonl          the annotations with their edits, as in any session
//! ```
//!
//! Where the place beside the file cannot be written the folder is made where the sessions are, and names the file by its whole path.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::disk::{Disk, SystemDisk};
use super::journal::Record;
use super::{Recording, StoreError, about, regular, session};
use crate::signal::{Edit, clean};

/// What the folder's name ends with.
pub(super) const SUFFIX: &str = ".stillpoint";
/// So many files of one name have a folder where the sessions are.
const MOST: u32 = 1000;
/// A longer description was not written by this program.
const LONGEST: u64 = 1 << 16;
/// File systems keep times to two seconds at the worst.
const SAME_TIME: f64 = 2.0;

#[derive(Serialize, Deserialize)]
struct Page {
    format: u32,
    #[serde(default)]
    program: String,
    annotates: Of,
}

/// The file that the annotations are of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Of {
    /// Its name, where the folder is beside it; else its whole path.
    file: PathBuf,
    size: u64,
    #[serde(default)]
    modified: Option<String>,
}

/// The file that a folder keeps the annotations of; `None` where it is no such folder.
pub(super) fn file_of(folder: &Path) -> Option<PathBuf> {
    Some(path_of(folder, &read(folder)?))
}

/// Adds to a foreign file's own annotations those that are kept beside it, or else where the sessions are.
///
/// # Errors
/// Where they are there and cannot be read.
pub(super) fn attach(recording: &mut Recording) -> Result<(), StoreError> {
    let Some((folder, of)) = find(&recording.path, recording.elsewhere.as_deref()) else { return Ok(()) };
    let own = recording.annotations.iter().map(|annotation| (annotation.id.0, Edit::Put(annotation.clone()))).collect();
    let before = Record { edits: own, ..Record::default() };
    let record = session::read_journal(&folder, before, &mut recording.damage)?;
    let frames = recording.frames();
    (recording.annotations, recording.past) = session::annotations(&record, frames, &mut recording.damage);
    recording.damage.extend(of.changed(&recording.path));
    recording.beside = Some(folder);
    Ok(())
}

/// Makes the folder for a foreign file's annotations: beside it, or else where the sessions are.
///
/// # Errors
/// Where neither can be written; told of the place beside the file.
pub(super) fn make(recording: &Recording) -> Result<PathBuf, StoreError> {
    let path = &recording.path;
    let (name, whole) = (path.file_name().unwrap_or_default(), fs::canonicalize(path).unwrap_or_else(|_| path.clone()));
    let refused = match make_at(&beside(path), &Of::named(path, Path::new(name))) {
        Err(error) => error,
        done => return done,
    };
    let Some(root) = &recording.elsewhere else { return Err(refused) };
    let of = Of::named(path, &whole);
    let made = places(root, path).find_map(|folder| make_at(&folder, &of).ok());
    made.ok_or(refused)
}

/// The folder in which the annotations of a file are kept: beside it, or where the sessions are.
pub(super) fn folder_of(path: &Path, elsewhere: Option<&Path>) -> Option<PathBuf> {
    find(path, elsewhere).map(|(folder, _)| folder)
}

/// The folder where they are kept, and what it says.
fn find(path: &Path, elsewhere: Option<&Path>) -> Option<(PathBuf, Of)> {
    let there = |folder: PathBuf| {
        let of = read(&folder)?;
        let same = fs::canonicalize(path_of(&folder, &of)).ok()? == fs::canonicalize(path).ok()?;
        same.then_some((folder, of))
    };
    there(beside(path)).or_else(|| places(elsewhere?, path).take_while(|folder| folder.exists()).find_map(there))
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(SUFFIX);
    file.with_file_name(name)
}

/// Where the sessions are, one after the other: files of one name may be in many folders.
fn places<'a>(root: &'a Path, file: &Path) -> impl Iterator<Item = PathBuf> + 'a {
    let name = super::slug(&file.file_name().unwrap_or_default().to_string_lossy());
    (1..MOST).map(move |n| root.join(if n == 1 { format!("{name}{SUFFIX}") } else { format!("{name}-{n}{SUFFIX}") }))
}

/// Makes a folder with its description; where one is there that has none yet, as a crash leaves it, it is given one.
fn make_at(folder: &Path, of: &Of) -> Result<PathBuf, StoreError> {
    let disk = SystemDisk;
    match disk.make_folder(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_begun(folder) => {}
        made => made.map_err(StoreError::io(folder, "make the folder for annotations"))?,
    }
    let page = Page { format: about::FORMAT, program: super::PROGRAM.to_owned(), annotates: of.clone() };
    let save = || {
        let text = toml::to_string(&page).map_err(io::Error::other)?;
        about::replace(&disk, folder, &text)?;
        folder.parent().filter(|above| !above.as_os_str().is_empty()).map_or(Ok(()), |above| disk.sync_folder(above))
    };
    save().map_err(StoreError::io(folder, "describe what the annotations are of"))?;
    Ok(folder.to_owned())
}

/// Whether there is nothing in a folder but what a crash leaves of the description.
fn is_begun(folder: &Path) -> bool {
    let is_ours = |entry: io::Result<fs::DirEntry>| entry.is_ok_and(|entry| entry.file_name() == about::NEW);
    fs::read_dir(folder).is_ok_and(|mut entries| entries.all(is_ours))
}

fn read(folder: &Path) -> Option<Of> {
    let text = regular::text(&folder.join(about::FILE), LONGEST).ok()?;
    let of = toml::from_str::<Page>(&text).ok()?.annotates;
    let mut parts = of.file.components();
    // A name leads to a file beside the folder and nowhere else.
    let named = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
    (named || of.file.is_absolute()).then_some(of)
}

fn path_of(folder: &Path, of: &Of) -> PathBuf {
    if of.file.is_absolute() { of.file.clone() } else { folder.with_file_name(&of.file) }
}

impl Of {
    fn named(file: &Path, name: &Path) -> Self {
        let found = fs::metadata(file).ok();
        Self {
            file: name.to_owned(),
            size: found.as_ref().map_or(0, fs::Metadata::len),
            modified: found.and_then(|found| modified(&found)),
        }
    }

    /// Says so where the file is no longer what it was.
    fn changed(&self, file: &Path) -> Option<String> {
        let found = fs::metadata(file).ok()?;
        let time = |text: &Option<String>| text.as_ref()?.parse::<Timestamp>().ok();
        let apart = time(&self.modified).zip(time(&modified(&found))).map(|(then, now)| now.duration_since(then).as_secs_f64().abs());
        let what = if found.len() != self.size {
            format!("it had {} bytes and has {}", self.size, found.len())
        } else if apart.is_some_and(|apart| apart > SAME_TIME) {
            format!("it is as long as it was, but written at another time, {}", clean(&modified(&found).unwrap_or_default()))
        } else {
            return None;
        };
        Some(format!("the file has changed since its annotations were begun: {what}; they are shown where they were"))
    }
}

fn modified(found: &fs::Metadata) -> Option<String> {
    Timestamp::try_from(found.modified().ok()?).ok().map(|time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{Annotation, AnnotationId, Kind, SampleIndex, Way};
    use crate::store::Event;

    /// A table of twenty samples in a folder of its own.
    fn table(folder: &Path) -> PathBuf {
        let path = folder.join("night 1.csv");
        let rows: Vec<String> = (0..20).map(|n| format!("{}.{},{n}", n / 10, n % 10)).collect();
        fs::write(&path, format!("time,left\n{}\n", rows.join("\n"))).unwrap();
        path
    }

    fn open(path: &Path, root: Option<&Path>) -> Recording {
        let mut recording = Recording::open(path, crate::signal::Rate::from_hz(10.0)).unwrap();
        if let Some(root) = root {
            recording.look_in(root).unwrap();
        }
        recording
    }

    fn mark(recording: &mut Recording, label: &str) {
        let (id, start) = (recording.annotations().next_id(), SampleIndex(7));
        let put = Edit::Put(Annotation { id, kind: Kind::Mark, start, end: None, label: label.into() });
        recording.journal().unwrap().record(&Event::Annotation(put, Way::Done)).unwrap();
    }

    fn labels(recording: &Recording) -> Vec<&str> {
        recording.annotations().iter().map(|a| a.label.as_str()).collect()
    }

    #[test]
    fn annotations_of_a_file_are_kept_beside_it_and_the_file_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = table(folder.path());
        let before = fs::read(&path).unwrap();
        mark(&mut open(&path, None), "here");
        let mut again = open(&path, None);
        assert_eq!((labels(&again), again.damage()), (vec!["here"], &[] as &[String]));
        assert_eq!(again.past().undo(), Some(&Edit::Delete(AnnotationId(0))));
        mark(&mut again, "there");
        let kept = folder.path().join("night 1.csv.stillpoint");
        let by_folder = open(&kept, None);
        assert_eq!((labels(&by_folder), by_folder.frames(), by_folder.path()), (vec!["here", "there"], 20, path.as_path()));
        assert_eq!(fs::read(&path).unwrap(), before);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let modes = [&kept, &kept.join("session.toml"), &kept.join("events.jsonl")]
                .map(|path| fs::metadata(path).unwrap().permissions().mode() & 0o777);
            assert_eq!(modes, [0o700, 0o600, 0o600]);
        }
    }

    #[test]
    fn a_file_that_has_changed_is_said_to_and_its_annotations_are_shown_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = table(folder.path());
        mark(&mut open(&path, None), "here");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("1.9,19\n", "")).unwrap();
        let changed = open(&path, None);
        assert_eq!(labels(&changed), ["here"]);
        assert!(
            changed.damage().iter().any(|line| line.contains("the file has changed") && line.contains("bytes")),
            "{:?}",
            changed.damage()
        );
    }

    #[test]
    fn where_the_place_beside_cannot_be_written_they_are_kept_where_the_sessions_are_each_files_own() {
        let (root, sessions) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let paths = ["a", "b"].map(|name| {
            let folder = root.path().join(name);
            fs::create_dir(&folder).unwrap();
            // What is in the way is no folder of ours.
            fs::write(folder.join("night 1.csv.stillpoint"), "").unwrap();
            table(&folder)
        });
        for (path, label) in paths.iter().zip(["of a", "of b"]) {
            mark(&mut open(path, Some(sessions.path())), label);
        }
        for (path, label) in paths.iter().zip(["of a", "of b"]) {
            assert_eq!(labels(&open(path, Some(sessions.path()))), [label]);
            assert_eq!(labels(&open(path, None)), [] as [&str; 0]);
        }
        assert!(open(&paths[0], None).journal().is_err());
    }

    #[test]
    fn a_description_from_outside_leads_to_no_other_file_by_a_name_and_one_that_a_crash_left_half_is_made_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = table(folder.path());
        let kept = beside(&path);
        fs::create_dir(&kept).unwrap();
        for name in ["../night 1.csv", "..", "", "a/b"] {
            let page = format!("format = 1\n[annotates]\nfile = \"{name}\"\nsize = 1\n");
            fs::write(kept.join("session.toml"), page).unwrap();
            assert_eq!(file_of(&kept), None, "{name}");
        }
        fs::remove_file(kept.join("session.toml")).unwrap();
        fs::write(kept.join(about::NEW), "format = ").unwrap();
        mark(&mut open(&path, None), "here");
        assert_eq!(labels(&open(&path, None)), ["here"]);
    }
}
