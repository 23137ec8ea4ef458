//! Floor 1: bytes in, frames and faults out. Pure, incremental, never fails: however the bytes are split, the frames are the same.

/// What a decoder finds in the bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// The channels are known, or more have appeared (at the end of the list). Comes before the first frame.
    Channels(&'a [WireChannel]),
    /// One value a channel of the last `Channels`; missing ones are `signal::MISSING`.
    Frame(&'a [f32]),
    /// Bytes that gave no frame.
    Fault(Fault),
}

/// A channel as the wire names it. Texts are clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireChannel {
    /// Its name; `None` where the wire gives none.
    pub name: Option<String>,
    /// Its unit; empty where the wire gives none.
    pub unit: String,
}

/// What was skipped and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Why, in words for a person; clean.
    pub why: String,
    /// How many bytes were skipped.
    pub bytes: usize,
}

/// Recognises the format of a stream and decodes it.
#[derive(Debug, Default)]
pub struct Wire {}

impl Wire {
    /// Takes the next bytes, tells what is in them.
    pub fn push(&mut self, _bytes: &[u8], _sink: &mut impl FnMut(Event<'_>)) {
        todo!()
    }

    /// The port was opened anew: the first line may be partial; format and channels stay.
    pub fn restart(&mut self) {
        todo!()
    }

    /// The name of the format, once recognised: "delimited (comma)", "labelled".
    pub fn format(&self) -> Option<String> {
        todo!()
    }
}
