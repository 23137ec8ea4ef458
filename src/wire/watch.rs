//! Whether a format still decodes what comes.

/// So many wrong lines in a row are another format.
const WRONG_IN_A_ROW: usize = 20;
/// After so many lines, or bytes of binary frames, the account is closed.
const LINES: usize = 40;
const BYTES: usize = 2048;
/// How sure a text format is, is told anew after so many lines.
const SURE: usize = 20;

/// The account.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Watch {
    right: usize,
    wrong: usize,
    /// What was said to people: no part of what decodes, and no sign of another format.
    words: usize,
    in_a_row: usize,
    /// All lines, as far as they are counted.
    lines: usize,
    all_right: usize,
    /// What the last account said that was closed.
    pub(super) share: Option<f64>,
}

/// What a line was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Right,
    Wrong,
    /// No number in it.
    Words,
}

/// What it says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Account {
    /// Nothing new.
    Open,
    /// So much of what an account holds decodes.
    Known(f64),
    /// Less than half decodes.
    Lost,
}

impl Watch {
    /// Takes a line.
    pub(super) fn line(&mut self, line: Line) -> Account {
        let right = line == Line::Right;
        match line {
            Line::Right => (self.right, self.in_a_row) = (self.right + 1, 0),
            Line::Wrong => (self.wrong, self.in_a_row) = (self.wrong + 1, self.in_a_row + 1),
            Line::Words => self.words += 1,
        }
        if self.in_a_row >= WRONG_IN_A_ROW || self.closed(LINES) == Account::Lost {
            *self = Self { lines: SURE, ..Self::default() };
            return Account::Lost;
        }
        if self.lines < SURE {
            self.lines += 1;
            self.all_right += usize::from(right);
            if self.lines == SURE {
                return Account::Known(self.all_right as f64 / SURE as f64);
            }
        }
        Account::Open
    }

    /// So many bytes of frames, and so many of none.
    pub(super) fn bytes(&mut self, right: usize, wrong: usize) -> Account {
        self.right += right;
        self.wrong += wrong;
        self.closed(BYTES)
    }

    /// Closes the account when it is full.
    fn closed(&mut self, full: usize) -> Account {
        let all = self.right + self.wrong + self.words;
        if all < full {
            return Account::Open;
        }
        let right = std::mem::take(&mut self.right);
        // Where nothing but words has come it may be another format too.
        self.words = 0;
        let lost = std::mem::take(&mut self.wrong) > right || right == 0;
        let share = right as f64 / all as f64;
        self.share = Some(share);
        if lost { Account::Lost } else { Account::Known(share) }
    }
}
