//! WFDB records: the first byte says whether a rate is given, the next two how long the header is; what follows is in each of its files. A file whose
//! name begins with a dash is not there.

use std::io::{self, Cursor};

use stillpoint::format::Wfdb;
use stillpoint::signal::Rate;

use super::foreign::{hold, read_everywhere};

pub fn check(data: &[u8]) {
    let [given, bytes @ ..] = data else { return };
    let mut bytes = bytes;
    let rate = Rate::from_hz(100.0).filter(|_| given % 2 == 1);
    let header = String::from_utf8_lossy(super::share(&mut bytes));
    let open = |name: &str| {
        assert!(!name.contains(['/', '\0']) && name != ".." && name != "." && !name.is_empty(), "{name:?} is no plain name");
        if name.starts_with('-') { Err(io::ErrorKind::NotFound.into()) } else { Ok(Cursor::new(bytes)) }
    };
    let mut record = match Wfdb::open(&header, rate, open) {
        Ok(record) => record,
        Err(error) => return assert!(super::is_clean(&error.to_string()), "{error}"),
    };
    let contents = record.contents().clone();
    hold(&contents);
    read_everywhere(&contents, |start, wanted, samples| record.read(start, wanted, samples).expect("what is there is read"));
    let mut again = record.again(open).expect("the files are there");
    read_everywhere(&contents, |start, wanted, samples| again.read(start, wanted, samples).expect("what is there is read"));
}
