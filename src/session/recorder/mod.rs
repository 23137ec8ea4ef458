//! The thread that writes. It keeps the latest seconds for the pre-roll, waits for nobody, and says "recording" only once the file is open.

#[cfg(test)]
mod stories;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, never, select};
use tokio::sync::mpsc;

use super::how::RecordAs;
use super::recent::Recent;
use super::writing::{DiskState, Writing};
use crate::protocol::{Flow, Kept, Notice};
use crate::signal::{Annotation, Annotations, ClockPoint, Edit, Kind, Layout, SampleIndex, Seconds, Way};
use crate::store::{About, Disk, Event, Limits, Place, SessionWriter, StoreError, SystemDisk};

/// What is kept from before the key was pressed, at least.
const PRE_ROLL: Seconds = Seconds(10.0);
/// At most this much is missing after `kill -9`, or as much as the disk takes to make a checkpoint safe, where that is longer.
const CHECKPOINT: Duration = Duration::from_millis(500);
/// What is kept is told this often, and how much room the disk has is looked at.
const TELL: Duration = Duration::from_secs(1);

/// What the recorder is asked to do.
#[derive(Debug)]
pub(super) enum Order {
    Record,
    Stop,
    Annotate(Edit, Way),
}

pub(super) struct Recorder<D: Disk = SystemDisk> {
    disk: D,
    orders: Receiver<Order>,
    notices: mpsc::Sender<Notice>,
    how: RecordAs,
    layout: Option<Arc<Layout>>,
    clock: Option<ClockPoint>,
    step: u64,
    recent: Recent,
    head: SampleIndex,
    annotations: Annotations,
    writing: Option<Writing<D>>,
    wanted: bool,
    /// Where the whole of the recording is to end.
    last: Option<SampleIndex>,
    /// Frames and missing frames of the sessions before this one.
    before: (u64, u64),
    checked: Instant,
    told: Instant,
}

impl<D: Disk + Clone> Recorder<D> {
    pub(super) fn new(disk: D, orders: Receiver<Order>, notices: mpsc::Sender<Notice>, how: RecordAs) -> Self {
        Self {
            disk,
            orders,
            notices,
            wanted: how.at_once,
            how,
            layout: None,
            clock: None,
            step: 1,
            recent: Recent::default(),
            head: SampleIndex(0),
            annotations: Annotations::default(),
            writing: None,
            last: None,
            before: (0, 0),
            checked: Instant::now(),
            told: Instant::now(),
        }
    }

    /// Runs until the stream ends or its sender is gone; a recording that is open then is finished.
    pub(super) fn run(mut self, flow: &Receiver<Flow>) {
        loop {
            select! {
                recv(flow) -> item => match item {
                    Ok(Flow::End) | Err(_) => break,
                    Ok(item) => self.take(item),
                },
                recv(self.orders) -> order => match order {
                    Ok(order) => self.obey(order),
                    Err(_) => self.orders = never(),
                },
                default(CHECKPOINT) => {}
            }
            if self.checked.elapsed() >= CHECKPOINT {
                if self.catch_up(flow).is_break() {
                    break;
                }
                self.checkpoint();
            }
        }
        while let Ok(order) = self.orders.try_recv() {
            self.obey(order);
        }
        self.stop();
    }

    /// Takes what has come until now, or up to the end of the stream. On a disk that is slow the next checkpoint is due as soon as one is done: with a
    /// block at a time it would fall behind, and a crash would cost ever more.
    fn catch_up(&mut self, flow: &Receiver<Flow>) -> ControlFlow<()> {
        // No more than is there now: a source that is faster than this would keep it for ever.
        for item in flow.try_iter().take(flow.len()) {
            if matches!(item, Flow::End) {
                return ControlFlow::Break(());
            }
            self.take(item);
        }
        ControlFlow::Continue(())
    }

    fn take(&mut self, item: Flow) {
        match &item {
            // Of the recordings that begin later: in one that is open a change is a fault, which says from where on.
            Flow::Format(name) => self.how.wire_format.clone_from(name),
            Flow::Open(layout) => self.open(layout.clone()),
            Flow::Block(block) => self.head = block.end(),
            Flow::Clock(clock) => self.clock = Some(*clock),
            _ => {}
        }
        self.write(&item);
        if !matches!(item, Flow::Format(_) | Flow::Open(_)) {
            let keep = self.nominal_frames(PRE_ROLL) + self.step;
            self.recent.keep(item, (self.head, keep));
        }
        if self.wanted && self.writing.is_none() && self.head > SampleIndex(0) {
            self.record();
        }
        while let Some(until) = self.writing.as_ref().and_then(|writing| writing.until).filter(|until| self.is_past(*until)) {
            self.turn(until);
        }
    }

    /// Whether a session that ends at a frame is over. Another is begun only when there is something for it.
    fn is_past(&self, until: SampleIndex) -> bool {
        self.head > until || self.head == until && self.last == Some(until)
    }

