//! From deliveries to the stream: layout, index, gaps, blocks. One tokio task a live session.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::laid_out::{named, narrow, round_rate, widen};
use super::outlet::{Outlets, block};
use super::timeline::{Arrived, Timeline, Verdict};
use super::{Stop, View};
use crate::lsl::Offer;
use crate::protocol::{Flow, Notice, Raw, SourceState};
use crate::signal::{Channel, ClockPoint, Gap, GapCause, Layout, MISSING, Rate, SampleIndex, Seconds, Span, clean};
use crate::source::{Delivery, Source};
use crate::wire::WireChannel;

/// A block is closed after this long, so that the screen moves and a crash costs little.
const BLOCK: Duration = Duration::from_millis(40);
/// Where nobody looks one is closed when nothing more has come, but no oftener than this: every block wakes a thread.
const BLOCK_UNSEEN: Duration = Duration::from_millis(150);
/// It is looked for silence then, and for what waits, this often.
const LOOK_UNSEEN: Duration = Duration::from_millis(500);
/// The rate in force is told again this often.
const CLOCK_EVERY: f64 = 5.0;
/// What the device sends is shown anew this often.
const RAW_EVERY: Duration = Duration::from_millis(200);
/// After so long without a good rate the best one so far is taken.
const LONGEST_SETTLING: f64 = 20.0;
/// Silence for so long is told.
const STALLED: f64 = 2.0;

/// What the user said of the stream beforehand.
#[derive(Clone, Debug, Default)]
pub struct Stated {
    /// By `--rate`.
    pub rate: Option<Rate>,
    /// By `--channels`: in order, `None` where the stream's own stays.
    pub channels: Vec<Option<Channel>>,
    /// By `--lsl`: whether what is received, found and annotated is offered to other programs.
    pub lsl: bool,
}

/// One live session's way from the source to the queues.
pub(super) struct Ingest<S> {
    source: S,
    stated: Stated,
    outlets: Outlets,
    notices: mpsc::Sender<Notice>,
    offer: Option<Arc<Offer>>,
    view: Arc<View>,
    line: Timeline,
    /// The name of the wire format, once one was recognised.
    format: Option<String>,
    names: Vec<WireChannel>,
    known_rate: Option<Rate>,
    layout: Option<Arc<Layout>>,
    /// Frames without an index yet: before the layout is known, or in doubt.
    waiting: Vec<f32>,
    /// Which of them never came, by the device's counter: from which on, and how many.
    counted: Vec<(u64, u64)>,
    /// Frames with an index, not yet sent; they begin at `sent`.
    open: Vec<f32>,
    sent: SampleIndex,
    /// When the latest block was closed.
    closed: Instant,
    first_arrival: Option<f64>,
    last_arrival: f64,
    last_clock: f64,
    heard: Instant,
    raw_told: Instant,
    state: SourceState,
}

impl<S: Source> Ingest<S> {
    pub(super) fn new(source: S, stated: Stated, outlets: Outlets, notices: mpsc::Sender<Notice>) -> Self {
        Self {
            source,
            line: Timeline::new(stated.rate),
            stated,
            outlets,
            notices,
            offer: None,
            view: Arc::default(),
            format: None,
            names: Vec::new(),
            known_rate: None,
            layout: None,
            waiting: Vec::new(),
            counted: Vec::new(),
            open: Vec::new(),
            sent: SampleIndex(0),
            closed: Instant::now(),
            first_arrival: None,
            last_arrival: 0.0,
            last_clock: f64::NEG_INFINITY,
            heard: Instant::now(),
            raw_told: Instant::now(),
            state: SourceState::Silent,
        }
    }

    /// What is received is offered to other programs, too.
    pub(super) fn offered(self, offer: Option<Arc<Offer>>) -> Self {
        Self { offer, ..self }
    }

    /// In a view of somebody who may look at what the device sends.
    pub(super) fn seen_in(self, view: Arc<View>) -> Self {
        Self { view, ..self }
    }

    /// Runs until the source ends or the session is stopped; then everything held is sent and the queues are closed.
    pub(super) async fn run(mut self, stop: Stop) {
        let unseen = self.outlets.analyst.is_none();
        let mut tick = tokio::time::interval(if unseen { LOOK_UNSEEN } else { BLOCK });
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        self.tell(SourceState::Silent);
        loop {
            tokio::select! {
                biased;
                () = stop.asked() => break,
                _ = tick.tick() => self.tick().await,
                delivery = self.source.next() => {
                    self.heard = Instant::now();
                    if self.take(delivery).await.is_break() {
                        break;
                    }
                }
                () = std::future::ready(()), if unseen && self.is_due() => self.flush().await,
            }
        }
        let gaps = self.line.settle();
        self.settled(gaps).await;
        self.flush().await;
        self.outlets.send(Flow::End).await;
    }

