//! A channel: one stream of samples, and what is known of it.

use super::{Rate, clean};

/// What a channel is meant to carry. It decides how rhythms are attributed and which pane leads,
/// never which rhythms are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// A sensor at the head or the sacrum.
    Cranial,
    /// A belt, an air flow, a thorax.
    Breath,
    /// A finger, an ear, an electrocardiogram.
    Pulse,
    /// Anything else.
    #[default]
    Other,
}

impl Role {
    /// The word of files, settings and `--channels`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cranial => "cranial",
            Self::Breath => "breath",
            Self::Pulse => "pulse",
            Self::Other => "other",
        }
    }

    /// The role that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Cranial, Self::Breath, Self::Pulse, Self::Other].into_iter().find(|role| role.word() == word)
    }

    /// The role that a channel's name tells, looking at how its words begin, in any case; [`Role::Other`] if none. A name that
    /// ends a word in "rate" is that of a figure, not of a trace.
    pub fn from_name(name: &str) -> Self {
        let lower = name.to_lowercase();
        let parts = || lower.split(|c: char| !c.is_alphabetic());
        let tells = |words: &[&str]| parts().any(|part| words.iter().any(|word| part.starts_with(word)));
        if parts().any(|part| part.ends_with("rate")) {
            Self::Other
        } else if tells(&["breath", "resp", "rsp", "belt", "thor", "abdo", "airflow"]) || parts().any(|part| part == "flow") {
            Self::Breath
        } else if tells(&["puls", "ppg", "bvp", "ecg", "ekg", "pleth", "cardiac"]) {
            Self::Pulse
        } else if tells(&["left", "right", "head", "occiput", "sacrum", "cranial"]) {
            Self::Cranial
        } else {
            Self::Other
        }
    }
}

/// Which side of the body a sensor is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Side {
    /// The client's left.
    Left,
    /// The client's right.
    Right,
    /// Neither, or not told.
    #[default]
    None,
}

impl Side {
    /// The word of files and settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::None => "none",
        }
    }

    /// The side that a channel's name tells.
    pub fn from_name(name: &str) -> Self {
        let lower = name.to_lowercase();
        let tells = |word| lower.split(|c: char| !c.is_alphabetic()).any(|part| part == word);
        match (tells("left"), tells("right")) {
            (true, false) => Self::Left,
            (false, true) => Self::Right,
            _ => Self::None,
        }
    }
}

/// Words of a name that tell a site, as they begin.
const SITES: [&str; 15] = [
    "occiput", "frontal", "parietal", "temporal", "sphenoid", "mandible", "head", "sacrum", "chest", "thorax", "abdomen", "finger",
    "wrist", "ear", "foot",
];

/// One stream of samples with its name and meaning. The texts are clean of control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Unique within its layout.
    pub name: String,
    /// The unit of the samples; empty where it is not known.
    pub unit: String,
    /// What it is meant to carry.
    pub role: Role,
    /// Left, right or neither.
    pub side: Side,
}

impl Channel {
    /// A channel whose role and side are read off its name. Texts from outside are cleaned here.
    pub fn named(name: &str, unit: &str) -> Self {
        let name = clean(name);
        Self { role: Role::from_name(&name), side: Side::from_name(&name), unit: clean(unit), name }
    }

    /// Where on the body it is, as far as its name tells.
    pub fn site(&self) -> Option<&'static str> {
        let lower = self.name.to_lowercase();
        let parts = || lower.split(|c: char| !c.is_alphabetic());
        SITES.into_iter().find(|site| parts().any(|part| part.starts_with(site)))
    }

    /// The name of the channel at `position` (from 0) when nobody named it: `ch1`, `ch2`, …
    pub fn unnamed(position: usize) -> Self {
        Self::named(&format!("ch{}", position + 1), "")
    }
}

/// The channels of a stream or recording and the rate that its analysis is laid out on.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// In the order of the samples in a frame.
    pub channels: Vec<Channel>,
    /// The rate windows and filters are planned for. The device's true rate is a [`super::ClockPoint`]
    /// and lies within a few per cent of it.
    pub nominal: Rate,
}

