//! Which keys do what: the table, with the keys that the user's settings put in their place.

use super::keys::{Action, Binding, Key, Mode, TABLE};

/// The keys of every row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap(Vec<Vec<Key>>);

impl Default for Keymap {
    fn default() -> Self {
        Self(TABLE.iter().map(|row| row.keys.to_vec()).collect())
    }
}

impl Keymap {
    /// Gives an action other keys, in every mode that has it; other actions of these modes lose them. The keys that it has by itself in one mode
    /// leave it as it is in all.
    pub fn assign(&mut self, action: Action, keys: &[Key]) {
        if TABLE.iter().any(|row| row.action == action && row.keys == keys) {
            return;
        }
        for row in (0..TABLE.len()).filter(|row| TABLE[*row].action == action) {
            self.0[row] = keys.to_vec();
        }
        let modes = |mode: &Mode| TABLE.iter().any(|row| row.action == action && row.modes.contains(mode));
        // A row of several modes loses the key in all of them, for it has one set of keys.
        for (_, own) in TABLE.iter().zip(&mut self.0).filter(|(row, _)| row.action != action && row.modes.iter().any(modes)) {
            own.retain(|key| !keys.contains(key));
        }
    }

    /// What a key does.
    pub fn action(&self, mode: Mode, key: Key) -> Option<Action> {
        self.bindings(mode).find(|(_, keys)| keys.contains(&key)).map(|(row, _)| row.action)
    }

    /// The rows of a mode that have a key, each with its keys.
    pub fn bindings(&self, mode: Mode) -> impl Iterator<Item = (&'static Binding, &[Key])> {
        let all = TABLE.iter().zip(self.0.iter().map(Vec::as_slice));
        all.filter(move |(row, keys)| row.modes.contains(&mode) && !keys.is_empty())
    }
}

impl Action {
    /// Its name in the settings: `mark`, `next-view`.
    pub fn name(self) -> String {
        let mut name = String::new();
        for c in format!("{self:?}").chars() {
            if c.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(c.to_ascii_lowercase());
        }
        name
    }

    /// The action of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().map(|row| row.action).find(|action| action.name() == name)
    }
}

impl Key {
    /// The key that a name means: `m`, `space`, `ctrl-r`, `f5`, `shift-left`; also the signs of the screen.
    pub fn from_name(name: &str) -> Option<Self> {
        const NAMED: [Key; 16] = [
            Key::Enter,
            Key::Esc,
            Key::Tab,
            Key::BackTab,
            Key::Backspace,
            Key::Delete,
            Key::Left,
            Key::Right,
            Key::ShiftLeft,
            Key::ShiftRight,
            Key::Up,
            Key::Down,
            Key::Home,
            Key::End,
            Key::PageUp,
            Key::PageDown,
        ];
        if let Some(arrow) = NAMED.into_iter().find(|key| key.name() == name) {
            return Some(arrow);
        }
        let mut letters = name.chars();
        if let (Some(one), None) = (letters.next(), letters.next()) {
            return Some(if one == '−' { Key::Char('-') } else { Key::Char(one) });
        }
        let small = name.to_lowercase();
        let plain = small.replace("left", "←").replace("right", "→").replace("up", "↑").replace("down", "↓");
        let named = |key: &Key| [key.name(), key.name().replace(' ', "")].iter().any(|known| *known == small || *known == plain);
        if small == "space" {
            return Some(Key::Char(' '));
        }
        if let Some(letter) = small.strip_prefix("ctrl-").filter(|letter| letter.chars().count() == 1) {
            return letter.chars().next().map(Key::Ctrl);
        }
        if let Some(number) = small.strip_prefix('f').and_then(|number| number.parse().ok()).filter(|number| (1..=24).contains(number)) {
            return Some(Key::F(number));
        }
        NAMED.into_iter().find(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_is_known_by_its_name_and_every_action_by_its_own() {
        for row in TABLE {
            assert_eq!(Action::from_name(&row.action.name()), Some(row.action));
            for key in row.keys {
                assert_eq!(Key::from_name(&key.name()), Some(*key), "{}", key.name());
            }
        }
        for (name, key) in
            [("shift-left", Key::ShiftLeft), ("page up", Key::PageUp), ("pageup", Key::PageUp), ("Up", Key::Up), ("-", Key::Char('-'))]
        {
            assert_eq!(Key::from_name(name), Some(key), "{name}");
        }
        assert_eq!((Key::from_name("hyper"), Key::from_name(""), Key::from_name("f99")), (None, None, None));
    }

    #[test]
    fn what_an_action_has_by_itself_changes_nothing() {
        let mut keymap = Keymap::default();
        TABLE.iter().for_each(|row| keymap.assign(row.action, row.keys));
        assert_eq!(keymap, Keymap::default());
    }

    #[test]
    fn a_foot_pedal_marks_and_its_key_does_nothing_else() {
        let mut keymap = Keymap::default();
        keymap.assign(Action::Mark, &[Key::F(5), Key::Char('s')]);
        for mode in [Mode::Live, Mode::Replay] {
            assert_eq!(keymap.action(mode, Key::F(5)), Some(Action::Mark));
            assert_eq!(keymap.action(mode, Key::Char('s')), Some(Action::Mark), "no segment any more");
            assert_eq!(keymap.action(mode, Key::Char('m')), None);
        }
        assert_eq!(keymap.action(Mode::Replay, Key::Char(' ')), Some(Action::PlayPause));
    }
}
