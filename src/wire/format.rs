//! What a user can state of a stream's format (`--format`), as words and as values.

use std::fmt;
use std::str::FromStr;

use super::candidate::Kind;
use super::cyton::{Boards, CytonFormat};
use super::serialplot::{Checksum, Length, Number, Order, SerialPlotFormat};
use crate::signal::clean;

/// A format, as stated.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Format {
    /// Found out from the bytes.
    #[default]
    Auto,
    /// Lines of text; the layout is found out from them.
    Text(TextFormat),
    /// OpenBCI's Cyton.
    Cyton(CytonFormat),
    /// BITalino.
    Bitalino(BitalinoFormat),
    /// SerialPlot's frames, or numbers without any.
    SerialPlot(SerialPlotFormat),
}

/// The formats of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFormat {
    /// Numbers between commas, tabs, semicolons or blanks.
    Delimited,
    /// The Arduino Serial Plotter's `label:value`.
    Labelled,
    /// Teleplot's `>name:value`.
    Teleplot,
    /// A JSON object or array a line.
    Json,
    /// PulseSensor's `S512`, `B72`, `Q834`, or its `BPM,IBI,Signal`.
    PulseSensor,
    /// Words with numbers in constant places.
    Words,
}

/// What a BITalino is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BitalinoFormat {
    /// Analog channels, 1 to 6, from A1 on.
    pub channels: usize,
    /// Frames a second: 1, 10, 100 or 1000.
    pub hertz: u16,
}

/// A word that is no format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError(String);

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FormatError {}

/// The words of the formats without options; other words for the same stand behind.
const WORDS: [(&str, TextFormat); 10] = [
    ("delimited", TextFormat::Delimited),
    ("labelled", TextFormat::Labelled),
    ("teleplot", TextFormat::Teleplot),
    ("json", TextFormat::Json),
    ("pulsesensor", TextFormat::PulseSensor),
    ("words", TextFormat::Words),
    ("csv", TextFormat::Delimited),
    ("tsv", TextFormat::Delimited),
    ("arduino", TextFormat::Labelled),
    ("jsonl", TextFormat::Json),
];

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let lower = text.trim().to_ascii_lowercase();
        let (word, options) = lower.split_once(':').map_or((lower.as_str(), None), |(word, options)| (word, Some(options)));
        if let Some((_, format)) = WORDS.iter().find(|(known, _)| *known == word && options.is_none()) {
            return Ok(Self::Text(*format));
        }
        let list: Vec<&str> = options.map(|options| options.split(',').map(str::trim).collect()).unwrap_or_default();
        match word {
            "auto" if options.is_none() => Ok(Self::Auto),
            "cyton" => cyton(&list),
            "bitalino" => bitalino(&list),
            "serialplot" => serialplot(&list),
            "binary" => binary(&list),
            _ => Err(FormatError(format!(
                "`{}` is no format; there are auto, delimited, labelled, teleplot, json, pulsesensor, words, cyton[:daisy][,gain=24], \
                 bitalino:CHANNELS[,HZ], serialplot:SYNC,TYPE,CHANNELS[,sum][,frames=N] and binary:TYPE,CHANNELS",
                clean(text)
            ))),
        }
    }
}

fn wrong(what: &str) -> FormatError {
    FormatError(what.to_owned())
}

fn cyton(options: &[&str]) -> Result<Format, FormatError> {
    let mut format = CytonFormat::default();
    for option in options {
        let gain = option
            .strip_prefix("gain=")
            .and_then(|gain| gain.parse().ok())
            .filter(|gain| [1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 24.0].contains(gain));
        match (*option, gain) {
            ("daisy", _) => format.boards = Boards::WithDaisy,
            (_, Some(gain)) => format.gain = gain,
            _ => return Err(wrong("write it as cyton, cyton:daisy or cyton:daisy,gain=24 (1, 2, 4, 6, 8, 12 or 24)")),
        }
    }
    Ok(Format::Cyton(format))
}

fn bitalino(options: &[&str]) -> Result<Format, FormatError> {
    let usage = || wrong("write it as bitalino:CHANNELS or bitalino:CHANNELS,HZ: 1 to 6 channels, at 1, 10, 100 or 1000 Hz");
    let (channels, hertz) = match options {
        [] => ("6", "1000"),
        [channels] => (*channels, "1000"),
        [channels, hertz] => (*channels, *hertz),
        _ => return Err(usage()),
    };
    let channels = channels.parse().ok().filter(|channels| (1..=super::bitalino::MOST).contains(channels)).ok_or_else(usage)?;
    let hertz = hertz.parse().ok().filter(|hertz| [1, 10, 100, 1000].contains(hertz)).ok_or_else(usage)?;
    Ok(Format::Bitalino(BitalinoFormat { channels, hertz }))
}

