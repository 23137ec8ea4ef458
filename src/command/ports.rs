//! `stillpoint ports`: what is plugged in.

use std::io::Write;

use anyhow::Result;
use serde_json::json;

use crate::cli::{self, PortsFormat};
use crate::source::ports::{self, Port};

/// Prints the ports.
///
/// # Errors
/// Where the output cannot be written.
pub fn run(args: &cli::Ports, out: &mut impl Write) -> Result<()> {
    let list = ports::list();
    match args.format {
        PortsFormat::Table => {
            if list.is_empty() {
                writeln!(out, "no serial ports; `stillpoint demo` shows the program without one")?;
            }
            list.iter().try_for_each(|port| table(port, out))
        }
        PortsFormat::Jsonl => list.iter().try_for_each(|port| Ok(writeln!(out, "{}", object(port))?)),
    }
}

fn table(port: &Port, out: &mut impl Write) -> Result<()> {
    let about: Vec<&str> = [&port.maker, &port.product, &port.board].into_iter().flatten().map(String::as_str).collect();
    writeln!(out, "{:<16} {}", port.name, about.join(", ").trim_end())?;
    for (what, value) in [("serial number", &port.serial_number), ("by id", &port.by_id), ("busy:", &port.held_by)] {
        if let Some(value) = value {
            writeln!(out, "{:<16}   {what} {value}", "")?;
        }
    }
    Ok(())
}

fn object(port: &Port) -> serde_json::Value {
    json!({
        "port": port.name, "maker": port.maker, "product": port.product, "board": port.board,
        "serial_number": port.serial_number, "by_id": port.by_id, "held_by": port.held_by,
    })
}
