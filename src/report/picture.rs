//! A picture as a list of shapes in plain numbers: what is drawn is told once, and becomes SVG (`svg.rs`) or dots (`png.rs`).

use crate::rhythm::Rhythm;

/// The width of a picture that goes over the whole page.
pub const WIDE: f32 = 720.0;
/// The width of one of two beside each other.
pub const HALF: f32 = 350.0;
/// Letters of scales and labels.
pub const SMALL: f32 = 10.5;

/// What a colour says; which one it is depends on the ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Letters and what must be seen.
    Text,
    /// What is to be seen last.
    Dim,
    /// Rules and scales.
    Rule,
    /// Gaps and faults.
    Trouble,
    /// The accent of a rhythm.
    Of(Rhythm),
    /// A trace that is of no rhythm.
    Other,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dash {
    /// Without a break.
    Solid,
    /// Long pieces.
    Dashed,
    /// Short pieces.
    Dotted,
}

impl Dash {
    /// Lengths of piece and break; none for a solid line.
    pub fn lengths(self) -> Option<[f32; 2]> {
        match self {
            Self::Solid => None,
            Self::Dashed => Some([6.0, 3.5]),
            Self::Dotted => Some([1.5, 2.5]),
        }
    }
}

/// Which side of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// As usual.
    Plain,
    /// Bold.
    Strong,
}

/// Letters that look alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Letters {
    /// Their height, as fonts count it.
    pub size: f32,
    /// Which side stands at the place.
    pub anchor: Anchor,
    /// How heavy.
    pub weight: Weight,
    /// Their colour.
    pub ink: Ink,
    /// What is round them.
    pub edge: Edge,
}

/// What is round letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// What they stand on.
    None,
    /// A little of the ground, so that they are read over lines.
    Clear,
}

impl Letters {
    /// Small ones of a scale.
    pub const SCALE: Self = Self { size: SMALL, anchor: Anchor::Start, weight: Weight::Plain, ink: Ink::Dim, edge: Edge::None };
    /// Small ones that name something.
    pub const NAME: Self = Self { size: 11.5, weight: Weight::Strong, ink: Ink::Text, ..Self::SCALE };

    /// With a little of the ground round them.
    pub const fn clear(self) -> Self {
        Self { edge: Edge::Clear, ..self }
    }

    /// With another side at the place.
    pub const fn at(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// In another colour.
    pub const fn of(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }
}

/// One thing that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// From point to point.
    Line {
        /// At least two.
        points: Vec<(f32, f32)>,
        /// Its colour.
        ink: Ink,
        /// How thick.
        width: f32,
        /// How drawn.
        dash: Dash,
    },
    /// What lies within the points.
    Area {
        /// At least three.
        points: Vec<(f32, f32)>,
        /// Its colour.
        ink: Ink,
        /// 0 to 1.
        opacity: f32,
    },
    /// A text; not clean yet where it is from outside of the program, and escaped where it is written.
    Text {
        /// Where its anchor stands on the line.
        at: (f32, f32),
        /// What it says.
        text: String,
        /// How it looks.
        letters: Letters,
    },
}

/// A picture with what it is for who does not see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Width and height.
    pub size: (f32, f32),
    /// A few words.
    pub title: String,
    /// What is to be seen in it, in a sentence or two.
    pub desc: String,
    /// Drawn in this order.
    pub shapes: Vec<Shape>,
}

impl Picture {
    /// Nothing, so wide and high.
    pub fn new(size: (f32, f32), title: impl Into<String>, desc: impl Into<String>) -> Self {
        Self { size, title: title.into(), desc: desc.into(), shapes: Vec::new() }
    }

    /// A line from point to point; fewer than two are none.
    pub fn line(&mut self, points: Vec<(f32, f32)>, ink: Ink, (width, dash): (f32, Dash)) {
        if points.len() > 1 {
            self.shapes.push(Shape::Line { points, ink, width, dash });
        }
    }

    /// What lies within points; fewer than three hold nothing.
    pub fn area(&mut self, points: Vec<(f32, f32)>, ink: Ink, opacity: f32) {
        if points.len() > 2 {
            self.shapes.push(Shape::Area { points, ink, opacity });
        }
    }

    /// A rectangle from one corner to the other.
    pub fn rect(&mut self, (x0, y0): (f32, f32), (x1, y1): (f32, f32), (ink, opacity): (Ink, f32)) {
        self.area(vec![(x0, y0), (x1, y0), (x1, y1), (x0, y1)], ink, opacity);
    }

