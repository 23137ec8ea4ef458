//! What stands around the samples of a WAV file, read back: cue points with their labels and lengths, when it began, and in a file of ours where the
//! samples come from. Labels after Microsoft's "Multimedia Programming Interface and Data Specifications 1.0"; the start of a broadcast file after
//! EBU Tech 3285.

use std::collections::HashMap;
use std::io::{self, Read, Seek};

use super::read::{Chunk, Walk};
use super::{PROVENANCE, WavHeader};
use crate::format::contents::Contents;
use crate::format::{moment, wording};
use crate::signal::{Annotation, AnnotationId, Edit, Gap, Rate, SampleIndex, Span, clean};

/// Cues beyond this are not taken.
const MOST_CUES: usize = 100_000;
/// Longer lists of labels are not read to their end.
const LONGEST_LIST: u64 = 16 << 20;
/// A broadcast extension as far as its clock of samples.
const BEXT: u64 = 346;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surround {
    cues: Vec<(u32, u64)>,
    labels: HashMap<u32, String>,
    lengths: HashMap<u32, u64>,
    program: String,
    created: Option<String>,
    broadcast: Option<String>,
    /// The JSON of where the samples come from, in a file of ours.
    pub provenance: Option<String>,
}

impl Surround {
    /// Goes through all chunks of a file whose header is known. The samples are not read, and of what the sizes claim no more than is there.
    ///
    /// # Errors
    /// Where `input` fails.
    pub fn read(input: &mut (impl Read + Seek), header: &WavHeader) -> io::Result<Self> {
        let mut found = Self::default();
        let mut bodies = Vec::new();
        // A chunk that is cut short is the end.
        let ended = Walk::all(input, |chunk| bodies.push(chunk));
        if let Err(super::WavError::Io(error)) = ended {
            return Err(error);
        }
        for Chunk { name, body, size, .. } in bodies {
            let mut bytes = |most: u64| -> io::Result<Vec<u8>> {
                let mut bytes = Vec::new();
                input.seek(io::SeekFrom::Start(body))?;
                input.by_ref().take(size.min(most)).read_to_end(&mut bytes)?;
                Ok(bytes)
            };
            match &name {
                b"cue " => found.take_cues(&bytes(4 + 24 * MOST_CUES as u64)?),
                b"LIST" => found.take_list(&bytes(LONGEST_LIST)?),
                b"bext" => found.broadcast = broadcast(&bytes(BEXT)?, header.rate_hz),
                PROVENANCE => found.provenance = String::from_utf8(bytes(LONGEST_LIST)?).ok(),
                _ => {}
            }
        }
        Ok(found)
    }

    /// Puts cues as annotations and gaps, and the start, to what is known of the file.
    pub fn tell(&self, contents: &mut Contents) {
        let ours = self.program.starts_with("stillpoint ");
        let frames = contents.frames;
        let (mut moved, mut edits) = (0_u64, Vec::new());
        for (id, at) in &self.cues {
            moved += u64::from(*at > frames);
            let start = SampleIndex((*at).min(frames));
            let end = self.lengths.get(id).map(|length| SampleIndex(at.saturating_add(*length).clamp(start.0, frames)));
            let text = self.labels.get(id).map_or("", String::as_str);
            if let (true, Some(end), Some((cause, exact))) = (ours, end, wording::gap(text)) {
                contents.gaps.push(Gap { span: Span { start, end }, cause, exact });
                continue;
            }
            let (kind, label) = wording::read(text, end.is_some());
            edits.push(Edit::Put(Annotation { id: AnnotationId(edits.len() as u64), kind, start, end, label }));
        }
        contents.gaps.retain(|gap| gap.span.frames() > 0);
        contents.gaps.sort_by_key(|gap| gap.span.start);
        contents.annotations = edits.into_iter().collect();
        contents.started = self.created.clone().or_else(|| self.broadcast.clone());
        if moved > 0 {
            let lie = if moved == 1 { "lies" } else { "lie" };
            contents.damage.push(format!("{moved} of its cues {lie} after the samples; moved to where these end"));
        }
        if self.cues.len() == MOST_CUES {
            contents.damage.push(format!("of its cues the first {MOST_CUES} are taken"));
        }
    }

