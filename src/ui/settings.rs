//! The settings in force, and where each came from.

use ratatui::style::{Modifier, Style};

use super::pen::{Pen, width};
use crate::app::SettingsPane;

/// Room for names and, where there is as much, for values.
const NAME: u16 = 19;
const VALUE: u16 = 34;

pub(super) fn draw(pen: &mut Pen, pane: &SettingsPane) {
    let dim = pen.theme.dim();
    let strong = Style::new().add_modifier(Modifier::BOLD);
    pen.fill(pane.area, ' ', Style::reset());
    let at = pen.text(pane.area.row(0), 0, &pane.title, strong) + 2;
    pen.text(pane.area.row(0), at, &pane.place, dim);
    for (row, setting) in (2..pane.area.h).zip(&pane.rows) {
        let area = pane.area.row(row);
        let changed = setting.from.is_some();
        let style = if changed { strong } else { Style::new() };
        pen.text(area.left(NAME), 1, &setting.name, if changed { strong } else { dim });
        let from = setting.from.as_deref().unwrap_or("by itself");
        let value = area.right_of(NAME + 1).left(VALUE.min(area.w.saturating_sub(NAME + 1)));
        let end = NAME + 1 + pen.text(value, 0, &setting.value, style);
        if width(&setting.value) > value.w {
            pen.text(value.right_of(value.w.saturating_sub(1)), 0, "…", dim);
        }
        let column = (NAME + VALUE + 3).max(end + 2);
        pen.text(area, column, from, if changed { Style::new() } else { dim });
    }
}
