//! The trace of a part in as many columns as a picture has.

use crate::report::Trace;
use crate::signal::{Column, Span, fold};
use crate::store::{Recording, StoreError};

/// Columns of a whole recording: more than a page can show apart.
const COLUMNS: u64 = 900;
/// Frames read at once.
const READ: u64 = 1 << 16;

/// Reads it through once.
pub(super) fn trace(recording: &mut Recording, part: Span) -> Result<Trace, StoreError> {
    let channels = recording.layout().channels.len();
    let each = part.frames().div_ceil(COLUMNS).max(1);
    let count = part.frames().div_ceil(each) as usize;
    let mut trace = Trace { each, columns: vec![vec![Column::EMPTY; count]; channels] };
    let (mut at, mut samples, mut folded) = (part.start, Vec::new(), Vec::new());
    while at < part.end {
        // Up to the end of the column, so that a bucket is within it.
        let column = ((at - part.start) / each) as usize;
        let left = (column as u64 + 1) * each - (at - part.start);
        let got = recording.read(at, left.min(READ).min(part.end - at) as usize, &mut samples)?;
        if got == 0 {
            break;
        }
        folded.clear();
        fold(&samples[..got * channels], channels, got as u64, &mut folded);
        for (columns, seen) in trace.columns.iter_mut().zip(&folded) {
            columns[column] = columns[column].and(*seen);
        }
        at = at + got as u64;
    }
    Ok(trace)
}
