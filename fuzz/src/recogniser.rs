//! The recogniser: the first byte says how the bytes are split, the second where the port is opened again. The events must be the same unsplit,
//! and every frame as wide as was told.

use stillpoint::wire::{Event, Wire};

pub fn check(data: &[u8]) {
    let [split, reopened, bytes @ ..] = data else { return };
    let at = bytes.len() * usize::from(*reopened) / 256;
    let size = usize::from(*split).max(1);
    assert_eq!(events((bytes, at), size), events((bytes, at), bytes.len().max(1)));
}

fn events((bytes, reopened): (&[u8], usize), size: usize) -> Vec<String> {
    let mut wire = Wire::default();
    let (mut out, mut wide) = (Vec::new(), None);
    let mut sink = |event: Event<'_>| {
        match &event {
            Event::Channels(channels) => wide = Some(channels.len()),
            Event::Frame(frame) => assert_eq!(Some(frame.values.len()), wide),
            Event::Fault(_) | Event::Seen(_) => {}
        }
        out.push(format!("{event:?}"));
    };
    bytes[..reopened].chunks(size).for_each(|part| wire.push(part, &mut sink));
    wire.restart(&mut sink);
    bytes[reopened..].chunks(size).for_each(|part| wire.push(part, &mut sink));
    wire.finish(&mut sink);
    assert!(wire.raw().len() <= 40);
    out
}
