//! Floor 2: recordings. Files of others are read; ours is the session folder. Created, appended to, kept safe once a second, recovered when a crash cut it short, and
//! read at any place without reading the rest.
//!
//! ```text
//! 2026-11-23_10-15-00_anna/   0700, its files 0600
//!   signal.wav                float32, one WAV channel a sensor channel; a missing sample is NaN
//!   signal-002.wav …          begun when the one before nears 1 GiB
//!   session.toml              what the WAV header cannot say: the start, the true rate, the channels, the settings
//!   events.jsonl              appended and synced line by line: annotations, gaps, clock points, faults, the end mark
//! ```
//!
//! The order of writing makes it safe: samples are safe on disk before the header counts them, and everything is before the end mark.
//! A reader believes the length of the files, not the numbers in them, and says where the two differ; of what is after the header's count it leaves out
//! what a power cut left as zeros.

#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod about;
mod beside;
mod disk;
mod error;
mod event;
mod exported;
mod foreign;
mod found;
mod journal;
mod name;
mod overview;
mod parts;
mod recording;
mod recover;
mod regular;
mod samples;
mod session;
mod signal;
mod start;
mod tail;
mod writer;

pub use about::About;
pub use disk::{Disk, DiskFile, SystemDisk};
pub use error::StoreError;
pub use event::Event;
pub use found::{Stamp, exported_from, is_beside, is_session, may_be_recording, stamps};
pub use journal::Journal;
pub use name::slug;
pub use overview::OverviewFile;
pub use recording::{Recording, RecordingKind};
pub use recover::{recover, recover_on};
pub use samples::Reader;
pub use start::Start;
pub use writer::{Finished, Limits, Place, SessionWriter};

/// More channels than this are no sensor but a broken header.
pub const MAX_CHANNELS: usize = 1024;

/// What wrote the files.
pub const PROGRAM: &str = concat!("stillpoint ", env!("CARGO_PKG_VERSION"));
