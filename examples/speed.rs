//! What a step costs: `cargo run --release --example speed` (`-- --seconds 600 --only breath` for less). One head channel of 100 Hz after Rasmussen
//! (breath 88 µm, cranial rhythm 58 µm, pulse 13 µm in 1/f noise), windows and steps as they are without settings: each rhythm alone, the four
//! together, and the series derived from pulse and breath besides; noise alone beside it. Microseconds of processor time a step, planning left out.

use std::time::Instant;

use stillpoint::rhythm::{Monitor, Rhythm, Settings};
use stillpoint::signal::{Block, Channel, Layout, Rate, SampleIndex};
use stillpoint::simulate::{Client, Scenario};

const HZ: f64 = 100.0;
const SECONDS: f64 = 3600.0;

fn main() {
    let option = |name: &str| std::env::args().skip_while(|argument| argument != name).nth(1);
    let seconds = option("--seconds").map_or(SECONDS, |text| text.parse().expect("--seconds takes a number"));
    let wanted = option("--only");
    let rate = Rate::from_hz(HZ).expect("100 Hz is a rate");
    let mut scenario = Scenario { rate, ..Scenario::rasmussen() };
    let head = samples(scenario.clone(), seconds);
    scenario.sensors[0].feels.fill((0.0, 0.0));
    let noise = samples(scenario, seconds);
    let only = |rhythm: Rhythm| (rhythm.word(), set(&[rhythm], false));
    let mut rows: Vec<(&str, Settings)> = vec![("nothing", set(&[], false))];
    rows.extend(Rhythm::ALL.map(only));
    rows.extend([("all four", set(&Rhythm::ALL, false)), ("and derived", set(&Rhythm::ALL, true))]);
    println!("{:<20} {:>14} {:>14}", "", "head", "noise alone");
    rows.retain(|(name, _)| wanted.as_ref().is_none_or(|wanted| wanted == name));
    for (name, settings) in rows {
        println!("{name:<20} {:>11.0} µs {:>11.0} µs", step(&head, &settings), step(&noise, &settings));
    }
}

fn samples(scenario: Scenario, seconds: f64) -> Vec<f32> {
    let mut out = Vec::new();
    Client::new(scenario, 1).fill((HZ * seconds) as usize, &mut out);
    out
}

fn set(rhythms: &[Rhythm], derived: bool) -> Settings {
    let mut settings = Settings { derived, ..Settings::default() };
    for rhythm in Rhythm::ALL {
        settings.of_mut(rhythm).enabled = rhythms.contains(&rhythm);
    }
    settings
}

/// Microseconds a step.
fn step(samples: &[f32], settings: &Settings) -> f64 {
    let layout = Layout { nominal: Rate::from_hz(HZ).expect("100 Hz is a rate"), channels: vec![Channel::named("head", "µm")] };
    let mut monitor = Monitor::new(&layout, settings);
    let mut rows = Vec::new();
    let begin = processor_seconds();
    let mut block = Block { start: SampleIndex(0), channels: 1, samples: Vec::with_capacity(50) };
    for chunk in samples.chunks(50) {
        block.samples.clear();
        block.samples.extend_from_slice(chunk);
        rows.clear();
        monitor.push(&block, &mut rows);
        block.start = block.end();
    }
    let steps = samples.len() as f64 / HZ / settings.step.0;
    (processor_seconds() - begin) * 1e6 / steps
}

/// Of this thread where the system tells it, else of the clock on the wall: the machine may do other work meanwhile.
fn processor_seconds() -> f64 {
    static BEGIN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| BEGIN.get_or_init(Instant::now).elapsed().as_secs_f64(), |ns| ns * 1e-9)
}
