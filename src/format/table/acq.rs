//! Text exports of BIOPAC's AcqKnowledge: a title, the interval (`10 msec/sample`), the number of channels, a line with the name and one with the unit
//! of each; then the heads of the columns with the samples of each below, and the rows, with a time before them where the user wanted it so.
//! (BIOPAC, *AcqKnowledge Software Guide*, "Save as text"; exports as phys2bids reads them.)

use std::io::Read;

use super::cells::{Separator, date_time, number};
use super::clock;
use super::form::{Column, Form};
use super::laid::Laid;
use super::rows::Rows;
use super::{MOST_CHANNELS, Start, TableError};
use crate::format::moment;
use crate::signal::{Channel, Rate, clean};

/// The interval stands in one of so many lines.
const FIRST_LINES: usize = 8;

/// Whether a text begins with such a header.
pub(super) fn wrote(lines: &[&str]) -> bool {
    interval_line(lines).is_some()
}

fn interval_line(lines: &[&str]) -> Option<(usize, f64)> {
    let mut told = lines.iter().take(FIRST_LINES).enumerate().filter_map(|(at, line)| Some((at, interval(line)?)));
    told.next()
}

/// `10 msec/sample`, `0.01 sec/sample`, `100 samples/second`, alone or before another cell.
fn interval(line: &str) -> Option<f64> {
    let cell = line.trim().trim_matches('"').split('\t').next()?.to_lowercase();
    let (value, unit) = cell.split_once(char::is_whitespace)?;
    let value = number(value, true).filter(|value| *value > 0.0)?;
    match unit.trim() {
        "sec/sample" => Some(value),
        "msec/sample" | "ms/sample" => Some(value * 1e-3),
        "usec/sample" | "µsec/sample" | "us/sample" => Some(value * 1e-6),
        "min/sample" => Some(value * 60.0),
        "samples/second" | "samples/sec" | "sample/sec" => Some(1.0 / value),
        _ => None,
    }
}

/// What the header says.
struct Header {
    rate: Option<Rate>,
    started: Option<String>,
    channels: Vec<Column>,
    /// How many samples there should be; `None` where it does not say.
    count: Option<u64>,
    /// What the column of times is called, where the header names the columns and has one.
    time: Option<String>,
    /// Lines before the first row.
    length: usize,
}

pub(super) fn read(input: impl Read, start: Start<'_>) -> Result<Laid, TableError> {
    let header = Header::read(start.lines)?;
    let form = form(&header, start.lines)?;
    let Rows { samples, stamps, mut damage } = Rows::read(input, &form)?;
    let rows = (samples.len() / form.channels.len()) as u64;
    if rows == 0 {
        return Err(TableError::NoNumbers { line: form.skipped + 1 });
    }
    if let Some(told) = header.count.filter(|told| *told != rows) {
        damage.push(format!("the header counts {told} samples where the file holds {rows}; read what is there"));
    }
    let told = header.rate.or(start.known.rate);
    let clock = clock::settle(told, &stamps, rows).ok_or(TableError::NoRate)?;
    damage.extend(clock.damage);
    let channels = form.channels.iter().map(|column| Channel::named(&column.name, &column.unit)).collect();
    let (rate, stretches) = (clock.rate, clock.stretches);
    Ok(Laid { channels, rate, stretches, samples, remarks: Vec::new(), started: header.started, damage })
}

impl Header {
    fn read(lines: &[&str]) -> Result<Self, TableError> {
        let wrong = |line: usize, what: String| TableError::Header { line: line as u64 + 1, what };
        let (at, seconds) = interval_line(lines).unwrap_or_default();
        let said = lines.get(at + 1).copied().unwrap_or_default().trim();
        let count = said.strip_suffix("channels").or_else(|| said.strip_suffix("channel")).and_then(|count| count.trim().parse().ok());
        let channels = count.filter(|count| (1..=MOST_CHANNELS).contains(count)).ok_or_else(|| {
            let said = clean(said);
            wrong(at + 1, format!("after the interval an AcqKnowledge export tells how many channels there are (“2 channels”, of at most {MOST_CHANNELS}); it says “{said}”"))
        })?;
        let first = at + 2;
        let told = lines.get(first..first + 2 * channels).ok_or_else(|| {
            wrong(
                lines.len().saturating_sub(1),
                format!("the AcqKnowledge header ends before the names and units of its {channels} channels"),
            )
        })?;
        let column = |(cell, [name, unit]): (usize, &[&str; 2])| Column { name: clean(name), unit: clean(unit), cell };
        let started = lines.iter().take(first).find_map(|line| line.trim().strip_prefix("Recording on:"));
        let mut header = Self {
            rate: clock::round(seconds),
            started: started.and_then(|text| moment::text(date_time(text.trim())?)),
            channels: told.as_chunks().0.iter().enumerate().map(column).collect(),
            count: None,
            time: None,
            length: first + 2 * channels,
        };
        header.columns(lines);
        Ok(header)
    }

