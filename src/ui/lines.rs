//! What is one line high: header, footer, axis, the place in a replay.

use ratatui::style::{Modifier, Style};

use super::pen::{Pen, width};
use crate::app::{Area, Footer, Part, PlayState, PlaybackLine, PromptLine, Scene, Tick};
use crate::signal::Kind;

pub(super) fn header(pen: &mut Pen, scene: &Scene) {
    let line = Area::new(0, 0, scene.size.0, scene.size.1.min(1));
    let right: u16 = scene.header.right.iter().map(|part| width(&part.text) + 3).sum();
    let mut at = 1;
    for part in &scene.header.left {
        at = pen.text(line.left(line.w.saturating_sub(right)), at, &part.text, pen.theme.tone(part.tone)) + 3;
    }
    let mut at = line.w.saturating_sub(right).saturating_add(2);
    for part in &scene.header.right {
        at = pen.text(line, at, &part.text, pen.theme.tone(part.tone)) + 3;
    }
}

/// Where the cursor stands, if something is typed.
pub(super) fn footer(pen: &mut Pen, scene: &Scene) -> Option<(u16, u16)> {
    let (w, h) = scene.size;
    if h < 2 {
        return None;
    }
    let line = Area::new(0, h - 1, w, 1);
    match &scene.footer {
        Footer::Keys(keys) => keys_line(pen, line, keys),
        Footer::Message(Part { text, tone }) => {
            pen.text(line, 1, text, pen.theme.tone(*tone));
        }
        Footer::Prompt(prompt) => return Some(prompt_line(pen, line, prompt)),
    }
    None
}

/// The last two, help and quit, are always told; those before them as far as there is room.
fn keys_line(pen: &mut Pen, line: Area, keys: &[(String, &str)]) {
    let cells = |(key, word): &(String, &str)| width(key) + width(word) + 4;
    let (front, last) = keys.split_at(keys.len().saturating_sub(2));
    let kept: u16 = last.iter().map(cells).sum();
    let mut used = 0;
    let fitting = front.iter().take_while(|key| {
        used += cells(key);
        used + kept <= line.w + 2
    });
    let (strong, dim) = (Style::new().add_modifier(Modifier::BOLD), pen.theme.dim());
    let mut at = 1;
    for (i, (key, word)) in fitting.chain(last).enumerate() {
        at = if i > 0 { pen.text(line, at, " · ", dim) } else { at };
        at = pen.text(line, at, key, strong);
        at = pen.text(line, at + 1, word, dim);
    }
}

fn prompt_line(pen: &mut Pen, line: Area, prompt: &PromptLine) -> (u16, u16) {
    let at = pen.text(line, 1, prompt.word, Style::new().add_modifier(Modifier::BOLD)) + 2;
    let room = usize::from(line.w.saturating_sub(at + 1));
    // What is typed scrolls so that the cursor stays in sight.
    let skip = prompt.cursor.saturating_sub(room);
    let shown: String = prompt.text.chars().skip(skip).collect();
    pen.text(line, at, &shown, Style::new());
    let hint = "enter keeps · esc leaves";
    if usize::from(width(&shown)) + usize::from(width(hint)) + 3 < room {
        pen.right(line.left(line.w.saturating_sub(1)), hint, pen.theme.dim());
    }
    let column = u16::try_from(prompt.cursor - skip).unwrap_or(0);
    (at.saturating_add(column).min(line.w.saturating_sub(1)), line.y)
}

/// Texts centred at their places, as many as do not touch.
pub(super) fn axis(pen: &mut Pen, area: Area, ticks: &[Tick]) {
    let style = pen.theme.dim();
    let mut free = 0;
    for tick in ticks {
        let wide = width(&tick.text);
        let at = tick.cell.saturating_sub(wide / 2).min(area.w.saturating_sub(wide));
        if at < free {
            continue;
        }
        free = pen.text(area, at, &tick.text, style) + 1;
    }
}

pub(super) fn playback(pen: &mut Pen, line: &PlaybackLine) {
    let strong = Style::new().add_modifier(Modifier::BOLD);
    let sign = match line.state {
        PlayState::Playing => pen.pick('▶', '>'),
        PlayState::Paused => pen.pick('‖', '='),
    };
    pen.cell(line.area.x + 1, line.area.y, sign, strong);
    let at = pen.text(line.area, 3, &line.times, strong);
    let at = pen.text(line.area, at + 2, &line.speed, pen.theme.dim());
    let (row, from) = if line.area.h > 1 { (line.area.row(1), 3) } else { (line.area, at + 2) };
    line.looking.iter().for_each(|looking| _ = pen.text(row, from, looking, pen.theme.dim()));
    if let Some(overview) = &line.overview {
        super::trace::pane(pen, overview, &[], &[]);
        places(pen, overview.plot, line);
        return;
    }
    if line.bar.w >= 4 {
        whole(pen, line.bar, line);
    }
}

/// Where one is, and the annotations, over the whole recording in small.
fn places(pen: &mut Pen, plot: Area, line: &PlaybackLine) {
    let place = |part: f64| plot.x + (part * f64::from(plot.w.saturating_sub(1))).round() as u16;
    let (dim, strong) = (pen.theme.dim(), Style::new().add_modifier(Modifier::BOLD));
    for (part, kind) in line.flags.iter().filter(|(_, kind)| *kind != Kind::Tap) {
        let glyph = if *kind == Kind::Segment { pen.pick('├', '[') } else { pen.pick('┆', ':') };
        pen.fill(Area { x: place(*part), w: 1, ..plot }, glyph, dim);
    }
    for part in line.looped.into_iter().flat_map(|(from, to)| [from, to]) {
        pen.fill(Area { x: place(part), w: 1, ..plot }, pen.pick('‖', '|'), strong);
    }
    pen.fill(Area { x: place(line.part), w: 1, ..plot }, pen.pick('┃', '|'), strong);
}

/// The whole recording in one line: what has been played is drawn heavier.
fn whole(pen: &mut Pen, bar: Area, line: &PlaybackLine) {
    let place = |part: f64| (part * f64::from(bar.w - 1)).round() as u16;
    let here = place(line.part);
    let (faint, plain, strong) = (pen.theme.faint(), Style::new(), Style::new().add_modifier(Modifier::BOLD));
    pen.fill(bar, pen.pick('─', '-'), faint);
    pen.fill(bar.left(here), pen.pick('━', '='), plain);
    for (part, kind) in line.flags.iter().filter(|(_, kind)| *kind != Kind::Tap) {
        let glyph = if *kind == Kind::Segment { pen.pick('├', '[') } else { pen.pick('┆', ':') };
        pen.cell(bar.x + place(*part), bar.y, glyph, strong);
    }
    pen.cell(bar.x + here, bar.y, pen.pick('●', 'O'), strong);
}
