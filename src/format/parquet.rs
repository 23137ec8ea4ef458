//! Parquet: columns of one type each, nulls where nothing is known, and in the key-value metadata (key `stillpoint`) as JSON where it all comes from.

use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, Encoding, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type};
use serde_json::{Map, Value};

use super::{Extract, Frames, jsonl};
use crate::signal::SampleIndex;

/// Cells in memory before they are written: 16 MB of samples at most.
const MOST_CELLS: usize = 1 << 21;

/// Values of a column that are looked at to tell whether they repeat.
const LOOKED_AT: usize = 4096;
/// Values that are handed on at once.
const BATCH: usize = 1 << 14;

/// Under which key the provenance stands.
const KEY: &str = "stillpoint";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Int,
    /// Samples.
    Float,
    /// Figures and times.
    Double,
    /// Words.
    Text,
    /// Yes or no.
    Flag,
}

/// Values of a column, and which of its rows have one.
#[derive(Debug)]
enum Values {
    Int(Vec<i64>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Text(Vec<ByteArray>),
    Flag(Vec<bool>),
}

#[derive(Debug)]
struct Column {
    name: String,
    values: Values,
    /// 1 where the row has a value, 0 where it has none.
    there: Vec<i16>,
}

/// Writes a table, some rows at a time.
pub struct TableWriter<W: Write + Send> {
    file: Stage<W>,
    columns: Vec<Column>,
    rows: usize,
}

/// A file is begun with its first rows, for how a column is written depends on what is in it.
enum Stage<W: Write + Send> {
    /// The output, and what goes into the metadata.
    Waiting(W, About),
    Begun(SerializedFileWriter<W>),
    /// The output failed.
    Lost,
}

struct About {
    program: String,
    about: String,
}

impl<W: Write + Send> TableWriter<W> {
    /// Columns by name and kind; `about` goes into the metadata.
    ///
    /// # Errors
    /// Where `out` fails.
    pub fn new(out: W, columns: &[(String, Kind)], (program, about): (&str, &Value)) -> Self {
        let column = |(name, kind): &(String, Kind)| Column { name: name.clone(), values: Values::new(*kind), there: Vec::new() };
        let about = About { program: program.to_owned(), about: about.to_string() };
        Self { file: Stage::Waiting(out, about), columns: columns.iter().map(column).collect(), rows: 0 }
    }

    /// Begins the file if it is not yet.
    fn begin(&mut self) -> io::Result<()> {
        if let Stage::Waiting(..) = self.file
            && let Stage::Waiting(out, about) = std::mem::replace(&mut self.file, Stage::Lost)
        {
            self.file = Stage::Begun(begin(out, &self.columns, about).map_err(other)?);
        }
        Ok(())
    }

    /// One row of fields by name; what is not there, or of another kind, is null.
    ///
    /// # Errors
    /// Where the output fails.
    pub fn row(&mut self, fields: &Map<String, Value>) -> io::Result<()> {
        for column in &mut self.columns {
            let value = fields.get(&column.name).unwrap_or(&Value::Null);
            let there = column.values.push(value);
            column.there.push(i16::from(there));
        }
        self.count(1)
    }

    /// Counts rows that are in all columns, and writes them where they are many.
    fn count(&mut self, rows: usize) -> io::Result<()> {
        self.rows += rows;
        if self.rows * self.columns.len() >= MOST_CELLS { self.group() } else { Ok(()) }
    }

    /// Writes the rows that are in memory as a group.
    ///
    /// # Errors
    /// Where the output fails.
    pub fn group(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        self.begin()?;
        let Stage::Begun(file) = &mut self.file else { return Err(io::Error::other("the output failed before")) };
        let mut group = file.next_row_group().map_err(other)?;
        for column in &mut self.columns {
            column.write(&mut group).map_err(other)?;
        }
        group.close().map_err(other)?;
        self.rows = 0;
        Ok(())
    }

    /// Writes what is left, and the end of the file; gives the output back.
    ///
    /// # Errors
    /// Where the output fails.
    pub fn finish(mut self) -> io::Result<W> {
        self.group()?;
        self.begin()?;
        let Stage::Begun(file) = self.file else { return Err(io::Error::other("the output failed before")) };
        let mut out = file.into_inner().map_err(other)?;
        out.flush()?;
        Ok(out)
    }
}

fn begin<W: Write + Send>(out: W, columns: &[Column], about: About) -> Result<SerializedFileWriter<W>, ParquetError> {
    let fields = columns.iter().map(|column| field(&column.name, column.values.kind())).collect::<Result<_, _>>()?;
    let schema = Type::group_type_builder("stillpoint").with_fields(fields).build()?;
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_write_batch_size(BATCH)
        .set_created_by(about.program)
        .set_key_value_metadata(Some(vec![KeyValue::new(KEY.to_owned(), about.about)]));
    for column in columns {
        // Numbers hardly ever come twice; words do.
        let path = ColumnPath::new(vec![column.name.clone()]);
        properties = properties.set_column_dictionary_enabled(path.clone(), matches!(column.values, Values::Text(_)));
        match &column.values {
            Values::Int(_) => properties = properties.set_column_encoding(path, Encoding::DELTA_BINARY_PACKED),
            // Where hardly a sample comes twice Snappy costs time and saves next to no room.
            Values::Float(all) if !repeats(all) => properties = properties.set_column_compression(path, Compression::UNCOMPRESSED),
            _ => {}
        }
    }
    SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties.build()))
}

