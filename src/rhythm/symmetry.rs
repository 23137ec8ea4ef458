//! Left against right at a rhythm's line, with intervals.
//!
//! Amplitude and phase of a line fitted in noise of density S (unit² × samples) over N samples have the variances 2 S / N and 2 S / (N A²), unrelated to one another (Kay 1993,
//! chapter 3). The ratio of two such amplitudes has its interval by Fieller's theorem (Fieller 1954, J. R. Stat. Soc. B 16:175), which knows that a
//! ratio to next to nothing has no upper end; so has the difference of two phases, as the angle under which the noise is seen. The noise on the two sides is
//! taken as unrelated: where it is shared, the intervals are too wide.
//!
//! The coherence over K tapers is that of a regression of one side's coefficients on the other's: its F has 2 and 2 K − 2 degrees of freedom and is noncentral (Thomson 1982, Proc.
//! IEEE 70:1055, on coherence from eigencoefficients). The interval holds the coherences under which what was seen is neither in the lower nor in the upper 2.5 %.

use std::f64::consts::PI;

use super::Interval;
use super::chance::{noncentral_below, student};

/// Halvings of a stretch: enough for six digits.
const HALVINGS: u32 = 40;
/// Of a coherence above this the noncentral distribution is that of the noise alone, but for little.
const CLOSE: f64 = 0.98;

/// A line of a few cycles meets its own mirror image and the trend's removal, the same rhythm later by a little does so in another way: without any noise the coherence of
/// two sides is below 1 by this, from five cycles in a window on (by 0.005 at four, 0.0005 from six on).
const MIRRORED: f64 = 0.001;

/// A line on one side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Side {
    /// Of the fundamental, in the channel's unit.
    pub amplitude: f64,
    /// Phase at the window's middle, radians behind a cosine.
    pub lateness: f64,
    /// Variance of the amplitude.
    pub variance: f64,
    /// How well that is known, in degrees of freedom.
    pub freedom: f64,
}

impl Side {
    /// Variance of the phase, as far as the amplitude is above the noise.
    fn relative(self) -> f64 {
        self.variance / self.amplitude.powi(2).max(f64::MIN_POSITIVE)
    }
}

/// Left amplitude over right; `None` where there is no right one at all.
pub fn ratio(left: Side, right: Side) -> Option<Interval> {
    let value = left.amplitude / right.amplitude;
    let sure = sure(left, right);
    let low = fieller(right, left, sure).map_or(0.0, |most| 1.0 / most);
    let high = fieller(left, right, sure).unwrap_or(f64::INFINITY);
    value.is_finite().then_some(Interval { value, low, high })
}

/// By how many radians right is behind left, from −π to π; the interval may go beyond.
pub fn behind(left: Side, right: Side) -> Interval {
    let value = (right.lateness - left.lateness + PI).rem_euclid(2.0 * PI) - PI;
    let seen = sure(left, right) * (left.relative() + right.relative()).sqrt();
    let half = if seen < 1.0 { seen.asin() } else { PI };
    Interval { value, low: value - half, high: value + half }
}

/// The interval of a magnitude-squared coherence over so many tapers, at least two.
pub fn coherence(value: f64, tapers: usize) -> Interval {
    // Signal over noise, in terms of what the noncentral distribution is told by.
    let scale = 2.0 * tapers as f64;
    let at = |probability: f64| {
        let noncentral = if value > CLOSE {
            let noise = chi_squared(1.0 - probability, tapers - 1);
            noise * value / (1.0 - value).max(f64::EPSILON)
        } else {
            falling(probability, |noncentral| noncentral_below(value, noncentral, tapers - 1))
        };
        noncentral / (noncentral + scale)
    };
    Interval { value, low: at(0.975).min(value), high: at(0.025).max((value + MIRRORED).min(1.0)) }
}

/// The greatest ratio of one amplitude to another that the two do not contradict; `None` where there is no such.
fn fieller(over: Side, under: Side, sure: f64) -> Option<f64> {
    let ratio = over.amplitude / under.amplitude;
    let g = sure.powi(2) * under.relative();
    let half = sure / under.amplitude * (over.variance * (1.0 - g) + ratio.powi(2) * under.variance).sqrt();
    (g < 1.0).then(|| (ratio + half) / (1.0 - g)).filter(|most| most.is_finite())
}

/// Student's t for both sides' noise together (Welch 1947, Biometrika 34:28).
fn sure(left: Side, right: Side) -> f64 {
    let (a, b) = (left.relative(), right.relative());
    let freedom = (a + b).powi(2) / (a * a / left.freedom + b * b / right.freedom);
    student(if freedom.is_finite() { freedom } else { left.freedom.min(right.freedom) })
}

