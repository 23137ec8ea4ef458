//! What is printed, whatever the format; and the fields of files, whose names are added to and never changed.

use std::borrow::Cow;

use serde::Serialize;

use super::compared::Pair;
use super::felt::Taps;
use crate::format::parquet::Kind;
use crate::rhythm::{Estimate, Figure, Flag, Interval, Locking, Rhythm, Row, Series, StillPoint, Summary, Symmetry};
use crate::signal::Layout;

/// The columns of estimates in CSV and Parquet: the keys of an estimate in JSON, and what they hold. A unit test holds them to these.
pub const COLUMNS: [(&str, Kind); 17] = [
    ("type", Kind::Text),
    ("file", Kind::Text),
    ("channel", Kind::Text),
    ("rhythm", Kind::Text),
    ("t", Kind::Double),
    ("window_s", Kind::Double),
    ("rate_per_min", Kind::Double),
    ("rate_low", Kind::Double),
    ("rate_high", Kind::Double),
    ("amplitude", Kind::Double),
    ("amplitude_low", Kind::Double),
    ("amplitude_high", Kind::Double),
    ("unit", Kind::Text),
    ("p", Kind::Double),
    ("present", Kind::Flag),
    ("regularity", Kind::Double),
    ("flags", Kind::Text),
];

/// One thing that `analyze` says of a file. A new kind of row is a variant here, and an arm in each printer.
#[derive(Clone, Copy, Debug)]
pub enum Line<'a> {
    /// A rhythm in a channel, in one window.
    Estimate(&'a Estimate),
    /// Left against right, in one window.
    Symmetry(&'a Symmetry),
    /// A stretch without the rhythm, in a channel; after the rows of the instant at which it became certain.
    StillPoint(&'a StillPoint),
    /// What the hand felt beside a channel, in the whole file.
    Taps(&'a Taps),
    /// A rhythm in a channel, in one segment and another.
    Comparison(Pair<'a>),
    /// A rhythm in a channel, in the whole file; after all others.
    Summary(&'a Summary),
    /// A segment, or two channels in it, beside the others.
    Held(&'a super::held::Fields),
}

impl<'a> From<&'a Row> for Line<'a> {
    fn from(row: &'a Row) -> Self {
        match row {
            Row::Estimate(estimate) => Self::Estimate(estimate),
            Row::Symmetry(symmetry) => Self::Symmetry(symmetry),
            Row::StillPoint(still) => Self::StillPoint(still),
        }
    }
}

/// The file that rows are of.
#[derive(Clone, Copy, Debug)]
pub struct Of<'a> {
    /// As it was typed.
    pub file: &'a str,
    /// Its channels.
    pub layout: &'a Layout,
}

impl<'a> Of<'a> {
    /// A channel's name.
    pub fn name(self, channel: usize) -> &'a str {
        &self.layout.channels[channel].name
    }

    /// The name of a series derived from a channel, or the channel's own.
    pub fn name_of(self, channel: usize, series: Option<Series>) -> Cow<'a, str> {
        let name = self.name(channel);
        series.map_or(Cow::Borrowed(name), |series| format!("{name}.{}", series.word()).into())
    }

    /// The unit of a channel, or of a series derived from it.
    pub fn unit(self, channel: usize, series: Option<Series>) -> &'a str {
        if series.is_some_and(Series::is_rate) { "/min" } else { &self.layout.channels[channel].unit }
    }
}

/// The fields of an estimate, the same in every format; only the flags are a list in one and a word in another.
#[derive(Debug, Serialize)]
pub struct EstimateFields<'a, F> {
    r#type: &'static str,
    file: Cow<'a, str>,
    channel: Cow<'a, str>,
    rhythm: &'static str,
    t: f64,
    window_s: f64,
    rate_per_min: Option<f64>,
    rate_low: Option<f64>,
    rate_high: Option<f64>,
    amplitude: Option<f64>,
    amplitude_low: Option<f64>,
    amplitude_high: Option<f64>,
    unit: Cow<'a, str>,
    p: Option<f64>,
    present: bool,
    regularity: Option<f64>,
    flags: F,
}

