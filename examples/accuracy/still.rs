//! Still points: how many are found, how near to where they are, and how many are told that are none.

use std::f64::consts::TAU;

use stillpoint::rhythm::{Monitor, Rhythm, Row, Settings, StillPoint};
use stillpoint::signal::{Block, Channel, Layout, Rate, SampleIndex, Seconds};
use stillpoint::simulate::{Client, Scenario, Sensor, Still, Wave};

use crate::drive::{one_channel, rate};
use crate::noise::Noise;
use crate::table::{Goal, Line, Unit, Value};
use crate::work::{Plan, Source, spread};

const ROW: &str = "still-points";
const HZ: f64 = 25.0;
/// Seconds of a recording in which still points are looked for, and of one that has none.
const LENGTH: f64 = 1200.0;
const HOUR: f64 = 3600.0;
/// A still point is found where one that is told lies over more than half of it.
const HALF: f64 = 0.5;

/// What a recording has, and what was told of it.
#[derive(Clone, Debug, Default)]
struct Told {
    /// Still points that are there.
    there: usize,
    found: usize,
    /// Seconds, of those that were found.
    starts: Vec<f64>,
    ends: Vec<f64>,
    /// Told where none is.
    wrong: usize,
    hours: f64,
}

/// One recording.
type Run = fn(&mut Source) -> Told;

/// Row `still-points`.
pub fn rows(plan: &Plan) -> Vec<Line> {
    let mut lines = Vec::new();
    for db in [14.0, 20.0, 40.0] {
        let told = spread(plan.recordings(48, 2), |unit| alone(&mut plan.source(&format!("{ROW} {db}"), unit), db, 0.0));
        tell(&format!("rhythm alone, {db:.0} dB"), &sum(told), Some(0.5), &mut lines);
    }
    let told = spread(plan.recordings(48, 2), |unit| alone(&mut plan.source("waxing", unit), 14.0, 0.3));
    tell("rhythm alone that waxes and wanes by 30 %, 14 dB", &sum(told), None, &mut lines);
    let told = spread(plan.recordings(96, 4), |unit| three(&mut plan.source("three", unit), Stills::Some));
    tell("three rhythms", &sum(told), Some(1.0), &mut lines);
    let without: [(&str, Run); 11] = [
        ("steady rhythm, 0 dB", |source| steady(source, 0.0, 0.0)),
        ("steady rhythm, 14 dB", |source| steady(source, 14.0, 0.0)),
        ("rhythm that waxes and wanes by 30 %, 14 dB", |source| steady(source, 14.0, 0.3)),
        ("rhythm of 14 dB that changes its rate", changing),
        ("breath alone, wander 6 %", breath),
        ("three rhythms without still points", |source| three(source, Stills::None)),
        ("three rhythms and movements", |source| three(source, Stills::Movements)),
        ("rhythm and pulse, and a hold that is lost", |source| three(source, Stills::Losses)),
        ("white noise", |source| noise(source, Noise::White)),
        ("1/f noise", |source| noise(source, Noise::Pink)),
        ("1/f² noise", |source| noise(source, Noise::Brown)),
    ];
    for (what, run) in without {
        let told = sum(spread(plan.recordings(60, 2), |unit| run(&mut plan.source(what, unit))));
        lines.push(wrong(what, &told));
    }
    lines
}

fn sum(told: Vec<Told>) -> Told {
    told.into_iter().fold(Told::default(), |mut all, one| {
        all.starts.extend(one.starts);
        all.ends.extend(one.ends);
        Told {
            there: all.there + one.there,
            found: all.found + one.found,
            wrong: all.wrong + one.wrong,
            hours: all.hours + one.hours,
            ..all
        }
    })
}

fn tell(what: &str, told: &Told, edge: Option<f64>, lines: &mut Vec<Line>) {
    lines.push(Line::new(
        ROW,
        format!("{what}: found"),
        Value::share(told.found, told.there),
        edge.map_or(Goal::Told, |_| Goal::AtLeast(0.98)),
    ));
    for (word, errors) in [("start", &told.starts), ("end", &told.ends)] {
        let off: Vec<f64> = errors.iter().map(|error| error.abs()).collect();
        let goal = edge.map_or(Goal::Told, Goal::AtMost);
        lines.push(Line::new(ROW, format!("{what}: {word} off, median"), Value::quantile(&off, 0.5, (Unit::Of("s"), 1.0)), goal));
        lines.push(Line::new(ROW, format!("{what}: {word} late, median"), Value::quantile(errors, 0.5, (Unit::Of("s"), 1.0)), Goal::Told));
    }
    lines.push(wrong(what, told));
}

