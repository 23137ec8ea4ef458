//! The keys of the mode one is in, in one column or two.

use ratatui::style::{Modifier, Style};

use super::pen::Pen;
use crate::app::{Area, Help};

/// Where the words begin, beside the keys.
const WORDS: u16 = 20;
const WORDS_NARROW: u16 = 11;

/// From this width on there are two columns.
const TWO_COLUMNS: u16 = 76;

/// One line of the help.
enum Line<'a> {
    Heading(&'a str),
    Key(&'a str, &'a str),
    Labels(String),
    Blank,
}

pub(super) fn draw(pen: &mut Pen, help: &Help, (w, h): (u16, u16)) {
    let area = Area::new(0, 1, w, h.saturating_sub(2));
    let half = help.groups.len().div_ceil(2);
    let mut first: Vec<Line> = help.groups.iter().take(half).flat_map(group).collect();
    first.extend(labels(help));
    let second: Vec<Line> = help.groups.iter().skip(half).flat_map(group).collect();
    if first.is_empty() && second.is_empty() {
        pen.text(area.row(1), 2, "no key that does this", pen.theme.dim());
    }
    if w >= TWO_COLUMNS {
        column(pen, area.left(w / 2), &first, help.first);
        column(pen, area.right_of(w / 2), &second, help.first);
    } else {
        first.extend(second);
        column(pen, area, &first, help.first);
    }
}

/// Blanks between the groups only where everything still fits.
fn column(pen: &mut Pen, area: Area, lines: &[Line], scrolled: usize) {
    let blanks = lines.iter().filter(|line| matches!(line, Line::Blank)).count();
    let roomy = lines.len() <= usize::from(area.h);
    let skip = |line: &&Line| roomy || blanks == 0 || !matches!(line, Line::Blank);
    let over = lines.iter().filter(skip).count().saturating_sub(usize::from(area.h));
    for (row, line) in (0..area.h).zip(lines.iter().filter(skip).skip(scrolled.min(over))) {
        draw_line(pen, area.row(row), line);
    }
}

fn group<'a>((heading, rows): &'a (&'static str, Vec<(String, &'static str)>)) -> Vec<Line<'a>> {
    let head = [Line::Blank, Line::Heading(heading)];
    head.into_iter().chain(rows.iter().map(|(keys, words)| Line::Key(keys, words))).collect()
}

fn labels(help: &Help) -> Vec<Line<'_>> {
    let label = |(digit, label): &(char, String)| format!("{digit} {label:<15}");
    let rows = help.labels.chunks(2).map(|two| Line::Labels(two.iter().map(label).collect()));
    let head = (!help.labels.is_empty()).then_some([Line::Blank, Line::Heading("quick labels")]);
    head.into_iter().flatten().chain(rows).collect()
}

fn draw_line(pen: &mut Pen, area: Area, line: &Line) {
    let strong = Style::new().add_modifier(Modifier::BOLD);
    let dim = pen.theme.dim();
    match line {
        Line::Blank => {}
        Line::Heading(word) => {
            pen.text(area, 1, word, dim);
        }
        Line::Key(keys, words) => {
            let begin = if area.w < 50 { WORDS_NARROW } else { WORDS };
            let at = pen.text(area.left(begin + 8), 2, keys, strong);
            pen.text(area, begin.max(at + 1), words, Style::new());
        }
        Line::Labels(text) => {
            pen.text(area, 2, text, Style::new());
        }
    }
}