    /// A text.
    pub fn text(&mut self, at: (f32, f32), text: impl Into<String>, letters: Letters) {
        self.shapes.push(Shape::Text { at, text: text.into(), letters });
    }

    /// Slanted lines within a rectangle, so that it is told from others without its colour.
    pub fn hatch(&mut self, (x0, y0): (f32, f32), (x1, y1): (f32, f32), ink: Ink) {
        const APART: f32 = 4.0;
        self.rect((x0, y0), (x1, y1), (ink, 0.12));
        let high = y1 - y0;
        let mut foot = ((x0 - high) / APART).ceil() * APART;
        while foot < x1 {
            // From the foot up to the right, cut off at the sides.
            let (from, to) = (foot.max(x0), (foot + high).min(x1));
            if to > from {
                self.line(vec![(from, y1 - (from - foot)), (to, y1 - (to - foot))], ink, (0.6, Dash::Solid));
            }
            foot += APART;
        }
    }

    /// A dot.
    pub fn dot(&mut self, (x, y): (f32, f32), radius: f32, ink: Ink) {
        self.area(arc((x, y), radius, (0.0, 1.0)), ink, 1.0);
    }

    /// Puts another into this one, its upper left corner there.
    pub fn place(&mut self, other: Self, (dx, dy): (f32, f32)) {
        let moved = |points: Vec<(f32, f32)>| points.into_iter().map(|(x, y)| (x + dx, y + dy)).collect();
        self.shapes.extend(other.shapes.into_iter().map(|shape| match shape {
            Shape::Line { points, ink, width, dash } => Shape::Line { points: moved(points), ink, width, dash },
            Shape::Area { points, ink, opacity } => Shape::Area { points: moved(points), ink, opacity },
            Shape::Text { at: (x, y), text, letters } => Shape::Text { at: (x + dx, y + dy), text, letters },
        }));
    }
}

/// Points on a circle from one turn to another, clockwise from the top.
pub fn arc((x, y): (f32, f32), radius: f32, (from, to): (f32, f32)) -> Vec<(f32, f32)> {
    let steps = ((to - from).abs() * 48.0).ceil().max(2.0) as u16;
    let point = |step: u16| {
        let angle = (from + (to - from) * f32::from(step) / f32::from(steps)) * std::f32::consts::TAU;
        (x + radius * angle.sin(), y - radius * angle.cos())
    };
    (0..=steps).map(point).collect()
}

/// About how wide a text is; fonts differ.
pub fn width(text: &str, size: f32) -> f32 {
    let each = |letter: char| match letter {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '(' | ')' | '[' | ']' | ' ' | '/' | '·' => 0.34,
        'm' | 'w' | 'M' | 'W' | '—' | '%' | '<' | '>' | '=' | '+' => 0.88,
        'A'..='Z' => 0.68,
        _ if letter < '\u{1100}' => 0.57,
        _ => 1.0,
    };
    text.chars().map(each).sum::<f32>() * size
}

/// As much of a text as fits, with a mark where it goes on.
pub fn cut(text: &str, size: f32, room: f32) -> Option<String> {
    if width(text, size) <= room {
        return Some(text.to_owned());
    }
    let mut kept = String::new();
    for letter in text.chars() {
        kept.push(letter);
        if width(&kept, size) + size * 0.57 > room {
            kept.pop();
            break;
        }
    }
    let kept = kept.trim_end();
    (kept.chars().count() >= 3).then(|| format!("{kept}…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hatch_stays_within_its_rectangle() {
        let mut picture = Picture::new((100.0, 50.0), "", "");
        picture.hatch((10.0, 5.0), (23.0, 45.0), Ink::Trouble);
        let points = picture.shapes.iter().flat_map(|shape| match shape {
            Shape::Line { points, .. } | Shape::Area { points, .. } => points.clone(),
            Shape::Text { .. } => Vec::new(),
        });
        let all: Vec<_> = points.collect();
        assert!(all.len() > 10);
        assert!(all.iter().all(|(x, y)| (10.0..=23.0).contains(x) && (5.0..=45.0).contains(y)), "{all:?}");
    }

    #[test]
    fn a_long_label_is_cut_where_the_room_ends_and_what_is_too_short_to_read_is_left_out() {
        assert_eq!(cut("sacrum", 10.0, 100.0).as_deref(), Some("sacrum"));
        let short = cut("a label that goes on and on", 10.0, 60.0).unwrap();
        assert!(short.ends_with('…') && width(&short, 10.0) <= 66.0, "{short}");
        assert_eq!(cut("sacrum", 10.0, 12.0), None);
    }
}
