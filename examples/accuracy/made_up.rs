//! Rhythms that are told though they are not there, or at a multiple of what is: breaths and beats that vary one by one, with corners, as no sum of sines is.

use std::f64::consts::TAU;

use stillpoint::rhythm::{Estimate, Rhythm, Row};
use stillpoint::signal::{Channel, Layout};

use crate::cycles::{Cycles, LASTS};
use crate::drive::{every, find, rate, steps};
use crate::table::{Goal, Line, Value};
use crate::work::{Plan, Source, spread};

const ROW: &str = "made-up";
const HZ: f64 = 25.0;
/// Seconds of a step of a recording, and the windows that a moment is in, as rows count them.
const STEP: f64 = 5.0;
const OVERLAP: f64 = 3.0;
/// Standard deviation of a breath's length and of a beat's, as shares of them.
const BREATHS: f64 = 0.08;
const BEATS: f64 = 0.03;

/// What is in a channel, beside a breath of 100 from peak to trough.
#[derive(Clone, Copy)]
enum Beside {
    Nothing,
    /// A pulse with two harmonics, of so many.
    Pulse(f64),
    /// One of which the second or third harmonic is the largest, of so many.
    Beats(f64, fn(f64) -> f64),
    /// One bout of coughs.
    Coughs,
}

/// Row `made-up`.
pub fn rows(plan: &Plan) -> Vec<Line> {
    let recordings = plan.windows(200, 12);
    let mut lines = Vec::new();
    let mut line = |what: &str, told: Vec<bool>, goal: f64| {
        let hits = told.iter().filter(|told| **told).count();
        lines.push(Line::new(ROW, what, Value::overlapping(hits, told.len(), OVERLAP), Goal::AtMost(goal)));
    };
    let pulses = |name: &str, beside: Beside, judged: fn(&Estimate, f64) -> Option<bool>| {
        let of = |unit| pulses(&mut plan.source(&format!("{ROW} {name}"), unit), (name, beside), judged);
        spread(recordings, of).into_iter().flatten().collect::<Vec<bool>>()
    };
    let any = |estimate: &Estimate, _| Some(is_told(estimate));
    let off = |estimate: &Estimate, truth: f64| is_told(estimate).then(|| (rate_of(estimate) / truth - 1.0).abs() > 0.1);
    line("a pulse of a belt without one", pulses("belt", Beside::Nothing, any), 0.015);
    line("a pulse of a bout of coughs", pulses("belt", Beside::Coughs, any), 0.015);
    line("a pulse of 15 in a head told off by a tenth", pulses("head", Beside::Pulse(15.0), off), 0.1);
    line("a pulse of 5 in a belt told off by a tenth", pulses("belt", Beside::Pulse(5.0), off), 0.1);
    line("a cardiogram of 150 told off by a tenth", pulses("chest", Beside::Beats(150.0, cardiogram), off), 0.015);
    line("the same through a high-pass", pulses("chest", Beside::Beats(20.0, cardiograms_slope), off), 0.015);
    line("a ballistocardiogram of 40 told off by a tenth", pulses("head", Beside::Beats(40.0, ballistocardiogram), off), 0.05);
    let slow = spread(recordings, |unit| slow_breath(&mut plan.source("made-up slow", unit)));
    line("a cranial rhythm that is a breath of 4.2 to 6 /min alone, without a flag", slow.into_iter().flatten().collect(), 0.015);
    let heads = spread(recordings, |unit| head_beside_belt(&mut plan.source("made-up head", unit)));
    line("a head's breath told off by a tenth of the belt's, without a flag", heads.into_iter().flatten().collect(), 0.02);
    let waxing = spread(recordings, |unit| waxing_breath(&mut plan.source("made-up waxing", unit)));
    line("a cranial rhythm that is what a breath waxes and wanes by, without a flag", waxing.into_iter().flatten().collect(), 0.03);
    let uneven = spread(recordings, |unit| uneven_cranial(&mut plan.source("made-up uneven", unit)));
    line("a slow rhythm of uneven cycles alone told off by a tenth, without a flag", uneven.into_iter().flatten().collect(), 0.015);
    lines
}

/// Whether a row tells a rhythm without a word of doubt.
fn is_told(estimate: &Estimate) -> bool {
    estimate.present().is_some() && estimate.flags.iter().next().is_none()
}

fn rate_of(estimate: &Estimate) -> f64 {
    estimate.figure.map_or(0.0, |figure| figure.rate.value)
}

/// What each row of the pulse comes to.
fn pulses(source: &mut Source, (name, beside): (&str, Beside), judged: fn(&Estimate, f64) -> Option<bool>) -> Vec<bool> {
    let [breath, pulse] = [(8.0, 25.0, BREATHS), (50.0, 100.0, BEATS)].map(|(low, high, vary)| Cycles::between(source, (low, high), vary));
    let bout = source.uniform(40.0, 140.0);
    let coughs: Vec<f64> = (0..4).scan(bout, |at, _| Some(std::mem::replace(at, *at + source.uniform(0.35, 1.2)))).collect();
    let trace = |t: f64| {
        let own = match beside {
            Beside::Nothing => 0.0,
            Beside::Pulse(size) => {
                let turns = TAU * pulse.turns(t);
                size / 2.0 * (turns.cos() + 0.4 * (2.0 * turns + 1.0).cos() + 0.2 * (3.0 * turns + 2.0).cos())
            }
            Beside::Beats(size, shape) => size * shape(pulse.turns(t).rem_euclid(1.0)),
            Beside::Coughs => coughs.iter().map(|at| 100.0 * (-0.5 * ((t - at) / 0.1).powi(2)).exp()).sum(),
        };
        breath.belt(t) + own
    };
    told(source, &[name], |t| vec![trace(t)])
        .into_iter()
        .filter_map(|rows| {
            let estimate = *find(&rows, 0, Rhythm::Pulse)?;
            let (t, window) = (estimate.t.0, estimate.window.0);
            judged(&estimate, pulse.rate(t - window, t))
        })
        .collect()
}

