//! A row of bars: the trend of the rate, and the spectrum.

use ratatui::style::Style;

use super::lines;
use super::pen::Pen;
use crate::app::{Area, Bar, Bars, Shape};

/// What a still point is hatched with, lighter than a gap; and in plain characters.
pub(super) const STILL: (char, char) = ('░', ':');

/// And one that somebody has accepted, as a line.
pub(super) const ACCEPTED: (char, char) = ('━', '=');

/// Eighths of a cell.
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

pub(super) fn draw(pen: &mut Pen, bars: &Bars) {
    let dim = pen.theme.dim();
    for (row, label) in (0..).zip(&bars.labels) {
        pen.text(bars.gutter.row(row), 1, label, dim);
    }
    let still = pen.pick(STILL.0, STILL.1);
    if let Some((row, text)) = &bars.caption {
        pen.right(*row, &format!("{still} {text}"), dim);
    }
    for (x, bar) in (bars.area.x..bars.area.x + bars.area.w).zip(&bars.bars) {
        if bar.still {
            pen.fill(Area { x, w: 1, ..bars.area }, still, dim);
        }
        match (bar.height, bars.shape) {
            (None, _) if bar.still || bar.unknown => {}
            (None, _) => absent(pen, bars, x),
            (Some(height), Shape::Line) => dot(pen, bars, (x, height), *bar),
            (Some(height), Shape::Filled) => column(pen, bars, (x, height), *bar),
        }
    }
    if let Some(cursor) = bars.cursor.filter(|cursor| *cursor < bars.area.w) {
        pen.under(Area { x: bars.area.x + cursor, w: 1, ..bars.area }, pen.pick('│', '|'), Style::new());
    }
    lines::axis(pen, bars.axis, &bars.ticks);
}

/// What is not there is a dash at the foot.
fn absent(pen: &mut Pen, bars: &Bars, x: u16) {
    let style = pen.theme.dim();
    pen.cell(x, bars.area.y + bars.area.h.saturating_sub(1), pen.pick('–', '-'), style);
}

/// Two dots side by side at the height, four heights a cell.
fn dot(pen: &mut Pen, bars: &Bars, (x, height): (u16, f32), bar: Bar) {
    let dots = bars.area.h * 4;
    let dot = (f32::from(dots.saturating_sub(1)) * (1.0 - height)).round() as u16;
    let glyphs = if pen.theme.is_ascii() { ['\'', '-', '-', '.'] } else { ['⠉', '⠒', '⠤', '⣀'] };
    let style = style(pen, bar);
    pen.cell(x, bars.area.y + dot / 4, glyphs[usize::from(dot % 4)], style);
}

fn style(pen: &Pen, bar: Bar) -> Style {
    bar.accent.map_or_else(|| pen.theme.dim(), |rhythm| pen.theme.rhythm(rhythm))
}

/// A bar is never lower than an eighth, so that what is there is seen.
fn column(pen: &mut Pen, bars: &Bars, (x, height): (u16, f32), bar: Bar) {
    let foot = bars.area.y + bars.area.h.saturating_sub(1);
    let style = style(pen, bar);
    let eighths = ((f32::from(bars.area.h) * 8.0 * height).round() as u16).max(1);
    for row in 0..bars.area.h {
        let here = eighths.saturating_sub(row * 8).min(8);
        let glyph = match here {
            0 => break,
            _ if pen.theme.is_ascii() => '#',
            n => EIGHTHS[usize::from(n)],
        };
        pen.cell(x, foot - row, glyph, style);
    }
}
