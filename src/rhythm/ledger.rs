//! The cycles of the rhythms that are present, one by one: from trough to trough, with the peak between. In each window where a rhythm is present
//! its cycles are found as those of a pulse are found for what rides on it (`derived/cycles.rs`): their times from the phase of the
//! fundamental, their sizes from the shape that all of the window share, other rhythms taken out. A cycle is told by the window that has it nearest to its middle.

use std::collections::HashMap;

use super::Rhythm;
use super::derived::{Cycles, Turn};

/// A cycle begins where the one before ended, if it begins within this share of it from there.
const JOINED: f64 = 0.3;

/// One cycle of a rhythm in a channel. Times are in frames from the recording's start; they lie between frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turned {
    /// Which channel.
    pub channel: usize,
    /// Which rhythm.
    pub rhythm: Rhythm,
    /// The trough that it begins at.
    pub begin: f64,
    /// Its peak.
    pub peak: f64,
    /// The next trough.
    pub end: f64,
    /// Peak to trough, in the channel's unit.
    pub amplitude: f64,
    /// Whether it is like its neighbours in length, size and shape; what is not may be an artefact.
    pub sound: bool,
}

impl Turned {
    fn middle(&self) -> f64 {
        f64::midpoint(self.begin, self.end)
    }
}

/// Takes windows as they end, and tells each cycle once.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    cycles: Cycles,
    lanes: HashMap<(usize, Rhythm), Lane>,
    told: Vec<Turned>,
}

#[derive(Debug)]
struct Lane {
    /// Where the last cycle that was told ended.
    until: f64,
    /// Of the latest window, those that a later one may have nearer to its middle.
    rest: Vec<Turned>,
}

impl Default for Lane {
    fn default() -> Self {
        Self { until: f64::NEG_INFINITY, rest: Vec::new() }
    }
}

/// A window in which a rhythm is present.
#[derive(Clone, Copy, Debug)]
pub(super) struct Present {
    /// Cycles a sample.
    pub(super) rate: f64,
    /// How many times as long as its neighbours a cycle may be.
    pub(super) uneven: f64,
    /// The frame of the first sample, and frames from one to the next.
    pub(super) first: f64,
    pub(super) apart: f64,
    /// Cycles whose middle lies before this frame are told by this window or those before.
    pub(super) own: f64,
}

impl Ledger {
    /// Takes the samples of a window of a channel.
    pub(super) fn take(&mut self, of: (usize, Rhythm), window: impl Iterator<Item = f64>, present: Present) {
        let Present { rate, uneven, first, apart, own } = present;
        if !self.cycles.find(window, (rate, uneven)) {
            return self.leave(of);
        }
        let frame = |place: f64| first + place * apart;
        let turned = |turn: Turn| Turned {
            channel: of.0,
            rhythm: of.1,
            begin: frame(turn.begin),
            peak: frame(turn.peak),
            end: frame(turn.end),
            amplitude: turn.size,
            sound: turn.sound,
        };
        let lane = self.lanes.entry(of).or_default();
        lane.rest.clear();
        for one in self.cycles.turns().map(turned) {
            if one.middle() < own {
                lane.tell(one, &mut self.told);
            } else {
                lane.rest.push(one);
            }
        }
    }

    /// The rhythm is not present in the latest window: no later one has what the last one left.
    pub(super) fn leave(&mut self, of: (usize, Rhythm)) {
        if let Some(lane) = self.lanes.get_mut(&of) {
            let rest = std::mem::take(&mut lane.rest);
            rest.into_iter().for_each(|one| lane.tell(one, &mut self.told));
        }
    }

    /// The stream is over.
    pub(super) fn finish(&mut self) {
        let lanes: Vec<(usize, Rhythm)> = self.lanes.keys().copied().collect();
        lanes.into_iter().for_each(|of| self.leave(of));
    }

    /// Forgets what came before.
    pub(super) fn reset(&mut self) {
        self.lanes.clear();
        self.told.clear();
    }

