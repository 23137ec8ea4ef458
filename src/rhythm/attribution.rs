//! Whose line it is, where rhythms could be confused. Nobody is told that a breath is a craniosacral rhythm.

use super::line::Line;
use super::slower::Slower;
use super::window::{Range, Window};
use super::{Figure, Flag, Flags, Rhythm, Row};

/// A line within this share of the breath's rate is the breath's own, for a breath wanders.
const BREATH_WIDTH: f64 = 0.15;
/// A line within this share of a multiple of the breath's rate may be that multiple.
const HARMONIC_WIDTH: f64 = 0.06;

/// A breath may be slower than it is looked for, by this: at rest, or where somebody breathes to a pace, it is.
const SLOWER: f64 = 2.0 / 3.0;
/// What a channel of the breath's own tells of it is right to this share, and to so many times as far as a breath is known elsewhere;
const TOLD: f64 = 0.03;
const KNOWN: f64 = 2.0;
/// a rate that is off by more than this share, and half a Rayleigh width, is another rhythm's.
const OTHER: f64 = 0.08;

/// A breath's harmonic that has a multiple which is none of the breath's is the fundamental of that, unless it is so many times less than the breath's may be.
const MOSTLY: f64 = 2.0;
/// The strongest line of a pulse may be one of these of its harmonics.
const MULTIPLES: [f64; 3] = [4.0, 3.0, 2.0];

/// A breath's harmonics have less than this share of its fundamental.
const LESS: f64 = 0.7;

/// A line of less than this share of the strongest one's amplitude is no second rhythm,
const SLIGHT: f64 = 0.1;
/// nor one of less than this share, unless its p is below that: beside a strong line chance ones are looked for in what is left.
const LESSER: f64 = 0.5;
const SURE: f64 = 1e-5;

/// Sidebands of a breath are alike: the smaller has more than this share of the other's amplitude;
const MIRROR: f64 = 0.4;
/// and where a breath waxes and wanes from a fixed rest, both have more than this share of what that makes of the trace's middle.
const WAXES: f64 = 0.2;

/// What is known of the breath before a channel is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Breath {
    /// Nothing.
    Unknown,
    /// This is a channel of the breath's own.
    Own,
    /// A channel of the breath's own has it there.
    Reference(Reference),
}

/// Where a channel of the breath's own has it, cycles a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reference {
    /// Its mean rate over the window.
    pub at: f64,
    /// How far it was from that in a part of the window; 0 where it kept about that rate. A breath that was held for half a minute has a mean rate that it had nowhere.
    pub reach: f64,
}

impl Breath {
    fn reach(self) -> f64 {
        if let Self::Reference(reference) = self { reference.reach } else { 0.0 }
    }
}

/// The breath's line in a window: where the reference says, or the strongest in the breath's own channel, or, in a channel that could carry
/// several rhythms, the one with harmonics, else the fastest.
pub fn breath(window: &Window, known: Breath, range: Range) -> Option<&Line> {
    let inside = || rhythms(window, known).filter(move |line| range.holds(line.frequency));
    match known {
        Breath::Reference(Reference { at, .. }) => {
            let width = width(at, window);
            largest(inside().filter(|line| (line.frequency - at).abs() < width))
        }
        Breath::Own => largest(inside()),
        Breath::Unknown => {
            let rich = largest(inside().filter(|line| line.harmonics > 1));
            rich.or_else(|| inside().next_back())
        }
    }
}

/// Its frequency; in the breath's own channel that of a slower line where there is none in its range: a breath may be slower than it is looked for.
pub fn breath_or_slower(window: &Window, known: Breath, (range, slower): (Range, Range)) -> Option<f64> {
    let beyond = || largest(rhythms(window, known).filter(|line| known == Breath::Own && slower.holds(line.frequency)));
    breath(window, known, range).or_else(beyond).map(|line| line.frequency)
}

/// The line of the greatest amplitude.
fn largest<'a>(lines: impl Iterator<Item = &'a Line>) -> Option<&'a Line> {
    lines.max_by(|a, b| a.fundamental().total_cmp(&b.fundamental()))
}

