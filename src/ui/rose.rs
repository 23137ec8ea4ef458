//! The rose: how often the taps stand where in a cycle, as petals round a circle. The crest of the trace is on top, time goes as a clock's hands do.

use ratatui::style::{Modifier, Style};

use super::canvas::{Canvas, Ink};
use super::pen::{Pen, width};
use crate::app::{Area, TapsPane};

/// A dot is as high as it is wide: two by four in a cell that is twice as high as wide.
const PER_CELL: (u16, u16) = (2, 4);

pub(super) fn draw(pen: &mut Pen, pane: &TapsPane) {
    for line in &pane.lines {
        let style = pen.theme.tone(line.1.tone);
        pen.text(line.0, 0, &line.1.text, style);
    }
    if let Some(rose) = pane.rose.as_ref().filter(|_| pane.area.h >= 5 && pane.area.w >= 10) {
        let room = circle(pane.area, &rose.marks);
        petals(pen, room, rose);
        words(pen, (pane.area, room), &rose.marks);
    }
}

/// The room within the words, as high as it is wide: the words stand at the circle.
fn circle(area: Area, marks: &[String; 4]) -> Area {
    let beside = marks.iter().skip(1).step_by(2).map(|mark| width(mark)).max().unwrap_or(0) + 1;
    let rows = (area.h - 2).min(area.w.saturating_sub(2 * beside) / 2).max(2);
    let columns = 2 * rows;
    Area { x: area.x + area.w.saturating_sub(columns) / 2, y: area.y + 1 + (area.h - 2 - rows) / 2, w: columns, h: rows }
}

fn petals(pen: &mut Pen, room: Area, rose: &crate::app::Rose) {
    let mut canvas = Canvas::new(room);
    let (w, h) = (room.w * PER_CELL.0, room.h * PER_CELL.1);
    let radius = f32::from(w.min(h)) / 2.0 - 0.5;
    let faint = Ink { style: pen.theme.faint(), plain: '.' };
    let full = Ink { style: pen.theme.rhythm(rose.rhythm), plain: '#' };
    let count = rose.petals.len().max(1) as f32;
    for (x, y) in (0..h).flat_map(|y| (0..w).map(move |x| (x, y))) {
        let (right, up) = (f32::from(x) - (f32::from(w) - 1.0) / 2.0, (f32::from(h) - 1.0) / 2.0 - f32::from(y));
        let far = right.hypot(up) / radius;
        let turn = right.atan2(up).rem_euclid(std::f32::consts::TAU) / std::f32::consts::TAU;
        let petal = ((turn * count + 0.5).floor() as usize) % rose.petals.len().max(1);
        let long = rose.petals.get(petal).copied().unwrap_or(0.0);
        if long > 0.0 && far <= long {
            canvas.dot((x, y), full);
        } else if (far - 1.0).abs() * radius <= 0.5 {
            canvas.dot((x, y), faint);
        }
    }
    if let Some((angle, length)) = rose.mean {
        let strong = Ink { style: Style::new().add_modifier(Modifier::BOLD), plain: '*' };
        let steps = (radius * length * 2.0).ceil().max(1.0);
        for step in 0..=steps as u16 {
            let far = f32::from(step) / steps * length * radius;
            let (x, y) = ((f32::from(w) - 1.0) / 2.0 + far * angle.sin(), (f32::from(h) - 1.0) / 2.0 - far * angle.cos());
            canvas.dot((x.round().max(0.0) as u16, y.round().max(0.0) as u16), strong);
        }
    }
    canvas.draw(pen);
}

/// What top, right, foot and left stand for.
fn words(pen: &mut Pen, (area, room): (Area, Area), marks: &[String; 4]) {
    let dim = pen.theme.dim();
    let [top, right, foot, left] = marks;
    pen.centred(area.row(room.y - area.y - 1), top, dim);
    pen.centred(area.row(room.y - area.y + room.h), foot, dim);
    let middle = area.row(room.y - area.y + room.h / 2);
    pen.text(middle, room.x + room.w - area.x + 1, right, dim);
    pen.right(middle.left((room.x - area.x).saturating_sub(1)), left, dim);
}
