//! EDF, EDF+ and BDF: a header of plain text, then records of a fixed length that hold so many samples of every signal.
//! After Kemp et al. 1992 and 2003 (edfplus.info) and BioSemi's 24-bit variant. Opening reads the header, and the
//! annotations where there are any; samples are read where they are asked for.

mod fields;
mod header;
mod plan;
mod read;
mod records;
mod scale;
mod tal;
mod told;
mod write;

pub use read::Edf;
pub use write::Plan as EdfPlan;

/// Where the samples end, in a file of ours whose last record they do not fill.
const END_TEXT: &str = "end of recording";
/// Before the name of a channel of which samples are missing, in a file of ours.
const MISSING_OF: &str = "missing: ";

use std::io;

/// Why a file cannot be read as EDF or BDF.
#[derive(Debug, thiserror::Error)]
pub enum EdfError {
    /// Nothing in it.
    #[error("the file is empty; nothing was ever written to it")]
    Empty,
    /// Another kind of file.
    #[error("this is not an EDF or BDF file (it does not begin with \"0\" and seven blanks, nor with 255 and BIOSEMI)")]
    NotEdf,
    /// Cut off before the samples begin.
    #[error("the EDF header is cut short: the file ends after {length} bytes of {header}, before its samples; copy it anew")]
    CutShort {
        /// The file's length.
        length: u64,
        /// The header's.
        header: u64,
    },
    /// A header that cannot be.
    #[error("the EDF header says {what}; the file is damaged or was never a recording")]
    Header {
        /// What it says, and where.
        what: String,
    },
    /// Nothing to be shown.
    #[error("this EDF file has no signal, only {what}; open the file of signals that belongs to it")]
    NoSignal {
        /// What it has.
        what: String,
    },
    /// Records that last no time.
    #[error("the EDF header says that a record lasts 0 s, so the sample rate is not known; give it with --rate HZ")]
    NoRate,
    /// The system refused.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// Whether a file that begins with these bytes (256 are enough) is EDF or BDF. A text may begin like EDF; so the dots of
/// the date and the time are looked at too.
pub fn is_edf(start: &[u8]) -> bool {
    let dotted = || [170, 173, 178, 181].iter().all(|&at| start.get(at) == Some(&b'.'));
    start.starts_with(header::BDF) || (start.starts_with(header::EDF) && dotted())
}
