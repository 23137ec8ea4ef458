//! The settings in force and where each came from: an option, a variable of the environment, a line of the settings file, or nowhere.

use super::config::{self, Found};
use crate::app::Setting;
use crate::cli;
use crate::rhythm::{Rhythm, Settings};
use crate::settings::file::quoted;
use crate::signal::clean;

/// What was typed, as far as a command takes it.
#[derive(Clone, Copy, Default)]
pub(super) struct Typed<'a> {
    pub(super) look: Option<&'a cli::Look>,
    pub(super) recording: Option<&'a cli::Recording>,
    pub(super) wire: Option<&'a cli::Wire>,
    /// The estimator's settings, as they are in force.
    pub(super) estimator: Option<&'a Settings>,
}

/// All of them, then the keys.
pub(super) fn list(found: &Found, typed: Typed<'_>) -> Vec<Setting> {
    let over = typed.told(&found.file.estimator());
    let setting = |(name, value, line): (String, String, Option<usize>)| {
        let typed = over.iter().find(|told| told.name == name).cloned();
        let from = line.map(|line| format!("line {line} of the file"));
        typed.unwrap_or(Setting { name, value, from })
    };
    let keymap = found.file.keymap();
    let plain: Vec<_> = config::keys(&crate::app::Keymap::default()).collect();
    let key = |(name, keys, _): (String, String, &'static str)| {
        let own = plain.iter().any(|(known, by_itself, _)| *known == name && *by_itself == keys);
        Setting { name: format!("keys.{name}"), value: keys, from: (!own).then(|| "the file".to_owned()) }
    };
    found.file.list().into_iter().map(setting).chain(config::keys(&keymap).map(key)).collect()
}

impl Typed<'_> {
    /// What stands before the file, with where it is from.
    fn told(self, of_file: &Settings) -> Vec<Setting> {
        let mut all = Vec::new();
        let mut add = |name: &str, value: String, from: &str| {
            all.push(Setting { name: name.to_owned(), value: clean(&value), from: Some(from.to_owned()) });
        };
        let theme = self.look.and_then(|look| Some(clap::ValueEnum::to_possible_value(&look.theme?)?.get_name().to_owned()));
        let sessions = self.recording.and_then(|recording| Some(recording.output.as_ref()?.display().to_string()));
        let format = self.wire.and_then(|wire| wire.format.clone());
        for (name, typed, option, variable) in [
            ("theme", theme, "--theme", "STILLPOINT_THEME"),
            ("sessions", sessions, "-o", "STILLPOINT_SESSIONS"),
            ("format", format, "--format", "STILLPOINT_FORMAT"),
        ] {
            // clap has put the two together: what is typed is what the variable says, or an option said something else.
            let told = std::env::var(variable).ok().filter(|told| !told.is_empty());
            match (typed, told) {
                (Some(typed), told) => add(name, quoted(&typed), if told.as_deref() == Some(&typed) { variable } else { option }),
                (None, Some(told)) => add(name, quoted(&told), variable),
                (None, None) => {}
            }
        }
        let baud = self.wire.and_then(|wire| wire.baud);
        baud.iter().for_each(|baud| add("baud", baud.to_string(), "--baud"));
        if let Some(look) = self.look {
            look.ascii.then(|| add("ascii", "true".into(), "--ascii"));
            look.no_mouse.then(|| add("mouse", "false".into(), "--no-mouse"));
            look.bell.then(|| add("bell", "true".into(), "--bell"));
            look.fps.iter().for_each(|fps| add("fps", format!("{:?}", f64::from(*fps)), "--fps"));
            look.announce.iter().for_each(|to| add("announce", quoted(to), "--announce"));
        }
        if let Some(own) = self.estimator {
            differences(own, of_file).into_iter().for_each(|(name, value, from)| add(&name, value, from));
        }
        all
    }
}

/// What of the estimator's settings is not as the file has it, and which option says so.
fn differences(own: &Settings, of_file: &Settings) -> Vec<(String, String, &'static str)> {
    let mut all = Vec::new();
    if own.derived != of_file.derived {
        all.push(("derived".to_owned(), own.derived.to_string(), "--no-derived"));
    }
    for rhythm in Rhythm::ALL {
        let (own, file) = (own.of(rhythm), of_file.of(rhythm));
        let name = |what: &str| format!("{}.{what}", rhythm.word());
        if own.enabled != file.enabled {
            all.push((name("enabled"), own.enabled.to_string(), "--rhythm"));
        }
        for (what, own, file) in [("low", own.low_per_min, file.low_per_min), ("high", own.high_per_min, file.high_per_min)] {
            if own != file {
                all.push((name(what), format!("{own:?}"), "--range"));
            }
        }
    }
    all
}
