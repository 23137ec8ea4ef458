//! The export dialog.

use ratatui::style::{Modifier, Style};

use super::pen::Pen;
use crate::app::ExportPane;

/// Where the values begin.
const VALUE: u16 = 12;

pub(super) fn draw(pen: &mut Pen, pane: &ExportPane) {
    let dim = pen.theme.dim();
    let strong = Style::new().add_modifier(Modifier::BOLD);
    pen.fill(pane.area, ' ', Style::reset());
    pen.text(pane.area.row(0), 0, "export for other programs", strong);
    for ((word, value, chosen), y) in pane.rows.iter().zip(2..) {
        let row = pane.area.row(y);
        if *chosen {
            pen.text(row, 0, if pen.theme.is_ascii() { ">" } else { "▸" }, strong);
        }
        pen.text(row, 2, word, dim);
        pen.text(row, VALUE, value, if *chosen { strong } else { Style::new() });
    }
    for ((line, tone), y) in pane.lines.iter().zip(3 + pane.rows.len() as u16..pane.area.h) {
        let style = pen.theme.tone(*tone);
        pen.text(pane.area.row(y), 2, line, style);
    }
}
