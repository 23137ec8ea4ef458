//! OpenBCI's Cyton, with or without the Daisy board: packets of 33 bytes at 250 Hz, `A0`, counter, eight channels of 24 bits, six auxiliary
//! bytes, `C0` to `CF` (docs.openbci.com, Cyton data format). With a Daisy packets in turn carry channels 1–8 (odd counter) and 9–16
//! (even), so 16 channels at 125 Hz (as BrainFlow reads them, cyton_daisy.cpp). The auxiliary bytes are the accelerometer where the
//! packet ends in `C0`; it is sent ten times as seldom, with zeros between.

use super::cutter::{Look, Trust};
use super::succession::Rules;
use super::told::Told;
use super::{Event, WireChannel};

/// Bytes in a packet.
pub(super) const SIZE: usize = 33;
const BEGIN: u8 = 0xA0;
/// Channels in a packet.
const CHANNELS: usize = 8;
/// Volts at full scale, before the gain.
const REFERENCE: f64 = 4.5;
const FULL_SCALE: f64 = 8_388_607.0;
/// g in a count of the accelerometer.
const ACCELERATION: f64 = 0.002 / 16.0;

/// Which boards there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Boards {
    /// Eight channels.
    #[default]
    Cyton,
    /// Sixteen.
    WithDaisy,
}

/// How packets are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CytonFormat {
    /// Which boards there are.
    pub boards: Boards,
    /// The amplifier's gain: 24 unless it was set otherwise.
    pub gain: f64,
}

impl Default for CytonFormat {
    fn default() -> Self {
        Self { boards: Boards::Cyton, gain: 24.0 }
    }
}

/// Reads packets.
#[derive(Clone, Debug)]
pub(super) struct Cyton {
    format: CytonFormat,
    places: Vec<usize>,
    /// The counter of the packet with channels 1–8 that waits for the other half.
    half: Option<u8>,
}

impl Cyton {
    pub(super) fn new(format: CytonFormat, told: &mut Told) -> Self {
        let wide = format.boards.packets() * CHANNELS;
        let channels = (1..=wide).map(|n| (format!("ch{n}"), "µV"));
        let axes = ["x", "y", "z"].map(|axis| (format!("accel_{axis}"), "g"));
        let channel = |(name, unit): (String, &str)| WireChannel { name: Some(name), unit: unit.to_owned() };
        let places = channels.chain(axes).map(|named| told.channel(&channel(named))).collect();
        told.rules(Rules { modulo: Some(format.boards.modulo()), tick: 1.0 });
        Self { format, places, half: None }
    }

    /// What the bytes at a place are. Behind what was none a packet is believed if another begins right after it.
    pub(super) fn look(bytes: &[u8], trust: Trust) -> Look {
        match (bytes.first() == Some(&BEGIN), bytes.get(SIZE - 1), bytes.get(SIZE)) {
            (false, ..) => Look::Wrong,
            (true, None, _) => Look::More,
            (true, Some(end), _) if end & 0xF0 != 0xC0 => Look::Wrong,
            (true, Some(_), _) if trust == Trust::InStep => Look::Frame(SIZE),
            (true, Some(_), None) => {
                if trust == Trust::Ending {
                    Look::Frame(SIZE)
                } else {
                    Look::More
                }
            }
            (true, Some(_), Some(next)) => {
                if *next == BEGIN {
                    Look::Frame(SIZE)
                } else {
                    Look::Wrong
                }
            }
        }
    }

    /// How far bytes are packets in step: how many at most, one behind the other, most of them numbered in turn.
    pub(super) fn chain(bytes: &[u8]) -> usize {
        let chain = |from: usize| {
            let rest = bytes.get(from..).unwrap_or_default().as_chunks::<SIZE>().0;
            let packets = || rest.iter().take_while(|packet| packet[0] == BEGIN && packet[SIZE - 1] & 0xF0 == 0xC0);
            let count = packets().count();
            let in_turn = packets().zip(packets().skip(1)).filter(|(one, next)| one[1].wrapping_add(1) == next[1]).count();
            if 4 * in_turn >= 3 * count.saturating_sub(1) { count } else { 0 }
        };
        let begins = bytes.iter().enumerate().filter(|(_, byte)| **byte == BEGIN);
        begins.map(|(at, _)| chain(at)).max().unwrap_or(0)
    }

    /// The counter of whole frames begins again from here.
    pub(super) fn modulo(&self) -> u64 {
        self.format.boards.modulo().unsigned_abs()
    }

    /// Reads a packet.
    pub(super) fn take(&mut self, packet: &[u8], told: &mut Told, sink: &mut impl FnMut(Event<'_>)) {
        let Some(packet) = packet.first_chunk::<SIZE>() else { return };
        let counter = packet[1];
        let daisy = self.format.boards == Boards::WithDaisy;
        let second = daisy && counter.is_multiple_of(2);
        let pairs = second && self.half == Some(counter.wrapping_sub(1));
        if !pairs {
            self.flush(told, sink);
            told.blank();
        }
        self.put(packet, if second { CHANNELS } else { 0 }, told);
        let number = if daisy { i64::from(counter.wrapping_sub(1) / 2) } else { i64::from(counter) };
        told.mark.counter = Some(number);
        self.half = (daisy && !second).then_some(counter);
        if self.half.is_none() {
            told.frame(sink);
        }
    }

    /// Hands over half a frame whose other half did not come.
    pub(super) fn flush(&mut self, told: &mut Told, sink: &mut impl FnMut(Event<'_>)) {
        if self.half.take().is_some() {
            told.frame(sink);
        }
    }

    fn put(&self, packet: &[u8; SIZE], from: usize, told: &mut Told) {
        let scale = REFERENCE * 1e6 / self.format.gain / FULL_SCALE;
        for ([a, b, c], place) in packet[2..26].as_chunks().0.iter().zip(self.places.iter().skip(from)) {
            let count = i32::from_be_bytes([*a, *b, *c, 0]) >> 8;
            told.put(*place, (f64::from(count) * scale) as f32);
        }
        let auxiliary = &packet[26..32];
        if packet[32] != 0xC0 || auxiliary.iter().all(|byte| *byte == 0) {
            return;
        }
        let axes = self.places.last_chunk::<3>().into_iter().flatten();
        for (place, axis) in axes.zip(auxiliary.as_chunks().0) {
            told.put(*place, (f64::from(i16::from_be_bytes(*axis)) * ACCELERATION) as f32);
        }
    }
}

impl Boards {
    fn packets(self) -> usize {
        if self == Self::WithDaisy { 2 } else { 1 }
    }

    /// The counter of whole frames begins again from here.
    fn modulo(self) -> i64 {
        if self == Self::WithDaisy { 128 } else { 256 }
    }
}
