//! Segments of a recording side by side: of each what its windows say (`summary.rs`), its still points and how its left and right go together, and how it differs from the
//! first (`compare.rs`). Only windows that lie whole inside a segment count.

use super::resample::median;
use super::{Comparison, Comparisons, Rhythm, Row, Settings, StillPoint, Summaries, Summary, Symmetry};
use crate::signal::{Rate, Seconds, Span};

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

/// Left against right in a segment: medians of its windows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sides {
    /// How many windows.
    pub windows: usize,
    /// Left amplitude over right.
    pub amplitude_ratio: f64,
    /// Seconds; positive where right follows left.
    pub lag: f64,
    /// Magnitude-squared coherence.
    pub coherence: f64,
}

/// Takes the rows of a recording one by one.
#[derive(Clone, Debug)]
pub struct Holds {
    segments: Vec<Span>,
    summaries: Vec<Summaries>,
    /// Of each but the first with the first.
    comparisons: Vec<Comparisons>,
    symmetries: Vec<Vec<Symmetry>>,
    stills: Vec<StillPoint>,
}

impl Holds {
    /// Of segments in an order; of so many channels. `step` frames at the nominal rate from one window to the next.
    pub fn new(segments: Vec<Span>, settings: &Settings, (channels, step, nominal): (usize, u64, Rate)) -> Self {
        let summaries = segments.iter().map(|_| Summaries::new(channels, settings, (step, nominal))).collect();
        let with_first = |segment: &Span| Comparisons::new([vec![segments[0]], vec![*segment]], nominal.duration(step));
        let comparisons = segments.iter().skip(1).map(with_first).collect();
        let symmetries = vec![Vec::new(); segments.len()];
        Self { segments, summaries, comparisons, symmetries, stills: Vec::new() }
    }

    /// Takes the next row, in the order of the recording.
    pub fn push(&mut self, row: &Row) {
        match row {
            Row::Estimate(estimate) if estimate.series.is_none() => {
                let span = estimate.span();
                for (segment, summaries) in self.segments.iter().zip(&mut self.summaries) {
                    if segment.start <= span.start && span.end <= segment.end {
                        summaries.push(estimate);
                    }
                }
                self.comparisons.iter_mut().for_each(|comparisons| comparisons.push(estimate));
            }
            Row::Estimate(_) => {}
            Row::Symmetry(symmetry) => {
                let start = symmetry.end.0 as f64 * (1.0 - symmetry.window.0 / symmetry.t.0);
                for (segment, symmetries) in self.segments.iter().zip(&mut self.symmetries) {
                    if segment.start.0 as f64 <= start.round() && symmetry.end <= segment.end {
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
            let middle = |of: fn(&Symmetry) -> f64| median(&mut symmetries.iter().map(of).collect::<Vec<f64>>());
            Some(Sides {
                windows: symmetries.len(),
                amplitude_ratio: middle(|symmetry| symmetry.amplitude_ratio.value)?,
                lag: middle(|symmetry| symmetry.lag.value)?,
                coherence: middle(|symmetry| symmetry.coherence.value)?,
            })
        };
        self.symmetries.iter().map(of).collect()
    }

    fn stills_in(&self, segment: usize, (channel, rhythm): (usize, Rhythm)) -> (usize, Seconds) {
        let segment = self.segments[segment];
        let within = self
            .stills
            .iter()
            .filter(|still| (still.channel, still.rhythm) == (channel, rhythm) && (segment.start..segment.end).contains(&still.span.start));
        within.fold((0, Seconds(0.0)), |(count, long), still| (count + 1, Seconds(long.0 + still.length().0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::{Estimate, Figure, Flags, Interval};
    use crate::signal::SampleIndex;

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
        let still = StillPoint { channel: 0, rhythm: Rhythm::Cranial, span: span(600, 630), start: Seconds(600.0), end: Seconds(630.0) };
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
}
