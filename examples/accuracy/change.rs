//! A rhythm that changes its rate from one cycle to the next: how soon that is seen, and for how long something in between is told.

use stillpoint::rhythm::{Figure, Rhythm};
use stillpoint::signal::Channel;
use stillpoint::simulate::{Scenario, Sensor, Wave};

use crate::drive::{Recorded, every, find, rate};
use crate::table::{Goal, Line, Unit, Value};
use crate::work::{Plan, Source, spread};

const ROW: &str = "rate-step";
/// /min before and after.
const RATES: (f64, f64) = (7.0, 10.5);
/// Seconds: when it changes, how long there is a row every second, and for how long the new rate must then be told.
const AT: usize = 120;
const STEPS: usize = 260;
const STAYS: usize = 30;
/// Share of a rate within which it is that rate.
const NEAR: f64 = 0.05;

/// What was seen of one change, in seconds.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// Until the new rate is told and stays; infinite where it never is.
    after: f64,
    /// Rows with a rate between the two, present, with an interval that holds neither.
    between: f64,
}

/// Row `rate-step`.
pub fn rows(plan: &Plan) -> Vec<Line> {
    let seconds = (Unit::Of("s"), 1.0);
    let mut lines = Vec::new();
    for db in [10.0, 20.0] {
        let seen = spread(plan.recordings(60, 8), |unit| one(&mut plan.source(&format!("{ROW} {db}"), unit), db));
        let (after, between): (Vec<f64>, Vec<f64>) = seen.iter().map(|seen| (seen.after, seen.between)).unzip();
        for (word, share) in [("median", 0.5), ("95th percentile", 0.95)] {
            let what = |what: &str| format!("7 → 10.5 /min, {db:.0} dB: {what}, {word}");
            lines.push(Line::new(ROW, what("new rate told after"), Value::quantile(&after, share, seconds), Goal::AtMost(20.0)));
            lines.push(Line::new(ROW, what("between the two for"), Value::quantile(&between, share, seconds), Goal::AtMost(10.0)));
        }
    }
    lines
}

fn one(source: &mut Source, db: f64) -> Seen {
    const HZ: f64 = 50.0;
    let size = 50.0;
    let at_4_hz = size / 2.0 / (2.0 * 10_f64.powf(db / 10.0)).sqrt();
    let wave = Wave { steps: vec![(AT as f64, RATES.1)], ..Wave::sine(RATES.0).starting(source.uniform(0.0, 1.0)) };
    let channel = Channel::named("head", "µm");
    let sensor = Sensor { channel, feels: vec![(size, 0.0)], white: at_4_hz * (HZ / 4.0).sqrt(), pink: 0.0 };
    let recorded = Recorded::new(Scenario { rate: rate(HZ), waves: vec![wave], sensors: vec![sensor] }, source.seed(), STEPS, 1.0);
    let rows = recorded.rows(&every(1.0));
    // Row 0 is told at second 1.
    let figures: Vec<Option<Figure>> =
        rows.iter().skip(AT - 1).map(|rows| find(rows, 0, Rhythm::Cranial).and_then(|estimate| estimate.present().copied())).collect();
    let is = |figure: &Figure, rate: f64| (figure.rate.value / rate - 1.0).abs() <= NEAR;
    let told = |figure: &Option<Figure>| figure.as_ref().is_some_and(|figure| is(figure, RATES.1));
    let after = figures.windows(STAYS).position(|stretch| stretch.iter().all(told)).map_or(f64::INFINITY, |at| at as f64);
    let holds = |figure: &Figure, rate: f64| figure.rate.low <= rate && rate <= figure.rate.high;
    let between = figures.iter().flatten().filter(|figure| {
        let inside = figure.rate.value > RATES.0 && figure.rate.value < RATES.1;
        let neither = |judge: &dyn Fn(&Figure, f64) -> bool| !judge(figure, RATES.0) && !judge(figure, RATES.1);
        inside && neither(&is) && neither(&holds)
    });
    Seen { after, between: between.count() as f64 }
}
