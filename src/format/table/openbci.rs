//! Text files of the OpenBCI GUI: lines that begin with `%` and tell the board and its rate, then rows between commas. Since version 5 a line
//! names the columns; before, the order of the columns was known: a count, the channels, three of the accelerometer, the time of day.
//! The count runs round, 0 to 255 with a Cyton, and tells what was lost on the radio link. (docs.openbci.com, "OpenBCI GUI", file formats.)

use std::io::Read;

use super::cells::{Cell, Separator, number};
use super::counter;
use super::form::{self, Column, Form, is_comment};
use super::laid::{Laid, Remark};
use super::rows::Rows;
use super::{MOST_CHANNELS, Start, TableError};
use crate::format::moment;
use crate::signal::{Channel, Kind, Rate, clean};

/// A rate by the stamps that is off by more than this is believed more than the header's.
const OFF: f64 = 0.02;
/// Stamps of an era are at least so many seconds, and at most.
const EPOCH: std::ops::Range<f64> = 1e9..4e9;
/// What boards have, most first.
const BOARDS: [usize; 3] = [16, 8, 4];

/// Whether a text begins as such a file does.
pub(super) fn wrote(lines: &[&str]) -> bool {
    let told = lines.iter().take_while(|line| line.starts_with('%')).any(|line| line.contains("OpenBCI") || line.starts_with("%OBCI"));
    let named =
        lines.iter().find(|line| !is_comment(line)).is_some_and(|line| line.starts_with("Sample Index") && line.contains("EXG Channel"));
    told || named
}

/// What the columns are.
#[derive(Debug)]
struct Columns {
    /// The channels; behind them the count and the marker, where there are any.
    form: Form,
    channels: usize,
    count: bool,
    marker: bool,
}

pub(super) fn read(input: impl Read, start: Start<'_>) -> Result<Laid, TableError> {
    let columns = Columns::find(start.lines)?;
    let told = columns.form.rate.or(start.known.rate);
    let Rows { samples, stamps, mut damage } = Rows::read(input, &columns.form)?;
    let (mut samples, counts, markers) = columns.share_out(samples);
    let rows = samples.len() / columns.channels.max(1);
    if rows == 0 {
        return Err(TableError::NoNumbers { line: columns.form.skipped + 1 });
    }
    let laid = counter::lay_out(&counts, (rows as u64, &stamps), told);
    damage.extend(laid.damage);
    let rate = rate(told, laid.rate, &mut damage).ok_or(TableError::NoRate)?;
    let mut channels: Vec<Channel> =
        columns.form.channels().iter().take(columns.channels).map(|column| Channel::named(&column.name, &column.unit)).collect();
    leave_out_idle(&mut channels, &mut samples, &mut damage);
    let started = stamps.first().filter(|first| EPOCH.contains(*first)).and_then(|first| moment::text(*first)).map(|text| text + "Z");
    Ok(Laid { channels, rate, stretches: laid.stretches, samples, remarks: remarks(&markers), started, damage })
}

/// The header's rate, unless the computer's stamps tell quite another.
fn rate(told: Option<Rate>, stamped: Option<Rate>, damage: &mut Vec<String>) -> Option<Rate> {
    let (Some(header), Some(stamps)) = (told, stamped) else { return told.or(stamped) };
    if (header.hz() / stamps.hz() - 1.0).abs() <= OFF {
        return told;
    }
    damage.push(format!("the header tells {} Hz, the times of the rows {:.3} Hz; the times are believed", header.text(), stamps.hz()));
    stamped
}

/// A marker that is not nought, where it begins.
fn remarks(markers: &[f32]) -> Vec<Remark> {
    let before = std::iter::once(0.0).chain(markers.iter().copied());
    let begins = (0..).zip(before.zip(markers)).filter(|(_, (before, marker))| **marker != 0.0 && !marker.is_nan() && before != *marker);
    begins.map(|(row, (_, marker))| Remark { row, kind: Kind::Mark, label: marker.to_string() }).collect()
}

