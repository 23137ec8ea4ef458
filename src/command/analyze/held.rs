//! Segments side by side as rows: one a segment, channel and rhythm, with how it differs from the first segment; one a segment, rhythm and pair of channels, with how
//! these differ. The same table on the command line and from the screen.

use serde_json::{Map, Value};

use super::row::Of;
use crate::export::segments;
use crate::format::parquet::Kind;
use crate::rhythm::{Apart, Hold, Holds, Interval, Row, Settings, Sides};
use crate::signal::{Rate, Span};
use crate::store::Recording;

/// The columns, and what they hold. `against` is the first segment in the row of a segment, the other channel in the row of two.
pub const COLUMNS: [(&str, Kind); 39] = [
    ("type", Kind::Text),
    ("file", Kind::Text),
    ("segment", Kind::Text),
    ("channel", Kind::Text),
    ("rhythm", Kind::Text),
    ("windows", Kind::Int),
    ("windows_present", Kind::Int),
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
    ("stillpoints", Kind::Int),
    ("stillpoint_s", Kind::Double),
    ("against", Kind::Text),
    ("windows_needed", Kind::Int),
    ("rate_difference", Kind::Double),
    ("rate_difference_low", Kind::Double),
    ("rate_difference_high", Kind::Double),
    ("amplitude_ratio", Kind::Double),
    ("amplitude_ratio_low", Kind::Double),
    ("amplitude_ratio_high", Kind::Double),
    ("regularity_difference", Kind::Double),
    ("regularity_difference_low", Kind::Double),
    ("regularity_difference_high", Kind::Double),
    ("present_difference", Kind::Double),
    ("present_difference_low", Kind::Double),
    ("present_difference_high", Kind::Double),
    ("lag_s", Kind::Double),
    ("lag_low", Kind::Double),
    ("lag_high", Kind::Double),
    ("coherence", Kind::Double),
    ("coherence_low", Kind::Double),
    ("coherence_high", Kind::Double),
];

/// A row by field; what is not known is left out.
pub type Fields = Map<String, Value>;

/// What was found in segments: what their rows are made of.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// What the segments are called.
    pub names: &'a [String],
    /// One a segment, channel and rhythm.
    pub holds: &'a [Hold],
    /// One a segment.
    pub sides: &'a [Option<Sides>],
    /// One a segment, pair and rhythm.
    pub apart: &'a [Apart],
}

/// The rows, in the order of the segments, those of channels first.
pub fn rows(of: Of<'_>, found: Found<'_>) -> Vec<Fields> {
    let holds = found.holds.iter().filter(|hold| hold.summary.windows > 0).map(|hold| of_hold(of, found, hold));
    holds.chain(found.apart.iter().map(|apart| of_two(of, found, apart))).collect()
}

fn of_hold(of: Of<'_>, found: Found<'_>, hold: &Hold) -> Fields {
    let (summary, mut row) = (&hold.summary, begin(of, found, ("hold", hold.segment)));
    let mut put = |name: &str, value: Value| _ = row.insert(name.to_owned(), value);
    put("channel", of.name(summary.channel).into());
    put("rhythm", summary.rhythm.word().into());
    put("windows", summary.windows.into());
    put("windows_present", summary.windows_present.into());
    put("unit", of.unit(summary.channel, None).into());
    put("p", summary.p.into());
    put("present", summary.present.into());
    put("regularity", summary.regularity.into());
    put("stillpoints", hold.stills.0.into());
    put("stillpoint_s", hold.stills.1.0.into());
    three(&mut row, ["rate_per_min", "rate_low", "rate_high"], summary.rate);
    three(&mut row, ["amplitude", "amplitude_low", "amplitude_high"], summary.amplitude);
    if let Some(told) = &hold.against_first {
        row.insert("against".to_owned(), found.names.first().cloned().into());
        row.insert("windows_needed".to_owned(), told.needed.into());
        differences(&mut row, [told.rate, told.amplitude_ratio, told.regularity]);
        three(&mut row, ["present_difference", "present_difference_low", "present_difference_high"], told.present);
    }
    row
}

