//! CSV for people and pandas: one header line, one row a sample, an empty field where a sample is missing.

use std::io::{self, Write};

use crate::signal::Channel;

/// Writes rows of samples.
pub struct CsvWriter<W: Write> {
    out: ::csv::Writer<W>,
    row: Vec<String>,
}

impl<W: Write> CsvWriter<W> {
    /// Begins with `time_s` and each channel's name with its unit in brackets.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn new(out: W, channels: &[Channel]) -> io::Result<Self> {
        let mut out = ::csv::Writer::from_writer(out);
        out.write_field("time_s")?;
        for channel in channels {
            let name = if channel.unit.is_empty() { channel.name.clone() } else { format!("{} [{}]", channel.name, channel.unit) };
            out.write_field(defused(&name))?;
        }
        out.write_record(None::<&[u8]>)?;
        Ok(Self { out, row: vec![String::new(); channels.len() + 1] })
    }

    /// Appends one frame at a time in seconds.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn frame(&mut self, time: f64, samples: &[f32]) -> io::Result<()> {
        use std::fmt::Write as _;
        for field in &mut self.row {
            field.clear();
        }
        // Writing into a string does not fail.
        let _ = write!(self.row[0], "{time:.6}");
        for (field, sample) in self.row[1..].iter_mut().zip(samples) {
            if !sample.is_nan() {
                let _ = write!(field, "{sample}");
            }
        }
        Ok(self.out.write_record(&self.row)?)
    }

    /// Everything is handed to the writer below.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A text that a spreadsheet would take for a formula begins with an apostrophe instead.
pub fn defused(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_exact_and_a_missing_sample_is_an_empty_field() {
        let mut bytes = Vec::new();
        let channels = [Channel::named("left", "µm"), Channel::named("=cmd()", "")];
        let mut csv = CsvWriter::new(&mut bytes, &channels).unwrap();
        csv.frame(0.01, &[0.1, f32::NAN]).unwrap();
        csv.frame(0.02, &[16_777_217.0, -1.5e-9]).unwrap();
        csv.finish().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, "time_s,left [µm],'=cmd()\n0.010000,0.1,\n0.020000,16777216,-0.0000000015\n");
    }
}
