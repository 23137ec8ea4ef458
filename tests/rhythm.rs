//! The estimator on signals whose truth is known, and on those that no figure should be given of.

use std::f64::consts::TAU;

use proptest::prelude::*;
use stillpoint::rhythm::{Estimate, Evidence, Flag, Flags, Monitor, Rhythm, Row, Series, Settings, Symmetry};
use stillpoint::signal::{Block, Channel, Layout, Rate, SampleIndex, Seconds};
use stillpoint::simulate::{Client, Normal, Scenario, Sensor, Wave};

fn layout(hz: f64, names: &[&str]) -> Layout {
    Layout { channels: names.iter().map(|name| Channel::named(name, "µm")).collect(), nominal: Rate::from_hz(hz).unwrap() }
}

/// The rows of frames that begin at `start`, handed over in blocks of these lengths, over and over.
fn rows(layout: &Layout, start: u64, samples: &[f32], lengths: &[usize]) -> Vec<Row> {
    rows_with(&Settings::default(), layout, start, samples, lengths)
}

fn rows_with(settings: &Settings, layout: &Layout, start: u64, samples: &[f32], lengths: &[usize]) -> Vec<Row> {
    let mut monitor = Monitor::new(layout, settings);
    monitor.reset(SampleIndex(start));
    let (mut out, mut at, mut lengths) = (Vec::new(), 0, lengths.iter().cycle());
    let channels = layout.channels.len();
    while at < samples.len() {
        let end = (at + lengths.next().unwrap() * channels).min(samples.len());
        let block = Block { start: SampleIndex(start + (at / channels) as u64), channels, samples: samples[at..end].to_vec() };
        monitor.push(&block, &mut out);
        at = end;
    }
    out
}

fn estimates(layout: &Layout, samples: &[f32]) -> Vec<Estimate> {
    estimates_with(&Settings::default(), layout, samples)
}

fn estimates_with(settings: &Settings, layout: &Layout, samples: &[f32]) -> Vec<Estimate> {
    let only = |row: Row| match row {
        Row::Estimate(estimate) if estimate.series.is_none() => Some(estimate),
        _ => None,
    };
    rows_with(settings, layout, 0, samples, &[1000]).into_iter().filter_map(only).collect()
}

fn of(list: &[Estimate], channel: usize, rhythm: Rhythm) -> Vec<&Estimate> {
    list.iter().filter(|e| e.channel == channel && e.rhythm == rhythm).collect()
}

/// One channel for so many seconds.
fn signal(hz: f64, seconds: f64, value: impl Fn(f64) -> f64) -> Vec<f32> {
    (0..(hz * seconds) as u64).map(|n| value(n as f64 / hz) as f32).collect()
}

/// A scenario of one channel of that name, without 1/f noise.
fn one_channel(name: &str, waves: Vec<(Wave, f64)>, white: f64) -> Scenario {
    let feels = waves.iter().map(|(_, size)| (*size, 0.0)).collect();
    let sensors = vec![Sensor { channel: Channel::named(name, "µm"), feels, white, pink: 0.0 }];
    Scenario { rate: Rate::from_hz(50.0).unwrap(), waves: waves.into_iter().map(|(wave, _)| wave).collect(), sensors }
}

fn simulated(scenario: Scenario, seed: u64, seconds: f64) -> (Layout, Vec<f32>) {
    let mut client = Client::new(scenario, seed);
    let layout = client.layout();
    let mut samples = Vec::new();
    client.fill(layout.nominal.frames(Seconds(seconds)) as usize, &mut samples);
    (layout, samples)
}

fn demo(seconds: f64) -> (Layout, Vec<f32>) {
    simulated(Scenario::demo(), 3, seconds)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn however_the_samples_are_split_the_rows_are_the_same_to_the_last_bit(lengths in proptest::collection::vec(1_usize..900, 1..6)) {
        let (layout, samples) = demo(70.0);
        prop_assert_eq!(rows(&layout, 0, &samples, &lengths), rows(&layout, 0, &samples, &[samples.len()]));
    }

    #[test]
    fn a_row_depends_on_its_own_window_alone(steps in 1_u64..5) {
        let (layout, samples) = demo(100.0);
        let whole = rows(&layout, 0, &samples, &[777]);
        let start = steps * Monitor::new(&layout, &Settings::default()).step_frames();
        let later = rows(&layout, start, &samples[start as usize * layout.channels.len()..], &[333]);
        prop_assert!(later.len() > 20);
        for row in later {
            prop_assert!(whole.contains(&row), "{:?}", row);
        }
    }
}

#[test]
fn a_stream_that_begins_later_gives_the_same_figures() {
    let (layout, samples) = demo(100.0);
    let step = Monitor::new(&layout, &Settings::default()).step_frames();
    let figures = |rows: Vec<Row>, shift: u64| -> Vec<_> {
        let told = |row: Row| match row {
            Row::Estimate(e) => (e.end.0 + shift, e.channel, Some(e.rhythm), format!("{:?} {:?}", e.figure, e.flags)),
            Row::Symmetry(s) => (s.end.0 + shift, s.left, None, format!("{:?} {:?} {:?}", s.amplitude_ratio, s.lag, s.coherence)),
            Row::StillPoint(s) => (s.span.end.0 + shift, s.channel, Some(s.rhythm), format!("still {}", s.span.frames())),
        };
        rows.into_iter().map(told).collect()
    };
    let whole = figures(rows(&layout, 0, &samples, &[777]), 0);
    let later = figures(rows(&layout, 0, &samples[3 * step as usize * layout.channels.len()..], &[500]), 3 * step);
    assert!(later.len() > 20);
    for row in later {
        assert!(whole.contains(&row), "{row:?}");
    }
}

#[test]
fn a_sine_is_told_with_its_rate_its_size_and_its_evenness() {
    for hz in [7.0, 10.4, 50.0, 99.6, 250.0, 1000.0] {
        let mut noise = Client::new(Scenario { rate: Rate::from_hz(hz).unwrap(), ..one_channel("sacrum", vec![], 1.0) }, 5);
        let mut samples = Vec::new();
        noise.fill((hz * 65.0) as usize, &mut samples);
        samples.iter_mut().enumerate().for_each(|(n, x)| *x += (29.0 * (TAU * 6.16 / 60.0 * n as f64 / hz).sin()) as f32);
        let list = estimates(&layout(hz, &["sacrum"]), &samples);
        let first = of(&list, 0, Rhythm::Cranial)[0];
        let figure = first.present().unwrap_or_else(|| panic!("{hz} Hz: {first:?}"));
        assert!((figure.rate.value - 6.16).abs() < 0.02, "{hz} Hz: {figure:?}");
        assert!((figure.amplitude.value / 58.0 - 1.0).abs() < 0.02, "{hz} Hz: {figure:?}");
        assert!(figure.rate.low < figure.rate.value && figure.rate.value < figure.rate.high);
        assert_eq!(Evidence::of(figure.p), Evidence::Clear);
        assert!(figure.regularity.unwrap() > 0.95, "{figure:?}");
    }
}

