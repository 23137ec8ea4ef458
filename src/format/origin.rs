//! What lies beside a file that this program exported, read back: the JSON that tells where it comes from, and the table of annotations.

use serde_json::Value;

use super::csv::plain;
use crate::signal::{Annotation, AnnotationId, Channel, Gap, GapCause, Kind, Rate, Role, SampleIndex, Side, Span, clean};

/// Annotations beyond this are not taken.
const MOST_ANNOTATIONS: usize = 100_000;

/// What an export tells of its samples, where it is one of ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// Names, units, roles and sides as they were.
    pub channels: Vec<Channel>,
    /// How many frames there should be.
    pub frames: u64,
    /// The true rate.
    pub rate: Rate,
    /// The rate that the analysis is laid out on.
    pub nominal: Rate,
    /// UTC of the first frame.
    pub started: Option<String>,
    /// What was recorded from.
    pub device: String,
    /// How the device wrote.
    pub wire_format: String,
    /// Whether no sensor was behind it.
    pub simulated: bool,
    /// The settings that were in force.
    pub settings: Vec<(String, String)>,
}

impl Origin {
    /// From the JSON beside a file; `None` where this program did not write it.
    #[expect(clippy::indexing_slicing, reason = "a key that a JSON value does not have reads as null")]
    pub fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        value["program"].as_str().filter(|program| program.starts_with("stillpoint "))?;
        let word = |value: &Value| clean(value.as_str().unwrap_or_default());
        let channel = |value: &Value| {
            let side = [Side::Left, Side::Right].into_iter().find(|side| value["side"] == side.word()).unwrap_or_default();
            let role = Role::from_word(value["role"].as_str().unwrap_or_default()).unwrap_or_default();
            Channel { name: word(&value["name"]), unit: word(&value["unit"]), role, side }
        };
        let settings = value["settings"].as_object().into_iter().flatten().take(64);
        Some(Self {
            channels: value["channels"].as_array()?.iter().map(channel).collect(),
            frames: value["frames"].as_u64()?,
            rate: Rate::from_hz(value["rate_hz"].as_f64()?)?,
            nominal: Rate::from_hz(value["nominal_hz"].as_f64()?)?,
            started: value["start"].as_str().map(clean),
            device: word(&value["device"]),
            wire_format: word(&value["wire_format"]),
            simulated: value["simulated"].as_bool().unwrap_or(false),
            settings: settings.map(|(name, value)| (clean(name), word(value))).collect(),
        })
    }
}

/// The name of the file or folder that an export was made from, of the JSON beside it; `None` where this program did not write it or left it out.
#[expect(clippy::indexing_slicing, reason = "a key that a JSON value does not have reads as null")]
pub fn source_file(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    value["program"].as_str().filter(|program| program.starts_with("stillpoint "))?;
    value["source_file"].as_str().map(clean)
}

/// The annotations and gaps of a table that [`super::csv::write_annotations`] wrote, no frame beyond `frames`; `None` where it is another table.
pub fn annotations(text: &str, frames: u64) -> Option<(Vec<Annotation>, Vec<Gap>)> {
    let mut table = csv::Reader::from_reader(text.as_bytes());
    if table.headers().ok()?.iter().ne(super::csv::ANNOTATIONS) {
        return None;
    }
    let (mut annotations, mut gaps) = (Vec::new(), Vec::new());
    for row in table.records().flatten().take(MOST_ANNOTATIONS) {
        let [kind, _, _, start, end, label]: [&str; 6] = row.iter().collect::<Vec<_>>().try_into().ok()?;
        let at = |text: &str| text.parse().ok().filter(|at| *at <= frames).map(SampleIndex);
        let (Some(start), end) = (at(start), at(end)) else { continue };
        let end = end.filter(|end| *end >= start);
        if let Some(kind) = Kind::from_word(kind) {
            let id = AnnotationId(annotations.len() as u64);
            annotations.push(Annotation { id, kind, start, end, label: clean(plain(label)) });
        } else if let (Some(end), Some((cause, exact))) = (end, cause(label)) {
            gaps.push(Gap { span: Span { start, end }, cause, exact });
        }
    }
    Some((annotations, gaps))
}

fn cause(label: &str) -> Option<(GapCause, bool)> {
    let (word, exact) = label.strip_suffix(", about").map_or((label, true), |word| (word, false));
    GapCause::from_word(word).map(|cause| (cause, exact))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_program_wrote_is_not_believed() {
        for text in ["", "[]", r#"{"SamplingFrequency": 50}"#, r#"{"program": "other 1.0", "channels": [], "frames": 1}"#] {
            assert_eq!(Origin::parse(text), None, "{text}");
        }
        assert_eq!(annotations("a,b\n1,2\n", 10), None);
    }

    #[test]
    fn a_table_that_lies_puts_nothing_outside_of_the_samples() {
        let text = "kind,start_s,end_s,start_sample,end_sample,label\nmark,0,,99,,x\nsegment,0,0,5,99,\x1b[2J'=1\ngap,0,0,5,2,disk\nodd,0,0,1,2,x\n";
        let (annotations, gaps) = annotations(text, 10).unwrap();
        assert_eq!((annotations.len(), gaps.len()), (1, 0));
        assert_eq!((annotations[0].start.0, annotations[0].end, annotations[0].label.as_str()), (5, None, "[2J'=1"));
    }
}
