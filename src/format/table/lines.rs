//! A text, line by line: whatever ends them and whatever code page the letters are of.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};

use super::TableError;

/// Longer lines are none.
const LONGEST_LINE: u64 = 1 << 20;

/// Reads line after line.
pub(super) struct Lines<R> {
    input: BufReader<R>,
    bytes: Vec<u8>,
    number: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(1 << 16, input), bytes: Vec::new(), number: 0 }
    }

    /// The next line, without its end and a mark of the byte order, and its number, from 1; `None` at the end.
    ///
    /// # Errors
    /// Where the line is longer than any row, or the input fails.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Cow<'_, str>)>, TableError> {
        self.bytes.clear();
        let got = self.input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut self.bytes)?;
        if got == 0 {
            return Ok(None);
        }
        self.number += 1;
        if got as u64 == LONGEST_LINE && self.bytes.last() != Some(&b'\n') {
            return Err(TableError::LongLine { line: self.number, most: LONGEST_LINE });
        }
        Ok(Some((self.number, line(&self.bytes))))
    }
}

/// One line of bytes. What is no UTF-8 is taken for Latin-1, which older programs under Windows write: `µ` and `°` are one byte there.
fn line(bytes: &[u8]) -> Cow<'_, str> {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    let end = bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
    let bytes = bytes.get(..end).unwrap_or_default();
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().copied().map(char::from).collect::<String>().into(), Cow::Borrowed)
}

/// The lines of the beginning of a file. The last one may be cut; it is left out unless `whole`.
pub(super) fn of_head(head: &[u8], whole: bool) -> Vec<Cow<'_, str>> {
    let mut lines: Vec<_> = head.split_inclusive(|byte| *byte == b'\n').map(line).collect();
    if !whole && lines.len() > 1 {
        lines.pop();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_whatever_code_page_it_is_of() {
        let mut lines = Lines::new("\u{feff}µ\r\n".as_bytes().chain(&b"\xb5V\t\xb0C\n\nlast"[..]));
        let mut read = Vec::new();
        while let Some((number, text)) = lines.next().unwrap() {
            read.push((number, text.into_owned()));
        }
        let expected = [(1, "µ"), (2, "µV\t°C"), (3, ""), (4, "last")].map(|(number, text)| (number, text.to_owned()));
        assert_eq!(read, expected);
    }

    #[test]
    fn of_a_beginning_the_last_line_is_left_out_where_it_may_be_cut() {
        assert_eq!(of_head(b"a\nb\nc", false), ["a", "b"]);
        assert_eq!(of_head(b"a\nb\nc", true), ["a", "b", "c"]);
    }
}