    /// What was told since, in the order of their begins.
    pub(super) fn drain(&mut self) -> Vec<Turned> {
        let mut told = std::mem::take(&mut self.told);
        told.sort_by(|a, b| a.begin.total_cmp(&b.begin).then(a.channel.cmp(&b.channel)));
        told
    }
}

impl Lane {
    fn tell(&mut self, mut one: Turned, told: &mut Vec<Turned>) {
        if one.middle() <= self.until {
            return;
        }
        // Two windows tell the trough between them a little differently.
        if (one.begin - self.until).abs() < JOINED * (one.end - one.begin) && self.until < one.peak {
            one.begin = self.until;
        }
        self.until = one.end;
        told.push(one);
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use crate::rhythm::{Monitor, Rhythm, Settings, Turned};
    use crate::signal::{Block, Channel, Layout, Rate, SampleIndex};

    /// The cycles of a rhythm in seconds of a signal at 50 Hz, by its value at a time.
    fn cycles(seconds: u32, rhythm: Rhythm, value: impl Fn(f64) -> f64) -> Vec<Turned> {
        let layout = Layout { channels: vec![Channel::named("belt", "µm")], nominal: Rate::from_hz(50.0).unwrap() };
        let mut monitor = Monitor::new(&layout, &Settings::default());
        monitor.keep_cycles();
        let samples = (0..seconds * 50).map(|n| value(f64::from(n) / 50.0) as f32).collect();
        let mut rows = Vec::new();
        monitor.push(&Block { start: SampleIndex(0), channels: 1, samples }, &mut rows);
        let mut told = monitor.last_cycles();
        told.retain(|one| one.rhythm == rhythm);
        told
    }

    #[test]
    fn every_cycle_is_told_once_with_its_times_and_its_size() {
        // 14.4 breaths a minute, crests at multiples of 4.1667 s.
        let period = 60.0 / 14.4;
        let told = cycles(240, Rhythm::Breath, |t| 50.0 + 3.0 * (TAU * t / period).cos());
        // 57 in all; the phase is not followed up to the edges of the first and the last window, and up to two at either end are not told.
        assert!((53..=57).contains(&told.len()), "{}", told.len());
        for one in &told {
            let [begin, peak, end] = [one.begin, one.peak, one.end].map(|frame| frame / 50.0);
            let off = |time: f64, share: f64| ((time / period - share).rem_euclid(1.0) + 0.5).rem_euclid(1.0) - 0.5;
            assert!(off(begin, 0.5).abs() < 0.03 && off(peak, 0.0).abs() < 0.03, "{begin} {peak}");
            assert!((end - begin - period).abs() < 0.1 && (one.amplitude - 6.0).abs() < 0.1 && one.sound, "{one:?}");
        }
        assert!(told.windows(2).all(|pair| pair[0].end == pair[1].begin), "one follows the other");
    }

    #[test]
    fn a_breath_that_goes_in_faster_than_out_rises_faster_than_it_falls() {
        let told = cycles(180, Rhythm::Breath, |t| {
            let share = (t / 4.0).fract();
            if share < 0.3 { -(share / 0.3 * TAU / 2.0).cos() } else { ((share - 0.3) / 0.7 * TAU / 2.0).cos() }
        });
        assert!(told.len() > 38, "{}", told.len());
        let rise: f64 = told.iter().map(|one| (one.peak - one.begin) / (one.end - one.begin)).sum::<f64>() / told.len() as f64;
        assert!((rise - 0.3).abs() < 0.06, "{rise}");
    }

    #[test]
    fn where_there_is_no_rhythm_there_are_no_cycles_and_none_goes_over_a_gap() {
        let mut state = 1_u64;
        let noise = std::cell::RefCell::new(move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / f64::from(1 << 24) - 0.5
        });
        assert!(cycles(120, Rhythm::Breath, |_| noise.borrow_mut()()).len() < 10);
        let told = cycles(240, Rhythm::Breath, |t| if (100.0..110.0).contains(&t) { f64::NAN } else { (TAU * t / 4.0).sin() });
        assert!(told.len() > 45, "{}", told.len());
        assert!(told.iter().all(|one| one.end <= 100.0 * 50.0 || one.begin >= 110.0 * 50.0));
    }
}