impl Columns {
    fn find(lines: &[&str]) -> Result<Self, TableError> {
        let head: Vec<&str> = lines.iter().copied().filter(|line| line.starts_with('%')).collect();
        let mut rest = (1_u64..).zip(lines.iter().copied()).filter(|(_, line)| !line.trim().is_empty() && !is_comment(line)).peekable();
        let named = rest.next_if(|(_, line)| line.split(',').next().is_some_and(|cell| Cell::of(cell.trim(), true) == Cell::Text));
        let rows: Vec<(u64, &str)> = rest.take(200).collect();
        let Some(&(first, _)) = rows.first() else {
            return Err(TableError::Header { line: lines.len() as u64, what: "the OpenBCI header is followed by no row".into() });
        };
        let rows: Vec<&str> = rows.into_iter().map(|(_, row)| row).collect();
        let (separator, decimal_comma) = separator(&rows);
        let width = rows.iter().map(|row| separator.split(row).len()).max().unwrap_or(0);
        let names: Vec<String> = match named {
            Some((_, line)) => line.split(',').map(clean).collect(),
            None => old_names(&separator.split(rows.get(rows.len() / 2).unwrap_or(&"")), told_channels(&head)),
        };
        let mut columns = Self {
            form: Form {
                separator,
                decimal_comma,
                skipped: first - 1,
                width: width.max(names.len()),
                time: None,
                rate: head.iter().find_map(|line| form::rate(line)),
                damage: Vec::new(),
                channels: Vec::new(),
            },
            channels: 0,
            count: false,
            marker: false,
        };
        columns.take(&names, &rows);
        match columns.channels {
            0 => Err(TableError::NoNumbers { line: first }),
            many if many > MOST_CHANNELS => Err(TableError::TooManyColumns { line: first, columns: many }),
            _ => Ok(columns),
        }
    }

    /// Decides on each column by its name.
    fn take(&mut self, names: &[String], rows: &[&str]) {
        let position = |wanted: &str| names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
        let stamp = position("Timestamp").or_else(|| position("Timestamp (Formatted)"));
        self.form.time = stamp.map(|cell| (cell, stamp_scale(rows, (self.form.separator, cell))));
        let column = |cell: usize, name: &str, unit: &str| Column { name: name.to_owned(), unit: unit.to_owned(), cell };
        for (cell, name) in names.iter().enumerate() {
            let unused = ["other", "not used", "sample index", "marker channel", ""].contains(&name.to_lowercase().as_str());
            let unit = UNITS.iter().find(|(begin, _)| name.starts_with(begin)).map_or("", |(_, unit)| unit);
            if !unused && !name.starts_with("Timestamp") {
                self.form.channels.push(column(cell, name, unit));
            }
        }
        self.channels = self.form.channels.len();
        let extra = [position("Sample Index"), position("Marker Channel")];
        (self.count, self.marker) = (extra[0].is_some(), extra[1].is_some());
        self.form.channels.extend(extra.into_iter().flatten().map(|cell| column(cell, "", "")));
    }

    /// The samples of the channels, the counts, the markers.
    fn share_out(&self, all: Vec<f32>) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
        let width = self.form.channels().len();
        let beside = |at: usize, is: bool| if is { all.iter().skip(at).step_by(width).copied().collect() } else { Vec::new() };
        let (counts, markers) = (beside(self.channels, self.count), beside(width - 1, self.marker));
        let kept: Vec<bool> = (0..width).map(|at| at < self.channels).collect();
        (keep(all, &kept), counts, markers)
    }
}

/// The unit of a column whose name begins so: the GUI writes microvolts and parts of the earth's pull.
const UNITS: [(&str, &str); 3] = [("EXG", "µV"), ("Accel", "g"), ("Gyro", "°/s")];

/// Leaves out the board's inputs that nothing is connected to: those, but for the electrodes and the accelerometer, that are the same throughout.
fn leave_out_idle(channels: &mut Vec<Channel>, samples: &mut Vec<f32>, damage: &mut Vec<String>) {
    let width = channels.len();
    let varies = |at: usize| {
        let mut all = samples.iter().skip(at).step_by(width).filter(|sample| !sample.is_nan());
        let first = all.next();
        all.any(|sample| Some(sample) != first)
    };
    let always = |channel: &Channel| channel.name.starts_with("EXG") || channel.name.starts_with("Accel");
    let kept: Vec<bool> = channels.iter().enumerate().map(|(at, channel)| always(channel) || varies(at)).collect();
    let idle = kept.iter().filter(|kept| !**kept).count();
    if idle == 0 || idle == width {
        return;
    }
    let noun = if idle == 1 { "column is" } else { "columns are" };
    damage.push(format!("{idle} {noun} the same throughout (inputs that nothing is connected to); left out"));
    *samples = keep(std::mem::take(samples), &kept);
    let mut at = kept.iter();
    channels.retain(|_| at.next().is_none_or(|kept| *kept));
}

