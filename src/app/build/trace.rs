//! The panes, and what is written over and under them.

use super::{Seen, figures};
use crate::app::layout::{Area, GUTTER, Plan};
use crate::app::scale::nice_at_least;
use crate::app::scene::{Axis, Closing, Flagged, GapLabel, Standing, StillLabel, Tick, Tone, TracePane};
use crate::app::view::Grid;
use crate::app::{App, Mode, mouse, proposals};
use crate::rhythm::{Rhythm, StillPoint};
use crate::signal::{Annotation, Channel, Kind, Layout, Rate, Role, SampleIndex, Seconds, Span};

/// A pane of fewer rows writes its name into the gutter.
const LEAST_TITLED: u16 = 3;

/// Cells that a time on the axis wants at least.
const TICK_CELLS: f64 = 12.0;

pub(super) fn panes(app: &mut App, seen: &Seen, plan: &Plan, grid: &Grid) -> Vec<TracePane> {
    let Some(layout) = seen.snapshot.layout.clone() else {
        return Vec::new();
    };
    let order: Vec<usize> = by_role(&layout).into_iter().filter(|at| app.channels.shows(*at)).collect();
    let (areas, hidden) = plan.panes(order.len());
    let mut panes: Vec<TracePane> =
        order.iter().zip(areas).map(|(at, area)| pane(app, seen, (*at, &layout.channels[*at], area), grid)).collect();
    if let Some(last) = panes.last_mut().filter(|_| hidden > 0) {
        last.unit = format!("{}   and {hidden} more: a higher window shows them", last.unit);
    }
    panes
}

/// The one channel of the distance view.
pub(super) fn alone(app: &mut App, seen: &Seen, channel: Option<usize>, area: Area) -> Option<TracePane> {
    let layout = seen.snapshot.layout.clone()?;
    let at = channel.or_else(|| by_role(&layout).first().copied())?;
    let plot = Area { x: area.x, w: area.w, ..area };
    // From afar nothing of what comes: there is no cursor to part it from what was.
    let grid = Grid::new(app.viewport.span(), layout.nominal, plot.w, seen.head(app));
    let pane = pane(app, seen, (at, layout.channels.get(at)?, area), &grid);
    Some(TracePane { plot, title: area.top(0), gutter: area.left(0), ..pane })
}

/// The cell of the place in a replay.
pub(super) fn cursor(app: &App, seen: &Seen, grid: &Grid) -> Option<u16> {
    grid.cell_on_screen(SampleIndex(seen.head(app).0.saturating_sub(1)))
}

/// Cranial channels lead, then breath, pulse and the rest.
pub(super) fn by_role(layout: &Layout) -> Vec<usize> {
    let rank = |role| match role {
        Role::Cranial => 0,
        Role::Breath => 1,
        Role::Pulse => 2,
        Role::Other => 3,
    };
    let mut order: Vec<usize> = (0..layout.channels.len()).collect();
    order.sort_by_key(|at| rank(layout.channels[*at].role));
    order
}

fn pane(app: &mut App, seen: &Seen, (at, channel, area): (usize, &Channel, Area), grid: &Grid) -> TracePane {
    let columns = app.channels.turned(at, grid.columns(seen.columns, at));
    let scale = app.viewport.scale(at, &columns);
    let title = area.top(u16::from(area.h >= LEAST_TITLED));
    let plot = area.below(title.h);
    TracePane {
        title,
        name: channel.name.clone(),
        unit: if app.channels.is_turned(at) {
            format!("{} upside down", channel.unit).trim_start().to_owned()
        } else {
            channel.unit.clone()
        },
        accent: accent(channel.role),
        gutter: plot.left(GUTTER),
        plot: plot.right_of(GUTTER),
        low: scale.low,
        high: scale.high,
        labels: scale.labels(),
        columns,
        stills: stills(app, seen, (at, grid)),
    }
}

pub(super) fn accent(role: Role) -> Option<Rhythm> {
    [Rhythm::Cranial, Rhythm::Breath, Rhythm::Pulse].into_iter().find(|rhythm| figures::role(*rhythm) == role)
}

pub(super) fn flags(app: &App, seen: &Seen, grid: &Grid) -> Vec<Flagged> {
    let head = seen.head(app);
    let drawn = mouse::drawn(app);
    app.marks.list().iter().chain(&drawn).filter_map(|annotation| flag(app, annotation, head, grid)).collect()
}

fn flag(app: &App, annotation: &Annotation, head: SampleIndex, grid: &Grid) -> Option<Flagged> {
    let start = grid.cell_on_screen(annotation.start);
    let stretch = matches!(annotation.kind, Kind::Segment | Kind::StillPoint);
    let last = grid.cells.saturating_sub(1);
    let (last, closing) = match annotation.end {
        _ if !stretch => (None, Closing::Here),
        None if annotation.start > head => return None,
        None => (Some(grid.cell_on_screen(head).unwrap_or(last)), Closing::Open),
        Some(end) if grid.cell(end) < 0 => return None,
        Some(end) => grid.cell_on_screen(end).map_or((Some(last), Closing::Beyond), |cell| (Some(cell), Closing::Here)),
    };
    // What begins right of the screen is not on it; neither is an instant left of it.
    if start.is_none() && (!stretch || grid.cell(annotation.start) > 0) {
        return None;
    }
    let tone = if app.marks.is_pending(annotation.id) { Tone::Dim } else { Tone::Plain };
    Some(Flagged { kind: annotation.kind, start, last, closing, label: annotation.label.clone(), tone })
}

