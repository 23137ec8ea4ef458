//! What an output folder already has, so that a run can go on where the one before it stopped: a hidden file of lines, two a recording, one before its
//! files get their names and one after.
//!
//! A recording is done where the second line is there and everything is as that line has it: the files that the recording is made of, the program's
//! version, the settings, and the size of each file that was written. Whatever else is found is made again, in place of what this file says was ours.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::inputs::Input;
use crate::store::{PROGRAM, Stamp, stamps};

/// Its name in the output folder.
const NAME: &str = ".stillpoint-done.jsonl";
/// A longer line was not written by this program.
const LONGEST: u64 = 1 << 20;

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    /// The recording's whole path.
    source: String,
    /// What it was made of.
    made_of: Vec<Stamp>,
    program: String,
    settings: String,
    /// Below the output folder, each with its size; none until they have their names.
    files: Vec<(String, Option<u64>)>,
}

/// What one recording has been written to.
#[derive(Debug, Default)]
struct Known {
    last: Option<Entry>,
    /// Everything that was ever written of it.
    ours: Vec<String>,
}

/// Whether a recording under another name (`a.wav`, `./a.wav`) has another output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// The name is in the output.
    Matters,
    /// It is not.
    IsNothing,
}

/// The file, opened when the first line is written.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    sessions: Option<PathBuf>,
    settings: (String, Typed),
    known: HashMap<String, Known>,
    file: Mutex<Option<File>>,
}

/// A recording as it was when its turn came; what is written later is of this one.
#[derive(Debug)]
pub struct Begun {
    entry: Entry,
}

