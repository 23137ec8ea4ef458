//! What chance does: the few distributions that evidence and intervals are told by, each in closed form or as a series of positive terms, and
//! random numbers that are the same everywhere.

use std::f64::consts::PI;

/// The normal distribution's quantile at 97.5 %.
pub const NORMAL: f64 = 1.959_963_984_540_054;
/// From so many degrees of freedom on Student's t is the normal distribution to the last digit.
const ENDLESS: f64 = 1e12;
/// So many standard deviations off nothing is left.
const FAR: f64 = 9.0;
/// Student's t is between two values whose probabilities are this near.
const NEAR: f64 = 1e-13;
/// A series has so many terms at most: enough for one degree of freedom.
const TERMS: u32 = 1 << 15;
/// From here on the ratio of gamma functions is told by its asymptotic series.
const LARGE: f64 = 30.0;

/// Student's t at 97.5 %, for one degree of freedom and more, whole or not.
pub fn student(freedom: f64) -> f64 {
    let freedom = freedom.clamp(1.0, ENDLESS);
    // The probability is concave and the normal quantile lies below: Newton's steps go up to the root and never past it.
    let mut t = NORMAL;
    for _ in 0..100 {
        let (within, density) = student_within(t, freedom);
        let missing = 0.95 - within;
        t += (missing / (2.0 * density)).max(0.0);
        if missing < NEAR {
            break;
        }
    }
    t
}

/// The probability that the normal distribution is below so many standard deviations.
pub fn normal_below(deviations: f64) -> f64 {
    let (within, _) = student_within(deviations.abs().min(FAR), ENDLESS);
    0.5 + 0.5 * within.copysign(deviations)
}

/// The probability that Student's t is within ± `t`, and its density at `t`: the incomplete beta function as a series of positive terms (Abramowitz
/// & Stegun 1964, 26.5.4).
fn student_within(t: f64, freedom: f64) -> (f64, f64) {
    let x = t * t / (freedom + t * t);
    let density = gamma_ratio(freedom / 2.0) / (freedom * PI).sqrt() * (-(freedom + 1.0) / 2.0 * (t * t / freedom).ln_1p()).exp();
    let (mut term, mut sum) = (1.0, 1.0);
    for k in (0..TERMS).map(f64::from) {
        term *= (freedom / 2.0 + 0.5 + k) / (1.5 + k) * x;
        sum += term;
        if term < 1e-17 * sum {
            break;
        }
    }
    (2.0 * t * density * sum, density)
}

/// Γ(x + ½) / Γ(x).
fn gamma_ratio(x: f64) -> f64 {
    let (mut x, mut factor) = (x, 1.0);
    while x < LARGE {
        factor *= x / (x + 0.5);
        x += 1.0;
    }
    let series =
        [1.0, -1.0 / 8.0, 1.0 / 128.0, 5.0 / 1024.0, -21.0 / 32768.0, -399.0 / 262_144.0, 869.0 / 4_194_304.0, 39_325.0 / 33_554_432.0];
    factor * x.sqrt() * series.into_iter().rev().fold(0.0, |sum, term| sum / x + term)
}

/// ln of the probability of so much gain where there is no line: the energy of a line and the noise of so many degrees of freedom beside it, over that of the noise
/// alone. P(F > f) with 2 and m degrees of freedom is (1 + 2 f / m)^(−m / 2), and the gain is 1 + 2 f / m. Gains of tests with the same freedom may be multiplied.
pub fn log_line(gain: f64, freedom: f64) -> f64 {
    -freedom / 2.0 * gain.ln()
}

/// ln P(Γ(count) > sum), in closed form: Fisher's −Σ ln p of so many tests (χ² of twice the sum with twice the degrees of freedom).
pub fn log_tail(sum: f64, count: usize) -> f64 {
    let (mut term, mut total) = (1.0, 1.0);
    for k in 1..count {
        term *= sum / k as f64;
        total += term;
    }
    (total.ln() - sum).min(0.0)
}

/// The probability that a line explains at most the share `x` (0 to below 1) of what it and noise of twice `noise` degrees of freedom make up together: the
/// noncentral beta distribution of 1 and `noise` half degrees, as a sum over Poisson's weights (Abramowitz & Stegun 1964, 26.6.20).
pub fn noncentral_below(x: f64, noncentral: f64, noise: usize) -> f64 {
    let (half, b) = (noncentral / 2.0, noise as f64);
    // The incomplete beta function of 1, 2, 3, … and b, and how much it falls from one to the next.
    let (mut below, mut fall) = (1.0 - (1.0 - x).powf(b), x * (1.0 - x).powf(b) * b);
    let (mut log_weight, mut sum) = (-half, 0.0);
    for j in (0..TERMS).map(f64::from) {
        sum += log_weight.exp() * below.max(0.0);
        below -= fall;
        fall *= x * (1.0 + j + b) / (2.0 + j);
        log_weight += (half / (j + 1.0)).ln();
        if j > half && (log_weight < -40.0 || below < 1e-15) {
            break;
        }
    }
    sum
}

