//! Evidence for a rhythm that wanders. Over a whole window it is no line any more, but over a few of its cycles it still is: the window
//! is cut in pieces of three cycles of the slowest rate looked for, each is tested for a line, and the evidence of the pieces at one
//! frequency is put together by Fisher's method (Fisher 1925, section 21.1): under the null −2 Σ ln p is chi-squared with two degrees of
//! freedom a piece, whatever the noise's colour, for so is each piece's F-test.

use super::lines::{Candidate, LineTest};

/// A piece holds so many cycles of the slowest rate.
const CYCLES: f64 = 3.0;

/// The pieces of windows of one length.
#[derive(Debug)]
pub struct Pieces {
    test: LineTest,
    count: usize,
    samples: Vec<f64>,
    /// −Σ ln p at each bin.
    sum: Vec<f64>,
}

impl Pieces {
    /// For windows of `len` samples and rates from `low` cycles a sample; `None` where they hold less than two pieces.
    pub fn new(len: usize, low: f64) -> Option<Self> {
        let count = (len as f64 * low / CYCLES).floor() as usize;
        if count < 2 || len / count < 24 {
            return None;
        }
        let test = LineTest::new(len / count);
        Some(Self { sum: vec![0.0; test.bins()], test, count, samples: Vec::new() })
    }

    /// Samples in a piece.
    pub fn len(&self) -> usize {
        self.test.len()
    }

    /// Tests every frequency of a window.
    pub fn test(&mut self, window: &[f64]) {
        self.sum.fill(0.0);
        for piece in window.chunks_exact(self.test.len()).take(self.count) {
            self.samples.clear();
            self.samples.extend_from_slice(piece);
            self.test.detrend(&mut self.samples);
            self.test.test(&self.samples);
            self.sum.iter_mut().zip(self.test.local()).for_each(|(sum, p)| *sum -= p.max(f64::MIN_POSITIVE).ln());
        }
    }

    /// The most significant frequency between two, of the window tested last.
    pub fn best(&self, low: f64, high: f64) -> Option<Candidate> {
        let step = self.test.step();
        let (first, last) = ((low / step).ceil() as usize, ((high / step).floor() as usize).min(self.sum.len() - 1));
        let inside = self.sum.get(first..=last.max(first))?;
        let (at, sum) = inside.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        Some(Candidate { frequency: (first + at) as f64 * step, local: tail(*sum, self.count) })
    }

    /// The evidence at a frequency: the most significant within half of a piece's Rayleigh width.
    pub fn at(&self, frequency: f64) -> f64 {
        let half = 0.5 / self.len() as f64;
        self.best(frequency - half, frequency + half).map_or(1.0, |candidate| candidate.local)
    }
}

/// P(Γ(count) > sum): the tail of chi-squared with 2 · count degrees of freedom at 2 · sum, in closed form.
fn tail(sum: f64, count: usize) -> f64 {
    let (mut term, mut total) = (1.0, 1.0);
    for k in 1..count {
        term *= sum / k as f64;
        total += term;
    }
    ((-sum).exp() * total).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::tail;

    #[test]
    fn the_tail_is_that_of_chi_squared() {
        // scipy.stats.chi2.sf(2 * s, 2 * k)
        for (sum, count, expected) in
            [(2.0, 1, 0.135_335_283_236_612_7), (9.210_340_371_976_182, 2, 0.001_021_034_037_197_618_3), (5.0, 3, 0.124_652_019_483_081_13)]
        {
            assert!((tail(sum, count) - expected).abs() < 1e-15, "{sum} {count}: {}", tail(sum, count));
        }
    }
}
