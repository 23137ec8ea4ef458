//! Left against right at the cranial rhythm: the figures with their intervals, a picture, and a sentence that says no more than they do.

use std::f64::consts::TAU;

use super::{Seen, figures};
use crate::app::App;
use crate::app::layout::{Area, Plan};
use crate::app::scale::with_margin;
use crate::app::scene::{Part, SymmetryPane, Tone};
use crate::rhythm::{Interval, Rhythm, Symmetry};
use crate::signal::{Column, SampleIndex};

/// Points of the picture a second: some for each of the fastest breath's harmonics, few enough to be seen through.
const POINTS_PER_SECOND: f64 = 5.0;
const MOST_POINTS: f64 = 600.0;
/// Points of the fitted line.
const FITTED: u32 = 180;
/// Two sides go together closely from this coherence on, and loosely where its interval may be below that.
const CLOSELY: f64 = 0.9;
const LOOSELY: f64 = 0.5;

/// Two channels and what is known of them together.
struct Pair<'a> {
    names: [&'a str; 2],
    units: [&'a str; 2],
    symmetry: Symmetry,
    /// Peak to trough, where there is evidence of the rhythm on that side.
    amplitudes: [Option<Interval>; 2],
    /// Seconds.
    cycle: f64,
}

pub(super) fn pane(app: &mut App, seen: &Seen, plan: &Plan) -> SymmetryPane {
    let area = plan.traces;
    let empty = |words: Vec<String>| SymmetryPane {
        title: area.top(1),
        about: Vec::new(),
        picture: area.below(1),
        path: Vec::new(),
        fitted: Vec::new(),
        rhythm: Rhythm::Cranial,
        words: Vec::new(),
        bars: Vec::new(),
        empty: Some(words),
    };
    match pair(app, seen) {
        Err(why) => empty(why),
        Ok(pair) => shown(seen, &pair, area),
    }
}

/// Left and right, or why there are none.
fn pair<'a>(app: &mut App, seen: &'a Seen) -> Result<Pair<'a>, Vec<String>> {
    let Some(layout) = seen.snapshot.layout.as_ref() else { return Err(vec!["no channels yet".into()]) };
    let Some((left, right)) = layout.left_right() else {
        let told: Vec<&str> = layout.channels.iter().map(|channel| channel.name.as_str()).collect();
        return Err(vec![format!("no left and right among {}", told.join(", ")), "--channels left,right names them".into()]);
    };
    let names = [left, right].map(|at| layout.channels[at].name.as_str());
    let estimates = [left, right].map(|at| seen.snapshot.estimate(at, Rhythm::Cranial));
    let latest = estimates.iter().flatten().map(|estimate| estimate.end).max();
    let symmetry = seen.snapshot.symmetry.filter(|symmetry| Some(symmetry.end) == latest);
    let window = app.settings.of(Rhythm::Cranial).window;
    match symmetry {
        Some(symmetry) => {
            let present = estimates.map(|estimate| estimate.and_then(|estimate| estimate.present()));
            let cycle = present.iter().flatten().next().map_or(1.0, |figure| 60.0 / figure.rate.value);
            let units = [left, right].map(|at| layout.channels[at].unit.as_str());
            Ok(Pair { names, units, symmetry, amplitudes: present.map(|figure| figure.map(|figure| figure.amplitude)), cycle })
        }
        None if estimates.iter().flatten().any(|estimate| estimate.figure.is_some()) => {
            Err(vec![format!("no cranial rhythm in {} or {} now", names[0], names[1]), "there is nothing to compare".into()])
        }
        None => Err(vec![figures::waiting(seen, window)]),
    }
}

