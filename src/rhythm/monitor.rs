//! Puts the estimators together: blocks of samples in, a row a rhythm, channel and step out.

mod beside;
mod cycles;
mod series;
mod sides;
mod spectrum;

use super::alias;
use super::attribution::{self, Ranges};
use super::derived::{self, Derived};
use super::ledger::Ledger;
use super::phases::{Followed, Phases};
use super::plan::{self, Plan};
use super::raw::Raw;
use super::still::{Stills, Traces};
use super::stream::Stream;
use super::window::{Range, Window};
use super::{Estimate, Figure, Flag, Flags, Rhythm, Row, Settings};
use crate::signal::{Block, ClockPoint, Layout, Rate, Role, SampleIndex, Seconds};
use beside::Beside;

/// Samples are float32: what is left of them without their trend must be larger than this share of them to be a signal and not rounding.
const RESOLUTION: f64 = 1e-8;
/// And the rate must then be another by this share of it.
const CHANGED: f64 = 0.05;

/// Looks at every channel for every rhythm, every step. A row is a function of the window's own samples and the clock
/// in force alone, so that the figures do not depend on how the samples were split nor on what came before the window.
#[derive(Debug)]
pub struct Monitor {
    layout: Layout,
    settings: Settings,
    plans: Vec<Plan>,
    /// A window of the right channel beside the left one's.
    beside: Option<Window>,
    /// For each channel, what the tide, the slow rhythms and the pulse are looked for in.
    streams: Vec<[Stream; 3]>,
    raw: Vec<Raw>,
    phases: Phases,
    /// What is looked for in series derived from the channels, and the scratch for it.
    series: Vec<derived::Plan>,
    derived: Derived,
    stills: Stills,
    /// The cycles one by one, where they are asked for.
    ledger: Option<Ledger>,
    step: u64,
    start: SampleIndex,
    at: SampleIndex,
    /// The frame after the last in which any channel was missing, a channel.
    whole_from: Vec<SampleIndex>,
    /// Where a channel of the breath's own has it, over the cranial rhythm's window; it may be slower than it is looked for.
    reference_per_min: Option<f64>,
    clock: Rate,
    /// When rows were told last, and by which clock.
    told: Option<(SampleIndex, Rate)>,
}

impl Monitor {
    /// Plans everything for the layout; allocates nothing a block afterwards.
    pub fn new(layout: &Layout, settings: &Settings) -> Self {
        let hz = layout.nominal.hz();
        let channels = layout.channels.len();
        let longest = settings.rhythms.iter().map(|rhythm| rhythm.window.0).fold(0.0, f64::max);
        let streams: Vec<[Stream; 3]> = (0..channels).map(|_| plan::streams(hz, settings, longest + settings.step.0)).collect();
        let (unit, step) = plan::steps(streams.first(), settings, hz);
        let enabled = Rhythm::ALL.into_iter().filter(|rhythm| settings.of(*rhythm).enabled);
        let plans: Vec<Plan> = enabled.filter_map(|rhythm| Some(Plan::new(rhythm, settings, (hz, unit), streams.first()?))).collect();
        let frames = plans.iter().map(|plan| plan.frames).max().unwrap_or(unit);
        let cranial = plans.iter().find(|plan| plan.rhythm == Rhythm::Cranial);
        let beside = layout.left_right().and(cranial).and_then(|plan| Some(Window::new(plan.window.as_ref()?.shape())));
        let series = if settings.derived { plan::series(&plans, settings, (hz, step), streams.first()) } else { Vec::new() };
        let stills = Stills::new(layout, settings, (plan::lane(Rhythm::Cranial), unit));
        let mut monitor = Self {
            layout: layout.clone(),
            settings: settings.clone(),
            plans,
            beside,
            streams,
            raw: (0..channels).map(|_| Raw::new(unit, frames)).collect(),
            phases: Phases::default(),
            series,
            derived: Derived::default(),
            stills,
            ledger: None,
            step,
            start: SampleIndex(0),
            at: SampleIndex(0),
            whole_from: vec![SampleIndex(0); channels],
            reference_per_min: None,
            clock: layout.nominal,
            told: None,
        };
        monitor.reset(SampleIndex(0));
        monitor
    }

    /// [`Monitor::step_frames`] of one for this layout, without planning its windows, which takes a tenth of a second.
    pub fn step_of(layout: &Layout, settings: &Settings) -> u64 {
        let hz = layout.nominal.hz();
        let streams = layout.channels.first().map(|_| plan::streams(hz, settings, 0.0));
        plan::steps(streams.as_ref(), settings, hz).1
    }

