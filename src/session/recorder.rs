//! The thread that writes. It keeps the latest seconds for the pre-roll, waits for nobody, and says "recording" only once the file is open.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, never, select};
use tokio::sync::mpsc;

use crate::protocol::{Flow, Notice};
use crate::rhythm::Settings;
use crate::signal::{Annotation, Annotations, Block, ClockPoint, Edit, Gap, Layout, SampleIndex, Seconds, Span};
use crate::store::{About, Event, SessionWriter, StoreError};

/// What is kept from before the key was pressed, at least.
const PRE_ROLL: Seconds = Seconds(10.0);
/// At most this much is missing after `kill -9`.
const CHECKPOINT: Duration = Duration::from_millis(500);

/// What the recorder is asked to do.
#[derive(Debug)]
pub(super) enum Order {
    Record,
    Stop,
    Annotate(Edit),
}

/// What a recording says of itself.
#[derive(Clone, Debug)]
pub struct RecordAs {
    /// The folder in which the session folder is made.
    pub root: PathBuf,
    /// The port or `demo`.
    pub device: String,
    /// The wire format, as far as it is known beforehand.
    pub wire_format: String,
    /// Whether the samples come from a simulator.
    pub simulated: bool,
    /// The settings in force.
    pub settings: Settings,
    /// Whether it begins with the first sample.
    pub at_once: bool,
}

pub(super) struct Recorder {
    orders: Receiver<Order>,
    notices: mpsc::Sender<Notice>,
    how: RecordAs,
    layout: Option<Arc<Layout>>,
    clock: Option<ClockPoint>,
    /// The last clock told before what is kept.
    clock_before: Option<ClockPoint>,
    step: u64,
    recent: VecDeque<Flow>,
    recent_start: SampleIndex,
    head: SampleIndex,
    annotations: Annotations,
    writing: Option<Writing>,
    wanted: bool,
}

/// An open recording.
struct Writing {
    session: SessionWriter,
    start: SampleIndex,
    checked: Instant,
    /// Events that the disk has not taken yet, oldest first.
    pending: VecDeque<Event>,
    /// Edits that are confirmed when they are on disk.
    unconfirmed: Vec<Edit>,
    disk: Disk,
}

/// Whether the disk takes what it is given. While it does not, the store keeps samples in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Disk {
    Takes,
    Refuses,
}

