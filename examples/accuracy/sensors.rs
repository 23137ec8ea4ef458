//! Breath belts and pulse sensors as they are: cycles that are not alike, pauses, double humps, steps of the baseline, stretches in which the sensor
//! says nothing of the rhythm. Nothing here was made after a recording; the shapes are sums of bells.

use stillpoint::rhythm::{Rhythm, Row};

use crate::drive::{every, figure, one_channel, steps, with_window};
use crate::table::{Goal, Line, Value};
use crate::work::{Plan, Source, spread};

pub const ROW: &str = "sensors";
/// Samples a second, and windows a recording.
const HZ: f64 = 100.0;
const WINDOWS: usize = 20;

/// How a cycle goes: bells (place in the cycle, width as a share of it, height).
type Bells = &'static [(f64, f64, f64)];
const BELT: Bells = &[(0.35, 0.13, 1.0), (0.55, 0.13, 0.35)];
const HUMPS: Bells = &[(0.25, 0.09, 1.0), (0.6, 0.1, 0.6)];
const FLOW: Bells = &[(0.2, 0.1, 0.6), (0.35, 0.1, 0.6), (0.52, 0.05, -1.0), (0.65, 0.1, -0.4)];
const FINGER: Bells = &[(0.2, 0.07, 1.0), (0.45, 0.1, 0.35)];
const HEART: Bells = &[(0.2, 0.025, 0.12), (0.34, 0.01, -0.15), (0.36, 0.01, 1.0), (0.385, 0.01, -0.25), (0.62, 0.05, 0.25)];

/// One sensor on one client.
#[derive(Clone, Copy, Debug)]
struct Kind {
    name: &'static str,
    rhythm: Rhythm,
    shape: Bells,
    /// Standard deviation of a cycle's length and of its height, as a share.
    uneven: (f64, f64),
    /// Share of the cycles after which there is a pause of half a cycle to one and a half.
    pauses: f64,
    /// Steps of the baseline a minute, of twice the height.
    steps: f64,
    /// Stretches a minute, of two to eight seconds, in which the sensor hits its rails instead.
    lost: f64,
    /// Standard deviation of white noise.
    noise: f64,
}

const PLAIN: Kind =
    Kind { name: "belt", rhythm: Rhythm::Breath, shape: BELT, uneven: (0.06, 0.1), pauses: 0.0, steps: 0.0, lost: 0.0, noise: 0.1 };
const PULSE: Kind = Kind { name: "finger", rhythm: Rhythm::Pulse, shape: FINGER, uneven: (0.04, 0.1), ..PLAIN };
const KINDS: [Kind; 13] = [
    PLAIN,
    Kind { name: "belt, uneven", uneven: (0.2, 0.3), ..PLAIN },
    Kind { name: "belt, pauses", uneven: (0.1, 0.2), pauses: 0.12, ..PLAIN },
    Kind { name: "belt, two humps", shape: HUMPS, ..PLAIN },
    Kind { name: "belt, steps", steps: 1.5, ..PLAIN },
    Kind { name: "belt, movement", lost: 1.0, ..PLAIN },
    Kind { name: "belt, noisy", noise: 0.6, ..PLAIN },
    Kind { name: "flow, uneven", shape: FLOW, uneven: (0.15, 0.25), pauses: 0.04, ..PLAIN },
    PULSE,
    Kind { name: "finger, uneven", uneven: (0.1, 0.3), ..PULSE },
    Kind { name: "finger, movement", lost: 1.0, ..PULSE },
    Kind { name: "finger, steps", steps: 1.5, ..PULSE },
    Kind { name: "ECG, movement", shape: HEART, lost: 0.5, noise: 0.03, ..PULSE },
];

/// A window as it was judged.
#[derive(Clone, Copy, Debug)]
struct Judged {
    near: bool,
    present: bool,
}

/// Row `sensors`.
pub fn rows(plan: &Plan) -> Vec<Line> {
    let mut lines = Vec::new();
    for kind in KINDS {
        let lengths = if kind.rhythm == Rhythm::Breath { [60.0, 30.0] } else { [60.0, 15.0] };
        for length in lengths {
            let name = format!("{}, {length:.0} s", kind.name);
            let judged = spread(plan.recordings(50, 10), |unit| judge(kind, length, &mut plan.source(&name, unit))).concat();
            let present: Vec<_> = judged.iter().filter(|judged| judged.present).collect();
            let wrong = present.iter().filter(|judged| !judged.near).count();
            let near = Value::share(judged.iter().filter(|judged| judged.near).count(), judged.len());
            lines.push(Line::new(ROW, format!("{name}: near"), near, Goal::Told));
            lines.push(Line::new(ROW, format!("{name}: present"), Value::share(present.len(), judged.len()), Goal::Told));
            lines.push(Line::new(ROW, format!("{name}: of these not near"), Value::share(wrong, present.len()), Goal::Told));
        }
    }
    lines
}

