//! A session folder of any bytes: two numbers say how they are shared out to session.toml, events.jsonl and signal.wav. What opens is read to its end,
//! recovered, and is the same then; what does not open says so in one line.

use std::path::Path;

use stillpoint::signal::SampleIndex;
use stillpoint::store::{Recording, recover};

pub fn check(data: &[u8]) {
    let [a, b, c, d, bytes @ ..] = data else { return };
    let first = usize::from(u16::from_le_bytes([*a, *b])).min(bytes.len());
    let second = (first + usize::from(u16::from_le_bytes([*c, *d]))).min(bytes.len());
    let folder = super::folder();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("a file");
    // A share of nothing is a file that is not there.
    for (name, share) in [("session.toml", &bytes[..first]), ("events.jsonl", &bytes[first..second]), ("signal.wav", &bytes[second..])] {
        if !share.is_empty() {
            write(name, share);
        }
    }
    if let Some(before) = open(folder.path()) {
        recover(folder.path()).expect("what opens is recovered");
        let after = open(folder.path()).expect("what is recovered opens");
        assert_eq!(before, after);
    }
}

/// The frames of a session and its last samples, as bits.
fn open(folder: &Path) -> Option<(u64, Vec<u32>)> {
    let mut recording = match Recording::open(folder, None) {
        Ok(recording) => recording,
        Err(error) => {
            assert_eq!(error.to_string().lines().count(), 1, "{error}");
            return None;
        }
    };
    for line in recording.damage() {
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
    let (mut samples, last) = (Vec::new(), recording.frames().saturating_sub(100));
    let read = recording.read(SampleIndex(last), 1000, &mut samples).expect("what is there is read");
    assert_eq!(read as u64, recording.frames() - last);
    Some((recording.frames(), samples.iter().map(|sample| sample.to_bits()).collect()))
}