fn shown(seen: &Seen, pair: &Pair<'_>, area: Area) -> SymmetryPane {
    let (title, below) = (area.top(1), area.below(1));
    // Square, a cell being twice as high as wide; the words keep at least as much room.
    let rows = below.h.saturating_sub(2).min(area.w / 4);
    let picture = below.below(1).top(rows).right_of(2).left(rows * 2);
    let beside = below.below(1).right_of(rows * 2 + 6);
    let symmetry = &pair.symmetry;
    let (path, reach) = path(seen, symmetry);
    let of = pair.names;
    let about = vec![
        Part { text: format!("{} across, {} up", of[0], of[1]), tone: Tone::Strong },
        Part { text: format!("the latest {:.0} s", symmetry.window.0), tone: Tone::Dim },
    ];
    let mut words = vec![(beside.row(0), vec![strong("cranial, left against right".into(), symmetry.rhythm)])];
    words.extend((2..).zip(lines(pair)).map(|(row, parts)| (beside.row(row), parts)));
    let (bars, named) = bars(pair, beside.below(6));
    words.extend(named);
    let sentence = sentence(pair);
    let at = if beside.h > 13 { 10 } else { 6 };
    let wrapped = super::raw::by_words(&sentence, usize::from(beside.w.max(8)));
    words.extend((at..).zip(wrapped).map(|(row, text)| (beside.row(row), vec![Part { text, tone: Tone::Strong }])));
    let bars = if beside.h > 13 { bars } else { Vec::new() };
    words.retain(|(area, _)| area.h > 0);
    SymmetryPane { title, about, picture, path, fitted: fitted(pair, reach), rhythm: symmetry.rhythm, words, bars, empty: None }
}

fn strong(text: String, rhythm: Rhythm) -> Part {
    Part { text, tone: Tone::Of(rhythm) }
}

/// Ratio, lag and coherence, each with its interval.
fn lines(pair: &Pair<'_>) -> Vec<Vec<Part>> {
    let symmetry = &pair.symmetry;
    let end = |value: f64| if value.is_finite() { format!("{value:.2}") } else { "∞".to_owned() };
    let signed = |value: f64| format!("{value:+.2}").replace('-', "−");
    let line = |name: &str, value: String, (low, high): (String, String), more: String| {
        vec![
            Part { text: format!("{name:<10}"), tone: Tone::Dim },
            Part { text: format!("{value:>6}"), tone: Tone::Strong },
            Part { text: format!(" {low} to {high}"), tone: Tone::Plain },
            Part { text: more, tone: Tone::Dim },
        ]
    };
    let (ratio, lag, coherence) = (symmetry.amplitude_ratio, symmetry.lag, symmetry.coherence);
    vec![
        line("left/right", format!("{:.2}", ratio.value), (end(ratio.low), end(ratio.high)), String::new()),
        line("lag", signed(lag.value), (signed(lag.low), signed(lag.high)), " s".into()),
        line("coherence", format!("{:.2}", coherence.value), (end(coherence.low), end(coherence.high)), String::new()),
    ]
}

/// Words at their places.
type Words = Vec<(Area, Vec<Part>)>;

/// A bar a side with the amplitude beside it.
fn bars(pair: &Pair<'_>, area: Area) -> (Vec<(Area, f32)>, Words) {
    let amplitudes = pair.amplitudes;
    let most = amplitudes.iter().flatten().map(|amplitude| amplitude.value).fold(0.0, f64::max);
    let (mut bars, mut words) = (Vec::new(), Vec::new());
    if area.h < 8 || most <= 0.0 {
        return (bars, words);
    }
    for (row, at) in (0..).zip([0, 1]) {
        let Some(amplitude) = amplitudes[at] else { continue };
        let (value, margin) = with_margin(amplitude.value, amplitude.half_width());
        let name = format!("{:<10}", pair.names[at].chars().take(9).collect::<String>());
        let text = format!("{value} {} ± {margin}", pair.units[at]).replace("  ", " ");
        words.push((area.row(row), vec![Part { text: name, tone: Tone::Dim }]));
        let room = area.row(row).right_of(11).left(area.w.saturating_sub(30));
        bars.push((room, (amplitude.value / most) as f32));
        words.push((area.row(row).right_of(11 + room.w + 1), vec![Part { text, tone: Tone::Plain }]));
    }
    (bars, words)
}

