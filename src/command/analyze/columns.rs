//! The estimates of all files as one Parquet file: the lines of JSON that come in become its rows.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::row::COLUMNS;
use crate::format::rows::{Rows, Told};
use crate::rhythm::Settings;
use crate::store::PROGRAM;

/// Rows that are worth a group of their own when a file ends; small files share one.
const GROUP: usize = 1 << 15;

/// Takes lines of JSON.
pub struct Columns<W: Write + Send> {
    rows: Rows<W>,
    line: Vec<u8>,
    /// The file that the last row is of.
    file: Value,
    /// Rows since the last group was written.
    waiting: usize,
}

impl<W: Write + Send> Columns<W> {
    /// The settings go into the metadata.
    pub fn new(out: W, settings: &Settings) -> Self {
        let about = json!({"program": PROGRAM, "settings": crate::export::settings(settings).into_iter().collect::<std::collections::BTreeMap<_, _>>()});
        let rows = Rows::parquet(out, Told { columns: &COLUMNS, program: PROGRAM, about: &about });
        Self { rows, line: Vec::new(), file: Value::Null, waiting: 0 }
    }

    fn row(&mut self, fields: &Map<String, Value>) -> io::Result<()> {
        let file = fields.get("file").unwrap_or(&Value::Null);
        if *file != self.file {
            self.file = file.clone();
            if self.waiting >= GROUP {
                self.rows.group()?;
                self.waiting = 0;
            }
        }
        self.waiting += 1;
        self.rows.row(fields)
    }

    /// Writes the end of the file.
    ///
    /// # Errors
    /// Where the output fails.
    pub fn finish(self) -> io::Result<()> {
        self.rows.finish()
    }
}

impl<W: Write + Send> Write for Columns<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend(part);
            if part.ends_with(b"\n") {
                if let Value::Object(fields) = serde_json::from_slice(&self.line)? {
                    self.row(&fields)?;
                }
                self.line.clear();
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
