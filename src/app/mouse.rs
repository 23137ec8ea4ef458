//! The mouse, which is never needed: the wheel moves, a click goes there or chooses, a drag over the trace marks a segment. What lies where is that of
//! the last scene.

use super::build::Seen;
use super::keys::{Action, Key, Mode};
use super::layout::Area;
use super::proposals::Name;
use super::scene::{Bars, Body, Scene};
use super::update::{self, Effects};
use super::view::Grid;
use super::{App, Focus};
use crate::protocol::Snapshot;
use crate::signal::{Annotation, Kind, SampleIndex, Seconds, Span};

/// Whether the terminal is asked to tell of the mouse. It then marks no text by itself (with shift most do all the same).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pointer {
    /// It is.
    Heard,
    /// It is not.
    #[default]
    Left,
}

/// What it does, for the help.
pub(super) const HELP: [(&str, &str); 4] = [
    ("wheel", "a tenth of the view, or a row"),
    ("ctrl-wheel", "less or more time"),
    ("click", "go there; choose in a list"),
    ("drag", "a segment of the trace"),
];

/// What was done with the mouse, at a column and a row of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What.
    pub gesture: Gesture,
    /// The column, from 0.
    pub x: u16,
    /// The row, from 0.
    pub y: u16,
}

/// What can be done with a mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// The left button goes down.
    Press,
    /// The mouse moves while it is down.
    Drag,
    /// It goes up.
    Release,
    /// The wheel is turned towards the start.
    Back,
    /// It is turned towards the end.
    On,
    /// It is turned towards the start with the control key.
    Closer,
    /// It is turned towards the end with the control key.
    Wider,
}

/// What can be pointed at in the last scene.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    trace: Option<Trace>,
    /// Where a whole replay is drawn from its start to its end.
    whole: Vec<Area>,
    list: Option<(Area, Vec<Name>)>,
}

/// The traces and their axis.
#[derive(Clone, Copy, Debug)]
struct Trace {
    area: Area,
    grid: Grid,
    /// The frame after the last one that is there.
    end: SampleIndex,
}

/// What the button is held over.
#[derive(Clone, Copy, Debug)]
pub(super) enum Held {
    /// The trace, from these frames on; until the mouse has moved to another cell it may be a click.
    Trace { from: Span, to: Option<Span> },
    /// A replay as a whole.
    Whole(Area),
}

impl Places {
    /// Of a scene; `names` are those of the list's rows.
    pub(super) fn of(app: &App, seen: &Seen, (scene, names): (&Scene, Vec<Name>)) -> Self {
        let is_replay = seen.snapshot.playback.is_some();
        let panel = if let Body::Panel(panel) = &scene.body { Some(panel) } else { None };
        let on_trace = panel.filter(|panel| !panel.panes.is_empty() && scene.table.is_none());
        let trace = on_trace.and_then(|panel| {
            let area = Area { h: panel.axis.area.y + 1 - panel.area.y.min(panel.axis.area.y), ..panel.area };
            Some(Trace { area, grid: seen.grid(app, panel.area.w)?, end: seen.columns.end() })
        });
        let line = scene.playback.iter().map(|line| line.overview.as_ref().map_or(line.bar, |overview| overview.plot));
        let trend = panel.and_then(|panel| panel.trend.as_ref()).map(|Bars { area, .. }| *area);
        let whole = line.chain(trend).filter(|_| is_replay && scene.table.is_none()).collect();
        Self { trace, whole, list: scene.list.as_ref().map(|list| (list.area, names)) }
    }
}

impl Trace {
    /// The frames of the cell that is nearest to a column, as far as there are any.
    fn frames(&self, x: u16) -> Span {
        let cell = x.saturating_sub(self.area.x).min(self.grid.cells.saturating_sub(1));
        let frame = |cell: u16| SampleIndex(self.grid.frame_of(cell).floor().max(0.0) as u64).min(self.end);
        let start = frame(cell);
        Span { start, end: frame(cell + 1).max(start) }
    }
}

/// The segment that is being drawn.
pub(super) fn drawn(app: &App) -> Option<Annotation> {
    let Some(Held::Trace { from, to: Some(to) }) = app.held_over else { return None };
    let (start, end) = (from.start.min(to.start), from.end.max(to.end));
    (start < end).then(|| Annotation { id: app.marks.list().next_id(), kind: Kind::Segment, start, end: Some(end), label: String::new() })
}

