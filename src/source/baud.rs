//! The baud rate, where the user has stated none: at a wrong one a port gives bytes that are neither text nor frames, and the next usual one is
//! tried. All of them are through in less than five seconds.

/// The likeliest.
pub(super) const USUAL: u32 = 115_200;
/// The usual ones, the likeliest first.
const RATES: [u32; 10] = [USUAL, 57_600, 38_400, 19_200, 9600, 230_400, 250_000, 460_800, 921_600, 1_000_000];
/// A rate is listened to for so many seconds with bytes,
const LISTEN: f64 = 0.45;
/// and so many bytes, before it is given up.
const FEWEST: usize = 24;
/// Less than this share of text is none.
const TEXT: f64 = 0.8;

/// What to do after some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Go on.
    Stay,
    /// Try this one.
    Try(u32),
    /// No rate gives anything; the first one again, for good.
    GiveUp(u32),
}

/// The search.
#[derive(Clone, Debug)]
pub(super) struct Search {
    /// The place of the rate in force; `None` once it is over.
    at: Option<usize>,
    since: Option<f64>,
    bytes: usize,
    text: usize,
}

impl Search {
    /// Begins with the likeliest, or is over at once where a rate was stated.
    pub(super) fn new(stated: Option<u32>) -> (Self, u32) {
        let search = Self { at: stated.is_none().then_some(0), since: None, bytes: 0, text: 0 };
        (search, stated.unwrap_or(RATES[0]))
    }

    /// Bytes that came at `arrival` seconds; `known` where their format has been recognised.
    pub(super) fn take(&mut self, bytes: &[u8], arrival: f64, known: bool) -> Verdict {
        let Some(at) = self.at else { return Verdict::Stay };
        if known {
            self.at = None;
            return Verdict::Stay;
        }
        let since = *self.since.get_or_insert(arrival);
        self.bytes += bytes.len();
        self.text += bytes.iter().filter(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')).count();
        let heard = arrival - since >= LISTEN && self.bytes >= FEWEST;
        if !heard || self.text as f64 >= TEXT * self.bytes as f64 {
            return Verdict::Stay;
        }
        (self.since, self.bytes, self.text) = (None, 0, 0);
        self.at = RATES.get(at + 1).map(|_| at + 1);
        self.at.map_or(Verdict::GiveUp(RATES[0]), |at| Verdict::Try(RATES[at]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes as a wrong rate makes them, 40 every 20 ms.
    fn rubbish(n: usize) -> Vec<u8> {
        (0..40).map(|i| [0x00, 0xfe, 0x80, 0xff, 0x1c, 0xe0, 0xf8][(n * 40 + i) % 7]).collect()
    }

    #[test]
    fn rubbish_at_every_rate_is_given_up_within_five_seconds() {
        let (mut search, first) = Search::new(None);
        let mut tried = vec![first];
        for n in 0.. {
            let t = n as f64 * 0.02;
            match search.take(&rubbish(n), t, false) {
                Verdict::Stay => {}
                Verdict::Try(rate) => tried.push(rate),
                Verdict::GiveUp(rate) => {
                    assert!(rate == first && t < 5.0, "{rate} after {t} s");
                    break;
                }
            }
        }
        assert_eq!(tried, RATES);
        assert_eq!(search.take(&rubbish(0), 100.0, false), Verdict::Stay, "that was it");
    }

    #[test]
    fn slow_text_is_stayed_with_though_its_format_is_not_known_yet() {
        let (mut search, _) = Search::new(None);
        for n in 0..100 {
            assert_eq!(search.take(b"12.5,13.0\r\n", f64::from(n) * 0.1, false), Verdict::Stay);
        }
    }

    #[test]
    fn binary_frames_that_are_known_end_the_search_and_a_stated_rate_begins_none() {
        let (mut search, _) = Search::new(None);
        search.take(&rubbish(0), 0.0, true);
        assert_eq!(search.take(&rubbish(1), 9.0, false), Verdict::Stay);
        let (mut stated, rate) = Search::new(Some(9600));
        assert_eq!(
            (stated.take(&rubbish(0), 0.0, false), stated.take(&rubbish(1), 9.0, false), rate),
            (Verdict::Stay, Verdict::Stay, 9600)
        );
    }
}
