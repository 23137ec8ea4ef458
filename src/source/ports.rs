//! The serial ports there are, with what is known of each.

use std::path::{Path, PathBuf};

use tokio_serial::SerialPortType;

use super::serial::by_id;
use crate::signal::clean;

/// One port. Texts are clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// What `live` takes.
    pub name: String,
    /// Who made it.
    pub maker: Option<String>,
    /// What it calls itself.
    pub product: Option<String>,
    /// What board it probably is.
    pub board: Option<String>,
    /// Its serial number.
    pub serial_number: Option<String>,
    /// A name that stays the same whatever it is plugged into.
    pub by_id: Option<String>,
    /// The program that has it open, as far as the system tells: programs of other users are not seen.
    pub held_by: Option<String>,
}

/// USB ids of the boards and adapters that sensors come on: (vendor, product or any, what it probably is).
const BOARDS: [(u16, Option<u16>, &str); 12] = [
    (0x2341, Some(0x0043), "Arduino Uno"),
    (0x2341, Some(0x8036), "Arduino Leonardo"),
    (0x2341, None, "Arduino"),
    (0x2a03, None, "Arduino"),
    (0x303a, None, "ESP32"),
    (0x1a86, None, "CH340 adapter (Arduino Nano, ESP32)"),
    (0x0403, None, "FTDI adapter"),
    (0x10c4, None, "CP210x adapter (ESP32, BITalino)"),
    (0x16c0, Some(0x0483), "Teensy"),
    (0x2e8a, None, "Raspberry Pi Pico"),
    (0x239a, None, "Adafruit board"),
    (0x0483, Some(0x5740), "STM32"),
];

/// All ports, by name. Where the system does not tell, there are none.
pub fn list() -> Vec<Port> {
    let found = tokio_serial::available_ports().unwrap_or_default();
    // On-board ports that nothing is known of exist by the dozen on PCs, plugged into or not.
    let usual = |name: &str| !name.contains("/ttyS");
    let mut ports: Vec<Port> =
        found.into_iter().filter(|port| usual(&port.port_name) || port.port_type != SerialPortType::Unknown).map(described).collect();
    ports.sort_by(|a, b| a.name.cmp(&b.name));
    ports
}

fn described(info: tokio_serial::SerialPortInfo) -> Port {
    let text = |text: Option<String>| text.map(|text| clean(&text)).filter(|text| !text.is_empty());
    let mut port = Port {
        name: clean(&info.port_name),
        maker: None,
        product: None,
        board: None,
        serial_number: None,
        by_id: by_id(&info.port_name).map(|link| clean(&link.to_string_lossy())),
        held_by: holder(Path::new(&info.port_name)),
    };
    match info.port_type {
        SerialPortType::UsbPort(usb) => {
            let board = BOARDS.iter().find(|(vendor, product, _)| *vendor == usb.vid && product.is_none_or(|product| product == usb.pid));
            port.board = board.map(|(_, _, board)| (*board).to_owned());
            (port.maker, port.product, port.serial_number) = (text(usb.manufacturer), text(usb.product), text(usb.serial_number));
        }
        SerialPortType::BluetoothPort => port.board = Some("Bluetooth".into()),
        _ => {}
    }
    port
}

/// The program that has a port open, with its number, where Linux tells: `minicom (4711)`. This program itself is none.
pub(super) fn holder(port: &Path) -> Option<String> {
    let device = std::fs::canonicalize(port).ok()?;
    let processes = std::fs::read_dir("/proc").ok()?.flatten().map(|entry| entry.path());
    let has_it = |process: &PathBuf| {
        let files = std::fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
        files.map(|file| file.path()).any(|file| std::fs::read_link(file).is_ok_and(|target| target == device))
    };
    let own = std::fs::read_link("/proc/self").ok();
    let others = processes.filter(|process| own.as_deref() != process.file_name().map(Path::new));
    let number = |process: &PathBuf| Some(process.file_name()?.to_str()?.to_owned()).filter(|name| name.parse::<u32>().is_ok());
    let (number, process) = others.filter_map(|process| Some((number(&process)?, process))).find(|(_, process)| has_it(process))?;
    let name = std::fs::read_to_string(process.join("comm")).unwrap_or_default();
    Some(format!("{} ({number})", clean(name.trim())))
}
