//! From the stamps of a stream to the time line of a session, which only goes forward.
//!
//! A stamp is believed where it can be: it says when the sample was made, whatever the network did. A pause in the stamps is a pause of the
//! device. Stamps that go back, leap by more than any pause, or were never on a clock that is ours (a device's own seconds) are
//! set anew by the computer's clock: what lies between two samples is then the time that went by here.
//!
//! Where every sample has a stamp of its own and they are even, a leap by a whole number of steps says how many samples never came.

/// A stamp this far from now, when the stream is opened, is on another clock.
const OTHER_CLOCK: f64 = 5.0;
/// Stamps are set when they are pushed, by threads: so much back is no leap.
const JITTER: f64 = 0.25;
/// A leap ahead that is longer than this beyond what went by here is no pause.
const LONGEST_LEAP: f64 = 600.0;
/// The same in values: a gap is filled with what is missing, and who says what he likes does not fill the memory with it. Five minutes of 64 channels of 1 kHz.
const LARGEST_LEAP: f64 = 2e7;
/// After so many even steps the stamps are even.
const EVEN: u32 = 64;
/// The step is averaged over so many.
const AVERAGED: u32 = 1000;
/// A step this close to a whole number of steps is one, in steps.
const WHOLE: f64 = 0.1;
/// More values than this are not counted: the leap is a pause.
const MOST_MISSING: f64 = 65_536.0;

/// What a stream says of when a sample was made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stamp {
    /// Seconds of the other end's clock.
    pub seconds: f64,
    /// Whether it came with the sample; otherwise it was reckoned from the one before.
    pub own: bool,
}

/// Where a sample lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// Seconds of the clock here.
    pub at: f64,
    /// Samples that never came, between the last and this.
    pub missing: u64,
    /// By how many seconds the stamp leapt, where it was not believed.
    pub doubted: Option<f64>,
}

/// The stamps of one stream, also where it goes and comes back.
#[derive(Clone, Copy, Debug)]
pub struct Stamps {
    /// Added to a stamp.
    shift: f64,
    /// From one sample to the next as the stream says, where it has a rate; seconds.
    step: f64,
    /// Values a sample.
    channels: f64,
    /// The step as measured.
    measured: f64,
    /// Steps in a row that were even.
    even: u32,
    /// Where on the line the last sample is, when it was read, and its stamp.
    last: Option<(f64, f64, f64)>,
    opened: bool,
}

impl Stamps {
    /// Of a stream of `rate` hertz, 0 where it has none, and so many channels.
    pub fn new(rate: f64, channels: usize) -> Self {
        let step = if rate > 0.0 && rate.is_finite() { rate.recip() } else { 0.0 };
        Self { shift: 0.0, step, channels: channels as f64, measured: step, even: 0, last: None, opened: true }
    }

    /// The stream is back, maybe on another clock.
    pub fn reopened(&mut self) {
        (self.opened, self.even) = (true, 0);
    }

    /// The place of a sample that was read at `now`; `correction` is how far the clock here is ahead of the other end's.
    pub fn place(&mut self, stamp: Stamp, correction: f64, now: f64) -> Placed {
        let seconds = stamp.seconds + correction;
        let Some((last, read, before)) = self.last else {
            let at = if (seconds - now).abs() <= OTHER_CLOCK { seconds } else { now };
            return self.put((at, now, stamp.seconds), seconds);
        };
        let went_by = (now - read).max(self.step);
        let leap = seconds + self.shift - last;
        // A stream without a rate is taken for one of 1 kHz.
        let step = if self.step > 0.0 { self.step } else { 1e-3 };
        let longest = LONGEST_LEAP.min(LARGEST_LEAP * step / self.channels);
        let (back, ahead) = if self.opened { (0.0, OTHER_CLOCK) } else { (-JITTER, longest) };
        let believed = leap >= back && leap <= went_by + ahead;
        if believed {
            let missing = if self.opened { 0 } else { self.missing(stamp, stamp.seconds - before) };
            (self.last, self.opened) = (Some((last + leap.max(0.0), now, stamp.seconds)), false);
            return Placed { at: last + leap.max(0.0), missing, doubted: None };
        }
        // What is no number has its place by the rate alone.
        let at = last + if seconds.is_finite() { went_by } else { self.step };
        let doubted = (!self.opened && seconds.is_finite()).then_some(leap);
        Placed { doubted, ..self.put((at, now, stamp.seconds), seconds) }
    }

    /// Puts a sample somewhere else than its stamp says, and those behind it with it.
    fn put(&mut self, last: (f64, f64, f64), seconds: f64) -> Placed {
        if seconds.is_finite() {
            self.shift = last.0 - seconds;
        }
        (self.last, self.opened, self.even) = (Some(last), false, 0);
        Placed { at: last.0, missing: 0, doubted: None }
    }

