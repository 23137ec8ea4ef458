//! The screen without a command.

use ratatui::Frame;
use ratatui::style::{Modifier, Style};

use super::Theme;
use super::pen::{Pen, width};
use crate::app::{Area, Choice, Entry, Welcome};

/// Where names begin, and how far what is known of them stands behind the longest.
const NAMES: u16 = 4;
const APART: u16 = 3;
/// Names take at most so many columns.
const WIDEST: u16 = 44;

/// Draws it.
pub fn welcome(frame: &mut Frame, welcome: &Welcome, theme: &Theme) {
    let size = frame.area();
    let mut pen = Pen::new(frame.buffer_mut(), *theme);
    let screen = Area::new(0, 0, size.width, size.height);
    let strong = Style::new().add_modifier(Modifier::BOLD);
    let dim = theme.dim();
    let at = pen.text(screen, 1, "stillpoint", strong);
    pen.text(screen, at + 3, "live rhythm monitoring; it claims nothing medical", dim);
    let wide = welcome.entries().iter().map(|entry| width(&entry.name)).max().unwrap_or(0).min(WIDEST);
    let body = screen.below(2).top(size.height.saturating_sub(4));
    // Three headings with a blank each; where there is no room for all, what is chosen is on the screen.
    let lines = lines(welcome);
    let chosen = lines.iter().position(|line| matches!(line, Line::One(at, _) if *at == welcome.chosen())).unwrap_or(0);
    let first = (chosen + 1).saturating_sub(usize::from(body.h));
    for (row, line) in (0..body.h).zip(&lines[first.min(lines.len())..]) {
        let area = body.row(row);
        match line {
            Line::Heading(words) => _ = pen.text(area, 1, words, dim),
            Line::Blank => {}
            Line::One(at, entry) => {
                let own = *at == welcome.chosen();
                if own {
                    pen.text(area, 2, if theme.is_ascii() { ">" } else { "▸" }, strong);
                }
                pen.text(area.left(NAMES + wide), NAMES, &entry.name, if own { strong } else { Style::new() });
                pen.text(area, NAMES + wide + APART, &entry.about, dim);
            }
        }
    }
    let mut at = 1;
    for (i, (key, word)) in [("enter", "open"), ("↑ ↓", "choose"), ("q", "quit")].into_iter().enumerate() {
        let foot = screen.row(size.height.saturating_sub(1));
        at = if i > 0 { pen.text(foot, at, " · ", dim) } else { at };
        at = pen.text(foot, at, key, strong);
        at = pen.text(foot, at + 1, word, dim);
    }
}

enum Line<'a> {
    Heading(&'static str),
    Blank,
    One(usize, &'a Entry),
}

fn lines(welcome: &Welcome) -> Vec<Line<'_>> {
    let heading = |entry: &Entry| match entry.choice {
        Choice::Demo => "without a sensor",
        Choice::Port(_) => "sensors that are plugged in",
        Choice::Session(_) => "latest sessions",
    };
    let mut out = Vec::new();
    let mut last = "";
    for (at, entry) in welcome.entries().iter().enumerate() {
        let own = heading(entry);
        if own != last {
            out.extend((!out.is_empty()).then_some(Line::Blank));
            out.push(Line::Heading(own));
            last = own;
        }
        out.push(Line::One(at, entry));
    }
    out
}