/// The lines that may be rhythms of their own.
fn rhythms(window: &Window, known: Breath) -> impl DoubleEndedIterator<Item = &Line> {
    let top = window.lines().iter().map(Line::fundamental).fold(0.0, f64::max);
    // Where the breath is known nothing else is taken for it, and a lesser line harms less.
    let lesser = if known == Breath::Unknown { LESSER } else { SLIGHT };
    let strong = move |line: &&Line| line.fundamental() > if line.p < SURE { SLIGHT } else { lesser } * top;
    window.lines().iter().filter(strong).filter(|line| !is_beside_larger(line, window))
}

/// Whether a line is so near to one of more than twice its size that it is what that one wanders or swells by.
fn is_beside_larger(line: &Line, window: &Window) -> bool {
    let near = |other: &Line| (other.frequency - line.frequency).abs() < width(other.frequency, window);
    window.lines().iter().any(|other| line.fundamental() < LESSER * other.fundamental() && near(other))
}

fn is_lone(window: &Window, known: Breath) -> bool {
    rhythms(window, known).count() == 1
}

fn width(frequency: f64, window: &Window) -> f64 {
    (frequency * BREATH_WIDTH).max(1.5 * window.rayleigh())
}

/// Where a rhythm is looked for, and where the two are that could be confused, cycles a sample.
#[derive(Clone, Copy, Debug)]
pub struct Ranges {
    /// The rhythm's own.
    pub own: Range,
    /// The breath's.
    pub breath: Range,
    /// The cranial rhythm's.
    pub cranial: Range,
}

impl Ranges {
    /// Where the breath is, that no cranial rhythm may be.
    fn breath_in(self, window: &Window, known: Breath) -> Option<f64> {
        match known {
            Breath::Reference(reference) => Some(reference.at),
            _ => breath_or_slower(window, known, (self.breath, self.cranial)),
        }
    }

    fn share(self, frequency: f64) -> bool {
        (SLOWER * self.breath.low..=self.breath.high).contains(&frequency) && self.cranial.holds(frequency)
    }
}

/// The frequency of a rhythm's line in a window, if there is one that can be attributed to it.
pub fn pick(rhythm: Rhythm, window: &mut Window, known: Breath, ranges: Ranges, flags: &mut Flags) -> Option<f64> {
    match rhythm {
        Rhythm::Tide => strongest(window, ranges.own),
        Rhythm::Pulse => pulse(window, ranges.own, flags),
        Rhythm::Breath => {
            let line = breath(window, known, ranges.breath)?;
            if known == Breath::Unknown && is_lone(window, known) && ranges.share(line.frequency) {
                flags.insert(Flag::SharedWithBreath);
            }
            flag_guess(line.frequency, (window, known), ranges, flags);
            Some(line.frequency)
        }
        Rhythm::Cranial => cranial(window, known, ranges, flags),
    }
}

/// Whether a candidate, which no line was taken for, may be this rhythm at all. It is held to what a line is held to.
pub fn admits((rhythm, frequency): (Rhythm, f64), window: &Window, known: Breath, ranges: Ranges, flags: &mut Flags) -> bool {
    match (rhythm, ranges.breath_in(window, known)) {
        (Rhythm::Cranial | Rhythm::Breath, None) => {
            if known == Breath::Unknown && window.lines().is_empty() && ranges.share(frequency) {
                flags.insert(Flag::SharedWithBreath);
            }
            true
        }
        (Rhythm::Cranial, Some(at)) if (frequency - at).abs() < width(at, window) + known.reach() => {
            flags.insert(Flag::NearBreath);
            false
        }
        (Rhythm::Breath, Some(at)) => (frequency - at).abs() < width(at, window),
        (Rhythm::Cranial, Some(_)) | (Rhythm::Tide | Rhythm::Pulse, _) => true,
    }
}

/// Where the breath was told from another line that could be it by less than two signs, that it has harmonics and is the faster one, it is a guess which is which.
fn flag_guess(breath: f64, (window, known): (&Window, Breath), ranges: Ranges, flags: &mut Flags) {
    if known != Breath::Unknown || !ranges.share(breath) {
        return;
    }
    let apart = width(breath, window);
    let other = rhythms(window, known).filter(|line| ranges.share(line.frequency) && (line.frequency - breath).abs() > apart);
    let rich = window.lines().iter().any(|line| line.frequency == breath && line.harmonics > 1);
    if other.map(|line| line.frequency).fold(0.0, f64::max) > if rich { breath } else { 0.0 } {
        flags.insert(Flag::BreathOrCranial);
    }
}

