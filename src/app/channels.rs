//! The channels as they are looked at: which are shown, from which one the figures are read, which are drawn upside down. The samples and what is
//! computed of them stay as they are.

use std::collections::BTreeSet;

use super::App;
use super::keys::Action;
use super::update::Effects;
use crate::protocol::Snapshot;
use crate::signal::Column;

/// What was chosen.
#[derive(Clone, Debug, Default)]
pub(super) struct Channels {
    hidden: BTreeSet<usize>,
    turned: BTreeSet<usize>,
    lead: Option<usize>,
    /// The one that keys go to, while the list is open.
    pub(super) chosen: Option<usize>,
}

impl Channels {
    /// Whether a channel's trace is shown.
    pub(super) fn shows(&self, channel: usize) -> bool {
        !self.hidden.contains(&channel)
    }

    /// Whether it is drawn upside down.
    pub(super) fn is_turned(&self, channel: usize) -> bool {
        self.turned.contains(&channel)
    }

    /// The one that the figures are read from, where one was chosen.
    pub(super) fn lead(&self) -> Option<usize> {
        self.lead
    }

    /// Its columns as they are to be drawn.
    pub(super) fn turned(&self, channel: usize, mut columns: Vec<Column>) -> Vec<Column> {
        if self.is_turned(channel) {
            columns.iter_mut().for_each(|column| (column.min, column.max) = (-column.max, -column.min));
        }
        columns
    }

    /// Shows one or hides it; the last one that is shown stays.
    fn toggle(&mut self, channel: usize, of: usize) -> bool {
        if self.hidden.remove(&channel) {
            return true;
        }
        let shown = (0..of).filter(|at| self.shows(*at)).count();
        shown > 1 && self.hidden.insert(channel)
    }

    /// Shows one alone; all, where it is alone already.
    fn alone(&mut self, channel: usize, of: usize) {
        let others: BTreeSet<usize> = (0..of).filter(|at| *at != channel).collect();
        self.hidden = if self.hidden == others { BTreeSet::new() } else { others };
    }
}

/// A key of the list, or the one that opens it.
pub(super) fn perform(app: &mut App, action: Action, now: &Snapshot) -> Effects {
    let Some(layout) = now.layout.as_ref().filter(|layout| !layout.channels.is_empty()) else {
        app.say("the channels are not known yet");
        return Vec::new();
    };
    let (count, last) = (layout.channels.len(), layout.channels.len() - 1);
    let Some(chosen) = app.channels.chosen.map(|chosen| chosen.min(last)) else {
        app.channels.chosen = Some(app.channels.lead.unwrap_or(0).min(last));
        return Vec::new();
    };
    let name = &layout.channels[chosen].name;
    match action {
        Action::Up => app.channels.chosen = Some(chosen.saturating_sub(1)),
        Action::Down => app.channels.chosen = Some((chosen + 1).min(last)),
        Action::ToStart => app.channels.chosen = Some(0),
        Action::ToEnd => app.channels.chosen = Some(last),
        Action::Only => app.channels.alone(chosen, count),
        Action::Lead => {
            app.channels.lead = if app.channels.lead == Some(chosen) { None } else { Some(chosen) };
            app.say(app.channels.lead.map_or_else(|| "figures from the best channel".to_owned(), |_| format!("figures from {name}")));
        }
        Action::TurnOver => {
            if !app.channels.turned.remove(&chosen) {
                app.channels.turned.insert(chosen);
            }
            app.viewport.turn_over(chosen);
        }
        _ => {
            if !app.channels.toggle(chosen, count) {
                app.say("one trace stays on the screen");
            }
        }
    }
    Vec::new()
}
