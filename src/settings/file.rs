//! The settings file: one table says what there is, what it takes and what it is without one. The file is read by it, a new one is written from
//! it, and `stillpoint config` lists it. A mistake is told with its line and column, and what it was about stays as it is by itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::app::{Action, Key, Keymap};
use crate::rhythm::{Rhythm, Settings};
use crate::signal::{QUICK_LABELS, Seconds, clean};

/// Longer labels are cut.
const LONGEST_LABEL: usize = 60;

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Takes {
    /// One of these words.
    Word(&'static [&'static str]),
    Text,
    Flag,
    /// A number between two.
    Number(f64, f64),
    /// Ten texts.
    Labels,
}

/// A setting: its name, what it takes, and what it is for.
struct Entry {
    name: &'static str,
    takes: Takes,
    says: &'static str,
}

const fn entry(name: &'static str, takes: Takes, says: &'static str) -> Entry {
    Entry { name, takes, says }
}

const RATE: Takes = Takes::Number(0.01, 1000.0);
const WINDOW: Takes = Takes::Number(5.0, 3600.0);

/// All of them but the keys, which come from the table of keys.
const ENTRIES: [Entry; 27] = [
    entry("theme", Takes::Word(&["dark", "light", "contrast", "contrast-light", "mono"]), "colours that suit the ground of the terminal"),
    entry("ascii", Takes::Flag, "plain characters only"),
    entry("fps", Takes::Number(1.0, 60.0), "at most so many pictures a second"),
    entry("announce", Takes::Text, "a command that speaks its last argument, or - for standard error; empty: none"),
    entry("bell", Takes::Flag, "ring at still points, a lost sensor and trouble"),
    entry("sessions", Takes::Text, "the folder in which session folders are made; empty: ~/stillpoint"),
    entry("format", Takes::Text, "what a sensor sends; auto finds out (see stillpoint live --help)"),
    entry("labels", Takes::Labels, "the quick labels of the keys 0, 1, … 9"),
    entry("derived", Takes::Flag, "whether pulse and breath are looked at for how they are modulated"),
    entry("threshold", Takes::Number(1e-9, 0.5), "a rhythm is present where its p is below this"),
    entry("step", Takes::Number(1.0, 3600.0), "seconds from one window to the next"),
    entry("tide.enabled", Takes::Flag, "whether it is looked for"),
    entry("tide.low", RATE, "cycles a minute"),
    entry("tide.high", RATE, "cycles a minute"),
    entry("tide.window", WINDOW, "seconds"),
    entry("cranial.enabled", Takes::Flag, "whether it is looked for"),
    entry("cranial.low", RATE, "cycles a minute"),
    entry("cranial.high", RATE, "cycles a minute"),
    entry("cranial.window", WINDOW, "seconds"),
    entry("breath.enabled", Takes::Flag, "whether it is looked for"),
    entry("breath.low", RATE, "cycles a minute"),
    entry("breath.high", RATE, "cycles a minute"),
    entry("breath.window", WINDOW, "seconds"),
    entry("pulse.enabled", Takes::Flag, "whether it is looked for"),
    entry("pulse.low", RATE, "cycles a minute"),
    entry("pulse.high", RATE, "cycles a minute"),
    entry("pulse.window", WINDOW, "seconds"),
];

/// A value of the file.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Text(String),
    Flag(bool),
    Number(f64),
    Texts(Vec<String>),
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// By name, with the line.
    values: BTreeMap<String, (Value, usize)>,
    keys: Vec<(Action, Vec<Key>)>,
}

