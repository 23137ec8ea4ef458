//! The bytes of a stream whose format is not yet known, and the search for it. They are kept and decoded when it is, so that none is lost; what
//! does not fit in here any more is told as a fault.

use super::candidate::{Found, Kind, candidates};
use super::frames::{self, Known};
use super::lines::{self, Cut};
use super::serialplot::SerialPlot;
use super::text::holds_number;
use super::told::Told;
use super::{Event, Seen, fault};

/// Lines that are kept.
const LINES: usize = 40;
/// Bytes that are kept.
const BYTES: usize = 32_768;
/// Binary formats are looked for every so many bytes.
const EVERY: usize = 32;
/// Of more lines than this only every fourth is looked at anew, for they are many and none has told anything.
const EAGER: usize = 16;
/// What bytes look like is told after so many of them.
const TELL_BYTES: usize = 384;
/// That it is something else is told after so many more: what lies between two kinds would be told without end.
const SAY_AGAIN: usize = 1024;
/// What lines look like is told after so many of them.
const TELL_LINES: usize = 8;

/// Whether the first line is whole for sure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum First {
    #[default]
    Whole,
    MayBeCut,
}

impl First {
    /// Whether a first line is believed. One of numbers is not, if it may have been cut: a cut number looks like one. A line of names is taken
    /// all the same, for it comes once; and some formats mark where a line begins.
    pub(super) fn doubts(self, line: &str) -> bool {
        self == Self::MayBeCut && holds_number(line) && !line.starts_with(['>', '{', '['])
    }
}

/// Why a first line is not believed.
pub(super) const MAY_BE_CUT: &str = "the first line after opening, which may be cut";

/// What has been found.
#[derive(Debug)]
pub(super) enum Formed {
    Text(Box<Found>),
    Frames(Known),
    /// No format, but what it looks like, where that has changed.
    Looks(Seen),
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) kinds: &'static [Kind],
    pub(super) binary: bool,
}

/// The bytes so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    bytes: Vec<u8>,
    pub(super) first: First,
    /// Whole lines among the bytes, blank ones left out.
    lines: usize,
    /// All lines since the search began.
    seen_lines: usize,
    /// All bytes since the search began.
    taken: usize,
    line_begin: usize,
    /// What was last said of what it looks like.
    said: Option<Seen>,
    /// How many bytes there were then.
    said_at: usize,
}

/// Why the window stopped taking bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Line,
    Bytes,
}

