//! The cycles of the rhythms that are present, one by one.

use super::{Monitor, Plan};
use crate::rhythm::ledger::{Ledger, Present, Turned};
use crate::rhythm::{Estimate, Rhythm, derived, plan};

impl Monitor {
    /// Keeps the cycles of the rhythms that are present, one by one, from here on.
    pub fn keep_cycles(&mut self) {
        self.ledger = Some(Ledger::default());
    }

    /// The cycles that are certain and were not taken yet, in the order of their begins.
    pub fn take_cycles(&mut self) -> Vec<Turned> {
        self.ledger.as_mut().map(Ledger::drain).unwrap_or_default()
    }

    /// The last of them, where the stream is over.
    pub fn last_cycles(&mut self) -> Vec<Turned> {
        self.ledger.iter_mut().for_each(Ledger::finish);
        self.take_cycles()
    }

    /// Notes the cycles of a window that was looked at just now, where they are asked for. Where the rhythm's line is known, what other rhythms have put into
    /// the window is taken out first.
    pub(super) fn note_cycles(&mut self, plan: &mut Plan, estimate: &Estimate) {
        let Some(ledger) = &mut self.ledger else { return };
        let of = (estimate.channel, plan.rhythm);
        let Some(figure) = estimate.present() else { return ledger.leave(of) };
        let stream = &self.streams[estimate.channel][plan::lane(plan.rhythm)];
        let frames = self.clock.frames(estimate.window);
        let present = Present {
            rate: figure.rate.value * stream.factor() as f64 / (60.0 * self.clock.hz()),
            uneven: if plan.rhythm == Rhythm::Pulse { derived::PULSE_LENGTH } else { derived::BREATH_LENGTH },
            first: stream.first_frame((self.at.0, frames)) as f64,
            apart: stream.factor() as f64,
            own: self.at.0 as f64 - (frames as f64 - self.step as f64) / 2.0,
        };
        let looked = if frames == plan.frames {
            plan.window.as_mut()
        } else {
            plan.recent.iter_mut().find(|(len, _)| *len == frames).map(|(_, w)| w)
        };
        if let Some(alone) = looked.and_then(|window| window.alone(present.rate)) {
            return ledger.take(of, alone.iter().copied(), present);
        }
        match stream.window(self.at.0, frames, stream.outputs(frames)) {
            Some(window) => ledger.take(of, window, present),
            None => ledger.leave(of),
        }
    }
}