/// Waves of a cardiogram: where in a cycle, how large and how long (standard deviation) each is, P, R and T.
const WAVES: [(f64, f64, f64); 3] = [(0.8, 0.12, 0.04), (0.1, 1.0, 0.035), (0.42, 0.35, 0.07)];

/// One cycle of a cardiogram.
fn cardiogram(turn: f64) -> f64 {
    WAVES.iter().map(|(at, size, long)| size * (-0.5 * ((turn - at) / long).powi(2)).exp()).sum()
}

/// The same through a high-pass beyond all that it holds: what it rises by, in a cycle.
fn cardiograms_slope(turn: f64) -> f64 {
    WAVES.iter().map(|(at, size, long)| size * (at - turn) / long.powi(2) * (-0.5 * ((turn - at) / long).powi(2)).exp()).sum()
}

/// One cycle of what a beat throws the body by: it rings for some 3 cycles.
fn ballistocardiogram(turn: f64) -> f64 {
    (-turn / 0.35).exp() * (TAU * 2.6 * turn).sin()
}

/// Whether each row of the cranial rhythm tells one without a flag.
fn slow_breath(source: &mut Source) -> Vec<bool> {
    let breath = Cycles::between(source, (4.2, 6.0), 0.04);
    let rows = told(source, &["head"], |t| vec![breath.belt(t)]);
    rows.iter().filter_map(|rows| find(rows, 0, Rhythm::Cranial)).map(is_told).collect()
}

/// Whether each row of the cranial rhythm tells one without a flag, where a breath waxes and wanes from a fixed rest; a belt is at hand.
fn waxing_breath(source: &mut Source) -> Vec<bool> {
    let breath = Cycles::between(source, (13.0, 20.0), 0.05);
    let waxes = Cycles::between(source, (3.0, 6.0), 0.05);
    let depth = source.uniform(0.2, 0.6);
    let trace = |t: f64| breath.belt(t) * (1.0 + depth * (TAU * waxes.turns(t)).sin());
    let rows = told(source, &["head", "belt"], |t| vec![trace(t), trace(t)]);
    rows.iter().filter_map(|rows| find(rows, 0, Rhythm::Cranial)).map(is_told).collect()
}

/// Whether each row of the cranial rhythm is told off, where that is all there is.
fn uneven_cranial(source: &mut Source) -> Vec<bool> {
    let cranial = Cycles::between(source, (4.5, 5.7), 0.08);
    let rows = told(source, &["head"], |t| vec![50.0 * (TAU * cranial.turns(t)).cos()]);
    let off = |estimate: &Estimate| {
        let truth = cranial.rate(estimate.t.0 - estimate.window.0, estimate.t.0);
        is_told(estimate) && (rate_of(estimate) / truth - 1.0).abs() > 0.1
    };
    rows.iter().filter_map(|rows| find(rows, 0, Rhythm::Cranial)).map(off).collect()
}

/// Whether each row of a head's breath that is told is off, where the cranial rhythm lies beside it and the belt knows better.
fn head_beside_belt(source: &mut Source) -> Vec<bool> {
    let at = source.uniform(9.0, 16.0);
    let away = source.uniform(1.0, 4.0);
    let breath = Cycles::new(source, at, 0.04);
    let cranial = Cycles::new(source, (at - away).min(14.5), 0.03);
    let size = source.uniform(10.0, 100.0);
    let rows =
        told(source, &["head", "belt"], |t| vec![size / 100.0 * breath.belt(t) + 30.0 * (TAU * cranial.turns(t)).sin(), breath.belt(t)]);
    let off = |estimate: &Estimate| (rate_of(estimate) / breath.rate(estimate.t.0 - estimate.window.0, estimate.t.0) - 1.0).abs() > 0.1;
    rows.iter().filter_map(|rows| find(rows, 0, Rhythm::Breath)).filter(|row| is_told(row)).map(off).collect()
}

/// The rows of channels with a little noise.
fn told(source: &mut Source, names: &[&str], trace: impl Fn(f64) -> Vec<f64>) -> Vec<Vec<Row>> {
    let layout = Layout { channels: names.iter().map(|name| Channel::named(name, "")).collect(), nominal: rate(HZ) };
    let mut settings = every(STEP);
    settings.derived = false;
    let mut at = 0_u32;
    steps(&layout, &settings, (LASTS / STEP) as usize, |frames| {
        let mut samples = Vec::with_capacity(frames * names.len());
        for _ in 0..frames {
            samples.extend(trace(f64::from(at) / HZ).iter().map(|x| (x + 0.5 * source.normal()) as f32));
            at += 1;
        }
        samples
    })
}
