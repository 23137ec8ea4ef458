//! `stillpoint ports`: what is plugged in.

use std::io::Write;

use anyhow::Result;

use crate::source::ports;

/// Prints a line a port.
///
/// # Errors
/// Where the output cannot be written.
pub fn run(out: &mut impl Write) -> Result<()> {
    let list = ports::list();
    if list.is_empty() {
        writeln!(out, "no serial ports; `stillpoint demo` shows the program without one")?;
    }
    for port in list {
        let about: Vec<&str> = [&port.maker, &port.product, &port.board].into_iter().flatten().map(String::as_str).collect();
        writeln!(out, "{:<16} {}", port.name, about.join(", "))?;
        for (what, value) in [("serial number", &port.serial_number), ("by id", &port.by_id)] {
            if let Some(value) = value {
                writeln!(out, "{:<16}   {what} {value}", "")?;
            }
        }
    }
    Ok(())
}