#[test]
fn a_sine_without_any_noise_has_intervals_that_are_in_order() {
    let samples = signal(50.0, 65.0, |t| 1e9 + 50.0 * 1e4 * (TAU * 0.1 * t).sin());
    for estimate in estimates(&layout(50.0, &["sacrum"]), &samples) {
        if let Some(figure) = estimate.figure {
            for interval in [figure.rate, figure.amplitude] {
                assert!(interval.low <= interval.value && interval.value <= interval.high && interval.high.is_finite(), "{estimate:?}");
            }
        }
    }
}

#[test]
fn a_gap_gives_no_figure_until_a_whole_window_has_passed() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e31] {
        let mut samples = signal(50.0, 200.0, |t| 20.0 * (TAU * 0.1 * t).sin() + (TAU * 0.777 * t).sin());
        samples[80 * 50..83 * 50].fill(bad);
        for estimate in of(&estimates(&layout(50.0, &["sacrum"]), &samples), 0, Rhythm::Cranial) {
            let begin = estimate.t.0 - estimate.window.0;
            let overlapped = begin < 83.0 && estimate.t.0 > 80.0;
            assert_eq!(estimate.figure.is_none(), overlapped, "{estimate:?}");
            assert_eq!(estimate.flags.contains(Flag::Gap), overlapped, "{estimate:?}");
        }
    }
}

