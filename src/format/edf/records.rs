//! Which frames stand in which record, how long a record lasts, and which annotations go into which.

use crate::signal::{Rate, Span};

/// The longest record that the standard asks for, in bytes.
const MOST_BYTES: u64 = 61_440;

/// How a recording is cut into records of one length.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Records {
    /// Frames in a record.
    pub(super) frames: u64,
    /// What the header says of its length in seconds.
    pub(super) seconds: String,
    /// The rate that a reader takes from these two.
    pub(super) rate: f64,
    /// The frame each record begins with.
    pub(super) starts: Vec<u64>,
}

impl Records {
    /// Of so many frames, with so many bytes in a frame. A gap ends records: the next begins where it ends.
    pub(super) fn new(rate: Rate, (frames, bytes): (u64, u64), gaps: &[Span]) -> Self {
        let (length, seconds) = length(rate, MOST_BYTES / 2 / bytes.max(1));
        let told: f64 = seconds.parse().unwrap_or(1.0);
        let (mut starts, mut at, mut gaps) = (Vec::new(), 0, gaps.iter().peekable());
        while at < frames {
            while gaps.peek().is_some_and(|gap| gap.end.0 <= at) {
                gaps.next();
            }
            // The file begins with its first record, so that one is written of a gap at the start too.
            if let Some(gap) = gaps.peek().filter(|gap| gap.start.0 <= at && at > 0) {
                at = gap.end.0;
            } else {
                starts.push(at);
                at += length;
            }
        }
        if starts.is_empty() {
            starts.push(0);
        }
        Self { frames: length, seconds, rate: length as f64 / told, starts }
    }

    /// Whether one record follows the other without a pause.
    pub(super) fn are_continuous(&self) -> bool {
        (0..).zip(&self.starts).all(|(number, start)| number * self.frames == *start)
    }

    /// The frame after the last record.
    pub(super) fn end(&self) -> u64 {
        self.starts.last().map_or(0, |last| last + self.frames)
    }

    /// How many bytes the texts of a record need at least, so that all find room: each in the record of its frame or a later one. `lengths` are of
    /// texts in the order of their frames; `first` is what a record's own time takes.
    pub(super) fn room(&self, texts: &[(u64, usize)], first: usize) -> usize {
        let longest = texts.iter().map(|(_, length)| *length).max().unwrap_or(0);
        let mut room = (first + longest).max(60);
        while !self.holds(texts, room - first) {
            room += room / 2;
        }
        room
    }

    fn holds(&self, texts: &[(u64, usize)], room: usize) -> bool {
        let mut next = 0;
        for number in 0..self.starts.len() {
            next += self.taken(texts.get(next..).unwrap_or_default(), number, room);
        }
        next == texts.len()
    }

    /// How many of the texts that are left go into a record with so much room for them.
    pub(super) fn taken(&self, texts: &[(u64, usize)], number: usize, room: usize) -> usize {
        let until = self.starts.get(number + 1).copied().unwrap_or(u64::MAX);
        let mut used = 0;
        let fits = |(at, length): &&(u64, usize)| {
            used += length;
            *at < until && used <= room
        };
        texts.iter().take_while(fits).count()
    }
}

/// Frames and seconds of a record of about a second: the pair, near that, whose eight characters tell the rate best.
fn length(rate: Rate, most: u64) -> (u64, String) {
    let second = (rate.hz().round() as u64).clamp(1, most.max(1));
    let longest = (4 * second).min(most.max(1));
    let shortest = second.div_ceil(2);
    let mut best: Option<(f64, (u64, String))> = None;
    let mut offer = |frames: u64| {
        let text = duration(frames as f64 / rate.hz());
        let off = (frames as f64 / text.parse::<f64>().unwrap_or(1.0) / rate.hz() - 1.0).abs();
        if best.as_ref().is_none_or(|(least, _)| off < *least * 0.5 && *least > 1e-12) {
            best = Some((off, (frames, text)));
        }
    };
    offer(second);
    // Enough to find a good one, and no more however fast the device is.
    (shortest..=longest).step_by(((longest - shortest) / 4000).max(1) as usize).for_each(&mut offer);
    best.map_or((1, "1".to_owned()), |(_, best)| best)
}

/// Seconds in at most eight characters.
fn duration(seconds: f64) -> String {
    let plain = format!("{seconds}");
    if plain.len() <= 8 {
        return plain;
    }
    let texts = (0..=6).rev().map(|digits| format!("{seconds:.digits$}"));
    texts
        .into_iter()
        .find(|text| text.len() <= 8)
        .map_or_else(|| "99999999".to_owned(), |text| text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::SampleIndex;

    fn records(hz: f64, frames: u64, gaps: &[(u64, u64)]) -> Records {
        let gaps: Vec<Span> = gaps.iter().map(|(start, end)| Span { start: SampleIndex(*start), end: SampleIndex(*end) }).collect();
        Records::new(Rate::from_hz(hz).unwrap(), (frames, 6), &gaps)
    }

    #[test]
    fn a_record_lasts_a_second_where_the_rate_is_whole() {
        let whole = records(100.0, 250, &[]);
        assert_eq!((whole.frames, whole.seconds.as_str(), whole.starts.as_slice()), (100, "1", &[0, 100, 200][..]));
        assert!(whole.are_continuous() && whole.end() == 300);
    }

    #[test]
    fn an_odd_rate_is_told_to_a_frame_in_a_day_and_more() {
        for hz in [99.987_654_321, 249.7, 0.37, 10_000.123, 33.333_333, 1e6 / 3.0] {
            let odd = records(hz, 1, &[]);
            let off = (odd.rate / hz - 1.0).abs();
            assert!(odd.seconds.len() <= 8 && off < 2e-8, "{hz} {odd:?} {off}");
        }
    }

    #[test]
    fn records_go_on_where_a_gap_ends_and_a_short_gap_stays_in_its_record() {
        let cut = records(10.0, 100, &[(12, 14), (25, 55), (95, 100)]);
        assert_eq!(cut.starts, [0, 10, 20, 55, 65, 75, 85]);
        assert!(!cut.are_continuous());
        assert_eq!(records(10.0, 40, &[(0, 25)]).starts, [0, 25, 35]);
    }

    #[test]
    fn every_text_finds_room_however_many_there_are() {
        let three = records(10.0, 30, &[]);
        let texts: Vec<(u64, usize)> = (0..100).map(|n| (29 - u64::from(n == 0), 20)).collect();
        let room = three.room(&texts, 12);
        assert!(room >= 2012, "{room}");
        assert_eq!(three.room(&[], 12), 60);
    }
}
