//! session.toml: what the WAV header cannot say.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::disk::{self, Disk, DiskFile};
use crate::rhythm::{Rhythm, RhythmSettings, Settings};
use crate::signal::{Channel, ClockPoint, Layout, Rate, Role, SampleIndex, Seconds, Side, clean};

/// The version of the folder's layout that this program writes.
pub(super) const FORMAT: u32 = 1;
pub(super) const FILE: &str = "session.toml";
/// Its name until it is whole.
pub(super) const NEW: &str = ".session.toml.new";

/// What is known of a session beside its samples and events.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// UTC of frame 0.
    pub started: Timestamp,
    /// The channels and the nominal rate.
    pub layout: Layout,
    /// The latest measure of the true rate.
    pub clock: Option<ClockPoint>,
    /// Port, file or other name of the source.
    pub device: String,
    /// How the bytes were written.
    pub wire_format: String,
    /// Whether no sensor was behind it.
    pub simulated: bool,
    /// The settings in force.
    pub settings: Settings,
}

impl About {
    /// The true rate: measured where it was, else nominal.
    pub fn rate(&self) -> Rate {
        self.clock.map_or(self.layout.nominal, |clock| clock.rate)
    }

    /// Writes session.toml under another name, then renames it, so that a crash leaves the old or the new one.
    pub(super) fn save(&self, disk: &impl Disk, folder: &Path) -> Result<(), StoreError> {
        let text = toml::to_string(&Page::of(self)).map_err(std::io::Error::other);
        let saved = text.and_then(|text| replace(disk, folder, &text));
        saved.map_err(StoreError::io(&folder.join(FILE), "write the session's description"))
    }

    /// Reads session.toml's text; says why not in one line.
    pub(super) fn parse(text: &str) -> Result<(Self, Option<String>), String> {
        let page: Page = toml::from_str(text).map_err(|error| clean(error.message()))?;
        let newer = (page.format > FORMAT).then(|| format!("format {} is newer than this program; read as far as known", page.format));
        Ok((page.about()?, newer))
    }
}

/// Puts a description in the place of the one before; a crash leaves the one or the other.
pub(super) fn replace(disk: &impl Disk, folder: &Path, text: &str) -> std::io::Result<()> {
    let new = folder.join(NEW);
    let mut file = disk.open(&new)?;
    file.set_length(0)?;
    disk::write_all(&mut file, 0, text.as_bytes())?;
    disk::sync(&mut file)?;
    disk.rename(&new, &folder.join(FILE))?;
    disk.sync_folder(folder)
}

#[derive(Serialize, Deserialize)]
struct Page {
    format: u32,
    #[serde(default)]
    program: String,
    start: String,
    rate_hz: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rate_std_err_hz: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rate_measured_at: Option<u64>,
    nominal_hz: f64,
    #[serde(default)]
    device: String,
    #[serde(default)]
    wire_format: String,
    #[serde(default)]
    simulated: bool,
    channels: Vec<ChannelPage>,
    #[serde(default)]
    settings: SettingsPage,
}

#[derive(Serialize, Deserialize)]
struct ChannelPage {
    name: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    side: String,
}

#[derive(Serialize, Deserialize)]
struct SettingsPage {
    step_s: f64,
    threshold: f64,
    #[serde(default = "yes")]
    derived: bool,
    tide: RhythmPage,
    cranial: RhythmPage,
    breath: RhythmPage,
    pulse: RhythmPage,
}

#[derive(Serialize, Deserialize)]
struct RhythmPage {
    low_per_min: f64,
    high_per_min: f64,
    window_s: f64,
    enabled: bool,
}

impl Page {
    fn of(about: &About) -> Self {
        Self {
            format: FORMAT,
            program: crate::store::PROGRAM.to_owned(),
            start: about.started.to_string(),
            rate_hz: about.rate().hz(),
            rate_std_err_hz: about.clock.map(|clock| clock.std_err_hz).filter(|error| error.is_finite()),
            rate_measured_at: about.clock.map(|clock| clock.at.0.min(i64::MAX as u64)),
            nominal_hz: about.layout.nominal.hz(),
            device: clean(&about.device),
            wire_format: clean(&about.wire_format),
            simulated: about.simulated,
            channels: about.layout.channels.iter().map(ChannelPage::of).collect(),
            settings: SettingsPage::of(&about.settings),
        }
    }

    fn about(self) -> Result<About, String> {
        let hz = |name: &str, hz| Rate::from_hz(hz).ok_or_else(|| format!("{name} = {hz} is no rate"));
        let rate = hz("rate_hz", self.rate_hz)?;
        let started = self.start.parse().map_err(|_| format!("start = {:?} is no time", clean(&self.start)))?;
        let nominal = hz("nominal_hz", self.nominal_hz)?;
        let channels = self.channels.len();
        if !(1..=super::MAX_CHANNELS).contains(&channels) {
            return Err(format!("{channels} channels; a session has 1 to {}", super::MAX_CHANNELS));
        }
        let point = |at| ClockPoint { at: SampleIndex(at), rate, std_err_hz: self.rate_std_err_hz.unwrap_or(0.0) };
        Ok(About {
            started,
            clock: self.rate_measured_at.map(point),
            layout: Layout { channels: self.channels.iter().map(ChannelPage::channel).collect(), nominal },
            device: clean(&self.device),
            wire_format: clean(&self.wire_format),
            simulated: self.simulated,
            settings: self.settings.settings(),
        })
    }
}

impl ChannelPage {
    fn of(channel: &Channel) -> Self {
        Self {
            name: channel.name.clone(),
            unit: channel.unit.clone(),
            role: channel.role.word().to_owned(),
            side: channel.side.word().to_owned(),
        }
    }

