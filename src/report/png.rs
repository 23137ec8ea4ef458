//! A picture as dots: shapes by `tiny-skia`, letters by the outlines of a font that travels with the program, so that it looks the same on every machine. Drawn from
//! the list of shapes and not from SVG: a reader of SVG would be larger than all the rest of this program's drawing.

use std::io::{self, Write};

use flate2::{Compression, Crc, write::ZlibEncoder};
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, StrokeDash, Transform};
use ttf_parser::{Face, OutlineBuilder};

use super::picture::{Anchor, Edge, Ink, Letters, Picture, Shape, Weight};
use crate::rhythm::Rhythm;

/// Dots to a unit of the picture.
const ZOOM: f32 = 2.0;
/// No picture has more dots a side.
const MOST: f32 = 16_000.0;
/// The ground of a light page.
const GROUND: [u8; 3] = [0xfd, 0xfd, 0xfb];
const PLAIN: &[u8] = include_bytes!("fonts/StillpointSans-Regular.ttf");
const STRONG: &[u8] = include_bytes!("fonts/StillpointSans-SemiBold.ttf");

/// The picture on light ground, as a PNG file. What it shows in words is in it too.
///
/// # Errors
/// Where there is no memory for it.
pub fn file(picture: &Picture) -> io::Result<Vec<u8>> {
    let (w, h) = ((picture.size.0 * ZOOM).min(MOST).ceil() as u32, (picture.size.1 * ZOOM).min(MOST).ceil() as u32);
    let mut dots = Pixmap::new(w, h).ok_or_else(|| io::Error::other(format!("no picture of {w} by {h} dots can be made")))?;
    let [r, g, b] = GROUND;
    dots.fill(Color::from_rgba8(r, g, b, 255));
    let faces = [PLAIN, STRONG].map(|font| Face::parse(font, 0));
    let [Ok(plain), Ok(strong)] = faces else { return Err(io::Error::other("the program's own font cannot be read")) };
    for shape in &picture.shapes {
        draw(&mut dots, shape, [&plain, &strong]);
    }
    encode((w, h), dots.data(), [&picture.title, &picture.desc])
}

/// The colours of a light page (`colours.css`).
fn colour(ink: Ink) -> [u8; 3] {
    match ink {
        Ink::Text => [0x22, 0x26, 0x2c],
        Ink::Dim => [0x5d, 0x63, 0x6c],
        Ink::Rule => [0xc9, 0xcc, 0xd1],
        Ink::Trouble => [0xb3, 0x26, 0x1e],
        Ink::Other => [0x6a, 0x70, 0x79],
        Ink::Of(Rhythm::Tide) => [0x7a, 0x68, 0x00],
        Ink::Of(Rhythm::Cranial) => [0x00, 0x5f, 0xa3],
        Ink::Of(Rhythm::Breath) => [0x00, 0x75, 0x56],
        Ink::Of(Rhythm::Pulse) => [0xa0, 0x44, 0x7c],
    }
}

fn ground() -> Paint<'static> {
    let [r, g, b] = GROUND;
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(r, g, b, 255);
    paint
}

fn paint(ink: Ink, opacity: f32) -> Paint<'static> {
    let [r, g, b] = colour(ink);
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(r, g, b, (opacity.clamp(0.0, 1.0) * 255.0).round() as u8);
    paint
}

fn draw(dots: &mut Pixmap, shape: &Shape, faces: [&Face<'_>; 2]) {
    let zoom = Transform::from_scale(ZOOM, ZOOM);
    match shape {
        Shape::Line { points, ink, width, dash } => {
            let Some(path) = path(points) else { return };
            let dash = dash.lengths().and_then(|lengths| StrokeDash::new(lengths.to_vec(), 0.0));
            let stroke = Stroke { width: *width, line_cap: LineCap::Round, line_join: LineJoin::Round, dash, ..Stroke::default() };
            dots.stroke_path(&path, &paint(*ink, 1.0), &stroke, zoom, None);
        }
        Shape::Area { points, ink, opacity } => {
            let Some(path) = path(points) else { return };
            dots.fill_path(&path, &paint(*ink, *opacity), FillRule::Winding, zoom, None);
        }
        Shape::Text { at, text, letters } => {
            let face = faces[usize::from(letters.weight == Weight::Strong)];
            if let Some(path) = outlines(text, face, (*at, *letters)) {
                if letters.edge == Edge::Clear {
                    let edge = Stroke { width: 3.0, line_join: LineJoin::Round, ..Stroke::default() };
                    dots.stroke_path(&path, &ground(), &edge, zoom, None);
                }
                dots.fill_path(&path, &paint(letters.ink, 1.0), FillRule::Winding, zoom, None);
            }
        }
    }
}

fn path(points: &[(f32, f32)]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for (at, (x, y)) in points.iter().enumerate() {
        if at == 0 { builder.move_to(*x, *y) } else { builder.line_to(*x, *y) }
    }
    builder.finish()
}

/// The outlines of a text where it stands. A letter that the font has not is the font's sign for that.
fn outlines(text: &str, face: &Face<'_>, ((x, y), letters): ((f32, f32), Letters)) -> Option<Path> {
    let scale = letters.size / f32::from(face.units_per_em().max(1));
    let unknown = face.glyph_index('\u{fffd}').unwrap_or_default();
    let glyphs: Vec<_> = text.chars().filter(|c| !c.is_control()).map(|c| face.glyph_index(c).unwrap_or(unknown)).collect();
    let advance = |glyph| f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * scale;
    let long: f32 = glyphs.iter().map(|glyph| advance(*glyph)).sum();
    let mut x = match letters.anchor {
        Anchor::Start => x,
        Anchor::Middle => x - long / 2.0,
        Anchor::End => x - long,
    };
    let mut builder = PathBuilder::new();
    for glyph in glyphs {
        face.outline_glyph(glyph, &mut Outline { builder: &mut builder, scale, at: (x, y) });
        x += advance(glyph);
    }
    builder.finish()
}

/// Turns a glyph's outline, whose heights go up, into a path whose heights go down.
struct Outline<'a> {
    builder: &'a mut PathBuilder,
    scale: f32,
    at: (f32, f32),
}