impl<'a, F: FromIterator<&'static str>> EstimateFields<'a, F> {
    /// Of an estimate; text from outside is written as `text` makes it. Without a figure the figures are null, and a number that is none is null too.
    pub fn new(of: Of<'a>, estimate: &Estimate, text: fn(Cow<'a, str>) -> Cow<'a, str>) -> Self {
        let figure = estimate.figure.as_ref();
        let number = |value: fn(&Figure) -> f64| figure.map(value).filter(|value| value.is_finite());
        Self {
            r#type: "estimate",
            file: text(of.file.into()),
            channel: text(of.name_of(estimate.channel, estimate.series)),
            rhythm: estimate.rhythm.word(),
            t: estimate.t.0,
            window_s: estimate.window.0,
            rate_per_min: number(|figure| figure.rate.value),
            rate_low: number(|figure| figure.rate.low),
            rate_high: number(|figure| figure.rate.high),
            amplitude: number(|figure| figure.amplitude.value),
            amplitude_low: number(|figure| figure.amplitude.low),
            amplitude_high: number(|figure| figure.amplitude.high),
            unit: text(of.unit(estimate.channel, estimate.series).into()),
            p: number(|figure| figure.p),
            present: estimate.present().is_some(),
            regularity: figure.and_then(|figure| figure.regularity).filter(|value| value.is_finite()),
            flags: estimate.flags.iter().map(Flag::word).collect(),
        }
    }
}

/// The fields of a symmetry.
#[derive(Debug, Serialize)]
pub struct SymmetryFields<'a> {
    r#type: &'static str,
    file: &'a str,
    left: &'a str,
    right: &'a str,
    rhythm: &'static str,
    t: f64,
    window_s: f64,
    amplitude_ratio: f64,
    lag_s: f64,
    coherence: f64,
    amplitude_ratio_low: f64,
    /// `None` where there is no upper end.
    amplitude_ratio_high: Option<f64>,
    lag_low_s: f64,
    lag_high_s: f64,
    coherence_low: f64,
    coherence_high: f64,
}

impl<'a> SymmetryFields<'a> {
    /// Of a symmetry.
    pub fn new(of: Of<'a>, symmetry: &Symmetry) -> Self {
        Self {
            r#type: "symmetry",
            file: of.file,
            left: of.name(symmetry.left),
            right: of.name(symmetry.right),
            rhythm: symmetry.rhythm.word(),
            t: symmetry.t.0,
            window_s: symmetry.window.0,
            amplitude_ratio: symmetry.amplitude_ratio.value,
            lag_s: symmetry.lag.value,
            coherence: symmetry.coherence.value,
            amplitude_ratio_low: symmetry.amplitude_ratio.low,
            amplitude_ratio_high: Some(symmetry.amplitude_ratio.high).filter(|high| high.is_finite()),
            lag_low_s: symmetry.lag.low,
            lag_high_s: symmetry.lag.high,
            coherence_low: symmetry.coherence.low,
            coherence_high: symmetry.coherence.high,
        }
    }
}

/// The fields of a still point.
#[derive(Debug, Serialize)]
pub struct StillPointFields<'a> {
    r#type: &'static str,
    file: &'a str,
    channel: &'a str,
    rhythm: &'static str,
    start_s: f64,
    end_s: f64,
    flags: Vec<&'static str>,
}

impl<'a> StillPointFields<'a> {
    /// Of a still point.
    pub fn new(of: Of<'a>, still: &StillPoint) -> Self {
        let (channel, rhythm) = (of.name(still.channel), still.rhythm.word());
        let flags = still.flags.iter().map(Flag::word).collect();
        Self { r#type: "stillpoint", file: of.file, channel, rhythm, start_s: still.start.0, end_s: still.end.0, flags }
    }
}

/// The fields of a summary.
#[derive(Debug, Serialize)]
pub struct SummaryFields<'a> {
    r#type: &'static str,
    file: &'a str,
    channel: Cow<'a, str>,
    rhythm: &'static str,
    windows: usize,
    windows_present: usize,
    rate_per_min: Option<f64>,
    rate_low: Option<f64>,
    rate_high: Option<f64>,
    amplitude: Option<f64>,
    amplitude_low: Option<f64>,
    amplitude_high: Option<f64>,
    p: Option<f64>,
    present: bool,
    regularity: Option<f64>,
    unit: &'a str,
    flags: Vec<&'static str>,
}

impl<'a> SummaryFields<'a> {
    /// Of a summary.
    pub fn new(of: Of<'a>, summary: &Summary) -> Self {
        let number = |interval: Option<Interval>, value: fn(Interval) -> f64| interval.map(value).filter(|value| value.is_finite());
        Self {
            r#type: "summary",
            file: of.file,
            channel: of.name_of(summary.channel, summary.series),
            rhythm: summary.rhythm.word(),
            windows: summary.windows,
            windows_present: summary.windows_present,
            rate_per_min: number(summary.rate, |rate| rate.value),
            rate_low: number(summary.rate, |rate| rate.low),
            rate_high: number(summary.rate, |rate| rate.high),
            amplitude: number(summary.amplitude, |amplitude| amplitude.value),
            amplitude_low: number(summary.amplitude, |amplitude| amplitude.low),
            amplitude_high: number(summary.amplitude, |amplitude| amplitude.high),
            p: summary.p,
            present: summary.present,
            regularity: summary.regularity,
            unit: of.unit(summary.channel, summary.series),
            flags: summary.flags.iter().map(Flag::word).collect(),
        }
    }
}

