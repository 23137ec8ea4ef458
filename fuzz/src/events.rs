//! The journal of any bytes beside a signal that is whole: gaps, annotations and clocks lie within the recording, whatever it says.

use std::path::PathBuf;
use std::sync::OnceLock;

use stillpoint::format::wav::Shape;
use stillpoint::signal::SampleIndex;
use stillpoint::store::Recording;

fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = super::folder().keep();
        for name in ["signal.wav", "signal-002.wav"] {
            let mut wav = Shape { channels: 2, rate_hz: 100, frames: 50 }.header().expect("a header").to_vec();
            wav.extend([7; 400]);
            std::fs::write(folder.join(name), wav).expect("a file");
        }
        folder
    })
}

pub fn check(data: &[u8]) {
    std::fs::write(folder().join("events.jsonl"), data).expect("a file");
    let mut recording = Recording::open(folder(), None).expect("a signal that is whole opens");
    let frames = recording.frames();
    assert!(recording.gaps().iter().all(|gap| gap.span.start < gap.span.end && gap.span.end.0 <= frames));
    assert!(recording.annotations().iter().all(|a| a.start.0 <= frames && a.end.is_none_or(|end| a.start <= end && end.0 <= frames)));
    assert!(recording.annotations().iter().all(|a| !a.label.chars().any(char::is_control)));
    assert!(recording.clocks().iter().all(|clock| (50.0..=200.0).contains(&clock.rate.hz())));
    let (mut samples, last) = (Vec::new(), frames.saturating_sub(100));
    assert_eq!(recording.read(SampleIndex(last), 1000, &mut samples).expect("it is read") as u64, frames - last);
}
