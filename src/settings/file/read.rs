//! Goes through a settings file.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::entries::{ENTRIES, TEN_TEXTS, labels};
use super::{File, OwnSet, TEN_STEPS};
use crate::app::{Action, Key};
use crate::rhythm::Rhythm;
use crate::signal::clean;

/// More sets of labels nobody goes through.
const MOST_SETS: usize = 50;

/// Goes through a file.
pub(super) struct Reader<'a> {
    text: &'a str,
    file: File,
    /// Line, column, what.
    problems: Vec<(usize, usize, String)>,
}

impl<'a> Reader<'a> {
    /// Reads a file's text, and tells what in it makes no sense.
    pub(super) fn read(text: &'a str) -> (File, Vec<String>) {
        let mut reader = Self { text, file: File::default(), problems: Vec::new() };
        match DeTable::parse(text) {
            Ok(table) => reader.table(table.get_ref(), ""),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                reader.problem(at, &format!("{}; nothing of the file is used", clean(error.message())));
            }
        }
        reader.file.sets.sort_by_key(|set| set.line);
        reader.check_ranges();
        reader.check_set();
        reader.problems.sort();
        (reader.file, reader.problems.into_iter().map(|(line, column, what)| format!("line {line}, column {column}: {what}")).collect())
    }

    fn place(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }

    fn problem(&mut self, at: usize, what: &str) {
        let (line, column) = self.place(at);
        self.problems.push((line, column, what.to_owned()));
    }

    fn table(&mut self, table: &DeTable<'_>, within: &str) {
        for (key, value) in table {
            let (name, at) = (key.get_ref().as_ref(), key.span().start);
            let full = if within.is_empty() { name.to_owned() } else { format!("{within}.{name}") };
            match value.get_ref() {
                _ if within == "keys" => self.key(name, value, at),
                _ if within == "label-sets" => self.set(name, value, at),
                DeValue::Table(inner) if within.is_empty() => self.table(inner, name),
                _ => self.setting(&full, value, at),
            }
        }
    }

    fn setting(&mut self, name: &str, value: &Spanned<DeValue<'_>>, at: usize) {
        let Some(entry) = ENTRIES.iter().find(|entry| entry.name == name) else {
            let like =
                ENTRIES.iter().map(|entry| entry.name).min_by_key(|known| distance(known, name)).filter(|known| distance(known, name) <= 3);
            let hint = like.map_or_else(|| "`stillpoint config` lists them all".to_owned(), |known| format!("did you mean `{known}`?"));
            self.problem(at, &format!("`{}` is no setting; {hint}", clean(name)));
            return;
        };
        match entry.takes.value(value.get_ref()) {
            Ok(taken) => {
                let line = self.place(at).0;
                self.file.values.insert(name.to_owned(), (taken, line));
            }
            Err(what) => self.problem(value.span().start, &format!("`{name}` takes {what}")),
        }
    }

    fn key(&mut self, name: &str, value: &Spanned<DeValue<'_>>, at: usize) {
        let Some(action) = Action::from_name(name) else {
            self.problem(at, &format!("`{}` is nothing that a key can do; `stillpoint config --write` writes the list", clean(name)));
            return;
        };
        let words: Vec<&str> = match value.get_ref() {
            DeValue::Array(list) => list.iter().filter_map(|value| value.get_ref().as_str()).collect(),
            single => single.as_str().into_iter().collect(),
        };
        let keys: Vec<Key> = words.iter().filter_map(|word| Key::from_name(word)).collect();
        if keys.is_empty() || keys.len() < words.len() {
            self.problem(value.span().start, &format!("`{name}` takes keys by name: \"m\", \"space\", [\"f5\", \"ctrl-t\"]"));
            return;
        }
        self.file.keys.push((action, keys));
    }

    fn set(&mut self, name: &str, value: &Spanned<DeValue<'_>>, at: usize) {
        let (name, line) = (clean(name), self.place(at).0);
        let Some(labels) = labels(value.get_ref()) else {
            return self.problem(value.span().start, &format!("a set of labels takes {TEN_TEXTS}"));
        };
        match (name.is_empty() || name == TEN_STEPS, self.file.sets.len() < MOST_SETS) {
            (true, _) => self.problem(at, &format!("`{name}` is no name for a set of labels of your own")),
            (false, false) => self.problem(at, &format!("no more than {MOST_SETS} sets of labels")),
            (false, true) => self.file.sets.push(OwnSet { name, labels, line }),
        }
    }

    /// The set to begin with is one that there is.
    fn check_set(&mut self) {
        let Some(wanted) = self.file.text("label-set").filter(|name| !name.is_empty()) else { return };
        let names: Vec<String> = self.file.label_sets().into_iter().map(|set| set.name).collect();
        if names.iter().any(|name| name == wanted) {
            return;
        }
        let line = self.file.values.remove("label-set").map_or(1, |(_, line)| line);
        self.problems.push((line, 1, format!("`label-set` names no set of labels; there are {}", names.join(", "))));
    }

    /// A range that is upside down is that of before.
    fn check_ranges(&mut self) {
        for rhythm in Rhythm::ALL {
            let (low, high) = (format!("{}.low", rhythm.word()), format!("{}.high", rhythm.word()));
            let settings = self.file.estimator();
            let of = settings.of(rhythm);
            if of.low_per_min < of.high_per_min {
                continue;
            }
            let line = [&low, &high].into_iter().filter_map(|name| self.file.values.remove(name)).map(|(_, line)| line).max().unwrap_or(1);
            self.problems.push((line, 1, format!("the low end of the {} range must be below its high end", rhythm.word())));
        }
    }
}

/// How many letters differ, at the same place or in length: enough for a slip of the finger.
fn distance(a: &str, b: &str) -> usize {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let same_end = a.chars().rev().zip(b.chars().rev()).take_while(|(a, b)| a == b).count();
    let longest = a.chars().count().max(b.chars().count());
    longest.saturating_sub(same + same_end.min(longest - same))
}
