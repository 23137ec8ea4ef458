//! What is known of each rhythm: large digits, a few lines, or one.

use ratatui::style::{Modifier, Style};

use super::digits;
use super::pen::Pen;
use crate::app::{Area, Digits, FigureBlock, Reading, Values};
use crate::rhythm::Evidence;

/// Rows of the large digits.
const DIGIT_ROWS: u16 = 4;

/// Room for "88.8", so that nothing beside it moves.
const DIGITS_WIDTH: u16 = 24;

/// Where the evidence stands in a block of lines.
const WORD: u16 = 20;

/// Where the parts of a single line begin.
const NAME: u16 = 1;
const RATE: u16 = 9;
const EVIDENCE: u16 = 27;
const AMPLITUDE: u16 = 36;
const REGULARITY: u16 = 53;
const REST: u16 = 64;

/// The shade that goes with the evidence's word.
pub(super) fn shade(pen: &Pen, evidence: Evidence, accent: Style) -> Style {
    match evidence {
        Evidence::Clear => accent.add_modifier(Modifier::BOLD),
        Evidence::Present => accent,
        Evidence::Faint | Evidence::None => pen.theme.dim(),
    }
}

pub(super) fn draw(pen: &mut Pen, block: &FigureBlock) {
    match block.digits {
        Digits::Large => large(pen, block),
        Digits::Lines => lines(pen, block),
        Digits::Line => line(pen, block),
    }
}

fn title(pen: &mut Pen, block: &FigureBlock) {
    let (accent, dim) = (pen.theme.rhythm(block.rhythm), pen.theme.dim());
    pen.text(block.area.top(1), 0, block.rhythm.word(), accent.add_modifier(Modifier::BOLD));
    pen.right(block.area.top(1).left(block.area.w.saturating_sub(1)), &block.channel, dim);
}

fn large(pen: &mut Pen, block: &FigureBlock) {
    title(pen, block);
    let accent = pen.theme.rhythm(block.rhythm);
    let dim = pen.theme.dim();
    let room = block.area.below(1).top(DIGIT_ROWS).left(DIGITS_WIDTH);
    let beside = block.area.below(1).top(DIGIT_ROWS).right_of(DIGITS_WIDTH);
    let foot = block.area.below(1 + DIGIT_ROWS);
    match &block.reading {
        Reading::Values(values) => {
            digits::draw(pen, room, &values.rate, accent);
            pen.text(beside.row(0), 0, "/min", dim);
            pen.text(beside.row(1), 0, &format!("± {}", values.rate_margin), Style::new());
            pen.text(beside.row(3), 0, values.evidence.word(), shade(pen, values.evidence, accent));
            amplitude(pen, foot.row(0), values);
        }
        Reading::Absent(evidence) => {
            digits::draw(pen, room, "–", dim);
            pen.text(beside.row(1), 0, evidence.word(), dim);
        }
        Reading::Waiting(text) => {
            digits::draw(pen, room, "–", dim);
            pen.text(foot.row(0), 0, text, Style::new());
        }
    }
    if let Some((ratio, lag)) = &block.symmetry {
        let at = pen.text(foot.row(1), 0, ratio, Style::new());
        pen.text(foot.row(1), at + 3, lag, Style::new());
    }
    notes(pen, foot.row(2), block);
}

fn amplitude(pen: &mut Pen, area: Area, values: &Values) {
    let at = pen.text(area, 0, &values.amplitude, Style::new().add_modifier(Modifier::BOLD));
    let at = pen.text(area, at, &format!(" ± {}", values.amplitude_margin), Style::new());
    if let Some(regularity) = &values.regularity {
        pen.text(area, at + 3, &format!("even {regularity}"), Style::new());
    }
}

