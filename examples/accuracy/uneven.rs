//! Rhythms no cycle of which is as long as the next: whether the interval of a rate holds the cycles of the window divided by its time.

use std::f64::consts::TAU;

use stillpoint::rhythm::Rhythm;
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
            let held = spread(plan.windows(200, 16), of).concat();
            let hits = held.iter().filter(|held| **held).count();
            lines.push(Line::new(ROW, what, Value::share(hits, held.len()), Goal::AtLeast(0.85)));
        }
    }
    lines
}

/// Whether the interval of each window that tells the rhythm holds its rate; no window lies over another.
fn held(source: &mut Source, (rhythm, rates, vary, window): (Rhythm, (f64, f64), f64, f64), noise: f64) -> Vec<bool> {
    let cycles = Cycles::between(source, rates, vary);
    let layout = Layout { channels: vec![Channel::named("head", "")], nominal: rate(HZ) };
    let mut settings = every(window);
    settings.derived = false;
    let mut at = 0_u32;
    let rows = steps(&layout, &settings, (LASTS / window) as usize, |frames| {
        let trace = |_| {
            at += 1;
            (50.0 * (TAU * cycles.turns(f64::from(at - 1) / HZ)).cos() + noise * source.normal()) as f32
        };
        (0..frames).map(trace).collect()
    });
    let told = rows.iter().filter_map(|rows| find(rows, 0, rhythm)).filter(|row| row.window.0 == window);
    told.filter_map(|row| {
        let (rate, t) = (row.present()?.rate, row.t.0);
        let truth = cycles.rate(t - window, t);
        Some(rate.low <= truth && truth <= rate.high)
    })
    .collect()
}
