//! A device that stamps its frames, from the bytes to the session on disk.

use crate::played::{Sensor, record, samples};
use stillpoint::signal::{Gap, GapCause, SampleIndex, Span};

/// `millis()` and a value that tells which frame it is.
fn line(sensor: Sensor, n: u64) -> Vec<u8> {
    format!("{},{n}.5\n", (5000.0 + 1000.0 * sensor.made(n)).floor()).into_bytes()
}

#[test]
fn what_a_stalled_device_and_a_full_buffer_swallowed_is_a_gap_at_its_place_and_a_sleep_is_none() {
    // It stalls for 100 frames; then the computer sleeps, twice: what is sent fits the buffer only the first time.
    let sensor = Sensor { asleep: &[(20.0, 1.0), (40.0, 2.0)], buffer: 1400, ..Sensor::new(100.0, 1) };
    let reads = sensor.reads(|n| if (700..800).contains(&n) { Vec::new() } else { line(sensor, n) });
    let (_root, mut recording) = record(reads);
    let samples = samples(&mut recording);
    let gaps = recording.gaps();
    assert_eq!(gaps.len(), 2, "{gaps:?}");
    let stalled = Span { start: SampleIndex(700), end: SampleIndex(800) };
    assert_eq!(gaps[0], Gap { span: stalled, cause: GapCause::Stalled, exact: false });
    for (n, sample) in samples.iter().enumerate() {
        let missing = gaps.iter().any(|gap| (gap.span.start.0..gap.span.end.0).contains(&(n as u64)));
        assert!(missing && sample.is_nan() || *sample == n as f32 + 0.5, "frame {n} is {sample}; {gaps:?}");
    }
}
