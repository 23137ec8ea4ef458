//! Rhythms that are no sines. No cycle is as long as the next: whether the interval of a rate holds the cycles of the window divided by its time. Each is quick up and slow
//! down, and so slow that its harmonics lie beside it: whether it is found.

use std::f64::consts::TAU;

use stillpoint::rhythm::{Estimate, Rhythm};
use stillpoint::signal::{Channel, Layout};

use crate::cycles::{Cycles, LASTS};
use crate::drive::{every, find, rate, steps};
use crate::table::{Goal, Line, Value};
use crate::work::{Plan, Source, spread};

const ROW: &str = "uneven";
const HZ: f64 = 25.0;
/// Each rhythm with its rates a minute, how much its cycles vary, and seconds of a window.
const RHYTHMS: [(Rhythm, (f64, f64), f64, f64); 3] =
    [(Rhythm::Cranial, (4.5, 12.0), 0.08, 60.0), (Rhythm::Breath, (9.0, 20.0), 0.08, 30.0), (Rhythm::Pulse, (50.0, 95.0), 0.03, 15.0)];
/// White noise beside a rhythm of 100 from peak to trough.
const NOISES: [(&str, f64); 2] = [("33 dB", 1.5), ("13 dB", 15.0)];

/// Row `uneven`.
pub fn rows(plan: &Plan) -> Vec<Line> {
    let mut lines = Vec::new();
    for (rhythm, rates, vary, window) in RHYTHMS {
        for (name, noise) in NOISES {
            let what = format!("{}, cycles vary by {:.0} %, {name}: rate held", rhythm.word(), 100.0 * vary);
            let of = |unit| held(&mut plan.source(&what, unit), (rhythm, rates, vary, window), noise);
            let held = spread(plan.windows(200, 50), of).concat();
            let hits = held.iter().filter(|held| **held).count();
            lines.push(Line::new(ROW, what, Value::share(hits, held.len()), Goal::AtLeast(0.8)));
        }
    }
    let what = "cranial of 3.3 to 5 /min, up in a fifth of a cycle and down in four: told within 0.6 /min";
    let found = spread(plan.windows(200, 50), |unit| cornered(&mut plan.source(what, unit))).concat();
    let hits = found.iter().filter(|found| **found).count();
    lines.push(Line::new(ROW, what, Value::share(hits, found.len()), Goal::AtLeast(0.95)));
    lines
}

/// Whether each window of a minute tells the rhythm; no window lies over another.
fn cornered(source: &mut Source) -> Vec<bool> {
    let cycles = Cycles::between(source, (3.3, 5.0), 0.03);
    let noise = 10_f64.powf(source.uniform(0.0, 1.0));
    let wave = |t: f64| {
        let share = cycles.turns(t).fract();
        100.0 * if share < 0.2 { share / 0.2 } else { 1.0 - (share - 0.2) / 0.8 }
    };
    each(
        source,
        (Rhythm::Cranial, 60.0),
        |t, source| wave(t) + noise * source.normal(),
        |row, truth| Some(row.present().is_some_and(|figure| (figure.rate.value - truth).abs() < 0.6)),
        &cycles,
    )
}

/// Whether the interval of each window that tells the rhythm holds its rate; no window lies over another.
fn held(source: &mut Source, (rhythm, rates, vary, window): (Rhythm, (f64, f64), f64, f64), noise: f64) -> Vec<bool> {
    let cycles = Cycles::between(source, rates, vary);
    let trace = |t: f64, source: &mut Source| 50.0 * (TAU * cycles.turns(t)).cos() + noise * source.normal();
    each(
        source,
        (rhythm, window),
        trace,
        |row, truth| {
            let rate = row.present()?.rate;
            Some(rate.low <= truth && truth <= rate.high)
        },
        &cycles,
    )
}

/// What each window of a trace comes to, held against its cycles a minute.
fn each(
    source: &mut Source,
    (rhythm, window): (Rhythm, f64),
    trace: impl Fn(f64, &mut Source) -> f64,
    judged: impl Fn(&Estimate, f64) -> Option<bool>,
    cycles: &Cycles,
) -> Vec<bool> {
    let layout = Layout { channels: vec![Channel::named("head", "")], nominal: rate(HZ) };
    let mut settings = every(window);
    settings.derived = false;
    let mut at = 0_u32;
    let rows = steps(&layout, &settings, (LASTS / window) as usize, |frames| {
        let sample = |_| {
            at += 1;
            trace(f64::from(at - 1) / HZ, source) as f32
        };
        (0..frames).map(sample).collect()
    });
    let told = rows.iter().filter_map(|rows| find(rows, 0, rhythm)).filter(|row| row.window.0 == window);
    told.filter_map(|row| judged(row, cycles.rate(row.t.0 - window, row.t.0))).collect()
}
