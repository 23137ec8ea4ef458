//! The labels of the annotations, in line with the first pane's title.

use std::ops::Range;

use super::pen::{Pen, width};
use crate::app::{Area, Closing, Flagged, called};
use crate::signal::Kind;
use ratatui::style::Style;

/// The columns of the title that labels keep clear of.
const CLEAR_OF_TITLE: u16 = 8;

pub(super) fn draw(pen: &mut Pen, area: Area, flags: &[Flagged]) {
    if area.h == 0 {
        return;
    }
    let instants: Vec<&Flagged> = flags.iter().filter(|flag| flag.last.is_none() && flag.kind != Kind::Tap).collect();
    // A label ends where the next one begins.
    let next = |i: usize| instants.get(i + 1).and_then(|next| next.start).unwrap_or(area.w);
    let mut taken: Vec<Range<u16>> = instants.iter().enumerate().filter_map(|(i, flag)| occupied(flag, next(i))).collect();
    for flag in flags.iter().filter(|flag| flag.last.is_some()) {
        taken.extend(stretch(pen, area, flag, &taken));
    }
    for (i, flag) in instants.iter().enumerate() {
        instant(pen, area, flag, next(i));
    }
}

/// The cells of an instant's glyph and label, and one to each side.
fn occupied(flag: &Flagged, next: u16) -> Option<Range<u16>> {
    let cell = flag.start?;
    Some(cell.saturating_sub(1)..(cell + 2 + width(&flag.label)).min(next))
}

/// The first place from `from` on where so many cells are free.
fn free(taken: &[Range<u16>], mut from: u16, wide: u16) -> u16 {
    while let Some(over) = taken.iter().find(|taken| taken.start < from + wide && from < taken.end) {
        from = over.end;
    }
    from
}

/// Draws a stretch; gives the cells that its label has taken.
fn stretch(pen: &mut Pen, area: Area, flag: &Flagged, taken: &[Range<u16>]) -> Option<Range<u16>> {
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
    let label = if flag.label.is_empty() { called(flag.kind) } else { &flag.label };
    let from = if flag.start.is_some() { 2 } else { CLEAR_OF_TITLE.min(room / 3) };
    let from = free(taken, first + from, width(label) + 2) - first;
    if room < width(label) + from + 3 {
        return None;
    }
    let at = pen.text(place, from, " ", Style::reset());
    let at = pen.text(place, at, label, style);
    let end = pen.text(place, at, " ", Style::reset());
    Some(first + from..first + end)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_takes_the_first_room_that_no_other_has() {
        let taken = [3..6, 9..20];
        assert_eq!((free(&taken, 0, 3), free(&taken, 0, 4), free(&taken, 6, 3), free(&taken, 6, 4)), (0, 20, 6, 20));
    }
}
