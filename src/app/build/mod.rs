//! From the state to the scene, one file a part.

mod blind;
mod channels;
mod export;
mod figures;
mod header;
mod list;
mod raw;
mod spectrum;
mod strips;
mod symmetry;
mod table;
mod taps;
mod trace;

use super::blind::Blind;
use super::layout::{Area, Demand, GUTTER, Plan};
use super::mouse::{self, Places};
use super::prompt::Prompt;
use super::scene::{Banner, Body, Distance, Footer, Help, Panel, Part, PlayState, PlaybackLine, PromptLine, Scene, SettingsPane, Tone};
use super::view::{Grid, View};
use super::{App, Focus, LabelSet, Mode, Pointer, Recorder, keys, proposals};
use crate::protocol::{Playback, Snapshot, SourceState};
use crate::signal::{Columns, Rate, SampleIndex};

/// What the scene is made from, beside the state.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) columns: &'a dyn Columns,
    pub(super) clock_text: &'a str,
}

impl Seen<'_> {
    /// The rate that the picture is laid out on, which does not change with the clock.
    fn nominal(&self) -> Option<Rate> {
        self.snapshot.layout.as_ref().map(|layout| layout.nominal)
    }

    /// The rate that times are told by.
    fn rate(&self) -> Option<Rate> {
        self.snapshot.clock.map(|clock| clock.rate).or_else(|| self.nominal())
    }

    /// Where one is: the frame after the last one that was heard, or the place in a replay.
    fn head(&self, app: &App) -> SampleIndex {
        let place = self.snapshot.playback.map(|_| self.snapshot.head);
        app.viewport.frozen.or(place).unwrap_or_else(|| self.columns.end())
    }

    /// The picture's right edge. A replay shows a quarter of a screen of what comes; a recording that fits is shown as a whole.
    fn edge(&self, app: &App) -> SampleIndex {
        let head = self.head(app);
        let Some(rate) = self.nominal().filter(|_| self.snapshot.playback.is_some()) else { return head };
        let screen = rate.frames(app.viewport.span());
        SampleIndex((head.0 + screen / 4).min(self.columns.end().0).max(screen))
    }

    /// How a stretch of the screen is laid out.
    pub(super) fn grid(&self, app: &App, cells: u16) -> Option<Grid> {
        Some(Grid::new(app.viewport.span(), self.nominal()?, cells, self.edge(app)))
    }
}

pub(super) fn scene(app: &mut App, seen: &Seen, size: (u16, u16)) -> Scene {
    let (w, h) = size;
    let rhythms = figures::looked_for(app);
    let playback_rows = if app.mode == Mode::Replay { strips::playback_rows(size) } else { 0 };
    // The taps have a line as a rhythm has.
    let lines = rhythms.len() + usize::from(taps::are_there(app));
    let plan = Plan::of(Demand { size, rhythms: lines, playback: playback_rows });
    let body = match (app.viewport.view, plan) {
        (View::Raw, _) => Body::Raw(raw::pane(app, seen, (size, plan.as_ref()))),
        (View::Full | View::Spectrum | View::Symmetry | View::Taps, Some(plan)) => Body::Panel(Box::new(panel(app, seen, &plan))),
        _ => Body::Distance(Box::new(distance(app, seen, Area::new(0, 0, w, h), playback_rows))),
    };
    app.looked_at = match (app.viewport.view, plan.as_ref()) {
        _ if app.blind != Blind::Off => None,
        (View::Spectrum, Some(_)) => Some(spectrum::look(app, seen, false)),
        (View::Full, Some(Plan { spectrum: Some(_), .. })) => Some(spectrum::look(app, seen, true)),
        _ => None,
    };
    let rule = plan.and_then(|plan| plan.rule).filter(|_| !matches!(body, Body::Distance(_)));
    let (list, names) = list::list(app, seen, (size, plan.as_ref())).unzip();
    let mut scene = Scene {
        size,
        header: header::header(app, seen, w),
        rule,
        body,
        playback: playback(app, seen, strips::playback_places((w, h), playback_rows, plan.as_ref())),
        footer: footer(app, seen),
        list,
        channels: channels::pane(app, seen, (size, plan.as_ref())),
        table: table::pane(app, seen, size).filter(|_| app.blind == Blind::Off),
        export: export::pane(app, size),
        settings: settings(app, size),
        help: if let Focus::Help(reading) = &app.focus { Some(help(app, &reading.wanted(), reading.first)) } else { None },
    };
    blind::hide(&mut scene, app.blind);
    app.places = Places::of(app, seen, (&scene, names.unwrap_or_default()));
    scene
}

