//! Tables of what was found in a recording, beside or in place of its samples.

use std::io::{self, BufWriter};

use anyhow::bail;
use serde_json::{Map, Value};

use super::write::{extract, named};
use super::{Export, Place, Ready, Telling, anonymous, piece};
use crate::format::Extract;
use crate::format::parquet::Kind;
use crate::format::rows::{Rows, Told};
use crate::protocol::Target;
use crate::signal::Span;
use crate::store::Recording;

/// Which table: the word in its files' names, and its columns.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// `estimates`, `stillpoints`, …
    pub what: &'a str,
    /// Names, and what they hold.
    pub columns: &'a [(&'a str, Kind)],
}

/// Takes a row.
pub type Take<'a> = &'a mut dyn FnMut(&Map<String, Value>) -> io::Result<()>;

/// Hands over the rows of a stretch of the recording, of which this is told.
pub type Fill<'a> = &'a mut dyn FnMut(&mut Recording, (Span, &Extract), Take<'_>) -> anyhow::Result<()>;

/// Writes a table of each piece, of the rows that `fill` hands over for it.
///
/// # Errors
/// With one line: the format has no tables, there is no such segment, a file is in the way, the disk or `fill` fails.
pub fn tables(recording: &mut Recording, (export, table): (&Export<'_>, Table<'_>), fill: Fill<'_>) -> anyhow::Result<Ready> {
    let ending = match export.to {
        Target::Csv => "csv",
        Target::Jsonl => "jsonl",
        Target::Parquet => "parquet",
        other => bail!("{} is no format for a table of {}; give --to csv, jsonl or parquet", other.word(), table.what),
    };
    if export.telling == Telling::Anonymous {
        recording.rename(anonymous::channels(recording.layout()))?;
    }
    let pieces = piece::select(recording, export)?;
    let mut place = Place::new(export.out, recording.path(), export.force).replacing(export.ours);
    let name = |recording: &Recording, piece| format!("{}_{}.{ending}", named((recording, piece), (export, table.what)).main, table.what);
    pieces.iter().try_for_each(|piece| place.free(&name(recording, piece)))?;
    for piece in &pieces {
        let extract = extract(recording, piece, export);
        let about = extract.provenance.json();
        let told = Told { columns: table.columns, program: &extract.provenance.program, about: &about };
        let out = BufWriter::new(place.file(&name(recording, piece))?);
        let mut rows = match export.to {
            Target::Csv => Rows::csv(out, told)?,
            Target::Parquet => Rows::parquet(out, told),
            _ => Rows::Jsonl(out),
        };
        if matches!(rows, Rows::Jsonl(_)) {
            let mut first = Map::from_iter([("type".to_owned(), "recording".into())]);
            first.extend(about.as_object().cloned().unwrap_or_default());
            rows.row(&first)?;
        }
        fill(recording, (piece.span, &extract), &mut |row| rows.row(row))?;
        rows.finish()?;
        if export.to == Target::Csv {
            let main = named((recording, piece), (export, table.what)).main;
            extract.provenance.write(BufWriter::new(place.file(&format!("{main}_{}.json", table.what))?))?;
        }
    }
    Ok(Ready { place, notes: Vec::new() })
}
