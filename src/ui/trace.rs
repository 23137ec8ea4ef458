//! One channel's trace: two columns and four dots a cell in braille, everything between minimum and maximum.

use super::pen::Pen;
use super::strips::{ACCEPTED, STILL};
use crate::app::{Area, Closing, Flagged, GapLabel, Standing, StillLabel, TracePane};
use crate::signal::{Column, Kind};
use ratatui::style::{Modifier, Style};

/// Dots of the left column from the top; the right column's are [`RIGHT`].
const LEFT: [u32; 4] = [0x01, 0x02, 0x04, 0x40];
const RIGHT: [u32; 4] = [0x08, 0x10, 0x20, 0x80];

/// The rows of dots that a column covers, from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reach {
    top: u16,
    bottom: u16,
}

pub(super) fn pane(pen: &mut Pen, pane: &TracePane, flags: &[Flagged], gaps: &[GapLabel]) {
    let style = pane.accent.map_or_else(Style::new, |rhythm| pen.theme.rhythm(rhythm));
    title(pen, pane, style);
    gutter(pen, pane);
    hatch(pen, pane);
    stills(pen, pane);
    lines(pen, pane.plot, flags);
    if pen.theme.is_ascii() {
        plain(pen, pane, style);
    } else {
        braille(pen, pane, style);
    }
    partly_missing(pen, pane);
    for still in pane.stills.iter().filter(|still| !still.text.is_empty()) {
        pen.centred(foot(pane, still), &still.text, Style::new());
    }
    for gap in gaps {
        let room = Area { x: pane.plot.x + gap.cell, w: gap.width, ..pane.plot.row(pane.plot.h / 2) };
        pen.centred(room, &gap.text, Style::new());
    }
}

fn title(pen: &mut Pen, pane: &TracePane, style: Style) {
    let at = pen.text(pane.title, 1, &pane.name, style.add_modifier(Modifier::BOLD));
    let dim = pen.theme.dim();
    pen.text(pane.title, at + 1, &pane.unit, dim);
}

fn gutter(pen: &mut Pen, pane: &TracePane) {
    let (area, faint, dim) = (pane.gutter, pen.theme.faint(), pen.theme.dim());
    if area.w == 0 || area.h == 0 {
        return;
    }
    let line = Area { x: area.x + area.w - 1, w: 1, ..area };
    pen.fill(line, pen.pick('│', '|'), faint);
    let [low, middle, high] = &pane.labels;
    // The middle value is written only where there is a row in the middle.
    let has_middle = area.h >= 5 && area.h % 2 == 1;
    let rows = [(0, high, true), (area.h / 2, middle, has_middle), (area.h - 1, low, area.h >= 2)];
    for (row, label, _) in rows.into_iter().filter(|(.., told)| *told) {
        pen.right(area.row(row).left(area.w - 2), label, dim);
        pen.cell(line.x, area.y + row, pen.pick('┤', '+'), faint);
    }
}

/// Where nothing arrived at all.
fn hatch(pen: &mut Pen, pane: &TracePane) {
    let style = pen.theme.dim();
    let glyph = pen.pick('▒', '/');
    for (x, pair) in (pane.plot.x..).zip(pane.columns.chunks_exact(2)) {
        let gone = pair.iter().all(|column| !column.has_samples()) && pair.iter().any(|column| column.missing);
        if gone {
            pen.fill(Area { x, w: 1, ..pane.plot }, glyph, style);
        }
    }
}

/// Where the rhythm was still: hatched at the foot, under the trace.
fn stills(pen: &mut Pen, pane: &TracePane) {
    let style = pen.theme.dim();
    for still in &pane.stills {
        let (unicode, ascii) = if still.standing == Standing::Accepted { ACCEPTED } else { STILL };
        pen.fill(foot(pane, still), pen.pick(unicode, ascii), style);
    }
}

fn foot(pane: &TracePane, still: &StillLabel) -> Area {
    let row = pane.plot.row(pane.plot.h.saturating_sub(1));
    Area { x: pane.plot.x + still.cell, w: still.width, ..row }
}