/// As many notes as have room, each whole; that there are more is said.
fn notes(pen: &mut Pen, area: Area, block: &FigureBlock) {
    let mut at = 0;
    for (i, note) in block.notes.iter().enumerate() {
        if i > 0 {
            if at + 3 + super::pen::width(note) > area.w {
                pen.text(area, at, " …", pen.theme.dim());
                return;
            }
            at = pen.text(area, at, " · ", pen.theme.dim());
        }
        at = pen.text(area, at, note, Style::new().add_modifier(Modifier::ITALIC));
    }
}

fn lines(pen: &mut Pen, block: &FigureBlock) {
    title(pen, block);
    let accent = pen.theme.rhythm(block.rhythm);
    let dim = pen.theme.dim();
    let first = block.area.row(1);
    match &block.reading {
        Reading::Values(values) => {
            pen.text(first, 0, &format!("{:>5}", values.rate), accent.add_modifier(Modifier::BOLD));
            let at = pen.text(first, 6, "/min", dim);
            pen.text(first, at, &format!(" ± {}", values.rate_margin), Style::new());
            pen.text(first, WORD, values.evidence.word(), shade(pen, values.evidence, accent));
            amplitude(pen, block.area.row(2).right_of(1), values);
        }
        Reading::Absent(evidence) => {
            pen.text(first, 0, "    –", dim);
            pen.text(first, WORD, evidence.word(), dim);
        }
        Reading::Waiting(text) => {
            pen.text(first, 0, "    –", dim);
            pen.text(first, 6, text, dim);
        }
    }
    notes(pen, block.area.row(3).right_of(1), block);
}

fn line(pen: &mut Pen, block: &FigureBlock) {
    let area = block.area;
    let (accent, dim) = (pen.theme.rhythm(block.rhythm), pen.theme.dim());
    pen.text(area, NAME, block.rhythm.word(), accent.add_modifier(Modifier::BOLD));
    let rest = rest_column(block);
    match &block.reading {
        Reading::Values(values) => {
            pen.text(area, RATE, &format!("{:>5}", values.rate), accent.add_modifier(Modifier::BOLD));
            let at = pen.text(area, RATE + 6, "/min", dim);
            let at = pen.text(area, at, &format!(" ± {}", values.rate_margin), Style::new());
            // In plain characters ± takes two columns.
            pen.text(area, EVIDENCE.max(at + 1), values.evidence.word(), shade(pen, values.evidence, accent));
            let upto_rest = area.left(rest);
            pen.text(upto_rest, AMPLITUDE, &format!("{} ± {}", values.amplitude, values.amplitude_margin), Style::new());
            if let Some(regularity) = &values.regularity {
                pen.text(upto_rest, REGULARITY, &format!("even {regularity}"), Style::new());
            }
        }
        Reading::Absent(evidence) => {
            pen.text(area, RATE, "    –", dim);
            pen.text(area, EVIDENCE, evidence.word(), dim);
        }
        Reading::Waiting(text) => {
            pen.text(area, RATE, "    –", dim);
            pen.text(area, RATE + 6, text, dim);
        }
    }
    rest_of_line(pen, block, area.right_of(rest));
}

/// A note takes the place of what else the line says as far as it needs it: it may change what the figure means.
fn rest_column(block: &FigureBlock) -> u16 {
    let columns = if matches!(block.reading, Reading::Values(_)) { [REST, REGULARITY, AMPLITUDE] } else { [AMPLITUDE; 3] };
    let wide: u16 = block.notes.iter().map(|note| super::pen::width(note) + 3).sum();
    columns.into_iter().find(|column| column + wide <= block.area.w + 3).unwrap_or(AMPLITUDE)
}

fn rest_of_line(pen: &mut Pen, block: &FigureBlock, area: Area) {
    if !block.notes.is_empty() {
        return notes(pen, area, block);
    }
    let dim = pen.theme.dim();
    match &block.symmetry {
        Some((ratio, lag)) => {
            let at = pen.text(area, 0, ratio, dim) + 3;
            if at + super::pen::width(lag) <= area.w {
                pen.text(area, at, lag, dim);
            }
        }
        None => {
            pen.text(area, 0, &block.channel, dim);
        }
    }
}
