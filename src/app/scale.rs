//! The scale of a trace, in steps of 1, 2 and 5, that does not jump at every breath.

use super::view::Zoom;

/// What a pane shows from bottom to top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// At the bottom.
    pub low: f64,
    /// At the top.
    pub high: f64,
    /// What its ends and its middle are multiples of.
    pub step: f64,
}

/// The scale shrinks only when the trace fills less than this part of it.
const SHRINK_BELOW: f64 = 0.45;

/// Steps from the bottom of a scale to its top, at most.
const STEPS: f64 = 10.0;

impl Default for Scale {
    fn default() -> Self {
        Self { low: -1.0, high: 1.0, step: 0.2 }
    }
}

impl Scale {
    /// The tightest scale in 1-2-5 steps that holds everything from `min` to `max`.
    pub fn around(min: f64, max: f64) -> Self {
        // A trace that does not move is shown in the middle of a scale that its size makes sensible.
        let least = f64::max(min.abs().max(max.abs()) * 1e-6, 1e-9);
        let (min, max) = if max - min < least { (min - least, max + least) } else { (min, max) };
        let mut step = nice_at_least((max - min) / STEPS);
        loop {
            let (mut low, mut high) = ((min / step).floor(), (max / step).ceil());
            // The middle lies on a step, too.
            if (high - low) % 2.0 != 0.0 {
                if high - max / step <= min / step - low { high += 1.0 } else { low -= 1.0 }
            }
            if high - low <= STEPS {
                return Self { low: low * step, high: high * step, step };
            }
            step = nice_at_least(step * 1.01);
        }
    }

    /// This scale if it still suits a trace from `min` to `max`; else a new one.
    #[must_use]
    pub fn follow(self, min: f64, max: f64) -> Self {
        let fits = min >= self.low && max <= self.high;
        let fills = max - min >= SHRINK_BELOW * (self.high - self.low);
        if fits && fills {
            return self;
        }
        let new = Self::around(min, max);
        if fits && new.high - new.low >= 0.8 * (self.high - self.low) { self } else { new }
    }

    /// One step larger or smaller, about its middle.
    #[must_use]
    pub fn zoomed(self, zoom: Zoom) -> Self {
        let span = self.high - self.low;
        let step = match zoom {
            Zoom::In => nice_at_least(span / STEPS / 2.6),
            Zoom::Out => nice_at_least(span / STEPS * 1.3),
        };
        let middle = (f64::midpoint(self.low, self.high) / step).round() * step;
        Self { low: middle - STEPS / 2.0 * step, high: middle + STEPS / 2.0 * step, step }
    }

    /// Where `value` lies, 0 at the bottom and 1 at the top; beyond these for a value beyond the scale.
    pub fn place(self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }

    /// Bottom, middle and top, as written beside the pane.
    pub fn labels(self) -> [String; 3] {
        [self.low, f64::midpoint(self.low, self.high), self.high].map(|value| number(value, self.step))
    }
}

/// The least of 1, 2 and 5 times a power of ten that is no less than `value`, which is above zero.
pub(super) fn nice_at_least(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    let digits = [1.0, 2.0, 5.0, 10.0].into_iter().find(|digit| digit * power >= value * (1.0 - 1e-9));
    digits.unwrap_or(10.0) * power
}

/// `value` with as many decimals as a grid of `step` needs, and a true minus sign.
pub(super) fn number(value: f64, step: f64) -> String {
    let value = if value.abs() < step.abs() * 1e-6 { 0.0 } else { value };
    if value.abs() >= 1e6 || (step < 1e-4 && step > 0.0) {
        return format!("{value:.1e}").replace('-', "−");
    }
    let decimals = (0..5u8).find(|d| is_whole(step * 10f64.powi(i32::from(*d)))).map_or(5, usize::from);
    format!("{value:.decimals$}").replace('-', "−")
}

fn is_whole(value: f64) -> bool {
    value >= 0.99 && (value - value.round()).abs() < 1e-6 * value.max(1.0)
}

/// A measured value and half its interval, both to the digits that the interval allows: one, two where it begins with 1.
pub(crate) fn with_margin(value: f64, margin: f64) -> (String, String) {
    if !value.is_finite() || !margin.is_finite() || margin <= 0.0 {
        return (number(value, value.abs() / 100.0), "–".to_owned());
    }
    let power = margin.log10().floor();
    let unit = if margin / 10f64.powf(power) < 1.95 { 10f64.powf(power - 1.0) } else { 10f64.powf(power) };
    let rounded = |value: f64| number((value / unit).round() * unit, unit.min(1.0));
    (rounded(value), rounded(margin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn scales_stand_on_steps_of_one_two_and_five() {
        assert_eq!(Scale::around(-37.0, 38.0), Scale { low: -40.0, high: 40.0, step: 10.0 });
        assert_eq!(Scale::around(511.2, 513.9), Scale { low: 511.0, high: 514.0, step: 0.5 });
        assert_eq!(Scale::around(-2.05, 1.95).labels(), ["−2.5", "0.0", "2.5"], "about the middle of the trace");
        assert_eq!(Scale::around(-37.0, 38.0).labels(), ["−40", "0", "40"]);
        assert_eq!(Scale::around(0.0, 0.03).labels()[2], "0.030");
    }

    #[test]
    fn a_little_more_or_less_does_not_move_the_scale() {
        let scale = Scale::around(-37.0, 38.0);
        assert_eq!(scale.follow(-25.0, 20.0), scale);
        assert_eq!(scale.follow(-39.9, 39.9), scale);
        assert_ne!(scale.follow(-41.0, 38.0), scale);
        assert_ne!(scale.follow(-4.0, 4.0), scale);
    }

    #[test]
    fn a_value_has_no_more_digits_than_its_interval_allows() {
        let cases = [(58.2, 4.07, "58", "4"), (3.1, 0.22, "3.1", "0.2"), (180.0, 12.6, "180", "13"), (0.0123, 0.0011, "0.0123", "0.0011")];
        for (value, margin, a, b) in cases {
            assert_eq!(with_margin(value, margin), (a.to_owned(), b.to_owned()));
        }
        assert_eq!(with_margin(4321.0, 560.0).0, "4300");
    }

    #[test]
    fn zoom_goes_in_and_out_by_a_step() {
        let scale = Scale::around(-37.0, 38.0);
        assert_eq!(scale.zoomed(Zoom::In), Scale { low: -25.0, high: 25.0, step: 5.0 });
        assert_eq!(scale.zoomed(Zoom::Out), Scale { low: -100.0, high: 100.0, step: 20.0 });
    }

    proptest! {
        #[test]
        fn a_scale_always_holds_what_it_was_made_for(a in -1e9f64..1e9, b in -1e9f64..1e9, scale in 1e-9f64..1.0) {
            let (min, max) = ((a * scale).min(b * scale), (a * scale).max(b * scale));
            let scale = Scale::default().follow(min, max);
            prop_assert!(scale.low <= min && max <= scale.high && scale.low < scale.high, "{scale:?}");
        }
    }
}
