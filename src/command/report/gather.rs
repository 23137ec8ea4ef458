//! The values of one session: a run through it as that of `analyze`, of which everything that a report draws is kept, in bounded room.

use std::ops::ControlFlow;
use std::path::Path;

use anyhow::{Result, bail};

use super::columns;
use crate::command::analyze::part::Run;
use crate::command::analyze::{felt, stretches};
use crate::export::segments;
use crate::report::{Lead, Point, Remarks, Segments, Session, Tapped, Trend};
use crate::rhythm::{
    Comparisons, Estimate, Flag, Hold, Holds, Rhythm, Row, Settings, SideSummaries, Spectrum, StillPoint, Summaries, Summary,
};
use crate::signal::{Annotation, Gap, Kind, Layout, Role, SampleIndex, Span, clean};
use crate::store::Recording;

/// Points of a trend, about.
const POINTS: u64 = 400;
/// At most so many segments are compared.
const SEGMENTS: usize = 40;
/// The order of the screen: the one the hands listen for, then the ones that everybody knows.
const ORDER: [Rhythm; 4] = [Rhythm::Cranial, Rhythm::Breath, Rhythm::Pulse, Rhythm::Tide];

/// Two sessions, held against each other.
pub(super) struct Beside<'a> {
    pub(super) comparisons: Comparisons,
    pub(super) both: &'a [Layout; 2],
}

impl Beside<'_> {
    /// The channel of the first session that has the name and unit of one of the second.
    fn of_second(&self, channel: usize) -> Option<usize> {
        let own = &self.both[1].channels[channel];
        self.both[0].channels.iter().position(|other| (&other.name, &other.unit) == (&own.name, &own.unit))
    }

    fn push(&mut self, side: usize, estimate: &Estimate) {
        let channel = if side == 0 { Some(estimate.channel) } else { self.of_second(estimate.channel) };
        if let Some(channel) = channel {
            self.comparisons.push_to(side, &Estimate { channel, ..*estimate });
        }
    }

    /// Names of channels that the other session has not.
    pub(super) fn alone(&self) -> [Vec<String>; 2] {
        [0, 1].map(|side| {
            let has = |name: &str, unit: &str| {
                self.both[1 - side].channels.iter().any(|other| (other.name.as_str(), other.unit.as_str()) == (name, unit))
            };
            let alone = self.both[side].channels.iter().filter(|own| !has(&own.name, &own.unit));
            alone.map(|own| own.name.clone()).collect()
        })
    }
}

/// What is to be gone through.
pub(super) struct Gather<'a> {
    pub(super) path: &'a Path,
    pub(super) settings: &'a Settings,
    pub(super) part: Span,
    /// Threads that look at it.
    pub(super) threads: usize,
    /// 0, or 1 for the second of two.
    pub(super) side: usize,
}

/// What the rows of a run come to.
struct Kept {
    summaries: Summaries,
    remarks: Vec<Remarks>,
    trends: Vec<Trend>,
    /// Of each window with a figure where it ends and its p, in the order of the remarks.
    windows: Vec<Vec<(SampleIndex, f32)>>,
    sides: SideSummaries,
    pair: Option<(usize, usize)>,
    stills: Vec<StillPoint>,
    holds: Holds,
}

