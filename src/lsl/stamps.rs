//! From the stamps of a stream to the time line of a session, which only goes forward.
//!
//! A stamp is believed where it can be: it says when the sample was made, whatever the network did. A pause in the stamps is a pause of the
//! device. Stamps that go back, leap by more than any pause, or were never on a clock that is ours (a device's own seconds) are
//! set anew by the computer's clock: what lies between two samples is then the time that went by here.

/// A stamp this far from now, when the stream is opened, is on another clock.
const OTHER_CLOCK: f64 = 5.0;
/// Stamps are set when they are pushed, by threads: so much back is no leap.
const JITTER: f64 = 0.25;
/// A leap ahead that is longer than this beyond what went by here is no pause.
const LONGEST_LEAP: f64 = 600.0;

/// The stamps were not believed: by how many seconds they leapt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Doubted(pub f64);

/// The stamps of one stream, also where it goes and comes back.
#[derive(Clone, Copy, Debug)]
pub struct Stamps {
    /// Added to a stamp.
    shift: f64,
    /// From one sample to the next, where the stream has a rate; seconds.
    step: f64,
    /// Where on the line the last sample is, and when it was read.
    last: Option<(f64, f64)>,
    opened: bool,
}

impl Stamps {
    /// Of a stream of `rate` hertz; 0 where it has none.
    pub fn new(rate: f64) -> Self {
        let step = if rate > 0.0 && rate.is_finite() { rate.recip() } else { 0.0 };
        Self { shift: 0.0, step, last: None, opened: true }
    }

    /// The stream is back, maybe on another clock.
    pub fn reopened(&mut self) {
        self.opened = true;
    }

    /// The place of a sample that was stamped `stamp` (corrected to the clock here) and read at `now`, in seconds of the clock here; and
    /// whether the stamp was not believed.
    pub fn place(&mut self, stamp: f64, now: f64) -> (f64, Option<Doubted>) {
        let Some((last, read)) = self.last else {
            return (self.begin(stamp, now), None);
        };
        let went_by = (now - read).max(self.step);
        let leap = stamp + self.shift - last;
        let believed =
            if self.opened { leap >= 0.0 && leap <= went_by + OTHER_CLOCK } else { leap > -JITTER && leap <= went_by + LONGEST_LEAP };
        let place = match (believed, stamp.is_finite()) {
            (true, _) => last + leap.max(0.0),
            (false, true) => last + went_by,
            (false, false) => last + self.step,
        };
        if !believed && stamp.is_finite() {
            self.shift = place - stamp;
        }
        let doubted = (!believed && !self.opened).then_some(Doubted(leap));
        (self.last, self.opened) = (Some((place, now)), false);
        (place, doubted)
    }

    fn begin(&mut self, stamp: f64, now: f64) -> f64 {
        let place = if (stamp - now).abs() <= OTHER_CLOCK { stamp } else { now };
        self.shift = if stamp.is_finite() { place - stamp } else { 0.0 };
        (self.last, self.opened) = (Some((place, now)), false);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places of samples of 10 Hz, given as (stamp, read at), and how many stamps were doubted.
    fn places(samples: &[(f64, f64)]) -> (Vec<f64>, usize) {
        let mut stamps = Stamps::new(10.0);
        let (places, doubted): (Vec<f64>, Vec<_>) = samples.iter().map(|(stamp, now)| stamps.place(*stamp, *now)).unzip();
        (places.iter().map(|place| (place * 1e6).round() / 1e6).collect(), doubted.into_iter().flatten().count())
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
    fn a_stamp_that_is_a_little_early_does_not_turn_time_back() {
        assert_eq!(places(&[(100.0, 100.0), (99.99, 100.1), (100.2, 100.2)]), (vec![100.0, 100.0, 100.2], 0));
    }

    #[test]
    fn a_source_that_was_started_again_on_a_new_clock_goes_on_after_as_much_as_went_by() {
        let mut stamps = Stamps::new(10.0);
        assert_eq!(stamps.place(7.0, 1000.0).0, 1000.0);
        stamps.reopened();
        assert_eq!(stamps.place(0.0, 1030.0), (1030.0, None));
    }
}
