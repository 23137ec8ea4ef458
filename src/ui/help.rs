//! The keys of the mode one is in, in one column or two.

use ratatui::style::{Modifier, Style};

use super::pen::{Pen, width};
use crate::app::{Area, Help};

/// Where the words begin, beside the keys.
const WORDS: u16 = 20;
const WORDS_NARROW: u16 = 11;

/// From this width on there are two columns.
const TWO_COLUMNS: u16 = 76;

/// A column narrower than this has the words under the keys.
const APART: u16 = 30;

/// Two labels stand in a row of this width.
const TWO_LABELS: u16 = 36;
const LABEL: usize = 15;

/// One line of the help.
enum Line<'a> {
    Heading(&'a str),
    /// A heading, and which one it is.
    Headings(&'a str, &'a str),
    /// Keys, and words from a column on.
    Key(&'a str, u16, String),
    /// The rest of the words.
    Words(u16, String),
    Labels(String),
    Blank,
}

pub(super) fn draw(pen: &mut Pen, help: &Help, (w, h): (u16, u16)) {
    let area = Area::new(0, 1, w, h.saturating_sub(2));
    let wide = if w >= TWO_COLUMNS { w / 2 } else { w };
    let half = help.groups.len().div_ceil(2);
    let mut first: Vec<Line> = help.groups.iter().take(half).flat_map(|rows| group(rows, wide)).collect();
    first.extend(labels(help, wide));
    let second: Vec<Line> = help.groups.iter().skip(half).flat_map(|rows| group(rows, wide)).collect();
    if first.is_empty() && second.is_empty() {
        pen.text(area.row(1), 2, "no key that does this", pen.theme.dim());
    }
    if w >= TWO_COLUMNS {
        column(pen, area.left(wide), &first, help.first);
        column(pen, area.right_of(wide), &second, help.first);
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

fn group<'a>((heading, rows): &'a (&'static str, Vec<(String, &'static str)>), wide: u16) -> Vec<Line<'a>> {
    let head = [Line::Blank, Line::Heading(heading)];
    head.into_iter().chain(rows.iter().flat_map(|(keys, words)| key(keys, words, wide))).collect()
}

/// The words go on under themselves where a line has no room for all of them, and begin under the keys where there is next to none beside them.
fn key<'a>(keys: &'a str, words: &str, wide: u16) -> Vec<Line<'a>> {
    let begin = if wide < 50 { WORDS_NARROW } else { WORDS };
    let beside = begin.max(width(keys) + 3);
    let (at, mut lines) =
        if wide < APART || beside + APART / 2 > wide { (4, vec![Line::Key(keys, 0, String::new())]) } else { (beside, Vec::new()) };
    for text in wrapped(words, usize::from(wide.saturating_sub(at + 1).max(8))) {
        lines.push(if lines.is_empty() { Line::Key(keys, at, text) } else { Line::Words(at, text) });
    }
    lines
}

/// A text in lines of so many columns, cut between words.
pub(super) fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut().filter(|line| usize::from(width(line)) + 1 + usize::from(width(word)) <= room) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Two in a row, where that has room for them.
fn labels(help: &Help, wide: u16) -> Vec<Line<'_>> {
    let short = help.labels.iter().all(|(_, label)| usize::from(width(label)) <= LABEL);
    let many = if wide >= TWO_LABELS && short { 2 } else { 1 };
    let label = |(digit, label): &(char, String)| format!("{digit} {label:<LABEL$}");
    let rows = help.labels.chunks(many).map(|row| Line::Labels(row.iter().map(label).collect()));
    let head = (!help.labels.is_empty()).then_some([Line::Blank, Line::Headings("quick labels", &help.set)]);
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
        Line::Headings(word, which) => {
            let at = pen.text(area, 1, word, dim);
            pen.text(area, at + 2, which, strong);
        }
        Line::Key(keys, at, words) => {
            pen.text(area, 2, keys, strong);
            pen.text(area, *at, words, Style::new());
        }
        Line::Words(at, words) => {
            pen.text(area, *at, words, Style::new());
        }
        Line::Labels(text) => {
            pen.text(area, 2, text, Style::new());
        }
    }
}