impl File {
    /// Reads a file's text, and tells what in it makes no sense: `line 4, column 1: …`.
    pub fn parse(text: &str) -> (Self, Vec<String>) {
        let mut reader = Reader { text, file: Self::default(), problems: Vec::new() };
        match DeTable::parse(text) {
            Ok(table) => reader.table(table.get_ref(), ""),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                reader.problem(at, &format!("{}; nothing of the file is used", clean(error.message())));
            }
        }
        reader.check_ranges();
        reader.problems.sort();
        (reader.file, reader.problems.into_iter().map(|(line, column, what)| format!("line {line}, column {column}: {what}")).collect())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(|(value, _)| if let Value::Text(text) = value { Some(text.as_str()) } else { None })
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.values.get(name).and_then(|(value, _)| if let Value::Flag(flag) = value { Some(*flag) } else { None })
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.values.get(name).and_then(|(value, _)| if let Value::Number(number) = value { Some(*number) } else { None })
    }

    /// `theme`.
    pub fn theme(&self) -> Option<&str> {
        self.text("theme")
    }

    /// `ascii`.
    pub fn ascii(&self) -> bool {
        self.flag("ascii").unwrap_or(false)
    }

    /// `fps`.
    pub fn fps(&self) -> f64 {
        self.number("fps").unwrap_or(30.0)
    }

    /// `announce`, unless it is empty.
    pub fn announce(&self) -> Option<&str> {
        self.text("announce").filter(|text| !text.is_empty())
    }

    /// `bell`.
    pub fn bell(&self) -> bool {
        self.flag("bell").unwrap_or(false)
    }

    /// `sessions`, unless it is empty.
    pub fn sessions(&self) -> Option<&str> {
        self.text("sessions").filter(|text| !text.is_empty())
    }

    /// `format`.
    pub fn format(&self) -> Option<&str> {
        self.text("format")
    }

    /// The quick labels, for the keys 0–9.
    pub fn labels(&self) -> [String; 10] {
        let own = self.values.get("labels").and_then(|(value, _)| if let Value::Texts(texts) = value { Some(texts) } else { None });
        std::array::from_fn(|at| own.and_then(|own| own.get(at)).cloned().unwrap_or_else(|| QUICK_LABELS[at].to_owned()))
    }

    /// The keys.
    pub fn keymap(&self) -> Keymap {
        let mut keymap = Keymap::default();
        self.keys.iter().for_each(|(action, keys)| keymap.assign(*action, keys));
        keymap
    }

    /// The estimator's settings.
    pub fn estimator(&self) -> Settings {
        let mut settings = Settings::default();
        settings.derived = self.flag("derived").unwrap_or(settings.derived);
        settings.threshold = self.number("threshold").unwrap_or(settings.threshold);
        settings.step = self.number("step").map_or(settings.step, Seconds);
        for rhythm in Rhythm::ALL {
            let name = |what: &str| format!("{}.{what}", rhythm.word());
            let own = settings.of_mut(rhythm);
            own.enabled = self.flag(&name("enabled")).unwrap_or(own.enabled);
            own.low_per_min = self.number(&name("low")).unwrap_or(own.low_per_min);
            own.high_per_min = self.number(&name("high")).unwrap_or(own.high_per_min);
            own.window = self.number(&name("window")).map_or(own.window, Seconds);
        }
        settings
    }

    /// Every setting: name, value as the file would have it, and the line of the file that it is from.
    pub fn list(&self) -> Vec<(String, String, Option<usize>)> {
        let of = |entry: &Entry| (entry.name.to_owned(), self.shown(entry.name), self.values.get(entry.name).map(|(_, line)| *line));
        ENTRIES.iter().map(of).collect()
    }

    /// A value in TOML.
    fn shown(&self, name: &str) -> String {
        let settings = self.estimator();
        let rhythm = name.split_once('.').and_then(|(word, what)| Some((settings.of(Rhythm::from_word(word)?), what)));
        match (name, rhythm) {
            (_, Some((of, "enabled"))) => of.enabled.to_string(),
            (_, Some((of, "low"))) => number(of.low_per_min),
            (_, Some((of, "high"))) => number(of.high_per_min),
            (_, Some((of, _))) => number(of.window.0),
            ("theme", _) => quoted(self.theme().unwrap_or("dark")),
            ("ascii", _) => self.ascii().to_string(),
            ("fps", _) => number(self.fps()),
            ("announce", _) => quoted(self.announce().unwrap_or_default()),
            ("bell", _) => self.bell().to_string(),
            ("sessions", _) => quoted(self.sessions().unwrap_or_default()),
            ("format", _) => quoted(self.format().unwrap_or("auto")),
            ("labels", _) => format!("[{}]", self.labels().map(|label| quoted(&label)).join(", ")),
            ("derived", _) => settings.derived.to_string(),
            ("threshold", _) => number(settings.threshold),
            _ => number(settings.step.0),
        }
    }
}

/// A file in which everything stands as it is by itself, commented out.
pub fn template(actions: impl Iterator<Item = (String, String, &'static str)>) -> String {
    let mut out = String::from("# stillpoint's settings. What is commented out is so by itself; take away the # to change it.\n");
    let plain = File::default();
    let mut section = "";
    for entry in &ENTRIES {
        let (table, name) = entry.name.split_once('.').unwrap_or(("", entry.name));
        if table != section {
            let _ = write!(out, "\n[{table}]\n");
            section = table;
        }
        let _ = writeln!(out, "# {name} = {}  # {}", plain.shown(entry.name), entry.says);
    }
    out.push_str(
        "\n# Keys by what they do: a character, or space, enter, ctrl-r, f5, shift-left, … A foot pedal is a key like any other.\n[keys]\n",
    );
    for (name, keys, says) in actions {
        let _ = writeln!(out, "# {name} = {keys}  # {says}");
    }
    out
}

fn number(value: f64) -> String {
    format!("{value:?}")
}

/// A text in TOML.
pub fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Goes through a file.
struct Reader<'a> {
    text: &'a str,
    file: File,
    /// Line, column, what.
    problems: Vec<(usize, usize, String)>,
}

impl Reader<'_> {
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

