//! Floor 3: the wiring, and the only place that spawns. A session is a source or a recording, its threads, and a [`Session`] to hold them by.
//!
//! Everything ends one way: the stop is asked for, the source's task sends `End` (or drops its end of the queues), the threads drain
//! them and return, and the recorder has finished its file by then. Dropping a [`Session`] does the same, also while a panic unwinds.

mod analyst;
mod hand;
mod how;
mod ingest;
mod laid_out;
mod outlet;
mod player;
mod recent;
mod recorder;
mod stamps;
mod survey;
mod timeline;
mod view;
mod writing;

use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, TrySendError};
use tokio::runtime::Handle as Runtime;
use tokio::sync::{mpsc, watch};

pub use how::{Length, RecordAs};
pub use ingest::Stated;
pub use player::{Replay, Start};
pub use view::View;

use crate::lsl::Offer;
use crate::protocol::{Command, Flow, Look, Notice};
use crate::rhythm::Monitor;
use crate::signal::{Reel, Seconds};
use crate::source::Source;
use crate::store::{OverviewFile, Recording, SystemDisk};
use hand::Hand;
use outlet::{Full, Outlet, Outlets, QUEUE};
use recorder::{Order, Recorder};
use survey::Survey;
use view::Whole;

/// Notices that may wait for the shell. It reads them between any two keys; thousands waiting means that it is gone.
const NOTICES: usize = 4096;
/// Changes of what is looked at that may wait for the analyst.
const LOOKS: usize = 16;
/// Commands that may wait for a player.
const COMMANDS: usize = 256;
/// Items that may wait where the source waits too: blocks are large there.
const PIPE_QUEUE: usize = 64;
/// Items that may wait for the analyst in a replay: few, so that a jump is seen at once.
const REPLAY_QUEUE: usize = 16;

/// Asks a session to end. Can be cloned and asked from anywhere, also where the screen is stuck.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    /// Asks.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// Whether it has been asked.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is asked.
    pub async fn asked(&self) {
        // The sender lives as long as this value, so the wait ends only by being asked.
        let _ = self.0.subscribe().wait_for(|asked| *asked).await;
    }
}

/// A running session.
#[derive(Debug)]
pub struct Session {
    /// What can be seen of it.
    pub view: Arc<View>,
    /// What it has to say.
    pub notices: mpsc::Receiver<Notice>,
    stop: Stop,
    orders: Orders,
    /// Which spectra are looked at; nobody hears it where there is no analyst.
    looks: Sender<Option<Look>>,
    offer: Option<Arc<Offer>>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
enum Orders {
    Live(Sender<Order>),
    Replay(mpsc::Sender<Command>),
}

/// Whether a live source can be made to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// A device: what is not taken in time is lost, and named.
    Device,
    /// A pipe.
    Waits,
}

impl Pace {
    /// Items that may wait in a queue.
    fn room(self) -> usize {
        match self {
            Self::Device => QUEUE,
            Self::Waits => PIPE_QUEUE,
        }
    }
}

/// What a live session needs to know.
#[derive(Clone, Debug)]
pub struct Setup {
    /// What the user said of the stream.
    pub stated: Stated,
    /// Whether the source can be made to wait.
    pub pace: Pace,
    /// How a recording is made of it.
    pub record: RecordAs,
}

/// Who hears of the stream beside the recorder.
#[derive(Default)]
struct Beside {
    view: Arc<View>,
    analyst: Option<Sender<Flow>>,
    offer: Option<Arc<Offer>>,
}

