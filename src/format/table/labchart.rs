//! Text exports of ADInstruments' LabChart: a header of `Key=` lines, each with a cell a channel between tabs; then rows of a time and a sample
//! a channel, with comments behind a `#`. Where the recording was stopped and went on, another header stands between the rows, which says
//! when the next block began; so there is a gap. (ADInstruments' knowledge base, "Text import and export"; exports as phys2bids reads them.)

use std::io::Read;

use super::cells::{Separator, date_time, number};
use super::clock::{self, Clock};
use super::form::{Column, Form, is_comment};
use super::laid::{Laid, MOST_ANNOTATIONS, Remark};
use super::rows::{Line, Rows};
use super::{MOST_CHANNELS, Start, TableError};
use crate::format::{moment, wording};
use crate::signal::{Channel, Rate, clean};

/// Blocks beyond this are no recording.
const MOST_BLOCKS: usize = 10_000;
/// Days from Excel's day 0 to 1970.
const EXCEL_1970: f64 = 25_569.0;
const DAY: f64 = 86_400.0;

/// Whether a text begins with such a header.
pub(super) fn wrote(lines: &[&str]) -> bool {
    let first = lines.iter().find(|line| !line.trim().is_empty());
    first.and_then(|line| key(line)).is_some_and(|(key, _)| matches!(key, "Interval" | "ExcelDateTime" | "ChannelTitle"))
}

/// What a header says, and what follows it.
#[derive(Clone, Debug, Default)]
struct Block {
    /// The header's first line.
    line: u64,
    /// Its first row.
    row: u64,
    interval: Option<f64>,
    /// When it began, in seconds from 1970, of a clock that tells the local time.
    began: Option<f64>,
    /// Whether its times count from its own start.
    from_start: bool,
    titles: Vec<String>,
    ranges: Vec<String>,
    units: Vec<String>,
}

pub(super) fn read(input: impl Read, start: Start<'_>) -> Result<Laid, TableError> {
    let (first, rows_begin) = Block::first(start.lines);
    let form = form(&first, start.lines.get(rows_begin..).unwrap_or_default(), rows_begin)?;
    let mut walk = Walk { form: &form, first: first.clone(), blocks: Vec::new(), in_header: false, remarks: Vec::new(), left_out: 0 };
    let mut rows = Rows::picked(input, &form, |line| walk.pick(line))?;
    let Walk { blocks, remarks, left_out, .. } = walk;
    let mut damage = std::mem::take(&mut rows.damage);
    if left_out > 0 {
        damage.push(format!("{left_out} rows of blocks with another interval or other channels than the first; left out"));
    }
    if blocks.len() == MOST_BLOCKS {
        damage.push(format!("more than {MOST_BLOCKS} blocks; what follows is one with the last"));
    }
    let count = (rows.samples.len() / form.channels.len()) as u64;
    if count == 0 {
        return Err(TableError::NoNumbers { line: form.skipped + 1 });
    }
    let told = first.interval.and_then(clock::round).or(start.known.rate);
    let clock = lay_out(&blocks, (told, count), &rows.stamps, &mut damage).ok_or_else(|| TableError::Header {
        line: first.line,
        what: "the LabChart header does not tell the interval (“Interval=” and a time, as 0.01 s), nor do the rows; give the rate with --rate HZ".into(),
    })?;
    damage.extend(clock.damage);
    let began = blocks.first().and_then(|block| block.began);
    let offset = rows.stamps.first().copied().filter(|time| time.is_finite() && first.from_start).unwrap_or(0.0);
    let started = began.and_then(|began| moment::text(began + offset));
    let channels = form.channels.iter().map(|column| Channel::named(&column.name, &column.unit)).collect();
    Ok(Laid { channels, rate: clock.rate, stretches: clock.stretches, samples: rows.samples, remarks, started, damage })
}

/// The times of the rows, from one clock for all blocks, and what they tell.
fn lay_out(blocks: &[Block], (told, count): (Option<Rate>, u64), stamps: &[f64], damage: &mut Vec<String>) -> Option<Clock> {
    let base = blocks.first().and_then(|block| block.began).unwrap_or(0.0);
    let interval = told.map(|rate| 1.0 / rate.hz());
    let counted = |row: u64, time: f64| interval.map_or(time, |interval| row as f64 * interval);
    let (mut timed, mut spaced) = (Vec::with_capacity(stamps.len()), Vec::new());
    for (at, block) in blocks.iter().enumerate() {
        let end = blocks.get(at + 1).map_or(count, |next| next.row).min(count);
        let own = |row: u64| stamps.get(row as usize).copied().unwrap_or(f64::NAN);
        let first = own(block.row);
        let after = spaced.last().map_or(0.0, |last: &f64| last + interval.unwrap_or(0.0));
        let begin = match block.began {
            Some(began) if block.from_start => began - base + if first.is_finite() { first } else { 0.0 },
            _ if !block.from_start && first.is_finite() => first,
            Some(began) => began - base,
            None => after,
        };
        if block.began.is_none() && at > 0 && block.from_start {
            damage.push(format!("the block that begins in line {} does not say when; put after the one before", block.line));
        }
        let shift = if first.is_finite() { begin - first } else { 0.0 };
        timed.extend((block.row..end).map(|row| own(row) + shift));
        spaced.extend((block.row..end).map(|row| begin + counted(row - block.row, own(row) - first)));
    }
    // A column of times that is no regular clock tells less than the interval and the begin of each block.
    let even = clock::fit(&timed).is_some_and(|clock| clock.even);
    clock::settle(told, if even { &timed } else { &spaced }, count)
}