    fn take_cues(&mut self, bytes: &[u8]) {
        let points = bytes.get(4..).unwrap_or_default().as_chunks::<24>().0;
        let told = word(bytes, 0).unwrap_or(0) as usize;
        for point in points.iter().take(told.min(MOST_CUES)) {
            // The place in the play order stands in for that in the samples, where a program fills in the one alone.
            let place = [20, 4].into_iter().filter_map(|at| word(point, at)).find(|place| *place > 0).unwrap_or(0);
            self.cues.push((word(point, 0).unwrap_or(0), u64::from(place)));
        }
    }

    fn take_list(&mut self, bytes: &[u8]) {
        let kind = bytes.get(..4).unwrap_or_default();
        let mut at = 4;
        while let (Some(name), Some(size)) = (bytes.get(at..at + 4), word(bytes, at + 4)) {
            let body = bytes.get(at + 8..).unwrap_or_default();
            let body = body.get(..size as usize).unwrap_or(body);
            match (kind, name) {
                (b"adtl", b"labl") => self.label(body, 4),
                (b"adtl", b"note") if !word(body, 0).is_some_and(|id| self.labels.contains_key(&id)) => self.label(body, 4),
                (b"adtl", b"ltxt") => self.take_length(body),
                (b"INFO", b"ISFT") => self.program = text(body),
                (b"INFO", b"ICRD") => self.created = created(&text(body)),
                _ => {}
            }
            at = at.saturating_add(8).saturating_add(size as usize + size as usize % 2);
        }
    }

    fn take_length(&mut self, body: &[u8]) {
        let (Some(id), Some(length)) = (word(body, 0), word(body, 4)) else { return };
        if self.lengths.len() < MOST_CUES {
            self.lengths.insert(id, u64::from(length));
        }
        if !self.labels.contains_key(&id) && body.len() > 20 {
            self.label(body, 20);
        }
    }

    /// The text that stands so many bytes after the cue's number.
    fn label(&mut self, body: &[u8], from: usize) {
        let text = text(body.get(from..).unwrap_or_default());
        if let Some(id) = word(body, 0).filter(|_| !text.is_empty() && self.labels.len() < MOST_CUES) {
            self.labels.insert(id, text);
        }
    }
}

/// Little-endian, 32 bits.
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|word| u32::from_le_bytes(*word))
}

/// Up to the zero that ends it; what is no UTF-8 is taken for Latin-1.
fn text(bytes: &[u8]) -> String {
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let latin = || bytes.iter().copied().map(char::from).collect::<String>();
    clean(&std::str::from_utf8(bytes).map_or_else(|_| latin(), str::to_owned))
}

/// A day with a time; a day alone, as most programs write it, is no start.
fn created(text: &str) -> Option<String> {
    (text.len() >= 19 && text.as_bytes().get(10).is_some_and(|byte| matches!(byte, b'T' | b' '))).then(|| text.replacen(' ', "T", 1))
}

