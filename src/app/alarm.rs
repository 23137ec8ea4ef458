//! What is worth a bell or a spoken line to somebody whose eyes are elsewhere: a still point, a lost sensor, a disk that takes nothing. Each once.

use crate::protocol::{Notice, Snapshot, SourceState};
use crate::signal::{Seconds, Span, clean};

/// A still point that ended longer ago is no news.
const NEWS: Seconds = Seconds(120.0);
/// A disk with room for less time than this is nearly full.
const SCARCE: Seconds = Seconds(120.0);
/// So many lines wait to be told, at most.
const MOST: usize = 8;

/// What has been told, and what is yet to be.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    lost: bool,
    scarce: bool,
    still: Option<Span>,
    lines: Vec<String>,
}

impl Alarms {
    /// The session has said something.
    pub(super) fn notice(&mut self, notice: &Notice) {
        match notice {
            Notice::Source(SourceState::Lost(_) | SourceState::Stalled(_)) => self.source(true),
            Notice::Source(SourceState::Streaming) => self.source(false),
            Notice::Kept(kept) => {
                let scarce = kept.room.is_some_and(|room| room.0 < SCARCE.0);
                if scarce && !self.scarce {
                    self.tell("disk nearly full".to_owned());
                }
                self.scarce = scarce;
            }
            Notice::Trouble(text) | Notice::NotBegun(text) => self.tell(format!("trouble: {}", clean(text))),
            _ => {}
        }
    }

    /// The analyst has published something.
    pub(super) fn snapshot(&mut self, now: &Snapshot) {
        let rate = now.clock.map(|clock| clock.rate).or_else(|| now.layout.as_ref().map(|layout| layout.nominal));
        let (Some(rate), Some(still)) = (rate, now.stills.last()) else { return };
        let fresh = rate.duration(now.head - still.span.end).0 < NEWS.0;
        // The same one in left and right is one.
        if fresh && self.still.is_none_or(|told| !told.overlaps(still.span)) {
            self.still = Some(still.span);
            self.tell(format!("still point, {:.0} seconds", still.length().0));
        }
    }

    fn source(&mut self, lost: bool) {
        if std::mem::replace(&mut self.lost, lost) != lost {
            self.tell(if lost { "sensor lost" } else { "sensor back" }.to_owned());
        }
    }

    /// The lines that were not told yet.
    pub(super) fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }

    fn tell(&mut self, line: String) {
        if self.lines.len() < MOST {
            self.lines.push(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Kept;
    use crate::rhythm::{Flags, Rhythm, StillPoint};
    use crate::signal::{Channel, Layout, Rate, SampleIndex};
    use std::sync::Arc;

    fn after(stills: &[(usize, u64, u64)], head: u64) -> Snapshot {
        let layout =
            Layout { channels: vec![Channel::named("left", ""), Channel::named("right", "")], nominal: Rate::from_hz(1.0).unwrap() };
        let still = |(channel, from, to): &(usize, u64, u64)| StillPoint {
            channel: *channel,
            rhythm: Rhythm::Cranial,
            span: Span { start: SampleIndex(*from), end: SampleIndex(*to) },
            start: Seconds(*from as f64),
            end: Seconds(*to as f64),
            flags: Flags::default(),
        };
        Snapshot {
            layout: Some(Arc::new(layout)),
            head: SampleIndex(head),
            stills: Arc::new(stills.iter().map(still).collect()),
            ..Snapshot::default()
        }
    }

    #[test]
    fn a_still_point_in_left_and_right_is_told_once_and_an_old_one_never() {
        let mut alarms = Alarms::default();
        for snapshot in [after(&[(0, 10, 40)], 400), after(&[(0, 500, 527)], 540), after(&[(0, 500, 527), (1, 501, 528)], 545)] {
            alarms.snapshot(&snapshot);
        }
        assert_eq!(alarms.take(), ["still point, 27 seconds"]);
        assert_eq!(alarms.take(), [] as [&str; 0]);
    }

    #[test]
    fn a_lost_sensor_and_a_full_disk_are_told_when_they_come_about() {
        let mut alarms = Alarms::default();
        let kept = |room| Notice::Kept(Kept { frames: 0, waiting: 0, lost: 0, clock: None, room: Some(Seconds(room)) });
        let lost = || Notice::Source(SourceState::Lost(String::new()));
        let all = [lost(), lost(), Notice::Source(SourceState::Streaming), kept(900.0), kept(100.0), kept(90.0)];
        all.iter().for_each(|notice| alarms.notice(notice));
        alarms.notice(&Notice::Trouble("full\u{1b}[2J".into()));
        let told = alarms.take();
        assert_eq!(told[..3], ["sensor lost", "sensor back", "disk nearly full"]);
        assert!(told[3].starts_with("trouble: full") && !told[3].contains('\u{1b}'), "{told:?}");
    }
}
