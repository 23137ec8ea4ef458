//! SerialPlot's binary streams (github.com/hyOzd/serialplot): the custom frame with a sync word, a size byte or a fixed size, whole frames of
//! numbers and an optional checksum (the low byte of the sum of the payload); and the simple stream of numbers without any mark, whose
//! alignment is a guess.

use super::columns::MOST;
use super::cutter::{Look, Trust};
use super::succession::Rules;
use super::told::Told;
use super::{Event, WireChannel};
use crate::signal::MISSING;

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// One byte, not below zero.
    U8,
    /// One byte.
    I8,
    /// Two bytes, not below zero.
    U16(Order),
    /// Two bytes.
    I16(Order),
    /// Four bytes, not below zero.
    U32(Order),
    /// Four bytes.
    I32(Order),
    /// Four bytes, IEEE 754.
    F32(Order),
}

/// Which byte of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The least.
    Little,
    /// The greatest.
    Big,
}

/// How long the payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// A byte behind the sync word says how many bytes.
    Byte,
    /// So many frames, always.
    Frames(u8),
}

/// Whether a checksum stands behind the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// None.
    None,
    /// The low byte of the sum of the payload bytes.
    Sum,
}

/// What the frames are made of. Without a sync word the stream is nothing but numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SerialPlotFormat {
    /// The bytes that a frame begins with, eight at most.
    pub sync: Vec<u8>,
    /// How a number is written.
    pub number: Number,
    /// Numbers in a frame of the stream.
    pub channels: usize,
    /// How long the payload is.
    pub length: Length,
    /// Whether there is a checksum.
    pub checksum: Checksum,
}

impl Number {
    /// Bytes.
    pub(super) fn size(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16(_) | Self::I16(_) => 2,
            Self::U32(_) | Self::I32(_) | Self::F32(_) => 4,
        }
    }

    fn read(self, bytes: &[u8]) -> f32 {
        let order = match self {
            Self::U8 | Self::I8 => Order::Big,
            Self::U16(order) | Self::I16(order) | Self::U32(order) | Self::I32(order) | Self::F32(order) => order,
        };
        let put = |value: u32, byte: &u8| value << 8 | u32::from(*byte);
        let bits = if order == Order::Big { bytes.iter().fold(0, put) } else { bytes.iter().rev().fold(0, put) };
        match self {
            Self::U8 | Self::U16(_) | Self::U32(_) => bits as f32,
            Self::I8 => f32::from((bits as u8).cast_signed()),
            Self::I16(_) => f32::from((bits as u16).cast_signed()),
            Self::I32(_) => bits.cast_signed() as f32,
            Self::F32(_) => {
                let value = f32::from_bits(bits);
                if value.is_finite() { value } else { MISSING }
            }
        }
    }
}

/// Reads frames.
#[derive(Clone, Debug)]
pub(super) struct SerialPlot {
    format: SerialPlotFormat,
    places: Vec<usize>,
}

impl SerialPlot {
    pub(super) fn new(format: &SerialPlotFormat, told: &mut Told) -> Self {
        let mut format = format.clone();
        format.channels = format.channels.clamp(1, MOST);
        let unnamed = WireChannel { name: None, unit: String::new() };
        let mut places = Vec::new();
        (0..format.channels).for_each(|_| places.push(told.channel_at(&unnamed, &places)));
        told.rules(Rules { modulo: None, tick: 1.0 });
        Self { format, places }
    }

