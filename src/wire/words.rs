//! The fallback: lines with the same words at the same places and numbers between them, as sketches print them that were written for
//! people (`one reading: 12.3 | average: 12.1`). The numbers are the channels; the word before each is its name.

use super::columns::{Column, Field, MOST};
use super::number::{Decimal, number};

/// The words between the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// What stands before each number, and behind the last.
    between: Vec<String>,
}

/// A part of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part<'a> {
    Text(&'a str),
    Number(f64),
}

impl Words {
    /// The skeleton of a line, if it has a number and a word.
    pub(super) fn of(line: &str) -> Option<Self> {
        let mut between = vec![String::new()];
        for part in parts(line) {
            match part {
                Part::Text(text) => between.last_mut()?.push_str(text),
                Part::Number(_) => between.push(String::new()),
            }
        }
        let worded = between.iter().any(|text| text.chars().any(char::is_alphabetic));
        (worded && (2..=MOST).contains(&between.len())).then_some(Self { between })
    }

    /// Whether another line has the same words.
    pub(super) fn fits(&self, line: &str) -> bool {
        self.read(line, &mut Vec::new()).is_ok()
    }

    /// The numbers of a line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(&self, line: &str, fields: &mut Vec<Field>) -> Result<(), String> {
        let other = || format!("text: {line}");
        let mut expected = self.between.iter();
        let mut text = "";
        for part in parts(line) {
            match part {
                Part::Text(found) => text = found,
                Part::Number(value) => {
                    expected.next().filter(|expected| same(expected, text)).ok_or_else(other)?;
                    fields.push((fields.len(), value));
                    text = "";
                }
            }
        }
        let whole = expected.next().is_some_and(|expected| same(expected, text)) && expected.next().is_none();
        whole.then_some(()).ok_or_else(other)
    }

    /// A column a number, called by the last word before it. Where there is none it is called as the one before.
    pub(super) fn columns(&self) -> Vec<Column> {
        let mut name = "";
        let mut columns = Vec::new();
        for [text, behind] in self.between.array_windows() {
            let mut words = text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
            name = words.rfind(|word| word.chars().any(char::is_alphabetic)).unwrap_or(name);
            let mut column = Column::called(name);
            let unit = behind.split(|c: char| !(c.is_alphabetic() || "%°/²".contains(c))).next().unwrap_or_default();
            unit.clone_into(&mut column.channel.unit);
            columns.push(column);
        }
        columns
    }
}

/// Whether the words are the same; how many blanks stand between them depends on how wide the numbers are.
fn same(one: &str, other: &str) -> bool {
    one == other || one.split_whitespace().eq(other.split_whitespace())
}

/// Words and numbers in turn. A number stands at the start of a word or behind a sign, never within a word (`ch1`).
fn parts(line: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = line;
    let mut inside = false;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((value, length)) = (!inside).then(|| leading(rest)).flatten() {
            rest = &rest[length..];
            inside = true;
            return Some(Part::Number(value));
        }
        let mut before = if inside { Some('0') } else { None };
        let all = rest;
        for (at, c) in all.char_indices() {
            let starts = !before.is_some_and(|before| before.is_alphanumeric() || before == '_' || before == '.');
            if at > 0 && starts && leading(&all[at..]).is_some() {
                rest = &all[at..];
                inside = false;
                return Some(Part::Text(&all[..at]));
            }
            before = Some(c);
        }
        rest = "";
        Some(Part::Text(all))
    })
}

/// The number that a text begins with, and its length in bytes.
fn leading(text: &str) -> Option<(f64, usize)> {
    let bytes = text.as_bytes();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    if bytes.get(sign).is_some_and(u8::is_ascii_alphabetic) {
        let end = text[sign..].find(|c: char| !c.is_alphanumeric()).map_or(text.len(), |end| sign + end);
        let known = ["nan", "inf", "ovf"].iter().any(|known| text[sign..end].eq_ignore_ascii_case(known));
        return known.then_some((f64::NAN, end));
    }
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(sign);
    let mut end = sign + whole;
    if bytes.get(end) == Some(&b'.') && (digits(end + 1) > 0 || whole > 0) {
        end += 1 + digits(end + 1);
    }
    let power = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
    if matches!(bytes.get(end), Some(b'e' | b'E')) && digits(power) > 0 {
        end = power + digits(power);
    }
    let value = number(&text[..end], Decimal::Point)?;
    (end > sign && value.is_finite()).then_some((value, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> (Vec<String>, Vec<f64>) {
        let words = Words::of(line).unwrap();
        let mut fields = Vec::new();
        words.read(line, &mut fields).unwrap();
        let name = |column: &Column| format!("{}[{}]", column.channel.name.as_deref().unwrap_or("?"), column.channel.unit);
        (words.columns().iter().map(name).collect(), fields.iter().map(|field| field.1).collect())
    }

    #[test]
    fn numbers_among_words_are_called_by_the_word_before_them() {
        for (line, names, values) in [
            ("one reading:\t12.3\t| average:\t12.1", vec!["reading[]", "average[]"], vec![12.3, 12.1]),
            ("a/g:\t-123\t456\t7", vec!["a/g[]", "a/g[]", "a/g[]"], vec![-123.0, 456.0, 7.0]),
            ("reading 84213", vec!["reading[]"], vec![84213.0]),
            ("ch1=1.5e3 T2=-20.5C hum=40%", vec!["ch1[]", "T2[C]", "hum[%]"], vec![1500.0, -20.5, 40.0]),
        ] {
            assert_eq!(read(line), (names.into_iter().map(str::to_owned).collect(), values), "{line}");
        }
    }

    #[test]
    fn other_words_are_another_line_and_wider_blanks_are_not() {
        let words = Words::of("force:  1.5 N").unwrap();
        assert!(words.fits("force: 12.5 N") && words.fits("force: nan N"));
        assert!(!words.fits("torque: 1.5 N") && !words.fits("force: 1.5") && !words.fits("force: 1 2 N"));
        assert_eq!(Words::of("Starting sensor"), None);
        assert_eq!(Words::of("1.5, 2"), None);
    }
}
