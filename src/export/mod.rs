//! Floor 3: a recording, or stretches of it, in files that others open; the same for `stillpoint export` and for the screen. Everything is written under
//! temporary names and appears whole or not at all; nothing is overwritten unasked.

mod anonymous;
mod piece;
mod place;
mod reader;
pub mod segments;
mod table;
mod write;

use std::path::{Path, PathBuf};

use crate::protocol::Target;
use crate::signal::{Seconds, Span};
use crate::store::Recording;
pub use piece::base_name;
pub use place::{Folders, Place};
use reader::Reader;
pub use reader::Watch;
pub use table::{Fill, Table, Take, tables};
pub use write::settings;

/// What an export tells beside the samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Telling {
    /// What is known.
    #[default]
    All,
    /// Nothing that could name a person, a device, a place or a day.
    Anonymous,
}

/// Where a recording belongs in a study. Codes are for files' names; what could not be one is left out of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Study<'a> {
    /// Who was recorded; without one the recording's name stands for it.
    pub subject: Option<&'a str>,
    /// Which session of that subject.
    pub session: Option<&'a str>,
    /// Whether tables go into folders `subject=…/session=…`.
    pub partition: bool,
}

/// What to export, and where to.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// The kind of file.
    pub to: Target,
    /// The folder for the files; made where it is not there.
    pub out: &'a Path,
    /// Labels or numbers (from 1, as `stillpoint info` lists them) of segments; every segment of a label. None: the whole.
    pub segments: &'a [String],
    /// Stretches by themselves, each with the name in its file's; in place of segments.
    pub stretches: &'a [(String, Span)],
    /// Leave out what is before.
    pub from: Option<Seconds>,
    /// Leave out what is from here on.
    pub to_time: Option<Seconds>,
    /// Where it belongs in a study.
    pub study: Study<'a>,
    /// Whether files that are there may be replaced.
    pub force: bool,
    /// Files that may be replaced in any case: an earlier run wrote them.
    pub ours: &'a [PathBuf],
    /// What is told of who and what was recorded, where and when.
    pub telling: Telling,
}

impl<'a> Export<'a> {
    /// The whole recording, telling all, replacing nothing.
    pub fn whole(to: Target, out: &'a Path) -> Self {
        Self {
            to,
            out,
            segments: &[],
            stretches: &[],
            from: None,
            to_time: None,
            study: Study::default(),
            force: false,
            ours: &[],
            telling: Telling::All,
        }
    }
}

/// What an export came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// The files, in the order in which their stretches were asked for.
    pub files: Vec<PathBuf>,
    /// What who opens them should know: what was cut, or kept in another way than asked for. A clean line each.
    pub notes: Vec<String>,
}

/// Files that are written and have not their names yet; dropped, nothing is left of them.
#[derive(Debug)]
pub struct Ready {
    place: Place,
    notes: Vec<String>,
}

impl Ready {
    /// What they are going to be called.
    pub fn files(&self) -> Vec<PathBuf> {
        self.place.files()
    }

    /// Gives them their names.
    ///
    /// # Errors
    /// Where the disk refuses, or a file is in the way by now.
    pub fn keep(self) -> anyhow::Result<Done> {
        Ok(Done { files: self.place.keep()?, notes: self.notes })
    }
}

/// Exports. `watch` hears how far it is and may end it; then nothing is left behind.
///
/// # Errors
/// With one line: there is no such segment, a file is in the way, the disk fails, or `watch` ended it.
pub fn run(recording: &mut Recording, export: &Export<'_>, watch: Watch<'_>) -> anyhow::Result<Done> {
    prepare(recording, export, watch)?.keep()
}

/// The same, up to the files' names.
///
/// # Errors
/// As [`run`].
pub fn prepare(recording: &mut Recording, export: &Export<'_>, watch: Watch<'_>) -> anyhow::Result<Ready> {
    if export.telling == Telling::Anonymous {
        recording.rename(anonymous::channels(recording.layout()))?;
    }
    let pieces = piece::select(recording, export)?;
    let mut place = Place::new(export.out, recording.path(), export.force).replacing(export.ours);
    // The files of samples are looked for before the long work; what lies beside them may be there from another format.
    for piece in &pieces {
        write::names((recording, piece), export).iter().try_for_each(|name| place.free(name))?;
    }
    let mut notes = Vec::new();
    let all: u64 = pieces.iter().map(|piece| piece.span.frames()).sum();
    let mut before = 0;
    for piece in &pieces {
        let mut share = |done: f64| watch((before as f64 + done * piece.span.frames() as f64) / all.max(1) as f64);
        notes.extend(write::piece((recording, piece), export, (&mut place, &mut share))?);
        before += piece.span.frames();
    }
    notes.dedup();
    Ok(Ready { place, notes })
}
