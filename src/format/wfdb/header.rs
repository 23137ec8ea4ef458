//! The header of a WFDB record: a line for the record, a line a signal (PhysioNet, *WFDB Applications Guide*, header(5)).

use super::WfdbError;
use crate::format::moment;
use crate::signal::clean;

/// Channels beyond this are a broken header.
const MOST_SIGNALS: usize = 1024;
/// Samples of one signal in a frame.
const MOST_A_FRAME: u64 = 1 << 16;

/// How samples are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// 16 bits, little-endian.
    Sixteen,
    /// Two of 12 bits in three bytes.
    Twelve,
    /// 8 bits, 128 is zero.
    Eight,
    /// 24 bits, little-endian.
    TwentyFour,
    /// 32 bits, little-endian.
    ThirtyTwo,
}

impl Packing {
    fn of(number: u32) -> Option<Self> {
        Some(match number {
            16 => Self::Sixteen,
            212 => Self::Twelve,
            80 => Self::Eight,
            24 => Self::TwentyFour,
            32 => Self::ThirtyTwo,
            _ => return None,
        })
    }

    /// The place of a sample in its file, in bytes, and how many bytes hold it.
    pub(super) fn place(self, sample: u64) -> (u64, usize) {
        match self {
            Self::Sixteen => (sample * 2, 2),
            Self::Twelve => (sample / 2 * 3, 3),
            Self::Eight => (sample, 1),
            Self::TwentyFour => (sample * 3, 3),
            Self::ThirtyTwo => (sample * 4, 4),
        }
    }

    /// Whole samples in so many bytes.
    pub(super) fn held(self, bytes: u64) -> u64 {
        match self {
            Self::Sixteen => bytes / 2,
            Self::Twelve => bytes / 3 * 2 + u64::from(bytes % 3 == 2),
            Self::Eight => bytes,
            Self::TwentyFour => bytes / 3,
            Self::ThirtyTwo => bytes / 4,
        }
    }

    /// The number that a sample is; `None` where the file says that there is none.
    pub(super) fn number(self, sample: u64, bytes: &[u8]) -> Option<i32> {
        let (number, none) = match (self, bytes) {
            (Self::Sixteen, [a, b, ..]) => (i32::from(i16::from_le_bytes([*a, *b])), i32::from(i16::MIN)),
            (Self::Twelve, [a, b, rest @ ..]) => {
                let odd = sample % 2 == 1;
                let third = rest.first().copied().unwrap_or(0);
                let bits = if odd { u16::from(b >> 4) << 8 | u16::from(third) } else { u16::from(b & 15) << 8 | u16::from(*a) };
                (i32::from((bits << 4).cast_signed() >> 4), -2048)
            }
            (Self::Eight, [a, ..]) => (i32::from(*a) - 128, -128),
            (Self::TwentyFour, [a, b, c, ..]) => (i32::from_le_bytes([0, *a, *b, *c]) >> 8, -(1 << 23)),
            (Self::ThirtyTwo, [a, b, c, d, ..]) => (i32::from_le_bytes([*a, *b, *c, *d]), i32::MIN),
            _ => return None,
        };
        (number != none).then_some(number)
    }
}

/// One signal.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Signal {
    /// The file that holds it: a plain name.
    pub(super) file: String,
    pub(super) packing: Packing,
    /// Samples in a frame of the record.
    pub(super) a_frame: u64,
    /// Bytes before the first sample.
    pub(super) offset: u64,
    /// Numbers in one unit.
    pub(super) gain: f64,
    /// The number of zero units.
    pub(super) baseline: f64,
    pub(super) unit: String,
    pub(super) name: String,
}

/// What the header says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    /// Frames a second; `None` where it does not say.
    pub(super) hz: Option<f64>,
    /// `None` where it does not say.
    pub(super) frames: Option<u64>,
    /// As [`Contents::started`](crate::format::Contents::started), by the clock of where it was made.
    pub(super) started: Option<String>,
    pub(super) signals: Vec<Signal>,
    pub(super) damage: Vec<String>,
}

