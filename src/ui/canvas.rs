//! Dots, two by four a cell in braille; in plain characters one a cell.

use ratatui::style::Style;

use super::pen::Pen;
use crate::app::Area;

/// Dots of a cell's left column from the top, and of its right one.
const DOTS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// How a layer looks; a later one stands before an earlier one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ink {
    pub(super) style: Style,
    /// In plain characters.
    pub(super) plain: char,
}

/// Dots that are yet to be drawn.
#[derive(Debug)]
pub(super) struct Canvas {
    area: Area,
    cells: Vec<(u8, Option<Ink>)>,
}

impl Canvas {
    pub(super) fn new(area: Area) -> Self {
        Self { area, cells: vec![(0, None); usize::from(area.w) * usize::from(area.h)] }
    }

    /// The row of a height, 0 at the foot and 1 at the top.
    pub(super) fn row(&self, height: f32) -> u16 {
        let last = (self.area.h * 4).saturating_sub(1);
        (f32::from(last) * (1.0 - height.clamp(0.0, 1.0))).round() as u16
    }

    /// A dot, counted from the top left; nothing where it is not on the canvas.
    pub(super) fn dot(&mut self, (x, y): (u16, u16), ink: Ink) {
        let (column, row) = (x / 2, y / 4);
        if column >= self.area.w || row >= self.area.h {
            return;
        }
        let (dots, top) = &mut self.cells[usize::from(row) * usize::from(self.area.w) + usize::from(column)];
        *dots |= DOTS[usize::from(x % 2)][usize::from(y % 4)];
        *top = Some(ink);
    }

    /// A straight line between two places, each -1 to 1 across and up.
    pub(super) fn line(&mut self, from: (f32, f32), to: (f32, f32), ink: Ink) {
        let (wide, high) = (f32::from((self.area.w * 2).saturating_sub(1)), f32::from((self.area.h * 4).saturating_sub(1)));
        let place = |(x, y): (f32, f32)| (f32::midpoint(1.0, x.clamp(-1.0, 1.0)) * wide, (1.0 - y.clamp(-1.0, 1.0)) / 2.0 * high);
        let (from, to) = (place(from), place(to));
        let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).ceil().max(1.0);
        for step in 0..=steps as u16 {
            let share = f32::from(step) / steps;
            let dot = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
            self.dot((dot.0.round() as u16, dot.1.round() as u16), ink);
        }
    }

    /// The dots of a column from one row to another.
    pub(super) fn column(&mut self, x: u16, (from, to): (u16, u16), ink: Ink) {
        (from.min(to)..=from.max(to)).for_each(|y| self.dot((x, y), ink));
    }

    pub(super) fn draw(&self, pen: &mut Pen) {
        for (at, (dots, ink)) in self.cells.iter().enumerate() {
            let Some(ink) = ink else { continue };
            let (row, column) = (at / usize::from(self.area.w), at % usize::from(self.area.w));
            let glyph = if pen.theme.is_ascii() { ink.plain } else { char::from_u32(0x2800 + u32::from(*dots)).unwrap_or(' ') };
            pen.cell(self.area.x + column as u16, self.area.y + row as u16, glyph, ink.style);
        }
    }
}