fn wrong(what: &str, told: &Told) -> Line {
    Line::new(ROW, format!("{what}: false an hour"), Value::a_unit(told.wrong, told.hours, Unit::Of("/h")), Goal::AtMost(0.2))
}

/// The still points that are told of a recording of one channel.
fn stills(layout: &Layout, samples: &[f32]) -> Vec<StillPoint> {
    let mut settings = Settings { derived: false, ..Settings::default() };
    for rhythm in [Rhythm::Tide, Rhythm::Pulse] {
        settings.of_mut(rhythm).enabled = false;
    }
    let (mut monitor, mut rows, mut out) = (Monitor::new(layout, &settings), Vec::new(), Vec::new());
    let mut start = SampleIndex(0);
    for chunk in samples.chunks(layout.nominal.frames(Seconds(5.0)) as usize) {
        let block = Block { start, channels: 1, samples: chunk.to_vec() };
        start = block.end();
        monitor.push(&block, &mut rows);
        out.extend(rows.drain(..).filter_map(still));
    }
    monitor.finish(&mut rows);
    out.extend(rows.drain(..).filter_map(still));
    out
}

fn still(row: Row) -> Option<StillPoint> {
    if let Row::StillPoint(still) = row { Some(still) } else { None }
}

/// Still points of 20 to 60 s, at least 1.5 cycles of the rhythm long, two to four minutes apart.
fn drawn(source: &mut Source, per_min: f64) -> Vec<Still> {
    let mut at = source.uniform(75.0, 150.0);
    let mut all = Vec::new();
    while at < LENGTH - 130.0 {
        let lasts = source.uniform(f64::max(20.0, 1.5 * 60.0 / per_min), 60.0);
        all.push(Still { at, lasts, every: 0.0 });
        at += lasts + source.uniform(75.0, 180.0);
    }
    all
}

fn compare(told: &[StillPoint], there: &[Still], seconds: f64) -> Told {
    let overlap = |told: &StillPoint, still: &Still| (told.end.0.min(still.at + still.lasts) - told.start.0.max(still.at)) / still.lasts;
    let mut out = Told { there: there.len(), hours: seconds / HOUR, ..Told::default() };
    for still in there {
        if let Some(told) = told.iter().find(|told| overlap(told, still) > HALF) {
            out.found += 1;
            out.starts.push(told.start.0 - still.at);
            out.ends.push(told.end.0 - still.at - still.lasts);
        }
    }
    out.wrong = told.iter().filter(|told| !there.iter().any(|still| overlap(told, still) > HALF)).count();
    out
}

/// One rhythm of 4 to 14 /min in white noise, of that ratio a sample at 4 Hz; its amplitude may wax and wane by that share.
fn lone(source: &mut Source, (db, share): (f64, f64), seconds: f64, stills: impl Fn(&mut Source, f64) -> Vec<Still>) -> Told {
    let per_min = source.uniform(4.0, 14.0);
    let there = stills(source, per_min);
    let size = 50.0;
    let white = size / 2.0 / (2.0 * 10_f64.powf(db / 10.0)).sqrt() * (HZ / 4.0).sqrt();
    let sensor = Sensor { channel: Channel::named("head", "µm"), feels: vec![(size, 0.0)], white: 0.0, pink: 0.0 };
    let wave = Wave { still: there.clone(), ..Wave::sine(per_min).starting(source.uniform(0.0, 1.0)) };
    let (layout, mut samples) = simulated(Scenario { rate: rate(HZ), waves: vec![wave], sensors: vec![sensor] }, source, seconds);
    let (every, phase) = (source.uniform(40.0, 240.0), source.uniform(0.0, TAU));
    for (n, x) in samples.iter_mut().enumerate() {
        let waxing = 1.0 + share * (TAU * n as f64 / HZ / every + phase).sin();
        *x = (f64::from(*x) * waxing + white * source.normal()) as f32;
    }
    compare(&self::stills(&layout, &samples), &there, seconds)
}

fn alone(source: &mut Source, db: f64, waxing: f64) -> Told {
    lone(source, (db, waxing), LENGTH, drawn)
}

fn steady(source: &mut Source, db: f64, waxing: f64) -> Told {
    lone(source, (db, waxing), HOUR, |_, _| Vec::new())
}

fn simulated(scenario: Scenario, source: &mut Source, seconds: f64) -> (Layout, Vec<f32>) {
    let mut client = Client::new(scenario, source.seed());
    let layout = client.layout();
    let mut samples = Vec::new();
    client.fill(layout.nominal.frames(Seconds(seconds)) as usize, &mut samples);
    (layout, samples)
}

