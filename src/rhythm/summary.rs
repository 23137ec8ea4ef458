//! A whole recording in one line a channel and rhythm: what the windows said, put together.
//!
//! Windows overlap, so that neighbours say nearly the same: as evidence counts only what windows that share no sample say. The interval of a
//! median comes from resampling blocks of consecutive windows.

use super::chance::binomial_tail;
use super::resample::{Blocks, ends, median};
use super::{Estimate, Flag, Flags, Interval, Rhythm, Series, Settings};
use crate::signal::{Rate, Seconds};

/// Where the random numbers begin, so that the same recording has the same summary.
const SEED: u64 = 0x5713_1170_0b5e_55ed;

/// The windows tell of one rhythm where half of their rates lie within this share of the median; rates that lie anywhere in a range are within a third.
const AGREE: f64 = 0.25;

/// One channel, one rhythm, the whole recording.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Position of the channel in the layout.
    pub channel: usize,
    /// Which series derived from the channel; `None` for the channel itself.
    pub series: Option<Series>,
    /// Which rhythm.
    pub rhythm: Rhythm,
    /// Windows with a figure: whole, and of a trace that can carry the rhythm.
    pub windows: usize,
    /// Those of them in which the rhythm was present.
    pub windows_present: usize,
    /// Median rate of the windows in which it was present, cycles a minute.
    pub rate: Option<Interval>,
    /// Median amplitude of these, peak to trough.
    pub amplitude: Option<Interval>,
    /// Probability of as many present windows where there is no rhythm; `None` without a window.
    pub p: Option<f64>,
    /// Whether p is below the threshold of the settings, and the windows tell of one rhythm: rates scattered over the range are of none.
    pub present: bool,
    /// Median regularity of the windows in which it was present.
    pub regularity: Option<f64>,
    /// Those that more than half of the windows in which it was present had.
    pub flags: Flags,
}

/// Takes the estimates of a recording one by one.
#[derive(Clone, Debug)]
pub struct Summaries {
    told: Vec<Told>,
    step_frames: u64,
    step: Seconds,
    threshold: f64,
}

#[derive(Clone, Debug)]
struct Told {
    channel: usize,
    series: Option<Series>,
    rhythm: Rhythm,
    /// How many windows overlap one: a window that begins so many steps later shares no sample with it.
    overlap: usize,
    windows: Vec<Seen>,
}

/// What is kept of a window with a figure.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// Its end, counted in steps from one such window to the next.
    number: u64,
    rate: Interval,
    amplitude: Interval,
    p: f64,
    present: bool,
    regularity: Option<f64>,
    flags: Flags,
}

impl Summaries {
    /// Of so many channels, and every rhythm that is looked for. `step_frames` at the `nominal` rate from one window to the next.
    pub fn new(channels: usize, settings: &Settings, (step_frames, nominal): (u64, Rate)) -> Self {
        let step = nominal.duration(step_frames);
        let told = |channel| {
            let wanted = Rhythm::ALL.into_iter().filter(|rhythm| settings.of(*rhythm).enabled);
            wanted.map(move |rhythm| Told::new(channel, None, rhythm))
        };
        Self { told: (0..channels).flat_map(told).collect(), step_frames: step_frames.max(1), step, threshold: settings.threshold }
    }

    /// Takes the next estimate, in the order of the recording.
    pub fn push(&mut self, estimate: &Estimate) {
        let Some(figure) = &estimate.figure else { return };
        let key = (estimate.channel, estimate.series, estimate.rhythm);
        let place = self.told.binary_search_by_key(&key, |told| (told.channel, told.series, told.rhythm));
        let told = match (place, estimate.series) {
            (Ok(at), _) => &mut self.told[at],
            // Which channels have a pulse or a breath is only known when one is there.
            (Err(at), Some(_)) => {
                self.told.insert(at, Told::new(estimate.channel, estimate.series, estimate.rhythm));
                &mut self.told[at]
            }
            (Err(_), None) => return,
        };
        // A clock that differs from the nominal rate by a thousandth makes no step more; a window that has adapted is shorter than the others.
        let apart = estimate.steps(self.step);
        told.overlap = told.overlap.max((estimate.window.0 / self.step.0 / apart as f64 - 0.01).ceil() as usize);
        told.windows.push(Seen {
            number: estimate.end.0 / self.step_frames / apart,
            rate: figure.rate,
            amplitude: figure.amplitude,
            p: figure.p,
            present: figure.present,
            regularity: figure.regularity,
            flags: estimate.flags,
        });
    }

    /// One summary a channel, series and rhythm, in this order; of channels themselves also where there never was a window.
    pub fn finish(&self) -> impl Iterator<Item = Summary> {
        self.told.iter().map(|told| told.summary(self.threshold))
    }
}

impl Told {
    fn new(channel: usize, series: Option<Series>, rhythm: Rhythm) -> Self {
        Self { channel, series, rhythm, overlap: 1, windows: Vec::new() }
    }