/// `yyyy-mm-dd` and `hh:mm:ss` by the clock on the wall, and samples since midnight, which tell the part of a second.
fn broadcast(bytes: &[u8], rate_hz: u32) -> Option<String> {
    let numbers = |from: usize, to: usize| -> Option<[i64; 3]> {
        let text = std::str::from_utf8(bytes.get(from..to)?).ok()?;
        let parts: Vec<i64> = text.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().ok()).collect::<Option<_>>()?;
        parts.try_into().ok()
    };
    let ([year, month, day], [hour, minute, second]) = (numbers(320, 330)?, numbers(330, 338)?);
    if !((1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 60) {
        return None;
    }
    let told = (hour * 3600 + minute * 60 + second) as f64;
    let samples = word(bytes, 342).zip(word(bytes, 338)).map(|(high, low)| f64::from(high) * 4_294_967_296.0 + f64::from(low));
    let counted = samples.zip(Rate::from_hz(f64::from(rate_hz))).map(|(samples, rate)| samples / rate.hz());
    let within = counted.filter(|counted| (told..told + 1.0).contains(counted)).unwrap_or(told);
    moment::text(moment::days(year, month, day) as f64 * 86_400.0 + within)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{Annotations, Kind, Layout};

    fn told(found: &Surround, frames: u64) -> Contents {
        let layout = Layout { channels: Vec::new(), nominal: Rate::from_hz(100.0).unwrap() };
        let mut contents =
            Contents { layout, frames, started: None, annotations: Annotations::default(), gaps: Vec::new(), damage: Vec::new() };
        found.tell(&mut contents);
        contents
    }

    fn point(id: u32, place: u32) -> Vec<u8> {
        let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
        [words(&[id, place]), b"data".to_vec(), words(&[0, 0, place])].concat()
    }

    #[test]
    fn cues_of_another_program_are_notes_and_segments_wherever_its_labels_stand() {
        let mut found = Surround::default();
        found.take_cues(&[2_u32.to_le_bytes().to_vec(), point(7, 10), point(3, 2000)].concat());
        found.take_list(
            b"adtlnote\x08\0\0\0\x07\0\0\0Kn\xf6\0labl\x07\0\0\0\x03\0\0\0hi\0\0ltxt\x14\0\0\0\x07\0\0\0\x05\0\0\0rgn \0\0\0\0\0\0\0\0",
        );
        let contents = told(&found, 1000);
        let list: Vec<_> = contents.annotations.iter().map(|a| (a.start.0, a.end.map(|end| end.0), a.kind, a.label.as_str())).collect();
        assert_eq!(list, [(10, Some(15), Kind::Segment, "Knö"), (1000, None, Kind::Note, "hi")]);
        assert_eq!(contents.damage, ["1 of its cues lies after the samples; moved to where these end"]);
    }

    #[test]
    fn lists_that_lie_about_their_lengths_are_read_as_far_as_they_go() {
        let mut found = Surround::default();
        found.take_cues(&[u32::MAX.to_le_bytes().to_vec(), point(1, 4)].concat());
        found.take_list(b"adtllabl\xff\xff\xff\xff\x01\0\0\0to the end");
        found.take_list(b"adtlltxt\x02\0\0\0\x01\0");
        found.take_list(b"INFO");
        found.take_list(b"");
        found.take_cues(b"\x01");
        assert_eq!(told(&found, 10).annotations.iter().map(|a| a.label.clone()).collect::<Vec<_>>(), ["to the end"]);
    }

    #[test]
    fn the_start_of_a_broadcast_file_is_told_to_the_sample() {
        let mut bytes = vec![0; 346];
        bytes[320..338].copy_from_slice(b"2026-11-2310:15:00");
        assert_eq!(broadcast(&bytes, 100).as_deref(), Some("2026-11-23T10:15:00"));
        bytes[338..342].copy_from_slice(&3_690_025_u32.to_le_bytes());
        assert_eq!(broadcast(&bytes, 100).as_deref(), Some("2026-11-23T10:15:00.25"));
        assert_eq!(broadcast(&bytes, 0).as_deref(), Some("2026-11-23T10:15:00"));
        bytes[325..327].copy_from_slice(b"13");
        assert_eq!((broadcast(&bytes, 100), broadcast(&bytes[..340], 100), broadcast(b"", 100)), (None, None, None));
        assert_eq!(created("2026-11-23T10:15:00.25Z").as_deref(), Some("2026-11-23T10:15:00.25Z"));
        assert_eq!(created("2026-11-23"), None);
    }
}
