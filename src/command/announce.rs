//! Lines that are spoken: each goes to a command of the user's, or to standard error. A thread of its own waits for that command, so that one which hangs delays nobody:
//! after ten seconds it is ended, and lines that find no room meanwhile are left out.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use crossbeam_channel::{Receiver, Sender, bounded};

/// A command that takes longer is ended.
const LONGEST: Duration = Duration::from_secs(10);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// So many lines wait for it.
const LINES: usize = 8;

/// Where lines go.
#[derive(Debug)]
pub(super) struct Announcer {
    lines: Sender<String>,
}

impl Announcer {
    /// To a command with its own arguments, each line the last one; `-` is standard error. No shell sees any of it.
    ///
    /// # Errors
    /// Where it is empty, or the system gives no thread.
    pub(super) fn start(to: &str) -> Result<Self> {
        let words: Vec<String> = to.split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            bail!("--announce takes a command that speaks its last argument, such as espeak, or - for standard error");
        }
        let (lines, queue) = bounded(LINES);
        std::thread::Builder::new()
            .name("announcer".into())
            .spawn(move || speak(&words, &queue))
            .context("cannot start the thread that announces")?;
        Ok(Self { lines })
    }

    /// Never waits: a line for which there is no room is left out.
    pub(super) fn tell(&self, line: String) {
        let _ = self.lines.try_send(line);
    }
}

fn speak(words: &[String], queue: &Receiver<String>) {
    while let Ok(line) = queue.recv() {
        if words[0] == "-" {
            let _ = writeln!(std::io::stderr(), "{line}");
            continue;
        }
        let command =
            Command::new(&words[0]).args(&words[1..]).arg(line).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        // One that is not there says nothing; the screen shows what it would have said.
        let Ok(child) = command else { continue };
        wait(child);
    }
}

/// Waits for a command, or ends it.
fn wait(mut child: Child) {
    let until = Instant::now() + LONGEST;
    while Instant::now() < until && matches!(child.try_wait(), Ok(None)) {
        std::thread::sleep(LOOK);
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    /// A script in a folder of its own, and a pipe beside it that it can write to.
    fn script(body: &str) -> (tempfile::TempDir, String, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let (script, pipe) = (folder.path().join("speak"), folder.path().join("pipe"));
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        std::fs::write(&script, body.replace("PIPE", &pipe.display().to_string())).unwrap();
        let to = format!("sh {}", script.display());
        (folder, to, pipe)
    }

    #[test]
    fn a_line_is_one_argument_whatever_is_in_it() {
        let (_folder, to, pipe) = script("printf '%s' \"$*|$#\" > PIPE\n");
        Announcer::start(&to).unwrap().tell("still point; $(rm -rf /) `x` 'y'".into());
        assert_eq!(std::fs::read_to_string(pipe).unwrap(), "still point; $(rm -rf /) `x` 'y'|1");
    }

    #[test]
    fn a_command_that_hangs_holds_up_nobody() {
        // It hangs at a pipe that nobody reads from.
        let (_folder, to, _pipe) = script("echo > PIPE\n");
        let announcer = Announcer::start(&to).unwrap();
        (0..1000).for_each(|n| announcer.tell(n.to_string()));
        assert!(announcer.lines.len() <= LINES);
    }

    #[test]
    fn nothing_to_run_is_told_beforehand() {
        assert!(Announcer::start("  ").is_err());
    }
}