pub(super) fn mouse(app: &mut App, mouse: Mouse, now: &Snapshot) -> Effects {
    match (&app.focus, mouse.gesture) {
        (Focus::Picture, _) => on_picture(app, mouse, now),
        // Over a text the wheel scrolls; where something is typed or asked the mouse does nothing.
        (Focus::Help(_) | Focus::Settings(_) | Focus::Export(_), Gesture::Back) => app.key(Key::Up, now),
        (Focus::Help(_) | Focus::Settings(_) | Focus::Export(_), Gesture::On) => app.key(Key::Down, now),
        _ => Vec::new(),
    }
}

fn on_picture(app: &mut App, mouse: Mouse, now: &Snapshot) -> Effects {
    match mouse.gesture {
        Gesture::Press => {
            app.message = None;
            press(app, mouse, now)
        }
        Gesture::Drag => drag(app, mouse, now),
        Gesture::Release => release(app, mouse, now),
        Gesture::Back | Gesture::On => turn(app, mouse, now),
        Gesture::Closer => update::zoom(app, Action::ZoomIn, now),
        Gesture::Wider => update::zoom(app, Action::ZoomOut, now),
    }
}

fn press(app: &mut App, Mouse { x, y, .. }: Mouse, now: &Snapshot) -> Effects {
    app.held_over = None;
    if let Some((area, names)) = app.places.list.clone().filter(|(area, _)| area.holds(x, y)) {
        // The title and a blank are above the rows.
        let row = usize::from(y - area.y).checked_sub(2);
        return row.and_then(|row| names.get(row).copied()).map_or_else(Vec::new, |name| choose(app, name, now));
    }
    if let Some(area) = app.places.whole.iter().copied().find(|area| area.holds(x, y)) {
        app.held_over = Some(Held::Whole(area));
        return to_part(app, (area, x), now);
    }
    if let Some(trace) = app.places.trace.filter(|trace| trace.area.holds(x, y)) {
        app.held_over = Some(Held::Trace { from: trace.frames(x), to: None });
    }
    Vec::new()
}

/// The first click chooses a row, the second goes there.
fn choose(app: &mut App, name: Name, now: &Snapshot) -> Effects {
    let Some(list) = &mut app.list else { return Vec::new() };
    if list.chosen.replace(name) == Some(name) {
        return update::listed::perform(app, Action::Go, now);
    }
    Vec::new()
}

fn to_part(app: &mut App, (area, x): (Area, u16), now: &Snapshot) -> Effects {
    let part = f64::from(x.saturating_sub(area.x)) / f64::from(area.w.saturating_sub(1).max(1));
    let length = now.playback.map_or(0.0, |playback| playback.duration.0);
    update::moving::seek(app, Seconds(part * length), now)
}

fn drag(app: &mut App, mouse: Mouse, now: &Snapshot) -> Effects {
    let seen = app.places.trace.map(|trace| trace.frames(mouse.x));
    match &mut app.held_over {
        Some(Held::Whole(area)) => {
            let area = *area;
            return to_part(app, (area, mouse.x), now);
        }
        Some(Held::Trace { from, to }) => *to = seen.filter(|seen| to.is_some() || seen != from).or(*to),
        None => {}
    }
    Vec::new()
}

fn release(app: &mut App, mouse: Mouse, now: &Snapshot) -> Effects {
    drag(app, mouse, now);
    let segment = drawn(app);
    let Some(Held::Trace { from, to }) = app.held_over.take() else { return Vec::new() };
    match (segment, to, app.mode) {
        (Some(Annotation { start, end, .. }), ..) => vec![app.marks.add_stretch(Span { start, end: end.unwrap_or(start) })],
        // The cursor then stands in the cell that was clicked.
        (None, None, Mode::Replay) => update::listed::show(app, from.end, now),
        (None, None, _) => {
            app.say("a drag over the trace marks a segment");
            Vec::new()
        }
        (None, Some(_), _) => Vec::new(),
    }
}

fn turn(app: &mut App, Mouse { gesture, x, y }: Mouse, now: &Snapshot) -> Effects {
    let over_list = app.places.list.as_ref().is_some_and(|(area, _)| area.holds(x, y));
    if over_list || app.table.is_some() {
        return app.key(if gesture == Gesture::Back { Key::Up } else { Key::Down }, now);
    }
    update::moving::step(app, if gesture == Gesture::Back { -0.1 } else { 0.1 }, now)
}