/// Where a probability that falls from 0 on comes to be this; 0 where it never is more.
fn falling(probability: f64, of: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    if of(low) <= probability {
        return 0.0;
    }
    while of(high) > probability && high < 1e6 {
        (low, high) = (high, 2.0 * high);
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if of(middle) > probability { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// χ² of twice so many degrees of freedom that is exceeded with one less this probability.
fn chi_squared(probability: f64, half: usize) -> f64 {
    falling(1.0 - probability, |twice| super::chance::log_tail(twice / 2.0, half).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::chance::Random;

    fn side(amplitude: f64, deviation: f64) -> Side {
        Side { amplitude, lateness: 0.0, variance: deviation.powi(2), freedom: 1e9 }
    }

    #[test]
    fn where_the_noise_is_small_the_intervals_are_those_of_the_delta_method() {
        let (left, right) = (Side { lateness: 3.0, ..side(6.0, 0.03) }, Side { lateness: -3.0, ..side(3.0, 0.02) });
        let relative = 1.96 * (0.005_f64.powi(2) + (0.02 / 3.0_f64).powi(2)).sqrt();
        let (ratio, behind) = (ratio(left, right).unwrap(), behind(left, right));
        assert!((ratio.value - 2.0).abs() < 1e-12 && (ratio.half_width() / 2.0 / relative - 1.0).abs() < 1e-3, "{ratio:?}");
        assert!((behind.value - (2.0 * PI - 6.0)).abs() < 1e-12 && (behind.half_width() / relative - 1.0).abs() < 1e-3, "{behind:?}");
    }

    #[test]
    fn a_ratio_to_what_may_be_nothing_has_no_upper_end_and_its_lag_none_at_all() {
        let (clear, lost) = (side(5.0, 0.1), side(0.3, 0.2));
        let over = ratio(clear, lost).unwrap();
        assert!(over.low > 6.0 && over.low < over.value && over.high == f64::INFINITY, "{over:?}");
        let under = ratio(lost, clear).unwrap();
        assert!(under.low == 0.0 && (under.high * over.low - 1.0).abs() < 1e-9, "{under:?}");
        assert!((behind(clear, lost).half_width() - PI).abs() < 1e-12);
        assert_eq!(ratio(clear, side(0.0, 0.1)), None);
    }

    #[test]
    fn the_ends_of_a_coherence_are_those_of_the_noncentral_distribution() {
        // Made with a sum over Poisson's weights in Python, six tapers.
        for (value, low, high) in [(0.05, 0.0, 0.299_105_594), (0.6, 0.064_437_559, 0.768_157_803), (0.95, 0.821_694_162, 0.970_838_987)] {
            let said = coherence(value, 6);
            assert!((said.low - low).abs() < 1e-6 && (said.high - high).abs() < 1e-6, "{said:?}");
        }
        let (below, above) = (coherence(CLOSE, 6), coherence(CLOSE + 1e-9, 6));
        assert!((below.low - above.low).abs() < 0.005 && (below.high - above.high).abs() < 0.001, "{below:?} {above:?}");
        let whole = coherence(1.0, 6);
        assert!(whole.low > 0.999 && whole.high <= 1.0, "{whole:?}");
    }

    #[test]
    fn ratio_and_lag_are_held_as_often_as_they_say() {
        let mut random = Random::new(4);
        let mut normal = || (0..12).map(|_| random.unit()).sum::<f64>() - 6.0;
        for deviation in [0.05, 0.3] {
            let mut held = [0, 0];
            for _ in 0..2000 {
                let mut seen = |amplitude: f64, lateness: f64| {
                    let (re, im) = (amplitude * lateness.cos() + deviation * normal(), amplitude * lateness.sin() + deviation * normal());
                    // The variance is told by 15 numbers.
                    let variance = (0..15).map(|_| (deviation * normal()).powi(2)).sum::<f64>() / 15.0;
                    Side { amplitude: re.hypot(im), lateness: im.atan2(re), variance, freedom: 15.0 }
                };
                let (left, right) = (seen(1.3, 3.0), seen(1.0, 3.6));
                let (ratio, behind) = (ratio(left, right).unwrap(), behind(left, right));
                held[0] += u32::from(ratio.low <= 1.3 && ratio.high >= 1.3);
                held[1] += u32::from(behind.low <= 0.6 && behind.high >= 0.6);
            }
            assert!(held.iter().all(|held| (0.935..0.97).contains(&(f64::from(*held) / 2000.0))), "{deviation}: {held:?}");
        }
    }

    #[test]
    fn two_sides_that_are_known_alike_are_known_twice_as_well_together() {
        let told = |freedom: [f64; 2], deviation: [f64; 2]| {
            let side = |at: usize| Side { freedom: freedom[at], ..side(2.0, deviation[at]) };
            sure(side(0), side(1))
        };
        assert!((told([7.0, 7.0], [0.3, 0.3]) - student(14.0)).abs() < 1e-9);
        // The noise of one side alone is known as well as that side's.
        assert!((told([7.0, 3.0], [0.3, 1e-9]) - student(7.0)).abs() < 1e-6);
    }
}