impl Takes {
    /// A value, or what it should have been.
    fn value(self, value: &DeValue<'_>) -> Result<Value, String> {
        match (self, value) {
            (Self::Word(words), DeValue::String(text)) if words.contains(&text.as_ref()) => Ok(Value::Text(text.to_string())),
            (Self::Word(words), _) => Err(format!("one of {}", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", "))),
            (Self::Text, DeValue::String(text)) => Ok(Value::Text(clean(text))),
            (Self::Text, _) => Err("a text in quotes".to_owned()),
            (Self::Flag, DeValue::Boolean(flag)) => Ok(Value::Flag(*flag)),
            (Self::Flag, _) => Err("true or false".to_owned()),
            (Self::Number(low, high), value) => {
                let text = value.as_float().map(toml::de::DeFloat::as_str).or_else(|| value.as_integer().map(toml::de::DeInteger::as_str));
                let number = text.and_then(|text| text.parse::<f64>().ok()).filter(|number| (low..=high).contains(number));
                number.map(Value::Number).ok_or_else(|| format!("a number from {low} to {high}"))
            }
            (Self::Labels, DeValue::Array(list)) if list.len() <= 10 && list.iter().all(|label| label.get_ref().is_str()) => {
                let label =
                    |value: &Spanned<DeValue<'_>>| value.get_ref().as_str().map(|text| clean(text).chars().take(LONGEST_LABEL).collect());
                Ok(Value::Texts(list.iter().filter_map(label).collect()))
            }
            (Self::Labels, _) => Err("at most ten texts in brackets, for the keys 0, 1, … 9".to_owned()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Mode;

    #[test]
    fn what_the_file_says_is_in_force_and_all_else_is_as_it_is_by_itself() {
        let text = "theme = \"light\"\nlabels = [\"zero\", \"one\"]\n[cranial]\nlow = 4\n[keys]\ntap = [\"f5\", \"t\"]\nmark = \"p\"\n";
        let (file, problems) = File::parse(text);
        assert_eq!(problems, [] as [String; 0]);
        assert_eq!((file.theme(), file.ascii(), file.sessions()), (Some("light"), false, None));
        assert_eq!((file.estimator().of(Rhythm::Cranial).low_per_min, file.estimator().of(Rhythm::Cranial).high_per_min), (4.0, 15.0));
        assert_eq!(file.labels()[1..3], ["one", "diaphragms"]);
        assert_eq!(file.keymap().action(Mode::Live, Key::F(5)), Some(Action::Tap));
        assert_eq!(file.keymap().action(Mode::Live, Key::Char(' ')), None);
        assert_eq!(file.list().iter().find(|(name, ..)| name == "cranial.low"), Some(&("cranial.low".into(), "4.0".into(), Some(4))));
    }

    #[test]
    fn a_mistake_names_its_line_and_column_and_leaves_the_rest_in_force() {
        let text =
            "them = \"light\"\nascii = \"yes\"\nstep = 1e9\n[breath]\nlow = 50\n[keys]\nfly = \"f\"\ntap = \"hyper\"\nmark = \"p\"\n";
        let (file, problems) = File::parse(text);
        assert_eq!(
            problems,
            [
                "line 1, column 1: `them` is no setting; did you mean `theme`?",
                "line 2, column 9: `ascii` takes true or false",
                "line 3, column 8: `step` takes a number from 1 to 3600",
                "line 5, column 1: the low end of the breath range must be below its high end",
                "line 7, column 1: `fly` is nothing that a key can do; `stillpoint config --write` writes the list",
                "line 8, column 7: `tap` takes keys by name: \"m\", \"space\", [\"f5\", \"ctrl-t\"]",
            ]
        );
        assert_eq!(file.estimator(), Settings::default());
        assert_eq!(file.keymap().action(Mode::Live, Key::Char('p')), Some(Action::Mark));
    }

    #[test]
    fn a_file_that_is_no_toml_is_told_and_nothing_of_it_is_used() {
        let (file, problems) = File::parse("theme = \"light\"\nlow = = 4\n");
        assert!(problems[0].starts_with("line 2, column "), "{problems:?}");
        assert_eq!(file, File::default());
    }

    #[test]
    fn a_new_file_changes_nothing_and_neither_does_it_with_every_comment_taken_away() {
        let actions = || [("mark".to_owned(), "[\"space\", \"m\"]".to_owned(), "mark this instant")].into_iter();
        let text = template(actions());
        assert_eq!(File::parse(&text), (File::default(), Vec::new()));
        let bare: String = text
            .lines()
            .skip(1)
            .map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")).unwrap_or(line))
            .fold(String::new(), |all, line| all + line + "\n");
        let (file, problems) = File::parse(&bare);
        assert_eq!(problems, [] as [String; 0], "{bare}");
        assert_eq!((file.estimator(), file.labels()), (Settings::default(), File::default().labels()));
        assert_eq!(file.list().iter().filter(|(_, _, line)| line.is_some()).count(), ENTRIES.len());
    }
}
