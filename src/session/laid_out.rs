//! How a live stream is laid out: the names of its channels, its rate rounded, and frames of more or fewer channels than that.

use crate::signal::{Channel, MISSING, Rate, clean};
use crate::wire::WireChannel;

/// The channels of the layout: as stated, else as the wire names them; a name that comes twice is numbered.
pub(super) fn named(wire: &[WireChannel], stated: &[Option<Channel>]) -> Vec<Channel> {
    let mut channels: Vec<Channel> = Vec::with_capacity(wire.len());
    for (position, wire) in wire.iter().enumerate() {
        let own = || match wire.name.as_deref().map(clean) {
            Some(name) if !name.is_empty() => Channel::named(&name, &wire.unit),
            _ => Channel::unnamed(position),
        };
        let mut channel = stated.get(position).cloned().flatten().unwrap_or_else(own);
        let base = channel.name.clone();
        let mut number = 2;
        while channels.iter().any(|other| other.name == channel.name) {
            channel.name = format!("{base}-{number}");
            number += 1;
        }
        channels.push(channel);
    }
    channels
}

/// What sensors are set to, but for the power of ten.
const USUAL: [f64; 13] = [1.0, 1.25, 1.28, 2.0, 2.5, 2.56, 3.0, 4.0, 5.0, 5.12, 6.4, 8.0, 10.0];
/// So near to a usual rate a rate is taken for it: three standard errors of a clock that has just settled.
const NEAR: f64 = 0.015;

/// A measured rate as the analysis is laid out on it: a usual one that is near, else to two digits where that is within half a per cent, else to three.
pub(super) fn round_rate(rate: Rate) -> Rate {
    let hz = rate.hz();
    let decade = 10_f64.powi(hz.log10().floor() as i32);
    let off = |round: f64| (round / hz - 1.0).abs();
    let to_digits = |digits: i32| {
        let step = decade * 10_f64.powi(1 - digits);
        (hz / step).round() * step
    };
    let usual = USUAL.map(|usual| usual * decade).into_iter().min_by(|a, b| off(*a).total_cmp(&off(*b))).filter(|usual| off(*usual) < NEAR);
    let two = Some(to_digits(2)).filter(|two| off(*two) < 0.005);
    Rate::from_hz(usual.or(two).unwrap_or_else(|| to_digits(3))).unwrap_or(rate)
}

/// Frames of `from` channels as frames of `to`: what is not there yet is missing.
pub(super) fn widen(samples: &[f32], from: usize, to: usize) -> Vec<f32> {
    let mut wide = Vec::with_capacity(samples.len() / from.max(1) * to);
    for frame in samples.chunks_exact(from.max(1)) {
        wide.extend((0..to).map(|channel| frame.get(channel).copied().unwrap_or(MISSING)));
    }
    wide
}

/// Appends the first `to` channels of frames of `from` channels.
pub(super) fn narrow(samples: &[f32], from: usize, to: usize, out: &mut Vec<f32>) {
    if from == to {
        out.extend_from_slice(samples);
        return;
    }
    out.extend(samples.chunks_exact(from).flat_map(|frame| (0..to).map(|channel| frame.get(channel).copied().unwrap_or(MISSING))));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measured_rate_is_laid_out_on_a_round_one() {
        let pairs = [(99.7, 100.0), (100.42, 100.0), (125.3, 125.0), (10.4, 10.4), (0.9991, 1.0), (44_103.0, 44_000.0)];
        // A busy computer hears a sensor of 100 Hz at less in the first seconds; that is no sensor of 99 Hz.
        for (measured, round) in pairs.into_iter().chain([(98.7, 100.0), (99.1, 100.0), (126.2, 125.0), (127.3, 128.0), (70.0, 70.0)]) {
            let rate = round_rate(Rate::from_hz(measured).unwrap()).hz();
            assert!((rate / round - 1.0).abs() < 1e-9, "{measured} -> {rate}");
        }
    }

    #[test]
    fn a_name_that_comes_twice_is_numbered_and_none_is_empty() {
        let wire = |name: Option<&str>| WireChannel { name: name.map(str::to_owned), unit: String::new() };
        let names: Vec<_> = named(&[wire(Some("left")), wire(Some("left")), wire(None), wire(Some("\u{7}"))], &[]);
        let names: Vec<_> = names.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["left", "left-2", "ch3", "ch4"]);
    }
}
