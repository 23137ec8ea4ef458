//! Lines of text with a known layout: what each gives.

use super::columns::{Column, Columns, Field, Place};
use super::delimited::Delimited;
use super::json::Json;
use super::labelled::{self, Was};
use super::number::sample;
use super::pulse::{self, Pulse};
use super::succession::Rules;
use super::teleplot::{self, Teleplot};
use super::told::Told;
use super::words::Words;
use super::{Event, fault};

/// How lines are read.
#[derive(Clone, Debug)]
pub(super) enum Syntax {
    Json(Json),
    Teleplot(Teleplot),
    Pulse(Pulse),
    Labelled,
    Delimited(Delimited),
    Words(Words),
}

/// A syntax and what its columns are.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) syntax: Syntax,
    pub(super) columns: Columns,
    fields: Vec<Field>,
    /// So many of the columns have their place.
    placed: usize,
    /// New names in the latest line that had any: they are believed when they come again, for noise makes names too.
    unknown: Vec<String>,
    /// What was taken for clock and counter has become a channel.
    pub(super) demoted: bool,
}

/// What a line was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It gave what the format promises.
    Good,
    /// It belongs to the format, but is not for us; why.
    Aside(String),
    /// It is none of the format's; why.
    Wrong(String),
}

impl Text {
    /// Lines of a syntax with these columns.
    pub(super) fn new(syntax: Syntax, columns: Columns) -> Self {
        Self { syntax, columns, fields: Vec::new(), placed: 0, unknown: Vec::new(), demoted: false }
    }

