//! What people type on the command line: the first byte says as what it is taken. What is refused is refused in clean words.

use std::path::PathBuf;

use stillpoint::cli::{Cli, Reading};
use stillpoint::format::{bids, csv, wording};
use stillpoint::settings::{self, file::File};
use stillpoint::signal::Seconds;
use stillpoint::store::{Start, slug};

pub fn check(data: &[u8]) {
    let [which, bytes @ ..] = data else { return };
    let text = &*String::from_utf8_lossy(bytes);
    match which % 12 {
        0 => refused_or(settings::time(text), |time| time.0.is_finite() && time.0 >= 0.0),
        1 => refused_or(settings::length(text), |length| length.0.is_finite() && length.0 > 0.0),
        2 => refused_or(settings::channels(Some(text)), |list| list.iter().flatten().all(|channel| super::is_clean(&channel.name))),
        3 => refused_or(settings::format(text), |_| true),
        4 => refused_or(settings::estimator(&reading(None, text), &File::default()), |_| true),
        5 => refused_or(settings::estimator(&reading(Some(text), "cranial=3..15"), &File::default()), |_| true),
        6 => refused_or(settings::rate(text.parse().ok()), |_| true),
        7 => drop(Start::parse(text).and_then(|start| start.after(Seconds(1e9)))),
        8 => {
            let name = slug(text);
            assert!(name.chars().count() <= 60 && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')), "{name}");
            assert!(bids::label(text).chars().all(|c| c.is_ascii_alphanumeric()));
        }
        9 => {
            assert!(!csv::safe(text).starts_with(['=', '+', '-', '@']));
            assert_eq!(csv::plain(&csv::safe(text)), text);
            let _ = (wording::read(text, true), wording::gap(text));
        }
        10 => drop(settings::in_home(text, Some(PathBuf::from("/home/anna")))),
        _ => {
            let words: Vec<&str> = std::iter::once("stillpoint").chain(text.split('\n')).collect();
            drop(Cli::typed(&words));
        }
    }
}

fn reading(rhythm: Option<&str>, range: &str) -> Reading {
    Reading { rhythm: rhythm.map(str::to_owned), range: vec![range.to_owned()], ..Reading::default() }
}

fn refused_or<T>(taken: anyhow::Result<T>, holds: impl FnOnce(&T) -> bool) {
    match taken {
        Ok(taken) => assert!(holds(&taken)),
        Err(error) => assert!(super::is_clean(&format!("{error:#}")), "{error:#}"),
    }
}
