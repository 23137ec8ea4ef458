//! The two segments that `--compare` names.

use anyhow::{Result, bail};

use crate::export::segments;
use crate::rhythm::{Comparison, Comparisons, Estimate};
use crate::settings::Usage;
use crate::signal::{Rate, Span};
use crate::store::Recording;

/// The segments of one recording, as they were named, and what their windows say.
#[derive(Clone, Debug)]
pub struct Compared<'a> {
    /// The first and the second, as they were typed.
    pub names: [&'a str; 2],
    comparisons: Comparisons,
}

/// A comparison of one rhythm in one channel, with what the segments are called.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// The first and the second.
    pub names: [&'a str; 2],
    /// How they differ.
    pub comparison: &'a Comparison,
}

/// Whether segments are to be compared.
///
/// # Errors
/// Where it is one alone.
pub fn check(names: &[String]) -> Result<()> {
    if names.len() != 1 {
        return Ok(());
    }
    Err(Usage::wrong("--compare takes two segments or more: --compare before --compare after"))
}

impl<'a> Compared<'a> {
    /// Each further segment with the first; nothing where none are to be compared. So many frames from one window to the next, at the nominal rate.
    ///
    /// # Errors
    /// Where the recording has no such segments, or they share frames.
    pub fn of(recording: &Recording, names: &'a [String], (step, nominal): (u64, Rate)) -> Result<Vec<Self>> {
        let Some((first, others)) = names.split_first() else { return Ok(Vec::new()) };
        let path = recording.path();
        let spans = |name: &str| -> Result<Vec<Span>> {
            let found = segments::find(recording, name)?;
            Ok(found.into_iter().map(|(_, segment)| segments::span(recording, segment)).collect())
        };
        let with_first = |second: &'a String| {
            let both = [spans(first)?, spans(second)?];
            if both[0].iter().any(|one| both[1].iter().any(|other| one.overlaps(*other))) {
                bail!("{}: segments {first:?} and {second:?} share samples; they cannot be compared", path.display());
            }
            Ok(Self { names: [first, second], comparisons: Comparisons::new(both, nominal.duration(step)) })
        };
        others.iter().map(with_first).collect()
    }

    /// Takes the next estimate.
    pub fn push(&mut self, estimate: &Estimate) {
        self.comparisons.push(estimate);
    }

    /// What is compared, and what is to be said of segments that are too short for it.
    pub fn finish(&self, file: &str) -> (Vec<Comparison>, Option<String>) {
        let all: Vec<Comparison> = self.comparisons.finish().collect();
        let mut short: Vec<String> = Vec::new();
        for comparison in all.iter().filter(|comparison| comparison.series.is_none() && comparison.present.is_none()) {
            let ([first, second], needed) = (comparison.windows, comparison.needed);
            let said = format!("{} {first} and {second} of {needed}", comparison.rhythm.word());
            // The channels of a recording are as long as one another.
            if !short.contains(&said) {
                short.push(said);
            }
        }
        let [first, second] = self.names;
        let note = match (all.is_empty(), short.is_empty()) {
            (true, _) => Some(format!("{file}: no window lies whole in {first} or in {second}")),
            (_, false) => Some(format!("{file}: too few windows in {first} and {second} to compare: {}", short.join(", "))),
            _ => None,
        };
        (all, note)
    }
}
