//! Puts the estimators together: blocks of samples in, a row a rhythm, channel and step out.

use super::attribution::{self, Breath, Ranges};
use super::raw::Raw;
use super::stream::Stream;
use super::window::{Range, Window};
use super::{Estimate, Figure, Flag, Flags, Rhythm, Row, Settings, Spectrum, Symmetry};
use crate::signal::{Block, ClockPoint, Layout, Rate, SampleIndex, Seconds};

/// What the tide, the cranial rhythm and the breath are looked for in: fast enough for the breath's harmonics.
const SLOW_HZ: f64 = 5.0;
const SLOW_PASS_HZ: f64 = 1.2;
/// What the pulse is looked for in, with its harmonics.
const FAST_HZ: f64 = 25.0;
const FAST_PASS_HZ: f64 = 9.0;
/// The spectrum for the eye goes up to this, cycles a minute.
const SPECTRUM_TO: f64 = 40.0;
/// Samples are float32: what is left of them without their trend must be larger than this share of them to be a signal and not rounding.
const RESOLUTION: f64 = 1e-8;
/// Faster than this share of a stream's rate nothing is looked for.
const NYQUIST_SHARE: f64 = 0.45;
/// An interval between samples longer than this makes no analysis at all.
const LONGEST_WINDOW: usize = 1 << 16;

/// One rhythm's plan.
#[derive(Debug)]
struct Plan {
    rhythm: Rhythm,
    fast: bool,
    /// Where the rhythm is looked for, cycles a sample of the stream.
    range: Range,
    /// Where lines are looked for that could be mistaken for it.
    context: Range,
    frames: u64,
    window: Option<Window>,
}

/// Looks at every channel for every rhythm, every step. A row is a function of the window's own samples and the clock
/// in force alone, so that the figures do not depend on how the samples were split nor on what came before the window.
#[derive(Debug)]
pub struct Monitor {
    layout: Layout,
    settings: Settings,
    plans: Vec<Plan>,
    /// A window of the right channel beside the left one's.
    beside: Option<Window>,
    slow: Vec<Stream>,
    fast: Vec<Stream>,
    raw: Vec<Raw>,
    spectra: Vec<Option<Spectrum>>,
    step: u64,
    start: SampleIndex,
    at: SampleIndex,
    /// The frame after the last in which any channel was missing, a channel.
    whole_from: Vec<SampleIndex>,
    clock: Rate,
}

impl Monitor {
    /// Plans everything for the layout; allocates nothing a block afterwards.
    pub fn new(layout: &Layout, settings: &Settings) -> Self {
        let hz = layout.nominal.hz();
        let channels = layout.channels.len();
        let longest = settings.rhythms.iter().map(|rhythm| rhythm.window.0).fold(0.0, f64::max);
        let stream = |base, target, pass| (0..channels).map(|_| Stream::new(hz, (base, target), pass, longest)).collect::<Vec<_>>();
        let fast = stream(1, FAST_HZ, FAST_PASS_HZ);
        // A multiple of the fast factor, so that every window begins and ends at whole outputs of both.
        let slow = stream(fast.first().map_or(1, Stream::factor), SLOW_HZ, SLOW_PASS_HZ);
        let unit = slow.first().map_or(1, Stream::factor);
        let step = ((settings.step.0 * hz / unit as f64).round() as u64).max(1) * unit;
        let plans: Vec<Plan> = Rhythm::ALL
            .into_iter()
            .filter(|rhythm| settings.of(*rhythm).enabled)
            .map(|rhythm| plan(rhythm, settings, hz, unit, if rhythm == Rhythm::Pulse { (true, &fast) } else { (false, &slow) }))
            .collect();
        let frames = plans.iter().map(|plan| plan.frames).max().unwrap_or(unit);
        let cranial = plans.iter().find(|plan| plan.rhythm == Rhythm::Cranial);
        let beside = layout.left_right().and(cranial).and_then(|plan| Some(Window::new(plan.window.as_ref()?.len(), plan.range.low)));
        let mut monitor = Self {
            layout: layout.clone(),
            settings: settings.clone(),
            plans,
            beside,
            slow,
            fast,
            raw: (0..channels).map(|_| Raw::new(unit, frames)).collect(),
            spectra: vec![None; channels],
            step,
            start: SampleIndex(0),
            at: SampleIndex(0),
            whole_from: vec![SampleIndex(0); channels],
            clock: layout.nominal,
        };
        monitor.reset(SampleIndex(0));
        monitor
    }

    /// Frames between two rows; the ends of windows are its multiples. A recording that is to give the same figures must start at one.
    pub fn step_frames(&self) -> u64 {
        self.step
    }