    /// Frames between two rows; the ends of windows are its multiples. A recording that is to give the same figures must start at one.
    pub fn step_frames(&self) -> u64 {
        self.step
    }

    /// Frames of the longest window.
    pub fn longest_frames(&self) -> u64 {
        self.plans.iter().map(|plan| plan.frames).max().unwrap_or(0)
    }

    /// Takes a block that begins where the last one ended, and appends the rows of the steps it completes.
    pub fn push(&mut self, block: &Block, rows: &mut Vec<Row>) {
        self.each_step(block, |monitor| {
            let begin = rows.len();
            monitor.look(rows);
            monitor.look_for_stills(begin, rows);
            monitor.look_at_series(begin, rows);
        });
    }

    /// The same without still points, which need all that came before, and at steps after `from` alone: for a stretch of a recording, run up to by one longest
    /// window. Stretches may be looked at side by side.
    pub fn push_figures(&mut self, block: &Block, from: SampleIndex, rows: &mut Vec<Row>) {
        self.each_step(block, |monitor| {
            if monitor.at > from {
                let begin = rows.len();
                monitor.look(rows);
                monitor.look_at_series(begin, rows);
            }
        });
    }

    /// The same as [`Monitor::push`], where `told` appends the rows that [`Monitor::push_figures`] has for a step.
    pub fn push_told(&mut self, block: &Block, mut told: impl FnMut(SampleIndex, &mut Vec<Row>), rows: &mut Vec<Row>) {
        self.each_step(block, |monitor| {
            let begin = rows.len();
            told(monitor.at, rows);
            let series = rows[begin..].iter().position(|row| matches!(row, Row::Estimate(estimate) if estimate.series.is_some()));
            let mut series = rows.split_off(series.map_or(rows.len(), |at| begin + at));
            monitor.look_for_stills(begin, rows);
            rows.append(&mut series);
        });
    }

    fn each_step(&mut self, block: &Block, mut look: impl FnMut(&mut Self)) {
        for frame in block.samples.chunks_exact(block.channels.max(1)) {
            for (channel, sample) in frame.iter().enumerate().take(self.streams.len()) {
                let usable = sample.is_finite() && sample.abs() <= 1e30;
                let value = if usable { f64::from(*sample) } else { f64::NAN };
                if !usable {
                    self.whole_from[channel] = self.at + 1;
                }
                self.streams[channel].iter_mut().for_each(|stream| stream.push(value));
                self.raw[channel].push(self.at.0, *sample);
            }
            self.at = self.at + 1;
            if self.at.0.is_multiple_of(self.step) {
                self.told = Some((self.at, self.clock));
                look(self);
            }
        }
    }

    fn look_for_stills(&mut self, begin: usize, rows: &mut Vec<Row>) {
        let traces = Traces { at: self.at, clock: self.clock, streams: &self.streams, raw: &self.raw };
        self.stills.look(traces, begin, rows);
    }

    /// The stream is over: appends the still points that last until its end.
    pub fn finish(&mut self, rows: &mut Vec<Row>) {
        let traces = Traces { at: self.at, clock: self.clock, streams: &self.streams, raw: &self.raw };
        self.stills.finish(traces, rows);
    }

    /// Rates of rows from here on are told by this clock.
    pub fn set_clock(&mut self, clock: ClockPoint) {
        self.clock = clock.rate;
    }

    /// Forgets everything and goes on at `start` (a multiple of [`Monitor::step_frames`], or rows begin at the next one).
    pub fn reset(&mut self, start: SampleIndex) {
        self.start = start;
        self.at = start;
        self.whole_from.fill(start);
        self.told = None;
        self.raw.iter_mut().for_each(Raw::reset);
        self.stills.reset();
        self.ledger.iter_mut().for_each(Ledger::reset);
        self.streams.iter_mut().flatten().for_each(|stream| stream.reset(start.0));
    }

    /// How much whole signal there is in a row in every channel, up to now, since the start or the last gap.
    pub fn whole(&self) -> Seconds {
        let from = self.whole_from.iter().copied().max().unwrap_or(self.start);
        self.clock.duration(self.at - from)
    }

    /// Keeps the phase of the cranial rhythm at these instants of every channel, as far as windows tell it from here on; what is known of those that it
    /// kept before stays.
    pub fn follow(&mut self, instants: Vec<SampleIndex>) {
        self.phases.follow(instants, self.layout.channels.len());
    }

