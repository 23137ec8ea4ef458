//! Floor 2: the Lab Streaming Layer, the field's own network of streams: those of others in ([`Feed`]), ours out ([`Offer`]). Nothing else in the
//! program opens a socket, and this does only where a user asked for it (`lsl:NAME`, `--lsl`).
//!
//! The protocol is `labstream`'s, in pure Rust. Three things of it are not used: its inlet, which waits for the end of a header without a
//! bound, hands nothing over without a thread that asks, and goes on measuring the clock of a peer that is gone; its description tree, which is as
//! deep as a peer likes; and its search for a lost stream, which needs a source id that many devices do not have.

pub mod describe;
mod feed;
mod find;
mod offer;
mod stamps;

pub use feed::{Feed, Pulled};
pub use find::{Found, Search, find, search};
pub use offer::{NAME, Offer};
pub use stamps::{Placed, Stamp, Stamps};

use crate::signal::Seconds;

/// More channels than this are not believed; a session has room for as many.
pub const MOST_CHANNELS: usize = 1024;

/// Nor are more samples a second.
const FASTEST: f64 = 1e6;

/// The clock that all stamps are on: the computer's steady clock, the same for every program on it.
pub fn clock() -> Seconds {
    Seconds(labstream_net::clock())
}
