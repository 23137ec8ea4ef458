//! Taps beside the measured rhythm: of hands that feel it, and of those that ignore it.

use stillpoint::rhythm::{Felt, Monitor, Rhythm, Settings};
use stillpoint::signal::{Block, SampleIndex};
use stillpoint::simulate::Scenario;

use crate::drive::{Recorded, every};
use crate::table::{Goal, Line, Unit, Value};
use crate::work::{Plan, Source, spread};

const ROW: &str = "taps";
/// Seconds of a recording, and how often the true phase is known.
const SECONDS: usize = 600;
const KNOWN: f64 = 1.0;
/// Hands of each kind a recording.
const HANDS: usize = 6;
/// Standard deviation of how late a hand that feels is, and its mean, in seconds.
const UNSURE: f64 = 0.5;
const LATE: f64 = 0.6;

/// A hand: it feels every so many cycles, or ignores the rhythm.
#[derive(Clone, Copy, Debug)]
enum Hand {
    /// One tap to so many cycles.
    Feels(f64),
    /// Even, at any rate from 3 to 12 /min.
    Clock,
    /// Uneven by 6 % from tap to tap, at the rhythm's mean rate.
    KeepsTime,
    /// The same, and its pace drifts by 10 %.
    Drifts,
    /// At random, 8 /min.
    Random,
}

const HANDS_OF: [(&str, Hand, Goal); 7] = [
    ("even clock, any rate", Hand::Clock, Goal::AtMost(0.05)),
    ("own time, the rhythm's mean rate", Hand::KeepsTime, Goal::AtMost(0.05)),
    ("own time that drifts, the rhythm's mean rate", Hand::Drifts, Goal::AtMost(0.05)),
    ("at random", Hand::Random, Goal::AtMost(0.05)),
    ("feels every cycle", Hand::Feels(1.0), Goal::AtLeast(0.9)),
    ("feels every second cycle", Hand::Feels(2.0), Goal::AtLeast(0.9)),
    ("feels half cycles", Hand::Feels(0.5), Goal::Told),
];
const TAPS: [usize; 3] = [12, 20, 50];

/// What came of one hand's taps.
#[derive(Clone, Copy, Debug)]
struct Judged {
    kind: (usize, usize),
    felt: Felt,
}

/// Row `taps`.
pub fn rows(plan: &Plan) -> Vec<Line> {
    let judged: Vec<Judged> = spread(plan.recordings(100, 8), |unit| one(&mut plan.source(ROW, unit))).concat();
    let mut lines = Vec::new();
    for (hand, (name, kind, goal)) in HANDS_OF.into_iter().enumerate() {
        for (count, taps) in TAPS.into_iter().enumerate() {
            let of: Vec<_> = judged.iter().filter(|judged| judged.kind == (hand, count)).filter_map(|judged| judged.felt.locking).collect();
            if of.is_empty() {
                continue;
            }
            // With few taps there is little to tell locking by.
            let goal = if taps < 20 && matches!(kind, Hand::Feels(_)) { Goal::Told } else { goal };
            let locked = of.iter().filter(|locking| locking.p < 0.05).count();
            lines.push(Line::new(ROW, format!("{name}, {taps} taps: p < 0.05"), Value::share(locked, of.len()), goal));
            let by_rayleigh = of.iter().filter(|locking| locking.rayleigh_p < 0.05).count();
            lines.push(Line::new(ROW, format!("{name}, {taps} taps: Rayleigh's"), Value::share(by_rayleigh, of.len()), Goal::Told));
            if let Hand::Feels(cycles) = kind {
                let right = of.iter().filter(|locking| locking.ratio.taps_a_cycle() * cycles == 1.0).count();
                lines.push(Line::new(ROW, format!("{name}, {taps} taps: ratio right"), Value::share(right, of.len()), Goal::AtLeast(0.95)));
                let late: Vec<f64> = of.iter().map(|locking| (locking.offset.0 - LATE).abs()).collect();
                let value = Value::quantile(&late, 0.5, (Unit::Of("s"), 1.0));
                lines.push(Line::new(ROW, format!("{name}, {taps} taps: offset off, median"), value, Goal::AtMost(0.3)));
            }
        }
    }
    lines
}

