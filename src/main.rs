//! Parse, run, print the error chain once.

fn main() {}