impl Ledger {
    /// Reads what an output folder has. `settings` is all that the output depends on beside the recording and the program; annotations of foreign files
    /// may be kept in `sessions`.
    ///
    /// # Errors
    /// Where there is such a file and it cannot be read.
    pub fn open(folder: &Path, settings: (String, Typed), sessions: Option<PathBuf>) -> Result<Self> {
        let path = folder.join(NAME);
        let known = match File::open(&path) {
            Ok(file) => read(file).with_context(|| format!("{}: cannot read what was done", path.display()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => HashMap::new(),
            Err(error) => return Err(error).with_context(|| format!("{}: cannot read what was done", path.display())),
        };
        Ok(Self { folder: folder.to_owned(), sessions, settings, known, file: Mutex::new(None) })
    }

    /// Whether anything was written here by an earlier run.
    pub fn is_old(&self) -> bool {
        !self.known.is_empty()
    }

    /// The files of a recording that is done and unchanged.
    pub fn done(&self, input: &Input) -> Option<Vec<PathBuf>> {
        let entry = self.known.get(&source(input))?.last.as_ref()?;
        let fresh = entry.program == PROGRAM
            && entry.settings == self.settings(input)
            && entry.made_of == stamps(&input.path, self.sessions.as_deref());
        let there = |(name, size): &(String, Option<u64>)| {
            let path = self.folder.join(name);
            fs::metadata(&path).is_ok_and(|found| Some(found.len()) == *size).then_some(path)
        };
        entry.files.iter().map(there).collect::<Option<Vec<_>>>().filter(|files| fresh && !files.is_empty())
    }

    fn settings(&self, input: &Input) -> String {
        match &self.settings {
            (settings, Typed::IsNothing) => settings.clone(),
            (settings, Typed::Matters) => format!("{settings} {}", input.path.display()),
        }
    }

    /// The files of a recording that earlier runs wrote here and that may be replaced.
    pub fn ours(&self, input: &Input) -> Vec<PathBuf> {
        let known = self.known.get(&source(input));
        known.map(|known| known.ours.iter().map(|name| self.folder.join(name)).collect()).unwrap_or_default()
    }

    /// Notes a recording as it is before it is read, so that one that changes meanwhile is done again.
    pub fn begin(&self, input: &Input) -> Begun {
        let (source, made_of) = (source(input), stamps(&input.path, self.sessions.as_deref()));
        Begun { entry: Entry { source, made_of, program: PROGRAM.to_owned(), settings: self.settings(input), files: Vec::new() } }
    }

    /// Says which files are about to get their names.
    ///
    /// # Errors
    /// Where that cannot be written.
    pub fn naming(&self, begun: &mut Begun, files: &[PathBuf]) -> Result<()> {
        let below = |file: &PathBuf| (file.strip_prefix(&self.folder).unwrap_or(file).to_string_lossy().into_owned(), None);
        begun.entry.files = files.iter().map(below).collect();
        self.write(&begun.entry)
    }

    /// Says that they have them.
    ///
    /// # Errors
    /// Where that cannot be written.
    pub fn finish(&self, mut begun: Begun) -> Result<()> {
        for (name, size) in &mut begun.entry.files {
            *size = fs::metadata(self.folder.join(name)).ok().map(|found| found.len());
        }
        self.write(&begun.entry)
    }

    fn write(&self, entry: &Entry) -> Result<()> {
        let path = self.folder.join(NAME);
        let failed = || format!("{}: cannot write what was done", path.display());
        let mut line = serde_json::to_vec(entry).with_context(failed)?;
        line.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match &mut *file {
            Some(file) => file,
            none => none.insert(self.create().with_context(failed)?),
        };
        // All of a line or, in the worst case, a piece that is passed over when it is read.
        file.write_all(&line).with_context(failed)
    }

    /// Opens it to add to it; two runs at a time in one folder would replace one another's files.
    fn create(&self) -> Result<File> {
        fs::create_dir_all(&self.folder)?;
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(self.folder.join(NAME))?;
        if matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)) {
            bail!("another stillpoint writes into this folder; wait for its end");
        }
        let mut last = [b'\n'];
        if file.seek(SeekFrom::End(0))? > 0 {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        if last != [b'\n'] {
            file.write_all(b"\n")?;
        }
        Ok(file)
    }
}

fn source(input: &Input) -> String {
    input.full().to_string_lossy().into_owned()
}

/// The lines of it; what is none is passed over, and so is a name that leads out of the folder.
fn read(file: File) -> io::Result<HashMap<String, Known>> {
    let mut known: HashMap<String, Known> = HashMap::new();
    let mut lines = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        if lines.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
            return Ok(known);
        }
        let Ok(entry) = serde_json::from_slice::<Entry>(&line) else { continue };
        let inside = |name: &str| Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !entry.files.iter().all(|(name, _)| inside(name)) {
            continue;
        }
        let one = known.entry(entry.source.clone()).or_default();
        for (name, _) in &entry.files {
            if !one.ours.contains(name) {
                one.ours.push(name.clone());
            }
        }
        one.last = Some(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(root: &Path, text: &str) -> Input {
        let path = root.join("a.csv");
        fs::write(&path, text).unwrap();
        super::super::inputs::find(&[path], None).list.remove(0)
    }

    /// Does a recording, as far as its files have their names.
    fn run(out: &Path, settings: &str, input: &Input) {
        let ledger = Ledger::open(out, (settings.to_owned(), Typed::IsNothing), None).unwrap();
        let mut begun = ledger.begin(input);
        fs::create_dir_all(out).unwrap();
        ledger.naming(&mut begun, &[out.join("a.wav")]).unwrap();
        fs::write(out.join("a.wav"), "whole").unwrap();
        ledger.finish(begun).unwrap();
    }

    #[test]
    fn what_is_done_is_done_until_the_source_the_settings_or_the_output_is_another() {
        let root = tempfile::tempdir().unwrap();
        let (out, first) = (root.path().join("out"), input(root.path(), "time,left\n0,1\n"));
        run(&out, "s", &first);
        let done = |settings: &str, input: &Input| Ledger::open(&out, (settings.to_owned(), Typed::IsNothing), None).unwrap().done(input);
        assert_eq!(done("s", &first), Some(vec![out.join("a.wav")]));
        assert_eq!(done("other", &first), None);
        assert_eq!(done("s", &input(root.path(), "time,left\n0,1\n1,2\n")), None);
        run(&out, "s", &first);
        assert!(done("s", &first).is_some());
        fs::write(out.join("a.wav"), "hal").unwrap();
        assert_eq!(done("s", &first), None, "cut short");
        assert_eq!(Ledger::open(&out, ("s".into(), Typed::IsNothing), None).unwrap().ours(&first), [out.join("a.wav")]);
    }

    #[test]
    fn a_run_that_died_before_or_while_it_said_so_has_done_nothing_and_may_replace_its_own() {
        let root = tempfile::tempdir().unwrap();
        let (out, first) = (root.path().join("out"), input(root.path(), "time,left\n0,1\n"));
        let ledger = Ledger::open(&out, ("s".into(), Typed::IsNothing), None).unwrap();
        let mut begun = ledger.begin(&first);
        ledger.naming(&mut begun, &[out.join("a.wav")]).unwrap();
        drop(ledger);
        fs::write(out.join("a.wav"), "whole").unwrap();
        let path = out.join(NAME);
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{whole}{}", &whole[..whole.len() / 2])).unwrap();
        let again = Ledger::open(&out, ("s".into(), Typed::IsNothing), None).unwrap();
        assert_eq!((again.done(&first), again.ours(&first)), (None, vec![out.join("a.wav")]));
        drop(again);
        run(&out, "s", &first);
        assert!(Ledger::open(&out, ("s".into(), Typed::IsNothing), None).unwrap().done(&first).is_some(), "after the torn line");
    }

    #[test]
    fn two_runs_at_a_time_are_refused_and_lines_of_others_lead_nowhere() {
        let root = tempfile::tempdir().unwrap();
        let (out, first) = (root.path().join("out"), input(root.path(), "time,left\n0,1\n"));
        let [one, two] = [0, 1].map(|_| Ledger::open(&out, ("s".into(), Typed::IsNothing), None).unwrap());
        let mut begun = one.begin(&first);
        one.naming(&mut begun, &[out.join("a.wav")]).unwrap();
        let line = format!("{:#}", two.naming(&mut two.begin(&first), &[]).unwrap_err());
        assert!(line.contains("another stillpoint"), "{line}");
        drop(one);
        let text = fs::read_to_string(out.join(NAME)).unwrap().replace("a.wav", "../a.wav");
        fs::write(out.join(NAME), format!("{text}[1, 2]\n\u{1b}\n")).unwrap();
        assert!(!Ledger::open(&out, ("s".into(), Typed::IsNothing), None).unwrap().is_old());
    }
}
