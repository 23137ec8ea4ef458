//! The formats: rows in, bytes out.

use std::io::{self, Write};

use serde::Serialize;

use super::row::{COLUMNS, ComparisonFields, EstimateFields, Line, Of, StillPointFields, SummaryFields, SymmetryFields, TapsFields};
use super::{held, table};
use crate::cli::AnalyzeFormat;
use crate::format::csv::safe;
use crate::format::rows::cell;
use crate::signal::{is_seen, visible};

/// What a table of comma-separated values is of: it has one kind of row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// The figures of the windows.
    Estimates,
    /// The segments that are compared.
    Segments,
}

/// Prints the rows of one file.
#[derive(Clone, Copy, Debug)]
pub struct Printer<'a> {
    /// Of what, where it is one kind of row alone.
    pub table: Table,
    /// How.
    pub format: AnalyzeFormat,
    /// Of which file.
    pub of: Of<'a>,
}

/// What stands once, before the first file.
///
/// # Errors
/// Where `out` fails.
pub fn header(format: AnalyzeFormat, table: Table, out: &mut impl Write) -> io::Result<()> {
    match format {
        AnalyzeFormat::Table | AnalyzeFormat::Jsonl | AnalyzeFormat::Parquet => Ok(()),
        AnalyzeFormat::Csv if table == Table::Segments => writeln!(out, "{}", held::COLUMNS.map(|(name, _)| name).join(",")),
        AnalyzeFormat::Csv => writeln!(out, "{}", COLUMNS.map(|(name, _)| name).join(",")),
    }
}

impl Printer<'_> {
    /// Before the rows of the file.
    ///
    /// # Errors
    /// Where `out` fails.
    pub fn begin(self, out: &mut impl Write) -> io::Result<()> {
        match self.format {
            AnalyzeFormat::Table => table::begin(self.of, out),
            AnalyzeFormat::Jsonl | AnalyzeFormat::Csv | AnalyzeFormat::Parquet => Ok(()),
        }
    }

    /// One row.
    ///
    /// # Errors
    /// Where `out` fails.
    pub fn line(self, line: Line<'_>, out: &mut impl Write) -> io::Result<()> {
        match self.format {
            AnalyzeFormat::Table => table::line(self.of, line, out),
            AnalyzeFormat::Jsonl => self.json(line, out),
            // Each line becomes a row where all files come together.
            AnalyzeFormat::Parquet if matches!(line, Line::Estimate(_)) => self.json(line, out),
            AnalyzeFormat::Parquet => Ok(()),
            AnalyzeFormat::Csv => self.csv(line, out),
        }
    }

    fn json(self, line: Line<'_>, out: &mut impl Write) -> io::Result<()> {
        let mut to = serde_json::Serializer::with_formatter(&mut *out, Escaped);
        match line {
            Line::Estimate(estimate) => {
                EstimateFields::<Vec<_>>::new(self.of, estimate, std::convert::identity).serialize(&mut to)?;
            }
            Line::Symmetry(symmetry) => SymmetryFields::new(self.of, symmetry).serialize(&mut to)?,
            Line::StillPoint(still) => StillPointFields::new(self.of, still).serialize(&mut to)?,
            Line::Taps(taps) => TapsFields::new(self.of, taps).serialize(&mut to)?,
            Line::Comparison(pair) => ComparisonFields::new(self.of, pair).serialize(&mut to)?,
            Line::Summary(summary) => SummaryFields::new(self.of, summary).serialize(&mut to)?,
            Line::Held(row) => row.serialize(&mut to)?,
        }
        writeln!(out)
    }

    fn csv(self, line: Line<'_>, out: &mut impl Write) -> io::Result<()> {
        let mut writer = csv::WriterBuilder::new().has_headers(false).buffer_capacity(512).from_writer(out);
        match (self.table, line) {
            (Table::Estimates, Line::Estimate(estimate)) => {
                writer.serialize(EstimateFields::<Joined>::new(self.of, estimate, |text| safe(&visible(&text)).into()))?;
            }
            (Table::Segments, Line::Held(row)) => writer.write_record(held::COLUMNS.map(|(name, _)| cell(row.get(name))))?,
            _ => {}
        }
        writer.flush()
    }
}

