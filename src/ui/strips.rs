//! A row of bars: the trend of the rate, and the spectrum.

use super::lines;
use super::pen::Pen;
use crate::app::{Bar, Bars};

/// Eighths of a cell.
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

pub(super) fn draw(pen: &mut Pen, bars: &Bars) {
    let dim = pen.theme.dim();
    for (row, label) in (0..).zip(&bars.labels) {
        pen.text(bars.gutter.row(row), 1, label, dim);
    }
    for (x, bar) in (bars.area.x..bars.area.x + bars.area.w).zip(&bars.bars) {
        column(pen, bars, x, *bar);
    }
    lines::axis(pen, bars.axis, &bars.ticks);
}

/// A bar is never lower than an eighth, so that what is there is seen; what is not is a dash.
fn column(pen: &mut Pen, bars: &Bars, x: u16, bar: Bar) {
    let foot = bars.area.y + bars.area.h.saturating_sub(1);
    let Some(height) = bar.height else {
        let style = pen.theme.dim();
        pen.cell(x, foot, pen.pick('–', '-'), style);
        return;
    };
    let style = bar.accent.map_or_else(|| pen.theme.dim(), |rhythm| pen.theme.rhythm(rhythm));
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