/// Whether a figure of the breath, its rate in cycles a sample of the window, can be of the breath that is known. Two rhythms as near to one another as a window of the
/// breath's tells them apart are one line in it, which is neither's.
pub fn agrees(figure: &Figure, per_min: f64, window: &Window, known: Breath, flags: &mut Flags) -> bool {
    let Breath::Reference(Reference { at: frequency, .. }) = known else { return true };
    let off = (figure.rate.value / per_min - frequency).abs();
    if off > (TOLD * frequency).max(KNOWN * figure.rate.half_width() / per_min) {
        flags.insert(Flag::BreathOrCranial);
    }
    off <= (OTHER * frequency).max(window.rayleigh() / 2.0)
}

/// Whether a rate in the breath's range is told of what belongs to a slower, larger line, which may be a breath's that is slower than it is looked for: a harmonic, or
/// too little beside it to be another rhythm.
pub fn is_of_slower(frequency: f64, amplitude: f64, window: &Window, ranges: Ranges) -> bool {
    let mut slower = window.lines().iter().filter(|line| line.frequency < ranges.breath.low);
    slower.any(|line| {
        let near = |multiple: f64| (frequency - multiple).abs() < HARMONIC_WIDTH * frequency;
        let share = amplitude / line.fundamental();
        share < SLIGHT || share < LESS && [2.0, 3.0].into_iter().any(|h| near(h * line.frequency))
    })
}

/// The frequency of the largest line in a range.
pub fn strongest(window: &Window, range: Range) -> Option<f64> {
    largest(window.lines().iter().filter(|line| range.holds(line.frequency))).map(|line| line.frequency)
}

/// The strongest line that is no harmonic of the breath, or a slower one that it is a harmonic of: one that is half as strong, or a rate of which there are other
/// harmonics too. Where there is none, and nothing else is told either, the strongest that may be one: its double tells whether it is, or it is flagged.
fn pulse(window: &mut Window, range: Range, flags: &mut Flags) -> Option<f64> {
    let seen = &*window;
    let inside = |times: f64| seen.lines().iter().filter(move |line| range.holds(line.frequency) && !seen.is_overtone(line, times));
    let Some(top) = largest(inside(1.0)) else {
        let doubtful = largest(window.lines().iter().filter(|line| range.holds(line.frequency) && !line.known))?.frequency;
        if window.tells_of_another(doubtful) {
            return None;
        }
        if window.has_double(doubtful) {
            window.tell_by(2.0);
        } else {
            flags.insert(Flag::NearBreathHarmonic);
        }
        return Some(doubtful);
    };
    let base = |line: &&Line| {
        let h = (top.frequency / line.frequency).round();
        h >= 2.0 && (top.frequency / line.frequency / h - 1.0).abs() < HARMONIC_WIDTH && line.fundamental() > 0.5 * top.fundamental()
    };
    let (top, found) = (top.frequency, inside(MOSTLY).find(base).map(|base| (base.frequency, seen.is_overtone(base, 1.0))));
    if let Some((base, hidden)) = found {
        if hidden {
            window.tell_by((top / base).round());
        }
        return Some(base);
    }
    let slower = MULTIPLES.into_iter().filter(|h| range.holds(top / h)).find_map(|h| window.take_base(top, h));
    Some(slower.unwrap_or(top))
}

/// Of the rows of one step: where breath and cranial rhythm of a channel are told at one rate, and one of them says that it may be the other, both do. Their
/// windows are not equally long, so one may hold a second line where the other has only this.
pub fn flag_shared(rows: &mut [Row]) {
    for at in 0..rows.len() {
        let Row::Estimate(said) = rows[at] else { continue };
        let Some(rate) = said.present().map(|figure| figure.rate.value) else { continue };
        let other = match said.rhythm {
            Rhythm::Breath => Rhythm::Cranial,
            Rhythm::Cranial => Rhythm::Breath,
            Rhythm::Tide | Rhythm::Pulse => continue,
        };
        if !said.flags.contains(Flag::SharedWithBreath) {
            continue;
        }
        for row in rows.iter_mut() {
            if let Row::Estimate(estimate) = row
                && (estimate.channel, estimate.rhythm, estimate.series) == (said.channel, other, None)
                && estimate.present().is_some_and(|figure| (figure.rate.value / rate - 1.0).abs() < BREATH_WIDTH)
            {
                estimate.flags.insert(Flag::SharedWithBreath);
            }
        }
    }
}

