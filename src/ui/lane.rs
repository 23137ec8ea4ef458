//! The labels of the annotations, in line with the first pane's title.

use super::pen::{Pen, width};
use crate::app::{Area, Closing, Flagged};
use crate::signal::Kind;
use ratatui::style::Style;

/// The columns of the title that labels keep clear of.
const CLEAR_OF_TITLE: u16 = 8;

pub(super) fn draw(pen: &mut Pen, area: Area, flags: &[Flagged]) {
    if area.h == 0 {
        return;
    }
    let stretches = flags.iter().filter(|flag| flag.last.is_some());
    for flag in stretches {
        stretch(pen, area, flag);
    }
    let instants: Vec<&Flagged> = flags.iter().filter(|flag| flag.last.is_none() && flag.kind != Kind::Tap).collect();
    for (i, flag) in instants.iter().enumerate() {
        // A label ends where the next one begins.
        let next = instants.get(i + 1).and_then(|next| next.start);
        instant(pen, area, flag, next.unwrap_or(area.w));
    }
}

fn stretch(pen: &mut Pen, area: Area, flag: &Flagged) {
    let style = pen.theme.tone(flag.tone);
    let (first, last) = (flag.start.unwrap_or(0), flag.last.unwrap_or(area.w));
    let room = last.saturating_sub(first) + 1;
    let place = area.right_of(first).left(room);
    // A line that comes from beyond the left edge keeps off the title.
    let line = place.right_of(if flag.start.is_some() { 0 } else { 2 });
    pen.fill(line, pen.pick('─', '-'), style);
    if flag.start.is_some() {
        pen.text(place, 0, if pen.theme.is_ascii() { "[" } else { "├" }, style);
    }
    match flag.closing {
        Closing::Here => pen.right(place, if pen.theme.is_ascii() { "]" } else { "┤" }, style),
        Closing::Open => pen.right(place, if pen.theme.is_ascii() { ">" } else { "╌" }, style),
        Closing::Beyond => {}
    }
    let label = if flag.label.is_empty() { flag.kind.word() } else { &flag.label };
    let from = if flag.start.is_some() { 2 } else { CLEAR_OF_TITLE.min(room / 3) };
    if room >= width(label) + from + 3 {
        let at = pen.text(place, from, " ", Style::reset());
        let at = pen.text(place, at, label, style);
        pen.text(place, at, " ", Style::reset());
    }
}

fn instant(pen: &mut Pen, area: Area, flag: &Flagged, next: u16) {
    let Some(cell) = flag.start else {
        return;
    };
    let style = pen.theme.tone(flag.tone);
    let glyph = match flag.kind {
        Kind::Note => pen.pick('▿', 'v'),
        _ => pen.pick('▾', 'v'),
    };
    pen.cell(area.x + cell, area.y, glyph, style);
    let room = area.right_of(cell + 1).left(next.saturating_sub(cell + 2));
    pen.text(room, 0, &flag.label, style);
}
