//! The device's true rate, measured against the computer's clock.
//!
//! Arrivals lie late, never early: adapters hand over bursts, computers pause. So the true line t = t0 + n / rate is the lower envelope of
//! the points (frames received, arrival). Of all lines below every point the one closest to them in sum is the edge of their lower
//! convex hull that lies over their mean (a linear programme in two unknowns; the least-lateness line of Moon, Skelly & Towsley 1999, INFOCOM, for
//! clocks across networks). A pause of seconds lifts points off the envelope and changes nothing of the line.

use super::{Rate, SampleIndex, Seconds};

/// The rate in force from a sample on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClockPoint {
    /// From this frame on.
    pub at: SampleIndex,
    /// Frames a second of the computer's clock.
    pub rate: Rate,
    /// Standard error of the rate in hertz; 0 where the rate was stated, not measured.
    pub std_err_hz: f64,
}

/// Shorter streams tell nothing of the rate.
const SHORTEST: f64 = 1.5;
const FEWEST_FRAMES: f64 = 20.0;
/// Good enough for figures to begin.
const SETTLED: f64 = 0.01;
/// Points that the hull keeps; more are thinned out from its middle, where edges are short.
const HULL: usize = 512;
/// Lateness is averaged over about so many reads.
const AVERAGED: f64 = 200.0;

#[derive(Clone, Copy, Debug)]
struct Point {
    n: f64,
    t: f64,
}

/// Fits t = t0 + n / rate to arrivals, which lie late and never early.
#[derive(Clone, Debug, Default)]
pub struct ClockFit {
    /// Lower convex hull, by n.
    hull: Vec<Point>,
    count: f64,
    mean_n: f64,
    /// Running mean of how late the reads were: the grain of the arrivals.
    late: f64,
}

impl ClockFit {
    /// `frames` had been received in all when a read returned at `arrival` (seconds of any steady clock).
    pub fn push(&mut self, frames: SampleIndex, arrival: Seconds) {
        let point = Point { n: frames.0 as f64, t: arrival.0 };
        if self.hull.last().is_some_and(|last| point.n <= last.n) {
            return;
        }
        self.count += 1.0;
        self.mean_n += (point.n - self.mean_n) / self.count;
        while let [.., a, b] = self.hull[..] {
            if cross(a, b, point) > 0.0 {
                break;
            }
            self.hull.pop();
        }
        self.hull.push(point);
        if self.hull.len() > HULL {
            self.thin();
        }
        if let Some(Seconds(late)) = self.lateness(frames, arrival) {
            self.late += (late - self.late) / self.count.min(AVERAGED);
        }
    }

    /// Every other inner point is given up: the line is drawn over long edges, which stay.
    fn thin(&mut self) {
        let last = self.hull.len() - 1;
        let mut at = 0;
        self.hull.retain(|_| {
            at += 1;
            at == 1 || at > last || at % 2 == 1
        });
    }

    /// The hull's edge over the mean: (start, seconds a frame).
    fn edge(&self) -> Option<(Point, f64)> {
        let right = self.hull.partition_point(|p| p.n < self.mean_n).clamp(1, self.hull.len().max(2) - 1);
        let (a, b) = (self.hull.get(right - 1)?, self.hull.get(right)?);
        let slope = (b.t - a.t) / (b.n - a.n);
        (slope > 0.0 && slope.is_finite()).then_some((*a, slope))
    }

    /// The measured rate and its standard error in hertz, as soon as there is one.
    ///
    /// The line touches the envelope at two points about half the stream apart or more, each off by a part of the arrivals' grain (their mean
    /// lateness g): two ends that are each off by g over the square root of twelve and more bursts make rate · g / (√6 · span).
    pub fn rate(&self) -> Option<(Rate, f64)> {
        let (_, slope) = self.edge()?;
        let rate = Rate::from_hz(1.0 / slope)?;
        let span = self.hull.last()?.t - self.hull.first()?.t;
        let grain = self.late.max(slope / self.count);
        (span > 0.0).then(|| (rate, rate.hz() * grain / (6.0_f64.sqrt() * span)))
    }

    /// Whether the rate is good to 1 %.
    pub fn settled(&self) -> bool {
        let (Some((rate, error)), Some(first), Some(last)) = (self.rate(), self.hull.first(), self.hull.last()) else { return false };
        let long = last.t - first.t >= SHORTEST && last.n - first.n >= FEWEST_FRAMES;
        long && error < SETTLED * rate.hz() / 2.0
    }

    /// How much later than the fitted line says `frames` arrived at `arrival`.
    pub fn lateness(&self, frames: SampleIndex, arrival: Seconds) -> Option<Seconds> {
        let (from, slope) = self.edge()?;
        Some(Seconds(arrival.0 - from.t - (frames.0 as f64 - from.n) * slope))
    }
}

