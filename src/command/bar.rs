//! How far it has got, on standard error, where a person sees it.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::signal::{clean, visible};

/// The bar, or nothing.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    /// The bytes of each recording, which stand for its samples.
    sizes: Vec<u64>,
}

impl Progress {
    /// A bar, unless standard error is no terminal, or the rows that go there (`shown`) are what there is to see. `None` is a recording that is done.
    pub fn new<'a>(paths: impl Iterator<Item = Option<&'a Path>>, shown: bool) -> Self {
        if shown || !std::io::stderr().is_terminal() {
            return Self { bar: None, sizes: Vec::new() };
        }
        let sizes: Vec<u64> = paths.map(|path| path.map_or(0, size)).collect();
        let bar = ProgressBar::new(sizes.iter().sum());
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:24} {percent:>3} %  {eta} left  {wide_msg}") {
            bar.set_style(style.progress_chars("█▌ "));
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar: Some(bar), sizes }
    }

    /// So many files are done, and this one's rows come now.
    pub fn turn(&self, done: usize, path: &Path) {
        if let Some(bar) = &self.bar {
            bar.set_prefix(format!("{done}/{} files", self.sizes.len()));
            bar.set_message(clean(&path.display().to_string()));
        }
    }

    /// The progress of one file.
    pub fn file(&self, number: usize) -> FileProgress<'_> {
        FileProgress { bar: self.bar.as_ref(), size: self.sizes.get(number).copied().unwrap_or(0), told: 0 }
    }

    /// A line for standard error, above the bar.
    pub fn line(&self, text: &str) {
        let say = || {
            // Nowhere left to say it where standard error is gone too.
            let _ = writeln!(std::io::stderr(), "stillpoint: {}", visible(text));
        };
        self.bar.as_ref().map_or_else(say, |bar| bar.suspend(say));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// What one file adds to the bar; all of it at the latest when it is dropped.
#[derive(Debug)]
pub struct FileProgress<'a> {
    bar: Option<&'a ProgressBar>,
    size: u64,
    told: u64,
}

impl FileProgress<'_> {
    /// So much of the file is done, 0 to 1.
    pub fn share(&mut self, share: f64) {
        let Some(bar) = self.bar else { return };
        let now = ((share * self.size as f64) as u64).clamp(self.told, self.size);
        bar.inc(now - self.told);
        self.told = now;
    }
}

impl Drop for FileProgress<'_> {
    fn drop(&mut self) {
        self.share(1.0);
    }
}

/// Bytes of a file, or of what lies in a session's folder.
fn size(path: &Path) -> u64 {
    let inside = fs::read_dir(path).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len())).sum();
    fs::metadata(path).map_or(0, |found| if found.is_dir() { inside } else { found.len() })
}
