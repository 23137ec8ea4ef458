//! The settings file: one table says what there is, what it takes and what it is without one. The file is read by it, a new one is written from
//! it, and `stillpoint config` lists it. A mistake is told with its line and column, and what it was about stays as it is by itself.

mod entries;
mod read;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use entries::{ENTRIES, Entry, Value};
use read::Reader;

use crate::app::{Action, Key, Keymap, LabelSet};
use crate::rhythm::{Rhythm, Settings};
use crate::signal::{QUICK_LABELS, Seconds};

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// By name, with the line.
    values: BTreeMap<String, (Value, usize)>,
    keys: Vec<(Action, Vec<Key>)>,
    /// By line.
    sets: Vec<OwnSet>,
}

/// A set of quick labels of the file.
#[derive(Clone, Debug, PartialEq)]
struct OwnSet {
    name: String,
    labels: Vec<String>,
    line: usize,
}

/// The set that comes with the program.
const TEN_STEPS: &str = "ten steps";

impl File {
    /// Reads a file's text, and tells what in it makes no sense: `line 4, column 1: …`.
    pub fn parse(text: &str) -> (Self, Vec<String>) {
        Reader::read(text)
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

    /// `mouse`.
    pub fn mouse(&self) -> bool {
        self.flag("mouse").unwrap_or(true)
    }

    /// `sessions`, unless it is empty.
    pub fn sessions(&self) -> Option<&str> {
        self.text("sessions").filter(|text| !text.is_empty())
    }

    /// `format`.
    pub fn format(&self) -> Option<&str> {
        self.text("format")
    }

    /// `baud`, unless it is to be found out.
    pub fn baud(&self) -> Option<u32> {
        self.number("baud").map(|baud| baud as u32).filter(|baud| *baud > 0)
    }

    /// The sets of quick labels, the one to begin with first: `labels` where the file has it, the ten steps, and those of `label-sets`.
    pub fn label_sets(&self) -> Vec<LabelSet> {
        let texts = |(value, _): &(Value, usize)| if let Value::Texts(texts) = value { Some(texts.clone()) } else { None };
        let labels = self.values.get("labels").and_then(texts);
        let of_file = labels.map(|own| LabelSet { name: "labels".to_owned(), labels: filled(&own) });
        let shipped = LabelSet { name: TEN_STEPS.to_owned(), labels: QUICK_LABELS.map(str::to_owned) };
        // In a set of one's own a key without a label has none.
        let own = |set: &OwnSet| LabelSet {
            name: set.name.clone(),
            labels: std::array::from_fn(|at| set.labels.get(at).cloned().unwrap_or_default()),
        };
        let mut sets: Vec<LabelSet> = of_file.into_iter().chain([shipped]).chain(self.sets.iter().map(own)).collect();
        let first = self.text("label-set").and_then(|name| sets.iter().position(|set| set.name == name)).unwrap_or(0);
        sets.rotate_left(first);
        sets
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
        let set = |set: &OwnSet| (format!("label-sets.{}", set.name), texts(&set.labels), Some(set.line));
        ENTRIES.iter().map(of).chain(self.sets.iter().map(set)).collect()
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
            ("mouse", _) => self.mouse().to_string(),
            ("sessions", _) => quoted(self.sessions().unwrap_or_default()),
            ("format", _) => quoted(self.format().unwrap_or("auto")),
            ("baud", _) => self.baud().unwrap_or(0).to_string(),
            ("labels", _) => match self.values.get("labels") {
                Some((Value::Texts(own), _)) => texts(&filled(own)),
                _ => texts(&QUICK_LABELS.map(str::to_owned)),
            },
            ("label-set", _) => quoted(self.text("label-set").unwrap_or_default()),
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
    out.push_str("\n# Sets of quick labels of your own, for the keys 0, 1, … 9; a key goes from one to the next. The ten steps are one by themselves.\n[label-sets]\n");
    out.push_str("# lymph = [\"terminus\", \"neck\", \"axilla\"]  # an example\n");
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

/// Texts in TOML.
fn texts(list: &[String]) -> String {
    format!("[{}]", list.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// Keys for which the file says nothing keep the label of the ten steps.
fn filled(own: &[String]) -> [String; 10] {
    std::array::from_fn(|at| own.get(at).cloned().unwrap_or_else(|| QUICK_LABELS[at].to_owned()))
}

/// A text in TOML.
pub fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
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
        assert_eq!(file.label_sets()[0].labels[1..3], ["one", "diaphragms"]);
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
        let (own, plain) = (file.label_sets(), File::default().label_sets());
        assert_eq!((file.estimator(), &own[0].labels), (Settings::default(), &plain[0].labels));
        // With the example of a set of labels.
        assert_eq!(file.list().iter().filter(|(_, _, line)| line.is_some()).count(), ENTRIES.len() + 1);
    }
    #[test]
    fn sets_of_labels_come_in_the_order_of_the_file_and_one_is_to_begin_with() {
        let (file, problems) = File::parse("label-set = \"lymph\"\n[label-sets]\nlymph = [\"\", \"neck\"]\nfascia = [\"a\"]\n");
        assert_eq!(problems, [] as [String; 0]);
        let sets = file.label_sets();
        assert_eq!(sets.iter().map(|set| set.name.as_str()).collect::<Vec<_>>(), ["lymph", "fascia", "ten steps"]);
        assert_eq!((sets[0].labels[1].as_str(), sets[0].labels[2].as_str(), sets[2].labels[3].as_str()), ("neck", "", "sacrum"));
        let set = file.list().into_iter().find(|(name, ..)| name == "label-sets.fascia");
        assert_eq!(set, Some(("label-sets.fascia".into(), "[\"a\"]".into(), Some(4))));
    }

    #[test]
    fn a_set_that_makes_no_sense_is_told_and_the_others_are_there() {
        let (file, problems) = File::parse("label-set = \"linfa\"\n[label-sets]\nlymph = \"neck\"\n\"ten steps\" = []\nown = [\"x\"]\n");
        assert_eq!(
            problems,
            [
                "line 1, column 1: `label-set` names no set of labels; there are ten steps, own",
                "line 3, column 9: a set of labels takes at most ten texts in brackets, for the keys 0, 1, … 9",
                "line 4, column 1: `ten steps` is no name for a set of labels of your own",
            ]
        );
        assert_eq!(file.label_sets().len(), 2);
    }
}
