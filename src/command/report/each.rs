//! A report of each of many recordings into a folder, and the list of them.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::slice;

use anyhow::{Context, Result};

use super::super::bar::{FileProgress, Progress};
use super::super::batch::{self, Batch, Tally, Telling};
use super::super::folder::{self, Again, Folder};
use super::super::inputs::{self, Input, Inputs};
use super::super::ledger::Typed;
use super::super::parallel::Voice;
use super::super::shown;
use super::Plan;
use crate::cli::ReportFormat;
use crate::export::Place;
use crate::report::{self, Listed};
use crate::session::Stop;

/// The list's name.
const INDEX: &str = "index.html";
/// The line of a page stands within so many bytes of its beginning.
const BEGIN: u64 = 1 << 14;

/// Writes a report of each recording, then the list, and tells their paths.
///
/// # Errors
/// Where an option makes no sense, the list cannot be written, or a recording could not be reported.
pub(super) fn run(mut plan: Plan<'_>, out_dir: &Path, out: &mut impl Write) -> Result<()> {
    let args = plan.args;
    let mut inputs = inputs::find(&args.paths, Some(out_dir));
    inputs.once();
    let jobs = batch::jobs(args.jobs);
    plan.threads = jobs.div_ceil(inputs.list.len().max(1));
    let folder = open(&plan, (out_dir, &inputs))?;
    let index = if plan.format == ReportFormat::Html { Some(Index::open(&plan, (out_dir, &inputs))?) } else { None };
    let stop = Stop::default();
    // Ctrl-C ends the work, so that the temporary files go.
    let _runtime = super::super::screen::stop_at_signals(&stop)?;
    let left = inputs.list.iter().map(|input| folder.done(input).is_none().then_some(input.path.as_path()));
    let batch = Batch {
        inputs: &inputs,
        verb: "reported",
        telling: if inputs.searched || args.resume { Telling::Counts } else { Telling::Failures },
        jobs,
        stop,
        progress: Progress::new(left, false),
    };
    let work = |input: &Input, told: (&mut Voice<'_>, &mut FileProgress<'_>)| one(&plan, &folder, (input, told), &batch.stop);
    let tally = batch.run(work, |paths| Ok(out.write_all(paths)?))?;
    if batch.stop.is_asked() {
        return batch.interrupted(&tally, "--resume goes on from here");
    }
    if let Some(index) = index.filter(|_| tally.any()) {
        for path in index.write((&folder, &inputs), &tally)? {
            writeln!(out, "{}", shown(&path))?;
        }
    }
    batch.finish(tally)
}

fn open(plan: &Plan<'_>, (path, inputs): (&Path, &Inputs)) -> Result<Folder> {
    let args = plan.args;
    let reading = (&args.reading.channels, args.reading.rate);
    let settings = format!("report {:?} {:?} {:?} {reading:?}", plan.format, plan.settings, plan.part);
    let again = Again { resume: args.resume, force: args.force };
    let folder = Folder::open(path, ((settings, Typed::IsNothing), super::super::sessions(plan.file)), again)?;
    let ending = match plan.format {
        ReportFormat::Html => "html",
        ReportFormat::Svg => "svg",
        ReportFormat::Png => "png",
    };
    Ok(folder.with_names(inputs, |input| input.below.join(folder::name(input, ending)).to_string_lossy().into_owned()))
}

/// Reports one recording, unless it is done.
fn one(
    plan: &Plan<'_>,
    folder: &Folder,
    (input, (voice, progress)): (&Input, (&mut Voice<'_>, &mut FileProgress<'_>)),
    stop: &Stop,
) -> Result<()> {
    let files = if let Some(files) = folder.done(input) {
        voice.done_before()?;
        files
    } else {
        let mut watch = |_: &Path, share: f64| {
            progress.share(share);
            if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        folder.make(input, |mut file| Ok(file.write_all(&plan.bytes(slice::from_ref(&input.path), &mut watch)?)?))?
    };
    Ok(files.iter().try_for_each(|path| writeln!(voice, "{}", shown(path)))?)
}

/// The list of a folder's pages.
struct Index<'a> {
    folder: &'a Path,
    force: bool,
}

impl<'a> Index<'a> {
    /// Looks whether it may be written, before the long work. One that a run before this one made may be replaced by one that goes on with it.
    fn open(plan: &Plan<'_>, (folder, inputs): (&'a Path, &Inputs)) -> Result<Self> {
        let ours = || begin(&folder.join(INDEX)).is_ok_and(|text| report::is_index(&text));
        let force = plan.args.force || plan.args.resume && ours();
        for input in &inputs.list {
            Place::new(folder, &input.path, force).free(INDEX)?;
        }
        Ok(Self { folder, force })
    }

    /// Lists what was reported, by this run or by one before, and what could not be.
    fn write(&self, (folder, inputs): (&Folder, &Inputs), tally: &Tally) -> Result<Vec<PathBuf>> {
        let all = inputs.list.iter().enumerate().map(|(number, input)| {
            let failed = tally.failed().iter().find(|(failed, _)| *failed == number);
            let page = failed.map_or_else(|| self.page(folder, input), |(_, line)| Err(reason(input, line)));
            let name = input.below.join(input.path.file_name().unwrap_or(input.path.as_os_str()));
            Listed { name: name.to_string_lossy().into_owned(), page }
        });
        let text = report::index(&all.collect::<Vec<_>>());
        let mut place = Place::new(self.folder, Path::new(""), self.force);
        place.file(INDEX)?.write_all(text.as_bytes()).with_context(|| format!("{}: cannot be written", shown(&self.folder.join(INDEX))))?;
        place.keep()
    }

    fn page(&self, folder: &Folder, input: &Input) -> Result<(String, String), String> {
        let name = folder.name(input).map_err(|error| format!("{error:#}"))?;
        let text = begin(&self.folder.join(name)).map_err(|error| error.to_string())?;
        Ok((name.to_owned(), report::told_by(&text).unwrap_or_default().to_owned()))
    }
}

/// Why a recording failed, without where it lies: the list may be handed on.
fn reason(input: &Input, line: &str) -> String {
    line.strip_prefix(&format!("{}: ", shown(&input.path))).unwrap_or(line).to_owned()
}

/// The first bytes of a page.
fn begin(path: &Path) -> std::io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(BEGIN).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
