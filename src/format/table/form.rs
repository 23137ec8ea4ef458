//! What kind of table it is, found out from its beginning.

use super::cells::{Cell, Separator, date_time, number, seconds};
use super::{MOST_CHANNELS, Sidecar, TableError};
use crate::signal::{Rate, clean};

/// Rows that are looked at.
const LOOKED_AT: usize = 200;
/// Names of a column of times, without their unit.
const TIMES: [&str; 16] = [
    "time",
    "t",
    "sec",
    "seconds",
    "ms",
    "millis",
    "micros",
    "timestamp",
    "timestamps",
    "time stamp",
    "datetime",
    "date time",
    "date/time",
    "elapsed",
    "elapsed time",
    "date",
];
/// Those of them that leave the unit open.
const OF_ANY_UNIT: [&str; 7] = ["time", "t", "timestamp", "timestamps", "time stamp", "elapsed", "elapsed time"];
/// Rows are no more seconds apart than this; more is another unit.
const SECONDS_APART: f64 = 5.0;
/// A larger step is one of microseconds, and one of nanoseconds: a live stream (`wire/roles.rs`) is read so as well.
const MILLISECONDS_APART: f64 = 2000.0;
const MICROSECONDS_APART: f64 = 1e6;
/// Names of a column that counts rows.
const COUNTS: [&str; 8] = ["", "index", "unnamed: 0", "sample", "sample index", "frame", "nseq", "row"];

/// The form of a table.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) separator: Separator,
    pub(super) decimal_comma: bool,
    /// Rows begin after so many lines.
    pub(super) skipped: u64,
    /// Cells of a row.
    pub(super) width: usize,
    /// The cell with the time, and the seconds of its unit.
    pub(super) time: Option<(usize, f64)>,
    /// From a comment.
    pub(super) rate: Option<Rate>,
    pub(super) damage: Vec<String>,
    pub(super) channels: Vec<Column>,
}

/// A column that is a channel.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Column {
    /// Empty where it has none.
    pub(super) name: String,
    pub(super) unit: String,
    /// Its place in a row, from 0.
    pub(super) cell: usize,
}

/// Whether a line is a remark.
pub(super) fn is_comment(line: &str) -> bool {
    line.starts_with(['#', '%']) || line.starts_with("//")
}

/// The first rows of a file, in cells.
struct Head<'a> {
    comments: Vec<&'a str>,
    /// With their line, counted from 1.
    rows: Vec<(u64, Vec<&'a str>)>,
    separator: Separator,
    decimal_comma: bool,
    last_line: u64,
    /// Rows before this are not asked what the columns hold: the first half until the header is known, then the header.
    body: usize,
}

impl Form {
    /// Looks at the first lines of a file.
    pub(super) fn find(head: &[&str], sidecar: &Sidecar) -> Result<Self, TableError> {
        let mut head = Head::new(head);
        let width = head.body().iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
        if width > 2 * MOST_CHANNELS {
            return Err(TableError::TooManyColumns { line: head.last_line, columns: width });
        }
        let header = head.header(width);
        head.body = header;
        let mut form = Self {
            separator: head.separator,
            decimal_comma: head.decimal_comma,
            skipped: head.rows.get(header).map_or(head.last_line, |(line, _)| line - 1),
            width,
            time: None,
            rate: head.comments.iter().find_map(|comment| rate(comment)),
            damage: Vec::new(),
            channels: Vec::new(),
        };
        let names = head.names(header, width, sidecar, &mut form.damage);
        form.take(&head, names, header > 0);
        match form.channels.len() {
            0 => Err(TableError::NoNumbers { line: head.last_line }),
            columns if columns > MOST_CHANNELS => Err(TableError::TooManyColumns { line: form.skipped + 1, columns }),
            _ => Ok(form),
        }
    }

    pub(super) fn channels(&self) -> &[Column] {
        &self.channels
    }

