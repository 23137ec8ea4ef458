//! Segments side by side: what was told of each, and how it differs from the first; or how two channels differ within each. A difference is bold where its
//! interval leaves no doubt of one.

use super::{Seen, figures};
use crate::app::App;
use crate::app::compare::{Compared, Of, Stretch, Table, Told};
use crate::app::layout::Area;
use crate::app::scale::with_margin;
use crate::app::scene::{Part, TableCell, TablePane, Tone};
use crate::rhythm::{Apart, Comparison, Evidence, Hold, Interval, Rhythm, Sides};
use crate::signal::{Channel, Seconds};

/// Below so many rows a table has neither rule nor notes.
const TIGHT: u16 = 12;

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
    /// Of a channel.
    hold: Option<&'a Hold>,
    /// Of two channels.
    apart: Option<&'a Apart>,
    sides: Option<Sides>,
    is_first: bool,
}

const COLUMNS: [Column; 12] = [
    column("segment", 15, 0, |line| strong(line.stretch.label.chars().take(15).collect()), |line| dim(line.times.clone())),
    column("rate /min", 19, 1, rate, |line| difference(line, |of| of.rate)),
    column("amplitude", 17, 2, amplitude, ratio),
    column("even", 5, 6, |line| plain(line.hold.and_then(|hold| hold.summary.regularity).map(|value| format!("{value:.2}"))), nothing),
    column("present", 7, 3, present, nothing),
    column("evidence", 8, 4, evidence, nothing),
    column("still", 9, 5, stills, nothing),
    column("left/right", 10, 7, |line| plain(line.sides.map(|sides| format!("{:.2}", sides.amplitude_ratio.value))), nothing),
    column("lag s", 6, 8, |line| plain(line.sides.map(|sides| signed(sides.lag.value))), nothing),
    column("coherence", 9, 9, |line| plain(line.sides.map(|sides| format!("{:.2}", sides.coherence.value))), nothing),
    column("evenness", 19, 10, nothing, |line| difference(line, |of| of.regularity)),
    column("share present", 19, 11, nothing, |line| difference(line, |of| of.present)),
];

/// Of two channels within one segment: the first less the second, or over it.
const OF_TWO: [Column; 7] = [
    column("segment", 15, 0, |line| strong(line.stretch.label.chars().take(15).collect()), |line| dim(line.times.clone())),
    column("rate /min", 20, 1, |line| apart(line, |of| of.rate), nothing),
    column("amplitude", 17, 2, |line| times_as_large(line.apart.and_then(|of| of.amplitude_ratio)), nothing),
    column("in both", 7, 3, |line| plain(line.apart.map(|of| format!("{}/{}", of.windows_present, of.windows))), nothing),
    column("evenness", 20, 6, |line| apart(line, |of| of.regularity), nothing),
    column("lag s", 20, 4, |line| interval(line.sides.map(|sides| sides.lag)), nothing),
    column("coherence", 17, 5, |line| within(line.sides.map(|sides| sides.coherence)), nothing),
];

const fn column(heading: &'static str, width: u16, rank: u8, cell: fn(&Line<'_>) -> Part, below: fn(&Line<'_>) -> Part) -> Column {
    Column { heading, width, rank, told: [cell, below] }
}

pub(super) fn pane(app: &mut App, seen: &Seen, (w, h): (u16, u16)) -> Option<TablePane> {
    let table = app.table.as_ref()?;
    let area = Area::new(0, 1, w, h.saturating_sub(2)).right_of(1);
    let channels = seen.snapshot.layout.as_ref().map_or(&[][..], |layout| &layout.channels);
    let name = |at: usize| channels.get(at).map_or_else(String::new, |channel| channel.name.clone());
    let (of, unit) = match table.of {
        Of::Channel(at) => (name(at), channels.get(at).map(amplitude_in).unwrap_or_default()),
        Of::Two([first, second]) => (format!("{} against {}", name(first), name(second)), String::new()),
    };
    let about = vec![
        Part { text: "segments compared".into(), tone: Tone::Strong },
        Part { text: of, tone: Tone::Strong },
        Part { text: table.rhythm.word().into(), tone: Tone::Of(table.rhythm) },
        Part { text: unit, tone: Tone::Dim },
    ];
    let (cells, notes) = match &table.told {
        Told::Asked(part) => (Vec::new(), vec![format!("looking through the recording: {:.0} %", 100.0 * part)]),
        Told::Failed(why) => (Vec::new(), vec![why.clone()]),
        Told::Done(compared) => told((app, seen), (table, compared), area),
    };
    let rule = Some(area.row(frame(area).rule)).filter(|rule| !cells.is_empty() && rule.h > 0 && !frame(area).is_tight);
    if let Told::Done(compared) = &table.told {
        let first = table.first.min(compared.stretches.len().saturating_sub(1));
        app.table.iter_mut().for_each(|table| table.first = first);
    }
    Some(TablePane { area, about, rule, cells, notes })
}

