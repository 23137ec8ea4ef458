//! What `analyze`, `export` and `report` do with many recordings: side by side, told in order, one that fails is told and harms no other, and the end
//! says how many there were and names those that failed.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::bar::{FileProgress, Progress};
use super::inputs::{Input, Inputs};
use super::parallel::{self, GivenUp, Said, Voice};
use crate::session::Stop;
use crate::signal::clean;

/// Failures up to this many are named in the last line, more of them in a line each before it.
const NAMED_TOGETHER: usize = 8;

/// What is to be done, and how many at a time.
pub struct Batch<'a> {
    /// The recordings.
    pub inputs: &'a Inputs,
    /// What is done with one, as in `could not be analysed`.
    pub verb: &'static str,
    /// Whether the end is told where nothing failed.
    pub telling: Telling,
    /// Recordings at a time.
    pub jobs: usize,
    /// Asked to stop.
    pub stop: Stop,
    /// How far it is.
    pub progress: Progress,
}

/// When the numbers are told at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// Always: nobody counted the recordings, or some may have been done before.
    Counts,
    /// Only with failures.
    Failures,
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Tally {
    done: usize,
    before: usize,
    /// Position of each that failed, and the line about it.
    failed: Vec<(usize, String)>,
}

/// So many at a time unless something else is asked for: one a core.
pub fn jobs(asked: Option<u16>) -> usize {
    asked.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from)
}

impl Batch<'_> {
    /// Does `work` for every recording and hands what is said for the output to `out`, in order.
    ///
    /// # Errors
    /// Where `out` fails; what work fails with is counted.
    pub fn run(
        &self,
        work: impl Fn(&Input, (&mut Voice<'_>, &mut FileProgress<'_>)) -> Result<()> + Sync,
        mut out: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<Tally> {
        let list = &self.inputs.list;
        let mut tally = Tally::default();
        let one = |number: usize, voice: &mut Voice<'_>| {
            let done = work(&list[number], (voice, &mut self.progress.file(number)));
            // The end says that it was interrupted.
            done.map_err(|error| if self.stop.is_asked() { GivenUp.into() } else { error })
        };
        let mut ended = 0;
        parallel::in_order((list.len(), self.jobs), &self.stop, one, |number, said| {
            match said {
                Said::Begun => self.progress.turn(number, &list[number].path),
                Said::Done => ended += 1,
                Said::Output(lines) => out(&lines)?,
                Said::Note(line) => self.progress.line(&line),
                Said::DoneBefore => tally.before += 1,
                Said::Failed(line) => {
                    // A single one's failure is the program's, which is told once.
                    if list.len() > 1 {
                        self.progress.line(&line);
                    }
                    tally.failed.push((number, line));
                }
            }
            Ok(())
        })?;
        tally.done = ended - tally.before;
        Ok(tally)
    }

    /// Tells what it came to.
    ///
    /// # Errors
    /// Where one failed.
    pub fn finish(&self, mut tally: Tally) -> Result<()> {
        let (all, verb) = (self.inputs.list.len(), self.verb);
        let before = if tally.before > 0 { format!(", {} done before", tally.before) } else { String::new() };
        match tally.failed.len() {
            0 if self.telling == Telling::Counts => {
                self.progress.line(&format!("{}: {} {verb}{before}", counted(all), tally.done));
                Ok(())
            }
            0 => Ok(()),
            1 if all == 1 => bail!(tally.failed.remove(0).1),
            failed => {
                let names = tally.failed.iter().map(|(number, _)| self.name(*number));
                let names = if failed > NAMED_TOGETHER {
                    names.for_each(|name| self.progress.line(&format!("not {verb}: {name}")));
                    "their names are above".to_owned()
                } else {
                    names.collect::<Vec<_>>().join(", ")
                };
                bail!("{failed} of {all} files could not be {verb} ({} {verb}{before}): {names}", tally.done)
            }
        }
    }

    /// Ends a run that was interrupted.
    ///
    /// # Errors
    /// Always: `rest` says what became of the output.
    pub fn interrupted(&self, tally: &Tally, rest: &str) -> Result<()> {
        let (all, done) = (self.inputs.list.len(), tally.done + tally.before);
        bail!("interrupted; {done} of {} {}; {rest}", counted(all), self.verb)
    }

    fn name(&self, number: usize) -> String {
        clean(&self.inputs.list[number].path.display().to_string())
    }
}

impl Tally {
    /// Whether anything came of it.
    pub fn any(&self) -> bool {
        self.done + self.before > 0
    }

    /// Position of each that failed, and the line about it.
    pub fn failed(&self) -> &[(usize, String)] {
        &self.failed
    }
}

fn counted(files: usize) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}

/// What the output of each recording is called, where no two may be called the same.
#[derive(Debug, Default)]
pub struct Names {
    /// By the recording's path.
    names: HashMap<PathBuf, String>,
    /// The recording that a name belongs to: the first that has it.
    owners: HashMap<String, PathBuf>,
}

impl Names {
    /// Of all recordings, by what tells them apart.
    pub fn new(inputs: &Inputs, name: impl Fn(&Input) -> String) -> Self {
        let mut all = Self { names: HashMap::new(), owners: HashMap::new() };
        for input in &inputs.list {
            let name = name(input);
            all.owners.entry(name.clone()).or_insert_with(|| input.path.clone());
            all.names.insert(input.path.clone(), name);
        }
        all
    }

    /// The name of one.
    ///
    /// # Errors
    /// Where another before it has the same.
    pub fn of(&self, input: &Input) -> Result<&str> {
        let name = self.names.get(&input.path).map(String::as_str).unwrap_or_default();
        match self.owners.get(name) {
            Some(owner) if *owner != input.path => {
                let (path, owner) = (input.path.display(), owner.display());
                bail!(
                    "{path}: what is written of it would be called as that of {owner}, {name}; name the folder above both, or do one by itself"
                )
            }
            _ => Ok(name),
        }
    }
}
