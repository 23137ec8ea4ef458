//! Devices that must be told to start: what they are told, and when.

use std::io::{Read, Write};

use portable_pty::{PtySize, native_pty_system};
use stillpoint::source::{Delivery, Opening, SerialSource, Source, SourceError};
use stillpoint::wire::Format;

/// A device that waits for these bytes, then sends its answer, and then waits for others.
fn device(starts: &'static [u8], answer: Vec<u8>, stops: &'static [u8]) -> (String, std::thread::JoinHandle<()>) {
    let pair = native_pty_system().openpty(PtySize::default()).unwrap();
    let port = pair.master.tty_name().unwrap().display().to_string();
    let (mut reader, mut writer) = (pair.master.try_clone_reader().unwrap(), pair.master.take_writer().unwrap());
    let thread = std::thread::spawn(move || {
        let _slave = pair.slave;
        let mut heard = Vec::new();
        let mut wait_for = |bytes: &[u8]| {
            while !heard.ends_with(bytes) {
                let mut byte = [0];
                reader.read_exact(&mut byte).unwrap();
                heard.push(byte[0]);
            }
        };
        wait_for(starts);
        writer.write_all(&answer).unwrap();
        wait_for(stops);
    });
    (port, thread)
}

type Open = fn(&str, Opening, Format) -> Result<SerialSource, SourceError>;
/// How a port is opened where somebody looks, and where nobody does.
const WAYS: [Open; 2] = [SerialSource::open, SerialSource::unwatched];

/// The channels that come from a port.
fn channels(way: usize, port: &str, format: &str) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut source = WAYS[way](port, Opening { baud: Some(115_200), reset: true }, format.parse().unwrap()).unwrap();
        loop {
            if let Delivery::Open { channels, .. } = source.next().await {
                return channels.len();
            }
        }
    })
}

#[test]
fn a_cyton_is_started_and_stopped() {
    let mut packet = [0xa0; 33];
    packet[32] = 0xc0;
    for way in 0..WAYS.len() {
        let (port, device) = device(b"Cb", packet.repeat(4), b"s");
        assert_eq!(channels(way, &port, "cyton:daisy"), 19);
        device.join().unwrap();
    }
}

#[test]
fn a_bitalino_is_stopped_first_then_given_its_rate_and_its_channels() {
    let frames = vec![0xbc, 0x02, 0xa8, 0x5e, 0xbc, 0x02, 0xa8, 0x6b, 0xbc, 0x02, 0xa8, 0x78];
    for way in 0..WAYS.len() {
        let (port, device) = device(&[0x00, 0x83, 0x0d], frames.clone(), &[0x00]);
        assert_eq!(channels(way, &port, "bitalino:2,100"), 3);
        device.join().unwrap();
    }
}
