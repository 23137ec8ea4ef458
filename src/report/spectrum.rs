//! The test itself, of one window: amplitude against rate, the noise it was judged against, and what it takes to be told as a rhythm.

use super::picture::{Anchor, Dash, HALF, Ink, Letters, Picture, cut};
use super::scale::{Scale, number};
use super::{Session, text};
use crate::rhythm::{Rhythm, Spectrum, Way};

const HIGH: f32 = 140.0;
const LEFT: f32 = 44.0;
const RIGHT: f32 = HALF - 8.0;
const TOP: f32 = 34.0;
const FOOT: f32 = HIGH - 30.0;

/// Draws the spectrum of a window.
pub fn picture(session: &Session, of: &Spectrum) -> Picture {
    let (rhythm, channel) = (of.estimate.rhythm, of.estimate.channel);
    let title = format!("{} in {}", rhythm.word(), session.channel(channel));
    let mut picture = Picture::new((HALF, HIGH), format!("Spectrum: {title}"), words(session, of));
    picture.text((0.0, 12.0), cut(&title, 11.5, HALF - 100.0).unwrap_or_default(), Letters::NAME.of(Ink::Of(rhythm)));
    picture.text((RIGHT, 12.0), format!("window of {:.0} s to {}", of.estimate.window.0, of.estimate.t), Letters::SCALE.at(Anchor::End));
    let margin = 0.06 * (of.range.1 - of.range.0);
    let ends = ((of.range.0 - margin).max(of.rate(0)), of.range.1 + margin);
    let within = of.between(ends.0, ends.1);
    let seen = |curve: &[f32]| curve[within.clone()].iter().copied().filter(|value| value.is_finite()).fold(0.0, f32::max);
    let usual = median(&of.threshold[within.clone()]);
    // A threshold that leaps where a line leaves nothing to be judged against would dwarf the rest.
    let most = seen(&of.amplitude).max(seen(&of.noise)).max(seen(&of.threshold).min(2.5 * usual));
    let rates = Scale { values: ends, places: (LEFT, RIGHT) };
    let heights = Scale { values: (0.0, f64::from(most.max(f32::MIN_POSITIVE)) * 1.12), places: (FOOT, TOP) };
    axes(&mut picture, (rates, heights), session.unit(channel));
    let curve = |values: &[f32]| -> Vec<(f32, f32)> {
        within
            .clone()
            .filter(|at| values[*at].is_finite())
            .map(|at| (rates.place(of.rate(at)), heights.place(f64::from(values[at]))))
            .collect()
    };
    let noise = curve(&of.noise);
    if let (Some(first), Some(last)) = (noise.first(), noise.last()) {
        let closed = [(first.0, FOOT)].into_iter().chain(noise.iter().copied()).chain([(last.0, FOOT)]).collect();
        picture.area(closed, Ink::Dim, 0.22);
    }
    picture.line(curve(&of.threshold), Ink::Text, (0.9, Dash::Dashed));
    picture.line(curve(&of.amplitude), Ink::Of(rhythm), (1.5, Dash::Solid));
    peak(&mut picture, of, (rates, heights));
    picture
}

fn axes(picture: &mut Picture, (rates, heights): (Scale, Scale), unit: &str) {
    picture.line(vec![(LEFT, FOOT), (RIGHT, FOOT)], Ink::Rule, (1.0, Dash::Solid));
    let marks = rates.round(6);
    let step = marks.windows(2).map(|pair| pair[1] - pair[0]).next().unwrap_or(1.0);
    for mark in marks {
        let x = rates.place(mark);
        picture.line(vec![(x, FOOT), (x, FOOT + 4.0)], Ink::Rule, (1.0, Dash::Solid));
        picture.text((x, FOOT + 15.0), number(mark, step), Letters::SCALE.at(Anchor::Middle));
    }
    picture.text((RIGHT, FOOT + 27.0), "cycles a minute", Letters::SCALE.at(Anchor::End));
    let marks = heights.round(3);
    let step = marks.windows(2).map(|pair| pair[1] - pair[0]).next().unwrap_or(1.0);
    for mark in marks {
        let y = heights.place(mark);
        picture.line(vec![(LEFT, y), (RIGHT, y)], Ink::Rule, (0.4, Dash::Dotted));
        picture.text((LEFT - 5.0, y + 3.5), number(mark, step), Letters::SCALE.at(Anchor::End));
    }
    picture.text(
        (LEFT, TOP - 8.0),
        if unit.is_empty() { "peak to trough".to_owned() } else { format!("peak to trough, {unit}") },
        Letters::SCALE,
    );
}

/// The rate that the row tells, where it is present.
fn peak(picture: &mut Picture, of: &Spectrum, (rates, heights): (Scale, Scale)) {
    let Some(figure) = of.estimate.present() else { return };
    let x = rates.place(figure.rate.value);
    let near = of.between(figure.rate.value - of.step_per_min, figure.rate.value + of.step_per_min);
    let high = near.map(|at| of.amplitude[at]).fold(0.0, f32::max);
    let y = heights.place(f64::from(high));
    let ink = Ink::Of(of.estimate.rhythm);
    picture.dot((x, y), 2.6, ink);
    let (x, anchor) = if x > RIGHT - 70.0 { (x - 6.0, Anchor::End) } else { (x + 6.0, Anchor::Start) };
    let told = format!("{} /min", text::decimal(figure.rate.value, text::rate_digits(figure.rate)));
    picture.text((x, (y - 3.0).max(TOP + 4.0)), told, Letters::NAME.of(ink).at(anchor).clear());
}

fn median(values: &[f32]) -> f32 {
    let mut sorted: Vec<f32> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f32::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

fn words(session: &Session, of: &Spectrum) -> String {
    let window =
        format!("Window of {:.0} s that ends at {} in {}.", of.estimate.window.0, of.estimate.t, session.channel(of.estimate.channel));
    let said = match (&of.estimate.figure, of.estimate.present()) {
        (_, Some(figure)) => {
            let rate = text::rate(figure.rate);
            format!("The {} stands out at {rate} /min, p = {}.", word(of.estimate.rhythm), text::probability(figure.p))
        }
        (Some(figure), None) => format!("Nothing is told from noise: p = {}.", text::probability(figure.p)),
        (None, None) => "Nothing can be told.".to_owned(),
    };
    format!("{window} {said} The curve is the amplitude at each rate, the grey ground the noise, the dashed line what it takes.")
}

/// A rhythm in a sentence.
fn word(rhythm: Rhythm) -> String {
    format!("{} rhythm", rhythm.word())
}

/// Where the window's evidence came from, if not from the line in the picture.
pub fn way(of: &Spectrum) -> Option<&'static str> {
    let figure = of.estimate.present()?;
    let own = of.peaks.iter().min_by(|a, b| (a.rate - figure.rate.value).abs().total_cmp(&(b.rate - figure.rate.value).abs()))?;
    match own.way {
        Way::Whole => None,
        Way::Pieces(_) => Some("Told by pieces of the window: the rhythm does not keep its rate."),
        Way::Double => Some("Told together with its double: the rhythm has a shape of its own."),
    }
}