fn amplitude_in(channel: &Channel) -> String {
    if channel.unit.is_empty() { String::new() } else { format!("amplitude in {}", channel.unit) }
}

/// Which row is for what.
#[derive(Clone, Copy)]
struct Frame {
    headings: u16,
    rule: u16,
    first: u16,
    /// Rows of notes under the table, with a blank above them.
    notes: u16,
    /// There is no row to spare.
    is_tight: bool,
}

fn frame(area: Area) -> Frame {
    if area.h < TIGHT {
        return Frame { headings: 1, rule: 0, first: 2, notes: 0, is_tight: true };
    }
    Frame { headings: 2, rule: 3, first: 4, notes: 4, is_tight: false }
}

fn told((app, seen): (&App, &Seen), (table, compared): (&Table, &Compared), area: Area) -> (Vec<TableCell>, Vec<String>) {
    let all: &'static [Column] = if matches!(table.of, Of::Two(_)) { &OF_TWO } else { &COLUMNS };
    let (columns, frame) = (fitting(all, area.w), frame(area));
    let heading = |(at, column): &(u16, &Column)| cell(area, (frame.headings, *at, column), dim(column.heading.into()));
    let mut cells: Vec<TableCell> = columns.iter().map(heading).collect();
    let count = compared.stretches.len().saturating_sub(table.first);
    let room = area.h.saturating_sub(frame.first + frame.notes);
    // A blank between two segments, where all of them have room for it.
    let each = if count * 3 <= usize::from(room) { 3 } else { 2 };
    let segments = compared.stretches.iter().enumerate().skip(table.first);
    for ((segment, stretch), row) in segments.zip((frame.first..).step_by(each)).take(usize::from(room).div_ceil(each)) {
        let line = line(seen, (table, compared), (segment, stretch));
        for (below, row) in [row, row + 1].into_iter().enumerate().filter(|(_, row)| row + frame.notes < area.h) {
            cells.extend(columns.iter().map(|(at, column)| cell(area, (row, *at, column), (column.told[below])(&line))));
        }
    }
    if frame.is_tight {
        return (cells, Vec::new());
    }
    (cells, notes(table.of, long_enough(app, (table, compared))))
}

/// How the table is to be read. A line each fits in 80 columns.
fn notes(of: Of, long_enough: Option<Seconds>) -> Vec<String> {
    let what = match of {
        Of::Channel(_) => "medians of the windows in a segment; under them how it differs from the first,",
        Of::Two(_) => "the first channel less the second, or over it: medians of the windows,",
    };
    let which = if matches!(of, Of::Channel(_)) { "both last" } else { "it lasts" };
    let long = long_enough.map_or_else(String::new, |long| format!(", where {which} about {long} or longer"));
    let how = format!("with 95 % interval{long}");
    vec![what.to_owned(), how, "bold: no doubt of a difference · what it means is for who looks to say".to_owned()]
}

/// How long a segment has to be for a difference, about: its windows follow one another by steps.
fn long_enough(app: &App, (table, compared): (&Table, &Compared)) -> Option<Seconds> {
    let of_rhythm = |hold: &&Hold| hold.summary.rhythm == table.rhythm;
    let needed = compared.holds.iter().filter(of_rhythm).find_map(|hold| Some(hold.against_first?.needed))?;
    let (step, window) = (app.settings.step.0, app.settings.of(table.rhythm).window.0);
    Some(Seconds(window + (needed as f64 - 1.0) * step))
}

