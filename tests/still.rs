//! Still points, in signals whose truth is known: told once, with their edges, and nothing else for one.

use std::f64::consts::TAU;

use stillpoint::rhythm::{Flag, Monitor, Rhythm, Row, Settings, StillPoint};
use stillpoint::signal::{Block, Layout, MISSING, SampleIndex, Seconds};
use stillpoint::simulate::{Client, Normal, Scenario, Still, Wave};

const HZ: usize = 50;

/// A head after Rasmussen for so many seconds, in which the cranial rhythm rests.
fn head(seconds: usize, still: &[(f64, f64)]) -> (Layout, Vec<f32>) {
    let mut scenario = Scenario::rasmussen();
    scenario.waves[0].still = still.iter().map(|(at, lasts)| Still { at: *at, lasts: *lasts, every: 0.0 }).collect();
    simulated(scenario, seconds)
}

fn simulated(scenario: Scenario, seconds: usize) -> (Layout, Vec<f32>) {
    let mut client = Client::new(scenario, 6);
    let (layout, mut samples) = (client.layout(), Vec::new());
    client.fill(layout.nominal.frames(Seconds(seconds as f64)) as usize, &mut samples);
    (layout, samples)
}

/// The rows of a stream in blocks of so many frames, from a multiple of the step on; and those that its end makes certain.
fn rows(layout: &Layout, samples: &[f32], start: u64, frames: usize) -> (Vec<Row>, Vec<Row>) {
    let mut monitor = Monitor::new(layout, &Settings::default());
    monitor.reset(SampleIndex(start));
    let channels = layout.channels.len();
    let (mut out, mut at) = (Vec::new(), SampleIndex(start));
    for chunk in samples[start as usize * channels..].chunks(frames * channels) {
        let block = Block { start: at, channels, samples: chunk.to_vec() };
        at = block.end();
        monitor.push(&block, &mut out);
    }
    let mut last = Vec::new();
    monitor.finish(&mut last);
    (out, last)
}

fn stills(rows: &[Row]) -> Vec<StillPoint> {
    rows.iter().filter_map(|row| if let Row::StillPoint(still) = row { Some(*still) } else { None }).collect()
}

/// The still points of a stream, those at its end included.
fn told(layout: &Layout, samples: &[f32]) -> Vec<StillPoint> {
    let (rows, last) = rows(layout, samples, 0, 250);
    [stills(&rows), stills(&last)].concat()
}

#[test]
fn a_still_point_is_told_once_with_its_edges_soon_after_the_rhythm_is_back() {
    let (layout, samples) = head(260, &[(110.0, 30.0)]);
    let [still] = told(&layout, &samples)[..] else { panic!("{:?}", told(&layout, &samples)) };
    assert_eq!((still.channel, still.rhythm), (0, Rhythm::Cranial));
    assert!((still.start.0 - 110.0).abs() < 1.5 && (still.end.0 - 140.0).abs() < 1.5, "{still:?}");
    // It is certain about two cycles after its end.
    assert_eq!(told(&layout, &samples[..165 * HZ]).len(), 1);
}

#[test]
fn however_the_samples_are_split_and_wherever_the_stream_began_it_is_the_same() {
    let (layout, samples) = head(260, &[(130.0, 25.0)]);
    let (whole, _) = rows(&layout, &samples, 0, samples.len());
    assert_eq!(stills(&whole).len(), 1);
    for frames in [1, 77, 4000] {
        assert_eq!(rows(&layout, &samples, 0, frames).0, whole, "{frames}");
    }
    assert_eq!(stills(&rows(&layout, &samples, 40 * HZ as u64, 500).0), stills(&whole));
    // Who comes in the middle of it has not seen the rhythm before.
    assert_eq!(stills(&rows(&layout, &samples, 140 * HZ as u64, 500).0), []);
}

#[test]
fn one_that_lasts_until_the_end_is_told_at_the_end() {
    let (layout, samples) = head(140, &[(110.0, 60.0)]);
    let (rows, last) = rows(&layout, &samples, 0, 250);
    assert_eq!(stills(&rows), []);
    let [still] = stills(&last)[..] else { panic!("{last:?}") };
    assert!((still.start.0 - 110.0).abs() < 1.5 && still.span.end == SampleIndex(140 * HZ as u64), "{still:?}");
    // Too little of it is none.
    assert_eq!(told(&layout, &samples[..120 * HZ]), []);
}

