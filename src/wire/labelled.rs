//! The Arduino Serial Plotter's lines: parts between blanks, tabs or commas, each `label:value`. A label that was not seen before is a new
//! channel; one that is not in a line is missing there. Labels may be sent with every value or once (Arduino IDE 1.8, serial plotter protocol).

use super::number::{Decimal, number};
use super::{WireChannel, named};
use crate::signal::MISSING;

/// The most channels that are believed.
const MOST: usize = 256;

/// The labels so far, in the order they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Labelled {
    pub(super) channels: Vec<WireChannel>,
}

/// Whether a line added channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Growth {
    None,
    More,
}

impl Labelled {
    /// Whether a line looks like one: every part has a label and a number.
    pub(super) fn fits(line: &str) -> bool {
        let mut count = 0;
        let all = parts(line).all(|(label, value)| {
            count += 1;
            label.is_some_and(is_label) && number(value, Decimal::Point).is_some()
        });
        all && count > 0
    }

    /// Decodes a line into `frame`, one value a channel.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn decode(&mut self, line: &str, frame: &mut Vec<f32>) -> Result<Growth, String> {
        frame.clear();
        frame.resize(self.channels.len(), MISSING);
        let (before, mut next) = (self.channels.len(), 0);
        // Nothing of a line that is wrong somewhere is kept, its new labels neither.
        let outcome = self.fill(line, frame, &mut next);
        if outcome.is_err() {
            self.channels.truncate(before);
            return outcome.map(|()| Growth::None);
        }
        Ok(if self.channels.len() > before { Growth::More } else { Growth::None })
    }

    fn fill(&mut self, line: &str, frame: &mut Vec<f32>, next: &mut usize) -> Result<(), String> {
        let (mut count, mut bare) = (0, 0);
        for (label, _) in parts(line) {
            count += 1;
            bare += usize::from(label.is_none());
        }
        // Values without labels are the channels in order; one among labels, or too few, is what is left of a line that was cut.
        if bare > 0 && (bare < count || count != self.channels.len()) {
            return Err(format!("{count} fields, {bare} of them without a label, expected {}", self.channels.len()));
        }
        for (label, value) in parts(line) {
            let value = number(value, Decimal::Point).ok_or_else(|| format!("text: {line}"))?;
            let at = match label {
                Some(label) if !is_label(label) => return Err(format!("text: {line}")),
                Some(label) => self.position(label).ok_or("more than 256 labels")?,
                None => *next,
            };
            if at == frame.len() {
                frame.push(MISSING);
            }
            frame[at] = value;
            *next = at + 1;
        }
        Ok(())
    }

    /// Where a label's channel is; a new one is appended.
    fn position(&mut self, label: &str) -> Option<usize> {
        let known = self.channels.iter().position(|channel| channel.name.as_deref() == Some(label));
        known.or_else(|| {
            let channel = named(label);
            // What is left of a label without its unit may be known.
            if let Some(at) = self.channels.iter().position(|known| known.name == channel.name) {
                return Some(at);
            }
            (self.channels.len() < MOST).then(|| {
                self.channels.push(channel);
                self.channels.len() - 1
            })
        })
    }
}

/// A label holds a letter: of digits alone it is none.
fn is_label(label: &str) -> bool {
    label.chars().any(char::is_alphabetic)
}

/// (label, value) of each part; a blank behind the colon belongs to it.
fn parts(line: &str) -> impl Iterator<Item = (Option<&str>, &str)> {
    let mut rest = line.trim();
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return None;
        }
        let end = rest.find([' ', '\t', ',', ':']).unwrap_or(rest.len());
        let (head, tail) = rest.split_at(end);
        let Some(after) = tail.strip_prefix(':') else {
            rest = tail;
            return Some((None, head));
        };
        let after = after.trim_start_matches(' ');
        let end = after.find([' ', '\t', ',']).unwrap_or(after.len());
        let (value, tail) = after.split_at(end);
        rest = tail;
        Some((Some(head), value))
    })
}
