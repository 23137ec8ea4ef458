//! A line to type into.

use tui_input::{Input, InputRequest};

use super::keys::Key;
use crate::signal::{AnnotationId, SampleIndex, Seconds};

/// What the line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A label for an annotation.
    Label(AnnotationId),
    /// A note to the frame at which the key was pressed.
    Note(SampleIndex),
    /// A time to go to.
    GoTo,
    /// Which annotations the list shows.
    Filter,
    /// Where files go.
    Folder,
    /// Which keys the help shows.
    Help,
}

impl Purpose {
    /// What stands before the line.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Label(_) => "label",
            Self::Note(_) => "note",
            Self::GoTo => "go to (90, 12:30, 1:02:30)",
            Self::Filter => "only with",
            Self::Folder => "folder",
            Self::Help => "look for",
        }
    }
}

/// The line, while it is typed.
#[derive(Clone, Debug)]
pub(super) struct Prompt {
    /// What it is for.
    pub purpose: Purpose,
    input: Input,
}

/// What a key did to the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// Still typing.
    On,
    /// Done: take the text.
    Done,
    /// Given up.
    Left,
}

impl Prompt {
    /// A line that begins with `text`.
    pub(super) fn new(purpose: Purpose, text: &str) -> Self {
        Self { purpose, input: Input::from(text) }
    }

    /// What has been typed.
    pub(super) fn text(&self) -> &str {
        self.input.value()
    }

    /// Columns of the text before the cursor.
    pub(super) fn cursor(&self) -> usize {
        self.input.visual_cursor()
    }

    /// One key.
    pub(super) fn key(&mut self, key: Key) -> Typed {
        let request = match key {
            Key::Enter => return Typed::Done,
            Key::Esc | Key::Ctrl('c') => return Typed::Left,
            Key::Char(c) => InputRequest::InsertChar(c),
            Key::Backspace => InputRequest::DeletePrevChar,
            Key::Delete => InputRequest::DeleteNextChar,
            Key::Left => InputRequest::GoToPrevChar,
            Key::Right => InputRequest::GoToNextChar,
            Key::ShiftLeft => InputRequest::GoToPrevWord,
            Key::ShiftRight => InputRequest::GoToNextWord,
            Key::Home | Key::Ctrl('a') => InputRequest::GoToStart,
            Key::End | Key::Ctrl('e') => InputRequest::GoToEnd,
            Key::Ctrl('u') => InputRequest::DeleteLine,
            Key::Ctrl('w') => InputRequest::DeletePrevWord,
            _ => return Typed::On,
        };
        self.input.handle(request);
        Typed::On
    }
}

/// A time as people write it: `90`, `12:30`, `1:02:30`, `12:30.5`.
pub(super) fn parse_time(text: &str) -> Option<Seconds> {
    let parts: Vec<&str> = text.trim().split(':').collect();
    let (last, front) = parts.split_last()?;
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || c == '.');
    if front.len() > 2 || !plain(last) {
        return None;
    }
    let mut total = 0.0;
    for part in front {
        total = (total + f64::from(part.parse::<u32>().ok()?)) * 60.0;
    }
    let seconds: f64 = last.parse().ok()?;
    (front.is_empty() || seconds < 60.0).then_some(Seconds(total + seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let cases = [("90", Some(90.0)), ("12:30", Some(750.0)), (" 1:02:30.5 ", Some(3750.5)), ("0:05", Some(5.0))];
        for (text, seconds) in cases {
            assert_eq!(parse_time(text).map(|t| t.0), seconds, "{text}");
        }
        for text in ["", "x", "12:", "1:2:3:4", "-5", "1:75", "1e9", "inf"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_line_is_typed_and_corrected() {
        let mut prompt = Prompt::new(Purpose::GoTo, "");
        for key in [Key::Char('1'), Key::Char('x'), Key::Backspace, Key::Char('2')] {
            assert_eq!(prompt.key(key), Typed::On);
        }
        assert_eq!(prompt.text(), "12");
        assert_eq!(prompt.key(Key::Enter), Typed::Done);
        assert_eq!(prompt.key(Key::Esc), Typed::Left);
    }
}
