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
/// Most samples handed over at once, whatever rate a header claims.
const MOST_SAMPLES: u64 = 1 << 19;

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
    pub(super) fn playback(&self, recording: &Recording) -> (Playback, SampleIndex) {
        let (rate, Self { at, speed, paused }) = (recording.rate(), *self);
        let head = rate.index_at(at).min(SampleIndex(recording.frames()));
        (Playback { position: rate.time_of(head), duration: rate.duration(recording.frames()), speed, paused, looped: None }, head)
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
    /// The frame after the last one that was handed over; before the head while a jump is run up to.
    fed: SampleIndex,
    running_up: bool,
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
            fed: SampleIndex(0),
            running_up: false,
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
        self.jump(start.at).await;
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let behind = self.fed < self.head;
            tokio::select! {
                biased;
                () = stop.asked() => break,
                command = self.commands.recv() => match command {
                    Some(command) => self.obey(command).await,
                    None => break,
                },
                () = std::future::ready(()), if behind => {
                    let done = self.feed().await;
                    self.tell(done);
                }
                _ = tick.tick() => self.play().await,
            }
        }
        // What was written just before the end is kept too.
        while let Ok(command) = self.commands.try_recv() {
            if let Command::Annotate(edit, way) = command {
                let done = self.annotate(edit, way);
                self.tell(done);
            }
        }
        let done = self.save();
        self.tell(done);
        self.outlet.send(Flow::End).await;
    }

    async fn obey(&mut self, command: Command) {
        let done = match command {
            Command::Seek(to) => {
                self.jump(to).await;
                Ok(())
            }
            Command::Pause(paused) => {
                self.paused = paused;
                if !paused && self.ended {
                    self.jump(Seconds(0.0)).await;
                }
                Ok(())
            }
            Command::Speed(speed) => {
                self.speed = speed.clamp(0.25, 64.0);
                Ok(())
            }
            Command::Loop(span) => {
                self.looped = span;
                let outside = span.filter(|span| self.head < span.start || self.head >= span.end);
                if let Some(span) = outside {
                    self.jump(self.rate.time_of(span.start)).await;
                }
                Ok(())
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

    /// Moves to a time. The picture is there at once; what lies before it is run through next, so that the figures are those that live would show there.
    /// A command that comes meanwhile is obeyed first.
    async fn jump(&mut self, to: Seconds) {
        let to = self.rate.index_at(to).min(SampleIndex(self.recording.frames()));
        let from = SampleIndex(to.0.saturating_sub(self.run_up) / self.step * self.step);
        self.jumps += 1;
        (self.head, self.fed) = (to, from);
        (self.ended, self.running_up) = (false, true);
        self.where_it_is();
        self.outlet.send(Flow::Jump { from, to, number: self.jumps }).await;
        let clock = self.recording.clocks().iter().copied().take_while(|clock| clock.at <= from).last();
        if let Some(clock) = clock {
            self.outlet.send(Flow::Clock(clock)).await;
        }
    }

    /// The head goes on, once the analyst has all before it: a replay waits for the figures.
    async fn play(&mut self) {
        let now = Instant::now();
        let passed = now.duration_since(self.last_tick).as_secs_f64().min(0.5);
        self.last_tick = now;
        if self.paused || self.ended || self.running_up {
            self.due = 0.0;
            self.running_up = false;
            return;
        }
        self.due += passed * self.speed * self.rate.hz();
        let frames = self.due.floor();
        self.due -= frames;
        let end = self.looped.map_or(self.recording.frames(), |span| span.end.0.min(self.recording.frames()));
        self.head = SampleIndex((self.head.0 + frames as u64).min(end.max(self.head.0)));
        if let Some(span) = self.looped.filter(|span| self.head >= span.end) {
            return self.jump(self.rate.time_of(span.start)).await;
        }
        if self.head.0 >= self.recording.frames() {
            self.ended = true;
            self.paused = true;
            self.notice(Notice::Source(SourceState::Ended));
        }
        self.where_it_is();
    }

    /// Hands over the next of what lies before the head. Where it cannot be read one can only go elsewhere.
    async fn feed(&mut self) -> Result<(), StoreError> {
        let channels = self.recording.layout().channels.len();
        let longest = self.rate.frames(Seconds(LONGEST_BLOCK)).min(MOST_SAMPLES / channels.max(1) as u64).max(1);
        let next = self.recording.clocks().iter().find(|clock| clock.at > self.fed).copied();
        let until = next.map_or(self.head, |clock| clock.at.min(self.head));
        let take = (until - self.fed).min(longest) as usize;
        let from = std::mem::replace(&mut self.fed, self.head);
        let got = self.recording.read(from, take, &mut self.samples).inspect_err(|_| self.ended = true)?;
        self.outlet.send(block(from, channels, self.samples.clone())).await;
        self.fed = from + got as u64;
        if let Some(clock) = next.filter(|clock| clock.at == self.fed) {
            self.outlet.send(Flow::Clock(clock)).await;
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
