//! How samples become whole numbers: the limits of each signal, in eight characters each, and what is lost by it.

/// Samples that are not there have the least digital number, which no other sample has.
pub(super) const MISSING_TEXT: &str = "a missing sample has the digital minimum";

/// Half a step of 16 bits beyond this share of a signal's swing is too much.
const MOST_LOST: f64 = 1.0 / 30_000.0;

/// What is seen of a channel's samples before they are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    low: f64,
    high: f64,
    count: f64,
    mean: f64,
    squares: f64,
    whole: bool,
    /// Whether any is missing, or is no number that a file can hold.
    pub(super) missing: bool,
}

impl Default for Seen {
    fn default() -> Self {
        Self { low: f64::INFINITY, high: f64::NEG_INFINITY, count: 0.0, mean: 0.0, squares: 0.0, whole: true, missing: false }
    }
}

impl Seen {
    /// One sample more.
    pub(super) fn take(&mut self, sample: f32) {
        if !sample.is_finite() {
            self.missing = true;
            return;
        }
        let x = f64::from(sample);
        self.low = self.low.min(x);
        self.high = self.high.max(x);
        self.whole &= x.fract() == 0.0;
        // Welford's running mean and sum of squares.
        self.count += 1.0;
        let off = x - self.mean;
        self.mean += off / self.count;
        self.squares += off * (x - self.mean);
    }

    /// Whether 16 bits lose more than 1 part in 30,000 of the swing: of the peak to trough of a sine with as much power.
    pub(super) fn wants_more_than_16_bits(&self) -> bool {
        if self.count == 0.0 || self.counts_fit(65_534.0) {
            return false;
        }
        let swing = 2.0 * (2.0 * self.squares / self.count).sqrt();
        let step = (self.high - self.low) / 65_533.0;
        swing > 0.0 && step / 2.0 > swing * MOST_LOST
    }

    /// Whether all are whole numbers, so many at most from the least to the greatest, that eight characters can tell.
    fn counts_fit(&self, levels: f64) -> bool {
        self.whole && self.high - self.low < levels && self.low > -999_999.0 && self.high < 9_999_999.0
    }

    /// The scale for numbers of so many bits. Whole numbers are kept as they are.
    pub(super) fn scale(&self, bits: u32) -> Scale {
        let levels = 2_f64.powi(bits.cast_signed());
        let least = -(levels / 2.0) as i32;
        if self.count == 0.0 {
            return Scale::new(("-1".into(), "1".into()), (least, -least - 1));
        }
        if self.counts_fit(levels - 1.0) {
            let (low, high) = (self.low - 1.0, self.high.max(self.low + 1.0));
            return Scale::new((format!("{low}"), format!("{high}")), (least, least + (high - low) as i32));
        }
        let range = if self.high > self.low { self.high - self.low } else { self.low.abs().max(1.0) * 1e-3 };
        let step = range / (levels - 4.0);
        let low = limit(self.low - 1.5 * step, range, Side::Below);
        let high = limit(self.low + range, range, Side::Above);
        Scale::new((low, high), (least, -least - 1))
    }
}

/// From physical to digital and back, exactly as a reader of the header will have it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scale {
    /// Physical limits as the header has them.
    pub(super) physical: (String, String),
    /// Digital limits; the lower one is a missing sample.
    pub(super) digital: (i32, i32),
    gain: f64,
    offset: f64,
}

impl Scale {
    fn new(physical: (String, String), digital: (i32, i32)) -> Self {
        let number = |text: &str| text.parse().unwrap_or(0.0);
        let (low, high): (f64, f64) = (number(&physical.0), number(&physical.1));
        let gain = (high - low) / (f64::from(digital.1) - f64::from(digital.0));
        Self { offset: low - gain * f64::from(digital.0), physical, digital, gain }
    }

    /// The nearest number that is none of a missing sample.
    pub(super) fn digital(&self, sample: f32) -> i32 {
        if !sample.is_finite() {
            return self.digital.0;
        }
        let nearest = ((f64::from(sample) - self.offset) / self.gain).round();
        nearest.clamp(f64::from(self.digital.0 + 1), f64::from(self.digital.1)) as i32
    }
}

/// On which side of a value its limit lies.
#[derive(Clone, Copy)]
enum Side {
    Below,
    Above,
}

