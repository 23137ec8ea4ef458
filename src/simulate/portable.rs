//! Sine, logarithm and exponential from the operations that IEEE 754 fixes to the last bit (+ − × ÷ √).
//!
//! Those of std are the platform's own, and platforms differ in the last place; a seed has to be the same client everywhere. Plain series after
//! the usual reduction of the argument (Muller 2016, Elementary Functions, ch. 11); within a few units in the last place.

use std::f64::consts::{FRAC_2_PI, LN_2, LOG2_E, SQRT_2};

/// π/2 in three parts of 33 bits: a quadrant count up to 2²⁰ times the first two is exact.
const HALF_PI: [f64; 3] = [1.570_796_326_734_125_6, 6.077_100_506_303_966e-11, 2.022_266_248_795_950_6e-21];
/// The upper 32 bits of ln 2, and the rest.
const LN_2_PARTS: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];

/// Terms that bring each series below the last place.
const TERMS: usize = 12;

/// 1/first!, 1/(first + 2)!, … with alternating signs: the coefficients of sine (from 1) and cosine (from 0).
const fn alternating(first: u32) -> [f64; TERMS] {
    let mut out = [1.0; TERMS];
    let mut i = 1;
    while i < TERMS {
        let n = first as f64 + 2.0 * i as f64;
        out[i] = -out[i - 1] / (n * (n - 1.0));
        i += 1;
    }
    out
}

const SINE: [f64; TERMS] = alternating(1);
const COSINE: [f64; TERMS] = alternating(0);

fn series(coefficients: impl DoubleEndedIterator<Item = f64>, x: f64) -> f64 {
    coefficients.rev().fold(0.0, |sum, c| sum * x + c)
}

/// Sine and cosine of radians.
pub(super) fn sin_cos(x: f64) -> (f64, f64) {
    let quadrants = (x * FRAC_2_PI).round();
    let [a, b, c] = HALF_PI;
    let r = ((x - quadrants * a) - quadrants * b) - quadrants * c;
    let square = r * r;
    let (sin, cos) = (r * series(SINE.into_iter(), square), series(COSINE.into_iter(), square));
    match quadrants.rem_euclid(4.0) as u8 {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

/// Sine of radians.
pub(super) fn sin(x: f64) -> f64 {
    sin_cos(x).0
}

/// Natural logarithm of a normal number above zero.
pub(super) fn ln(x: f64) -> f64 {
    const MANTISSA: u64 = (1 << 52) - 1;
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as f64 - 1023.0;
    let mut mantissa = f64::from_bits((bits & MANTISSA) | 1.0_f64.to_bits());
    if mantissa > SQRT_2 {
        mantissa /= 2.0;
        exponent += 1.0;
    }
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let odd = (0..TERMS).map(|i| 1.0 / (2.0 * i as f64 + 1.0));
    let [a, b] = LN_2_PARTS;
    exponent * a + (2.0 * s * series(odd, s * s) + exponent * b)
}

/// e to the x, for x from −700 to 700; what lies beyond is taken as these.
pub(super) fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let power = (x * LOG2_E).round();
    let [a, b] = LN_2_PARTS;
    let r = (x - power * a) - power * b;
    debug_assert!(r.abs() < 0.51 * LN_2);
    // 1 + r (1 + r/2 (1 + r/3 …)): a term is below the last place from r¹⁴ on.
    let sum = (1..=14).rev().fold(1.0, |sum, n| 1.0 + sum * r / f64::from(n));
    sum * f64::from_bits(((power as i64 + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(ours: f64, theirs: f64, scale: f64) -> bool {
        (ours - theirs).abs() <= 4.0 * f64::EPSILON * scale
    }

    #[test]
    fn they_are_the_functions_of_that_name() {
        for i in -20_000..20_000 {
            let x = f64::from(i) * 0.013;
            let (sin, cos) = sin_cos(x);
            assert!(near(sin, x.sin(), 1.0) && near(cos, x.cos(), 1.0), "{x}");
            let x = f64::from(i) * 0.03;
            assert!(near(exp(x), x.exp(), x.exp()), "exp {x}: {} {}", exp(x), x.exp());
            let x = x.exp();
            assert!(near(ln(x), x.ln(), x.ln().abs().max(0.01)), "ln {x}: {} {}", ln(x), x.ln());
        }
    }

    #[test]
    fn a_day_of_phase_and_the_ends_of_the_range_are_right() {
        for x in [1e5, 570_000.25, 1.6e6, -1.6e6] {
            assert!(near(sin(x), x.sin(), 10.0), "{x}: {} {}", sin(x), x.sin());
        }
        assert_eq!((ln(1.0), exp(0.0), sin_cos(0.0)), (0.0, 1.0, (0.0, 1.0)));
        assert!(near(ln(1.0 / (1_u64 << 53) as f64), -53.0 * LN_2, 36.0));
        assert!(exp(-1e9) < 1e-300 && exp(1e9).is_finite());
    }
}
