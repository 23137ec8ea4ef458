//! What rides on the pulses and breaths that a step has found.

use super::super::derived::{self, Known};
use super::super::plan;
use super::super::{Estimate, Flag, Flags, Rhythm, Row, Series};
use super::Monitor;

/// A breath that is flagged so may be another rhythm.
const DOUBTS: [Flag; 2] = [Flag::SharedWithBreath, Flag::BreathOrCranial];

impl Monitor {
    /// Looks at what rides on the pulses and breaths that this step's rows, from `begin` on, have found.
    pub(super) fn look_at_series(&mut self, begin: usize, rows: &mut Vec<Row>) {
        let mut plans = std::mem::take(&mut self.series);
        let end = rows.len();
        for channel in 0..self.layout.channels.len() {
            let told = |channel: usize, rhythm: Rhythm| {
                rows[begin..end].iter().find_map(|row| match row {
                    Row::Estimate(e) if (e.channel, e.rhythm) == (channel, rhythm) => Some((e.present()?.rate.value, e.flags)),
                    _ => None,
                })
            };
            let rate = |channel, rhythm| told(channel, rhythm).map(|(rate, _)| rate);
            let [pulse, own, cranial] = [Rhythm::Pulse, Rhythm::Breath, Rhythm::Cranial].map(|rhythm| rate(channel, rhythm));
            let mut belts = (0..self.layout.channels.len()).filter(|belt| self.is_breath(*belt) && !self.is_breath(channel));
            let belt = belts.find_map(|belt| rate(belt, Rhythm::Breath));
            let elsewhere = belt.or(self.reference_per_min.filter(|_| !self.is_breath(channel)));
            let is_doubtful = |(_, flags): (f64, Flags)| DOUBTS.into_iter().any(|doubt| flags.contains(doubt));
            let doubtful = elsewhere.is_none() && told(channel, Rhythm::Breath).is_some_and(is_doubtful);
            let at = self.at.0;
            let beside = (elsewhere.or(own), doubtful, cranial);
            for plan in plans.iter_mut().filter(|plan| at.is_multiple_of(plan.every)) {
                let (carrier, series): (_, &[Series]) = match (plan.carrier, pulse) {
                    (Rhythm::Pulse, _) => (pulse, &[Series::Baseline, Series::PulseAmplitude, Series::PulseRate]),
                    (_, None) => (own, &[Series::Baseline, Series::BreathAmplitude, Series::BreathRate]),
                    (_, Some(_)) => (own, &[Series::BreathAmplitude, Series::BreathRate]),
                };
                if let Some(carrier) = carrier {
                    self.look_at_carrier((channel, carrier, beside), plan, (series, rows));
                }
            }
        }
        self.series = plans;
    }

    /// Looks at the series of one channel's pulse or breath.
    fn look_at_carrier(
        &mut self,
        (channel, carrier, (breath, doubtful, cranial)): (usize, f64, (Option<f64>, bool, Option<f64>)),
        plan: &mut derived::Plan,
        (series, rows): (&[Series], &mut Vec<Row>),
    ) {
        if self.at - self.start < plan.frames {
            return;
        }
        let stream = &self.streams[channel][plan::lane(plan.carrier)];
        let per_min = 60.0 * self.clock.hz() / stream.factor() as f64;
        let window = stream.window(self.at.0, plan.frames, plan.len).filter(|_| self.is_whole(channel, plan.frames));
        let found = window.is_some_and(|window| self.derived.find(window, (plan.carrier, carrier / per_min)));
        let known = Known { per_min, breath_per_min: breath, cranial_per_min: cranial, threshold: self.settings.threshold };
        for &series in series {
            let (mut figure, mut flags) = if found { self.derived.judge(series, plan, known) } else { (None, Flags::of(Flag::Gap)) };
            // Of two rhythms the faster is the breath; what may be the cranial rhythm itself is none that another is told beside.
            let slower =
                figure.is_some_and(|figure| figure.present && known.breath_per_min.is_some_and(|breath| figure.rate.value < breath));
            if found && doubtful && !slower {
                (figure, flags) = self.derived.judge(series, plan, Known { breath_per_min: None, ..known });
            }
            rows.push(Row::Estimate(Estimate {
                channel,
                series: Some(series),
                rhythm: plan.rhythm,
                end: self.at,
                t: self.clock.time_of(self.at),
                window: self.clock.duration(plan.frames),
                figure,
                flags,
            }));
        }
    }
}