/// The columns of rows that are kept, in place.
fn keep(mut rows: Vec<f32>, kept: &[bool]) -> Vec<f32> {
    let mut at = kept.iter().cycle();
    rows.retain(|_| at.next().is_some_and(|kept| *kept));
    rows
}

/// A comma, and whether it stands for the point as well: some versions wrote `1, -187500,02` where the computer's language has it so.
fn separator(rows: &[&str]) -> (Separator, bool) {
    let both = |row: &&&str| row.split(", ").count() > 1 && row.split(", ").any(|cell| cell.contains(','));
    let decimal_comma = 2 * rows.iter().filter(both).count() > rows.len();
    (if decimal_comma { Separator::CommaBlank } else { Separator::Byte(b',') }, decimal_comma)
}

/// `%Number of channels = 8`.
fn told_channels(head: &[&str]) -> Option<usize> {
    let told =
        head.iter().find_map(|line| line.strip_prefix("%Number of channels").or_else(|| line.strip_prefix("%Number of Channels")))?;
    told.trim_start_matches([' ', '=']).split_whitespace().next()?.parse().ok()
}

/// The names that the columns of an old file would have, by a row of it.
fn old_names(row: &[&str], told: Option<usize>) -> Vec<String> {
    let is_time = |cell: &str| cell.contains(':') || number(cell, true).is_some_and(|number| number > EPOCH.start);
    let end = row.iter().position(|cell| is_time(cell)).unwrap_or(row.len());
    let between = end.saturating_sub(1);
    let guessed = || BOARDS.into_iter().find(|channels| *channels == between || *channels + 3 <= between).unwrap_or(between);
    let channels = told.filter(|told| *told <= between && *told > 0).unwrap_or_else(guessed);
    let mut names = vec!["Sample Index".to_owned()];
    names.extend((0..channels).map(|channel| format!("EXG Channel {channel}")));
    let beside = between - channels;
    names.extend((0..beside).map(|at| if beside == 3 { format!("Accel Channel {at}") } else { format!("Aux Channel {at}") }));
    // Where both are there the number tells more than the time of day.
    let is_number = |cell: &&str| !cell.contains(':') && is_time(cell);
    let best = row.iter().skip(end).position(is_number).map(|at| end + at).or((end < row.len()).then_some(end));
    names.extend((end..row.len()).map(|cell| if Some(cell) == best { "Timestamp".to_owned() } else { "Timestamp (other)".to_owned() }));
    names
}

/// Seconds from 1970, or thousandths of them.
fn stamp_scale(rows: &[&str], (separator, cell): (Separator, usize)) -> f64 {
    let value = rows.iter().find_map(|row| number(separator.split(row).get(cell)?, true));
    if value.is_some_and(|value| value > 1e11) { 1e-3 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_old_files_are_known_by_their_place() {
        let names = |row: &[&str], told| old_names(row, told).join("|");
        let eight = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "0.0", "0.0", "1.0", "18:51:16.059", "1557936889064"];
        let told = names(&eight, None);
        assert!(
            told.starts_with("Sample Index|EXG Channel 0|")
                && told.ends_with("EXG Channel 7|Accel Channel 0|Accel Channel 1|Accel Channel 2|Timestamp (other)|Timestamp"),
            "{told}"
        );
        assert_eq!(names(&eight[..13], Some(8)), told.replace("Timestamp (other)|Timestamp", "Timestamp"));
        assert_eq!(names(&["0", "1", "2", "3", "4"], None), "Sample Index|EXG Channel 0|EXG Channel 1|EXG Channel 2|EXG Channel 3");
        assert_eq!(names(&["0"], Some(8)), "Sample Index");
    }

    #[test]
    fn a_marker_is_told_where_it_begins() {
        let told: Vec<_> = remarks(&[0.0, 2.0, 2.0, f32::NAN, 0.0, 1.5]).into_iter().map(|remark| (remark.row, remark.label)).collect();
        assert_eq!(told, [(1, "2".to_owned()), (5, "1.5".to_owned())]);
    }

    #[test]
    fn columns_are_kept_in_place() {
        assert_eq!(keep(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[true, false, true]), [1.0, 3.0, 4.0, 6.0]);
    }
}
