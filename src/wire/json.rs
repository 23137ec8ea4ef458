//! A JSON object or array a line: names and numbers. What is nested is called by its path (`left.x`, `imu.0`), what is no number is left out.

use super::columns::{Columns, Field};
use super::number::{Decimal, number};

/// Deeper lines are not read.
const DEEPEST: usize = 8;
/// Longer paths are cut.
const LONGEST_PATH: usize = 200;

/// Reads lines; keeps the room for the path.
#[derive(Clone, Debug, Default)]
pub(super) struct Json {
    path: String,
}

/// Where a line is read.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    path: &'a mut String,
    columns: &'a mut Columns,
    fields: &'a mut Vec<Field>,
}

impl Json {
    /// Reads the fields of a line; new names are new columns. Whether it was one, with a number in it.
    pub(super) fn read(&mut self, line: &str, columns: &mut Columns, fields: &mut Vec<Field>) -> Option<()> {
        self.path.clear();
        let text = line.trim();
        text.starts_with(['{', '[']).then_some(())?;
        let mut reader = Reader { text, at: 0, path: &mut self.path, columns, fields };
        reader.value(0)?;
        (reader.at == text.len() && !reader.fields.is_empty()).then_some(())
    }

    /// Whether a line is an object or array with a number in it.
    pub(super) fn fits(line: &str) -> bool {
        Self::default().read(line, &mut Columns::default(), &mut Vec::new()).is_some()
    }
}

impl<'a> Reader<'a> {
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'{' | b'[' if depth == DEEPEST => None,
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => {
                // Some libraries write numbers as texts; other texts say nothing for us.
                let text = self.string()?;
                if text.is_empty() { Some(()) } else { number(text, Decimal::Point).map_or(Some(()), |value| self.field(value)) }
            }
            _ => match self.word() {
                "true" | "false" => Some(()),
                "" => None,
                word => self.field(number(word, Decimal::Point)?),
            },
        }
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.take(b'{')?;
        if self.peek()? == b'}' {
            return self.take(b'}');
        }
        loop {
            self.peek()?;
            let key = self.string()?;
            let before = self.step_into(key);
            self.take(b':')?;
            self.value(depth + 1)?;
            self.path.truncate(before);
            match self.peek()? {
                b',' => self.at += 1,
                _ => return self.take(b'}'),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.take(b'[')?;
        if self.peek()? == b']' {
            return self.take(b']');
        }
        let mut place = 0_usize;
        loop {
            let mut digits = [0; 20];
            let before = self.step_into(decimal(place, &mut digits));
            self.value(depth + 1)?;
            self.path.truncate(before);
            place += 1;
            match self.peek()? {
                b',' => self.at += 1,
                _ => return self.take(b']'),
            }
        }
    }

    /// A text between quotes, escapes as they stand.
    fn string(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let begin = self.at;
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at)? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.text.get(begin..self.at - 1)
    }

    fn word(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Lengthens the path; its length before comes back.
    fn step_into(&mut self, key: &str) -> usize {
        let before = self.path.len();
        if before + key.len() < LONGEST_PATH {
            if before > 0 {
                self.path.push('.');
            }
            self.path.push_str(key);
        }
        before
    }

    fn field(&mut self, value: f64) -> Option<()> {
        let column = self.columns.of(self.path, self.fields.len())?;
        self.fields.push((column, value));
        Some(())
    }
}

/// A whole number in digits, without room of its own.
fn decimal(mut number: usize, digits: &mut [u8; 20]) -> &str {
    let mut at = digits.len();
    loop {
        at -= 1;
        if let Some(digit) = digits.get_mut(at) {
            *digit = b'0' + (number % 10) as u8;
        }
        number /= 10;
        if number == 0 || at == 0 {
            return digits.get(at..).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<Vec<(String, f64)>> {
        let (mut columns, mut fields) = (Columns::default(), Vec::new());
        Json::default().read(line, &mut columns, &mut fields)?;
        Some(fields.iter().map(|&(column, value)| (columns.list[column].key.clone(), value)).collect())
    }

    #[test]
    fn what_is_nested_is_called_by_its_path() {
        let line = r#"{"t": 17, "left": {"x": 0.5, "y": -1e-3}, "imu": [1, 2], "name": "belt \"2\"", "ok": true, "n": "12"}"#;
        let names: Vec<_> = read(line).unwrap();
        let expected = [("t", 17.0), ("left.x", 0.5), ("left.y", -0.001), ("imu.0", 1.0), ("imu.1", 2.0), ("n", 12.0)];
        assert_eq!(names, expected.map(|(name, value)| (name.to_owned(), value)));
        assert_eq!(read("[1,[2,3]]").unwrap().iter().map(|field| field.0.clone()).collect::<Vec<_>>(), ["0", "1.0", "1.1"]);
        assert!(read(r#"{"a":NaN,"b":null}"#).unwrap().iter().all(|field| field.1.is_nan()));
    }

    #[test]
    fn what_is_cut_or_wrong_is_no_line() {
        for line in
            ["{", r#"{"a":1"#, r#"{"a":1}}"#, r#""a":1}"#, "{}", "[]", r#"{"a":}"#, r#"{"a" 1}"#, "[1,]", r#"{"a\"#, "[[[[[[[[[1]]]]]]]]]"]
        {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
