//! The Arduino Serial Plotter's lines: parts between blanks, tabs or commas, each `label:value`, `label:` or `value`. A label that was not
//! seen before is a new channel; one that is not in a line is missing there. Labels may be sent with every value or once (Arduino IDE
//! 1.8, serial plotter protocol).

use super::columns::{Columns, Field};
use super::number::{Decimal, number};

/// What a line was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Was {
    /// Values.
    Values,
    /// Labels alone.
    Names,
}

/// Whether a line looks like one: every part has a label and a number.
pub(super) fn fits(line: &str) -> bool {
    let mut count = 0;
    let all = parts(line).all(|(label, value)| {
        count += 1;
        label.is_some_and(is_label) && value.is_some_and(|value| number(value, Decimal::Point).is_some())
    });
    all && count > 0
}

/// Reads the fields of a line; new labels are new columns.
///
/// # Errors
/// What is wrong with it. The columns may have grown then, and are to be cut again.
pub(super) fn read(line: &str, columns: &mut Columns, fields: &mut Vec<Field>) -> Result<Was, String> {
    let (mut count, mut bare, mut names) = (0, 0, 0);
    for (label, value) in parts(line) {
        count += 1;
        bare += usize::from(label.is_none());
        names += usize::from(value.is_none());
    }
    if count == 0 {
        return Err(format!("text: {line}"));
    }
    // Values without labels are the channels in order; one among labels, or too few, is what is left of a line that was cut.
    if bare > 0 && (bare < count || count != columns.list.len()) {
        return Err(format!("{count} fields, {bare} of them without a label, expected {}", columns.list.len()));
    }
    if names > 0 && names < count {
        return Err(format!("{count} fields, {names} of them without a value"));
    }
    for (position, (label, value)) in parts(line).enumerate() {
        let at = match label {
            Some(label) if !is_label(label) => return Err(format!("text: {line}")),
            Some(label) => columns.of(label, position).ok_or("more labels, or longer ones, than are believed")?,
            None => position,
        };
        if let Some(value) = value {
            fields.push((at, number(value, Decimal::Point).ok_or_else(|| format!("text: {line}"))?));
        }
    }
    Ok(if names > 0 { Was::Names } else { Was::Values })
}

/// A label holds a letter: of digits alone it is none.
fn is_label(label: &str) -> bool {
    label.chars().any(char::is_alphabetic)
}

/// (label, value) of each part; a blank behind the colon belongs to it, unless another label comes next.
fn parts(line: &str) -> impl Iterator<Item = (Option<&str>, Option<&str>)> {
    let mut rest = line.trim();
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return None;
        }
        let end = rest.find([' ', '\t', ',', ':']).unwrap_or(rest.len());
        let (head, tail) = rest.split_at(end);
        let Some(after) = tail.strip_prefix(':') else {
            rest = tail;
            return Some((None, Some(head)));
        };
        let apart = after.trim_start_matches(' ');
        let end = apart.find([' ', '\t', ',']).unwrap_or(apart.len());
        let (value, tail) = apart.split_at(end);
        let none = value.is_empty() && !after.starts_with(',') || value.contains(':') && apart.len() < after.len();
        rest = if none { after } else { tail };
        Some((Some(head), (!none).then_some(value)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_cut_behind_a_label_is_wrong_and_labels_alone_are_names() {
        let mut columns = Columns::default();
        let mut of = |line: &str| read(line, &mut columns, &mut Vec::new());
        assert_eq!(of("left:1,right:2"), Ok(Was::Values));
        assert_eq!(of("left:1,right:"), Err("2 fields, 1 of them without a value".to_owned()));
        assert_eq!(of("left: right:"), Ok(Was::Names));
        assert_eq!(of(", ,"), Err("text: , ,".to_owned()), "no values, and no frame of none");
    }
}
