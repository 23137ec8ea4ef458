//! Left against right: how near, and whether the intervals hold the truth.

use std::f64::consts::TAU;

use stillpoint::rhythm::{Interval, Rhythm, Row, Symmetry};
use stillpoint::signal::{Channel, Layout};
use stillpoint::simulate::Scenario;

use crate::drive::{Recorded, every, rate, steps, with_window};
use crate::noise::Noise;
use crate::table::{Goal, Line, Unit, Value};
use crate::work::{Plan, Source, spread, spread_windows};

const ROW: &str = "symmetry";
/// Seconds: one window, one row.
const WINDOW: f64 = 300.0;
/// A device's rate, and the windows of a unit of work.
const HZ: f64 = 24.0;
const UNIT: usize = 50;
/// Mean energy that a sample of six tapers of 3.5 / window passes of a line, Σ |Σ v|² / 6 N, from SciPy's tapers.
const PASSED: f64 = 0.9204 / 6.0;

/// What was told of one recording, and what is true: ratio, lag in seconds, and coherence where it is known.
#[derive(Clone, Copy, Debug)]
struct Told {
    symmetry: Symmetry,
    ratio: f64,
    lag: f64,
    coherence: Option<f64>,
}

/// Row `symmetry`.
pub fn rows(plan: &Plan) -> Vec<Line> {
    let recordings = plan.windows(400, 14);
    let told: Vec<Told> = spread(recordings, |unit| one(&mut plan.source(ROW, unit))).into_iter().flatten().collect();
    let ratios: Vec<f64> = told.iter().map(|told| (told.symmetry.amplitude_ratio.value / told.ratio - 1.0).abs()).collect();
    let lags: Vec<f64> = told.iter().map(|told| (told.symmetry.lag.value - told.lag).abs()).collect();
    let mut lines = vec![
        Line::new(ROW, "amplitude ratio off, 300 s, median", Value::quantile(&ratios, 0.5, (Unit::Share, 1.0)), Goal::AtMost(0.03)),
        Line::new(ROW, "lag off, 300 s, median", Value::quantile(&lags, 0.5, (Unit::Of("s"), 1.0)), Goal::AtMost(0.05)),
        Line::new(ROW, "told at all", Value::share(ratios.len(), recordings), Goal::Told),
    ];
    lines.extend(held("three rhythms that wander, 300 s", &told, Goal::AtLeast(0.93)));
    for (name, noise) in [("white", Noise::White), ("1/f", Noise::Pink)] {
        for db in [0.0, 10.0, 20.0] {
            let told = steady(plan, (noise, db));
            lines.extend(held(&format!("{name}, {db:.0} dB, 60 s"), &told, Goal::Between(0.93, 0.97)));
        }
    }
    lines
}

/// How often the intervals hold the truth.
fn held(name: &str, told: &[Told], goal: Goal) -> Vec<Line> {
    let inside = |interval: Interval, truth: f64| interval.low <= truth && truth <= interval.high;
    let share = |holds: fn(&Told) -> (Interval, f64)| {
        let count = told.iter().filter(|told| inside(holds(told).0, holds(told).1)).count();
        Value::share(count, told.len())
    };
    let mut lines = vec![
        Line::new(ROW, format!("{name}: ratio held"), share(|told| (told.symmetry.amplitude_ratio, told.ratio)), goal),
        Line::new(ROW, format!("{name}: lag held"), share(|told| (told.symmetry.lag, told.lag)), goal),
    ];
    if told.iter().any(|told| told.coherence.is_some()) {
        let coherence = share(|told| (told.symmetry.coherence, told.coherence.unwrap_or(f64::NAN)));
        lines.push(Line::new(ROW, format!("{name}: coherence held"), coherence, goal));
    }
    lines
}

/// Windows of one steady rhythm on both sides, in noise of each one's own; the ratio to it in dB is that of the smaller side, as in `steady.rs`.
fn steady(plan: &Plan, (noise, db): (Noise, f64)) -> Vec<Told> {
    let layout = Layout { channels: ["left", "right"].map(|name| Channel::named(name, "µm")).to_vec(), nominal: rate(HZ) };
    let settings = with_window(every(60.0), Rhythm::Cranial, 60.0);
    let share = if noise == Noise::White { HZ / 4.0 } else { 1.0 };
    let size = (2.0 * 10_f64.powf(db / 10.0) / share).sqrt();
    spread_windows(plan.windows(2000, 100), UNIT, |unit, windows| {
        let mut source = plan.source(&format!("{ROW} {noise:?} {db}"), unit);
        let mut noises = [noise.start(&mut source), noise.start(&mut source)];
        let mut truths = Vec::new();
        let rows = steps(&layout, &settings, windows, |frames| {
            let (per_min, phase) = (source.uniform(4.0, 14.0), source.uniform(0.0, TAU));
            let (ratio, lag) = (source.uniform(1.0, 2.0), source.uniform(-1.0, 1.0));
            truths.push((ratio, lag));
            let turn = TAU * per_min / 60.0;
            let wave = |n: usize, late: f64| (turn * (n as f64 / HZ - late) + phase).sin();
            (0..frames)
                .flat_map(|n| {
                    let [left, right] = noises.each_mut().map(|noise| noise.step(&mut source));
                    [(ratio * size * wave(n, 0.0) + left) as f32, (size * wave(n, lag) + right) as f32]
                })
                .collect()
        });
        let told = |((ratio, lag), rows): ((f64, f64), &Vec<Row>)| {
            let symmetry = *rows.iter().find_map(cranial)?;
            // White noise of variance 1 a sample.
            let side = |size: f64| size * size / 4.0 * PASSED * 60.0 * HZ;
            let kept = |ratio: f64| ratio / (1.0 + ratio);
            let coherence = (noise == Noise::White).then(|| kept(side(ratio * size)) * kept(side(size)));
            Some(Told { symmetry, ratio, lag, coherence })
        };
        truths.into_iter().zip(&rows).filter_map(told).collect()
    })
}

/// Five minutes of the demo's head with the rhythms after Rasmussen, one side's size and lag drawn anew.
fn one(source: &mut Source) -> Option<Told> {
    let mut scenario = Scenario { waves: Scenario::rasmussen().waves, ..Scenario::demo() };
    scenario.sensors.truncate(2);
    for (wave, (low, high)) in scenario.waves.iter_mut().zip([(4.25, 7.07), (12.0, 18.0), (55.0, 85.0)]) {
        (wave.per_min, wave.start) = (source.uniform(low, high), source.uniform(0.0, 1.0));
    }
    let hz = scenario.rate.hz();
    let lag = (source.uniform(-1.0, 1.0) * hz).round() / hz;
    scenario.sensors[0].feels[0].1 = (-lag).max(0.0);
    scenario.sensors[1].feels[0] = (source.uniform(40.0, 90.0), lag.max(0.0));
    let recorded = Recorded::new(scenario, source.seed(), 1, WINDOW);
    let ratio = recorded.amplitude(0, 0) / recorded.amplitude(1, 0);
    let rows = recorded.rows(&with_window(every(WINDOW), Rhythm::Cranial, WINDOW)).concat();
    let symmetry = *rows.iter().find_map(cranial)?;
    Some(Told { symmetry, ratio, lag, coherence: None })
}

fn cranial(row: &Row) -> Option<&Symmetry> {
    match row {
        Row::Symmetry(symmetry) if symmetry.rhythm == Rhythm::Cranial => Some(symmetry),
        _ => None,
    }
}