fn judge(kind: Kind, length: f64, source: &mut Source) -> Vec<Judged> {
    let mut settings = with_window(every(length), kind.rhythm, length);
    for each in Rhythm::ALL {
        settings.of_mut(each).enabled = each == kind.rhythm || each == Rhythm::Breath;
    }
    let mut trace = Trace::new(kind, source.clone());
    let mut truth = Vec::new();
    let rows: Vec<Vec<Row>> = steps(&one_channel(HZ), &settings, WINDOWS, |frames| {
        let before = trace.cycles;
        let samples = (0..frames).map(|_| trace.next() as f32).collect();
        truth.push(60.0 * (trace.cycles - before) / length);
        samples
    });
    let within = if kind.rhythm == Rhythm::Breath { 1.0 } else { 2.0 };
    let judged = |(rows, truth): (&Vec<Row>, f64)| {
        let figure = figure(rows, kind.rhythm);
        Judged {
            near: figure.is_some_and(|figure| (figure.rate.value - truth).abs() <= within),
            present: figure.is_some_and(|figure| figure.present),
        }
    };
    rows.iter().zip(truth).map(judged).collect()
}

/// A running sensor.
struct Trace {
    kind: Kind,
    source: Source,
    /// Seconds of a mean cycle.
    mean: f64,
    /// Seconds of this one, its height, and of the pause after it.
    cycle: (f64, f64, f64),
    wander: f64,
    /// Seconds since this cycle began, and cycles so far.
    since: f64,
    cycles: f64,
    base: f64,
    drift: f64,
    /// Seconds for which the sensor still says nothing.
    lost: f64,
}

impl Trace {
    fn new(kind: Kind, mut source: Source) -> Self {
        let (low, high) = if kind.rhythm == Rhythm::Breath { (9.0, 24.0) } else { (50.0, 110.0) };
        let mean = 60.0 / source.uniform(low, high);
        let mut trace =
            Self { kind, source, mean, cycle: (mean, 1.0, 0.0), wander: 0.0, since: 0.0, cycles: 0.0, base: 0.0, drift: 0.0, lost: 0.0 };
        trace.begin();
        trace
    }

    fn begin(&mut self) {
        let Kind { uneven: (length, height), pauses, .. } = self.kind;
        // Half of the unevenness is from one cycle to the next, half comes and goes over several.
        self.wander = 0.8 * self.wander + 0.6 * self.source.normal();
        let stray = length * (self.source.normal() + self.wander) / 2_f64.sqrt();
        let seconds = self.mean * stray.exp();
        let pause = if self.source.uniform(0.0, 1.0) < pauses { self.mean * self.source.uniform(0.5, 1.5) } else { 0.0 };
        self.cycle = (seconds, (height * self.source.normal()).exp(), pause);
        self.since = 0.0;
    }

    fn next(&mut self) -> f64 {
        let second = 1.0 / HZ;
        let (seconds, height, pause) = self.cycle;
        self.since += second;
        self.cycles += second / (seconds + pause);
        let place = self.since / seconds;
        let bell = |(at, width, high): &(f64, f64, f64)| high * (-((place - at) / width).powi(2) / 2.0).exp();
        let wave = height * self.kind.shape.iter().map(bell).sum::<f64>();
        if self.since >= seconds + pause {
            self.begin();
        }
        if self.source.uniform(0.0, 60.0) < self.kind.steps * second {
            self.base = 2.0 * self.source.normal();
        }
        if self.source.uniform(0.0, 60.0) < self.kind.lost * second {
            self.lost = self.source.uniform(2.0, 8.0);
        }
        self.drift += 0.03 * self.source.normal() * second.sqrt();
        self.lost -= second;
        let noise = self.kind.noise * self.source.normal();
        if self.lost > 0.0 {
            // Slow swings much larger than the rhythm, cut off at the rails.
            let swing = 6.0 * (4.0 * self.lost).sin() * (1.7 * self.lost).cos();
            return swing.clamp(-2.0, 3.0) + noise;
        }
        wave + self.base + self.drift + noise
    }
}
