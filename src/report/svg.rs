//! A picture as SVG: within a page, whose style sheet gives the colours, or as a file of its own.

use std::fmt::Write as _;

use super::picture::{Anchor, Dash, Edge, Ink, Letters, Picture, Shape, Weight};
use super::text::escape;
use crate::rhythm::Rhythm;

/// Colours and letters, the same in a page and in a file of its own.
pub const STYLE: &str = include_str!("colours.css");

/// As part of a page. `id` tells it from the other pictures of the page.
pub fn inline(picture: &Picture, id: &str) -> String {
    let (w, h) = picture.size;
    let mut out = format!("<svg class=\"picture\" viewBox=\"0 0 {w} {h}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n");
    body(&mut out, picture, id);
    out
}

/// As a file of its own, on its own ground.
pub fn file(picture: &Picture) -> String {
    let (w, h) = picture.size;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" aria-labelledby=\"p-t p-d\">\n"
    );
    let _ = writeln!(out, "<style>\n{STYLE}</style>\n<rect class=\"ground\" width=\"{w}\" height=\"{h}\"/>");
    body(&mut out, picture, "p");
    out
}

fn body(out: &mut String, picture: &Picture, id: &str) {
    // Writing to a String does not fail.
    let _ = writeln!(out, "<title id=\"{id}-t\">{}</title>", escape(&picture.title));
    let _ = writeln!(out, "<desc id=\"{id}-d\">{}</desc>", escape(&picture.desc));
    picture.shapes.iter().for_each(|shape| draw(out, shape));
    out.push_str("</svg>\n");
}

fn draw(out: &mut String, shape: &Shape) {
    let _ = match shape {
        Shape::Line { points, ink, width, dash } => {
            let dashes = match dash {
                Dash::Solid => String::new(),
                _ => dash.lengths().map_or_else(String::new, |[on, off]| format!(" stroke-dasharray=\"{on} {off}\"")),
            };
            writeln!(out, "<path class=\"l {}\" stroke-width=\"{width}\"{dashes} d=\"{}\"/>", class(*ink), path(points))
        }
        Shape::Area { points, ink, opacity } => {
            let see_through = if *opacity < 1.0 { format!(" fill-opacity=\"{opacity}\"") } else { String::new() };
            writeln!(out, "<path class=\"a {}\"{see_through} d=\"{}Z\"/>", class(*ink), path(points))
        }
        Shape::Text { at: (x, y), text, letters } => {
            writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\"{}>{}</text>", look(*letters), escape(text))
        }
    };
}

/// From point to point, in tenths.
fn path(points: &[(f32, f32)]) -> String {
    let mut out = String::with_capacity(points.len() * 12);
    let tenths = |value: f32| (value * 10.0).round() / 10.0;
    for (at, (x, y)) in points.iter().enumerate() {
        let _ = write!(out, "{}{} {}", if at == 0 { "M" } else { "L" }, tenths(*x), tenths(*y));
    }
    out
}

fn look(letters: Letters) -> String {
    let anchor = match letters.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let weight = if letters.weight == Weight::Strong { " font-weight=\"600\"" } else { "" };
    let edge = if letters.edge == Edge::Clear { " clear" } else { "" };
    format!(" class=\"t{edge} {}\" font-size=\"{}\"{weight}{anchor}", class(letters.ink), letters.size)
}

fn class(ink: Ink) -> &'static str {
    match ink {
        Ink::Text => "text",
        Ink::Dim => "dim",
        Ink::Rule => "rule",
        Ink::Trouble => "trouble",
        Ink::Other => "other",
        Ink::Of(Rhythm::Tide) => "tide",
        Ink::Of(Rhythm::Cranial) => "cranial",
        Ink::Of(Rhythm::Breath) => "breath",
        Ink::Of(Rhythm::Pulse) => "pulse",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_text_whatever_it_says_and_who_does_not_see_is_told() {
        let mut picture = Picture::new((10.0, 5.0), "a <b>", "\"left\" & right");
        picture.text((1.0, 2.0), "</text><script>alert(1)</script>", Letters::SCALE);
        let out = file(&picture);
        assert!(out.contains("<title id=\"p-t\">a &lt;b&gt;</title>"), "{out}");
        assert!(out.contains("<desc id=\"p-d\">&quot;left&quot; &amp; right</desc>"), "{out}");
        assert!(out.contains("&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;</text>") && !out.contains("<script"), "{out}");
    }
}
