//! `stillpoint export`: a recording or its segments as files of others, annotations and provenance beside them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::cli::{self, ExportFormat};
use crate::format::csv::{CsvWriter, defused};
use crate::format::wav::{Label, WavWriter};
use crate::settings;
use crate::signal::{Annotation, Kind, SampleIndex, Span};
use crate::store::{Recording, harmless};

/// Frames that are read at once.
const CHUNK: usize = 4096;

/// Writes what was asked for and returns the files.
///
/// # Errors
/// Where the recording cannot be read, there is no such segment, a file is there already or cannot be written.
pub fn run(args: &cli::Export) -> Result<Vec<PathBuf>> {
    let mut recording = Recording::open(&args.path, settings::rate(args.rate)?)?;
    for damage in recording.damage() {
        eprintln!("stillpoint: {}: {damage}", args.path.display());
    }
    let pieces = pieces(&recording, args)?;
    std::fs::create_dir_all(&args.output).with_context(|| format!("{}: cannot make the output folder", args.output.display()))?;
    let mut written = Vec::new();
    for piece in pieces {
        written.extend(export(&mut recording, &piece, args)?);
    }
    Ok(written)
}

/// A stretch and what its files are called.
struct Piece {
    span: Span,
    name: String,
}

fn pieces(recording: &Recording, args: &cli::Export) -> Result<Vec<Piece>> {
    let stem = args.path.canonicalize().unwrap_or_else(|_| args.path.clone());
    let stem = if recording.folder().is_some() { stem.file_name() } else { stem.file_stem() }.map(|name| harmless(&name.to_string_lossy()));
    let base = stem.filter(|name| !name.is_empty()).unwrap_or_else(|| "recording".into());
    let whole = whole(recording, args)?;
    if args.segment.is_empty() {
        return Ok(vec![Piece { span: whole, name: base }]);
    }
    let segments: Vec<&Annotation> = recording.annotations().iter().filter(|a| a.kind == Kind::Segment).collect();
    let mut pieces: Vec<Piece> = Vec::new();
    for wanted in &args.segment {
        let found = matching(&segments, wanted)?;
        for number in found {
            let segment = segments[number];
            let end = segment.end.unwrap_or(whole.end);
            let label = harmless(&segment.label);
            let name = if label.is_empty() { format!("{base}_segment-{}", number + 1) } else { format!("{base}_{label}-{}", number + 1) };
            let span = Span { start: segment.start.max(whole.start), end: end.min(whole.end) };
            if span.frames() == 0 {
                bail!("segment {} ({wanted}) holds no sample of the stretch asked for", number + 1);
            }
            if pieces.iter().all(|piece| piece.name != name) {
                pieces.push(Piece { span, name });
            }
        }
    }
    Ok(pieces)
}

/// The recording from `--from` to `--to-time`.
fn whole(recording: &Recording, args: &cli::Export) -> Result<Span> {
    let end = SampleIndex(recording.frames());
    let at = |text: &Option<String>, option: &'static str, default| match text {
        Some(text) => Ok::<_, anyhow::Error>(recording.rate().index_at(settings::time(text).context(option)?)),
        None => Ok(default),
    };
    let span = Span { start: at(&args.from, "--from", SampleIndex(0))?.min(end), end: at(&args.to_time, "--to-time", end)?.min(end) };
    if span.frames() == 0 {
        bail!("{}: nothing to export: the recording is {} long", args.path.display(), recording.rate().duration(recording.frames()));
    }
    Ok(span)
}

/// Positions of the segments of a label, or the one of a number.
fn matching(segments: &[&Annotation], wanted: &str) -> Result<Vec<usize>> {
    let labelled: Vec<usize> = segments.iter().enumerate().filter(|(_, s)| s.label == wanted).map(|(n, _)| n).collect();
    if !labelled.is_empty() {
        return Ok(labelled);
    }
    match wanted.parse::<usize>() {
        Ok(number) if (1..=segments.len()).contains(&number) => Ok(vec![number - 1]),
        _ if segments.is_empty() => bail!("no segment {wanted}: this recording has no segments"),
        _ => {
            let there: Vec<String> =
                segments.iter().enumerate().map(|(n, s)| format!("{} {}", n + 1, s.label).trim_end().to_owned()).collect();
            bail!("no segment {wanted}; there are: {}", there.join(", "))
        }
    }
}

fn export(recording: &mut Recording, piece: &Piece, args: &cli::Export) -> Result<Vec<PathBuf>> {
    let extension = match args.to {
        ExportFormat::Wav => "wav",
        ExportFormat::Csv => "csv",
    };
    let name = |end: &str| args.output.join(format!("{}{end}", piece.name));
    let (main, list, sidecar) = (name(&format!(".{extension}")), name("_annotations.csv"), name(".json"));
    for path in [&main, &list, &sidecar] {
        if path.exists() && !args.force {
            // The annotations and the sidecar of the same stretch in another format are the same files.
            if path == &main || !name(".wav").exists() && !name(".csv").exists() {
                bail!("{}: is there already; --force writes over it", path.display());
            }
        }
    }
    let inside = inside(recording, piece.span);
    replace(&main, |file| match args.to {
        ExportFormat::Wav => wav(recording, piece.span, &inside, file),
        ExportFormat::Csv => csv(recording, piece.span, file),
    })?;
    replace(&list, |file| annotations(recording, piece.span, &inside, file))?;
    replace(&sidecar, |file| Ok(serde_json::to_writer_pretty(file, &provenance(recording, piece.span))?))?;
    Ok(vec![main, list, sidecar])
}

