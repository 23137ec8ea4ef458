//! The client: runs a scenario, sample by sample.

use std::f64::consts::TAU;

use super::noise::{Normal, Pink, Wander};
use super::portable::exp;
use super::scenario::{Scenario, Still, Wave};
use crate::signal::{Layout, SampleIndex, Seconds};

/// Rates wander with this memory, in seconds.
const MEMORY: f64 = 20.0;
/// A wave fades over about this many seconds into a still point and out of it.
const FADE: f64 = 0.8;
/// So long is looked back for a sensor that feels a wave later.
const LONGEST_LAG: f64 = 5.0;

/// What is true of one wave at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// Cycles a minute, without the wander.
    pub per_min: f64,
    /// Share of its amplitude that is there: 0 in a still point.
    pub present: f64,
}

/// A running scenario.
#[derive(Clone, Debug)]
pub struct Client {
    scenario: Scenario,
    normal: Normal,
    wanders: Vec<Wander>,
    pinks: Vec<Pink>,
    /// For each wave, its phase at the latest instants: a ring of `lags` values.
    phases: Vec<Vec<f64>>,
    lags: usize,
    index: u64,
}

impl Client {
    /// The same scenario and seed give the same samples.
    pub fn new(scenario: Scenario, seed: u64) -> Self {
        let hz = scenario.rate.hz();
        let mut normal = Normal::new(seed, 0);
        let lags = (LONGEST_LAG * hz).ceil() as usize + 1;
        let wanders = scenario.waves.iter().map(|_| Wander::new(MEMORY, hz, &mut normal)).collect();
        let pinks = scenario.sensors.iter().map(|_| Pink::new(hz, &mut normal)).collect();
        let before = |wave: &Wave| (0..lags).map(|i| TAU * (wave.start + wave.per_min / 60.0 * (i as f64 - lags as f64) / hz)).collect();
        let phases = scenario.waves.iter().map(before).collect();
        Self { scenario, normal, wanders, pinks, phases, lags, index: 0 }
    }

    /// The channels and the rate.
    pub fn layout(&self) -> Layout {
        Layout { channels: self.scenario.sensors.iter().map(|sensor| sensor.channel.clone()).collect(), nominal: self.scenario.rate }
    }

    /// What is true of each wave of the scenario at a sample.
    pub fn truth(&self, index: SampleIndex) -> Vec<Truth> {
        let Seconds(t) = self.scenario.rate.time_of(index);
        self.scenario.waves.iter().map(|wave| Truth { per_min: per_min(wave, t), present: presence(&wave.still, t) }).collect()
    }

    /// What is simulated.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The phase of each wave at the latest frame, in cycles, wander included. What has been added over a window, divided by its minutes, is
    /// the rate that an estimate should say.
    pub fn cycles(&self) -> Vec<f64> {
        let latest = ((self.index + self.lags as u64 - 1) % self.lags as u64) as usize;
        self.phases.iter().map(|phases| phases[latest] / TAU).collect()
    }

    /// Appends so many frames, interleaved.
    pub fn fill(&mut self, frames: usize, samples: &mut Vec<f32>) {
        for _ in 0..frames {
            self.frame(samples);
        }
    }

    fn frame(&mut self, samples: &mut Vec<f32>) {
        let hz = self.scenario.rate.hz();
        let t = self.index as f64 / hz;
        let now = (self.index % self.lags as u64) as usize;
        let last = (now + self.lags - 1) % self.lags;
        for ((wave, wander), phases) in self.scenario.waves.iter().zip(&mut self.wanders).zip(&mut self.phases) {
            let stray = 1.0 + wave.wander * wander.step(&mut self.normal);
            phases[now] = phases[last] + TAU * per_min(wave, t) / 60.0 * stray / hz;
        }
        for (sensor, pink) in self.scenario.sensors.iter().zip(&mut self.pinks) {
            let mut value = sensor.white * self.normal.draw() + sensor.pink * pink.step(&mut self.normal);
            for ((wave, phases), (size, lag)) in self.scenario.waves.iter().zip(&self.phases).zip(&sensor.feels) {
                let late = ((lag * hz).round() as usize).min(self.lags - 1);
                let phase = phases[(now + self.lags - late) % self.lags];
                value += size / 2.0 * presence(&wave.still, t - lag) * wave.shape(phase);
            }
            samples.push(value as f32);
        }
        self.index += 1;
    }
}

fn per_min(wave: &Wave, t: f64) -> f64 {
    wave.steps.iter().take_while(|(from, _)| *from <= t).last().map_or(wave.per_min, |(_, rate)| *rate)
}