    /// Takes a line; a frame may come out.
    pub(super) fn take(&mut self, line: &str, told: &mut Told, sink: &mut impl FnMut(Event<'_>)) -> Outcome {
        match &mut self.syntax {
            Syntax::Teleplot(teleplot) => match teleplot::parse(line) {
                Ok(parsed) if teleplot.take(&parsed, told, sink) => Outcome::Good,
                Ok(_) => Outcome::Aside(format!("a new name, believed when it comes again: {line}")),
                Err("text") if line.starts_with('>') => Outcome::Wrong(format!("text: {line}")),
                Err(why) => Outcome::Aside(format!("{why}: {line}")),
            },
            Syntax::Pulse(pulse) => match pulse::parse(line).and_then(|parsed| pulse.take(parsed, told, sink)) {
                Some(()) => Outcome::Good,
                None => Outcome::Wrong(format!("text: {line}")),
            },
            Syntax::Json(_) | Syntax::Labelled | Syntax::Delimited(_) | Syntax::Words(_) => self.take_fields(line, told, sink),
        }
    }

    /// Takes the line that bytes begin with where it is numbers and separators and nothing else, and tells how many bytes that were, its end included. `None`
    /// where it is not, or has no end yet: nothing was taken then, and [`Text::take`] says what it is.
    #[inline]
    pub(super) fn take_plain(&mut self, bytes: &[u8], told: &mut Told, sink: &mut impl FnMut(Event<'_>)) -> Option<usize> {
        let Syntax::Delimited(delimited) = self.syntax else { return None };
        self.begin(told);
        let columns = self.columns.list.as_slice();
        let length = delimited.read_plain(bytes, |field| put(columns, field, told))?;
        let end = match bytes.get(length..)? {
            [b'\r', b'\n', ..] => 2,
            [_, ..] => 1,
            [] => return None,
        };
        self.end(told, sink);
        Some(length + end)
    }

    /// Hands over frames that wait for a name to come again: the stream is over.
    pub(super) fn finish(&mut self, told: &mut Told, sink: &mut impl FnMut(Event<'_>)) {
        match &mut self.syntax {
            Syntax::Teleplot(teleplot) => teleplot.gather.flush(told, sink),
            Syntax::Pulse(pulse) => pulse.gather.flush(told, sink),
            _ => {}
        }
    }

    /// Reads a line's fields without making a frame of them; new names become columns.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(&mut self, line: &str) -> Result<(Was, &[Field]), String> {
        self.fields.clear();
        let before = self.columns.list.len();
        let text = || format!("text: {line}");
        let was = match &mut self.syntax {
            Syntax::Json(json) => json.read(line, &mut self.columns, &mut self.fields).map(|()| Was::Values).ok_or_else(text),
            Syntax::Labelled => labelled::read(line, &mut self.columns, &mut self.fields),
            Syntax::Delimited(delimited) => match delimited.read(line, &mut self.fields) {
                // A device that begins anew says its names again.
                Err(_) if is_header(*delimited, line, &self.columns) => Ok(Was::Names),
                read => read.map(|()| Was::Values),
            },
            Syntax::Words(words) => words.read(line, &mut self.fields).map(|()| Was::Values),
            Syntax::Teleplot(_) | Syntax::Pulse(_) => Err(text()),
        };
        if was.is_err() {
            // Nothing of a line that is wrong somewhere is kept, its new names neither.
            self.columns.list.truncate(before);
        }
        was.map(|was| (was, self.fields.as_slice()))
    }

    fn take_fields(&mut self, line: &str, told: &mut Told, sink: &mut impl FnMut(Event<'_>)) -> Outcome {
        let before = self.columns.list.len();
        let was = match self.read(line) {
            Err(why) => return Outcome::Wrong(why),
            Ok((was, _)) => was,
        };
        let grown = self.columns.list.len() > before;
        if was == Was::Names {
            self.columns.list.truncate(before);
            return if grown { Outcome::Wrong(format!("text: {line}")) } else { Outcome::Good };
        }
        if grown && !self.are_known(before) {
            let why = format!("a new name, believed when it comes again: {line}");
            if self.fields.is_empty() {
                return Outcome::Wrong(why);
            }
            sink(fault(&why, 0));
        }
        self.hand_over(told, sink);
        Outcome::Good
    }

    /// Makes a frame of the fields that were read.
    fn hand_over(&mut self, told: &mut Told, sink: &mut impl FnMut(Event<'_>)) {
        self.begin(told);
        for &field in &self.fields {
            put(&self.columns.list, field, told);
        }
        self.end(told, sink);
    }

    /// Begins a frame, in which every column has its place.
    #[inline]
    fn begin(&mut self, told: &mut Told) {
        if self.placed < self.columns.list.len() {
            self.place(told);
        }
        told.blank();
    }

    /// Hands the frame over.
    #[inline]
    fn end(&mut self, told: &mut Told, sink: &mut impl FnMut(Event<'_>)) {
        told.frame(sink);
        if told.is_nonsense() {
            self.demote(told, sink);
        }
    }

    /// Gives the columns that are new a channel each.
    #[cold]
    fn place(&mut self, told: &mut Told) {
        for column in self.columns.list.iter_mut().filter(|column| column.place == Place::New) {
            column.place = Place::Channel(told.channel(&column.channel));
        }
        self.placed = self.columns.list.len();
    }

    /// Whether the columns from `before` on have come in the line before too; if not they are forgotten again, with their values.
    fn are_known(&mut self, before: usize) -> bool {
        let fresh = self.columns.list.iter().skip(before).map(|column| column.key.clone());
        let known = fresh.clone().all(|key| self.unknown.contains(&key));
        self.unknown = if known { Vec::new() } else { fresh.collect() };
        if !known {
            self.columns.list.truncate(before);
            self.fields.retain(|field| field.0 < before);
        }
        known
    }

    /// Clock and counter are none: they are channels, at the end.
    fn demote(&mut self, told: &mut Told, sink: &mut impl FnMut(Event<'_>)) {
        told.finish(sink);
        told.rules(Rules::default());
        let place = |column: &Column| if let Place::Channel(place) = column.place { Some(place) } else { None };
        let mut taken: Vec<usize> = self.columns.list.iter().filter_map(place).collect();
        for column in self.columns.list.iter_mut().filter(|column| matches!(column.place, Place::Stamp | Place::Counter)) {
            let place = told.channel_at(&column.channel, &taken);
            taken.push(place);
            column.place = Place::Channel(place);
        }
        self.demoted = true;
        sink(fault("what was taken for the device's clock or counter is none; it is a channel from here on", 0));
    }
}

/// Puts what a field says where its column belongs.
#[inline]
fn put(columns: &[Column], (at, value): Field, told: &mut Told) {
    match columns.get(at).map_or(Place::New, |column| column.place) {
        Place::Channel(at) => told.put(at, sample(value)),
        Place::Stamp => told.mark.stamp = value.is_finite().then_some(value),
        Place::Counter => told.mark.counter = (value.fract() == 0.0).then_some(value as i64),
        Place::New => {}
    }
}

fn is_header(delimited: Delimited, line: &str, columns: &Columns) -> bool {
    let keys = |columns: &[Column]| columns.iter().map(|column| column.key.clone()).collect::<Vec<_>>();
    delimited.header(line).is_some_and(|header| keys(&header) == keys(&columns.list))
}

/// Whether a word of a line is a number: a line of names has none.
pub(super) fn holds_number(line: &str) -> bool {
    let words = line.split([',', ';', ':', '\t', ' ']);
    let numeric = |word: &str| super::number::number(word, super::number::Decimal::Comma).is_some();
    words.filter(|word| word.contains(|c: char| c.is_ascii_digit())).any(numeric)
}
