//! The estimators on samples of any value: the first bytes say the rate, how many channels there are, how often the samples come again and how they are
//! split. However they are split the rows are the same, and a figure lies in its interval.

use std::cell::RefCell;
use std::collections::BTreeMap;

use stillpoint::rhythm::{Monitor, Row, Settings};
use stillpoint::signal::{Block, Channel, Layout, Rate, SampleIndex};

/// So many monitors are kept at once: all fifteen hold more than a target may.
const KEPT: usize = 6;
const RATES: [f64; 5] = [2.0, 10.0, 25.0, 50.0, 100.0];

thread_local! {
    /// Planned once a rate and number of channels, for that takes far longer than to look at a few samples.
    static MONITORS: RefCell<BTreeMap<(usize, usize), Monitor>> = const { RefCell::new(BTreeMap::new()) };
}

pub fn check(data: &[u8]) {
    let [rate, channels, again, split, bytes @ ..] = data else { return };
    let (rate, channels) = (usize::from(*rate) % RATES.len(), usize::from(channels % 3) + 1);
    let once: Vec<f32> = bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let samples = once.repeat(usize::from(again % 16) + 1);
    let (whole, pieces) = MONITORS.with_borrow_mut(|monitors| {
        if monitors.len() >= KEPT && !monitors.contains_key(&(rate, channels)) {
            monitors.clear();
        }
        let monitor = monitors.entry((rate, channels)).or_insert_with(|| planned(RATES[rate], channels));
        (rows(monitor, channels, &samples, samples.len()), rows(monitor, channels, &samples, usize::from(*split) + 1))
    });
    assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
    for row in &whole {
        let Row::Estimate(estimate) = row else { continue };
        let Some(figure) = estimate.present() else { continue };
        assert!((0.0..=1.0).contains(&figure.p), "{figure:?}");
        for of in [figure.rate, figure.amplitude] {
            assert!(of.low <= of.value && of.value <= of.high && of.value.is_finite(), "{figure:?}");
        }
    }
}

fn planned(hz: f64, channels: usize) -> Monitor {
    let nominal = Rate::from_hz(hz).expect("a rate");
    Monitor::new(&Layout { channels: (0..channels).map(Channel::unnamed).collect(), nominal }, &Settings::default())
}

fn rows(monitor: &mut Monitor, channels: usize, samples: &[f32], frames: usize) -> Vec<Row> {
    let (mut rows, mut at) = (Vec::new(), 0);
    monitor.reset(SampleIndex(0));
    for piece in samples.chunks(frames.max(1) * channels) {
        let piece = &piece[..piece.len() / channels * channels];
        let block = Block { start: SampleIndex(at), channels, samples: piece.to_vec() };
        at += (piece.len() / channels) as u64;
        monitor.push(&block, &mut rows);
    }
    monitor.finish(&mut rows);
    rows
}
