//! Floor 2: files of others, read and written. Everything here takes `impl Read`, `Write` or `Seek`; paths are the
//! business of the floors above.

#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod audacity;
pub mod bids;
mod contents;
pub mod csv;
pub mod edf;
mod extract;
mod input;
pub mod jsonl;
mod moment;
pub mod origin;
pub mod parquet;
mod provenance;
pub mod rows;
pub mod table;
pub mod wav;
pub mod wfdb;
pub mod wording;

pub use contents::Contents;
pub use edf::{Edf, EdfError, EdfPlan};
pub use extract::{Extract, Frames};
pub use origin::Origin;
pub use provenance::Provenance;
pub use table::{Known, Sidecar, Table, TableError};
pub use wav::{Encoding, Extent, WavError, WavHeader};
pub use wfdb::{Wfdb, WfdbError};
