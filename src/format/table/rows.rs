//! The rows themselves.

use std::io::Read;

use super::TableError;
use super::cells::{Cell, number, seconds};
use super::form::{Column, Form, is_comment};
use super::lines::Lines;

/// A line as it comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: u64,
    pub(super) text: &'a str,
    /// The row that it is, if it is one, from 0.
    pub(super) row: u64,
}

/// What the rows hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    /// Row by row, a sample a channel.
    pub(super) samples: Vec<f32>,
    /// The time of each row in seconds, NaN where it has none; empty where the table has no times.
    pub(super) stamps: Vec<f64>,
    pub(super) damage: Vec<String>,
}

/// How often something was wrong, and where first.
#[derive(Clone, Copy, Debug, Default)]
struct Fault {
    count: u64,
    line: u64,
}

impl Fault {
    fn add(&mut self, line: u64) {
        if self.count == 0 {
            self.line = line;
        }
        self.count += 1;
    }

    fn say(self, one: &str, many: &str, what: &str) -> Option<String> {
        let noun = if self.count == 1 { one } else { many };
        (self.count > 0).then(|| format!("{} {noun} {what} (first in line {})", self.count, self.line))
    }
}

/// Up to here a sample holds every whole number: it has 24 bits.
const WHOLE: f32 = 16_777_216.0;

/// Numbers of a column that have more digits than a sample holds.
#[derive(Clone, Copy, Debug, Default)]
struct Rounded {
    fault: Fault,
    /// The largest of them, as it was kept.
    largest: f32,
}

impl Rounded {
    /// A number that a sample writes with the very same digits is none: a table of samples comes back as it was.
    fn look(&mut self, sample: f32, (cell, decimal_comma): (&str, bool), line: u64) {
        let as_written = |told: f64| f64::from(sample) == told || sample.to_string().parse() == Ok(told);
        if sample.is_finite() && sample.abs() > WHOLE && !number(cell, decimal_comma).is_some_and(as_written) {
            self.fault.add(line);
            self.largest = self.largest.max(sample.abs());
        }
    }

    fn say(self, column: &Column) -> Option<String> {
        let name = if column.name.is_empty() { (column.cell + 1).to_string() } else { column.name.clone() };
        let apart = self.largest.next_up() - self.largest;
        let what = format!("more digits than a sample holds (24 bits); rounded to {apart}");
        self.fault.say("number has", "numbers have", &what).map(|said| format!("column {name}: {said}"))
    }
}

#[derive(Debug, Default)]
struct Faults {
    /// One for each channel.
    rounded: Vec<Rounded>,
    short: Fault,
    long: Fault,
    words: Fault,
    rows: Fault,
    stamps: Fault,
}

impl Rows {
    /// Reads them all.
    pub(super) fn read(input: impl Read, form: &Form) -> Result<Self, TableError> {
        Self::picked(input, form, |line| {
            (line.number > form.skipped && !line.text.trim().is_empty() && !is_comment(line.text)).then_some(line.text)
        })
    }

    /// Reads those lines, or parts of lines, that are picked.
    pub(super) fn picked(input: impl Read, form: &Form, mut pick: impl FnMut(Line<'_>) -> Option<&str>) -> Result<Self, TableError> {
        let mut lines = Lines::new(input);
        let rounded = vec![Rounded::default(); form.channels().len()];
        let (mut rows, mut faults) = (Self::default(), Faults { rounded, ..Faults::default() });
        while let Some((number, text)) = lines.next()? {
            let row = rows.count(form);
            if let Some(text) = pick(Line { number, text: &text, row }) {
                rows.take(form, text, number, &mut faults);
            }
        }
        rows.damage.extend(faults.rows.say("line", "lines", "without a number; left out"));
        rows.damage.extend(faults.words.say("cell is", "cells are", "no number; a missing sample each"));
        rows.damage.extend(faults.short.say("line has", "lines have", "too few cells; the rest are missing samples"));
        rows.damage.extend(faults.long.say("line has", "lines have", "too many cells; those are left out"));
        rows.damage.extend(faults.stamps.say("line has", "lines have", "no time; placed by those around"));
        rows.damage.extend(faults.rounded.iter().zip(form.channels()).filter_map(|(rounded, column)| rounded.say(column)));
        Ok(rows)
    }

    /// How many there are.
    fn count(&self, form: &Form) -> u64 {
        (self.samples.len() / form.channels().len().max(1)) as u64
    }

    fn take(&mut self, form: &Form, text: &str, line: u64, faults: &mut Faults) {
        let cells = form.separator.split(text);
        let before = self.samples.len();
        let (mut numbers, mut words) = (0, 0);
        for (column, rounded) in form.channels().iter().zip(&mut faults.rounded) {
            let text = cells.get(column.cell).copied().unwrap_or_default();
            let cell = Cell::of(text, form.decimal_comma);
            let sample = if let Cell::Number(number) = cell { number } else { f32::NAN };
            rounded.look(sample, (text, form.decimal_comma), line);
            numbers += usize::from(!sample.is_nan());
            words += usize::from(cell == Cell::Text);
            self.samples.push(sample);
        }
        let stamp = form.time.map(|(cell, scale)| {
            let cell = cells.get(cell).copied().unwrap_or_default();
            seconds(cell, scale, form.decimal_comma).unwrap_or(f64::NAN)
        });
        if numbers == 0 && words > 0 && stamp.is_none_or(f64::is_nan) {
            self.samples.truncate(before);
            faults.rows.add(line);
            return;
        }
        (0..words).for_each(|_| faults.words.add(line));
        if cells.len() < form.width {
            faults.short.add(line);
        } else if cells.iter().skip(form.width).any(|cell| !cell.is_empty()) {
            faults.long.add(line);
        }
        if let Some(stamp) = stamp {
            if stamp.is_nan() {
                faults.stamps.add(line);
            }
            self.stamps.push(stamp);
        }
    }
}
