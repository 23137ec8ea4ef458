//! What a step costs: `cargo run --release --example speed`. One head channel of 100 Hz after Rasmussen (breath 88 µm, cranial rhythm 58 µm, pulse
//! 13 µm in 1/f noise), windows and steps as they are without settings, each rhythm alone and all together; noise alone beside it.

use std::time::Instant;

use stillpoint::rhythm::{Monitor, Rhythm, Settings};
use stillpoint::signal::{Block, Channel, Layout, Rate, SampleIndex, Seconds};
use stillpoint::simulate::{Client, Scenario};

const HZ: f64 = 100.0;
const SECONDS: f64 = 3600.0;

fn main() {
    let rate = Rate::from_hz(HZ).expect("100 Hz is a rate");
    let mut scenario = Scenario { rate, ..Scenario::rasmussen() };
    let head = samples(scenario.clone());
    scenario.sensors[0].feels.fill((0.0, 0.0));
    let noise = samples(scenario);
    println!("{:<20} {:>14} {:>14}", "", "head", "noise alone");
    for only in Rhythm::ALL.into_iter().map(Some).chain([None]) {
        let name = only.map_or("all four", Rhythm::word);
        println!("{name:<20} {:>11.0} µs {:>11.0} µs", step(&head, only), step(&noise, only));
    }
}

fn samples(scenario: Scenario) -> Vec<f32> {
    let mut out = Vec::new();
    Client::new(scenario, 1).fill((HZ * SECONDS) as usize, &mut out);
    out
}

/// Microseconds a step, planning left out.
fn step(samples: &[f32], only: Option<Rhythm>) -> f64 {
    let mut settings = Settings::default();
    for rhythm in Rhythm::ALL {
        settings.of_mut(rhythm).enabled = only.is_none_or(|only| only == rhythm);
    }
    let layout = Layout { nominal: Rate::from_hz(HZ).expect("100 Hz is a rate"), channels: vec![Channel::named("head", "µm")] };
    let mut monitor = Monitor::new(&layout, &settings);
    let mut rows = Vec::new();
    let begin = Instant::now();
    for (at, chunk) in samples.chunks(50).enumerate() {
        monitor.push(&Block { start: SampleIndex(50 * at as u64), channels: 1, samples: chunk.to_vec() }, &mut rows);
    }
    let steps = Seconds(SECONDS).0 / settings.step.0;
    begin.elapsed().as_secs_f64() * 1e6 / steps
}