fn of_two(of: Of<'_>, found: Found<'_>, apart: &Apart) -> Fields {
    let mut row = begin(of, found, ("sides", apart.segment));
    let [first, second] = apart.channels.map(|channel| of.name(channel));
    let mut put = |name: &str, value: Value| _ = row.insert(name.to_owned(), value);
    put("channel", first.into());
    put("against", second.into());
    put("rhythm", apart.rhythm.word().into());
    put("windows", apart.windows.into());
    put("windows_present", apart.windows_present.into());
    put("windows_needed", apart.needed.into());
    differences(&mut row, [apart.rate, apart.amplitude_ratio, apart.regularity]);
    let sides = found.sides.get(apart.segment).copied().flatten();
    if let Some(sides) = sides.filter(|sides| sides.channels == apart.channels && apart.rhythm == crate::rhythm::Rhythm::Cranial) {
        three(&mut row, ["lag_s", "lag_low", "lag_high"], Some(sides.lag));
        three(&mut row, ["coherence", "coherence_low", "coherence_high"], Some(sides.coherence));
    }
    row
}

fn begin(of: Of<'_>, found: Found<'_>, (kind, segment): (&str, usize)) -> Fields {
    let name = found.names.get(segment).cloned().unwrap_or_default();
    [("type", kind.into()), ("file", of.file.into()), ("segment", Value::from(name))]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

fn differences(row: &mut Fields, [rate, amplitude, regularity]: [Option<Interval>; 3]) {
    three(row, ["rate_difference", "rate_difference_low", "rate_difference_high"], rate);
    three(row, ["amplitude_ratio", "amplitude_ratio_low", "amplitude_ratio_high"], amplitude);
    three(row, ["regularity_difference", "regularity_difference_low", "regularity_difference_high"], regularity);
}

/// A number that is none (an end that lies nowhere) is null.
fn three(row: &mut Fields, names: [&str; 3], interval: Option<Interval>) {
    let Some(told) = interval else { return };
    for (name, value) in names.into_iter().zip([told.value, told.low, told.high]) {
        row.insert(name.to_owned(), value.into());
    }
}

/// The segments that `--compare` names, and what their windows say.
#[derive(Debug)]
pub struct Held<'a> {
    names: &'a [String],
    holds: Holds,
}

impl<'a> Held<'a> {
    /// `None` where none are to be compared. So many frames from one window to the next, at the nominal rate.
    ///
    /// # Errors
    /// Where the recording has no such segments.
    pub fn of(
        recording: &Recording,
        (names, settings): (&'a [String], &Settings),
        (step, nominal): (u64, Rate),
    ) -> anyhow::Result<Option<Self>> {
        if names.is_empty() {
            return Ok(None);
        }
        let spans = |name: &String| -> anyhow::Result<Vec<Span>> {
            let found = segments::find(recording, name)?;
            Ok(found.into_iter().map(|(_, segment)| segments::span(recording, segment)).collect())
        };
        let segments = names.iter().map(spans).collect::<anyhow::Result<Vec<_>>>()?;
        let layout = recording.layout();
        let holds = Holds::of(segments, settings, (layout.channels.len(), step, nominal)).with_pairs(layout.pairs());
        Ok(Some(Self { names, holds }))
    }

    /// Takes the next row, in the order of the recording.
    pub fn push(&mut self, row: &Row) {
        self.holds.push(row);
    }

    /// What it comes to.
    pub fn rows(&self, of: Of<'_>) -> Vec<Fields> {
        let (holds, sides, apart) = (self.holds.finish(), self.holds.sides(), self.holds.apart());
        rows(of, Found { names: self.names, holds: &holds, sides: &sides, apart: &apart })
    }
}