/// The nearest number that eight characters can tell, at or beyond `value`; with an exponent only where the plain number would waste more than a
/// thousandth of the range.
fn limit(value: f64, range: f64, side: Side) -> String {
    let beyond = |text: &String| {
        let told: f64 = text.parse().unwrap_or(f64::NAN);
        let off = match side {
            Side::Below => value - told,
            Side::Above => told - value,
        };
        (text.len() <= 8 && off >= 0.0).then_some(off)
    };
    let round = |x: f64, digits: usize| {
        let factor = 10_f64.powi(i32::try_from(digits).unwrap_or(0));
        match side {
            Side::Below => (x * factor).floor() / factor,
            Side::Above => (x * factor).ceil() / factor,
        }
    };
    let mut best: Option<(f64, String)> = None;
    for digits in (0..=6).rev() {
        let text = format!("{:.digits$}", round(value, digits));
        if let Some(off) = beyond(&text) {
            best = Some((off, text));
            break;
        }
    }
    if let Some((_, text)) = best.as_ref().filter(|(off, _)| *off <= range * 1e-3) {
        return text.clone();
    }
    let exponent = value.abs().log10().floor() as i32;
    let mantissa = value / 10_f64.powi(exponent);
    for digits in (0..=5).rev() {
        let text = format!("{:.digits$}e{exponent}", round(mantissa, digits));
        match (beyond(&text), &best) {
            (Some(off), Some((other, _))) if off >= *other => {}
            (Some(off), _) => best = Some((off, text)),
            (None, _) => {}
        }
    }
    let all = match side {
        Side::Below => "-4e38",
        Side::Above => "4e38",
    };
    best.map_or_else(|| all.to_owned(), |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen(samples: &[f32]) -> Seen {
        let mut seen = Seen::default();
        samples.iter().for_each(|sample| seen.take(*sample));
        seen
    }

    fn back(scale: &Scale, digital: i32) -> f64 {
        f64::from(digital) * scale.gain + scale.offset
    }

    proptest! {
        #[test]
        fn every_sample_comes_back_within_half_a_step_and_none_is_taken_for_a_missing_one(
            samples in prop::collection::vec(any::<f32>().prop_filter("finite", |x| x.is_finite()), 1..50),
            size in -30_i32..30,
            bits in prop::sample::select(vec![16_u32, 24]),
        ) {
            let samples: Vec<f32> = samples.iter().map(|x| (f64::from(*x).clamp(-1e4, 1e4) * 2_f64.powi(size)) as f32).collect();
            let scale = seen(&samples).scale(bits);
            prop_assert!(scale.physical.0.len() <= 8 && scale.physical.1.len() <= 8, "{:?}", scale);
            for sample in samples {
                let digital = scale.digital(sample);
                prop_assert!(digital > scale.digital.0);
                let off = (back(&scale, digital) - f64::from(sample)).abs();
                prop_assert!(off <= scale.gain * 0.500_001 + f64::from(sample).abs() * 1e-12, "{sample} {off} {:?}", scale);
            }
        }
    }

    #[test]
    fn counts_of_a_converter_are_kept_to_the_bit() {
        let samples = [-512.0, 0.0, 511.0, 3.0];
        let scale = seen(&samples).scale(16);
        assert_eq!(samples.map(|sample| back(&scale, scale.digital(sample)) as f32), samples);
        assert_eq!(scale.digital(f32::NAN), -32_768);
    }

    #[test]
    fn a_small_rhythm_beside_a_large_leap_wants_more_than_16_bits() {
        let wave = |n: u16| (f32::from(n) / 20.0).sin();
        let plain: Vec<f32> = (0..10_000).map(wave).collect();
        assert!(!seen(&plain).wants_more_than_16_bits());
        let leap: Vec<f32> = (0..10_000).map(|n| if n == 7 { 1000.0 } else { wave(n) }).collect();
        assert!(seen(&leap).wants_more_than_16_bits());
        assert!(!seen(&[1.0, 2.0, 60_000.0]).wants_more_than_16_bits(), "whole numbers lose nothing");
        assert!(!seen(&[0.5; 9]).wants_more_than_16_bits() && !seen(&[f32::NAN]).wants_more_than_16_bits());
    }

    #[test]
    fn a_limit_is_told_in_eight_characters_plain_where_that_is_fine() {
        let cases = [(-12.345_678_9, Side::Below, "-12.3457"), (1.0e-9, Side::Above, "1.0000e-9"), (123_456_789.0, Side::Above, "1.235e8")];
        for (value, side, text) in cases {
            let told = limit(value, value.abs(), side);
            assert!(told.len() <= 8 && (told.parse::<f64>().unwrap() / value - 1.0).abs() < 1e-3, "{told} for {text}");
        }
        assert_eq!(limit(-12.345_678_9, 24.0, Side::Below), "-12.3457");
    }
}
