//! The screen without a command: the demo, the sensors that are plugged in, the latest sessions; one is chosen.

use super::keys::Key;

/// What can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The built-in client.
    Demo,
    /// A serial port, by its name.
    Port(String),
    /// A session, by its folder.
    Session(String),
}

/// One line. Texts are clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub choice: Choice,
    /// What it is called.
    pub name: String,
    /// What is known of it.
    pub about: String,
}

/// What a key did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// Still choosing.
    Nothing,
    /// This one.
    One(Choice),
    /// Leave.
    Leave,
}

/// The lines, and the chosen one. A port that comes or goes does not change what is chosen, unless it was that.
#[derive(Clone, Debug, Default)]
pub struct Welcome {
    entries: Vec<Entry>,
    chosen: usize,
}

impl Welcome {
    /// What there is now.
    pub fn update(&mut self, entries: Vec<Entry>) {
        let before = self.entries.get(self.chosen).map(|entry| &entry.choice);
        let same = before.and_then(|before| entries.iter().position(|entry| entry.choice == *before));
        self.chosen = same.unwrap_or_else(|| self.chosen.min(entries.len().saturating_sub(1)));
        self.entries = entries;
    }

    /// The lines, in their order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The place of the chosen one.
    pub fn chosen(&self) -> usize {
        self.chosen
    }

    /// One key.
    pub fn key(&mut self, key: Key) -> Picked {
        let last = self.entries.len().saturating_sub(1);
        match key {
            Key::Up | Key::Char('k') | Key::BackTab => self.chosen = self.chosen.saturating_sub(1),
            Key::Down | Key::Char('j') | Key::Tab => self.chosen = (self.chosen + 1).min(last),
            Key::Home => self.chosen = 0,
            Key::End => self.chosen = last,
            Key::Enter => return self.entries.get(self.chosen).map_or(Picked::Nothing, |entry| Picked::One(entry.choice.clone())),
            Key::Char('q') | Key::Esc | Key::Ctrl('c') => return Picked::Leave,
            _ => {}
        }
        Picked::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(choice: Choice) -> Entry {
        Entry { choice, name: String::new(), about: String::new() }
    }

    #[test]
    fn a_port_that_is_plugged_in_does_not_move_the_choice_and_one_that_goes_leaves_its_place() {
        let (port, session) = (Choice::Port("/dev/ttyACM0".into()), Choice::Session("x".into()));
        let mut welcome = Welcome::default();
        welcome.update(vec![entry(Choice::Demo), entry(session.clone())]);
        welcome.key(Key::Down);
        welcome.update(vec![entry(Choice::Demo), entry(port.clone()), entry(session.clone())]);
        assert_eq!(welcome.key(Key::Enter), Picked::One(session.clone()));
        welcome.key(Key::Up);
        assert_eq!(welcome.key(Key::Enter), Picked::One(port));
        welcome.update(vec![entry(Choice::Demo), entry(session.clone())]);
        assert_eq!(welcome.key(Key::Enter), Picked::One(session));
        assert_eq!(welcome.key(Key::Char('q')), Picked::Leave);
        welcome.update(Vec::new());
        assert_eq!(welcome.key(Key::Enter), Picked::Nothing);
    }
}
