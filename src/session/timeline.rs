//! Puts arrivals on the time line: which index a frame has, and which frames never came.
//!
//! Frames lie at t0 + n / rate; arrivals are late, never early ([`ClockFit`]). After a pause that the line does not explain, either the
//! frames that were held come in a burst (the lateness falls back to nothing: no frame is lost), or the device goes on with fresh
//! ones (the lateness stays: that much never arrived). Frames are held back, in doubt, until it is clear which.

use crate::signal::{ClockFit, Gap, GapCause, Rate, SampleIndex, Seconds, Span};

/// Frames are held at most this long before a gap is decided.
const DOUBT: f64 = 0.5;
/// A pause shorter than this beyond what the line explains is jitter.
const PAUSE: f64 = 0.25;
/// A pause shorter than this many frames is jitter.
const PAUSE_FRAMES: f64 = 5.0;

/// What is to be done with the frames handed in.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// Held back until it is clear whether frames are missing.
    Held,
    /// All frames held and handed in follow the last ones, after this gap if there is one.
    Go(Option<Gap>),
}

/// The state of the line.
#[derive(Debug)]
pub(super) struct Timeline {
    clock: ClockFit,
    /// Frames that have an index, missing ones included.
    frames: u64,
    stated: Option<Rate>,
    doubt: Option<Doubt>,
    unplugged: bool,
}

/// Frames that wait for their index.
#[derive(Debug)]
struct Doubt {
    since: f64,
    cause: GapCause,
    least: f64,
    arrivals: Vec<(u64, f64)>,
    frames: u64,
}

impl Timeline {
    /// `stated` is the rate by `--rate`: then pauses only tell of gaps where the arrivals agree with it.
    pub(super) fn new(stated: Option<Rate>) -> Self {
        Self { clock: ClockFit::default(), frames: 0, stated, doubt: None, unplugged: false }
    }

    /// The measured clock.
    pub(super) fn clock(&self) -> &ClockFit {
        &self.clock
    }

    /// Frames that have an index so far.
    #[cfg(test)]
    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    /// How many frames have an index, and when the last of them was made, on the clock of the arrivals; `arrival` where that cannot be told yet.
    pub(super) fn made(&self, arrival: Seconds) -> (SampleIndex, Seconds) {
        let frames = SampleIndex(self.frames);
        let late = self.clock.lateness(frames, arrival).unwrap_or(Seconds(0.0));
        (frames, Seconds(arrival.0 - late.0))
    }

    /// The port was gone: what comes next comes after a gap.
    pub(super) fn unplug(&mut self) {
        self.unplugged = true;
    }

    /// By the device's counter so many frames never came; those that come next lie behind them.
    pub(super) fn skip(&mut self, frames: u64) {
        match &mut self.doubt {
            Some(doubt) => doubt.frames += frames,
            None => self.frames += frames,
        }
    }

    /// `frames` frames arrived together at `arrival`.
    pub(super) fn arrive(&mut self, frames: u64, arrival: Seconds) -> Verdict {
        let last = self.frames + self.doubt.as_ref().map_or(0, |doubt| doubt.frames) + frames;
        let late = self.lateness(SampleIndex(last), arrival);
        if self.doubt.is_none()
            && let Some(cause) = self.suspicion(late)
        {
            let least = f64::INFINITY;
            self.doubt = Some(Doubt { since: arrival.0, cause, least, arrivals: Vec::new(), frames: 0 });
            self.unplugged = false;
        }
        let Some(doubt) = &mut self.doubt else {
            self.frames = last;
            self.clock.push(SampleIndex(last), arrival);
            return Verdict::Go(None);
        };
        doubt.frames += frames;
        doubt.arrivals.push((doubt.frames, arrival.0));
        doubt.least = doubt.least.min(late.unwrap_or(0.0));
        let caught_up = late.is_none_or(|late| late < PAUSE / 2.0);
        if caught_up || arrival.0 - doubt.since >= DOUBT { Verdict::Go(self.settle()) } else { Verdict::Held }
    }

    /// Decides what is in doubt now, because the stream is over or the port is gone.
    pub(super) fn settle(&mut self) -> Option<Gap> {
        let doubt = self.doubt.take()?;
        let rate = self.clock.rate().map_or(0.0, |(rate, _)| rate.hz());
        let pause = if doubt.cause == GapCause::Unplugged { 1.0 / rate.max(1e-9) } else { threshold(rate) };
        let missing = if doubt.least > pause { (doubt.least * rate).round() as u64 } else { 0 };
        let start = SampleIndex(self.frames);
        let base = self.frames + missing;
        for (frames, arrival) in doubt.arrivals {
            self.clock.push(SampleIndex(base + frames), Seconds(arrival));
        }
        self.frames = base + doubt.frames;
        (missing > 0).then(|| Gap { span: Span { start, end: start + missing }, cause: doubt.cause, exact: false })
    }

