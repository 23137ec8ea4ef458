//! The program from outside, a file a subject. All of them are one program, which is linked once and whose stories run side by side:
//! `cargo test --test stories record::` runs those of a subject.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod analyze;
#[cfg(unix)]
mod annotating;
mod bad_input;
mod batch;
#[cfg(unix)]
mod baud;
mod commands;
#[cfg(unix)]
mod common;
mod config;
mod crash;
mod dependencies;
mod disk;
#[cfg(unix)]
mod ending;
mod export;
mod firmware;
mod floors;
mod formats;
mod played;
mod readme;
#[cfg(unix)]
mod record;
#[cfg(unix)]
mod recording;
mod replaying;
mod report;
mod rhythm;
mod round_trip;
mod rust_text;
mod same_figures;
mod screen;
mod shipped;
mod size;
mod stamped;
mod still;
mod store;
mod tables;
mod texts;
#[cfg(unix)]
mod threats;
#[cfg(unix)]
mod tutorial;
#[cfg(unix)]
mod watching;
mod wav;
mod wire;
