//! `session.toml`: what is known of a session besides its samples.

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{ABOUT, StoreError, said};
use crate::rhythm::{Rhythm, Settings};
use crate::signal::{Channel, ClockPoint, Layout, Rate, Role, SampleIndex, Seconds, Side, clean};

/// Raised when an older program could not read the folder any more.
const FORMAT: u32 = 1;
/// No session has more than this.
const MOST_CHANNELS: usize = 1024;

/// What is known of a session.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// The computer's time at frame 0.
    pub started: jiff::Timestamp,
    /// Channels and the rate of the analysis.
    pub layout: Layout,
    /// The device's true rate, as last measured.
    pub clock: Option<ClockPoint>,
    /// The port, `demo`, …
    pub device: String,
    /// How the device spoke.
    pub wire_format: String,
    /// Whether the samples come from a simulator.
    pub simulated: bool,
    /// The estimator's settings in force.
    pub settings: Settings,
}

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    program: String,
    started: String,
    device: String,
    wire_format: String,
    simulated: bool,
    rate_hz: f64,
    #[serde(default)]
    rate_std_err_hz: f64,
    nominal_hz: f64,
    channels: Vec<FileChannel>,
    #[serde(default)]
    settings: Option<FileSettings>,
}

#[derive(Serialize, Deserialize)]
struct FileChannel {
    name: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    side: String,
}

#[derive(Serialize, Deserialize)]
struct FileSettings {
    step_s: f64,
    threshold: f64,
    tide: FileRhythm,
    cranial: FileRhythm,
    breath: FileRhythm,
    pulse: FileRhythm,
}

#[derive(Serialize, Deserialize)]
struct FileRhythm {
    enabled: bool,
    low_per_min: f64,
    high_per_min: f64,
    window_s: f64,
}

impl About {
    /// Writes the file anew: to a temporary name, then renamed.
    pub(super) fn save(&self, folder: &Path) -> Result<(), StoreError> {
        let path = folder.join(ABOUT);
        let text = toml::to_string(&self.file()).map_err(|error| StoreError::About { path: path.clone(), why: error.to_string() })?;
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)
        };
        write().map(drop).map_err(said(&path, "write it"))
    }

    /// Reads the file.
    pub(super) fn load(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(ABOUT);
        let text = std::fs::read_to_string(&path).map_err(said(&path, "read it"))?;
        let wrong = |why: String| StoreError::About { path: path.clone(), why };
        let file: File = toml::from_str(&text).map_err(|error| wrong(one_line(&error)))?;
        if file.format > FORMAT {
            return Err(wrong(format!("written by a newer stillpoint (format {}, this one reads up to {FORMAT}); update it", file.format)));
        }
        file.about().map_err(wrong)
    }

    fn file(&self) -> File {
        let clock = self.clock;
        let channel = |c: &Channel| FileChannel {
            name: c.name.clone(),
            unit: c.unit.clone(),
            role: c.role.word().into(),
            side: c.side.word().into(),
        };
        File {
            format: FORMAT,
            program: concat!("stillpoint ", env!("CARGO_PKG_VERSION")).into(),
            started: self.started.to_string(),
            device: self.device.clone(),
            wire_format: self.wire_format.clone(),
            simulated: self.simulated,
            rate_hz: clock.map_or(self.layout.nominal, |clock| clock.rate).hz(),
            rate_std_err_hz: clock.map_or(0.0, |clock| clock.std_err_hz),
            nominal_hz: self.layout.nominal.hz(),
            channels: self.layout.channels.iter().map(channel).collect(),
            settings: Some(file_settings(&self.settings)),
        }
    }
}

impl File {
    fn about(self) -> Result<About, String> {
        let rate = |hz: f64, name: &str| Rate::from_hz(hz).ok_or_else(|| format!("{name} = {hz} is no rate"));
        if self.channels.is_empty() || self.channels.len() > MOST_CHANNELS {
            return Err(format!("it names {} channels; 1 to {MOST_CHANNELS} can be read", self.channels.len()));
        }
        let channel = |c: FileChannel| Channel {
            name: clean(&c.name),
            unit: clean(&c.unit),
            role: Role::from_word(&c.role).unwrap_or_default(),
            side: [Side::Left, Side::Right].into_iter().find(|side| side.word() == c.side).unwrap_or_default(),
        };
        let std_err_hz = if self.rate_std_err_hz.is_finite() { self.rate_std_err_hz.max(0.0) } else { 0.0 };
        Ok(About {
            started: self.started.parse().map_err(|_| format!("started = \"{}\" is no time", clean(&self.started)))?,
            clock: Some(ClockPoint { at: SampleIndex(0), rate: rate(self.rate_hz, "rate_hz")?, std_err_hz }),
            layout: Layout { nominal: rate(self.nominal_hz, "nominal_hz")?, channels: self.channels.into_iter().map(channel).collect() },
            device: clean(&self.device),
            wire_format: clean(&self.wire_format),
            simulated: self.simulated,
            settings: self.settings.map_or_else(Settings::default, settings),
        })
    }
}

fn file_settings(settings: &Settings) -> FileSettings {
    let rhythm = |rhythm| {
        let of = settings.of(rhythm);
        FileRhythm { enabled: of.enabled, low_per_min: of.low_per_min, high_per_min: of.high_per_min, window_s: of.window.0 }
    };
    FileSettings {
        step_s: settings.step.0,
        threshold: settings.threshold,
        tide: rhythm(Rhythm::Tide),
        cranial: rhythm(Rhythm::Cranial),
        breath: rhythm(Rhythm::Breath),
        pulse: rhythm(Rhythm::Pulse),
    }
}

/// Settings that make no sense are the default ones.
fn settings(file: FileSettings) -> Settings {
    let mut settings = Settings::default();
    let sensible = |value: f64, low: f64, high: f64| value >= low && value <= high;
    if sensible(file.step_s, 1.0, 3600.0) {
        settings.step = Seconds(file.step_s);
    }
    if sensible(file.threshold, 1e-9, 0.5) {
        settings.threshold = file.threshold;
    }
    for (rhythm, of) in Rhythm::ALL.into_iter().zip([file.tide, file.cranial, file.breath, file.pulse]) {
        let own = settings.of_mut(rhythm);
        own.enabled = of.enabled;
        if of.low_per_min > 0.0
            && of.low_per_min < of.high_per_min
            && sensible(of.high_per_min, 0.0, 1000.0)
            && sensible(of.window_s, 5.0, 3600.0)
        {
            (own.low_per_min, own.high_per_min, own.window) = (of.low_per_min, of.high_per_min, Seconds(of.window_s));
        }
    }
    settings
}

/// The parser's message without its picture of the text.
fn one_line(error: &toml::de::Error) -> String {
    clean(&error.message().replace('\n', " "))
}