    /// Takes a block that begins where the last one ended, and appends the rows of the steps it completes.
    pub fn push(&mut self, block: &Block, rows: &mut Vec<Row>) {
        for frame in block.samples.chunks_exact(block.channels.max(1)) {
            for (channel, sample) in frame.iter().enumerate().take(self.slow.len()) {
                let usable = sample.is_finite() && sample.abs() <= 1e30;
                let value = if usable { f64::from(*sample) } else { f64::NAN };
                if !usable {
                    self.whole_from[channel] = self.at + 1;
                }
                self.slow[channel].push(value);
                self.fast[channel].push(value);
                self.raw[channel].push(self.at.0, *sample);
            }
            self.at = self.at + 1;
            if self.at.0.is_multiple_of(self.step) {
                self.look(rows);
            }
        }
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
        self.spectra.fill(None);
        self.raw.iter_mut().for_each(Raw::reset);
        self.slow.iter_mut().chain(&mut self.fast).for_each(|stream| stream.reset(start.0));
    }

    /// How much whole signal there is in a row in every channel, up to now, since the start or the last gap.
    pub fn whole(&self) -> Seconds {
        let from = self.whole_from.iter().copied().max().unwrap_or(self.start);
        self.clock.duration(self.at - from)
    }

    /// The latest spectrum of a channel over the cranial window.
    pub fn spectrum(&self, channel: usize) -> Option<&Spectrum> {
        self.spectra.get(channel)?.as_ref()
    }

    fn look(&mut self, rows: &mut Vec<Row>) {
        // The breath's own channel comes first, because it tells where the breath is in the others.
        let breath_channel = self.layout.channels.iter().position(|channel| channel.role == crate::signal::Role::Breath);
        let mut plans = std::mem::take(&mut self.plans);
        for plan in &mut plans {
            let reference = breath_channel.and_then(|channel| self.breath_of(channel, plan));
            let first = rows.len();
            for channel in 0..self.layout.channels.len() {
                let breath = match reference {
                    Some(frequency) if breath_channel != Some(channel) => Breath::Reference(frequency),
                    _ if breath_channel == Some(channel) => Breath::Own,
                    _ => Breath::Unknown,
                };
                if let Some(estimate) = self.estimate(plan, channel, breath) {
                    rows.push(Row::Estimate(estimate));
                }
            }
            if plan.rhythm == Rhythm::Cranial
                && let Some(symmetry) = self.symmetry(plan, &rows[first..])
            {
                rows.push(Row::Symmetry(symmetry));
            }
        }
        self.plans = plans;
    }

    /// Where the breath is in its own channel, over this plan's window.
    fn breath_of(&self, channel: usize, plan: &mut Plan) -> Option<f64> {
        if plan.fast || plan.rhythm == Rhythm::Tide || !self.is_whole(channel, plan.frames) {
            return None;
        }
        let range = self.range(plan, Rhythm::Breath);
        let window = plan.window.as_mut()?;
        window.look(self.slow[channel].window(self.at.0, plan.frames, window.len())?, plan.context);
        attribution::breath(window, Breath::Own, range).map(|line| line.frequency)
    }

    fn is_whole(&self, channel: usize, frames: u64) -> bool {
        self.at - self.whole_from[channel] >= frames
    }

    /// A rhythm's range in cycles a sample of the plan's stream.
    fn range(&self, plan: &Plan, rhythm: Rhythm) -> Range {
        let own = self.settings.of(rhythm);
        let stream = if plan.fast { &self.fast } else { &self.slow };
        let per_min = 60.0 * self.layout.nominal.hz() / stream.first().map_or(1, Stream::factor) as f64;
        Range { low: own.low_per_min / per_min, high: own.high_per_min / per_min }
    }

    fn estimate(&mut self, plan: &mut Plan, channel: usize, breath: Breath) -> Option<Estimate> {
        if self.at - self.start < plan.frames {
            return None;
        }
        let (figure, flags) = self.judge(plan, channel, breath);
        Some(Estimate {
            channel,
            rhythm: plan.rhythm,
            end: self.at,
            t: self.clock.time_of(self.at),
            window: self.clock.duration(plan.frames),
            figure,
            flags,
        })
    }

