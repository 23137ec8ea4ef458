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

/// A measured rate as the analysis is laid out on it: to two digits where that is within half a per cent, else to three.
pub(super) fn round_rate(rate: Rate) -> Rate {
    let hz = rate.hz();
    let to_digits = |digits: i32| {
        let step = 10_f64.powi(hz.log10().floor() as i32 + 1 - digits);
        (hz / step).round() * step
    };
    let two = to_digits(2);
    let rounded = if (two / hz - 1.0).abs() < 0.005 { two } else { to_digits(3) };
    Rate::from_hz(rounded).unwrap_or(rate)
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
        for (measured, round) in [(99.7, 100.0), (100.42, 100.0), (125.3, 125.0), (10.4, 10.4), (0.9991, 1.0), (44_103.0, 44_000.0)] {
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
