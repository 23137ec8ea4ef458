//! Looks for a stream by its name: a question to everybody, and those who know answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use labstream_net::{StreamInfo, config, resolve};
use labstream_wire::Format;

use super::{FASTEST, MOST_CHANNELS};
use crate::signal::{Rate, clean};

/// One question is waited on for so long; `labstream` collects the answers for 0.4 s.
const WAVE: Duration = Duration::from_millis(410);

/// A stream that was found, and can be read.
#[derive(Clone, Debug)]
pub struct Found(pub(super) Box<StreamInfo>);

/// What a search came to. Texts are clean.
#[derive(Clone, Debug)]
pub enum Search {
    /// The one.
    Found(Found),
    /// Several of that name, as `NAME@HOST`.
    Several(Vec<String>),
    /// It is there, but nothing that can be recorded: why.
    Unfit(String),
    /// It is not there; the names of those that are.
    Missing(Vec<String>),
}

impl Found {
    /// How many channels it has, 1 to [`MOST_CHANNELS`].
    pub fn channels(&self) -> usize {
        self.0.channel_count as usize
    }

    /// Samples a second as it says; `None` where they come as they come.
    pub fn rate(&self) -> Option<Rate> {
        Rate::from_hz(self.0.nominal_srate)
    }

    /// Whether another answer is of the same opening of the same stream.
    pub fn is(&self, other: &Self) -> bool {
        self.0.uid == other.0.uid
    }

    /// Where its data are handed out.
    pub(super) fn data(&self) -> Option<SocketAddr> {
        self.address(self.0.v4data_port, self.0.v6data_port)
    }

    /// Where its clock is told.
    pub(super) fn service(&self) -> Option<SocketAddr> {
        self.address(self.0.v4service_port, self.0.v6service_port)
    }

    /// By IPv4 where it was found that way, as liblsl does.
    fn address(&self, v4: u16, v6: u16) -> Option<SocketAddr> {
        if self.0.v4address.is_empty() || v4 == 0 {
            return format!("[{}]:{v6}", self.0.v6address).parse().ok();
        }
        format!("{}:{v4}", self.0.v4address).parse().ok()
    }
}

/// Asks until a stream of that name answers, for `patience` at most. `wanted` is a name, or `NAME@HOST`. Blocks.
pub fn search(wanted: &str, patience: Duration) -> Search {
    let until = Instant::now() + patience;
    loop {
        let search = pick(answers(), wanted);
        if !matches!(search, Search::Missing(_)) || Instant::now() >= until {
            return search;
        }
    }
}

/// Asks once. Blocks for half a second.
pub fn find(wanted: &str) -> Option<Found> {
    match pick(answers(), wanted) {
        Search::Found(found) => Some(found),
        _ => None,
    }
}

fn answers() -> Vec<StreamInfo> {
    let session = &config::get().session_id;
    // Who has no network finds nobody.
    resolve(&format!("session_id='{session}'"), usize::MAX, WAVE).unwrap_or_default()
}

fn pick(answers: Vec<StreamInfo>, wanted: &str) -> Search {
    let full = |info: &StreamInfo| format!("{}@{}", info.name, info.hostname);
    let (named, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|info| info.name == wanted || full(info) == wanted);
    if named.len() > 1 {
        return Search::Several(tidy(named.iter().map(full)));
    }
    let Some(info) = named.into_iter().next() else {
        return Search::Missing(tidy(others.into_iter().map(|info| info.name)));
    };
    match unfit(&info) {
        Some(why) => Search::Unfit(why),
        None => Search::Found(Found(Box::new(info))),
    }
}

fn unfit(info: &StreamInfo) -> Option<String> {
    if matches!(info.format, Format::String | Format::Undefined) {
        return Some("it carries words, not numbers".to_owned());
    }
    if info.nominal_srate > FASTEST {
        return Some(format!("it says it sends {} samples a second, of at most {FASTEST}", info.nominal_srate));
    }
    let channels = info.channel_count as usize;
    (!(1..=MOST_CHANNELS).contains(&channels)).then(|| format!("it says it has {channels} channels, of at most {MOST_CHANNELS}"))
}

fn tidy(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.map(|name| clean(&name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(name: &str, host: &str) -> StreamInfo {
        let mut info = StreamInfo::new(name, "Misc", 2, Format::Float32, 100.0);
        info.hostname = host.to_owned();
        info
    }

    #[test]
    fn a_stream_is_found_by_its_name_and_two_of_one_name_by_their_hosts() {
        let network = || vec![stream("belt", "a"), stream("belt", "b"), stream("force\u{7}", "a"), stream("force\u{7}", "b")];
        assert!(matches!(pick(network(), "belt@b"), Search::Found(found) if found.0.hostname == "b"));
        assert!(matches!(pick(network(), "belt"), Search::Several(names) if names == ["belt@a", "belt@b"]));
        assert!(matches!(pick(network(), "bel"), Search::Missing(names) if names == ["belt", "force"]));
    }

    #[test]
    fn a_stream_is_reached_by_the_address_that_it_answered_from() {
        let mut info = stream("belt", "a");
        assert_eq!(Found(Box::new(info.clone())).data(), None);
        (info.v6address, info.v6data_port) = ("fe80::1%3".into(), 16_572);
        let six = Found(Box::new(info.clone())).data().unwrap();
        assert!(matches!(six, SocketAddr::V6(address) if address.scope_id() == 3 && address.port() == 16_572), "{six}");
        (info.v4address, info.v4data_port) = ("10.0.0.7".into(), 16_573);
        assert_eq!(Found(Box::new(info)).data().unwrap().to_string(), "10.0.0.7:16573");
    }

    #[test]
    fn words_and_incredible_widths_are_not_opened() {
        let mut words = stream("markers", "a");
        words.format = Format::String;
        let mut wide = stream("wide", "a");
        wide.channel_count = u32::MAX;
        let mut fast = stream("fast", "a");
        fast.nominal_srate = 1e300;
        assert!(matches!(pick(vec![fast], "fast"), Search::Unfit(why) if why.contains("a second")));
        assert!(matches!(pick(vec![words], "markers"), Search::Unfit(why) if why.contains("words")));
        assert!(matches!(pick(vec![wide], "wide"), Search::Unfit(why) if why.contains("4294967295")));
    }
}
