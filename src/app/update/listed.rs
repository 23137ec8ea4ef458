//! What the keys do while the list of annotations is open.

use super::{App, Effects, open_prompt, seek};
use crate::app::keys::{Action, Mode};
use crate::app::list::{End, List};
use crate::app::prompt::Purpose;
use crate::protocol::Snapshot;
use crate::rhythm::Rhythm;
use crate::signal::{AnnotationId, Rate, SampleIndex, Seconds};

/// What a cycle is where no rhythm is present.
const NO_RHYTHM: Seconds = Seconds(1.0);

pub(super) fn perform(app: &mut App, action: Action, now: &Snapshot) -> Effects {
    let Some(list) = &mut app.list else {
        app.list = Some(List::at(app.marks.list(), app.viewport.frozen.unwrap_or(now.head)));
        return Vec::new();
    };
    match action {
        Action::Up => list.choose(app.marks.list(), -1),
        Action::Down => list.choose(app.marks.list(), 1),
        Action::ToStart => list.choose(app.marks.list(), isize::MIN),
        Action::ToEnd => list.choose(app.marks.list(), isize::MAX),
        Action::Filter => {
            let filter = list.filter.clone();
            return open_prompt(app, Purpose::Filter, &filter);
        }
        Action::OtherEnd => list.end = if list.end == End::Start { End::Close } else { End::Start },
        Action::SampleBack => return shift(app, -1),
        Action::SampleOn => return shift(app, 1),
        Action::CycleBack => return shift(app, -cycle(now)),
        Action::CycleOn => return shift(app, cycle(now)),
        _ => return with_chosen(app, action, now),
    }
    Vec::new()
}

/// What needs one to be chosen.
fn with_chosen(app: &mut App, action: Action, now: &Snapshot) -> Effects {
    let chosen = app.list.as_ref().and_then(|list| list.chosen(app.marks.list()));
    let Some((id, start, label)) = chosen.map(|a| (a.id, a.start, a.label.clone())) else {
        app.say("there is none in the list");
        return Vec::new();
    };
    match action {
        Action::Relabel => open_prompt(app, Purpose::Label(id), &label),
        Action::Delete => delete(app, id),
        _ => go(app, start, now),
    }
}

fn delete(app: &mut App, id: AnnotationId) -> Effects {
    // The one below takes its place, or the one above where it was the last.
    if let Some(list) = &mut app.list {
        let last = list.shown(app.marks.list()).next_back().is_some_and(|a| a.id == id);
        list.choose(app.marks.list(), if last { -1 } else { 1 });
    }
    app.marks.delete(id).into_iter().collect()
}

/// Closes the list and shows a frame: a replay goes there, live looks back.
fn go(app: &mut App, start: SampleIndex, now: &Snapshot) -> Effects {
    app.list = None;
    let Some(rate) = rate(now) else { return Vec::new() };
    if app.mode == Mode::Replay {
        return seek(app, rate.time_of(start), now);
    }
    // In the middle of the picture, or as near to it as there is signal.
    let edge = start + rate.frames(Seconds(app.viewport.span().0 / 2.0));
    app.viewport.frozen = (edge < now.head).then_some(edge);
    Vec::new()
}

fn shift(app: &mut App, frames: i64) -> Effects {
    let Some(list) = &app.list else { return Vec::new() };
    let edit = list.moved(app.marks.list(), frames);
    if edit.is_none() {
        app.say("it has one end only: tab");
    }
    edit.map(|edit| app.marks.change(edit)).into_iter().collect()
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
