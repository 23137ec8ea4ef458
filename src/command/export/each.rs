//! The export of one recording among others: where its files go, and whether an earlier run has written them.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::super::bar::FileProgress;
use super::super::batch::Names;
use super::super::inputs::{Input, Inputs};
use super::super::ledger::{Ledger, Typed};
use super::super::parallel::Voice;
use super::figures;
use crate::cli::{self, ExportWhat, Reading};
use crate::export::{self, Export, Study, Telling, base_name};
use crate::protocol::Target;
use crate::rhythm::Settings;
use crate::session::Stop;
use crate::settings::{self, Usage, file::File};
use crate::signal::Seconds;

/// What holds for every recording.
pub struct Plan<'a> {
    args: &'a cli::Export,
    file: &'a File,
    to: Target,
    times: [Option<Seconds>; 2],
    settings: Settings,
    names: Names,
    /// What was written before; of a single recording that was named only where it may be gone on with.
    ledger: Option<Ledger>,
}

impl<'a> Plan<'a> {
    /// # Errors
    /// Where an option makes no sense, or what an earlier run wrote cannot be read.
    pub fn new((args, to): (&'a cli::Export, Target), file: &'a File, inputs: &Inputs) -> Result<Self> {
        let time = |text: &Option<String>, option: &'static str| text.as_deref().map(settings::time).transpose().context(option);
        let times = [time(&args.from, "--from")?, time(&args.to_time, "--to-time")?];
        let settings = settings::estimator(&Reading::default(), file)?;
        let study = (&args.subject, &args.session, args.partition);
        let all = format!("{to:?} {:?} {:?} {times:?} {study:?} {} {:?} {settings:?}", args.what, args.segment, args.anonymous, args.rate);
        if args.anonymous && inputs.list.len() > 1 {
            return Err(Usage::wrong(
                "--anonymous takes one recording at a time: names that tell several apart tell of them; give each a folder of its own with -o",
            ));
        }
        let many = (args.resume || inputs.searched || inputs.list.len() > 1) && !args.anonymous;
        let ledger = many.then(|| Ledger::open(&args.output, (all, Typed::IsNothing), super::super::sessions(file))).transpose()?;
        let mut plan = Self { args, file, to, times, settings, names: Names::default(), ledger };
        plan.names = Names::new(inputs, |input| plan.name(input));
        Ok(plan)
    }

    /// What tells the files of a recording from those of others.
    fn name(&self, input: &Input) -> String {
        let base = if self.args.anonymous { "recording".to_owned() } else { base_name(&input.path) };
        let (subject, session) = (self.code(input, Code::Subject), self.code(input, Code::Session));
        let entities = format!("{}/{}", subject.as_deref().unwrap_or(&base), session.as_deref().unwrap_or("1"));
        match (self.to, self.args.partition) {
            (Target::Bids, _) => entities,
            (_, true) => format!("{entities}/{base}"),
            _ => input.below.join(base).to_string_lossy().into_owned(),
        }
    }

    /// Who was recorded, or when: as stated, else as the folders say that the recording lies in.
    fn code(&self, input: &Input, code: Code) -> Option<String> {
        let (stated, marks) = match code {
            Code::Subject => (&self.args.subject, ["sub-", "subject="]),
            Code::Session => (&self.args.session, ["ses-", "session="]),
        };
        let folders = input.path.parent().into_iter().flat_map(|folder| folder.components().rev());
        let names = folders.map(|part| part.as_os_str().to_string_lossy().into_owned());
        let mut codes = names.filter_map(|name| marks.iter().find_map(|mark| Some(name.strip_prefix(mark)?.to_owned())));
        // A folder's name may tell who it was.
        stated.clone().or_else(|| codes.next().filter(|_| !self.args.anonymous))
    }

    /// Where its files go. A dataset and a study's layout have folders of their own.
    fn folder(&self, input: &Input) -> PathBuf {
        let own = self.to == Target::Bids || self.args.partition;
        if own || input.below.as_os_str().is_empty() { self.args.output.clone() } else { self.args.output.join(&input.below) }
    }

    /// The files of a recording that an earlier run has written, where they are to be kept.
    pub fn done(&self, input: &Input) -> Option<Vec<PathBuf>> {
        self.ledger.as_ref().filter(|_| self.args.resume)?.done(input)
    }

    /// Exports one, and tells the paths of its files.
    ///
    /// # Errors
    /// With one line, where nothing was written.
    pub fn one(&self, input: &Input, (voice, progress): (&mut Voice<'_>, &mut FileProgress<'_>), stop: &Stop) -> Result<()> {
        if let Some(files) = self.done(input) {
            voice.done_before()?;
            return Ok(files.iter().try_for_each(|path| writeln!(voice, "{}", crate::command::shown(path)))?);
        }
        self.names.of(input)?;
        let ours = self.ledger.as_ref().filter(|_| self.args.resume).map(|ledger| ledger.ours(input)).unwrap_or_default();
        let (folder, codes) = (self.folder(input), [Code::Subject, Code::Session].map(|code| self.code(input, code)));
        let args = self.args;
        let export = Export {
            segments: &args.segment,
            from: self.times[0],
            to_time: self.times[1],
            study: Study { subject: codes[0].as_deref(), session: codes[1].as_deref(), partition: args.partition },
            force: args.force,
            ours: &ours,
            telling: if args.anonymous { Telling::Anonymous } else { Telling::All },
            ..Export::whole(self.to, &folder)
        };
        let begun = self.ledger.as_ref().map(|ledger| (ledger, ledger.begin(input)));
        let mut recording = super::super::open_at(&input.path, args.rate, self.file)?;
        let mut watch = |share: f64| {
            progress.share(share);
            if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let ready = match args.what {
            ExportWhat::Samples => export::prepare(&mut recording, &export, &mut watch),
            what => figures::export(&mut recording, (&export, what), &self.settings, &mut watch),
        }?;
        let done = if let Some((ledger, mut begun)) = begun {
            ledger.naming(&mut begun, &ready.files())?;
            let done = ready.keep()?;
            ledger.finish(begun)?;
            done
        } else {
            ready.keep()?
        };
        done.files.iter().try_for_each(|path| writeln!(voice, "{}", crate::command::shown(path)))?;
        Ok(done.notes.into_iter().try_for_each(|note| voice.note(note))?)
    }
}

#[derive(Clone, Copy, Debug)]
enum Code {
    Subject,
    Session,
}
