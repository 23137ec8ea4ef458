//! Floor 1: bytes in, frames and faults out. Pure, incremental, never fails: however the bytes are split, the frames are the same.
//!
//! The format is recognised by the first lines: the one that decodes most of them. They are held and decoded then, so that none is lost. A
//! first line that does not agree with the others was cut by the opening of the port, or is what the board says when it starts.

mod delimited;
mod labelled;
mod lines;
mod number;

use std::collections::VecDeque;

use crate::signal::clean;
use delimited::Delimited;
use labelled::{Growth, Labelled};
use lines::{Cut, Lines};

/// Lines that must agree before a format is believed.
const AGREE: usize = 3;
/// Lines that are held while none is.
const HELD: usize = 40;
/// After so many wrong lines in a row the format is looked for anew.
const LOST: usize = 20;

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

/// How lines are read.
#[derive(Clone, Debug)]
enum Format {
    Delimited(Delimited),
    Labelled(Labelled),
}

/// Recognises the format of a stream and decodes it.
#[derive(Debug, Default)]
pub struct Wire {
    lines: Lines,
    decoder: Decoder,
}

/// Whether the next line is whole for sure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum First {
    #[default]
    Whole,
    MayBeCut,
}

/// Everything behind the cutting of lines.
#[derive(Debug, Default)]
struct Decoder {
    format: Option<Format>,
    held: VecDeque<String>,
    wrong: usize,
    first: First,
    /// Channels told so far; they are never taken back, nor do they change places.
    told: Vec<WireChannel>,
    frame: Vec<f32>,
}

impl Wire {
    /// Takes the next bytes, tells what is in them.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(Event<'_>)) {
        let decoder = &mut self.decoder;
        self.lines.push(bytes, |cut| decoder.cut(cut, sink));
    }

    /// The stream is over: a last line without an end is taken, and lines that are still held are decoded as well as they can.
    pub fn finish(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        let decoder = &mut self.decoder;
        self.lines.flush(|cut| decoder.cut(cut, sink));
        if decoder.format.is_none() {
            decoder.recognise(1, sink);
        }
        decoder.give_up(sink);
    }

    /// A port was opened, maybe in the middle of a line: a first line of numbers is not believed, for a cut number looks like one.
    /// Format and channels stay.
    pub fn restart(&mut self) {
        self.lines.clear();
        self.decoder.wrong = 0;
        self.decoder.first = First::MayBeCut;
    }

    /// The name of the format, once recognised: "delimited (comma)", "labelled".
    pub fn format(&self) -> Option<String> {
        self.decoder.format.as_ref().map(|format| match format {
            Format::Delimited(delimited) => format!("delimited ({})", delimited.separator.word()),
            Format::Labelled(_) => "labelled".to_owned(),
        })
    }
}

