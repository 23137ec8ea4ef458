//! The rhythm that rides on another: a series of one value a cycle of the pulse or the breath, and the tide and the cranial rhythm looked for
//! in it. In a pulse sensor the slow wave of the vessels shows less in the trace than in how the pulse is modulated.
//!
//! A series tells nothing faster than half its cycles' rate; looked at faster than the cycles come, it would hold a stretch of the spectrum
//! without any noise, beside which chance stands out. So it is made even at a pace of about the cycles' own, for which a few paces are
//! planned. One or two artefacts in a row are bridged, as is usual with heart beats (Task Force of the ESC 1996, Circulation 93:1043); more
//! are a gap.

mod curve;
mod cycles;
mod plan;
#[cfg(test)]
mod stories;

use super::attribution::{self, Breath, Ranges, Reference};
use super::window::Range;
use super::{Figure, Flag, Flags, Rhythm, Series};
use curve::Curve;
use cycles::Cycle;
pub use cycles::{BREATH_LENGTH, Cycles, PULSE_LENGTH, Turn};
use plan::Pace;
pub use plan::Plan;

/// More artefacts in a row than this are a gap.
const BRIDGED: usize = 2;
/// A larger share of artefacts makes the whole window one.
const MOST_BROKEN: f64 = 0.2;
/// A series that moves by less than this share of the cycles' own size does not move.
const RESOLUTION: f64 = 1e-4;

/// The breath's harmonics that may fold onto a rhythm in a series of the pulse.
const OVERTONES: [f64; 2] = [2.0, 3.0];
/// A rhythm that is met once a cycle is off by as much as this share of its rate.
const WANDERS: f64 = 0.03;

/// What is known before a series is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Samples a minute of the stream.
    pub per_min: f64,
    /// The breath's rate, cycles a minute, where it is known.
    pub breath_per_min: Option<f64>,
    /// That of a slower rhythm in the same trace, where there is one.
    pub cranial_per_min: Option<f64>,
    /// A rhythm is present below this p.
    pub threshold: f64,
}

/// The scratch of all series.
#[derive(Debug)]
pub struct Derived {
    cycles: Cycles,
    points: Vec<(f64, f64)>,
    even: Vec<f64>,
    sorted: Vec<f64>,
}

impl Default for Derived {
    fn default() -> Self {
        let room = || Vec::with_capacity(cycles::ROOM);
        Self { cycles: Cycles::default(), points: Vec::with_capacity(cycles::ROOM), even: room(), sorted: room() }
    }
}

impl Derived {
    /// Finds the cycles of a carrier of about `rate` (cycles a sample) in a window.
    pub fn find(&mut self, window: impl Iterator<Item = f64>, (carrier, rate): (Rhythm, f64)) -> bool {
        let uneven = if carrier == Rhythm::Pulse { PULSE_LENGTH } else { BREATH_LENGTH };
        self.cycles.find(window, (rate, uneven))
    }

    /// The tide or the cranial rhythm in a series of the cycles found last.
    pub fn judge(&mut self, series: Series, plan: &mut Plan, known: Known) -> (Option<Figure>, Flags) {
        let (rhythm, carrier) = (plan.rhythm, plan.carrier);
        let mut flags = Flags::default();
        let Some((rate, pace)) = self.rate().and_then(|rate| Some((rate, plan.pace(rate)?))) else {
            return (None, flags);
        };
        if !self.spread_evenly(series, pace) {
            flags.insert(Flag::Gap);
            return (None, flags);
        }
        pace.window.look(self.even.iter().copied());
        if pace.window.spread() <= RESOLUTION * self.size(series) {
            flags.insert(Flag::Flat);
            return (None, flags);
        }
        let per_min = known.per_min / pace.spacing;
        let (pace_per_min, rayleigh) = (rate * known.per_min, pace.window.rayleigh() * per_min);
        let breath = match (known.breath_per_min, carrier) {
            // One value a breath: nothing of the breath itself is in it.
            (Some(rate), Rhythm::Breath) => Breath::Reference(Reference { at: rate / per_min, reach: 0.0 }),
            (Some(rate), _) => Breath::Reference(Reference { at: plan::folded(rate / per_min), reach: 0.0 }),
            (None, _) => Breath::Unknown,
        };
        let ranges = Ranges { own: pace.range, breath: pace.breath, cranial: pace.range };
        let picked = attribution::pick(rhythm, &mut pace.window, breath, ranges, &mut flags);
        let figure = pace.window.figure(picked, (per_min, 1.0), known.threshold).map(|(figure, frequency)| {
            if known.breath_overtones(carrier).any(|overtone| is_met(figure.rate.value, overtone, (pace_per_min, rayleigh))) {
                flags.insert(Flag::NearBreathHarmonic);
            }
            if rhythm == Rhythm::Cranial && figure.present {
                let told = (figure.rate.value / per_min, figure.amplitude.value / 2.0);
                attribution::flag_of_breath(told, &mut pace.window, breath, ranges, &mut flags);
            }
            // What is in the trace beside the breath is in how large and how long each of its cycles is found.
            let other = known.cranial_per_min.filter(|_| matches!(series, Series::BreathAmplitude | Series::BreathRate));
            let met = other.is_some_and(|other| is_met(figure.rate.value, other, (pace_per_min, rayleigh)));
            let admitted = picked.is_some() || attribution::admits((rhythm, frequency), &pace.window, breath, ranges, &mut flags);
            Figure { present: figure.present && admitted && !met, ..figure }
        });
        (figure.map(|figure| in_unit(figure, series, known.per_min)), flags)
    }

