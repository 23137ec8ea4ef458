//! All settings but the keys and the sets of labels: their names, what each takes, and what it is for.

use toml::Spanned;
use toml::de::DeValue;

use super::quoted;
use crate::signal::clean;

/// Longer labels are cut.
const LONGEST_LABEL: usize = 60;

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Takes {
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
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    pub(super) says: &'static str,
}

const fn entry(name: &'static str, takes: Takes, says: &'static str) -> Entry {
    Entry { name, takes, says }
}

const RATE: Takes = Takes::Number(0.01, 1000.0);
const WINDOW: Takes = Takes::Number(5.0, 3600.0);

/// All of them but the keys, which come from the table of keys.
pub(super) const ENTRIES: [Entry; 30] = [
    entry("theme", Takes::Word(&["dark", "light", "contrast", "contrast-light", "mono"]), "colours that suit the ground of the terminal"),
    entry("ascii", Takes::Flag, "plain characters only"),
    entry("fps", Takes::Number(1.0, 60.0), "at most so many pictures a second"),
    entry("announce", Takes::Text, "a command that speaks its last argument, or - for standard error; empty: none"),
    entry("bell", Takes::Flag, "ring at still points, a lost sensor and trouble"),
    entry("mouse", Takes::Flag, "whether the wheel, clicks and drags are listened to; without, the terminal marks text with them"),
    entry("sessions", Takes::Text, "the folder in which session folders are made; empty: ~/stillpoint"),
    entry("format", Takes::Text, "what a sensor sends; auto finds out (see stillpoint live --help)"),
    entry("baud", Takes::Number(0.0, 20_000_000.0), "bits a second of a serial port; 0 finds out"),
    entry("labels", Takes::Labels, "the quick labels of the keys 0, 1, … 9"),
    entry("label-set", Takes::Text, "the set of quick labels to begin with, by its name; empty: the first"),
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
pub(super) enum Value {
    Text(String),
    Flag(bool),
    Number(f64),
    Texts(Vec<String>),
}

impl Takes {
    /// A value, or what it should have been.
    pub(super) fn value(self, value: &DeValue<'_>) -> Result<Value, String> {
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
            (Self::Labels, value) => labels(value).map(Value::Texts).ok_or_else(|| TEN_TEXTS.to_owned()),
        }
    }
}

/// What quick labels should have been.
pub(super) const TEN_TEXTS: &str = "at most ten texts in brackets, for the keys 0, 1, … 9";

/// At most ten texts.
pub(super) fn labels(value: &DeValue<'_>) -> Option<Vec<String>> {
    let list = value.as_array().filter(|list| list.len() <= 10)?;
    let label = |value: &Spanned<DeValue<'_>>| Some(clean(value.get_ref().as_str()?).chars().take(LONGEST_LABEL).collect());
    list.iter().map(label).collect()
}