fn panel(app: &mut App, seen: &Seen, plan: &Plan) -> Panel {
    let plots = plan.traces.right_of(GUTTER);
    let grid = seen.grid(app, plots.w);
    let view = app.viewport.view;
    let large = view != View::Full;
    let panes = match &grid {
        Some(grid) if !large => trace::panes(app, seen, plan, grid),
        _ => Vec::new(),
    };
    let lane = panes.first().map_or(plots.top(0), |pane| pane.title.right_of(GUTTER));
    let on_trace = grid.as_ref().filter(|_| !large);
    let cursor = on_trace.filter(|_| seen.snapshot.playback.is_some()).and_then(|grid| trace::cursor(app, seen, grid));
    Panel {
        flags: on_trace.map(|grid| trace::flags(app, seen, grid)).unwrap_or_default(),
        gaps: on_trace.map(|grid| trace::gaps(seen, grid)).unwrap_or_default(),
        axis: trace::axis(app, seen, (on_trace, cursor), plan.axis),
        figures: figures::blocks(app, seen, plan.figures),
        trend: plan.trend.and_then(|area| strips::trend(app, seen, area, plan.axis)),
        spectrum: plan.spectrum.filter(|_| !large).and_then(|area| strips::spectrum(app, seen, area)),
        spectrum_view: (view == View::Spectrum).then(|| spectrum::pane(app, seen, plan)),
        symmetry_view: (view == View::Symmetry).then(|| symmetry::pane(app, seen, plan)),
        taps_view: (view == View::Taps).then(|| taps::pane(app, seen, plan)),
        taps: taps::line(app, seen, plan.figures),
        banner: banner(app, seen, plots),
        cursor,
        area: plots,
        panes,
        lane,
    }
}

fn distance(app: &mut App, seen: &Seen, screen: Area, playback_rows: u16) -> Distance {
    let middle = screen.below(1).top(screen.h.saturating_sub(2 + playback_rows));
    let rhythm = figures::leading(app);
    let reading = figures::reading(app, seen, rhythm);
    let strip = if middle.h >= 12 { middle.h / 4 } else { 0 };
    let above = middle.top(u16::from(middle.h >= 5));
    let below_rows = u16::from(middle.h >= 4);
    let digits = middle.below(above.h).top(middle.h.saturating_sub(above.h + below_rows + strip));
    let strip_area = middle.below(middle.h - strip).right_of(1).left(screen.w.saturating_sub(2));
    let trace = (strip > 0).then(|| trace::alone(app, seen, reading.channel, strip_area)).flatten();
    let below = middle.below(above.h + digits.h).top(below_rows);
    let channel = reading.channel_name(seen);
    Distance {
        area: digits,
        rhythm,
        reading: reading.reading,
        notes: reading.notes,
        above,
        channel,
        below,
        trace,
        banner: banner(app, seen, digits),
    }
}