    /// What the bytes at a place are. Without a checksum a frame found anew is believed if the sync word comes again behind it.
    pub(super) fn look(&self, bytes: &[u8], trust: Trust) -> Look {
        let sync = &self.format.sync;
        if !(bytes.starts_with(sync) || sync.starts_with(bytes)) {
            return Look::Wrong;
        }
        let Some(behind) = bytes.get(sync.len()..) else { return Look::More };
        let unit = self.format.channels * self.format.number.size();
        let (header, payload) = match (self.format.length, behind.first()) {
            (Length::Frames(frames), _) => (0, usize::from(frames.max(1)) * unit),
            (Length::Byte, None) => return Look::More,
            (Length::Byte, Some(&size)) => (1, usize::from(size)),
        };
        if payload == 0 || !payload.is_multiple_of(unit) {
            return Look::Wrong;
        }
        let sum = usize::from(self.format.checksum == Checksum::Sum);
        let whole = sync.len() + header + payload + sum;
        let (Some(frame), next) = (bytes.get(..whole), bytes.get(whole..).unwrap_or_default()) else { return Look::More };
        if sum == 1 {
            let Some((told, before)) = frame.split_last() else { return Look::Wrong };
            let right = super::latest(before, payload).iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)) == *told;
            return if right { Look::Frame(whole) } else { Look::Wrong };
        }
        match next.len() >= sync.len() {
            _ if trust != Trust::Searching => Look::Frame(whole),
            true if next.starts_with(sync) => Look::Frame(whole),
            false if sync.starts_with(next) => Look::More,
            _ => Look::Wrong,
        }
    }

    /// Whether frames have neither sync word nor size.
    pub(super) fn is_unmarked(&self) -> bool {
        self.format.sync.is_empty()
    }

    /// Reads a frame: its payload holds one or more of the stream's.
    pub(super) fn take(&self, frame: &[u8], told: &mut Told, sink: &mut impl FnMut(Event<'_>)) {
        let header = self.format.sync.len() + usize::from(self.format.length == Length::Byte);
        let end = frame.len().saturating_sub(usize::from(self.format.checksum == Checksum::Sum));
        let size = self.format.number.size();
        for numbers in frame.get(header..end).unwrap_or_default().chunks_exact(self.format.channels * size) {
            told.blank();
            let values = numbers.chunks_exact(size).map(|bytes| self.format.number.read(bytes));
            values.zip(&self.places).for_each(|(value, &place)| told.put(place, value));
            told.frame(sink);
        }
    }

    /// Whether the usual sync word and a size byte stand where frames of any numbers would have them, so many in a row.
    pub(super) fn chain(bytes: &[u8], frames: usize) -> bool {
        let one = |at: usize, around: usize| match bytes.get(at..) {
            Some([0xAA, 0xBB, size, ..]) if *size > 0 => Some(at + around + usize::from(*size)),
            _ => None,
        };
        let run = |from: usize, around: usize| (0..frames).try_fold(from, |at, _| one(at, around)).is_some();
        (0..bytes.len()).any(|from| [3, 4].into_iter().any(|around| run(from, around)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_without_a_checksum_is_looked_for_by_the_sync_word_behind_it() {
        let format = SerialPlotFormat {
            sync: vec![0xAA, 0xBB],
            number: Number::I16(Order::Little),
            channels: 1,
            length: Length::Byte,
            checksum: Checksum::None,
        };
        let plot = SerialPlot::new(&format, &mut Told::default());
        let look = |behind: &[u8], trust| plot.look(&[&[0xAA, 0xBB, 2, 7, 0], behind].concat(), trust);
        assert_eq!(look(&[0xAA, 0xBB], Trust::Searching), Look::Frame(5));
        assert_eq!(look(&[0xAA], Trust::Searching), Look::More);
        assert_eq!(look(&[0x11], Trust::Searching), Look::Wrong, "one byte is enough to tell");
        assert_eq!(look(&[0x11], Trust::InStep), Look::Frame(5));
    }

    #[test]
    fn frames_with_nothing_in_them_are_no_sign_of_the_usual_ones() {
        assert!(SerialPlot::chain(&[0xAA, 0xBB, 1, 7].repeat(20), 5), "without a checksum");
        assert!(SerialPlot::chain(&[0xAA, 0xBB, 1, 7, 7].repeat(20), 5), "with one");
        assert!(!SerialPlot::chain(&[0xAA, 0xBB, 0].repeat(20), 5));
    }
}
