//! The trend of the rate over the session, and the spectrum.

use super::{Seen, figures, trace};
use crate::app::layout::{Area, Figures, GUTTER, Plan};
use crate::app::scale::{nice_at_least, number};
use crate::app::scene::{Bar, Bars, Reading, Shape, StillLabel, Tick, TracePane};
use crate::app::{App, proposals};
use crate::protocol::TrendPoint;
use crate::rhythm::{Rhythm, StillPoint};
use crate::signal::{BUCKET, Column, SampleIndex, Seconds};

/// The least range of rates that the trend spans, so that an even rhythm looks even.
const LEAST_RANGE: f64 = 2.0;

/// The rates that the spectrum in small shows.
const SMALL_SPECTRUM_PER_MIN: f64 = 30.0;

/// Decibels from the bottom to the top of a spectrum.
const SPECTRUM_DB: f32 = 40.0;

/// The trend, and above it, where there is a row between it and the axis, the latest still point in words.
pub(super) fn trend(app: &mut App, seen: &Seen, area: Area, axis: Area) -> Option<Bars> {
    let rhythm = figures::leading(app);
    // At the start of a replay nothing is known of now, but of what comes.
    let rates = |channel: &usize| seen.snapshot.trend[*channel][rhythm as usize].iter().filter(|point| point.rate.is_some()).count();
    let most_told = || (0..seen.snapshot.trend.len()).rev().max_by_key(rates).filter(|channel| rates(channel) > 0);
    let channel = figures::reading(app, seen, rhythm).channel.or_else(most_told)?;
    let points = &seen.snapshot.trend.get(channel)?[rhythm as usize];
    let area_of_bars = area.right_of(GUTTER);
    let chunks = chunks(seen, points, usize::from(area_of_bars.w));
    let means: Vec<Option<f64>> = chunks.iter().map(|chunk| mean(chunk)).collect();
    let seen_rates = means.iter().flatten();
    let (min, max) = seen_rates.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), rate| (a.min(*rate), b.max(*rate)));
    let (low, high) = range(min, max);
    let height = |rate: f64| ((rate - low) / (high - low)).clamp(0.0, 1.0) as f32;
    let stills: Vec<&StillPoint> = seen.snapshot.stills.iter().filter(|still| (still.channel, still.rhythm) == (channel, rhythm)).collect();
    let is_still = |chunk: &[TrendPoint]| chunk.iter().any(|point| stills.iter().any(|still| still.holds(point.t)));
    let bar = |(rate, chunk): (Option<f64>, &[TrendPoint])| Bar {
        height: rate.map(height),
        accent: Some(rhythm),
        still: is_still(chunk),
        unknown: chunk.is_empty(),
    };
    let bars = means.into_iter().zip(chunks).map(bar).collect();
    let before = |still: &&&StillPoint| still.span.start < seen.head(app);
    let caption = stills.iter().rfind(before).map(|still| format!("{} at {}", trace::still_point(still), still.start));
    let above = Area { y: area_of_bars.y.saturating_sub(1), h: 1, ..area_of_bars };
    let caption = caption.filter(|_| axis.y < above.y).map(|text| (above, text));
    let rows = area.h;
    let text = |value: f64, word: &str| format!("{word} {:>2}", number(value, 1.0));
    let labels = if min.is_finite() { labels(rows, text(high, "rate"), text(low, "/min")) } else { vec!["rate".to_owned()] };
    Some(Bars {
        shape: Shape::Line,
        gutter: area.left(GUTTER),
        area: area_of_bars,
        axis: area.top(0),
        labels,
        bars,
        ticks: Vec::new(),
        caption,
        cursor: seen.snapshot.playback.map(|playback| place(playback.position, playback.duration, area_of_bars.w)),
    })
}

/// The first on the top row, the last on the bottom one.
fn labels(rows: u16, top: String, bottom: String) -> Vec<String> {
    let blank = usize::from(rows.saturating_sub(2));
    std::iter::once(top).chain(std::iter::repeat_n(String::new(), blank)).chain(std::iter::once(bottom)).collect()
}

