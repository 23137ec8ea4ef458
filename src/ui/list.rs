//! The list of annotations: when, what, which label.

use ratatui::style::{Modifier, Style};

use super::pen::Pen;
use crate::app::{End, ListPane, ListRow, called};
use crate::signal::Kind;

/// Where the times begin, and the labels behind a sign of their kind.
const TIMES: u16 = 2;
const LABEL: u16 = 20;

pub(super) fn draw(pen: &mut Pen, list: &ListPane) {
    let dim = pen.theme.dim();
    pen.fill(list.area, ' ', Style::reset());
    let strong = Style::new().add_modifier(Modifier::BOLD);
    pen.text(list.area.row(0), 0, &list.title, strong);
    if let Some(words) = list.empty {
        pen.text(list.area.row(2), TIMES, words, dim);
    }
    for (row, y) in list.rows.iter().zip(2..) {
        draw_row(pen, list.area.row(y), row);
    }
}

/// What stands for its kind over the trace.
fn sign(kind: Kind) -> (char, char) {
    match kind {
        Kind::Mark => ('▾', 'v'),
        Kind::Note => ('▿', 'n'),
        Kind::Tap => ('╷', '\''),
        Kind::Segment => ('├', '['),
        Kind::StillPoint => ('░', ':'),
    }
}

fn draw_row(pen: &mut Pen, area: crate::app::Area, row: &ListRow) {
    let strong = Style::new().add_modifier(Modifier::BOLD);
    let plain = pen.theme.tone(row.tone);
    let style = if row.chosen.is_some() { plain.add_modifier(Modifier::BOLD) } else { plain };
    if row.chosen.is_some() {
        pen.text(area, 0, if pen.theme.is_ascii() { ">" } else { "▸" }, strong);
    }
    // The end that is moved is underlined.
    let moved = |end| if row.chosen == Some(end) { style.add_modifier(Modifier::UNDERLINED) } else { style };
    let mut at = pen.text(area, TIMES, &row.start, moved(End::Start));
    if !row.end.is_empty() {
        at = pen.text(area, at, "–", style);
        at = pen.text(area, at, &row.end, moved(End::Close));
    }
    let label = LABEL.max(at + 3);
    let (unicode, ascii) = sign(row.kind);
    pen.cell(area.x + label - 2, area.y, pen.pick(unicode, ascii), pen.theme.dim());
    if row.label.is_empty() {
        pen.text(area, label, called(row.kind), pen.theme.dim());
    } else {
        pen.text(area, label, &row.label, style);
    }
}
