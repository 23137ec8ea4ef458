//! Segments side by side: what was told of each, and how it differs from the first. A difference is bold where its interval leaves no doubt of one.

use super::{Seen, figures};
use crate::app::App;
use crate::app::compare::{Compared, Stretch, Table, Told};
use crate::app::layout::Area;
use crate::app::scale::with_margin;
use crate::app::scene::{Part, TableCell, TablePane, Tone};
use crate::rhythm::{Comparison, Evidence, Hold, Interval, Rhythm, Sides};

/// Blanks between two columns.
const GAP: u16 = 1;

/// A column: its heading, its width, and how soon it goes where there is no room (the highest first).
struct Column {
    heading: &'static str,
    width: u16,
    rank: u8,
    /// The value, and under it how it differs from the first segment's.
    told: [fn(&Line<'_>) -> Part; 2],
}

/// What a row is made of.
struct Line<'a> {
    stretch: &'a Stretch,
    times: String,
    hold: &'a Hold,
    sides: Option<Sides>,
    is_first: bool,
}

const COLUMNS: [Column; 12] = [
    column("segment", 15, 0, |line| strong(line.stretch.label.chars().take(15).collect()), |line| dim(line.times.clone())),
    column("rate /min", 19, 1, rate, |line| difference(line, |of| of.rate)),
    column("amplitude", 17, 2, amplitude, ratio),
    column("even", 5, 6, |line| plain(line.hold.summary.regularity.map(|value| format!("{value:.2}"))), nothing),
    column("present", 7, 3, present, nothing),
    column("evidence", 8, 4, evidence, nothing),
    column("still", 9, 5, stills, nothing),
    column("left/right", 10, 7, |line| plain(line.sides.map(|sides| format!("{:.2}", sides.amplitude_ratio))), nothing),
    column("lag s", 6, 8, |line| plain(line.sides.map(|sides| signed(sides.lag))), nothing),
    column("coherence", 9, 9, |line| plain(line.sides.map(|sides| format!("{:.2}", sides.coherence))), nothing),
    column("evenness", 19, 10, nothing, |line| difference(line, |of| of.regularity)),
    column("share present", 19, 11, nothing, |line| difference(line, |of| of.present)),
];

const fn column(heading: &'static str, width: u16, rank: u8, cell: fn(&Line<'_>) -> Part, below: fn(&Line<'_>) -> Part) -> Column {
    Column { heading, width, rank, told: [cell, below] }
}

pub(super) fn pane(app: &mut App, seen: &Seen, (w, h): (u16, u16)) -> Option<TablePane> {
    let table = app.table.as_ref()?;
    let area = Area::new(0, 1, w, h.saturating_sub(2)).right_of(1);
    let channels = seen.snapshot.layout.as_ref().map_or(&[][..], |layout| &layout.channels);
    let channel = channels.get(table.channel);
    let unit = channel.map(|channel| channel.unit.clone()).filter(|unit| !unit.is_empty());
    let about = vec![
        Part { text: "segments compared".into(), tone: Tone::Strong },
        Part { text: channel.map_or_else(String::new, |channel| channel.name.clone()), tone: Tone::Strong },
        Part { text: table.rhythm.word().into(), tone: Tone::Of(table.rhythm) },
        Part { text: unit.map_or_else(String::new, |unit| format!("amplitude in {unit}")), tone: Tone::Dim },
    ];
    let (cells, notes) = match &table.told {
        Told::Asked(part) => (Vec::new(), vec![format!("looking through the recording: {:.0} %", 100.0 * part)]),
        Told::Failed(why) => (Vec::new(), vec![why.clone()]),
        Told::Done(compared) => told(seen, (table, compared), area),
    };
    if let Told::Done(compared) = &table.told {
        let first = table.first.min(compared.stretches.len().saturating_sub(1));
        app.table.iter_mut().for_each(|table| table.first = first);
    }
    Some(TablePane { area, about, cells, notes })
}

fn told(seen: &Seen, (table, compared): (&Table, &Compared), area: Area) -> (Vec<TableCell>, Vec<String>) {
    let columns = fitting(area.w);
    let mut cells: Vec<TableCell> = columns.iter().map(|(at, column)| cell(area, (2, *at, column), dim(column.heading.into()))).collect();
    let own = compared.holds.iter().filter(|hold| (hold.summary.channel, hold.summary.rhythm) == (table.channel, table.rhythm));
    let count = compared.stretches.len().saturating_sub(table.first);
    let room = area.h.saturating_sub(7);
    // A blank between two segments, where all of them have room for it.
    let each = if count * 3 <= usize::from(room) { 3 } else { 2 };
    let rows = own.skip(table.first).zip((4..).step_by(each)).take(usize::from(room) / each);
    for (hold, row) in rows {
        let Some(stretch) = compared.stretches.get(hold.segment) else { continue };
        let sides = compared.sides.get(hold.segment).copied().flatten().filter(|_| table.rhythm == Rhythm::Cranial);
        let line = Line { stretch, times: times(seen, stretch), hold, sides, is_first: hold.segment == 0 };
        for (below, row) in [row, row + 1].into_iter().enumerate() {
            cells.extend(columns.iter().map(|(at, column)| cell(area, (row, *at, column), (column.told[below])(&line))));
        }
    }
    let needed = compared.holds.iter().filter(|hold| hold.summary.rhythm == table.rhythm).find_map(|hold| Some(hold.against_first?.needed));
    let needed = needed.map_or_else(String::new, |needed| format!(" (from {needed} windows on)"));
    let notes = vec![
        format!("medians of windows that lie whole in a segment; below, than the first with 95 % interval{needed}"),
        "bold: no doubt of a difference · what it means is for who looks to say".to_owned(),
    ];
    (cells, notes)
}

/// The columns for which there is room, each with its place.
fn fitting(width: u16) -> Vec<(u16, &'static Column)> {
    let mut shown: Vec<&Column> = COLUMNS.iter().collect();
    let wide = |shown: &[&Column]| shown.iter().map(|column| column.width + GAP).sum::<u16>();
    while wide(&shown) > width + GAP && shown.len() > 1 {
        let worst = shown.iter().map(|column| column.rank).max().unwrap_or(0);
        shown.retain(|column| column.rank < worst);
    }
    let mut at = 0;
    let place = |column: &'static Column| {
        let own = at;
        at += column.width + GAP;
        (own, column)
    };
    shown.into_iter().map(place).collect()
}

