//! Puts arrivals on the time line: which index a frame has, and which frames never came.
//!
//! Frames lie at t0 + n / rate; arrivals are late, never early ([`ClockFit`]). After a pause that the line does not explain, either the
//! frames that were held come in a burst (the lateness falls back to nothing: no frame is lost), or the device goes on with fresh
//! ones (the lateness stays: that much never arrived). Frames are held back, in doubt, until it is clear which.
//!
//! Where the device stamps its frames, its stamps tell it better ([`Stamps`]): a hole in them is a gap at its place, also within a burst, and
//! while they go on evenly no pause is one. But a hole cannot be longer than the arrivals are late: then somebody has set the device's clock.

use super::stamps::{Hole, Stamps};
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
    /// All frames held and handed in follow the last ones, with these gaps before or among them.
    Go(Vec<Gap>),
}

/// The state of the line.
#[derive(Debug)]
pub(super) struct Timeline {
    clock: ClockFit,
    /// The clock has been good once: a sleep that makes it doubtful again does not move the line.
    settled: bool,
    /// Frames that have an index, missing ones included.
    frames: u64,
    stated: Option<Rate>,
    doubt: Option<Doubt>,
    unplugged: bool,
    stamps: Stamps,
    /// Frames that wait for their index because their stamps are in doubt.
    held: u64,
    /// Gaps among these.
    gaps: Vec<Gap>,
}

