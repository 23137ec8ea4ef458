//! Two segments of a recording compared: how rate, amplitude, regularity and the share of windows in which a rhythm is present differ, each with its
//! interval from resampling blocks of consecutive windows of either segment (`resample.rs`). Only windows that lie whole inside a segment count.

use super::chance::NORMAL;
use super::resample::{Blocks, FEWEST_BLOCKS, ends, median};
use super::{Estimate, Interval, Rhythm, Series};
use crate::signal::{Seconds, Span};

/// Where the random numbers begin, the first segment's and the second's.
const SEEDS: [u64; 2] = [0x2c0a_9a3e_77d1_0b5f, 0x6b8e_41f0_93c2_5d17];

/// How a rhythm in a channel differs from the first segment to the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Position of the channel in the layout.
    pub channel: usize,
    /// Which series derived from the channel; `None` for the channel itself.
    pub series: Option<Series>,
    /// Which rhythm.
    pub rhythm: Rhythm,
    /// Windows with a figure in the first and the second segment.
    pub windows: [usize; 2],
    /// Those of them in which the rhythm was present.
    pub windows_present: [usize; 2],
    /// So many windows are needed in each.
    pub needed: usize,
    /// Median rate of the second less that of the first, cycles a minute; `None` where the rhythm is present in too few windows.
    pub rate: Option<Interval>,
    /// The same of the amplitude, in the channel's unit.
    pub amplitude: Option<Interval>,
    /// Median amplitude of the second over that of the first.
    pub amplitude_ratio: Option<Interval>,
    /// Median regularity of the second less that of the first.
    pub regularity: Option<Interval>,
    /// Share of windows in which the rhythm is present, the second's less the first's; `None` with too few windows.
    pub present: Option<Interval>,
}

/// Takes the estimates of a recording one by one.
#[derive(Clone, Debug)]
pub struct Comparisons {
    segments: [Vec<Span>; 2],
    step: Seconds,
    told: Vec<Told>,
}

#[derive(Clone, Debug)]
struct Told {
    key: (usize, Option<Series>, Rhythm),
    /// How many windows overlap one.
    overlap: usize,
    windows: [Vec<Seen>; 2],
}

/// What is kept of a window with a figure.
#[derive(Clone, Copy, Debug)]
struct Seen {
    rate: f64,
    amplitude: f64,
    regularity: Option<f64>,
    present: bool,
}

impl Comparisons {
    /// Of the windows in the one and the other, each of one stretch or several. `step` from one window to the next.
    pub fn new(segments: [Vec<Span>; 2], step: Seconds) -> Self {
        Self { segments, step, told: Vec::new() }
    }

    /// Of two recordings, whose estimates are told apart by [`Comparisons::push_to`].
    pub fn of_two(step: Seconds) -> Self {
        Self::new([Vec::new(), Vec::new()], step)
    }

    /// Takes the next estimate, in the order of the recording.
    pub fn push(&mut self, estimate: &Estimate) {
        let window = estimate.span();
        let holds = |span: &Span| span.start <= window.start && window.end <= span.end;
        let within = self.segments.each_ref().map(|segment| segment.iter().any(holds));
        self.take(estimate, within);
    }

    /// Takes the next estimate of the first recording (0) or the second (1); its channel is that of the first.
    pub fn push_to(&mut self, side: usize, estimate: &Estimate) {
        self.take(estimate, [side == 0, side == 1]);
    }

    fn take(&mut self, estimate: &Estimate, within: [bool; 2]) {
        let key = (estimate.channel, estimate.series, estimate.rhythm);
        let at = self.told.binary_search_by_key(&key, |told| told.key).unwrap_or_else(|at| {
            self.told.insert(at, Told { key, overlap: 1, windows: Default::default() });
            at
        });
        let told = &mut self.told[at];
        told.overlap = told.overlap.max(overlap(estimate, self.step));
        let Some(figure) = &estimate.figure else { return };
        for (_, windows) in within.into_iter().zip(&mut told.windows).filter(|(within, _)| *within) {
            let (rate, amplitude) = (figure.rate.value, figure.amplitude.value);
            windows.push(Seen { rate, amplitude, regularity: figure.regularity, present: figure.present });
        }
    }

    /// One comparison a channel, series and rhythm that has a window in either segment, in this order.
    pub fn finish(&self) -> impl Iterator<Item = Comparison> {
        self.told.iter().filter(|told| told.windows.iter().any(|windows| !windows.is_empty())).map(Told::comparison)
    }
}

