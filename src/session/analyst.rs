//! The thread that looks: blocks in, history, rows and snapshots out. It may lag behind; the recorder never waits for it.

use std::sync::Arc;

use crossbeam_channel::{Receiver, select};

use super::View;
use crate::lsl::Offer;
use crate::protocol::{Flow, Look, Snapshot, TrendPoint};
use crate::rhythm::{Estimate, Monitor, Rhythm, Row, Settings, StillPoint};
use crate::signal::{Block, ClockPoint, History, Layout, SampleIndex};

/// What the analyst keeps between blocks.
struct Analyst {
    settings: Settings,
    view: Arc<View>,
    offer: Option<Arc<Offer>>,
    monitor: Option<Monitor>,
    rows: Vec<Row>,
    snapshot: Snapshot,
    /// Which spectra somebody looks at.
    look: Option<Look>,
    /// Which taps the monitor knows of.
    taps: u64,
    /// In a replay, the frame that was jumped to, and the number of the jump: rows of windows that end well before it are not asked for.
    jumped: Option<(SampleIndex, u64)>,
}

/// What an analyst is told by.
pub(super) struct Told<'a> {
    /// The stream.
    pub(super) flow: &'a Receiver<Flow>,
    /// Which spectra are looked at.
    pub(super) looks: &'a Receiver<Option<Look>>,
}

/// Runs until the stream ends or its sender is gone.
pub(super) fn run(told: &Told<'_>, settings: Settings, view: Arc<View>, offer: Option<Arc<Offer>>) {
    let Told { flow, looks } = told;
    let (rows, snapshot) = (Vec::new(), Snapshot::default());
    let mut analyst = Analyst { settings, view, offer, monitor: None, rows, snapshot, look: None, taps: 0, jumped: None };
    loop {
        let item = select! {
            recv(flow) -> item => item,
            recv(looks) -> look => {
                // Nobody who could look any more: the stream ends by itself.
                analyst.look(look.unwrap_or_default());
                if look.is_err() { flow.recv() } else { continue }
            }
        };
        let Ok(item) = item else { break };
        if matches!(item, Flow::End) {
            analyst.end();
            break;
        }
        analyst.take(item);
        // One picture for all that has come meanwhile: the queue is emptied before anything is published.
        while let Ok(item) = flow.try_recv() {
            if matches!(item, Flow::End) {
                analyst.end();
                return;
            }
            analyst.take(item);
        }
        analyst.publish();
    }
}

impl Analyst {
    fn take(&mut self, item: Flow) {
        match item {
            Flow::Open(layout) => self.open(layout),
            Flow::Block(block) => self.block(&block),
            Flow::Gap(gap) => {
                self.snapshot.lost += gap.span.frames();
                Arc::make_mut(&mut self.snapshot.gaps).push(gap);
            }
            Flow::Clock(clock) => self.clock(clock),
            Flow::Fault(_, what) => {
                self.snapshot.faults += 1;
                self.snapshot.last_fault = what;
            }
            Flow::Jump { from, to, number } => self.jump(from, (to, number)),
            Flow::Format(_) | Flow::End => {}
        }
    }

    fn open(&mut self, layout: Arc<Layout>) {
        let channels = layout.channels.len();
        self.monitor = Some(Monitor::new(&layout, &self.settings));
        self.view.change_history(|history| *history = Some(History::new(channels, SampleIndex(0))));
        self.snapshot = Snapshot {
            layout: Some(layout),
            latest: vec![[None; 4]; channels],
            trend: Arc::new(vec![Default::default(); channels]),
            faults: self.snapshot.faults,
            last_fault: std::mem::take(&mut self.snapshot.last_fault),
            ..Snapshot::default()
        };
    }

    fn clock(&mut self, clock: ClockPoint) {
        self.snapshot.clock = Some(clock);
        if let Some(monitor) = &mut self.monitor {
            monitor.set_clock(clock);
        }
    }

