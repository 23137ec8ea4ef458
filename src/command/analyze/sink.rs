//! Where the rows of one file go.

use std::io::Write;

use anyhow::Result;

use super::super::parallel::Voice;
use super::columns::Columns;

/// Takes whole lines.
pub enum Sink<'a> {
    /// Into the output of all files, in their order.
    Voice,
    /// Into a file of this one's own.
    File(Box<dyn Write + 'a>),
    /// The same, as columns.
    Columns(Box<Columns<Box<dyn Write + Send + 'a>>>),
}

impl Sink<'_> {
    /// Takes the lines and leaves none.
    ///
    /// # Errors
    /// Where the file fails, or nobody listens any more.
    pub fn take(&mut self, lines: &mut Vec<u8>, voice: &mut Voice<'_>) -> Result<()> {
        match self {
            Self::Voice => voice.write_all(lines)?,
            Self::File(file) => file.write_all(lines)?,
            Self::Columns(table) => table.write_all(lines)?,
        }
        lines.clear();
        Ok(voice.breathe()?)
    }

    /// Puts everything through.
    ///
    /// # Errors
    /// Where the file fails.
    pub fn finish(self) -> Result<()> {
        match self {
            Self::Voice => Ok(()),
            Self::File(mut file) => Ok(file.flush()?),
            Self::Columns(table) => Ok(table.finish()?),
        }
    }
}
