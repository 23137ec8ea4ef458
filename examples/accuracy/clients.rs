//! Simulated clients: three rhythms together, and breath where no cranial rhythm is.

use stillpoint::rhythm::{Estimate, Rhythm, Settings};
use stillpoint::signal::Channel;
use stillpoint::simulate::{Scenario, Sensor, Wave};

use crate::drive::{Recorded, every, find, rate, with_window};
use crate::table::{Goal, Line, Unit, Value};
use crate::work::{Plan, Source, spread};

/// Seconds from row to row, and rows of a recording of ten minutes.
const STEP: f64 = 5.0;
const STEPS: usize = 120;
/// Cranial windows overlap: one in so many is taken as independent.
const OVERLAP: f64 = 60.0 / STEP;

/// Which figure is asked for, and how near it must be.
#[derive(Clone, Copy, Debug)]
struct Asked {
    rhythm: Rhythm,
    /// Position among the waves of [`Scenario::rasmussen`].
    wave: usize,
    window: f64,
    within: f64,
}

const CRANIAL: Asked = Asked { rhythm: Rhythm::Cranial, wave: 0, window: 60.0, within: 0.6 };
const BREATH: Asked = Asked { rhythm: Rhythm::Breath, wave: 1, window: 30.0, within: 1.0 };
const PULSE: Asked = Asked { rhythm: Rhythm::Pulse, wave: 2, window: 15.0, within: 2.0 };
const ASKED: [(&str, Asked, f64); 5] = [
    ("cranial within 0.6 /min, 60 s", CRANIAL, 0.99),
    ("breath within 1 /min, 30 s", BREATH, 0.97),
    ("breath within 1 /min, 60 s", Asked { window: 60.0, ..BREATH }, 0.97),
    ("pulse within 2 /min, 15 s", PULSE, 0.95),
    ("pulse within 2 /min, 30 s", Asked { window: 30.0, ..PULSE }, 0.95),
];

/// One window of one rhythm.
#[derive(Clone, Copy, Debug)]
struct Judged {
    asked: usize,
    present: bool,
    near: bool,
    /// Estimated over true amplitude.
    size: Option<f64>,
}

/// Row `three-rhythms`.
pub fn three_rhythms(plan: &Plan) -> Vec<Line> {
    const ROW: &str = "three-rhythms";
    let judged: Vec<Judged> = spread(plan.recordings(60, 6), |unit| one_client(&mut plan.source(ROW, unit), false)).concat();
    let mut lines = Vec::new();
    for (at, (what, asked, goal)) in ASKED.into_iter().enumerate() {
        let of: Vec<&Judged> = judged.iter().filter(|judged| judged.asked == at).collect();
        let overlap = asked.window / STEP;
        let hits = |hit: fn(&Judged) -> bool| Value::overlapping(of.iter().filter(|judged| hit(judged)).count(), of.len(), overlap);
        lines.push(Line::new(ROW, what, hits(|judged| judged.present && judged.near), Goal::AtLeast(goal)));
        lines.push(Line::new(ROW, format!("{what}: present but not near"), hits(|judged| judged.present && !judged.near), Goal::Told));
        let off: Vec<f64> = of.iter().filter(|judged| judged.present).filter_map(|judged| Some((judged.size? - 1.0).abs())).collect();
        let value = Value::quantile(&off, 0.5, (Unit::Share, overlap));
        let goal = if asked.rhythm == Rhythm::Cranial { Goal::AtMost(0.1) } else { Goal::Told };
        lines.push(Line::new(ROW, format!("{what}: amplitude off, median"), value, goal));
    }
    // The same sizes from peak to trough, harmonics included: a quarter less of the pulse.
    let judged: Vec<Judged> =
        spread(plan.recordings(60, 6), |unit| one_client(&mut plan.source("three-rhythms whole", unit), true)).concat();
    for (at, (what, asked, goal)) in ASKED.into_iter().enumerate() {
        let of: Vec<&Judged> = judged.iter().filter(|judged| judged.asked == at).collect();
        let right = of.iter().filter(|judged| judged.present && judged.near).count();
        let value = Value::overlapping(right, of.len(), asked.window / STEP);
        // Not reached of the pulse yet: docs/ACCURACY.md says how far, and why.
        let goal = if asked.rhythm == Rhythm::Pulse { Goal::Told } else { Goal::AtLeast(goal) };
        lines.push(Line::new(ROW, format!("{what}, harmonics within the sizes"), value, goal));
    }
    lines
}

/// Ten minutes of a client after Rasmussen with mean rates of his own, looked at with the default windows and with longer ones. The sizes are those of the fundamentals,
/// or from peak to trough with the harmonics.
fn one_client(source: &mut Source, whole: bool) -> Vec<Judged> {
    let mut scenario = Scenario::rasmussen();
    if whole {
        let shares: Vec<f64> = scenario.waves.iter().map(|wave| 2.0 / wave.peak_to_trough()).collect();
        scenario.sensors.iter_mut().for_each(|sensor| sensor.feels.iter_mut().zip(&shares).for_each(|((size, _), share)| *size *= share));
    }
    for (wave, (low, high)) in scenario.waves.iter_mut().zip([(4.25, 7.07), (12.0, 18.0), (55.0, 85.0)]) {
        (wave.per_min, wave.start) = (source.uniform(low, high), source.uniform(0.0, 1.0));
    }
    let recorded = Recorded::new(scenario, source.seed(), STEPS, STEP);
    let longer = with_window(with_window(every(STEP), Rhythm::Breath, 60.0), Rhythm::Pulse, 30.0);
    let mut judged = judge(&recorded, &every(STEP), &[0, 1, 3]);
    judged.extend(judge(&recorded, &longer, &[2, 4]));
    judged
}