    /// How many samples a leap from one stamp to the next leaves out. Judged by the stamps as they came: corrections have leaps of their own.
    fn missing(&mut self, stamp: Stamp, leap: f64) -> u64 {
        let steps = leap / self.measured;
        let whole = steps.round();
        let is_whole = (steps - whole).abs() < WHOLE;
        if !stamp.own || !is_whole || whole < 1.0 || (self.even < EVEN && whole > 1.0) || whole * self.channels > MOST_MISSING {
            self.even = 0;
            return 0;
        }
        if whole > 1.0 {
            return whole as u64 - 1;
        }
        self.even = self.even.saturating_add(1);
        self.measured += (leap - self.measured) / f64::from(self.even.min(AVERAGED));
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(seconds: f64) -> Stamp {
        Stamp { seconds, own: true }
    }

    /// Places of samples of 10 Hz, given as (stamp, read at), and how many stamps were doubted.
    fn places(samples: &[(f64, f64)]) -> (Vec<f64>, usize) {
        let mut stamps = Stamps::new(10.0, 2);
        let placed: Vec<Placed> = samples.iter().map(|(stamp, now)| stamps.place(own(*stamp), 0.0, *now)).collect();
        assert!(placed.iter().all(|placed| placed.missing == 0));
        (
            placed.iter().map(|placed| (placed.at * 1e6).round() / 1e6).collect(),
            placed.iter().filter(|placed| placed.doubted.is_some()).count(),
        )
    }

    #[test]
    fn a_stamp_on_our_clock_is_the_place_whenever_it_was_read() {
        assert_eq!(places(&[(100.0, 100.3), (100.1, 103.0), (100.2, 103.0), (103.4, 103.5)]), (vec![100.0, 100.1, 100.2, 103.4], 0));
    }

    #[test]
    fn stamps_of_a_clock_of_its_own_begin_now_and_keep_their_steps() {
        assert_eq!(places(&[(0.0, 500.0), (0.1, 500.13), (3.1, 500.2)]), (vec![500.0, 500.1, 503.1], 0));
    }

    #[test]
    fn stamps_that_go_back_or_leap_by_more_than_a_pause_are_set_by_the_clock_here() {
        assert_eq!(places(&[(100.0, 100.0), (90.0, 102.0), (90.1, 102.1)]), (vec![100.0, 102.0, 102.1], 1));
        assert_eq!(places(&[(100.0, 100.0), (1e300, 100.2), (1e300, 100.3)]).0, [100.0, 100.2, 100.3]);
        assert_eq!(places(&[(100.0, 100.0), (f64::NAN, 100.2), (f64::INFINITY, 100.3), (100.4, 100.4)]).0, [100.0, 100.1, 100.2, 100.4]);
    }

    #[test]
    fn a_leap_that_would_fill_the_memory_is_not_believed() {
        let mut stamps = Stamps::new(100_000.0, 1024);
        stamps.place(own(100.0), 0.0, 100.0);
        assert_eq!(stamps.place(own(101.0), 0.0, 100.1).doubted, Some(1.0));
        assert_eq!(stamps.place(own(104.0), 0.0, 103.1).doubted, None);
    }

    #[test]
    fn a_stamp_that_is_a_little_early_does_not_turn_time_back() {
        assert_eq!(places(&[(100.0, 100.0), (99.99, 100.1), (100.2, 100.2)]), (vec![100.0, 100.0, 100.2], 0));
    }

    #[test]
    fn a_source_that_was_started_again_on_a_new_clock_goes_on_after_as_much_as_went_by() {
        let mut stamps = Stamps::new(10.0, 2);
        assert_eq!(stamps.place(own(7.0), 0.0, 1000.0).at, 1000.0);
        stamps.reopened();
        assert_eq!(stamps.place(own(0.0), 0.0, 1030.0), Placed { at: 1030.0, missing: 0, doubted: None });
    }

    /// How many samples are said to be missing after 100 steps of `step` with this much jitter, when the next stamp is `leap` steps on. The correction
    /// leaps by a step at the same time.
    fn missing(step: f64, jitter: f64, leap: f64, own: bool) -> u64 {
        let mut stamps = Stamps::new(250.0, 2);
        let seconds = |n: f64| 50.0 + n * step + if n % 2.0 == 0.0 { jitter * step } else { 0.0 };
        for n in 0..=100 {
            let n = f64::from(n);
            assert_eq!(stamps.place(Stamp { seconds: seconds(n), own }, 100.0, 150.0 + n * step).missing, 0);
        }
        stamps.place(Stamp { seconds: seconds(100.0) + leap * step, own }, 100.0 + step, 150.0 + (100.0 + leap) * step).missing
    }

    #[test]
    fn even_stamps_say_how_many_samples_never_came_and_others_do_not() {
        // A device that is a thousandth slow, and loses three, or half a minute.
        assert_eq!((missing(0.004_004, 0.0, 4.0, true), missing(0.004_004, 0.0, 7501.0, true)), (3, 7500));
        assert_eq!(missing(0.004, 0.0, 40_000.0, true), 0);
        assert_eq!((missing(0.004, 0.0, 1.0, true), missing(0.004, 0.03, 4.0, true)), (0, 3));
        // A pause of the device, jitter, and stamps that were reckoned.
        assert_eq!((missing(0.004, 0.0, 3.5, true), missing(0.004, 0.3, 4.0, true), missing(0.004, 0.0, 4.0, false)), (0, 0, 0));
    }
}
