//! Scales: where a value stands in a picture, and the round numbers beside it.

use super::picture::{Anchor, Dash, Ink, Letters, Picture};
use crate::signal::Seconds;

/// Steps of a time scale in seconds.
const TIMES: [f64; 22] = [
    1.0,
    2.0,
    5.0,
    10.0,
    15.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    900.0,
    1800.0,
    3600.0,
    7200.0,
    10800.0,
    21600.0,
    43200.0,
    86400.0,
    172_800.0,
    604_800.0,
    2_592_000.0,
    31_536_000.0,
];

/// A stretch of values and the stretch of the picture that it goes over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The first and the last value.
    pub values: (f64, f64),
    /// Where they stand.
    pub places: (f32, f32),
}

impl Scale {
    /// Where a value stands; beyond the ends at the ends.
    pub fn place(&self, value: f64) -> f32 {
        let ((low, high), (from, to)) = (self.values, self.places);
        let share = if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 };
        from + (to - from) * share as f32
    }

    /// Round values within, about `count` of them, a step of 1, 2 or 5 apart.
    pub fn round(&self, count: usize) -> Vec<f64> {
        let (low, high) = self.values;
        let rough = (high - low) / count.max(1) as f64;
        if !(rough.is_finite() && rough > 0.0) {
            return Vec::new();
        }
        let power = 10.0_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|of| of * power).find(|step| *step >= rough * 0.999).unwrap_or(10.0 * power);
        every(step, (low, high))
    }
}

/// A scale of time along the foot of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times(pub Scale);

impl Times {
    /// From one time to another, between two places.
    pub fn new((from, to): (Seconds, Seconds), places: (f32, f32)) -> Self {
        Self(Scale { values: (from.0, to.0), places })
    }

    /// Where a time stands.
    pub fn place(&self, time: Seconds) -> f32 {
        self.0.place(time.0)
    }

    /// Round times within.
    pub fn round(&self) -> Vec<Seconds> {
        let (from, to) = self.0.values;
        let most = f64::from((self.0.places.1 - self.0.places.0) / 70.0).max(2.0);
        let step = TIMES.into_iter().find(|step| (to - from) / step <= most).unwrap_or(TIMES[TIMES.len() - 1] * 10.0);
        every(step, (from, to)).into_iter().map(Seconds).collect()
    }

    /// Draws the rule, and the times under it.
    pub fn draw(&self, picture: &mut Picture, y: f32) {
        let (from, to) = self.0.places;
        picture.line(vec![(from, y), (to, y)], Ink::Rule, (1.0, Dash::Solid));
        for time in self.round() {
            let x = self.place(time);
            picture.line(vec![(x, y), (x, y + 4.0)], Ink::Rule, (1.0, Dash::Solid));
            picture.text((x, y + 15.0), time.to_string(), Letters::SCALE.at(Anchor::Middle));
        }
    }
}

/// Multiples of a step from one value to another; no more than can be seen.
fn every(step: f64, (low, high): (f64, f64)) -> Vec<f64> {
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    if !(last - first).is_finite() || last - first > 1000.0 {
        return Vec::new();
    }
    if last < first {
        return Vec::new();
    }
    (0..=(last - first) as u16).map(|n| (first + f64::from(n)) * step).collect()
}

/// A number of a scale: no more digits than its neighbours need.
pub fn number(value: f64, step: f64) -> String {
    let digits = if step > 0.0 && step.is_finite() { (-step.log10() - 1e-9).ceil().clamp(0.0, 9.0) as usize } else { 0 };
    let text = format!("{value:.digits$}");
    if value.abs() >= 1e7 || (value != 0.0 && value.abs() < 1e-6) {
        return format!("{value:.0e}").replace('-', "−");
    }
    let zero = text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.');
    if zero { "0".to_owned() } else { text.replace('-', "−") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_values_are_a_step_of_one_two_or_five_apart_and_never_without_end() {
        let scale = |low, high| Scale { values: (low, high), places: (0.0, 100.0) };
        assert_eq!(scale(2.8, 15.2).round(5), [5.0, 10.0, 15.0]);
        assert_eq!(scale(-0.11, 0.11).round(4).iter().map(|v| number(*v, 0.1)).collect::<Vec<_>>(), ["−0.1", "0", "0.1"]);
        for strange in [(0.0, 0.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (1e300, 1e300)] {
            assert!(scale(strange.0, strange.1).round(5).len() < 50, "{strange:?}");
        }
    }

    #[test]
    fn times_are_as_a_clock_has_them_from_a_second_to_a_week() {
        for (long, first) in [(8.0, "0:01"), (330.0, "1:00"), (3600.0, "10:00"), (86_400.0, "3:00:00"), (604_800.0, "24:00:00")] {
            let times = Times::new((Seconds(0.0), Seconds(long)), (86.0, 720.0)).round();
            assert!((4..11).contains(&times.len()), "{long}: {times:?}");
            assert_eq!(times[1].to_string(), first, "{long}");
        }
    }
}
