//! Drives a monitor, as the program itself does: blocks in, rows out.

use stillpoint::rhythm::{Estimate, Figure, Monitor, Rhythm, Row, Settings};
use stillpoint::signal::{Block, Channel, Layout, Rate, SampleIndex, Seconds};
use stillpoint::simulate::{Client, Scenario};

/// The program's own settings, all four rhythms looked for, with a row every so many seconds.
pub fn every(step: f64) -> Settings {
    Settings { step: Seconds(step), ..Settings::default() }
}

/// The same with another window for one rhythm.
pub fn with_window(mut settings: Settings, rhythm: Rhythm, seconds: f64) -> Settings {
    settings.of_mut(rhythm).window = Seconds(seconds);
    settings
}

/// One channel without a name.
pub fn one_channel(hz: f64) -> Layout {
    Layout { channels: vec![Channel::unnamed(0)], nominal: rate(hz) }
}

/// Only for rates that are written down here.
pub fn rate(hz: f64) -> Rate {
    Rate::from_hz(hz).expect("a rate above zero")
}

/// The rows of so many steps of one channel; `fill` is asked for the samples of one step after the other.
pub fn steps(layout: &Layout, settings: &Settings, steps: usize, mut fill: impl FnMut(usize) -> Vec<f32>) -> Vec<Vec<Row>> {
    let mut monitor = Monitor::new(layout, settings);
    let frames = usize::try_from(monitor.step_frames()).expect("a step is short");
    let mut start = SampleIndex(0);
    (0..steps)
        .map(|_| {
            let block = Block { start, channels: layout.channels.len(), samples: fill(frames) };
            start = block.end();
            let mut rows = Vec::new();
            monitor.push(&block, &mut rows);
            rows
        })
        .collect()
}

/// What the rows say of a rhythm in a channel, if there is such a row.
pub fn find(rows: &[Row], channel: usize, rhythm: Rhythm) -> Option<&Estimate> {
    rows.iter().find_map(|row| match row {
        Row::Estimate(estimate) if (estimate.channel, estimate.series, estimate.rhythm) == (channel, None, rhythm) => Some(estimate),
        _ => None,
    })
}

/// The figure that a row has, present or not.
pub fn figure(rows: &[Row], rhythm: Rhythm) -> Option<Figure> {
    find(rows, 0, rhythm)?.figure
}

/// A recording of a simulated client: its samples, and the true phase of each wave at the end of each step.
pub struct Recorded {
    /// Channels and rate.
    pub layout: Layout,
    scenario: Scenario,
    samples: Vec<f32>,
    /// Cycles of each wave, before the first step and after each.
    cycles: Vec<Vec<f64>>,
    step: f64,
}

impl Recorded {
    /// So many steps of `step` seconds; a step must be a whole number of frames.
    pub fn new(scenario: Scenario, seed: u64, steps: usize, step: f64) -> Self {
        let mut client = Client::new(scenario.clone(), seed);
        let layout = client.layout();
        let frames = (step * layout.nominal.hz()).round() as usize;
        let (mut samples, mut cycles) = (Vec::new(), vec![client.cycles()]);
        for _ in 0..steps {
            client.fill(frames, &mut samples);
            cycles.push(client.cycles());
        }
        Self { layout, scenario, samples, cycles, step }
    }

    /// The rows after each step.
    pub fn rows(&self, settings: &Settings) -> Vec<Vec<Row>> {
        let mut at = 0;
        steps(&self.layout, settings, self.cycles.len() - 1, |frames| {
            let from = at;
            at += frames * self.layout.channels.len();
            self.samples[from..at].to_vec()
        })
    }

    /// The true rate of a wave over the window of so many seconds that ends after step `index` (from 0): its cycles divided by its time.
    pub fn rate(&self, wave: usize, index: usize, window: f64) -> f64 {
        let back = (window / self.step).round() as usize;
        let (from, to) = (&self.cycles[index + 1 - back], &self.cycles[index + 1]);
        (to[wave] - from[wave]) / window * 60.0
    }

    /// When a wave's phase is so many cycles past the first whole one after a time, in seconds; `None` after the end.
    pub fn instant(&self, wave: usize, after: f64, cycles: f64) -> Option<f64> {
        let first = self.cycles[(after / self.step).ceil() as usize][wave].ceil();
        let at = self.cycles.partition_point(|now| now[wave] < first + cycles);
        let (from, to) = (self.cycles.get(at.checked_sub(1)?)?[wave], self.cycles.get(at)?[wave]);
        Some((at as f64 - 1.0 + (first + cycles - from) / (to - from)) * self.step)
    }

    /// The true size of a wave in a channel, peak to trough.
    pub fn amplitude(&self, channel: usize, wave: usize) -> f64 {
        self.scenario.amplitude(channel, wave)
    }

    /// The samples, interleaved.
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }
}