    async fn take(&mut self, delivery: Delivery) -> std::ops::ControlFlow<()> {
        match delivery {
            Delivery::Open { channels, rate } => self.channels(channels, rate).await,
            Delivery::Frames { samples, stamps, arrival } => self.frames(&samples, &stamps, arrival).await,
            Delivery::Missing(frames) => self.missing(frames),
            Delivery::Format { name, what } => self.format(clean(&name), &what).await,
            Delivery::Unsure(what) if self.layout.is_none() => self.tell(SourceState::Settling(clean(&what))),
            Delivery::Unsure(what) => self.trouble(clean(&what)),
            Delivery::Fault(what) => self.outlets.send(Flow::Fault(self.next_index(), clean(&what))).await,
            Delivery::Lost(why) => self.lost(why).await,
            Delivery::Back => self.tell(SourceState::Silent),
            Delivery::End => {
                if self.layout.is_none() && !self.waiting.is_empty() {
                    let frames = self.waiting.len() / self.names.len().max(1);
                    self.trouble(format!("the stream ended after {frames} samples, before its rate could be measured; give --rate HZ"));
                }
                self.tell(SourceState::Ended);
                return std::ops::ControlFlow::Break(());
            }
        }
        std::ops::ControlFlow::Continue(())
    }

    /// What was recognised is what is written. Another format in the middle of a stream is a fault of it.
    async fn format(&mut self, name: String, what: &str) {
        if self.layout.is_none() {
            self.tell(SourceState::Settling(clean(what)));
        }
        if self.format.as_ref() == Some(&name) {
            return;
        }
        // What came before is of the format before.
        self.flush().await;
        if let Some(before) = self.format.replace(name.clone()).filter(|_| self.layout.is_some()) {
            let what = format!("the format has changed: it was {before}, it is {name}");
            self.outlets.send(Flow::Fault(self.next_index(), what.clone())).await;
            self.trouble(what);
        }
        self.outlets.send(Flow::Format(name)).await;
    }

    async fn channels(&mut self, channels: Vec<WireChannel>, rate: Option<Rate>) {
        if let Some(layout) = &self.layout {
            if let Some(more) = channels.get(layout.channels.len()) {
                let name = more.name.as_deref().unwrap_or("unnamed");
                self.trouble(format!("a new channel came, {name}: it is left out until stillpoint is started again"));
            }
        } else {
            self.waiting = widen(&self.waiting, self.names.len(), channels.len());
            self.known_rate = rate;
        }
        self.names = channels;
        self.try_open().await;
    }

    async fn frames(&mut self, samples: &[f32], stamps: &[Option<Seconds>], arrival: Seconds) {
        let wide = self.names.len().max(1);
        let frames = (samples.len() / wide) as u64;
        self.first_arrival.get_or_insert(arrival.0);
        self.last_arrival = arrival.0;
        match &self.layout {
            Some(layout) => narrow(samples, wide, layout.channels.len(), &mut self.waiting),
            None => self.waiting.extend_from_slice(samples),
        }
        match self.line.arrive(&Arrived { frames, stamps, at: arrival }) {
            Verdict::Held => return,
            Verdict::Go(gaps) => {
                self.heard(arrival);
                self.settled(gaps).await;
            }
        }
        self.try_open().await;
        self.clock().await;
        if self.layout.is_some() {
            self.tell(SourceState::Streaming);
        } else {
            let heard = arrival.0 - self.first_arrival.unwrap_or(arrival.0);
            self.tell(SourceState::Settling(format!("measuring the rate, {heard:.0} s")));
        }
    }

    /// What was in doubt has its index now, with the gaps before and among it.
    async fn settled(&mut self, gaps: Vec<Gap>) {
        if self.layout.is_none() {
            return;
        }
        for gap in gaps {
            self.index(gap.span.start - self.next_index()).await;
            self.flush().await;
            self.fill(gap).await;
        }
        self.index(u64::MAX).await;
        if self.open.len() >= 1 << 16 {
            self.flush().await;
        }
    }

    /// By its counter the device has sent frames that never came. They take their places among those that wait; the decoder bounds how many.
    fn missing(&mut self, frames: u64) {
        let channels = self.layout.as_ref().map_or(self.names.len(), |layout| layout.channels.len()).max(1);
        self.counted.push(((self.waiting.len() / channels) as u64, frames));
        self.waiting.resize(self.waiting.len() + frames as usize * channels, MISSING);
        self.line.skip(frames);
    }

    /// Tells where on the clock the frames are that go out from now on.
    fn heard(&self, arrival: Seconds) {
        let rate = self.line.clock().rate().map(|(rate, _)| rate).or(self.stated.rate).or(self.known_rate);
        if let (Some(offer), Some(rate)) = (&self.offer, rate) {
            let (frames, made) = self.line.made(arrival);
            offer.heard(frames, rate, (made, arrival));
        }
    }

    async fn fill(&mut self, gap: Gap) {
        let channels = self.layout.as_ref().map_or(1, |layout| layout.channels.len());
        self.outlets.gap(gap, channels).await;
        self.sent = gap.span.end;
    }

