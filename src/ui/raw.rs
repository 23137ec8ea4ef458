//! What the device sends: what it is taken for, and the latest lines, the newest in the last row.

use ratatui::style::Style;

use super::pen::Pen;
use crate::app::RawPane;

pub(super) fn draw(pen: &mut Pen, raw: &RawPane) {
    for (area, part) in &raw.about {
        pen.text(*area, 0, &part.text, pen.theme.tone(part.tone));
    }
    let above = raw.area.h.saturating_sub(u16::try_from(raw.lines.len()).unwrap_or(u16::MAX));
    for (line, row) in raw.lines.iter().zip(above..) {
        pen.text(raw.area.row(row), 0, line, Style::new());
    }
    if let Some(words) = raw.empty {
        pen.text(raw.area.row(0), 0, words, pen.theme.dim());
    }
}
