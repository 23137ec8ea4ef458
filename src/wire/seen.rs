//! What the recogniser says of a stream, to a person and to a program.

use std::fmt;

use super::StampUnit;

/// What the bytes look like.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// A format, with what speaks for it.
    Recognised(Recognition),
    /// Lines that people can read, and no numbers in them.
    Text,
    /// Lines with numbers, of which no three in a row are alike.
    Unlike,
    /// Frames of SerialPlot; which numbers are in them they do not say.
    SerialPlot,
    /// Bytes that are no text and no frames: most likely the wrong baud rate.
    Rubbish,
    /// Less than half of what came last is of the format; it is looked for anew, unless it was stated.
    Lost,
}

/// How sure a format is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// It was stated, and nothing in the bytes speaks for or against it.
    Guess,
    /// The few lines so far agree.
    Likely,
    /// Nine of ten lines agree, over eight and more; or sync, checksum and counter do, which chance would bring once in 10⁹ streams.
    Sure,
    /// The user said so.
    Stated,
}

/// A recognised format.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognition {
    /// In words: "delimited (comma)".
    pub format: String,
    /// How many channels were told so far.
    pub channels: usize,
    /// The device's clock, where it sends one.
    pub stamp: Option<StampUnit>,
    /// Whether the device numbers its frames.
    pub counter: bool,
    /// The counter begins again from here; `None` where that is not fixed. So many frames and their multiples can be lost unseen.
    pub counter_modulo: Option<u64>,
    /// Which part of the lines or bytes the format decodes, 0 to 1.
    pub share: f64,
    /// The format that comes next, and its share.
    pub runner_up: Option<(&'static str, f64)>,
    /// How sure it is.
    pub certainty: Certainty,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recognised(recognition) => recognition.fmt(f),
            Self::Text => f.write_str("text, no numbers"),
            Self::Unlike => f.write_str("lines with numbers, but no three alike; what is it? (--format)"),
            Self::SerialPlot => f.write_str("SerialPlot frames; say what is in them: --format serialplot:aabb,i16le,CHANNELS,sum"),
            Self::Rubbish => f.write_str("no text and no frames: wrong baud rate? (--baud)"),
            Self::Lost => f.write_str("less than half of it is of the format; looking again"),
        }
    }
}

impl fmt::Display for Recognition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.channels == 1 { "" } else { "s" };
        write!(f, "{}, {} channel{s}", self.format, self.channels)?;
        if let Some(stamp) = &self.stamp {
            write!(f, ", stamps in {} ({})", stamp.unit, stamp.why)?;
        }
        if self.counter {
            f.write_str(", a counter")?;
        }
        let sure = match self.certainty {
            Certainty::Guess => "a guess",
            Certainty::Likely => "likely",
            Certainty::Sure => "sure",
            Certainty::Stated => "stated",
        };
        write!(f, "; {:.0} % decoded, {sure}", 100.0 * self.share)?;
        match self.runner_up {
            Some((format, share)) if self.certainty < Certainty::Sure => write!(f, "; else {format} ({:.0} %)", 100.0 * share),
            _ => Ok(()),
        }
    }
}
