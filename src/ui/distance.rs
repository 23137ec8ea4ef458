//! One rhythm, to be read from afar: its rate as large as the screen allows.

use ratatui::style::{Modifier, Style};

use super::pen::{Pen, width};
use super::{digits, figures, trace};
use crate::app::{Area, Distance, Reading, Values};

pub(super) fn draw(pen: &mut Pen, view: &Distance) {
    let accent = pen.theme.rhythm(view.rhythm);
    let dim = pen.theme.dim();
    let at = pen.text(view.above, 1, view.rhythm.word(), accent.add_modifier(Modifier::BOLD));
    // What is to be known of the rate is worth more than where it was read.
    let first = view.notes.first().map_or(0, |note| width(note) + 3);
    let at = if at + 2 + width(&view.channel) + first <= view.above.w { pen.text(view.above, at + 2, &view.channel, dim) } else { at };
    remarks(pen, view.above.right_of(at + 2), &view.notes);
    match &view.reading {
        Reading::Values(values) => {
            large(pen, view.area, &values.rate, accent);
            let style = figures::shade(pen, values.evidence, Style::new());
            under(pen, view.below, values, style);
        }
        Reading::Absent(evidence) => {
            large(pen, view.area, "–", dim);
            pen.text(view.below, 1, evidence.word(), dim);
        }
        Reading::Waiting(text) => {
            large(pen, view.area, "–", dim);
            pen.text(view.below, 1, text, Style::new());
        }
    }
    if let Some(pane) = &view.trace {
        trace::pane(pen, pane, &[], &[]);
    }
    if let Some(words) = &view.banner {
        super::banner(pen, words);
    }
}

/// At the right end of the line as many as have room, the first one cut where it must be.
fn remarks(pen: &mut Pen, area: Area, notes: &[&str]) {
    let mut text = String::new();
    for note in notes {
        let longer = if text.is_empty() { (*note).to_owned() } else { format!("{text} · {note}") };
        if !text.is_empty() && width(&longer) + 1 > area.w {
            break;
        }
        text = longer;
    }
    pen.right(area.left(area.w.saturating_sub(1)), &text, Style::new().add_modifier(Modifier::BOLD));
}

/// As much as there is room for, the interval first.
fn under(pen: &mut Pen, area: Area, values: &Values, style: Style) {
    let parts = [
        format!("/min ± {}", values.rate_margin),
        values.evidence.word().to_owned(),
        format!("{} ± {}", values.amplitude, values.amplitude_margin),
        values.regularity.as_ref().map_or_else(String::new, |regularity| format!("even {regularity}")),
    ];
    let mut at = 1;
    for part in &parts {
        if at + width(part) > area.w {
            return;
        }
        at = pen.text(area, at, part, style) + 3;
    }
}

/// In the middle; in plain letters where the area is too small for digits.
fn large(pen: &mut Pen, area: Area, text: &str, style: Style) {
    let (columns, rows) = (digits::columns(area, text), digits::rows(area, text));
    if columns == 0 {
        pen.centred(area.row(area.h / 2), text, style.add_modifier(Modifier::BOLD));
        return;
    }
    let place = area.right_of((area.w - columns) / 2).below((area.h - rows) / 2);
    digits::draw(pen, place, text, style);
}