impl Header {
    pub(super) fn parse(text: &str) -> Result<Self, WfdbError> {
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        let (_, record) = lines.next().ok_or(WfdbError::NoRecord)?;
        let mut fields = record.split_whitespace();
        let name = fields.next().unwrap_or_default();
        if name.contains('/') {
            return Err(WfdbError::Segments);
        }
        let count: usize = fields.next().and_then(|count| count.parse().ok()).ok_or(WfdbError::NoRecord)?;
        if count == 0 || count > MOST_SIGNALS {
            return Err(WfdbError::Signals(count));
        }
        // "250/1000(0)": the rate of frames, then that of a counter.
        let hz = fields.next().and_then(|rate| rate.split(['/', '(']).next()?.parse().ok());
        let frames = fields.next().and_then(|frames| frames.parse().ok()).filter(|frames| *frames > 0);
        let started = fields.next().zip(fields.next()).and_then(|(time, date)| started(time, date));
        let mut damage = Vec::new();
        let mut signals = Vec::with_capacity(count);
        for number in 1..=count {
            let (line, text) =
                lines.next().ok_or(WfdbError::Signal { line: 0, what: format!("{} signals are announced, {} told", count, number - 1) })?;
            signals.push(signal(text, &mut damage).map_err(|what| WfdbError::Signal { line, what })?);
        }
        Ok(Self { hz, frames, started, signals, damage })
    }
}

/// `hh:mm:ss.sss` and `dd/mm/yyyy`; without a day the time tells little.
fn started(time: &str, date: &str) -> Option<String> {
    let date: Vec<i64> = date.split('/').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [day, month, year] = *date else { return None };
    if !((1..=31).contains(&day) && (1..=12).contains(&month) && (1..10_000).contains(&year)) {
        return None;
    }
    let seconds = time.trim_matches(['[', ']']).split(':').try_fold(0.0, |sum, part| Some(60.0 * sum + part.parse::<f64>().ok()?))?;
    (0.0..86_400.0).contains(&seconds).then(|| moment::text(moment::days(year, month, day) as f64 * 86_400.0 + seconds)).flatten()
}

/// `file format[xsamples][:skew][+offset] [gain[(baseline)][/unit] [bits [zero [first [checksum [block [name]]]]]]]`
fn signal(text: &str, damage: &mut Vec<String>) -> Result<Signal, String> {
    let mut fields = text.split_whitespace();
    let file = fields.next().unwrap_or_default().to_owned();
    if file.is_empty() || file.contains(['/', '\\']) || file.contains(char::is_control) || file.starts_with('.') {
        return Err(format!("its file “{}” is no plain name", clean(&file)));
    }
    let format = fields.next().unwrap_or_default();
    let (packing, rest) = leading(format);
    let packing = packing.and_then(|number| Packing::of(u32::try_from(number).ok()?));
    let packing = packing.ok_or_else(|| format!("format {}; read are 16, 24, 32, 80 and 212", clean(format)))?;
    let (mut a_frame, mut offset, mut rest) = (1, 0, rest);
    while let Some(sign) = rest.chars().next() {
        let (number, after) = leading(&rest[sign.len_utf8()..]);
        let number = number.ok_or_else(|| format!("format {}", clean(format)))?;
        match sign {
            'x' => a_frame = number,
            ':' => damage.push(format!("a signal is shifted by {number} samples; left as it is stored")),
            '+' => offset = number,
            _ => return Err(format!("format {}", clean(format))),
        }
        rest = after;
    }
    if a_frame == 0 || a_frame > MOST_A_FRAME {
        return Err(format!("{a_frame} samples in a frame"));
    }
    let (gain, baseline, unit) = gain(fields.next().unwrap_or_default());
    let (_bits, zero) = (fields.next(), fields.next().and_then(|zero| zero.parse::<f64>().ok()));
    let name = fields.skip(3).collect::<Vec<_>>().join(" ");
    let baseline = baseline.or(zero).unwrap_or(0.0);
    Ok(Signal { file, packing, a_frame, offset, gain, baseline, unit: clean(&unit), name: clean(&name) })
}