fn judge(recorded: &Recorded, settings: &Settings, which: &[usize]) -> Vec<Judged> {
    let mut judged = Vec::new();
    for (index, rows) in recorded.rows(settings).iter().enumerate() {
        for &at in which {
            let asked = ASKED[at].1;
            if let Some(estimate) = find(rows, 0, asked.rhythm) {
                let truth = recorded.rate(asked.wave, index, asked.window);
                let near = estimate.figure.is_some_and(|figure| (figure.rate.value - truth).abs() <= asked.within);
                let size = estimate.figure.map(|figure| figure.amplitude.value / recorded.amplitude(0, asked.wave));
                judged.push(Judged { asked: at, present: estimate.present().is_some(), near, size });
            }
        }
    }
    judged
}

/// Cranial rows of a channel: how many, how many present, how many present without any flag.
#[derive(Clone, Copy, Debug, Default)]
struct Claims {
    rows: usize,
    present: usize,
    unflagged: usize,
}

impl Claims {
    fn count(estimates: impl Iterator<Item = Estimate>) -> Self {
        estimates.fold(Self::default(), |so_far, estimate| {
            let present = estimate.present().is_some();
            Self {
                rows: so_far.rows + 1,
                present: so_far.present + usize::from(present),
                unflagged: so_far.unflagged + usize::from(present && estimate.flags.iter().next().is_none()),
            }
        })
    }

    fn sum(claims: &[Self]) -> Self {
        claims.iter().fold(Self::default(), |a, b| Self {
            rows: a.rows + b.rows,
            present: a.present + b.present,
            unflagged: a.unflagged + b.unflagged,
        })
    }

    fn all(self) -> Value {
        Value::overlapping(self.present, self.rows, OVERLAP)
    }

    fn plain(self) -> Value {
        Value::overlapping(self.unflagged, self.rows, OVERLAP)
    }
}

/// What is claimed of channel 0 in ten minutes of breath, 12 to 18 /min, that wanders by 6 %, with or without harmonics.
fn claims(source: &mut Source, sensors: Vec<Sensor>, sinusoidal: bool) -> Claims {
    let per_min = source.uniform(12.0, 18.0);
    let wave = if sinusoidal { Wave::sine(per_min) } else { Wave::breath(per_min) };
    let waves = vec![wave.wandering(0.06).starting(source.uniform(0.0, 1.0))];
    let recorded = Recorded::new(Scenario { rate: rate(50.0), waves, sensors }, source.seed(), STEPS, STEP);
    Claims::count(recorded.rows(&every(STEP)).iter().filter_map(|rows| find(rows, 0, Rhythm::Cranial)).copied())
}

/// Row `breath-alone`.
pub fn breath_alone(plan: &Plan) -> Vec<Line> {
    const ROW: &str = "breath-alone";
    let mut lines = Vec::new();
    for (name, sinusoidal) in [("head", false), ("ch1", false), ("head", true), ("ch1", true)] {
        let shape = if sinusoidal { "sinusoidal breath" } else { "breath" };
        let what = format!("{shape} in `{name}`: cranial present");
        let sensor = Sensor { channel: Channel::named(name, "µm"), feels: vec![(88.0, 0.0)], white: 5.0, pink: 8.0 };
        let told = spread(plan.recordings(40, 4), |unit| claims(&mut plan.source(&what, unit), vec![sensor.clone()], sinusoidal));
        let told = Claims::sum(&told);
        lines.push(Line::new(ROW, format!("{what}, no flag"), told.plain(), Goal::AtMost(0.02)));
        lines.push(Line::new(ROW, what, told.all(), Goal::Told));
    }
    lines
}

/// Row `breath-leak`.
pub fn breath_leak(plan: &Plan) -> Vec<Line> {
    const ROW: &str = "breath-leak";
    let sensors = vec![
        Sensor { channel: Channel::named("head", "µm"), feels: vec![(60.0, 0.0)], white: 3.0, pink: 3.0 },
        Sensor { channel: Channel::named("belt", "mm"), feels: vec![(9.0, 0.0)], white: 0.1, pink: 0.25 },
    ];
    let told = spread(plan.recordings(40, 4), |unit| claims(&mut plan.source(ROW, unit), sensors.clone(), false));
    let told = Claims::sum(&told);
    vec![
        Line::new(ROW, "breath in `head`, belt at hand: cranial present", told.all(), Goal::AtMost(0.015)),
        Line::new(ROW, "breath in `head`, belt at hand: cranial, no flag", told.plain(), Goal::Told),
    ]
}
