//! What every foreign file comes to: channels, a rate, annotations, gaps, and what was wrong.

use std::collections::HashSet;

use crate::signal::{Annotations, Channel, Gap, GapCause, Layout, SampleIndex, Seconds, Span};

/// What a file says beside its samples.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The channels and the rate.
    pub layout: Layout,
    /// Its length.
    pub frames: u64,
    /// When its first frame was, where the file tells: `2026-11-23T10:15:00.25Z`, or without the `Z` where it is the local time of nobody knows where.
    pub started: Option<String>,
    /// What somebody wrote to instants and stretches.
    pub annotations: Annotations,
    /// What is missing in every channel, in order.
    pub gaps: Vec<Gap>,
    /// What was wrong and what was done about it, a clean line each.
    pub damage: Vec<String>,
}

/// Channels or columns of a file beyond this are a broken header.
pub(super) const MOST_CHANNELS: usize = 1024;

/// A pause longer than this is no pause but a broken clock.
pub(super) const LONGEST_PAUSE: Seconds = Seconds(86_400.0);

/// Gives every channel a name of its own: `ch1` where there is none, `RESP 2` for the second `RESP`.
pub(super) fn name_apart(channels: &mut [Channel]) {
    let mut names = HashSet::new();
    for (position, channel) in channels.iter_mut().enumerate() {
        if channel.name.is_empty() {
            *channel = Channel { unit: std::mem::take(&mut channel.unit), ..Channel::unnamed(position) };
        }
        let first = channel.name.clone();
        let mut tries = 1;
        while !names.insert(channel.name.clone()) {
            tries += 1;
            channel.name = format!("{first} {tries}");
        }
    }
}

/// Frames that follow one another in the file; between stretches frames are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    /// Where it begins in the recording.
    frame: u64,
    /// Where it begins in the file.
    stored: u64,
    /// Where it ends in the file.
    stored_end: u64,
}

/// Frames that a file does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) frames: u64,
    pub(super) cause: GapCause,
    /// Whether they were counted.
    pub(super) exact: bool,
}

/// Which frame of the file is which frame of the recording. A pause costs an entry, not memory for its frames.
#[derive(Clone, Debug, Default)]
pub(super) struct Stretches {
    list: Vec<Stretch>,
    gaps: Vec<Gap>,
}

/// A run of frames to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// So many, from this frame of the file on.
    Stored(u64, u64),
    /// So many, which the file does not have.
    Missing(u64),
}

impl Stretches {
    /// The file's next `frames`, after `missing` that it does not have, by its times.
    pub(super) fn push(&mut self, frames: u64, missing: u64) {
        self.push_after(frames, Missing { frames: missing, cause: GapCause::Stalled, exact: false });
    }

    /// The file's next `frames`, after some that it does not have.
    pub(super) fn push_after(&mut self, frames: u64, Missing { frames: missing, cause, exact }: Missing) {
        let (frame, stored) = (self.frames(), self.list.last().map_or(0, |last| last.stored_end));
        match self.list.last_mut() {
            Some(last) if missing == 0 => last.stored_end += frames,
            _ => {
                let frame = frame.saturating_add(missing);
                self.list.push(Stretch { frame, stored, stored_end: stored + frames });
            }
        }
        if missing > 0 {
            let span = Span { start: SampleIndex(frame), end: SampleIndex(frame.saturating_add(missing)) };
            self.gaps.push(Gap { span, cause, exact });
        }
    }

    /// Frames of the recording.
    pub(super) fn frames(&self) -> u64 {
        self.list.last().map_or(0, |last| last.frame.saturating_add(last.stored_end - last.stored))
    }

    /// Which frame of the recording a frame of the file is.
    pub(super) fn frame_of(&self, stored: u64) -> u64 {
        let next = self.list.partition_point(|stretch| stretch.stored <= stored);
        let stretch = next.checked_sub(1).and_then(|at| self.list.get(at));
        stretch.map_or(0, |stretch| stretch.frame.saturating_add(stored.min(stretch.stored_end) - stretch.stored))
    }

    /// The pauses, in order.
    pub(super) fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// The run that begins at `frame` and is at most `most` long; `None` at the end.
    pub(super) fn run(&self, frame: u64, most: u64) -> Option<Run> {
        let next = self.list.partition_point(|stretch| stretch.frame <= frame);
        let stop = self.list.get(next).map(|stretch| stretch.frame);
        if let Some(stretch) = next.checked_sub(1).and_then(|at| self.list.get(at)) {
            let stored = stretch.stored.saturating_add(frame - stretch.frame);
            if stored < stretch.stored_end {
                return Some(Run::Stored(stored, most.min(stretch.stored_end - stored)));
            }
        }
        stop.map(|stop| Run::Missing(most.min(stop - frame)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_before_in_and_after_a_pause() {
        let mut stretches = Stretches::default();
        stretches.push(10, 0);
        stretches.push(10, 0);
        stretches.push(5, 100);
        assert_eq!(stretches.frames(), 125);
        assert_eq!(stretches.run(15, 50), Some(Run::Stored(15, 5)));
        assert_eq!(stretches.run(20, 50), Some(Run::Missing(50)));
        assert_eq!(stretches.run(70, 80), Some(Run::Missing(50)));
        assert_eq!(stretches.run(121, 50), Some(Run::Stored(21, 4)));
        assert_eq!(stretches.run(125, 50), None);
        assert_eq!(stretches.gaps().len(), 1);
    }

    #[test]
    fn names_are_told_apart() {
        let mut channels = ["RESP", "", "RESP", "RESP 2"].map(|name| Channel::named(name, "V"));
        name_apart(&mut channels);
        assert_eq!(channels.clone().map(|channel| channel.name), ["RESP", "ch2", "RESP 2", "RESP 2 2"]);
        assert_eq!(channels[1].unit, "V");
    }
}
