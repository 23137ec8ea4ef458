//! The latest of the stream, from which a recording that is begun now has its first seconds.

use std::collections::VecDeque;

use crate::protocol::Flow;
use crate::signal::{ClockPoint, SampleIndex};

/// Items beyond which no fault is kept: a device that has gone over to sending no numbers moves no block out.
const MOST: usize = 4096;

/// The latest items, oldest first.
#[derive(Debug, Default)]
pub(super) struct Recent {
    items: VecDeque<Flow>,
    start: SampleIndex,
    /// The last clock told before what is kept.
    clock_before: Option<ClockPoint>,
}

impl Recent {
    /// Keeps an item, and lets go what ends so many frames and more before the head of the stream.
    pub(super) fn keep(&mut self, item: Flow, (head, frames): (SampleIndex, u64)) {
        if self.items.len() < MOST || !matches!(item, Flow::Fault(..)) {
            self.items.push_back(item);
        }
        while let Some(first) = self.items.front() {
            match first {
                Flow::Block(block) if head - block.end() < frames => break,
                // A gap stands before its missing frames, and is kept as long as they are.
                Flow::Gap(gap) if head - gap.span.end < frames => break,
                Flow::Block(block) => self.start = block.end(),
                Flow::Clock(clock) => self.clock_before = Some(*clock),
                _ => {}
            }
            self.items.pop_front();
        }
    }

    /// The first frame that is kept.
    pub(super) fn start(&self) -> SampleIndex {
        self.start
    }

    /// What is kept, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Flow> {
        self.items.iter()
    }

    /// What is kept of the stream from a frame on, oldest first.
    pub(super) fn from(&self, start: SampleIndex) -> Vec<Flow> {
        let first = self.items.iter().rposition(|item| !reaches(item, start)).map_or(0, |before| before + 1);
        self.items.range(first..).cloned().collect()
    }

    /// The clock in force at a frame: the last told before it.
    pub(super) fn clock_at(&self, start: SampleIndex) -> Option<ClockPoint> {
        let told = self.items.iter().filter_map(|item| if let Flow::Clock(clock) = item { Some(*clock) } else { None });
        told.take_while(|clock| clock.at <= start).last().or(self.clock_before)
    }
}

/// Whether an item may tell of frames from `from` on.
fn reaches(item: &Flow, from: SampleIndex) -> bool {
    match item {
        Flow::Block(block) => block.end() > from,
        Flow::Gap(gap) => gap.span.end > from,
        Flow::Clock(clock) => clock.at >= from,
        Flow::Fault(at, _) => *at >= from,
        _ => true,
    }
}
