//! `stillpoint completions` and `stillpoint man`: made of the very types that read the command line, so that they cannot say anything else.

use std::io::Write;

use anyhow::{Result, anyhow};
use clap::CommandFactory;
use clap_mangen::roff::{Roff, roman};

use crate::cli::{self, Cli};
use crate::signal::clean;

/// Prints the completions of a shell.
///
/// # Errors
/// Where the output cannot be written.
pub(super) fn completions(args: &cli::Completions, out: &mut impl Write) -> Result<()> {
    // The generator takes it for granted that writing succeeds; memory cannot refuse.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "stillpoint", &mut text);
    Ok(out.write_all(&text)?)
}

/// Prints a manual page.
///
/// # Errors
/// Where there is no such command, or the output cannot be written.
pub(super) fn man(args: &cli::Man, out: &mut impl Write) -> Result<()> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    if let Some(name) = &args.command {
        let known = command.find_subcommand(name);
        command = known.cloned().ok_or_else(|| anyhow!("there is no command `{}`; `stillpoint --help` lists them", clean(name)))?;
    }
    let examples = command.get_after_help().map(ToString::to_string);
    let has_commands = command.has_subcommands();
    let version = env!("CARGO_PKG_VERSION");
    let page = clap_mangen::Man::new(command.after_help("")).source(format!("stillpoint {version}")).manual("stillpoint");
    page.render_title(out)?;
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    page.render_options_section(out)?;
    if has_commands {
        page.render_subcommands_section(out)?;
    }
    examples.map_or(Ok(()), |text| Ok(verbatim(&text).to_writer(out)?))
}

/// What `--help` says at its end, line by line: filled as a paragraph its columns would be lost.
fn verbatim(text: &str) -> Roff {
    let (title, lines) = text.split_once(":\n").unwrap_or(("Examples", text));
    let mut roff = Roff::default();
    roff.control("SH", [title.to_uppercase().as_str()]).control("nf", []);
    lines.lines().for_each(|line| {
        roff.text([roman(line)]);
    });
    roff.control("fi", []);
    roff
}