/// `200(1024)/mV`; 200 to a mV where it does not say.
fn gain(text: &str) -> (f64, Option<f64>, String) {
    let (numbers, unit) = text.split_once('/').unwrap_or((text, "mV"));
    let (gain, baseline) = numbers.split_once('(').unwrap_or((numbers, ""));
    let gain: f64 = gain.parse().unwrap_or(0.0);
    let usable = gain.is_finite() && gain.abs() > 0.0;
    (if usable { gain } else { 200.0 }, baseline.trim_end_matches(')').parse().ok(), unit.to_owned())
}

/// The digits that a text begins with, and what follows.
fn leading(text: &str) -> (Option<u64>, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (text[..end].parse().ok(), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_tells_files_formats_gains_and_names() {
        let text = "# made by hand\n100s 2 360 650000 10:15:00.5 23/11/2026\n100s.dat 212 200 11 1024 995 -22131 0 MLII\n100s.dat 212x4:3+512 20(-5)/ml 11 1024 1011 20052 0 Resp impedance\n# a remark";
        let header = Header::parse(text).unwrap();
        assert_eq!((header.hz, header.frames), (Some(360.0), Some(650_000)));
        assert_eq!(header.started.as_deref(), Some("2026-11-23T10:15:00.5"));
        assert_eq!(started("0:0:0", "0/0/0"), None);
        let [first, second] = &header.signals[..] else { panic!("two signals") };
        assert_eq!((first.packing, first.gain, first.baseline), (Packing::Twelve, 200.0, 1024.0));
        assert_eq!((first.name.as_str(), first.unit.as_str()), ("MLII", "mV"));
        assert_eq!((second.a_frame, second.offset, second.gain, second.baseline), (4, 512, 20.0, -5.0));
        assert_eq!((second.name.as_str(), second.unit.as_str()), ("Resp impedance", "ml"));
        assert_eq!(header.damage, ["a signal is shifted by 3 samples; left as it is stored"]);
    }

    #[test]
    fn a_header_that_leads_elsewhere_or_lies_is_refused() {
        let cases = [
            ("", "record"),
            ("a/3 2 250 100\n", "segments"),
            ("a 0 250\n", "0 signals"),
            ("a 2000 250\n", "2000 signals"),
            ("a 1 250 9\n../../etc/passwd 16\n", "no plain name"),
            ("a 1 250 9\n\u{1b}]0;x.dat 16\n", "no plain name"),
            ("a 1 250 9\nx.dat 310\n", "format 310"),
            ("a 1 250 9\nx.dat 16x0\n", "0 samples in a frame"),
            ("a 2 250 9\nx.dat 16\n", "2 signals are announced, 1 told"),
        ];
        for (text, told) in cases {
            let error = Header::parse(text).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn numbers_are_unpacked_to_the_bit_and_none_is_none() {
        // 212: 0x123 and 0xfff (−1), then −2048, which says that there is none.
        assert_eq!(Packing::Twelve.number(0, &[0x23, 0xf1, 0xff]), Some(0x123));
        assert_eq!(Packing::Twelve.number(1, &[0x23, 0xf1, 0xff]), Some(-1));
        assert_eq!(Packing::Twelve.number(0, &[0x00, 0x08, 0x00]), None);
        assert_eq!(Packing::Sixteen.number(0, &[0xfe, 0xff]), Some(-2));
        assert_eq!(Packing::Sixteen.number(0, &[0x00, 0x80]), None);
        assert_eq!(Packing::Eight.number(0, &[130]), Some(2));
        assert_eq!(Packing::TwentyFour.number(0, &[0xff, 0xff, 0xff]), Some(-1));
        assert_eq!(Packing::ThirtyTwo.number(0, &[0, 0, 0, 0x80]), None);
        assert_eq!((Packing::Twelve.place(7), Packing::Twelve.held(11)), ((9, 3), 7));
    }
}
