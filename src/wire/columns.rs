//! The columns of a line: what each is called on the wire, and where its values go.

use super::WireChannel;
use crate::signal::clean;

/// The most columns that are believed.
pub(super) const MOST: usize = 256;

/// The longest name that is believed, in bytes.
pub(super) const LONGEST_NAME: usize = 200;

/// A value in a line: its column, and what it says (NaN where it is missing).
pub(super) type Field = (usize, f64);

/// Where the values of a column go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nobody has said yet.
    New,
    /// The channel at this position among those told.
    Channel(usize),
    /// The device's clock.
    Stamp,
    /// The device's running number.
    Counter,
}

/// One column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// What it is called on the wire, to the byte; empty where it is not.
    pub(super) key: String,
    /// Name and unit.
    pub(super) channel: WireChannel,
    pub(super) place: Place,
}

impl Column {
    /// A column that the wire calls so.
    pub(super) fn called(key: &str) -> Self {
        Self { key: key.to_owned(), channel: named(key), place: Place::New }
    }
}

/// All columns, in the order they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub(super) list: Vec<Column>,
}

impl Columns {
    /// Columns without names.
    pub(super) fn unnamed(count: usize) -> Self {
        Self { list: vec![Column::called(""); count] }
    }

    /// The column of a key, which most likely stands at `guess`; a new one is appended. `None` where there are too many, or its
    /// name is too long.
    pub(super) fn of(&mut self, key: &str, guess: usize) -> Option<usize> {
        if self.list.get(guess).is_some_and(|column| column.key == key) {
            return Some(guess);
        }
        if key.len() > LONGEST_NAME {
            return None;
        }
        let known = self.list.iter().position(|column| column.key == key);
        known.or_else(|| {
            let column = Column::called(key);
            // What is left of a label without its unit may be known.
            if let Some(at) = self.list.iter().position(|known| known.channel.name.is_some() && known.channel.name == column.channel.name) {
                return Some(at);
            }
            (self.list.len() < MOST).then(|| {
                self.list.push(column);
                self.list.len() - 1
            })
        })
    }
}

/// A name with its unit in brackets: `left [µm]`, `left (uV)`.
pub(super) fn named(text: &str) -> WireChannel {
    let text = clean(text.trim().trim_matches('"'));
    let split = |open: char, close: char| {
        let (name, unit) = text.strip_suffix(close)?.split_once(open)?;
        Some((name.trim().to_owned(), unit.trim().to_owned()))
    };
    let (name, unit) = split('[', ']').or_else(|| split('(', ')')).unwrap_or((text.clone(), String::new()));
    WireChannel { name: (!name.is_empty()).then_some(name), unit }
}
