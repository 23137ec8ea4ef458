//! The files of one piece.

use std::io::BufWriter;

use anyhow::Context;

use super::piece::{Piece, base_name};
use super::{Export, Place, Reader, Telling, Watch, anonymous};
use crate::format::{EdfPlan, Extract, Provenance, csv, wav};
use crate::protocol::Target;
use crate::rhythm::{Rhythm, Settings};
use crate::store::{PROGRAM, Recording};

/// The files of samples of a piece, any of which may be made.
pub(super) fn names(piece: &Piece, to: Target) -> Vec<String> {
    let endings: &[&str] = match to {
        Target::Wav => &["wav"],
        Target::Csv => &["csv"],
        Target::Edf => &["edf", "bdf"],
    };
    endings.iter().map(|ending| format!("{}.{ending}", piece.name)).collect()
}

/// Makes the files of a piece: samples, annotations, provenance. Gives what is to be said of them.
pub(super) fn piece(
    (recording, piece): (&mut Recording, &Piece),
    export: &Export<'_>,
    (place, watch): (&mut Place, Watch<'_>),
) -> anyhow::Result<Vec<String>> {
    let extract = extract(recording, piece, export);
    let failed = format!("{}: cannot export to {}", recording.path().display(), export.out.display());
    let name = &names(piece, export.to)[0];
    let mut notes = Vec::new();
    match export.to {
        Target::Wav => {
            let mut out = BufWriter::new(place.file(name)?);
            let mut frames = Reader::new((recording, piece.span), 1, watch);
            wav::write(&mut out, &extract, &mut frames).context(failed.clone())?;
        }
        Target::Csv => {
            let mut frames = Reader::new((recording, piece.span), 1, watch);
            csv::write(place.file(name)?, &extract, &mut frames).context(failed.clone())?;
        }
        Target::Edf => {
            let mut frames = Reader::new((recording, piece.span), 2, watch);
            let plan = EdfPlan::new(&extract, &mut frames).context(failed.clone())?;
            let out = BufWriter::new(place.file(&format!("{}.{}", piece.name, plan.extension()))?);
            plan.write(out, &mut frames).context(failed.clone())?;
            notes.extend(plan.notes().iter().cloned());
        }
    }
    beside(piece, &extract, place).context(failed)?;
    Ok(notes)
}

/// What lies beside a file of samples: annotations and gaps as a table, and where it all comes from.
fn beside(piece: &Piece, extract: &Extract, place: &mut Place) -> anyhow::Result<()> {
    let Extract { provenance, annotations, gaps } = extract;
    csv::write_annotations(place.file(&format!("{}_annotations.csv", piece.name))?, provenance.rate, annotations, gaps)?;
    Ok(provenance.write(BufWriter::new(place.file(&format!("{}.json", piece.name))?))?)
}

fn extract(recording: &Recording, piece: &Piece, export: &Export<'_>) -> Extract {
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
    let offset = jiff::SignedDuration::try_from_secs_f64(rate.time_of(piece.span.start).0).unwrap_or_default();
    let origin = recording.origin();
    let began = about.map(|about| about.started).or_else(|| origin?.started.as_ref()?.parse().ok());
    let started = began.and_then(|began: jiff::Timestamp| began.checked_add(offset).ok());
    Provenance {
        program: PROGRAM.to_owned(),
        source: base_name(recording.path()),
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

/// The estimator's settings that were in force, as words.
fn settings(settings: &Settings) -> Vec<(String, String)> {
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