impl Recorder {
    pub(super) fn new(orders: Receiver<Order>, notices: mpsc::Sender<Notice>, how: RecordAs) -> Self {
        Self {
            orders,
            notices,
            wanted: how.at_once,
            how,
            layout: None,
            clock: None,
            clock_before: None,
            step: 1,
            recent: VecDeque::new(),
            recent_start: SampleIndex(0),
            head: SampleIndex(0),
            annotations: Annotations::default(),
            writing: None,
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
                default(CHECKPOINT) => self.checkpoint(),
            }
        }
        while let Ok(order) = self.orders.try_recv() {
            self.obey(order);
        }
        self.stop();
    }

    fn take(&mut self, item: Flow) {
        match &item {
            Flow::Open(layout) => self.open(layout.clone()),
            Flow::Block(block) => self.head = block.end(),
            Flow::Clock(clock) => self.clock = Some(*clock),
            _ => {}
        }
        self.write(&item);
        if !matches!(item, Flow::Open(_)) {
            self.keep(item);
        }
        if self.wanted && self.writing.is_none() && self.head > SampleIndex(0) {
            self.record();
        }
        if self.writing.as_ref().is_some_and(|writing| writing.checked.elapsed() >= CHECKPOINT) {
            self.checkpoint();
        }
    }

    fn open(&mut self, layout: Arc<Layout>) {
        self.step = crate::rhythm::Monitor::new(&layout, &self.how.settings).step_frames();
        self.layout = Some(layout);
    }

    /// Keeps the latest flow, long enough for a pre-roll that begins at a step of the analysis.
    fn keep(&mut self, item: Flow) {
        self.recent.push_back(item);
        let keep = self.nominal_frames(PRE_ROLL) + self.step;
        while let Some(first) = self.recent.front() {
            match first {
                Flow::Block(block) if self.head - block.end() < keep => break,
                Flow::Block(block) => self.recent_start = block.end(),
                Flow::Clock(clock) => self.clock_before = Some(*clock),
                _ => {}
            }
            self.recent.pop_front();
        }
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
            Order::Annotate(edit) => self.annotate(edit),
        }
    }

    fn record(&mut self) {
        self.wanted = false;
        match self.begin() {
            Ok(Some(writing)) => {
                let (folder, start) = (writing.session.folder().display().to_string(), writing.start);
                self.writing = Some(writing);
                self.notice(Notice::Recording { folder, start });
            }
            Ok(None) => self.notice(Notice::Trouble("nothing to record yet: no channels are known".into())),
            Err(error) => self.notice(Notice::Trouble(format!("not recording: {error}"))),
        }
    }

    /// Opens the session and writes the pre-roll into it.
    fn begin(&mut self) -> Result<Option<Writing>, StoreError> {
        let Some(layout) = &self.layout else { return Ok(None) };
        let rate = self.clock.map_or(layout.nominal, |clock| clock.rate);
        let start = pre_roll_start(self.head, self.recent_start, layout.nominal.frames(PRE_ROLL), self.step);
        let ago = rate.duration(self.head - start);
        let about = About {
            started: before_now(ago),
            layout: Layout::clone(layout),
            clock: self.clock.map(|clock| ClockPoint { at: SampleIndex(0), ..clock }),
            device: self.how.device.clone(),
            wire_format: self.how.wire_format.clone(),
            simulated: self.how.simulated,
            settings: self.how.settings.clone(),
        };
        let session = SessionWriter::create(&self.how.root, &about, None)?;
        let mut writing =
            Writing { session, start, checked: Instant::now(), pending: VecDeque::new(), unconfirmed: Vec::new(), disk: Disk::Takes };
        if let Some(clock) = self.clock_at(start) {
            writing.event(Event::Clock(ClockPoint { at: SampleIndex(0), ..clock }))?;
        }
        for item in &self.recent {
            writing.item(item)?;
        }
        let edits =
            self.annotations.iter().filter(|annotation| annotation.end.unwrap_or(annotation.start) >= start || annotation.end.is_none());
        for annotation in edits.filter(|annotation| annotation.start >= start || annotation.kind == crate::signal::Kind::Segment) {
            writing.event(Event::Annotation(Edit::Put(writing.own(annotation))))?;
        }
        writing.session.checkpoint()?;
        Ok(Some(writing))
    }

    /// The clock in force at the recording's first frame: the last told before it, else the present one.
    fn clock_at(&self, start: SampleIndex) -> Option<ClockPoint> {
        let told = self.recent.iter().filter_map(|item| if let Flow::Clock(clock) = item { Some(*clock) } else { None });
        told.take_while(|clock| clock.at <= start).last().or(self.clock_before).or(self.clock)
    }

    fn annotate(&mut self, edit: Edit) {
        self.annotations.apply(&edit);
        let Some(writing) = &mut self.writing else {
            self.notice(Notice::Annotated { edit, saved: false });
            return;
        };
        let own = match &edit {
            Edit::Put(annotation) => Edit::Put(writing.own(annotation)),
            Edit::Delete(id) => Edit::Delete(*id),
        };
        writing.unconfirmed.push(edit);
        let done = writing.event(Event::Annotation(own));
        self.told(done);
    }

    fn write(&mut self, item: &Flow) {
        if let Some(writing) = &mut self.writing {
            let done = writing.item(item);
            self.told(done);
        }
    }

    fn checkpoint(&mut self) {
        if let Some(writing) = &mut self.writing {
            writing.checked = Instant::now();
            let done = writing.drain().and_then(|()| writing.session.checkpoint());
            self.told(done);
        }
    }

    /// Confirms what is on disk. Where the disk refuses, says so once and goes on: the store keeps what it was given.
    fn told(&mut self, done: Result<(), StoreError>) {
        let Some(writing) = &mut self.writing else { return };
        let before = writing.disk;
        match done {
            Ok(()) => {
                writing.disk = Disk::Takes;
                let confirmed = if writing.pending.is_empty() { std::mem::take(&mut writing.unconfirmed) } else { Vec::new() };
                for edit in confirmed {
                    self.notice(Notice::Annotated { edit, saved: true });
                }
                if before == Disk::Refuses {
                    self.notice(Notice::Trouble("the disk takes samples again; nothing was lost".into()));
                }
            }
            Err(error @ StoreError::Io { .. }) => {
                writing.disk = Disk::Refuses;
                if before == Disk::Takes {
                    self.notice(Notice::Trouble(format!("{error}; samples are kept in memory meanwhile")));
                }
            }
            Err(error) => self.fail(&error),
        }
    }

    fn stop(&mut self) {
        self.wanted = false;
        let Some(mut writing) = self.writing.take() else { return };
        let rate = self.clock.or_else(|| Some(ClockPoint { at: SampleIndex(0), rate: self.layout.as_ref()?.nominal, std_err_hz: 0.0 }));
        let drained = writing.drain();
        match drained.and_then(|()| writing.session.finish()) {
            Ok(done) => {
                let length = rate.map_or(Seconds(0.0), |clock| clock.rate.duration(done.frames));
                self.notice(Notice::Recorded { folder: done.folder.display().to_string(), length });
            }
            Err(error) => {
                self.notice(Notice::Trouble(format!("the recording could not be finished: {error}; it is recovered when opened")));
            }
        }
    }

    /// The file cannot be written on: what is in it is safe, the live view goes on.
    fn fail(&mut self, error: &StoreError) {
        let folder = self.writing.take().map(|writing| writing.session.folder().display().to_string()).unwrap_or_default();
        self.notice(Notice::Trouble(format!("recording stopped: {error}")));
        self.notice(Notice::Recorded { folder, length: Seconds(0.0) });
    }

    fn notice(&self, notice: Notice) {
        let _ = self.notices.try_send(notice);
    }
}

