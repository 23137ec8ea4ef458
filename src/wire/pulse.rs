//! The PulseSensor Playground's lines for its visualizer: `S512` a sample, `B72` beats a minute and `Q834` milliseconds from beat to beat,
//! once a beat; with several sensors `a512`, `b498`, …, and `A72`, `M834` for the first, `B…`, `N…` for the second (PulseSensorSerialOutput.cpp).
//! Beats and intervals are the device's own opinion and channels of their own.

use super::gather::{Gather, Point};
use super::number::{Decimal, number};
use super::told::Told;
use super::{Event, WireChannel};

/// The most sensors, by their letters `a` to `l`.
const SENSORS: u8 = 12;

/// The letter and the number of a line.
pub(super) fn parse(line: &str) -> Option<(u8, f64)> {
    let line = line.trim();
    let letter = *line.as_bytes().first()?;
    let known = matches!(letter, b'S' | b'Q' | b'A'..=b'L' | b'M'..=b'X' | b'a'..=b'l');
    let digits = line.get(1..).filter(|digits| known && digits.len() <= 6 && digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((letter, number(digits, Decimal::Point).filter(|value| value.is_finite())?))
}

/// The places of the channels, and the frame under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Pulse {
    /// Of each letter.
    places: Vec<(u8, usize)>,
    pub(super) gather: Gather,
}

impl Pulse {
    /// Lays out the channels of the letters seen: one sensor (`S`) or so many.
    pub(super) fn of(letters: impl Iterator<Item = u8>, told: &mut Told) -> Self {
        let most = letters.filter(u8::is_ascii_lowercase).max();
        let mut pulse = Self::default();
        let Some(most) = most else {
            for (letter, name, unit) in [(b'S', "pulse", ""), (b'B', "device_bpm", "/min"), (b'Q', "device_ibi_ms", "ms")] {
                pulse.add(letter, (name, unit), told);
            }
            return pulse;
        };
        for sensor in 0..=(most - b'a').min(SENSORS - 1) {
            let letter = char::from(b'a' + sensor);
            pulse.add(b'a' + sensor, (&format!("pulse_{letter}"), ""), told);
            pulse.add(b'A' + sensor, (&format!("device_bpm_{letter}"), "/min"), told);
            pulse.add(b'M' + sensor, (&format!("device_ibi_ms_{letter}"), "ms"), told);
        }
        pulse
    }

    fn add(&mut self, letter: u8, (name, unit): (&str, &str), told: &mut Told) {
        let place = told.channel(&WireChannel { name: Some(name.to_owned()), unit: unit.to_owned() });
        self.places.push((letter, place));
    }

    /// Takes a line, if its letter is known.
    pub(super) fn take(&mut self, (letter, value): (u8, f64), told: &mut Told, sink: &mut impl FnMut(Event<'_>)) -> Option<()> {
        let channel = self.places.iter().find(|place| place.0 == letter)?.1;
        self.gather.line(channel, told, sink);
        self.gather.point(Point { channel, stamp: None, value });
        Some(())
    }
}
