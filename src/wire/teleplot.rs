//! Teleplot's lines (github.com/nesnes/teleplot): `>name:value`, `>name:milliseconds:value`, several points between semicolons, then
//! `§unit` and `|flags`. Lines without `>` are what the device says to people. Stamps are milliseconds by the format.

use super::columns::{LONGEST_NAME, named};
use super::gather::{Gather, Point};
use super::number::{Decimal, number};
use super::told::Told;
use super::{Event, WireChannel};

/// What a line is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line<'a> {
    name: &'a str,
    unit: &'a str,
    points: &'a str,
}

impl<'a> Line<'a> {
    /// The channel's name.
    pub(super) fn name(&self) -> &'a str {
        self.name
    }

    /// Whether its points have times.
    pub(super) fn is_stamped(&self) -> bool {
        self.points.contains(':')
    }
}

/// The line's parts.
///
/// # Errors
/// What is not for us.
pub(super) fn parse(line: &str) -> Result<Line<'_>, &'static str> {
    let text = line.trim().strip_prefix('>').ok_or("text")?;
    if text.starts_with("3D|") {
        return Err("unsupported: a 3D shape");
    }
    let (text, flags) = text.rsplit_once('|').unwrap_or((text, ""));
    match flags.split(',').map(str::trim).find(|flag| matches!(*flag, "t" | "xy")) {
        Some("t") => return Err("unsupported: a text"),
        Some(_) => return Err("unsupported: x over y"),
        None => {}
    }
    let (text, unit) = text.split_once('§').unwrap_or((text, ""));
    let (name, points) = text.split_once(':').ok_or("text")?;
    let whole = !name.trim().is_empty() && name.len() <= LONGEST_NAME && points.split(';').all(|part| point(part).is_some());
    if whole { Ok(Line { name: name.trim(), unit, points }) } else { Err("text") }
}

/// Stamp and value of one point.
fn point(text: &str) -> Option<(Option<f64>, f64)> {
    let (stamp, value) = text.split_once(':').map_or((None, text), |(stamp, value)| (Some(stamp), value));
    let stamp = stamp.map(|stamp| number(stamp, Decimal::Point).filter(|stamp| stamp.is_finite()));
    let value = number(value, Decimal::Point)?;
    (stamp != Some(None)).then_some((stamp.flatten(), value))
}

/// The channels so far, by their names to the byte, and the frames under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Teleplot {
    places: Vec<(String, usize)>,
    /// The latest name that was new: believed when it comes again, for noise makes names too.
    unknown: String,
    pub(super) gather: Gather,
}

impl Teleplot {
    /// The place of a line's channel.
    pub(super) fn place(&mut self, line: &Line<'_>, told: &mut Told) -> usize {
        let known = self.places.iter().find(|(name, _)| name == line.name).map(|known| known.1);
        known.unwrap_or_else(|| {
            let channel = WireChannel { name: named(line.name).name, unit: named(line.unit).name.unwrap_or_default() };
            let place = told.channel(&channel);
            if self.places.len() < 2 * super::columns::MOST {
                self.places.push((line.name.to_owned(), place));
            }
            place
        })
    }

    /// Takes a line, if its name is known; frames come out when they are whole.
    pub(super) fn take(&mut self, line: &Line<'_>, told: &mut Told, sink: &mut impl FnMut(Event<'_>)) -> bool {
        let known = self.places.iter().any(|(name, _)| name == line.name);
        if !known && self.unknown != line.name {
            line.name.clone_into(&mut self.unknown);
            return false;
        }
        let channel = self.place(line, told);
        self.gather.line(channel, told, sink);
        for (stamp, value) in line.points.split(';').filter_map(point) {
            self.gather.point(Point { channel, stamp, value });
        }
        true
    }
}
