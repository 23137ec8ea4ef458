//! Parse, run, print the error chain once.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = stillpoint::cli::Cli::parse();
    match stillpoint::command::run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nowhere left to say it where standard error is gone too.
            let _ = writeln!(std::io::stderr(), "stillpoint: {}", stillpoint::command::line(&error));
            ExitCode::from(stillpoint::command::status(&error))
        }
    }
}
