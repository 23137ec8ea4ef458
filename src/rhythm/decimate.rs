//! Decimation by linear-phase FIR filters in stages, each output centred on its own instant: no delay is left. An output exists
//! where its whole support does, and is NaN where a sample of its support is missing. Nothing is made up at the edges.
//!
//! The filters are Kaiser windowed sincs (Oppenheim & Schafer 2010, section 7.5): 60 dB, flat up to the pass edge; what folds back
//! lands above that edge, so that the transition may be wide and the support short.

use std::f64::consts::PI;

const ATTENUATION_DB: f64 = 60.0;

/// One filter that keeps every `factor`-th output.
#[derive(Debug)]
struct Stage {
    factor: u64,
    taps: Vec<f64>,
    /// Inputs not yet done with; the first has index `from`.
    buffer: Vec<f64>,
    from: u64,
    /// The next output, in units of outputs.
    next: u64,
}

impl Stage {
    fn new(factor: u64, pass: f64) -> Self {
        // In cycles an input sample: outputs come at 1/factor; what folds onto the pass band lies from 1/factor − pass on.
        let stop = (1.0 / factor as f64 - pass).max(pass * 1.05);
        let width = stop - pass;
        let half = ((ATTENUATION_DB - 7.95) / (2.285 * 2.0 * PI * width) / 2.0).ceil() as usize;
        // The formula for more than 50 dB.
        let beta = 0.1102 * (ATTENUATION_DB - 8.7);
        let cut = f64::midpoint(pass, stop);
        let mut taps: Vec<f64> = (0..=2 * half)
            .map(|i| {
                let t = i as f64 - half as f64;
                let sinc = if t == 0.0 { 2.0 * cut } else { (2.0 * PI * cut * t).sin() / (PI * t) };
                sinc * bessel(beta * (1.0 - (t / half as f64).powi(2)).max(0.0).sqrt()) / bessel(beta)
            })
            .collect();
        let sum: f64 = taps.iter().sum();
        taps.iter_mut().for_each(|tap| *tap /= sum);
        Self { factor, taps, buffer: Vec::new(), from: 0, next: 0 }
    }

    fn half(&self) -> u64 {
        self.taps.len() as u64 / 2
    }

    /// Inputs begin at `start`; the first output is the first whose support lies after it.
    fn reset(&mut self, start: u64) -> u64 {
        self.buffer.clear();
        self.from = start;
        self.next = (start + self.half()).div_ceil(self.factor);
        self.next
    }

    fn push(&mut self, sample: f64, out: &mut impl FnMut(f64)) {
        self.buffer.push(sample);
        let centre = self.next * self.factor;
        if self.from + self.buffer.len() as u64 <= centre + self.half() {
            return;
        }
        let first = (centre - self.half() - self.from) as usize;
        let support = &self.buffer[first..first + self.taps.len()];
        out(self.taps.iter().zip(support).map(|(tap, sample)| tap * sample).sum());
        self.next += 1;
        let done = (self.next * self.factor - self.half() - self.from) as usize;
        // Moved rarely, so that a sample is copied twice at most.
        if done > self.taps.len() * 2 + 64 && done <= self.buffer.len() {
            self.buffer.drain(..done);
            self.from += done as u64;
        }
    }
}

/// Zeroth-order modified Bessel function of the first kind, by its series.
fn bessel(x: f64) -> f64 {
    let (mut term, mut sum, mut k) = (1.0, 1.0, 1.0);
    while term > sum * 1e-17 {
        term *= (x / (2.0 * k)).powi(2);
        sum += term;
        k += 1.0;
    }
    sum
}

/// All stages of one channel.
#[derive(Debug)]
pub struct Decimator {
    stages: Vec<Stage>,
    factor: u64,
    half: u64,
}

impl Decimator {
    /// From `hz` to the slowest rate of at least `target_hz` that `base` (such a product itself) times whole factors 2, 3, 5 and 7
    /// give, flat up to `pass_hz`.
    pub fn new(hz: f64, (base, target_hz): (u64, f64), pass_hz: f64) -> Self {
        let factors = factors(base, hz / target_hz);
        let mut stages = Vec::new();
        let (mut rate, mut factor, mut half) = (hz, 1, 0);
        for f in factors {
            let stage = Stage::new(f, pass_hz / rate);
            half += stage.half() * factor;
            factor *= f;
            rate /= f as f64;
            stages.push(stage);
        }
        let mut decimator = Self { stages, factor, half };
        decimator.reset(0);
        decimator
    }

