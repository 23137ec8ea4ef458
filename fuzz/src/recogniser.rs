//! The recogniser: the first byte says how the bytes are split, the second where the port is opened again. The events must be the same unsplit,
//! and every frame as wide as was told.

use stillpoint::wire::Wire;

use super::decoder::events;

pub fn check(data: &[u8]) {
    let [split, reopened, bytes @ ..] = data else { return };
    let (before, after) = bytes.split_at(bytes.len() * usize::from(*reopened) / 256);
    let size = usize::from(*split).max(1);
    assert_eq!(events(Wire::default(), &[before, after], size), events(Wire::default(), &[before, after], bytes.len().max(1)));
}
