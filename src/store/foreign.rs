//! Opening files of others. What a file is, its first bytes say; where they do not, its name.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::parts::{self, Part, Parts};
use super::recording::header_rate;
use super::samples::Samples;
use super::{Recording, RecordingKind, Start, StoreError, regular};
use crate::format::edf::is_edf;
use crate::format::{Contents, Edf, EdfError, Extent, Known, Origin, Sidecar, Table, TableError, Wfdb, table::Writer, wav::Surround};
use crate::signal::{Annotations, Channel, Layout, Past, Rate};

/// A longer file beside a table is not its description.
const LONGEST_SIDECAR: u64 = 1 << 20;

/// A longer text is no header of a record.
const LONGEST_HEADER: u64 = 1 << 20;

/// Opens a WAV, EDF or BDF file, a WFDB record (by its header, or by a file of samples with a header beside it), or a table.
pub(super) fn open(path: &Path, rate: Option<Rate>) -> Result<Recording, StoreError> {
    let mut file = regular::file(path).map_err(StoreError::io(path, "open the file"))?;
    let mut start = Vec::new();
    file.by_ref().take(256).read_to_end(&mut start).map_err(StoreError::io(path, "read the file"))?;
    match kind(path, &start) {
        RecordingKind::Wav => open_wav(path, rate),
        RecordingKind::Edf | RecordingKind::Bdf => open_edf(path, file, rate),
        RecordingKind::Wfdb => open_wfdb(&wfdb_header(path).unwrap_or(path.to_owned()), rate),
        _ => open_table(path, file, rate),
    }
}

/// What a file is: its first bytes say, or else its name. What nothing is said of is taken for a table.
pub(super) fn kind(path: &Path, start: &[u8]) -> RecordingKind {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let named = |names: &[&str]| extension.as_deref().is_some_and(|extension| names.contains(&extension));
    let is_wav = [b"RIFF", b"RF64", b"riff"].iter().any(|id| start.starts_with(*id));
    if is_wav || (!is_edf(start) && named(&["wav", "wave", "w64"])) {
        RecordingKind::Wav
    } else if is_edf(start) || named(&["edf", "bdf", "rec"]) {
        RecordingKind::Edf
    } else if wfdb_header(path).is_some() {
        RecordingKind::Wfdb
    } else {
        RecordingKind::Table
    }
}

/// The header of a WFDB record, where the file is one or has one beside it.
fn wfdb_header(path: &Path) -> Option<PathBuf> {
    let ends = |ending: &str| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending));
    if ends("hea") {
        return Some(path.to_owned());
    }
    let samples = ends("dat");
    Some(path.with_extension("hea")).filter(|header| samples && header.is_file())
}

fn open_wfdb(path: &Path, rate: Option<Rate>) -> Result<Recording, StoreError> {
    let mut text = Vec::new();
    let file = regular::file(path).map_err(StoreError::io(path, "open the header"))?;
    file.take(LONGEST_HEADER).read_to_end(&mut text).map_err(StoreError::io(path, "read the header"))?;
    let record = Wfdb::open(&String::from_utf8_lossy(&text), rate, |name| regular::file(&path.with_file_name(name)))
        .map_err(|source| StoreError::Wfdb { path: path.to_owned(), source })?;
    Ok(recording(path, RecordingKind::Wfdb, record.contents().clone(), Samples::Wfdb(Box::new(record))))
}

fn open_wav(path: &Path, rate: Option<Rate>) -> Result<Recording, StoreError> {
    let (mut file, header) = parts::open(path, Extent::Header)?;
    let surround = Surround::read(&mut file, &header).map_err(StoreError::io(path, "read the labels"))?;
    let nominal = header_rate(path, header.rate_hz, rate)?;
    let channels = header.channels;
    let mut contents = Contents {
        layout: Layout { channels: (0..channels).map(Channel::unnamed).collect(), nominal },
        frames: header.frames,
        started: None,
        annotations: Annotations::default(),
        gaps: Vec::new(),
        damage: header.damage.clone(),
    };
    surround.tell(&mut contents);
    let parts = Parts::new(vec![Part { path: path.to_owned(), file, header, first: 0 }], channels);
    let mut recording = recording(path, RecordingKind::Wav, contents, Samples::Parts(parts));
    recording.origin = surround.provenance.as_deref().and_then(Origin::parse);
    Ok(recording)
}

fn open_edf(path: &Path, file: File, rate: Option<Rate>) -> Result<Recording, StoreError> {
    let edf = Edf::open(file, rate).map_err(|source| match source {
        EdfError::Io(source) => StoreError::Io { path: path.to_owned(), attempted: "read the file", source },
        source => StoreError::Edf { path: path.to_owned(), source },
    })?;
    let kind = if edf.is_bdf() { RecordingKind::Bdf } else { RecordingKind::Edf };
    Ok(recording(path, kind, edf.contents().clone(), Samples::Edf(Box::new(edf))))
}

fn open_table(path: &Path, file: File, rate: Option<Rate>) -> Result<Recording, StoreError> {
    let table = Table::read(file, &Known { rate, sidecar: sidecar(path) }).map_err(|source| match source {
        TableError::Io(source) => StoreError::Io { path: path.to_owned(), attempted: "read the file", source },
        source => StoreError::Table { path: path.to_owned(), source },
    })?;
    let kind = match table.writer() {
        Writer::Any => RecordingKind::Table,
        Writer::OpenBci => RecordingKind::OpenBci,
        Writer::LabChart => RecordingKind::LabChart,
        Writer::AcqKnowledge => RecordingKind::AcqKnowledge,
    };
    Ok(recording(path, kind, table.contents().clone(), Samples::Table(Arc::new(table))))
}

/// What the JSON file of the same name says; nothing where there is none.
fn sidecar(path: &Path) -> Sidecar {
    let packed = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let beside = if packed { path.with_extension("").with_extension("json") } else { path.with_extension("json") };
    if beside == path {
        return Sidecar::default();
    }
    regular::text(&beside, LONGEST_SIDECAR).map(|text| Sidecar::parse(&text)).unwrap_or_default()
}

fn recording(path: &Path, kind: RecordingKind, contents: Contents, samples: Samples) -> Recording {
    let Contents { layout, annotations, gaps, damage, started, .. } = contents;
    Recording {
        path: path.to_owned(),
        kind,
        layout,
        about: None,
        start: started.as_deref().and_then(Start::parse),
        samples,
        annotations,
        past: Past::default(),
        beside: None,
        elsewhere: None,
        unseen: Vec::new(),
        gaps,
        clocks: Vec::new(),
        faults: 0,
        damage,
        in_progress: false,
        origin: None,
    }
}
