//! Floor 2: a report that a client, a colleague or a reviewer reads: one page of HTML with its pictures inside, or one picture as SVG or PNG. Made of plain values
//! that come from the same engine as those of `analyze`; opens nothing, and the same values give the same bytes.

mod changes;
mod findings;
mod html;
mod index;
mod picture;
mod png;
mod poster;
mod rose;
mod scale;
mod segments;
mod sides;
mod spectrum;
mod svg;
mod tables;
mod text;
mod trace;
mod trend;

pub use html::page;
pub use index::{Listed, index, is_index, told_by};

use crate::rhythm::{
    Comparison, Estimate, Felt, Flag, Hold, Interval, Rhythm, Settings, SideSummary, Sides, Spectrum, StillPoint, Summary,
};
use crate::signal::{Annotation, ClockPoint, Column, Gap, Layout, Rate, SampleIndex, Seconds, Span};

/// The report as one picture: an SVG file, dark or light as its reader has it.
pub fn svg(report: &Report) -> String {
    svg::file(&poster::picture(report))
}

/// The same picture as a PNG file, on light ground.
///
/// # Errors
/// Where there is no memory for it.
pub fn png(report: &Report) -> std::io::Result<Vec<u8>> {
    png::file(&poster::picture(report))
}

/// Everything that a report says.
#[derive(Clone, Debug)]
pub struct Report {
    /// The session; of two, the one before and the one after.
    pub sessions: Vec<Session>,
    /// How the second differs from the first.
    pub changes: Option<Changes>,
    /// What was looked for.
    pub settings: Settings,
    /// This program and its version.
    pub program: String,
}

/// One recording.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its name, without its folder.
    pub name: String,
    /// What it is on disk.
    pub kind: &'static str,
    /// Whether no sensor was behind it.
    pub simulated: bool,
    /// When it began, in words.
    pub started: Option<String>,
    /// Where the samples came from, and how they were written.
    pub source: Option<(String, String)>,
    /// Its channels and nominal rate.
    pub layout: Layout,
    /// The true rate, by which all times are told.
    pub rate: Rate,
    /// The latest measure of it, and how many there were.
    pub clock: Option<(ClockPoint, usize)>,
    /// The part that is reported.
    pub part: Span,
    /// Whether that is the whole.
    pub whole: bool,
    /// What never arrived.
    pub gaps: Vec<Gap>,
    /// How often bytes were no sample.
    pub faults: u64,
    /// What was wrong and what was done about it.
    pub damage: Vec<String>,
    /// What somebody wrote to it.
    pub annotations: Vec<Annotation>,
    /// The trace, coarse.
    pub trace: Trace,
    /// What all windows say, a channel and rhythm, derived series among them.
    pub summaries: Vec<Summary>,
    /// What is to be known of the windows of each channel and rhythm.
    pub remarks: Vec<Remarks>,
    /// Of each rhythm that was looked for the channels that tell of it.
    pub leads: Vec<Lead>,
    /// How rate and amplitude went on, a channel and rhythm.
    pub trends: Vec<Trend>,
    /// The test itself, of one window a rhythm.
    pub spectra: Vec<Spectrum>,
    /// Left against right: the channels, and what all windows say.
    pub sides: Option<(usize, usize, SideSummary)>,
    /// Still points that were found, in their order.
    pub stills: Vec<StillPoint>,
    /// What the hand felt beside each channel.
    pub taps: Vec<Tapped>,
    /// Segments side by side.
    pub segments: Segments,
}

/// Columns of the trace from the part's first frame on.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Frames of a column.
    pub each: u64,
    /// Of each channel.
    pub columns: Vec<Vec<Column>>,
}

/// What is to be known of the windows of a rhythm in a channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remarks {
    /// Position of the channel.
    pub channel: usize,
    /// Which rhythm.
    pub rhythm: Rhythm,
    /// How many windows there were, with a figure or without.
    pub windows: usize,
    /// In how many of those in which the rhythm was present each flag stood, in the order of [`Flag::ALL`].
    pub present: [usize; Flag::ALL.len()],
    /// In how many of those without a figure.
    pub without: [usize; Flag::ALL.len()],
}

/// The channels that tell of a rhythm.
#[derive(Clone, Debug, PartialEq)]
pub struct Lead {
    /// Which rhythm.
    pub rhythm: Rhythm,
    /// Positions of the channels, one or two; two are a left and a right one.
    pub channels: Vec<usize>,
    /// How many channels there are to choose from.
    pub of: usize,
}

