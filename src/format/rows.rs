//! A table of rows by field, in any of the formats for tables.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::csv::safe;
use super::parquet::{Kind, TableWriter};

/// A table in the making.
pub enum Rows<W: Write + Send> {
    /// One header line, an empty field where nothing is known.
    Csv(csv::Writer<W>, Vec<String>),
    /// An object a line.
    Jsonl(W),
    /// Columns, with null where nothing is known.
    Parquet(TableWriter<W>),
}

/// What is told of a table: its columns, the program, and where the rows come from.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Names, and what they hold.
    pub columns: &'a [(&'a str, Kind)],
    /// The program and its version.
    pub program: &'a str,
    /// Where the rows come from.
    pub about: &'a Value,
}

impl<W: Write + Send> Rows<W> {
    /// A table of comma-separated values.
    ///
    /// # Errors
    /// Where `out` fails.
    pub fn csv(out: W, told: Told<'_>) -> io::Result<Self> {
        let mut out = csv::Writer::from_writer(out);
        let names: Vec<String> = told.columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        out.write_record(&names)?;
        Ok(Self::Csv(out, names))
    }

    /// A table of columns.
    pub fn parquet(out: W, told: Told<'_>) -> Self {
        let columns: Vec<_> = told.columns.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
        Self::Parquet(TableWriter::new(out, &columns, (told.program, told.about)))
    }

    /// One row.
    ///
    /// # Errors
    /// Where the output fails.
    pub fn row(&mut self, fields: &Map<String, Value>) -> io::Result<()> {
        match self {
            Self::Csv(out, names) => Ok(out.write_record(names.iter().map(|name| cell(fields.get(name))))?),
            Self::Jsonl(out) => {
                serde_json::to_writer(&mut *out, fields)?;
                out.write_all(b"\n")
            }
            Self::Parquet(table) => {
                // Words in a list are one cell, as in CSV.
                let lists = fields.iter().filter(|(_, value)| value.is_array());
                let joined: Vec<_> = lists.map(|(name, value)| (name.clone(), Value::from(cell(Some(value))))).collect();
                if joined.is_empty() {
                    return table.row(fields);
                }
                let mut fields = fields.clone();
                fields.extend(joined);
                table.row(&fields)
            }
        }
    }

    /// Ends a group of rows, where the format has such: who reads the file reads it whole or not at all.
    ///
    /// # Errors
    /// Where the output fails.
    pub fn group(&mut self) -> io::Result<()> {
        if let Self::Parquet(table) = self { table.group() } else { Ok(()) }
    }

    /// Puts everything through.
    ///
    /// # Errors
    /// Where the output fails.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv(mut out, _) => out.flush(),
            Self::Jsonl(mut out) => out.flush(),
            Self::Parquet(table) => table.finish().map(drop),
        }
    }
}

/// A value as a cell: empty where nothing is known, and never a formula.
pub fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => safe(text),
        Some(Value::Array(words)) => words.iter().map(|word| word.as_str().unwrap_or_default()).collect::<Vec<_>>().join(";"),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_known_is_an_empty_field_and_a_name_is_no_formula() {
        let columns = [("channel", Kind::Text), ("t", Kind::Double), ("flags", Kind::Text)];
        let mut out = Vec::new();
        let mut rows = Rows::csv(&mut out, Told { columns: &columns, program: "stillpoint", about: &Value::Null }).unwrap();
        for row in [json!({"channel": "=left", "t": 5.5, "flags": ["gap", "flat"], "more": 1}), json!({"t": null})] {
            rows.row(row.as_object().unwrap()).unwrap();
        }
        rows.finish().unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "channel,t,flags\n'=left,5.5,gap;flat\n,,\n");
    }
}
