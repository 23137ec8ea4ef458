//! The threads that look through a recording beside its replay: for the overview, then for trend and still points; and for close-ups of where one looks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::view::{View, Whole};
use super::{Stop, analyst};
use crate::rhythm::{Monitor, Row, Settings};
use crate::signal::{Block, ClockPoint, Columns, Layout, Overview, SampleIndex, fold};
use crate::store::{OverviewFile, Reader, Recording, StoreError};

/// Bytes of samples read at once.
const READ: usize = 1 << 20;
/// So often the screen is told that there is more.
const TELL: Duration = Duration::from_millis(100);

/// All that is to be known of a recording, found out from its beginning to its end.
#[derive(Debug)]
pub(super) struct Survey {
    view: Arc<View>,
    reader: Reader,
    layout: Layout,
    clocks: Vec<ClockPoint>,
    frames: u64,
    settings: Settings,
    kept: Option<OverviewFile>,
    samples: Vec<f32>,
}

impl Survey {
    /// Of a recording, whose overview is kept in a file if that is worth it.
    pub(super) fn new(view: Arc<View>, recording: &Recording, settings: Settings, kept: Option<OverviewFile>) -> Result<Self, StoreError> {
        Ok(Self {
            view,
            reader: recording.reader()?,
            layout: recording.layout().clone(),
            clocks: recording.clocks().to_vec(),
            frames: recording.frames(),
            settings,
            kept,
            samples: Vec::new(),
        })
    }

    /// Goes through the recording twice, until it has ended or the stop is asked for. A place that cannot be read ends it: the player tells of it when it comes there.
    pub(super) fn run(mut self, stop: &Stop) {
        if self.overview(stop).is_ok() {
            let _ = self.figures(stop);
        }
    }

    fn overview(&mut self, stop: &Stop) -> Result<(), StoreError> {
        if let Some(kept) = self.kept.as_ref().and_then(OverviewFile::load) {
            self.view.with_reel(|reel| reel.put_overview(kept));
            self.view.redrawn();
            return Ok(());
        }
        let channels = self.layout.channels.len();
        let base = self.view.with_reel(|reel| reel.overview().base()).unwrap_or(1);
        let at_once = (READ / 4 / channels.max(1) / base as usize).max(1) * base as usize;
        let (mut at, mut told, mut buckets) = (SampleIndex(0), Instant::now(), Vec::new());
        while !stop.is_asked() {
            let got = self.reader.read(at, at_once, &mut self.samples)?;
            if got == 0 {
                break;
            }
            buckets.clear();
            fold(&self.samples, channels, base, &mut buckets);
            self.view.with_reel(|reel| reel.append(got as u64, &buckets));
            at = at + got as u64;
            if told.elapsed() > TELL || at.0 >= self.frames {
                self.view.redrawn();
                told = Instant::now();
            }
        }
        if let Some(kept) = self.kept.as_ref().filter(|_| at.0 >= self.frames) {
            let whole = self.view.with_reel(|reel| reel.overview().clone());
            // What cannot be kept is made anew the next time.
            let _ = whole.map(|overview| kept.save(&overview));
        }
        Ok(())
    }

    fn figures(&mut self, stop: &Stop) -> Result<(), StoreError> {
        let channels = self.layout.channels.len();
        let mut monitor = Monitor::new(&self.layout, &Settings { derived: false, ..self.settings.clone() });
        let at_once = (READ / 4 / channels.max(1)).max(1) as u64;
        let rate = self.clocks.last().map_or(self.layout.nominal, |clock| clock.rate);
        monitor.follow(self.view.taps(&mut 0).unwrap_or_default());
        let (mut at, mut told, mut rows) = (SampleIndex(0), Instant::now(), Vec::new());
        let mut clocks = std::mem::take(&mut self.clocks).into_iter().peekable();
        while !stop.is_asked() {
            while let Some(clock) = clocks.next_if(|clock| clock.at <= at) {
                monitor.set_clock(clock);
            }
            let until = clocks.peek().map_or(u64::MAX, |clock| clock.at - at).min(at_once);
            let got = self.reader.read(at, until as usize, &mut self.samples)?;
            if got == 0 {
                break;
            }
            let block = Block { start: at, channels, samples: std::mem::take(&mut self.samples) };
            monitor.push(&block, &mut rows);
            self.samples = block.samples;
            at = at + got as u64;
            if told.elapsed() > TELL {
                self.tell(&mut rows, at);
                told = Instant::now();
            }
        }
        if at.0 >= self.frames {
            monitor.finish(&mut rows);
        }
        self.tell(&mut rows, at);
        self.view.felt(monitor.phases(), (&self.layout, rate));
        Ok(())
    }

    fn tell(&self, rows: &mut Vec<Row>, at: SampleIndex) {
        let figures = if self.frames == 0 { 1.0 } else { at.0 as f64 / self.frames as f64 };
        self.view.tell_whole(|whole: &mut Whole| {
            whole.figures = figures;
            let (trend, stills) = (Arc::make_mut(&mut whole.trend), Arc::make_mut(&mut whole.stills));
            for row in rows.drain(..) {
                match row {
                    Row::Estimate(estimate) => trend[estimate.channel][estimate.rhythm as usize].push(analyst::trend_point(&estimate)),
                    Row::StillPoint(still) => analyst::keep(stills, still),
                    Row::Symmetry(_) => {}
                }
            }
        });
    }
}

/// Reads what is wanted to draw the trace exactly, until the view is closed. What cannot be read stays coarse: the player tells of it.
pub(super) fn close_up(view: &View, mut reader: Reader, channels: usize) {
    let mut samples = Vec::new();
    while let Some(wanted) = view.next_wanted() {
        let mut close = Overview::new(channels, wanted.base, wanted.span.start);
        let at_once = (READ / 4 / channels.max(1) / wanted.base as usize).max(1) * wanted.base as usize;
        let mut buckets = Vec::new();
        while close.end() < wanted.span.end {
            let left = (wanted.span.end - close.end()) as usize;
            let Ok(got @ 1..) = reader.read(close.end(), left.min(at_once), &mut samples) else { break };
            buckets.clear();
            fold(&samples, channels, wanted.base, &mut buckets);
            close.append(got as u64, &buckets);
        }
        view.put_close(close);
    }
}
