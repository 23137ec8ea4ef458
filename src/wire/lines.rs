//! Cuts a stream of bytes into lines, however they are split.

/// A longer line is no line of numbers.
const LONGEST: usize = 4096;

/// What a line was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut<'a> {
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
    after_cr: bool,
}

impl Lines {
    /// Takes the next bytes and hands over the lines that they complete; LF, CR LF and CR end one. Empty lines are none.
    pub(super) fn push(&mut self, mut bytes: &[u8], mut take: impl FnMut(Cut<'_>)) {
        while let Some(at) = bytes.iter().position(|b| matches!(b, b'\n' | b'\r')) {
            let (line, end, rest) = (&bytes[..at], bytes[at], &bytes[at + 1..]);
            bytes = rest;
            let second_half = end == b'\n' && self.after_cr && line.is_empty() && self.held.is_empty();
            self.after_cr = end == b'\r';
            if second_half {
                continue;
            }
            if self.held.is_empty() && self.overlong == 0 {
                give(line, &mut take);
            } else {
                self.hold(line);
                self.flush(&mut take);
            }
        }
        if !bytes.is_empty() {
            self.after_cr = false;
            self.hold(bytes);
        }
    }

    /// Hands over what is held: the stream is over.
    pub(super) fn flush(&mut self, mut take: impl FnMut(Cut<'_>)) {
        if self.overlong > 0 {
            take(Cut::Bad("a line longer than 4 KiB", self.overlong));
        } else {
            give(&self.held, &mut take);
        }
        self.clear();
    }

    /// Forgets what is held.
    pub(super) fn clear(&mut self) {
        self.held.clear();
        self.overlong = 0;
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

fn give(line: &[u8], take: &mut impl FnMut(Cut<'_>)) {
    if line.len() > LONGEST {
        take(Cut::Bad("a line longer than 4 KiB", line.len()));
        return;
    }
    match std::str::from_utf8(line) {
        Ok(text) if text.trim().is_empty() => {}
        Ok(text) if text.chars().all(|c| c == '\t' || !c.is_control()) => take(Cut::Line(text)),
        _ => take(Cut::Bad("bytes that are no text", line.len())),
    }
}