/// Every two minutes another rate, of 4 to 14 /min.
fn changing(source: &mut Source) -> Told {
    let steps = (1..30).map(|n| (120.0 * f64::from(n), source.uniform(4.0, 14.0))).collect();
    let sensor = Sensor { channel: Channel::named("head", "µm"), feels: vec![(50.0, 0.0)], white: 3.5 * (HZ / 4.0_f64).sqrt(), pink: 0.0 };
    let wave = Wave { steps, ..Wave::sine(source.uniform(4.0, 14.0)) };
    let (layout, samples) = simulated(Scenario { rate: rate(HZ), waves: vec![wave], sensors: vec![sensor] }, source, HOUR);
    compare(&stills(&layout, &samples), &[], HOUR)
}

fn breath(source: &mut Source) -> Told {
    let per_min = source.uniform(12.0, 18.0);
    let wave = if source.uniform(0.0, 1.0) < 0.5 { Wave::sine(per_min) } else { Wave::breath(per_min) };
    let waves = vec![wave.wandering(0.06).starting(source.uniform(0.0, 1.0))];
    let sensor = Sensor { channel: Channel::named("head", "µm"), feels: vec![(88.0, 0.0)], white: 5.0, pink: 8.0 };
    let (layout, samples) = simulated(Scenario { rate: rate(50.0), waves, sensors: vec![sensor] }, source, HOUR);
    compare(&stills(&layout, &samples), &[], HOUR)
}

fn noise(source: &mut Source, noise: Noise) -> Told {
    let mut noise = noise.start(source);
    let samples: Vec<f32> = (0..(HOUR * HZ) as usize).map(|_| noise.step(source) as f32).collect();
    compare(&stills(&one_channel(HZ), &samples), &[], HOUR)
}

/// What happens among three rhythms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stills {
    Some,
    None,
    /// Every three minutes one: a burst of ten times the amplitude for five seconds, a step, or both.
    Movements,
    /// Every three minutes, for 20 to 40 s, no more than so much of what the sensor feels: a tenth to four tenths.
    Losses,
}

fn three(source: &mut Source, what: Stills) -> Told {
    let mut scenario = Scenario::rasmussen();
    for (wave, (low, high)) in scenario.waves.iter_mut().zip([(4.25, 7.07), (12.0, 18.0), (55.0, 85.0)]) {
        (wave.per_min, wave.start) = (source.uniform(low, high), source.uniform(0.0, 1.0));
    }
    let there = if what == Stills::Some { drawn(source, scenario.waves[0].per_min) } else { Vec::new() };
    scenario.waves[0].still.clone_from(&there);
    let sensor = &mut scenario.sensors[0];
    let mut white = 0.0;
    if what == Stills::Losses {
        white = std::mem::take(&mut sensor.white);
        // A breath would tell it, too.
        sensor.feels[1].0 = 0.0;
    }
    let seconds = if what == Stills::Some { LENGTH } else { HOUR };
    let hz = scenario.rate;
    let (layout, mut samples) = simulated(scenario, source, seconds);
    if what == Stills::Movements {
        (1..20).for_each(|n| move_about(&mut samples, (180.0 * f64::from(n), hz), source));
    }
    if what == Stills::Losses {
        (1..20).for_each(|n| lose_hold(&mut samples, (180.0 * f64::from(n), hz), source));
        samples.iter_mut().for_each(|x| *x += (white * source.normal()) as f32);
    }
    compare(&stills(&layout, &samples), &there, seconds)
}

fn lose_hold(samples: &mut [f32], (at, hz): (f64, Rate), source: &mut Source) {
    let (lasts, hold) = (source.uniform(20.0, 40.0), source.uniform(0.1, 0.4) as f32);
    let lost = samples.iter_mut().skip(hz.frames(Seconds(at)) as usize).take(hz.frames(Seconds(lasts)) as usize);
    lost.for_each(|x| *x *= hold);
}

fn move_about(samples: &mut [f32], (at, hz): (f64, Rate), source: &mut Source) {
    let kind = source.uniform(0.0, 3.0) as u8;
    let from = hz.frames(Seconds(at)) as usize;
    let (size, step) = (source.uniform(200.0, 600.0), source.uniform(-400.0, 400.0));
    let per_s = source.uniform(0.1, 1.5);
    for (n, x) in samples.iter_mut().enumerate().skip(from) {
        let t = (n - from) as f64 / hz.hz();
        let burst = if kind != 1 && t < 5.0 { size * (TAU * per_s * t).sin() } else { 0.0 };
        let step = if kind > 0 { step } else { 0.0 };
        *x += (burst + step) as f32;
    }
}
