//! The cranial rhythm of the left side beside that of the right.

use super::super::plan::{self, Plan};
use super::super::symmetry;
use super::super::{Interval, Row, Symmetry};
use super::Monitor;
use crate::signal::Seconds;

impl Monitor {
    /// How the right side lies to the left in this window, where either has the rhythm, or both the same.
    pub(super) fn symmetry(&mut self, plan: &mut Plan, rows: &[Row]) -> Option<Symmetry> {
        let (left, right) = self.layout.left_right()?;
        let of = |channel: usize| {
            rows.iter().find_map(|row| match row {
                Row::Estimate(estimate) if estimate.channel == channel => estimate.present().map(|figure| figure.rate),
                _ => None,
            })
        };
        let (own, other) = (of(left), of(right));
        if own.zip(other).is_some_and(|(own, other)| are_two(own, other, self.clock.duration(plan.frames))) {
            return None;
        }
        let rate = own.or(other)?.value;
        if !self.is_whole(left, plan.frames) || !self.is_whole(right, plan.frames) {
            return None;
        }
        let window = plan.window.as_mut()?;
        let beside = self.beside.as_mut()?;
        let slow = plan::lane(plan.rhythm);
        window.look(self.streams[left][slow].window(self.at.0, plan.frames, window.len())?);
        beside.look(self.streams[right][slow].window(self.at.0, plan.frames, beside.len())?);
        let per_min = 60.0 * self.clock.hz() / self.streams[left][slow].factor() as f64;
        let [a, b] = window.beside(beside, rate / per_min)?;
        let behind = symmetry::behind(a, b);
        let seconds = |radians: f64| radians / std::f64::consts::TAU / (rate / 60.0);
        Some(Symmetry {
            left,
            right,
            rhythm: plan.rhythm,
            end: self.at,
            t: self.clock.time_of(self.at),
            window: self.clock.duration(plan.frames),
            amplitude_ratio: symmetry::ratio(a, b)?,
            lag: Interval { value: seconds(behind.value), low: seconds(behind.low), high: seconds(behind.high) },
            coherence: window.coherence(beside, rate / per_min),
        })
    }
}

/// Whether two rates a minute are of two rhythms: further apart than a window of that length and their intervals leave in doubt.
fn are_two(left: Interval, right: Interval, window: Seconds) -> bool {
    (left.value - right.value).abs() > 30.0 / window.0 + left.half_width() + right.half_width()
}
