//! Floor 2: files of others, read and written, over plain readers and writers: no paths here.

pub mod csv;
pub mod wav;
