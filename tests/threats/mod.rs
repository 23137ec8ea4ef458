//! What SECURITY.md promises: a device, a file, a name or somebody else on the machine that means harm does none.

mod escapes;
mod links;
mod memory;
mod promised;

use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of a session of this repository, in a folder that is called as is asked.
fn session(root: &Path, name: &str) -> PathBuf {
    let to = root.join(name);
    std::fs::create_dir(&to).unwrap();
    for entry in std::fs::read_dir("recordings/steady").unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
    to
}

/// Runs the program without a terminal; gives its exit status and what it said, both outputs.
fn stillpoint(args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new("timeout");
    let output = command.args(["60", env!("CARGO_BIN_EXE_stillpoint")]).args(args).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}
