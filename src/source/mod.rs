//! Floor 2: where frames come from.

mod baud;
mod decoding;
mod demo;
mod lsl;
mod played;
pub mod ports;
mod reading;
mod serial;
mod stdin;

pub use demo::DemoSource;
pub use lsl::LslSource;
pub use played::PlayedSource;
pub use serial::{Opening, SerialSource};
pub use stdin::StdinSource;

use crate::signal::{Rate, Seconds};
use crate::wire::WireChannel;

/// What a source hands over.
#[derive(Debug)]
pub enum Delivery {
    /// The channels, with the rate where the source knows it. Names are as the source gives them.
    Open {
        /// Name and unit a channel; a missing name becomes `ch1`, `ch2`, …
        channels: Vec<WireChannel>,
        /// Frames a second, where the source knows; otherwise it is measured.
        rate: Option<Rate>,
    },
    /// Whole frames, interleaved, that arrived together at `arrival` (seconds of a steady clock).
    Frames {
        /// `frames × channels` samples.
        samples: Vec<f32>,
        /// The device's time of each frame, from when it likes, where it says any; else nothing.
        stamps: Vec<Option<Seconds>>,
        /// When the read returned.
        arrival: Seconds,
    },
    /// By the device's own counter, or by stamps that are even, so many frames never arrived, between the last ones and the next.
    Missing(u64),
    /// Bytes that gave no frame.
    Fault(String),
    /// What the bytes were recognised to be.
    Format {
        /// The format's name.
        name: String,
        /// What is known of it, in words.
        what: String,
    },
    /// Why they are not, or no longer, in words.
    Unsure(String),
    /// The port is gone; the source waits for it by itself.
    Lost(String),
    /// The port is back.
    Back,
    /// The stream is over.
    End,
}

/// What went wrong with a source: what was attempted, on what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is no such port.
    #[error("{port}: no such port; `stillpoint ports` lists those that are there")]
    NoSuchPort {
        /// As given.
        port: String,
    },
    /// The port is there but may not be opened.
    #[error("{port}: permission denied; join the group {group} (sudo usermod -aG {group} $USER), then log in again")]
    Permission {
        /// As given.
        port: String,
        /// The group that owns the port.
        group: String,
    },
    /// Another program has it.
    #[error("{port}: busy, {} has it open; close that first", holder.as_deref().unwrap_or("another program"))]
    Busy {
        /// As given.
        port: String,
        /// Which program, where the system tells.
        holder: Option<String>,
    },
    /// The stream of the Lab Streaming Layer cannot be read.
    #[error("lsl:{name}: {why}")]
    Stream {
        /// As given.
        name: String,
        /// Why, and what there is.
        why: String,
    },
    /// Anything else.
    #[error("{port}: cannot be opened as a serial port: {why}")]
    Open {
        /// As given.
        port: String,
        /// The system's words.
        why: String,
    },
}

/// A place where bytes come from live: waits for the next delivery; never ends by an error.
pub trait Source {
    /// Waits for what comes next. Safe to drop while it waits (nothing received is lost).
    fn next(&mut self) -> impl Future<Output = Delivery> + Send;

    /// What its arrivals are counted from, on [`crate::lsl::clock`], where it knows; otherwise that is measured.
    fn origin(&self) -> Option<Seconds> {
        None
    }

    /// What the bytes are taken for, in words, and the latest lines of them, clean, oldest first. Asked for only while somebody looks.
    fn raw(&self) -> (String, Vec<String>) {
        ("samples without bytes".to_owned(), Vec::new())
    }
}