#[test]
fn a_gap_a_sensor_that_is_off_and_a_trace_at_its_rail_are_no_still_points() {
    let (layout, samples) = head(260, &[]);
    let (from, to) = (110 * HZ, 140 * HZ);
    for held in [MISSING, samples[from], 500.0] {
        let mut spoilt = samples.clone();
        spoilt[from..to].fill(held);
        assert_eq!(told(&layout, &spoilt), [], "{held}");
    }
    // A sensor that has come off carries the noise of its wires.
    let mut spoilt = samples.clone();
    let (_, noise) = simulated(Scenario::quiet(), 260);
    spoilt[from..to].iter_mut().zip(&noise).for_each(|(x, noise)| *x = 0.02 * noise);
    assert_eq!(told(&layout, &spoilt), []);
    // A gap in a still point leaves nothing that is certain.
    let (layout, mut samples) = head(260, &[(110.0, 30.0)]);
    samples[125 * HZ..126 * HZ].fill(MISSING);
    assert_eq!(told(&layout, &samples), []);
}

#[test]
fn one_of_a_rhythm_that_may_be_the_breath_says_so() {
    for (per_min, may_be) in [(12.0, true), (3.6, false)] {
        let mut scenario = Scenario::steady();
        scenario.waves = vec![Wave { still: vec![Still { at: 110.0, lasts: 30.0, every: 0.0 }], ..Wave::sine(per_min) }];
        let (layout, samples) = simulated(scenario, 260);
        let [still] = told(&layout, &samples)[..] else { panic!("{per_min}") };
        assert_eq!((still.may_be_breath(), still.flags.contains(Flag::SharedWithBreath)), (may_be, may_be), "{per_min}: {still:?}");
    }
}

#[test]
fn a_hold_that_is_lost_for_a_while_is_no_still_point_with_or_without_a_breath() {
    for breath in [88.0, 0.0] {
        let mut scenario = Scenario::rasmussen();
        (scenario.sensors[0].white, scenario.sensors[0].pink) = (0.0, 0.0);
        scenario.sensors[0].feels[1].0 = breath;
        let with = |scenario: &Scenario, hold: f32| {
            let ((layout, mut samples), mut noise) = (simulated(scenario.clone(), 260), Normal::new(4, 2));
            samples[110 * HZ..140 * HZ].iter_mut().for_each(|x| *x *= hold);
            samples.iter_mut().for_each(|x| *x += 5.0 * noise.draw() as f32);
            told(&layout, &samples)
        };
        for hold in [0.1, 0.3, 0.45] {
            assert_eq!(with(&scenario, hold), [], "{hold} of it, a breath of {breath}");
        }
        scenario.waves[0].still = vec![Still { at: 110.0, lasts: 30.0, every: 0.0 }];
        assert_eq!(with(&scenario, 1.0).len(), 1, "pulse and noise go on, a breath of {breath}");
    }
}

#[test]
fn movements_and_another_rate_are_no_still_points() {
    let (layout, samples) = head(260, &[]);
    let mut burst = samples.clone();
    (0..5 * HZ).for_each(|n| burst[120 * HZ + n] += 290.0 * (TAU * 0.7 * n as f64 / HZ as f64).sin() as f32);
    assert_eq!(told(&layout, &burst), []);
    for step in [-150.0, 60.0, 300.0] {
        let mut stepped = samples.clone();
        stepped[120 * HZ..].iter_mut().for_each(|x| *x += step);
        assert_eq!(told(&layout, &stepped), [], "{step}");
    }
    for rate in [4.0, 8.0, 10.5] {
        let mut scenario = Scenario::rasmussen();
        scenario.waves[0] = Wave { steps: vec![(110.0, rate), (150.0, 6.16)], ..scenario.waves[0].clone() };
        let (layout, samples) = simulated(scenario, 260);
        assert_eq!(told(&layout, &samples), [], "{rate}");
    }
}

#[test]
fn the_demo_shows_all_that_it_has_before_three_minutes_are_over() {
    // It opens 75 s into the client's life, and its sensor is unplugged at 228 s.
    let (layout, samples) = simulated(Scenario::demo(), 228);
    let (rows, _) = rows(&layout, &samples, 0, 100);
    let stills = stills(&rows);
    let channels: Vec<&str> = stills.iter().map(|still| layout.channels[still.channel].name.as_str()).collect();
    assert_eq!(channels, ["left", "right"], "{stills:?}");
    for still in stills {
        assert!((still.start.0 - 85.2).abs() < 1.5 && (still.end.0 - 111.2).abs() < 1.5, "{still:?}");
    }
    let rate = |at: f64| {
        rows.iter().find_map(|row| match row {
            Row::Estimate(e) if (e.channel, e.series, e.rhythm) == (0, None, Rhythm::Cranial) && e.t.0 >= at => {
                Some(e.present()?.rate.value)
            }
            _ => None,
        })
    };
    assert!((rate(75.0).unwrap() - 6.2).abs() < 0.3 && (rate(200.0).unwrap() - 8.4).abs() < 0.3, "{:?} {:?}", rate(75.0), rate(200.0));
    assert!(rows.iter().any(|row| matches!(row, Row::Symmetry(s) if s.t.0 > 75.0 && (s.lag.value - 0.4).abs() < 0.1)));
}