/// Frames that arrived together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrived<'a> {
    /// How many.
    pub(super) frames: u64,
    /// The device's time of each; none at all, or `None`, where it says none.
    pub(super) stamps: &'a [Option<Seconds>],
    /// When.
    pub(super) at: Seconds,
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
        Self {
            clock: ClockFit::default(),
            settled: false,
            frames: 0,
            stated,
            doubt: None,
            unplugged: false,
            stamps: Stamps::default(),
            held: 0,
            gaps: Vec::new(),
        }
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
        self.stamps = Stamps::default();
    }

    /// By the device's counter so many frames never came; those that come next lie behind them.
    pub(super) fn skip(&mut self, frames: u64) {
        self.stamps.skip(frames);
        match &mut self.doubt {
            Some(doubt) => doubt.frames += frames,
            None if self.stamps.doubt() => self.held += frames,
            None => self.frames += frames,
        }
    }

    /// Frames arrived.
    pub(super) fn arrive(&mut self, arrived: &Arrived<'_>) -> Verdict {
        let believed = self.stamps.are_known() && self.doubt.is_none() && !self.unplugged;
        self.look(arrived, believed);
        if believed && (self.stamps.are_known() || !self.gaps.is_empty()) {
            self.held += arrived.frames;
            return if self.stamps.doubt() { Verdict::Held } else { Verdict::Go(self.go(Some(arrived.at))) };
        }
        let held = std::mem::take(&mut self.held);
        self.weigh(held + arrived.frames, arrived.at)
    }

    /// Decides what is in doubt now, because the stream is over or the port is gone.
    pub(super) fn settle(&mut self) -> Vec<Gap> {
        let mut gaps = self.go(None);
        gaps.extend(self.decide());
        gaps
    }

    /// Looks at the stamps. Holes in them are gaps, where there is something to hold them against.
    fn look(&mut self, arrived: &Arrived<'_>, believed: bool) {
        if arrived.stamps.is_empty() && !self.stamps.are_known() {
            return;
        }
        let last = SampleIndex(self.frames + self.held + arrived.frames);
        let late = self.lateness(last, arrived.at).zip(self.clock.rate());
        let most = late.map_or(0.0, |(late, (rate, _))| (late + PAUSE) * rate.hz());
        for frame in 0..arrived.frames {
            let stamp = arrived.stamps.get(frame as usize).copied().flatten();
            let Some(hole) = self.stamps.push(stamp.map(|stamp| stamp.0)) else { continue };
            let known: u64 = self.gaps.iter().map(|gap| gap.span.frames()).sum();
            if believed && (known + hole.frames) as f64 <= most {
                self.gap(hole, self.held + frame + 1 + known);
            } else {
                self.stamps = Stamps::default();
            }
        }
    }

    /// A gap before the last of so many frames that have no index yet.
    fn gap(&mut self, hole: Hole, frames: u64) {
        let start = SampleIndex(self.frames + frames - hole.before);
        self.gaps.push(Gap { span: Span { start, end: start + hole.frames }, cause: GapCause::Stalled, exact: false });
    }

    /// What was held because of its stamps has its index.
    fn go(&mut self, arrival: Option<Seconds>) -> Vec<Gap> {
        let missing: u64 = self.gaps.iter().map(|gap| gap.span.frames()).sum();
        self.frames += std::mem::take(&mut self.held) + missing;
        if let Some(arrival) = arrival {
            self.heard(self.frames, arrival);
        }
        std::mem::take(&mut self.gaps)
    }

    /// Weighs a pause of the arrivals.
    fn weigh(&mut self, frames: u64, arrival: Seconds) -> Verdict {
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
            self.heard(last, arrival);
            return Verdict::Go(Vec::new());
        };
        doubt.frames += frames;
        doubt.arrivals.push((doubt.frames, arrival.0));
        doubt.least = doubt.least.min(late.unwrap_or(0.0));
        let caught_up = late.is_none_or(|late| late < PAUSE / 2.0);
        if caught_up || arrival.0 - doubt.since >= DOUBT { Verdict::Go(Vec::from_iter(self.decide())) } else { Verdict::Held }
    }

    /// Whether there is a gap where there was a pause.
    fn decide(&mut self) -> Option<Gap> {
        let doubt = self.doubt.take()?;
        let rate = self.clock.rate().map_or(0.0, |(rate, _)| rate.hz());
        let pause = if doubt.cause == GapCause::Unplugged { 1.0 / rate.max(1e-9) } else { threshold(rate) };
        let missing = if doubt.least > pause { (doubt.least * rate).round() as u64 } else { 0 };
        let start = SampleIndex(self.frames);
        let base = self.frames + missing;
        for (frames, arrival) in doubt.arrivals {
            self.heard(base + frames, Seconds(arrival));
        }
        self.frames = base + doubt.frames;
        (missing > 0).then(|| Gap { span: Span { start, end: start + missing }, cause: doubt.cause, exact: false })
    }

    fn heard(&mut self, frames: u64, arrival: Seconds) {
        self.clock.push(SampleIndex(frames), arrival);
        self.settled |= self.clock.settled();
    }

    fn suspicion(&self, late: Option<f64>) -> Option<GapCause> {
        let late = late?;
        let rate = self.clock.rate()?.0.hz();
        if self.unplugged { Some(GapCause::Unplugged) } else { (late > threshold(rate)).then_some(GapCause::Stalled) }
    }

    /// `None` where the arrivals tell nothing: before the clock has settled, or from a pipe that runs at its own speed.
    fn lateness(&self, last: SampleIndex, arrival: Seconds) -> Option<f64> {
        let (rate, _) = self.clock.rate().filter(|_| self.settled)?;
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

    fn arrive(line: &mut Timeline, frames: u64, arrival: f64) -> Verdict {
        line.arrive(&Arrived { frames, stamps: &[], at: Seconds(arrival) })
    }

    /// A sensor of 100 Hz read every 20 ms for 10 s; then what the story says.
    fn steady() -> Timeline {
        let mut line = Timeline::new(None);
        for read in 1..=500_u64 {
            assert_eq!(arrive(&mut line, 2, read as f64 * 0.02), Verdict::Go(vec![]));
        }
        line
    }

    #[test]
    fn a_computer_that_paused_gets_the_held_samples_in_a_burst_and_nothing_is_lost() {
        let mut line = steady();
        assert_eq!(arrive(&mut line, 10, 12.0), Verdict::Held);
        assert_eq!(arrive(&mut line, 190, 12.001), Verdict::Go(vec![]));
        assert_eq!(line.frames(), 1200);
    }

    #[test]
    fn a_device_that_stalled_leaves_a_gap_of_its_length() {
        let mut line = steady();
        let mut gap = None;
        for read in 0..40_u64 {
            if let Verdict::Go(found) = arrive(&mut line, 2, 13.02 + read as f64 * 0.02) {
                gap = gap.or(found.first().copied());
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
            if let Verdict::Go(found) = arrive(&mut line, 2, 10.22 + read as f64 * 0.02) {
                gap = gap.or(found.first().copied());
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
                assert_eq!(arrive(&mut line, 1, arrival), Verdict::Go(vec![]), "at {arrival} s");
            }
        }
    }

    #[test]
    fn what_the_counter_says_is_lost_is_lost_once() {
        let mut line = steady();
        line.skip(300);
        for read in 0..40_u64 {
            assert_eq!(arrive(&mut line, 2, 13.02 + read as f64 * 0.02), Verdict::Go(vec![]));
        }
        assert_eq!(line.frames(), 1380);
    }

    #[test]
    fn a_pipe_that_runs_faster_than_its_stated_rate_has_no_gaps() {
        let mut line = Timeline::new(Rate::from_hz(100.0));
        for read in 1..=2000_u64 {
            assert_eq!(arrive(&mut line, 500, read as f64 * 0.001), Verdict::Go(vec![]));
        }
        assert_eq!(arrive(&mut line, 500, 9.0), Verdict::Go(vec![]));
    }

    /// A sensor of 100 Hz by its own clock, in reads of two; which of its frames come, and when each read returns after its last frame was made.
    fn stamped(line: &mut Timeline, frames: std::ops::Range<u64>, late: impl Fn(f64) -> f64) -> Vec<Gap> {
        let (mut gaps, mut arrival) = (Vec::new(), 0.0);
        for n in frames.step_by(2) {
            let made = |n: u64| Seconds(7.0 + n as f64 / 100.0);
            let time = (n + 2) as f64 / 100.0;
            arrival = late(time).max(arrival);
            if let Verdict::Go(found) =
                line.arrive(&Arrived { frames: 2, stamps: &[Some(made(n)), Some(made(n + 1))], at: Seconds(arrival) })
            {
                gaps.extend(found);
            }
        }
        gaps
    }

    /// The computer sleeps from 10 s to 12 s.
    fn asleep(time: f64) -> f64 {
        if (10.0..12.0).contains(&time) { 12.0 } else { time }
    }

    #[test]
    fn stamps_that_go_on_evenly_make_no_gap_of_a_pause_not_even_where_all_that_comes_later_is_late() {
        for late in [asleep, |time| if time > 10.0 { time + 0.7 } else { time }] {
            let mut line = Timeline::new(None);
            assert_eq!(stamped(&mut line, 0..3000, late), []);
            assert_eq!(line.frames(), 3000);
        }
    }

    #[test]
    fn a_hole_in_the_stamps_is_a_gap_at_its_place_also_where_the_computer_slept_and_a_buffer_ran_over() {
        let mut line = Timeline::new(None);
        assert_eq!(stamped(&mut line, 0..1080, asleep), []);
        // From 10.8 s on its buffer was full; what comes first in the burst is older than the hole.
        let gaps = stamped(&mut line, 1180..2000, asleep);
        let span = Span { start: SampleIndex(1080), end: SampleIndex(1180) };
        assert_eq!(gaps, [Gap { span, cause: GapCause::Stalled, exact: false }]);
        assert_eq!(line.frames(), 2000);
    }

    #[test]
    fn a_clock_that_somebody_sets_is_no_gap() {
        let mut line = Timeline::new(None);
        let mut gaps = stamped(&mut line, 0..1000, |time| time);
        gaps.extend(stamped(&mut line, 9_000_000..9_001_000, |time| time - 89_990.0));
        assert_eq!((gaps, line.frames()), (vec![], 2000));
    }

    #[test]
    fn what_the_counter_says_is_lost_is_no_hole_as_well() {
        let mut line = Timeline::new(None);
        let mut gaps = stamped(&mut line, 0..1000, |time| time);
        line.skip(40);
        gaps.extend(stamped(&mut line, 1040..2000, |time| time));
        assert_eq!((gaps, line.frames()), (vec![], 2000));
    }
}