impl Writing {
    /// Writes what lies within the recording, told from its own frame 0.
    fn item(&mut self, item: &Flow) -> Result<(), StoreError> {
        let start = self.start;
        let own = |index: SampleIndex| SampleIndex(index - start);
        match item {
            Flow::Block(block) if block.end() > start => self.session.append(&cut(block, start)),
            Flow::Gap(gap) if gap.span.end > start => {
                let span = Span { start: own(gap.span.start), end: own(gap.span.end) };
                self.event(Event::Gap(Gap { span, ..*gap }))
            }
            Flow::Clock(clock) if clock.at > start => self.event(Event::Clock(ClockPoint { at: own(clock.at), ..*clock })),
            Flow::Fault(at, what) if *at >= start => self.event(Event::Fault { at: own(*at), what: what.clone() }),
            _ => Ok(()),
        }
    }

    /// Hands an event to the journal, after those that it has not taken yet.
    fn event(&mut self, event: Event) -> Result<(), StoreError> {
        self.pending.push_back(event);
        self.drain()
    }

    fn drain(&mut self) -> Result<(), StoreError> {
        while let Some(event) = self.pending.front() {
            self.session.record(event)?;
            self.pending.pop_front();
        }
        Ok(())
    }

    /// An annotation told from the recording's frame 0; one that began before it begins there.
    fn own(&self, annotation: &Annotation) -> Annotation {
        let own = |index: SampleIndex| SampleIndex(index - self.start);
        Annotation { start: own(annotation.start), end: annotation.end.map(own), ..annotation.clone() }
    }
}

/// The frames of a block from `start` on, with `start` as frame 0.
fn cut(block: &Block, start: SampleIndex) -> Block {
    let skip = (start - block.start) as usize * block.channels;
    Block { start: SampleIndex(block.start - start), channels: block.channels, samples: block.samples[skip..].to_vec() }
}

/// A multiple of the analysis step, so that the file's windows are the live ones, at least the pre-roll before `head` where there is so much.
fn pre_roll_start(head: SampleIndex, kept_from: SampleIndex, pre_roll: u64, step: u64) -> SampleIndex {
    let latest = head.0.saturating_sub(pre_roll) / step * step;
    let earliest = kept_from.0.div_ceil(step) * step;
    SampleIndex(latest.max(earliest).min(head.0))
}

fn before_now(ago: Seconds) -> jiff::Timestamp {
    let now = jiff::Timestamp::now();
    now.checked_sub(jiff::SignedDuration::from_secs_f64(ago.0)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pre_roll_begins_at_a_step_and_holds_what_there_is() {
        let start = |head, kept| pre_roll_start(SampleIndex(head), SampleIndex(kept), 1000, 500).0;
        assert_eq!(start(5_250, 3_600), 4_000);
        assert_eq!(start(300, 0), 0);
        assert_eq!(start(1_700, 0), 500);
    }

    #[test]
    fn a_block_is_cut_at_the_recordings_start() {
        let block = Block { start: SampleIndex(8), channels: 2, samples: vec![1.0, -1.0, 2.0, -2.0, 3.0, -3.0] };
        let own = cut(&block, SampleIndex(10));
        assert_eq!((own.start, own.samples), (SampleIndex(0), vec![3.0, -3.0]));
    }
}