/// Whether most of the first samples came before.
fn repeats(samples: &[f32]) -> bool {
    let first = samples.get(..LOOKED_AT).unwrap_or(samples);
    let different: HashSet<u32> = first.iter().map(|sample| sample.to_bits()).collect();
    2 * different.len() < first.len()
}

impl Values {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Int => Self::Int(Vec::new()),
            Kind::Float => Self::Float(Vec::new()),
            Kind::Double => Self::Double(Vec::new()),
            Kind::Text => Self::Text(Vec::new()),
            Kind::Flag => Self::Flag(Vec::new()),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Int(_) => Kind::Int,
            Self::Float(_) => Kind::Float,
            Self::Double(_) => Kind::Double,
            Self::Text(_) => Kind::Text,
            Self::Flag(_) => Kind::Flag,
        }
    }

    /// Whether it had a value of its kind.
    fn push(&mut self, value: &Value) -> bool {
        match self {
            Self::Int(all) => value.as_i64().map(|value| all.push(value)),
            Self::Float(all) => value.as_f64().map(|value| all.push(value as f32)),
            Self::Double(all) => value.as_f64().map(|value| all.push(value)),
            Self::Text(all) => value.as_str().map(|value| all.push(value.into())),
            Self::Flag(all) => value.as_bool().map(|value| all.push(value)),
        }
        .is_some()
    }
}

impl Column {
    fn write<W: Write + Send>(&mut self, group: &mut SerializedRowGroupWriter<'_, W>) -> Result<(), ParquetError> {
        match &mut self.values {
            Values::Int(all) => put::<Int64Type, W>(group, (all, &mut self.there)),
            Values::Float(all) => put::<FloatType, W>(group, (all, &mut self.there)),
            Values::Double(all) => put::<DoubleType, W>(group, (all, &mut self.there)),
            Values::Text(all) => put::<ByteArrayType, W>(group, (all, &mut self.there)),
            Values::Flag(all) => put::<BoolType, W>(group, (all, &mut self.there)),
        }
    }
}

fn put<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    (values, there): (&mut Vec<T::T>, &mut Vec<i16>),
) -> Result<(), ParquetError> {
    let next = group.next_column()?;
    let mut column = next.ok_or_else(|| ParquetError::General("the file has fewer columns than its rows".into()))?;
    column.typed::<T>().write_batch(values, Some(there), None)?;
    values.clear();
    there.clear();
    column.close()
}

fn field(name: &str, kind: Kind) -> Result<Arc<Type>, ParquetError> {
    let physical = match kind {
        Kind::Int => Physical::INT64,
        Kind::Float => Physical::FLOAT,
        Kind::Double => Physical::DOUBLE,
        Kind::Text => Physical::BYTE_ARRAY,
        Kind::Flag => Physical::BOOLEAN,
    };
    let words = if kind == Kind::Text { ConvertedType::UTF8 } else { ConvertedType::NONE };
    let builder = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL).with_converted_type(words);
    builder.build().map(Arc::new)
}

/// Writes samples: `sample` (from 0), `time_s`, and a column a channel; a missing sample is null. Annotations and gaps are in the metadata.
///
/// # Errors
/// Where `out` or `frames` fails.
pub fn write(out: impl Write + Send, extract: &Extract, frames: &mut dyn Frames) -> io::Result<()> {
    let Extract { provenance, annotations, gaps } = extract;
    let mut about = provenance.json();
    if let Some(about) = about.as_object_mut() {
        let annotations = annotations.iter().map(|annotation| jsonl::of_annotation(annotation, provenance.rate));
        about.insert("annotations".to_owned(), annotations.collect());
        about.insert("gaps".to_owned(), gaps.iter().map(|gap| jsonl::of_gap(gap, provenance.rate)).collect());
    }
    let channels = provenance.layout.channels.len().max(1);
    let own = [("sample".to_owned(), Kind::Int), ("time_s".to_owned(), Kind::Double)];
    let name = |name: &str| if matches!(name, "sample" | "time_s") { format!("{name}_") } else { name.to_owned() };
    let named = provenance.layout.channels.iter().map(|channel| (name(&channel.name), Kind::Float));
    let columns: Vec<_> = own.into_iter().chain(named).collect();
    let mut table = TableWriter::new(out, &columns, (&provenance.program, &about));
    let (mut samples, mut at) = (Vec::new(), 0_u64);
    loop {
        frames.next(&mut samples)?;
        if samples.is_empty() {
            return table.finish().map(drop);
        }
        let rows = samples.len() / channels;
        let all_there = !samples.iter().any(|sample| sample.is_nan());
        for (position, column) in table.columns.iter_mut().enumerate() {
            match (&mut column.values, position.checked_sub(2)) {
                (Values::Float(values), Some(channel)) => {
                    let cells = || samples.iter().skip(channel).step_by(channels);
                    if all_there {
                        values.extend(cells());
                        column.there.extend(std::iter::repeat_n(1, rows));
                        continue;
                    }
                    values.extend(cells().filter(|sample| !sample.is_nan()));
                    column.there.extend(cells().map(|sample| i16::from(!sample.is_nan())));
                    continue;
                }
                (Values::Int(values), _) => values.extend((at..at + rows as u64).map(u64::cast_signed)),
                (Values::Double(values), _) => {
                    values.extend((at..at + rows as u64).map(|frame| provenance.rate.time_of(SampleIndex(frame)).0));
                }
                _ => {}
            }
            column.there.extend(std::iter::repeat_n(1, rows));
        }
        at += rows as u64;
        table.count(rows)?;
    }
}

fn other(error: ParquetError) -> io::Error {
    match error {
        // A full disk is told as such.
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}
