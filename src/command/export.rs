//! `stillpoint export`: a recording, or stretches of it, in files that others open. Everything is written under
//! temporary names and appears whole or not at all; nothing is overwritten unasked.

mod anonymous;
mod piece;
mod write;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::NamedTempFile;

use crate::signal::{Rate, Seconds};
use crate::store::Recording;
use piece::Piece;

/// What to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// float32 WAV with cue points and labels.
    Wav,
    /// A table of samples.
    Csv,
}

impl Target {
    fn extension(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Csv => "csv",
        }
    }
}

/// What an export tells beside the samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Telling {
    /// What is known.
    #[default]
    All,
    /// Nothing that could name a person, a device, a place or a day.
    Anonymous,
}

/// What to export, and where to.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// A session folder or a WAV file.
    pub path: &'a Path,
    /// The kind of file.
    pub to: Target,
    /// The folder for the files; made where it is not there.
    pub out: &'a Path,
    /// Labels or numbers (from 1, as `stillpoint info` lists them) of segments; every segment of a label. None: the whole.
    pub segments: &'a [String],
    /// Leave out what is before.
    pub from: Option<Seconds>,
    /// Leave out what is from here on.
    pub to_time: Option<Seconds>,
    /// The rate of a file that has none.
    pub rate: Option<Rate>,
    /// Whether files that are there may be replaced.
    pub force: bool,
    /// What is told of who and what was recorded, where and when.
    pub telling: Telling,
}

/// Exports; gives the files in the order they were asked for.
///
/// # Errors
/// With one line: the recording cannot be opened, there is no such segment, a file is in the way, or the disk fails.
pub fn run(export: &Export<'_>) -> anyhow::Result<Vec<PathBuf>> {
    let mut recording = Recording::open(export.path, export.rate)?;
    if export.telling == Telling::Anonymous {
        recording.rename(anonymous::channels(recording.layout()))?;
    }
    let pieces = piece::select(&recording, export)?;
    let files: Vec<PathBuf> = pieces.iter().flat_map(|piece| names(piece, export)).collect();
    // The files of samples are looked for before the long work; what lies beside them may be there from another format.
    pieces.iter().try_for_each(|piece| free(&names(piece, export)[0], export))?;
    std::fs::create_dir_all(export.out).with_context(|| format!("{}: cannot make the folder", export.out.display()))?;
    let mut written = Vec::new();
    for piece in &pieces {
        written.extend(write::piece(&mut recording, piece, export)?);
    }
    let mut ready: Vec<(NamedTempFile, &PathBuf)> = written.into_iter().zip(&files).collect();
    ready.retain(|(temporary, file)| !same(temporary.path(), file));
    ready.iter().try_for_each(|(_, file)| free(file, export))?;
    for (temporary, file) in ready {
        let kept = if export.force { temporary.persist(file) } else { temporary.persist_noclobber(file) };
        kept.map_err(|error| error.error).with_context(|| format!("{}: cannot be put in its place", file.display()))?;
    }
    Ok(files)
}

/// Whether a file may be written there. The recording itself is never replaced.
fn free(file: &Path, export: &Export<'_>) -> anyhow::Result<()> {
    let itself = file.canonicalize().is_ok_and(|file| export.path.canonicalize().is_ok_and(|source| source == file));
    if itself {
        bail!("{}: is the recording itself; choose another folder with -o", file.display());
    }
    if file.exists() && !export.force {
        bail!("{}: is there already; nothing was written. Give --force to replace it", file.display());
    }
    Ok(())
}

/// Whether both are there and hold the same, so that nothing need be replaced.
fn same(temporary: &Path, file: &Path) -> bool {
    let small = |path: &Path| std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() < 1 << 24);
    small(temporary) && small(file) && matches!((std::fs::read(temporary), std::fs::read(file)), (Ok(a), Ok(b)) if a == b)
}

/// The files of a piece: samples, annotations, provenance.
fn names(piece: &Piece, export: &Export<'_>) -> [PathBuf; 3] {
    let name = &piece.name;
    [format!("{name}.{}", export.to.extension()), format!("{name}_annotations.csv"), format!("{name}.json")]
        .map(|name| export.out.join(name))
}
