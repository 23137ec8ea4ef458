//! CSV that reads back to the bit and that no spreadsheet mistakes for formulas.

use std::io::{self, Write};

use super::{Extract, Frames};
use crate::signal::{Annotation, Channel, Gap, Kind, Rate, SampleIndex};

/// The columns of a table of annotations.
pub(super) const ANNOTATIONS: [&str; 6] = ["kind", "start_s", "end_s", "start_sample", "end_sample", "label"];

/// Writes the samples of a recording: a time in seconds and a column a channel.
pub struct SampleWriter<W: Write> {
    out: csv::Writer<W>,
    channels: usize,
    rate: Rate,
    at: SampleIndex,
    cell: String,
}

/// Writes all samples under one header line.
///
/// # Errors
/// Where `out` or `frames` fails.
pub fn write(out: impl Write, extract: &Extract, frames: &mut dyn Frames) -> io::Result<()> {
    let provenance = &extract.provenance;
    let mut writer = SampleWriter::new(out, &provenance.layout.channels, provenance.rate)?;
    let mut samples = Vec::new();
    loop {
        frames.next(&mut samples)?;
        if samples.is_empty() {
            return writer.finish();
        }
        writer.write(&samples)?;
    }
}

impl<W: Write> SampleWriter<W> {
    /// Writes the header line: `time_s,left [µm],…`.
    ///
    /// # Errors
    /// Where `out` fails.
    pub fn new(out: W, channels: &[Channel], rate: Rate) -> io::Result<Self> {
        let mut out = csv::Writer::from_writer(out);
        let names = channels.iter().map(|channel| match channel.unit.as_str() {
            "" => safe(&channel.name),
            unit => safe(&format!("{} [{unit}]", channel.name)),
        });
        out.write_record(std::iter::once("time_s".to_owned()).chain(names))?;
        Ok(Self { out, channels: channels.len().max(1), rate, at: SampleIndex(0), cell: String::new() })
    }

    /// Writes whole frames that follow those before. A missing sample is an empty field; every other one has as few
    /// digits as tell it from its neighbours.
    ///
    /// # Errors
    /// Where the output fails.
    pub fn write(&mut self, samples: &[f32]) -> io::Result<()> {
        for frame in samples.chunks_exact(self.channels) {
            self.field(format_args!("{:?}", self.rate.time_of(self.at).0))?;
            for sample in frame {
                if sample.is_nan() {
                    self.out.write_field("")?;
                } else {
                    self.field(format_args!("{sample:?}"))?;
                }
            }
            self.out.write_record(None::<&[u8]>)?;
            self.at = self.at + 1;
        }
        Ok(())
    }

    /// Puts everything through to the output.
    ///
    /// # Errors
    /// Where the output fails.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn field(&mut self, value: std::fmt::Arguments<'_>) -> io::Result<()> {
        use std::fmt::Write as _;
        self.cell.clear();
        self.cell.write_fmt(value).map_err(io::Error::other)?;
        Ok(self.out.write_field(&self.cell)?)
    }
}

/// Writes annotations and gaps, a line each: `kind,start_s,end_s,start_sample,end_sample,label`. An instant has no end;
/// a gap's label is its cause.
///
/// # Errors
/// Where `out` fails.
pub fn write_annotations(out: impl Write, rate: Rate, annotations: &[Annotation], gaps: &[Gap]) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(ANNOTATIONS)?;
    let mut row = |kind: &str, start: SampleIndex, end: Option<SampleIndex>, label: &str| {
        let seconds = |at| format!("{:?}", rate.time_of(at).0);
        let (end_s, end) = (end.map(seconds).unwrap_or_default(), end.map(|end| end.0.to_string()).unwrap_or_default());
        out.write_record([kind, &seconds(start), &end_s, &start.0.to_string(), &end, &safe(label)])
    };
    for a in annotations {
        let end = if matches!(a.kind, Kind::Segment | Kind::StillPoint) { a.end } else { None };
        row(a.kind.word(), a.start, end, &a.label)?;
    }
    for gap in gaps {
        let about = if gap.exact { "" } else { ", about" };
        row("gap", gap.span.start, Some(gap.span.end), &format!("{}{about}", gap.cause.word()))?;
    }
    out.flush()
}

/// Text that a spreadsheet takes for text: what could begin a formula stands behind an apostrophe.
pub fn safe(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// What [`safe`] was given.
pub fn plain(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text)
}

/// Whether a spreadsheet might take it for one, or its apostrophe for ours.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{AnnotationId, GapCause, Span};

    #[test]
    fn every_float_comes_back_to_the_bit_and_a_gap_is_empty() {
        let samples = [0.1, f32::NAN, -0.0, f32::MIN_POSITIVE, f32::MAX, 1e-45, 16_777_217.0, f32::INFINITY];
        let channels = [Channel::named("left", "µm"), Channel::named("=cmd", "")];
        let mut out = Vec::new();
        let mut writer = SampleWriter::new(&mut out, &channels, Rate::from_hz(100.0).unwrap()).unwrap();
        writer.write(&samples[..4]).unwrap();
        writer.write(&samples[4..]).unwrap();
        writer.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("time_s,left [µm],'=cmd\n0.0,0.1,\n0.01,-0.0,"), "{text}");
        let fields = text.lines().skip(1).flat_map(|line| line.split(',').skip(1));
        let back: Vec<f32> = fields.map(|field| if field.is_empty() { f32::NAN } else { field.parse().unwrap() }).collect();
        assert_eq!(back.iter().map(|x| x.to_bits()).collect::<Vec<_>>(), samples.map(f32::to_bits));
    }

    #[test]
    fn a_label_is_no_formula_and_stays_in_its_field() {
        let put =
            |label: &str, end| Annotation { id: AnnotationId(1), kind: Kind::Segment, start: SampleIndex(50), end, label: label.into() };
        let list = [put("=1+1", Some(SampleIndex(150))), put("a, \"b\"", None)];
        let gap = Gap { span: Span { start: SampleIndex(3), end: SampleIndex(4) }, cause: GapCause::Stalled, exact: false };
        let mut out = Vec::new();
        write_annotations(&mut out, Rate::from_hz(100.0).unwrap(), &list, &[gap]).unwrap();
        let expected = "kind,start_s,end_s,start_sample,end_sample,label\nsegment,0.5,1.5,50,150,'=1+1\nsegment,0.5,,50,,\"a, \"\"b\"\"\"\ngap,0.03,0.04,3,4,\"stalled, about\"\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