impl Outline<'_> {
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        (self.at.0 + x * self.scale, self.at.1 - y * self.scale)
    }
}

impl OutlineBuilder for Outline<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.builder.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.builder.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.place(x1, y1), self.place(x, y));
        self.builder.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.place(x1, y1), self.place(x2, y2), self.place(x, y));
        self.builder.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.builder.close();
    }
}

/// The file: three bytes a dot, each row as its difference to the one above, which flat ground makes small (PNG, third edition, W3C 2025).
fn encode((w, h): (u32, u32), rgba: &[u8], [title, desc]: [&str; 2]) -> io::Result<Vec<u8>> {
    let row = w as usize * 4;
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    let (mut above, mut own) = (vec![0_u8; w as usize * 3], Vec::with_capacity(w as usize * 3));
    for dots in rgba.chunks_exact(row.max(1)) {
        own.clear();
        own.extend(dots.chunks_exact(4).flat_map(|dot| [dot[0], dot[1], dot[2]]));
        let less: Vec<u8> = own.iter().zip(&above).map(|(own, above)| own.wrapping_sub(*above)).collect();
        packed.write_all(&[2])?;
        packed.write_all(&less)?;
        std::mem::swap(&mut above, &mut own);
    }
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    // Eight bits of red, green and blue each.
    let head = [&w.to_be_bytes()[..], &h.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    chunk(&mut out, *b"IHDR", &head);
    // Dots to a metre, so that it is printed as large as it is meant: 96 units to the inch.
    let each = (96.0 * ZOOM / 0.0254).round() as u32;
    chunk(&mut out, *b"pHYs", &[&each.to_be_bytes()[..], &each.to_be_bytes(), &[1]].concat());
    for (word, said) in [("Title", title), ("Description", desc)] {
        chunk(&mut out, *b"iTXt", &[word.as_bytes(), &[0; 5], said.as_bytes()].concat());
    }
    chunk(&mut out, *b"IDAT", &packed.finish()?);
    chunk(&mut out, *b"IEND", &[]);
    Ok(out)
}

fn chunk(out: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    let mut sum = Crc::new();
    sum.update(&name);
    sum.update(data);
    out.extend((data.len() as u32).to_be_bytes());
    out.extend(name);
    out.extend(data);
    out.extend(sum.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::picture::Dash;

    #[test]
    fn letters_and_lines_become_dots_and_the_words_are_in_the_file() {
        let mut picture = Picture::new((40.0, 20.0), "a title", "what is to be seen");
        let blank = file(&picture).unwrap();
        picture.text((2.0, 15.0), "ж µm 漢", Letters::NAME);
        picture.line(vec![(0.0, 1.0), (40.0, 1.0)], Ink::Trouble, (1.0, Dash::Dashed));
        picture.rect((30.0, 5.0), (38.0, 15.0), (Ink::Of(Rhythm::Breath), 0.5));
        let drawn = file(&picture).unwrap();
        assert!(drawn.len() > blank.len() + 100, "{} and {}", drawn.len(), blank.len());
        assert_eq!(&drawn[..8], b"\x89PNG\r\n\x1a\n");
        assert!(drawn.windows(18).any(|bytes| bytes == b"what is to be seen"));
        assert_eq!(file(&picture).unwrap(), drawn, "the same picture is the same file");
    }

    #[test]
    fn a_picture_of_no_size_is_an_error_and_not_a_panic() {
        assert!(file(&Picture::new((0.0, 0.0), "", "")).is_err());
    }
}
