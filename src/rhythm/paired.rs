//! Two channels within one segment: how rate, amplitude and regularity of a rhythm differ between them, window by window, each with its interval from
//! resampling blocks of consecutive windows of the pair (`resample.rs`); what both have in common, such as a breath that changes, falls out.

use super::compare::overlap;
use super::resample::{Blocks, FEWEST_BLOCKS, ends, median};
use super::{Estimate, Figure, Interval, Rhythm};
use crate::signal::{Seconds, Span};

/// Where the random numbers begin.
const SEED: u64 = 0x19c2_77ab_50e4_d30b;

/// How a rhythm differs between two channels in a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Apart {
    /// Position of the segment among those that are compared.
    pub segment: usize,
    /// Positions of the two channels in the layout.
    pub channels: [usize; 2],
    /// Which rhythm.
    pub rhythm: Rhythm,
    /// Windows with a figure in both.
    pub windows: usize,
    /// Those of them in which the rhythm was present in both.
    pub windows_present: usize,
    /// So many are needed.
    pub needed: usize,
    /// Median of the first's rate less the second's, cycles a minute; `None` where too few windows have both.
    pub rate: Option<Interval>,
    /// Median of the first's amplitude over the second's.
    pub amplitude_ratio: Option<Interval>,
    /// Median of the first's regularity less the second's.
    pub regularity: Option<Interval>,
}

/// Takes the estimates of a recording one by one.
#[derive(Clone, Debug)]
pub struct Pairs {
    segments: Vec<Vec<Span>>,
    channels: Vec<[usize; 2]>,
    step: Seconds,
    /// The latest estimate a channel and rhythm.
    latest: Vec<Estimate>,
    told: Vec<Told>,
}

#[derive(Clone, Debug)]
struct Told {
    key: (usize, [usize; 2], Rhythm),
    /// How many windows overlap one.
    overlap: usize,
    windows: Vec<[Figure; 2]>,
}

impl Pairs {
    /// Of these pairs of channels in segments of one stretch or several. `step` from one window to the next.
    pub fn new(segments: Vec<Vec<Span>>, channels: Vec<[usize; 2]>, step: Seconds) -> Self {
        Self { segments, channels, step, latest: Vec::new(), told: Vec::new() }
    }

    /// Takes the next estimate, in the order of the recording.
    pub fn push(&mut self, estimate: &Estimate) {
        if estimate.series.is_some() || !self.channels.iter().flatten().any(|channel| *channel == estimate.channel) {
            return;
        }
        let same = |other: &Estimate| (other.channel, other.rhythm) == (estimate.channel, estimate.rhythm);
        match self.latest.iter().position(same) {
            Some(at) => self.latest[at] = *estimate,
            None => self.latest.push(*estimate),
        }
        for pair in self.channels.clone() {
            // Whichever of the two comes last makes the pair.
            let of = |channel: usize| {
                let own = |row: &&Estimate| (row.channel, row.rhythm, row.end) == (channel, estimate.rhythm, estimate.end);
                self.latest.iter().find(own)?.figure
            };
            if let (true, Some(first), Some(second)) = (pair.contains(&estimate.channel), of(pair[0]), of(pair[1])) {
                self.take(pair, estimate, [first, second]);
            }
        }
    }

    fn take(&mut self, pair: [usize; 2], estimate: &Estimate, figures: [Figure; 2]) {
        let window = estimate.span();
        let holds = |span: &Span| span.start <= window.start && window.end <= span.end;
        let within: Vec<usize> = (0..self.segments.len()).filter(|at| self.segments[*at].iter().any(holds)).collect();
        for segment in within {
            let key = (segment, pair, estimate.rhythm);
            let at = self.told.binary_search_by_key(&key, |told| told.key).unwrap_or_else(|at| {
                self.told.insert(at, Told { key, overlap: 1, windows: Vec::new() });
                at
            });
            let told = &mut self.told[at];
            told.overlap = told.overlap.max(overlap(estimate, self.step));
            told.windows.push(figures);
        }
    }

    /// One a segment, pair and rhythm that has windows, in this order.
    pub fn finish(&self) -> impl Iterator<Item = Apart> {
        self.told.iter().map(Told::apart)
    }
}