    /// Input samples from one output to the next.
    pub fn factor(&self) -> u64 {
        self.factor
    }

    /// Input samples on either side of an output's centre that it depends on.
    pub fn half(&self) -> u64 {
        self.half
    }

    /// Inputs begin anew at index `start`; returns the index of the first output (its centre is that times the factor).
    pub fn reset(&mut self, start: u64) -> u64 {
        self.stages.iter_mut().fold(start, |start, stage| stage.reset(start))
    }

    /// Takes one sample, hands over the outputs that it completes.
    pub fn push(&mut self, sample: f64, out: &mut impl FnMut(f64)) {
        push(&mut self.stages, sample, out);
    }
}

fn push(stages: &mut [Stage], sample: f64, out: &mut impl FnMut(f64)) {
    match stages.split_first_mut() {
        None => out(sample),
        Some((first, rest)) => first.push(sample, &mut |sample| push_dyn(rest, sample, out)),
    }
}

/// Breaks the recursion of types.
fn push_dyn(stages: &mut [Stage], sample: f64, out: &mut dyn FnMut(f64)) {
    push(stages, sample, &mut |sample| out(sample));
}

/// The greatest product of `base` with factors 2, 3, 5 and 7 up to `ratio`, as stage factors of at most 16, the greatest first.
fn factors(base: u64, ratio: f64) -> Vec<u64> {
    let limit = (ratio.floor() as u64 / base).max(1);
    let smooth = |mut n: u64| {
        let mut parts = Vec::new();
        for p in [7, 5, 3, 2] {
            while n.is_multiple_of(p) {
                parts.push(p);
                n /= p;
            }
        }
        (n == 1).then_some(parts)
    };
    let mut parts = (1..=limit).rev().find_map(|n| smooth(n * base)).unwrap_or_default();
    parts.sort_unstable_by(|a, b| b.cmp(a));
    let mut stages: Vec<u64> = Vec::new();
    for part in parts {
        match stages.iter_mut().find(|stage| **stage * part <= 16) {
            Some(stage) => *stage *= part,
            None => stages.push(part),
        }
    }
    stages.sort_unstable_by(|a, b| b.cmp(a));
    stages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(decimator: &mut Decimator, start: u64, samples: impl Iterator<Item = f64>) -> (u64, Vec<f64>) {
        let first = decimator.reset(start);
        let mut out = Vec::new();
        samples.for_each(|sample| decimator.push(sample, &mut |y| out.push(y)));
        (first, out)
    }

    #[test]
    fn a_slow_sine_comes_through_at_its_own_instants() {
        for hz in [10.0, 50.0, 100.0, 250.0, 1000.0, 44_100.0] {
            let mut decimator = Decimator::new(hz, (1, 5.0), 1.0);
            let sine = |index: u64| (2.0 * PI * 0.25 * index as f64 / hz).sin();
            let (first, out) = run(&mut decimator, 0, (0..(20.0 * hz) as u64).map(sine));
            assert!(out.len() > 80, "{hz}");
            for (m, y) in out.iter().enumerate() {
                let expected = sine((first + m as u64) * decimator.factor());
                assert!((y - expected).abs() < 2e-3, "{hz} Hz, output {m}: {y} for {expected}");
            }
        }
    }

    #[test]
    fn a_missing_sample_spoils_just_the_outputs_that_it_belongs_to() {
        let mut decimator = Decimator::new(100.0, (1, 5.0), 1.0);
        let (first, out) = run(&mut decimator, 0, (0..2000).map(|i| if i == 1000 { f64::NAN } else { 1.0 }));
        for (m, y) in out.iter().enumerate() {
            let centre = (first + m as u64) * decimator.factor();
            assert_eq!(y.is_nan(), centre.abs_diff(1000) <= decimator.half(), "{centre}");
        }
    }

    #[test]
    fn the_support_is_short() {
        let decimator = Decimator::new(100.0, (1, 5.0), 1.0);
        assert!(decimator.half() <= 100, "{}", decimator.half());
    }

    #[test]
    fn a_factor_is_a_multiple_of_its_base_and_not_much_too_small() {
        for hz in 1..5000 {
            let hz = f64::from(hz);
            let fast = Decimator::new(hz, (1, 25.0), 9.0).factor();
            let slow = Decimator::new(hz, (fast, 5.0), 1.2).factor();
            assert_eq!(slow % fast, 0, "{hz}");
            assert!(slow == 1 || (5.0..10.1).contains(&(hz / slow as f64)), "{hz}: {slow}");
        }
    }
}
