//! stillpoint: live rhythm monitoring from a recording device.
//!
//! The floors, lowest first; each imports only from those above it in this list (held by `tests/floors.rs`).

pub mod signal;

pub mod rhythm;
pub mod simulate;
pub mod wire;

pub mod protocol;

pub mod format;
pub mod source;
pub mod store;

pub mod app;

pub mod ui;