/// Ten minutes of a client after Rasmussen, and the hands on his head.
fn one(source: &mut Source) -> Vec<Judged> {
    let mut scenario = Scenario::rasmussen();
    for (wave, (low, high)) in scenario.waves.iter_mut().zip([(4.25, 7.07), (12.0, 18.0), (55.0, 85.0)]) {
        (wave.per_min, wave.start) = (source.uniform(low, high), source.uniform(0.0, 1.0));
    }
    let hz = scenario.rate.hz();
    let recorded = Recorded::new(scenario, source.seed(), SECONDS, KNOWN);
    let mut hands: Vec<((usize, usize), Vec<SampleIndex>)> = Vec::new();
    for (hand, (_, kind, _)) in HANDS_OF.into_iter().enumerate() {
        for (count, taps) in TAPS.into_iter().enumerate() {
            for _ in 0..HANDS {
                let times = times(kind, taps, &recorded, source);
                let inside = times.iter().all(|t| (35.0..SECONDS as f64 - 35.0).contains(t));
                if inside {
                    hands.push(((hand, count), times.iter().map(|t| SampleIndex((t * hz).round() as u64)).collect()));
                }
            }
        }
    }
    judge(&recorded, hands)
}

fn judge(recorded: &Recorded, hands: Vec<((usize, usize), Vec<SampleIndex>)>) -> Vec<Judged> {
    let mut monitor = Monitor::new(&recorded.layout, &cranial());
    monitor.follow(hands.iter().flat_map(|(_, taps)| taps).copied().collect());
    let block = Block { start: SampleIndex(0), channels: 1, samples: recorded.samples().to_vec() };
    monitor.push(&block, &mut Vec::new());
    let known: std::collections::BTreeMap<_, _> = monitor.phases().of(0).collect();
    let judged = hands.into_iter().map(|(kind, taps)| {
        let taps: Vec<_> = taps.iter().map(|at| (recorded.layout.nominal.time_of(*at), known.get(at).copied().flatten())).collect();
        Judged { kind, felt: Felt::of(&taps) }
    });
    judged.collect()
}

fn cranial() -> Settings {
    let mut settings = Settings { derived: false, ..every(5.0) };
    for rhythm in [Rhythm::Tide, Rhythm::Breath, Rhythm::Pulse] {
        settings.of_mut(rhythm).enabled = false;
    }
    settings
}

fn times(hand: Hand, taps: usize, recorded: &Recorded, source: &mut Source) -> Vec<f64> {
    let mean = 60.0 / recorded.rate(0, SECONDS - 1, SECONDS as f64);
    let start = source.uniform(40.0, 60.0);
    let own = |step: f64, drift: f64, source: &mut Source| {
        let mut t = start;
        let mut next = |n: usize| {
            let pace = 1.0 + drift * (n as f64 / taps as f64 - 0.5);
            t += step * pace * (1.0 + 0.06 * source.normal());
            t
        };
        (0..taps).map(&mut next).collect::<Vec<f64>>()
    };
    let mut times = match hand {
        Hand::Feels(cycles) => (0..taps)
            // The crest of a sine is a quarter of a cycle after its start.
            .map_while(|n| Some(recorded.instant(0, start, 0.25 + n as f64 * cycles)? + LATE + UNSURE * source.normal()))
            .collect(),
        Hand::Clock => {
            let step = 5.0 * 4_f64.powf(source.uniform(0.0, 1.0));
            (0..taps).map(|n| start + n as f64 * step).collect()
        }
        Hand::KeepsTime => own(mean, 0.0, source),
        Hand::Drifts => own(mean, 0.1, source),
        Hand::Random => (0..taps)
            .scan(start, |t, _| {
                *t -= 7.5 * (1.0 - source.uniform(0.0, 1.0)).ln();
                Some(*t)
            })
            .collect::<Vec<f64>>(),
    };
    times.sort_by(f64::total_cmp);
    // What did not come within the recording is out of it.
    if times.len() < taps { vec![f64::INFINITY] } else { times }
}