/// Of the rows of one step: a pulse at a multiple of the breath that its channel is told with, no larger than that harmonic of it could be, is flagged. In its own window
/// a breath with humps may hide behind its harmonics, where a longer one tells it.
pub fn flag_multiples(rows: &mut [Row]) {
    for at in 0..rows.len() {
        let Row::Estimate(said) = rows[at] else { continue };
        let Some(breath) = said.present().filter(|_| said.rhythm == Rhythm::Breath && said.series.is_none()).copied() else { continue };
        let slower = Slower::new((breath.rate.value, breath.amplitude.value / 2.0), None, None);
        for row in rows.iter_mut() {
            if let Row::Estimate(estimate) = row
                && (estimate.channel, estimate.rhythm, estimate.series) == (said.channel, Rhythm::Pulse, None)
                && estimate
                    .present()
                    .is_some_and(|told| slower.may_explain(told.rate.value, told.amplitude.value / 2.0, told.rate.half_width()))
            {
                estimate.flags.insert(Flag::NearBreathHarmonic);
            }
        }
    }
}

/// Flags a cranial figure, its rate in cycles a sample and its amplitude from the middle, that may be a part of the breath: at a half, a third or a multiple of it, or
/// what the breath does as it waxes and wanes, or quickens and slows.
pub fn flag_of_breath((frequency, amplitude): (f64, f64), window: &mut Window, known: Breath, ranges: Ranges, flags: &mut Flags) {
    let Some(breath) = ranges.breath_in(window, known).filter(|at| (frequency - at).abs() > width(*at, window)) else { return };
    let near = |multiple: f64| (frequency - breath * multiple).abs() < (breath * multiple * HARMONIC_WIDTH).max(window.rayleigh() / 2.0);
    if [0.5, 1.0 / 3.0, 2.0, 3.0].into_iter().any(near) {
        flags.insert(Flag::NearBreathHarmonic);
    }
    let [mirror, slower, faster] = window.sizes_at([2.0 * breath - frequency, breath - frequency, breath + frequency]);
    if mirror > MIRROR * amplitude || slower.min(faster) > WAXES * amplitude {
        flags.insert(Flag::NearBreath);
    }
}

