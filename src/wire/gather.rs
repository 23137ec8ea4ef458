//! Frames from lines that carry one channel each (Teleplot, PulseSensor): a frame is whole when a name comes again.

use super::Event;
use super::number::sample;
use super::told::Told;

/// More frames than this never wait.
const MOST: usize = 256;
/// Stamps that differ by so much (ticks; milliseconds in Teleplot) are of one frame: each line of it is stamped when it is printed.
const ONE_FRAME: f64 = 2.0;

/// One value on its way to a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    /// The channel's place.
    pub(super) channel: usize,
    /// The device's time of it, in ticks.
    pub(super) stamp: Option<f64>,
    /// Its value.
    pub(super) value: f64,
}

/// A frame that is not yet whole.
#[derive(Clone, Debug, Default)]
struct Partial {
    stamp: Option<f64>,
    values: Vec<Option<f32>>,
}

/// The frames that are not yet whole; their room is used again.
#[derive(Clone, Debug, Default)]
pub(super) struct Gather {
    frames: Vec<Partial>,
    waiting: usize,
}

impl Gather {
    /// A line of a channel begins: if the channel is in the last frame already, all frames are whole.
    pub(super) fn line(&mut self, channel: usize, told: &mut Told, sink: &mut impl FnMut(Event<'_>)) {
        let last = self.waiting.checked_sub(1).and_then(|last| self.frames.get(last));
        if last.is_some_and(|frame| frame.has(channel)) || self.waiting >= MOST {
            self.flush(told, sink);
        }
    }

    /// Puts a point into the first frame that wants it.
    pub(super) fn point(&mut self, point: Point) {
        let wants = |frame: &Partial| !frame.has(point.channel) && frame.is_of(point.stamp);
        let at = self.frames.iter().take(self.waiting).position(wants).unwrap_or(self.waiting);
        if at == self.waiting && at < 2 * MOST {
            self.waiting += 1;
            if self.frames.len() < self.waiting {
                self.frames.push(Partial::default());
            }
            if let Some(frame) = self.frames.get_mut(at) {
                frame.values.clear();
                frame.stamp = point.stamp;
            }
        }
        if let Some(frame) = self.frames.get_mut(at) {
            let wide = frame.values.len().max(point.channel + 1);
            frame.values.resize(wide, None);
            if let Some(value) = frame.values.get_mut(point.channel) {
                *value = Some(sample(point.value));
            }
        }
    }

    /// Hands over what there is.
    pub(super) fn flush(&mut self, told: &mut Told, sink: &mut impl FnMut(Event<'_>)) {
        for frame in self.frames.iter().take(self.waiting) {
            told.blank();
            told.mark.stamp = frame.stamp;
            let set = frame.values.iter().enumerate().filter_map(|(at, value)| Some((at, (*value)?)));
            set.for_each(|(at, value)| told.put(at, value));
            told.frame(sink);
        }
        self.waiting = 0;
    }
}

impl Partial {
    fn has(&self, channel: usize) -> bool {
        self.values.get(channel).is_some_and(Option::is_some)
    }

    fn is_of(&self, stamp: Option<f64>) -> bool {
        match (self.stamp, stamp) {
            (Some(one), Some(other)) => (one - other).abs() <= ONE_FRAME,
            (None, None) => true,
            _ => false,
        }
    }
}
