//! Exports that the screen asks for, on a thread of their own. Whoever leaves while one is written ends it, and nothing of it is left behind.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::sync::mpsc;

use super::analyze::held::{self, COLUMNS, Found};
use super::analyze::row::Of;
use super::line;
use crate::app::Compared;
use crate::export::{self, Export, Place};
use crate::format::rows::{self, Rows};
use crate::protocol::{Exporting, Portion, Wanted};
use crate::session::Stop;
use crate::settings::in_home;
use crate::signal::clean;
use crate::store::{PROGRAM, Recording};

/// How often the screen hears how far it is.
const OFTEN: Duration = Duration::from_millis(100);

/// Opens what is replayed once more, as it is on disk.
pub(super) type Reopen = Arc<dyn Fn() -> Result<Recording> + Send + Sync>;

/// Who hears how it goes, and what ends it.
type Told<'a> = (&'a mpsc::UnboundedSender<Exporting>, &'a Stop);

/// Writes what is asked for.
pub(super) struct Exporter {
    reopen: Option<Reopen>,
    tell: mpsc::UnboundedSender<Exporting>,
    /// How it goes.
    pub(super) told: mpsc::UnboundedReceiver<Exporting>,
    stop: Stop,
    work: Option<JoinHandle<()>>,
}

impl Exporter {
    /// Of what `reopen` opens; of nothing, while it is live.
    pub(super) fn new(reopen: Option<Reopen>) -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        Self { reopen, tell, told, stop: Stop::default(), work: None }
    }

    /// Begins one; the app asks for one at a time.
    pub(super) fn start(&mut self, wanted: Wanted) {
        self.begin(move |reopen, told| export(&wanted, reopen, told));
    }

    /// Begins to write a table of compared segments into a folder.
    pub(super) fn start_table(&mut self, compared: Box<Compared>, folder: String) {
        self.begin(move |reopen, _| table(&compared, &folder, reopen));
    }

    fn begin(&mut self, write: impl FnOnce(&dyn Fn() -> Result<Recording>, Told<'_>) -> Result<Exporting> + Send + 'static) {
        let Some(reopen) = self.reopen.clone() else { return };
        let (tell, stop) = (self.tell.clone(), self.stop.clone());
        let work = move || {
            let done = write(reopen.as_ref(), (&tell, &stop));
            // There is no option to give here, but a row of the dialog.
            let here = |error| clean(&line(&error)).replace("Give --force to replace it", "Choose above to replace it");
            let _ = tell.send(done.unwrap_or_else(|error| Exporting::Failed(here(error))));
        };
        match std::thread::Builder::new().name("export".into()).spawn(work) {
            Ok(work) => self.work = Some(work),
            Err(error) => drop(self.tell.send(Exporting::Failed(error.to_string()))),
        }
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.stop.ask();
        if let Some(work) = self.work.take() {
            // It panicked, or it has cleared away what it had.
            let _ = work.join();
        }
    }
}

/// More tables of one recording in one folder are told to go.
const MOST_TABLES: usize = 1000;

/// Under the first name that is free: nothing is written over.
fn table(compared: &Compared, folder: &str, reopen: &dyn Fn() -> Result<Recording>) -> Result<Exporting> {
    let recording = reopen()?;
    let folder = in_home(folder, etcetera::home_dir().ok());
    let file = clean(&recording.path().file_name().unwrap_or_default().to_string_lossy());
    let mut place = Place::new(Path::new(&folder), recording.path(), false);
    let numbered = |number: usize| if number == 1 { format!("{file}_compared.csv") } else { format!("{file}_compared-{number}.csv") };
    let name =
        (1..MOST_TABLES).map(numbered).find(|name| !place.has(name)).context("there are too many such tables; choose another folder")?;
    place.free(&name)?;
    let names: Vec<String> = compared.stretches.iter().map(|stretch| stretch.label.clone()).collect();
    let found = Found { names: &names, holds: &compared.holds, sides: &compared.sides, apart: &compared.apart };
    let about = serde_json::Value::Null;
    let mut rows = Rows::csv(place.file(&name)?, rows::Told { columns: &COLUMNS, program: PROGRAM, about: &about })?;
    held::rows(Of { file: &file, layout: recording.layout() }, found).iter().try_for_each(|row| rows.row(row))?;
    rows.finish()?;
    let files = place.keep()?.iter().map(|file| clean(&file.display().to_string())).collect();
    Ok(Exporting::Written(files, Vec::new()))
}

fn export(wanted: &Wanted, reopen: &dyn Fn() -> Result<Recording>, (tell, stop): Told<'_>) -> Result<Exporting> {
    let folder = in_home(&wanted.folder, etcetera::home_dir().ok());
    let stretches = match &wanted.portion {
        Portion::Whole => &[][..],
        Portion::Stretches(all) => all,
    };
    let export = Export { stretches, force: wanted.replace, ..Export::whole(wanted.to, Path::new(&folder)) };
    let mut told = Instant::now();
    let done = export::run(&mut reopen()?, &export, &mut |share| {
        if told.elapsed() >= OFTEN {
            told = Instant::now();
            let _ = tell.send(Exporting::Share(share));
        }
        if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    let files = done.files.iter().map(|file| clean(&file.display().to_string())).collect();
    Ok(Exporting::Written(files, done.notes))
}