impl Told {
    fn comparison(&self) -> Comparison {
        let (channel, series, rhythm) = self.key;
        let present = |of: fn(&Seen) -> Option<f64>| {
            let values = |windows: &Vec<Seen>| windows.iter().filter(|seen| seen.present).filter_map(of).collect::<Vec<f64>>();
            difference(&self.windows.each_ref().map(values), self.overlap, |values| median(values).unwrap_or_default())
        };
        let e = |interval: Interval| Interval { value: interval.value.exp(), low: interval.low.exp(), high: interval.high.exp() };
        Comparison {
            channel,
            series,
            rhythm,
            windows: self.windows.each_ref().map(Vec::len),
            windows_present: self.windows.each_ref().map(|windows| windows.iter().filter(|seen| seen.present).count()),
            needed: FEWEST_BLOCKS * self.overlap,
            rate: present(|seen| Some(seen.rate)),
            amplitude: present(|seen| Some(seen.amplitude)),
            amplitude_ratio: present(|seen| Some(seen.amplitude.ln()).filter(|ln| ln.is_finite())).map(e),
            regularity: present(|seen| seen.regularity),
            present: self.share(),
        }
    }

    /// Where all windows or none say the same, drawing them anew says nothing of what else they might have said: so the interval is no narrower than
    /// that of shares of as many windows as share no sample.
    fn share(&self) -> Option<Interval> {
        let shares =
            self.windows.each_ref().map(|windows| windows.iter().map(|seen| f64::from(u8::from(seen.present))).collect::<Vec<f64>>());
        let drawn = difference(&shares, self.overlap, |values| mean(values))?;
        let [first, second] = shares.each_ref().map(|share| wilson(mean(share), share.len() as f64 / self.overlap as f64));
        // Newcombe 1998, Stat. Med. 17:873, method 10.
        let below = (second.value - second.low).hypot(first.high - first.value);
        let above = (second.high - second.value).hypot(first.value - first.low);
        let value = drawn.value;
        Some(Interval { value, low: drawn.low.min(value - below).max(-1.0), high: drawn.high.max(value + above).min(1.0) })
    }
}

/// How many windows share samples with one of them, itself among them. As in a summary: a clock that differs by a thousandth makes no step more.
pub(super) fn overlap(estimate: &Estimate, step: Seconds) -> usize {
    let step = step.0 * estimate.steps(step) as f64;
    (estimate.window.0 / step - 0.01).ceil() as usize
}

