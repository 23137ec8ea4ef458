//! The settings in force, and where each came from.

use ratatui::style::{Modifier, Style};

use super::pen::{Pen, width};
use crate::app::{Area, Setting, SettingsPane};

/// Room for names and, where there is as much, for values.
const NAME: u16 = 19;
const VALUE: u16 = 34;

pub(super) fn draw(pen: &mut Pen, pane: &SettingsPane) {
    let dim = pen.theme.dim();
    let strong = Style::new().add_modifier(Modifier::BOLD);
    pen.fill(pane.area, ' ', Style::reset());
    let at = pen.text(pane.area.row(0), 0, &pane.title, strong) + 2;
    pen.text(pane.area.row(0), at, &pane.place, dim);
    for (row, setting) in (2..pane.area.h).step_by(usize::from(pane.lines)).zip(&pane.rows) {
        let area = pane.area.row(row);
        if pane.lines > 1 {
            apart(pen, [area, pane.area.row(row + 1)], setting);
        } else {
            beside(pen, area, setting);
        }
    }
}

/// Name, value and origin in one line.
fn beside(pen: &mut Pen, area: Area, setting: &Setting) {
    let at = name(pen, area.left(NAME), setting);
    let value = area.right_of(NAME.max(at) + 1).left(VALUE);
    let end = value.x - area.x + written(pen, value, setting);
    origin(pen, (area, (NAME + VALUE + 3).max(end + 2)), setting);
}

/// Name and origin, and the value under them.
fn apart(pen: &mut Pen, [first, second]: [Area; 2], setting: &Setting) {
    let at = name(pen, first, setting);
    origin(pen, (first, at + 2), setting);
    written(pen, second.right_of(3), setting);
}

fn name(pen: &mut Pen, area: Area, setting: &Setting) -> u16 {
    let style = if setting.from.is_some() { Style::new().add_modifier(Modifier::BOLD) } else { pen.theme.dim() };
    pen.text(area, 1, &setting.name, style)
}

/// The value, as far as there is room.
fn written(pen: &mut Pen, area: Area, setting: &Setting) -> u16 {
    let style = if setting.from.is_some() { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
    let end = pen.text(area, 0, &setting.value, style);
    if width(&setting.value) > area.w {
        let dim = pen.theme.dim();
        pen.text(area.right_of(area.w.saturating_sub(1)), 0, if pen.theme.is_ascii() { "." } else { "…" }, dim);
    }
    end
}

fn origin(pen: &mut Pen, (area, at): (Area, u16), setting: &Setting) {
    let style = if setting.from.is_some() { Style::new() } else { pen.theme.dim() };
    pen.text(area, at, setting.from.as_deref().unwrap_or("by itself"), style);
}
