//! What the analyst shows and the shell looks at: what the trace is drawn from and one snapshot, behind short locks.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::hand::{Beside, Hand};
use crate::protocol::{Playback, Raw, Snapshot, Surveyed, TrendPoint};
use crate::rhythm::{Phases, StillPoint};
use crate::signal::{Columns, Edit, Gap, History, Layout, Overview, Rate, Reel, SampleIndex, Wanted};

/// Shared between the analyst, a player and the shell. No lock is held longer than a copy takes.
#[derive(Debug, Default)]
pub struct View {
    shelf: Mutex<Shelf>,
    /// A close-up is wanted, or none will be any more.
    asked: Condvar,
    latest: Mutex<Latest>,
    replayed: Mutex<Option<Replayed>>,
    /// Something while somebody looks at it.
    raw: Mutex<Option<Arc<Raw>>>,
    hand: Mutex<Hand>,
    changed: Notify,
}

/// What the trace is drawn from.
#[derive(Debug, Default)]
struct Shelf {
    /// Live.
    history: Option<History>,
    /// In a replay.
    reel: Option<Reel>,
    wanted: Option<Wanted>,
    /// A close-up is being read.
    reading: bool,
    closed: bool,
}

/// The analyst's latest snapshot.
#[derive(Debug, Default)]
struct Latest {
    snapshot: Snapshot,
    /// The jump that it was made after.
    jump: u64,
}

/// A replay, and what is known of the whole recording.
#[derive(Debug)]
struct Replayed {
    playback: Playback,
    head: SampleIndex,
    jump: u64,
    whole: Whole,
}

/// What is known of a whole recording.
#[derive(Clone, Debug, Default)]
pub(super) struct Whole {
    pub(super) trend: Arc<Vec<[Vec<TrendPoint>; 4]>>,
    pub(super) stills: Arc<Vec<StillPoint>>,
    pub(super) gaps: Arc<Vec<Gap>>,
    pub(super) figures: f64,
}

impl View {
    /// The latest snapshot. In a replay with its place, and with what is known of the whole recording; figures are those of the place or not there yet.
    pub fn snapshot(&self) -> Snapshot {
        let (mut snapshot, jump) = {
            let latest = hold(&self.latest);
            (latest.snapshot.clone(), latest.jump)
        };
        if let Some(replayed) = &*hold(&self.replayed) {
            if replayed.jump != jump {
                snapshot.latest.fill([None; 4]);
                snapshot.symmetry = None;
                snapshot.spectra = Arc::default();
            }
            let whole = replayed.whole.clone();
            snapshot.head = replayed.head;
            snapshot.playback = Some(replayed.playback);
            snapshot.lost = whole.gaps.iter().map(|gap| gap.span.frames()).sum();
            snapshot.surveyed = Some(Surveyed { overview: self.with_reel(|reel| reel.surveyed()).unwrap_or(0.0), figures: whole.figures });
            (snapshot.trend, snapshot.stills, snapshot.gaps) = (whole.trend, whole.stills, whole.gaps);
        }
        snapshot.raw.clone_from(&hold(&self.raw));
        snapshot.tapped = hold(&self.hand).told();
        snapshot
    }

    /// Looks at what the trace is drawn from; it has no channels until they are known. What is not there in full is read for the next look.
    pub fn with_columns<T>(&self, look: impl FnOnce(&dyn Columns) -> T) -> T {
        let mut shelf = hold(&self.shelf);
        let Some(reel) = &mut shelf.reel else {
            return look(shelf.history.get_or_insert_with(|| History::new(0, SampleIndex(0))));
        };
        let seen = look(reel);
        if let Some(wanted) = reel.take_wanted() {
            shelf.wanted = Some(wanted);
            self.asked.notify_all();
        }
        seen
    }

    /// Whether what was looked at last was there in full: no close-up of it is still to come.
    pub fn is_exact(&self) -> bool {
        let shelf = hold(&self.shelf);
        shelf.wanted.is_none() && !shelf.reading
    }

    /// A copy of what a live trace is drawn from, once the channels are known.
    pub fn history(&self) -> Option<History> {
        hold(&self.shelf).history.clone()
    }

    /// Waits until something new can be seen.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// What the device sends is to be told, or no longer.
    pub(super) fn ask_raw(&self, wanted: bool) {
        *hold(&self.raw) = wanted.then(Arc::default);
    }

    /// Tells what the device sends, if somebody looks.
    pub(super) fn tell_raw(&self, raw: impl FnOnce() -> Raw) {
        if let Some(shown) = &mut *hold(&self.raw) {
            *shown = Arc::new(raw());
            self.changed.notify_one();
        }
    }

    /// Changes the history; `None` until the channels are known.
    pub(super) fn change_history(&self, change: impl FnOnce(&mut Option<History>)) {
        change(&mut hold(&self.shelf).history);
    }

    /// Puts a new snapshot, made after a jump, in place of the old one and wakes who waits.
    pub(super) fn publish(&self, snapshot: Snapshot, jump: u64) {
        *hold(&self.latest) = Latest { snapshot, jump };
        self.changed.notify_one();
    }

    // Of the taps.

    /// The taps are those of a recording.
    pub(super) fn open_hand(&self, hand: Hand) {
        *hold(&self.hand) = hand;
    }

    /// The annotations change.
    pub(super) fn annotated(&self, edit: &Edit) {
        hold(&self.hand).annotated(edit);
    }

    /// What a monitor should follow, where that has changed.
    pub(super) fn taps(&self, number: &mut u64) -> Option<Vec<SampleIndex>> {
        hold(&self.hand).news(number)
    }

