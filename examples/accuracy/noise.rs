//! Noises of any colour.

use std::collections::VecDeque;

use crate::work::Source;

/// A colour of noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Noise {
    /// The same at every frequency.
    White,
    /// Each value this share of the last, and something new.
    Ar(f64),
    /// 1/f.
    Pink,
    /// 1/f²: a random walk.
    Brown,
    /// White noise behind a mean over so many values, as a sensor may smooth it.
    Smoothed(usize),
}

impl Noise {
    /// Every colour that false alarms are counted in, with its name.
    pub const ALL: [(&'static str, Self); 6] = [
        ("white", Self::White),
        ("AR(1) 0.5", Self::Ar(0.5)),
        ("AR(1) 0.9", Self::Ar(0.9)),
        ("AR(1) 0.99", Self::Ar(0.99)),
        ("1/f", Self::Pink),
        ("1/f²", Self::Brown),
    ];

    /// A running noise of unit variance; of unit steps where it has none (1/f²).
    pub fn start(self, source: &mut Source) -> Running {
        let keep: Vec<f64> = match self {
            Self::White | Self::Smoothed(_) => vec![0.0],
            Self::Ar(a) => vec![a],
            Self::Brown => vec![1.0],
            // A sum of AR(1) processes, one an octave of time constants (Keshner 1982, Proc. IEEE 70:212).
            Self::Pink => (0..16).map(|octave| 1.0 - 0.7 / f64::from(1 << octave)).collect(),
        };
        let part = |keep: f64| if keep < 1.0 { (keep, (1.0 - keep * keep).sqrt(), source.normal()) } else { (keep, 1.0, 0.0) };
        let count = keep.len() as f64;
        let parts = keep.into_iter().map(part).collect();
        let over = if let Self::Smoothed(over) = self { over } else { 1 };
        Running { parts, scale: 1.0 / (count * over as f64).sqrt(), latest: VecDeque::from(vec![0.0; over]) }
    }
}

/// A noise with its memory.
#[derive(Clone, Debug)]
pub struct Running {
    /// Share that is kept, size of what is new, and the state.
    parts: Vec<(f64, f64, f64)>,
    scale: f64,
    /// The values that are added up to one.
    latest: VecDeque<f64>,
}

impl Running {
    /// The next value.
    pub fn step(&mut self, source: &mut Source) -> f64 {
        let sum: f64 = self
            .parts
            .iter_mut()
            .map(|(keep, new, state)| {
                *state = *keep * *state + *new * source.normal();
                *state
            })
            .sum();
        self.latest.pop_front();
        self.latest.push_back(sum);
        self.latest.iter().sum::<f64>() * self.scale
    }
}
