//! Where one looks, and how fast a replay goes.

use super::{App, Effect, Effects, listed};
use crate::app::keys::{Action, Mode};
use crate::app::prompt::parse_time;
use crate::app::scene::called;
use crate::protocol::{Command, Snapshot};
use crate::signal::{Annotation, Kind, SampleIndex, Seconds, Span};

/// Speeds of a replay.
const SPEEDS: [f64; 9] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

pub(super) fn pace(app: &mut App, action: Action, now: &Snapshot) -> Effects {
    let Some(playback) = now.playback else {
        app.say("still opening");
        return Vec::new();
    };
    let speed = match action {
        Action::Slower => SPEEDS.into_iter().rev().find(|speed| *speed < playback.speed),
        Action::Faster => SPEEDS.into_iter().find(|speed| *speed > playback.speed),
        _ => return vec![Effect::Session(Command::Pause(!playback.paused))],
    };
    let Some(speed) = speed else {
        app.say(format!("{}x is as far as it goes", playback.speed));
        return Vec::new();
    };
    vec![Effect::Session(Command::Speed(speed))]
}

pub(in crate::app) fn step(app: &mut App, screens: f64, now: &Snapshot) -> Effects {
    let by = screens * app.viewport.span().0;
    if app.mode == Mode::Live { look_back(app, by, now) } else { seek_by(app, by, now) }
}

/// Live: takes hold of the right edge and moves it.
fn look_back(app: &mut App, by: f64, now: &Snapshot) -> Effects {
    let Some(layout) = &now.layout else {
        return Vec::new();
    };
    let frames = layout.nominal.frames(Seconds(by.abs()));
    let edge = app.viewport.frozen.unwrap_or(now.head);
    let moved = if by < 0.0 { SampleIndex(edge - SampleIndex(frames)) } else { edge + frames };
    app.viewport.frozen = (moved < now.head).then_some(moved);
    Vec::new()
}

fn seek_by(app: &mut App, by: f64, now: &Snapshot) -> Effects {
    let Some(playback) = now.playback else {
        return Vec::new();
    };
    let from = app.sought.filter(|(seen, _)| *seen == playback.position).map_or(playback.position, |(_, target)| target);
    seek(app, Seconds(from.0 + by), now)
}

/// By a cycle of the leading rhythm that is there.
pub(super) fn by_cycle(app: &mut App, action: Action, now: &Snapshot) -> Effects {
    let Some(cycle) = listed::cycle_length(now) else {
        app.say("no rhythm is present here to step by");
        return Vec::new();
    };
    seek_by(app, if action == Action::CycleBack { -cycle.0 } else { cycle.0 }, now)
}

/// The segment that one is in, over and over; the same key again goes on behind it.
pub(super) fn looped(app: &mut App, now: &Snapshot) -> Effects {
    if now.playback.is_some_and(|playback| playback.looped.is_some()) {
        app.say("goes on behind it");
        return vec![Effect::Session(Command::Loop(None))];
    }
    let here = |a: &&Annotation| a.start <= now.head && a.end.is_some_and(|end| now.head <= end && a.start < end);
    // Of segments within one another the shortest.
    let innermost = app.marks.list().iter().filter(here).min_by_key(|a| a.end.map(|end| end - a.start));
    let Some((word, span)) = innermost.and_then(|a| Some((named(a), Span { start: a.start, end: a.end? }))) else {
        app.say("no segment here to play over and over: go into one, tab finds the next");
        return Vec::new();
    };
    app.say(format!("{word} over and over · l goes on"));
    vec![Effect::Session(Command::Loop(Some(span)))]
}

fn named(annotation: &Annotation) -> String {
    if annotation.label.is_empty() { called(annotation.kind).to_owned() } else { format!("“{}”", annotation.label) }
}

pub(in crate::app) fn seek(app: &mut App, to: Seconds, now: &Snapshot) -> Effects {
    let Some(playback) = now.playback else {
        app.say("still opening");
        return Vec::new();
    };
    let target = Seconds(to.0.clamp(0.0, playback.duration.0.max(0.0)));
    app.sought = Some((playback.position, target));
    vec![Effect::Session(Command::Seek(target))]
}

pub(super) fn go_to(app: &mut App, text: &str, now: &Snapshot) -> Effects {
    let Some(time) = parse_time(text) else {
        app.say(format!("“{text}” is no time: 90, 12:30 or 1:02:30"));
        return Vec::new();
    };
    if let Some(playback) = now.playback.filter(|playback| time > playback.duration) {
        app.say(format!("the recording ends at {}", playback.duration));
    }
    seek(app, time, now)
}

pub(super) fn to_edge(app: &mut App, action: Action, now: &Snapshot) -> Effects {
    match (app.mode, action) {
        (Mode::Live, Action::ToStart) => {
            let screen = now.layout.as_ref().map_or(0, |layout| layout.nominal.frames(app.viewport.span()));
            app.viewport.frozen = Some(SampleIndex(screen)).filter(|edge| *edge < now.head);
            Vec::new()
        }
        (Mode::Live, _) => {
            app.viewport.frozen = None;
            Vec::new()
        }
        (_, Action::ToStart) => seek(app, Seconds(0.0), now),
        _ => seek(app, Seconds(f64::MAX), now),
    }
}

pub(super) fn to_annotation(app: &mut App, action: Action, now: &Snapshot) -> Effects {
    let (Some(layout), Some(playback)) = (&now.layout, now.playback) else {
        return Vec::new();
    };
    let rate = now.clock.map_or(layout.nominal, |clock| clock.rate);
    let from = app.sought.filter(|(seen, _)| *seen == playback.position).map_or(playback.position, |(_, target)| target);
    let near = Seconds(1.0 / rate.hz());
    let mut times = app.marks.list().iter().filter(|a| a.kind != Kind::Tap).map(|a| rate.time_of(a.start));
    let found = match action {
        Action::NextAnnotation => times.find(|t| t.0 > from.0 + near.0),
        _ => times.rfind(|t| t.0 < from.0 - near.0),
    };
    let Some(time) = found else {
        app.say(if action == Action::NextAnnotation { "no annotation after this" } else { "no annotation before this" });
        return Vec::new();
    };
    seek(app, time, now)
}
