//! What is known of each rhythm, in words. A figure without evidence never becomes a number here.

use super::{Seen, taps};
use crate::app::App;
use crate::app::layout::{Area, Figures};
use crate::app::scale::with_margin;
use crate::app::scene::{Digits, FigureBlock, Reading, Values};
use crate::rhythm::{Estimate, Evidence, Figure, Flag, Flags, Rhythm};
use crate::signal::{Layout, Role, Seconds};

/// The order of the screen: the one the hands listen for, then the ones that everybody knows.
const ORDER: [Rhythm; 4] = [Rhythm::Cranial, Rhythm::Breath, Rhythm::Pulse, Rhythm::Tide];

/// Rows of a block with large digits: title, digits, two lines of figures, symmetry, a note, a blank.
const LARGE: u16 = 9;

/// Rows of a block of lines: title, two lines of figures, a note, a blank.
const LINES: u16 = 5;

/// A window is whole only to the frame; this is what rounding may take off it.
const ROUNDING: f64 = 0.5;

/// A flag in the words of the screen; none for the gap, which the reading itself tells.
pub(super) fn words(flag: Flag) -> Option<&'static str> {
    match flag {
        Flag::SharedWithBreath => Some("one rhythm: breath or cranial"),
        Flag::BreathOrCranial => Some("breath or cranial: a guess"),
        Flag::NearBreath => Some("may be a part of the breath"),
        Flag::NearBreathHarmonic => Some("near a multiple of the breath"),
        Flag::SlowDevice => Some("device too slow for this rhythm"),
        Flag::MainsAlias => Some("may be hum from the mains"),
        Flag::PulseAlias => Some("may be a pulse: slow device"),
        Flag::Clipped => Some("the sensor is at its limit"),
        Flag::Quantised => Some("steps as large as the rhythm"),
        Flag::Flat => Some("flat: nothing moves"),
        Flag::Gap => None,
    }
}

/// A rhythm, and where it was read.
pub(super) struct Read {
    pub(super) channel: Option<usize>,
    pub(super) reading: Reading,
    pub(super) notes: Vec<&'static str>,
}

impl Read {
    pub(super) fn channel_name(&self, seen: &Seen) -> String {
        let layout = seen.snapshot.layout.as_ref();
        layout.zip(self.channel).and_then(|(layout, at)| layout.channels.get(at)).map_or_else(String::new, |channel| channel.name.clone())
    }
}

pub(super) fn looked_for(app: &App) -> Vec<Rhythm> {
    ORDER.into_iter().filter(|rhythm| app.settings.of(*rhythm).enabled).collect()
}

pub(super) fn leading(app: &App) -> Rhythm {
    looked_for(app).first().copied().unwrap_or(Rhythm::Cranial)
}

/// The rhythm with the shortest window: its figures come first.
pub(super) fn shortest(app: &App) -> Rhythm {
    let window = |rhythm: &Rhythm| app.settings.of(*rhythm).window.0;
    looked_for(app).into_iter().min_by(|a, b| window(a).total_cmp(&window(b))).unwrap_or(Rhythm::Pulse)
}

pub(super) fn role(rhythm: Rhythm) -> Role {
    match rhythm {
        Rhythm::Tide | Rhythm::Cranial => Role::Cranial,
        Rhythm::Breath => Role::Breath,
        Rhythm::Pulse => Role::Pulse,
    }
}

pub(super) fn blocks(app: &mut App, seen: &Seen, place: Figures) -> Vec<FigureBlock> {
    let rhythms = looked_for(app);
    // The last row is for the taps.
    let taps = u16::from(taps::are_there(app));
    let places = match place {
        Figures::Beside(area) => blocks_beside(area.top(area.h - taps), rhythms.len()),
        Figures::Under(area) => (0..area.h - taps).map(|row| (area.row(row), Digits::Line)).collect(),
    };
    rhythms.into_iter().zip(places).map(|(rhythm, place)| block(app, seen, rhythm, place)).collect()
}

/// All large where there is room, else the first alone.
fn blocks_beside(area: Area, count: usize) -> Vec<(Area, Digits)> {
    let count = u16::try_from(count).unwrap_or(4);
    let all_large = area.h + 1 >= LARGE * count;
    let rest = if all_large { LARGE } else { LINES.min(area.h.saturating_sub(LARGE) / count.saturating_sub(1).max(1)).max(2) };
    let mut left = area;
    let mut places = Vec::new();
    for i in 0..count {
        let rows = if i == 0 { LARGE } else { rest };
        places.push((left.top(rows), if i == 0 || all_large { Digits::Large } else { Digits::Lines }));
        left = left.below(rows);
    }
    places
}

fn block(app: &mut App, seen: &Seen, rhythm: Rhythm, (area, digits): (Area, Digits)) -> FigureBlock {
    let read = reading(app, seen, rhythm);
    let channel = read.channel_name(seen);
    let symmetry = symmetry(seen, rhythm, &read.reading);
    FigureBlock { area, rhythm, digits, channel, reading: read.reading, symmetry, notes: read.notes }
}