    fn summary(&self, threshold: f64) -> Summary {
        let present: Vec<&Seen> = self.windows.iter().filter(|seen| seen.present).collect();
        let interval = |of: fn(&Seen) -> Interval| {
            let values: Vec<Interval> = present.iter().map(|seen| of(seen)).collect();
            median_interval(&values, self.overlap)
        };
        let p = chance(&self.windows, self.overlap, threshold);
        let mostly = |flag: &Flag| 2 * present.iter().filter(|seen| seen.flags.contains(*flag)).count() > present.len();
        let mut regular: Vec<f64> = present.iter().filter_map(|seen| seen.regularity).collect();
        Summary {
            channel: self.channel,
            series: self.series,
            rhythm: self.rhythm,
            windows: self.windows.len(),
            windows_present: present.len(),
            rate: interval(|seen| seen.rate),
            amplitude: interval(|seen| seen.amplitude),
            p,
            present: p.is_some_and(|p| p < threshold) && agree(&present),
            regularity: median(&mut regular),
            flags: Flag::ALL.into_iter().filter(mostly).fold(Flags::default(), |mut flags, flag| {
                flags.insert(flag);
                flags
            }),
        }
    }
}

/// Whether windows tell of one rhythm.
fn agree(present: &[&Seen]) -> bool {
    let mut rates: Vec<f64> = present.iter().map(|seen| seen.rate.value).collect();
    let Some(middle) = median(&mut rates) else { return true };
    rates.iter_mut().for_each(|rate| *rate = (*rate - middle).abs());
    median(&mut rates).is_none_or(|off| off <= AGREE * middle)
}

/// How probable it is that so many windows are present where each is by chance with probability `threshold`. Windows that share no sample are counted: every
/// `overlap`-th. There are `overlap` ways to begin; the median of their answers is given. A single window says more than its count does: its own p.
fn chance(windows: &[Seen], overlap: usize, threshold: f64) -> Option<f64> {
    let mut phases = vec![(0_u64, 0_u64, 1.0_f64); overlap];
    for seen in windows {
        let (all, present, p) = &mut phases[(seen.number % overlap as u64) as usize];
        *all += 1;
        if seen.present {
            *present += 1;
            *p = p.min(seen.p);
        }
    }
    let said = phases.iter().filter(|(all, ..)| *all > 0);
    let mut said: Vec<f64> = said.map(|&(all, present, p)| if all == 1 { p } else { binomial_tail(all, present, threshold) }).collect();
    said.sort_by(f64::total_cmp);
    // Of an even number the less favourable of the two in the middle.
    said.get(said.len() / 2).copied()
}

/// The median of the windows' values and its 95 % interval; `None` without a window.
pub(super) fn median_interval(windows: &[Interval], overlap: usize) -> Option<Interval> {
    let mut values: Vec<f64> = windows.iter().map(|window| window.value).collect();
    let value = median(&mut values.clone())?;
    let Some(blocks) = Blocks::of(values.len(), overlap) else { return Some(few(windows, value)) };
    let mut off = blocks.deviations(&values, SEED, |values| median(values).unwrap_or_default());
    let (low, high) = ends(&mut off, blocks.freedom());
    values.sort_by(f64::total_cmp);
    // Not further than the windows themselves.
    Some(Interval { value, low: (value + low).clamp(values[0], value), high: (value + high).clamp(value, values[values.len() - 1]) })
}