impl Block {
    /// The first header, and how many lines it has.
    fn first(lines: &[&str]) -> (Self, usize) {
        let mut block = Self { from_start: true, line: 1, ..Self::default() };
        let is_header = |line: &&&str| line.trim().is_empty() || key(line).is_some();
        let mut length = 0;
        for line in lines.iter().take_while(is_header) {
            key(line).into_iter().for_each(|(key, rest)| block.take(key, rest));
            length += 1;
        }
        (block, length)
    }

    fn take(&mut self, key: &str, rest: &str) {
        let cells = || rest.trim_start_matches('\t').split('\t').map(|cell| clean(cell.trim_matches('"'))).collect::<Vec<_>>();
        match key {
            "Interval" => self.interval = interval(rest),
            "ExcelDateTime" => self.began = began(&cells()),
            "TimeFormat" => self.from_start = rest.trim().is_empty() || rest.contains("StartOfBlock"),
            "ChannelTitle" => self.titles = cells(),
            "Range" => self.ranges = cells(),
            "UnitName" => self.units = cells(),
            _ => {}
        }
    }

    /// Channels, as far as the header tells.
    fn channels(&self) -> usize {
        let filled = |cells: &[String]| cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        filled(&self.titles).max(filled(&self.ranges))
    }

    /// Whether rows of another can stand in the same table.
    fn is_like(&self, other: &Self) -> bool {
        let same = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-6;
        let interval = self.interval.zip(other.interval).is_none_or(|(a, b)| same(a, b));
        let channels = (self.channels(), other.channels());
        interval && (channels.0 == channels.1 || channels.1 == 0)
    }

    /// The unit of a channel: its own, or that of its range.
    fn unit(&self, channel: usize) -> String {
        let own = self.units.get(channel).filter(|unit| !unit.is_empty() && *unit != "*");
        let range = || Some(self.ranges.get(channel)?.split_once(char::is_whitespace)?.1.trim().to_owned());
        own.cloned().or_else(range).unwrap_or_default()
    }
}

/// Goes through the lines: headers, rows, comments.
struct Walk<'a> {
    form: &'a Form,
    first: Block,
    blocks: Vec<Block>,
    in_header: bool,
    remarks: Vec<Remark>,
    left_out: u64,
}

impl Walk<'_> {
    /// The part of a line that is a row.
    fn pick<'l>(&mut self, line: Line<'l>) -> Option<&'l str> {
        let text = line.text;
        if let Some((key, rest)) = key(text) {
            if !self.in_header && self.blocks.len() < MOST_BLOCKS {
                self.blocks.push(Block { line: line.number, row: line.row, from_start: true, ..Block::default() });
            }
            self.in_header = true;
            self.blocks.last_mut()?.take(key, rest);
            return None;
        }
        if text.trim().is_empty() || is_comment(text) {
            return None;
        }
        let block = self.blocks.last_mut()?;
        if self.in_header {
            block.row = line.row;
            self.in_header = false;
        }
        if !self.first.is_like(block) {
            self.left_out += 1;
            return None;
        }
        let (row, comments) = cut(text);
        let room = MOST_ANNOTATIONS + 1 - self.remarks.len();
        let titles = &self.first.titles;
        self.remarks.extend(comments.into_iter().take(room).map(|comment| remark(comment, titles, line.row)));
        let empty = self.form.separator.split(row).iter().all(|cell| cell.is_empty());
        (!empty).then_some(row)
    }
}

/// A row without its comments, and these: each from its `#` on.
fn cut(text: &str) -> (&str, Vec<&str>) {
    let begins = |at: &usize| {
        let (before, after) = text.split_at(*at);
        let alone = before.ends_with(|c: char| c.is_whitespace() || c == ',' || c == ';' || c == '"');
        let number = after[1..].split_whitespace().next().unwrap_or_default();
        // A number of a channel or a star; any sign of the first.
        alone && (number == "*" || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())))
    };
    let marks: Vec<usize> = text.match_indices('#').map(|(at, _)| at).filter(begins).collect();
    let Some(&first) = marks.first() else { return (text, Vec::new()) };
    let ends = marks.iter().skip(1).copied().chain([text.len()]);
    (&text[..first], marks.iter().zip(ends).map(|(&from, to)| &text[from..to]).collect())
}

