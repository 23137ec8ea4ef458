//! One steady rhythm in noise: whether it is found, how well its rate is told, and whether the intervals hold the truth.

use std::f64::consts::TAU;

use stillpoint::rhythm::{Figure, Interval, Rhythm};

use crate::drive::{every, figure, one_channel, steps, with_window};
use crate::noise::Noise;
use crate::table::{Goal, Line, Value};
use crate::work::{Plan, spread_windows};

/// Signal-to-noise ratios are those of a sample at this rate.
const AT_HZ: f64 = 4.0;
/// A device's rate, six times that, and that rate itself.
const DEVICE_HZ: f64 = 24.0;
/// Windows in a unit of work.
const UNIT: usize = 100;
/// Found within this of the true rate, /min.
const NEAR: f64 = 0.6;

/// What a window holds.
#[derive(Clone, Copy, Debug)]
struct Case {
    /// The noise.
    noise: Noise,
    /// A²/2σ² in dB; for white noise that of a sample at 4 Hz, whatever the rate; for coloured noise that of the whole trace.
    db: f64,
    /// Samples a second.
    hz: f64,
    /// Seconds.
    window: f64,
}

/// White noise at the device's rate, 60 s.
const WHITE: Case = Case { noise: Noise::White, db: -5.0, hz: DEVICE_HZ, window: 60.0 };

/// What was in a window, and what was said of it.
#[derive(Clone, Copy, Debug)]
struct Told {
    rate: f64,
    amplitude: f64,
    figure: Option<Figure>,
}

impl Told {
    fn error(&self) -> Option<f64> {
        Some(self.figure?.rate.value - self.rate)
    }

    fn present(&self) -> Option<&Figure> {
        self.figure.as_ref().filter(|figure| figure.present)
    }

    fn found(&self) -> bool {
        self.present().is_some() && self.error().is_some_and(|error| error.abs() < NEAR)
    }
}

/// So many windows, each with a rate from 4 to 14 /min and a phase of its own.
fn windows(plan: &Plan, case: Case, windows: usize) -> Vec<Told> {
    let settings = with_window(every(case.window), Rhythm::Cranial, case.window);
    let eta = 10_f64.powf(case.db / 10.0);
    let share = if case.noise == Noise::White { case.hz / AT_HZ } else { 1.0 };
    let amplitude = (2.0 * eta / share).sqrt();
    spread_windows(windows, UNIT, |unit, windows| {
        let mut source = plan.source(&format!("{case:?}"), unit);
        let mut noise = case.noise.start(&mut source);
        let mut rates = Vec::new();
        let rows = steps(&one_channel(case.hz), &settings, windows, |frames| {
            let (rate, phase) = (source.uniform(4.0, 14.0), source.uniform(0.0, TAU));
            rates.push(rate);
            let turn = TAU * rate / 60.0 / case.hz;
            (0..frames).map(|n| (amplitude * (turn * n as f64 + phase).sin() + noise.step(&mut source)) as f32).collect()
        });
        let told = |(rate, rows): (f64, &Vec<_>)| Told { rate, amplitude: 2.0 * amplitude, figure: figure(rows, Rhythm::Cranial) };
        rates.into_iter().zip(&rows).map(told).collect()
    })
}

/// The share of windows that are present and near.
fn found(told: &[Told]) -> Value {
    Value::share(told.iter().filter(|told| told.found()).count(), told.len())
}

/// Names of the two curves of detection.
pub const AGAINST_RATIO: &str = "against ratio";
pub const AGAINST_LENGTH: &str = "against length";
/// Signal-to-noise ratios of the curve, dB.
const RATIOS: [f64; 10] = [-12.0, -10.0, -8.0, -7.0, -6.0, -5.0, -4.0, -2.0, 0.0, 5.0];
/// Window lengths of the curve, seconds.
const LENGTHS: [f64; 8] = [20.0, 30.0, 40.0, 50.0, 60.0, 80.0, 100.0, 120.0];

