//! What of the spectrum is looked at: which channel, which rhythm's window, on which axis.

use super::keys::Action;
use super::{App, Effect};
use crate::protocol::Snapshot;
use crate::rhythm::Rhythm;

/// How rates lie on the axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spacing {
    /// As far from 5 to 10 as from 50 to 100.
    Log,
    /// As far from 5 to 10 as from 50 to 55.
    Linear,
}

/// What was chosen; by itself the channel that leads, all rhythms, and the axis that suits them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lens {
    pub(super) channel: Option<usize>,
    pub(super) rhythm: Option<Rhythm>,
    spacing: Option<Spacing>,
}

impl Lens {
    /// All rhythms are four hundredfold apart; one fits an even axis.
    pub(super) fn spacing(self) -> Spacing {
        self.spacing.unwrap_or(if self.rhythm.is_some() { Spacing::Linear } else { Spacing::Log })
    }
}

/// A key of the spectrum.
pub(super) fn perform(app: &mut App, action: Action, now: &Snapshot) -> Vec<Effect> {
    let channels = now.layout.as_ref().map_or(0, |layout| layout.channels.len());
    let rhythms: Vec<Rhythm> = Rhythm::ALL.into_iter().filter(|rhythm| app.settings.of(*rhythm).enabled).collect();
    let shown = app.looked_at.map_or(0, |look| look.channel);
    let lens = &mut app.lens;
    match action {
        Action::NextChannel | Action::PreviousChannel if channels > 0 => {
            let by = if action == Action::NextChannel { 1 } else { channels - 1 };
            lens.channel = Some((lens.channel.unwrap_or(shown) + by) % channels);
        }
        Action::NextRhythm | Action::PreviousRhythm => {
            // All of them stand before the first and after the last.
            let places = rhythms.len() + 1;
            let at = lens.rhythm.and_then(|rhythm| rhythms.iter().position(|other| *other == rhythm)).map_or(0, |at| at + 1);
            let by = if action == Action::NextRhythm { 1 } else { places - 1 };
            lens.rhythm = ((at + by) % places).checked_sub(1).and_then(|at| rhythms.get(at)).copied();
            lens.spacing = None;
        }
        Action::Spacing => lens.spacing = Some(if lens.spacing() == Spacing::Log { Spacing::Linear } else { Spacing::Log }),
        _ => {}
    }
    Vec::new()
}