    /// Mean rate of the cycles, a sample.
    fn rate(&self) -> Option<f64> {
        let all = self.cycles.all();
        let time: f64 = all.iter().map(|cycle| cycle.length).sum();
        (all.len() >= 3).then(|| all.len() as f64 / time)
    }

    /// The series at the pace; `false` where artefacts leave a gap in it, or it does not reach from end to end.
    fn spread_evenly(&mut self, series: Series, pace: &Pace) -> bool {
        let all = self.cycles.all();
        let broken = all.iter().filter(|cycle| !cycle.sound).count();
        if broken as f64 > MOST_BROKEN * all.len() as f64 || all.split(|cycle| cycle.sound).any(|row| row.len() > BRIDGED) {
            return false;
        }
        self.points.clear();
        self.points.extend(all.iter().filter(|cycle| cycle.sound).map(|cycle| (cycle.middle, value(cycle, series))));
        let Some(mut curve) = Curve::new(&self.points) else { return false };
        // An end may lie outside of the first or the last cycle's middle by half a step.
        let (first, last) = (self.points[0].0, self.points[self.points.len() - 1].0);
        let end = pace.first + (pace.window.len() - 1) as f64 * pace.spacing;
        if first > pace.first + pace.spacing / 2.0 || last < end - pace.spacing / 2.0 {
            return false;
        }
        self.even.clear();
        self.even.extend((0..pace.window.len()).map(|i| curve.value(pace.first + i as f64 * pace.spacing)));
        true
    }

    /// What a series' movement is held against: its middle value, of a baseline the cycles' size.
    fn size(&mut self, series: Series) -> f64 {
        let of = match series {
            Series::Baseline => Series::PulseAmplitude,
            other => other,
        };
        self.sorted.clear();
        self.sorted.extend(self.cycles.all().iter().map(|cycle| value(cycle, of)));
        cycles::middle(&mut self.sorted)
    }
}

impl Known {
    /// The breath's harmonics that are met in cycles of a carrier, cycles a minute.
    fn breath_overtones(self, carrier: Rhythm) -> impl Iterator<Item = f64> {
        let breath = self.breath_per_min.filter(|_| carrier == Rhythm::Pulse);
        breath.into_iter().flat_map(|breath| OVERTONES.map(|times| times * breath))
    }
}

/// Whether a rate may be that of another rhythm of the trace, which is met once a cycle, so many cycles a minute: within a Rayleigh width of where it appears, or
/// by as much as it wanders. All are rates a minute.
fn is_met(told: f64, other: f64, (pace, rayleigh): (f64, f64)) -> bool {
    (told - plan::folded(other / pace) * pace).abs() < rayleigh.max(WANDERS * other)
}

/// A cycle's value, rates in cycles a sample.
fn value(cycle: &Cycle, series: Series) -> f64 {
    match series {
        Series::Baseline => cycle.level,
        Series::PulseAmplitude | Series::BreathAmplitude => cycle.size,
        Series::PulseRate | Series::BreathRate => 1.0 / cycle.length,
    }
}

/// The amplitude of a rate in cycles a minute.
fn in_unit(figure: Figure, series: Series, per_min: f64) -> Figure {
    let times = if series.is_rate() { per_min } else { 1.0 };
    let of = figure.amplitude;
    let amplitude = super::Interval { value: of.value * times, low: of.low * times, high: of.high * times };
    Figure { amplitude, ..figure }
}

/// A frequency range clipped to what a series tells.
fn clipped(range: Range, most: f64) -> Range {
    Range { low: range.low.min(most), high: range.high.min(most) }
}
