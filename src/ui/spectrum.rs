//! Amplitude against rate: the line's curve, the noise under it, and what it takes to be told; what is above that is filled in the rhythm's colour.

use ratatui::style::{Modifier, Style};

use super::canvas::{Canvas, Ink};
use super::lines;
use super::pen::{Pen, width};
use crate::app::{RangeMark, SpectrumColumn, SpectrumPane};

pub(super) fn draw(pen: &mut Pen, pane: &SpectrumPane) {
    let dim = pen.theme.dim();
    let mut at = 1;
    for part in &pane.about {
        at = pen.text(pane.title, at, &part.text, pen.theme.tone(part.tone)) + 2;
    }
    if pane.legend {
        legend(pen, pane, at);
    }
    gutter(pen, pane);
    curves(pen, pane);
    for peak in &pane.peaks {
        let place = pane.plot.row(peak.row).right_of(peak.cell);
        pen.text(place, 0, &peak.text, pen.theme.tone(peak.tone).add_modifier(Modifier::BOLD));
    }
    pane.ranges.iter().for_each(|range| mark(pen, range));
    lines::axis(pen, pane.axis.area, &pane.axis.ticks);
    if let Some(words) = &pane.empty {
        pen.centred(pane.plot.row(pane.plot.h / 2), words, dim);
    }
}

/// What the curves are, where there is room.
fn legend(pen: &mut Pen, pane: &SpectrumPane, taken: u16) {
    let (faint, plain, dim) = (noise_ink(pen), Style::new(), pen.theme.dim());
    let parts = [("⣀⡠⠊", "line", plain), ("⠒ ⠒", pane.threshold.as_str(), plain), ("⠂⠐⠂", "noise", faint.style)];
    let signs = if pen.theme.is_ascii() { ["***", "- -", "..."] } else { parts.map(|part| part.0) };
    let wide: u16 = parts.iter().map(|(_, word, _)| width(word) + 7).sum();
    let mut at = pane.title.w.saturating_sub(wide);
    if at <= taken {
        return;
    }
    for ((_, word, style), sign) in parts.into_iter().zip(signs) {
        at = pen.text(pane.title, at, sign, style);
        at = pen.text(pane.title, at + 1, word, dim) + 3;
    }
}

fn gutter(pen: &mut Pen, pane: &SpectrumPane) {
    let (area, faint, dim) = (pane.gutter, pen.theme.faint(), pen.theme.dim());
    if area.w == 0 || area.h == 0 {
        return;
    }
    let line = area.right_of(area.w - 1);
    pen.fill(line, pen.pick('│', '|'), faint);
    for (height, text) in &pane.scale {
        let row = (f32::from(area.h - 1) * (1.0 - height)).round() as u16;
        pen.right(area.row(row).left(area.w - 2), text, dim);
        pen.cell(line.x, area.y + row, pen.pick('┤', '+'), faint);
    }
}

fn noise_ink(pen: &Pen) -> Ink {
    Ink { style: pen.theme.dim(), plain: '.' }
}

fn curves(pen: &mut Pen, pane: &SpectrumPane) {
    let mut canvas = Canvas::new(pane.plot);
    let noise = noise_ink(pen);
    let (threshold, line) = (Ink { style: Style::new(), plain: '-' }, Ink { style: Style::new(), plain: '*' });
    let told = || (0..).zip(&pane.columns).filter_map(|(x, column)| Some((x, (*column)?)));
    for (x, column) in told().filter(|(x, _)| x % 3 == 0) {
        canvas.dot((x, canvas.row(column.noise)), noise);
    }
    let mut before: Option<(u16, SpectrumColumn)> = None;
    for (x, column) in told() {
        let (own, floor) = (canvas.row(column.line), canvas.row(column.threshold));
        let last = before.filter(|(last, of)| last + 1 == x && of.rhythm == column.rhythm).map(|(_, of)| canvas.row(of.line));
        // Joined to the column before it, half of the way.
        let joined = last.map_or(own, |last| if last + 1 < own { last + 1 } else { last.saturating_sub(u16::from(last > own)).max(own) });
        if column.line > column.threshold {
            let accent = Ink { style: pen.theme.rhythm(column.rhythm), plain: '#' };
            canvas.column(x, (own, floor), accent);
            canvas.column(x, (own, joined), accent);
        } else {
            canvas.column(x, (own, joined), line);
        }
        before = Some((x, column));
    }
    for (x, column) in told().filter(|(x, column)| x / 2 % 2 == 0 && column.line <= column.threshold) {
        canvas.dot((x, canvas.row(column.threshold)), threshold);
    }
    canvas.draw(pen);
}

fn mark(pen: &mut Pen, range: &RangeMark) {
    let style = pen.theme.rhythm(range.rhythm);
    pen.fill(range.area, pen.pick('─', '-'), style);
    pen.text(range.area, 0, if pen.theme.is_ascii() { "[" } else { "├" }, style);
    pen.right(range.area, if pen.theme.is_ascii() { "]" } else { "┤" }, style);
    if width(&range.text) + 4 <= range.area.w {
        pen.centred(range.area, &range.text, style);
    }
}
