//! Annotations and gaps where a format has room for one text only: the text tells the kind where it is not told by itself, and is read back as it was.

use crate::signal::{Annotation, Gap, GapCause, Kind, clean};

/// What an annotation says: `hold 1` of a segment or a note, `tap`, `mark: left`.
pub fn of(annotation: &Annotation) -> String {
    let Annotation { kind, label, end, .. } = annotation;
    // A stretch is taken for a segment and an instant for a note, where nothing else is said.
    let plain = matches!((kind, end), (Kind::Segment, Some(_)) | (Kind::Note, None));
    match label.as_str() {
        "" => kind.word().to_owned(),
        label if plain && kind_of(label).is_none() && gap(label).is_none() => label.to_owned(),
        label => format!("{}: {label}", kind.word()),
    }
}

/// What a gap says: `gap: unplugged`, `gap: stalled, about`.
pub fn of_gap(gap: &Gap) -> String {
    let about = if gap.exact { "" } else { ", about" };
    format!("gap: {}{about}", gap.cause.word())
}

/// The kind and the label of a text at an instant, or (`stretch`) along a stretch.
pub fn read(text: &str, stretch: bool) -> (Kind, String) {
    let text = clean(text);
    let plain = if stretch { Kind::Segment } else { Kind::Note };
    kind_of(&text).map_or((plain, text.clone()), |(kind, label)| (kind, label.to_owned()))
}

/// The cause of a gap, and whether its length is exact, where the text is that of a gap.
pub fn gap(text: &str) -> Option<(GapCause, bool)> {
    let cause = text.strip_prefix("gap: ")?;
    let (cause, exact) = cause.strip_suffix(", about").map_or((cause, true), |cause| (cause, false));
    GapCause::from_word(cause).map(|cause| (cause, exact))
}

fn kind_of(text: &str) -> Option<(Kind, &str)> {
    let (word, label) = text.split_once(": ").unwrap_or((text, ""));
    Kind::from_word(word).map(|kind| (kind, label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{AnnotationId, SampleIndex, Span};

    #[test]
    fn every_annotation_is_read_back_as_it_was_whatever_it_says() {
        for label in ["", "hold 1", "tap", "note: x", "gap: unplugged", "mark: tap: a", "segment"] {
            for (kind, end) in
                [(Kind::Mark, None), (Kind::Segment, Some(9)), (Kind::Tap, None), (Kind::StillPoint, Some(9)), (Kind::Note, None)]
            {
                let end = end.map(SampleIndex);
                let one = Annotation { id: AnnotationId(0), kind, start: SampleIndex(3), end, label: label.into() };
                assert_eq!(read(&of(&one), end.is_some()), (kind, label.to_owned()), "{}", of(&one));
                assert_eq!(gap(&of(&one)), None, "{}", of(&one));
            }
        }
    }

    #[test]
    fn a_gap_is_read_back_with_its_cause() {
        for (cause, exact) in [(GapCause::Unplugged, true), (GapCause::Stalled, false)] {
            let one = Gap { span: Span { start: SampleIndex(0), end: SampleIndex(1) }, cause, exact };
            assert_eq!(gap(&of_gap(&one)), Some((cause, exact)));
        }
    }
}
