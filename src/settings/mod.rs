//! From what the user typed to the values that the floors below take. Each mistake gets one line that says what to type instead.

pub mod file;

use std::path::PathBuf;

use anyhow::{Context, Error, Result};

use crate::cli::Reading;
use crate::rhythm::{Rhythm, Settings};
use crate::signal::{Channel, Rate, Role, Seconds, clean};
use crate::wire::Format;
use file::File;

/// What was typed makes no sense, whatever the files hold: exit status 2, where a task that failed has 1.
#[derive(Debug)]
pub struct Usage(String);

impl std::error::Error for Usage {}

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Usage {
    /// The mistake, and what to type instead.
    pub fn wrong(what: impl std::fmt::Display) -> Error {
        Error::new(Self(what.to_string()))
    }
}

/// The estimator's settings: what was typed over what the file says.
///
/// # Errors
/// A rhythm, range, window or step that makes no sense.
pub fn estimator(reading: &Reading, file: &File) -> Result<Settings> {
    let mut settings = file.estimator();
    settings.derived &= !reading.no_derived;
    if let Some(list) = &reading.rhythm {
        let wanted = list.split(',').map(rhythm).collect::<Result<Vec<_>>>().context("--rhythm")?;
        for rhythm in Rhythm::ALL {
            settings.of_mut(rhythm).enabled = wanted.contains(&rhythm);
        }
    }
    for text in &reading.range {
        range(text, &mut settings).with_context(|| format!("--range {}", clean(text)))?;
    }
    Ok(settings)
}

/// A folder of the settings file; `~` is the home folder.
pub fn in_home(folder: &str, home: Option<PathBuf>) -> PathBuf {
    match (folder.strip_prefix('~'), home) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
        _ => PathBuf::from(folder),
    }
}

fn rhythm(word: &str) -> Result<Rhythm> {
    Rhythm::from_word(word.trim())
        .ok_or_else(|| Usage::wrong(format!("`{}` is no rhythm; there are tide, cranial, breath and pulse", clean(word))))
}

fn range(text: &str, settings: &mut Settings) -> Result<()> {
    let usage = || Usage::wrong("write it as RHYTHM=LOW..HIGH in cycles a minute, for example cranial=3..15");
    let (name, ends) = text.split_once('=').ok_or_else(usage)?;
    let (low, high) = ends.split_once("..").ok_or_else(usage)?;
    let end = |text: &str| text.trim().parse::<f64>().map_err(|_| usage());
    let (low, high) = (end(low)?, end(high)?);
    if !(low > 0.0 && low < high && high <= 1000.0) {
        return Err(Usage::wrong("the low end must be above 0 and below the high end, and that at most 1000 /min"));
    }
    let of = settings.of_mut(rhythm(name)?);
    (of.low_per_min, of.high_per_min) = (low, high);
    Ok(())
}

/// One window or step for all rhythms.
///
/// # Errors
/// Where it is no length of time that a window can have.
pub fn windows(settings: &mut Settings, window: Option<f64>, step: Option<f64>) -> Result<()> {
    let sensible = |value: f64, low: f64, high: f64| value.is_finite() && value >= low && value <= high;
    if let Some(window) = window {
        if !sensible(window, 5.0, 3600.0) {
            return Err(Usage::wrong(format!("--window {window}: a window is 5 to 3600 seconds long")));
        }
        for rhythm in Rhythm::ALL {
            settings.of_mut(rhythm).window = Seconds(window);
        }
    }
    if let Some(step) = step {
        if !sensible(step, 1.0, 3600.0) {
            return Err(Usage::wrong(format!("--step {step}: a step is 1 to 3600 seconds long")));
        }
        settings.step = Seconds(step);
    }
    Ok(())
}

/// `--rate`.
///
/// # Errors
/// Where it is no rate.
pub fn rate(hz: Option<f64>) -> Result<Option<Rate>> {
    hz.map(|hz| Rate::from_hz(hz).ok_or_else(|| Usage::wrong(format!("--rate {hz}: a rate is above 0 and at most 10000000 Hz"))))
        .transpose()
}

/// `--format`.
///
/// # Errors
/// A word that is no format; says which there are.
pub fn format(word: &str) -> Result<Format> {
    word.parse().map_err(Usage::wrong).context("--format")
}

/// `--channels`: in order, `None` where the stream's own name stays.
///
/// # Errors
/// An unknown role, an empty name.
pub fn channels(text: Option<&str>) -> Result<Vec<Option<Channel>>> {
    let Some(text) = text else { return Ok(Vec::new()) };
    text.split(',').map(|part| channel(part).with_context(|| format!("--channels {}", clean(text)))).collect()
}