impl Gather<'_> {
    /// Goes through it; `open` opens it anew for other threads, `watch` hears how far it is and may end it.
    pub(super) fn run(
        &self,
        recording: &mut Recording,
        (open, watch): (impl Fn() -> Result<Recording> + Clone + Send, &mut dyn FnMut(f64) -> ControlFlow<()>),
        mut beside: Option<&mut Beside<'_>>,
    ) -> Result<Session> {
        let part = self.part;
        let mut run = Run::new(recording, self.settings, part);
        let taps = felt::instants(recording, part);
        // The phase at a tap is told by the windows around it, so that they are looked at by one.
        let threads = if taps.is_empty() { self.threads } else { 1 };
        run.follow(taps);
        let (stretches, more) = stretches_of(recording, part);
        let mut kept = Kept::new(recording.layout(), self.settings, (run.step().0, part, &stretches));
        let mut take = |(rows, at): (&[Row], SampleIndex)| {
            for row in rows {
                kept.push(row);
                if let (Row::Estimate(estimate), Some(beside)) = (row, beside.as_deref_mut()) {
                    beside.push(self.side, estimate);
                }
            }
            if watch((at - part.start) as f64 / part.frames().max(1) as f64).is_break() {
                bail!("interrupted; nothing was written");
            }
            Ok(())
        };
        stretches::through((&mut run, recording), (threads, self.settings, part), open, &mut take)?;
        self.session(recording, run, (kept, stretches, more))
    }

    fn session(
        &self,
        recording: &mut Recording,
        mut run: Run,
        (kept, stretches, more): (Kept, Vec<(String, Span)>, usize),
    ) -> Result<Session> {
        let summaries: Vec<Summary> = kept.summaries.finish().collect();
        let leads = leads(recording.layout(), self.settings, &summaries);
        let taps = tapped(recording, &run, &summaries);
        let spectra = self.spectra(recording, &mut run, (&leads, &kept))?;
        let trace = columns::trace(recording, self.part)?;
        // Where a rhythm is told on neither side there is nothing to compare: single windows are there by chance.
        let told =
            |channel: usize| summaries.iter().any(|s| (s.channel, s.series, s.rhythm) == (channel, None, Rhythm::Cranial) && s.present);
        let sides = kept.pair.filter(|(left, right)| told(*left) || told(*right)).zip(kept.sides.finish());
        let sides = sides.map(|((left, right), of)| (left, right, of));
        let holds = Segments { holds: holds(&kept, &stretches), sides: kept.holds.sides(), stretches, more };
        let about = recording.about();
        let started = about.map(|about| about.started.strftime("%Y-%m-%d %H:%M UTC").to_string());
        Ok(Session {
            name: name(self.path),
            kind: recording.kind().words(),
            simulated: recording.simulated(),
            started,
            source: about.map(|about| (clean(&about.device), clean(&about.wire_format))).filter(|_| !recording.simulated()),
            layout: recording.layout().clone(),
            rate: recording.rate(),
            clock: recording.clocks().last().copied().or_else(|| about?.clock).map(|point| (point, recording.clocks().len())),
            part: self.part,
            whole: self.part.frames() == recording.frames(),
            gaps: gaps(recording, self.part),
            faults: recording.faults(),
            damage: recording.damage().to_vec(),
            annotations: annotations(recording, self.part),
            trace,
            summaries,
            remarks: kept.remarks,
            leads,
            trends: kept.trends,
            spectra,
            sides,
            stills: kept.stills,
            taps,
            segments: holds,
        })
    }

    /// Of each rhythm the window of middle evidence, in the first channel that tells of it.
    fn spectra(&self, recording: &mut Recording, run: &mut Run, (leads, kept): (&[Lead], &Kept)) -> Result<Vec<Spectrum>> {
        let mut spectra = Vec::new();
        for lead in leads {
            let Some(&channel) = lead.channels.first() else { continue };
            let own = kept.remarks.iter().position(|remarks| (remarks.channel, remarks.rhythm) == (channel, lead.rhythm));
            let mut windows = own.map_or_else(Vec::new, |at| kept.windows[at].clone());
            windows.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            if let Some((end, _)) = windows.get(windows.len() / 2) {
                spectra.extend(run.spectrum(recording, (self.part, *end), (channel, lead.rhythm))?);
            }
        }
        Ok(spectra)
    }
}

impl Kept {
    fn new(layout: &Layout, settings: &Settings, (step, part, stretches): (u64, Span, &[(String, Span)])) -> Self {
        let channels = layout.channels.len();
        let wanted: Vec<Rhythm> = Rhythm::ALL.into_iter().filter(|rhythm| settings.of(*rhythm).enabled).collect();
        let pairs: Vec<(usize, Rhythm)> = (0..channels).flat_map(|channel| wanted.iter().map(move |rhythm| (channel, *rhythm))).collect();
        let each = (part.frames() / step.max(1)).div_ceil(POINTS).max(1);
        let none = [0; Flag::ALL.len()];
        Self {
            summaries: Summaries::new(channels, settings, (step, layout.nominal)),
            remarks: pairs.iter().map(|&(channel, rhythm)| Remarks { channel, rhythm, windows: 0, present: none, without: none }).collect(),
            trends: pairs.iter().map(|&(channel, rhythm)| Trend { channel, rhythm, each, points: Vec::new() }).collect(),
            windows: vec![Vec::new(); pairs.len()],
            sides: SideSummaries::new(layout.nominal.duration(step)),
            pair: None,
            stills: Vec::new(),
            holds: Holds::new(stretches.iter().map(|(_, span)| *span).collect(), settings, (channels, step, layout.nominal)),
        }
    }

    fn push(&mut self, row: &Row) {
        self.holds.push(row);
        match row {
            Row::Estimate(estimate) => {
                self.summaries.push(estimate);
                if estimate.series.is_none() {
                    self.estimate(estimate);
                }
            }
            Row::Symmetry(symmetry) => {
                self.pair = Some((symmetry.left, symmetry.right));
                self.sides.push(symmetry);
            }
            Row::StillPoint(still) => {
                let place = self.stills.partition_point(|other| other.span.start <= still.span.start);
                self.stills.insert(place, *still);
            }
        }
    }