fn banner(app: &App, seen: &Seen, area: Area) -> Option<Banner> {
    let source = &app.title.source;
    let (lines, tone) = match &app.source {
        SourceState::Streaming => return None,
        SourceState::Silent if seen.snapshot.head > SampleIndex(0) => return None,
        SourceState::Silent => (vec![format!("waiting for data from {source}")], Tone::Strong),
        SourceState::Settling(what) => {
            let key = app.key_of(keys::Action::Raw).map(|key| format!("{key} shows what it sends"));
            ([format!("settling: {what}")].into_iter().chain(key).collect(), Tone::Strong)
        }
        SourceState::Stalled(since) => (vec![format!("no data from {source} · {since}")], Tone::Trouble),
        SourceState::Lost(why) if why.is_empty() || why == source => {
            (vec![format!("sensor unplugged, waiting for {source}")], Tone::Trouble)
        }
        SourceState::Lost(why) => (vec![format!("sensor unplugged, waiting for {source}"), why.clone()], Tone::Trouble),
        SourceState::Ended if app.mode == Mode::Replay => return None,
        SourceState::Ended => (vec![format!("{source} has ended · q leaves")], Tone::Strong),
    };
    Some(Banner { area, lines, tone })
}

fn playback(app: &mut App, seen: &Seen, (area, overview): (Area, Area)) -> Option<PlaybackLine> {
    let playback = seen.snapshot.playback.filter(|_| area.h > 0)?;
    let length = playback.duration.0.max(1e-9);
    let rate = seen.rate();
    let part = |index| rate.map(|rate| (rate.time_of(index).0 / length).clamp(0.0, 1.0));
    let looked = seen.snapshot.surveyed.filter(|surveyed| surveyed.overview.min(surveyed.figures) < 1.0);
    let looking = looked.map(|looked| format!("looking through it {:.0} %", 100.0 * (0.1 * looked.overview + 0.9 * looked.figures)));
    let (times, speed) = (format!("{} / {}", playback.position, playback.duration), speed(playback));
    Some(PlaybackLine {
        state: if playback.paused { PlayState::Paused } else { PlayState::Playing },
        bar: strips::bar(area, [Some(&times), Some(&speed), looking.as_ref()]),
        times,
        speed,
        looking,
        part: (playback.position.0 / length).clamp(0.0, 1.0),
        looped: playback.looped.and_then(|span| Some((part(span.start)?, part(span.end)?))),
        flags: app.marks.list().iter().filter_map(|a| Some((part(a.start)?, a.kind))).collect(),
        overview: strips::overview(app, seen, overview),
        area,
    })
}

fn speed(playback: Playback) -> String {
    let times = format!("{}x", playback.speed);
    if playback.paused { format!("paused · {times}") } else { times }
}

fn footer(app: &App, seen: &Seen) -> Footer {
    let typed = |prompt: &Prompt| PromptLine { word: prompt.purpose.word(), text: prompt.text().to_owned(), cursor: prompt.cursor() };
    if let Focus::Prompt(prompt) = &app.focus {
        return Footer::Prompt(typed(prompt));
    }
    if let Focus::Help(reading) = &app.focus {
        let hint = Part { text: "/ looks for a word · ↑ ↓ scroll · esc closes".to_owned(), tone: Tone::Dim };
        return reading.prompt.as_ref().map_or(Footer::Message(hint), |prompt| Footer::Prompt(typed(prompt)));
    }
    if let Focus::Export(dialog) = &app.focus {
        let hint = Part { text: "↑ ↓ choose · ← → change · f folder · enter writes · esc closes".to_owned(), tone: Tone::Dim };
        return dialog.prompt.as_ref().map_or(Footer::Message(hint), |prompt| Footer::Prompt(typed(prompt)));
    }
    if matches!(app.focus, Focus::Settings(_)) {
        return Footer::Message(Part { text: "↑ ↓ scroll · esc closes".to_owned(), tone: Tone::Dim });
    }
    if matches!(app.focus, Focus::AskQuit) {
        let text = "recording: q again or enter finishes it and leaves · esc goes on".to_owned();
        return Footer::Message(Part { text, tone: Tone::Strong });
    }
    if let Some(message) = &app.message {
        return Footer::Message(Part { text: message.text.clone(), tone: message.tone });
    }
    // Keys that judge are told while there is something to judge.
    let judges = |action| matches!(action, keys::Action::Accept | keys::Action::Reject | keys::Action::NextProposal);
    let proposed = !proposals::of(app, seen.snapshot).is_empty();
    let is_told = |binding: &keys::Binding| if judges(binding.action) { proposed } else { binding.told == keys::Told::Footer };
    let told = app.bindings().filter(|(binding, _)| is_told(binding));
    Footer::Keys(told.map(|(binding, keys)| (keys[0].name(), word_now(app, seen, binding))).collect())
}

