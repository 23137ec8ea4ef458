//! Two segments of one recording compared: how often the interval holds a difference that is none, and how often it leaves nought out where there is one.

use stillpoint::rhythm::{Comparison, Comparisons, Interval, Monitor, Rhythm, Row, Settings};
use stillpoint::signal::{Block, SampleIndex, Seconds, Span};
use stillpoint::simulate::Scenario;

use crate::drive::{Recorded, every};
use crate::table::{Goal, Line, Value};
use crate::work::{Plan, Source, spread};

const ROW: &str = "compare";
const STEP: f64 = 5.0;

/// Two segments: minutes of each, and how the second differs: in cycles a minute, and times as large.
#[derive(Clone, Copy, Debug)]
struct Case {
    minutes: [f64; 2],
    faster: f64,
    larger: f64,
}

const CASES: [(&str, Case); 5] = [
    ("5 and 5 min, alike", Case { minutes: [5.0, 5.0], faster: 0.0, larger: 1.0 }),
    ("5 and 15 min, alike", Case { minutes: [5.0, 15.0], faster: 0.0, larger: 1.0 }),
    ("15 and 15 min, alike", Case { minutes: [15.0, 15.0], faster: 0.0, larger: 1.0 }),
    ("5 and 5 min, 0.6 /min faster, 1.3 times as large", Case { minutes: [5.0, 5.0], faster: 0.6, larger: 1.3 }),
    ("15 and 15 min, 0.6 /min faster, 1.3 times as large", Case { minutes: [15.0, 15.0], faster: 0.6, larger: 1.3 }),
];

/// Row `compare`.
pub fn rows(plan: &Plan) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, case) in CASES {
        let told: Vec<Comparison> =
            spread(plan.windows(200, 10), |unit| one(&mut plan.source(name, unit), case)).into_iter().flatten().collect();
        let alike = case.faster == 0.0;
        let mut add = |what: &str, of: fn(&Comparison) -> Option<Interval>, (truth, nothing): (f64, f64)| {
            let of: Vec<Interval> = told.iter().filter_map(of).collect();
            let share = |holds: f64| Value::share(of.iter().filter(|i| i.low <= holds && holds <= i.high).count(), of.len());
            // Too wide is not wrong; how wide is told by what it sees.
            lines.push(Line::new(ROW, format!("{name}: {what} held"), share(truth), Goal::AtLeast(0.93)));
            if !alike && truth != nothing {
                let seen = of.iter().filter(|i| i.low > nothing || nothing > i.high).count();
                lines.push(Line::new(ROW, format!("{name}: {what} seen"), Value::share(seen, of.len()), Goal::Told));
            }
        };
        add("rate", |said| said.rate, (case.faster, 0.0));
        add("amplitude", |said| said.amplitude_ratio, (case.larger, 1.0));
        add("share present", |said| said.present, (0.0, 0.0));
        if alike {
            add("regularity", |said| said.regularity, (0.0, 0.0));
        }
    }
    lines
}

/// A head after Rasmussen; the rhythm wanders by 3 %.
fn one(source: &mut Source, case: Case) -> Option<Comparison> {
    let per_min = source.uniform(4.5, 6.5);
    let [first, second] = case.minutes.map(|minutes| (minutes * 60.0 / STEP) as usize);
    let part = |rate: f64, size: f64, steps: usize, source: &mut Source| {
        let mut scenario = Scenario::rasmussen();
        for (wave, (low, high)) in scenario.waves.iter_mut().zip([(rate, rate), (12.0, 18.0), (55.0, 85.0)]) {
            (wave.per_min, wave.start) = (source.uniform(low, high), source.uniform(0.0, 1.0));
        }
        scenario.sensors[0].feels[0].0 *= size;
        Recorded::new(scenario, source.seed(), steps, STEP)
    };
    // One recording after the other: no window lies in both.
    let parts = [part(per_min, 1.0, first, source), part(per_min + case.faster, case.larger, second, source)];
    let frames = (STEP * parts[0].layout.nominal.hz()) as u64;
    let middle = SampleIndex(first as u64 * frames);
    let end = SampleIndex((first + second) as u64 * frames);
    let segments = [vec![Span { start: SampleIndex(0), end: middle }], vec![Span { start: middle, end }]];
    let mut comparisons = Comparisons::new(segments, Seconds(STEP));
    let mut monitor = Monitor::new(&parts[0].layout, &cranial());
    let mut rows = Vec::new();
    for (start, part) in [SampleIndex(0), middle].into_iter().zip(&parts) {
        monitor.push(&Block { start, channels: 1, samples: part.samples().to_vec() }, &mut rows);
    }
    for row in &rows {
        if let Row::Estimate(estimate) = row {
            comparisons.push(estimate);
        }
    }
    comparisons.finish().next()
}

fn cranial() -> Settings {
    let mut settings = Settings { derived: false, ..every(STEP) };
    for rhythm in [Rhythm::Tide, Rhythm::Breath, Rhythm::Pulse] {
        settings.of_mut(rhythm).enabled = false;
    }
    settings
}
