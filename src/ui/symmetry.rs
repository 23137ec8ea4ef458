//! Left against right: a Lissajous picture with the rhythm's own ellipse in it, and words beside it.

use ratatui::style::Style;

use super::canvas::{Canvas, Ink};
use super::pen::Pen;
use crate::app::{Area, SymmetryPane};

pub(super) fn draw(pen: &mut Pen, pane: &SymmetryPane) {
    let dim = pen.theme.dim();
    if let Some(lines) = &pane.empty {
        let top = pane.picture.h.saturating_sub(lines.len() as u16) / 2;
        for (row, line) in (top..).zip(lines) {
            pen.centred(pane.picture.row(row), line, if row == top { Style::new() } else { dim });
        }
        return;
    }
    let mut at = 1;
    for part in &pane.about {
        at = pen.text(pane.title, at, &part.text, pen.theme.tone(part.tone)) + 2;
    }
    cross(pen, pane.picture);
    picture(pen, pane);
    for (area, parts) in &pane.words {
        let mut at = 0;
        for part in parts {
            at = pen.text(*area, at, &part.text, pen.theme.tone(part.tone));
        }
    }
    let accent = pen.theme.rhythm(pane.rhythm);
    for (area, share) in &pane.bars {
        let wide = (f32::from(area.w) * share).round() as u16;
        pen.fill(area.left(wide), pen.pick('▇', '#'), accent);
    }
}

/// Nothing on either side.
fn cross(pen: &mut Pen, area: Area) {
    let faint = pen.theme.faint();
    let (across, up) = (area.row(area.h / 2), area.right_of(area.w / 2).left(1));
    pen.fill(across, pen.pick('╌', '-'), faint);
    pen.fill(up, pen.pick('╎', ':'), faint);
}

fn picture(pen: &mut Pen, pane: &SymmetryPane) {
    let mut canvas = Canvas::new(pane.picture);
    let seen = Ink { style: pen.theme.dim(), plain: '.' };
    let fitted = Ink { style: pen.theme.rhythm(pane.rhythm), plain: 'o' };
    pane.path.iter().for_each(|place| canvas.line(*place, *place, seen));
    let closed = pane.fitted.iter().zip(pane.fitted.iter().cycle().skip(1));
    closed.for_each(|(from, to)| canvas.line(*from, *to, fitted));
    canvas.draw(pen);
}
