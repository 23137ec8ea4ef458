//! Segments of a recording side by side: of each what its windows say (`summary.rs`), its still points and how its left and right go together, and how it differs from the
//! first (`compare.rs`). Only windows that lie whole inside a segment count.

use super::summary::median_interval;
use super::{Apart, Comparison, Comparisons, Interval, Pairs, Rhythm, Row, Settings, StillPoint, Summaries, Summary, Symmetry};
use crate::signal::{Rate, SampleIndex, Seconds, Span};

/// One segment, one channel, one rhythm.
#[derive(Clone, Debug, PartialEq)]
pub struct Hold {
    /// Position of the segment among those that are compared.
    pub segment: usize,
    /// What its windows say.
    pub summary: Summary,
    /// Still points that begin in it, and how long they are together.
    pub stills: (usize, Seconds),
    /// How it differs from the first; `None` for the first itself, and where neither has a window.
    pub against_first: Option<Comparison>,
}

/// Left against right in a segment: medians of its windows, with their intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sides {
    /// Positions of the two channels in the layout.
    pub channels: [usize; 2],
    /// How many windows.
    pub windows: usize,
    /// Left amplitude over right.
    pub amplitude_ratio: Interval,
    /// Seconds; positive where right follows left.
    pub lag: Interval,
    /// Magnitude-squared coherence.
    pub coherence: Interval,
}

/// Takes the rows of a recording one by one.
#[derive(Clone, Debug)]
pub struct Holds {
    /// Each of one stretch or several.
    segments: Vec<Vec<Span>>,
    step: Seconds,
    summaries: Vec<Summaries>,
    /// Of each but the first with the first.
    comparisons: Vec<Comparisons>,
    symmetries: Vec<Vec<Symmetry>>,
    stills: Vec<StillPoint>,
    pairs: Pairs,
}

impl Holds {
    /// Of segments in an order; of so many channels. `step` frames at the nominal rate from one window to the next.
    pub fn new(segments: Vec<Span>, settings: &Settings, of: (usize, u64, Rate)) -> Self {
        Self::of(segments.into_iter().map(|segment| vec![segment]).collect(), settings, of)
    }

    /// The same of segments that may have several stretches each.
    pub fn of(segments: Vec<Vec<Span>>, settings: &Settings, (channels, step, nominal): (usize, u64, Rate)) -> Self {
        let summaries = segments.iter().map(|_| Summaries::new(channels, settings, (step, nominal))).collect();
        let with_first = |segment: &Vec<Span>| Comparisons::new([segments[0].clone(), segment.clone()], nominal.duration(step));
        let comparisons = segments.iter().skip(1).map(with_first).collect();
        let symmetries = vec![Vec::new(); segments.len()];
        let pairs = Pairs::new(segments.clone(), Vec::new(), nominal.duration(step));
        Self { segments, step: nominal.duration(step), summaries, comparisons, symmetries, stills: Vec::new(), pairs }
    }

    /// With these pairs of channels held against each other in every segment.
    #[must_use]
    pub fn with_pairs(self, pairs: Vec<[usize; 2]>) -> Self {
        Self { pairs: Pairs::new(self.segments.clone(), pairs, self.step), ..self }
    }

    /// Takes the next row, in the order of the recording.
    pub fn push(&mut self, row: &Row) {
        match row {
            Row::Estimate(estimate) if estimate.series.is_none() => {
                let span = estimate.span();
                for (segment, summaries) in self.segments.iter().zip(&mut self.summaries) {
                    if segment.iter().any(|of| of.start <= span.start && span.end <= of.end) {
                        summaries.push(estimate);
                    }
                }
                self.comparisons.iter_mut().for_each(|comparisons| comparisons.push(estimate));
                self.pairs.push(estimate);
            }
            Row::Estimate(_) => {}
            Row::Symmetry(symmetry) => {
                let start = symmetry.end.0 as f64 * (1.0 - symmetry.window.0 / symmetry.t.0);
                for (segment, symmetries) in self.segments.iter().zip(&mut self.symmetries) {
                    if segment.iter().any(|of| of.start.0 as f64 <= start.round() && symmetry.end <= of.end) {
                        symmetries.push(*symmetry);
                    }
                }
            }
            Row::StillPoint(still) => self.stills.push(*still),
        }
    }

    /// One a segment, channel and rhythm that is looked for, in the order of the segments.
    pub fn finish(&self) -> Vec<Hold> {
        let compared: Vec<Vec<Comparison>> = self.comparisons.iter().map(|comparisons| comparisons.finish().collect()).collect();
        let hold = |segment: usize, summary: Summary| {
            let same = |comparison: &&Comparison| (comparison.channel, comparison.rhythm) == (summary.channel, summary.rhythm);
            let against_first = segment.checked_sub(1).and_then(|at| compared[at].iter().find(same).copied());
            Hold { segment, summary, stills: self.stills_in(segment, (summary.channel, summary.rhythm)), against_first }
        };
        let of = |(segment, summaries): (usize, &Summaries)| summaries.finish().map(|summary| hold(segment, summary)).collect::<Vec<_>>();
        self.summaries.iter().enumerate().flat_map(of).collect()
    }