/// Writes to a temporary name; the file is there when it is whole, or not at all.
fn replace(path: &Path, write: impl FnOnce(&mut BufWriter<&mut File>) -> Result<()>) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let attempt = || -> Result<()> {
        let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
        let mut out = BufWriter::new(temporary.as_file_mut());
        write(&mut out)?;
        out.flush()?;
        drop(out);
        temporary.persist(path)?;
        Ok(())
    };
    attempt().with_context(|| format!("{}: cannot write it", path.display()))
}

/// The annotations that touch a stretch, cut to it and told from its start.
fn inside(recording: &Recording, span: Span) -> Vec<Annotation> {
    let cut = |annotation: &Annotation| {
        let start = annotation.start.max(span.start);
        let end = annotation.end.or((annotation.kind == Kind::Segment).then_some(span.end)).map(|end| end.min(span.end));
        let touches = start < span.end && annotation.start >= span.start || end.is_some_and(|end| end > span.start && start < span.end);
        let own = |index: SampleIndex| SampleIndex(index - span.start);
        touches.then(|| Annotation { start: own(start), end: end.map(own), ..annotation.clone() })
    };
    recording.annotations().iter().filter_map(cut).collect()
}

fn wav(recording: &mut Recording, span: Span, inside: &[Annotation], file: &mut BufWriter<&mut File>) -> Result<()> {
    let channels = u16::try_from(recording.layout().channels.len()).context("too many channels for a WAV")?;
    let mut writer = WavWriter::new(file, channels, recording.rate().hz().round().max(1.0) as u32)?;
    each(recording, span, |_, samples| Ok(writer.append(samples)?))?;
    let label = |a: &Annotation| Label {
        start: a.start.0,
        frames: a.span().frames(),
        text: if a.label.is_empty() { a.kind.word().into() } else { a.label.clone() },
    };
    let labels: Vec<Label> = inside.iter().map(label).collect();
    let mut info = vec![(*b"ISFT", concat!("stillpoint ", env!("CARGO_PKG_VERSION")).to_owned())];
    if let Some(about) = recording.about() {
        info.push((*b"ICRD", about.started.to_string()));
    }
    info.push((*b"ICMT", provenance(recording, span).to_string()));
    writer.finish(&labels, &info)?;
    Ok(())
}

fn csv(recording: &mut Recording, span: Span, file: &mut BufWriter<&mut File>) -> Result<()> {
    let (channels, rate) = (recording.layout().channels.clone(), recording.rate());
    let mut writer = CsvWriter::new(file, &channels)?;
    each(recording, span, |start, samples| {
        for (frame, n) in samples.chunks_exact(channels.len()).zip(0_u64..) {
            writer.frame(rate.duration(start - span.start + n).0, frame)?;
        }
        Ok(())
    })?;
    Ok(writer.finish()?)
}

/// Hands over a stretch chunk by chunk.
fn each(recording: &mut Recording, span: Span, mut take: impl FnMut(SampleIndex, &[f32]) -> Result<()>) -> Result<()> {
    let mut samples = Vec::new();
    let mut at = span.start;
    while at < span.end {
        let got = recording.read(at, CHUNK.min((span.end - at) as usize), &mut samples)?;
        if got == 0 {
            bail!("{}: the samples end at {} of {}", recording.path().display(), at.0, span.end.0);
        }
        take(at, &samples)?;
        at = at + got as u64;
    }
    Ok(())
}

fn annotations(recording: &Recording, span: Span, inside: &[Annotation], file: &mut BufWriter<&mut File>) -> Result<()> {
    let rate = recording.rate();
    let mut out = csv::Writer::from_writer(file);
    out.write_record(["kind", "start_s", "end_s", "start_sample", "end_sample", "label"])?;
    let mut row = |kind: &str, start: SampleIndex, end: Option<SampleIndex>, label: &str| {
        let time = |index: SampleIndex| format!("{:.6}", rate.time_of(index).0);
        let end_time = end.map(time).unwrap_or_default();
        let end = end.map(|end| end.0.to_string()).unwrap_or_default();
        out.write_record([kind, &time(start), &end_time, &start.0.to_string(), &end, &defused(label)])
    };
    for a in inside {
        row(a.kind.word(), a.start, a.end, &a.label)?;
    }
    for gap in recording.gaps().iter().filter(|gap| gap.span.overlaps(span)) {
        let own = |index: SampleIndex| SampleIndex(index.max(span.start).min(span.end) - span.start);
        row("gap", own(gap.span.start), Some(own(gap.span.end)), gap.cause.word())?;
    }
    out.flush()?;
    Ok(())
}

/// Where the samples come from, for whoever opens the file in ten years.
fn provenance(recording: &Recording, span: Span) -> serde_json::Value {
    let about = recording.about();
    let name = recording.path().file_name().map(|name| name.to_string_lossy().into_owned());
    json!({
        "program": concat!("stillpoint ", env!("CARGO_PKG_VERSION")),
        "source": name,
        "first_sample": span.start.0,
        "end_sample": span.end.0,
        "rate_hz": recording.rate().hz(),
        "started": about.map(|about| about.started.to_string()),
        "device": about.map(|about| about.device.clone()),
        "simulated": recording.simulated(),
        "channels": recording.layout().channels.iter().map(|c| json!({
            "name": c.name, "unit": c.unit, "role": c.role.word(), "side": c.side.word(),
        })).collect::<Vec<_>>(),
        "missing": "NaN in WAV, empty in CSV",
    })
}
