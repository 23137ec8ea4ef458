//! Lines of numbers between commas, semicolons, tabs or blanks, with or without a line of names first.

use super::columns::{Column, Field, MOST};
use super::lines::LONGEST;
use super::number::{Decimal, leading, number};

/// What stands between the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    Comma,
    Semicolon,
    Tab,
    Blanks,
    /// Blanks, where commas stand before the decimals.
    BlanksComma,
}

impl Separator {
    /// The separator that a line tells by itself; a lone number is told nothing by and takes blanks.
    fn of(line: &str) -> Self {
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
            Self::BlanksComma => "spaces, decimal comma",
        }
    }

    fn character(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
            Self::Blanks | Self::BlanksComma => ' ',
        }
    }

    /// The fields of a line; one separator behind the last field is none.
    fn split(self, line: &str) -> impl Iterator<Item = &str> {
        let line = line.trim_matches(' ');
        let line = line.strip_suffix(self.character()).unwrap_or(line);
        line.split(self.character()).filter(move |field| self.character() != ' ' || !field.is_empty())
    }

    /// With `;` or tab between fields a comma is a decimal one.
    fn decimal(self) -> Decimal {
        if matches!(self, Self::Comma | Self::Blanks) { Decimal::Point } else { Decimal::Comma }
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
        let first = Separator::of(line);
        let plain = Self::with(first, line);
        plain.or_else(|| if first == Separator::Comma { Self::with(Separator::BlanksComma, line) } else { None })
    }

    fn with(separator: Separator, line: &str) -> Option<Self> {
        let (mut fields, mut finite) = (0, 0);
        for field in separator.split(line) {
            finite += usize::from(!number(field, separator.decimal())?.is_nan());
            fields += 1;
        }
        (finite > 0 && fields <= MOST).then_some(Self { separator, fields })
    }

    /// Reads the fields of a line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(self, line: &str, fields: &mut Vec<Field>) -> Result<(), String> {
        if self.read_plain(line.as_bytes(), |field| fields.push(field)) == Some(line.len()) {
            return Ok(());
        }
        fields.clear();
        let mut count = 0;
        for field in self.separator.split(line) {
            match number(field, self.separator.decimal()) {
                Some(value) if count < self.fields => fields.push((count, value)),
                Some(_) => {}
                None => return Err(format!("text: {line}")),
            }
            count += 1;
        }
        if count == self.fields { Ok(()) } else { Err(format!("{count} fields, expected {}", self.fields)) }
    }

    /// The short way: numbers and separators and nothing else up to an end of line or of the bytes, as nearly all lines are. How long the line is; `None` where
    /// it has anything else in it, or more or fewer fields; some may have been handed over then.
    #[inline]
    pub(super) fn read_plain(self, bytes: &[u8], mut take: impl FnMut(Field)) -> Option<usize> {
        let (separator, decimal) = (self.separator.character() as u8, self.separator.decimal());
        let mut rest = bytes;
        for column in 1..=self.fields {
            let (value, length) = leading(rest, decimal)?;
            take((column - 1, value));
            let behind = rest.get(length..)?;
            match behind.split_first() {
                Some((&byte, after)) if byte == separator && column < self.fields => rest = after,
                None | Some((b'\n' | b'\r', _)) if column == self.fields => {
                    return Some(bytes.len() - behind.len()).filter(|length| *length <= LONGEST);
                }
                _ => return None,
            }
        }
        None
    }

    /// The columns that a line of names gives: as many as fields, and none a number. The Arduino Serial Plotter's `left: right:` is one too.
    pub(super) fn header(self, line: &str) -> Option<Vec<Column>> {
        let words = line.split([' ', '\t', ',']).filter(|word| !word.is_empty());
        if words.clone().all(|word| word.len() > 1 && word.ends_with(':')) && words.clone().count() == self.fields {
            return Some(words.map(|word| Column::called(word.trim_end_matches(':'))).collect());
        }
        // Names are often printed with commas where the numbers have tabs between them.
        let separators = [self.separator, Separator::Comma, Separator::Semicolon, Separator::Tab];
        let named = |separator: &Separator| {
            let fields = || separator.split(line).map(str::trim);
            let names = fields().all(|field| is_name(field) && number(field, separator.decimal()).is_none());
            names && fields().count() == self.fields && (self.fields > 1 || *separator == self.separator)
        };
        let separator = separators.into_iter().find(named).filter(|_| !is_chatter(line))?;
        Some(separator.split(line).map(str::trim).map(Column::called).collect())
    }
}

/// A name holds a letter, and is no sentence.
fn is_name(field: &str) -> bool {
    field.chars().any(char::is_alphabetic) && field.chars().count() <= 40
}

/// What boards say when they start is no line of names, though it may have as many words.
fn is_chatter(line: &str) -> bool {
    const SAID: [&str; 34] = [
        "start",
        "started",
        "starting",
        "ready",
        "ok",
        "init",
        "initialized",
        "initialised",
        "initializing",
        "initialising",
        "boot",
        "booting",
        "setup",
        "begin",
        "calibrate",
        "calibrated",
        "calibrating",
        "calibration",
        "done",
        "wait",
        "waiting",
        "please",
        "hello",
        "connected",
        "connecting",
        "found",
        "failed",
        "fail",
        "error",
        "loading",
        "testing",
        "reset",
        "version",
        "welcome",
    ];
    let sentence = line.trim_end().ends_with(['.', '…', '!', '?', ':']);
    let mut words = line.split(|c: char| !c.is_alphanumeric());
    sentence || words.any(|word| SAID.iter().any(|said| word.eq_ignore_ascii_case(said)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_in_which_every_field_is_missing_tells_no_layout() {
        for line in ["nan,nan", "-", "ovf\tovf", "NA", ",,"] {
            assert_eq!(Delimited::of(line), None, "{line}");
        }
        assert_eq!(Delimited::of("nan,2"), Some(Delimited { separator: Separator::Comma, fields: 2 }));
    }
}
