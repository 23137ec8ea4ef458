//! Binary frames with a known layout: what each gives. And which layout bytes have that are not known yet.

use super::bitalino::Bitalino;
use super::cutter::{Cutter, Piece};
use super::cyton::{Cyton, CytonFormat};
use super::serialplot::SerialPlot;
use super::told::Told;
use super::{Certainty, Event, Fault};

/// So many frames in a row must be right before a layout is believed. Of random bytes at one place: Cyton 2⁻¹⁵² (2⁻²⁰ for each packet behind the
/// first), BITalino 2⁻⁶⁰ (checksum and counter of four bits each; one step of the counter may be wrong, that is still below 2⁻⁵³); a
/// hundred thousand places leave both far below 10⁻⁹.
pub(super) const AGREE: usize = 8;
/// Bytes that are looked at, from the end: enough for eight packets of the largest kind from anywhere.
const LATEST: usize = 512;

/// How frames are read.
#[derive(Clone, Debug)]
pub(super) enum Layout {
    Cyton(Cyton),
    Bitalino(Bitalino),
    SerialPlot(SerialPlot),
}

/// A layout and the bytes that are not yet a frame.
#[derive(Clone, Debug)]
pub(super) struct Frames {
    pub(super) layout: Layout,
    cutter: Cutter,
}

/// A layout that bytes have been recognised to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Cyton,
    /// With so many analog channels.
    Bitalino(usize),
}

/// The layout of bytes, if they have one for sure.
pub(super) fn recognise(bytes: &[u8]) -> Option<Known> {
    let latest = super::latest(bytes, LATEST);
    if Cyton::chain(latest) >= AGREE {
        return Some(Known::Cyton);
    }
    Bitalino::channels_of(latest, AGREE).map(Known::Bitalino)
}

impl Known {
    pub(super) fn layout(self, told: &mut Told) -> Layout {
        match self {
            Self::Cyton => Layout::Cyton(Cyton::new(CytonFormat::default(), told)),
            Self::Bitalino(channels) => Layout::Bitalino(Bitalino::new(channels, told)),
        }
    }
}

impl Layout {
    /// In words.
    pub(super) fn word(&self) -> String {
        match self {
            Self::Cyton(_) => "OpenBCI Cyton".to_owned(),
            Self::Bitalino(bitalino) => format!("BITalino ({} analog)", bitalino.channels),
            Self::SerialPlot(_) => "SerialPlot frames".to_owned(),
        }
    }

    /// How sure the layout is where it was stated.
    pub(super) fn certainty(&self) -> Certainty {
        match self {
            Self::SerialPlot(plot) if plot.is_unmarked() => Certainty::Guess,
            _ => Certainty::Stated,
        }
    }

    /// Where the counter begins again.
    pub(super) fn modulo(&self) -> Option<u64> {
        match self {
            Self::Cyton(cyton) => Some(cyton.modulo()),
            Self::Bitalino(_) => Some(16),
            Self::SerialPlot(_) => None,
        }
    }
}

impl Frames {
    /// Frames of a layout, the first of which is to be found.
    pub(super) fn new(layout: Layout) -> Self {
        let cutter = match &layout {
            // Nothing marks a frame there: it begins with the first byte, as good a guess as any.
            Layout::SerialPlot(plain) if plain.is_unmarked() => Cutter::default(),
            _ => Cutter::searching(),
        };
        Self { layout, cutter }
    }

    /// Takes bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.cutter.push(bytes);
    }

    /// Takes the next piece of what was pushed: (bytes of frames, bytes of none). `None` where more are needed.
    pub(super) fn step(&mut self, ending: bool, (told, sink): (&mut Told, &mut impl FnMut(Event<'_>))) -> Option<(usize, usize)> {
        let piece = match &self.layout {
            Layout::Cyton(_) => self.cutter.next(Cyton::look, ending),
            Layout::Bitalino(bitalino) => self.cutter.next(|bytes, trust| bitalino.look(bytes, trust), ending),
            Layout::SerialPlot(plot) => self.cutter.next(|bytes, trust| plot.look(bytes, trust), ending),
        };
        let frame = match piece? {
            Piece::Frame(frame) => frame,
            Piece::Skipped(bytes) => {
                sink(Event::Fault(skipped(bytes)));
                return Some((0, bytes));
            }
        };
        match &mut self.layout {
            Layout::Cyton(cyton) => cyton.take(frame, told, sink),
            Layout::Bitalino(bitalino) => bitalino.take(frame, told, sink),
            Layout::SerialPlot(plot) => plot.take(frame, told, sink),
        }
        Some((frame.len(), 0))
    }

    /// What was not yet looked at, where the layout is given up; what was skipped before it is told.
    pub(super) fn give_up(&mut self, sink: &mut impl FnMut(Event<'_>)) -> Vec<u8> {
        let (rest, bytes) = self.cutter.give_up();
        if bytes > 0 {
            sink(Event::Fault(skipped(bytes)));
        }
        rest
    }

    /// Nothing more comes: hands over what waits for its other half.
    pub(super) fn finish(&mut self, told: &mut Told, sink: &mut impl FnMut(Event<'_>)) {
        while self.step(true, (told, sink)).is_some() {}
        if let Layout::Cyton(cyton) = &mut self.layout {
            cyton.flush(told, sink);
        }
        self.give_up(sink);
        self.cutter = Self::new(self.layout.clone()).cutter;
    }
}

fn skipped(bytes: usize) -> Fault {
    Fault { why: "bytes between frames".to_owned(), bytes }
}
