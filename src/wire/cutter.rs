//! Cuts a stream of bytes into binary frames, however they are split, and finds the frames again behind what is none.

/// What the bytes at a place are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// A frame of so many bytes.
    Frame(usize),
    /// None begins here.
    Wrong,
    /// More bytes are needed to tell.
    More,
}

/// How sure a frame has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// The last frame ended here.
    InStep,
    /// Nothing tells that a frame begins here but its own bytes and those behind it.
    Searching,
    /// The same, and no more bytes will come.
    Ending,
}

/// A piece of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Frame(&'a [u8]),
    /// So many bytes that are no frame.
    Skipped(usize),
}

/// Skipped bytes are told at the latest after so many.
const SKIPPED: usize = 1024;

/// Holds what is not yet a whole frame: as long as two frames and a read at most.
#[derive(Clone, Debug, Default)]
pub(super) struct Cutter {
    held: Vec<u8>,
    at: usize,
    skipped: usize,
    searching: bool,
}

impl Cutter {
    /// One that has to find the first frame.
    pub(super) fn searching() -> Self {
        Self { searching: true, ..Self::default() }
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.held.drain(..self.at);
        self.at = 0;
        self.held.extend_from_slice(bytes);
    }

    /// The next piece; `None` where more bytes are needed.
    pub(super) fn next(&mut self, look: impl Fn(&[u8], Trust) -> Look, ending: bool) -> Option<Piece<'_>> {
        loop {
            let rest = self.held.get(self.at..).unwrap_or_default();
            let trust = match (self.searching, ending) {
                (false, _) => Trust::InStep,
                (true, false) => Trust::Searching,
                (true, true) => Trust::Ending,
            };
            let found = if rest.is_empty() { Look::More } else { look(rest, trust) };
            match found {
                Look::Frame(_) if self.skipped > 0 => return Some(Piece::Skipped(std::mem::take(&mut self.skipped))),
                Look::Frame(length) => {
                    let begin = self.at;
                    self.at += length;
                    self.searching = false;
                    return self.held.get(begin..self.at).map(Piece::Frame);
                }
                Look::More if !ending || rest.is_empty() => {
                    let told = ending && self.skipped > 0;
                    return told.then(|| Piece::Skipped(std::mem::take(&mut self.skipped)));
                }
                Look::Wrong | Look::More => {
                    self.at += 1;
                    self.skipped += 1;
                    self.searching = true;
                }
            }
            if self.skipped == SKIPPED {
                return Some(Piece::Skipped(std::mem::take(&mut self.skipped)));
            }
        }
    }

    /// The bytes that were not yet looked at, and how many before them were skipped and not told; nothing is held any more.
    pub(super) fn give_up(&mut self) -> (Vec<u8>, usize) {
        let rest = self.held.split_off(self.at);
        (rest, std::mem::take(self).skipped)
    }
}