impl Session {
    /// Starts to listen.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn live<S: Source + Send + 'static>(runtime: &Runtime, source: S, setup: Setup, stop: Stop) -> std::io::Result<Self> {
        let (to_analyst, flow) = crossbeam_channel::bounded(setup.pace.room());
        let (settings, view) = (setup.record.settings.clone(), Arc::new(View::default()));
        let offer = setup.stated.lsl.then(|| Offer::new(&setup.record.device, source.origin()).map(Arc::new)).transpose()?;
        let (seen, offered) = (view.clone(), offer.clone());
        let (look, looks) = crossbeam_channel::bounded(LOOKS);
        let analyst = spawn("analyst", move || analyst::run(&analyst::Told { flow: &flow, looks: &looks }, settings, seen, offered))?;
        let mut session = Self::listen(runtime, (source, setup), stop, Beside { view, analyst: Some(to_analyst), offer })?;
        session.threads.push(analyst);
        session.looks = look;
        Ok(session)
    }

    /// Starts to record without looking: there is nobody to show figures to, unless others listen to them.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn record<S: Source + Send + 'static>(runtime: &Runtime, source: S, setup: Setup, stop: Stop) -> std::io::Result<Self> {
        if setup.stated.lsl {
            Self::live(runtime, source, setup, stop)
        } else {
            Self::listen(runtime, (source, setup), stop, Beside::default())
        }
    }

    fn listen<S: Source + Send + 'static>(
        runtime: &Runtime,
        (source, setup): (S, Setup),
        stop: Stop,
        beside: Beside,
    ) -> std::io::Result<Self> {
        let (to_recorder, flow) = crossbeam_channel::bounded(setup.pace.room());
        let (orders, order_queue) = crossbeam_channel::bounded(COMMANDS);
        let (notice, notices) = mpsc::channel(NOTICES);
        let recorder = Recorder::new(SystemDisk, order_queue, notice.clone(), setup.record);
        let threads = vec![spawn("recorder", move || recorder.run(&flow))?];
        let full = if setup.pace == Pace::Waits { Full::Wait } else { Full::GiveUp };
        let outlets = Outlets { recorder: Outlet::new(to_recorder, full), analyst: beside.analyst.map(|queue| Outlet::new(queue, full)) };
        let ingest = ingest::Ingest::new(source, setup.stated, outlets, notice).offered(beside.offer.clone()).seen_in(beside.view.clone());
        runtime.spawn(ingest.run(stop.clone()));
        let (looks, _) = crossbeam_channel::bounded(LOOKS);
        Ok(Self { view: beside.view, notices, stop, orders: Orders::Live(orders), looks, offer: beside.offer, threads })
    }

    /// Starts to play, and to look through the whole recording beside. The overview of a large one is kept: beside a session, in the `cache` folder for a foreign file.
    ///
    /// # Errors
    /// Where the system gives no thread, or the recording cannot be opened once more.
    pub fn replay(runtime: &Runtime, recording: Recording, how: Replay, stop: Stop) -> std::io::Result<Self> {
        let Replay { settings, start, cache } = how;
        let (to_analyst, flow) = crossbeam_channel::bounded(REPLAY_QUEUE);
        let (commands, orders) = mpsc::channel(COMMANDS);
        let (notice, notices) = mpsc::channel(NOTICES);
        let view = Arc::new(View::default());
        let step = Monitor::step_of(recording.layout(), &settings);
        let longest = settings.rhythms.iter().map(|rhythm| rhythm.window.0).fold(0.0, f64::max);
        let run_up = recording.layout().nominal.frames(Seconds(longest)) + step;
        let channels = player::Channels { commands: orders, notices: notice, view: view.clone(), run_up, step };
        let whole = Whole {
            trend: Arc::new(vec![Default::default(); recording.layout().channels.len()]),
            gaps: Arc::new(recording.gaps().to_vec()),
            ..Whole::default()
        };
        let reel = Reel::new(recording.layout().channels.len(), recording.frames());
        view.open_hand(Hand::of(recording.annotations(), recording.rate()));
        view.open_reel(reel, start.playback(&recording), whole);
        let kept = OverviewFile::of(&recording, cache.as_deref());
        let survey = Survey::new(view.clone(), &recording, settings.clone(), kept).map_err(std::io::Error::other)?;
        let (close, count) = (recording.reader().map_err(std::io::Error::other)?, recording.layout().channels.len());
        let player = player::Player::new(recording, Outlet::new(to_analyst, Full::Wait), channels);
        let seen = view.clone();
        let (look, looks) = crossbeam_channel::bounded(LOOKS);
        let (drawn, asked) = (view.clone(), stop.clone());
        let threads = vec![
            spawn("analyst", move || analyst::run(&analyst::Told { flow: &flow, looks: &looks }, settings, seen, None))?,
            spawn("close-up", move || survey::close_up(&drawn, close, count))?,
            spawn("survey", move || survey.run(&asked))?,
        ];
        runtime.spawn(player.run(start, stop.clone()));
        Ok(Self { view, notices, stop, orders: Orders::Replay(commands), looks: look, offer: None, threads })
    }

    /// Hands a command to who carries it out; a notice tells of it. Never waits.
    ///
    /// # Errors
    /// Says so where the session takes no more commands.
    pub fn command(&self, command: Command) -> Result<(), &'static str> {
        if let (Some(offer), Command::Annotate(edit, _)) = (&self.offer, &command) {
            offer.annotated(edit);
        }
        if let Command::Annotate(edit, _) = &command {
            self.view.annotated(edit);
        }
        let taken = match (&self.orders, command) {
            (_, Command::ShowRaw(wanted)) => {
                self.view.ask_raw(wanted);
                true
            }
            (Orders::Replay(player), command) => player.try_send(command).is_ok(),
            (Orders::Live(recorder), Command::Record) => recorder.try_send(Order::Record).is_ok(),
            (Orders::Live(recorder), Command::StopRecording) => recorder.try_send(Order::Stop).is_ok(),
            (Orders::Live(recorder), Command::Annotate(edit, way)) => recorder.try_send(Order::Annotate(edit, way)).is_ok(),
            (Orders::Live(_), Command::Pause(_) | Command::Seek(_) | Command::Speed(_) | Command::Loop(_)) => true,
        };
        if taken { Ok(()) } else { Err("the session is busy or over; the key was not taken") }
    }

    /// Has the spectra made that somebody looks at, from here on; `false` where the analyst has not yet heard of the last ones.
    pub fn show_spectra(&self, look: Option<Look>) -> bool {
        !matches!(self.looks.try_send(look), Err(TrySendError::Full(_)))
    }

    /// Asks it to end and waits until its threads have: a recording is whole on disk then. Returns what it still had to say.
    pub fn finish(mut self) -> Vec<Notice> {
        self.end();
        std::iter::from_fn(|| self.notices.try_recv().ok()).collect()
    }

    fn end(&mut self) {
        self.stop.ask();
        self.view.close();
        for thread in self.threads.drain(..) {
            // A thread that panicked has told so by the panic hook; the others are still waited for.
            let _ = thread.join();
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.end();
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work)
}