    fn open(&mut self, layout: Arc<Layout>) {
        self.step = crate::rhythm::Monitor::step_of(&layout, &self.how.settings);
        self.layout = Some(layout);
    }

    fn nominal_frames(&self, time: Seconds) -> u64 {
        self.layout.as_ref().map_or(0, |layout| layout.nominal.frames(time))
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Record => {
                self.wanted = true;
                if self.writing.is_none() && self.head > SampleIndex(0) {
                    self.record();
                }
            }
            Order::Stop => self.stop(),
            Order::Annotate(edit, way) => self.annotate(edit, way),
        }
    }

    fn record(&mut self) {
        self.wanted = false;
        let Some(layout) = self.layout.clone() else {
            self.notice(Notice::NotBegun("nothing to record yet: no channels are known".into()));
            return;
        };
        // From the first sample on is from the first sample on, however much of the stream comes at once.
        let first = std::mem::take(&mut self.how.at_once).then_some(self.recent.start());
        let pre_roll = layout.nominal.frames(PRE_ROLL);
        let start = first.unwrap_or_else(|| pre_roll_start(self.head, self.recent.start(), pre_roll, self.step));
        self.last = self.how.length.total.map(|total| start + self.nominal_frames(total).max(1));
        match self.begin(&layout, start) {
            Ok(writing) => self.begun(writing),
            Err(error) => self.notice(Notice::NotBegun(format!("not recording: {error}"))),
        }
    }

    fn begun(&mut self, writing: Writing<D>) {
        let (folder, start) = (writing.session.folder().display().to_string(), writing.start);
        self.writing = Some(writing);
        self.notice(Notice::Recording { folder, start });
    }

    /// A session has reached its length. The next one is begun before this one is finished, so that it can go on where that fails.
    fn turn(&mut self, until: SampleIndex) {
        if self.last == Some(until) {
            self.stop();
            self.notice(Notice::Enough);
            return;
        }
        match self.layout.clone().map(|layout| self.begin(&layout, until)) {
            None => self.stop(),
            Some(Ok(next)) => {
                self.stop();
                self.begun(next);
            }
            Some(Err(error)) => {
                self.notice(Notice::Trouble(format!("the next session cannot be begun: {error}; this one goes on")));
                let further = self.session_end(until);
                if let Some(writing) = &mut self.writing {
                    writing.until = further;
                }
                self.recent.from(until).iter().for_each(|item| self.write(item));
            }
        }
    }

    /// Where a session that begins at `start` ends: after whole steps of the analysis, so that the windows of the next are those of the stream.
    fn session_end(&self, start: SampleIndex) -> Option<SampleIndex> {
        let steps = self.how.length.session.map(|length| self.nominal_frames(length).div_ceil(self.step).max(1));
        let end = steps.map(|steps| start + steps * self.step);
        end.into_iter().chain(self.last).min()
    }

    /// Opens a session that begins at a frame of the stream that is kept, and writes what is kept from there on into it.
    fn begin(&self, layout: &Layout, start: SampleIndex) -> Result<Writing<D>, StoreError> {
        let rate = self.clock.map_or(layout.nominal, |clock| clock.rate);
        // A session that follows another goes on with its time; by the computer's clock there could be a step between the two.
        let started = match &self.writing {
            Some(before) => later(before.started, rate.duration(start - before.start)),
            None => later(jiff::Timestamp::now(), Seconds(-rate.duration(self.head - start).0)),
        };
        let about = About {
            started,
            layout: layout.clone(),
            clock: self.clock.map(|clock| ClockPoint { at: SampleIndex(0), ..clock }),
            device: self.how.device.clone(),
            wire_format: self.how.wire_format.clone(),
            simulated: self.how.simulated,
            settings: self.how.settings.clone(),
        };
        let place = Place { root: &self.how.root, name: None, limits: Limits::default() };
        let session = SessionWriter::create_on(self.disk.clone(), place, &about)?;
        let mut writing = Writing::new(session, (start, started), self.session_end(start));
        if let Some(clock) = self.recent.clock_at(start).or(self.clock) {
            writing.session.record(&Event::Clock(ClockPoint { at: SampleIndex(0), ..clock }))?;
        }
        for item in self.recent.iter() {
            writing.item(item)?;
        }
        let reaches = |annotation: &&Annotation| annotation.end.is_none_or(|end| end >= start);
        let within = |annotation: &&Annotation| {
            reaches(annotation) && (annotation.start >= start || matches!(annotation.kind, Kind::Segment | Kind::StillPoint))
        };
        for annotation in self.annotations.iter().filter(within) {
            writing.edit(&Edit::Put(annotation.clone()), Way::Done)?;
        }
        for annotation in self.annotations.rejected().filter(reaches) {
            writing.edit(&Edit::Reject(annotation.clone()), Way::Done)?;
        }
        writing.session.checkpoint()?;
        Ok(writing)
    }

    fn annotate(&mut self, edit: Edit, way: Way) {
        self.annotations.apply(&edit);
        let Some(writing) = &mut self.writing else {
            self.notice(Notice::Annotated { edit, saved: false });
            return;
        };
        writing.unconfirmed.push(edit.clone());
        match writing.edit(&edit, way) {
            Ok(()) => self.confirm(),
            Err(error) => self.refused(&error),
        }
    }

    fn write(&mut self, item: &Flow) {
        if let Some(Err(error)) = self.writing.as_mut().map(|writing| writing.item(item)) {
            self.refused(&error);
        }
    }

    fn checkpoint(&mut self) {
        self.checked = Instant::now();
        let Some(writing) = &mut self.writing else { return };
        let lost = writing.session.lost();
        match writing.session.checkpoint() {
            Ok(()) => {
                let lost = writing.session.lost() - lost;
                if std::mem::replace(&mut writing.disk, DiskState::Takes) == DiskState::Refuses {
                    self.notice(Notice::Trouble(format!("the disk takes samples again; {}", lost_words(lost))));
                }
                self.confirm();
            }
            Err(error) => self.refused(&error),
        }
        if self.told.elapsed() >= TELL {
            self.told = Instant::now();
            self.tell();
        }
    }

    /// Says how far the recording is.
    fn tell(&self) {
        let Some(writing) = &self.writing else { return };
        let (session, (frames, missing)) = (&writing.session, self.before);
        self.notice(Notice::Kept(Kept {
            frames: frames + session.end().0,
            waiting: session.waiting(),
            lost: missing + writing.missing + session.lost(),
            clock: self.clock,
            room: session.room(),
        }));
    }

    /// Confirms the edits that are on disk.
    fn confirm(&mut self) {
        let Some(writing) = self.writing.as_mut().filter(|writing| writing.session.pending() == 0) else { return };
        for edit in std::mem::take(&mut writing.unconfirmed) {
            self.notice(Notice::Annotated { edit, saved: true });
        }
    }

    /// Says once that the disk takes nothing, and goes on: the store keeps what it was given.
    fn refused(&mut self, error: &StoreError) {
        let Some(writing) = &mut self.writing else { return };
        if !matches!(error, StoreError::Io { .. }) {
            self.fail(error);
        } else if std::mem::replace(&mut writing.disk, DiskState::Refuses) == DiskState::Takes {
            self.notice(Notice::Trouble(format!("{error}; samples are kept in memory meanwhile")));
        }
    }

    fn stop(&mut self) {
        self.wanted = false;
        let Some(mut writing) = self.writing.take() else { return };
        let rate = self.clock.map(|clock| clock.rate).or_else(|| Some(self.layout.as_ref()?.nominal));
        let time = |frames| rate.map_or(Seconds(0.0), |rate| rate.duration(frames));
        let saved = writing.session.checkpoint();
        let (waiting, lost) = (writing.session.waiting(), writing.session.lost());
        self.before.0 += writing.session.end().0;
        self.before.1 += writing.missing + lost;
        match saved.and_then(|()| writing.session.finish()) {
            Ok(done) => {
                for edit in writing.unconfirmed {
                    self.notice(Notice::Annotated { edit, saved: true });
                }
                self.notice(Notice::Recorded { folder: done.folder.display().to_string(), length: time(done.frames), lost });
            }
            Err(error) => {
                let last = if waiting == 0 { String::new() } else { format!("the last {:.1} s of it are lost; ", time(waiting).0) };
                self.notice(Notice::Trouble(format!("the recording could not be finished: {error}; {last}it is recovered when opened")));
            }
        }
    }

    /// The file cannot be written on: what is in it is safe, the live view goes on.
    fn fail(&mut self, error: &StoreError) {
        let folder = self.writing.take().map(|writing| writing.session.folder().display().to_string()).unwrap_or_default();
        self.notice(Notice::Trouble(format!("recording stopped: {error}")));
        self.notice(Notice::Recorded { folder, length: Seconds(0.0), lost: 0 });
    }

    fn notice(&self, notice: Notice) {
        let _ = self.notices.try_send(notice);
    }
}

fn lost_words(frames: u64) -> String {
    if frames == 0 { "nothing was lost".to_owned() } else { format!("{frames} frames were more than memory holds; they are a gap") }
}

/// A multiple of the analysis step, so that the file's windows are the live ones, at least the pre-roll before `head` where there is so much.
fn pre_roll_start(head: SampleIndex, kept_from: SampleIndex, pre_roll: u64, step: u64) -> SampleIndex {
    let latest = head.0.saturating_sub(pre_roll) / step * step;
    let earliest = kept_from.0.div_ceil(step) * step;
    SampleIndex(latest.max(earliest).min(head.0))
}

fn later(time: jiff::Timestamp, by: Seconds) -> jiff::Timestamp {
    time.checked_add(jiff::SignedDuration::try_from_secs_f64(by.0).unwrap_or_default()).unwrap_or(time)
}
