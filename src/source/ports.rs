//! The serial ports there are, with what is known of each.

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
    let name = clean(&info.port_name);
    let by_id = by_id(&info.port_name).map(|link| clean(&link.to_string_lossy()));
    let text = |text: Option<String>| text.map(|text| clean(&text)).filter(|text| !text.is_empty());
    match info.port_type {
        SerialPortType::UsbPort(usb) => {
            let board = BOARDS.iter().find(|(vendor, product, _)| *vendor == usb.vid && product.is_none_or(|product| product == usb.pid));
            let board = board.map(|(_, _, board)| (*board).to_owned());
            Port { name, maker: text(usb.manufacturer), product: text(usb.product), board, serial_number: text(usb.serial_number), by_id }
        }
        SerialPortType::BluetoothPort => {
            Port { name, maker: None, product: None, board: Some("Bluetooth".into()), serial_number: None, by_id }
        }
        _ => Port { name, maker: None, product: None, board: None, serial_number: None, by_id },
    }
}
