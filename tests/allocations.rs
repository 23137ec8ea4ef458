//! Once the longest window is full, a step allocates nothing: counted over ten minutes of a client with everything looked for.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use stillpoint::rhythm::{Monitor, Row, Settings};
use stillpoint::signal::{Block, SampleIndex};
use stillpoint::simulate::{Client, Scenario};

#[global_allocator]
static COUNTED: dhat::Alloc = dhat::Alloc;

#[test]
fn a_step_allocates_nothing_after_warming_up() {
    let _profiler = dhat::Profiler::builder().testing().build();
    let mut client = Client::new(Scenario::demo(), 5);
    let layout = client.layout();
    let mut monitor = Monitor::new(&layout, &Settings::default());
    let mut rows: Vec<Row> = Vec::with_capacity(4096);
    let channels = layout.channels.len();
    let mut block = Block { start: SampleIndex(0), channels, samples: Vec::with_capacity(100 * channels) };
    let mut told = 0;
    let mut minutes = |count: usize, told: &mut usize| {
        for _ in 0..count * 60 {
            block.samples.clear();
            client.fill(100, &mut block.samples);
            rows.clear();
            monitor.push(&block, &mut rows);
            *told += rows.len();
            block.start = block.end();
        }
    };
    minutes(20, &mut told);
    let before = dhat::HeapStats::get().total_blocks;
    told = 0;
    minutes(10, &mut told);
    let allocated = dhat::HeapStats::get().total_blocks - before;
    assert!(told > 1500, "{told} rows");
    assert_eq!(allocated, 0, "allocations in 120 steps of {channels} channels");
}
