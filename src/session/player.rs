//! Plays a recording as if it were live. A replay waits for the analyst, so nothing of it is ever missing from the screen.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::outlet::{Outlet, block};
use super::{Stop, View};
use crate::protocol::{Command, Flow, Notice, Playback, SourceState};
use crate::rhythm::Settings;
use crate::signal::{Edit, Rate, SampleIndex, Seconds, Span, Way};
use crate::store::{Event, Journal, Recording, StoreError};

/// How often a playing recording hands over samples.
const TICK: Duration = Duration::from_millis(25);
/// Longest stretch handed over at once.
const LONGEST_BLOCK: f64 = 2.0;

/// Where and how a replay begins.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// From the recording's start.
    pub at: Seconds,
    /// Times as fast as recorded.
    pub speed: f64,
    /// Whether it is held.
    pub paused: bool,
}

impl Start {
    /// Where that is in a recording.
    pub(super) fn playback(&self, recording: &Recording) -> Playback {
        let (rate, Self { at, speed, paused }) = (recording.rate(), *self);
        let duration = rate.duration(recording.frames());
        Playback { position: Seconds(at.0.min(duration.0)), duration, speed, paused, looped: None }
    }
}

/// How a recording is played.
#[derive(Clone, Debug)]
pub struct Replay {
    /// Of the estimator.
    pub settings: Settings,
    /// Where it begins.
    pub start: Start,
    /// The folder for what is kept of foreign files.
    pub cache: Option<PathBuf>,
}

pub(super) struct Player {
    recording: Recording,
    outlet: Outlet,
    commands: mpsc::Receiver<Command>,
    notices: mpsc::Sender<Notice>,
    view: Arc<View>,
    /// Opened with the first edit.
    journal: Option<Journal>,
    /// Edits that are not on disk yet, oldest first.
    unsaved: VecDeque<(Edit, Way)>,
    rate: Rate,
    /// Before the place that is jumped to, so much is shown and analysed.
    run_up: u64,
    step: u64,
    head: SampleIndex,
    /// How often it was moved.
    jumps: u64,
    /// Played over and over.
    looped: Option<Span>,
    /// Frames played since the last change of speed or place, as a fraction of wall time.
    due: f64,
    last_tick: Instant,
    speed: f64,
    paused: bool,
    ended: bool,
    samples: Vec<f32>,
}

impl Player {
    pub(super) fn new(recording: Recording, outlet: Outlet, channels: Channels) -> Self {
        let rate = recording.rate();
        Self {
            recording,
            outlet,
            commands: channels.commands,
            notices: channels.notices,
            view: channels.view,
            journal: None,
            unsaved: VecDeque::new(),
            rate,
            run_up: channels.run_up,
            step: channels.step,
            head: SampleIndex(0),
            jumps: 0,
            looped: None,
            due: 0.0,
            last_tick: Instant::now(),
            speed: 1.0,
            paused: false,
            ended: false,
            samples: Vec::new(),
        }
    }