/// What the figures come to in words: a difference only where the interval leaves no doubt of one.
fn sentence(pair: &Pair<'_>) -> String {
    let [left, right] = pair.names;
    let symmetry = &pair.symmetry;
    let ratio = symmetry.amplitude_ratio;
    let size = match ratio.value {
        value if ratio.low > 1.0 => format!("{left} moves {} as far as {right}", times(value)),
        value if ratio.high < 1.0 => format!("{right} moves {} as far as {left}", times(1.0 / value)),
        _ => format!("{left} and {right} move equally far, as far as can be told"),
    };
    let lag = symmetry.lag;
    let share = format!(", {:.0} % of a cycle", 100.0 * lag.value.abs() / pair.cycle);
    let when = match lag.value {
        value if lag.low > 0.0 => format!("{right} follows by {value:.1} s{share}"),
        value if lag.high < 0.0 => format!("{left} follows by {:.1} s{share}", -value),
        _ => "neither comes first, as far as can be told".to_owned(),
    };
    let together = match symmetry.coherence {
        coherence if coherence.low >= CLOSELY => "they go together closely",
        coherence if coherence.low >= LOOSELY => "they go together",
        coherence if coherence.value >= LOOSELY => "they go together loosely, if they do",
        _ => "they hardly go together",
    };
    let only = match pair.amplitudes {
        [Some(_), None] => format!(" By itself only {left} shows the rhythm."),
        [None, Some(_)] => format!(" By itself only {right} shows the rhythm."),
        _ => String::new(),
    };
    format!("{size}; {when}; {together}.{only}")
}

fn times(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.2} times") } else { "more than ten times".to_owned() }
}

/// The middle of each stretch of either channel, without its trend, and the half of the larger one's reach.
fn path(seen: &Seen, symmetry: &Symmetry) -> (Vec<(f32, f32)>, f64) {
    let Some(rate) = seen.nominal() else { return (Vec::new(), 1.0) };
    let frames = rate.frames(symmetry.window).max(1);
    let points = (symmetry.window.0 * POINTS_PER_SECOND).min(MOST_POINTS);
    let each = ((frames as f64 / points).round() as u64).max(1);
    let from = SampleIndex(symmetry.end.0.saturating_sub(frames));
    let side = |channel: usize| {
        let mut columns = vec![Column::EMPTY; (frames / each) as usize];
        seen.columns.columns(channel, from, each, &mut columns);
        let middle = |column: &Column| column.has_samples().then(|| f64::midpoint(f64::from(column.min), f64::from(column.max)));
        without_trend(&columns.iter().map(middle).collect::<Vec<_>>())
    };
    let (left, right) = (side(symmetry.left), side(symmetry.right));
    let reach = left.iter().chain(&right).flatten().fold(0.0, |most: f64, value| most.max(value.abs())).max(1e-12);
    let point = |(left, right): (&Option<f64>, &Option<f64>)| Some(((left.as_ref()? / reach) as f32, (right.as_ref()? / reach) as f32));
    (left.iter().zip(&right).filter_map(point).collect(), reach)
}

/// Takes a straight line out.
fn without_trend(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let told = || values.iter().enumerate().filter_map(|(at, value)| Some((at as f64, (*value)?)));
    let count = told().count().max(1) as f64;
    let (x, y) = told().fold((0.0, 0.0), |(x, y), (at, value)| (x + at / count, y + value / count));
    let (over, under) = told().fold((0.0, 0.0), |(over, under), (at, value)| (over + (at - x) * (value - y), under + (at - x).powi(2)));
    let slope = if under > 0.0 { over / under } else { 0.0 };
    values.iter().enumerate().map(|(at, value)| value.map(|value| value - y - slope * (at as f64 - x))).collect()
}

/// The ellipse of two sines with these amplitudes and this lag.
fn fitted(pair: &Pair<'_>, reach: f64) -> Vec<(f32, f32)> {
    let symmetry = &pair.symmetry;
    let [left, other] = pair.amplitudes.map(|amplitude| amplitude.map(|amplitude| amplitude.value / 2.0));
    let Some(left) = left.or_else(|| Some(other? * symmetry.amplitude_ratio.value)) else { return Vec::new() };
    let right = left / symmetry.amplitude_ratio.value;
    let behind = TAU * symmetry.lag.value / pair.cycle;
    let point = |n: u32| {
        let phase = TAU * f64::from(n) / f64::from(FITTED);
        ((left * phase.cos() / reach) as f32, (right * (phase - behind).cos() / reach) as f32)
    };
    (0..FITTED).map(point).collect()
}