    /// Trend and still points of a replay are found by who looks through the whole recording; here only the figures of the place are.
    fn jump(&mut self, from: SampleIndex, jumped: (SampleIndex, u64)) {
        let channels = self.snapshot.latest.len();
        self.view.change_history(|history| *history = None);
        if let Some(monitor) = &mut self.monitor {
            monitor.reset(from);
        }
        self.snapshot.latest = vec![[None; 4]; channels];
        self.snapshot.symmetry = None;
        self.snapshot.spectra = Arc::default();
        self.snapshot.head = from;
        self.jumped = Some(jumped);
    }

    fn block(&mut self, block: &Block) {
        self.view.change_history(|history| {
            if let Some(history) = history {
                history.push(block);
            }
        });
        self.snapshot.head = block.end();
        let Some(monitor) = &mut self.monitor else { return };
        self.rows.clear();
        if let Some(taps) = self.view.taps(&mut self.taps) {
            monitor.follow(taps);
        }
        match self.jumped {
            Some((to, _)) => {
                // Of the last two steps: what live would have on its screen there.
                let from = SampleIndex(to - SampleIndex(2 * monitor.step_frames()));
                monitor.push_figures(block, from, &mut self.rows);
            }
            None => monitor.push(block, &mut self.rows),
        }
        self.snapshot.whole = monitor.whole();
        if self.rows.is_empty() {
            return;
        }
        if let Some(offer) = &self.offer {
            offer.rows(&self.rows);
        }
        if let Some(layout) = &self.snapshot.layout {
            self.view.felt(monitor.phases(), (layout, self.snapshot.clock.map_or(layout.nominal, |clock| clock.rate)));
        }
        let live = self.jumped.is_none();
        let trend = Arc::make_mut(&mut self.snapshot.trend);
        for row in &self.rows {
            match row {
                // The screen shows channels, none of what is derived from them.
                Row::Estimate(estimate) if estimate.series.is_some() => {}
                Row::Estimate(estimate) => {
                    if live {
                        trend[estimate.channel][estimate.rhythm as usize].push(trend_point(estimate));
                    }
                    self.snapshot.latest[estimate.channel][estimate.rhythm as usize] = Some(*estimate);
                }
                Row::Symmetry(symmetry) => self.snapshot.symmetry = Some(*symmetry),
                Row::StillPoint(still) => keep(Arc::make_mut(&mut self.snapshot.stills), *still),
            }
        }
        if self.look.is_some() {
            self.make_spectra();
        }
    }

    /// Somebody looks at other spectra, or at none.
    fn look(&mut self, look: Option<Look>) {
        self.look = look;
        self.make_spectra();
        self.publish();
    }

    fn make_spectra(&mut self) {
        let Some((look, monitor)) = self.look.zip(self.monitor.as_mut()) else {
            self.snapshot.spectra = Arc::default();
            return;
        };
        let rhythms = Rhythm::ALL.into_iter().filter(|rhythm| look.rhythm.is_none_or(|wanted| wanted == *rhythm));
        self.snapshot.spectra = Arc::new(rhythms.filter_map(|rhythm| monitor.spectrum(look.channel, rhythm)).collect());
    }

    /// What is open when the stream ends may be a still point that lasted until then.
    fn end(&mut self) {
        let Some(monitor) = &mut self.monitor else { return };
        self.rows.clear();
        monitor.finish(&mut self.rows);
        for row in &self.rows {
            if let Row::StillPoint(still) = row {
                keep(Arc::make_mut(&mut self.snapshot.stills), *still);
            }
        }
        self.publish();
    }

    fn publish(&self) {
        self.view.publish(self.snapshot.clone(), self.jumped.map_or(0, |(_, number)| number));
    }
}

/// What the trend shows of a row.
pub(super) fn trend_point(estimate: &Estimate) -> TrendPoint {
    let figure = estimate.present();
    TrendPoint {
        t: estimate.t,
        rate: figure.map(|figure| figure.rate.value as f32),
        amplitude: figure.map(|figure| figure.amplitude.value as f32),
    }
}

/// Adds a still point in the order of their starts.
pub(super) fn keep(stills: &mut Vec<StillPoint>, still: StillPoint) {
    let place = stills.partition_point(|other| other.span.start <= still.span.start);
    stills.insert(place, still);
}