fn cell(area: Area, (row, at, column): (u16, u16, &Column), part: Part) -> TableCell {
    TableCell { area: area.row(row).right_of(at).left(column.width), part }
}

fn times(seen: &Seen, stretch: &Stretch) -> String {
    let Some(rate) = seen.rate() else { return String::new() };
    format!("{}–{}", rate.time_of(stretch.span.start), rate.time_of(stretch.span.end))
}

fn part(text: String, tone: Tone) -> Part {
    Part { text, tone }
}

fn strong(text: String) -> Part {
    part(text, Tone::Strong)
}

fn dim(text: String) -> Part {
    part(text, Tone::Dim)
}

fn plain(text: Option<String>) -> Part {
    text.map_or_else(|| dim("–".into()), |text| part(text, Tone::Plain))
}

fn signed(value: f64) -> String {
    format!("{value:+.2}").replace('-', "−")
}

fn nothing(_: &Line<'_>) -> Part {
    dim(String::new())
}

fn rate(line: &Line<'_>) -> Part {
    let summary = &line.hold.summary;
    let of = summary.rate.filter(|_| summary.present);
    of.map_or_else(|| dim("–".into()), |rate| strong(format!("{} ± {}", figures::rate(rate.value), figures::margin(rate.half_width()))))
}

fn amplitude(line: &Line<'_>) -> Part {
    let summary = &line.hold.summary;
    plain(summary.amplitude.filter(|_| summary.present).map(|amplitude| {
        let (value, margin) = with_margin(amplitude.value, amplitude.half_width());
        format!("{value} ± {margin}")
    }))
}

fn difference(line: &Line<'_>, of: fn(&Comparison) -> Option<Interval>) -> Part {
    if line.is_first {
        return dim(String::new());
    }
    let Some(told) = line.hold.against_first.as_ref().and_then(of) else { return dim("–".into()) };
    let text = format!("{} ({} {})", signed(told.value), signed(told.low), signed(told.high));
    part(text, if told.low > 0.0 || told.high < 0.0 { Tone::Strong } else { Tone::Plain })
}

fn ratio(line: &Line<'_>) -> Part {
    if line.is_first {
        return dim(String::new());
    }
    let Some(told) = line.hold.against_first.as_ref().and_then(|of| of.amplitude_ratio) else { return dim("–".into()) };
    let text = format!("×{:.2} ({:.2} {:.2})", told.value, told.low, told.high);
    part(text, if told.low > 1.0 || told.high < 1.0 { Tone::Strong } else { Tone::Plain })
}

fn present(line: &Line<'_>) -> Part {
    let summary = &line.hold.summary;
    plain((summary.windows > 0).then(|| format!("{}/{}", summary.windows_present, summary.windows)))
}

fn evidence(line: &Line<'_>) -> Part {
    plain(line.hold.summary.p.map(|p| Evidence::of(p).word().to_owned()))
}

fn stills(line: &Line<'_>) -> Part {
    let (count, long) = line.hold.stills;
    plain((line.hold.summary.windows > 0).then(|| if count == 0 { "0".to_owned() } else { format!("{count} {:.0} s", long.0) }))
}
