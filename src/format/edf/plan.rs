//! Which signals become channels, and at what rate.

use super::EdfError;
use super::header::{Header, Signal};
use crate::format::contents::name_apart;
use crate::signal::{Channel, Layout, Rate};

/// A signal slower than this beside a faster one is a checksum or a setting, not a trace.
const SLOWEST_HELD_HZ: f64 = 1.0;

/// A signal that is a channel.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) signal: Signal,
    /// Each sample stands for so many frames.
    pub(super) held: u64,
}

/// What is read of each record.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) columns: Vec<Column>,
    /// Frames of a record: the samples of the fastest signal.
    pub(super) frames: u64,
    pub(super) layout: Layout,
    pub(super) damage: Vec<String>,
}

impl Plan {
    /// Lays out the channels. `given` is the rate where records last no time; `texts` is what else is in the file.
    pub(super) fn new(header: &Header, given: Option<Rate>, texts: usize) -> Result<Self, EdfError> {
        let ordinary = |signal: &&Signal| !signal.is_annotations() && !signal.is_checksum() && signal.samples > 0;
        let Some(frames) = header.signals.iter().filter(ordinary).map(|signal| signal.samples).max() else {
            return Err(EdfError::NoSignal { what: format!("{texts} annotation{}", if texts == 1 { "" } else { "s" }) });
        };
        let nominal = if header.record_s > 0.0 {
            let hz = frames as f64 / header.record_s;
            Rate::from_hz(hz).ok_or_else(|| EdfError::Header { what: format!("a rate of {hz} Hz") })?
        } else {
            given.ok_or(EdfError::NoRate)?
        };
        let (mut columns, mut channels, mut damage) = (Vec::new(), Vec::new(), Vec::new());
        for signal in header.signals.iter().filter(|signal| !signal.is_annotations()) {
            match held(signal, frames, nominal) {
                Ok(held) => {
                    channels.push(Channel::named(&signal.label, &signal.unit));
                    columns.push(Column { signal: signal.clone(), held });
                }
                Err(why) => damage.push(format!("signal {} {why}; left out", signal.label)),
            }
        }
        name_apart(&mut channels);
        Ok(Self { columns, frames, layout: Layout { channels, nominal }, damage })
    }
}

/// How many frames each sample of a signal stands for, or why it is no channel.
fn held(signal: &Signal, frames: u64, rate: Rate) -> Result<u64, String> {
    if signal.samples == 0 {
        return Err("has no sample".to_owned());
    }
    let hz = rate.hz() * signal.samples as f64 / frames as f64;
    if signal.is_checksum() {
        return Err("is a checksum".to_owned());
    }
    if signal.samples < frames && hz < SLOWEST_HELD_HZ {
        return Err(format!("has one sample in {:.0} s", 1.0 / hz));
    }
    if !frames.is_multiple_of(signal.samples) {
        return Err(format!("has {} Hz, of which {} Hz is no multiple", (hz * 1e6).round() / 1e6, rate.text()));
    }
    Ok(frames / signal.samples)
}
