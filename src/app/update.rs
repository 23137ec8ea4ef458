//! Keys and notices change the state.

mod annotating;
pub(super) mod listed;
pub(super) mod moving;
mod proposed;

use annotating::{annotate, do_again, next_labels, open_label, quick_label, segment, take_back};
use moving::{by_cycle, go_to, looped, pace, seek, step, to_annotation, to_edge};

use super::about;
use super::blind::{self, Blind};
use super::channels;
use super::compare;
use super::export::{Dialog, Done};
use super::keys::{Action, Key, Mode};
use super::prompt::{Prompt, Purpose, Typed};
use super::scene::{Tone, called};
use super::spectrum;
use super::view::{View, Zoom};
use super::{App, Course, Debugging, Effect, Focus, Message, Recorder};
use crate::protocol::{Command, Exporting, Notice, Snapshot};
use crate::signal::{Edit, Kind, clean};

pub(super) type Effects = Vec<Effect>;

/// One key. Whoever comes to the raw view or leaves it, by whatever key, has the session told.
pub(super) fn key(app: &mut App, key: Key, now: &Snapshot) -> Effects {
    let raw = app.viewport.view == View::Raw;
    let mut effects = take(app, key, now);
    let wanted = app.viewport.view == View::Raw;
    effects.extend((raw != wanted).then_some(Effect::Session(Command::ShowRaw(wanted))));
    effects
}

fn take(app: &mut App, key: Key, now: &Snapshot) -> Effects {
    app.message = None;
    match &mut app.focus {
        Focus::Prompt(prompt) => {
            let typed = prompt.key(key);
            return prompt_key(app, typed, now);
        }
        Focus::Help(reading) => {
            if !reading.key(key) {
                app.focus = Focus::Picture;
            }
            return Vec::new();
        }
        Focus::Export(_) => return export(app, key),
        Focus::Settings(first) => {
            app.focus = about::scrolled(*first, key, app.told.len()).map_or(Focus::Picture, Focus::Settings);
            return Vec::new();
        }
        Focus::AskQuit => {
            app.focus = Focus::Picture;
            if matches!(key, Key::Char('q') | Key::Ctrl('c') | Key::Enter) {
                return leave(app, now);
            }
            if key == Key::Esc {
                return Vec::new();
            }
        }
        Focus::Picture => {}
    }
    match app.action(key) {
        Some(action) => perform(app, (action, key), now),
        None => nothing(app, key),
    }
}

fn nothing(app: &mut App, key: Key) -> Effects {
    app.say(format!("{} does nothing here · ? shows the keys", key.name()));
    Vec::new()
}

fn perform(app: &mut App, (action, key): (Action, Key), now: &Snapshot) -> Effects {
    if app.table.is_some() && action != Action::Help && action != Action::Redraw {
        return compare::in_table(app, action, now);
    }
    match action {
        Action::ToCompare | Action::Compare => compare::perform(app, action, now),
        Action::Quit => quit(app, now),
        Action::Record => record(app, now),
        Action::Blind => blind::key(app, now),
        Action::Mark => annotate(app, Kind::Mark, now),
        Action::Tap => annotate(app, Kind::Tap, now),
        Action::Segment => segment(app, now),
        Action::QuickLabel => quick_label(app, key),
        Action::NextLabels => next_labels(app),
        Action::Label => open_label(app),
        Action::Note => open_prompt(app, Purpose::Note(now.head), ""),
        Action::GoTo => open_prompt(app, Purpose::GoTo, ""),
        Action::Undo => take_back(app, now),
        Action::Redo => do_again(app, now),
        Action::PlayPause | Action::Slower | Action::Faster => pace(app, action, now),
        Action::StepBack => step(app, -0.1, now),
        Action::StepOn => step(app, 0.1, now),
        Action::PageBack => step(app, -1.0, now),
        Action::PageOn => step(app, 1.0, now),
        Action::Channels | Action::ShowHide | Action::Only | Action::Lead | Action::TurnOver => channels::perform(app, action, now),
        Action::Up | Action::Down | Action::ToStart | Action::ToEnd if app.channels.chosen.is_some() => channels::perform(app, action, now),
        Action::ToStart | Action::ToEnd | Action::CycleBack | Action::CycleOn if app.list.is_some() => listed::perform(app, action, now),
        Action::ToStart | Action::ToEnd => to_edge(app, action, now),
        Action::NextAnnotation | Action::PreviousAnnotation => to_annotation(app, action, now),
        Action::ZoomIn | Action::ZoomOut | Action::Taller | Action::Flatter | Action::Automatic => zoom(app, action, now),
        Action::List
        | Action::Up
        | Action::Down
        | Action::Go
        | Action::Relabel
        | Action::Delete
        | Action::Filter
        | Action::OtherEnd
        | Action::SampleBack
        | Action::SampleOn => listed::perform(app, action, now),
        Action::CycleBack | Action::CycleOn => by_cycle(app, action, now),
        Action::Loop => looped(app, now),
        Action::NextChannel | Action::PreviousChannel | Action::NextRhythm | Action::PreviousRhythm | Action::Spacing => {
            spectrum::perform(app, action, now)
        }
        Action::Accept | Action::Reject | Action::NextProposal => proposed::perform(app, action, now),
        Action::Export => open_export(app, now),
        Action::NextView => show(app, app.viewport.view.next()),
        Action::Raw if app.viewport.view == View::Raw => show(app, View::Full),
        Action::Raw => show(app, View::Raw),
        Action::Freeze => freeze(app, now),
        Action::Back => back(app),
        Action::Help => read(app, Focus::Help(about::Reading::default())),
        Action::Settings => read(app, Focus::Settings(0)),
        Action::Redraw => vec![Effect::Redraw],
        Action::DebugPanic if app.debugging == Debugging::On => vec![Effect::DebugPanic],
        Action::DebugPanic => nothing(app, key),
    }
}

