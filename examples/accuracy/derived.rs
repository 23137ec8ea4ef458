//! Series derived from a pulse: false alarms where it is not modulated, swings that are to be found, and breath that is none of them.

use std::f64::consts::TAU;

use stillpoint::rhythm::{Estimate, Rhythm, Row, Series};
use stillpoint::simulate::Wave;

use crate::drive::{every, one_channel, steps};
use crate::noise::{Noise, Running};
use crate::table::{Goal, Line, Value};
use crate::work::{Plan, Source, spread_windows};

const ROW: &str = "derived";
const HZ: f64 = 50.0;
/// Windows do not overlap.
const WINDOW: f64 = 60.0;
/// Steps of a minute in a unit of work.
const UNIT: usize = 25;
/// The pulse is 1 in size: standard deviations of the noises, and of the pulse's rate as a share of it, with its memory in seconds.
const WHITE: f64 = 0.03;
const PINK: f64 = 0.03;
const WANDER: f64 = 0.02;
const MEMORY: f64 = 20.0;
/// Where swings are looked for, and how near.
const SWING: f64 = 6.0;
const NEAR: f64 = 0.6;
const SERIES: [Series; 3] = [Series::Baseline, Series::PulseAmplitude, Series::PulseRate];

/// How a pulse is modulated: shares of its size and its rate, from the middle to either side.
#[derive(Clone, Copy, Debug)]
struct Case {
    /// Amplitude and rate at 6 /min.
    swing: (f64, f64),
    /// Amplitude and rate with the breath, which is 14 /min and wanders by 4 %.
    breath: (f64, f64),
    /// The breath in the trace itself, from the middle to either side.
    felt: f64,
    /// Standard deviation of the 1/f noise.
    pink: f64,
}

const PLAIN: Case = Case { swing: (0.0, 0.0), breath: (0.0, 0.0), felt: 0.0, pink: PINK };

/// One series of one window.
#[derive(Clone, Copy, Debug)]
struct Judged {
    series: Series,
    estimate: Estimate,
}

/// Row `derived`.
pub fn rows(plan: &Plan) -> Vec<Line> {
    let mut lines = null(plan);
    // 10 % of the middle from trough to peak.
    let swings = [
        (Series::PulseAmplitude, (0.05, 0.0), PINK, Goal::AtLeast(0.95)),
        (Series::PulseRate, (0.0, 0.05), PINK, Goal::AtLeast(0.95)),
        (Series::PulseAmplitude, (0.05, 0.0), 0.05, Goal::Told),
        (Series::PulseAmplitude, (0.1, 0.0), 0.05, Goal::Told),
    ];
    for (series, swing, pink, goal) in swings {
        let judged = run(plan, Case { swing, pink, ..PLAIN }, plan.windows(2_000, 100));
        let near = |e: &Estimate| e.present().is_some_and(|figure| (figure.rate.value - SWING).abs() <= NEAR);
        let (by, noise) = (200.0 * swing.0.max(swing.1), 100.0 * pink);
        let what = format!("{} swings by {by:.0} %, 6 /min, 1/f {noise:.0} %: within 0.6 /min", series.word());
        lines.push(Line::new(ROW, what, share(&judged, series, near), goal));
    }
    for (what, felt) in [("breath modulates the pulse", 0.0), ("the same, breath in the trace", 0.5)] {
        let judged = run(plan, Case { breath: (0.05, 0.05), felt, ..PLAIN }, plan.windows(2_000, 100));
        for series in SERIES {
            let plain = |e: &Estimate| e.present().is_some() && e.flags.iter().next().is_none();
            let what = format!("{what}, {}: cranial, no flag", series.word());
            lines.push(Line::new(ROW, what, share(&judged, series, plain), Goal::AtMost(0.02)));
        }
    }
    lines
}

/// Pulses without modulation.
fn null(plan: &Plan) -> Vec<Line> {
    let mut lines = Vec::new();
    let judged = run(plan, PLAIN, plan.windows(8_000, 200));
    for series in SERIES {
        let what = format!("{}, no modulation: cranial present", series.word());
        lines.push(Line::new(ROW, what, share(&judged, series, |e| e.present().is_some()), Goal::Between(0.003, 0.015)));
        let mut ps: Vec<f64> =
            judged.iter().filter(|judged| judged.series == series).filter_map(|judged| Some(judged.estimate.figure?.p)).collect();
        lines.push(Line::new(ROW, format!("{}, no modulation: whether p is a p", series.word()), Value::distance(&mut ps), Goal::Told));
    }
    let gaps = judged.iter().filter(|judged| judged.estimate.figure.is_none()).count();
    lines.push(Line::new(ROW, "no modulation: windows without a figure", Value::share(gaps, judged.len()), Goal::Told));
    lines
}

fn share(judged: &[Judged], series: Series, hit: impl Fn(&Estimate) -> bool) -> Value {
    let of: Vec<&Estimate> = judged.iter().filter(|judged| judged.series == series).map(|judged| &judged.estimate).collect();
    Value::share(of.iter().filter(|estimate| hit(estimate)).count(), of.len())
}

/// So many windows of pulses.
fn run(plan: &Plan, case: Case, windows: usize) -> Vec<Judged> {
    spread_windows(windows, UNIT, |unit, windows| {
        let mut source = plan.source(&format!("{ROW} {case:?}"), unit);
        let mut settings = every(WINDOW);
        settings.of_mut(Rhythm::Tide).enabled = false;
        let mut pulse = Pulse::new(case, &mut source);
        let rows = steps(&one_channel(HZ), &settings, windows, |frames| (0..frames).map(|_| pulse.step(&mut source) as f32).collect());
        let derived = |row: &Row| match row {
            Row::Estimate(estimate) if estimate.rhythm == Rhythm::Cranial => Some(Judged { series: estimate.series?, estimate: *estimate }),
            _ => None,
        };
        rows.iter().flatten().filter_map(derived).collect()
    })
}

/// A pulse of 50 to 90 /min.
struct Pulse {
    case: Case,
    wave: Wave,
    height: f64,
    phase: f64,
    breath: f64,
    swing: f64,
    wander: Running,
    breath_wander: Running,
    pink: Running,
}

impl Pulse {
    fn new(case: Case, source: &mut Source) -> Self {
        let memory = Noise::Ar((-1.0 / (MEMORY * HZ)).exp());
        let wave = Wave::pulse(source.uniform(50.0, 90.0));
        Self {
            case,
            height: wave.peak_to_trough(),
            wave,
            phase: source.uniform(0.0, 1.0),
            breath: source.uniform(0.0, 1.0),
            swing: source.uniform(0.0, 1.0),
            wander: memory.start(source),
            breath_wander: memory.start(source),
            pink: Noise::Pink.start(source),
        }
    }

    fn step(&mut self, source: &mut Source) -> f64 {
        let (swing, breath) = ((TAU * self.swing).sin(), (TAU * self.breath).sin());
        let by = |swings: f64, breathes: f64| 1.0 + swings * swing + breathes * breath;
        let rate = self.wave.per_min * (1.0 + WANDER * self.wander.step(source)) * by(self.case.swing.1, self.case.breath.1);
        let value = by(self.case.swing.0, self.case.breath.0) * self.wave.shape(TAU * self.phase) / self.height;
        self.phase += rate / 60.0 / HZ;
        self.swing += SWING / 60.0 / HZ;
        self.breath += 14.0 * (1.0 + 0.04 * self.breath_wander.step(source)) / 60.0 / HZ;
        value + self.case.felt * breath + WHITE * source.normal() + self.case.pink * self.pink.step(source)
    }
}
