//! stillpoint: live rhythm monitoring from a recording device.
//!
//! The floors, lowest first; each imports only from those above it in this list (held by `tests/floors.rs`).

pub mod signal;

pub mod rhythm;
pub mod simulate;
pub mod wire;

pub mod protocol;

pub mod format;

pub mod store;

pub mod lsl;

pub mod source;

pub mod export;

pub mod session;

pub mod app;

pub mod ui;

pub mod cli;
pub mod settings;

pub mod command;

// The disk that fails on demand (`tests/disk/`) is used by tests within the crate as well, and names it from outside.
#[cfg(test)]
extern crate self as stillpoint;