// Session.

fn quit(app: &mut App, now: &Snapshot) -> Effects {
    if app.recorder == Recorder::Off {
        return leave(app, now);
    }
    app.focus = Focus::AskQuit;
    Vec::new()
}

fn leave(app: &mut App, now: &Snapshot) -> Effects {
    app.course = Course::Leaving;
    let finish = if app.recorder == Recorder::Off { Vec::new() } else { finish(app, now) };
    finish.into_iter().chain([Effect::Quit]).collect()
}

fn finish(app: &mut App, now: &Snapshot) -> Effects {
    blind::ends(app, now).into_iter().chain([Effect::Session(Command::StopRecording)]).collect()
}

fn record(app: &mut App, now: &Snapshot) -> Effects {
    match std::mem::replace(&mut app.recorder, Recorder::Asked) {
        Recorder::Off => [Effect::Session(Command::Record)].into_iter().chain(blind::begins(app, now)).collect(),
        Recorder::On { folder, start } => {
            app.recorder = Recorder::Finishing { folder, start };
            finish(app, now)
        }
        under_way @ (Recorder::Asked | Recorder::Finishing { .. }) => {
            app.recorder = under_way;
            app.say("one moment: the recorder is at it");
            Vec::new()
        }
    }
}

fn open_prompt(app: &mut App, purpose: Purpose, text: &str) -> Effects {
    app.focus = Focus::Prompt(Prompt::new(purpose, text));
    Vec::new()
}

fn prompt_key(app: &mut App, typed: Typed, now: &Snapshot) -> Effects {
    if typed == Typed::On {
        return Vec::new();
    }
    let Focus::Prompt(prompt) = std::mem::replace(&mut app.focus, Focus::Picture) else {
        return Vec::new();
    };
    let text = clean(prompt.text());
    match (typed, prompt.purpose) {
        (Typed::Done, Purpose::Label(id)) => app.marks.label(id, text).into_iter().collect(),
        (Typed::Done, Purpose::Note(at)) if !text.is_empty() => vec![app.marks.add(Kind::Note, at, text)],
        (Typed::Done, Purpose::GoTo) => go_to(app, &text, now),
        (Typed::Done, Purpose::Filter) => {
            app.list.iter_mut().for_each(|list| list.filter = text.to_lowercase());
            Vec::new()
        }
        _ => Vec::new(),
    }
}

// Picture.

pub(super) fn zoom(app: &mut App, action: Action, now: &Snapshot) -> Effects {
    match action {
        Action::ZoomIn | Action::ZoomOut => {
            let zoom = if action == Action::ZoomIn { Zoom::In } else { Zoom::Out };
            // A recording that is on the screen as a whole needs no wider view.
            let whole = zoom == Zoom::Out && now.playback.is_some_and(|playback| app.viewport.span() >= playback.duration);
            if whole || !app.viewport.zoom_time(zoom) {
                app.say("as far as it goes");
            }
        }
        Action::Taller => app.viewport.zoom_amplitude(Zoom::In),
        Action::Flatter => app.viewport.zoom_amplitude(Zoom::Out),
        _ => app.viewport.automatic(),
    }
    Vec::new()
}

// Export.

