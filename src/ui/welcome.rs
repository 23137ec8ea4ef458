//! The screen without a command.

use ratatui::Frame;
use ratatui::style::{Modifier, Style};

use super::Theme;
use super::pen::{Pen, width};
use crate::app::{Area, Row, Welcome};

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
    for (y, row) in welcome.rows(size.height) {
        let area = screen.row(y);
        match row {
            Row::Heading(words) => _ = pen.text(area, 1, words, dim),
            Row::Blank => {}
            Row::One(at) => {
                let (entry, own) = (&welcome.entries()[at], at == welcome.chosen());
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
