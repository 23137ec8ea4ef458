//! A screen as a picture: every cell where it stands, braille and blocks as shapes, so that it looks the same without the font.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// A cell in the picture's units.
const CELL_W: f32 = 9.0;
const CELL_H: f32 = 18.0;

/// Blank around the screen.
const MARGIN: f32 = 14.0;

/// Letters and ground of a dark terminal.
const LETTERS: &str = "#d8dbe0";
const GROUND: &str = "#14171c";

/// The sixteen colours as most terminals have them.
const SIXTEEN: [(Color, &str); 16] = [
    (Color::Black, "#000000"),
    (Color::Red, "#c4321f"),
    (Color::Green, "#1f9d6b"),
    (Color::Yellow, "#b58900"),
    (Color::Blue, "#2f7ed8"),
    (Color::Magenta, "#b0528a"),
    (Color::Cyan, "#2aa1b3"),
    (Color::Gray, "#b4b8be"),
    (Color::DarkGray, "#5c636e"),
    (Color::LightRed, "#ff5f52"),
    (Color::LightGreen, "#2bc494"),
    (Color::LightYellow, "#f0e442"),
    (Color::LightBlue, "#56b4e9"),
    (Color::LightMagenta, "#e090bf"),
    (Color::LightCyan, "#56b4e9"),
    (Color::White, "#ffffff"),
];

/// The screen on dark ground.
pub fn svg(buffer: &Buffer) -> String {
    svg_on(buffer, LETTERS, GROUND)
}

/// The screen with letters and ground of these colours, such as `#14171c`.
pub fn svg_on(buffer: &Buffer, letters: &str, ground: &str) -> String {
    let (w, h) = (f32::from(buffer.area.width) * CELL_W + 2.0 * MARGIN, f32::from(buffer.area.height) * CELL_H + 2.0 * MARGIN);
    let mut shapes: BTreeMap<String, String> = BTreeMap::new();
    let mut texts = String::new();
    for y in 0..buffer.area.height {
        row(buffer, y, letters, (&mut shapes, &mut texts));
    }
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\">\n\
         <rect width=\"{w}\" height=\"{h}\" rx=\"8\" fill=\"{ground}\"/>\n"
    );
    for (colour, path) in shapes {
        let _ = writeln!(out, "<path fill=\"{colour}\" d=\"{path}\"/>");
    }
    let _ = writeln!(out, "<g font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"15\" xml:space=\"preserve\">");
    out.push_str(&texts);
    out.push_str("</g>\n</svg>\n");
    out
}

/// A run of letters of one look.
struct Run {
    x: u16,
    look: String,
    text: String,
}

fn row(buffer: &Buffer, y: u16, letters: &str, (shapes, texts): (&mut BTreeMap<String, String>, &mut String)) {
    let mut run: Option<Run> = None;
    for x in 0..buffer.area.width {
        let Some(cell) = buffer.cell((x, y)) else {
            continue;
        };
        let colour = colour(cell.fg, letters);
        if shape(shapes.entry(colour.clone()).or_default(), cell, x, y) || cell.symbol() == " " {
            flush(run.take(), y, texts);
            continue;
        }
        let look = look(cell, &colour);
        match &mut run {
            Some(run) if run.look == look && cell.symbol().width() == 1 => run.text.push_str(cell.symbol()),
            _ => {
                flush(run.take(), y, texts);
                run = Some(Run { x, look, text: cell.symbol().to_owned() });
            }
        }
    }
    flush(run, y, texts);
}

fn flush(run: Option<Run>, y: u16, texts: &mut String) {
    let Some(run) = run else {
        return;
    };
    let text = run.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let (x, y) = (MARGIN + f32::from(run.x) * CELL_W, MARGIN + f32::from(y) * CELL_H + CELL_H * 0.76);
    let long = run.text.width() as f32 * CELL_W;
    let _ = writeln!(texts, "<text x=\"{x}\" y=\"{y:.1}\" textLength=\"{long}\" {}>{text}</text>", run.look);
}

fn look(cell: &Cell, colour: &str) -> String {
    let weight = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let slant = if cell.modifier.contains(Modifier::ITALIC) { " font-style=\"italic\"" } else { "" };
    let shade = if cell.modifier.contains(Modifier::DIM) { " opacity=\"0.6\"" } else { "" };
    format!("fill=\"{colour}\"{weight}{slant}{shade}")
}

fn colour(colour: Color, letters: &str) -> String {
    match colour {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        other => SIXTEEN.iter().find(|(known, _)| *known == other).map_or(letters, |(_, hex)| hex).to_owned(),
    }
}

/// Adds the cell to the path if it is braille or a block; whether it was.
fn shape(path: &mut String, cell: &Cell, x: u16, y: u16) -> bool {
    let Some(glyph) = cell.symbol().chars().next() else {
        return false;
    };
    let (x, y) = (MARGIN + f32::from(x) * CELL_W, MARGIN + f32::from(y) * CELL_H);
    match glyph {
        '\u{2801}'..='\u{28ff}' => braille(path, glyph as u32 - 0x2800, (x, y)),
        '▀' => rect(path, (x, y), (CELL_W, CELL_H / 2.0)),
        '▁'..='█' => {
            let high = (glyph as u32 - '▁' as u32 + 1) as f32 * CELL_H / 8.0;
            rect(path, (x, y + CELL_H - high), (CELL_W, high));
        }
        '▒' => hatch(path, (x, y)),
        _ => return false,
    }
    true
}

fn braille(path: &mut String, bits: u32, (x, y): (f32, f32)) {
    const PLACES: [(f32, f32); 8] = [(0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (1.0, 0.0), (1.0, 1.0), (1.0, 2.0), (0.0, 3.0), (1.0, 3.0)];
    for (bit, (column, row)) in PLACES.into_iter().enumerate() {
        if bits & (1 << bit) != 0 {
            rect(path, (x + 0.9 + column * CELL_W / 2.0, y + 0.9 + row * CELL_H / 4.0), (2.7, 2.7));
        }
    }
}

fn hatch(path: &mut String, (x, y): (f32, f32)) {
    for i in 0..18u8 {
        let (column, row) = (f32::from(i % 3), f32::from(i / 3));
        rect(path, (x + column * 3.0 + (row % 2.0) * 1.5, y + row * 3.0), (1.2, 1.2));
    }
}

fn rect(path: &mut String, (x, y): (f32, f32), (w, h): (f32, f32)) {
    let _ = write!(path, "M{x:.1} {y:.1}h{w:.1}v{h:.1}h-{w:.1}z");
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn letters_are_text_and_dots_are_shapes() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
        buffer.set_string(0, 0, "a<b", Style::new());
        buffer.set_string(4, 0, "⠁█", Style::new().fg(Color::Rgb(0x56, 0xb4, 0xe9)));
        let picture = svg(&buffer);
        assert!(picture.contains(">a&lt;b</text>"), "{picture}");
        assert!(picture.contains("<path fill=\"#56b4e9\" d=\"M50.9 14.9h2.7v2.7h-2.7zM59.0 14.0h9.0v18.0h-9.0z\"/>"), "{picture}");
    }
}