    /// The line that names the columns, and the one below that counts their samples.
    fn columns(&mut self, lines: &[&str]) {
        let cells = |at: usize| -> Vec<&str> {
            let line = lines.get(at).copied().unwrap_or_default();
            Separator::of(&[line]).split(line)
        };
        let heads = cells(self.length);
        let is_head = |cell: &&str| cell.strip_prefix("CH").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if !heads.iter().any(is_head) {
            return;
        }
        self.time = heads.first().filter(|cell| !is_head(cell)).map(|cell| (*cell).to_lowercase());
        self.length += 1;
        let counts = cells(self.length);
        let numbers: Vec<Option<u64>> = counts.iter().filter(|cell| !cell.is_empty()).map(|cell| cell.parse().ok()).collect();
        // Rows of a table with times have one, the counts have none.
        let counted = numbers.len() == self.channels.len() && (self.time.is_some() || has_point(&cells(self.length + 1)));
        if let Some(counts) = numbers.into_iter().collect::<Option<Vec<u64>>>().filter(|_| counted) {
            self.count = counts.into_iter().max();
            self.length += 1;
        }
    }
}

/// Whether a row has a number that is no count.
fn has_point(cells: &[&str]) -> bool {
    cells.iter().any(|cell| !cell.is_empty() && cell.parse::<u64>().is_err())
}

fn form(header: &Header, lines: &[&str]) -> Result<Form, TableError> {
    let rows: Vec<&str> =
        lines.get(header.length..).unwrap_or_default().iter().copied().filter(|line| !line.trim().is_empty()).take(200).collect();
    if rows.is_empty() {
        return Err(TableError::Header { line: header.length as u64, what: "the AcqKnowledge header is followed by no row".into() });
    }
    let separator = Separator::of(&rows);
    let filled = |row: &&str| separator.split(row).iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    let channels = header.channels.len();
    let timed = header.time.is_some() || rows.iter().map(filled).max() == Some(channels + 1);
    let decimal_comma = separator != Separator::Byte(b',');
    let time = timed.then(|| (0, scale(header, &rows.iter().map(|row| separator.split(row)).collect::<Vec<_>>())));
    let columns = header.channels.iter().map(|column| Column { cell: column.cell + usize::from(timed), ..column.clone() }).collect();
    Ok(Form {
        separator,
        decimal_comma,
        skipped: header.length as u64,
        width: channels + usize::from(timed),
        time,
        rate: None,
        damage: Vec::new(),
        channels: columns,
    })
}

/// The seconds of the unit of the times: as the column's head says, else the one that fits the interval.
fn scale(header: &Header, rows: &[Vec<&str>]) -> f64 {
    match header.time.as_deref() {
        Some("sec" | "s" | "seconds" | "time") => return 1.0,
        Some("millisec" | "msec" | "ms" | "milliseconds") => return 1e-3,
        Some("min" | "minutes") => return 60.0,
        Some("hrs" | "hours" | "hr" | "h") => return 3600.0,
        _ => {}
    }
    let time = |at: usize| number(rows.get(at)?.first()?, true);
    let step = time(1).zip(time(0)).map(|(after, before)| after - before).filter(|step| *step > 0.0);
    let interval = header.rate.map(|rate| 1.0 / rate.hz());
    let off = |scale: f64, (step, interval): (f64, f64)| (step * scale / interval).ln().abs();
    let fitting = |pair| [1.0, 1e-3, 60.0, 3600.0].into_iter().min_by(|a, b| off(*a, pair).total_cmp(&off(*b, pair)));
    step.zip(interval).and_then(fitting).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_told_in_many_ways_and_other_lines_tell_none() {
        let cases = [
            ("10 msec/sample", Some(0.01)),
            ("0,5 msec/sample", Some(0.0005)),
            ("0.01 sec/sample\tSample rate =\t100Hz", Some(0.01)),
            ("100 samples/second", Some(0.01)),
            ("-1 msec/sample", None),
            ("2 channels", None),
            ("msec/sample", None),
        ];
        for (line, seconds) in cases {
            assert_eq!(interval(line), seconds, "{line}");
        }
    }

    #[test]
    fn counts_below_the_heads_are_no_row() {
        let lines = ["x.acq", "10 msec/sample", "2 channels", "Force", "N", "Belt", "V", "min\tCH1\tCH2", "\t3\t3", "0\t1\t2"];
        let header = Header::read(&lines).unwrap();
        assert_eq!((header.count, header.length, header.time.as_deref()), (Some(3), 9, Some("min")));
        let lines = ["10 msec/sample", "1 channels", "Force", "N", "CH1", "3", "1.5", "2", "3"];
        assert_eq!(Header::read(&lines).map(|header| (header.count, header.length)).unwrap(), (Some(3), 6));
        let lines = ["10 msec/sample", "1 channels", "Force", "N", "CH1", "3", "4", "5"];
        assert_eq!(Header::read(&lines).map(|header| (header.count, header.length)).unwrap(), (None, 5));
    }
}