/// Whole numbers around the rates, at least [`LEAST_RANGE`] apart.
fn range(min: f64, max: f64) -> (f64, f64) {
    let (low, high) = ((min - 0.2).floor().max(0.0), (max + 0.2).ceil());
    if high - low >= LEAST_RANGE { (low, high) } else { (low, low + LEAST_RANGE) }
}

fn mean(chunk: &[TrendPoint]) -> Option<f64> {
    let rates: Vec<f64> = chunk.iter().filter_map(|point| point.rate).map(f64::from).collect();
    (!rates.is_empty()).then(|| rates.iter().sum::<f64>() / rates.len() as f64)
}

/// The points of each cell. Live the whole session is spread over the cells, as many points a cell as it takes, on absolute multiples; in a replay each has its place in the recording.
fn chunks<'a>(seen: &Seen, points: &'a [TrendPoint], cells: usize) -> Vec<&'a [TrendPoint]> {
    let Some(playback) = seen.snapshot.playback else {
        let points = if cells == 0 { &[] } else { points };
        return points.chunks(points.len().div_ceil(cells.max(1)).max(1)).collect();
    };
    let end = |cell: usize| points.partition_point(|point| point.t.0 < playback.duration.0 * cell as f64 / cells as f64);
    // A cell that lies between two steps shows the one before it.
    let of = |(from, to): (usize, usize)| if from == to && to < points.len() { from.saturating_sub(1)..to } else { from..to };
    (0..cells).map(|cell| &points[of((end(cell), end(cell + 1)))]).collect()
}

/// The cell of a time in a recording of a length.
fn place(time: Seconds, length: Seconds, cells: u16) -> u16 {
    let last = f64::from(cells.saturating_sub(1));
    (time.0 / length.0.max(1e-9) * last).round().clamp(0.0, last) as u16
}

/// Rows for the place in a replay, on a screen of so many columns and rows.
pub(super) fn playback_rows((w, h): (u16, u16)) -> u16 {
    match h {
        0..8 => 0,
        24.. if w >= 60 => 2,
        _ => 1,
    }
}

/// Where the place in a replay is told, and where the whole recording is drawn: beside one another under figures and trend, so that
/// the trend and it have one axis; else the one under the other; else on one line.
pub(super) fn playback_places((w, h): (u16, u16), rows: u16, plan: Option<&Plan>) -> (Area, Area) {
    let area = Area::new(0, h.saturating_sub(1 + rows), w, rows);
    match plan.map(|plan| (plan.figures, plan.axis)) {
        Some((Figures::Beside(figures), axis)) if rows > 1 => (area.right_of(figures.x - 1), Area { x: axis.x, w: axis.w, ..area }),
        Some(_) if rows > 1 => (area.below(1), area.top(1).right_of(1).left(w - 2)),
        _ => (area, area.top(0)),
    }
}

/// The rest of the line behind these texts, two blanks apart.
pub(super) fn bar(line: Area, texts: [Option<&String>; 3]) -> Area {
    let told: usize = texts.into_iter().flatten().map(|text| text.chars().count() + 2).sum();
    let at = u16::try_from(told).unwrap_or(u16::MAX).saturating_add(3);
    line.top(1).right_of(at).left(line.w.saturating_sub(at.saturating_add(1)))
}

/// The whole recording in small: the channel that leads, with its gaps and still points.
pub(super) fn overview(app: &mut App, seen: &Seen, plot: Area) -> Option<TracePane> {
    let layout = seen.snapshot.layout.as_ref().filter(|_| plot.h > 0 && plot.w > GUTTER)?;
    let rhythm = figures::leading(app);
    let channel = figures::reading(app, seen, rhythm).channel.or_else(|| trace::by_role(layout).first().copied())?;
    let frames = seen.columns.end().0;
    let count = u64::from(plot.w) * 2;
    // On the buckets of the overview where there are more of them than columns: then no close-up of everything is asked for.
    let grain = if frames / count > 4 * BUCKET { BUCKET } else { 1 };
    let place = |column: u64| frames * column / count / grain * grain;
    let mut columns = vec![Column::EMPTY; count as usize];
    for (at, column) in (0..).zip(&mut columns) {
        let each = (place(at + 1) - place(at)).max(1);
        seen.columns.columns(channel, SampleIndex(place(at)), each, std::slice::from_mut(column));
    }
    let columns = app.channels.turned(channel, columns);
    let all = columns.iter().fold(Column::EMPTY, |all, column| all.and(*column));
    let (low, high) = if all.has_samples() { (f64::from(all.min), f64::from(all.max)) } else { (0.0, 1.0) };
    let cell = |index: SampleIndex| (index.0 as f64 / frames.max(1) as f64 * f64::from(plot.w)) as u16;
    let stills = seen.snapshot.stills.iter().filter(|still| (still.channel, still.rhythm) == (channel, rhythm));
    let still = |still: &StillPoint| {
        let cell_of = cell(still.span.start);
        StillLabel {
            cell: cell_of,
            width: (cell(still.span.end).min(plot.w) - cell_of.min(plot.w)).max(1),
            text: String::new(),
            standing: proposals::standing(app.marks.list(), still.span),
        }
    };
    Some(TracePane {
        title: plot.top(0),
        name: String::new(),
        unit: String::new(),
        accent: trace::accent(layout.channels[channel].role),
        gutter: plot.left(0),
        plot,
        low,
        high: if high > low { high } else { low + 1.0 },
        labels: Default::default(),
        columns,
        stills: stills.map(still).collect(),
    })
}