fn line<'a>(seen: &Seen, (table, compared): (&Table, &'a Compared), (segment, stretch): (usize, &'a Stretch)) -> Line<'a> {
    let sides = compared.sides.get(segment).copied().flatten().filter(|_| table.rhythm == Rhythm::Cranial);
    let (hold, apart, sides) = match table.of {
        Of::Channel(channel) => {
            let own = |hold: &&Hold| (hold.segment, hold.summary.channel, hold.summary.rhythm) == (segment, channel, table.rhythm);
            (compared.holds.iter().find(own), None, sides)
        }
        Of::Two(two) => {
            let own = |apart: &&Apart| (apart.segment, apart.channels, apart.rhythm) == (segment, two, table.rhythm);
            (None, compared.apart.iter().find(own), sides.filter(|sides| sides.channels == two))
        }
    };
    Line { stretch, times: times(seen, stretch), hold, apart, sides, is_first: segment == 0 }
}

/// The columns for which there is room, each with its place.
fn fitting(all: &'static [Column], width: u16) -> Vec<(u16, &'static Column)> {
    let mut shown: Vec<&Column> = all.iter().collect();
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
    let of = line.hold.and_then(|hold| hold.summary.rate.filter(|_| hold.summary.present));
    plain(of.map(|rate| format!("{} ± {}", figures::rate(rate.value), figures::margin(rate.half_width()))))
}

fn amplitude(line: &Line<'_>) -> Part {
    let of = line.hold.and_then(|hold| hold.summary.amplitude.filter(|_| hold.summary.present));
    plain(of.map(|amplitude| {
        let (value, margin) = with_margin(amplitude.value, amplitude.half_width());
        format!("{value} ± {margin}")
    }))
}

fn difference(line: &Line<'_>, of: fn(&Comparison) -> Option<Interval>) -> Part {
    if line.is_first {
        return dim(String::new());
    }
    interval(line.hold.and_then(|hold| hold.against_first.as_ref()).and_then(of))
}

fn ratio(line: &Line<'_>) -> Part {
    if line.is_first {
        return dim(String::new());
    }
    times_as_large(line.hold.and_then(|hold| hold.against_first.as_ref()).and_then(|of| of.amplitude_ratio))
}

fn apart(line: &Line<'_>, of: fn(&Apart) -> Option<Interval>) -> Part {
    interval(line.apart.and_then(of))
}

/// A difference.
fn interval(told: Option<Interval>) -> Part {
    let Some(told) = told else { return dim("–".into()) };
    let text = format!("{} ({} {})", signed(told.value), signed(told.low), signed(told.high));
    part(text, if told.low > 0.0 || told.high < 0.0 { Tone::Strong } else { Tone::Plain })
}

fn times_as_large(told: Option<Interval>) -> Part {
    let Some(told) = told else { return dim("–".into()) };
    let text = format!("×{:.2} ({:.2} {:.2})", told.value, told.low, told.high);
    part(text, if told.low > 1.0 || told.high < 1.0 { Tone::Strong } else { Tone::Plain })
}

/// A share, which differs from nothing.
fn within(told: Option<Interval>) -> Part {
    plain(told.map(|told| format!("{:.2} ({:.2} {:.2})", told.value, told.low, told.high)))
}

fn present(line: &Line<'_>) -> Part {
    let summary = line.hold.map(|hold| &hold.summary).filter(|summary| summary.windows > 0);
    plain(summary.map(|summary| format!("{}/{}", summary.windows_present, summary.windows)))
}

fn evidence(line: &Line<'_>) -> Part {
    plain(line.hold.and_then(|hold| hold.summary.p).map(|p| Evidence::of(p).word().to_owned()))
}

fn stills(line: &Line<'_>) -> Part {
    let hold = line.hold.filter(|hold| hold.summary.windows > 0);
    plain(hold.map(|hold| match hold.stills {
        (0, _) => "0".to_owned(),
        (count, long) => format!("{count} {:.0} s", long.0),
    }))
}
