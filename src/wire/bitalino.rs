//! BITalino (revolution-python-api): frames without a beginning, told by a checksum of four bits and a counter of four. From the end: counter
//! and checksum, four digital bits, then the analog channels, ten bits each, the fifth and sixth six bits.

use super::cutter::{Look, Trust};
use super::succession::Rules;
use super::told::Told;
use super::{Event, WireChannel};

/// The most analog channels.
pub(super) const MOST: usize = 6;
/// Behind what was none so many frames must follow each other.
const AGREE: usize = 3;

/// Reads frames.
#[derive(Clone, Debug)]
pub(super) struct Bitalino {
    pub(super) channels: usize,
    places: Vec<usize>,
    last: Option<u8>,
}

/// Bytes in a frame of so many analog channels.
pub(super) fn size(channels: usize) -> usize {
    let bits = if channels <= 4 { 12 + 10 * channels } else { 52 + 6 * (channels - 4) };
    bits.div_ceil(8)
}

/// What four more bits make of a checksum (polynomial x⁴ + x + 1).
#[expect(clippy::indexing_slicing, reason = "worked out by the compiler, which refuses a place outside of the table")]
const SHIFTED: [u8; 16] = {
    let mut table = [0; 16];
    let mut at = 0;
    while at < 16 {
        let mut x = at as u8;
        let mut bit = 0;
        while bit < 4 {
            x <<= 1;
            if x & 0x10 != 0 {
                x ^= 0b1_0011;
            }
            bit += 1;
        }
        table[at] = x;
        at += 1;
    }
    table
};

/// The checksum, over all bytes with its own bits zeroed, from the top.
fn crc(frame: &[u8]) -> u8 {
    let more = |x: u8, bits: u8| SHIFTED.get(usize::from(x)).map_or(0, |x| x ^ bits);
    let Some((last, before)) = frame.split_last() else { return 0 };
    let x = before.iter().fold(0, |x, byte| more(more(x, byte >> 4), byte & 0x0F));
    more(more(x, last >> 4), 0)
}

fn is_whole(frame: &[u8]) -> bool {
    frame.last().is_some_and(|last| crc(frame) == last & 0x0F)
}

fn counter(frame: &[u8]) -> u8 {
    frame.last().map_or(0, |last| last >> 4)
}

/// How many frames from the beginning on are whole and numbered in turn, `AGREE` at most.
fn agreeing(bytes: &[u8], size: usize) -> usize {
    let frames = || bytes.chunks_exact(size).take(AGREE);
    let whole = frames().take_while(|frame| is_whole(frame)).count();
    let in_turn = frames().zip(frames().skip(1)).take_while(|(one, next)| (counter(one) + 1) & 0x0F == counter(next)).count();
    whole.min(in_turn + 1)
}

impl Bitalino {
    pub(super) fn new(channels: usize, told: &mut Told) -> Self {
        let channels = channels.clamp(1, MOST);
        let names = (1..=channels).map(|n| format!("a{n}")).chain(["digital".to_owned()]);
        let places = names.map(|name| told.channel(&WireChannel { name: Some(name), unit: String::new() })).collect();
        told.rules(Rules { modulo: Some(16), tick: 1.0 });
        Self { channels, places, last: None }
    }

    /// What the bytes at a place are. A frame that does not follow the last one is believed if two others follow it.
    pub(super) fn look(&self, bytes: &[u8], trust: Trust) -> Look {
        let size = size(self.channels);
        let Some(frame) = bytes.get(..size) else { return Look::More };
        if !is_whole(frame) {
            return Look::Wrong;
        }
        let follows = self.last.is_some_and(|last| (last + 1) & 0x0F == counter(frame));
        if trust == Trust::InStep && follows {
            return Look::Frame(size);
        }
        let there = (bytes.len() / size).min(AGREE);
        match agreeing(bytes, size) == there {
            false => Look::Wrong,
            true if there == AGREE || trust == Trust::Ending => Look::Frame(size),
            true => Look::More,
        }
    }

    /// The number of channels with which so many frames in a row are whole and numbered in turn, if there is one. Five and six channels
    /// have frames of one size; the sixth is there if its bits are ever set.
    pub(super) fn channels_of(bytes: &[u8], frames: usize) -> Option<usize> {
        let fits = |channels: usize| {
            let size = size(channels);
            let run = |part: &&[u8]| {
                let frames = || part.chunks_exact(size);
                let in_turn = frames().zip(frames().skip(1)).filter(|(one, next)| (counter(one) + 1) & 0x0F == counter(next)).count();
                in_turn + 2 >= part.len() / size && frames().all(is_whole)
            };
            bytes.windows(frames * size).rev().find(run)
        };
        let sixth = |part: &[u8]| part.chunks_exact(size(5)).any(|frame| frame.first().is_some_and(|first| first & 0x3F != 0));
        (1..=5).find_map(|channels| fits(channels).map(|part| if channels == 5 && sixth(part) { MOST } else { channels }))
    }

    /// Reads a frame.
    pub(super) fn take(&mut self, frame: &[u8], told: &mut Told, sink: &mut impl FnMut(Event<'_>)) {
        told.blank();
        let mut bits = Bits { bytes: frame, at: 8 };
        let digital = bits.take(4);
        for (channel, place) in self.places.iter().enumerate() {
            // The digital bits are the last channel.
            let value = if channel == self.channels { digital } else { bits.take(if channel < 4 { 10 } else { 6 }) };
            told.put(*place, f32::from(value));
        }
        self.last = Some(counter(frame));
        told.mark.counter = self.last.map(i64::from);
        told.frame(sink);
    }
}

/// The bits of a frame from its last byte backwards, each byte from its top.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> u16 {
        let bit = |at: usize| self.bytes.iter().rev().nth(at / 8).map_or(0, |byte| u16::from(byte >> (7 - at % 8) & 1));
        let value = (self.at..self.at + count).fold(0, |value, at| value << 1 | bit(at));
        self.at += count;
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_documented_frames() {
        assert!(is_whole(&[0xbc, 0x02, 0xa8, 0x5e]));
        assert!(is_whole(&[0xd1, 0x1f, 0xc0, 0xff, 0xbc, 0x02, 0x08, 0xf1]));
        assert!(!is_whole(&[0xbc, 0x02, 0xa9, 0x5e]));
        assert_eq!((1..=6).map(size).collect::<Vec<_>>(), [3, 4, 6, 7, 8, 8]);
    }
}
