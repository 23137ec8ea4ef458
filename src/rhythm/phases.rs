//! The phase of the cranial rhythm at given instants: each from the window that has it nearest to its middle, where that phase was followed. So it
//! is told by the window's own samples alone, however they were split, and costs a few numbers an instant.

use crate::signal::SampleIndex;

/// The phase of a rhythm at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Phase {
    /// Of a cosine: 0 where the trace is at its crest, −π and π at its trough.
    pub radians: f64,
    /// The rate in the window that tells it, cycles a minute.
    pub per_min: f64,
}

/// Asked instants and what is known of them, a channel.
#[derive(Debug, Default)]
pub struct Phases {
    /// In their order.
    instants: Vec<SampleIndex>,
    /// For each channel and instant, how far the window's middle is, twice, in frames, and the phase.
    channels: Vec<Vec<Option<(u64, Phase)>>>,
}

/// A window whose phase was followed.
#[derive(Clone, Copy, Debug)]
pub struct Followed {
    /// The frame after its last.
    pub end: SampleIndex,
    /// Its length in frames.
    pub frames: u64,
    /// The rhythm's rate in it, cycles a minute.
    pub per_min: f64,
}

impl Phases {
    /// For instants of so many channels.
    pub fn new(mut instants: Vec<SampleIndex>, channels: usize) -> Self {
        instants.sort_unstable();
        instants.dedup();
        Self { channels: vec![vec![None; instants.len()]; channels], instants }
    }

    /// Follows these instants from here on; what is known of those that were followed before is kept. Whether anything has changed.
    pub fn follow(&mut self, instants: Vec<SampleIndex>, channels: usize) -> bool {
        let mut next = Self::new(instants, channels);
        let same = next.instants == self.instants && next.channels.len() == self.channels.len();
        if !same {
            next.absorb(self);
            *self = next;
        }
        !same
    }

    /// Takes what another knows of the same instants, where its window's middle is nearer. Whether anything has changed.
    pub fn absorb(&mut self, other: &Self) -> bool {
        let mut changed = false;
        for (own, others) in self.channels.iter_mut().zip(&other.channels) {
            for (instant, known) in self.instants.iter().zip(own) {
                let theirs = other.instants.binary_search(instant).ok().and_then(|at| others[at]);
                if let Some((off, phase)) = theirs.filter(|(off, _)| known.is_none_or(|(so_far, _)| *off < so_far)) {
                    *known = Some((off, phase));
                    changed = true;
                }
            }
        }
        changed
    }

    /// Takes a window of a channel; `phase` tells radians at a frame, where they were followed.
    pub fn take(&mut self, channel: usize, window: Followed, phase: impl Fn(SampleIndex) -> Option<f64>) {
        let Some(known) = self.channels.get_mut(channel) else { return };
        let start = SampleIndex(window.end.0 - window.frames);
        let from = self.instants.partition_point(|instant| *instant < start);
        for (instant, known) in self.instants.iter().zip(known).skip(from).take_while(|(instant, _)| **instant < window.end) {
            let off = (2 * instant.0).abs_diff(start.0 + window.end.0);
            if known.is_none_or(|(so_far, _)| off < so_far)
                && let Some(radians) = phase(*instant)
            {
                *known = Some((off, Phase { radians, per_min: window.per_min }));
            }
        }
    }

    /// Each instant and the phase there, of one channel.
    pub fn of(&self, channel: usize) -> impl Iterator<Item = (SampleIndex, Option<Phase>)> {
        let known = self.channels.get(channel).into_iter().flatten();
        self.instants.iter().copied().zip(known.map(|known| known.map(|(_, phase)| phase)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_the_phase_of_the_window_whose_middle_is_nearest() {
        let mut phases = Phases::new([70, 20, 500, 70].map(SampleIndex).to_vec(), 2);
        for (end, per_min) in [(100, 1.0), (120, 2.0), (140, 3.0)] {
            // Followed but for ten frames at either end.
            let followed = |at: SampleIndex| (at.0 >= end - 90 && at.0 < end - 10).then_some(at.0 as f64);
            phases.take(1, Followed { end: SampleIndex(end), frames: 100, per_min }, followed);
        }
        let told: Vec<_> = phases.of(1).map(|(at, phase)| (at.0, phase.map(|phase| (phase.radians, phase.per_min)))).collect();
        assert_eq!(told, [(20, Some((20.0, 1.0))), (70, Some((70.0, 2.0))), (500, None)]);
        assert!(phases.of(0).all(|(_, phase)| phase.is_none()));
    }
}