pub(super) fn reading(app: &mut App, seen: &Seen, rhythm: Rhythm) -> Read {
    let channel = most_fitting(app, seen, rhythm);
    app.read_from[rhythm as usize] = channel;
    let estimate = channel.and_then(|channel| seen.snapshot.estimate(channel, rhythm));
    let window = estimate.map_or(app.settings.of(rhythm).window, |estimate| estimate.window);
    let notes = |flags: Flags| flags.iter().filter_map(words).collect::<Vec<_>>();
    let Some(estimate) = estimate else {
        return Read { channel: None, reading: Reading::Waiting(waiting(seen, window)), notes: Vec::new() };
    };
    let unit = seen.snapshot.layout.as_ref().zip(channel).map_or("", |(layout, at)| layout.channels[at].unit.as_str());
    let reading = match (&estimate.figure, estimate.present()) {
        _ if overtaken_by_gap(seen, window) => Reading::Waiting(waiting(seen, window)),
        (_, Some(figure)) => Reading::Values(values(figure, unit)),
        (Some(figure), None) => Reading::Absent(Evidence::of(figure.p).min(Evidence::Faint)),
        (None, None) => without_figure(seen, estimate.flags, window),
    };
    // What is not told needs no remark.
    let notes = if matches!(reading, Reading::Waiting(_)) { Vec::new() } else { notes(estimate.flags) };
    Read { channel, reading, notes }
}

/// A window that ended before a gap says nothing of now.
pub(super) fn overtaken_by_gap(seen: &Seen, window: Seconds) -> bool {
    seen.snapshot.whole.0 + ROUNDING < window.0
}

/// The flags say why; if a gap is why, how long it still takes.
fn without_figure(seen: &Seen, flags: Flags, window: Seconds) -> Reading {
    let other = flags.iter().any(|flag| words(flag).is_some());
    if other && !flags.contains(Flag::Gap) { Reading::Absent(Evidence::None) } else { Reading::Waiting(waiting(seen, window)) }
}

pub(super) fn waiting(seen: &Seen, window: Seconds) -> String {
    let whole = seen.snapshot.whole.0.clamp(0.0, window.0).floor();
    let why = if seen.snapshot.gaps.is_empty() { "settling" } else { "gap:" };
    format!("{why} {whole:.0} of {:.0} s", window.0)
}

/// The channel whose role is the rhythm's, else any; among these the smallest p. The last one is kept while it is as good in words.
fn most_fitting(app: &App, seen: &Seen, rhythm: Rhythm) -> Option<usize> {
    let layout = seen.snapshot.layout.as_ref()?;
    let of_role = |channel: &usize| layout.channels[*channel].role == role(rhythm);
    let p = |channel: &usize| seen.snapshot.estimate(*channel, rhythm).and_then(|e| e.figure).map_or(f64::INFINITY, |figure| figure.p);
    let known = |channel: &usize| seen.snapshot.estimate(*channel, rhythm).is_some();
    let candidates = candidates(layout, of_role);
    // Whoever wants the figures of one channel has them, whatever they are.
    if let Some(lead) = app.channels.lead().filter(known) {
        return Some(lead);
    }
    let best = candidates.iter().copied().filter(known).min_by(|a, b| p(a).total_cmp(&p(b)))?;
    let kept = app.read_from[rhythm as usize].filter(|kept| candidates.contains(kept) && known(kept));
    kept.filter(|kept| Evidence::of(p(kept)) >= Evidence::of(p(&best))).or(Some(best))
}

fn candidates(layout: &Layout, of_role: impl Fn(&usize) -> bool) -> Vec<usize> {
    let fitting: Vec<usize> = (0..layout.channels.len()).filter(of_role).collect();
    if fitting.is_empty() { (0..layout.channels.len()).collect() } else { fitting }
}

fn values(figure: &Figure, unit: &str) -> Values {
    let (value, amplitude_margin) = with_margin(figure.amplitude.value, figure.amplitude.half_width());
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    Values {
        rate: rate(figure.rate.value),
        rate_margin: margin(figure.rate.half_width()),
        evidence: Evidence::of(figure.p).max(Evidence::Present),
        amplitude: format!("{value}{unit}"),
        amplitude_margin,
        regularity: figure.regularity.map(|regularity| format!("{regularity:.2}")),
    }
}

/// One decimal, none from a hundred on: as wide whatever the rhythm.
pub(super) fn rate(value: f64) -> String {
    if value >= 99.95 { format!("{value:.0}") } else { format!("{value:.1}") }
}

pub(super) fn margin(value: f64) -> String {
    match value {
        v if v >= 0.095 => format!("{v:.1}"),
        v if v >= 0.01 => format!("{v:.2}"),
        _ => "0.01".to_owned(),
    }
}

/// Only beside a figure, and only as long as it is about the same window.
fn symmetry(seen: &Seen, rhythm: Rhythm, reading: &Reading) -> Option<(String, String)> {
    let symmetry = seen.snapshot.symmetry.filter(|s| s.rhythm == rhythm && matches!(reading, Reading::Values(_)))?;
    let latest = seen.snapshot.estimate(symmetry.left, rhythm).map(|e: &Estimate| e.end);
    let lag = format!("{:+.1}", symmetry.lag.value).replace('-', "−");
    latest
        .is_none_or(|end| end == symmetry.end)
        .then(|| (format!("left/right {:.2}", symmetry.amplitude_ratio.value), format!("lag {lag} s")))
}
