//! What the analyst shows and the shell looks at: one history and one snapshot behind short locks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::protocol::{Playback, Raw, Snapshot};
use crate::signal::{History, SampleIndex};

/// Shared between the analyst, a player and the shell. No lock is held longer than a copy takes.
#[derive(Debug, Default)]
pub struct View {
    history: Mutex<Option<History>>,
    snapshot: Mutex<Snapshot>,
    playback: Mutex<Option<Playback>>,
    /// Something while somebody looks at it.
    raw: Mutex<Option<Arc<Raw>>>,
    changed: Notify,
}

impl View {
    /// The latest snapshot, with the place of a replay.
    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = hold(&self.snapshot).clone();
        snapshot.playback = *hold(&self.playback);
        snapshot.raw.clone_from(&hold(&self.raw));
        snapshot
    }

    /// Looks at the history; it has no channels until they are known.
    pub fn with_history<T>(&self, look: impl FnOnce(&History) -> T) -> T {
        look(hold(&self.history).get_or_insert_with(|| History::new(0, SampleIndex(0))))
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
        change(&mut hold(&self.history));
    }

    /// Puts a new snapshot in place of the old one and wakes who waits.
    pub(super) fn publish(&self, snapshot: Snapshot) {
        *hold(&self.snapshot) = snapshot;
        self.changed.notify_one();
    }

    /// Says where a replay is.
    pub(super) fn set_playback(&self, playback: Playback) {
        *hold(&self.playback) = Some(playback);
        self.changed.notify_one();
    }
}

/// The value behind a lock, also after a thread panicked while it held it: plain values, whole at any time.
fn hold<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