    /// The phase of the cranial rhythm where it was asked for.
    pub fn phases(&self) -> &Phases {
        &self.phases
    }

    fn look(&mut self, rows: &mut Vec<Row>) {
        // The breath's own channel comes first, because it tells where the breath is in the others.
        let mut plans = std::mem::take(&mut self.plans);
        let begin = rows.len();
        for plan in &mut plans {
            let reference = self.reference(plan);
            if plan.rhythm == Rhythm::Cranial {
                let factor = self.streams.first().map_or(1, |streams| streams[plan::lane(plan.rhythm)].factor());
                self.reference_per_min = reference.map(|breath| breath.at * 60.0 * self.clock.hz() / factor as f64);
            }
            let first = rows.len();
            for channel in 0..self.layout.channels.len() {
                let beside = self.beside(plan, channel, reference);
                if let Some(estimate) = self.estimate(plan, channel, beside) {
                    self.note_cycles(plan, &estimate);
                    rows.push(Row::Estimate(estimate));
                }
            }
            if plan.rhythm == Rhythm::Cranial
                && let Some(symmetry) = self.symmetry(plan, &rows[first..])
            {
                rows.push(Row::Symmetry(symmetry));
            }
        }
        attribution::flag_shared(&mut rows[begin..]);
        attribution::flag_multiples(&mut rows[begin..]);
        self.plans = plans;
    }

    /// Whether a channel is the breath's own.
    fn is_breath(&self, channel: usize) -> bool {
        self.layout.channels[channel].role == Role::Breath
    }

    fn is_whole(&self, channel: usize, frames: u64) -> bool {
        self.at - self.whole_from[channel] >= frames
    }

    /// The fastest rate a minute that must be told for a rhythm in a channel: where there is a pulse, its own, for too seldom looked at it is any other rhythm.
    fn highest(&self, rhythm: Rhythm, channel: usize) -> f64 {
        let high = |rhythm: Rhythm| self.settings.of(rhythm).high_per_min;
        if self.layout.channels[channel].role == Role::Pulse { high(rhythm).max(high(Rhythm::Pulse)) } else { high(rhythm) }
    }

    /// A rhythm's range in cycles a sample of the plan's stream.
    fn range(&self, plan: &Plan, rhythm: Rhythm) -> Range {
        let own = self.settings.of(rhythm);
        let factor = self.streams.first().map_or(1, |streams| streams[plan::lane(plan.rhythm)].factor());
        let per_min = 60.0 * self.layout.nominal.hz() / factor as f64;
        Range { low: own.low_per_min / per_min, high: own.high_per_min / per_min }
    }

    fn estimate(&mut self, plan: &mut Plan, channel: usize, beside: Beside) -> Option<Estimate> {
        if self.at - self.start < plan.frames {
            return None;
        }
        let mut flags = Flags::default();
        if !self.is_whole(channel, plan.frames) {
            flags.insert(Flag::Gap);
        }
        let mut estimate = Estimate {
            channel,
            series: None,
            rhythm: plan.rhythm,
            end: self.at,
            t: self.clock.time_of(self.at),
            window: self.clock.duration(plan.frames),
            figure: None,
            flags,
        };
        if flags.contains(Flag::Gap) {
            return Some(estimate);
        }
        let Some(mut window) = plan.window.take() else {
            self.raw[channel].flag(plan.frames, &mut estimate.flags);
            estimate.flags.insert(Flag::SlowDevice);
            return Some(estimate);
        };
        let picked = self.judge((plan, plan.frames), &mut window, beside, &mut estimate);
        if let Some(frequency) = picked {
            self.adapt(plan, (&window, frequency), beside, &mut estimate);
        }
        plan.window = Some(window);
        Some(estimate)
    }