    /// Decides on each column: the time, a channel, or left out.
    fn take(&mut self, head: &Head<'_>, names: Vec<Column>, named: bool) {
        let dated = (0..self.width).find(|&cell| head.most(cell, |cell| date_time(cell).is_some()));
        let timed = |column: &Column| time_scale(column).is_some() && head.most(column.cell, |cell| seconds(cell, 1.0, true).is_some());
        let time = names.iter().find(|column| timed(column)).map(|column| column.cell).or(dated);
        for column in names {
            let (cell, told) = (column.cell, if column.name.is_empty() { format!("{}", column.cell + 1) } else { column.name.clone() });
            if time == Some(cell) {
                let (scale, remark) = head.unit_by_step(&column).unwrap_or((head.magnitude(&column), None));
                self.time = Some((cell, time_scale(&column).unwrap_or(1.0) * scale));
                self.damage.extend(remark);
            } else if timed(&column) {
                self.damage.push(format!("column {told} is a second one of times; left out"));
            } else if named && COUNTS.contains(&column.name.to_lowercase().as_str()) && head.counts(cell) {
                self.damage.push(format!("column {told} counts the rows; left out"));
            } else if head.is_numeric(cell) || (!column.name.is_empty() && head.most(cell, str::is_empty)) {
                self.channels.push(column);
            } else if !head.most(cell, str::is_empty) {
                self.damage.push(format!("column {told} holds words, not numbers; left out"));
            }
        }
    }
}

impl<'a> Head<'a> {
    fn new(lines: &[&'a str]) -> Self {
        let mut lines: Vec<(u64, &str)> = (1..).zip(lines.iter().copied()).collect();
        let last_line = lines.last().map_or(0, |(line, _)| *line);
        lines.retain(|(_, line)| !line.trim().is_empty());
        let (comments, mut rows): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(_, line)| is_comment(line));
        rows.truncate(LOOKED_AT);
        let later: Vec<&str> = rows.iter().map(|(_, line)| *line).skip(rows.len() / 2).collect();
        let separator = Separator::of(&later);
        Self {
            body: rows.len() / 2,
            comments: comments.into_iter().map(|(_, line)| line).collect(),
            rows: rows.into_iter().map(|(number, line)| (number, separator.split(line))).collect(),
            separator,
            decimal_comma: separator != Separator::Byte(b','),
            last_line,
        }
    }

