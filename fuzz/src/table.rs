//! Tables, and the texts of OpenBCI, LabChart and AcqKnowledge: the first byte says what is known beside them (a rate, a JSON file), the rest is that
//! file, if any, and the table. Packed with gzip it says the same.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use stillpoint::format::{Known, Sidecar, Table};
use stillpoint::signal::Rate;

use super::foreign::{hold, read_everywhere};

pub fn check(data: &[u8]) {
    let [given, bytes @ ..] = data else { return };
    let mut bytes = bytes;
    let rate = Rate::from_hz(100.0).filter(|_| given & 1 > 0);
    let sidecar = if given & 2 > 0 { Sidecar::parse(&String::from_utf8_lossy(super::share(&mut bytes))) } else { Sidecar::default() };
    let known = Known { rate, sidecar };
    Table::is_likely(bytes, true);
    Table::is_likely(bytes, false);
    let read = Table::read(Cursor::new(bytes), &known);
    if given & 4 > 0 && !bytes.starts_with(&[0x1f, 0x8b]) {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(bytes).expect("memory takes it");
        let unpacked = Table::read(Cursor::new(packed.finish().expect("memory takes it")), &known);
        let told = |table: &Result<Table, _>| table.as_ref().map(|table| format!("{:?}", table.contents())).map_err(ToString::to_string);
        assert_eq!(told(&read), told(&unpacked));
    }
    let table = match read {
        Ok(table) => table,
        Err(error) => return assert!(super::is_clean(&error.to_string()), "{error}"),
    };
    hold(table.contents());
    read_everywhere(table.contents(), |start, wanted, samples| table.frames(start, wanted, samples));
}
