//! Pulses whose every beat is known, and what the monitor makes of them.

use std::f64::consts::TAU;

use super::{Derived, value};
use crate::rhythm::{Estimate, Flag, Monitor, Rhythm, Row, Series, Settings};
use crate::signal::{Block, Channel, Layout, Rate, SampleIndex, Seconds};
use crate::simulate::{Normal, Wave};

const HZ: f64 = 25.0;

/// A pulse at a phase in cycles, 1 from peak to trough.
fn beat(phase: f64) -> f64 {
    let wave = Wave::pulse(60.0);
    wave.shape(TAU * phase) / wave.peak_to_trough()
}

/// Two minutes of 72 /min whose rate or size swings by 10 % from trough to peak, 6 /min, in a little noise.
fn pulse(rate_swings: f64, size_swings: f64) -> Vec<f32> {
    let (mut phase, mut normal) = (0.0, Normal::new(5, 0));
    let at = |n: usize| {
        let swing = (TAU * 0.1 * n as f64 / HZ).sin();
        let x = (1.0 + size_swings * swing) * beat(phase) + 0.005 * normal.draw();
        phase += 1.2 * (1.0 + rate_swings * swing) / HZ;
        x as f32
    };
    (0..3000).map(at).collect()
}

fn rows(samples: &[f32], settings: &Settings, block: usize) -> Vec<Estimate> {
    let rate = Rate::from_hz(HZ).unwrap();
    let mut monitor = Monitor::new(&Layout { channels: vec![Channel::named("finger", "mV")], nominal: rate }, settings);
    let (mut rows, mut start) = (Vec::new(), SampleIndex(0));
    for samples in samples.chunks(block) {
        monitor.push(&Block { start, channels: 1, samples: samples.to_vec() }, &mut rows);
        start = start + samples.len() as u64;
    }
    let estimate = |row: &Row| if let Row::Estimate(estimate) = row { Some(*estimate) } else { None };
    rows.iter().filter_map(estimate).collect()
}

fn of(list: &[Estimate], series: Series) -> Vec<&Estimate> {
    list.iter().filter(|e| (e.series, e.rhythm) == (Some(series), Rhythm::Cranial)).collect()
}

#[test]
fn known_beats_give_their_own_rate_size_and_level() {
    // The phase has a closed form, so that each rate is known; the trace drifts up by 0.01 a second. A size is that of where its
    // cycle has most of its energy, a tenth of a cycle from its middle, so that it swings slowly here.
    let turns = |t: f64| 1.2 * t - 0.05 * (TAU * 0.1 * t).cos();
    let size = |t: f64| 3.0 + 0.3 * (TAU * 0.03 * t).sin();
    let x: Vec<f64> = (0..1500).map(|n| f64::from(n) / HZ).map(|t| 5.0 + 0.01 * t + size(t) * beat(turns(t))).collect();
    let mut derived = Derived::default();
    assert!(derived.find(x.into_iter(), (Rhythm::Pulse, 1.2 / HZ)));
    let cycles = derived.cycles.all();
    assert!(cycles.len() >= 68 && cycles.iter().all(|cycle| cycle.sound), "{}", cycles.len());
    for cycle in cycles {
        let (from, to) = ((cycle.middle - cycle.length / 2.0) / HZ, (cycle.middle + cycle.length / 2.0) / HZ);
        let told = value(cycle, Series::PulseRate) * HZ * 60.0;
        let rate = (turns(to) - turns(from)) / (to - from) * 60.0;
        let t = cycle.middle / HZ;
        assert!((told / rate - 1.0).abs() < 0.01, "{t}: {told} for {rate}");
        assert!((cycle.size / size(t) - 1.0).abs() < 0.01, "{t}: {} for {}", cycle.size, size(t));
        assert!((cycle.level - 5.0 - 0.01 * t).abs() < 0.02, "{t}: {}", cycle.level);
    }
}

#[test]
fn what_swings_is_found_in_its_own_series() {
    let size = rows(&pulse(0.0, 0.05), &Settings::default(), 1000);
    let rate = rows(&pulse(0.05, 0.0), &Settings::default(), 1000);
    for (list, series, swing) in [(&size, Series::PulseAmplitude, 0.1), (&rate, Series::PulseRate, 7.2)] {
        let list = of(list, series);
        assert!(!list.is_empty());
        for estimate in list {
            let figure = estimate.present().unwrap_or_else(|| panic!("{estimate:?}"));
            assert!((figure.rate.value - 6.0).abs() < 0.2, "{estimate:?}");
            assert!((figure.amplitude.value / swing - 1.0).abs() < 0.1, "{estimate:?}");
        }
    }
}

