//! The way out of ingest: one bounded queue to the recorder, one to the analyst. A live source waits for neither; a block that does
//! not fit becomes missing frames, counted and named, so that the stream stays linear.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Sender, TrySendError};

use crate::protocol::Flow;
use crate::signal::{Block, Gap, GapCause, MISSING, SampleIndex, Span};

/// Items a queue holds. Blocks are closed every 40 ms at the least, so this is 80 s and more of stream:
/// a disk that stalls for a minute loses nothing.
pub(super) const QUEUE: usize = 2048;

/// What happens where a queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// The device will not wait: the block is given up and named as missing.
    GiveUp,
    /// The source can wait (a file, a pipe).
    Wait,
}

/// One queue with what it is owed.
pub(super) struct Outlet {
    queue: Sender<Flow>,
    full: Full,
    /// Frames given up since the queue was last seen with room.
    owed: Option<Span>,
    channels: usize,
}

impl Outlet {
    pub(super) fn new(queue: Sender<Flow>, full: Full) -> Self {
        Self { queue, full, owed: None, channels: 1 }
    }

    /// Hands over one item; waits only where the source can.
    pub(super) async fn send(&mut self, mut item: Flow) {
        if let Flow::Open(layout) = &item {
            self.channels = layout.channels.len().max(1);
        }
        self.pay();
        // The end is waited for in any case: what is owed by then is named before it.
        while self.owed.is_some() && matches!(item, Flow::End) {
            tokio::time::sleep(Duration::from_millis(2)).await;
            self.pay();
        }
        if self.full == Full::GiveUp && !matches!(item, Flow::End) {
            self.offer(item);
            return;
        }
        while let Err(TrySendError::Full(back)) = self.queue.try_send(item) {
            item = back;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Sends, or remembers what was given up.
    fn offer(&mut self, item: Flow) {
        let kept = self.owed.is_none() || !matches!(item, Flow::Block(_));
        let refused = if kept { self.queue.try_send(item).err().map(TrySendError::into_inner) } else { Some(item) };
        if let Some(Flow::Block(block)) = refused {
            let start = self.owed.map_or(block.start, |owed| owed.start);
            self.owed = Some(Span { start, end: block.end() });
        }
    }

    /// Sends what was given up, as missing, as soon as there is room for it.
    fn pay(&mut self) {
        let Some(span) = self.owed else { return };
        if self.queue.capacity().is_some_and(|capacity| self.queue.len() + 4 > capacity) {
            return;
        }
        self.owed = None;
        let gap = Gap { span, cause: GapCause::Overrun, exact: true };
        self.offer(Flow::Gap(gap));
        for block in missing(span, self.channels) {
            self.offer(Flow::Block(Arc::new(block)));
        }
    }
}

/// Blocks of missing frames that fill a span; long ones are cut so that none needs much memory.
pub(super) fn missing(span: Span, channels: usize) -> impl Iterator<Item = Block> {
    let longest = (1 << 20) / channels as u64 + 1;
    let mut start = span.start;
    std::iter::from_fn(move || {
        let frames = (span.end - start).min(longest);
        let block = Block { start, channels, samples: vec![MISSING; frames as usize * channels] };
        start = start + frames;
        (frames > 0).then_some(block)
    })
}

/// The queues. The recorder comes first; an analyst is there only where somebody looks.
pub(super) struct Outlets {
    pub(super) recorder: Outlet,
    pub(super) analyst: Option<Outlet>,
}

impl Outlets {
    /// Hands one item to each.
    pub(super) async fn send(&mut self, item: Flow) {
        self.recorder.send(item.clone()).await;
        if let Some(analyst) = &mut self.analyst {
            analyst.send(item).await;
        }
    }

    /// Names a span as missing and fills it.
    pub(super) async fn gap(&mut self, gap: Gap, channels: usize) {
        self.send(Flow::Gap(gap)).await;
        for block in missing(gap.span, channels) {
            self.send(Flow::Block(Arc::new(block))).await;
        }
    }
}

/// The frame after the last of a run of frames from `start`.
pub(super) fn block(start: SampleIndex, channels: usize, samples: Vec<f32>) -> Flow {
    Flow::Block(Arc::new(Block { start, channels, samples }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_is_full_for_a_while_gets_the_loss_named_and_no_frame_is_unaccounted_for() {
        let (sender, receiver) = crossbeam_channel::bounded(10);
        let mut outlet = Outlet::new(sender, Full::GiveUp);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut send = |n: u64| runtime.block_on(outlet.send(block(SampleIndex(n * 4), 1, vec![n as f32; 4])));
        (0..15).for_each(&mut send);
        let before: Vec<Flow> = receiver.try_iter().collect();
        assert_eq!(before.len(), 10);
        // There is room again: what was given up is named first.
        (15..17).for_each(&mut send);
        let mut next = SampleIndex(40);
        let mut lost = 0;
        for item in receiver.try_iter() {
            match item {
                Flow::Gap(gap) => lost += gap.span.frames(),
                Flow::Block(block) => {
                    assert_eq!(block.start, next);
                    next = block.end();
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((lost, next), (20, SampleIndex(68)));
    }
}