/// Above zero where b lies below the line from a to c.
fn cross(a: Point, b: Point, c: Point) -> f64 {
    (b.n - a.n) * (c.t - a.t) - (b.t - a.t) * (c.n - a.n)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small, good enough to scatter arrivals.
    struct Scatter(u64);

    impl Scatter {
        fn unit(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as f64 / f64::from(1_u32 << 31)
        }
    }

    /// What an adapter calls 16 ms, by a crystal of its own. (Bursts in step with the samples, 4 of 250 Hz in 16 ms to the ppm, would hide a sample's
    /// length: 67 ppm in a minute, whatever the method.)
    const BURST: f64 = 0.01597;

    /// A sensor of `hz`, read in bursts of 16 ms with 5 ms jitter; the computer sleeps from `pause` for 2 s. The first sample was made at 100 s.
    fn listen(hz: f64, seconds: f64, pause: Option<f64>, seed: u64) -> ClockFit {
        let mut fit = ClockFit::default();
        let mut scatter = Scatter(seed);
        let mut t = BURST * scatter.unit();
        while t < seconds {
            t += BURST;
            let asleep = pause.is_some_and(|from| t > from && t < from + 2.0);
            let frames = (t * hz).floor() as u64;
            if !asleep && frames > 0 {
                fit.push(SampleIndex(frames), Seconds(100.0 + t + 0.005 * scatter.unit()));
            }
        }
        fit
    }

    /// How far off the rates are, in ppm, for clocks and pauses of many kinds, the worst last.
    fn off(hz: f64, seconds: f64) -> Vec<f64> {
        let mut off = Vec::new();
        for seed in 0..10 {
            for ppm in [-500.0, 0.0, 83.0, 500.0] {
                for pause in [None, Some(seconds / 3.0), Some(seconds - 3.0)] {
                    let true_hz = hz * (1.0 + ppm / 1e6);
                    let (rate, error) = listen(true_hz, seconds, pause, seed).rate().unwrap();
                    assert!((rate.hz() - true_hz).abs() < 4.0 * error, "{} for {true_hz}, said ± {error}", rate.hz());
                    off.push(((rate.hz() / true_hz - 1.0) * 1e6).abs());
                }
            }
        }
        off.sort_unstable_by(f64::total_cmp);
        off
    }

    #[test]
    fn the_rate_is_found_through_bursts_jitter_and_a_sleeping_computer() {
        for hz in [100.0, 250.0, 1000.0] {
            let after_a_minute = off(hz, 60.0);
            assert!(after_a_minute[after_a_minute.len() * 95 / 100] < 20.0, "{hz} Hz: {after_a_minute:?}");
            let after_ten = off(hz, 600.0);
            assert!(after_ten[after_ten.len() - 1] < 5.0, "{hz} Hz: {after_ten:?}");
        }
    }

    #[test]
    fn a_sample_is_timed_to_five_milliseconds() {
        let fit = listen(100.05, 60.0, Some(20.0), 3);
        // The lateness of a read that came when its last frame was made is what the line is off by.
        for n in (0..6000_u32).step_by(100) {
            let off = fit.lateness(SampleIndex(u64::from(n)), Seconds(100.0 + f64::from(n) / 100.05)).unwrap().0;
            assert!(off.abs() < 0.005, "sample {n}: {off}");
        }
    }

    #[test]
    fn it_settles_within_seconds_and_not_before() {
        assert!(!listen(100.0, 1.0, None, 7).settled());
        assert!(listen(100.0, 4.0, None, 7).settled());
        assert!(!listen(2.0, 5.0, None, 7).settled());
        let mut few = ClockFit::default();
        (0..=10).for_each(|n| few.push(SampleIndex(1000 + n), Seconds(n as f64 / 2.0)));
        assert!(!few.settled(), "ten frames are few, however many came before");
    }

    #[test]
    fn a_day_of_reads_needs_no_more_than_its_hull() {
        let fit = listen(250.0, 3600.0, Some(1000.0), 7);
        assert!(fit.hull.len() <= HULL);
        let (rate, _) = fit.rate().unwrap();
        assert!((rate.hz() / 250.0 - 1.0).abs() < 5e-6, "{}", rate.hz());
    }

    #[test]
    fn lateness_is_told_from_the_line() {
        let fit = listen(100.0, 60.0, None, 7);
        let late = fit.lateness(SampleIndex(6000), Seconds(163.0)).unwrap().0;
        assert!((late - 3.0).abs() < 0.02, "{late}");
    }

    #[test]
    fn a_clock_that_drifts_for_long_is_thinned_out_and_keeps_its_middle_and_its_newest_read() {
        // Ever slower: every read is a corner of the envelope, and none of them falls out by itself.
        let arrival = |n: f64| n / 100.0 + 1e-7 * n * n;
        let mut fit = ClockFit::default();
        for n in 1..=2000 {
            fit.push(SampleIndex(n), Seconds(arrival(n as f64)));
            assert!(fit.hull.len() <= HULL && fit.hull.last().is_some_and(|last| last.n == n as f64), "read {n}");
        }
        let over_the_middle = 1.0 / (0.01 + 2e-7 * 1000.0);
        let rate = fit.rate().unwrap().0.hz();
        assert!((rate / over_the_middle - 1.0).abs() < 5e-4, "{rate}, not {over_the_middle}");
    }

    #[test]
    fn how_soon_it_settles_does_not_hang_on_the_rate() {
        for hz in [25.0, 100.0, 204.0, 250.0, 1000.0] {
            assert!(listen(hz, 4.0, None, 7).settled(), "{hz} Hz");
        }
    }

    #[test]
    fn two_reads_at_one_instant_tell_no_rate() {
        let mut fit = ClockFit::default();
        [10, 20].iter().for_each(|n| fit.push(SampleIndex(*n), Seconds(5.0)));
        assert!(fit.rate().is_none() && fit.lateness(SampleIndex(30), Seconds(6.0)).is_none());
    }
}
