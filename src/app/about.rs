//! The two texts that are read over everything else: the keys, in which one can search, and the settings in force.

use super::keys::Key;
use super::prompt::{Prompt, Purpose, Typed};

/// More rows has no help.
const LONGEST: usize = 200;

/// A setting, as `stillpoint config` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the settings file.
    pub name: String,
    /// Its value in TOML. Clean.
    pub value: String,
    /// Where it came from; nothing where it is so by itself.
    pub from: Option<String>,
}

/// The help, while it is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    /// While a word is typed.
    pub prompt: Option<Prompt>,
    /// Only keys that hold this.
    text: String,
    /// Rows above the first that is shown.
    pub first: usize,
}

impl Reading {
    /// What is looked for, in small letters.
    pub(super) fn wanted(&self) -> String {
        self.prompt.as_ref().map_or(self.text.as_str(), Prompt::text).to_lowercase()
    }

    /// One key; `true` while the help is still read.
    pub(super) fn key(&mut self, key: Key) -> bool {
        if let Some(prompt) = &mut self.prompt {
            match prompt.key(key) {
                Typed::On => {}
                Typed::Done => (self.text, self.prompt) = (prompt.text().to_owned(), None),
                Typed::Left => (self.text, self.prompt) = (String::new(), None),
            }
            return true;
        }
        match key {
            Key::Down | Key::Char('j') => self.first = (self.first + 1).min(LONGEST),
            Key::Up | Key::Char('k') => self.first = self.first.saturating_sub(1),
            Key::Char('/') => self.prompt = Some(Prompt::new(Purpose::Help, "")),
            Key::Esc if !self.text.is_empty() => self.text.clear(),
            Key::Char('?' | 'q') | Key::F(1) | Key::Esc | Key::Enter | Key::Ctrl('c') => return false,
            _ => {}
        }
        true
    }
}

/// The settings, while they are read: the first row that is shown. `None` where they are no longer.
pub(super) fn scrolled(first: usize, key: Key, rows: usize) -> Option<usize> {
    let last = rows.saturating_sub(1);
    Some(match key {
        Key::Up | Key::Char('k') => first.saturating_sub(1),
        Key::Down | Key::Char('j') => (first + 1).min(last),
        Key::PageUp | Key::Left => first.saturating_sub(10),
        Key::PageDown | Key::Right | Key::Char(' ') => (first + 10).min(last),
        Key::Home => 0,
        Key::End => last,
        Key::Char('o' | 'q') | Key::Esc | Key::Enter | Key::Ctrl('c') => return None,
        _ => first,
    })
}