impl Decoder {
    fn cut(&mut self, cut: Cut<'_>, sink: &mut impl FnMut(Event<'_>)) {
        let first = std::mem::take(&mut self.first);
        match cut {
            // A line of names is taken all the same, for it comes once.
            Cut::Line(line) if first == First::MayBeCut && holds_number(line) => {
                sink(fault("the first line after opening, which may be cut", line.len()));
            }
            Cut::Bad(why, bytes) => {
                sink(fault(why, bytes));
                self.went_wrong();
            }
            Cut::Line(line) if self.format.is_some() => self.decode(line, sink),
            Cut::Line(line) => {
                self.held.push_back(line.to_owned());
                self.recognise(AGREE, sink);
                if self.format.is_none() && self.held.len() > HELD {
                    self.drop_oldest(sink);
                }
            }
        }
    }

    /// Looks at the held lines; the latest so many must agree on a format.
    fn recognise(&mut self, agree: usize, sink: &mut impl FnMut(Event<'_>)) {
        let latest = || self.held.iter().rev().take(agree);
        if self.held.len() < agree {
            return;
        }
        let labelled = latest().all(|line| Labelled::fits(line));
        let layout = self.held.back().and_then(|line| Delimited::of(line));
        let delimited = layout.filter(|layout| latest().all(|line| Delimited::of(line) == Some(*layout)));
        self.format = match (labelled, delimited) {
            (true, _) => Some(Format::Labelled(Labelled { channels: self.told.clone() })),
            (_, Some(layout)) => Some(Format::Delimited(layout)),
            _ => return,
        };
        self.wrong = 0;
        let held = std::mem::take(&mut self.held);
        if let Some(Format::Delimited(layout)) = &self.format {
            let names = held.iter().find_map(|line| layout.header(line));
            let unnamed = || vec![WireChannel { name: None, unit: String::new() }; layout.fields];
            self.tell(&names.unwrap_or_else(unnamed), sink);
        }
        held.iter().for_each(|line| self.decode_held(line, sink));
    }

    /// A held line that is the header is no fault.
    fn decode_held(&mut self, line: &str, sink: &mut impl FnMut(Event<'_>)) {
        let header = matches!(&self.format, Some(Format::Delimited(layout)) if layout.header(line).is_some());
        if !header {
            self.decode(line, sink);
        }
    }

    fn tell(&mut self, channels: &[WireChannel], sink: &mut impl FnMut(Event<'_>)) {
        if channels.len() > self.told.len() {
            self.told = channels.to_vec();
            sink(Event::Channels(channels));
        }
    }

    fn decode(&mut self, line: &str, sink: &mut impl FnMut(Event<'_>)) {
        let mut frame = std::mem::take(&mut self.frame);
        let outcome = match &mut self.format {
            Some(Format::Delimited(layout)) => layout.decode(line, &mut frame),
            Some(Format::Labelled(labelled)) => labelled.decode(line, &mut frame).map(|growth| {
                if growth == Growth::More && labelled.channels.len() > self.told.len() {
                    self.told.clone_from(&labelled.channels);
                    sink(Event::Channels(&labelled.channels));
                }
            }),
            None => Err("text".to_owned()),
        };
        match outcome {
            Ok(()) => {
                self.wrong = 0;
                // After another recognition a line may have fewer fields than were told.
                frame.resize(self.told.len().max(frame.len()), crate::signal::MISSING);
                sink(Event::Frame(&frame));
            }
            Err(why) => {
                sink(fault(&why, line.len()));
                self.went_wrong();
            }
        }
        self.frame = frame;
    }

    fn went_wrong(&mut self) {
        self.wrong += 1;
        if self.wrong >= LOST {
            self.format = None;
            self.wrong = 0;
        }
    }

    fn drop_oldest(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        if let Some(line) = self.held.pop_front() {
            sink(fault(&format!("text: {line}"), line.len()));
        }
    }

    fn give_up(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        while !self.held.is_empty() {
            self.drop_oldest(sink);
        }
    }
}

/// Whether a word of a line is a number: a line of names has none.
fn holds_number(line: &str) -> bool {
    let words = line.split([',', ';', ':', '\t', ' ']);
    words.filter(|word| word.contains(|c: char| c.is_ascii_digit())).any(|word| number::number(word, number::Decimal::Comma).is_some())
}

fn fault(why: &str, bytes: usize) -> Event<'static> {
    Event::Fault(Fault { why: clean(why), bytes })
}

/// A name with its unit in brackets: `left [µm]`, `left (uV)`.
fn named(text: &str) -> WireChannel {
    let text = clean(text.trim().trim_matches('"'));
    let split = |open: char, close: char| {
        let (name, unit) = text.strip_suffix(close)?.split_once(open)?;
        Some((name.trim().to_owned(), unit.trim().to_owned()))
    };
    let (name, unit) = split('[', ']').or_else(|| split('(', ')')).unwrap_or((text.clone(), String::new()));
    WireChannel { name: (!name.is_empty()).then_some(name), unit }
}
