//! Labels as Audacity imports and exports them: start, end in seconds and a text, between tabs, a line each.

use std::io::{self, Write};

use super::{Extract, wording};
use crate::signal::{SampleIndex, Span};

/// Writes annotations and gaps in the order of their starts.
///
/// # Errors
/// Where `out` fails.
pub fn write(mut out: impl Write, extract: &Extract) -> io::Result<()> {
    let rate = extract.provenance.rate;
    let mut labels: Vec<(Span, String)> = extract.annotations.iter().map(|a| (a.span(), wording::of(a))).collect();
    labels.extend(extract.gaps.iter().map(|gap| (gap.span, wording::of_gap(gap))));
    labels.sort_by_key(|(span, _)| span.start);
    let seconds = |at: SampleIndex| rate.time_of(at).0;
    for (span, text) in labels {
        let text = text.replace(char::is_control, " ");
        writeln!(out, "{:.9}\t{:.9}\t{text}", seconds(span.start), seconds(span.end))?;
    }
    out.flush()
}
