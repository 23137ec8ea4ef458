//! What a device's own time stamps say of the frames between them: whether they go on evenly, and how many frames a hole has swallowed.
//!
//! A stamp is held against the line of those before it, their lower envelope, as a stamp may be late (the device was busy) and is not
//! early. One that lies off the line is not believed at once, for a late one, and one whose digit noise has changed, is followed by others
//! that lie on it: five have to agree, or two of a slow device.

/// So many frames show the period.
const LEARNT: f64 = 32.0;
/// So many stamps in a row have to lie off the line.
const AGREE: u32 = 5;
/// Two are enough where more would be waited for longer than this, in seconds: frames in doubt are not yet on disk.
const LONGEST: f64 = 0.5;
/// So many frames without a stamp: there are none any more.
const UNSTAMPED: u32 = 64;
/// The period is the mean of at least so many frames, as soon as there are as many.
const MEAN: f64 = 8192.0;
/// A line that the stamps leave by little and stay above follows by this part a frame: clocks drift.
const FOLLOW: f64 = 1.0 / 64.0;
/// A stamp that lies so many periods before the line is off it.
const BEFORE: f64 = 4.0;
/// Stamps in coarser steps, in seconds, tell less than arrivals do.
const COARSE: f64 = 0.1;
/// Device clocks count no finer than this, in seconds.
const FINEST: f64 = 1e-6;

/// A frame (its place in the count) and its stamp.
#[derive(Clone, Copy, Debug)]
struct Point {
    n: f64,
    stamp: f64,
}

/// Frames that are missing by the stamps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hole {
    /// How many.
    pub(super) frames: u64,
    /// The hole lies before so many of the frames pushed last.
    pub(super) before: u64,
}

/// Stamps in a row that lie off the line.
#[derive(Clone, Copy, Debug)]
struct Off {
    stamps: u32,
    /// Frames since the first of them, with it.
    frames: u64,
    least: f64,
}

/// The line of the stamps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamps {
    n: f64,
    /// The period is measured from the older of these; the younger takes its place in time.
    anchors: Option<(Point, Point)>,
    /// Longest step while the period is learnt.
    longest: f64,
    /// Seconds a frame, once that is known.
    period: Option<f64>,
    /// The stamp of the last frame if it lies on the line.
    line: f64,
    /// The coarsest step of 1, 1/10, 1/100, … s that all stamps are multiples of.
    grain: f64,
    unstamped: u32,
    off: Option<Off>,
}

impl Default for Stamps {
    fn default() -> Self {
        Self { n: 0.0, anchors: None, longest: 0.0, period: None, line: 0.0, grain: 1.0, unstamped: 0, off: None }
    }
}

impl Stamps {
    /// Whether it is known how they go on, and finely enough to tell more than arrivals do.
    pub(super) fn are_known(&self) -> bool {
        self.period.is_some_and(|period| self.grain <= period.max(COARSE))
    }

    /// Whether the frames pushed last may lie behind a hole.
    pub(super) fn doubt(&self) -> bool {
        self.off.is_some()
    }

    /// The next frame, with its stamp in seconds if it has one. Tells of a hole as soon as that is sure.
    pub(super) fn push(&mut self, stamp: Option<f64>) -> Option<Hole> {
        self.n += 1.0;
        self.line += self.period.unwrap_or(0.0);
        if let Some(off) = &mut self.off {
            off.frames += 1;
        }
        let Some(stamp) = stamp.filter(|stamp| stamp.is_finite()) else {
            self.unstamped += 1;
            if self.unstamped > UNSTAMPED {
                *self = Self::default();
            }
            return None;
        };
        self.unstamped = 0;
        while self.grain > FINEST && ((stamp / self.grain).round() * self.grain - stamp).abs() > 0.01 * self.grain {
            self.grain /= 10.0;
        }
        match self.period {
            None => self.learn(stamp),
            Some(period) => return self.hold_against_line(stamp, period),
        }
        None
    }

    /// So many frames are missing by the device's counter.
    pub(super) fn skip(&mut self, frames: u64) {
        self.n += frames as f64;
        self.line += self.period.unwrap_or(0.0) * frames as f64;
        if let Some(off) = &mut self.off {
            off.frames += frames;
        }
    }

    /// Decides what is in doubt.
    fn settle(&mut self) -> Option<Hole> {
        let (off, period) = (self.off.take()?, self.period?);
        if off.least < 0.0 {
            *self = Self::default();
            return None;
        }
        let frames = (off.least / period).round();
        self.n += frames;
        self.line += frames * period;
        (frames >= 1.0).then_some(Hole { frames: frames as u64, before: off.frames })
    }

