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
        let Some(at) = end(all) else {
            self.hold(all);
            *bytes = &[];
            return None;
        };
        *bytes = &all[at + 1..];
        if self.held.is_empty() && self.overlong == 0 {
            return Some(cut(&all[..at]));
        }
        self.hold(&all[..at]);
        Some(self.rest())
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

/// Where the first line ends.
pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'))
}

/// What the bytes between two ends are.
pub(super) fn cut(line: &[u8]) -> Cut<'_> {
    if line.len() > LONGEST {
        return too_long(line.len());
    }
    // All of it is looked at, for that goes many bytes at a time.
    let ascii = line.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~' | b'\t'));
    match std::str::from_utf8(line) {
        Ok(text) if text.trim().is_empty() => Cut::Blank,
        Ok(text) if ascii || text.chars().all(|c| c == '\t' || !c.is_control()) => Cut::Line(text),
        _ => Cut::Bad("bytes that are no text", line.len()),
    }
}

fn too_long(bytes: usize) -> Cut<'static> {
    Cut::Bad("a line longer than 4 KiB", bytes)
}
