//! An output folder with a file for each recording, so that a run can go on where another stopped.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::batch::Names;
use super::inputs::{Input, Inputs};
use super::ledger::{Ledger, Typed};
use crate::export::Place;
use crate::store::slug;

/// Where the files go, and which are there already.
pub struct Folder {
    path: PathBuf,
    ledger: Ledger,
    names: Names,
    again: Again,
}

/// What becomes of files that are there.
#[derive(Clone, Copy, Debug)]
pub struct Again {
    /// What is done and unchanged stays, and what an earlier run wrote may be replaced.
    pub resume: bool,
    /// Any may be replaced.
    pub force: bool,
}

impl Folder {
    /// `settings` is all that a file depends on beside the recording and the program. Annotations of foreign files may be kept in `sessions`.
    ///
    /// # Errors
    /// Where what an earlier run wrote cannot be read.
    pub fn open(path: &Path, (settings, sessions): ((String, Typed), Option<PathBuf>), again: Again) -> Result<Self> {
        let ledger = Ledger::open(path, settings, sessions)?;
        Ok(Self { path: path.to_owned(), ledger, names: Names::default(), again })
    }

    /// With a name for the file of each recording.
    #[must_use]
    pub fn with_names(self, inputs: &Inputs, name: impl Fn(&Input) -> String) -> Self {
        Self { names: Names::new(inputs, name), ..self }
    }

    /// Whether a run before this one wrote something.
    pub fn is_old(&self) -> bool {
        self.ledger.is_old()
    }

    /// The files of a recording that is done and unchanged, where they are to be kept.
    pub fn done(&self, input: &Input) -> Option<Vec<PathBuf>> {
        self.ledger.done(input).filter(|_| self.again.resume)
    }

    /// The name of a recording's file.
    ///
    /// # Errors
    /// Where another recording before it has the same.
    pub fn name(&self, input: &Input) -> Result<&str> {
        self.names.of(input)
    }

    /// Has a recording's file written, which appears when it is whole; gives its path.
    ///
    /// # Errors
    /// Where something is in the way, the disk refuses, or `write` fails.
    pub fn make(&self, input: &Input, write: impl FnOnce(File) -> Result<()>) -> Result<Vec<PathBuf>> {
        let name = self.name(input)?;
        let ours = if self.again.resume { self.ledger.ours(input) } else { Vec::new() };
        let mut place = Place::new(&self.path, &input.path, self.again.force).replacing(&ours);
        place.free(name)?;
        let mut begun = self.ledger.begin(input);
        write(place.file(name)?)?;
        self.ledger.naming(&mut begun, &place.files())?;
        let files = place.keep()?;
        self.ledger.finish(begun)?;
        Ok(files)
    }
}

/// What a recording's file is called: after the recording's own name. Recordings of one name and another kind lie beside each other.
pub fn name(input: &Input, ending: &str) -> String {
    let full = input.full();
    let own = slug(&full.file_stem().unwrap_or_default().to_string_lossy());
    let kind = full.extension().filter(|_| !full.is_dir()).map(|kind| format!(".{}", slug(&kind.to_string_lossy())));
    format!("{own}{}.{ending}", kind.unwrap_or_default())
}
