//! What has been told of a stream: its channels, which are never taken back nor change places, and its frames in their order.

use super::columns::MOST;
use super::succession::{Mark, Rules, Succession};
use super::{Event, WireChannel};
use crate::signal::MISSING;

/// The channels told so far, and the frame that is being made.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    channels: Vec<WireChannel>,
    /// How many of the channels the sink knows of.
    said: usize,
    succession: Succession,
    /// One value a channel.
    pub(super) values: Vec<f32>,
    /// What the device says of it.
    pub(super) mark: Mark,
}

impl Told {
    /// How many channels there are.
    pub(super) fn count(&self) -> usize {
        self.channels.len()
    }

    /// The place of a channel that is called so; a new one is appended. The last place takes what is too much.
    pub(super) fn channel(&mut self, channel: &WireChannel) -> usize {
        let known = self.channels.iter().position(|known| known.name.is_some() && known.name == channel.name);
        known.unwrap_or_else(|| self.append(channel))
    }

    /// The place of a channel of a line that has others at the places `taken`. Two of one name are two; one without a name, or before a line
    /// of names has come, is meant by its position.
    pub(super) fn channel_at(&mut self, channel: &WireChannel, taken: &[usize]) -> usize {
        let free = |place: &usize| !taken.contains(place);
        let same = |place: &usize| channel.name.is_some() && self.name(*place) == channel.name.as_deref();
        let by_name = (0..self.count()).filter(free).find(same);
        let nameless = |place: &usize| self.name(*place).is_none() || channel.name.is_none();
        let by_position = || (taken.len()..self.count()).find(free).filter(nameless);
        let place = by_name.or_else(by_position);
        place.unwrap_or_else(|| self.append(channel))
    }

    fn name(&self, place: usize) -> Option<&str> {
        self.channels.get(place)?.name.as_deref()
    }

    fn append(&mut self, channel: &WireChannel) -> usize {
        if self.channels.len() < MOST {
            self.channels.push(channel.clone());
        }
        self.channels.len() - 1
    }

    /// Other rules for the device's numbers.
    pub(super) fn rules(&mut self, rules: Rules) {
        self.succession.begin(rules);
    }

    /// Whether what was taken for the device's clock or counter is none.
    pub(super) fn is_nonsense(&self) -> bool {
        self.succession.is_nonsense()
    }

    /// The port was opened again.
    pub(super) fn reopened(&mut self) {
        self.succession.reopened();
    }

    /// Puts a value into the frame that was begun; where there is no such place it is left out.
    #[inline]
    pub(super) fn put(&mut self, place: usize, value: f32) {
        if let Some(here) = self.values.get_mut(place) {
            *here = value;
        }
    }

    /// Begins a frame: nothing in it yet.
    #[inline]
    pub(super) fn blank(&mut self) {
        self.values.fill(MISSING);
        self.fit();
        self.mark = Mark::default();
    }

    /// Says which channels are new.
    pub(super) fn say_channels(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        if self.channels.len() > self.said {
            // A frame that is kept was made before.
            self.succession.finish(&mut |frame| sink(Event::Frame(frame)));
            self.said = self.channels.len();
            sink(Event::Channels(&self.channels));
        }
    }

    /// As many values as channels.
    #[inline]
    fn fit(&mut self) {
        if self.values.len() != self.channels.len() {
            self.values.resize(self.channels.len(), MISSING);
        }
    }

    /// Hands the frame over.
    #[inline]
    pub(super) fn frame(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        self.say_channels(sink);
        self.fit();
        self.succession.push(self.mark, &self.values, &mut |frame| sink(Event::Frame(frame)));
    }

    /// Hands over a frame that is still kept.
    pub(super) fn finish(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        self.succession.finish(&mut |frame| sink(Event::Frame(frame)));
    }
}
