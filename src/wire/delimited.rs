//! Lines of numbers between commas, semicolons, tabs or blanks, with or without a line of names first.

use super::number::{Decimal, number};
use super::{WireChannel, named};

/// What stands between the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    Comma,
    Semicolon,
    Tab,
    Blanks,
}

impl Separator {
    /// The separator that a line tells by itself; a lone number is told nothing by and takes blanks.
    pub(super) fn of(line: &str) -> Self {
        if line.contains(';') {
            Self::Semicolon
        } else if line.contains('\t') {
            Self::Tab
        } else if line.contains(',') {
            Self::Comma
        } else {
            Self::Blanks
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Blanks => "spaces",
        }
    }

    /// The fields of a line; one separator behind the last field is none.
    pub(super) fn split(self, line: &str) -> impl Iterator<Item = &str> {
        let character = match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
            Self::Blanks => ' ',
        };
        let line = line.trim_matches(' ');
        let line = line.strip_suffix(character).unwrap_or(line);
        line.split(character).filter(move |field| self != Self::Blanks || !field.is_empty())
    }

    /// With `;` or tab between fields a comma is a decimal one.
    pub(super) fn decimal(self) -> Decimal {
        if matches!(self, Self::Semicolon | Self::Tab) { Decimal::Comma } else { Decimal::Point }
    }
}

/// The layout of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delimited {
    pub(super) separator: Separator,
    pub(super) fields: usize,
}

impl Delimited {
    /// The layout of a line of numbers, if it is one: at least one field must be a number and all must be readable.
    pub(super) fn of(line: &str) -> Option<Self> {
        let separator = Separator::of(line);
        let (mut fields, mut finite) = (0, 0);
        for field in separator.split(line) {
            finite += usize::from(!number(field, separator.decimal())?.is_nan());
            fields += 1;
        }
        (finite > 0).then_some(Self { separator, fields })
    }

    /// Decodes a line into `frame`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn decode(self, line: &str, frame: &mut Vec<f32>) -> Result<(), String> {
        frame.clear();
        for field in self.separator.split(line) {
            match number(field, self.separator.decimal()) {
                Some(value) => frame.push(value),
                None => return Err(format!("text: {line}")),
            }
        }
        if frame.len() == self.fields { Ok(()) } else { Err(format!("{} fields, expected {}", frame.len(), self.fields)) }
    }

    /// The names in a header line of as many fields, none of which is a number.
    pub(super) fn header(self, line: &str) -> Option<Vec<WireChannel>> {
        let names: Vec<WireChannel> = self.separator.split(line).map(named).collect();
        let words = self.separator.split(line).all(|field| number(field, self.separator.decimal()).is_none());
        (words && names.len() == self.fields).then_some(names)
    }
}
