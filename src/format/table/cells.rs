//! One line in cells, and what a cell says.

use std::borrow::Cow;

use crate::format::moment;

/// What stands between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// One such character.
    Byte(u8),
    /// A comma and a blank, where the comma alone stands for the point.
    CommaBlank,
    /// Any number of blanks.
    Blanks,
}

impl Separator {
    /// The one that most of `lines` have. A tab is never part of a cell, a semicolon hardly, a comma where it stands for the point.
    pub(super) fn of(lines: &[&str]) -> Self {
        let most = |has: fn(&str) -> bool| 2 * lines.iter().filter(|line| has(line)).count() > lines.len();
        if most(|line| line.contains('\t')) {
            Self::Byte(b'\t')
        } else if most(|line| line.contains(';')) {
            Self::Byte(b';')
        } else if most(|line| line.contains(',')) {
            Self::Byte(b',')
        } else {
            Self::Blanks
        }
    }

    /// The cells of a line, without blanks and quotes around them.
    pub(super) fn split(self, line: &str) -> Vec<&str> {
        let separator = match self {
            Self::Byte(separator) => separator,
            Self::CommaBlank => return line.split(", ").map(unquoted).collect(),
            Self::Blanks => return line.split_ascii_whitespace().map(unquoted).collect(),
        };
        let mut cells = Vec::new();
        let (mut start, mut quoted) = (0, false);
        for (at, byte) in line.bytes().enumerate() {
            match byte {
                b'"' => quoted = if quoted { false } else { line[start..at].trim().is_empty() || line[start..at].trim().starts_with('"') },
                byte if byte == separator && !quoted => {
                    cells.push(unquoted(&line[start..at]));
                    start = at + 1;
                }
                _ => {}
            }
        }
        cells.push(unquoted(&line[start..]));
        cells
    }
}

fn unquoted(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell)
}

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    Number(f32),
    Missing,
    Text,
}

impl Cell {
    pub(super) fn of(cell: &str, decimal_comma: bool) -> Self {
        if is_missing(cell) {
            return Self::Missing;
        }
        match point(cell, decimal_comma).parse::<f32>() {
            Ok(number) if number.is_finite() => Self::Number(number),
            Ok(_) => Self::Missing,
            Err(_) => Self::Text,
        }
    }
}

fn is_missing(cell: &str) -> bool {
    cell.is_empty() || ["nan", "n/a", "na", "null", "none", "-", "#n/a"].iter().any(|word| cell.eq_ignore_ascii_case(word))
}

fn point(cell: &str, decimal_comma: bool) -> Cow<'_, str> {
    if decimal_comma && cell.contains(',') { cell.replacen(',', ".", 1).into() } else { cell.into() }
}

/// The seconds that a cell of the time column tells: a number times `scale`, a time of day, or a date with a time.
pub(super) fn seconds(cell: &str, scale: f64, decimal_comma: bool) -> Option<f64> {
    if cell.contains(':') { date_time(cell) } else { number(cell, decimal_comma).map(|number| number * scale) }
}

/// A finite number.
pub(super) fn number(text: &str, decimal_comma: bool) -> Option<f64> {
    point(text.trim(), decimal_comma).parse::<f64>().ok().filter(|number| number.is_finite())
}

/// `[YYYY-mm-dd ]HH:MM:SS[.ffffff]`, also with `T`, slashes, or the day or month first; in seconds from any fixed instant.
pub(super) fn date_time(cell: &str) -> Option<f64> {
    let (date, time) = cell.split_once([' ', 'T']).map_or((None, cell), |(date, time)| (Some(date), time));
    let days = date.map_or(Some(0), |date| days(date.trim()))?;
    // A zone holds for every row alike.
    let time = time.trim().split(['Z', '+', '-']).next()?;
    let mut parts = time.split(':');
    let hours: u32 = parts.next()?.parse().ok()?;
    let minutes: u32 = parts.next()?.parse().ok()?;
    let seconds = parts.next().map_or(Some(0.0), |seconds| point(seconds, true).parse::<f64>().ok())?;
    let fits = hours < 25 && minutes < 60 && (0.0..61.0).contains(&seconds) && parts.next().is_none();
    fits.then(|| days as f64 * 86_400.0 + f64::from(hours * 3600 + minutes * 60) + seconds)
}

/// Days since 1970.
fn days(date: &str) -> Option<i64> {
    let parts: Vec<i64> = date.split(['-', '/', '.']).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let (year, month, day) = match *parts {
        [year, month, day] if year > 31 => (year, month, day),
        [day, month, year] if date.contains('.') => (year, month, day),
        [month, day, year] => (year, month, day),
        _ => return None,
    };
    if !((1..=12).contains(&month) && (1..=31).contains(&day) && (0..10_000).contains(&year)) {
        return None;
    }
    Some(moment::days(year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_falls_into_cells_whatever_stands_between() {
        let comma = Separator::of(&["Time [s], RESP", "0.1, 2", "0.2,3"]);
        assert_eq!(comma.split("\"a, \"\"b\"\"\" , 1,, 5\""), ["a, \"\"b\"\"", "1", "", "5\""]);
        assert_eq!(Separator::of(&["1,5;2,5"]).split("1,5;2,5"), ["1,5", "2,5"]);
        assert_eq!(Separator::of(&["1\t2", "3\t4"]).split("1\t\t2"), ["1", "", "2"]);
        assert_eq!(Separator::of(&[" 1  2.5 "]).split(" 1  2.5 "), ["1", "2.5"]);
    }

    #[test]
    fn a_cell_is_a_number_missing_or_text() {
        for (cell, says) in [("1e-3", Cell::Number(0.001)), ("NaN", Cell::Missing), ("n/a", Cell::Missing), ("", Cell::Missing)] {
            assert_eq!(Cell::of(cell, false), says, "{cell}");
        }
        assert_eq!(Cell::of("1,5", true), Cell::Number(1.5));
        assert_eq!(Cell::of("1,5", false), Cell::Text);
        assert_eq!(Cell::of("hold", true), Cell::Text);
    }

    #[test]
    fn times_are_seconds_whether_counted_or_dated() {
        assert_eq!(seconds("1500", 1e-3, false), Some(1.5));
        assert_eq!(date_time("1970-01-02 00:00:01.5"), Some(86_401.5));
        assert_eq!(date_time("2000-03-01T00:00:00Z"), Some(951_868_800.0));
        assert_eq!(date_time("2/29/2000 00:00:00"), date_time("29.02.2000 00:00:00"));
        assert_eq!(date_time("23:59:59,25"), Some(86_399.25));
        for wrong in ["12:61:00", "a:b:c", "2016-13-01 00:00:00", "99999999999999999999-01-01 00:00:00", ":", "1:2:3:4", "é:é"] {
            assert_eq!(date_time(wrong), None, "{wrong}");
        }
    }
}
