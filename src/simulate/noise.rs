//! Random numbers and noises from a seed, the same on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::portable::{exp, ln, sin_cos};

/// Standard normal numbers from a seed, after Box and Muller (1958, Ann. Math. Stat. 29:610).
#[derive(Clone, Debug)]
pub struct Normal {
    random: ChaCha8Rng,
    spare: Option<f64>,
}

impl Normal {
    /// The same seed and stream give the same numbers.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(stream);
        Self { random, spare: None }
    }

    fn uniform(&mut self) -> f64 {
        (self.random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The next number.
    pub fn draw(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = (-2.0 * ln(1.0 - self.uniform())).sqrt();
        let (sin, cos) = sin_cos(std::f64::consts::TAU * self.uniform());
        self.spare = Some(radius * sin);
        radius * cos
    }
}

/// A value that wanders about 0 and comes back: an AR(1) process (discrete Ornstein–Uhlenbeck) of unit variance.
#[derive(Clone, Debug)]
pub struct Wander {
    keep: f64,
    state: f64,
}

impl Wander {
    /// Forgets with a time constant of `memory` seconds at `hz` steps a second.
    pub fn new(memory: f64, hz: f64, normal: &mut Normal) -> Self {
        Self { keep: exp(-1.0 / (memory * hz)), state: normal.draw() }
    }

    /// The next value.
    pub fn step(&mut self, normal: &mut Normal) -> f64 {
        self.state = self.keep * self.state + (1.0 - self.keep * self.keep).sqrt() * normal.draw();
        self.state
    }
}

/// Noise with a spectrum close to 1/f over four decades: AR(1) processes an octave apart (Keshner 1982, Proc. IEEE 70:212). Unit variance.
#[derive(Clone, Debug)]
pub struct Pink {
    parts: Vec<Wander>,
}

impl Pink {
    /// Time constants from a few samples to minutes.
    pub fn new(hz: f64, normal: &mut Normal) -> Self {
        Self { parts: (0..14).map(|octave| Wander::new(2.0 / hz * f64::from(1 << octave), hz, normal)).collect() }
    }

    /// The next value.
    pub fn step(&mut self, normal: &mut Normal) -> f64 {
        let count = self.parts.len() as f64;
        self.parts.iter_mut().map(|part| part.step(normal)).sum::<f64>() / count.sqrt()
    }
}
