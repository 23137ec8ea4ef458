//! How near the inner loops are to what the machine can do: minima and maxima of samples in memory beside a copy of the same samples, and text beside
//! 300 MB a second of a core. `cargo run --release --example limits`: a line each, medians of five in turn, in processor time.

use std::hint::black_box;
use std::time::Instant;

use stillpoint::signal::{BUCKET, Block, History, Overview, SampleIndex, fold};
use stillpoint::wire::{Event, Wire};

/// Samples of a turn: 64 MiB, more than any cache holds.
const SAMPLES: usize = 16 << 20;
const TURNS: usize = 5;
/// Samples in a block, as from a fast source.
const BLOCK: usize = 1 << 16;

fn main() {
    let samples: Vec<f32> = (0..SAMPLES as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 8) as f32).collect();
    let mut copy = vec![0.0; SAMPLES];
    for channels in [1, 2, 3, 8, 64] {
        let mut turns: [Vec<f64>; 3] = Default::default();
        for _ in 0..TURNS {
            turns[0].push(seconds(|| black_box(&mut copy).copy_from_slice(black_box(&samples))));
            turns[1].push(seconds(|| drop(black_box(overview(&samples, channels)))));
            turns[2].push(live(&samples, channels));
        }
        let [copied, overview, live] = turns.map(median);
        let speed = |seconds: f64| SAMPLES as f64 * 4e-9 / seconds;
        println!(
            "{channels:>2} channels: copy {:.2} GB/s, overview {:.2} GB/s ({:.0} % of it), live history {:.2} GB/s ({:.0} %)",
            speed(copied),
            speed(overview),
            100.0 * copied / overview,
            speed(live),
            100.0 * copied / live
        );
    }
    for (name, line) in [("two columns", text_line(2)), ("eight columns", text_line(8))] {
        let turns = (0..TURNS).map(|_| decoded(&line)).collect();
        println!("text, {name}: {:.0} MB/s", median(turns));
    }
}

fn overview(samples: &[f32], channels: usize) -> Overview {
    let (mut overview, mut buckets) = (Overview::new(channels, BUCKET, SampleIndex(0)), Vec::new());
    let frames = (BLOCK / channels) as u64 / BUCKET * BUCKET;
    for part in samples.chunks_exact(frames as usize * channels) {
        buckets.clear();
        fold(part, channels, BUCKET, &mut buckets);
        overview.append(frames, &buckets);
    }
    overview
}

/// Seconds that the history takes to push them; making the blocks is left out.
fn live(samples: &[f32], channels: usize) -> f64 {
    let mut history = History::new(channels, SampleIndex(0));
    let frames = BLOCK / channels;
    let mut blocks: Vec<Block> =
        samples.chunks_exact(frames * channels).map(|part| Block { start: SampleIndex(0), channels, samples: part.to_vec() }).collect();
    let taken = seconds(|| blocks.iter().for_each(|block| history.push(block)));
    blocks.clear();
    black_box(&history);
    taken
}

type Line = Box<dyn Fn(u32) -> String>;

fn text_line(columns: u32) -> Line {
    Box::new(move |n| {
        let fields: Vec<String> = (0..columns).map(|column| format!("{:.4}", (f64::from(n + 30 * column) * 0.01).sin() * 1.7)).collect();
        fields.join(",") + "\r\n"
    })
}

/// MB of text a second.
fn decoded(line: &Line) -> f64 {
    let mut bytes = Vec::new();
    for n in 0.. {
        if bytes.len() >= 32 << 20 {
            break;
        }
        bytes.extend(line(n).bytes());
    }
    let mut wire = Wire::with("auto".parse().expect("a format"));
    let mut frames = 0_u64;
    let taken = seconds(|| {
        for read in bytes.chunks(1 << 16) {
            wire.push(read, &mut |event| frames += u64::from(matches!(event, Event::Frame(_))));
        }
    });
    assert!(frames > 100_000, "{frames} frames");
    bytes.len() as f64 / taken / 1e6
}

fn seconds(work: impl FnOnce()) -> f64 {
    let begin = processor_seconds();
    work();
    processor_seconds() - begin
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Of this thread where the system tells it, else of the clock on the wall: the machine may do other work meanwhile.
fn processor_seconds() -> f64 {
    static BEGIN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| BEGIN.get_or_init(Instant::now).elapsed().as_secs_f64(), |ns| ns * 1e-9)
}