/// The fields of taps.
#[derive(Debug, Serialize)]
pub struct TapsFields<'a> {
    r#type: &'static str,
    file: &'a str,
    channel: &'a str,
    rhythm: &'static str,
    taps: usize,
    felt_per_min: Option<f64>,
    felt_low: Option<f64>,
    felt_high: Option<f64>,
    measured_per_min: Option<f64>,
    ratio: Option<f64>,
    locking: Option<&'static str>,
    plv: Option<f64>,
    p: Option<f64>,
    offset_s: Option<f64>,
    taps_measured: usize,
    rayleigh_p: Option<f64>,
    too_few: bool,
}

impl<'a> TapsFields<'a> {
    /// Of taps beside a channel.
    pub fn new(of: Of<'a>, taps: &Taps) -> Self {
        let felt = &taps.felt;
        let number = |value: fn(&Locking) -> f64| felt.locking.as_ref().map(value);
        Self {
            r#type: "taps",
            file: of.file,
            channel: of.name(taps.channel),
            rhythm: Rhythm::Cranial.word(),
            taps: felt.taps,
            felt_per_min: felt.rate.map(|rate| rate.value),
            felt_low: felt.rate.map(|rate| rate.low),
            felt_high: felt.rate.map(|rate| rate.high),
            measured_per_min: felt.measured_per_min,
            ratio: felt.ratio(),
            locking: felt.locking.map(|locking| locking.ratio.word()),
            plv: number(|locking| locking.value),
            p: number(|locking| locking.p),
            offset_s: number(|locking| locking.offset.0),
            taps_measured: felt.taps_measured,
            rayleigh_p: number(|locking| locking.rayleigh_p),
            too_few: felt.too_few(),
        }
    }
}

/// The fields of a comparison: the second less the first, but for the ratio, which is the second over the first.
#[derive(Debug, Serialize)]
pub struct ComparisonFields<'a> {
    r#type: &'static str,
    file: &'a str,
    channel: Cow<'a, str>,
    rhythm: &'static str,
    first: &'a str,
    second: &'a str,
    first_windows: usize,
    second_windows: usize,
    first_present: usize,
    second_present: usize,
    windows_needed: usize,
    rate_difference: Option<f64>,
    rate_difference_low: Option<f64>,
    rate_difference_high: Option<f64>,
    amplitude_difference: Option<f64>,
    amplitude_difference_low: Option<f64>,
    amplitude_difference_high: Option<f64>,
    amplitude_ratio: Option<f64>,
    amplitude_ratio_low: Option<f64>,
    amplitude_ratio_high: Option<f64>,
    regularity_difference: Option<f64>,
    regularity_difference_low: Option<f64>,
    regularity_difference_high: Option<f64>,
    present_difference: Option<f64>,
    present_difference_low: Option<f64>,
    present_difference_high: Option<f64>,
    unit: &'a str,
}

impl<'a> ComparisonFields<'a> {
    /// Of two segments.
    pub fn new(of: Of<'a>, Pair { names: [first, second], comparison }: Pair<'a>) -> Self {
        let three = |interval: Option<Interval>| {
            let number = |value: fn(Interval) -> f64| interval.map(value).filter(|value| value.is_finite());
            [number(|interval| interval.value), number(|interval| interval.low), number(|interval| interval.high)]
        };
        let [rate_difference, rate_difference_low, rate_difference_high] = three(comparison.rate);
        let [amplitude_difference, amplitude_difference_low, amplitude_difference_high] = three(comparison.amplitude);
        let [amplitude_ratio, amplitude_ratio_low, amplitude_ratio_high] = three(comparison.amplitude_ratio);
        let [regularity_difference, regularity_difference_low, regularity_difference_high] = three(comparison.regularity);
        let [present_difference, present_difference_low, present_difference_high] = three(comparison.present);
        Self {
            r#type: "comparison",
            file: of.file,
            channel: of.name_of(comparison.channel, comparison.series),
            rhythm: comparison.rhythm.word(),
            first,
            second,
            first_windows: comparison.windows[0],
            second_windows: comparison.windows[1],
            first_present: comparison.windows_present[0],
            second_present: comparison.windows_present[1],
            windows_needed: comparison.needed,
            rate_difference,
            rate_difference_low,
            rate_difference_high,
            amplitude_difference,
            amplitude_difference_low,
            amplitude_difference_high,
            amplitude_ratio,
            amplitude_ratio_low,
            amplitude_ratio_high,
            regularity_difference,
            regularity_difference_low,
            regularity_difference_high,
            present_difference,
            present_difference_low,
            present_difference_high,
            unit: of.unit(comparison.channel, comparison.series),
        }
    }
}