/// The probability of `k` or more of `n`, each with probability `p` (0 < p < 1), summed from its largest term.
pub fn binomial_tail(n: u64, k: u64, p: f64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    let odds = p / (1.0 - p);
    let ln_choose: f64 = (0..k).map(|i| ((n - i) as f64 / (i + 1) as f64).ln()).sum();
    let mut term = (ln_choose + k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln()).exp();
    let mut sum = 0.0;
    for i in k..=n {
        sum += term;
        term *= (n - i) as f64 / (i + 1) as f64 * odds;
    }
    sum.min(1.0)
}

/// Numbers that are the same everywhere for the same seed: `SplitMix64` (Steele, Lea & Flood 2014, OOPSLA).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// From a seed on.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A whole number below a limit. The high half of 64 bits times the limit: uniform enough by far.
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.bits()) * limit as u128) >> 64) as usize
    }

    /// A number from 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::scipy;

    #[test]
    fn students_t_is_scipys_to_the_ninth_digit() {
        for [freedom, t] in scipy::pairs("t_ppf_0.975") {
            assert!((student(freedom) / t - 1.0).abs() < 1e-9, "{freedom}: {} for {t}", student(freedom));
        }
    }

    #[test]
    fn the_normal_distribution_is_pythons() {
        // statistics.NormalDist().cdf
        for (z, below) in
            [(-3.0, 0.001_349_898_031_630_094_6), (-1.281_551_565_544_600_4, 0.1), (0.0, 0.5), (0.7, 0.758_036_347_776_927), (40.0, 1.0)]
        {
            assert!((normal_below(z) - below).abs() < 1e-12, "{z}: {}", normal_below(z));
        }
    }

    #[test]
    fn the_tails_of_f_and_chi_squared_are_scipys() {
        // f of 2 and 10 degrees of freedom is the energies' ratio times 10 / 2.
        for [f, tail] in scipy::pairs("f_sf_2_10") {
            assert!((log_line(1.0 + 2.0 * f / 10.0, 10.0).exp() / tail - 1.0).abs() < 1e-9, "{f}");
        }
        for [twice, freedom, tail] in scipy::pairs("chi2_logsf") {
            let ours = log_tail(twice / 2.0, freedom as usize / 2);
            assert!((ours - tail).abs() < 1e-9 * tail.abs().max(1e-4), "{twice} {freedom}: {ours} for {tail}");
        }
    }

    #[test]
    fn the_binomial_tail_is_scipys_and_that_of_the_closed_form() {
        for [n, k, p, tail] in scipy::pairs("binom_tail") {
            let ours = binomial_tail(n as u64, k as u64, p);
            assert!((ours / tail - 1.0).abs() < 1e-9, "{n} {k} {p}: {ours} for {tail}");
        }
        for (n, k, p, tail) in [(5, 5, 0.01, 1e-10), (2, 1, 0.01, 0.0199), (3, 2, 0.5, 0.5), (7, 0, 0.01, 1.0)] {
            assert!((binomial_tail(n, k, p) / tail - 1.0).abs() < 1e-9, "{n} {k}");
        }
        assert!(binomial_tail(5000, 5000, 0.01) >= 0.0);
    }

    #[test]
    fn the_noncentral_distribution_is_scipys() {
        // x of the noncentral F with 2 and 2 b degrees of freedom is F / (F + b).
        for [f, noise, noncentral, below] in scipy::pairs("ncf_cdf_2") {
            let ours = noncentral_below(f / (f + noise), noncentral, noise as usize);
            assert!((ours - below).abs() < 1e-9, "{f} {noise} {noncentral}: {ours} for {below}");
        }
    }

    #[test]
    fn random_numbers_are_even_and_the_same_everywhere() {
        let mut random = Random::new(1);
        let mut counts = [0_u32; 10];
        (0..200_000).for_each(|_| counts[random.below(10)] += 1);
        assert!(counts.iter().all(|count| (19_400..20_600).contains(count)), "{counts:?}");
        let mean = (0..200_000).map(|_| random.unit()).sum::<f64>() / 200_000.0;
        assert!((mean - 0.5).abs() < 0.003, "{mean}");
        assert_eq!(Random::new(0).bits(), 0xe220_a839_7b1d_cdaf, "the generator's own first number");
    }
}
