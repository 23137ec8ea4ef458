//! Three rhythms in one trace: whether the intervals of each hold its rate and its amplitude.

use stillpoint::rhythm::{Interval, Rhythm};
use stillpoint::simulate::Scenario;

use crate::drive::{Recorded, every, find};
use crate::table::{Goal, Line, Value};
use crate::work::{Plan, Source, spread};

const ROW: &str = "together";
/// Seconds from row to row, and rows of a recording of ten minutes.
const STEP: f64 = 15.0;
const STEPS: usize = 40;
/// Each rhythm with its place among the waves of [`Scenario::rasmussen`], and every how many steps its windows do not overlap.
const RHYTHMS: [(Rhythm, usize, usize); 3] = [(Rhythm::Cranial, 0, 4), (Rhythm::Breath, 1, 2), (Rhythm::Pulse, 2, 1)];

/// Whether the intervals of one window hold.
#[derive(Clone, Copy, Debug)]
struct Holds {
    rhythm: Rhythm,
    rate: bool,
    amplitude: bool,
}

/// Row `together`.
pub fn rows(plan: &Plan) -> Vec<Line> {
    let mut lines = Vec::new();
    let held = Goal::Between(0.93, 0.97);
    for (what, wander, goal) in [("steady", 0.0, held), ("each wanders", 1.0, Goal::Told)] {
        let holds = spread(plan.recordings(60, 6), |unit| one(&mut plan.source(what, unit), wander)).concat();
        for (rhythm, ..) in RHYTHMS {
            let of: Vec<&Holds> = holds.iter().filter(|holds| holds.rhythm == rhythm).collect();
            let share = |held: fn(&Holds) -> bool| Value::share(of.iter().filter(|holds| held(holds)).count(), of.len());
            let rhythm = rhythm.word();
            lines.push(Line::new(ROW, format!("{what}: rate of the {rhythm}"), share(|holds| holds.rate), goal));
            lines.push(Line::new(ROW, format!("{what}: amplitude of the {rhythm}"), share(|holds| holds.amplitude), goal));
        }
    }
    lines
}

/// The windows of ten minutes of a client after Rasmussen in which a rhythm is present, none over another.
fn one(source: &mut Source, wander: f64) -> Vec<Holds> {
    let mut scenario = Scenario::rasmussen();
    for (wave, (low, high)) in scenario.waves.iter_mut().zip([(4.25, 7.07), (12.0, 18.0), (55.0, 85.0)]) {
        (wave.per_min, wave.start) = (source.uniform(low, high), source.uniform(0.0, 1.0));
        wave.wander *= wander;
    }
    let recorded = Recorded::new(scenario, source.seed(), STEPS, STEP);
    let mut holds = Vec::new();
    for (index, rows) in recorded.rows(&every(STEP)).iter().enumerate() {
        for (rhythm, wave, apart) in RHYTHMS {
            let Some(estimate) = find(rows, 0, rhythm).filter(|_| (index + 1) % apart == 0) else { continue };
            let Some(figure) = estimate.present() else { continue };
            let truth = recorded.rate(wave, index, apart as f64 * STEP);
            let rate = held(figure.rate, truth);
            let amplitude = held(figure.amplitude, recorded.amplitude(0, wave));
            holds.push(Holds { rhythm, rate, amplitude });
        }
    }
    holds
}

fn held(interval: Interval, truth: f64) -> bool {
    interval.low <= truth && truth <= interval.high
}
