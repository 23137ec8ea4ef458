//! The window of a row tested anew for who wants to see it; no step does any of it.

use super::{Monitor, Plan};
use crate::rhythm::{Estimate, Rhythm, Spectrum};

impl Monitor {
    /// The spectrum of the window that the latest row of a rhythm in a channel is of; `None` where there is no such row, or its window holds a gap or cannot be
    /// tested. Costs about two rows.
    pub fn spectrum(&mut self, channel: usize, rhythm: Rhythm) -> Option<Spectrum> {
        let (end, clock) = self.told?;
        let now = (std::mem::replace(&mut self.at, end), std::mem::replace(&mut self.clock, clock));
        let mut plans = std::mem::take(&mut self.plans);
        let told = self.spectrum_of(&mut plans, channel, rhythm);
        (self.plans, (self.at, self.clock)) = (plans, now);
        told
    }

    fn spectrum_of(&mut self, plans: &mut [Plan], channel: usize, rhythm: Rhythm) -> Option<Spectrum> {
        let plan = plans.iter_mut().find(|plan| plan.rhythm == rhythm)?;
        let estimate = self.again(plan, channel)?;
        if estimate.flags.iter().any(|flag| matches!(flag, crate::rhythm::Flag::Gap | crate::rhythm::Flag::Flat)) {
            return None;
        }
        let whole = (plan.frames, plan.window.as_mut());
        let recent = plan.recent.iter_mut().map(|(frames, window)| (*frames, Some(window)));
        let of = |frames: u64| self.clock.duration(frames) == estimate.window;
        let window = std::iter::once(whole).chain(recent).find(|(frames, _)| of(*frames))?.1?;
        let factor = self.streams.get(channel)?[super::plan::lane(rhythm)].factor();
        let per_min = 60.0 * self.clock.hz() / factor as f64;
        let (own, p) = (self.settings.of(rhythm), self.settings.threshold);
        Some(Spectrum::of(estimate, &window.tested(p), (per_min, (own.low_per_min, own.high_per_min), p)))
    }

    /// The row of a rhythm in a channel once more.
    fn again(&mut self, plan: &mut Plan, channel: usize) -> Option<Estimate> {
        let reference = self.reference(plan);
        let beside = self.beside(plan, channel, reference);
        self.estimate(plan, channel, beside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::chance::Random;
    use crate::rhythm::{Row, Settings, Way};
    use crate::signal::{Block, Channel, Layout, Rate, SampleIndex};

    const HZ: f64 = 20.0;

    /// Sines (rate, peak to trough) in white noise of that deviation.
    fn window(random: &mut Random, sines: &[(f64, f64)], noise: f64) -> Vec<f32> {
        let sample = |n: u32| {
            let t = f64::from(n) / HZ / 60.0;
            let normal = (0..12).map(|_| random.unit()).sum::<f64>() - 6.0;
            let sine = |(rate, size): &(f64, f64)| size / 2.0 * (std::f64::consts::TAU * rate * t + rate).sin();
            (sines.iter().map(sine).sum::<f64>() + noise * normal) as f32
        };
        (0..1200).map(sample).collect()
    }

    fn spectrum(samples: Vec<f32>) -> (Spectrum, Estimate) {
        let layout = Layout { channels: vec![Channel::named("head", "µm")], nominal: Rate::from_hz(HZ).unwrap() };
        let mut monitor = Monitor::new(&layout, &Settings { derived: false, ..Settings::default() });
        let mut rows = Vec::new();
        monitor.push(&Block { start: SampleIndex(0), channels: 1, samples }, &mut rows);
        let row = rows.iter().rev().find_map(|row| match row {
            Row::Estimate(estimate) if estimate.rhythm == Rhythm::Cranial => Some(*estimate),
            _ => None,
        });
        (monitor.spectrum(0, Rhythm::Cranial).unwrap(), row.unwrap())
    }

    fn out(of: &Spectrum, at: usize) -> f32 {
        of.amplitude[at] / of.threshold[at]
    }

    #[test]
    fn the_picture_is_of_the_row_and_a_steady_line_is_above_the_threshold_where_the_row_says_so() {
        let mut random = Random::new(5);
        let (mut above, mut below) = (0, 0);
        for size in (0..60).map(|n| f64::from(n) * 0.03) {
            let (of, row) = spectrum(window(&mut random, &[(6.2, size)], 1.0));
            assert_eq!(of.estimate, row);
            let highest = of.between(of.range.0, of.range.1 + 1e-9).map(|at| out(&of, at)).fold(0.0, f32::max);
            // What noise has beyond the range's end is none.
            let Some(figure) = row.figure else { continue };
            let own = of.peaks.iter().find(|peak| (peak.rate - figure.rate.value).abs() < 1e-9);
            if let Some(peak) = own {
                assert_eq!(peak.p, figure.p);
            }
            if own.is_some_and(|peak| peak.way == Way::Whole) {
                above += 1;
                assert!(highest > 1.0, "{size}: {highest} {figure:?}");
            }
            if figure.p >= 0.01 {
                below += 1;
                assert!(highest < 1.0, "{size}: {highest} {figure:?}");
            }
        }
        assert!(above > 10 && below > 10, "{above} {below}");
    }

    #[test]
    fn the_curve_has_a_lines_amplitude_at_its_rate_also_beside_a_stronger_one() {
        let mut random = Random::new(6);
        let (of, _) = spectrum(window(&mut random, &[(6.2, 20.0), (13.9, 4.0)], 0.2));
        for (rate, size) in [(6.2, 20.0), (13.9, 4.0)] {
            let near = of.between(rate - 0.5, rate + 0.5);
            let most = near.map(|at| of.amplitude[at]).fold(0.0, f32::max);
            assert!((f64::from(most) / size - 1.0).abs() < 0.05, "{rate}: {most} for {size}");
        }
        let noise = of.between(8.5, 10.5).map(|at| f64::from(of.noise[at])).fold(0.0, f64::max);
        // A sine that noise makes of 1200 samples, root mean square, twice over for the peak and the trough: 4 · 0.2 / √1200.
        assert!((noise / 0.023 - 1.0).abs() < 0.7, "{noise}");
    }

    #[test]
    fn a_gap_has_no_spectrum() {
        let mut samples = window(&mut Random::new(7), &[(6.2, 5.0)], 1.0);
        samples[300] = f32::NAN;
        let layout = Layout { channels: vec![Channel::named("head", "µm")], nominal: Rate::from_hz(HZ).unwrap() };
        let mut monitor = Monitor::new(&layout, &Settings::default());
        assert_eq!(monitor.spectrum(0, Rhythm::Cranial), None, "nor has what was not begun");
        monitor.push(&Block { start: SampleIndex(0), channels: 1, samples }, &mut Vec::new());
        assert_eq!(monitor.spectrum(0, Rhythm::Cranial), None);
        assert!(monitor.spectrum(0, Rhythm::Pulse).is_some());
    }
}