impl Window {
    /// Takes bytes until something is found; the bytes that were not taken are left in `bytes`.
    pub(super) fn take(
        &mut self,
        bytes: &mut &[u8],
        wanted: Wanted,
        (told, sink): (&mut Told, &mut impl FnMut(Event<'_>)),
    ) -> Option<Formed> {
        while !bytes.is_empty() {
            let stop = self.step(bytes);
            let found = match stop {
                Some(Stop::Line) if self.lines <= EAGER || self.seen_lines.is_multiple_of(4) => self.text(wanted.kinds, false, told),
                Some(Stop::Bytes) if wanted.binary => self.frames(),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
            let looks = if stop == Some(Stop::Bytes) { self.looks() } else { None };
            self.make_room(sink);
            let due = self.said.is_none() || self.taken - self.said_at >= SAY_AGAIN;
            if looks.is_some() && looks != self.said && due {
                self.said.clone_from(&looks);
                self.said_at = self.taken;
                return looks.map(Formed::Looks);
            }
        }
        None
    }

    /// What the bytes look like, where they are enough to say so and of no format.
    fn looks(&self) -> Option<Seen> {
        let latest = super::latest(&self.bytes, TELL_BYTES);
        if 10 * odd(latest) >= 3 * latest.len() {
            let enough = latest.len() == TELL_BYTES;
            return enough.then(|| if SerialPlot::chain(latest, frames::AGREE) { Seen::SerialPlot } else { Seen::Rubbish });
        }
        let lines: Vec<&str> =
            self.cuts().filter_map(|line| if let Cut::Line(line) = lines::cut(line) { Some(line) } else { None }).collect();
        let numbers = lines.iter().rev().take(TELL_LINES).any(|line| holds_number(line));
        match lines.len() {
            count if count < TELL_LINES => None,
            _ if !numbers => Some(Seen::Text),
            count if count < EAGER => None,
            _ => Some(Seen::Unlike),
        }
    }

    /// The stream is over: what so few lines say has to do.
    pub(super) fn finish(&mut self, wanted: Wanted, told: &mut Told) -> Option<Formed> {
        let frames = if wanted.binary { self.frames() } else { None };
        frames.or_else(|| self.text(wanted.kinds, true, told))
    }

    /// All bytes, from which on the format is decoded; the search is over.
    pub(super) fn empty(&mut self) -> (Vec<u8>, First) {
        let window = std::mem::take(self);
        (window.bytes, window.first)
    }

    /// Tells what is left, of which nothing is known.
    pub(super) fn give_up(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        // Blank lines too: what a CR LF that was split leaves is no part of the last line.
        while self.line_begin > 0 {
            self.drop_line(sink);
        }
        let (rest, first) = self.empty();
        tell(&rest, first, sink);
    }

    /// Takes bytes up to the next place where something may be found.
    fn step(&mut self, bytes: &mut &[u8]) -> Option<Stop> {
        let to_check = EVERY - self.taken % EVERY;
        let part = bytes.split_at_checked(to_check).map_or(*bytes, |(part, _)| part);
        let end = lines::end(part);
        let (part, rest) = bytes.split_at_checked(end.map_or(part.len(), |end| end + 1))?;
        *bytes = rest;
        self.bytes.extend_from_slice(part);
        self.taken += part.len();
        if end.is_some() {
            let line = self.bytes.get(self.line_begin..self.bytes.len() - 1).unwrap_or_default();
            let blank = lines::cut(line) == Cut::Blank;
            self.line_begin = self.bytes.len();
            self.lines += usize::from(!blank);
            self.seen_lines += usize::from(!blank);
            return (!blank).then_some(Stop::Line);
        }
        self.taken.is_multiple_of(EVERY).then_some(Stop::Bytes)
    }

    /// Bytes of which nearly all are text are not looked at.
    fn frames(&self) -> Option<Formed> {
        let latest = super::latest(&self.bytes, TELL_BYTES);
        if 20 * odd(latest) < latest.len() {
            return None;
        }
        frames::recognise(&self.bytes).map(Formed::Frames)
    }

    fn text(&self, kinds: &[Kind], ending: bool, told: &mut Told) -> Option<Formed> {
        let mut first = self.first;
        let mut list: Vec<Option<&str>> = Vec::with_capacity(self.lines);
        let rest = ending.then(|| self.bytes.get(self.line_begin..).unwrap_or_default());
        for line in self.cuts().chain(rest) {
            match lines::cut(line) {
                Cut::Blank => continue,
                Cut::Line(line) if first.doubts(line) => {}
                Cut::Line(line) => list.push(Some(line)),
                Cut::Bad(..) => list.push(None),
            }
            first = First::Whole;
        }
        let (best, runner_up) = candidates(&list, kinds, ending);
        // Where there is no room for more lines, these have to do.
        let decide = ending || self.lines >= LINES || self.bytes.len() > BYTES / 2;
        let found = best?.found(&list, decide, told)?;
        Some(Formed::Text(Box::new(Found { runner_up, ..found })))
    }

    /// The whole lines.
    fn cuts(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.get(..self.line_begin).unwrap_or_default().split(|byte| matches!(byte, b'\n' | b'\r'))
    }

    fn make_room(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        while self.lines > LINES || (self.lines > 0 && self.bytes.len() > BYTES) {
            self.drop_line(sink);
        }
        if self.lines == 0 && self.bytes.len() > lines::LONGEST {
            let first = self.first;
            tell(&self.bytes, first, sink);
            self.bytes.clear();
            self.line_begin = 0;
            self.first = First::MayBeCut;
        }
    }

    fn drop_line(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        let end = lines::end(&self.bytes).unwrap_or(self.bytes.len());
        let line = self.bytes.get(..end).unwrap_or_default();
        let blank = lines::cut(line) == Cut::Blank;
        tell(line, self.first, sink);
        self.lines -= usize::from(!blank);
        if !blank {
            self.first = First::Whole;
        }
        let whole = self.bytes.len().min(end + 1);
        self.bytes.drain(..whole);
        self.line_begin = self.line_begin.saturating_sub(whole);
    }
}

/// How many bytes are no ASCII text.
fn odd(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| !matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')).count()
}

/// Tells bytes that gave nothing.
fn tell(line: &[u8], first: First, sink: &mut impl FnMut(Event<'_>)) {
    match lines::cut(line) {
        Cut::Blank => {}
        Cut::Line(text) if first.doubts(text) => sink(fault(MAY_BE_CUT, text.len())),
        Cut::Line(text) => sink(fault(&format!("text: {text}"), text.len())),
        Cut::Bad(why, bytes) => sink(fault(why, bytes)),
    }
}

#[cfg(test)]
mod tests {
    use crate::wire::{Event, Seen, Wire};

    #[test]
    fn what_bytes_look_like_is_told_again_when_it_is_something_else() {
        let mut looks = Vec::new();
        let mut take = |event: Event<'_>| {
            if let Event::Seen(seen) = event {
                looks.push(seen.clone());
            }
        };
        let mut wire = Wire::default();
        wire.push("Waiting for the sensor\n".repeat(100).as_bytes(), &mut take);
        // As of a wrong baud rate.
        let noise: Vec<u8> = (0..4000_u32).map(|n| 0x80 | (n * n * 7 % 251) as u8).collect();
        wire.push(&noise, &mut take);
        assert_eq!(looks, [Seen::Text, Seen::Rubbish]);
    }
}
