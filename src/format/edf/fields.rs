//! Texts of the header: ASCII of a fixed length. What does not fit is cut at a character, and said.

use crate::format::Provenance;

/// A program's file has this before its version among the words on the recording.
pub(super) const PROGRAM: &str = "stillpoint";
/// Says in a file of ours that the start is the local time of nobody knows where.
pub(super) const LOCAL: &str = " local ";

/// `text` in printable ASCII; letters that have a likeness there become it.
pub(super) fn ascii(text: &str) -> String {
    let mut told = String::new();
    for c in text.chars() {
        match c {
            ' '..='~' => told.push(c),
            'Ω' => told.push_str("Ohm"),
            '°' => told.push_str("deg"),
            'ä' | 'á' | 'à' | 'â' => told.push('a'),
            'ö' | 'ó' | 'ò' | 'ô' | 'ø' => told.push('o'),
            'µ' | 'μ' | 'ü' | 'ú' | 'ù' | 'û' => told.push('u'),
            'é' | 'è' | 'ê' => told.push('e'),
            '²' => told.push('2'),
            '–' | '−' | '—' => told.push('-'),
            _ => told.push('_'),
        }
    }
    told
}

/// A field of `width` bytes, cut or filled with blanks.
pub(super) fn field(text: &str, width: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = ascii(text).into_bytes();
    bytes.resize(width, b' ');
    bytes
}

/// The names of the channels in 16 characters, each its own.
pub(super) fn labels<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for name in names {
        let whole = ascii(name).trim().to_owned();
        let mut label: String = whole.chars().take(16).collect();
        let mut number = 1;
        // A name that a reader takes for something else is no name of a channel.
        while labels.contains(&label) || label.is_empty() || label.ends_with("Annotations") || label.to_ascii_lowercase().starts_with("crc")
        {
            number += 1;
            let end = format!(" {number}");
            let kept: String = if label.to_ascii_lowercase().starts_with("crc") { "ch".into() } else { whole.clone() };
            label = kept.chars().take(16 - end.len()).chain(end.chars()).collect();
        }
        labels.push(label);
    }
    labels
}

/// When it began: `dd.mm.yy`, `hh.mm.ss`, `dd-MMM-yyyy`, and the part of a second. 1985 where it is not known, as the standard says.
#[derive(Debug)]
pub(super) struct Began {
    pub(super) date: String,
    pub(super) time: String,
    long: String,
    pub(super) fraction: f64,
}

impl Began {
    /// From a time like `2026-11-23T10:15:00.25Z`, or one without a zone.
    pub(super) fn read(started: Option<&str>) -> Self {
        started.and_then(Self::of).unwrap_or_else(|| Self {
            date: "01.01.85".into(),
            time: "00.00.00".into(),
            long: "X".into(),
            fraction: 0.0,
        })
    }

    fn of(started: &str) -> Option<Self> {
        const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
        let (day, time) = started.trim_end_matches('Z').split_once('T')?;
        let [year, month, day]: [&str; 3] = day.split('-').collect::<Vec<_>>().try_into().ok()?;
        let name = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
        let (seconds, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let short = year.get(2..4)?;
        let (date, time) = (format!("{day}.{month}.{short}"), seconds.replace(':', "."));
        let within = (1985..2085).contains(&year.parse::<i32>().ok()?) && date.len() == 8 && time.len() == 8;
        let fraction = format!("0.{fraction}").parse().ok()?;
        within.then(|| Self { date, time, long: format!("{day}-{name}-{year}"), fraction })
    }
}

/// The words on the recording, as EDF+ has them: the day (in UTC, where it is not said to be local), nobody's code, and what made the file from what.
pub(super) fn recording(provenance: &Provenance, began: &Began) -> String {
    let word = |text: &str| ascii(text).replace(' ', "_");
    let simulated = if provenance.simulated { " simulated" } else { "" };
    let local = if provenance.started.as_ref().is_some_and(|started| !started.ends_with('Z')) { LOCAL.trim_end() } else { "" };
    let (start, end) = (provenance.span.start.0, provenance.span.end.0);
    let (program, source) = (word(&provenance.program), word(&provenance.source));
    format!("Startdate {} X X {program}{simulated}{local} frames_{start}-{end}_of_{source}", began.long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_at_a_character_and_told_apart() {
        let names = ["left", "µ-force", "the very long name of a channel", "the very long name of another", "", "EDF Annotations", "CRC"];
        let told = labels(names.into_iter());
        assert_eq!(told, ["left", "u-force", "the very long na", "the very long  2", " 2", "EDF Annotation 2", "ch 2"]);
    }

    #[test]
    fn a_name_breaks_no_field() {
        assert_eq!(field("a\n\0µ🙂", 8), b"a__u_   ");
        assert_eq!(field("123456789", 4), b"1234");
    }

    #[test]
    fn the_day_is_told_as_the_standard_has_it_and_an_odd_one_as_unknown() {
        let began = Began::read(Some("2026-11-23T10:15:00.25Z"));
        assert_eq!(
            (began.date.as_str(), began.time.as_str(), began.long.as_str(), began.fraction),
            ("23.11.26", "10.15.00", "23-NOV-2026", 0.25)
        );
        for odd in [None, Some(""), Some("1066-10-14T09:00:00Z"), Some("2026-13-01T00:00:00Z"), Some("-009999-01-01T00:00:00Z")] {
            assert_eq!(Began::read(odd).date, "01.01.85", "{odd:?}");
        }
    }
}
