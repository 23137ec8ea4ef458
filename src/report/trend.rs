//! How rate and amplitude of each rhythm went on, with their intervals, beside each other on one scale of time.

use super::picture::{Anchor, Dash, Ink, Letters, Picture, WIDE};
use super::scale::{Scale, Times, number};
use super::{Lead, Point, Session, text, trace};
use crate::rhythm::{Interval, Rhythm};

/// Height of a row.
const HIGH: f32 = 50.0;
/// Between two rows.
const BETWEEN: f32 = 10.0;
/// Room for the heads.
const TOP: f32 = 16.0;
/// From where to where rate and amplitude go.
const PLACES: [(f32, f32); 2] = [(trace::LEFT, 388.0), (442.0, trace::RIGHT)];

/// Draws what is told from noise; `None` where nothing is.
pub fn picture(session: &Session) -> Option<Picture> {
    let leads: Vec<&Lead> = session.leads.iter().filter(|lead| drawn(session, lead).next().is_some()).collect();
    if leads.is_empty() {
        return None;
    }
    let foot = TOP + leads.len() as f32 * (HIGH + BETWEEN) - BETWEEN;
    let mut picture = Picture::new((WIDE, foot + 22.0), "Rate and amplitude over time", words(session, &leads));
    picture.text((PLACES[0].0, 10.0), "rate, cycles a minute", Letters::SCALE);
    picture.text((PLACES[1].0, 10.0), "amplitude, peak to trough", Letters::SCALE);
    for (at, lead) in leads.iter().enumerate() {
        let top = TOP + at as f32 * (HIGH + BETWEEN);
        picture.text((0.0, top + 12.0), lead.rhythm.word(), Letters::NAME.of(Ink::Of(lead.rhythm)));
        names(&mut picture, (session, lead), top + 26.0);
        row(&mut picture, (session, lead), (top, |point| point.rate), PLACES[0]);
        row(&mut picture, (session, lead), (top, |point| point.amplitude), PLACES[1]);
    }
    for places in PLACES {
        let times = Times::new(session.times(), places);
        times.draw(&mut picture, foot + 2.0);
        for gap in &session.gaps {
            let (from, to) = (times.place(session.time(gap.span.start)), times.place(session.time(gap.span.end)));
            picture.hatch((from, TOP), (to.max(from + 1.5).min(places.1), foot), Ink::Trouble);
        }
    }
    Some(picture)
}

/// Channels of a lead in which the rhythm is told from noise; of one that is not single windows are there by chance.
fn drawn<'a>(session: &'a Session, lead: &'a Lead) -> impl Iterator<Item = (usize, &'a [Point])> {
    let told = |channel: &&usize| session.summary(**channel, lead.rhythm).is_some_and(|summary| summary.present);
    let points = |channel: &usize| Some((*channel, session.trend(*channel, lead.rhythm)?.points.as_slice()));
    lead.channels.iter().filter(told).filter_map(points)
}

fn words(session: &Session, leads: &[&Lead]) -> String {
    let of = |lead: &&Lead| {
        let said = drawn(session, lead).filter_map(|(channel, points)| {
            let rates = points.iter().filter(|point| point.present > 0).map(|point| point.rate.value);
            let (low, high) = rates.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), rate| (low.min(rate), high.max(rate)));
            let name = session.channel(channel);
            high.is_finite().then(|| format!("{name} between {} and {} /min", text::decimal(low, 1), text::decimal(high, 1)))
        });
        format!("{}: {}", lead.rhythm.word(), text::list(&said.collect::<Vec<_>>()))
    };
    format!(
        "{}. A band is the 95 % interval; where there is none the rhythm was not told from noise.",
        leads.iter().map(of).collect::<Vec<_>>().join("; ")
    )
}

/// Which line is which channel.
fn names(picture: &mut Picture, (session, lead): (&Session, &Lead), mut y: f32) {
    let both = lead.channels.len() > 1;
    for (channel, _) in drawn(session, lead) {
        let x = if both { 18.0 } else { 0.0 };
        if both {
            picture.line(vec![(0.0, y - 3.5), (14.0, y - 3.5)], Ink::Of(lead.rhythm), (1.4, dash(lead, channel)));
        }
        // Of two channels it is the side that matters; there is little room.
        let name = if both { session.layout.channels[channel].side.word().to_owned() } else { session.channel(channel) };
        let name = super::picture::cut(&name, super::picture::SMALL, trace::LEFT - 40.0 - x);
        picture.text((x, y), name.unwrap_or_default(), Letters::SCALE);
        y += 13.0;
    }
}

