//! EDF and BDF: the first byte says whether a rate is given, the rest is the file.

use std::io::Cursor;

use stillpoint::format::Edf;
use stillpoint::signal::Rate;

use super::foreign::{hold, read_everywhere};

pub fn check(data: &[u8]) {
    let [given, bytes @ ..] = data else { return };
    let rate = Rate::from_hz(100.0).filter(|_| given % 2 == 1);
    let mut edf = match Edf::open(Cursor::new(bytes), rate) {
        Ok(edf) => edf,
        Err(error) => return assert!(super::is_clean(&error.to_string()), "{error}"),
    };
    let contents = edf.contents().clone();
    hold(&contents);
    read_everywhere(&contents, |start, wanted, samples| edf.read(start, wanted, samples).expect("what is there is read"));
    let mut again = edf.with_input(Cursor::new(bytes));
    read_everywhere(&contents, |start, wanted, samples| again.read(start, wanted, samples).expect("what is there is read"));
}