#[test]
fn one_early_beat_is_bridged_and_a_torn_stretch_is_a_gap() {
    let mut early = pulse(0.05, 0.0);
    early.drain(2000..2009);
    let mut torn = pulse(0.05, 0.0);
    torn[2000..2125].iter_mut().enumerate().for_each(|(i, x)| *x += 8.0 * (0.9 * i as f32).sin());
    let last = |samples: &[f32]| *of(&rows(samples, &Settings::default(), 1000), Series::PulseRate).pop().unwrap();
    let figure = last(&early).figure.unwrap();
    assert!(figure.present && (figure.rate.value - 6.0).abs() < 0.6, "{figure:?}");
    let torn = last(&torn);
    assert!(torn.figure.is_none() && torn.flags.contains(Flag::Gap), "{torn:?}");
}

#[test]
fn a_window_with_a_gap_tells_nothing() {
    let mut samples = pulse(0.05, 0.05);
    samples[2400] = f32::NAN;
    let list = rows(&samples, &Settings::default(), 1000);
    let told = of(&list, Series::PulseRate);
    assert!(told.iter().any(|e| e.figure.is_some()) && told.iter().any(|e| e.figure.is_none()));
    for estimate in told {
        let over = estimate.t > Seconds(96.0) && estimate.t.0 - 60.0 <= 96.0;
        assert_eq!((estimate.figure.is_none(), estimate.flags.contains(Flag::Gap)), (over, over), "{estimate:?}");
    }
}

#[test]
fn however_the_samples_are_split_the_series_are_the_same() {
    let samples = pulse(0.03, 0.05);
    let whole = rows(&samples, &Settings::default(), 3000);
    assert!(whole.iter().any(|e| e.series.is_some()));
    for block in [1, 37, 250] {
        assert_eq!(rows(&samples, &Settings::default(), block), whole, "{block}");
    }
}

#[test]
fn a_row_is_told_from_its_window_alone() {
    let samples = pulse(0.03, 0.05);
    let settings = Settings::default();
    let (whole, part) = (rows(&samples, &settings, 1000), rows(&samples[1000..], &settings, 1000));
    let end = |list: &[Estimate]| of(list, Series::PulseAmplitude).last().unwrap().figure;
    assert_eq!(end(&whole), end(&part));
}

#[test]
fn without_the_setting_there_are_no_series_and_without_a_pulse_no_figures() {
    let mut normal = Normal::new(2, 0);
    let noise: Vec<f32> = (0..3000).map(|_| normal.draw() as f32).collect();
    let off = Settings { derived: false, ..Settings::default() };
    assert!(rows(&noise, &Settings::default(), 1000).iter().all(|e| e.series.is_none() || e.figure.is_none()));
    assert!(rows(&pulse(0.05, 0.05), &off, 1000).iter().all(|e| e.series.is_none()));
}

#[test]
fn a_breath_with_corners_that_folds_onto_the_pulses_is_flagged() {
    // 16.3 /min twice is 32.6, which 43.8 beats a minute show at 11.2.
    let breath = |t: f64| (TAU * 16.3 / 60.0 * t).sin() + 0.5 * (TAU * 32.6 / 60.0 * t + 0.9).sin();
    let trace = |t: f64| beat(43.8 / 60.0 * t) + 0.5 * breath(t);
    let samples: Vec<f32> = (0..4500).map(|n| trace(f64::from(n) / HZ) as f32).collect();
    let list = rows(&samples, &Settings::default(), 1000);
    let told: Vec<&Estimate> = of(&list, Series::PulseAmplitude).into_iter().filter(|e| e.present().is_some()).collect();
    // In windows in which the breath is not found it may be either.
    let said = |e: &&Estimate| e.flags.contains(Flag::NearBreathHarmonic) || e.flags.contains(Flag::SharedWithBreath);
    assert!(!told.is_empty() && told.iter().all(said), "{told:?}");
    assert!(told.iter().filter(|e| e.flags.contains(Flag::NearBreathHarmonic)).count() > told.len() / 2);
}

#[test]
fn what_lies_beside_a_breath_is_no_swing_of_its_size() {
    let turn = |per_min: f64, t: f64| (TAU * per_min / 60.0 * t).sin();
    let mut normal = Normal::new(3, 0);
    let samples: Vec<f32> = (0..10_000)
        .map(|n| f64::from(n) / HZ)
        .map(|t| (88.0 * turn(14.0, t) + 30.0 * turn(11.3, t) + 4.0 * normal.draw()) as f32)
        .collect();
    let list = rows(&samples, &Settings::default(), 1000);
    for series in [Series::BreathAmplitude, Series::BreathRate] {
        let told: Vec<&Estimate> = list.iter().filter(|e| (e.series, e.rhythm) == (Some(series), Rhythm::Tide)).collect();
        assert!(!told.is_empty() && told.iter().all(|e| e.present().is_none()), "{told:?}");
    }
}