    /// The period is that of the first frames if none of their steps is a hole; else it is learnt from the hole on.
    fn learn(&mut self, stamp: f64) {
        let now = Point { n: self.n, stamp };
        let Some((first, _)) = self.anchors else {
            self.anchors = Some((now, now));
            self.line = stamp;
            return;
        };
        let step = stamp - self.line;
        self.longest = self.longest.max(step);
        self.line = stamp;
        if step < 0.0 {
            *self = Self { grain: self.grain, ..Self::default() };
        } else if now.n - first.n >= LEARNT {
            let period = (stamp - first.stamp) / (now.n - first.n);
            let even = period > 0.0 && self.longest <= 1.5 * period + self.grain;
            self.anchors = Some((if even { first } else { now }, now));
            self.longest = 0.0;
            self.period = even.then_some(period);
        }
    }

    fn hold_against_line(&mut self, stamp: f64, period: f64) -> Option<Hole> {
        let late = stamp - self.line;
        let hole = (0.5 * period).max(1.01 * self.grain);
        if late <= hole && late >= -(BEFORE * period + self.grain) {
            self.off = None;
            self.line += if late < 0.0 { late } else { late * FOLLOW };
            self.measure(Point { n: self.n, stamp });
            return None;
        }
        let off = self.off.get_or_insert(Off { stamps: 0, frames: 1, least: f64::INFINITY });
        off.stamps += 1;
        off.least = off.least.min(late);
        let sure = off.stamps >= AGREE || off.stamps >= 2 && off.frames as f64 * period >= LONGEST;
        if sure { self.settle() } else { None }
    }

    fn measure(&mut self, now: Point) {
        let Some((old, young)) = &mut self.anchors else { return };
        let period = (now.stamp - old.stamp) / (now.n - old.n);
        if period > 0.0 && period.is_finite() {
            self.period = Some(period);
        }
        if now.n - young.n >= MEAN {
            (*old, *young) = (*young, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in stamps: (frames missing, the frame that the hole lies before).
    fn holes(stamps: impl IntoIterator<Item = f64>) -> Vec<(u64, u64)> {
        let mut line = Stamps::default();
        let found = (1..).zip(stamps).filter_map(|(n, stamp)| Some((n, line.push(Some(stamp))?)));
        found.map(|(n, hole)| (hole.frames, n - hole.before)).collect()
    }

    /// `millis()` of a sensor of a period in milliseconds, for so many frames; the frames of a stretch are left out.
    fn millis(period: f64, frames: u32, out: std::ops::Range<u32>) -> impl Iterator<Item = f64> {
        (0..frames).filter(move |n| !out.contains(n)).map(move |n| (f64::from(n) * period + 0.3).floor() / 1000.0)
    }

    #[test]
    fn even_stamps_have_no_hole_however_coarse_the_clock_is() {
        for period in [0.9997, 1.0003, 1.7, 2.5, 4.0, 4.0003, 9.95, 12.5, 100.02] {
            assert_eq!(holes(millis(period, 60_000, 0..0)), [], "{period} ms");
        }
    }

    #[test]
    fn a_hole_is_as_long_as_the_stamps_say_and_where_they_say() {
        for (period, out) in [(4.0, 100..101), (2.5, 500..502), (10.2, 40..340), (1.25, 2000..6000), (100.0, 50..60)] {
            assert_eq!(holes(millis(period, 8000, out.clone())), [(u64::from(out.end - out.start), u64::from(out.start))], "{period} ms");
        }
    }

    #[test]
    fn a_slow_device_waits_for_two_stamps_only() {
        let mut line = Stamps::default();
        let found = (0..60).map(|n| line.push(Some(f64::from(if n < 50 { n } else { n + 7 }))));
        assert_eq!(found.flatten().count(), 1);
        assert!(!line.doubt());
        line.push(Some(80.0));
        assert_eq!(line.push(Some(81.0)), Some(Hole { frames: 13, before: 2 }));
    }

    #[test]
    fn stamps_in_whole_seconds_of_a_fast_device_tell_nothing() {
        let mut line = Stamps::default();
        assert!((0..5000).all(|n| line.push(Some((f64::from(n) / 100.0).floor())).is_none() && !line.are_known()));
    }

    #[test]
    fn a_device_that_was_busy_and_a_digit_that_noise_has_changed_are_no_hole() {
        let mut stamps: Vec<f64> = millis(10.0, 2000, 0..0).collect();
        (stamps[500], stamps[501], stamps[502]) = (5.017, 5.021, 5.024);
        (stamps[900], stamps[1200]) = (909.0, 1.2);
        assert_eq!(holes(stamps), []);
    }

    #[test]
    fn a_clock_that_drifts_against_the_sampling_for_a_day_has_no_hole() {
        // A converter by a resonator of its own, half a per cent slower by evening, stamped by a crystal.
        let mut t = 0.0;
        let stamps = (0..864_000).map(|n| {
            t += 0.1 * (1.0 + 0.005 * f64::from(n) / 864_000.0);
            (t * 1000.0).floor() / 1000.0
        });
        assert_eq!(holes(stamps), []);
    }

    #[test]
    fn stamps_that_begin_anew_are_learnt_anew() {
        let stamps = millis(10.0, 500, 0..0).chain(millis(10.0, 500, 200..300));
        assert_eq!(holes(stamps), [(100, 700)]);
    }
}
