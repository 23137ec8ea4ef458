//! A table over everything between header and footer.

use ratatui::style::Style;

use super::pen::Pen;
use crate::app::TablePane;

pub(super) fn draw(pen: &mut Pen, pane: &TablePane) {
    pen.fill(pane.area, ' ', Style::reset());
    let mut at = 0;
    for part in &pane.about {
        at = pen.text(pane.area.row(0), at, &part.text, pen.theme.tone(part.tone)) + 2;
    }
    let faint = pen.theme.faint();
    if let Some(rule) = pane.rule {
        pen.fill(rule, pen.pick('─', '-'), faint);
    }
    for cell in &pane.cells {
        pen.text(cell.area, 0, &cell.part.text, pen.theme.tone(cell.part.tone));
    }
    let dim = pen.theme.dim();
    let first = pane.area.h.saturating_sub(pane.notes.len() as u16);
    for (row, note) in (first..).zip(&pane.notes) {
        pen.text(pane.area.row(if pane.cells.is_empty() { row / 2 } else { row }), 0, note, dim);
    }
}
