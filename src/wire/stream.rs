//! A stream of bytes: its format is found, decoded, and watched.

use super::bitalino::Bitalino;
use super::candidate::{Found, Kind};
use super::cyton::Cyton;
use super::frames::{Frames, Layout};
use super::lines::{Cut, Lines};
use super::recent::Recent;
use super::seen::{Certainty, Recognition, Seen};
use super::serialplot::SerialPlot;
use super::text::{Outcome, Text, holds_number};
use super::told::Told;
use super::watch::{Account, Line, Watch};
use super::window::{First, Formed, MAY_BE_CUT, Wanted, Window};
use super::{Event, Format, fault};

/// Recognises the format of a stream and decodes it.
#[derive(Debug, Default)]
pub struct Wire {
    stated: Format,
    state: State,
    told: Told,
    recent: Recent,
    seen: Option<Seen>,
    watch: Watch,
}

/// What is being done with the bytes.
#[derive(Debug)]
enum State {
    Looking(Window),
    Lines(Lines, First, Box<Text>),
    Frames(Box<Frames>),
}

impl Default for State {
    fn default() -> Self {
        Self::Looking(Window::default())
    }
}

impl Wire {
    /// A stream of a format that was stated.
    pub fn with(stated: Format) -> Self {
        let mut wire = Self { stated, ..Self::default() };
        wire.state = wire.begin();
        wire
    }

