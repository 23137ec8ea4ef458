//! Floor 1: bytes in, frames and faults out. Pure, incremental, never fails: however the bytes are split, the frames are the same.
//!
//! The format is recognised by the first bytes (`window`), which are held and decoded then, so that none is lost. A first line that may
//! have been cut by the opening of the port is not believed. Then they go through the decoder of the format (`text`, `frames`), which is
//! watched: if less than half decodes the format is looked for anew. What was told of channels is never taken back (`told`).

#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bitalino;
mod candidate;
mod columns;
mod commands;
mod cutter;
mod cyton;
mod delimited;
mod format;
mod frames;
mod gather;
mod json;
mod labelled;
mod lines;
mod number;
mod pulse;
mod recent;
mod roles;
mod seen;
mod serialplot;
mod stream;
mod succession;
mod teleplot;
mod text;
mod told;
mod watch;
mod window;
mod words;

pub use commands::Commands;
pub use cyton::{Boards, CytonFormat};
pub use format::{BitalinoFormat, Format, FormatError, TextFormat};
pub use roles::StampUnit;
pub use seen::{Certainty, Recognition, Seen};
pub use serialplot::{Checksum, Length, Number, Order, SerialPlotFormat};
pub use stream::Wire;

use crate::signal::{Seconds, clean};

/// What a decoder finds in the bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// What the bytes look like has changed, or is known for surer.
    Seen(&'a Seen),
    /// The channels are known, or more have appeared (at the end of the list). Comes before the first frame.
    Channels(&'a [WireChannel]),
    /// A frame of the stream.
    Frame(Frame<'a>),
    /// Bytes that gave no frame.
    Fault(Fault),
}

/// One sample of every channel, and what the device says of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame<'a> {
    /// One value a channel of the last `Channels`; missing ones are `signal::MISSING`.
    pub values: &'a [f32],
    /// The device's time of it, wraps of its clock undone; from when the device likes. `None` where it sends none, or noise has changed it.
    pub stamp: Option<Seconds>,
    /// What the device's numbers say of the frames before this one.
    pub before: Before,
}

/// What a device's own numbers say of the frames before one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nothing.
    Untold,
    /// By its counter it follows the last frame.
    Follows,
    /// By its counter so many frames are missing between the last one and this.
    Lost(u64),
    /// Counter or clock have gone back, and not by a wrap: the device has begun anew.
    Reset,
}

/// A channel as the wire names it. Texts are clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireChannel {
    /// Its name; `None` where the wire gives none.
    pub name: Option<String>,
    /// Its unit; empty where the wire gives none.
    pub unit: String,
}

/// What was skipped and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Why, in words for a person; clean.
    pub why: String,
    /// How many bytes were skipped.
    pub bytes: usize,
}

/// The end of `bytes`, so many at most.
fn latest(bytes: &[u8], most: usize) -> &[u8] {
    bytes.split_at_checked(bytes.len().saturating_sub(most)).map_or(bytes, |(_, latest)| latest)
}

fn fault(why: &str, bytes: usize) -> Event<'static> {
    Event::Fault(Fault { why: clean(why), bytes })
}
