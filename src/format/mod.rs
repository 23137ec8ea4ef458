//! Floor 2: files of others, read and written. Everything here takes `impl Read`, `Write` or `Seek`; paths are the
//! business of the floors above.

pub mod csv;
mod provenance;
pub mod wav;

pub use provenance::Provenance;
pub use wav::{Encoding, Extent, WavError, WavHeader};