    /// Left against right in each segment, where there were windows.
    pub fn sides(&self) -> Vec<Option<Sides>> {
        let of = |symmetries: &Vec<Symmetry>| {
            let first = symmetries.first()?;
            let overlap = (first.window.0 / self.step.0 - 0.01).ceil().max(1.0) as usize;
            let middle = |of: fn(&Symmetry) -> Interval| median_interval(&symmetries.iter().map(of).collect::<Vec<_>>(), overlap);
            Some(Sides {
                channels: [first.left, first.right],
                windows: symmetries.len(),
                amplitude_ratio: middle(|symmetry| symmetry.amplitude_ratio)?,
                lag: middle(|symmetry| symmetry.lag)?,
                coherence: middle(|symmetry| symmetry.coherence)?,
            })
        };
        self.symmetries.iter().map(of).collect()
    }

    /// How the channels of each pair differ, one a segment, pair and rhythm that has windows.
    pub fn apart(&self) -> Vec<Apart> {
        self.pairs.finish().collect()
    }

    fn stills_in(&self, segment: usize, (channel, rhythm): (usize, Rhythm)) -> (usize, Seconds) {
        let begins = |at: SampleIndex| self.segments[segment].iter().any(|of| (of.start..of.end).contains(&at));
        let within = self.stills.iter().filter(|still| (still.channel, still.rhythm) == (channel, rhythm) && begins(still.span.start));
        within.fold((0, Seconds(0.0)), |(count, long), still| (count + 1, Seconds(long.0 + still.length().0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::{Estimate, Figure, Flags};

    fn span(from: u64, to: u64) -> Span {
        Span { start: SampleIndex(from), end: SampleIndex(to) }
    }

    /// The row of a window of 60 s that ends at so many seconds, at 1 Hz.
    fn row(end: u64, rate: f64) -> Row {
        let around = |value: f64| Interval { value, low: value - 0.1, high: value + 0.1 };
        let figure = Figure { rate: around(rate), amplitude: around(10.0), p: 0.0001, present: true, regularity: Some(0.9) };
        Row::Estimate(Estimate {
            channel: 0,
            series: None,
            rhythm: Rhythm::Cranial,
            end: SampleIndex(end),
            t: Seconds(end as f64),
            window: Seconds(60.0),
            figure: Some(figure),
            flags: Flags::default(),
        })
    }

    #[test]
    fn each_segment_has_its_own_windows_and_still_points_and_its_difference_from_the_first() {
        let settings = Settings::default();
        let segments = vec![span(0, 400), span(500, 1000), span(1000, 1030)];
        let mut holds = Holds::new(segments, &settings, (1, 5, Rate::from_hz(1.0).unwrap()));
        (12..=220).for_each(|n| holds.push(&row(n * 5, if n < 90 { 6.0 } else { 7.5 })));
        let still = StillPoint {
            channel: 0,
            rhythm: Rhythm::Cranial,
            span: span(600, 630),
            start: Seconds(600.0),
            end: Seconds(630.0),
            flags: Flags::default(),
        };
        holds.push(&Row::StillPoint(still));
        let told: Vec<Hold> = holds.finish().into_iter().filter(|hold| hold.summary.rhythm == Rhythm::Cranial).collect();
        let rates: Vec<Option<f64>> = told.iter().map(|hold| hold.summary.rate.map(|rate| rate.value)).collect();
        assert_eq!(rates, [Some(6.0), Some(7.5), None]);
        assert_eq!(told.iter().map(|hold| hold.summary.windows).collect::<Vec<_>>(), [69, 89, 0]);
        assert_eq!(told.iter().map(|hold| hold.stills.0).collect::<Vec<_>>(), [0, 1, 0]);
        assert_eq!(told[0].against_first, None);
        assert_eq!(told[1].against_first.unwrap().rate.unwrap().value, 1.5);
        assert_eq!(told[2].against_first.unwrap().rate, None, "too short for a window is too short to compare");
    }
    #[test]
    fn left_and_right_have_their_medians_with_intervals_in_each_segment() {
        let around = |value: f64| Interval { value, low: value - 0.05, high: value + 0.05 };
        let mut holds = Holds::new(vec![span(0, 400), span(500, 560)], &Settings::default(), (2, 5, Rate::from_hz(1.0).unwrap()));
        for end in (60..=600).step_by(5) {
            holds.push(&Row::Symmetry(Symmetry {
                left: 1,
                right: 0,
                rhythm: Rhythm::Cranial,
                end: SampleIndex(end),
                t: Seconds(end as f64),
                window: Seconds(60.0),
                amplitude_ratio: around(if end <= 500 { 1.3 } else { 0.7 }),
                lag: around(0.4),
                coherence: around(0.9),
            }));
        }
        let told = holds.sides();
        let said: Vec<_> = told.iter().flatten().map(|sides| (sides.channels, sides.windows, sides.amplitude_ratio.value)).collect();
        assert_eq!(said, [([1, 0], 69, 1.3), ([1, 0], 1, 0.7)]);
        let alone = told[1].unwrap().amplitude_ratio;
        assert_eq!((alone.low, alone.high), (0.7 - 0.05, 0.7 + 0.05), "one window is as sure as it says itself");
    }
}
