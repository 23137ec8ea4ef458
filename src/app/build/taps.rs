//! The hand beside the instrument: what was felt, in a line, and in a view of its own with a rose.

use super::{Seen, figures};
use crate::app::App;
use crate::app::layout::{Area, Figures, Plan};
use crate::app::scene::{Part, Rose, TapsPane, Tone};
use crate::protocol::Tapped;
use crate::rhythm::{FEWEST_TAPS, Felt, Locking, Rhythm};
use crate::signal::Kind;

/// Petals of the rose: an hour of a clock each is halved.
const PETALS: usize = 24;
/// Rows that the words need beside or under the rose.
const WORDS: u16 = 9;

/// The taps beside the channel that the cranial rhythm is read from.
pub(super) fn tapped<'a>(app: &mut App, seen: &'a Seen) -> Option<&'a Tapped> {
    let channel = figures::reading(app, seen, Rhythm::Cranial).channel;
    let all = &seen.snapshot.tapped;
    all.iter().find(|tapped| Some(tapped.channel) == channel).or_else(|| all.first())
}

/// Whether there is a tap.
pub(super) fn are_there(app: &App) -> bool {
    count(app) > 0
}

fn count(app: &App) -> usize {
    app.marks.list().iter().filter(|a| a.kind == Kind::Tap).count()
}

/// "felt  3.1 · 1:2 · locked 0.81" on the last row of the figures, where there are taps.
pub(super) fn line(app: &mut App, seen: &Seen, place: Figures) -> Option<(Area, String)> {
    let figures = match place {
        Figures::Beside(area) => area,
        Figures::Under(area) => area.right_of(1),
    };
    let count = Some(count(app)).filter(|count| *count > 0 && figures.h > 0)?;
    let area = figures.row(figures.h - 1);
    let felt = tapped(app, seen).map(|tapped| tapped.felt);
    let Some((felt, rate)) = felt.filter(|_| count >= FEWEST_TAPS).and_then(|felt| Some((felt, felt.rate?))) else {
        return Some((area, format!("taps  {}", few(count))));
    };
    let locking = felt.locking.map_or_else(|| "not measured".to_owned(), |locking| locked(app, &locking));
    let ratio = ratio(app, &felt).map_or_else(String::new, |ratio| format!(" · {ratio}"));
    Some((area, format!("felt  {:.1}{ratio} · {locking}", rate.value)))
}

/// The view: a rose, and everything that is told of the taps.
pub(super) fn pane(app: &mut App, seen: &Seen, plan: &Plan) -> TapsPane {
    let room = plan.traces;
    let beside = room.w >= 76;
    let (rose, words) = if beside {
        (room.left(room.w - 38), room.right_of(room.w - 36))
    } else {
        let rows = WORDS.min(room.h);
        (room.top(room.h - rows), room.below(room.h - rows).right_of(2))
    };
    let name = |tapped: &Tapped| seen.snapshot.layout.as_ref().and_then(|layout| Some(layout.channels.get(tapped.channel)?.name.clone()));
    let tapped = tapped(app, seen);
    let channel = tapped.and_then(name).unwrap_or_default();
    let waiting = || vec![part("taps", Tone::Strong), part(few(count(app)), Tone::Plain)];
    let texts = match tapped {
        _ if count(app) == 0 => none(),
        Some(tapped) => texts(app, tapped, &channel),
        None => waiting(),
    };
    let words = if tapped.is_some_and(|tapped| tapped.felt.locking.is_some()) { words } else { room.right_of(2) };
    let first = if beside { room.h.saturating_sub(texts.len() as u16) / 2 } else { 0 };
    let lines = (first..).zip(texts).map(|(row, part)| (words.row(row), part)).collect();
    TapsPane { area: rose, rose: tapped.and_then(picture), lines }
}

fn none() -> Vec<Part> {
    vec![part("no taps yet", Tone::Strong), part("t, at every cycle that the hand feels", Tone::Dim)]
}

fn part(text: impl Into<String>, tone: Tone) -> Part {
    Part { text: text.into(), tone }
}

fn few(count: usize) -> String {
    if count < FEWEST_TAPS { format!("{count} · too few, {FEWEST_TAPS} tell") } else { format!("{count} · measuring") }
}

fn texts(app: &App, tapped: &Tapped, channel: &str) -> Vec<Part> {
    let felt = &tapped.felt;
    let mut parts = vec![part(format!("taps beside {channel}"), Tone::Strong)];
    let Some(rate) = felt.rate else {
        parts.push(part(few(count(app)), Tone::Plain));
        return parts;
    };
    parts.push(part(format!("{} taps, {} where it was measured", felt.taps, felt.taps_measured), Tone::Dim));
    parts.push(part(format!("felt      {:.2} /min  {:.2} to {:.2}", rate.value, rate.low, rate.high), Tone::Plain));
    let measured = felt.measured_per_min.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.2} /min"));
    parts.push(part(format!("measured  {measured}"), Tone::Of(Rhythm::Cranial)));
    if let Some(ratio) = felt.ratio() {
        parts.push(part(format!("ratio     {ratio:.2} felt to measured"), Tone::Plain));
    }
    let Some(locking) = felt.locking else {
        parts.push(part("locking   – fewer than 8 measured", Tone::Plain));
        return parts;
    };
    let p = if locking.p < 0.001 { "p < 0.001".to_owned() } else { format!("p {:.3}", locking.p) };
    parts.push(part(format!("{} at {}, {p}", locked(app, &locking), locking.ratio.word()), Tone::Plain));
    if is_locked(app, &locking) {
        let behind = if locking.offset.0 < 0.0 { "before" } else { "after" };
        parts.push(part(format!("mean offset {:.2} s {behind} the crest", locking.offset.0.abs()), Tone::Plain));
    }
    parts
}

fn is_locked(app: &App, locking: &Locking) -> bool {
    locking.p < app.settings.threshold
}

fn locked(app: &App, locking: &Locking) -> String {
    if is_locked(app, locking) { format!("locked {:.2}", locking.value) } else { "not locked".to_owned() }
}

/// The word of a ratio to which the taps are locked, else the number.
fn ratio(app: &App, felt: &Felt) -> Option<String> {
    let word = felt.locking.filter(|locking| is_locked(app, locking)).map(|locking| locking.ratio.word().to_owned());
    word.or_else(|| felt.ratio().map(|ratio| format!("{ratio:.2}")))
}

fn picture(tapped: &Tapped) -> Option<Rose> {
    let locking = tapped.felt.locking?;
    let mut counts = [0_u32; PETALS];
    for turn in &tapped.turns {
        counts[(turn * PETALS as f64).round() as usize % PETALS] += 1;
    }
    let most = f64::from(counts.iter().copied().max().unwrap_or(0).max(1));
    // The area of a petal is what the eye compares.
    let petals = counts.iter().map(|count| (f64::from(*count) / most).sqrt() as f32).collect();
    let (sin, cos) =
        tapped.turns.iter().map(|turn| (std::f64::consts::TAU * turn).sin_cos()).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
    let mean = Some((f64::atan2(sin, cos) as f32, locking.value as f32));
    let marks = match locking.ratio.word() {
        "1:2" => ["crest", "trough", "next crest", "trough"],
        "2:1" => ["crest or trough", "quarter on", "between", "quarter before"],
        _ => ["crest", "falling", "trough", "rising"],
    };
    Some(Rose { petals, mean, rhythm: Rhythm::Cranial, marks: marks.map(str::to_owned) })
}
