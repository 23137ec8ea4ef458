//! `docs/GETTING-STARTED.md`, followed to the letter: its commands are typed at a shell on a terminal, its keys pressed, and what it says the screen
//! shows is waited for. What takes a person minutes (installing, waiting for figures) is left out unless `TUTORIAL` is set, as `just tutorial` does; then
//! each step's time goes to `docs/TUTORIAL.md`.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::common::Program;
use portable_pty::CommandBuilder;

const DOC: &str = include_str!("../docs/GETTING-STARTED.md");

/// Longer than anything here takes, also a build on a busy machine.
const PATIENCE: Duration = Duration::from_mins(30);

/// A fenced block of the document.
enum Step {
    /// Commands, and whether they are those that install.
    Commands(Vec<String>, bool),
    /// A command that takes the screen.
    Screen(String),
    /// Keys, and what is to be seen after them.
    Keys(Vec<(String, String)>),
}

/// The blocks below each heading.
fn steps() -> Vec<(String, Vec<Step>)> {
    let mut steps: Vec<(String, Vec<Step>)> = Vec::new();
    let mut lines = DOC.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            steps.push((heading.to_owned(), Vec::new()));
        }
        let Some(kind) = line.strip_prefix("```") else { continue };
        let block: Vec<String> = lines.by_ref().take_while(|line| *line != "```").map(str::to_owned).collect();
        let step = match kind {
            "sh" | "sh install" => Step::Commands(block, kind == "sh install"),
            "sh screen" => Step::Screen(block.join("\n")),
            "press" => Step::Keys(block.iter().map(|line| keys_and_sight(line)).collect()),
            other => panic!("what is a block of `{other}`?"),
        };
        steps.last_mut().expect("a block stands below a heading").1.push(step);
    }
    steps
}

/// Two columns, at least two blanks between them.
fn keys_and_sight(line: &str) -> (String, String) {
    let (keys, sight) = line.split_once("  ").unwrap_or_else(|| panic!("`{line}` says nothing of the screen"));
    (keys.to_owned(), sight.trim().to_owned())
}

/// What a terminal sends.
fn bytes(keys: &str) -> String {
    let one = |key| match key {
        "space" => " ",
        "enter" => "\r",
        "esc" => "\x1b",
        "tab" => "\t",
        other => other,
    };
    keys.split(' ').map(one).collect()
}

/// A shell whose prompt tells how many commands there were, and how the last one ended.
struct Shell {
    program: Program,
    typed: usize,
    whole: bool,
}

impl Shell {
    fn start(whole: bool) -> Self {
        let home = tempfile::tempdir().unwrap();
        let of = |name: &str| std::env::var(name).unwrap_or_default();
        let bin = if whole { home.path().join("bin") } else { Path::new(env!("CARGO_BIN_EXE_stillpoint")).parent().unwrap().to_owned() };
        let mut command = CommandBuilder::new("bash");
        command.args(["--norc", "--noprofile", "-i"]);
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.env_remove("STILLPOINT_SESSIONS");
        command.env("PATH", format!("{}:{}", bin.display(), of("PATH")));
        command.env("CARGO_INSTALL_ROOT", home.path());
        // Where cargo and its compiler are does not change with the home folder.
        for name in ["CARGO_HOME", "RUSTUP_HOME"] {
            let folder = format!("{}/.{}", of("HOME"), name.trim_end_matches("_HOME").to_lowercase());
            command.env(name, std::env::var(name).unwrap_or(folder));
        }
        command.env("HOME", home.path());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("PS1", "{\\#:$?} ");
        command.env_remove("PROMPT_COMMAND");
        let shell = Self { program: Program::on_terminal(command, home, (120, 36)), typed: 0, whole };
        shell.program.wait_text("{1:0}");
        shell
    }

    fn type_in(&mut self, command: &str) {
        self.typed += 1;
        self.program.keys(&format!("{command}\n"));
    }

    /// Waits until the command is done, and well.
    fn done(&self) {
        let prompt = format!("{{{}:", self.typed + 1);
        let screen = self.program.wait_within(PATIENCE, "the prompt", |screen| screen.contains(&prompt));
        assert!(screen.contains(&format!("{prompt}0}}")), "it failed:\n{screen}");
    }

    fn run(&mut self, command: &str) {
        self.type_in(command);
        self.done();
    }

    fn press(&mut self, keys: &str, sight: &str) {
        if keys.starts_with("(wait") {
            if self.whole {
                self.program.wait_within(PATIENCE, sight, |screen| screen.contains(sight));
            }
            return;
        }
        self.program.keys(&bytes(keys));
        if sight == "(the shell)" {
            self.done();
        } else {
            self.program.wait_text(sight);
        }
    }

    fn follow(&mut self, step: &Step) {
        match step {
            Step::Commands(_, true) if !self.whole => {}
            Step::Commands(commands, _) => commands.iter().for_each(|command| self.run(command)),
            Step::Screen(command) => {
                self.type_in(command);
                self.program.wait_text("stillpoint   ");
            }
            Step::Keys(keys) => keys.iter().for_each(|(keys, sight)| self.press(keys, sight)),
        }
    }
}

#[test]
fn the_first_ten_minutes_go_as_the_document_says() {
    let made = std::env::var("TUTORIAL").ok();
    let mut shell = Shell::start(made.is_some());
    let mut table = String::from("| step | seconds |\n|---|---|\n");
    let begin = Instant::now();
    for (heading, steps) in steps() {
        let begun = Instant::now();
        steps.iter().for_each(|step| shell.follow(step));
        writeln!(table, "| {heading} | {:.0} |", begun.elapsed().as_secs_f64()).unwrap();
    }
    writeln!(table, "| all | {:.0} |", begin.elapsed().as_secs_f64()).unwrap();
    let Some(made) = made else { return };
    assert!(begin.elapsed() < Duration::from_mins(10), "more than ten minutes:\n{table}");
    print!("{table}");
    let text = format!(
        "# How long the first ten minutes take\n\n[GETTING-STARTED.md](GETTING-STARTED.md), typed and pressed by `just tutorial` ({made}), which waits where a person waits and reads nothing.\nCargo had downloaded and built the program before: in a new clone the first step takes as long as the README says of a first build.\n\n{table}"
    );
    std::fs::write("docs/TUTORIAL.md", text).unwrap();
}
