//! How often a rhythm is called present in noise alone, and found where there is one.
//!
//! `cargo run --release --example false_alarms -- --windows 2000 --seed 1` (or `just false-alarms`). Exits 1 where more than 2 % of the
//! windows of white or 1/f noise have a rhythm `present`. Windows do not overlap; each noise is drawn anew for each rhythm.

use stillpoint::rhythm::{Figure, Monitor, Rhythm, Row, Settings};
use stillpoint::signal::{Block, Channel, Layout, Rate, SampleIndex};
use stillpoint::simulate::Normal;

/// Samples a second: slow, for decimation changes nothing of the noise's colour below.
const HZ: f64 = 25.0;

#[derive(Clone, Copy)]
enum Noise {
    White,
    Ar(f64),
    Pink,
    Brown,
}

impl Noise {
    const ALL: [(&'static str, Self); 6] = [
        ("white", Self::White),
        ("AR(1) 0.5", Self::Ar(0.5)),
        ("AR(1) 0.9", Self::Ar(0.9)),
        ("AR(1) 0.99", Self::Ar(0.99)),
        ("1/f", Self::Pink),
        ("1/f²", Self::Brown),
    ];

    /// Noise of so many samples. 1/f is a sum of AR(1) processes, one an octave of time constants (Keshner 1982, Proc. IEEE 70:212).
    fn samples(self, count: usize, source: &mut Normal) -> Vec<f32> {
        let coefficients: Vec<f64> = match self {
            Self::White => return (0..count).map(|_| source.draw() as f32).collect(),
            Self::Ar(a) => vec![a],
            Self::Brown => vec![1.0],
            Self::Pink => (0..16).map(|octave| 1.0 - 0.7 / f64::from(1 << octave)).collect(),
        };
        let mut states: Vec<f64> = coefficients.iter().map(|a| if *a < 1.0 { source.draw() / (1.0 - a * a).sqrt() } else { 0.0 }).collect();
        let weights: Vec<f64> =
            coefficients.iter().map(|a| (1.0 - a * a).max(0.0).sqrt()).map(|w| if w == 0.0 { 1.0 } else { w }).collect();
        let mut next = || {
            states
                .iter_mut()
                .zip(&coefficients)
                .zip(&weights)
                .map(|((state, a), weight)| {
                    *state = a * *state + source.draw();
                    *state * weight
                })
                .sum::<f64>() as f32
        };
        (0..count).map(|_| next()).collect()
    }
}

/// The figures of `windows` windows that do not overlap.
fn figures(rhythm: Rhythm, windows: usize, mut samples: impl FnMut(usize) -> Vec<f32>) -> Vec<Figure> {
    let mut settings = Settings::default();
    for each in Rhythm::ALL {
        settings.of_mut(each).enabled = each == rhythm;
    }
    settings.step = settings.of(rhythm).window;
    let layout = Layout { channels: vec![Channel::unnamed(0)], nominal: Rate::from_hz(HZ).expect("a rate") };
    let mut monitor = Monitor::new(&layout, &settings);
    let (mut rows, mut start) = (Vec::new(), SampleIndex(0));
    while rows.len() < windows {
        let block = Block { start, channels: 1, samples: samples(usize::try_from(monitor.step_frames()).expect("small") * 50) };
        start = block.end();
        monitor.push(&block, &mut rows);
    }
    rows.iter().filter_map(|row| if let Row::Estimate(estimate) = row { estimate.figure } else { None }).collect()
}

/// Wilson's 95 % interval of a share.
fn wilson(hits: usize, of: usize) -> (f64, f64) {
    let (n, z) = (of as f64, 1.96_f64);
    let p = hits as f64 / n;
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    (middle - half, middle + half)
}

fn share(hits: usize, of: usize) -> String {
    let (low, high) = wilson(hits, of);
    format!("{:5.2} % ({:.2}–{:.2})", 100.0 * hits as f64 / of as f64, 100.0 * low, 100.0 * high)
}

fn option(name: &str, default: u64) -> u64 {
    let args: Vec<String> = std::env::args().collect();
    args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1)?.parse().ok()).unwrap_or(default)
}

fn main() -> std::process::ExitCode {
    let (windows, seed) = (usize::try_from(option("--windows", 2000)).unwrap_or(2000), option("--seed", 1));
    let mut source = Normal::new(seed, 0);
    println!("present at p < 0.01 in noise alone, {windows} windows each, seed {seed}; Wilson 95 % interval");
    println!("{:<12} {:<8} {:>22} {:>26}", "noise", "rhythm", "present", "p < 0.2 (20 % expected)");
    let mut passed = true;
    for (name, noise) in Noise::ALL {
        for rhythm in Rhythm::ALL {
            let found = figures(rhythm, windows, |count| noise.samples(count, &mut source));
            let present = found.iter().filter(|figure| figure.present).count();
            let below = found.iter().filter(|figure| figure.p < 0.2).count();
            println!("{name:<12} {:<8} {:>22} {:>26}", rhythm.word(), share(present, found.len()), share(below, found.len()));
            let counts = matches!(noise, Noise::White | Noise::Pink);
            passed &= !counts || (present as f64) < 0.02 * found.len() as f64;
        }
    }
    println!();
    steady(windows, &mut source);
    if passed { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}

/// One steady cranial rhythm of 6.16 /min at −5 dB a sample at 4 Hz: found, and within its intervals.
fn steady(windows: usize, source: &mut Normal) {
    // At 4 Hz the noise's variance within the band is 4/25 of that at 25 Hz: η = A²/2σ² = 10^−0.5 there.
    let (rate, sigma) = (6.16_f64, 1.0_f64);
    let amplitude = (2.0 * 10_f64.powf(-0.5) * sigma * sigma * 4.0 / HZ).sqrt();
    let mut index = 0_u64;
    let found = figures(Rhythm::Cranial, windows, |count| {
        (0..count)
            .map(|_| {
                index += 1;
                (amplitude * (std::f64::consts::TAU * rate / 60.0 * index as f64 / HZ).sin() + sigma * source.draw()) as f32
            })
            .collect()
    });
    let of = found.len();
    let present = found.iter().filter(|f| f.present && (f.rate.value - rate).abs() < 0.6).count();
    let within = |inside: fn(&Figure, f64, f64) -> bool| found.iter().filter(|f| inside(f, rate, 2.0 * amplitude)).count();
    println!("one steady rhythm, 6.16 /min, −5 dB a sample at 4 Hz, 60 s:");
    println!("  present and within 0.6 /min    {}", share(present, of));
    println!("  rate within its interval       {}", share(within(|f, rate, _| f.rate.low <= rate && rate <= f.rate.high), of));
    println!("  amplitude within its interval  {}", share(within(|f, _, size| f.amplitude.low <= size && size <= f.amplitude.high), of));
    let error = found.iter().map(|f| (f.rate.value - rate).powi(2)).sum::<f64>() / of as f64;
    let n = 240.0_f64;
    let bound = 60.0 * (12.0 * 16.0 / (std::f64::consts::TAU.powi(2) * 10_f64.powf(-0.5) * n * (n * n - 1.0))).sqrt();
    println!("  rate error, RMS                {:.4} /min, {:.2} times the Cramér–Rao bound", error.sqrt(), error.sqrt() / bound);
}
