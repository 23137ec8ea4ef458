//! The list of annotations, as far as it fits.

use super::Seen;
use crate::app::App;
use crate::app::blind::Blind;
use crate::app::layout::{Area, Figures, Plan};
use crate::app::proposals::{self, Items, Name};
use crate::app::scene::{ListPane, ListRow, Tone};
use crate::app::view::View;
use crate::signal::{Annotation, Kind, Rate, SampleIndex, Seconds};

/// In the place of the figures where they stand beside the trace, else of everything; and what its rows are.
pub(super) fn list(app: &App, seen: &Seen, ((w, h), plan): ((u16, u16), Option<&Plan>)) -> Option<(ListPane, Vec<Name>)> {
    let list = app.list.as_ref()?;
    let area = match plan.map(|plan| plan.figures) {
        Some(Figures::Beside(area)) if app.viewport.view != View::Distance => area,
        _ => Area::new(0, 1, w, h.saturating_sub(2)).right_of(1),
    };
    let proposed = proposals::of(app, seen.snapshot);
    let items = Items { made: app.marks.list(), proposed: &proposed };
    let told = |a: &Annotation| app.blind == Blind::Off || a.kind != Kind::StillPoint;
    let shown: Vec<(Name, &Annotation)> = list.shown(items).filter(|(_, a)| told(a)).collect();
    let chosen = list.chosen(items).map(|(name, _)| name);
    let at = shown.iter().position(|(name, _)| Some(*name) == chosen).unwrap_or(0);
    // The title and a blank are above the rows; the chosen one stands in their middle where it can.
    let room = usize::from(area.h.saturating_sub(2)).max(1);
    let first = at.saturating_sub(room / 2).min(shown.len().saturating_sub(room));
    let rate = seen.rate();
    let row = |(name, a): &(Name, &Annotation)| ListRow {
        start: time(rate, a.start),
        end: a.end.map_or_else(String::new, |end| time(rate, end)),
        kind: a.kind,
        label: if matches!(name, Name::Proposed(_)) { "still point?".to_owned() } else { a.label.clone() },
        chosen: (Some(*name) == chosen).then_some(list.end),
        tone: if matches!(name, Name::Made(id) if !app.marks.is_pending(*id)) { Tone::Plain } else { Tone::Dim },
    };
    let total = app.marks.list().iter().filter(|a| told(a)).count() + proposed.len();
    let title = match (shown.is_empty(), list.filter.is_empty()) {
        (true, _) => format!("no annotation of {total}"),
        (false, true) => format!("annotation {} of {total}", at + 1),
        (false, false) => format!("annotation {} of {} with “{}”", at + 1, shown.len(), list.filter),
    };
    let title = if proposed.is_empty() { title } else { format!("{title} · {} found", proposed.len()) };
    let empty = match (shown.is_empty(), total) {
        (false, _) => None,
        (true, 0) => Some("none yet: m marks, s begins a segment"),
        (true, _) => Some("none holds the text; / changes it"),
    };
    let on_screen = || shown.iter().skip(first).take(room);
    let pane = ListPane { area, title, rows: on_screen().map(row).collect(), empty };
    Some((pane, on_screen().map(|(name, _)| *name).collect()))
}

/// To a tenth of a second: ends are moved by samples.
fn time(rate: Option<Rate>, index: SampleIndex) -> String {
    let Seconds(t) = rate.map_or(Seconds(0.0), |rate| rate.time_of(index));
    let tenths = (t * 10.0).round() as u64;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}