/// Share of a wave that is there at a time: 1, or towards 0 within a still point.
fn presence(still: &[Still], t: f64) -> f64 {
    let one = |still: &Still| {
        let since = if still.every > 0.0 && t > still.at { (t - still.at).rem_euclid(still.every) } else { t - still.at };
        let gate = |x: f64| 1.0 / (1.0 + exp(-x / (FADE / 4.0)));
        let next = if still.every > 0.0 && t > still.at { gate(since - still.every) } else { 0.0 };
        1.0 - (gate(since) - gate(since - still.lasts)) - next
    };
    still.iter().map(one).product::<f64>().clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(scenario: Scenario, seed: u64, frames: usize) -> Vec<f32> {
        let mut out = Vec::new();
        Client::new(scenario, seed).fill(frames, &mut out);
        out
    }

    #[test]
    fn the_same_seed_is_the_same_client_however_it_is_asked() {
        let whole = samples(Scenario::demo(), 7, 1000);
        let mut client = Client::new(Scenario::demo(), 7);
        let mut parts = Vec::new();
        for frames in [1, 99, 400, 500] {
            client.fill(frames, &mut parts);
        }
        assert_eq!(whole, parts);
        assert_ne!(whole, samples(Scenario::demo(), 8, 1000));
    }

    /// FNV-1a of the samples' bits.
    fn hash(samples: &[f32]) -> u64 {
        let bytes = samples.iter().flat_map(|sample| sample.to_bits().to_le_bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }

    #[test]
    fn a_seed_is_the_same_client_on_every_machine() {
        let out = samples(Scenario::client(), 1, 15_000);
        assert_eq!((&out[..3], hash(&out)), (&[-6.226_787_f32, -15.130_619, -1.443_501_8][..], 10_036_464_812_044_031_242));
    }

    #[test]
    fn a_steady_sine_is_what_it_says() {
        let mut scenario = Scenario::steady();
        scenario.sensors[0].white = 0.0;
        let out = samples(scenario, 1, 50 * 60);
        for (n, value) in out.iter().enumerate() {
            let expected = 25.0 * (TAU * 0.1 * n as f64 / 50.0).sin();
            assert!((f64::from(*value) - expected).abs() < 1e-3, "{n}: {value} for {expected}");
        }
    }

    #[test]
    fn the_truth_holds_rate_and_amplitude() {
        let mut scenario = Scenario::rasmussen();
        (scenario.sensors[0].white, scenario.sensors[0].pink) = (0.0, 0.0);
        (scenario.sensors[0].feels[0].0, scenario.sensors[0].feels[2].0) = (0.0, 0.0);
        let mut client = Client::new(scenario, 5);
        let (mut out, hz) = (Vec::new(), client.layout().nominal.hz());
        client.fill(1, &mut out);
        assert!((client.cycles()[1] - 0.81).abs() < 0.01, "{:?}", client.cycles());
        let before = client.cycles()[1];
        client.fill((hz * 600.0) as usize, &mut out);
        let cycles = client.cycles()[1] - before;
        // The trace itself says the same: one passage upwards through zero a cycle.
        let passages = out.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
        assert!((cycles - passages as f64).abs() <= 1.0, "{cycles} cycles, {passages} passages");
        assert!((cycles / 10.0 - 14.0).abs() < 0.5 && (cycles / 10.0 - 14.0).abs() > 1e-4, "it wanders, and comes back: {cycles}");
        let (low, high) = out.iter().fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
        let told = client.scenario().amplitude(0, 1);
        assert!((f64::from(high - low) / told - 1.0).abs() < 0.002, "{} for {told}", high - low);
        assert_eq!((client.scenario().amplitude(0, 0), client.scenario().amplitude(3, 1)), (0.0, 0.0));
    }

    #[test]
    fn a_still_point_is_still_and_comes_again() {
        let client = Client::new(Scenario::demo(), 1);
        let present = |t: f64| client.truth(client.scenario.rate.index_at(Seconds(t)))[0].present;
        for (t, there) in [(60.0, 1.0), (98.0, 0.0), (125.0, 1.0), (338.0, 0.0), (370.0, 1.0)] {
            assert!((present(t) - there).abs() < 0.01, "{t}: {}", present(t));
        }
        let per_min = |second: u64| client.truth(SampleIndex(100 * second))[0].per_min;
        assert_eq!([130, 140, 370, 380].map(per_min), [6.2, 8.4, 8.4, 6.2]);
    }

    #[test]
    fn the_right_feels_it_later() {
        let mut scenario = Scenario::demo();
        for sensor in &mut scenario.sensors {
            (sensor.white, sensor.pink) = (0.0, 0.0);
            sensor.feels.truncate(1);
        }
        let out = samples(scenario, 1, 6000);
        for n in 100..6000 {
            let (left, right) = (out[(n - 40) * 3] / 62.0, out[n * 3 + 1] / 48.0);
            assert!((left - right).abs() < 1e-4, "{n}");
        }
    }
}