/// Row `detection`.
pub fn detection(plan: &Plan) -> Vec<Line> {
    const ROW: &str = "detection";
    let goal = Goal::AtLeast(0.95);
    let mut lines = Vec::new();
    for (hz, what) in [(DEVICE_HZ, "−5 dB, 60 s, device at 24 Hz"), (AT_HZ, "−5 dB, 60 s, device at 4 Hz")] {
        let told = windows(plan, Case { hz, ..WHITE }, plan.windows(5_000, 350));
        lines.push(Line::new(ROW, what, found(&told), goal));
    }
    let count = plan.windows(2_000, 60);
    for db in RATIOS {
        let told = windows(plan, Case { db, ..WHITE }, count);
        lines.push(Line::new(ROW, format!("{db:.0} dB, 60 s").replace('-', "−"), found(&told), Goal::Told).at(AGAINST_RATIO, db));
    }
    for window in LENGTHS {
        let told = windows(plan, Case { window, ..WHITE }, count);
        lines.push(Line::new(ROW, format!("−5 dB, {window:.0} s"), found(&told), Goal::Told).at(AGAINST_LENGTH, window));
    }
    lines
}

/// Standard deviation that no unbiased rate of a sinusoid in white noise can go below, /min (Kay 1993, ch. 3).
fn cramer_rao(db: f64, seconds: f64) -> f64 {
    let (n, eta) = (seconds * AT_HZ, 10_f64.powf(db / 10.0));
    60.0 * (12.0 * AT_HZ * AT_HZ / (TAU * TAU * eta * n * (n * n - 1.0))).sqrt()
}

/// Row `rate-error`.
pub fn rate_error(plan: &Plan) -> Vec<Line> {
    const ROW: &str = "rate-error";
    let mut lines = Vec::new();
    for db in [-5.0, 0.0, 5.0, 10.0, 20.0] {
        for hz in [DEVICE_HZ, AT_HZ] {
            let told = windows(plan, Case { db, hz, ..WHITE }, plan.windows(3_000, 200));
            let bound = cramer_rao(db, 60.0);
            let what = format!("{db:.0} dB, device at {hz:.0} Hz").replace('-', "−");
            let errors: Vec<f64> = told.iter().filter_map(Told::error).collect();
            let mut source = plan.source(&what, 0);
            lines.push(Line::new(ROW, what.clone(), Value::rms(&errors, bound, &mut source), Goal::AtMost(1.1)));
            let near: Vec<f64> = errors.iter().copied().filter(|error| error.abs() < NEAR).collect();
            let astray = told.len() - near.len();
            if astray > 0 {
                lines.push(Line::new(ROW, format!("{what}, but for those astray"), Value::rms(&near, bound, &mut source), Goal::Told));
                lines.push(Line::new(ROW, format!("{what}, astray by 0.6 /min or none"), Value::share(astray, told.len()), Goal::Told));
            }
        }
    }
    lines
}

/// Row `intervals`.
pub fn intervals(plan: &Plan) -> Vec<Line> {
    const ROW: &str = "intervals";
    let goal = Goal::Between(0.93, 0.97);
    let mut lines = Vec::new();
    for (name, noise) in [("white", Noise::White), ("1/f", Noise::Pink)] {
        for db in [0.0, 5.0, 10.0, 20.0] {
            let told = windows(plan, Case { noise, db, ..WHITE }, plan.windows(3_000, 300));
            let present: Vec<(&Told, &Figure)> = told.iter().filter_map(|told| Some((told, told.present()?))).collect();
            let holds = |interval: Interval, truth: f64| interval.low <= truth && truth <= interval.high;
            let rate = present.iter().filter(|(told, figure)| holds(figure.rate, told.rate)).count();
            let size = present.iter().filter(|(told, figure)| holds(figure.amplitude, told.amplitude)).count();
            lines.push(Line::new(ROW, format!("rate, {name}, {db:.0} dB"), Value::share(rate, present.len()), goal));
            lines.push(Line::new(ROW, format!("amplitude, {name}, {db:.0} dB"), Value::share(size, present.len()), goal));
        }
    }
    lines
}
