//! What a device's own numbers say of the order of its frames: how many are missing before each, and when the device began anew.
//!
//! Noise on a line can turn a digit of a counter into another. So a number that leaps is not believed at once: its frame is kept until
//! the next one has agreed with it, or with those before.

use super::{Before, Frame};
use crate::signal::Seconds;

/// A leap of more frames than this has to be confirmed.
const LEAP: u64 = 16;
/// More frames than this are never said to be lost (at 250 Hz they would be four minutes): who fills the gap needs room for them.
const MOST_LOST: u64 = 1 << 16;
/// Of so many numbered frames so many at which the device's numbers went back, and not from their end to their begin, and seldom as they should: that is no device.
const NONSENSE: (u32, u32) = (320, 4);
/// Numbers that device counters begin again from.
const ROUND: [i64; 13] = [10, 100, 1 << 8, 1000, 1 << 12, 10_000, 1 << 16, 100_000, 1_000_000, 1 << 24, 1_000_000_000, 1 << 31, 1 << 32];
/// `millis()` and `micros()` begin again from here.
const CLOCK_WRAP: f64 = 4_294_967_296.0;
/// A clock that wraps has gone on by less than this part of its range.
const WRAPPED: f64 = CLOCK_WRAP / 16.0;

/// What a device says of a frame: as on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Mark {
    /// Its running number.
    pub(super) counter: Option<i64>,
    /// Its time, in ticks of the device's clock.
    pub(super) stamp: Option<f64>,
}

/// How the device counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rules {
    /// Its counter always begins again from here.
    pub(super) modulo: Option<i64>,
    /// Seconds in a tick of its clock.
    pub(super) tick: f64,
}

/// The order of the frames so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Succession {
    pub(super) rules: Rules,
    last: Mark,
    /// Frames since the last that had a number.
    unnumbered: u64,
    /// Ticks that wraps have taken from the stamps.
    wrapped: f64,
    held: Option<Mark>,
    values: Vec<f32>,
    /// Numbered frames since the count began, at how many of them the numbers went back, and at how many not as they should.
    counted: (u32, u32, u32),
}

/// How one mark follows another.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    before: Before,
    /// Ticks to be added to this stamp and to those behind it.
    wrap: f64,
}

impl Step {
    fn is_odd(self) -> bool {
        match self.before {
            Before::Reset => true,
            Before::Lost(frames) => frames > LEAP,
            Before::Untold | Before::Follows => false,
        }
    }
}