fn cranial(window: &Window, known: Breath, ranges: Ranges, flags: &mut Flags) -> Option<f64> {
    let Some(at) = ranges.breath_in(window, known) else {
        let strongest = strongest(window, ranges.own);
        if known == Breath::Unknown && is_lone(window, known) && strongest.is_some_and(|at| ranges.share(at)) {
            flags.insert(Flag::SharedWithBreath);
        }
        return strongest;
    };
    if known == Breath::Unknown && is_lone(window, known) && ranges.share(at) {
        flags.insert(Flag::SharedWithBreath);
        return Some(at);
    }
    let width = width(at, window) + known.reach();
    let inside = || rhythms(window, known).filter(|line| ranges.own.holds(line.frequency));
    let near = |line: &&Line| (line.frequency - at).abs() < width;
    let best = largest(inside().filter(|line| !near(line))).map(|line| line.frequency);
    match best {
        Some(_) => flag_guess(at, (window, known), ranges, flags),
        None if inside().any(|line| near(&line)) => flags.insert(Flag::NearBreath),
        None => {}
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::Interval;
    use crate::rhythm::window::{Kind, Shape};
    use std::f64::consts::TAU;

    #[test]
    fn of_two_lines_the_one_with_harmonics_is_the_breath_and_not_the_faster_one() {
        let range = |low, high| Range { low, high };
        let (own, context) = (range(0.02, 0.1333), range(0.01, 0.1333));
        let mut window = Window::new(Shape { len: 300, range: own, context, floor: 0.0, kind: Kind::Cycles });
        let mut normal = crate::simulate::Normal::new(5, 0);
        let wave = |i: usize| (TAU * 0.04 * i as f64).sin() + 0.6 * (TAU * 0.08 * i as f64).cos() + 0.9 * (TAU * 0.058 * i as f64).sin();
        window.look((0..300).map(|i| wave(i) + 0.05 * normal.draw()));
        let found = breath(&window, Breath::Unknown, own).map(|line| line.frequency);
        assert!(found.is_some_and(|frequency| (frequency - 0.04).abs() < 1e-3), "{found:?} of {:?}", window.lines().len());
    }

    #[test]
    fn a_pulse_that_a_breath_with_steps_could_have_as_a_harmonic_says_so() {
        use crate::rhythm::Estimate;
        use crate::signal::{SampleIndex, Seconds};
        let row = |rhythm, rate: f64, amplitude: f64| {
            let around = |value: f64| Interval { value, low: value - 0.2, high: value + 0.2 };
            let figure = Figure { rate: around(rate), amplitude: around(amplitude), p: 1e-6, present: true, regularity: None };
            let (end, t, window) = (SampleIndex(0), Seconds(0.0), Seconds(30.0));
            Row::Estimate(Estimate { channel: 0, series: None, rhythm, end, t, window, figure: Some(figure), flags: Flags::default() })
        };
        for (rate, amplitude, is) in [(45.3, 20.0, true), (45.3, 80.0, false), (52.0, 20.0, false)] {
            let mut rows = [row(Rhythm::Breath, 15.0, 100.0), row(Rhythm::Pulse, rate, amplitude)];
            flag_multiples(&mut rows);
            let Row::Estimate(pulse) = rows[1] else { unreachable!() };
            assert_eq!(pulse.flags.contains(Flag::NearBreathHarmonic), is, "{rate} of {amplitude}");
        }
    }

    #[test]
    fn a_rate_that_both_rows_tell_is_said_to_be_one_in_both() {
        use crate::rhythm::Estimate;
        use crate::signal::{SampleIndex, Seconds};
        let row = |channel, rhythm, rate: f64, flags| {
            let around = Interval { value: rate, low: rate - 0.1, high: rate + 0.1 };
            let figure = Some(Figure { rate: around, amplitude: around, p: 1e-6, present: true, regularity: None });
            let (end, t, window) = (SampleIndex(9000), Seconds(90.0), Seconds(60.0));
            Row::Estimate(Estimate { channel, series: None, rhythm, end, t, window, figure, flags })
        };
        let shared = Flags::of(Flag::SharedWithBreath);
        let mut rows = [
            row(0, Rhythm::Cranial, 14.8, Flags::default()),
            row(1, Rhythm::Cranial, 10.1, Flags::default()),
            row(2, Rhythm::Cranial, 14.8, Flags::default()),
            row(0, Rhythm::Breath, 14.9, shared),
            row(1, Rhythm::Breath, 14.9, shared),
            row(2, Rhythm::Breath, 14.9, Flags::default()),
        ];
        flag_shared(&mut rows);
        let said = rows.map(|row| matches!(row, Row::Estimate(estimate) if estimate.flags.contains(Flag::SharedWithBreath)));
        assert_eq!(said, [true, false, false, true, true, false]);
    }

    #[test]
    fn a_slower_line_is_the_pulse_only_where_the_strongest_is_its_harmonic_and_not_twice_as_strong() {
        let range = Range { low: 0.0267, high: 0.1333 };
        let told = |slower: f64, size: f64| {
            let mut window = Window::new(Shape { len: 375, range, context: range, floor: 0.024, kind: Kind::Cycles });
            let mut normal = crate::simulate::Normal::new(8, 0);
            let wave = |i: usize| (TAU * 0.11 * i as f64).sin() + size * (TAU * slower * i as f64 + 1.0).sin();
            window.look((0..375).map(|i| wave(i) + 0.05 * normal.draw()));
            pulse(&mut window, range, &mut Flags::default()).unwrap()
        };
        for (slower, size, is) in [(0.055, 0.8, 0.055), (0.055, 0.3, 0.11), (0.07, 0.8, 0.11)] {
            let found = told(slower, size);
            assert!((found - is).abs() < 1e-3, "{slower} of {size}: {found}");
        }
    }
}
