//! The estimators on samples of any value: the first bytes say the rate, how many channels there are, how often the samples come again and how they are
//! split. However they are split the rows are the same, and a figure lies in its interval.

use stillpoint::rhythm::{Monitor, Row, Settings};
use stillpoint::signal::{Block, Channel, Layout, Rate, SampleIndex};

const RATES: [f64; 5] = [2.0, 10.0, 25.0, 50.0, 100.0];

pub fn check(data: &[u8]) {
    let [rate, channels, again, split, bytes @ ..] = data else { return };
    let channels = usize::from(channels % 3) + 1;
    let rate = Rate::from_hz(RATES[usize::from(*rate) % RATES.len()]).expect("a rate");
    let once: Vec<f32> = bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let samples = once.repeat(usize::from(again % 16) + 1);
    let layout = Layout { channels: (0..channels).map(Channel::unnamed).collect(), nominal: rate };
    let whole = rows(&layout, &samples, samples.len());
    let pieces = rows(&layout, &samples, usize::from(*split) + 1);
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

fn rows(layout: &Layout, samples: &[f32], frames: usize) -> Vec<Row> {
    let channels = layout.channels.len();
    let (mut monitor, mut rows, mut at) = (Monitor::new(layout, &Settings::default()), Vec::new(), 0);
    for piece in samples.chunks(frames.max(1) * channels) {
        let piece = &piece[..piece.len() / channels * channels];
        let block = Block { start: SampleIndex(at), channels, samples: piece.to_vec() };
        at += (piece.len() / channels) as u64;
        monitor.push(&block, &mut rows);
    }
    monitor.finish(&mut rows);
    rows
}
