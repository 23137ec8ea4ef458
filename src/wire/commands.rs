//! What devices are told that must be told to start. Each byte is a command of its own.

use super::Format;
use super::cyton::Boards;
use crate::signal::Seconds;

/// The commands of a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Commands {
    /// Starts it, whatever it is doing, also where it is sending already.
    pub start: Vec<u8>,
    /// Stops it.
    pub stop: Vec<u8>,
    /// Asks what it is; it stops sending to answer, in words.
    pub version: Vec<u8>,
    /// The time that it needs from one command to the next.
    pub apart: Seconds,
}

impl Format {
    /// The commands of a device with this format, where it must be told to start.
    pub fn commands(&self) -> Option<Commands> {
        match self {
            // `c` and `C`: with 8 or 16 channels, `b` and `s`: start and stop, `v`: reset, whose answer ends in `$$$` and tells of a Daisy
            // (docs.openbci.com, Cyton SDK).
            Self::Cyton(format) => {
                let boards = if format.boards == Boards::WithDaisy { b'C' } else { b'c' };
                Some(Commands { start: vec![boards, b'b'], stop: vec![b's'], version: vec![b'v'], apart: Seconds(0.1) })
            }
            // It takes a rate only while it is idle, so one that is sending since before is stopped first; to one that is idle the stop is a
            // threshold of the battery's lamp (revolution-python-api).
            Self::Bitalino(format) => {
                let code = match format.hertz {
                    1 => 0,
                    10 => 1,
                    100 => 2,
                    _ => 3,
                };
                let channels = (1_u8 << format.channels.clamp(1, 6)) - 1;
                Some(Commands {
                    start: vec![0x00, code << 6 | 0x03, channels << 2 | 0x01],
                    stop: vec![0x00],
                    version: vec![0x07],
                    apart: Seconds(0.1),
                })
            }
            Self::Auto | Self::Text(_) | Self::SerialPlot(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(words: &str) -> Option<Vec<u8>> {
        words.parse::<Format>().unwrap().commands().map(|commands| commands.start)
    }

    #[test]
    fn devices_are_started_with_the_channels_and_the_rate_that_were_stated() {
        assert_eq!(start("cyton"), Some(b"cb".to_vec()));
        assert_eq!(start("cyton:daisy"), Some(b"Cb".to_vec()));
        assert_eq!(start("bitalino:2,100"), Some(vec![0x00, 0x83, 0x0d]));
        assert_eq!(start("bitalino:6"), Some(vec![0x00, 0xc3, 0xfd]));
        assert_eq!(start("json"), None);
    }
}