    pub(super) async fn run(mut self, start: Start, stop: Stop) {
        self.speed = start.speed;
        self.paused = start.paused;
        self.outlet.send(Flow::Open(Arc::new(self.recording.layout().clone()))).await;
        for damage in self.recording.damage() {
            self.notice(Notice::Trouble(damage.clone()));
        }
        self.notice(Notice::Source(SourceState::Streaming));
        let first = self.jump(start.at).await;
        self.tell(first);
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stop.asked() => break,
                command = self.commands.recv() => match command {
                    Some(command) => self.obey(command).await,
                    None => break,
                },
                _ = tick.tick() => {
                    let done = self.play().await;
                    self.tell(done);
                }
            }
        }
        let done = self.save();
        self.tell(done);
        self.outlet.send(Flow::End).await;
    }

    async fn obey(&mut self, command: Command) {
        let done = match command {
            Command::Seek(to) => self.jump(to).await,
            Command::Pause(paused) => {
                self.paused = paused;
                if !paused && self.ended { self.jump(Seconds(0.0)).await } else { Ok(()) }
            }
            Command::Speed(speed) => {
                self.speed = speed.clamp(0.25, 64.0);
                Ok(())
            }
            Command::Loop(span) => {
                self.looped = span;
                let outside = span.filter(|span| self.head < span.start || self.head >= span.end);
                if let Some(span) = outside { self.jump(self.rate.time_of(span.start)).await } else { Ok(()) }
            }
            Command::Annotate(edit, way) => self.annotate(edit, way),
            // A recording has no bytes of a device.
            Command::ShowRaw(_) => Ok(()),
            Command::Record | Command::StopRecording => {
                self.notice(Notice::Trouble("this is a replay: there is nothing to record".into()));
                Ok(())
            }
        };
        self.last_tick = Instant::now();
        self.due = 0.0;
        self.where_it_is();
        self.tell(done);
    }

    /// Moves to a time. The picture is there at once; what lies before it is run through first, so that the figures are those that live would show there.
    async fn jump(&mut self, to: Seconds) -> Result<(), StoreError> {
        let to = self.rate.index_at(to).min(SampleIndex(self.recording.frames()));
        let from = SampleIndex(to.0.saturating_sub(self.run_up) / self.step * self.step);
        self.jumps += 1;
        self.head = to;
        self.ended = false;
        self.where_it_is();
        self.outlet.send(Flow::Jump { from, to, number: self.jumps }).await;
        let clock = self.recording.clocks().iter().copied().take_while(|clock| clock.at <= from).last();
        if let Some(clock) = clock {
            self.outlet.send(Flow::Clock(clock)).await;
        }
        self.head = from;
        let done = self.hand_over(to - from).await;
        self.head = to;
        self.last_tick = Instant::now();
        self.due = 0.0;
        done
    }

    async fn play(&mut self) -> Result<(), StoreError> {
        let now = Instant::now();
        let passed = now.duration_since(self.last_tick).as_secs_f64().min(0.5);
        self.last_tick = now;
        if self.paused || self.ended {
            return Ok(());
        }
        self.due += passed * self.speed * self.rate.hz();
        let frames = self.due.floor();
        self.due -= frames;
        let end = self.looped.map_or(u64::MAX, |span| span.end - self.head);
        self.hand_over(end.min(frames as u64)).await?;
        if let Some(span) = self.looped.filter(|span| self.head >= span.end) {
            return self.jump(self.rate.time_of(span.start)).await;
        }
        if self.head.0 >= self.recording.frames() {
            self.ended = true;
            self.paused = true;
            self.notice(Notice::Source(SourceState::Ended));
        }
        self.where_it_is();
        Ok(())
    }

    /// Reads and sends so many frames from the head on, or as many as there are.
    async fn hand_over(&mut self, frames: u64) -> Result<(), StoreError> {
        let end = SampleIndex(self.recording.frames()).min(self.head + frames);
        let longest = self.rate.frames(Seconds(LONGEST_BLOCK)).max(1);
        let channels = self.recording.layout().channels.len();
        while self.head < end {
            let next = self.recording.clocks().iter().find(|clock| clock.at > self.head).copied();
            let until = next.map_or(end, |clock| clock.at.min(end));
            let take = (until - self.head).min(longest) as usize;
            let got = self.recording.read(self.head, take, &mut self.samples)?;
            if got == 0 {
                break;
            }
            self.outlet.send(block(self.head, channels, self.samples.clone())).await;
            self.head = self.head + got as u64;
            if let Some(clock) = next.filter(|clock| clock.at == self.head) {
                self.outlet.send(Flow::Clock(clock)).await;
            }
        }
        Ok(())
    }

    /// Puts an edit into the journal, after those that it has not taken yet: so what is on the screen is what the journal leaves.
    fn annotate(&mut self, edit: Edit, way: Way) -> Result<(), StoreError> {
        self.unsaved.push_back((edit, way));
        self.save()
    }

    fn save(&mut self) -> Result<(), StoreError> {
        while let Some((edit, way)) = self.unsaved.front() {
            let journal = match &mut self.journal {
                Some(journal) => journal,
                none => none.insert(self.recording.journal()?),
            };
            journal.record(&Event::Annotation(edit.clone(), *way))?;
            if let Some((edit, _)) = self.unsaved.pop_front() {
                self.notice(Notice::Annotated { edit, saved: true });
            }
        }
        Ok(())
    }

    fn where_it_is(&self) {
        let playback = Playback {
            position: self.rate.time_of(self.head),
            duration: self.rate.duration(self.recording.frames()),
            speed: self.speed,
            paused: self.paused,
            looped: self.looped,
        };
        self.view.set_playback(playback, self.head, self.jumps);
    }

    fn tell(&mut self, done: Result<(), StoreError>) {
        if let Err(error) = done {
            self.paused = true;
            self.notice(Notice::Trouble(error.to_string()));
        }
    }

    fn notice(&self, notice: Notice) {
        let _ = self.notices.try_send(notice);
    }
}

/// What a player is wired to.
pub(super) struct Channels {
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) notices: mpsc::Sender<Notice>,
    pub(super) view: Arc<View>,
    pub(super) run_up: u64,
    pub(super) step: u64,
}
