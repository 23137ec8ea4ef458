//! What a package ships beside the program.

use clap::Args;
use clap_complete::Shell;

/// `stillpoint completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// For which shell.
    #[arg(value_enum)]
    pub shell: Shell,
}

/// `stillpoint man`.
#[derive(Args, Debug)]
pub struct Man {
    /// Of this command; without one, of the program.
    pub command: Option<String>,
}
