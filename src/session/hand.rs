//! The hand beside the instrument: the taps, and what is known of the measured phase at each. More than one monitor may tell it: that which goes with the
//! stream, and in a replay that which goes through the whole recording.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::protocol::Tapped;
use crate::rhythm::{Felt, Phase, Phases};
use crate::signal::{AnnotationId, Annotations, Edit, Kind, Layout, Rate, Role, SampleIndex, Seconds};

/// The taps of a session, and what they say.
#[derive(Debug, Default)]
pub(super) struct Hand {
    taps: BTreeMap<AnnotationId, SampleIndex>,
    /// Counts the changes of the taps.
    number: u64,
    phases: Phases,
    /// Of a recording, whose rate is known; live it is the one in force.
    rate: Option<Rate>,
    told: Arc<Vec<Tapped>>,
}

impl Hand {
    /// With the taps of a recording.
    pub(super) fn of(annotations: &Annotations, rate: Rate) -> Self {
        let mut hand = Self { rate: Some(rate), ..Self::default() };
        annotations.iter().for_each(|annotation| hand.annotated(&Edit::Put(annotation.clone())));
        hand
    }

    /// Takes note of an edit.
    pub(super) fn annotated(&mut self, edit: &Edit) {
        let before = match edit {
            Edit::Put(annotation) if annotation.kind == Kind::Tap => {
                self.taps.insert(annotation.id, annotation.start) != Some(annotation.start)
            }
            other => self.taps.remove(&other.id()).is_some(),
        };
        self.number += u64::from(before);
    }

    /// The instants that a monitor should follow, where they have changed since it was told; `number` is what it knew, and is brought up to date.
    pub(super) fn news(&self, number: &mut u64) -> Option<Vec<SampleIndex>> {
        (std::mem::replace(number, self.number) != self.number).then(|| self.taps.values().copied().collect())
    }

    /// What the taps say.
    pub(super) fn told(&self) -> Arc<Vec<Tapped>> {
        self.told.clone()
    }

    /// Takes what a monitor knows; gives what there is to compute from, where that has changed.
    pub(super) fn absorb(&mut self, phases: &Phases, (layout, rate): (&Layout, Rate)) -> Option<Vec<Beside>> {
        let mut changed = self.phases.follow(self.taps.values().copied().collect(), layout.channels.len());
        changed |= self.phases.absorb(phases);
        let rate = self.rate.unwrap_or(rate);
        let beside =
            |channel: usize| Beside { channel, taps: self.phases.of(channel).map(|(at, phase)| (rate.time_of(at), phase)).collect() };
        changed.then(|| self.channels(layout).into_iter().map(beside).collect())
    }

    /// Tells what was computed.
    pub(super) fn tell(&mut self, told: Vec<Tapped>) {
        self.told = Arc::new(told);
    }

    /// The channels that are there for the cranial rhythm; where none is, the one in which it was there at most taps.
    fn channels(&self, layout: &Layout) -> Vec<usize> {
        let all = 0..layout.channels.len();
        let cranial: Vec<usize> = all.clone().filter(|channel| layout.channels[*channel].role == Role::Cranial).collect();
        let known = |channel: &usize| self.phases.of(*channel).filter(|(_, phase)| phase.is_some()).count();
        if cranial.is_empty() { all.rev().max_by_key(known).into_iter().collect() } else { cranial }
    }
}

/// The taps beside one channel.
#[derive(Debug)]
pub(super) struct Beside {
    channel: usize,
    taps: Vec<(Seconds, Option<Phase>)>,
}

impl Beside {
    /// What they say. Takes milliseconds.
    pub(super) fn tapped(&self) -> Tapped {
        let felt = Felt::of(&self.taps);
        let turns = felt.locking.map(|locking| locking.turns(&self.taps)).unwrap_or_default();
        Tapped { channel: self.channel, felt, turns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::Monitor;
    use crate::signal::{Annotation, Block, Channel};

    /// Minutes of a rhythm of 6 /min at 20 Hz, tapped at every second crest.
    fn listen(told_beforehand: bool) -> Vec<Tapped> {
        let layout = Layout { channels: vec![Channel::named("left", "µm")], nominal: Rate::from_hz(20.0).unwrap() };
        let mut monitor = Monitor::new(&layout, &crate::rhythm::Settings::default());
        let tap = |n: u64| Annotation {
            id: AnnotationId(n),
            kind: Kind::Tap,
            start: SampleIndex(200 + 400 * n),
            end: None,
            label: String::new(),
        };
        let (mut hand, mut number, mut rows, mut told) = (Hand::default(), 0, Vec::new(), Vec::new());
        if told_beforehand {
            (0..12).for_each(|n| hand.annotated(&Edit::Put(tap(n))));
        }
        for second in 0..300_u64 {
            let sample = |n: u64| (50.0 * (std::f64::consts::TAU * n as f64 / 200.0).cos() + (n * 7919 % 13) as f64 * 0.2) as f32;
            let samples = (second * 20..second * 20 + 20).map(sample).collect();
            if let Some(taps) = hand.news(&mut number) {
                monitor.follow(taps);
            }
            monitor.push(&Block { start: SampleIndex(second * 20), channels: 1, samples }, &mut rows);
            if let Some(beside) = hand.absorb(monitor.phases(), (&layout, layout.nominal)) {
                told = beside.iter().map(Beside::tapped).collect();
            }
            if !told_beforehand && (second + 1) % 20 == 10 && second < 240 {
                hand.annotated(&Edit::Put(tap(second / 20)));
            }
        }
        told
    }

    #[test]
    fn taps_that_come_one_by_one_are_told_as_those_that_were_known_beforehand() {
        let live = listen(false);
        let felt = live[0].felt;
        assert_eq!((felt.taps, felt.locking.map(|locking| locking.ratio.word())), (12, Some("1:2")), "{felt:?}");
        assert!(felt.locking.unwrap().value > 0.95 && live[0].turns.len() == felt.taps_measured, "{live:?}");
        assert_eq!(live, listen(true));
    }

    #[test]
    fn a_tap_that_is_taken_back_counts_no_more() {
        let put =
            |id| Edit::Put(Annotation { id: AnnotationId(id), kind: Kind::Tap, start: SampleIndex(9), end: None, label: String::new() });
        let (mut hand, mut number) = (Hand::default(), 0);
        hand.annotated(&put(3));
        assert_eq!(hand.news(&mut number), Some(vec![SampleIndex(9)]));
        assert_eq!(hand.news(&mut number), None);
        hand.annotated(&Edit::Delete(AnnotationId(3)));
        assert_eq!(hand.news(&mut number), Some(Vec::new()));
    }
}
