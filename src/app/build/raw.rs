//! What the device sends, with what it is taken for on top; also where nothing of it is decoded, and then above all.

use super::{Seen, banner};
use crate::app::App;
use crate::app::layout::{Area, Plan};
use crate::app::scene::{Part, RawPane, Tone};

/// In place of trace and figures.
pub(super) fn pane(app: &App, seen: &Seen, ((w, h), plan): ((u16, u16), Option<&Plan>)) -> RawPane {
    // Under the header and its rule; a blank row keeps the lines from the footer.
    let top = 1 + u16::from(plan.is_some_and(|plan| plan.rule.is_some()));
    let area = Area::new(1, top, w.saturating_sub(2), h.saturating_sub(top + 2));
    let held = app.held.as_ref().filter(|_| app.viewport.frozen.is_some());
    let raw = held.or(seen.snapshot.raw.as_ref());
    let about = about(app, seen, (raw.map_or("", |raw| &raw.taken_for), area));
    // A blank row keeps the lines from what is said of them.
    let below = area.below(u16::try_from(about.len()).unwrap_or(area.h).saturating_add(1));
    let room = usize::from(below.h);
    let lines = raw.map_or(&[][..], |raw| &raw.lines);
    let mut rows: Vec<String> =
        lines[lines.len().saturating_sub(room)..].iter().flat_map(|line| in_rows(line, usize::from(below.w))).collect();
    rows.drain(..rows.len().saturating_sub(room));
    let empty = rows.is_empty().then_some("no bytes");
    let about = (0..).zip(about).map(|(row, part)| (area.row(row), part)).collect();
    RawPane { about, area: below, lines: rows, empty }
}

fn about(app: &App, seen: &Seen, (taken_for, area): (&str, Area)) -> Vec<Part> {
    let taken_for = if taken_for.is_empty() { "not known yet what it is" } else { taken_for };
    let strong = |text| Part { text, tone: Tone::Strong };
    let mut parts: Vec<Part> = by_words(taken_for, usize::from(area.w)).into_iter().map(strong).collect();
    // While it settles, that is what stands there already.
    let waits = banner(app, seen, area).filter(|_| !app.is_settling());
    parts.extend(waits.and_then(|banner| Some(Part { text: banner.lines.first()?.clone(), tone: banner.tone })));
    let (faults, last) = (seen.snapshot.faults, &seen.snapshot.last_fault);
    parts.push(match faults {
        0 => Part { text: "no faults".to_owned(), tone: Tone::Dim },
        _ => Part { text: format!("faults {faults} · the last: {last}"), tone: Tone::Trouble },
    });
    parts
}

/// A line in rows; those after the first are set in.
fn in_rows(line: &str, width: usize) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    let (first, rest) = characters.split_at(characters.len().min(width));
    let further = rest.chunks(width.saturating_sub(2).max(1)).map(|row| [' ', ' '].iter().chain(row).collect());
    std::iter::once(first.iter().collect()).chain(further).collect()
}

/// A text in rows of so many letters.
pub(super) fn by_words(text: &str, width: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    for word in text.split(' ') {
        match rows.last_mut() {
            Some(row) if row.is_empty() => row.push_str(word),
            Some(row) if row.chars().count() + 1 + word.chars().count() <= width => {
                row.push(' ');
                row.push_str(word);
            }
            _ => rows.push(word.to_owned()),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_and_words_go_on_in_the_next_row() {
        assert_eq!(in_rows("0123456789abcde", 6), ["012345", "  6789", "  abcd", "  e"]);
        assert_eq!(in_rows("short", 6), ["short"]);
        assert_eq!(by_words("delimited (comma), 2 channels", 20), ["delimited (comma), 2", "channels"]);
    }
}