/// How a rhythm went on in a channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// Position of the channel.
    pub channel: usize,
    /// Which rhythm.
    pub rhythm: Rhythm,
    /// Windows of a point, where each has one.
    pub each: u64,
    /// In their order.
    pub points: Vec<Point>,
}

/// Windows that end within a stretch, together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// From when to when they end.
    pub ends: (Seconds, Seconds),
    /// How many there are, with a figure or without.
    pub windows: u32,
    /// In how many of them the rhythm was present.
    pub present: u32,
    /// Mean rate of the latter, and the ends of all their intervals together.
    pub rate: Interval,
    /// The same of the amplitude.
    pub amplitude: Interval,
}

impl Point {
    /// Of one window.
    pub fn of(estimate: &Estimate) -> Self {
        let nothing = Interval { value: f64::NAN, low: f64::INFINITY, high: f64::NEG_INFINITY };
        let mut point = Self { ends: (estimate.t, estimate.t), windows: 0, present: 0, rate: nothing, amplitude: nothing };
        point.take(estimate);
        point
    }

    /// With the next window.
    pub fn take(&mut self, estimate: &Estimate) {
        (self.windows, self.ends.1) = (self.windows + 1, estimate.t);
        let Some(figure) = estimate.present() else { return };
        self.present += 1;
        let with = |all: Interval, one: Interval| Interval {
            value: if self.present == 1 { one.value } else { all.value + (one.value - all.value) / f64::from(self.present) },
            low: all.low.min(one.low),
            high: all.high.max(one.high),
        };
        (self.rate, self.amplitude) = (with(self.rate, figure.rate), with(self.amplitude, figure.amplitude));
    }

    /// When it is drawn.
    fn t(&self) -> Seconds {
        Seconds(f64::midpoint(self.ends.0.0, self.ends.1.0))
    }
}

/// What the hand felt beside a channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Tapped {
    /// Position of the channel.
    pub channel: usize,
    /// What was felt and measured.
    pub felt: Felt,
    /// Where in the felt cycle each tap stands, 0 to 1 from the crest.
    pub turns: Vec<f64>,
}

/// Segments side by side.
#[derive(Clone, Debug, Default)]
pub struct Segments {
    /// Label and frames of each.
    pub stretches: Vec<(String, Span)>,
    /// What their windows say; positions are those of the stretches.
    pub holds: Vec<Hold>,
    /// Left against right in each.
    pub sides: Vec<Option<Sides>>,
    /// How many there are beyond these.
    pub more: usize,
}

/// How one session differs from the one before.
#[derive(Clone, Debug)]
pub struct Changes {
    /// A channel and rhythm each; positions are those of the first session.
    pub all: Vec<Comparison>,
    /// Names of channels of either session that the other has not, with the same unit.
    pub alone: [Vec<String>; 2],
}

impl Session {
    /// When the part begins and ends.
    pub fn times(&self) -> (Seconds, Seconds) {
        (self.time(self.part.start), self.time(self.part.end))
    }

    /// The time of a frame.
    pub fn time(&self, at: SampleIndex) -> Seconds {
        self.rate.time_of(at)
    }

    /// The name of a channel.
    pub fn channel(&self, at: usize) -> String {
        self.layout.channels.get(at).map_or_else(|| text::DASH.to_owned(), |channel| text::name(&channel.name))
    }

    /// The unit of a channel.
    pub fn unit(&self, at: usize) -> &str {
        self.layout.channels.get(at).map_or("", |channel| &channel.unit)
    }

    /// What all windows of a channel itself say of a rhythm.
    pub fn summary(&self, channel: usize, rhythm: Rhythm) -> Option<&Summary> {
        self.summaries.iter().find(|summary| (summary.channel, summary.series, summary.rhythm) == (channel, None, rhythm))
    }

    /// The taps beside the first channel that tells of the cranial rhythm.
    fn tapped(&self) -> Option<&Tapped> {
        let lead = self.leads.iter().find(|lead| lead.rhythm == Rhythm::Cranial)?;
        self.taps.iter().find(|tapped| lead.channels.contains(&tapped.channel))
    }

    fn remarks(&self, channel: usize, rhythm: Rhythm) -> Option<&Remarks> {
        self.remarks.iter().find(|remarks| (remarks.channel, remarks.rhythm) == (channel, rhythm))
    }

    fn trend(&self, channel: usize, rhythm: Rhythm) -> Option<&Trend> {
        self.trends.iter().find(|trend| (trend.channel, trend.rhythm) == (channel, rhythm))
    }
}
