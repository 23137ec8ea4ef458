//! What an anonymous export leaves out: whatever could name a person, a device, a place or a day. Free texts may do so and are left out altogether; a
//! label stays where it is one of the program's own.

use std::collections::HashMap;

use crate::format::Provenance;
use crate::signal::{Annotation, Channel, Layout, QUICK_LABELS, Role, SampleIndex, Side, Span};

/// What every exported file is called after.
pub(super) const BASE: &str = "recording";

/// Labels that a comparison needs and that tell of nobody.
const PLAIN: [&str; 4] = ["before", "after", "baseline", "rest"];

/// The channels under names that say what they carry and no more: `left`, `breath`, `ch4`.
pub(super) fn channels(layout: &Layout) -> Vec<Option<Channel>> {
    let mut taken = HashMap::new();
    let mut name = |position: usize, channel: &Channel| {
        let plain = match (channel.side, channel.role) {
            (side @ (Side::Left | Side::Right), _) => side.word(),
            (Side::None, Role::Other) => return format!("ch{}", position + 1),
            (Side::None, role) => role.word(),
        };
        let count = taken.entry(plain).or_insert(0);
        *count += 1;
        if *count == 1 { plain.to_owned() } else { format!("{plain}-{count}") }
    };
    let renamed = |(position, channel): (usize, &Channel)| Some(Channel { name: name(position, channel), ..channel.clone() });
    layout.channels.iter().enumerate().map(renamed).collect()
}

/// A label that tells of nobody; `None` for one that might.
pub(super) fn label(label: &str) -> Option<&'static str> {
    QUICK_LABELS.into_iter().chain(PLAIN).find(|known| known.eq_ignore_ascii_case(label.trim()))
}

/// Labels that might tell of somebody become a kind and a number.
pub(super) fn annotations(annotations: &mut [Annotation]) {
    let mut counts = HashMap::new();
    for annotation in annotations {
        let kind = annotation.kind.word();
        let count = counts.entry(kind).or_insert(0);
        *count += 1;
        annotation.label = label(&annotation.label).map_or_else(|| format!("{kind} {count}"), str::to_owned);
    }
}

/// Where samples come from, without saying where they come from: times count from zero.
pub(super) fn provenance(told: Provenance) -> Provenance {
    Provenance {
        source: BASE.to_owned(),
        source_file: String::new(),
        started: None,
        span: Span { start: SampleIndex(0), end: SampleIndex(told.span.frames()) },
        device: String::new(),
        damage: Vec::new(),
        ..told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::Rate;

    #[test]
    fn a_channel_keeps_what_it_carries_and_loses_its_name() {
        let names = ["anna_left", "SN4711 right", "left-2", "belt of anna", "temp"];
        let layout = Layout { channels: names.map(|name| Channel::named(name, "mm")).to_vec(), nominal: Rate::from_hz(1.0).unwrap() };
        let renamed: Vec<String> = channels(&layout).into_iter().flatten().map(|channel| channel.name).collect();
        assert_eq!(renamed, ["left", "right", "left-2", "breath", "ch5"]);
    }

    #[test]
    fn a_label_stays_where_the_program_knows_it() {
        assert_eq!((label("Sacrum"), label(" before"), label("sacrum, anna"), label("")), (Some("sacrum"), Some("before"), None, None));
    }
}