    /// Takes the next bytes, tells what is in them.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(Event<'_>)) {
        self.recent.push(bytes);
        let mut left = self.decode(bytes, sink);
        while let Some(bytes) = left {
            left = self.decode(&bytes, sink);
        }
    }

    /// The stream is over: a last line without an end is taken, and what is still held is decoded as well as it can be.
    pub fn finish(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        let wanted = wanted(&self.stated);
        if let State::Looking(window) = &mut self.state
            && let Some(found) = window.finish(wanted, &mut self.told)
        {
            let (bytes, first) = window.empty();
            self.found(found, (&bytes, first), sink);
        }
        match &mut self.state {
            State::Looking(window) => window.give_up(sink),
            State::Lines(lines, first, text) => {
                line(lines.rest(), (first, text), (&mut self.told, sink));
                lines.clear();
                text.finish(&mut self.told, sink);
            }
            State::Frames(frames) => frames.finish(&mut self.told, sink),
        }
        self.told.finish(sink);
    }

    /// A port was opened, maybe in the middle of a line: a first line of numbers is not believed, for a cut number looks like one. What was
    /// held of the time before is told. Format and channels stay.
    pub fn restart(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        match &mut self.state {
            State::Looking(window) => {
                window.give_up(sink);
                window.first = First::MayBeCut;
            }
            State::Lines(lines, first, text) => {
                lines.clear();
                *first = First::MayBeCut;
                text.finish(&mut self.told, sink);
            }
            State::Frames(frames) => frames.finish(&mut self.told, sink),
        }
        self.told.finish(sink);
        self.told.reopened();
        self.recent.clear();
    }

    /// The name of the format, once recognised: "delimited (comma)", "labelled".
    pub fn format(&self) -> Option<&str> {
        self.recognition().map(|recognition| recognition.format.as_str())
    }

    /// What is known of the format, while it is decoded.
    pub fn recognition(&self) -> Option<&Recognition> {
        match &self.seen {
            Some(Seen::Recognised(recognition)) => Some(recognition),
            _ => None,
        }
    }

    /// What is known of the format, with the share of the latest lines or bytes that it decodes; that of the first ones is told but once.
    pub fn latest(&self) -> Option<Recognition> {
        let told = self.recognition()?;
        Some(Recognition { share: self.watch.share.unwrap_or(told.share), ..told.clone() })
    }

    /// What the bytes look like, as told last.
    pub fn seen(&self) -> Option<&Seen> {
        self.seen.as_ref()
    }

    /// The latest lines as the device sends them, clean, oldest first, forty at most; in hexadecimal digits where they are no text.
    pub fn raw(&self) -> Vec<String> {
        self.recent.lines()
    }

    /// Takes bytes; what a layout that is given up has not looked at comes back.
    fn decode(&mut self, mut bytes: &[u8], sink: &mut impl FnMut(Event<'_>)) -> Option<Vec<u8>> {
        loop {
            match &mut self.state {
                State::Looking(window) => match window.take(&mut bytes, wanted(&self.stated), (&mut self.told, sink))? {
                    Formed::Looks(seen) => self.tell(Some(seen), sink),
                    found => {
                        let (held, first) = window.empty();
                        self.found(found, (&held, first), sink);
                    }
                },
                State::Lines(lines, first, text) => {
                    let plain =
                        (*first == First::Whole && lines.is_at_begin()).then(|| text.take_plain(bytes, &mut self.told, sink)).flatten();
                    let was = if let Some(taken) = plain {
                        bytes = bytes.get(taken..).unwrap_or_default();
                        Some(Line::Right)
                    } else {
                        line(lines.next(&mut bytes)?, (first, text), (&mut self.told, sink))
                    };
                    if std::mem::take(&mut text.demoted) {
                        self.demoted(sink);
                    }
                    if let Some(was) = was {
                        let account = self.watch.line(was);
                        self.account(account, sink);
                    }
                }
                State::Frames(frames) => {
                    frames.push(bytes);
                    return self.frames(sink);
                }
            }
        }
    }

    fn frames(&mut self, sink: &mut impl FnMut(Event<'_>)) -> Option<Vec<u8>> {
        loop {
            let State::Frames(frames) = &mut self.state else { return None };
            let (right, wrong) = frames.step(false, (&mut self.told, sink))?;
            match self.watch.bytes(right, wrong) {
                Account::Lost => {
                    let left = (self.stated == Format::Auto).then(|| frames.give_up(sink));
                    self.lost(sink);
                    if left.is_some() {
                        return left;
                    }
                }
                Account::Known(_) if self.seen == Some(Seen::Lost) => {
                    let recognition = recognised_frames(&frames.layout, (&self.told, &self.stated));
                    self.tell(Some(Seen::Recognised(recognition)), sink);
                }
                Account::Known(_) | Account::Open => {}
            }
        }
    }

    /// How a stream begins, and begins anew.
    fn begin(&mut self) -> State {
        let told = &mut self.told;
        let layout = match &self.stated {
            Format::Auto | Format::Text(_) => return State::default(),
            Format::Cyton(format) => Layout::Cyton(Cyton::new(*format, told)),
            Format::Bitalino(format) => Layout::Bitalino(Bitalino::new(format.channels, told)),
            Format::SerialPlot(format) => Layout::SerialPlot(SerialPlot::new(format, told)),
        };
        self.seen = Some(Seen::Recognised(recognised_frames(&layout, (&self.told, &self.stated))));
        State::Frames(Box::new(Frames::new(layout)))
    }

    /// Decodes what was held with what was found.
    fn found(&mut self, found: Formed, (held, first): (&[u8], First), sink: &mut impl FnMut(Event<'_>)) {
        self.watch = Watch::default();
        match found {
            Formed::Text(found) => {
                let recognition = recognised_text(&found, (self.told.count(), &self.stated));
                self.tell(Some(Seen::Recognised(recognition)), sink);
                self.told.say_channels(sink);
                let (mut lines, mut first, mut text) = (Lines::default(), first, Box::new(found.text));
                let mut rest = held;
                while let Some(cut) = lines.next(&mut rest) {
                    line(cut, (&mut first, &mut text), (&mut self.told, sink));
                }
                self.state = State::Lines(lines, first, text);
            }
            Formed::Looks(seen) => self.tell(Some(seen), sink),
            Formed::Frames(known) => {
                let layout = known.layout(&mut self.told);
                let recognition = recognised_frames(&layout, (&self.told, &self.stated));
                self.tell(Some(Seen::Recognised(recognition)), sink);
                self.told.say_channels(sink);
                let mut frames = Box::new(Frames::new(layout));
                frames.push(held);
                while frames.step(false, (&mut self.told, sink)).is_some() {}
                self.state = State::Frames(frames);
            }
        }
    }

    fn account(&mut self, account: Account, sink: &mut impl FnMut(Event<'_>)) {
        match account {
            Account::Open => {}
            Account::Known(share) => {
                let Some(Seen::Recognised(mut recognition)) = self.seen.clone() else { return };
                recognition.share = share;
                recognition.channels = self.told.count();
                if share >= 0.9 {
                    recognition.certainty = recognition.certainty.max(Certainty::Sure);
                }
                self.tell(Some(Seen::Recognised(recognition)), sink);
            }
            Account::Lost => self.lost(sink),
        }
    }

    /// There is no clock and no counter after all.
    fn demoted(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        let Some(Seen::Recognised(recognition)) = &self.seen else { return };
        let channels = self.told.count();
        let recognition = Recognition { stamp: None, counter: false, channels, ..recognition.clone() };
        self.tell(Some(Seen::Recognised(recognition)), sink);
    }

    /// Says so, and looks again; binary frames that were stated are waited for.
    fn lost(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        self.tell(Some(Seen::Lost), sink);
        if let State::Lines(_, _, text) = &mut self.state {
            text.finish(&mut self.told, sink);
        }
        self.told.finish(sink);
        if matches!(self.stated, Format::Auto | Format::Text(_)) {
            self.state = State::default();
        }
    }

    /// Tells what the bytes look like, where that is something else than before.
    fn tell(&mut self, seen: Option<Seen>, sink: &mut impl FnMut(Event<'_>)) {
        if let Some(seen) = seen
            && self.seen.as_ref() != Some(&seen)
        {
            sink(Event::Seen(&seen));
            self.seen = Some(seen);
        }
    }
}

/// What is looked for.
fn wanted(stated: &Format) -> Wanted {
    match stated {
        Format::Text(format) => Wanted { kinds: format.kinds(), binary: false },
        _ => Wanted { kinds: &Kind::ALL, binary: true },
    }
}

/// Takes a line, and tells what it was; `None` where it counts neither way.
fn line(cut: Cut<'_>, (first, text): (&mut First, &mut Text), (told, sink): (&mut Told, &mut impl FnMut(Event<'_>))) -> Option<Line> {
    let (why, bytes, counts) = match cut {
        Cut::Blank => return None,
        Cut::Bad(why, bytes) => (why.to_owned(), bytes, Some(Line::Wrong)),
        Cut::Line(line) if std::mem::take(first).doubts(line) => (MAY_BE_CUT.to_owned(), line.len(), None),
        Cut::Line(line) => match text.take(line, told, sink) {
            Outcome::Good => return Some(Line::Right),
            Outcome::Aside(why) => (why, line.len(), None),
            Outcome::Wrong(why) => (why, line.len(), Some(if holds_number(line) { Line::Wrong } else { Line::Words })),
        },
    };
    *first = First::Whole;
    sink(fault(&why, bytes));
    counts
}

fn recognised_text(found: &Found, (channels, stated): (usize, &Format)) -> Recognition {
    let certainty = match stated {
        Format::Auto if found.best.fits >= 8 && found.best.share >= 0.9 => Certainty::Sure,
        Format::Auto => Certainty::Likely,
        _ => Certainty::Stated,
    };
    Recognition {
        format: found.format.clone(),
        channels,
        stamp: found.stamp.clone(),
        counter: found.counter,
        counter_modulo: None,
        share: found.best.share,
        runner_up: found.runner_up,
        certainty,
    }
}

fn recognised_frames(layout: &Layout, (told, stated): (&Told, &Format)) -> Recognition {
    Recognition {
        format: layout.word(),
        channels: told.count(),
        stamp: None,
        counter: layout.modulo().is_some(),
        counter_modulo: layout.modulo(),
        share: 1.0,
        runner_up: None,
        certainty: if *stated == Format::Auto { Certainty::Sure } else { layout.certainty() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream of these bytes, and the values of its frames.
    fn heard(bytes: &[u8]) -> (Wire, Vec<Vec<f32>>) {
        let (mut wire, mut frames) = (Wire::default(), Vec::new());
        let mut take = |event: Event<'_>| {
            if let Event::Frame(frame) = event {
                frames.push(frame.values.to_vec());
            }
        };
        wire.push(bytes, &mut take);
        wire.finish(&mut take);
        (wire, frames)
    }

    #[test]
    fn a_board_that_goes_over_from_frames_to_lines_in_one_read_loses_no_line_that_was_not_looked_at() {
        let frames = (0..40).flat_map(|n| [&[0xa0, n], [0; 30].as_slice(), &[0xc0]].concat());
        let lines = (0..1000).flat_map(|n| format!("{}.5,{}\n", n * 7 % 5, 1000 + n * 3 % 7).into_bytes());
        let (wire, values) = heard(&frames.chain(lines).collect::<Vec<u8>>());
        assert_eq!(wire.format(), Some("delimited (comma)"));
        let of_lines = values.iter().filter(|values| values.iter().any(|value| *value >= 1000.0)).count();
        assert!(of_lines > 600, "{of_lines} of 1000 lines: the frames are given up after 2 KiB or 4");
        assert_eq!(values.len() - of_lines, 40, "no frame is lost either");
    }

    #[test]
    fn a_clock_is_told_where_there_is_one() {
        let told = |text: &str| heard(text.as_bytes()).0.recognition().map(|told| told.stamp.clone().map(|stamp| stamp.unit));
        assert_eq!(told(">a:5000:1\n>a:5010:2\n>a:5020:3\n"), Some(Some("ms")));
        assert_eq!(told(">a:1\n>a:2\n>a:3\n"), Some(None));
    }

    #[test]
    fn a_clock_and_a_counter_that_turn_out_to_be_channels_are_told_no_more() {
        let line = |n: u32| format!("{},{}.5,{}\n", 10 * n, n * 3 % 7, 500 + n);
        let told = |ns: &mut dyn Iterator<Item = u32>| {
            let (wire, _) = heard(ns.map(line).collect::<String>().as_bytes());
            wire.recognition().map(|told| (told.stamp.is_some(), told.counter, told.channels))
        };
        assert_eq!(told(&mut (0..60)), Some((true, true, 1)));
        assert_eq!(told(&mut (0..60).chain((0..60).rev())), Some((false, false, 3)));
    }
}
