//! stillpoint: live rhythm monitoring from a recording device. This is the library under the program of that name: the same estimators, decoders and files,
//! for a program of your own. The program is described in the [README](https://crates.io/crates/stillpoint).
//!
//! # Analyse a slice
//!
//! Samples in, rows out: each channel is looked at for each rhythm, over windows that end every five seconds. A figure has a 95 % interval and its
//! evidence; where a rhythm cannot be told from noise there is none.
//!
//! ```
//! use stillpoint::rhythm::{Monitor, Rhythm, Row, Settings};
//! use stillpoint::signal::{Block, Channel, Layout, Rate, SampleIndex};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Two minutes at 50 Hz: 6 cycles a minute, 50 µm from trough to peak, in noise.
//! let noise = |n: u32| ((n as f32).sin() * 43758.547).fract() * 10.0 - 5.0;
//! let samples = (0..6000).map(|n| 25.0 * (n as f32 / 50.0 * std::f32::consts::TAU / 10.0).sin() + noise(n)).collect();
//!
//! let rate = Rate::from_hz(50.0).ok_or("no rate")?;
//! let layout = Layout { channels: vec![Channel::named("left", "µm")], nominal: rate };
//! let mut monitor = Monitor::new(&layout, &Settings::default());
//! let mut rows = Vec::new();
//! monitor.push(&Block { start: SampleIndex(0), channels: 1, samples }, &mut rows);
//! monitor.finish(&mut rows);
//!
//! let cranial = rows.iter().filter_map(|row| match row {
//!     Row::Estimate(estimate) if estimate.rhythm == Rhythm::Cranial => estimate.present(),
//!     _ => None,
//! });
//! let figure = cranial.last().ok_or("no rhythm")?;
//! assert!(figure.rate.low < 6.0 && 6.0 < figure.rate.high, "{figure:?}");
//! assert!((figure.amplitude.value - 50.0).abs() < 2.0 && figure.p < 0.001, "{figure:?}");
//! # Ok(())
//! # }
//! ```
//!
//! # Follow a stream
//!
//! Bytes in any pieces, as they come from a device; the format is recognised. A decoder never fails: what is no sample is a fault that says why.
//!
//! ```
//! use stillpoint::wire::{Before, Event, Format, Wire};
//!
//! let (mut names, mut frames, mut lost) = (Vec::new(), 0, 0);
//! let mut take = |event: Event<'_>| match event {
//!     Event::Channels(channels) => names = channels.iter().filter_map(|channel| channel.name.clone()).collect(),
//!     Event::Frame(frame) => {
//!         frames += 1;
//!         if let Before::Lost(missing) = frame.before {
//!             lost += missing;
//!         }
//!     }
//!     Event::Seen(_) | Event::Fault(_) => {}
//! };
//!
//! let mut wire = Wire::with(Format::Auto);
//! for n in (0..100).filter(|n| *n != 70) {
//!     // A counter that rises by one tells what was lost on the way.
//!     let line = format!("left:{},right:{},n:{n}\r\n", n * 7 % 50, n * 11 % 50);
//!     let (one, other) = line.as_bytes().split_at(5);
//!     wire.push(one, &mut take);
//!     wire.push(other, &mut take);
//! }
//! wire.finish(&mut take);
//! assert_eq!((names, frames, lost), (vec!["left".to_owned(), "right".to_owned()], 99, 1));
//! ```
//!
//! # Open a session
//!
//! A session folder, or a file of another program (WAV, EDF, BDF, WFDB, a table): layout, annotations and gaps at once, samples where they are asked for.
//!
//! ```
//! use std::path::Path;
//! use stillpoint::signal::{Kind, SampleIndex};
//! use stillpoint::store::Recording;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut recording = Recording::open(Path::new("recordings/steady"), None)?;
//! println!("{} channels, {:.3} Hz", recording.layout().channels.len(), recording.rate().hz());
//! for annotation in recording.annotations().iter().filter(|annotation| annotation.kind == Kind::Segment) {
//!     println!("{} from {:.1} s", annotation.label, recording.rate().time_of(annotation.start).0);
//! }
//! for gap in recording.gaps() {
//!     println!("{} frames never arrived", gap.span.frames());
//! }
//! // The second minute; what never arrived is NaN.
//! let start = recording.rate().frames(stillpoint::signal::Seconds(60.0));
//! let mut samples = Vec::new();
//! let frames = recording.read(SampleIndex(start), 3000, &mut samples)?;
//! assert_eq!((frames, samples.len()), (3000, 3000));
//! # Ok(())
//! # }
//! ```
//!
//! # What is stable
//!
//! Versions follow [SemVer](https://semver.org): while the first number is 0, a change that breaks something raises the second. That is promised for [`signal`], [`rhythm`],
//! [`wire`], [`format`](mod@format), [`store`] and [`export`], for the session folder, and for the command line with what `analyze`, `export` and `info` print; fields and rows are added,
//! never renamed. The floors above (from [`protocol`] and [`session`] to [`command`]) are public because the program's own tests and examples stand
//! outside of the crate; they change whenever the program does, in any version. Figures may get better with any version: CHANGELOG.md says when and by how much.
//!
//! # The floors
//!
//! Lowest first; each imports only from those above it in this list (held by `tests/floors.rs`).

pub mod signal;

pub mod rhythm;
pub mod simulate;
pub mod wire;

pub mod protocol;

pub mod format;

pub mod report;

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