fn serialplot(options: &[&str]) -> Result<Format, FormatError> {
    let usage = || wrong("write it as serialplot:SYNC,TYPE,CHANNELS[,sum][,frames=N], for example serialplot:aabb,i16le,2,sum");
    let [sync, number, channels, more @ ..] = options else { return Err(usage()) };
    let bytes = |at: usize| sync.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let sync: Vec<u8> = (0..sync.len()).step_by(2).map(bytes).collect::<Option<_>>().ok_or_else(usage)?;
    if sync.is_empty() || sync.len() > 8 {
        return Err(usage());
    }
    let mut format = plain(number, channels).ok_or_else(usage)?;
    (format.sync, format.length) = (sync, Length::Byte);
    for option in more {
        let frames = option.strip_prefix("frames=").and_then(|frames| frames.parse().ok()).filter(|frames| *frames > 0);
        match (*option, frames) {
            ("sum", _) => format.checksum = Checksum::Sum,
            (_, Some(frames)) => format.length = Length::Frames(frames),
            _ => return Err(usage()),
        }
    }
    Ok(Format::SerialPlot(format))
}

fn binary(options: &[&str]) -> Result<Format, FormatError> {
    let usage = || wrong("write it as binary:TYPE,CHANNELS, for example binary:i16le,2 (u8 i8 u16 i16 u32 i32 f32, then le or be)");
    let [number, channels] = options else { return Err(usage()) };
    Ok(Format::SerialPlot(plain(number, channels).ok_or_else(usage)?))
}

/// Numbers without anything around them.
fn plain(number: &str, channels: &str) -> Option<SerialPlotFormat> {
    let (word, order) =
        number.strip_suffix("be").map_or((number.strip_suffix("le").unwrap_or(number), Order::Little), |word| (word, Order::Big));
    let number = match word {
        "u8" => Number::U8,
        "i8" => Number::I8,
        "u16" => Number::U16(order),
        "i16" => Number::I16(order),
        "u32" => Number::U32(order),
        "i32" => Number::I32(order),
        "f32" => Number::F32(order),
        _ => return None,
    };
    let channels = channels.parse().ok().filter(|channels| (1..=64).contains(channels))?;
    Some(SerialPlotFormat { sync: Vec::new(), number, channels, length: Length::Frames(1), checksum: Checksum::None })
}

impl TextFormat {
    /// The formats that may be tried: PulseSensor's plotter lines are delimited ones.
    pub(super) fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Delimited => &[Kind::Delimited],
            Self::Labelled => &[Kind::Labelled],
            Self::Teleplot => &[Kind::Teleplot],
            Self::Json => &[Kind::Json],
            Self::PulseSensor => &[Kind::Pulse, Kind::Delimited],
            Self::Words => &[Kind::Words],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_as_people_write_them() {
        assert_eq!("auto".parse(), Ok(Format::Auto));
        assert_eq!("Arduino".parse(), Ok(Format::Text(TextFormat::Labelled)));
        assert_eq!("bitalino:2".parse(), Ok(Format::Bitalino(BitalinoFormat { channels: 2, hertz: 1000 })));
        assert_eq!("cyton:daisy,gain=12".parse(), Ok(Format::Cyton(CytonFormat { boards: Boards::WithDaisy, gain: 12.0 })));
        let Ok(Format::SerialPlot(plot)) = "serialplot:aabb,i16le,2,sum".parse() else { panic!("no format") };
        assert_eq!((plot.sync, plot.number, plot.channels), (vec![0xAA, 0xBB], Number::I16(Order::Little), 2));
        assert_eq!((plot.length, plot.checksum), (Length::Byte, Checksum::Sum));
    }

    #[test]
    fn a_word_that_is_no_format_gets_a_line_that_says_what_to_write() {
        for (text, says) in [
            ("edf", "`edf` is no format"),
            ("bitalino:7", "1 to 6 channels"),
            ("cyton:gain=5", "cyton:daisy"),
            ("serialplot:aab,i16,2", "for example serialplot:aabb"),
            ("serialplot:äb,i16,2", "for example serialplot:aabb"),
            ("binary:i24,2", "binary:i16le,2"),
            ("csv:2", "is no format"),
        ] {
            let error = text.parse::<Format>().unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
