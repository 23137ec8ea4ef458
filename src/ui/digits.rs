//! Large digits of any height, made of seven segments and half blocks: two square dots a cell, upper and lower.

use ratatui::style::Style;

use super::pen::Pen;
use crate::app::Area;

/// Segments: top, upper right, lower right, bottom, lower left, upper left, middle.
const SEGMENTS: [(char, u8); 12] = [
    ('0', 0b011_1111),
    // Stands in the middle of its place.
    ('1', 0),
    ('2', 0b101_1011),
    ('3', 0b100_1111),
    ('4', 0b110_0110),
    ('5', 0b110_1101),
    ('6', 0b111_1101),
    ('7', 0b000_0111),
    ('8', 0b111_1111),
    ('9', 0b110_1111),
    ('–', 0b100_0000),
    ('-', 0b100_0000),
];

/// The least height that can be read.
const LEAST_DOTS: u16 = 5;

/// The measures of a digit, in dots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Face {
    height: u16,
    width: u16,
    /// Thickness of what lies.
    stroke: u16,
    /// Thickness of what stands: more, for the eye takes uprights for thinner.
    upright: u16,
}

impl Face {
    fn of(height: u16) -> Self {
        let stroke = ((height + 1) / 7).max(1);
        let upright = if height < 7 { 1 } else { stroke + stroke.div_ceil(2) };
        Self { height, width: (height * 9 / 14).max(4).max(upright * 3), stroke, upright }
    }

    fn advance(self, glyph: char) -> u16 {
        let gap = (self.width / 4).max(1);
        if glyph == '.' { self.upright + gap } else { self.width + gap }
    }

    fn text_width(self, text: &str) -> u16 {
        let sum: u32 = text.chars().map(|glyph| u32::from(self.advance(glyph))).sum();
        u16::try_from(sum).unwrap_or(u16::MAX)
    }

    /// Whether the dot at `x`, `y` of a glyph is set.
    fn dot(self, glyph: char, x: u16, y: u16) -> bool {
        let Self { height, width, stroke, upright } = self;
        if glyph == '.' {
            return x < upright && y >= height - stroke && y < height;
        }
        let Some((_, segments)) = SEGMENTS.iter().find(|(c, _)| *c == glyph) else {
            return false;
        };
        if x >= width || y >= height {
            return false;
        }
        if glyph == '1' {
            let left = (width - upright) / 2;
            return (left..left + upright).contains(&x);
        }
        let middle = (height - stroke) / 2;
        let (left, right) = (x < upright, x >= width - upright);
        let (upper, lower) = (y < middle + stroke, y >= middle);
        let on = [
            y < stroke,
            right && upper,
            right && lower,
            y >= height - stroke,
            left && lower,
            left && upper,
            (middle..middle + stroke).contains(&y),
        ];
        on.into_iter().enumerate().any(|(segment, here)| here && segments & (1 << segment) != 0)
    }
}

/// Draws `text` as large as `area` allows, against its left; the columns it took, 0 where it is too small for digits.
pub(super) fn draw(pen: &mut Pen, area: Area, text: &str, style: Style) -> u16 {
    let Some(face) = largest(area, text) else {
        return 0;
    };
    let mut x = 0;
    for glyph in text.chars() {
        draw_glyph(pen, Area { x: area.x + x, ..area }, (face, glyph), style);
        x += face.advance(glyph);
    }
    x
}

/// Columns that [`draw`] would take.
pub(super) fn columns(area: Area, text: &str) -> u16 {
    largest(area, text).map_or(0, |face| face.text_width(text))
}

/// Rows that [`draw`] would take.
pub(super) fn rows(area: Area, text: &str) -> u16 {
    largest(area, text).map_or(0, |face| face.height.div_ceil(2))
}

/// Odd heights alone, so that the middle segment is in the middle.
fn largest(area: Area, text: &str) -> Option<Face> {
    let most = (area.h.saturating_mul(2)).min(400);
    let mut faces = (LEAST_DOTS..=most).rev().filter(|height| height % 2 == 1).map(Face::of);
    faces.find(|face| face.text_width(text) <= area.w)
}

fn draw_glyph(pen: &mut Pen, area: Area, (face, glyph): (Face, char), style: Style) {
    for row in 0..face.height.div_ceil(2) {
        for x in 0..face.advance(glyph) {
            let block = match (face.dot(glyph, x, row * 2), face.dot(glyph, x, row * 2 + 1)) {
                (false, false) => continue,
                _ if pen.theme.is_ascii() => '#',
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
            };
            pen.cell(area.x + x, area.y + row, block, style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(text: &str) -> Vec<String> {
        let face = Face::of(7);
        let row =
            |y| text.chars().flat_map(|c| (0..face.advance(c)).map(move |x| if face.dot(c, x, y) { '#' } else { ' ' })).collect::<String>();
        (0..7).map(|y| row(y).trim_end().to_owned()).collect()
    }

    #[test]
    fn digits_read_as_digits() {
        assert_eq!(picture("2"), ["######", "    ##", "    ##", "######", "##", "##", "######"]);
        assert_eq!(picture("–"), ["", "", "", "######", "", "", ""]);
    }

    #[test]
    fn the_largest_face_that_fits_is_taken_and_none_where_none_fits() {
        assert!(largest(Area::new(0, 0, 200, 30), "6.2").is_some_and(|face| face.height > 40));
        assert_eq!(largest(Area::new(0, 0, 200, 2), "6.2"), None);
        assert_eq!(largest(Area::new(0, 0, 6, 30), "6.2"), None);
    }
}
