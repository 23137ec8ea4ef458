//! A text, line by line: whatever ends them and whatever code page the letters are of.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use super::TableError;

/// What some programs put before the first line.
const MARK: &[u8] = "\u{feff}".as_bytes();
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
    let end = bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
    let bytes = bytes.get(..end).unwrap_or_default();
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().copied().map(char::from).collect::<String>().into(), Cow::Borrowed)
}

/// A header has no more lines within the quotes of a cell.
const MOST_IN_A_CELL: usize = 8;

/// How the ends of lines are to be read, as the beginning of a file shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// LF, with a CR before it or without.
    Usual,
    /// CR alone, as old Macintoshes have it.
    Cr,
}

impl Ends {
    pub(super) fn of(head: &[u8]) -> Self {
        if head.contains(&b'\r') && !head.contains(&b'\n') { Self::Cr } else { Self::Usual }
    }

    fn mend(self, bytes: &mut [u8]) {
        if self == Self::Cr {
            bytes.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        }
    }
}

/// The beginning of a file with the usual ends of lines, and with blanks for those within the quotes of a header's cell; so long as it was.
pub(super) fn mended(head: &[u8]) -> Vec<u8> {
    let mut head = head.to_vec();
    Ends::of(&head).mend(&mut head);
    let is_remark = |line: &[u8]| line.trim_ascii().is_empty() || matches!(line.first(), Some(b'#' | b'%' | b'/'));
    let header: usize = head.split_inclusive(|byte| *byte == b'\n').take_while(|line| is_remark(line)).map(<[u8]>::len).sum();
    let mut at = header + if head.starts_with(MARK) { MARK.len() } else { 0 };
    while let Some(cell) = head.get(at..) {
        let blanks = cell.iter().take_while(|byte| **byte == b' ').count();
        at += blanks;
        let cell = cell.get(blanks..).unwrap_or_default();
        let quoted = if cell.first() == Some(&b'"') { quoted(cell) } else { 0 };
        for byte in head.iter_mut().skip(at).take(quoted).filter(|byte| matches!(byte, b'\r' | b'\n')) {
            *byte = b' ';
        }
        at += quoted;
        // To the next cell.
        match head.get(at..).and_then(|rest| rest.iter().position(|byte| b",;\t\n".contains(byte))) {
            Some(end) if head.get(at + end) != Some(&b'\n') => at += end + 1,
            _ => break,
        }
    }
    head
}

/// The length of a cell that begins with a quote, up to the one that ends it; 0 where none does within some lines.
fn quoted(cell: &[u8]) -> usize {
    let (mut inside, mut lines) = (true, 0);
    for (at, byte) in cell.iter().enumerate().skip(1) {
        match byte {
            b'"' => inside = !inside,
            // Two quotes are one that is said.
            _ if !inside => return at,
            b'\n' if lines == MOST_IN_A_CELL => return 0,
            b'\n' => lines += 1,
            _ => {}
        }
    }
    if inside { 0 } else { cell.len() }
}

/// A file whose beginning has been mended: that, then the rest.
pub(super) struct Mended<R> {
    head: io::Cursor<Vec<u8>>,
    rest: R,
    ends: Ends,
}

impl<R: Read> Mended<R> {
    /// `input` from its beginning, of which `head` is the first part.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(super) fn new(mut input: R, head: &[u8]) -> io::Result<Self> {
        io::copy(&mut input.by_ref().take(head.len() as u64), &mut io::sink())?;
        Ok(Self { ends: Ends::of(head), head: io::Cursor::new(mended(head)), rest: input })
    }
}

impl<R: Read> Read for Mended<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let got = self.head.read(bytes)?;
        if got > 0 || bytes.is_empty() {
            return Ok(got);
        }
        let got = self.rest.read(bytes)?;
        self.ends.mend(bytes.get_mut(..got).unwrap_or_default());
        Ok(got)
    }
}

/// The lines of the beginning of a file, mended. The last one may be cut; it is left out unless `whole`.
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
    fn ends_of_old_macintoshes_and_within_a_quoted_head_are_mended_and_nothing_else() {
        let said = |head: &str| String::from_utf8(mended(head.as_bytes())).unwrap();
        for (head, is) in [
            ("a\rb\r", "a\nb\n"),
            ("a\r\nb\rc\n", "a\r\nb\rc\n"),
            ("# x\n\"left\nhand\",\"b\"\"\r\n\"\n1,2\n", "# x\n\"left hand\",\"b\"\"  \"\n1,2\n"),
            ("\u{feff}\"a\nb\", \"c\nd\"\n", "\u{feff}\"a b\", \"c d\"\n"),
            ("t;\"a\n\nb\" ;c\n\"d\n\"\n", "t;\"a  b\" ;c\n\"d\n\"\n"),
            ("12\" belt,a\n1,2\n", "12\" belt,a\n1,2\n"),
            ("\"never ended\n1,2\n", "\"never ended\n1,2\n"),
            ("\"\n\n\n\n\n\n\n\n\n\",1\n", "\"\n\n\n\n\n\n\n\n\n\",1\n"),
            ("\"all\"", "\"all\""),
            ("", ""),
        ] {
            assert_eq!(said(head), is, "{head}");
        }
        let mut text = String::new();
        Mended::new(&b"a\rb\rc\rd"[..], b"a\rb").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "a\nb\nc\nd");
    }

    #[test]
    fn of_a_beginning_the_last_line_is_left_out_where_it_may_be_cut() {
        assert_eq!(of_head(b"a\nb\nc", false), ["a", "b"]);
        assert_eq!(of_head(b"a\nb\nc", true), ["a", "b", "c"]);
    }
}
