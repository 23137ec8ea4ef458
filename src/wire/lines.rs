//! Cuts a stream of bytes into lines, however they are split.

/// A longer line is no line of numbers.
pub(super) const LONGEST: usize = 4096;

/// What a line was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut<'a> {
    /// Nothing between two ends; LF behind CR makes one too.
    Blank,
    /// A printable line, without its end.
    Line(&'a str),
    /// So many bytes that are none, and why.
    Bad(&'static str, usize),
}

/// Holds the line that is not yet whole: at most 4 KiB.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    held: Vec<u8>,
    /// Bytes thrown away of a line that is too long.
    overlong: usize,
    /// What is held has been handed out.
    given: bool,
}

impl Lines {
    /// Cuts the next line off `bytes`; LF, CR LF and CR end one. `None` where no line is whole any more: all bytes are held then.
    pub(super) fn next<'a, 'b: 'a>(&'a mut self, bytes: &mut &'b [u8]) -> Option<Cut<'a>> {
        if self.given {
            self.clear();
        }
        let all = *bytes;
        let Some((line, after)) = end(all).and_then(|at| all.split_at_checked(at)) else {
            self.hold(all);
            *bytes = &[];
            return None;
        };
        *bytes = after.split_first().map_or(&[], |(_, after)| after);
        if self.held.is_empty() && self.overlong == 0 {
            return Some(cut(line));
        }
        self.hold(line);
        Some(self.rest())
    }

    /// Whether a line begins with the next byte.
    pub(super) fn is_at_begin(&self) -> bool {
        self.given || (self.held.is_empty() && self.overlong == 0)
    }

    /// What is held, as a line: the stream is over.
    pub(super) fn rest(&mut self) -> Cut<'_> {
        if self.given {
            self.clear();
        }
        self.given = true;
        if self.overlong > 0 { too_long(self.overlong) } else { cut(&self.held) }
    }

    /// Forgets what is held.
    pub(super) fn clear(&mut self) {
        self.held.clear();
        self.overlong = 0;
        self.given = false;
    }

    fn hold(&mut self, bytes: &[u8]) {
        if self.overlong > 0 || self.held.len() + bytes.len() > LONGEST {
            self.overlong += self.held.len() + bytes.len();
            self.held.clear();
        } else {
            self.held.extend_from_slice(bytes);
        }
    }
}

/// Where the first line ends. Eight bytes are looked at together: a byte of a word is zero where taking one from it borrows (Anderson, Bit Twiddling
/// Hacks, "determine if a word has a zero byte"); the lowest such byte is right, and it is the first.
pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = zeros(word ^ (ONES * u64::from(b'\n'))) | zeros(word ^ (ONES * u64::from(b'\r')));
        if found != 0 {
            return Some(8 * at + found.trailing_zeros() as usize / 8);
        }
    }
    let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
    Some(bytes.len() - rest.len() + end)
}

/// What the bytes between two ends are.
pub(super) fn cut(line: &[u8]) -> Cut<'_> {
    if line.len() > LONGEST {
        return too_long(line.len());
    }
    // All of it is looked at, for that goes many bytes at a time.
    let ascii = is_plain(line) || line.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~' | b'\t'));
    match std::str::from_utf8(line) {
        Ok(text) if text.trim().is_empty() => Cut::Blank,
        Ok(text) if ascii || text.chars().all(|c| c == '\t' || !c.is_control()) => Cut::Line(text),
        _ => Cut::Bad("bytes that are no text", line.len()),
    }
}

/// A one, and the highest bit, in each byte of a word.
pub(super) const ONES: u64 = u64::from_le_bytes([1; 8]);
pub(super) const TOPS: u64 = u64::from_le_bytes([0x80; 8]);

/// The highest bit of the lowest byte that is zero; those above it may have theirs, too.
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & TOPS
}

/// Whether all is printable ASCII, eight bytes at a time: none has its highest bit, lies below a blank (which a subtraction would have to borrow for) or is DEL.
fn is_plain(line: &[u8]) -> bool {
    let (words, rest) = line.as_chunks::<8>();
    let odd = |word: u64| (word | word.wrapping_sub(ONES * u64::from(b' ')) | zeros(word ^ (ONES * 0x7f))) & TOPS;
    words.iter().fold(0, |all, word| all | odd(u64::from_le_bytes(*word))) == 0 && rest.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

fn too_long(bytes: usize) -> Cut<'static> {
    Cut::Bad("a line longer than 4 KiB", bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_line_ends_at_the_first_of_either_end_whatever_stands_around_it(
            bytes in prop::collection::vec(prop::sample::select(vec![b'\n', b'\r', 0, 1, 9, 11, 12, 14, b'0', b' ', 0x7f, 0x80, 0x8a, 0x8d, 0xff]), 0..40),
        ) {
            prop_assert_eq!(end(&bytes), bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')));
        }

        #[test]
        fn a_line_is_plain_where_every_byte_is(
            bytes in prop::collection::vec(prop_oneof![8 => b' '..=b'~', 1 => prop::sample::select(vec![0, 9, 0x1f, 0x7f, 0x80, 0x9f, 0xa0, 0xff])], 0..40),
        ) {
            prop_assert_eq!(is_plain(&bytes), bytes.iter().all(|byte| matches!(byte, b' '..=b'~')));
        }
    }
}
