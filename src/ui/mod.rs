//! Floor 5: a scene becomes cells. Drawing is a function of the scene and the theme; it reads nothing else.

mod canvas;
mod channels;
mod digits;
mod distance;
mod export;
mod figures;
mod help;
mod lane;
mod lines;
mod list;
mod pen;
mod raw;
mod rose;
mod settings;
mod spectrum;
mod strips;
mod svg;
mod symmetry;
mod table;
mod theme;
mod trace;
mod welcome;

use ratatui::Frame;
use ratatui::style::{Modifier, Style};

use crate::app::{Area, Banner, Body, Panel, Scene};

pub use svg::{svg, svg_on};
pub use theme::{Colours, Contrast, Glyphs, Ground, Theme};
pub use welcome::welcome;

use pen::Pen;

/// Draws the whole screen. A scene made for another size is cut, never a reason to panic.
pub fn draw(frame: &mut Frame, scene: &Scene, theme: &Theme) {
    let mut pen = Pen::new(frame.buffer_mut(), *theme);
    lines::header(&mut pen, scene);
    if let Some(help) = &scene.help {
        help::draw(&mut pen, help, scene.size);
    } else if let Some(pane) = &scene.export {
        export::draw(&mut pen, pane);
    } else if let Some(pane) = &scene.settings {
        settings::draw(&mut pen, pane);
    } else if let Some(pane) = &scene.table {
        table::draw(&mut pen, pane);
    } else {
        body(&mut pen, scene);
        if let Some(list) = &scene.list {
            list::draw(&mut pen, list);
        } else if let Some(pane) = &scene.channels {
            channels::draw(&mut pen, pane);
        }
    }
    if let Some(cursor) = lines::footer(&mut pen, scene) {
        frame.set_cursor_position(cursor);
    }
}

fn body(pen: &mut Pen, scene: &Scene) {
    if let Some(rule) = scene.rule {
        let style = pen.theme.faint();
        pen.fill(rule, pen.pick('─', '-'), style);
    }
    match &scene.body {
        Body::Panel(body) => panel(pen, body),
        Body::Distance(body) => distance::draw(pen, body),
        Body::Raw(body) => raw::draw(pen, body),
    }
    if let Some(playback) = &scene.playback {
        lines::playback(pen, playback);
    }
}

fn panel(pen: &mut Pen, panel: &Panel) {
    for pane in &panel.panes {
        trace::pane(pen, pane, &panel.flags, &panel.gaps);
    }
    lane::draw(pen, panel.lane, &panel.flags);
    if let Some(pane) = &panel.spectrum_view {
        spectrum::draw(pen, pane);
    } else if let Some(pane) = &panel.symmetry_view {
        symmetry::draw(pen, pane);
    } else if let Some(pane) = &panel.taps_view {
        rose::draw(pen, pane);
    } else {
        lines::axis(pen, panel.axis.area, &panel.axis.ticks);
    }
    if let Some(cursor) = panel.cursor {
        for pane in &panel.panes {
            pen.under(Area { x: pane.plot.x + cursor, w: 1, ..pane.plot }, pen.pick('│', '|'), Style::new());
        }
        pen.cell(panel.axis.area.x + cursor, panel.axis.area.y, pen.pick('▲', '^'), Style::new().add_modifier(Modifier::BOLD));
    }
    for block in &panel.figures {
        figures::draw(pen, block);
    }
    if let Some((area, text)) = &panel.taps {
        pen.text(*area, 0, text, Style::new());
        pen.text(area.left(4), 0, text, Style::new().add_modifier(Modifier::BOLD));
    }
    for bars in panel.trend.iter().chain(&panel.spectrum) {
        strips::draw(pen, bars);
    }
    if let Some(words) = &panel.banner {
        banner(pen, words);
    }
}

/// In the middle of its area, with a blank margin so that it can be read over a trace.
fn banner(pen: &mut Pen, banner: &Banner) {
    let rows = u16::try_from(banner.lines.len()).unwrap_or(u16::MAX);
    let top = banner.area.h.saturating_sub(rows) / 2;
    let wide = banner.lines.iter().map(|line| pen::width(line)).max().unwrap_or(0).saturating_add(6).min(banner.area.w);
    let ground = banner.area.right_of((banner.area.w - wide) / 2).left(wide);
    pen.fill(ground.below(top.saturating_sub(1)).top(rows + 2), ' ', Style::reset());
    let style = pen.theme.tone(banner.tone).add_modifier(Modifier::BOLD);
    for (row, line) in (top..).zip(&banner.lines) {
        pen.centred(banner.area.row(row), line, style);
    }
}
