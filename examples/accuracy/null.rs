//! False alarms in noise that has no rhythm, and whether p is a p.

use stillpoint::rhythm::Rhythm;

use crate::drive::{every, find, one_channel, steps};
use crate::noise::Noise;
use crate::table::{Goal, Line, Value};
use crate::work::{Plan, Source, spread_windows};

/// p of one window; 1 where there was no figure.
#[derive(Clone, Copy, Debug)]
struct Judged {
    rhythm: Rhythm,
    p: f64,
    present: bool,
}

/// What one kind of noise is run through: all four rhythms looked for, some of them counted.
#[derive(Clone, Copy, Debug)]
struct Case {
    noise: Noise,
    hz: f64,
    /// Seconds from row to row: at least the window of every rhythm that is counted but the tide's, whose windows are every fifth.
    step: f64,
    counted: &'static [Rhythm],
    /// Probability of a step of 3 SD in each stretch of `step` seconds.
    steps: f64,
}

/// Steps of a minute in a unit of work.
const UNIT: usize = 100;

/// Rows `false-alarms` and `null-p`.
pub fn rows(plan: &Plan) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, noise) in Noise::ALL {
        let slow = Case { noise, hz: 25.0, step: 60.0, counted: &[Rhythm::Tide, Rhythm::Cranial, Rhythm::Breath], steps: 0.0 };
        let mut judged = run(plan, slow, plan.windows(25_000, 300));
        let fast = Case { hz: 100.0, step: 15.0, counted: &[Rhythm::Pulse], ..slow };
        judged.extend(run(plan, fast, plan.windows(5_000, 150)));
        for rhythm in Rhythm::ALL {
            tell(name, rhythm, &judged, &mut lines);
        }
    }
    for (name, noise) in Noise::ALL {
        let case = Case { noise, hz: 25.0, step: 60.0, counted: &[Rhythm::Cranial], steps: 0.1 };
        let judged = run(plan, case, plan.windows(5_000, 200));
        let what = format!("{name}, cranial, rare steps of 3 SD");
        lines.push(Line::new("false-alarms", what, present(&judged, Rhythm::Cranial), Goal::AtMost(0.015)));
    }
    // As firmware smooths: half a second, and a whole one.
    for (name, over) in [("0.5 s", 50), ("1 s", 100)] {
        let case = Case { noise: Noise::Smoothed(over), hz: 100.0, step: 15.0, counted: &[Rhythm::Pulse], steps: 0.0 };
        let judged = run(plan, case, plan.windows(5_000, 150));
        lines.push(Line::new("false-alarms", format!("white, pulse, a mean over {name}"), present(&judged, Rhythm::Pulse), Goal::Told));
    }
    lines.sort_by_key(|line| line.row);
    lines
}

fn tell(name: &str, rhythm: Rhythm, judged: &[Judged], lines: &mut Vec<Line>) {
    let what = format!("{name}, {}", rhythm.word());
    lines.push(Line::new("false-alarms", what.clone(), present(judged, rhythm), Goal::Between(0.003, 0.015)));
    let mut ps: Vec<f64> = judged.iter().filter(|judged| judged.rhythm == rhythm).map(|judged| judged.p).collect();
    lines.push(Line::new("null-p", what, Value::distance(&mut ps), Goal::AtMost(0.04)));
}

fn present(judged: &[Judged], rhythm: Rhythm) -> Value {
    let of = judged.iter().filter(|judged| judged.rhythm == rhythm);
    Value::share(of.clone().filter(|judged| judged.present).count(), of.count())
}

/// So many steps of a noise; windows of the rhythms that are counted do not overlap.
fn run(plan: &Plan, case: Case, windows: usize) -> Vec<Judged> {
    spread_windows(windows, UNIT, |unit, windows| {
        let mut source = plan.source(&format!("{case:?}"), unit);
        let mut noise = case.noise.start(&mut source);
        let mut level = 0.0;
        let rows = steps(&one_channel(case.hz), &every(case.step), windows, |frames| {
            let mut samples: Vec<f64> = (0..frames).map(|_| noise.step(&mut source)).collect();
            if case.steps > 0.0 {
                jump(&mut samples, &mut level, case.steps, &mut source);
            }
            samples.into_iter().map(|x| x as f32).collect()
        });
        let mut judged = Vec::new();
        for (at, rows) in rows.iter().enumerate() {
            let tide = (at + 1).is_multiple_of(5);
            for rhythm in case.counted.iter().filter(|rhythm| tide || **rhythm != Rhythm::Tide) {
                if let Some(estimate) = find(rows, 0, *rhythm) {
                    let p = estimate.figure.map_or(1.0, |figure| figure.p);
                    judged.push(Judged { rhythm: *rhythm, p, present: estimate.present().is_some() });
                }
            }
        }
        judged
    })
}

/// Lifts or lowers everything from a random instant on by 3 SD of this stretch, now and then.
fn jump(samples: &mut [f64], level: &mut f64, probability: f64, source: &mut Source) {
    let n = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / n;
    let sd = (samples.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    let from = if source.uniform(0.0, 1.0) < probability { source.uniform(0.0, n) as usize } else { samples.len() };
    let by = if source.uniform(-1.0, 1.0) < 0.0 { -3.0 * sd } else { 3.0 * sd };
    samples.iter_mut().for_each(|x| *x += *level);
    samples.iter_mut().skip(from).for_each(|x| *x += by);
    if from < samples.len() {
        *level += by;
    }
}