    /// Judges one window; tells the frequency of the line that was attributed to the rhythm.
    fn judge(&mut self, (plan, frames): (&Plan, u64), window: &mut Window, beside: Beside, estimate: &mut Estimate) -> Option<f64> {
        let (channel, breath) = (estimate.channel, beside.breath);
        let ranges = Ranges { own: plan.range, breath: self.range(plan, Rhythm::Breath), cranial: self.range(plan, Rhythm::Cranial) };
        let stream = &self.streams[channel][plan::lane(plan.rhythm)];
        let samples = stream.window(self.at.0, frames, window.len())?;
        let changes = self.raw[channel].flag(frames, &mut estimate.flags);
        // What is held between the measurements has images of its rhythms beyond what they can tell, as what is measured too seldom has.
        let fastest = 60.0 * plan::NYQUIST_SHARE * changes * self.clock.hz();
        if changes > 0.0 && !estimate.flags.contains(Flag::Quantised) && self.highest(plan.rhythm, channel) > fastest {
            estimate.flags.insert(Flag::SlowDevice);
            return None;
        }
        let (low, high) = samples.clone().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)));
        window.look_beside(beside.slower, samples);
        if window.spread() <= RESOLUTION * high.abs().max(low.abs()) {
            estimate.flags.insert(Flag::Flat);
            return None;
        }
        let flags = &mut estimate.flags;
        let mut picked = attribution::pick(plan.rhythm, window, breath, ranges, flags);
        let per_min = 60.0 * self.clock.hz() / stream.factor() as f64;
        let pace = changes * stream.factor() as f64;
        estimate.figure = window.figure(picked, (per_min, pace), self.settings.threshold).map(|(figure, frequency)| {
            // What attribution has given to another rhythm is not this one's.
            let ours = picked.is_some() || attribution::admits((plan.rhythm, frequency), window, breath, ranges, flags);
            let (rate, size) = (figure.rate.value / per_min, figure.amplitude.value / 2.0);
            let known = figure.rate.half_width() / per_min;
            let overtone = match plan.rhythm {
                Rhythm::Pulse => flags.contains(Flag::NearBreathHarmonic) || window.is_harmonic(rate, size, known),
                Rhythm::Breath => attribution::is_of_slower(rate, size, window, ranges),
                Rhythm::Tide | Rhythm::Cranial => false,
            };
            if plan.rhythm == Rhythm::Cranial && figure.present {
                attribution::flag_of_breath((rate, size), window, breath, ranges, flags);
            }
            let ours = ours && (plan.rhythm != Rhythm::Breath || attribution::agrees(&figure, per_min, window, breath, flags));
            if figure.present && (overtone || plan.rhythm == Rhythm::Pulse && window.may_be_harmonic(rate, size, known)) {
                flags.insert(Flag::NearBreathHarmonic);
            }
            if alias::of_mains(figure.rate.value, self.clock.hz()) {
                flags.insert(Flag::MainsAlias);
            }
            if figure.present && plan.rhythm != Rhythm::Pulse && alias::of_pulse(figure.rate.value, changes * self.clock.hz()) {
                flags.insert(Flag::PulseAlias);
            }
            Figure { present: figure.present && ours && !overtone, ..figure }
        });
        // Of a trace in few steps it is not known how often it was measured.
        if estimate.figure.is_some_and(|figure| figure.rate.value > fastest) {
            (estimate.figure, picked) = (None, None);
            estimate.flags.insert(Flag::SlowDevice);
        }
        if plan.rhythm == Rhythm::Cranial && frames == plan.frames {
            self.keep_phases(window, frames, estimate);
        }
        picked
    }

    /// Where the line of a rhythm has left, tells what is there instead in the latest part of the window, if it is sure.
    fn adapt(&mut self, plan: &mut Plan, (window, frequency): (&Window, f64), beside: Beside, estimate: &mut Estimate) {
        let mut recent = std::mem::take(&mut plan.recent);
        for (frames, shorter) in &mut recent {
            if !shorter.misses((window, frequency), CHANGED) {
                continue;
            }
            let mut latest = Estimate { window: self.clock.duration(*frames), figure: None, flags: Flags::default(), ..*estimate };
            self.judge((plan, *frames), shorter, beside, &mut latest);
            let (Some(before), Some(now)) = (estimate.figure, latest.present().copied()) else { continue };
            // It was looked at more than once.
            let p = -((1.0 + plan::RECENT.len() as f64) * (-now.p).ln_1p()).exp_m1();
            if p < self.settings.threshold && (now.rate.value / before.rate.value - 1.0).abs() > CHANGED {
                *estimate = Estimate { figure: Some(Figure { p, ..now }), ..latest };
                break;
            }
        }
        plan.recent = recent;
    }

    /// Keeps the cranial rhythm's phase where it was asked for, if it is present.
    fn keep_phases(&mut self, window: &Window, frames: u64, estimate: &Estimate) {
        let Some(figure) = estimate.present() else { return };
        let stream = &self.streams[estimate.channel][plan::lane(Rhythm::Cranial)];
        let followed = Followed { end: self.at, frames, per_min: figure.rate.value };
        let phase = |instant: SampleIndex| window.phase_at(stream.place((self.at.0, frames), instant.0));
        self.phases.take(estimate.channel, followed, phase);
    }
}
