//! Whose line it is, where rhythms could be confused. Nobody is told that a breath is a craniosacral rhythm.

use super::fit::Line;
use super::window::{Range, Window};
use super::{Flag, Flags, Rhythm};

/// A line within this share of the breath's rate is the breath's own, for a breath wanders.
const BREATH_WIDTH: f64 = 0.15;
/// A line within this share of a multiple of the breath's rate may be that multiple.
const HARMONIC_WIDTH: f64 = 0.06;

/// What is known of the breath before a channel is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Breath {
    /// Nothing.
    Unknown,
    /// This is the breath's own channel.
    Own,
    /// The breath's own channel has it there, cycles a sample.
    Reference(f64),
}

/// The breath's line in a window: where the reference says, or the strongest in the breath's own channel, or, in a channel that could carry
/// several rhythms, the one with harmonics, else the fastest.
pub fn breath(window: &Window, known: Breath, range: Range) -> Option<&Line> {
    let inside = || window.lines().iter().filter(|line| range.holds(line.frequency));
    match known {
        Breath::Reference(frequency) => {
            let width = width(frequency, window);
            inside().filter(|line| (line.frequency - frequency).abs() < width).max_by(|a, b| a.fundamental().total_cmp(&b.fundamental()))
        }
        Breath::Own => inside().max_by(|a, b| a.fundamental().total_cmp(&b.fundamental())),
        Breath::Unknown => {
            let rich = inside().filter(|line| line.waves.len() > 1).max_by(|a, b| a.fundamental().total_cmp(&b.fundamental()));
            rich.or_else(|| inside().next_back())
        }
    }
}

fn width(frequency: f64, window: &Window) -> f64 {
    (frequency * BREATH_WIDTH).max(1.5 * window.rayleigh())
}

/// The frequency of a rhythm's line in a window, if there is one that can be attributed to it.
pub fn pick(rhythm: Rhythm, window: &Window, known: Breath, (range, breath_range): (Range, Range), flags: &mut Flags) -> Option<f64> {
    match rhythm {
        Rhythm::Tide => strongest(window, range),
        Rhythm::Pulse => pulse(window, range),
        Rhythm::Breath => {
            let line = breath(window, known, range)?;
            let alone = window.lines().len() == 1;
            if known == Breath::Unknown && alone && in_both(line.frequency, range) {
                flags.insert(Flag::SharedWithBreath);
            }
            Some(line.frequency)
        }
        Rhythm::Cranial => cranial(window, known, (range, breath_range), flags),
    }
}

fn strongest(window: &Window, range: Range) -> Option<f64> {
    let inside = window.lines().iter().filter(|line| range.holds(line.frequency));
    inside.max_by(|a, b| a.fundamental().total_cmp(&b.fundamental())).map(|line| line.frequency)
}

/// The slowest strong line, for the faster ones are likely its harmonics.
fn pulse(window: &Window, range: Range) -> Option<f64> {
    let top = window.lines().iter().map(Line::fundamental).fold(0.0, f64::max);
    let strong = window.lines().iter().filter(|line| range.holds(line.frequency) && line.fundamental() > 0.25 * top);
    strong.map(|line| line.frequency).min_by(f64::total_cmp).or_else(|| strongest(window, range))
}

/// Whether a breath's frequency also lies in the cranial range: below 15 of the breath's 6 to 40, that is 2.5 times its low end.
fn in_both(frequency: f64, breath_range: Range) -> bool {
    frequency < breath_range.low * 2.5
}

fn cranial(window: &Window, known: Breath, (range, breath_range): (Range, Range), flags: &mut Flags) -> Option<f64> {
    let own_breath = breath(window, known, breath_range).map(|line| line.frequency);
    let lone = window.lines().len() == 1;
    let reference = match known {
        Breath::Reference(frequency) => Some(frequency),
        _ => own_breath,
    };
    let Some(at) = reference else { return strongest(window, range) };
    if lone && known != Breath::Own && !matches!(known, Breath::Reference(_)) && range.holds(at) {
        flags.insert(Flag::SharedWithBreath);
        return Some(at);
    }
    let width = width(at, window);
    let inside = window.lines().iter().filter(|line| range.holds(line.frequency));
    let (near, free): (Vec<&Line>, Vec<&Line>) = inside.partition(|line| (line.frequency - at).abs() < width);
    let best = free.into_iter().max_by(|a, b| a.fundamental().total_cmp(&b.fundamental())).map(|line| line.frequency);
    match best {
        Some(frequency) => {
            let near = |multiple: f64| (frequency - at * multiple).abs() < (at * multiple * HARMONIC_WIDTH).max(window.rayleigh() / 2.0);
            if [0.5, 1.0 / 3.0, 2.0, 3.0].into_iter().any(near) {
                flags.insert(Flag::NearBreathHarmonic);
            }
        }
        None if !near.is_empty() => flags.insert(Flag::NearBreath),
        None => {}
    }
    best
}
