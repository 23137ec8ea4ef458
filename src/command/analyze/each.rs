//! A file of its own for each recording, so that a run can go on where another stopped: in the folder of `--out-dir`; or, for `-o FILE --resume`, as parts
//! beside the file, from which it is put together.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::super::bar::FileProgress;
use super::super::folder::{self, Again, Folder};
use super::super::inputs::{Input, Inputs};
use super::super::ledger::Typed;
use super::super::parallel::Voice;
use super::super::shown;
use super::columns::Columns;
use super::sink::Sink;
use super::{Plan, printer};
use crate::cli::AnalyzeFormat;

/// Bytes of a part that are told at once.
const CHUNK: usize = 1 << 14;

/// What is written of each, and what of that is there already.
pub struct Each {
    folder: Folder,
    parts: Parts,
}

/// What becomes of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parts {
    /// They are the output.
    Output,
    /// They are parts of it, told in order.
    Joined,
}

impl Each {
    /// Nothing where the output is one and no run can go on with it.
    ///
    /// # Errors
    /// Where what an earlier run wrote cannot be read.
    pub fn open(plan: &Plan<'_>, inputs: &mut Inputs) -> Result<Option<Self>> {
        let args = plan.args;
        let (path, parts) = match (&args.out_dir, &args.output) {
            (Some(folder), _) => (folder.clone(), Parts::Output),
            (None, Some(file)) if args.resume => (beside(file), Parts::Joined),
            _ => return Ok(None),
        };
        let reading = (&args.reading.channels, args.reading.rate);
        let settings = format!("{:?} {:?} {:?} {:?} {reading:?} {parts:?}", args.format, plan.settings, plan.part, args.compare);
        inputs.once();
        let again = Again { resume: args.resume, force: args.force };
        // The name as it was typed stands in every row.
        let folder = Folder::open(&path, ((settings, Typed::Matters), super::super::sessions(plan.file)), again)?;
        let folder = folder.with_names(inputs, |input| name(input, parts, args.format));
        Ok(Some(Self { folder, parts }))
    }

    /// Whether a run before this one wrote something.
    pub fn is_old(&self) -> bool {
        self.folder.is_old()
    }

    /// Whether a recording is done and unchanged.
    pub fn is_done(&self, input: &Input) -> bool {
        self.folder.done(input).is_some()
    }

    /// Analyses one recording, unless it is done.
    ///
    /// # Errors
    /// Where it cannot be read, or its file not be written.
    pub fn file(&self, plan: &Plan<'_>, input: &Input, (voice, progress): (&mut Voice<'_>, &mut FileProgress<'_>)) -> Result<()> {
        if let Some(files) = self.folder.done(input) {
            voice.done_before()?;
            return self.tell(&files, voice);
        }
        let files = self.folder.make(input, |file| {
            let sink = self.sink(plan, BufWriter::new(file))?;
            super::file(plan, &input.path, (sink, voice, progress))?.finish()
        })?;
        self.tell(&files, voice)
    }

    fn sink<'a>(&self, plan: &Plan<'_>, mut out: BufWriter<File>) -> Result<Sink<'a>> {
        match (self.parts, plan.args.format) {
            (Parts::Output, AnalyzeFormat::Parquet) => {
                Ok(Sink::Columns(Box::new(Columns::new(Box::new(out) as Box<dyn Write + Send>, &plan.settings))))
            }
            (Parts::Output, format) => {
                printer::header(format, plan.table(), &mut out)?;
                Ok(Sink::File(Box::new(out)))
            }
            (Parts::Joined, _) => Ok(Sink::File(Box::new(out))),
        }
    }

    /// The path of a file that is output; of a part, what is in it.
    fn tell(&self, files: &[PathBuf], voice: &mut Voice<'_>) -> Result<()> {
        for path in files {
            match self.parts {
                Parts::Output => writeln!(voice, "{}", shown(path))?,
                Parts::Joined => copy(path, voice).with_context(|| format!("{}: cannot be read", shown(path)))?,
            }
        }
        Ok(())
    }
}

/// Reads whole lines into the output.
fn copy(part: &Path, voice: &mut Voice<'_>) -> Result<()> {
    let mut file = File::open(part)?;
    let mut bytes = vec![0; CHUNK];
    loop {
        let got = file.read(&mut bytes)?;
        if got == 0 {
            return Ok(());
        }
        voice.write_all(&bytes[..got])?;
        voice.breathe()?;
    }
}

/// The folder of a file's parts.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".parts");
    file.with_file_name(name)
}

/// What a recording's file is called, in the folders that it lies in. Parts may be of recordings from anywhere.
fn name(input: &Input, parts: Parts, format: AnalyzeFormat) -> String {
    match parts {
        Parts::Output => input.below.join(folder::name(input, ending(format))).to_string_lossy().into_owned(),
        Parts::Joined => format!("{:016x}-{}", hash(input.full().as_os_str().as_encoded_bytes()), folder::name(input, "part")),
    }
}

fn ending(format: AnalyzeFormat) -> &'static str {
    match format {
        AnalyzeFormat::Table => "txt",
        AnalyzeFormat::Jsonl => "jsonl",
        AnalyzeFormat::Csv => "csv",
        AnalyzeFormat::Parquet => "parquet",
    }
}

/// FNV-1a, which is the same in every version of everything.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