    fn body(&self) -> &[(u64, Vec<&'a str>)] {
        self.rows.get(self.body..).unwrap_or_default()
    }

    /// Whether most rows have such a cell in a column.
    fn most(&self, cell: usize, is: impl Fn(&str) -> bool) -> bool {
        let rows = self.body();
        2 * rows.iter().filter(|(_, cells)| is(cells.get(cell).copied().unwrap_or_default())).count() > rows.len()
    }

    /// Whether a column has numbers, and more of them than words.
    fn is_numeric(&self, cell: usize) -> bool {
        let cells = || self.body().iter().filter_map(|(_, cells)| cells.get(cell)).map(|cell| Cell::of(cell, self.decimal_comma));
        let numbers = cells().filter(|cell| matches!(cell, Cell::Number(_))).count();
        numbers > cells().filter(|cell| *cell == Cell::Text).count()
    }

    /// Whether a column is 0, 1, 2, …, or the like from another number on.
    fn counts(&self, cell: usize) -> bool {
        let values: Vec<f64> = self.body().iter().filter_map(|(_, cells)| cells.get(cell)?.parse().ok()).collect();
        values.len() > 1 && values.array_windows().all(|[one, next]| next - one == 1.0)
    }

    /// Rows that have a word where the later ones have numbers or times.
    fn header(&self, width: usize) -> usize {
        let numeric: Vec<bool> =
            (0..width).map(|cell| self.is_numeric(cell) || self.most(cell, |cell| date_time(cell).is_some())).collect();
        let word = |cell: &str| Cell::of(cell, self.decimal_comma) == Cell::Text && date_time(cell).is_none();
        let is_header = |cells: &[&str]| cells.iter().zip(&numeric).any(|(cell, numeric)| *numeric && word(cell));
        self.rows.iter().position(|(_, cells)| !is_header(cells)).unwrap_or(self.rows.len())
    }

    /// A name and a unit for every column: from the header line, a line below it, a comment, or the file beside it.
    fn names(&self, header: usize, width: usize, sidecar: &Sidecar, damage: &mut Vec<String>) -> Vec<Column> {
        let whole: Vec<&Vec<&str>> = self.rows.iter().take(header).map(|(_, cells)| cells).filter(|cells| cells.len() >= width).collect();
        let mut names: Vec<(String, String)> = match (whole.first(), header) {
            (Some(cells), _) => cells.iter().map(|cell| name_unit(cell)).collect(),
            (None, 0) => self.commented(width).unwrap_or_default(),
            (None, _) => self.rows.get(header - 1).map(|(_, cells)| cells.iter().map(|cell| name_unit(cell)).collect()).unwrap_or_default(),
        };
        if let [_, units] = *whole {
            names.iter_mut().zip(units).filter(|((_, unit), _)| unit.is_empty()).for_each(|((_, unit), cell)| *unit = name_unit(cell).0);
        }
        if names.is_empty() && !sidecar.columns.is_empty() {
            if sidecar.columns.len() == width {
                names.clone_from(&sidecar.columns);
            } else {
                let there = sidecar.columns.len();
                damage.push(format!("the JSON file beside it names {there} columns of {width}; its names are not taken"));
            }
        }
        names.resize(width.max(names.len()), Default::default());
        let column = |(cell, (name, unit)): (usize, (String, String))| Column { name: clean(&name), unit: clean(&unit), cell };
        names.into_iter().take(width).enumerate().map(column).collect()
    }

    /// `# Labels:= a, b`, or a last comment with a word for every column.
    fn commented(&self, width: usize) -> Option<Vec<(String, String)>> {
        let words = |text: &'a str| -> Vec<&str> { text.split(['\t', ',', ';']).map(str::trim).filter(|word| !word.is_empty()).collect() };
        let label = |comment: &&'a str| {
            let rest = comment.trim_start_matches(['#', '%', '/', ' ']);
            rest.get(..6).filter(|start| start.eq_ignore_ascii_case("labels"))?;
            Some(words(rest[6..].trim_start_matches([':', '=', ' '])))
        };
        let last = || {
            let text = self.comments.last()?.trim_start_matches(['#', '%', '/', ' ']);
            Some(self.separator.split(text)).filter(|cells| width > 1 && cells.iter().all(|cell| Cell::of(cell, true) == Cell::Text))
        };
        let found = self.comments.iter().find_map(label).filter(|names| names.len() == width).or_else(last)?;
        (found.len() == width).then(|| found.into_iter().map(name_unit).collect())
    }

    /// The seconds of the unit that the step from row to row tells, and what is to be said of it; `None` where the name or the size of the numbers tells it.
    fn unit_by_step(&self, column: &Column) -> Option<(f64, Option<String>)> {
        let name = column.name.to_lowercase().replace('_', " ");
        let cells = self.body().iter().filter_map(|(_, cells)| cells.get(column.cell));
        let values: Vec<f64> = cells.filter_map(|cell| number(cell, self.decimal_comma)).collect();
        let mut steps: Vec<f64> = values.array_windows().map(|[one, next]| next - one).filter(|step| *step > 0.0).collect();
        steps.sort_by(f64::total_cmp);
        let step = *steps.get(steps.len() / 2)?;
        let since_1970 = values.last().is_some_and(|last| *last > 1e11 || *last > 1e9 && step < 100.0);
        if !column.unit.is_empty() || !OF_ANY_UNIT.contains(&name.as_str()) || since_1970 {
            return None;
        }
        let (scale, unit, other) = match step {
            ..=SECONDS_APART => (1.0, "seconds", "_ms if they are milliseconds"),
            ..=MILLISECONDS_APART => (1e-3, "milliseconds", "_s if they are seconds"),
            ..=MICROSECONDS_APART => (1e-6, "microseconds", "_s if they are seconds"),
            _ => (1e-9, "nanoseconds", "_s if they are seconds"),
        };
        let (name, step) = (&column.name, (step * 1e3).round() / 1e3);
        let remark = format!("column {name} has no unit; by its step of {step} it is taken for {unit}: name it {name}{other}");
        // Fractions, and steps of one, are seconds as a rule.
        let in_doubt = scale != 1.0 || step > 1.0 && values.iter().all(|value| value.fract() == 0.0);
        Some((scale, in_doubt.then_some(remark)))
    }

