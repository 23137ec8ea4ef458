//! Quantities that could be mistaken for one another are types.

use std::fmt;
use std::ops::{Add, Sub};

/// A position in a recording or stream, counted in frames (one sample of every channel) from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SampleIndex(pub u64);

impl Add<u64> for SampleIndex {
    type Output = Self;
    fn add(self, frames: u64) -> Self {
        Self(self.0.saturating_add(frames))
    }
}

impl Sub for SampleIndex {
    type Output = u64;
    /// Frames from `earlier` to `self`; 0 where `earlier` is the later one.
    fn sub(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A stretch of time in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Seconds(pub f64);

impl fmt::Display for Seconds {
    /// `m:ss`, or `h:mm:ss` from an hour on; a minus sign before a negative time. Seconds that are not over are not counted, but for half a hundredth: a
    /// second of samples lasts a little less than one by a clock that is a little fast.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = (self.0.abs() + 0.005).floor() as u64;
        let sign = if self.0 < 0.0 && whole > 0 { "-" } else { "" };
        let (h, m, s) = (whole / 3600, whole / 60 % 60, whole % 60);
        if h > 0 { write!(f, "{sign}{h}:{m:02}:{s:02}") } else { write!(f, "{sign}{m}:{s:02}") }
    }
}

/// Frames a second in hertz: finite, above zero and at most 10 MHz, by construction.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Rate(f64);

impl Rate {
    /// The fastest rate that is believed, in hertz.
    pub const MAX_HZ: f64 = 1e7;

    /// `None` unless `hz` is finite, above zero and at most [`Rate::MAX_HZ`].
    pub fn from_hz(hz: f64) -> Option<Self> {
        (hz.is_finite() && hz > 0.0 && hz <= Self::MAX_HZ).then_some(Self(hz))
    }

    /// Frames a second.
    pub fn hz(self) -> f64 {
        self.0
    }

    /// Hertz for people: six decimals at most, without the dust of floating point.
    pub fn text(self) -> String {
        let rounded = (self.0 * 1e6).round() / 1e6;
        if rounded > 0.0 { rounded.to_string() } else { self.0.to_string() }
    }

    /// The time of `index`, counted from index 0.
    pub fn time_of(self, index: SampleIndex) -> Seconds {
        Seconds(index.0 as f64 / self.0)
    }

    /// How long `frames` last.
    pub fn duration(self, frames: u64) -> Seconds {
        Seconds(frames as f64 / self.0)
    }

    /// The index nearest to a time from index 0; a time before it is index 0.
    pub fn index_at(self, time: Seconds) -> SampleIndex {
        SampleIndex((time.0.max(0.0) * self.0).round() as u64)
    }

    /// The nearest whole number of frames in `time`; 0 for a negative time.
    pub fn frames(self, time: Seconds) -> u64 {
        self.index_at(time).0
    }

    /// How far this rate lies from `nominal`, in parts per million.
    pub fn ppm_from(self, nominal: Self) -> f64 {
        (self.0 / nominal.0 - 1.0) * 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_for_people_has_no_dust() {
        for (hz, text) in [(19.200_000_000_000_003, "19.2"), (62.5, "62.5"), (1000.0, "1000"), (1.0 / 3.0, "0.333333"), (1e-7, "0.0000001")]
        {
            assert_eq!(Rate::from_hz(hz).unwrap().text(), text);
        }
    }

    #[test]
    fn a_rate_is_never_zero_negative_or_not_a_number() {
        for hz in [0.0, -1.0, f64::NAN, f64::INFINITY, 2e7] {
            assert_eq!(Rate::from_hz(hz), None, "{hz}");
        }
        assert_eq!(Rate::from_hz(50.0).map(Rate::hz), Some(50.0));
    }

    #[test]
    fn index_and_time_are_linear() {
        let rate = Rate::from_hz(100.0).unwrap();
        assert_eq!(rate.time_of(SampleIndex(250)), Seconds(2.5));
        assert_eq!(rate.index_at(Seconds(2.5)), SampleIndex(250));
        assert_eq!(rate.index_at(Seconds(-3.0)), SampleIndex(0));
        assert_eq!((rate.ppm_from(Rate(50.0)), rate.ppm_from(Rate(200.0))), (1e6, -5e5));
    }

    #[test]
    fn times_read_like_a_clock() {
        assert_eq!(Seconds(65.9).to_string(), "1:05");
        assert_eq!(Seconds(50.0 / 50.005).to_string(), "0:01", "fifty samples of a sensor of 50 Hz that is a little fast");
        assert_eq!(Seconds(3725.0).to_string(), "1:02:05");
        assert_eq!(Seconds(-61.0).to_string(), "-1:01");
    }
}
