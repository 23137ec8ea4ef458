//! The first line: is it recording, what is it listening to, is anything wrong.

use super::Seen;
use crate::app::blind::Blind;
use crate::app::keys::Action;
use crate::app::scene::{Header, Part, Tone};
use crate::app::{App, Mode, Recorder};
use crate::protocol::Snapshot;
use crate::signal::{Rate, Seconds};

/// A part, and how soon it goes where the line is too short: the highest first.
struct Ranked {
    part: Part,
    rank: u8,
}

/// The latest fault goes first, and is told in so many letters at least.
const FAULT_IN_WORDS: u8 = 9;
const SHORTEST_FAULT: usize = 24;

pub(super) fn header(app: &App, seen: &Seen, width: u16) -> Header {
    let mut left = vec![ranked("stillpoint", Tone::Strong, 5)];
    left.extend(light(app, seen));
    left.extend(frozen(app, width));
    left.extend((app.blind != Blind::Off).then(|| ranked("blind", Tone::Strong, 0)));
    left.extend(session_name(app));
    left.push(ranked(source(app), Tone::Plain, 1));
    left.extend(facts(seen.snapshot));
    let mut right: Vec<Ranked> = app.room.and_then(scarce).into_iter().chain(losses(seen.snapshot)).collect();
    right.push(ranked(seen.clock_text, Tone::Dim, 4));
    // The latest fault in as many words as there is room for.
    let over = (cells(&left) + cells(&right)).saturating_sub(usize::from(width));
    for Ranked { part, .. } in right.iter_mut().filter(|ranked| ranked.rank == FAULT_IN_WORDS) {
        part.text = shortened(&part.text, part.text.chars().count().saturating_sub(over).max(SHORTEST_FAULT));
    }
    drop_until_it_fits(&mut left, &mut right, usize::from(width));
    let parts = |line: Vec<Ranked>| line.into_iter().map(|ranked| ranked.part).collect();
    Header { left: parts(left), right: parts(right) }
}

fn ranked(text: impl Into<String>, tone: Tone, rank: u8) -> Ranked {
    Ranked { part: Part { text: text.into(), tone }, rank }
}

fn light(app: &App, seen: &Seen) -> Option<Ranked> {
    match &app.recorder {
        Recorder::Off if app.mode == Mode::Live => Some(ranked("○ not recording", Tone::Dim, 2)),
        Recorder::Off => None,
        Recorder::Asked => Some(ranked("○ starting…", Tone::Plain, 0)),
        Recorder::On { start, .. } => {
            let frames = seen.snapshot.head - *start;
            let time = seen.rate().map(|rate| rate.duration(frames)).unwrap_or_default();
            Some(ranked(format!("● REC {time}"), Tone::Recording, 0))
        }
        Recorder::Finishing { .. } => Some(ranked("○ finishing…", Tone::Plain, 0)),
    }
}

/// That the picture stands while the stream goes on, and the key that goes back to it.
fn frozen(app: &App, width: u16) -> Option<Ranked> {
    const FOR_THE_KEY: u16 = 40;
    app.viewport.frozen.filter(|_| app.mode == Mode::Live)?;
    let key = app.key_of(Action::Freeze).filter(|_| width >= FOR_THE_KEY);
    Some(ranked(key.map_or_else(|| "frozen".to_owned(), |key| format!("frozen · {key} now")), Tone::Strong, 0))
}

/// The disk, once it is worth a word.
fn scarce(room: Seconds) -> Option<Ranked> {
    const WORTH_A_WORD: f64 = 10.0;
    let minutes = room.0 / 60.0;
    (minutes < WORTH_A_WORD).then(|| ranked(format!("disk: {:.0} min left", minutes.floor()), Tone::Trouble, 2))
}

fn session_name(app: &App) -> Option<Ranked> {
    let (Recorder::On { folder, .. } | Recorder::Finishing { folder, .. }) = &app.recorder else {
        return None;
    };
    let name = folder.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or_default();
    named(name).map(|told| ranked(told, Tone::Plain, 6))
}

/// The name in `2026-11-23_10-15-00_NAME`: who looks knows the day.
fn named(folder: &str) -> Option<&str> {
    const STAMP: usize = "2026-11-23_10-15-00_".len();
    let (stamp, name) = folder.split_at_checked(STAMP)?;
    let is_stamp = stamp.chars().all(|c| c.is_ascii_digit() || c == '-' || c == '_');
    (is_stamp && !name.is_empty()).then_some(name)
}

/// The source, and that it is made up if it is; said once.
fn source(app: &App) -> String {
    let source = &app.title.source;
    if app.title.simulated && !source.contains("simulated") { format!("{source} · simulated") } else { source.clone() }
}

/// No crystal is off by more, in ppm: the device is timed otherwise, and its rate is the measured one.
const CRYSTAL: f64 = 2000.0;

fn facts(snapshot: &Snapshot) -> Option<Ranked> {
    let layout = snapshot.layout.as_ref()?;
    let mut text = format!("{} × {}", layout.channels.len(), hertz(layout.nominal));
    if let Some(clock) = snapshot.clock.filter(|clock| clock.std_err_hz > 0.0) {
        let ppm = clock.rate.ppm_from(layout.nominal);
        text = if ppm.abs() < CRYSTAL {
            format!("{text} · clock {} ppm", signed(ppm))
        } else {
            format!("{} × {} measured", layout.channels.len(), hertz(clock.rate))
        };
    }
    Some(ranked(text, Tone::Dim, 7))
}

fn hertz(rate: Rate) -> String {
    let text = format!("{:.2}", rate.hz());
    format!("{} Hz", text.trim_end_matches('0').trim_end_matches('.'))
}

fn signed(value: f64) -> String {
    let whole = value.round();
    let sign = if whole > 0.0 { "+" } else { "" };
    format!("{sign}{whole:.0}").replace('-', "−")
}

fn losses(snapshot: &Snapshot) -> Vec<Ranked> {
    let lost = match snapshot.lost {
        0 => ranked("lost 0", Tone::Dim, 8),
        n => ranked(format!("lost {n}"), Tone::Trouble, 3),
    };
    // One is no alarm: the first line after a port was opened is cut more often than not.
    let alarm = if snapshot.faults > 1 { Tone::Trouble } else { Tone::Dim };
    let faults = (snapshot.faults > 0).then(|| ranked(format!("faults {}", snapshot.faults), alarm, 3));
    let last = (!snapshot.last_fault.is_empty()).then(|| ranked(&*snapshot.last_fault, Tone::Dim, FAULT_IN_WORDS));
    last.into_iter().chain(faults).chain([lost]).collect()
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

/// Parts stand two blanks apart and one from the edges.
fn cells(line: &[Ranked]) -> usize {
    line.iter().map(|ranked| ranked.part.text.chars().count() + 3).sum()
}

fn drop_until_it_fits(left: &mut Vec<Ranked>, right: &mut Vec<Ranked>, width: usize) {
    while cells(left) + cells(right) > width {
        let worst = left.iter().chain(right.iter()).map(|ranked| ranked.rank).max().unwrap_or(0);
        if worst <= 1 {
            break;
        }
        left.retain(|ranked| ranked.rank < worst);
        right.retain(|ranked| ranked.rank < worst);
    }
}