    /// The first frames of those that wait have their index now; what of them never came is named before it is sent.
    async fn index(&mut self, frames: u64) {
        let Some(layout) = &self.layout else { return };
        let samples = self.waiting.len().min((frames as usize).saturating_mul(layout.channels.len()));
        let base = self.next_index();
        let mut later = self.counted.split_off(self.counted.partition_point(|(from, _)| *from < frames));
        later.iter_mut().for_each(|(from, _)| *from -= frames);
        if !self.counted.is_empty() {
            self.flush().await;
        }
        for (from, frames) in std::mem::replace(&mut self.counted, later) {
            let start = base + from;
            let gap = Gap { span: Span { start, end: start + frames }, cause: GapCause::Counter, exact: true };
            self.outlets.send(Flow::Gap(gap)).await;
        }
        self.open.extend(self.waiting.drain(..samples));
    }

    /// Begins the stream as soon as channels and rate are known.
    async fn try_open(&mut self) {
        if self.layout.is_some() || self.names.is_empty() {
            return;
        }
        let Some(nominal) = self.nominal() else { return };
        let channels = named(&self.names, &self.stated.channels);
        let layout = Arc::new(Layout { channels, nominal });
        self.layout = Some(layout.clone());
        if let Some(Err(error)) = self.offer.as_ref().map(|offer| offer.open(&layout)) {
            self.trouble(format!("--lsl: nothing is offered: {error}"));
        }
        self.outlets.send(Flow::Open(layout)).await;
        self.clock().await;
        self.index(u64::MAX).await;
        self.flush().await;
    }

    fn nominal(&self) -> Option<Rate> {
        if let Some(rate) = self.stated.rate.or(self.known_rate) {
            return Some(rate);
        }
        let (rate, _) = self.line.clock().rate()?;
        let long = self.last_arrival - self.first_arrival? > LONGEST_SETTLING;
        (self.line.clock().settled() || long).then(|| round_rate(rate))
    }

    /// Tells the rate in force, once at the start and then every few seconds.
    async fn clock(&mut self) {
        let Some(layout) = &self.layout else { return };
        if self.last_arrival - self.last_clock < CLOCK_EVERY && self.last_clock.is_finite() {
            return;
        }
        let at = self.next_index();
        let measured = self.line.clock().rate().filter(|_| self.line.clock().settled() && self.stated.rate.is_none());
        let point = match measured {
            Some((rate, std_err_hz)) => ClockPoint { at, rate, std_err_hz },
            None if self.last_clock.is_finite() => return,
            None => ClockPoint { at, rate: layout.nominal, std_err_hz: 0.0 },
        };
        self.last_clock = self.last_arrival;
        self.flush().await;
        self.outlets.send(Flow::Clock(point)).await;
    }

    async fn lost(&mut self, why: String) {
        let gaps = self.line.settle();
        self.settled(gaps).await;
        self.flush().await;
        if self.layout.is_some() {
            self.line.unplug();
        } else {
            self.line = Timeline::new(self.stated.rate);
            self.waiting.clear();
            self.counted.clear();
            self.first_arrival = None;
        }
        self.tell(SourceState::Lost(clean(&why)));
    }

    async fn tick(&mut self) {
        self.flush().await;
        if self.raw_told.elapsed() >= RAW_EVERY {
            self.raw_told = Instant::now();
            self.view.tell_raw(|| {
                let (taken_for, lines) = self.source.raw();
                Raw { taken_for: clean(&taken_for), lines }
            });
        }
        let silent = self.heard.elapsed().as_secs_f64();
        let streaming = matches!(self.state, SourceState::Streaming | SourceState::Stalled(_));
        if streaming && silent > STALLED {
            self.tell(SourceState::Stalled(Seconds(silent.floor())));
        }
    }

    /// Whether a block may be closed where nobody looks.
    fn is_due(&self) -> bool {
        !self.open.is_empty() && self.closed.elapsed() >= BLOCK_UNSEEN
    }

    /// Closes the block.
    async fn flush(&mut self) {
        let Some(layout) = &self.layout else { return };
        if self.open.is_empty() {
            return;
        }
        self.closed = Instant::now();
        let channels = layout.channels.len();
        let samples = std::mem::take(&mut self.open);
        let start = self.sent;
        self.sent = start + (samples.len() / channels) as u64;
        if let Some(offer) = &self.offer {
            offer.samples(start, &samples);
        }
        self.outlets.send(block(start, channels, samples)).await;
    }

    fn next_index(&self) -> SampleIndex {
        let channels = self.layout.as_ref().map_or(1, |layout| layout.channels.len());
        self.sent + (self.open.len() / channels) as u64
    }

    fn tell(&mut self, state: SourceState) {
        if self.state != state || state == SourceState::Silent {
            self.state = state.clone();
            self.notice(Notice::Source(state));
        }
    }

    fn trouble(&self, what: String) {
        self.notice(Notice::Trouble(what));
    }

    /// The shell that reads no notices for thousands of them is gone or blocked; nobody waits for it.
    fn notice(&self, notice: Notice) {
        let _ = self.notices.try_send(notice);
    }
}
