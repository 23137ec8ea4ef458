//! Marks, segments, taps and labels, and the way back.

use super::{App, Effects, listed, open_prompt};
use crate::app::keys::Key;
use crate::app::prompt::Purpose;
use crate::protocol::Snapshot;
use crate::signal::Kind;

pub(super) fn annotate(app: &mut App, kind: Kind, now: &Snapshot) -> Effects {
    vec![app.marks.add(kind, now.head, String::new())]
}

pub(super) fn segment(app: &mut App, now: &Snapshot) -> Effects {
    let end = app.marks.end_segment(now.head);
    vec![end.unwrap_or_else(|| app.marks.add(Kind::Segment, now.head, String::new()))]
}

pub(super) fn quick_label(app: &mut App, key: Key) -> Effects {
    let digit = if let Key::Char(c) = key { c.to_digit(10) } else { None };
    let of_set = |app: &App| Some(app.labels.front()?.labels.get(digit? as usize)?.clone());
    let Some(label) = of_set(app).filter(|label| !label.is_empty()) else {
        app.say(format!("{} has no label in this set", key.name()));
        return Vec::new();
    };
    let Some(latest) = app.marks.latest().map(|a| a.id) else {
        return nothing_to_label(app);
    };
    app.marks.label(latest, label).into_iter().collect()
}

/// The next set of quick labels, told with as many of them as a line has room for.
pub(super) fn next_labels(app: &mut App) -> Effects {
    if app.labels.len() < 2 {
        app.say("one set of quick labels only: [label-sets] in the settings file adds more");
        return Vec::new();
    }
    app.labels.rotate_left(1);
    if let Some(set) = app.labels.front() {
        let label = |digit: usize| Some(format!("{digit} {}", set.labels[digit])).filter(|_| !set.labels[digit].is_empty());
        let told: Vec<String> = (1..10).chain([0]).filter_map(label).collect();
        app.say(format!("labels {}: {}", set.name, told.join(" · ")));
    }
    Vec::new()
}

fn nothing_to_label(app: &mut App) -> Effects {
    app.say("nothing to label yet: m marks, s begins a segment");
    Vec::new()
}

pub(super) fn open_label(app: &mut App) -> Effects {
    let Some((id, text)) = app.marks.latest().map(|a| (a.id, a.label.clone())) else {
        return nothing_to_label(app);
    };
    open_prompt(app, Purpose::Label(id), &text)
}

pub(super) fn take_back(app: &mut App, now: &Snapshot) -> Effects {
    let place = listed::place(app, now);
    let effect = app.marks.undo();
    listed::keep(app, place, now);
    if effect.is_none() {
        app.say("nothing to take back");
    }
    effect.into_iter().collect()
}

pub(super) fn do_again(app: &mut App, now: &Snapshot) -> Effects {
    let place = listed::place(app, now);
    let effect = app.marks.redo();
    listed::keep(app, place, now);
    if effect.is_none() {
        app.say("nothing to do again");
    }
    effect.into_iter().collect()
}