impl Told {
    fn apart(&self) -> Apart {
        let (segment, channels, rhythm) = self.key;
        let present: Vec<&[Figure; 2]> = self.windows.iter().filter(|figures| figures.iter().all(|figure| figure.present)).collect();
        let of = |figure: fn(&Figure) -> Option<f64>| {
            let differences = present.iter().filter_map(|[first, second]| Some(figure(first)? - figure(second)?));
            interval(&differences.collect::<Vec<f64>>(), self.overlap)
        };
        let e = |interval: Interval| Interval { value: interval.value.exp(), low: interval.low.exp(), high: interval.high.exp() };
        Apart {
            segment,
            channels,
            rhythm,
            windows: self.windows.len(),
            windows_present: present.len(),
            needed: FEWEST_BLOCKS * self.overlap,
            rate: of(|figure| Some(figure.rate.value)),
            amplitude_ratio: of(|figure| Some(figure.amplitude.value.ln()).filter(|ln| ln.is_finite())).map(e),
            regularity: of(|figure| figure.regularity),
        }
    }
}

/// The median of differences and its interval; `None` where they are too few.
fn interval(differences: &[f64], overlap: usize) -> Option<Interval> {
    let blocks = Blocks::of(differences.len(), overlap)?;
    let value = median(&mut differences.to_vec())?;
    let mut off = blocks.deviations(differences, SEED, |values| median(values).unwrap_or_default());
    let (low, high) = ends(&mut off, blocks.freedom());
    Some(Interval { value, low: value + low.min(0.0), high: value + high.max(0.0) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::Flags;
    use crate::rhythm::chance::Random;
    use crate::signal::SampleIndex;

    /// A window of 60 s that ends `number` steps of 5 s from the start, at 100 Hz.
    fn window(channel: usize, number: u64, (rate, amplitude, present): (f64, f64, bool)) -> Estimate {
        let around = |value: f64| Interval { value, low: value - 0.2, high: value + 0.2 };
        let figure = Figure { rate: around(rate), amplitude: around(amplitude), p: 0.001, present, regularity: Some(0.9) };
        Estimate {
            series: None,
            channel,
            rhythm: Rhythm::Cranial,
            end: SampleIndex(number * 500),
            t: Seconds(number as f64 * 5.0),
            window: Seconds(60.0),
            figure: Some(figure),
            flags: Flags::default(),
        }
    }

    fn pairs(seconds: u64) -> Pairs {
        let span = vec![Span { start: SampleIndex(0), end: SampleIndex(seconds * 100) }];
        Pairs::new(vec![span], vec![[2, 0]], Seconds(5.0))
    }

    #[test]
    fn what_both_sides_have_in_common_falls_out_and_the_first_is_over_the_second() {
        let mut all = pairs(600);
        let mut random = Random::new(5);
        for number in 12..=120 {
            // The rate wanders by far more than the sides differ.
            let rate = 6.0 + 3.0 * random.unit();
            all.push(&window(0, number, (rate, 20.0, true)));
            all.push(&window(1, number, (9.0, 1.0, true)));
            all.push(&window(2, number, (rate + 0.1, 30.0, true)));
        }
        let [said] = all.finish().collect::<Vec<_>>()[..] else { panic!("one pair, one rhythm") };
        assert_eq!((said.channels, said.windows, said.windows_present, said.needed), ([2, 0], 109, 109, 48));
        let rate = said.rate.unwrap();
        assert!((rate.value - 0.1).abs() < 1e-9 && rate.low > 0.09 && rate.high < 0.11, "{rate:?}");
        assert!((said.amplitude_ratio.unwrap().value - 1.5).abs() < 1e-9);
    }

    #[test]
    fn where_one_of_the_two_has_no_rhythm_or_too_few_windows_there_is_no_difference() {
        let mut all = pairs(600);
        for number in 12..=120 {
            all.push(&window(0, number, (6.0, 20.0, true)));
            all.push(&window(2, number, (6.0, 20.0, number < 40)));
        }
        let said = all.finish().next().unwrap();
        assert_eq!((said.windows, said.windows_present, said.rate), (109, 28, None));
        let mut short = pairs(290);
        (12..=120).for_each(|number| [0, 2].iter().for_each(|channel| short.push(&window(*channel, number, (6.0, 20.0, true)))));
        assert_eq!((short.finish().next().unwrap().windows, short.finish().next().unwrap().rate), (47, None));
    }

    #[test]
    fn where_nothing_differs_the_interval_holds_nought_as_often_as_it_says() {
        let mut random = Random::new(23);
        let mut normal = || (0..12).map(|_| random.unit()).sum::<f64>() - 6.0;
        let mut held = 0;
        for _ in 0..300 {
            let steps: Vec<f64> = (0..120).map(|_| normal()).collect();
            let windows: Vec<f64> = steps.windows(12).map(|part| part.iter().sum::<f64>() / 12.0).collect();
            let told = interval(&windows, 12).unwrap();
            held += u32::from(told.low <= 0.0 && told.high >= 0.0);
        }
        println!("{held} of 300");
        assert!(held >= 276, "{held} of 300");
    }
}