    /// Takes what a monitor knows of the phase at the taps.
    pub(super) fn felt(&self, phases: &Phases, stream: (&Layout, Rate)) {
        let beside = hold(&self.hand).absorb(phases, stream);
        let Some(beside) = beside else { return };
        let told = beside.iter().map(Beside::tapped).collect();
        hold(&self.hand).tell(told);
        self.changed.notify_one();
    }

    // Of a replay.

    /// What is drawn is a recording, of which so much is known from the start.
    pub(super) fn open_reel(&self, reel: Reel, (playback, head): (Playback, SampleIndex), whole: Whole) {
        hold(&self.shelf).reel = Some(reel);
        *hold(&self.replayed) = Some(Replayed { playback, head, jump: 0, whole });
    }

    /// Changes what the recording is drawn from.
    pub(super) fn with_reel<T>(&self, change: impl FnOnce(&mut Reel) -> T) -> Option<T> {
        hold(&self.shelf).reel.as_mut().map(change)
    }

    /// Tells more of the whole recording, and wakes who waits.
    pub(super) fn tell_whole(&self, change: impl FnOnce(&mut Whole)) {
        if let Some(replayed) = &mut *hold(&self.replayed) {
            change(&mut replayed.whole);
        }
        self.changed.notify_one();
    }

    /// Says where a replay is, after so many jumps.
    pub(super) fn set_playback(&self, playback: Playback, head: SampleIndex, jump: u64) {
        if let Some(replayed) = &mut *hold(&self.replayed) {
            (replayed.playback, replayed.head, replayed.jump) = (playback, head, jump);
        }
        self.changed.notify_one();
    }

    /// The next close-up that is wanted, as soon as there is one; none when the view is closed.
    pub(super) fn next_wanted(&self) -> Option<Wanted> {
        let waiting = hold(&self.shelf);
        let mut shelf =
            self.asked.wait_while(waiting, |shelf| shelf.wanted.is_none() && !shelf.closed).unwrap_or_else(PoisonError::into_inner);
        let wanted = if shelf.closed { None } else { shelf.wanted.take() };
        shelf.reading = wanted.is_some();
        wanted
    }

    /// The close-up that was wanted.
    pub(super) fn put_close(&self, close: Overview) {
        let mut shelf = hold(&self.shelf);
        shelf.reading = false;
        if let Some(reel) = &mut shelf.reel {
            reel.put_close(close);
        }
        drop(shelf);
        self.changed.notify_one();
    }

    /// There is more of the overview.
    pub(super) fn redrawn(&self) {
        self.changed.notify_one();
    }

    /// Nobody looks any more.
    pub(super) fn close(&self) {
        hold(&self.shelf).closed = true;
        self.asked.notify_all();
    }
}

/// The value behind a lock, also after a thread panicked while it held it: plain values, whole at any time.
fn hold<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rhythm::Interval;
    use crate::signal::{Column, Seconds};

    #[test]
    fn what_the_device_sends_is_put_together_only_while_somebody_looks() {
        let view = View::default();
        let mut asked = 0;
        let mut tell = |view: &View| {
            view.tell_raw(|| {
                asked += 1;
                Raw { taken_for: "text, no numbers".into(), lines: vec!["hello".into()] }
            });
            view.snapshot().raw.is_some_and(|raw| raw.lines == ["hello"])
        };
        assert!(!tell(&view));
        view.ask_raw(true);
        assert!(tell(&view));
        view.ask_raw(false);
        assert!(!tell(&view));
        assert_eq!(asked, 1);
    }

    #[test]
    fn after_a_jump_no_figure_of_another_place_is_shown() {
        let view = View::default();
        let playback = Playback { position: Seconds(0.0), duration: Seconds(60.0), speed: 1.0, paused: true, looped: None };
        view.open_reel(Reel::new(1, 6000), (playback, SampleIndex(1200)), Whole::default());
        assert_eq!(view.snapshot().head, SampleIndex(1200), "a mark made before anything was played stands where the replay begins");
        let symmetry = crate::rhythm::Symmetry {
            left: 0,
            right: 1,
            rhythm: crate::rhythm::Rhythm::Cranial,
            end: SampleIndex(3000),
            t: Seconds(30.0),
            window: Seconds(30.0),
            amplitude_ratio: Interval { value: 1.3, low: 1.2, high: 1.4 },
            lag: Interval { value: 0.4, low: 0.3, high: 0.5 },
            coherence: Interval { value: 0.97, low: 0.9, high: 0.99 },
        };
        let found = Snapshot { symmetry: Some(symmetry), ..Snapshot::default() };
        view.publish(found.clone(), 0);
        assert!(view.snapshot().symmetry.is_some());
        view.set_playback(playback, SampleIndex(3000), 1);
        let snapshot = view.snapshot();
        assert!(snapshot.symmetry.is_none());
        assert_eq!(snapshot.head, SampleIndex(3000));
        view.publish(found, 1);
        assert!(view.snapshot().symmetry.is_some());
    }

    #[test]
    fn what_could_not_be_drawn_is_read_until_the_view_is_closed() {
        let view = View::default();
        let playback = Playback { position: Seconds(0.0), duration: Seconds(60.0), speed: 1.0, paused: true, looped: None };
        view.open_reel(Reel::new(1, 10_000_000), (playback, SampleIndex(0)), Whole::default());
        let mut out = [Column::EMPTY; 10];
        view.with_columns(|columns| columns.columns(0, SampleIndex(640), 2, &mut out));
        assert_eq!(view.next_wanted().map(|wanted| wanted.base), Some(1));
        view.close();
        assert_eq!(view.next_wanted(), None);
    }
}
