//! What is drawn over the rest: the keys, and the list of annotations.

use super::{Part, Tone};
use crate::app::about::Setting;
use crate::app::layout::Area;
use crate::app::list::End;
use crate::signal::Kind;

/// The keys of the mode one is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    /// A heading and its rows: keys and what they do.
    pub groups: Vec<(&'static str, Vec<(String, &'static str)>)>,
    /// Rows above the first that is shown, where not all fit.
    pub first: usize,
    /// What the set of quick labels is called; empty where it is the only one.
    pub set: String,
    /// Digit and quick label.
    pub labels: Vec<(char, String)>,
}

/// The settings in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsPane {
    /// Its ground.
    pub area: Area,
    /// What it is.
    pub title: String,
    /// Which of how many are shown.
    pub place: String,
    /// Lines of a setting, one or two.
    pub lines: u16,
    /// As many as there is room for.
    pub rows: Vec<Setting>,
}

/// The channels: what they are, and which are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelsPane {
    /// Its ground.
    pub area: Area,
    /// How many there are, and how many are shown.
    pub title: String,
    /// As many as there is room for, the chosen one among them; two lines each.
    pub rows: Vec<ChannelRow>,
}

/// One channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelRow {
    /// Whether keys go to it.
    pub chosen: bool,
    /// Whether its trace is shown.
    pub shown: bool,
    /// Its name.
    pub name: String,
    /// Role, side, site and unit, and what was chosen for it.
    pub about: String,
    /// What is known of its rhythm.
    pub figure: Part,
    /// What a reader should know of it.
    pub notes: String,
}

/// Segments side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TablePane {
    /// Its ground.
    pub area: Area,
    /// What it is of.
    pub about: Vec<Part>,
    /// Under the headings, where there is room.
    pub rule: Option<Area>,
    /// Headings and cells, wherever they stand.
    pub cells: Vec<TableCell>,
    /// Under it: how it is to be read; or why there is none.
    pub notes: Vec<String>,
}

/// A text at its place in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableCell {
    /// Its place.
    pub area: Area,
    /// What it says.
    pub part: Part,
}

/// The export dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportPane {
    /// Its ground.
    pub area: Area,
    /// Words before a value, the value, and whether it is the one that keys change.
    pub rows: Vec<(&'static str, String, bool)>,
    /// How far it is, and what was written.
    pub lines: Vec<(String, Tone)>,
}

/// The list of annotations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPane {
    /// Its ground.
    pub area: Area,
    /// "3 of 12 annotations".
    pub title: String,
    /// As many as there is room for, the chosen one among them.
    pub rows: Vec<ListRow>,
    /// In place of rows.
    pub empty: Option<&'static str>,
}

/// One annotation in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// Where it begins.
    pub start: String,
    /// Where it ends or how long it is; empty for an instant.
    pub end: String,
    /// What it is.
    pub kind: Kind,
    /// Its label.
    pub label: String,
    /// Of the chosen one, the end that is moved.
    pub chosen: Option<End>,
    /// `Dim` until the session has confirmed it.
    pub tone: Tone,
}