    /// Times of an era counted in milliseconds and less, which no unit tells: their size does.
    fn magnitude(&self, column: &Column) -> f64 {
        let value = self.body().iter().find_map(|(_, cells)| cells.get(column.cell)?.parse::<f64>().ok());
        match value.map(f64::abs) {
            Some(value) if time_scale(column) == Some(1.0) && value > 1e17 => 1e-9,
            Some(value) if time_scale(column) == Some(1.0) && value > 1e14 => 1e-6,
            Some(value) if time_scale(column) == Some(1.0) && value > 1e11 => 1e-3,
            _ => 1.0,
        }
    }
}

/// `left [µm]` and `left (µm)` are a name and a unit. An apostrophe that keeps a name from being a formula is no part of it.
fn name_unit(cell: &str) -> (String, String) {
    let cell = cell.replace("\"\"", "\"");
    let cell = cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(&cell);
    for (open, close) in [('[', ']'), ('(', ')')] {
        if let Some((name, unit)) = cell.strip_suffix(close).and_then(|cell| cell.rsplit_once(open)) {
            return (name.trim().to_owned(), unit.trim().to_owned());
        }
    }
    (cell.to_owned(), String::new())
}

/// The seconds of the unit, if this is the name of a column of times.
fn time_scale(column: &Column) -> Option<f64> {
    let name = column.name.to_lowercase();
    let (name, suffix) = match name.rsplit_once('_') {
        Some((name, "s" | "sec" | "seconds")) => (name.to_owned(), "s"),
        Some((name, unit @ ("ms" | "us" | "ns"))) => (name.to_owned(), unit),
        _ => (name.clone(), ""),
    };
    let name = name.replace('_', " ");
    let unit = if column.unit.is_empty() { suffix } else { column.unit.as_str() };
    let scale = match (unit.to_lowercase().as_str(), name.as_str()) {
        ("ms" | "msec" | "milliseconds", _) | ("", "ms" | "millis") => 1e-3,
        ("us" | "µs" | "usec" | "microseconds", _) | ("", "micros") => 1e-6,
        ("ns", _) => 1e-9,
        ("min", _) => 60.0,
        _ => 1.0,
    };
    TIMES.contains(&name.as_str()).then_some(scale)
}

