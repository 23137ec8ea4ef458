//! The tables of the README.

use std::fmt::Write as _;

use super::{Binding, Group, Mode, TABLE, Told, key_names};

/// Tables of their own: what is open, and its mode.
const OWN: [(&str, Mode); 4] = [
    ("in the list of annotations", Mode::List),
    ("in the list of channels", Mode::Channels),
    ("in the table of compared segments", Mode::Table),
    ("in the spectrum", Mode::Spectrum),
];

/// One table of the two modes of the picture, then one of each of the others.
pub fn key_table_markdown() -> String {
    let mut out = String::from("| key | live | replay |\n|---|---|---|\n");
    let told = |row: &&Binding| row.told != Told::Nowhere;
    let is_picture = |row: &&Binding| [Mode::Live, Mode::Replay].iter().any(|mode| row.modes.contains(mode));
    let rows = Group::ALL.into_iter().flat_map(|group| TABLE.iter().filter(move |row| row.group == group));
    for row in rows.filter(told).filter(is_picture) {
        let text = |mode| if row.modes.contains(&mode) { row.long } else { "–" };
        let _ = writeln!(out, "| {} | {} | {} |", keys(row), text(Mode::Live), text(Mode::Replay));
    }
    for (what, mode) in OWN {
        let _ = write!(out, "\n| key | {what} |\n|---|---|\n");
        for row in TABLE.iter().filter(told).filter(|row| row.modes == [mode]) {
            let _ = writeln!(out, "| {} | {} |", keys(row), row.long);
        }
    }
    out
}

fn keys(row: &Binding) -> String {
    let names: Vec<_> = key_names(row.keys).split(", ").map(|name| format!("`{name}`")).collect();
    names.join(" ")
}
