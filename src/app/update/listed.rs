//! What the keys do while the list of annotations is open.

use super::{App, Effects, open_prompt, seek};
use crate::app::keys::{Action, Mode};
use crate::app::list::{End, List};
use crate::app::prompt::Purpose;
use crate::app::proposals::{self, Items, Name};
use crate::protocol::Snapshot;
use crate::rhythm::Rhythm;
use crate::signal::{Annotation, Edit, Rate, SampleIndex, Seconds};

/// What a cycle is where no rhythm is present.
const NO_RHYTHM: Seconds = Seconds(1.0);

pub(in crate::app) fn perform(app: &mut App, action: Action, now: &Snapshot) -> Effects {
    let proposed = proposals::of(app, now);
    let items = Items { made: app.marks.list(), proposed: &proposed };
    let Some(list) = &mut app.list else {
        app.list = Some(List::at(items, app.viewport.frozen.unwrap_or(now.head)));
        return Vec::new();
    };
    match action {
        Action::Up => list.choose(items, -1),
        Action::Down => list.choose(items, 1),
        Action::ToStart => list.choose(items, isize::MIN),
        Action::ToEnd => list.choose(items, isize::MAX),
        Action::Filter => {
            let filter = list.filter.clone();
            return open_prompt(app, Purpose::Filter, &filter);
        }
        Action::OtherEnd => list.end = if list.end == End::Start { End::Close } else { End::Start },
        Action::SampleBack | Action::SampleOn | Action::CycleBack | Action::CycleOn => {
            let moved = list.moved(items, frames(action, now));
            return shift(app, moved);
        }
        _ => {
            let chosen = list.chosen(items).map(|(name, a)| (name, a.start, a.label.clone()));
            let below = if list.at_last(items) { -1 } else { 1 };
            let Some((name, start, label)) = chosen else {
                app.say("there is none in the list");
                return Vec::new();
            };
            return match (action, name) {
                (Action::Go, _) => {
                    app.list = None;
                    show(app, start, now)
                }
                // The one below takes its place, or the one above where it was the last.
                (Action::Delete, _) => {
                    list.choose(items, below);
                    delete(app, name, now)
                }
                (_, Name::Made(id)) => open_prompt(app, Purpose::Label(id), &label),
                (_, Name::Proposed(_)) => {
                    app.say("a proposal has no label yet: y accepts it");
                    Vec::new()
                }
            };
        }
    }
    Vec::new()
}

fn delete(app: &mut App, name: Name, now: &Snapshot) -> Effects {
    let proposal = |start| proposals::of(app, now).into_iter().find(|a| a.start == start);
    match name {
        Name::Made(id) => app.marks.delete(id).into_iter().collect(),
        Name::Proposed(start) => proposal(start).map(|proposal| app.marks.change(Edit::Reject(proposal))).into_iter().collect(),
    }
}

/// What is chosen, while the list is open.
pub(super) fn chosen(app: &App, now: &Snapshot) -> Option<Annotation> {
    let proposed = proposals::of(app, now);
    app.list.as_ref()?.chosen(Items { made: app.marks.list(), proposed: &proposed }).map(|(_, annotation)| annotation.clone())
}

/// Where what is chosen begins, while the list is open.
pub(super) fn place(app: &App, now: &Snapshot) -> Option<SampleIndex> {
    chosen(app, now).map(|annotation| annotation.start)
}

/// What was chosen has gone: what stands in its place is chosen, or what is nearest to it.
pub(super) fn keep(app: &mut App, place: Option<SampleIndex>, now: &Snapshot) {
    let proposed = proposals::of(app, now);
    let items = Items { made: app.marks.list(), proposed: &proposed };
    let (Some(place), Some(list)) = (place, &app.list) else { return };
    let gone = list.shown(items).all(|(name, _)| Some(name) != list.chosen);
    let nearest = list.shown(items).min_by_key(|(_, a)| a.start.0.abs_diff(place.0)).map(|(name, _)| name);
    if let Some(list) = app.list.as_mut().filter(|_| gone) {
        list.chosen = nearest;
    }
}

/// Carries out the move of an end.
fn shift(app: &mut App, moved: Option<Edit>) -> Effects {
    let Some(edit) = moved else {
        app.say("it has one end only: tab");
        return Vec::new();
    };
    if let Some(list) = &mut app.list {
        list.chosen = Some(Name::Made(edit.id()));
    }
    vec![app.marks.change(edit)]
}

/// Frames from an end's place to where a key moves it.
fn frames(action: Action, now: &Snapshot) -> i64 {
    match action {
        Action::SampleBack => -1,
        Action::SampleOn => 1,
        Action::CycleBack => -cycle(now),
        _ => cycle(now),
    }
}

/// Shows a frame: a replay goes there, live looks back.
pub(in crate::app) fn show(app: &mut App, start: SampleIndex, now: &Snapshot) -> Effects {
    let Some(rate) = rate(now) else { return Vec::new() };
    if app.mode == Mode::Replay {
        return seek(app, rate.time_of(start), now);
    }
    // In the middle of the picture, or as near to it as there is signal.
    let edge = start + rate.frames(Seconds(app.viewport.span().0 / 2.0));
    app.viewport.frozen = (edge < now.head).then_some(edge);
    Vec::new()
}

fn rate(now: &Snapshot) -> Option<Rate> {
    now.clock.map(|clock| clock.rate).or_else(|| now.layout.as_ref().map(|layout| layout.nominal))
}

/// A cycle of the cranial rhythm, or of the breath, where one is present now.
pub(super) fn cycle_length(now: &Snapshot) -> Option<Seconds> {
    let present = |rhythm: Rhythm| now.latest.iter().find_map(|rows| Some(rows[rhythm as usize].as_ref()?.present()?.rate.value));
    present(Rhythm::Cranial).or_else(|| present(Rhythm::Breath)).map(|per_min| Seconds(60.0 / per_min))
}

/// Frames in it.
fn cycle(now: &Snapshot) -> i64 {
    let length = cycle_length(now).unwrap_or(NO_RHYTHM);
    rate(now).map_or(1, |rate| i64::try_from(rate.frames(length)).unwrap_or(1).max(1))
}
