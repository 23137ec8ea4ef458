//! The keys of the mode one is in, in one column or two.

use ratatui::style::{Modifier, Style};

use super::pen::Pen;
use crate::app::{Area, Help};

/// Where the words begin, beside the keys.
const WORDS: u16 = 20;
const WORDS_NARROW: u16 = 11;

/// One line of the help.
enum Line<'a> {
    Heading(&'a str),
    Key(&'a str, &'a str),
    Labels(String),
    Blank,
}

pub(super) fn draw(pen: &mut Pen, help: &Help, (w, h): (u16, u16)) {
    let area = Area::new(0, 1, w, h.saturating_sub(2));
    let mut lines = lines(help, area.h);
    let columns: u16 = if lines.len() > usize::from(area.h) && w >= 70 { 2 } else { 1 };
    if columns == 1 {
        lines.truncate(usize::from(area.h));
    }
    let each = lines.len().div_ceil(usize::from(columns)).max(1);
    for (i, part) in lines.chunks(each).enumerate() {
        let column = area.right_of(w / columns * i as u16).left(w / columns - 1);
        for (row, line) in (0..area.h).zip(part) {
            draw_line(pen, column.row(row), line);
        }
    }
}

/// With blanks between the groups where there is room for them.
fn lines(help: &Help, rows: u16) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let count: usize = help.groups.iter().map(|(_, rows)| rows.len() + 2).sum();
    let blank = count + 4 <= usize::from(rows) * 2;
    for (heading, rows) in &help.groups {
        if blank {
            lines.push(Line::Blank);
        }
        lines.push(Line::Heading(heading));
        lines.extend(rows.iter().map(|(keys, words)| Line::Key(keys, words)));
    }
    if blank {
        lines.push(Line::Blank);
    }
    lines.push(Line::Heading("quick labels"));
    let label = |(digit, label): &(char, &str)| format!("{digit} {label}");
    lines.extend(help.labels.chunks(3).map(|three| Line::Labels(three.iter().map(label).collect::<Vec<_>>().join("   "))));
    lines
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
