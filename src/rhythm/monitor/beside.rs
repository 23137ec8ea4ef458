//! What is known of the breath before a rhythm is looked for beside it.

use super::{Monitor, Plan};
use crate::rhythm::attribution::{self, Breath, Reference};
use crate::rhythm::slower::Slower;
use crate::rhythm::{Rhythm, plan};

/// Cycles of the trace that are no line are a breath that a pulse is held against where their p is below this; held against what is none it would be lost.
const SURE: f64 = 0.001;

/// What is known of the breath where a rhythm is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside {
    pub(super) breath: Breath,
    /// What a pulse is held against.
    pub(super) slower: Option<Slower>,
}

impl Monitor {
    /// What a row of a channel is told beside; `reference` is where a channel of the breath's own has it.
    pub(super) fn beside(&self, plan: &mut Plan, channel: usize, reference: Option<Reference>) -> Beside {
        Beside { breath: self.breath(channel, reference), slower: self.slower(plan, channel) }
    }

    /// What is known of the breath where a channel is looked at.
    fn breath(&self, channel: usize, reference: Option<Reference>) -> Breath {
        match reference {
            _ if self.is_breath(channel) => Breath::Own,
            Some(reference) => Breath::Reference(reference),
            None => Breath::Unknown,
        }
    }

    /// Where the first of the breath's own channels that has a breath has it.
    pub(super) fn reference(&self, plan: &mut Plan) -> Option<Reference> {
        (0..self.layout.channels.len()).filter(|channel| self.is_breath(*channel)).find_map(|channel| self.breath_of(channel, plan))
    }

    /// Where the breath is in its own channel, over this plan's window.
    fn breath_of(&self, channel: usize, plan: &mut Plan) -> Option<Reference> {
        if !matches!(plan.rhythm, Rhythm::Cranial | Rhythm::Breath) || !self.is_whole(channel, plan.frames) {
            return None;
        }
        let ranges = (self.range(plan, Rhythm::Breath), self.range(plan, Rhythm::Cranial));
        let window = plan.window.as_mut()?;
        window.look(self.streams[channel][plan::lane(plan.rhythm)].window(self.at.0, plan.frames, window.len())?);
        let at = attribution::breath_or_slower(window, Breath::Own, ranges)?;
        let line = window.lines().iter().find(|line| line.frequency == at)?;
        Some(Reference { at, reach: line.reach() })
    }

    /// What a pulse is held against: the breath of its trace, over its own window.
    fn slower(&self, plan: &mut Plan, channel: usize) -> Option<Slower> {
        let window = plan.slower.as_mut().filter(|_| self.is_whole(channel, plan.frames))?;
        let [slow, fast] = [Rhythm::Breath, Rhythm::Pulse].map(|rhythm| &self.streams[channel][plan::lane(rhythm)]);
        window.look(slow.window(self.at.0, plan.frames, window.len())?);
        let picked = attribution::strongest(window, window.shape().range);
        // Where the window is short for it a breath is hidden by its own harmonics; its cycles tell it.
        let (breath, rate) = window.figure(picked, (1.0, f64::INFINITY), SURE)?;
        let pace = fast.factor() as f64 / slow.factor() as f64;
        (picked.is_some() || breath.present).then(|| {
            Slower::new((rate * pace, breath.amplitude.value / 2.0), window.sizes(rate), breath.regularity)
                .told_to(breath.rate.half_width() / breath.rate.value)
        })
    }
}