fn dash(lead: &Lead, channel: usize) -> Dash {
    if lead.channels.first() == Some(&channel) { Dash::Solid } else { Dash::Dashed }
}

fn row(picture: &mut Picture, (session, lead): (&Session, &Lead), (top, of): (f32, fn(&Point) -> Interval), places: (f32, f32)) {
    let times = Times::new(session.times(), places);
    for still in session.stills.iter().filter(|still| lead.rhythm == still.rhythm && lead.channels.contains(&still.channel)) {
        picture.hatch((times.place(still.start), top), (times.place(still.end), top + HIGH), Ink::Dim);
    }
    picture.line(vec![(places.0, top + HIGH), (places.1, top + HIGH)], Ink::Rule, (0.5, Dash::Solid));
    let all: Vec<(usize, &[Point])> = drawn(session, lead).collect();
    let Some(scale) =
        scale(all.iter().flat_map(|(_, points)| points.iter()).filter(|p| p.present > 0).map(of), (top + HIGH - 2.0, top + 2.0))
    else {
        return;
    };
    let marks = scale.round(3);
    let step = marks.windows(2).map(|pair| pair[1] - pair[0]).next().unwrap_or(1.0);
    for mark in marks {
        let y = scale.place(mark);
        picture.line(vec![(places.0, y), (places.1, y)], Ink::Rule, (0.4, Dash::Dotted));
        picture.text((places.0 - 5.0, y + 3.5), number(mark, step), Letters::SCALE.at(Anchor::End));
    }
    for (channel, points) in all {
        for run in points.chunk_by(|a, b| a.present > 0 && b.present > 0).filter(|run| run[0].present > 0) {
            stretch(picture, run, (&times, scale, of), (lead.rhythm, dash(lead, channel)));
        }
    }
}

/// Points in a row at which the rhythm was present: a line with its band.
fn stretch(
    picture: &mut Picture,
    run: &[Point],
    (times, scale, of): (&Times, Scale, fn(&Point) -> Interval),
    (rhythm, dash): (Rhythm, Dash),
) {
    let ink = Ink::Of(rhythm);
    let at = |point: &Point, value: f64| (times.place(point.t()), scale.place(value));
    if let [alone] = run {
        let (x, y) = at(alone, of(alone).value);
        picture.line(vec![(x, scale.place(of(alone).low)), (x, scale.place(of(alone).high))], ink, (1.0, Dash::Solid));
        picture.dot((x, y), 1.6, ink);
        return;
    }
    let upper = run.iter().map(|point| at(point, of(point).high));
    let lower = run.iter().rev().map(|point| at(point, of(point).low));
    picture.area(upper.chain(lower).collect(), ink, 0.2);
    picture.line(run.iter().map(|point| at(point, of(point).value)).collect(), ink, (1.5, dash));
}

/// Over the values, and over their intervals as far as these do not dwarf them.
fn scale(values: impl Iterator<Item = Interval>, places: (f32, f32)) -> Option<Scale> {
    let (mut low, mut high, mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY);
    for value in values.filter(|value| value.value.is_finite()) {
        (low, high) = (low.min(value.value), high.max(value.value));
        (least, most) = (least.min(value.low), most.max(value.high));
    }
    if !(low.is_finite() && high.is_finite()) {
        return None;
    }
    let reach = (high - low).max(0.1 * high.abs()).max(f64::MIN_POSITIVE);
    let (low, high) = (least.max(low - reach).min(low), most.min(high + reach).max(high));
    let margin = 0.06 * (high - low).max(0.02 * high.abs()).max(f64::MIN_POSITIVE);
    Some(Scale { values: (low - margin, high + margin), places })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wide_interval_does_not_flatten_the_line_and_a_constant_has_a_scale() {
        let of = |value: f64, half: f64| Interval { value, low: value - half, high: value + half };
        let wide = scale([of(6.0, 0.1), of(6.4, 40.0)].into_iter(), (50.0, 0.0)).unwrap();
        assert!(wide.values.1 < 8.0 && wide.values.0 > 4.0, "{wide:?}");
        let still = scale([of(6.0, 0.0)].into_iter(), (50.0, 0.0)).unwrap();
        assert!(still.values.0 < 6.0 && still.values.1 > 6.0, "{still:?}");
        assert_eq!(scale(std::iter::empty(), (50.0, 0.0)), None);
    }
}