/// Where something is missing beside what is there, and no hatched stretch tells it already: a hatched cell at the foot,
/// or at the head where the trace is at the foot.
fn partly_missing(pen: &mut Pen, pane: &TracePane) {
    let style = pen.theme.dim();
    let glyph = pen.pick('▒', '/');
    let (top, foot) = (pane.plot.y, pane.plot.y + pane.plot.h.saturating_sub(1));
    let gone = |cell: Option<&[Column]>| cell.is_some_and(|pair| pair.iter().all(|c| !c.has_samples()) && pair.iter().any(|c| c.missing));
    let cells: Vec<&[Column]> = pane.columns.chunks_exact(2).collect();
    for (i, pair) in cells.iter().enumerate() {
        let partly = pair.iter().any(|column| column.missing) && pair.iter().any(|column| column.has_samples());
        let told = gone(i.checked_sub(1).map(|before| cells[before])) || gone(cells.get(i + 1).copied());
        let x = pane.plot.x + i as u16;
        let free = [foot, top].into_iter().find(|y| pen.is_blank(x, *y));
        if let Some(y) = free.filter(|_| partly && !told) {
            pen.cell(x, y, glyph, style);
        }
    }
}

/// Annotations through the panes, under the trace: a line for an instant and for a segment's ends, a tick for a tap.
fn lines(pen: &mut Pen, plot: Area, flags: &[Flagged]) {
    for flag in flags {
        let (line, glyph, style) = match flag.kind {
            Kind::Tap => (plot.top(1), pen.pick('╷', '\''), Style::new()),
            Kind::Mark | Kind::Note => (plot, pen.pick('┆', ':'), pen.theme.dim()),
            Kind::Segment | Kind::StillPoint => (plot, pen.pick('┆', ':'), pen.theme.faint()),
        };
        let end = flag.last.filter(|_| flag.closing == Closing::Here);
        for cell in flag.start.into_iter().chain(end) {
            pen.fill(Area { x: plot.x + cell, w: 1, ..line }, glyph, style);
        }
    }
}

/// The dots of a column, joined to the column before it.
fn reach(pane: &TracePane, dots: u16, column: Column, before: Option<Reach>) -> Option<(Reach, Reach)> {
    if !column.has_samples() || dots == 0 {
        return None;
    }
    let dot = |value: f32| {
        let place = (f64::from(value) - pane.low) / (pane.high - pane.low);
        ((1.0 - place) * f64::from(dots - 1)).round().clamp(0.0, f64::from(dots - 1)) as u16
    };
    let own = Reach { top: dot(column.max), bottom: dot(column.min) };
    let joined = match before {
        Some(before) if before.bottom + 1 < own.top => Reach { top: before.bottom + 1, ..own },
        Some(before) if own.bottom + 1 < before.top => Reach { bottom: before.top - 1, ..own },
        _ => own,
    };
    Some((own, joined))
}

fn braille(pen: &mut Pen, pane: &TracePane, style: Style) {
    let dots = pane.plot.h * 4;
    let mut before = None;
    for (x, pair) in (pane.plot.x..).zip(pane.columns.chunks_exact(2)) {
        let mut drawn = [None; 2];
        for (place, column) in drawn.iter_mut().zip(pair) {
            let found = reach(pane, dots, *column, before);
            before = found.map(|(own, _)| own);
            *place = found.map(|(_, joined)| joined);
        }
        let reaches = drawn.iter().flatten();
        let Some((top, bottom)) = reaches.fold(None, |all: Option<(u16, u16)>, r| {
            Some(all.map_or((r.top, r.bottom), |(top, bottom)| (top.min(r.top), bottom.max(r.bottom))))
        }) else {
            continue;
        };
        for row in top / 4..=bottom / 4 {
            let bits = bits(drawn[0], row, LEFT) | bits(drawn[1], row, RIGHT);
            if let Some(glyph) = char::from_u32(0x2800 + bits).filter(|_| bits != 0) {
                pen.cell(x, pane.plot.y + row, glyph, style);
            }
        }
    }
}

fn bits(reach: Option<Reach>, row: u16, dots: [u32; 4]) -> u32 {
    let Some(reach) = reach else {
        return 0;
    };
    (row * 4..).zip(dots).filter(|(dot, _)| (reach.top..=reach.bottom).contains(dot)).fold(0, |all, (_, bit)| all | bit)
}

/// Three heights a cell in plain characters.
fn plain(pen: &mut Pen, pane: &TracePane, style: Style) {
    let dots = pane.plot.h * 3;
    let mut before = None;
    for (x, pair) in (pane.plot.x..).zip(pane.columns.chunks_exact(2)) {
        let both = pair[0].and(pair[1]);
        let found = reach(pane, dots, both, before);
        before = found.map(|(own, _)| own);
        let Some((_, Reach { top, bottom })) = found else {
            continue;
        };
        for row in top / 3..=bottom / 3 {
            let (first, last) = (top.max(row * 3) % 3, bottom.min(row * 3 + 2) % 3);
            let glyph = match (first, last) {
                (0, 0) => '\'',
                (1, 1) => '-',
                (2, 2) => '.',
                _ => '|',
            };
            pen.cell(x, pane.plot.y + row, glyph, style);
        }
    }
}