/// The JSON of serde_json, but for characters that a terminal obeys and JSON lets stand: a file's name may hold them, and reads back as it is.
struct Escaped;

impl serde_json::ser::Formatter for Escaped {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.chars().all(is_seen) {
            return out.write_all(fragment.as_bytes());
        }
        fragment.chars().try_for_each(|c| if is_seen(c) { write!(out, "{c}") } else { write!(out, "\\u{:04x}", u32::from(c)) })
    }
}

/// Words with semicolons between them.
#[derive(Debug, Serialize)]
struct Joined(String);

impl FromIterator<&'static str> for Joined {
    fn from_iter<I: IntoIterator<Item = &'static str>>(words: I) -> Self {
        Self(words.into_iter().collect::<Vec<_>>().join(";"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::{Estimate, Figure, Flag, Flags, Interval, Rhythm};
    use crate::signal::{Channel, Layout, Rate, SampleIndex, Seconds};

    fn printed(format: AnalyzeFormat, file: &str, figure: Option<Figure>) -> String {
        let layout = Layout { channels: vec![Channel::named("-left", "@µm")], nominal: Rate::from_hz(100.0).unwrap() };
        let mut flags = Flags::default();
        flags.insert(Flag::Gap);
        flags.insert(Flag::NearBreath);
        let (t, window) = (Seconds(60.1), Seconds(60.0));
        let estimate = Estimate { channel: 0, series: None, rhythm: Rhythm::Cranial, end: SampleIndex(6010), t, window, figure, flags };
        let mut out = Vec::new();
        header(format, Table::Estimates, &mut out).unwrap();
        Printer { table: Table::Estimates, format, of: Of { file, layout: &layout } }.line(Line::Estimate(&estimate), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_header_of_csv_is_the_keys_of_json() {
        let object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&printed(AnalyzeFormat::Jsonl, "a.wav", None)).unwrap();
        assert_eq!(object.keys().map(String::as_str).collect::<Vec<_>>(), COLUMNS.map(|(name, _)| name));
        assert!(object["rate_per_min"].is_null() && object["p"].is_null() && object["present"] == false, "{object:?}");
        assert_eq!(object["channel"], "-left", "JSON has no formulas");
    }

    #[test]
    fn a_file_name_that_would_talk_to_the_terminal_does_not_and_reads_back_as_it_is() {
        let name = "\u{9b}31m\u{1b}[2J\u{202e}\n\u{7f}.wav";
        let text = printed(AnalyzeFormat::Jsonl, name, None);
        assert!(text.trim_end().chars().all(is_seen), "{text:?}");
        let object: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(object["file"], name);
        let table = printed(AnalyzeFormat::Csv, name, None);
        assert!(table.lines().count() == 2 && table.lines().all(|line| line.chars().all(is_seen)), "{table:?}");
    }

    #[test]
    fn a_cell_is_no_formula_and_a_float_comes_back_to_the_bit() {
        let interval = Interval { value: 0.1 + 0.2, low: 1e-300, high: f64::INFINITY };
        let figure = Figure { rate: interval, amplitude: interval, p: 1.0 / 3.0, present: false, regularity: None };
        let text = printed(AnalyzeFormat::Csv, "=1+1,\"a\".wav", Some(figure));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!((&record[1], &record[2], &record[12], &record[16]), ("'=1+1,\"a\".wav", "'-left", "'@µm", "near_breath;gap"));
        assert_eq!(record[6].parse::<f64>().unwrap().to_bits(), (0.1_f64 + 0.2).to_bits());
        assert_eq!((&record[4], record[7].parse(), &record[8]), ("60.1", Ok(1e-300), ""), "infinity is no number in JSON either");
    }
}