    fn channel(&self) -> Channel {
        Channel {
            name: clean(&self.name),
            unit: clean(&self.unit),
            role: Role::from_word(&self.role).unwrap_or_default(),
            side: [Side::Left, Side::Right].into_iter().find(|side| side.word() == self.side).unwrap_or_default(),
        }
    }
}

impl SettingsPage {
    fn of(settings: &Settings) -> Self {
        let page = |rhythm| {
            let RhythmSettings { low_per_min, high_per_min, window, enabled } = *settings.of(rhythm);
            RhythmPage { low_per_min, high_per_min, window_s: window.0, enabled }
        };
        Self {
            step_s: settings.step.0,
            threshold: settings.threshold,
            derived: settings.derived,
            tide: page(Rhythm::Tide),
            cranial: page(Rhythm::Cranial),
            breath: page(Rhythm::Breath),
            pulse: page(Rhythm::Pulse),
        }
    }

    /// The settings, or the shipped ones where a value makes no sense.
    fn settings(&self) -> Settings {
        let mut settings = Settings { derived: self.derived, ..Settings::default() };
        let sane = |value: f64| value.is_finite() && value > 0.0;
        for (rhythm, page) in Rhythm::ALL.into_iter().zip([&self.tide, &self.cranial, &self.breath, &self.pulse]) {
            if sane(page.low_per_min) && sane(page.high_per_min) && sane(page.window_s) && page.low_per_min < page.high_per_min {
                let RhythmPage { low_per_min, high_per_min, window_s, enabled } = *page;
                *settings.of_mut(rhythm) = RhythmSettings { low_per_min, high_per_min, window: Seconds(window_s), enabled };
            }
        }
        if sane(self.step_s) {
            settings.step = Seconds(self.step_s);
        }
        if sane(self.threshold) && self.threshold < 1.0 {
            settings.threshold = self.threshold;
        }
        settings
    }
}

impl Default for SettingsPage {
    fn default() -> Self {
        Self::of(&Settings::default())
    }
}

/// Sessions from before there were derived series were looked at as now without a word.
fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SystemDisk;

    fn about() -> About {
        let rate = Rate::from_hz(99.987_654_321).unwrap();
        About {
            started: "2026-11-23T10:15:00.25Z".parse().unwrap(),
            layout: Layout {
                channels: vec![Channel::named("left", "µm"), Channel::named("belt", "")],
                nominal: Rate::from_hz(100.0).unwrap(),
            },
            clock: Some(ClockPoint { at: SampleIndex(5000), rate, std_err_hz: 0.0004 }),
            device: "/dev/ttyUSB0".into(),
            wire_format: "csv".into(),
            simulated: false,
            settings: Settings::default(),
        }
    }

    #[test]
    fn what_is_saved_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        about().save(&SystemDisk, folder.path()).unwrap();
        let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert_eq!(About::parse(&text), Ok((about(), None)));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary name is left");
    }

    #[test]
    fn an_older_description_is_read_as_far_as_it_goes() {
        let text = toml::to_string(&Page::of(&about())).unwrap();
        let known = |line: &&str| {
            !["program", "device", "wire_format", "simulated", "unit", "role", "side"].iter().any(|key| line.starts_with(key))
        };
        let older = text.split("[settings").next().unwrap().lines().filter(known).collect::<Vec<_>>().join("\n");
        let read = About::parse(&older).unwrap().0;
        assert_eq!((read.started, read.rate(), read.layout.channels.len()), (about().started, about().rate(), 2));
        assert_eq!((read.device.as_str(), read.settings), ("", Settings::default()));
    }

    #[test]
    fn a_hostile_description_is_refused_in_one_line() {
        let folder = tempfile::tempdir().unwrap();
        about().save(&SystemDisk, folder.path()).unwrap();
        let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(About::parse(&text.replace("rate_hz = 99", "rate_hz = -99")).unwrap_err().contains("is no rate"));
        assert!(About::parse("format = \u{1b}[2J").is_err());
        let newer = About::parse(&text.replace("format = 1", "format = 9")).unwrap().1.unwrap();
        assert!(newer.contains("newer"), "{newer}");
    }

    #[test]
    fn of_a_rhythm_whose_settings_make_no_sense_the_shipped_ones_are_taken() {
        let mut stored = about();
        let cranial = RhythmSettings { low_per_min: 5.0, high_per_min: 13.0, window: Seconds(77.0), enabled: false };
        *stored.settings.of_mut(Rhythm::Cranial) = cranial;
        stored.settings.derived = false;
        let text = toml::to_string(&Page::of(&stored)).unwrap();
        assert_eq!(About::parse(&text), Ok((stored, None)));
        let read = |from: &str, to: &str| {
            assert!(text.contains(from), "{from}");
            *About::parse(&text.replace(from, to)).unwrap().0.settings.of(Rhythm::Cranial)
        };
        assert_eq!(read("window_s = 77.0", "window_s = 78.0"), RhythmSettings { window: Seconds(78.0), ..cranial });
        for (from, to) in [
            ("low_per_min = 5.0", "low_per_min = -5.0"),
            ("low_per_min = 5.0", "low_per_min = 13.0"),
            ("high_per_min = 13.0", "high_per_min = inf"),
            ("window_s = 77.0", "window_s = 0.0"),
            ("window_s = 77.0", "window_s = nan"),
        ] {
            assert_eq!(read(from, to), *Settings::default().of(Rhythm::Cranial), "{to}");
        }
    }
}
