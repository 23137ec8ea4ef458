//! Writes cells, and never outside of the screen.

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::Theme;
use crate::app::Area;

/// A buffer and how things look.
pub(super) struct Pen<'a> {
    buffer: &'a mut Buffer,
    pub(super) theme: Theme,
}

impl<'a> Pen<'a> {
    pub(super) fn new(buffer: &'a mut Buffer, theme: Theme) -> Self {
        Self { buffer, theme }
    }

    /// One of two glyphs, by what the font can show.
    pub(super) fn pick(&self, unicode: char, ascii: char) -> char {
        if self.theme.is_ascii() { ascii } else { unicode }
    }

    /// One cell.
    pub(super) fn cell(&mut self, x: u16, y: u16, glyph: char, style: Style) {
        if let Some(cell) = self.buffer.cell_mut((x, y)) {
            cell.set_char(glyph).set_style(style);
        }
    }

    /// Whether nothing has been drawn there.
    pub(super) fn is_blank(&self, x: u16, y: u16) -> bool {
        self.buffer.cell((x, y)).is_some_and(|cell| cell.symbol() == " ")
    }

    /// A text on the first row of `area`, `column` from its left, cut at its right; the column after it.
    pub(super) fn text(&mut self, area: Area, column: u16, text: &str, style: Style) -> u16 {
        let screen = self.buffer.area;
        let x = area.x.saturating_add(column);
        if area.h == 0 || column >= area.w || x >= screen.width || area.y >= screen.height {
            return column;
        }
        let room = usize::from((area.w - column).min(screen.width - x));
        let (end, _) = if self.theme.is_ascii() && !text.is_ascii() {
            self.buffer.set_stringn(x, area.y, plain(text), room, style)
        } else {
            self.buffer.set_stringn(x, area.y, text, room, style)
        };
        column + (end - x)
    }

    /// A text that ends at the right of the first row of `area`.
    pub(super) fn right(&mut self, area: Area, text: &str, style: Style) {
        self.text(area, area.w.saturating_sub(width(text)), text, style);
    }

    /// A text in the middle of the first row of `area`, a blank before and after it. It has nothing of the look of what it covers.
    pub(super) fn centred(&mut self, area: Area, text: &str, style: Style) {
        let at = area.w.saturating_sub(width(text) + 2) / 2;
        let at = self.text(area, at, " ", Style::reset());
        let at = self.text(area, at, text, Style::reset().patch(style));
        self.text(area, at, " ", Style::reset());
    }

    /// The cells of `area` where nothing is yet.
    pub(super) fn under(&mut self, area: Area, glyph: char, style: Style) {
        for y in area.y..area.y.saturating_add(area.h) {
            for x in (area.x..area.x.saturating_add(area.w)).filter(|x| self.is_blank(*x, y)).collect::<Vec<_>>() {
                self.cell(x, y, glyph, style);
            }
        }
    }

    /// Every cell of `area`.
    pub(super) fn fill(&mut self, area: Area, glyph: char, style: Style) {
        for y in area.y..area.y.saturating_add(area.h) {
            for x in area.x..area.x.saturating_add(area.w) {
                self.cell(x, y, glyph, style);
            }
        }
    }
}

/// Columns that a text takes.
pub(super) fn width(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// The glyphs of this program in plain characters; a letter of a name that has none is a question mark.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '–' | '−' => out.push('-'),
            '●' => out.push('*'),
            '○' => out.push('o'),
            '×' => out.push('x'),
            '·' => out.push('.'),
            '…' => out.push_str(".."),
            '±' => out.push_str("+-"),
            '“' | '”' => out.push('"'),
            '←' => out.push_str("left"),
            '→' => out.push_str("right"),
            '↑' => out.push_str("up"),
            '↓' => out.push_str("down"),
            'µ' | 'μ' => out.push('u'),
            c if c.is_ascii() => out.push(c),
            _ => out.push('?'),
        }
    }
    out
}
