//! The files of one piece.

use std::io::BufWriter;

use anyhow::Context;

use super::piece::{Piece, base_name};
use super::{Export, Place, Reader, Study, Telling, Watch, anonymous};
use crate::format::{EdfPlan, Extract, Provenance, audacity, bids, csv, jsonl, parquet, wav};
use crate::protocol::Target;
use crate::rhythm::{Rhythm, Settings};
use crate::signal::clean;
use crate::store::{PROGRAM, Recording};

/// In a study's layout the tables of samples are in this folder, and others in others.
const SAMPLES: &str = "samples";

/// What is written of a piece that does not lie beside it, without its ending; and in a study's layout, where.
pub(super) struct Named {
    /// The file of samples.
    pub(super) main: String,
    /// Of BIDS: what the names begin with, and the task in them.
    stem: String,
    task: String,
}

pub(super) fn named((recording, piece): (&Recording, &Piece), (export, what): (&Export<'_>, &str)) -> Named {
    let (telling, Study { subject, session, partition }) = (export.telling, export.study);
    let base = if telling == Telling::Anonymous { anonymous::BASE.to_owned() } else { base_name(recording.path()) };
    let code = |text: Option<&str>| text.map(bids::label).filter(|code| !code.is_empty());
    let subject = code(subject).unwrap_or_else(|| Some(bids::label(&base)).filter(|code| !code.is_empty()).unwrap_or("1".to_owned()));
    let session = code(session);
    let folder = if partition { format!("{what}/subject={subject}/session={}/", session.as_deref().unwrap_or("1")) } else { String::new() };
    let task = Some(bids::label(&piece.part)).filter(|task| !task.is_empty()).unwrap_or("recording".to_owned());
    let (ses, in_name) = session.map_or_else(Default::default, |code| (format!("ses-{code}/"), format!("ses-{code}_")));
    Named { main: format!("{folder}{}", piece.name), stem: format!("sub-{subject}/{ses}beh/sub-{subject}_{in_name}task-{task}"), task }
}

/// The files of samples of a piece, any of which may be made.
pub(super) fn names(piece: (&Recording, &Piece), export: &Export<'_>) -> Vec<String> {
    let Named { main, stem, .. } = named(piece, (export, SAMPLES));
    let endings: &[&str] = match export.to {
        Target::Wav => &["wav"],
        Target::Csv => &["csv"],
        Target::Edf => &["edf", "bdf"],
        Target::Audacity => &["txt"],
        Target::Jsonl => &["jsonl"],
        Target::Parquet => &["parquet"],
        Target::Bids => return [format!("{stem}_physio.tsv.gz"), format!("{stem}_events.tsv")].to_vec(),
    };
    endings.iter().map(|ending| format!("{main}.{ending}")).collect()
}

/// Makes the files of a piece: samples, annotations, provenance. Gives what is to be said of them.
pub(super) fn piece(
    (recording, piece): (&mut Recording, &Piece),
    export: &Export<'_>,
    (place, watch): (&mut Place, Watch<'_>),
) -> anyhow::Result<Vec<String>> {
    let extract = extract(recording, piece, export);
    let failed = format!("{}: cannot export to {}", recording.path().display(), export.out.display());
    let named = named((recording, piece), (export, SAMPLES));
    let passes = if export.to == Target::Edf { 2 } else { 1 };
    let mut frames = Reader::new((recording, piece.span), passes, watch);
    samples(&extract, (export, &named), (place, &mut frames)).context(failed)
}

fn samples(
    extract: &Extract,
    (export, Named { main, stem, task }): (&Export<'_>, &Named),
    (place, frames): (&mut Place, &mut Reader<'_>),
) -> anyhow::Result<Vec<String>> {
    let mut notes = Vec::new();
    let mut out = |ending: &str| place.file(&format!("{main}.{ending}")).map(BufWriter::new);
    match export.to {
        Target::Wav => wav::write(&mut out("wav")?, extract, frames)?,
        Target::Csv => csv::write(out("csv")?, extract, frames)?,
        Target::Edf => {
            let plan = EdfPlan::new(extract, frames)?;
            plan.write(out(plan.extension())?, frames)?;
            notes.extend_from_slice(plan.notes());
        }
        Target::Audacity => audacity::write(out("txt")?, extract)?,
        Target::Jsonl => {
            jsonl::write(out("jsonl")?, extract, frames)?;
            return Ok(notes);
        }
        Target::Parquet => parquet::write(out("parquet")?, extract, frames)?,
        Target::Bids => {
            dataset((extract, task), stem, (place, frames))?;
            return Ok(notes);
        }
    }
    // In a study's layout a folder holds tables of one kind.
    if !(export.to == Target::Parquet && export.study.partition) {
        beside(main, extract, place)?;
    }
    Ok(notes)
}

/// What lies beside a file of samples: annotations and gaps as a table, and where it all comes from.
fn beside(main: &str, extract: &Extract, place: &mut Place) -> anyhow::Result<()> {
    let Extract { provenance, annotations, gaps } = extract;
    csv::write_annotations(place.file(&format!("{main}_annotations.csv"))?, provenance.rate, annotations, gaps)?;
    Ok(provenance.write(BufWriter::new(place.file(&format!("{main}.json"))?))?)
}

/// One recording of a dataset, and what the dataset says of itself where it does not yet.
fn dataset((extract, task): (&Extract, &str), stem: &str, (place, frames): (&mut Place, &mut Reader<'_>)) -> anyhow::Result<()> {
    let mut out = |name: &str| place.file(&format!("{stem}_{name}")).map(BufWriter::new);
    bids::write_samples(out("physio.tsv.gz")?, extract, frames)?;
    bids::write_about(out("physio.json")?, (extract, task))?;
    bids::write_events(out("events.tsv")?, extract)?;
    bids::write_event_columns(out("events.json")?, extract)?;
    if !place.has(bids::DATASET) {
        bids::write_dataset(BufWriter::new(place.shared(bids::DATASET)?), extract)?;
    }
    if !place.has("README") {
        bids::write_readme(BufWriter::new(place.shared("README")?))?;
    }
    Ok(())
}

pub(super) fn extract(recording: &Recording, piece: &Piece, export: &Export<'_>) -> Extract {
    let (mut annotations, gaps) = (piece.annotations(recording), piece.gaps(recording));
    let mut provenance = provenance(recording, piece);
    if export.telling == Telling::Anonymous {
        provenance = anonymous::provenance(provenance);
        anonymous::annotations(&mut annotations);
    }
    Extract { provenance, annotations, gaps }
}

fn provenance(recording: &Recording, piece: &Piece) -> Provenance {
    let (rate, about) = (recording.rate(), recording.about());
    let origin = recording.origin();
    let started = recording.start().and_then(|start| start.after(rate.time_of(piece.span.start)));
    Provenance {
        program: PROGRAM.to_owned(),
        source: base_name(recording.path()),
        source_file: clean(&recording.path().file_name().unwrap_or_default().to_string_lossy()),
        started: started.map(|started| started.to_string()),
        span: piece.span,
        rate,
        layout: recording.layout().clone(),
        device: about.map(|about| about.device.clone()).or_else(|| Some(origin?.device.clone())).unwrap_or_default(),
        wire_format: about.map(|about| about.wire_format.clone()).or_else(|| Some(origin?.wire_format.clone())).unwrap_or_default(),
        simulated: recording.simulated(),
        settings: about.map(|about| settings(&about.settings)).or_else(|| Some(origin?.settings.clone())).unwrap_or_default(),
        damage: recording.damage().to_vec(),
    }
}

/// The estimator's settings, as words.
pub fn settings(settings: &Settings) -> Vec<(String, String)> {
    let rhythm = |rhythm: Rhythm| {
        let of = settings.of(rhythm);
        let looked_for = if of.enabled { "" } else { ", not looked for" };
        let told = format!("{} to {} /min in {} s{looked_for}", of.low_per_min, of.high_per_min, of.window.0);
        (rhythm.word().to_owned(), told)
    };
    let step = ("step".to_owned(), format!("{} s", settings.step.0));
    let threshold = ("present".to_owned(), format!("p below {}", settings.threshold));
    let derived = ("derived".to_owned(), if settings.derived { "yes" } else { "no" }.to_owned());
    [step, threshold, derived].into_iter().chain(Rhythm::ALL.map(rhythm)).collect()
}