/// A figure of the second windows less that of the first, with its interval; `None` where either are too few.
fn difference(values: &[Vec<f64>; 2], overlap: usize, figure: impl Fn(&mut [f64]) -> f64 + Copy) -> Option<Interval> {
    let [first, second] = values;
    let blocks = [Blocks::of(first.len(), overlap)?, Blocks::of(second.len(), overlap)?];
    let value = figure(&mut second.clone()) - figure(&mut first.clone());
    let off = [0, 1].map(|side| blocks[side].deviations(&values[side], SEEDS[side], figure));
    // Welch 1947, Biometrika 34:28.
    let [a, b] = off.each_ref().map(|off| off.iter().map(|off| off * off).sum::<f64>());
    let freedom = (a + b).powi(2) / (a * a / blocks[0].freedom() + b * b / blocks[1].freedom());
    let mut off: Vec<f64> = off[1].iter().zip(&off[0]).map(|(second, first)| second - first).collect();
    let (low, high) = ends(&mut off, if freedom.is_finite() { freedom } else { 1.0 });
    Some(Interval { value, low: value + low.min(0.0), high: value + high.max(0.0) })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// A share of so many with its interval (Wilson 1927, J. Am. Stat. Assoc. 22:209).
fn wilson(share: f64, of: f64) -> Interval {
    let z = NORMAL * NORMAL / of;
    let middle = (share + z / 2.0) / (1.0 + z);
    let half = (z * (share * (1.0 - share) + z / 4.0)).sqrt() / (1.0 + z);
    Interval { value: share, low: middle - half, high: middle + half }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::chance::Random;
    use crate::rhythm::{Figure, Flags};
    use crate::signal::SampleIndex;

    const OVERLAP: usize = 12;

    /// A window of 60 s that ends `number` steps of 5 s from the start, at 100 Hz.
    fn window(number: u64, rate: f64, present: bool) -> Estimate {
        let around = |value: f64| Interval { value, low: value - 0.2, high: value + 0.2 };
        let figure = Figure { rate: around(rate), amplitude: around(10.0 * rate), p: 0.001, present, regularity: Some(0.9) };
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

    /// The first `first` seconds with the `second` seconds from 1000 s on.
    fn compared(first: u64, second: u64, windows: impl Iterator<Item = Estimate>) -> Comparison {
        let span = |from: u64, seconds: u64| vec![Span { start: SampleIndex(from * 100), end: SampleIndex((from + seconds) * 100) }];
        let mut all = Comparisons::new([span(0, first), span(1000, second)], Seconds(5.0));
        windows.for_each(|estimate| all.push(&estimate));
        let told: Vec<Comparison> = all.finish().collect();
        assert_eq!(told.len(), 1);
        told[0]
    }

    #[test]
    fn only_windows_that_lie_whole_in_a_segment_count() {
        let said = compared(300, 295, (12..400).map(|n| window(n, if n < 150 { 6.0 } else { 9.0 }, true)));
        // Of 300 s those that end at 60, 65, …, 300 s.
        assert_eq!((said.windows, said.windows_present, said.needed), ([49, 48], [49, 48], 48));
        let exactly = |value: f64| Some(Interval { value, low: value, high: value });
        assert_eq!((said.rate, said.amplitude, said.regularity), (exactly(3.0), exactly(30.0), exactly(0.0)));
        assert!((said.amplitude_ratio.unwrap().value - 1.5).abs() < 1e-12);
        let present = said.present.unwrap();
        // All of four windows that share no sample, twice: nobody knows whether it is always so.
        assert!(present.value == 0.0 && present.low < -0.4 && present.high > 0.4, "{present:?}");
    }

    #[test]
    fn too_few_windows_are_counted_and_not_compared() {
        let said = compared(300, 290, (12..400).map(|n| window(n, 6.0, true)));
        assert_eq!((said.windows, said.rate, said.amplitude_ratio, said.present), ([49, 47], None, None, None));
        let said = compared(300, 300, (12..400).map(|n| window(n, 6.0, n < 40)));
        assert_eq!((said.windows, said.windows_present, said.rate), ([49, 49], [28, 0], None));
        let present = said.present.unwrap();
        assert!((present.value + 28.0 / 49.0).abs() < 1e-12 && present.low >= -1.0, "{present:?}");
    }

    /// How often the interval of the difference holds `truth`, of figures that wander as AR(1) and are seen through windows that overlap.
    fn coverage(windows: [usize; 2], (keep, shift, truth): (f64, f64, f64)) -> f64 {
        let mut random = Random::new(17);
        let runs = 400;
        let mut held = 0;
        for _ in 0..runs {
            let seen = [0, 1].map(|side| {
                let mut normal = || (0..12).map(|_| random.unit()).sum::<f64>() - 6.0;
                let mut wander = normal() / (1.0 - keep * keep).sqrt();
                let mut step = || {
                    wander = keep * wander + normal();
                    wander + shift * f64::from(side)
                };
                let steps: Vec<f64> = (0..windows[side as usize] + OVERLAP - 1).map(|_| step()).collect();
                steps.windows(OVERLAP).map(|part| part.iter().sum::<f64>() / OVERLAP as f64).collect::<Vec<f64>>()
            });
            let interval = difference(&seen, OVERLAP, |values| median(values).unwrap()).unwrap();
            held += u32::from(interval.low <= truth && interval.high >= truth);
        }
        f64::from(held) / f64::from(runs)
    }

    #[test]
    fn where_nothing_differs_the_interval_holds_nought() {
        for (windows, keep) in [([48, 48], 0.0), ([48, 109], 0.6), ([60, 60], 0.6), ([109, 109], 0.0), ([229, 229], 0.6)] {
            let share = coverage(windows, (keep, 0.0, 0.0));
            println!("{windows:?} AR {keep}: {share}");
            assert!((0.92..=1.0).contains(&share), "{windows:?}, AR {keep}: {share}");
        }
    }

    #[test]
    fn a_difference_is_seen_and_the_more_so_the_longer_the_segments() {
        // Of one and a half standard deviations of a window's mean.
        let shift = 1.5 / (OVERLAP as f64).sqrt();
        let [short, long] = [60, 229].map(|windows| 1.0 - coverage([windows; 2], (0.0, shift, 0.0)));
        assert!(short > 0.2 && long > 0.8, "{short} {long}");
    }

    #[test]
    fn a_shares_interval_is_wilsons() {
        // SciPy 1.17.1: binomtest(8, 10).proportion_ci(method="wilson").
        let told = wilson(0.8, 10.0);
        assert!((told.low - 0.490_162_471).abs() < 1e-6 && (told.high - 0.943_317_849).abs() < 1e-6, "{told:?}");
    }
}