    fn estimate(&mut self, estimate: &Estimate) {
        let Some(at) = self.remarks.iter().position(|own| (own.channel, own.rhythm) == (estimate.channel, estimate.rhythm)) else { return };
        let remarks = &mut self.remarks[at];
        remarks.windows += 1;
        let counts = match (&estimate.figure, estimate.present()) {
            (_, Some(_)) => Some(&mut remarks.present),
            (None, _) => Some(&mut remarks.without),
            (Some(_), None) => None,
        };
        for (flag, count) in Flag::ALL.iter().zip(counts.into_iter().flatten()) {
            *count += usize::from(estimate.flags.contains(*flag));
        }
        self.windows[at].extend(estimate.figure.map(|figure| (estimate.end, figure.p as f32)));
        let trend = &mut self.trends[at];
        // Windows are a step apart, so that a point goes over as much time as any other.
        match trend.points.last_mut().filter(|last| u64::from(last.windows) < trend.each) {
            Some(last) => last.take(estimate),
            None => trend.points.push(Point::of(estimate)),
        }
    }
}

/// The segments of a part with their labels, and how many there are beyond these.
fn stretches_of(recording: &Recording, part: Span) -> (Vec<(String, Span)>, usize) {
    let of_part = |segment: &Annotation| {
        let span = segments::span(recording, segment);
        let within = Span { start: span.start.max(part.start), end: span.end.min(part.end) };
        (within.frames() > 0).then(|| (segment.label.clone(), within))
    };
    let mut all: Vec<_> = recording.annotations().iter().filter(|a| a.kind == Kind::Segment).filter_map(of_part).collect();
    let more = all.len().saturating_sub(SEGMENTS);
    all.truncate(SEGMENTS);
    (all, more)
}

/// What the segments say; one that shares samples with the first is not held against it.
fn holds(kept: &Kept, stretches: &[(String, Span)]) -> Vec<Hold> {
    let mut all = kept.holds.finish();
    for hold in &mut all {
        if hold.segment > 0 && stretches[hold.segment].1.overlaps(stretches[0].1) {
            hold.against_first = None;
        }
    }
    all
}

/// Of each rhythm the channels that tell of it: left and right where there are both, else among those with its role (or among all) the one in which it was there most often.
fn leads(layout: &Layout, settings: &Settings, summaries: &[Summary]) -> Vec<Lead> {
    let lead = |rhythm: Rhythm| {
        let role = match rhythm {
            Rhythm::Tide | Rhythm::Cranial => Role::Cranial,
            Rhythm::Breath => Role::Breath,
            Rhythm::Pulse => Role::Pulse,
        };
        let all = 0..layout.channels.len();
        let own: Vec<usize> = all.clone().filter(|channel| layout.channels[*channel].role == role).collect();
        let candidates = if own.is_empty() { all.collect() } else { own };
        let pair = layout
            .left_right()
            .filter(|(left, right)| rhythm == Rhythm::Cranial && candidates.contains(left) && candidates.contains(right));
        if let Some((left, right)) = pair {
            return Some(Lead { rhythm, channels: vec![left, right], of: 2 });
        }
        let present = |channel: usize| {
            let own = summaries.iter().find(|summary| (summary.channel, summary.series, summary.rhythm) == (channel, None, rhythm));
            own.map_or(0, |summary| summary.windows_present)
        };
        // Of those that have it as often the first.
        let best = candidates.iter().rev().copied().max_by_key(|channel| present(*channel))?;
        Some(Lead { rhythm, channels: vec![best], of: candidates.len() })
    };
    ORDER.into_iter().filter(|rhythm| settings.of(*rhythm).enabled).filter_map(lead).collect()
}

/// What the taps say beside each channel, with the place of each in the felt cycle.
fn tapped(recording: &Recording, run: &Run, summaries: &[Summary]) -> Vec<Tapped> {
    let of = |taps: &felt::Taps| {
        let times = felt::times(recording, run.monitor(), taps.channel);
        let turns = taps.felt.locking.map_or_else(Vec::new, |locking| locking.turns(&times));
        Tapped { channel: taps.channel, felt: taps.felt, turns }
    };
    felt::beside(recording, run.monitor(), summaries).iter().map(of).collect()
}

/// The last part of its path.
fn name(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    clean(&whole.file_name().unwrap_or(whole.as_os_str()).to_string_lossy())
}

/// What of the gaps is in the part.
fn gaps(recording: &Recording, part: Span) -> Vec<Gap> {
    let within = |gap: &Gap| Gap { span: Span { start: gap.span.start.max(part.start), end: gap.span.end.min(part.end) }, ..*gap };
    recording.gaps().iter().map(within).filter(|gap| gap.span.frames() > 0).collect()
}

/// What was written to the part.
fn annotations(recording: &Recording, part: Span) -> Vec<Annotation> {
    let within = |annotation: &&Annotation| {
        let end = annotation.end.unwrap_or(if annotation.kind == Kind::Segment { part.end } else { annotation.start });
        annotation.start < part.end && end >= part.start
    };
    recording.annotations().iter().filter(within).cloned().collect()
}