fn open_export(app: &mut App, now: &Snapshot) -> Effects {
    if app.mode == Mode::Live {
        app.say("export: when it is recorded, in replay");
        return Vec::new();
    }
    let chosen = listed::chosen(app, now);
    if !matches!(app.exporting, Some(Exporting::Share(_))) {
        app.exporting = None;
    }
    app.focus = Focus::Export(Box::new(Dialog::new((app.marks.list(), chosen.as_ref()), now, &app.exports)));
    Vec::new()
}

fn export(app: &mut App, key: Key) -> Effects {
    let Focus::Export(dialog) = &mut app.focus else { return Vec::new() };
    let done = dialog.key(key);
    app.exports.clone_from(&dialog.folder);
    match done {
        Done::Open => Vec::new(),
        Done::Closed => read(app, Focus::Picture),
        // One at a time.
        Done::Asked(_) if matches!(app.exporting, Some(Exporting::Share(_))) => Vec::new(),
        Done::Asked(wanted) => {
            app.exporting = Some(Exporting::Share(0.0));
            vec![Effect::Export(wanted)]
        }
    }
}

fn exported(app: &mut App, how: Exporting) {
    // Who has closed the dialog is told in the footer.
    if !matches!(app.focus, Focus::Export(_)) {
        match &how {
            Exporting::Share(_) => {}
            Exporting::Written(files, _) => app.say(format!("exported: {}", files.first().cloned().unwrap_or_default())),
            Exporting::Failed(why) => app.message = Some(Message { text: why.clone(), tone: Tone::Trouble }),
        }
    }
    app.exporting = Some(how);
}

fn read(app: &mut App, focus: Focus) -> Effects {
    app.focus = focus;
    Vec::new()
}

fn show(app: &mut App, view: View) -> Effects {
    app.viewport.view = view;
    app.say(match view {
        View::Raw => format!("what {} sends · esc goes back", app.title.source),
        other => format!("view: {}", other.word()),
    });
    Vec::new()
}

fn freeze(app: &mut App, now: &Snapshot) -> Effects {
    app.viewport.frozen = if app.viewport.frozen.is_some() { None } else { Some(now.head) };
    app.held.clone_from(&now.raw);
    Vec::new()
}

fn back(app: &mut App) -> Effects {
    if app.list.take().is_some() || app.channels.chosen.take().is_some() {
        return Vec::new();
    }
    if app.viewport.frozen.take().is_some() {
        return Vec::new();
    }
    if app.viewport.view == View::Full {
        return nothing(app, Key::Esc);
    }
    app.viewport.view = View::Full;
    Vec::new()
}

// Notices.

pub(super) fn notice(app: &mut App, notice: Notice) {
    match notice {
        Notice::Source(state) => app.source = state,
        Notice::Recording { folder, start } => {
            // Who has pressed a key sees a time that is longer than he waited.
            if app.recorder == Recorder::Asked {
                app.say("recording · the seconds before the key are in it");
            }
            app.recorder = Recorder::On { folder: clean(&folder), start };
        }
        Notice::Recorded { folder, length, .. } => {
            app.recorder = Recorder::Off;
            app.blind = Blind::Off;
            app.room = None;
            if app.mode == Mode::Live && matches!(app.focus, Focus::AskQuit) {
                app.focus = Focus::Picture;
            }
            app.say(format!("saved {length} in {}", clean(&folder)));
        }
        Notice::Annotated { edit, saved } => {
            app.marks.confirmed(&edit);
            // A fault stays until a key has been pressed.
            if app.message.as_ref().is_none_or(|message| message.tone != Tone::Trouble) {
                app.say(confirmation(&edit, saved, app.mode));
            }
        }
        Notice::Kept(kept) => app.room = kept.room,
        Notice::Enough => {}
        Notice::Exporting(how) => exported(app, how),
        Notice::NotBegun(text) | Notice::Trouble(text) => {
            if app.recorder == Recorder::Asked {
                app.recorder = Recorder::Off;
            }
            app.message = Some(Message { text: clean(&text), tone: Tone::Trouble });
        }
    }
}

fn confirmation(edit: &Edit, saved: bool, mode: Mode) -> String {
    let what = match edit {
        Edit::Put(a) if a.label.is_empty() => called(a.kind).to_owned(),
        Edit::Put(a) => format!("{} “{}”", called(a.kind), a.label),
        Edit::Delete(_) => "annotation taken back".to_owned(),
        Edit::Reject(_) => "still point rejected".to_owned(),
    };
    let next = match edit {
        Edit::Put(a) if a.kind == Kind::Segment && a.end.is_none() => " · s ends it",
        _ => "",
    };
    match (saved, mode) {
        (true, _) => format!("{what} · saved{next}"),
        (false, Mode::Live) => format!("{what} · on the screen only: r records"),
        (false, _) => format!("{what} · on the screen only"),
    }
}
