//! `stillpoint config`, and finding the settings file for all commands.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use etcetera::BaseStrategy;

use super::in_force::{self, Typed};
use crate::app::{Setting, TABLE, Told};
use crate::cli;
use crate::settings::file::{File, quoted, template};
use crate::signal::clean;

/// More than this is no settings file.
const LONGEST: u64 = 1 << 20;

/// The settings file, as far as there is one.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What it says.
    pub(super) file: File,
    /// What of it makes no sense, a line each.
    pub(super) problems: Vec<String>,
    path: Option<PathBuf>,
}

/// Where the settings file is unless the user says otherwise.
fn usual() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("stillpoint").join("settings.toml"))
}

/// Where copies are kept that may be thrown away.
pub(super) fn cache() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.cache_dir().join("stillpoint"))
}

/// Reads the settings file: that which was stated, else the usual one where there is one. A usual one that cannot be read is told and stops nothing.
pub(super) fn find(stated: Option<&Path>) -> Result<Found> {
    let Some(path) = stated.map(Path::to_path_buf).or_else(|| usual().filter(|path| path.exists())) else { return Ok(Found::default()) };
    let shown = clean(&path.display().to_string());
    let (file, problems) = match read(&path) {
        Ok(text) => File::parse(&text),
        Err(error) if stated.is_some() => return Err(error.context(format!("{shown}: cannot read the settings"))),
        Err(error) => (File::default(), vec![format!("cannot read the settings: {error}; none of them is used")]),
    };
    let problems = problems.into_iter().map(|what| format!("{shown}: {what}")).collect();
    Ok(Found { file, problems, path: Some(path) })
}

/// A file's text, as far as it may be settings.
fn read(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        bail!("more than {LONGEST} bytes are no settings");
    }
    String::from_utf8(bytes).map_err(|_| anyhow!("no UTF-8 text"))
}

/// Lists the settings in force and where each came from, or writes a file with all of them commented out.
pub(super) fn run(args: &cli::Config, found: &Found, out: &mut impl Write) -> Result<()> {
    if args.write {
        return write(args, out);
    }
    let shown = |path: &PathBuf| clean(&path.display().to_string());
    match (&found.path, usual()) {
        (Some(path), _) => writeln!(out, "settings file: {}", shown(path))?,
        (None, Some(path)) => writeln!(out, "no settings file; `stillpoint config --write` makes {}", shown(&path))?,
        (None, None) => writeln!(out, "no settings file; say one with --settings FILE")?,
    }
    for Setting { name, value, from } in in_force::list(found, Typed::default()) {
        let from = from.as_deref().unwrap_or(if name.starts_with("keys.") { "" } else { "by itself" });
        writeln!(out, "{}", format!("{name:<18} {value:<28} {from}").trim_end())?;
    }
    Ok(writeln!(out, "\nAn option or a variable of the environment (--help tells them) comes before the file.")?)
}

/// The actions, each once, with its keys in TOML and what it does.
pub(super) fn keys(keymap: &crate::app::Keymap) -> impl Iterator<Item = (String, String, &'static str)> {
    let is_first = |at: usize| !TABLE[..at].iter().any(|row| row.action == TABLE[at].action);
    let once = TABLE.iter().enumerate().filter(move |(at, row)| row.told != Told::Nowhere && is_first(*at)).map(|(_, row)| row);
    let told = |row: &'static crate::app::Binding| {
        let keys =
            row.modes.iter().flat_map(|mode| keymap.bindings(*mode)).find(|(own, _)| (own.action, own.modes) == (row.action, row.modes));
        let names: Vec<String> = keys.map_or(&[][..], |(_, keys)| keys).iter().map(|key| quoted(&key.name())).collect();
        (row.action.name(), format!("[{}]", names.join(", ")), row.long)
    };
    once.map(told)
}

fn write(args: &cli::Config, out: &mut impl Write) -> Result<()> {
    if args.output.as_deref().is_some_and(super::output::is_standard) {
        return Ok(out.write_all(template(keys(&crate::app::Keymap::default())).as_bytes())?);
    }
    let path = args.output.clone().or_else(usual).context("no folder for settings; say a file with -o FILE")?;
    let shown = clean(&path.display().to_string());
    if path.exists() && !args.force {
        bail!("{shown} is there already; --force writes over it");
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", clean(&folder.display().to_string())))?;
    }
    std::fs::write(&path, template(keys(&crate::app::Keymap::default()))).with_context(|| format!("{shown}: cannot be written"))?;
    Ok(writeln!(out, "{shown}")?)
}
