//! The screen without a command: the demo, the sensors that are plugged in, the latest sessions; one is chosen.

use super::keys::Key;
use super::mouse::{Gesture, Mouse};

/// Rows above the first line: the title and a blank.
const TOP: u16 = 2;

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

/// What stands in a row of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// What the next ones are.
    Heading(&'static str),
    /// Nothing.
    Blank,
    /// The line at this place.
    One(usize),
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

    /// What stands where on a screen of so many rows, from the top. Where there is no room for all, what is chosen is among it.
    pub fn rows(&self, height: u16) -> Vec<(u16, Row)> {
        let mut rows = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let own = heading(entry);
            if at == 0 || heading(&self.entries[at - 1]) != own {
                rows.extend((at > 0).then_some(Row::Blank));
                rows.push(Row::Heading(own));
            }
            rows.push(Row::One(at));
        }
        let room = height.saturating_sub(4);
        let chosen = rows.iter().position(|row| *row == Row::One(self.chosen)).unwrap_or(0);
        let first = (chosen + 1).saturating_sub(usize::from(room));
        (TOP..TOP + room).zip(rows.into_iter().skip(first)).collect()
    }

    /// The mouse, on a screen of so many rows: a click chooses, and on the chosen one opens it.
    pub fn mouse(&mut self, mouse: Mouse, height: u16) -> Picked {
        let row = self.rows(height).into_iter().find(|(y, _)| *y == mouse.y);
        match (mouse.gesture, row) {
            (Gesture::Back, _) => self.key(Key::Up),
            (Gesture::On, _) => self.key(Key::Down),
            (Gesture::Press, Some((_, Row::One(at)))) if at == self.chosen => self.key(Key::Enter),
            (Gesture::Press, Some((_, Row::One(at)))) => {
                self.chosen = at;
                Picked::Nothing
            }
            _ => Picked::Nothing,
        }
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

fn heading(entry: &Entry) -> &'static str {
    match entry.choice {
        Choice::Demo => "without a sensor",
        Choice::Port(_) => "sensors that are plugged in",
        Choice::Session(_) => "latest sessions",
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
    #[test]
    fn a_click_chooses_a_line_and_another_one_opens_it_also_where_not_all_fit() {
        let sessions = (0..8).map(|n| entry(Choice::Session(n.to_string())));
        let mut welcome = Welcome::default();
        welcome.update([entry(Choice::Demo)].into_iter().chain(sessions).collect());
        let click = |welcome: &mut Welcome, y| welcome.mouse(Mouse { gesture: Gesture::Press, x: 9, y }, 24);
        assert_eq!(click(&mut welcome, 5), Picked::Nothing, "a heading");
        assert_eq!(click(&mut welcome, 7), Picked::Nothing);
        assert_eq!(click(&mut welcome, 7), Picked::One(Choice::Session("1".into())));
        (0..8).for_each(|_| _ = welcome.key(Key::Down));
        let last = welcome.rows(10).last().copied();
        assert_eq!(last, Some((7, Row::One(8))));
        assert_eq!(welcome.mouse(Mouse { gesture: Gesture::Press, x: 0, y: 7 }, 10), Picked::One(Choice::Session("7".into())));
    }
}
