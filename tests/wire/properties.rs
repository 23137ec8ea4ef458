//! What holds for all bytes: cutting them changes nothing, none are too much, and the frames behind garbage are found again.

use proptest::prelude::*;
use stillpoint::wire::{Event, Format, Wire};

use super::streams::{DEVICES, Noise};
use super::{decode, decode_as, format};

/// Mostly lines of numbers, with all that goes wrong on a wire.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        6 => "[0-9]{1,3}\\.[0-9]{1,3},-?[0-9]{1,3}(\r\n|\n|\r)".prop_map(String::into_bytes),
        2 => "left:[0-9]{1,3},right:[0-9]{1,3}\n".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
        1 => Just(b"nan,ovf\n".to_vec()),
    ];
    proptest::collection::vec(line, 0..60).prop_map(|lines| lines.concat())
}

/// A device of any kind for a second or so, with noise.
fn device() -> impl Strategy<Value = (Format, Vec<u8>)> {
    (0..DEVICES.len(), 1..u64::MAX, 5..200_u64, 50..5000_u64, 10..150_usize).prop_map(|(at, seed, garbage, changed, frames)| {
        let device = &DEVICES[at];
        let frames: Vec<Vec<u8>> = (0..frames as u32).map(device.frame).collect();
        (format(device.stated), Noise(seed).over(&frames, (garbage, changed)))
    })
}

fn cut<'a>(bytes: &'a [u8], cuts: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    places.extend([0, bytes.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect()
}

/// All events in full, what the bytes look like too.
fn events(format: &Format, parts: &[&[u8]]) -> Vec<String> {
    let mut wire = Wire::with(format.clone());
    let mut out = Vec::new();
    let mut sink = |event: Event<'_>| out.push(format!("{event:?}"));
    parts.iter().for_each(|part| wire.push(part, &mut sink));
    wire.finish(&mut sink);
    out
}

proptest! {
    #[test]
    fn however_the_bytes_are_split_the_events_are_the_same(bytes in stream(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        prop_assert_eq!(decode(&cut(&bytes, &cuts)), decode(&[&bytes]));
    }

    #[test]
    fn the_same_for_every_device((format, bytes) in device(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..30)) {
        prop_assert_eq!(events(&format, &cut(&bytes, &cuts)), events(&format, &[&bytes]));
    }

    #[test]
    fn any_bytes_are_taken_and_every_frame_is_as_wide_as_was_told(
        at in 0..DEVICES.len(),
        head in 0..40_u32,
        bytes in proptest::collection::vec(any::<u8>(), 0..2000),
    ) {
        let device = &DEVICES[at];
        let mut wire = Wire::with(format(device.stated));
        let (mut wide, mut fits) = (0, true);
        let mut sink = |event: Event<'_>| match event {
            Event::Channels(channels) => wide = channels.len(),
            Event::Frame(frame) => fits &= frame.values.len() == wide,
            Event::Fault(_) | Event::Seen(_) => {}
        };
        (0..head).for_each(|n| wire.push(&(device.frame)(n), &mut sink));
        wire.push(&bytes, &mut sink);
        wire.finish(&mut sink);
        prop_assert!(fits);
    }

    #[test]
    fn behind_garbage_one_frame_is_lost_at_most(at in 0..DEVICES.len(), garbage in proptest::collection::vec(any::<u8>(), 0..300)) {
        let device = &DEVICES[at];
        let frames = |from: u32, to: u32| (from..to).flat_map(device.frame).collect::<Vec<u8>>();
        // Enough of them before that it is known what they are.
        let bytes = [frames(0, 40), garbage, frames(40, 60)].concat();
        let clean = decode_as(format(device.stated), &[&frames(0, 60)]);
        let noisy = decode_as(format(device.stated), &[&bytes]);
        let values = |frame: &String| frame.split(" after").next().map(str::to_owned);
        let end: Vec<_> = clean[clean.len() - 18..].iter().map(values).collect();
        prop_assert_eq!(noisy[noisy.len() - 18..].iter().map(values).collect::<Vec<_>>(), end, "{}", device.format);
    }
}

/// What the fuzzers begin with, and what they have found.
#[test]
fn what_the_fuzzers_know_is_the_same_however_it_is_split() {
    let mut files = 0;
    for target in ["decoder", "recogniser"] {
        for entry in std::fs::read_dir(format!("fuzz/seeds/{target}")).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            let parts: Vec<&[u8]> = bytes[2..].chunks(usize::from(bytes[1]).max(1)).collect();
            for device in &DEVICES {
                let format = format(device.stated);
                assert_eq!(events(&format, &parts), events(&format, &[&bytes[2..]]));
            }
            files += 1;
        }
    }
    assert!(files >= 20, "{files}");
}
