//! What happens all the time allocates nothing: a step once the longest window is full, and a frame once its format is known. One test, for the
//! counting is that of the whole program.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use stillpoint::rhythm::{Monitor, Row, Settings};
use stillpoint::signal::{Block, SampleIndex};
use stillpoint::simulate::{Client, Scenario};
use stillpoint::wire::{Event, Wire};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Allocations from here on, those that only grow among them.
fn allocations(region: &Region<'_, System>) -> usize {
    let change = region.change();
    change.allocations + change.reallocations
}

#[test]
fn a_step_and_a_frame_allocate_nothing_after_warming_up() {
    frames_allocate_nothing();
    whatever_is_sent_needs_little_room();
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
    let region = Region::new(COUNTED);
    told = 0;
    minutes(10, &mut told);
    let allocated = allocations(&region);
    assert!(told > 1500, "{told} rows");
    assert_eq!(allocated, 0, "allocations in 120 steps of {channels} channels");
}

/// The stated format, and what is sent for a frame.
type Device = (&'static str, fn(u32) -> Vec<u8>);

/// Lines and packets of every format, ten thousand frames after the first thousand.
fn frames_allocate_nothing() {
    let devices: [Device; 8] = [
        ("auto", |n| format!("{},{:.3},{n}\r\n", 5000 + 10 * n, wave(n)).into_bytes()),
        ("auto", |n| format!("left:{:.3},right:{:.3}\n", wave(n), wave(n + 9)).into_bytes()),
        ("auto", |n| format!(">left:{0}:{1:.3}\n>right:{0}:{2:.3}\n", 10 * n, wave(n), wave(n + 9)).into_bytes()),
        ("auto", |n| format!("{{\"t\":{},\"imu\":{{\"x\":{:.3}}}}}\n", 10 * n, wave(n)).into_bytes()),
        ("auto", |n| format!("S{}\n", 512 + (100.0 * wave(n)) as i32).into_bytes()),
        ("auto", |n| format!("reading {:.3} N\n", wave(n)).into_bytes()),
        ("cyton:daisy", |n| [&[0xa0, n as u8], [n as u8; 30].as_slice(), &[0xc0]].concat()),
        ("serialplot:aabb,i16le,2,sum", |n| vec![0xaa, 0xbb, 4, n as u8, 0, 1, 0, (n as u8).wrapping_add(1)]),
    ];
    for (format, device) in devices {
        let mut wire = Wire::with(format.parse().unwrap());
        let bytes: Vec<u8> = (0..11_000).flat_map(device).collect();
        let (warm, rest) = bytes.split_at(bytes.len() / 11);
        let mut frames = 0;
        let mut sink = |event: Event<'_>| frames += usize::from(matches!(event, Event::Frame(_)));
        warm.chunks(100).for_each(|read| wire.push(read, &mut sink));
        let region = Region::new(COUNTED);
        rest.chunks(100).for_each(|read| wire.push(read, &mut sink));
        let allocated = allocations(&region);
        assert!(frames > 5000, "{frames} frames of {:?}", wire.format());
        assert_eq!(allocated, 0, "allocations in {frames} frames of {:?}", wire.format());
    }
}

/// The stated format, and what is sent again and again.
type Hostile<'a> = (&'a str, &'a dyn Fn(u32) -> Vec<u8>);

/// What would fill the memory if it were kept: names without end, lines without end, points without end.
fn whatever_is_sent_needs_little_room() {
    let name = "x".repeat(190);
    let devices: [Hostile<'_>; 6] = [
        ("auto", &|n| format!("{name}{n}:1\n").into_bytes()),
        ("auto", &|n| format!("{{\"a\":1,\"{name}{n}\":1}}\n").into_bytes()),
        ("auto", &|n| format!(">{name}{n}:1\n").into_bytes()),
        ("auto", &|n| format!(">a:{}1:1\n", format!("{n}:1;").repeat(40)).into_bytes()),
        ("auto", &|n| vec![b'0' + (n % 10) as u8; 300]),
        ("serialplot:aabb,u8,1,sum", &|n| vec![0xaa, 0xbb, 0xff, n as u8]),
    ];
    for (format, device) in devices {
        let mut wire = Wire::with(format.parse().unwrap());
        let region = Region::new(COUNTED);
        (0..5000).for_each(|n| wire.push(&device(n), &mut |_| {}));
        let change = region.change();
        let kept = change.bytes_allocated.saturating_sub(change.bytes_deallocated);
        assert!(kept < 400_000, "{kept} bytes are kept of {:?}", String::from_utf8_lossy(&device(0)[..2]));
    }
}

fn wave(n: u32) -> f64 {
    (f64::from(n) * 0.7).sin()
}
