//! Blind: what the instrument has found is hidden, so that the hand feels by itself. While a recording runs there is no way back before its end,
//! and notes in it say from when to when.

use super::{App, Effect, Recorder};
use crate::protocol::Snapshot;
use crate::signal::Sight;

/// What is hidden.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Blind {
    /// Nothing.
    #[default]
    Off,
    /// Figures, trend, spectrum, still points, and whose rhythm a trace is.
    Figures,
    /// The trace too.
    All,
}

impl Blind {
    fn next(self) -> Self {
        match self {
            Self::Off => Self::Figures,
            Self::Figures => Self::All,
            Self::All => Self::Off,
        }
    }

    /// What is to be seen.
    fn sight(self) -> Sight {
        match self {
            Self::Off => Sight::Open,
            Self::Figures => Sight::NoFigures,
            Self::All => Sight::Nothing,
        }
    }

    fn words(self) -> &'static str {
        self.sight().words()
    }
}

/// The key.
pub(super) fn key(app: &mut App, now: &Snapshot) -> Vec<Effect> {
    let next = app.blind.next();
    let recording = app.recorder != Recorder::Off;
    if next == Blind::Off && recording {
        app.say("blind until the recording ends");
        return Vec::new();
    }
    app.blind = next;
    app.say(next.words());
    if recording { note(app, next.words(), now) } else { Vec::new() }
}

/// A recording begins: whether it is blind is in it.
pub(super) fn begins(app: &mut App, now: &Snapshot) -> Vec<Effect> {
    let words = app.blind.words();
    if app.blind == Blind::Off { Vec::new() } else { note(app, words, now) }
}

/// It is about to end.
pub(super) fn ends(app: &mut App, now: &Snapshot) -> Vec<Effect> {
    if app.blind == Blind::Off { Vec::new() } else { note(app, Blind::Off.words(), now) }
}

fn note(app: &mut App, words: &str, now: &Snapshot) -> Vec<Effect> {
    vec![app.marks.tell(now.head, words.to_owned())]
}
