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

#[cfg(test)]
mod tests {
    use super::*;

    fn variance(values: &[f64]) -> f64 {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / values.len() as f64
    }

    /// Half the mean square of the differences of neighbouring means over so many values (Allan 1966): flat for 1/f noise, 1/n for white.
    fn allan(values: &[f64], n: usize) -> f64 {
        let means: Vec<f64> = values.chunks_exact(n).map(|chunk| chunk.iter().sum::<f64>() / n as f64).collect();
        means.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum::<f64>() / (2.0 * (means.len() - 1) as f64)
    }

    #[test]
    fn normal_numbers_are_normal() {
        let mut normal = Normal::new(1, 0);
        let values: Vec<f64> = (0..100_000).map(|_| normal.draw()).collect();
        assert!((variance(&values) - 1.0).abs() < 0.02);
        let beyond = values.iter().filter(|v| v.abs() > 1.96).count() as f64 / values.len() as f64;
        assert!((beyond - 0.05).abs() < 0.003, "{beyond}");
        assert!((allan(&values, 64) * 64.0 - 1.0).abs() < 0.15, "white");
    }

    #[test]
    fn pink_noise_has_as_much_in_every_octave() {
        let mut normal = Normal::new(2, 0);
        let mut pink = Pink::new(50.0, &mut normal);
        let values: Vec<f64> = (0..400_000).map(|_| pink.step(&mut normal)).collect();
        let spread = [16, 64, 256, 1024].map(|n| allan(&values, n));
        let (low, high) = (spread.iter().copied().fold(f64::MAX, f64::min), spread.iter().copied().fold(0.0, f64::max));
        assert!(high / low < 1.5, "{spread:?}");
        assert!((variance(&values) - 1.0).abs() < 0.3, "{}", variance(&values));
    }

    #[test]
    fn a_wander_comes_back() {
        let mut normal = Normal::new(3, 0);
        let mut wander = Wander::new(20.0, 10.0, &mut normal);
        let values: Vec<f64> = (0..1_000_000).map(|_| wander.step(&mut normal)).collect();
        assert!((variance(&values) - 1.0).abs() < 0.1, "{}", variance(&values));
        let pairs = values.iter().zip(&values[200..]).map(|(a, b)| a * b).sum::<f64>() / (values.len() - 200) as f64;
        assert!((pairs - (-1.0_f64).exp()).abs() < 0.1, "after its memory 1/e is left: {pairs}");
    }
}
