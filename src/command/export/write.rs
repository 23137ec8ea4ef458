//! Writing one piece, a block at a time.

use std::fs::File;
use std::io::{self, BufWriter};

use anyhow::Context;
use tempfile::NamedTempFile;

use super::piece::{Piece, base_name};
use super::{Export, Target, Telling, anonymous};
use crate::format::{Provenance, csv, wav};
use crate::signal::{Annotation, Gap, Kind, Span};
use crate::store::{PROGRAM, Recording};

/// Frames that are in memory at a time.
const BLOCK: u64 = 8192;

/// Writes the files of a piece under temporary names, in the order of their names.
pub(super) fn piece(recording: &mut Recording, piece: &Piece, export: &Export<'_>) -> anyhow::Result<[NamedTempFile; 3]> {
    let temporary = || {
        let builder = &mut tempfile::Builder::new();
        let file = builder.prefix(".stillpoint-").tempfile_in(export.out);
        file.with_context(|| format!("{}: cannot write into this folder; choose another with -o", export.out.display()))
    };
    let files = [temporary()?, temporary()?, temporary()?];
    let mut provenance = provenance(recording, piece, export);
    let (mut annotations, gaps) = (piece.annotations(recording), piece.gaps(recording));
    if export.telling == Telling::Anonymous {
        provenance = anonymous::provenance(provenance);
        anonymous::annotations(&mut annotations);
    }
    let mut write = || -> io::Result<()> {
        match export.to {
            Target::Wav => write_wav(recording, piece, files[0].as_file(), &surround(&provenance, &annotations, &gaps))?,
            Target::Csv => write_csv(recording, piece, files[0].as_file())?,
        }
        csv::write_annotations(files[1].as_file(), provenance.rate, &annotations, &gaps)?;
        provenance.write(BufWriter::new(files[2].as_file()))?;
        files.iter().try_for_each(|file| file.as_file().sync_all())
    };
    write().with_context(|| format!("{}: cannot export to {}", export.path.display(), export.out.display()))?;
    Ok(files)
}

fn write_wav(recording: &mut Recording, piece: &Piece, file: &File, surround: &wav::Surround) -> io::Result<()> {
    let channels = recording.layout().channels.len() as u16;
    let rate_hz = wav::Shape::whole_rate(recording.rate().hz(), channels);
    let shape = wav::Shape { channels, rate_hz, frames: piece.span.frames() };
    let mut rest = piece.span;
    wav::write(&mut BufWriter::new(file), shape, surround, |samples| next(recording, &mut rest, samples))
}

fn write_csv(recording: &mut Recording, piece: &Piece, file: &File) -> io::Result<()> {
    let rate = recording.rate();
    let mut writer = csv::SampleWriter::new(file, &recording.layout().channels, rate)?;
    let (mut rest, mut samples) = (piece.span, Vec::new());
    loop {
        next(recording, &mut rest, &mut samples)?;
        if samples.is_empty() {
            return writer.finish();
        }
        writer.write(&samples)?;
    }
}

/// Fills `samples` with the next block of `rest`; leaves it empty at the end.
fn next(recording: &mut Recording, rest: &mut Span, samples: &mut Vec<f32>) -> io::Result<()> {
    let frames = rest.frames().min(BLOCK) as usize;
    let read = recording.read(rest.start, frames, samples).map_err(io::Error::other)?;
    rest.start = rest.start + read as u64;
    Ok(())
}

fn surround(provenance: &Provenance, annotations: &[Annotation], gaps: &[Gap]) -> wav::Surround {
    let cue = |span: Span, label: String| wav::Cue { start: span.start.0 as u32, frames: span.frames() as u32, label };
    let label = |a: &Annotation| match (a.kind, a.label.as_str()) {
        (Kind::Segment | Kind::Note, label) if !label.is_empty() => label.to_owned(),
        (kind, "") => kind.word().to_owned(),
        (kind, label) => format!("{}: {label}", kind.word()),
    };
    let mut cues: Vec<wav::Cue> = annotations.iter().map(|a| cue(a.span(), label(a))).collect();
    cues.extend(gaps.iter().map(|gap| cue(gap.span, format!("gap: {}", gap.cause.word()))));
    cues.sort_by_key(|cue| cue.start);
    wav::Surround {
        cues,
        program: provenance.program.clone(),
        created: provenance.started.clone().unwrap_or_default(),
        comment: provenance.comment(),
    }
}

fn provenance(recording: &Recording, piece: &Piece, export: &Export<'_>) -> Provenance {
    let (rate, about) = (recording.rate(), recording.about());
    let offset = jiff::SignedDuration::try_from_secs_f64(rate.time_of(piece.span.start).0).unwrap_or_default();
    let started = about.and_then(|about| about.started.checked_add(offset).ok());
    Provenance {
        program: PROGRAM.to_owned(),
        source: base_name(export.path),
        started: started.map(|started| started.to_string()),
        span: piece.span,
        rate,
        layout: recording.layout().clone(),
        device: about.map(|about| about.device.clone()).unwrap_or_default(),
        wire_format: about.map(|about| about.wire_format.clone()).unwrap_or_default(),
        simulated: recording.simulated(),
        damage: recording.damage().to_vec(),
    }
}