/// The spectrum in small: of the leading rhythm's window, as it was tested.
pub(super) fn spectrum(app: &mut App, seen: &Seen, area: Area) -> Option<Bars> {
    let rhythm = figures::leading(app);
    let channel = figures::reading(app, seen, rhythm).channel.unwrap_or(0);
    let of = seen.snapshot.spectra.iter().find(|of| (of.estimate.channel, of.estimate.rhythm) == (channel, rhythm))?;
    let (axis, area) = (area.row(area.h - 1), area.top(area.h - 1));
    let to = SMALL_SPECTRUM_PER_MIN.max(of.range.1);
    let lines = lines(app, seen);
    let per_cell = to / f64::from(area.w.max(1));
    let cell = |cell: u16| (f64::from(cell) * per_cell, f64::from(cell + 1) * per_cell);
    let highest = |(from, until): (f64, f64)| {
        let within = of.amplitude.get(of.between(from, until)).unwrap_or_default();
        within.iter().copied().fold(f32::NAN, f32::max)
    };
    let amplitudes: Vec<f32> = (0..area.w).map(|at| highest(cell(at))).collect();
    let top = amplitudes.iter().copied().fold(0.0, f32::max);
    let bar = |(at, amplitude): (u16, &f32)| {
        let (from, until) = cell(at);
        let accent = lines.iter().find(|(_, rate)| (from..until).contains(rate)).map(|(rhythm, _)| *rhythm);
        let height = (1.0 + 20.0 * (amplitude / top).log10() / SPECTRUM_DB).clamp(0.0, 1.0);
        Bar { height: Some(if amplitude.is_nan() { 0.0 } else { height }), accent, still: false, unknown: false }
    };
    let bars = if top > 0.0 { (0..).zip(&amplitudes).map(bar).collect() } else { Vec::new() };
    Some(Bars {
        shape: Shape::Filled,
        gutter: area.left(0),
        area,
        axis,
        labels: Vec::new(),
        bars,
        ticks: ticks(to, area.w),
        caption: None,
        cursor: None,
    })
}

/// The rhythms for which there is evidence, at their rates.
fn lines(app: &mut App, seen: &Seen) -> Vec<(Rhythm, f64)> {
    let rhythms = figures::looked_for(app);
    let line = |rhythm| {
        let read = figures::reading(app, seen, rhythm);
        let estimate = seen.snapshot.estimate(read.channel?, rhythm)?;
        matches!(read.reading, Reading::Values(_)).then_some((rhythm, estimate.present()?.rate.value))
    };
    rhythms.into_iter().filter_map(line).collect()
}

pub(super) fn ticks(to: f64, cells: u16) -> Vec<Tick> {
    let step = nice_at_least(to * 7.0 / f64::from(cells.max(1)));
    let count = (to / step) as u32;
    let tick = |n: u32| {
        let rate = f64::from(n) * step;
        let unit = if n == 0 { " /min" } else { "" };
        Tick { cell: (rate / to * f64::from(cells)) as u16, text: format!("{}{unit}", number(rate, step)) }
    };
    (0..=count).map(tick).collect()
}