#[test]
fn nothing_is_claimed_of_what_carries_no_rhythm() {
    type Case = (&'static str, fn(f64) -> f64);
    let cases: [Case; 4] = [("constant", |_| 512.0), ("all missing", |_| f64::NAN), ("a ramp", |t| 1e6 * t), ("zero", |_| 0.0)];
    for (name, value) in cases {
        let list = estimates(&layout(50.0, &["sacrum"]), &signal(50.0, 320.0, value));
        assert!(list.iter().all(|estimate| estimate.present().is_none()), "{name}: {:?}", list.iter().find(|e| e.present().is_some()));
    }
}

/// As firmware smooths: a mean over half a second of white noise, whose spectrum has a hump where a pulse would be.
#[test]
fn noise_that_a_sensor_smooths_is_no_pulse() {
    const OVER: usize = 50;
    let mut settings = Settings { step: Seconds(15.0), derived: false, ..Settings::default() };
    Rhythm::ALL.into_iter().for_each(|rhythm| settings.of_mut(rhythm).enabled = rhythm == Rhythm::Pulse);
    let mut normal = Normal::new(12, 0);
    let white: Vec<f64> = (0..200 * 1500 + OVER).map(|_| normal.draw()).collect();
    let samples: Vec<f32> = white.windows(OVER).map(|latest| latest.iter().sum::<f64>() as f32).collect();
    let list = estimates_with(&settings, &layout(100.0, &["finger"]), &samples);
    let told = list.iter().filter(|estimate| estimate.present().is_some()).count();
    assert!(list.len() == 200 && told <= 10, "{told} of {}", list.len());
}

#[test]
fn noise_of_the_smallest_numbers_is_noise() {
    let (layout, mut samples) = simulated(one_channel("sacrum", vec![], 1.0), 8, 320.0);
    samples.iter_mut().for_each(|x| *x *= 1e-40);
    let list = estimates(&layout, &samples);
    let present = list.iter().filter(|estimate| estimate.present().is_some()).count();
    assert!(present * 20 < list.len(), "{present} of {}", list.len());
}

#[test]
fn any_device_rate_is_taken_and_one_that_is_too_slow_is_flagged() {
    for hz in [0.3, 1.0, 3.0, 7.0, 10.4, 12.0, 50.0, 99.6, 250.0, 1000.0, 44_100.0] {
        let seconds = if hz > 100.0 { 20.0 } else { 320.0 };
        let list = estimates(&layout(hz, &["ch1"]), &signal(hz, seconds, |t| (TAU * 0.1 * t).sin() + (t * 77.7).sin() * 0.3));
        assert!(!list.is_empty(), "{hz}");
        for estimate in &list {
            let highest = Settings::default().of(estimate.rhythm).high_per_min / 60.0;
            let slow = estimate.flags.contains(Flag::SlowDevice);
            // A device must send more than twice the fastest rate.
            assert!(slow || highest < 0.45 * hz, "{hz} {estimate:?}");
            assert!(!slow || hz < 7.4, "{hz} {estimate:?}");
            assert!(!slow || estimate.figure.is_none(), "{hz} {estimate:?}");
        }
    }
}

/// Three times a second is often enough for a cranial rhythm, and too seldom for the double of a pulse of 92 /min, which folds to 4.
#[test]
fn a_pulse_that_folds_down_to_a_slow_rhythm_is_flagged() {
    let pulse = |t: f64| (TAU * 92.0 / 60.0 * t).sin() + 0.5 * (TAU * 184.0 / 60.0 * t).sin();
    let list = estimates(&layout(3.0, &["head"]), &signal(3.0, 120.0, pulse));
    let cranial = of(&list, 0, Rhythm::Cranial);
    assert!(cranial.iter().any(|e| e.present().is_some_and(|figure| (figure.rate.value - 4.0).abs() < 0.1)), "{cranial:?}");
    assert!(cranial.iter().all(|e| e.present().is_some() == e.flags.contains(Flag::PulseAlias)), "{cranial:?}");
}

#[test]
fn rows_come_as_often_as_the_settings_say_at_any_device_rate() {
    for hz in [1.0, 99.6, 333.0, 3333.0, 3430.0, 4999.0, 44_100.0] {
        let step = Monitor::new(&layout(hz, &["ch1"]), &Settings::default()).step_frames() as f64 / hz;
        assert!((step - 5.0).abs() <= 0.1, "{hz} Hz: {step} s");
    }
}

/// A wave with the corners of a pulse, whose phase is in turns.
fn cornered(phase: f64) -> f64 {
    (-30.0 * (phase.rem_euclid(1.0) - 0.3).powi(2)).exp()
}

/// As a slow signal of an EDF file is held, or firmware repeats what it measures: the images of a rhythm lie where others would be.
#[test]
fn what_is_measured_too_seldom_has_no_figure_however_often_it_is_told() {
    let held = |pace: f64, per_min: f64| signal(100.0, 120.0, |t| cornered((t * pace).floor() / pace * per_min / 60.0));
    for estimate in estimates(&layout(100.0, &["ppg"]), &held(3.0, 110.0)) {
        assert!(estimate.figure.is_none() && estimate.flags.contains(Flag::SlowDevice), "{estimate:?}");
    }
    let belt = estimates(&layout(100.0, &["Resp"]), &held(2.0, 14.0));
    let (pulses, breaths) = (of(&belt, 0, Rhythm::Pulse), of(&belt, 0, Rhythm::Breath));
    assert!(pulses.len() > 20 && pulses.iter().all(|e| e.figure.is_none() && e.flags.contains(Flag::SlowDevice)), "{pulses:?}");
    for breath in breaths {
        assert!(breath.present().is_some_and(|figure| (figure.rate.value - 14.0).abs() < 0.3), "{breath:?}");
    }
}

/// Ten times a second is `delay(100)`: at 92 /min every second cycle is measured at the same places, and is more alike than the next one.
#[test]
fn a_pulse_that_is_measured_a_few_times_a_cycle_is_not_told_as_half() {
    for (hz, per_min) in [(10.0, 92.0), (10.0, 110.0), (8.0, 87.0), (12.5, 100.0)] {
        let samples = signal(hz, 90.0, |t| cornered(t * per_min / 60.0 + 0.1 * (TAU * 0.02 * t).sin()) + 0.02 * (333.0 * t * t).sin());
        let list = estimates(&layout(hz, &["ppg"]), &samples);
        let pulses = of(&list, 0, Rhythm::Pulse);
        let told =
            pulses.iter().filter_map(|estimate| estimate.present()).filter(|figure| (figure.rate.value - per_min).abs() < 2.0).count();
        assert!(told + 1 >= pulses.len(), "{hz} {per_min}: {told} of {}", pulses.len());
    }
}

/// Breath quickens and slows every pulse: what is fitted to a steady rate is too small by a fifth, and its rate is not that of the window.
#[test]
fn a_pulse_that_breath_quickens_and_slows_keeps_its_size_and_its_rate() {
    for (per_min, breath, depth) in [(60.0, 13.0, 0.1), (60.0, 9.0, 0.1), (72.0, 13.0, 0.06), (90.0, 9.0, 0.1)] {
        let (hz, rsa) = (per_min / 60.0, TAU * breath / 60.0);
        let turns = |t: f64| hz * t - depth * hz / rsa * (rsa * t).cos();
        let samples = signal(50.0, 120.0, |t| cornered(turns(t)) + 0.03 * (333.0 * t * t).sin());
        let list = estimates(&layout(50.0, &["ppg"]), &samples);
        let pulses = of(&list, 0, Rhythm::Pulse);
        let mut held = 0;
        for estimate in &pulses {
            let figure = estimate.present().unwrap();
            let size = figure.amplitude.value;
            assert!((0.94..1.05).contains(&size), "{per_min} {breath}: {size} at {:?}", estimate.t);
            let mean = (turns(estimate.t.0) - turns(estimate.t.0 - estimate.window.0)) / estimate.window.0 * 60.0;
            held += usize::from((figure.rate.low..=figure.rate.high).contains(&mean));
        }
        assert!(held * 10 >= pulses.len() * 9, "{per_min} {breath}: the rate was held in {held} of {}", pulses.len());
    }
}

/// Four times 11 /min is 44: a belt's breath has corners, and no pulse.
#[test]
fn what_a_pulses_rate_swings_by_is_told_where_its_trace_sways_at_the_same_rate() {
    // A slow wave of the vessels moves all three. In the trace it may be a breath; that is no reason to take it out of what rides on the pulse.
    let mut noise = Normal::new(5, 0);
    let value = |t: f64| {
        let slow = TAU * 0.1 * t;
        let turn = TAU * 1.25 * t - 1.25 * slow.cos();
        turn.cos() + 0.4 * (2.0 * turn + 1.0).cos() + 0.3 * slow.sin() + 0.1 * (2.0 * slow).sin()
    };
    let samples: Vec<f32> = (0..12_000).map(|n| (value(f64::from(n) / 50.0) + 0.05 * noise.draw()) as f32).collect();
    let told: Vec<Estimate> = rows(&layout(50.0, &["finger"]), 0, &samples, &[1000])
        .into_iter()
        .filter_map(|row| match row {
            Row::Estimate(e) if e.series == Some(Series::PulseRate) && e.rhythm == Rhythm::Cranial => Some(e),
            _ => None,
        })
        .collect();
    let near = told.iter().filter(|e| e.present().is_some_and(|figure| (figure.rate.value - 6.0).abs() < 0.3)).count();
    assert!(told.len() >= 30 && 10 * near >= 9 * told.len(), "{near} of {}", told.len());
}

#[test]
fn a_harmonic_of_a_belts_breath_is_no_pulse() {
    let samples = signal(50.0, 180.0, |t| cornered(t * 11.0 / 60.0 + 0.02 * (TAU * 0.03 * t).sin()) + 0.005 * (333.0 * t * t).sin());
    let list = estimates(&layout(50.0, &["belt"]), &samples);
    assert!(of(&list, 0, Rhythm::Breath).iter().all(|e| e.present().is_some_and(|figure| (figure.rate.value - 11.0).abs() < 0.5)));
    let told: Vec<_> = of(&list, 0, Rhythm::Pulse).into_iter().filter(|e| e.end.0 >= 1500 && e.present().is_some()).collect();
    assert!(told.is_empty(), "{told:?}");
}

/// The breath's own window is twice as long as a pulse's; until it is whole, and after every gap, nobody has told the breath.
#[test]
fn before_its_breath_is_known_a_belts_harmonics_are_no_pulse() {
    let (mut all, mut told) = (0, Vec::new());
    for per_min in [18.0, 20.0, 22.0, 25.0] {
        for start in 0..4 {
            let begin = f64::from(start) * 1.3;
            let turns = |t: f64| (t + begin) * per_min / 60.0 + 0.05 * (TAU * 0.07 * (t + begin)).sin();
            let shape = |turns: f64| {
                [1.0, 0.35, 0.15, 0.06]
                    .iter()
                    .zip(1_u8..)
                    .map(|(size, h)| size * (TAU * f64::from(h) * turns + f64::from(h)).sin())
                    .sum::<f64>()
            };
            let mut samples = signal(50.0, 90.0, |t| shape(turns(t)) + 0.004 * (333.0 * t * t).sin());
            samples[2500..2600].fill(f32::NAN);
            let list = estimates(&layout(50.0, &["belt"]), &samples);
            let pulses = of(&list, 0, Rhythm::Pulse);
            all += pulses.len();
            told.extend(pulses.into_iter().filter(|e| e.present().is_some() && e.flags == Flags::default()).copied());
        }
    }
    // As many as of noise.
    assert!(all > 200 && told.len() <= all / 100, "{all}: {told:?}");
}

/// A few lines together are a cough, and nothing elsewhere; each of them alone is as sure as could be.
#[test]
fn a_pulse_is_told_at_its_own_rate_where_one_of_its_harmonics_is_the_largest() {
    // An electrocardiogram, a pulse through a high-pass, the recoil of the body: the fundamental is small, and a breath beside it hides it.
    let told = |sizes: [f64; 5], breath: f64| {
        let mut noise = Normal::new(3, 0);
        let wave_at = |t: f64| {
            let turn = TAU * (1.2 * t + 0.06 * (TAU * 0.2 * t).sin());
            let wave = |(size, h): (f64, i32)| size * (f64::from(h) * turn + f64::from(h * h)).cos();
            breath * (TAU * 0.23 * t).sin() + sizes.into_iter().zip(1..).map(wave).sum::<f64>()
        };
        let samples: Vec<f32> = (0..6000).map(|n| (wave_at(f64::from(n) / 50.0) + 0.1 * noise.draw()) as f32).collect();
        let list = estimates(&layout(50.0, &["chest"]), &samples);
        of(&list, 0, Rhythm::Pulse).iter().filter_map(|e| e.present()).map(|figure| figure.rate.value).collect::<Vec<f64>>()
    };
    for (sizes, breath) in [([0.3, 1.0, 0.6, 0.3, 0.2], 0.0), ([0.3, 0.6, 1.0, 0.7, 0.4], 5.0), ([0.05, 1.0, 0.8, 0.6, 0.5], 0.0)] {
        let rates = told(sizes, breath);
        let off = rates.iter().filter(|rate| (**rate - 72.0).abs() > 2.0).count();
        assert!(rates.len() >= 18 && off == 0, "{sizes:?} {breath}: {rates:?}");
    }
    // What has the half of a rate and no other harmonic of that is another rhythm.
    let rates = told([0.3, 1.0, 0.0, 0.3, 0.0], 0.0);
    assert!(rates.len() >= 18 && rates.iter().all(|rate| (rate - 144.0).abs() < 2.0), "{rates:?}");
}

#[test]
fn a_cough_is_no_pulse() {
    for start in 0..6 {
        let coughs = [0.0, 0.6 + 0.05 * f64::from(start), 1.8, 2.2 + 0.1 * f64::from(start)];
        let bump = |t: f64| coughs.iter().map(|at| (-0.5 * ((t - 33.0 - at) / 0.1).powi(2)).exp()).sum::<f64>();
        let mut normal = Normal::new(u64::from(start as u8), 1);
        let noise: Vec<f64> = (0..3000).map(|_| 0.01 * normal.draw()).collect();
        let samples = signal(50.0, 60.0, |t| (TAU * 14.0 / 60.0 * t).sin() + 2.0 * bump(t) + noise[(t * 50.0).round() as usize]);
        let list = estimates(&layout(50.0, &["belt"]), &samples);
        let told: Vec<_> = of(&list, 0, Rhythm::Pulse).into_iter().filter(|e| e.present().is_some()).collect();
        assert!(told.is_empty(), "{coughs:?}: {told:?}");
    }
}

/// A breath of 13 /min has harmonics at 39 and 78: a small pulse of 85 beside it is told as it is, or not.
#[test]
fn a_small_pulse_in_a_head_is_not_told_at_half_or_twice_its_rate() {
    let (mut right, mut wrong) = (0, Vec::new());
    for (breath, pulse) in [(13.0, 85.0), (15.0, 62.0), (11.0, 92.0), (16.0, 66.0), (14.0, 57.0), (12.0, 80.0)] {
        let pulses = Wave { harmonics: vec![(0.4, 1.0), (0.2, 2.0)], ..Wave::sine(pulse) }.wandering(0.02);
        let waves = vec![(Wave::breath(breath).wandering(0.05), 100.0), (pulses, 15.0)];
        let (layout, samples) = simulated(one_channel("head", waves, 1.0), 7, 180.0);
        for estimate in of(&estimates(&layout, &samples), 0, Rhythm::Pulse) {
            let told = estimate.present().filter(|_| estimate.flags == Flags::default());
            right += usize::from(told.is_some_and(|figure| (figure.rate.value / pulse - 1.0).abs() < 0.08));
            wrong.extend(
                told.filter(|figure| (figure.rate.value / pulse - 1.0).abs() >= 0.08)
                    .map(|figure| (breath, pulse, estimate.t, figure.rate)),
            );
        }
    }
    assert!(wrong.len() <= 2 && right > 100, "{right} right, {wrong:?}");
}

#[test]
fn odd_settings_do_no_harm() {
    let samples = signal(10.0, 400.0, |t| (TAU * 0.1 * t).sin() + (t * 77.7).sin());
    let ranges = [(0.0, 15.0), (15.0, 3.0), (7.0, 7.0), (-5.0, 5.0), (0.0, 0.0), (f64::NAN, 5.0), (1e-9, 1e9), (3.0, f64::INFINITY)];
    for (low, high) in ranges {
        for window in [0.0, 0.1, 7.0, 60.0] {
            let mut settings = Settings::default();
            for rhythm in Rhythm::ALL {
                let own = settings.of_mut(rhythm);
                (own.low_per_min, own.high_per_min, own.window) = (low, high, Seconds(window));
            }
            for estimate in estimates_with(&settings, &layout(10.0, &["left", "right"]), &samples) {
                // One Rayleigh width of slack; NaN bounds nothing.
                let slack = 60.0 / (estimate.window.0 - 1.0).max(0.1);
                let inside = |rate: f64| !(rate < low - slack || rate > high + slack);
                assert!(estimate.figure.is_none_or(|figure| inside(figure.rate.value)), "{low} to {high}: {estimate:?}");
            }
        }
    }
}

#[test]
fn windows_of_an_hour_are_taken() {
    let mut settings = Settings { step: Seconds(3600.0), ..Settings::default() };
    for rhythm in Rhythm::ALL {
        settings.of_mut(rhythm).window = Seconds(3600.0);
    }
    let samples = signal(8.0, 3700.0, |t| (TAU * 0.1 * t).sin() + (t * 77.7).sin());
    let list = estimates_with(&settings, &layout(8.0, &["sacrum"]), &samples);
    let figure = of(&list, 0, Rhythm::Cranial)[0].present().copied().unwrap();
    assert!((figure.rate.value - 6.0).abs() < 0.01, "{figure:?}");
}

#[test]
fn an_offset_that_float32_cannot_carry_makes_no_rhythm() {
    let (layout, noise) = simulated(one_channel("sacrum", vec![(Wave::sine(6.0), 20.0)], 1.0), 8, 320.0);
    for (offset, flat) in [(1e9, true), (1e30, true)] {
        let samples: Vec<f32> = noise.iter().map(|x| x + offset).collect();
        for estimate in estimates(&layout, &samples) {
            assert!(estimate.present().is_none() && estimate.flags.contains(Flag::Flat) == flat, "{offset}: {estimate:?}");
        }
    }
}

#[test]
fn a_trace_at_its_rail_and_one_in_coarse_steps_are_flagged() {
    let wave = |t: f64| 58.0 * (TAU * 0.1 * t).sin() + (TAU * 1.1 * t).sin();
    let flagged = |value: &dyn Fn(f64) -> f64, flag| {
        let list = estimates(&layout(50.0, &["sacrum"]), &signal(50.0, 65.0, value));
        let cranial = of(&list, 0, Rhythm::Cranial);
        assert!(!cranial.is_empty());
        cranial.iter().all(|e| e.flags.contains(flag))
    };
    assert!(
        flagged(&|t| wave(t).min(40.0), Flag::Clipped) && !flagged(&wave, Flag::Clipped) && !flagged(&|t| wave(t).round(), Flag::Clipped)
    );
    assert!(flagged(&|t| (wave(t) / 12.0).round(), Flag::Quantised) && !flagged(&wave, Flag::Quantised));
}

#[test]
fn a_steady_breath_beside_a_pulse_lies_in_its_interval() {
    let (mut held, mut windows) = (0, 0);
    for (seed, per_min) in [(1, 11.7), (2, 12.64), (3, 14.2), (4, 17.1), (5, 23.45)] {
        let waves = vec![(Wave::breath(per_min), 88.0), (Wave::sine(66.0), 13.0)];
        let (layout, samples) = simulated(one_channel("head", waves, 5.0), seed, 180.0);
        let settings = Settings { step: Seconds(30.0), ..Settings::default() };
        for estimate in of(&estimates_with(&settings, &layout, &samples), 0, Rhythm::Breath) {
            let rate = estimate.figure.unwrap().rate;
            held += i32::from(rate.low <= per_min && per_min <= rate.high);
            windows += 1;
        }
    }
    assert!(windows == 30 && held >= 26, "{held} of {windows} hold");
}

#[test]
fn a_steady_breath_keeps_its_rate_beside_a_pulse_that_almost_repeats_with_it() {
    // A fifth of the pulse's rate is 13.2: there both come again together, the breath not quite.
    let pulse =
        |t: f64| [(66.0, 0.3), (132.0, 1.0), (198.0, 0.6)].map(|(rate, size)| size * (TAU * rate / 60.0 * t).sin()).iter().sum::<f64>();
    let samples = signal(50.0, 90.0, |t| 1.5 * (TAU * 14.0 / 60.0 * t).sin() + pulse(t));
    let list = estimates(&layout(50.0, &["chest"]), &samples);
    let rates: Vec<f64> = of(&list, 0, Rhythm::Breath).iter().filter_map(|e| e.present()).map(|figure| figure.rate.value).collect();
    assert!(rates.len() > 10 && rates.iter().all(|rate| (rate - 14.0).abs() < 0.05), "{rates:?}");
}

#[test]
fn no_rhythm_is_larger_than_the_trace() {
    for seed in 0..4 {
        let waves = vec![(Wave::sine(6.9).wandering(0.03), 58.0), (Wave::breath(16.0).wandering(0.04), 88.0)];
        let (layout, samples) = simulated(one_channel("head", waves, 1.0), seed, 600.0);
        for estimate in of(&estimates(&layout, &samples), 0, Rhythm::Cranial) {
            let amplitude = estimate.figure.unwrap().amplitude.value;
            assert!((40.0..80.0).contains(&amplitude), "{seed}: {amplitude} at {:?}", estimate.t);
        }
    }
}

#[test]
fn no_belt_has_a_cranial_rhythm_that_is_its_breath() {
    let one = |seed, per_min: f64| simulated(one_channel("belt", vec![(Wave::breath(per_min).wandering(0.02), 100.0)], 4.0), seed, 180.0).1;
    let belts = |first: f64, second: f64| {
        let both = one(1, first).into_iter().zip(one(2, second)).flat_map(|(first, second)| [first, second]).collect::<Vec<_>>();
        estimates(&layout(50.0, &["practitioner breath", "client breath"]), &both)
    };
    let told = belts(20.0, 14.0);
    for (channel, per_min) in [(0, 20.0), (1, 14.0)] {
        assert!(of(&told, channel, Rhythm::Breath).iter().all(|e| (e.present().unwrap().rate.value - per_min).abs() < 1.5), "{channel}");
        assert!(of(&told, channel, Rhythm::Cranial).iter().all(|e| e.present().is_none()), "{channel}");
    }
    // The first belt has come off; a breath may be slower than it is looked for.
    let slow = belts(0.0, 5.3);
    for estimate in of(&slow, 1, Rhythm::Cranial) {
        assert!(estimate.present().is_none() && estimate.flags.contains(Flag::NearBreath), "{estimate:?}");
    }
}

/// A pace of 5 /min is slower than a breath is looked for, and twice it is no breath.
#[test]
fn a_slow_breath_alone_is_said_to_be_maybe_one_and_is_not_told_at_its_double() {
    for per_min in [4.6, 5.2] {
        let (layout, samples) = simulated(one_channel("head", vec![(Wave::breath(per_min).wandering(0.03), 100.0)], 3.0), 4, 180.0);
        let list = estimates(&layout, &samples);
        let cranial = of(&list, 0, Rhythm::Cranial);
        assert!(cranial.iter().filter(|e| e.present().is_some()).count() > 20);
        assert!(cranial.iter().all(|e| e.present().is_none() || e.flags.contains(Flag::SharedWithBreath)), "{cranial:?}");
        let doubled: Vec<_> =
            of(&list, 0, Rhythm::Breath).into_iter().filter(|e| e.present().is_some() && e.flags == Flags::default()).collect();
        assert!(doubled.is_empty(), "{doubled:?}");
    }
}

/// The belt tells where the breath is: a line of the head beside it is not the breath, however strong.
#[test]
fn the_breath_of_a_head_is_that_of_the_belt() {
    for (breath, cranial) in [(10.5, 11.9), (13.0, 11.2), (16.0, 13.0), (13.0, 10.0)] {
        let waves = vec![Wave::breath(breath).wandering(0.02), Wave::sine(cranial).wandering(0.02)];
        let sensor = |name: &str, feels: [f64; 2]| Sensor {
            channel: Channel::named(name, "µm"),
            feels: feels.map(|size| (size, 0.0)).to_vec(),
            white: 2.0,
            pink: 0.0,
        };
        let sensors = vec![sensor("head", [15.0, 58.0]), sensor("belt", [100.0, 0.0])];
        let (layout, samples) = simulated(Scenario { rate: Rate::from_hz(50.0).unwrap(), waves, sensors }, 5, 180.0);
        let list = estimates(&layout, &samples);
        assert!(
            of(&list, 1, Rhythm::Breath).iter().all(|e| e.present().is_some_and(|figure| (figure.rate.value / breath - 1.0).abs() < 0.1))
        );
        for estimate in of(&list, 0, Rhythm::Breath) {
            let told = estimate.present().filter(|_| estimate.flags == Flags::default());
            assert!(told.is_none_or(|figure| (figure.rate.value / breath - 1.0).abs() < 0.06), "{breath} and {cranial}: {estimate:?}");
        }
    }
}

#[test]
fn breath_and_cranial_rhythm_in_one_channel_are_told_apart() {
    let (layout, samples) = simulated(one_channel("head", vec![(Wave::sine(6.2), 58.0), (Wave::breath(14.0), 88.0)], 5.0), 4, 120.0);
    let list = estimates(&layout, &samples);
    for (rhythm, rate) in [(Rhythm::Cranial, 6.2), (Rhythm::Breath, 14.0)] {
        for estimate in of(&list, 0, rhythm) {
            let figure = estimate.present().unwrap_or_else(|| panic!("{estimate:?}"));
            assert!((figure.rate.value - rate).abs() < 0.3, "{estimate:?}");
            // Thirty seconds may hold too little of the slower one to tell it; then the breath's row says so.
            assert!(rhythm == Rhythm::Breath || !estimate.flags.contains(Flag::SharedWithBreath), "{estimate:?}");
        }
    }
}

/// Each lies in the band of the tapers about the other, so that neither stands out from its noise.
#[test]
fn two_steady_rhythms_that_hide_one_another_are_both_told() {
    let waves = vec![(Wave::sine(7.0), 1.0), (Wave::sine(16.0), 0.5)];
    let (layout, samples) = simulated(one_channel("head", waves, 0.1), 5, 120.0);
    let list = estimates(&layout, &samples);
    let (breaths, cranial) = (of(&list, 0, Rhythm::Breath), of(&list, 0, Rhythm::Cranial));
    let is_at = |e: &&&Estimate, rate: f64| {
        e.present().is_some_and(|figure| (figure.rate.value - rate).abs() < 0.1) && e.flags.iter().next().is_none()
    };
    assert_eq!((breaths.len(), breaths.iter().filter(|e| is_at(e, 16.0)).count()), (19, 19));
    assert_eq!((cranial.len(), cranial.iter().filter(|e| is_at(e, 7.0)).count()), (13, 13));
}

/// Thirty seconds hold half a cycle of what parts 14 from twice 6.5, and do not fit one waveform of 6.9.
#[test]
fn a_breath_near_twice_the_cranial_rate_is_no_harmonic_of_it() {
    for (cranial, breath) in [(6.5, 14.0), (6.0, 13.0), (7.0, 15.0)] {
        let waves = vec![(Wave::sine(cranial), 1.0), (Wave::sine(breath), 0.8)];
        let (layout, samples) = simulated(one_channel("head", waves, 0.05), 5, 90.0);
        let list = estimates(&layout, &samples);
        for (rhythm, rate) in [(Rhythm::Cranial, cranial), (Rhythm::Breath, breath)] {
            for estimate in of(&list, 0, rhythm) {
                assert!(
                    estimate.present().is_some_and(|figure| (figure.rate.value - rate).abs() < 0.1),
                    "{cranial} and {breath}: {estimate:?}"
                );
            }
        }
    }
}

#[test]
fn one_line_in_both_ranges_is_told_under_both_and_said_to_be_one() {
    let (layout, samples) = simulated(one_channel("head", vec![(Wave::sine(10.0), 50.0)], 5.0), 4, 90.0);
    let list = estimates(&layout, &samples);
    for rhythm in [Rhythm::Cranial, Rhythm::Breath] {
        for estimate in of(&list, 0, rhythm) {
            assert!(estimate.present().is_some() && estimate.flags.contains(Flag::SharedWithBreath), "{estimate:?}");
        }
    }
}

#[test]
fn a_line_is_shared_only_where_the_cranial_range_of_the_settings_holds_it() {
    let (layout, samples) = simulated(one_channel("head", vec![(Wave::sine(10.0), 50.0)], 5.0), 4, 90.0);
    let mut settings = Settings::default();
    settings.of_mut(Rhythm::Cranial).high_per_min = 9.0;
    let list = estimates_with(&settings, &layout, &samples);
    for estimate in of(&list, 0, Rhythm::Breath) {
        assert!(estimate.present().is_some() && !estimate.flags.contains(Flag::SharedWithBreath), "{estimate:?}");
    }
    assert!(of(&list, 0, Rhythm::Cranial).iter().all(|e| e.present().is_none_or(|f| f.rate.value < 9.5)));
}

/// How many of the estimates of steady breath, cranial rhythm and pulse after Rasmussen are right, and how many there are.
fn rasmussen(rhythm: Rhythm, rate: f64, within: f64) -> (usize, usize) {
    let waves = vec![(Wave::breath(14.5), 88.0), (Wave::sine(6.16), 58.0), (Wave::pulse(65.0), 13.0)];
    let mut scenario = one_channel("head", waves, 5.0);
    scenario.sensors[0].pink = 8.0;
    let (layout, samples) = simulated(scenario, 9, 300.0);
    let mut settings = Settings::default();
    settings.of_mut(Rhythm::Pulse).window = Seconds(60.0);
    let list = estimates_with(&settings, &layout, &samples);
    let all = of(&list, 0, rhythm);
    let right = all.iter().filter(|e| e.present().is_some_and(|f| (f.rate.value - rate).abs() < within)).count();
    (right, all.len())
}

#[test]
fn breath_and_cranial_rhythm_after_rasmussen_are_right() {
    for (rhythm, rate, within) in [(Rhythm::Cranial, 6.16, 0.6), (Rhythm::Breath, 14.5, 1.0)] {
        let (right, all) = rasmussen(rhythm, rate, within);
        assert!(right * 20 >= all * 19, "{rhythm:?}: {right} of {all}");
    }
}

/// A head after Rasmussen whose sizes are from peak to trough, harmonics included: the third harmonic of its breath, at 44, hides a pulse of 55.
#[test]
fn a_small_pulse_within_reach_of_the_breaths_harmonics_is_told_and_its_double_is_not() {
    let waves = [(Wave::breath(14.7), 88.0), (Wave::sine(5.4), 58.0), (Wave::pulse(55.0), 13.0)];
    let whole = waves.map(|(wave, size)| (wave.clone(), 2.0 * size / wave.peak_to_trough()));
    let mut scenario = one_channel("head", whole.to_vec(), 5.0);
    scenario.sensors[0].pink = 8.0;
    let (layout, samples) = simulated(scenario, 4, 600.0);
    let list = estimates(&layout, &samples);
    let all = of(&list, 0, Rhythm::Pulse);
    let near = |e: &&&Estimate| e.present().is_some_and(|f| (f.rate.value - 55.0).abs() < 2.0);
    let (right, wrong) = (all.iter().filter(near).count(), all.iter().filter(|e| e.present().is_some() && !near(e)).count());
    assert!(right * 10 >= all.len() * 8 && wrong * 50 <= all.len(), "{right} of {} right, {wrong} wrong", all.len());
}

#[test]
fn a_steady_breath_that_leaks_is_never_a_cranial_rhythm_without_a_flag() {
    let sensor = |name, size, white| Sensor { channel: Channel::named(name, "µm"), feels: vec![(size, 0.0)], white, pink: 0.0 };
    let sensors = vec![sensor("left", 60.0, 3.0), sensor("belt", 300.0, 3.0)];
    let scenario = Scenario { rate: Rate::from_hz(50.0).unwrap(), waves: vec![Wave::breath(12.0)], sensors };
    let (layout, samples) = simulated(scenario, 6, 180.0);
    let list = estimates(&layout, &samples);
    for estimate in of(&list, 0, Rhythm::Cranial) {
        assert!(estimate.present().is_none() || estimate.flags.iter().next().is_some(), "{estimate:?}");
    }
}

#[test]
fn a_breath_that_leaks_into_the_head_is_not_sold_as_a_cranial_rhythm() {
    let waves = vec![Wave::breath(12.0).wandering(0.03)];
    let sensor = |name, size| Sensor { channel: Channel::named(name, "µm"), feels: vec![(size, 0.0)], white: 3.0, pink: 3.0 };
    let scenario = Scenario { rate: Rate::from_hz(50.0).unwrap(), waves, sensors: vec![sensor("left", 60.0), sensor("belt", 300.0)] };
    let (layout, samples) = simulated(scenario, 6, 600.0);
    let list = estimates(&layout, &samples);
    let cranial = of(&list, 0, Rhythm::Cranial);
    let sold = cranial.iter().filter(|e| e.present().is_some() && e.flags.iter().next().is_none()).count();
    assert!(sold * 25 <= cranial.len(), "{sold} of {}", cranial.len());
    let breath = of(&list, 1, Rhythm::Breath);
    let right = breath.iter().filter(|e| e.present().is_some_and(|f| (f.rate.value - 12.0).abs() < 1.5)).count();
    assert!(right * 10 >= breath.len() * 9, "{right} of {}", breath.len());
}

/// What a breath waxes and wanes by is in the trace: as side lines of it and, where it comes to rest at one place, as a line of its own.
#[test]
fn what_a_breath_waxes_and_wanes_by_is_no_cranial_rhythm_without_a_flag() {
    let hz = 25.0;
    for (breath, waxes, rest) in [(15.0, 4.2, 1.0), (17.0, 3.6, 1.0), (16.0, 4.6, 0.0), (18.3, 6.1, 0.0)] {
        let mut normal = Normal::new(7, 0);
        let depth = |t: f64| 1.0 + 0.5 * (TAU * waxes / 60.0 * t).sin();
        let swing = |t: f64| 44.0 * (rest - (TAU * breath / 60.0 * t).cos()) * depth(t);
        let both = |n: u32| [swing(f64::from(n) / hz) + 3.0 * normal.draw(), swing(f64::from(n) / hz)];
        let samples: Vec<f32> = (0..180 * 25).flat_map(both).map(|x| x as f32).collect();
        let list = estimates(&layout(hz, &["head", "belt"]), &samples);
        let cranial = of(&list, 0, Rhythm::Cranial);
        let sold = cranial.iter().filter(|e| e.present().is_some() && e.flags == Flags::default()).count();
        assert!(sold * 20 <= cranial.len(), "a breath of {breath} that waxes {waxes} times a minute: {sold} of {}", cranial.len());
    }
}

/// The cycles of a strong, slow rhythm are not alike: what it wanders by is on both sides of it, and the faster side lies where a breath may be.
#[test]
fn a_slow_rhythm_of_uneven_cycles_is_told_at_its_rate_and_not_at_that_of_its_side() {
    for seed in 0..12 {
        let mut normal = Normal::new(seed, 0);
        let begins: Vec<f64> =
            (0..40).scan(-3.0, |at, _| Some(std::mem::replace(at, *at + 60.0 / 5.1 * (1.0 + 0.08 * normal.draw())))).collect();
        let turns = |t: f64| {
            let cycle = begins.partition_point(|begin| *begin <= t) - 1;
            cycle as f64 + (t - begins[cycle]) / (begins[cycle + 1] - begins[cycle])
        };
        let samples = signal(25.0, 300.0, |t| 20.0 * (TAU * turns(t)).sin());
        for estimate in of(&estimates(&layout(25.0, &["head"]), &samples), 0, Rhythm::Cranial) {
            let Some(figure) = estimate.present() else { continue };
            let truth = (turns(estimate.t.0) - turns(estimate.t.0 - estimate.window.0)) / estimate.window.0 * 60.0;
            assert!((figure.rate.value / truth - 1.0).abs() < 0.12 && figure.amplitude.value > 30.0, "seed {seed}, {truth}: {estimate:?}");
        }
    }
}

/// Quick up, slow down, and so slow that its harmonics lie beside it, where the noise is looked for.
#[test]
fn a_slow_rhythm_with_corners_is_found() {
    for per_min in [3.4, 4.1, 4.8] {
        let mut normal = Normal::new(3, 0);
        let wave = |share: f64| if share < 0.2 { share / 0.2 } else { 1.0 - (share - 0.2) / 0.8 };
        let samples: Vec<f32> =
            (0..25 * 150).map(|n| (40.0 * wave((f64::from(n) / 25.0 * per_min / 60.0).fract()) + normal.draw()) as f32).collect();
        for estimate in of(&estimates(&layout(25.0, &["head"]), &samples), 0, Rhythm::Cranial) {
            assert!(estimate.present().is_some_and(|figure| (figure.rate.value - per_min).abs() < 0.1), "{per_min}: {estimate:?}");
        }
    }
}

#[test]
fn half_of_the_breath_is_flagged_as_such() {
    let (layout, samples) = simulated(one_channel("head", vec![(Wave::sine(6.0), 40.0), (Wave::sine(12.0), 88.0)], 5.0), 4, 90.0);
    let list = estimates(&layout, &samples);
    for estimate in of(&list, 0, Rhythm::Cranial) {
        let right = estimate.present().is_some_and(|figure| (figure.rate.value - 6.0).abs() < 0.3);
        assert!(right && estimate.flags.contains(Flag::NearBreathHarmonic), "{estimate:?}");
    }
}

#[test]
fn a_pulse_that_wanders_is_found() {
    let (layout, samples) = simulated(one_channel("ppg", vec![(Wave::pulse(66.0).wandering(0.03), 30.0)], 6.0), 4, 120.0);
    let list = estimates(&layout, &samples);
    let pulse = of(&list, 0, Rhythm::Pulse);
    let found = pulse.iter().filter(|e| e.present().is_some_and(|f| (f.rate.value - 66.0).abs() < 6.0)).count();
    assert!(found * 10 >= pulse.len() * 9, "{found} of {}", pulse.len());
}

#[test]
fn left_and_right_are_compared() {
    let (layout, samples) = demo(120.0);
    let only = |row: Row| if let Row::Symmetry(symmetry) = row { Some(symmetry) } else { None };
    let list: Vec<Symmetry> = rows(&layout, 0, &samples, &[1000]).into_iter().filter_map(only).collect();
    assert!(list.len() >= 10);
    let median = |value: fn(&Symmetry) -> f64| {
        let mut all: Vec<f64> = list.iter().map(value).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    assert!((median(|s| s.amplitude_ratio.value) / (62.0 / 48.0) - 1.0).abs() < 0.03, "{}", median(|s| s.amplitude_ratio.value));
    assert!((median(|s| s.lag.value) - 0.4).abs() < 0.05, "{}", median(|s| s.lag.value));
    assert!(median(|s| s.coherence.value) > 0.9);
}

#[test]
fn of_two_sines_that_could_both_be_the_breath_it_is_said_that_which_is_which_is_a_guess() {
    let mut normal = Normal::new(5, 0);
    let turn = |per_min: f64, t: f64| (TAU * per_min / 60.0 * t).sin();
    let told = |breath: &dyn Fn(f64) -> f64, normal: &mut Normal| -> Vec<bool> {
        let samples: Vec<f32> =
            signal(20.0, 240.0, |t| 88.0 * breath(t) + 58.0 * turn(10.7, t)).iter().map(|x| x + 4.0 * normal.draw() as f32).collect();
        let list = estimates(&layout(20.0, &["head"]), &samples);
        let both = [Rhythm::Cranial, Rhythm::Breath].map(|rhythm| of(&list, 0, rhythm));
        both.concat().into_iter().filter(|e| e.present().is_some()).map(|e| e.flags.contains(Flag::BreathOrCranial)).collect()
    };
    // Slow breaths that are as smooth as the other rhythm.
    let smooth = told(&|t| turn(7.3, t), &mut normal);
    assert!(smooth.len() > 40 && smooth.iter().all(|flagged| *flagged), "{smooth:?}");
    // Faster ones with corners are told by both signs.
    let sharp = told(&|t| turn(14.2, t) + 0.3 * turn(28.4, t), &mut normal);
    assert!(sharp.len() > 40 && sharp.iter().all(|flagged| !flagged), "{sharp:?}");
}

#[test]
fn the_side_lines_of_a_breath_that_waxes_and_wanes_are_said_to_lie_beside_it() {
    let mut normal = Normal::new(6, 0);
    let samples = signal(20.0, 240.0, |t| 50.0 * (1.0 + 0.4 * (TAU * 0.07 * t).sin()) * (TAU * 0.24 * t).sin());
    let samples: Vec<f32> = samples.iter().map(|x| x + 4.0 * normal.draw() as f32).collect();
    let belt = Layout { channels: vec![Channel::named("belt", "µm")], nominal: Rate::from_hz(20.0).unwrap() };
    let list = estimates(&belt, &samples);
    let present: Vec<&Estimate> = of(&list, 0, Rhythm::Cranial).into_iter().filter(|e| e.present().is_some()).collect();
    assert!(!present.is_empty() && present.iter().all(|e| e.flags.contains(Flag::NearBreath)), "{present:?}");
}

#[test]
fn two_sides_with_rhythms_of_their_own_are_not_compared() {
    let mut normal = Normal::new(7, 0);
    let sides = layout(20.0, &["left", "right"]);
    let mut compared = |right: f64| {
        let samples: Vec<f32> = (0..20 * 180)
            .flat_map(|n| [8.0, right].map(|per_min| 50.0 * (TAU * per_min / 60.0 * f64::from(n) / 20.0).sin()))
            .map(|x| (x + 3.0 * normal.draw()) as f32)
            .collect();
        rows(&sides, 0, &samples, &[500]).iter().filter(|row| matches!(row, Row::Symmetry(_))).count()
    };
    assert_eq!(compared(9.6), 0);
    assert!(compared(8.0) > 20);
}