/// The word of a key that does the opposite the second time.
fn word_now(app: &App, seen: &Seen, binding: &keys::Binding) -> &'static str {
    match binding.action {
        keys::Action::PlayPause if seen.snapshot.playback.is_some_and(|playback| !playback.paused) => "pause",
        keys::Action::Record if app.recorder != Recorder::Off => "stop",
        keys::Action::Segment if app.marks.open_segment().is_some() => "end segment",
        keys::Action::Freeze if app.viewport.frozen.is_some() => "now",
        _ => binding.short,
    }
}

/// As many of the settings as there is room for; the last page is full.
fn settings(app: &App, (w, h): (u16, u16)) -> Option<SettingsPane> {
    let Focus::Settings(first) = app.focus else { return None };
    let area = Area::new(0, 1, w, h.saturating_sub(2)).right_of(1);
    // Where a line has no room for name, value and origin there are two.
    let lines = if w < 64 { 2 } else { 1 };
    let room = usize::from(area.h.saturating_sub(2) / lines).max(1);
    let first = first.min(app.told.len().saturating_sub(room));
    let rows: Vec<_> = app.told.iter().skip(first).take(room).cloned().collect();
    let place = format!("{} to {} of {}", first + 1, first + rows.len(), app.told.len());
    Some(SettingsPane { area, title: "settings in force".into(), place, lines, rows })
}

fn help(app: &App, wanted: &str, first: usize) -> Help {
    let holds = |keys: &str, long: &str| wanted.is_empty() || keys.to_lowercase().contains(wanted) || long.contains(wanted);
    let rows = |group| {
        let told = app.bindings();
        let told = told.filter(move |(binding, _)| binding.group == group && binding.told != keys::Told::Nowhere);
        let rows = told.map(|(binding, keys)| (keys::key_names(&keys), binding.long));
        rows.filter(|(keys, long)| holds(keys, long)).collect::<Vec<_>>()
    };
    // Where the digits do nothing they are not told.
    let set = app.labels.front().filter(|_| app.bindings().any(|(row, _)| row.action == keys::Action::QuickLabel) && wanted.is_empty());
    let label = |set: &LabelSet, digit: usize| (char::from_digit(digit as u32, 10).unwrap_or('0'), set.labels[digit].clone());
    let labels = set.into_iter().flat_map(|set| (1..10).chain([0]).map(|digit| label(set, digit)));
    let labels: Vec<_> = labels.filter(|(_, label)| !label.is_empty()).collect();
    let mouse = mouse::HELP.iter().filter(|_| app.pointer == Pointer::Heard);
    let mouse = mouse.map(|(what, does)| ((*what).to_owned(), *does)).filter(|(what, does)| holds(what, does)).collect();
    Help {
        first,
        groups: keys::Group::ALL
            .into_iter()
            .map(|group| (group.word(), rows(group)))
            .chain([("mouse", mouse)])
            .filter(|(word, rows)| *word != "mouse" || !rows.is_empty())
            .filter(|(_, rows)| wanted.is_empty() || !rows.is_empty())
            .collect(),
        set: set.map_or_else(String::new, |set| set.name.clone()),
        labels,
    }
}
