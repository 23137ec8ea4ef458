//! Cycles each of which has a length and a depth of its own.

use std::f64::consts::PI;

use crate::work::Source;

/// Seconds of a recording.
pub const LASTS: f64 = 180.0;
/// Standard deviation of a cycle's depth, as a share of it.
const DEPTHS: f64 = 0.08;

/// Cycles that vary one by one.
pub struct Cycles {
    /// When each begins, seconds; the first before the recording.
    begins: Vec<f64>,
    /// How deep each is.
    depths: Vec<f64>,
}

impl Cycles {
    /// At a rate between two, cycles a minute.
    pub fn between(source: &mut Source, (low, high): (f64, f64), vary: f64) -> Self {
        let per_min = source.uniform(low, high);
        Self::new(source, per_min, vary)
    }

    /// Of so many cycles a minute, whose lengths vary by so much of them.
    pub fn new(source: &mut Source, per_min: f64, vary: f64) -> Self {
        let mut begins = vec![-source.uniform(1.0, 2.0) * 60.0 / per_min];
        while let Some(last) = begins.last().filter(|last| **last < LASTS + 5.0) {
            begins.push(last + 60.0 / per_min * (1.0 + vary * source.normal()).max(0.4));
        }
        let depths = begins.iter().map(|_| (1.0 + DEPTHS * source.normal()).max(0.2)).collect();
        Self { begins, depths }
    }

    /// Which cycle an instant is in, and how far.
    fn place(&self, t: f64) -> (usize, f64) {
        let cycle = self.begins.partition_point(|begin| *begin <= t).clamp(1, self.begins.len() - 1) - 1;
        (cycle, (t - self.begins[cycle]) / (self.begins[cycle + 1] - self.begins[cycle]))
    }

    /// Cycles up to an instant.
    pub fn turns(&self, t: f64) -> f64 {
        let (cycle, share) = self.place(t);
        cycle as f64 + share
    }

    /// Cycles a minute between two instants.
    pub fn rate(&self, from: f64, to: f64) -> f64 {
        (self.turns(to) - self.turns(from)) / (to - from) * 60.0
    }

    /// A belt's trace: in faster than out, then a pause.
    pub fn belt(&self, t: f64) -> f64 {
        let (cycle, share) = self.place(t);
        let swing = match share {
            share if share < 0.38 => 0.5 - 0.5 * (PI * share / 0.38).cos(),
            share if share < 0.88 => 0.5 + 0.5 * (PI * ((share - 0.38) / 0.5).powf(0.75)).cos(),
            _ => 0.0,
        };
        100.0 * self.depths[cycle] * swing
    }
}