    fn judge(&mut self, plan: &mut Plan, channel: usize, breath: Breath) -> (Option<Figure>, Flags) {
        let mut flags = Flags::default();
        if !self.is_whole(channel, plan.frames) {
            flags.insert(Flag::Gap);
            return (None, flags);
        }
        self.raw[channel].flag(plan.frames, &mut flags);
        let ranges = Ranges { own: plan.range, breath: self.range(plan, Rhythm::Breath), cranial: self.range(plan, Rhythm::Cranial) };
        let stream = if plan.fast { &self.fast[channel] } else { &self.slow[channel] };
        let Some(window) = &mut plan.window else {
            flags.insert(Flag::SlowDevice);
            return (None, flags);
        };
        let Some(samples) = stream.window(self.at.0, plan.frames, window.len()) else { return (None, flags) };
        let (low, high) = samples.clone().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)));
        window.look(samples, plan.context);
        if window.spread() <= RESOLUTION * high.abs().max(low.abs()) {
            flags.insert(Flag::Flat);
            return (None, flags);
        }
        let picked = attribution::pick(plan.rhythm, window, breath, ranges, &mut flags);
        let per_min = 60.0 * self.clock.hz() / stream.factor() as f64;
        let frequency = picked.or_else(|| window.candidate(plan.range));
        let found = frequency.and_then(|f| window.figure(f, plan.range, per_min, self.settings.threshold));
        let figure = found.map(|(figure, line)| {
            // What attribution has given to another rhythm is not this one's.
            let ours = picked.is_some() || attribution::admits((plan.rhythm, line.frequency), window, breath, ranges, &mut flags);
            Figure { present: figure.present && ours, ..figure }
        });
        if plan.rhythm == Rhythm::Cranial {
            self.keep_spectrum(window, channel, per_min);
        }
        (figure, flags)
    }

    fn keep_spectrum(&mut self, window: &mut Window, channel: usize, per_min: f64) {
        let spectrum = self.spectra[channel].get_or_insert_default();
        let step = window.spectrum((SPECTRUM_TO / per_min).min(NYQUIST_SHARE), &mut spectrum.power);
        spectrum.step_per_min = step * per_min;
        let per_hz = (60.0 / per_min) as f32;
        spectrum.power.iter_mut().for_each(|power| *power *= per_hz);
    }

    fn symmetry(&mut self, plan: &mut Plan, rows: &[Row]) -> Option<Symmetry> {
        let (left, right) = self.layout.left_right()?;
        let rate = rows.iter().find_map(|row| match row {
            Row::Estimate(estimate) if estimate.channel == left || estimate.channel == right => {
                estimate.present().map(|figure| figure.rate.value)
            }
            _ => None,
        })?;
        if !self.is_whole(left, plan.frames) || !self.is_whole(right, plan.frames) {
            return None;
        }
        let window = plan.window.as_mut()?;
        let beside = self.beside.as_mut()?;
        window.look(self.slow[left].window(self.at.0, plan.frames, window.len())?, plan.context);
        beside.look(self.slow[right].window(self.at.0, plan.frames, beside.len())?, plan.context);
        let per_min = 60.0 * self.clock.hz() / self.slow[left].factor() as f64;
        let (a, b) = (window.line_at(rate / per_min)?, beside.line_at(rate / per_min)?);
        let phase = |line: &super::fit::Line| line.waves[0].1.atan2(line.waves[0].0);
        let turn = std::f64::consts::TAU;
        let behind = (phase(&b) - phase(&a) + turn / 2.0).rem_euclid(turn) - turn / 2.0;
        let symmetry = Symmetry {
            left,
            right,
            rhythm: plan.rhythm,
            end: self.at,
            t: self.clock.time_of(self.at),
            window: self.clock.duration(plan.frames),
            amplitude_ratio: a.fundamental() / b.fundamental(),
            lag: Seconds(behind / turn / (rate / 60.0)),
            coherence: window.coherence(beside, rate / per_min),
        };
        symmetry.amplitude_ratio.is_finite().then_some(symmetry)
    }
}

fn plan(rhythm: Rhythm, settings: &Settings, hz: f64, unit: u64, (fast, streams): (bool, &Vec<Stream>)) -> Plan {
    let own = settings.of(rhythm);
    let (factor, half) = streams.first().map_or((1, 0), |stream| (stream.factor(), stream.half()));
    let rate = hz / factor as f64;
    let per_sample = |per_min: f64| per_min / 60.0 / rate;
    let frames = ((own.window.0 * hz / unit as f64).round() as u64).max(1) * unit;
    let len = Stream::outputs(frames, factor, half);
    let range = Range { low: per_sample(own.low_per_min), high: per_sample(own.high_per_min) };
    let context = match rhythm {
        Rhythm::Tide => range,
        Rhythm::Pulse => Range { low: range.low, high: (range.high * 4.0).min(NYQUIST_SHARE) },
        Rhythm::Cranial | Rhythm::Breath => {
            let (c, b) = (settings.of(Rhythm::Cranial), settings.of(Rhythm::Breath));
            Range {
                low: per_sample(c.low_per_min.min(b.low_per_min)),
                high: per_sample(c.high_per_min.max(b.high_per_min)).min(NYQUIST_SHARE),
            }
        }
    };
    let fits = range.high <= NYQUIST_SHARE && (24..=LONGEST_WINDOW).contains(&len);
    Plan { rhythm, fast, range, context, frames, window: fits.then(|| Window::new(len, range.low)) }
}