    fn suspicion(&self, late: Option<f64>) -> Option<GapCause> {
        let late = late?;
        let rate = self.clock.rate()?.0.hz();
        if self.unplugged { Some(GapCause::Unplugged) } else { (late > threshold(rate)).then_some(GapCause::Stalled) }
    }

    /// `None` where the arrivals tell nothing: before the clock has settled, or from a pipe that runs at its own speed.
    fn lateness(&self, last: SampleIndex, arrival: Seconds) -> Option<f64> {
        let (rate, _) = self.clock.rate().filter(|_| self.clock.settled())?;
        let believable = self.stated.is_none_or(|stated| rate.ppm_from(stated).abs() < 50_000.0);
        if believable { self.clock.lateness(last, arrival).map(|late| late.0) } else { None }
    }
}

fn threshold(rate: f64) -> f64 {
    PAUSE.max(PAUSE_FRAMES / rate.max(1e-9))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sensor of 100 Hz read every 20 ms for 10 s; then what the story says.
    fn steady() -> Timeline {
        let mut line = Timeline::new(None);
        for read in 1..=500_u64 {
            assert_eq!(line.arrive(2, Seconds(read as f64 * 0.02)), Verdict::Go(None));
        }
        line
    }

    #[test]
    fn a_computer_that_paused_gets_the_held_samples_in_a_burst_and_nothing_is_lost() {
        let mut line = steady();
        assert_eq!(line.arrive(10, Seconds(12.0)), Verdict::Held);
        assert_eq!(line.arrive(190, Seconds(12.001)), Verdict::Go(None));
        assert_eq!(line.frames(), 1200);
    }

    #[test]
    fn a_device_that_stalled_leaves_a_gap_of_its_length() {
        let mut line = steady();
        let mut gap = None;
        for read in 0..40_u64 {
            if let Verdict::Go(found) = line.arrive(2, Seconds(13.02 + read as f64 * 0.02)) {
                gap = gap.or(found);
            }
        }
        let gap = gap.unwrap();
        assert_eq!((gap.cause, gap.exact), (GapCause::Stalled, false));
        assert_eq!(gap.span, Span { start: SampleIndex(1000), end: SampleIndex(1300) });
        assert_eq!(line.frames(), 1380);
    }

    #[test]
    fn after_unplugging_even_a_short_absence_is_a_gap() {
        let mut line = steady();
        line.unplug();
        let mut gap = None;
        for read in 0..40_u64 {
            if let Verdict::Go(found) = line.arrive(2, Seconds(10.22 + read as f64 * 0.02)) {
                gap = gap.or(found);
            }
        }
        assert_eq!(gap.map(|gap| (gap.cause, gap.span.frames())), Some((GapCause::Unplugged, 20)));
    }

    #[test]
    fn a_device_whose_clock_drifts_for_three_days_has_no_gaps() {
        // 10 Hz of a ceramic resonator that goes 400 ppm slower, or faster, in the end: one straight line is most of a second off.
        for drift in [400e-6, -400e-6] {
            let (mut line, mut arrival) = (Timeline::new(None), 0.0);
            for read in 1..=2_592_000_u64 {
                arrival += 0.1 * (1.0 + drift * read as f64 / 2_592_000.0);
                assert_eq!(line.arrive(1, Seconds(arrival)), Verdict::Go(None), "at {arrival} s");
            }
        }
    }

    #[test]
    fn what_the_counter_says_is_lost_is_lost_once() {
        let mut line = steady();
        line.skip(300);
        for read in 0..40_u64 {
            assert_eq!(line.arrive(2, Seconds(13.02 + read as f64 * 0.02)), Verdict::Go(None));
        }
        assert_eq!(line.frames(), 1380);
    }

    #[test]
    fn a_pipe_that_runs_faster_than_its_stated_rate_has_no_gaps() {
        let mut line = Timeline::new(Rate::from_hz(100.0));
        for read in 1..=2000_u64 {
            assert_eq!(line.arrive(500, Seconds(read as f64 * 0.001)), Verdict::Go(None));
        }
        assert_eq!(line.arrive(500, Seconds(9.0)), Verdict::Go(None));
    }
}