/// `#* text` for all channels, `#2 text` for one.
fn remark(comment: &str, titles: &[String], row: u64) -> Remark {
    let (whose, text) = comment[1..].split_once(char::is_whitespace).unwrap_or((&comment[1..], ""));
    let title = whose.parse::<usize>().ok().and_then(|number| titles.get(number.checked_sub(1)?)).filter(|title| !title.is_empty());
    let (kind, label) = wording::read(text.trim().trim_matches('"'), false);
    let label = title.map_or(label.clone(), |title| format!("{title}: {label}"));
    Remark { row, kind, label }
}

/// How the rows are laid out, from the first of them.
fn form(first: &Block, lines: &[&str], skipped: usize) -> Result<Form, TableError> {
    let is_row = |line: &&&str| !line.trim().is_empty() && !is_comment(line);
    let rows: Vec<&str> = lines.iter().take_while(|line| key(line).is_none()).filter(is_row).take(200).map(|line| cut(line).0).collect();
    if rows.is_empty() {
        return Err(TableError::Header { line: skipped as u64 + 1, what: "the LabChart header is followed by no row".into() });
    }
    let separator = Separator::of(&rows);
    let filled = |row: &&str| separator.split(row).iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    let width = rows.iter().map(filled).max().unwrap_or(0);
    let channels = if first.channels() == 0 { width.saturating_sub(1).max(1) } else { first.channels() };
    if channels > MOST_CHANNELS {
        return Err(TableError::TooManyColumns { line: skipped as u64 + 1, columns: channels });
    }
    // Before the samples stand the date and the time, or the time, or nothing.
    let before = width.saturating_sub(channels);
    let column = |channel: usize| {
        let name = first.titles.get(channel).cloned().unwrap_or_default();
        Column { name, unit: first.unit(channel), cell: before + channel }
    };
    Ok(Form {
        separator,
        decimal_comma: separator != Separator::Byte(b','),
        skipped: skipped as u64,
        width: before + channels,
        time: before.checked_sub(1).map(|cell| (cell, 1.0)),
        rate: None,
        damage: Vec::new(),
        channels: (0..channels).map(column).collect(),
    })
}

/// `Key=` and what follows.
fn key(line: &str) -> Option<(&str, &str)> {
    let (key, rest) = line.trim_start_matches('"').split_once('=')?;
    (!key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some((key, rest))
}

/// The seconds from row to row: `0.001 s`, `10 ms`.
fn interval(text: &str) -> Option<f64> {
    let text = text.trim().trim_matches('"');
    let (value, unit) = text.split_once(char::is_whitespace).unwrap_or((text, "s"));
    let value = number(value, true)?;
    let seconds = match unit.trim().to_lowercase().as_str() {
        "ms" | "msec" => value * 1e-3,
        "us" | "µs" | "usec" => value * 1e-6,
        "min" => value * 60.0,
        "hz" => 1.0 / value,
        "khz" => 1e-3 / value,
        _ => value,
    };
    (seconds > 0.0 && seconds.is_finite()).then_some(seconds)
}

/// Excel's day and part of a day; else the date as text.
fn began(cells: &[String]) -> Option<f64> {
    let days = cells.first().and_then(|cell| number(cell, true)).filter(|days| (1.0..1e6).contains(days));
    days.map(|days| (days - EXCEL_1970) * DAY).or_else(|| cells.get(1).and_then(|text| date_time(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_cut_off_a_row_and_a_number_that_is_none_is_not_taken_for_one() {
        assert_eq!(cut("0.1\t2\t#* eyes shut #2 cough\t"), ("0.1\t2\t", vec!["#* eyes shut ", "#2 cough\t"]));
        assert_eq!(cut("0.1\t-1.#IND\t3"), ("0.1\t-1.#IND\t3", vec![]));
        let titles = ["Force".to_owned(), "Belt".to_owned()];
        assert_eq!(remark("#2 cough\t", &titles, 7).label, "Belt: cough");
        assert_eq!(remark("#* eyes shut ", &titles, 7).label, "eyes shut");
        assert_eq!(remark("#9", &titles, 7).label, "");
    }

    #[test]
    fn an_interval_has_a_unit_and_a_begin_is_excels_or_a_date() {
        let cases =
            [("\t0.01 s", Some(0.01)), ("\t10 ms", Some(0.01)), ("0,01 s", Some(0.01)), ("100 Hz", Some(0.01)), ("0 s", None), ("x", None)];
        for (text, seconds) in cases {
            assert_eq!(interval(text), seconds, "{text}");
        }
        let texts = |cells: [&str; 2]| cells.map(str::to_owned);
        assert_eq!(began(&texts(["4.25e+04", ""])), Some(16_931.0 * DAY));
        assert_eq!(began(&texts(["", "2016-05-10 00:00:00"])), Some(16_931.0 * DAY));
        assert_eq!(began(&texts(["", ""])), None);
    }
}
