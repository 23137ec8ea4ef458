//! Left against right.

use stillpoint::rhythm::{Rhythm, Row, Symmetry};
use stillpoint::simulate::Scenario;

use crate::drive::{Recorded, every, with_window};
use crate::table::{Goal, Line, Unit, Value};
use crate::work::{Plan, Source, spread};

const ROW: &str = "symmetry";
/// Seconds: one window, one row.
const WINDOW: f64 = 300.0;

/// What was told of one recording: estimated over true ratio less 1, and the lag's error in seconds.
type Off = Option<(f64, f64)>;

/// Row `symmetry`.
pub fn rows(plan: &Plan) -> Vec<Line> {
    let recordings = plan.windows(400, 40);
    let told: Vec<Off> = spread(recordings, |unit| one(&mut plan.source(ROW, unit)));
    let (ratios, lags): (Vec<f64>, Vec<f64>) = told.iter().flatten().copied().unzip();
    vec![
        Line::new(ROW, "amplitude ratio off, 300 s, median", Value::quantile(&ratios, 0.5, (Unit::Share, 1.0)), Goal::AtMost(0.03)),
        Line::new(ROW, "lag off, 300 s, median", Value::quantile(&lags, 0.5, (Unit::Of("s"), 1.0)), Goal::AtMost(0.05)),
        Line::new(ROW, "told at all", Value::share(ratios.len(), recordings), Goal::Told),
    ]
}

/// Five minutes of the demo's head with the rhythms after Rasmussen, one side's size and lag drawn anew.
fn one(source: &mut Source) -> Off {
    let mut scenario = Scenario { waves: Scenario::rasmussen().waves, ..Scenario::demo() };
    scenario.sensors.truncate(2);
    for (wave, (low, high)) in scenario.waves.iter_mut().zip([(4.25, 7.07), (12.0, 18.0), (55.0, 85.0)]) {
        (wave.per_min, wave.start) = (source.uniform(low, high), source.uniform(0.0, 1.0));
    }
    let hz = scenario.rate.hz();
    let late = (source.uniform(-1.0, 1.0) * hz).round() / hz;
    scenario.sensors[0].feels[0].1 = (-late).max(0.0);
    scenario.sensors[1].feels[0] = (source.uniform(40.0, 90.0), late.max(0.0));
    let recorded = Recorded::new(scenario, source.seed(), 1, WINDOW);
    let truth = recorded.amplitude(0, 0) / recorded.amplitude(1, 0);
    let rows = recorded.rows(&with_window(every(WINDOW), Rhythm::Cranial, WINDOW)).concat();
    let symmetry = rows.iter().find_map(cranial)?;
    Some(((symmetry.amplitude_ratio / truth - 1.0).abs(), (symmetry.lag.0 - late).abs()))
}

fn cranial(row: &Row) -> Option<&Symmetry> {
    match row {
        Row::Symmetry(symmetry) if symmetry.rhythm == Rhythm::Cranial => Some(symmetry),
        _ => None,
    }
}
