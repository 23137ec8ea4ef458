//! Every decoder: the first byte says which format is stated, the second how the bytes are split. The events must be the same unsplit, and every
//! frame as wide as was told.

use stillpoint::wire::{Event, Format, Wire};

const FORMATS: [&str; 14] = [
    "delimited",
    "labelled",
    "teleplot",
    "json",
    "pulsesensor",
    "words",
    "cyton",
    "cyton:daisy",
    "bitalino:2",
    "bitalino:6",
    "serialplot:aabb,i16le,2,sum",
    "serialplot:aabb,f32be,3",
    "serialplot:aa,u8,1,frames=4",
    "binary:i16le,2",
];

pub fn check(data: &[u8]) {
    let [which, split, bytes @ ..] = data else { return };
    let format: Format = FORMATS[usize::from(*which) % FORMATS.len()].parse().expect("a format");
    let size = usize::from(*split).max(1);
    let unsplit = bytes.len().max(1);
    assert_eq!(events(Wire::with(format.clone()), &[bytes], size), events(Wire::with(format), &[bytes], unsplit));
}

/// What is told of the bytes that come each time the port is opened, `size` of them at a time.
pub fn events(mut wire: Wire, openings: &[&[u8]], size: usize) -> Vec<String> {
    let (mut out, mut wide) = (Vec::new(), None);
    let mut sink = |event: Event<'_>| {
        match &event {
            Event::Channels(channels) => wide = Some(channels.len()),
            Event::Frame(frame) => assert_eq!(Some(frame.values.len()), wide),
            Event::Fault(_) | Event::Seen(_) => {}
        }
        out.push(format!("{event:?}"));
    };
    for (at, bytes) in openings.iter().enumerate() {
        if at > 0 {
            wire.restart(&mut sink);
        }
        bytes.chunks(size).for_each(|part| wire.push(part, &mut sink));
    }
    wire.finish(&mut sink);
    assert!(wire.raw().len() <= 40);
    out
}
