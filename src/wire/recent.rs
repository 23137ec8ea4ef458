//! The latest bytes, for who wants to see what a device sends.

use super::latest;
use crate::signal::clean;

/// Bytes that are kept.
const KEPT: usize = 4096;
/// Lines that are shown.
const LINES: usize = 40;
/// Bytes in a line of those that are no text.
const WIDE: usize = 16;

/// Characters in a piece of a line that is longer.
const PIECE: usize = 200;

/// The latest 4 KiB.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent {
    bytes: Vec<u8>,
    /// Bytes since the stream began: rows of digits begin at multiples of their width, so that they stay the same while they move up.
    taken: usize,
}

impl Recent {
    /// Takes the next bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.taken += bytes.len();
        let bytes = latest(bytes, KEPT);
        // Room for twice as much, from the first bytes on, so that moving is seldom.
        self.bytes.reserve(2 * KEPT - self.bytes.len());
        if self.bytes.len() + bytes.len() > 2 * KEPT {
            self.bytes.drain(..self.bytes.len() - (KEPT - bytes.len()).min(self.bytes.len()));
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.taken = 0;
    }

    /// The latest lines, clean, oldest first: as text where most of the bytes are text, else in hexadecimal digits. Longer lines are in pieces.
    pub(super) fn lines(&self) -> Vec<String> {
        let kept = latest(&self.bytes, KEPT);
        let odd = kept.iter().filter(|byte| !matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n' | 0xC2..=0xF4 | 0x80..=0xBF)).count();
        let mut lines: Vec<String> = if 10 * odd > kept.len() {
            let last_row = match self.taken % WIDE {
                0 => WIDE,
                part => part,
            };
            let tail = latest(kept, WIDE * (LINES - 1) + last_row);
            tail.chunks(WIDE).map(hexadecimal).collect()
        } else {
            String::from_utf8_lossy(kept).split(['\n', '\r']).flat_map(pieces).filter(|line| !line.is_empty()).collect()
        };
        lines.drain(..lines.len().saturating_sub(LINES));
        lines
    }
}

/// A line in clean pieces. Its tabs are seen as two blanks.
fn pieces(line: &str) -> Vec<String> {
    let line = line.replace('\t', "  ");
    let characters: Vec<char> = line.chars().collect();
    characters.chunks(PIECE).map(|piece| clean(&piece.iter().collect::<String>())).collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_lines_are_clean_and_few() {
        let mut recent = Recent::default();
        (0..5000).for_each(|n| recent.push(format!("\u{1b}[2Jreading {n}\r\n").as_bytes()));
        let lines = recent.lines();
        assert_eq!((lines.len(), lines.last().map(String::as_str)), (40, Some("[2Jreading 4999")));
        assert!(recent.bytes.len() <= 2 * KEPT);
        recent.push(&[0xff; 9000]);
        assert_eq!(recent.lines()[0], "ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff");
    }

    #[test]
    fn rows_of_digits_stay_the_same_while_they_move_up() {
        let mut recent = Recent::default();
        (0..=255).for_each(|byte| recent.push(&[byte, 0, 1, 0xff]));
        let before = recent.lines();
        recent.push(&[7; 13]);
        let after = recent.lines();
        assert_eq!((before.len(), after.len()), (40, 40));
        assert_eq!((&after[..39], after[39].len()), (&before[1..], 13 * 3 - 1));
    }

    #[test]
    fn a_line_without_end_is_shown_to_its_newest_bytes_and_tabs_divide() {
        let mut recent = Recent::default();
        (0..900).for_each(|n| recent.push(format!("{n}\t").as_bytes()));
        assert!(recent.lines().last().unwrap().ends_with("898  899"), "{:?}", recent.lines());
    }
}
