//! Time-stamped annotation lists (EDF+ 2.2): `+onset[\x15duration]\x14text\x14…\0`, one after the other, zeros at the end.

const TEXT: u8 = 0x14;
const DURATION: u8 = 0x15;

/// One list: an instant or a stretch, and what was written to it. The first of a record has no text; it tells when the record begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tal {
    /// Seconds from the file's start.
    pub(super) onset: f64,
    /// Seconds; 0 for an instant.
    pub(super) duration: f64,
    /// What was written, not cleaned yet; without the empty ones.
    pub(super) texts: Vec<String>,
}

/// The lists of a record's annotation signal, and how many could not be read.
pub(super) fn parse(bytes: &[u8]) -> (Vec<Tal>, u64) {
    let mut unreadable = 0;
    let mut tals = Vec::new();
    for piece in bytes.split(|byte| *byte == 0).filter(|piece| !piece.is_empty()) {
        match tal(piece) {
            Some(tal) => tals.push(tal),
            None => unreadable += 1,
        }
    }
    (tals, unreadable)
}

fn tal(piece: &[u8]) -> Option<Tal> {
    let mut fields = piece.split(|byte| *byte == TEXT);
    let mut time = fields.next()?.split(|byte| *byte == DURATION);
    let onset = time.next()?;
    let signed = matches!(onset.first(), Some(b'+' | b'-'));
    let onset = seconds(onset).filter(|_| signed)?;
    let duration = time.next().map_or(Some(0.0), seconds)?.max(0.0);
    let texts = fields.filter(|text| !text.is_empty()).map(|text| String::from_utf8_lossy(text).into_owned()).collect();
    Some(Tal { onset, duration, texts })
}

fn seconds(field: &[u8]) -> Option<f64> {
    if field.is_empty() {
        return Some(0.0);
    }
    std::str::from_utf8(field).ok()?.trim().parse().ok().filter(|seconds: &f64| seconds.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_tells_its_time_and_what_was_written() {
        let (tals, unreadable) = parse(b"+1.5\x14\x14\0+4581\x1510\x14Hypopnea\x14\xc2\xb5\x14\0\0\0");
        let when = Tal { onset: 1.5, duration: 0.0, texts: vec![] };
        let what = Tal { onset: 4581.0, duration: 10.0, texts: vec!["Hypopnea".into(), "µ".into()] };
        assert_eq!((tals, unreadable), (vec![when, what], 0));
    }

    #[test]
    fn nonsense_is_counted_and_left_out() {
        assert_eq!(parse(b"hello\0+inf\x14a\x14\0+\x15\x14\0 \0").1, 4);
        assert_eq!(parse(b"\0\0\0"), (vec![], 0));
    }
}
