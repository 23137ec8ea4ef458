//! Accepting and rejecting what the program proposes, and going from one proposal to the next.

use super::{App, Effects, listed};
use crate::app::keys::Action;
use crate::app::proposals::{self, Items, Name};
use crate::protocol::Snapshot;
use crate::signal::{Annotation, Edit};

pub(super) fn perform(app: &mut App, action: Action, now: &Snapshot) -> Effects {
    let open = proposals::of(app, now);
    match action {
        Action::NextProposal => next(app, &open, now),
        _ => judge(app, action, (&open, now)),
    }
}

/// Shows the first one after the one that is chosen, in the list and in the trace; after the last comes the first.
fn next(app: &mut App, open: &[Annotation], now: &Snapshot) -> Effects {
    let items = Items { made: app.marks.list(), proposed: open };
    let from = app.list.as_ref().and_then(|list| list.chosen(items)).map(|(_, a)| a.start);
    let Some(next) = open.iter().find(|a| Some(a.start) > from).or(open.first()).cloned() else {
        return none(app, now);
    };
    let list = app.list.get_or_insert_default();
    list.filter.clear();
    list.chosen = Some(Name::Proposed(next.start));
    listed::show(app, next.end.unwrap_or(next.start), now)
}

/// The proposal that is chosen in the list; without the list, the latest.
fn judge(app: &mut App, action: Action, (open, now): (&[Annotation], &Snapshot)) -> Effects {
    let items = Items { made: app.marks.list(), proposed: open };
    let place = app.viewport.frozen.unwrap_or(now.head);
    let at_hand = match app.list.as_ref().map(|list| list.chosen(items)) {
        Some(Some((Name::Proposed(_), proposal))) => Some(proposal),
        Some(_) => None,
        None => open.iter().rfind(|a| a.start <= place),
    };
    let Some(proposal) = at_hand.cloned() else {
        return none(app, now);
    };
    let edit = if action == Action::Accept { Edit::Put(proposal) } else { Edit::Reject(proposal) };
    if let (Some(list), Edit::Put(made)) = (&mut app.list, &edit) {
        list.chosen = Some(Name::Made(made.id));
    }
    vec![app.marks.change(edit)]
}

fn none(app: &mut App, now: &Snapshot) -> Effects {
    app.say(if now.stills.is_empty() { "no still point was found so far" } else { "no still point waits to be judged here" });
    Vec::new()
}
