//! When a recording began: at an instant, or by a clock of which nobody knows where it hung.

use std::fmt;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};

use crate::signal::Seconds;

/// When the first frame was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// An instant.
    Utc(Timestamp),
    /// What the clock on the wall showed.
    Local(DateTime),
}

impl Start {
    /// `2026-11-23T10:15:00.25Z`, or without the `Z`; `None` where it is no time.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().map(Self::Utc).or_else(|_| text.parse().map(Self::Local)).ok()
    }

    /// So much later; `None` beyond the calendar.
    pub fn after(self, time: Seconds) -> Option<Self> {
        let time = SignedDuration::try_from_secs_f64(time.0).ok()?;
        match self {
            Self::Utc(at) => at.checked_add(time).map(Self::Utc).ok(),
            Self::Local(at) => at.checked_add(time).map(Self::Local).ok(),
        }
    }
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utc(at) => at.fmt(f),
            Self::Local(at) => at.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_without_a_zone_stays_without_one() {
        let told = |text: &str| Start::parse(text).and_then(|start| start.after(Seconds(0.75))).map(|start| start.to_string());
        assert_eq!(told("2026-11-23T10:15:00.25Z").as_deref(), Some("2026-11-23T10:15:01Z"));
        assert_eq!(told("2026-11-23T23:59:59.25").as_deref(), Some("2026-11-24T00:00:00"));
        assert_eq!(told("yesterday"), None);
    }
}
