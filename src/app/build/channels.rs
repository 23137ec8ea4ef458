//! The list of channels, as far as it fits.

use super::{Seen, figures};
use crate::app::App;
use crate::app::layout::{Area, Figures, Plan};
use crate::app::scene::{ChannelRow, ChannelsPane, Part, Tone};
use crate::app::view::View;
use crate::rhythm::{Estimate, Evidence, Rhythm};
use crate::signal::{Channel, Side};

/// Rows of a channel.
const ROWS: u16 = 3;

/// In the place of the figures where they stand beside the trace, else of everything.
pub(super) fn pane(app: &App, seen: &Seen, ((w, h), plan): ((u16, u16), Option<&Plan>)) -> Option<ChannelsPane> {
    let chosen = app.channels.chosen?;
    let layout = seen.snapshot.layout.as_ref()?;
    let area = match plan.map(|plan| plan.figures) {
        Some(Figures::Beside(area)) if app.viewport.view != View::Distance => area,
        _ => Area::new(0, 1, w, h.saturating_sub(2)).right_of(1),
    };
    let count = layout.channels.len();
    let chosen = chosen.min(count.saturating_sub(1));
    // The title and a blank are above the rows; the chosen one stands in their middle where it can.
    let room = usize::from(area.h.saturating_sub(2) / ROWS).max(1);
    let first = chosen.saturating_sub(room / 2).min(count.saturating_sub(room));
    let row = |(at, channel): (usize, &Channel)| {
        let (figure, notes) = known(app, seen, (at, channel));
        ChannelRow {
            chosen: at == chosen,
            shown: app.channels.shows(at),
            name: channel.name.clone(),
            about: about(app, (at, channel)),
            figure,
            notes,
        }
    };
    let shown = (0..count).filter(|at| app.channels.shows(*at)).count();
    let title = format!("channel {} of {count} · {shown} shown", chosen + 1);
    Some(ChannelsPane { area, title, rows: layout.channels.iter().enumerate().skip(first).take(room).map(row).collect() })
}

fn about(app: &App, (at, channel): (usize, &Channel)) -> String {
    // What was chosen comes first: it must not be cut. What the name says need not be said again.
    let new = |word: &&str| *word != channel.name && !word.is_empty();
    let chosen = [(app.channels.lead() == Some(at), "leads"), (app.channels.is_turned(at), "upside down")];
    let mut words: Vec<&str> = chosen.into_iter().filter_map(|(is_so, word)| is_so.then_some(word)).collect();
    words.push(channel.role.word());
    words.extend(Some(channel.side.word()).filter(|_| channel.side != Side::None).filter(new));
    words.extend(channel.site().filter(new));
    words.extend(Some(channel.unit.as_str()).filter(new));
    words.join(" · ")
}

/// The rhythm of the channel's role; of any other, the one with the most evidence.
fn known(app: &App, seen: &Seen, (at, channel): (usize, &Channel)) -> (Part, String) {
    let rows = figures::looked_for(app).into_iter().filter_map(|rhythm| seen.snapshot.estimate(at, rhythm));
    let p = |row: &&Estimate| row.figure.map_or(f64::INFINITY, |figure| figure.p);
    let own = |row: &&Estimate| figures::role(row.rhythm) == channel.role && row.rhythm != Rhythm::Tide;
    let Some(row) = rows.clone().find(own).or_else(|| rows.min_by(|a, b| p(a).total_cmp(&p(b)))) else {
        return (Part { text: "nothing to tell yet".to_owned(), tone: Tone::Dim }, String::new());
    };
    if figures::overtaken_by_gap(seen, row.window) {
        return (Part { text: figures::waiting(seen, row.window), tone: Tone::Dim }, String::new());
    }
    let notes: Vec<&str> = row.flags.iter().filter_map(figures::words).collect();
    let word = row.rhythm.word();
    let figure = match (row.present(), row.figure) {
        (Some(figure), _) => {
            let (rate, margin) = (figures::rate(figure.rate.value), figures::margin(figure.rate.half_width()));
            let text = format!("{word} {rate} ± {margin} /min {}", Evidence::of(figure.p).max(Evidence::Present).word());
            Part { text, tone: Tone::Of(row.rhythm) }
        }
        (None, Some(figure)) => {
            let evidence = Evidence::of(figure.p).min(Evidence::Faint).word();
            Part { text: format!("{word} – {evidence}"), tone: Tone::Dim }
        }
        (None, None) => Part { text: format!("{word} –"), tone: Tone::Dim },
    };
    (figure, notes.join(", "))
}