pub(super) fn gaps(seen: &Seen, grid: &Grid) -> Vec<GapLabel> {
    let Some(rate) = seen.rate() else {
        return Vec::new();
    };
    let on_screen = seen.snapshot.gaps.iter().rev().take_while(|gap| grid.cell(gap.span.end) >= 0);
    let label = |gap: &crate::signal::Gap| {
        let about = if gap.exact { "" } else { "about " };
        let long = length(rate.duration(gap.span.frames()));
        let (cell, width) = cells(gap.span, grid)?;
        let text = longest([format!("gap {about}{long}"), format!("gap {long}"), long], width)?;
        Some(GapLabel { cell, width, text })
    };
    on_screen.filter_map(label).collect()
}

fn stills(app: &App, seen: &Seen, (channel, grid): (usize, &Grid)) -> Vec<StillLabel> {
    let of_channel = seen.snapshot.stills.iter().filter(|still| still.channel == channel);
    let label = |still: &StillPoint| {
        let (cell, width) = cells(still.span, grid).filter(|(_, width)| *width > 0)?;
        let long = length(still.length());
        let standing = proposals::standing(app.marks.list(), still.span);
        let mark = if standing == Standing::Proposed { "?" } else { "" };
        let doubt = if still.may_be_breath() { " or breath" } else { "" };
        let text = longest([format!("still point{doubt}{mark} {long}"), format!("still{mark} {long}"), long], width).unwrap_or_default();
        Some(StillLabel { cell, width, text, standing })
    };
    of_channel.filter_map(label).collect()
}

/// A still point in words: "still point 27 s"; "still point or breath 27 s" where it may be a pause in breathing.
pub(super) fn still_point(still: &StillPoint) -> String {
    format!("still point{} {}", if still.may_be_breath() { " or breath" } else { "" }, length(still.length()))
}

/// The first cell of a span on the screen, and how many there are.
fn cells(span: Span, grid: &Grid) -> Option<(u16, u16)> {
    let [first, end] = [span.start, span.end].map(|index| grid.cell(index).clamp(0, i64::from(grid.cells)));
    Some((u16::try_from(first).ok()?, u16::try_from(end - first).ok()?))
}

/// The first text for which there is room.
fn longest(texts: [String; 3], width: u16) -> Option<String> {
    texts.into_iter().find(|text| usize::from(width) >= text.chars().count() + 2)
}

fn length(time: Seconds) -> String {
    if time.0 < 60.0 { format!("{:.0} s", time.0) } else { time.to_string() }
}

/// Live counts back from now, so that the times stand still; a replay and a frozen picture tell the time in the recording.
pub(super) fn axis(app: &App, seen: &Seen, (grid, cursor): (Option<&Grid>, Option<u16>), area: Area) -> Axis {
    let mut ticks = match (grid, seen.rate()) {
        (Some(grid), Some(rate)) if app.mode == Mode::Live && app.viewport.frozen.is_none() => ago(grid, rate),
        (Some(grid), Some(rate)) => in_recording(grid, rate),
        _ => Vec::new(),
    };
    if let Some(cursor) = cursor {
        ticks.iter_mut().for_each(|tick| make_way(tick, cursor, area.w));
    }
    Axis { area, ticks }
}

/// A time of which the cursor hides a figure is another time: its text stands before or behind the cursor.
fn make_way(tick: &mut Tick, cursor: u16, columns: u16) {
    let long = u16::try_from(tick.text.chars().count()).unwrap_or(0);
    let half = long / 2;
    if cursor.abs_diff(tick.cell) <= half {
        let before = tick.cell < cursor || cursor + 1 + long > columns;
        tick.cell = if before { (cursor + half).saturating_sub(long) } else { cursor + 1 + half };
    }
}

fn tick_step(grid: &Grid, rate: Rate) -> f64 {
    let wanted = TICK_CELLS * grid.frames_per_cell() / rate.hz();
    let clock = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14_400.0, 21_600.0];
    if wanted < 1.0 { nice_at_least(wanted) } else { clock.into_iter().find(|step| *step >= wanted).unwrap_or(43_200.0) }
}

fn ago(grid: &Grid, rate: Rate) -> Vec<Tick> {
    let step = tick_step(grid, rate);
    let cells_per_step = step * rate.hz() / grid.frames_per_cell();
    let last = f64::from(grid.cells) - 1.0;
    let count = (last / cells_per_step) as u32;
    let text = |n: f64| if n * step < 120.0 { format!("−{} s", plain(n * step)) } else { format!("−{}", Seconds(n * step)) };
    let mut ticks: Vec<Tick> =
        (1..=count).rev().map(|n| Tick { cell: (last - f64::from(n) * cells_per_step) as u16, text: text(f64::from(n)) }).collect();
    ticks.push(Tick { cell: grid.cells.saturating_sub(1), text: "now".to_owned() });
    ticks
}

fn in_recording(grid: &Grid, rate: Rate) -> Vec<Tick> {
    let step = tick_step(grid, rate);
    let first = (grid.frame_of(0) / rate.hz() / step).ceil().max(0.0);
    let times = (0..).map(|n| (first + f64::from(n)) * step);
    let tick = |time: f64| Some(Tick { cell: grid.cell_on_screen(rate.index_at(Seconds(time)))?, text: moment(time, step) });
    times.take(usize::from(grid.cells)).map_while(tick).collect()
}

fn moment(time: f64, step: f64) -> String {
    let fraction = if step < 1.0 { format!("{:.2}", time.fract()).trim_start_matches('0').to_owned() } else { String::new() };
    format!("{}{fraction}", Seconds(time + 1e-9))
}

fn plain(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
