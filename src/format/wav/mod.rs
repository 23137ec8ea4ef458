//! WAV: what is in a file, its samples as float32, and files with cue points that others can open.
//!
//! The chunks follow Microsoft's "Multimedia Programming Interface and Data Specifications 1.0" (1991) and the RF64
//! of EBU Tech 3306 where a file is longer than 4 GiB. Integer samples become floats of full scale ±1, as Audacity
//! and libsndfile have it; float samples are taken as they are.

mod read;
mod surround;
mod write;

pub use read::{Encoding, Extent, WavError, WavHeader, decode};
pub use surround::Surround;
pub use write::{HEADER, Shape, write};

/// The chunk of a file of ours that holds where the samples come from, as the JSON beside it does.
const PROVENANCE: &[u8; 4] = b"spnt";