/// The number after the words "sampling rate" and their like.
pub(super) fn rate(comment: &str) -> Option<Rate> {
    let lower = comment.to_lowercase().replace('_', " ");
    let words = ["sampling rate", "sample rate", "samplerate", "sampling frequency", "sample frequency", "samplingfrequency"];
    let after = words.iter().find_map(|word| lower.split_once(word).map(|(_, rest)| rest));
    let after = after.or_else(|| lower.trim_start_matches(['#', '%', '/', ' ']).strip_prefix("fs"))?;
    let digits = &after[after.find(|c: char| c.is_ascii_digit())?..];
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    Rate::from_hz(digits[..end].trim_end_matches('.').parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Form {
        Form::find(&text.lines().collect::<Vec<_>>(), &Sidecar::default()).unwrap()
    }

    fn names(form: &Form) -> Vec<(&str, &str, usize)> {
        form.channels().iter().map(|column| (column.name.as_str(), column.unit.as_str(), column.cell)).collect()
    }

    #[test]
    fn a_header_tells_names_units_and_the_time() {
        let found = form("Time [s], RESP, PLETH (mV)\n0,1,2\n0.008,1,2\n");
        assert_eq!((names(&found), found.time, found.skipped), (vec![("RESP", "", 1), ("PLETH", "mV", 2)], Some((0, 1.0)), 1));
        assert_eq!(form("left;time_ms\n1,5;0\n1,6;10\n").time, Some((1, 1e-3)));
        assert_eq!(form("timestamp,a\n1700000000000,1\n1700000000010,1\n").time, Some((0, 1e-3)));
        assert_eq!(form("2016-11-24 13:58:58.081,3\n2016-11-24 13:58:59,3\n").time, Some((0, 1.0)));
    }

    #[test]
    fn a_column_of_times_without_a_unit_tells_it_by_its_step() {
        let found = |name: &str, step: f64, from: f64| {
            let rows: Vec<String> = (0..20).map(|n| format!("{},{}", from + step * f64::from(n), n % 3)).collect();
            let found = form(&format!("{name},left\n{}\n", rows.join("\n")));
            (found.time.unwrap().1, found.damage.first().cloned().unwrap_or_default())
        };
        // 0.2 Hz in seconds is still believed; a unit, or the size of times since 1970, is not overruled.
        for (name, step, from, scale) in [
            ("time", 50.0, 0.0, 1e-3),
            ("Timestamp", 16.6, 0.0, 1e-3),
            ("time_stamp", 10_000.0, 0.0, 1e-6),
            ("t", 4000.0, 3e9, 1e-6),
            ("elapsed", 1e7, 0.0, 1e-9),
            ("time", 0.02, 0.0, 1.0),
            ("t", 1.0, 0.0, 1.0),
            ("t", 5.0, 0.0, 1.0),
            ("time_s", 50.0, 0.0, 1.0),
            ("time [s]", 50.0, 0.0, 1.0),
            ("seconds", 50.0, 0.0, 1.0),
            ("timestamp", 10.0, 1.7e9, 1.0),
            ("timestamp", 10.0, 1.7e12, 1e-3),
        ] {
            assert_eq!(found(name, step, from).0, scale, "{name}, {step} from {from}");
        }
        let said = |name, step| found(name, step, 0.0).1;
        assert_eq!(
            said("time", 50.0),
            "column time has no unit; by its step of 50 it is taken for milliseconds: name it time_s if they are seconds"
        );
        assert_eq!(said("t", 4.0), "column t has no unit; by its step of 4 it is taken for seconds: name it t_ms if they are milliseconds");
        assert_eq!([said("t", 1.0), said("t", 0.5), said("t_s", 50.0)], ["", "", ""]);
    }

    #[test]
    fn without_a_header_columns_have_no_names_and_no_time_is_guessed() {
        let found = form("0.1\t5\n0.2\t6\n0.3\t7\n");
        assert_eq!((names(&found), found.time, found.skipped), (vec![("", "", 0), ("", "", 1)], None, 0));
    }

    #[test]
    fn comments_tell_the_rate_and_the_labels() {
        let found = form("# Simple Text Format\n# Sampling Rate (Hz):= 1000.00\n# Labels:= Resp\n2094.0\n2094.0\n");
        assert_eq!((names(&found), found.rate), (vec![("Resp", "", 0)], Rate::from_hz(1000.0)));
        assert_eq!(form("%Sample Rate = 250 Hz\n%a, b\n1, 2\n").rate, Rate::from_hz(250.0));
        assert_eq!(names(&form("# t,left\n0,1\n1,2\n")), [("left", "", 1)]);
        assert_eq!(rate("# fs=62.5"), Rate::from_hz(62.5));
        assert_eq!(rate("# the flow rate"), None);
    }

    #[test]
    fn words_counters_and_a_line_of_units_are_no_channels() {
        let found = form(",ECG,state\n,mV,\n0,0.5,rest\n1,0.6,rest\n2,0.7,move\n");
        assert_eq!((names(&found), found.skipped), (vec![("ECG", "mV", 1)], 2));
        assert_eq!(found.damage.len(), 2, "{:?}", found.damage);
    }
}