impl Layout {
    /// Pairs of channels that are held against each other: left with right, then the first cranial channel of a site with that of every other site.
    pub fn pairs(&self) -> Vec<[usize; 2]> {
        let mut pairs: Vec<[usize; 2]> = self.left_right().map(|(left, right)| [left, right]).into_iter().collect();
        let mut sites: Vec<(usize, &'static str)> = Vec::new();
        for (at, channel) in self.channels.iter().enumerate().filter(|(_, channel)| channel.role == Role::Cranial) {
            let new = channel.site().filter(|site| sites.iter().all(|(_, known)| known != site));
            sites.extend(new.map(|site| (at, site)));
        }
        if let Some((first, others)) = sites.split_first() {
            let with_first = others.iter().map(|other| [first.0, other.0]);
            pairs.extend(with_first.filter(|pair| !pairs.contains(pair)).collect::<Vec<_>>());
        }
        pairs
    }

    /// The channels with the first pair as left and right, where no two are so by themselves: then what is told of two sides is told of two sites.
    pub fn sided(&self) -> Vec<Channel> {
        let mut channels = self.channels.clone();
        if let (None, Some([first, second])) = (self.left_right(), self.pairs().first()) {
            channels.iter_mut().for_each(|channel| channel.side = Side::None);
            (channels[*first].side, channels[*second].side) = (Side::Left, Side::Right);
        }
        channels
    }

    /// The positions of the left and the right cranial channel, where there is one of each.
    pub fn left_right(&self) -> Option<(usize, usize)> {
        let find = |side| self.channels.iter().position(|c| c.side == side);
        Some((find(Side::Left)?, find(Side::Right)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_role_and_side() {
        let cases = [
            ("left", Role::Cranial, Side::Left),
            ("Occiput right", Role::Cranial, Side::Right),
            ("RESP", Role::Breath, Side::None),
            ("belt_1", Role::Breath, Side::None),
            ("PLETH", Role::Pulse, Side::None),
            ("Flow.40ms", Role::Breath, Side::None),
            ("FlowLim.2s", Role::Other, Side::None),
            ("RespRate.2s", Role::Other, Side::None),
            ("cardiac", Role::Pulse, Side::None),
            ("leftover", Role::Cranial, Side::None),
            ("ch1", Role::Other, Side::None),
        ];
        for (name, role, side) in cases {
            let channel = Channel::named(name, "");
            assert_eq!((channel.role, channel.side), (role, side), "{name}");
        }
        let site = |name| Channel::named(name, "").site();
        assert_eq!(
            [site("Occiput right"), site("sacrum"), site("heads"), site("left")],
            [Some("occiput"), Some("sacrum"), Some("head"), None]
        );
    }

    #[test]
    fn words_and_roles_go_both_ways() {
        for role in [Role::Cranial, Role::Breath, Role::Pulse, Role::Other] {
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        assert_eq!(Role::from_word("head"), None);
    }
    #[test]
    fn sides_are_held_against_each_other_and_so_are_sites() {
        let layout = |names: &[&str]| Layout {
            channels: names.iter().map(|name| Channel::named(name, "µm")).collect(),
            nominal: Rate::from_hz(100.0).unwrap(),
        };
        assert_eq!(layout(&["right", "left", "belt"]).pairs(), [[1, 0]]);
        assert_eq!(layout(&["head left", "head right", "sacrum", "chest"]).pairs(), [[0, 1], [0, 2]], "a chest is no place for hands");
        assert_eq!(layout(&["occiput left", "sacrum right"]).pairs(), [[0, 1]]);
        assert_eq!(layout(&["ch1", "ch2"]).pairs(), [] as [[usize; 2]; 0]);
        let sides = |names: &[&str]| layout(names).sided().iter().map(|channel| channel.side.word()).collect::<Vec<_>>();
        assert_eq!(sides(&["belt", "head", "sacrum"]), ["none", "left", "right"]);
        assert_eq!(sides(&["left", "right", "sacrum"]), ["left", "right", "none"]);
    }
}
