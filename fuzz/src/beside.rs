//! What stands beside a foreign file, each of any bytes: the description and the journal of its annotations, the JSON file and the table of annotations that an
//! export of ours has. The file opens whatever they say, and all lies within it; and it is never written.

use std::path::PathBuf;
use std::sync::OnceLock;

use stillpoint::signal::{Rate, SampleIndex};
use stillpoint::store::Recording;

const ROWS: u64 = 50;

fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = super::folder().keep();
        std::fs::create_dir(folder.join("a.csv.stillpoint")).expect("a folder");
        folder
    })
}

fn table() -> String {
    let rows = (0..ROWS).map(|n| format!("{}.{},{n}\n", n / 10, n % 10));
    std::iter::once("time,left\n".to_owned()).chain(rows).collect()
}

pub fn check(data: &[u8]) {
    let mut bytes = data;
    let folder = folder();
    std::fs::write(folder.join("a.csv"), table()).expect("a file");
    for name in ["a.csv.stillpoint/session.toml", "a.csv.stillpoint/events.jsonl", "a.json", "a_annotations.csv"] {
        let path = folder.join(name);
        match super::share(&mut bytes) {
            [] => drop(std::fs::remove_file(path)),
            share => std::fs::write(path, share).expect("a file"),
        }
    }
    let mut recording = match Recording::open(&folder.join("a.csv"), Rate::from_hz(10.0)) {
        Ok(recording) => recording,
        Err(error) => return assert!(super::is_clean(&error.to_string()), "{error}"),
    };
    let frames = recording.frames();
    assert_eq!(frames, ROWS);
    assert!(recording.gaps().iter().all(|gap| gap.span.start < gap.span.end && gap.span.end.0 <= frames));
    assert!(recording.annotations().iter().all(|a| a.start.0 <= frames && a.end.is_none_or(|end| a.start <= end && end.0 <= frames)));
    assert!(recording.annotations().iter().all(|a| super::is_clean(&a.label)));
    assert!(recording.damage().iter().all(|line| super::is_clean(line)), "{:?}", recording.damage());
    let mut samples = Vec::new();
    assert_eq!(recording.read(SampleIndex(0), 1000, &mut samples).expect("it is read") as u64, frames);
    assert_eq!(std::fs::read(folder.join("a.csv")).expect("it is there"), table().as_bytes());
}
