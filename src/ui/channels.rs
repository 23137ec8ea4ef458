//! The list of channels: what each is, whether it is shown, what is known of it.

use ratatui::style::{Modifier, Style};

use super::pen::{Pen, width};
use crate::app::{ChannelRow, ChannelsPane};

/// Where names begin, and the figures under them.
const NAME: u16 = 4;
const FIGURE: u16 = 2;

pub(super) fn draw(pen: &mut Pen, pane: &ChannelsPane) {
    pen.fill(pane.area, ' ', Style::reset());
    pen.text(pane.area.row(0), 0, &pane.title, Style::new().add_modifier(Modifier::BOLD));
    for (row, y) in pane.rows.iter().zip((2..).step_by(3)) {
        draw_row(pen, [0, 1, 2].map(|row| pane.area.row(y + row)), row);
    }
}

fn draw_row(pen: &mut Pen, [first, second, third]: [crate::app::Area; 3], row: &ChannelRow) {
    let strong = Style::new().add_modifier(Modifier::BOLD);
    let dim = pen.theme.dim();
    if row.chosen {
        pen.text(first, 0, if pen.theme.is_ascii() { ">" } else { "▸" }, strong);
    }
    let sign = if row.shown { pen.pick('●', 'x') } else { pen.pick('○', '-') };
    pen.text(first, 2, sign.encode_utf8(&mut [0; 4]), Style::new());
    let name = match (row.chosen, row.shown) {
        (true, _) => strong,
        (false, true) => Style::new(),
        (false, false) => dim,
    };
    let at = pen.text(first, NAME, &row.name, name);
    pen.text(first, at + 2, &row.about, dim);
    let at = pen.text(second, FIGURE, &row.figure.text, pen.theme.tone(row.figure.tone));
    // What does not fit behind the figure stands under it.
    let (area, at) = if at + 2 + width(&row.notes) <= second.w { (second, at + 2) } else { (third, FIGURE) };
    pen.text(area, at, &row.notes, dim);
}
