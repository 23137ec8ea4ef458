//! Exports that the screen asks for, on a thread of their own. Whoever leaves while one is written ends it, and nothing of it is left behind.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::sync::mpsc;

use super::line;
use crate::export::{self, Export};
use crate::protocol::{Exporting, Portion, Wanted};
use crate::session::Stop;
use crate::settings::in_home;
use crate::signal::clean;
use crate::store::Recording;

/// How often the screen hears how far it is.
const OFTEN: Duration = Duration::from_millis(100);

/// Opens what is replayed once more, as it is on disk.
pub(super) type Reopen = Arc<dyn Fn() -> Result<Recording> + Send + Sync>;

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
        let Some(reopen) = self.reopen.clone() else { return };
        let (tell, stop) = (self.tell.clone(), self.stop.clone());
        let work = move || {
            let done = export(&wanted, reopen.as_ref(), (&tell, &stop));
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

fn export(
    wanted: &Wanted,
    reopen: &dyn Fn() -> Result<Recording>,
    (tell, stop): (&mpsc::UnboundedSender<Exporting>, &Stop),
) -> Result<Exporting> {
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