impl Succession {
    /// Takes a frame and hands over those of which it is clear what they are.
    pub(super) fn push(&mut self, mark: Mark, values: &[f32], take: &mut impl FnMut(Frame<'_>)) {
        if mark == Mark::default() && self.held.is_none() {
            self.unnumbered += 1;
            return take(Frame { values, stamp: None, before: Before::Untold });
        }
        if let Some(held) = self.held.take() {
            let confirmed = !self.step(held, mark, 0).is_odd();
            let held_is_wrong = !confirmed && !self.step(self.last, mark, self.unnumbered + 1).is_odd();
            self.settle(held, !held_is_wrong, take);
        }
        let step = self.step(self.last, mark, self.unnumbered);
        if step.is_odd() {
            self.held = Some(mark);
            self.values.clear();
            self.values.extend_from_slice(values);
        } else {
            self.hand_over((mark, step), values, take);
        }
    }

    /// Whether the numbers are none: a signal that rose for a while was taken for them.
    pub(super) fn is_nonsense(&self) -> bool {
        let (_, back, wrong) = self.counted;
        wrong >= NONSENSE.1 && 4 * wrong >= 3 * back
    }

    /// Hands over what is kept: nothing will confirm it.
    pub(super) fn finish(&mut self, take: &mut impl FnMut(Frame<'_>)) {
        if let Some(held) = self.held.take() {
            self.settle(held, false, take);
        }
    }

    /// Begins anew with other rules.
    pub(super) fn begin(&mut self, rules: Rules) {
        *self = Self { rules, values: std::mem::take(&mut self.values), ..Self::default() };
    }

    /// The port was closed and opened again: a counter that wraps soon says nothing of what was missed.
    pub(super) fn reopened(&mut self) {
        if self.rules.modulo.is_some() {
            self.last.counter = None;
        }
    }

    /// Hands over a frame that was kept; where its mark is not believed it has none.
    fn settle(&mut self, held: Mark, believed: bool, take: &mut impl FnMut(Frame<'_>)) {
        let values = std::mem::take(&mut self.values);
        let mark = if believed { held } else { Mark::default() };
        let step = if believed { self.step(self.last, held, self.unnumbered) } else { Step { before: Before::Untold, wrap: 0.0 } };
        self.hand_over((mark, step), &values, take);
        self.values = values;
    }

    fn hand_over(&mut self, (mark, step): (Mark, Step), values: &[f32], take: &mut impl FnMut(Frame<'_>)) {
        self.wrapped = if step.before == Before::Reset { 0.0 } else { self.wrapped + step.wrap };
        let stamp = mark.stamp.map(|ticks| Seconds((ticks + self.wrapped) * self.rules.tick));
        take(Frame { values, stamp, before: step.before });
        let (frames, all_back, all_wrong) = if self.counted.0 < NONSENSE.0 { self.counted } else { (0, 0, 0) };
        let back = mark.counter.zip(self.last.counter).is_some_and(|(now, last)| now < last);
        let wrong = step.before == Before::Reset || (back && matches!(step.before, Before::Lost(_)));
        self.counted = (frames + 1, all_back + u32::from(back || wrong), all_wrong + u32::from(wrong));
        self.unnumbered = if mark.counter.is_some() { 0 } else { self.unnumbered + 1 };
        self.last = Mark { counter: mark.counter.or(self.last.counter), stamp: mark.stamp.or(self.last.stamp) };
    }

    /// How a mark follows one before it, with so many frames without a number between them.
    fn step(&self, last: Mark, next: Mark, between: u64) -> Step {
        let counted = last.counter.zip(next.counter).map(|(last, next)| counted(last, next, (between, self.rules.modulo)));
        let timed = last.stamp.zip(next.stamp).map(|(last, next)| wrap(last, next));
        let wrap = timed.flatten().unwrap_or(0.0);
        let before = match (counted, timed) {
            // One that goes on is believed more than one that has gone back: noise does the latter.
            (Some(Before::Reset), Some(Some(_))) => Before::Untold,
            (None, Some(None)) => Before::Reset,
            (counted, _) => counted.unwrap_or(Before::Untold),
        };
        Step { before, wrap }
    }
}

/// What a counter says: its last value and its next, how many frames without a number came between, and where it begins again if that is fixed.
pub(super) fn counted(last: i64, next: i64, (between, modulo): (u64, Option<i64>)) -> Before {
    let due = i64::try_from(between).unwrap_or(i64::MAX).saturating_add(1);
    let rise = next.saturating_sub(last);
    let lost = if let Some(modulo) = modulo {
        Some(rise.wrapping_sub(due).rem_euclid(modulo))
    } else if rise > 0 {
        Some((rise - due).max(0))
    } else {
        // It has wrapped if it stood near the top of its range and is near the bottom now.
        let over = |modulo: i64| match () {
            () if next < 0 => rise.saturating_add(modulo),
            () if last < modulo => rise + modulo,
            () => i64::MAX,
        };
        let near = |over: i64, modulo: i64| over >= due && over - due <= (modulo / 2 - 1).min(64);
        ROUND.iter().map(|&modulo| (over(modulo), modulo)).find(|&(over, modulo)| near(over, modulo)).map(|(over, _)| over - due)
    };
    match lost.and_then(|lost| u64::try_from(lost).ok()) {
        Some(0) => Before::Follows,
        Some(lost) if lost <= MOST_LOST => Before::Lost(lost),
        _ => Before::Reset,
    }
}

/// The ticks that a stamp has lost by wrapping since the last one; `None` where it has gone back otherwise.
fn wrap(last: f64, next: f64) -> Option<f64> {
    if next >= last {
        return Some(0.0);
    }
    let on = next + CLOCK_WRAP - last;
    (0.0..WRAPPED).contains(&on).then_some(CLOCK_WRAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of frames with these counters, with the value of each frame.
    fn said(modulo: Option<i64>, counters: &[i64]) -> Vec<Before> {
        let mut succession = Succession { rules: Rules { modulo, tick: 0.001 }, ..Succession::default() };
        let mut out = Vec::new();
        let mut take = |frame: Frame<'_>| out.push(frame.before);
        counters.iter().for_each(|&n| succession.push(Mark { counter: Some(n), stamp: None }, &[n as f32], &mut take));
        succession.finish(&mut take);
        out
    }

    fn stamps(ticks: &[f64]) -> Vec<(Option<f64>, Before)> {
        let mut succession = Succession { rules: Rules { modulo: None, tick: 0.001 }, ..Succession::default() };
        let mut out = Vec::new();
        let mut take = |frame: Frame<'_>| out.push((frame.stamp.map(|stamp| stamp.0), frame.before));
        ticks.iter().for_each(|&t| succession.push(Mark { counter: None, stamp: Some(t) }, &[0.0], &mut take));
        succession.finish(&mut take);
        out
    }

    use Before::{Follows, Lost, Reset, Untold};

    #[test]
    fn a_jump_of_the_counter_is_so_many_frames_lost() {
        assert_eq!(said(None, &[5, 6, 9, 10]), [Untold, Follows, Lost(2), Follows]);
        assert_eq!(said(Some(256), &[254, 1, 2]), [Untold, Lost(2), Follows]);
        assert_eq!(said(Some(16), &[15, 0, 15]), [Untold, Follows, Lost(14)]);
        assert_eq!(said(None, &[5, 1005, 1006]), [Untold, Lost(999), Follows]);
    }

    #[test]
    fn a_counter_that_wraps_at_a_round_number_goes_on() {
        let tops = [9, 99, 255, 999, 4095, 9999, 65_535, 99_999, 999_999, 16_777_215, 999_999_999, 2_147_483_647, 4_294_967_295];
        let others = [(65_534, 1, 2), (8, 0, 1), (4_294_967_295, 2, 2), (32_767, -32_768, 0)];
        for (last, next, lost) in tops.map(|top| (top, 0, 0)).into_iter().chain(others) {
            let expected = if lost == 0 { Follows } else { Lost(lost) };
            assert_eq!(said(None, &[last - 1, last, next, next + 1])[2], expected, "{last} {next}");
        }
    }

    #[test]
    fn a_counter_that_goes_back_otherwise_is_a_device_that_began_anew() {
        assert_eq!(said(None, &[5000, 5001, 0, 1]), [Untold, Follows, Reset, Follows]);
    }

    #[test]
    fn a_digit_that_noise_has_changed_loses_no_frame_and_invents_no_gap() {
        assert_eq!(said(None, &[100, 101, 902, 103, 104]), [Untold, Follows, Untold, Follows, Follows]);
        assert_eq!(said(None, &[100, 101, 2, 103, 104]), [Untold, Follows, Untold, Follows, Follows]);
    }

    #[test]
    fn a_clock_that_wraps_goes_on_and_one_that_goes_back_is_a_reset() {
        let top = CLOCK_WRAP - 6.0;
        let seconds: Vec<f64> = stamps(&[top, 4.0, 14.0]).iter().filter_map(|frame| frame.0).collect();
        assert!(seconds.windows(2).all(|pair| (pair[1] - pair[0] - 0.01).abs() < 1e-6), "{seconds:?}");
        assert_eq!(stamps(&[50_000.0, 10.0, 20.0])[1], (Some(0.01), Reset));
    }

    #[test]
    fn no_counter_makes_a_gap_without_end() {
        assert_eq!(said(None, &[0, i64::MAX, i64::MIN, i64::MAX]).len(), 4);
    }
}