fn channel(text: &str) -> Result<Option<Channel>> {
    if text == "-" {
        return Ok(None);
    }
    let mut parts = text.splitn(3, ':');
    let name = clean(parts.next().unwrap_or_default());
    if name.is_empty() {
        return Err(Usage::wrong("a channel needs a name: name[:role[:unit]], or - to leave it as it is"));
    }
    let role = parts.next().filter(|role| !role.is_empty());
    let mut channel = Channel::named(&name, parts.next().unwrap_or_default());
    if let Some(role) = role {
        let known = Role::from_word(role);
        channel.role =
            known.ok_or_else(|| Usage::wrong(format!("`{}` is no role; there are cranial, breath, pulse and other", clean(role))))?;
    }
    Ok(Some(channel))
}

/// A time: seconds, `m:ss` or `h:mm:ss`.
///
/// # Errors
/// Where it is none.
pub fn time(text: &str) -> Result<Seconds> {
    let wrong = || Usage::wrong(format!("`{}` is no time; write seconds (90), m:ss (1:30) or h:mm:ss", clean(text)));
    let mut total = 0.0;
    let parts: Vec<&str> = text.trim().split(':').collect();
    if parts.len() > 3 {
        return Err(wrong());
    }
    for part in parts {
        let value: f64 = part.parse().map_err(|_| wrong())?;
        if !value.is_finite() || value < 0.0 || part.starts_with(['+', '-']) {
            return Err(wrong());
        }
        total = total * 60.0 + value;
    }
    if total.is_finite() { Ok(Seconds(total)) } else { Err(wrong()) }
}

/// How long something is to be: `20m`, `1h30m`, `90s`, or as a time.
///
/// # Errors
/// Where it is no length, or none at all.
pub fn length(text: &str) -> Result<Seconds> {
    let wrong = || Usage::wrong(format!("`{}` is no length of time; write 20m, 1h30m, 90s or 12:30", clean(text)));
    let (mut total, mut rest) = (0.0, text.trim());
    for (unit, seconds) in [('h', 3600.0), ('m', 60.0), ('s', 1.0)] {
        if let Some((count, after)) = rest.split_once(unit) {
            let count: f64 = count.parse().map_err(|_| wrong())?;
            total += count * seconds;
            rest = after;
        }
    }
    if !rest.is_empty() {
        total += time(rest).map_err(|_| wrong())?.0;
    }
    if total.is_finite() && total > 0.0 { Ok(Seconds(total)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_write_them() {
        for (text, seconds) in [("90", 90.0), ("12:30", 750.0), ("1:02:03.5", 3723.5)] {
            assert_eq!(time(text).unwrap(), Seconds(seconds), "{text}");
        }
        for text in ["", "-5", "1:2:3:4", "nan", "five", "1e308:02"] {
            assert!(time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_as_people_write_them() {
        for (text, seconds) in [("20m", 1200.0), ("1h30m", 5400.0), ("90s", 90.0), ("12:30", 750.0), ("45", 45.0), ("1.5h", 5400.0)] {
            assert_eq!(length(text).unwrap(), Seconds(seconds), "{text}");
        }
        for text in ["", "0", "m", "-5m", "five", "1d", "5m3h"] {
            assert!(length(text).is_err(), "{text}");
        }
    }

    #[test]
    fn channels_are_named_in_order_and_a_dash_leaves_one_as_it_is() {
        let list = channels(Some("left:cranial:µm,-,belt:breath")).unwrap();
        assert_eq!(list[0], Some(Channel::named("left", "µm")));
        assert_eq!(list[1], None);
        assert_eq!(list[2].as_ref().map(|c| c.role), Some(Role::Breath));
        let error = format!("{:#}", channels(Some("left:head")).unwrap_err());
        assert!(error.contains("`head` is no role"), "{error}");
    }

    #[test]
    fn ranges_and_rhythms_are_checked() {
        let reading = |rhythm: &str, range: &str| Reading { rhythm: Some(rhythm.into()), range: vec![range.into()], ..Reading::default() };
        let settings = estimator(&reading("cranial,breath", "cranial=4..12"), &File::default()).unwrap();
        assert_eq!(settings.of(Rhythm::Cranial).high_per_min, 12.0);
        assert!(!settings.of(Rhythm::Pulse).enabled);
        for (rhythm, range) in
            [("heart", "cranial=3..15"), ("cranial", "cranial=15..3"), ("cranial", "cranial"), ("cranial", "cranial=0..x")]
        {
            assert!(estimator(&reading(rhythm, range), &File::default()).is_err(), "{rhythm} {range}");
        }
    }
}