/// Too few to be resampled: the interval holds every window's value, and is no narrower than that of one window is as a rule.
fn few(windows: &[Interval], value: f64) -> Interval {
    let ends = |of: fn(&Interval) -> f64, pick: fn(f64, f64) -> f64| {
        let own = median(&mut windows.iter().map(of).collect::<Vec<_>>()).unwrap_or(value);
        windows.iter().map(|window| window.value).fold(own, pick)
    };
    Interval { value, low: ends(|window| window.low, f64::min), high: ends(|window| window.high, f64::max) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::Figure;
    use crate::rhythm::chance::Random;
    use crate::signal::SampleIndex;

    fn around(value: f64, half: f64) -> Interval {
        Interval { value, low: value - half, high: value + half }
    }

    /// A window of 60 s that ends `number` steps of 5 s from the start, at 100 Hz.
    fn window(number: u64, rate: f64, p: f64) -> Estimate {
        let figure = Figure { rate: around(rate, 0.2), amplitude: around(10.0 * rate, 1.0), p, present: p < 0.01, regularity: Some(0.9) };
        Estimate {
            series: None,
            channel: 0,
            rhythm: Rhythm::Cranial,
            end: SampleIndex(number * 500),
            t: Seconds(number as f64 * 5.0),
            window: Seconds(60.0),
            figure: Some(figure),
            flags: Flags::default(),
        }
    }

    fn summary(windows: impl IntoIterator<Item = Estimate>) -> Summary {
        let mut settings = Settings::default();
        for rhythm in [Rhythm::Tide, Rhythm::Breath, Rhythm::Pulse] {
            settings.of_mut(rhythm).enabled = false;
        }
        let mut all = Summaries::new(1, &settings, (500, Rate::from_hz(100.0).unwrap()));
        windows.into_iter().for_each(|estimate| all.push(&estimate));
        let mut said = all.finish();
        let first = said.next().unwrap();
        assert_eq!(said.next(), None);
        first
    }

    #[test]
    fn a_steady_rhythm_is_what_each_window_says() {
        let said = summary((12..212).map(|n| window(n, 6.0, 1e-4)));
        assert_eq!((said.windows, said.windows_present, said.present), (200, 200, true));
        assert_eq!(said.rate, Some(around(6.0, 0.0)), "resampled constants are the constant");
        assert_eq!(said.regularity, Some(0.9));
        assert!(said.p.unwrap() < 1e-30, "{said:?}");
    }

    #[test]
    fn nothing_present_is_no_figure_and_no_window_is_no_evidence() {
        let said = summary((12..50).map(|n| window(n, 6.0, 0.4)));
        assert_eq!((said.windows, said.windows_present, said.rate, said.amplitude, said.regularity), (38, 0, None, None, None));
        assert_eq!((said.p, said.present), (Some(1.0), false));
        let said = summary([Estimate { figure: None, ..window(12, 6.0, 0.4) }]);
        assert_eq!((said.windows, said.p, said.present), (0, None, false));
    }

    #[test]
    fn a_flag_of_most_of_the_present_windows_is_one_of_the_summary() {
        let flagged = |share: u64| {
            let with = |n: u64| Estimate {
                flags: if n % 10 < share { Flags::of(Flag::SharedWithBreath) } else { Flags::default() },
                ..window(n, 6.0, 1e-4)
            };
            // Those of windows without the rhythm do not count.
            let absent = (220..400).map(|n| Estimate { flags: Flags::of(Flag::Clipped), ..window(n, 6.0, 0.5) });
            summary((20..220).map(with).chain(absent)).flags.iter().collect::<Vec<_>>()
        };
        assert_eq!((flagged(5), flagged(6)), (vec![], vec![Flag::SharedWithBreath]));
    }

    #[test]
    fn overlapping_windows_are_no_more_evidence_than_one() {
        // One burst that twelve windows in a row see, in a recording of ten independent windows a phase.
        let said = summary((12..132).map(|n| window(n, 6.0, if (60..72).contains(&n) { 1e-4 } else { 0.5 })));
        let by_hand = 1.0 - 0.99_f64.powi(10);
        assert!((said.p.unwrap() - by_hand).abs() < 1e-12, "{said:?}");
        assert!(!said.present && said.windows_present == 12);
        // A single window's own evidence stands.
        let said = summary([window(12, 6.0, 1e-4)]);
        assert_eq!((said.p, said.present, said.rate), (Some(1e-4), true, Some(around(6.0, 0.2))));
    }

    #[test]
    fn rates_that_lie_anywhere_in_the_range_are_of_no_rhythm_of_the_recording() {
        let anywhere = |n: u64| 3.0 + 12.0 * (n as f64 * 0.618_034).fract();
        let said = summary((12..212).map(|n| window(n, anywhere(n), 1e-4)));
        assert!(said.p.unwrap() < 1e-6 && !said.present, "{said:?}");
        // One that quickens from 4 to 8 in the course of it is one.
        let said = summary((12..212).map(|n| window(n, 4.0 + 0.02 * (n - 12) as f64, 1e-4)));
        assert!(said.present, "{said:?}");
    }

    #[test]
    fn few_windows_have_an_interval_that_holds_them_all() {
        let said = summary([(12, 6.0), (13, 6.5), (14, 6.1)].map(|(n, rate)| window(n, rate, 1e-4)));
        let rate = said.rate.unwrap();
        assert!((rate.value - 6.1).abs() < 1e-12 && (rate.low - 5.9).abs() < 1e-12 && (rate.high - 6.5).abs() < 1e-12, "{rate:?}");
    }

    /// How often the interval holds the truth, of rates that wander as AR(1) and are seen through windows that overlap.
    fn coverage(windows: usize, keep: f64) -> f64 {
        let mut random = Random::new(11);
        let mut normal = || (0..12).map(|_| random.below(1 << 20) as f64 / f64::from(1 << 20)).sum::<f64>() - 6.0;
        let overlap = 12;
        let runs = 400;
        let mut held = 0;
        for _ in 0..runs {
            let mut wander = normal() / (1.0 - keep * keep).sqrt();
            let mut step = || {
                wander = keep * wander + normal();
                wander
            };
            let steps: Vec<f64> = (0..windows + overlap - 1).map(|_| step()).collect();
            let seen: Vec<Interval> = steps.windows(overlap).map(|part| around(part.iter().sum::<f64>() / overlap as f64, 0.0)).collect();
            let interval = median_interval(&seen, overlap).unwrap();
            held += u32::from(interval.low <= 0.0 && interval.high >= 0.0);
        }
        f64::from(held) / f64::from(runs)
    }

    #[test]
    fn the_interval_holds_the_truth_about_as_often_as_it_says() {
        for (windows, keep) in [(49, 0.0), (100, 0.0), (300, 0.0), (100, 0.6), (300, 0.6)] {
            let share = coverage(windows, keep);
            assert!((0.88..0.995).contains(&share), "{windows} windows, AR {keep}: {share}");
        }
    }
}
