//! A sensor that goes and comes back, again and again, each time under another name of the kernel. It counts the descriptors of the whole program.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::time::Duration;

use common::Sensor;
use stillpoint::source::{Delivery, Opening, SerialSource, Source, SourceError};
use stillpoint::wire::Format;

/// How often, where somebody looks and where nobody does: there what comes is taken five times a second.
const TIMES: [(Open, usize); 2] = [(SerialSource::open, 50), (SerialSource::unwatched, 5)];

type Open = fn(&str, Opening, Format) -> Result<SerialSource, SourceError>;

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Processor time of this thread to the nanosecond; the ticks of `stat` count a whole one for whoever is caught running when it comes.
fn processor_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split(' ').next().unwrap().parse().unwrap())
}

/// The next delivery that is no fault.
async fn next(source: &mut SerialSource) -> Delivery {
    loop {
        match source.next().await {
            Delivery::Fault(_) | Delivery::Format { .. } => {}
            delivery => return delivery,
        }
    }
}

#[test]
fn unplugged_again_and_again_leaves_no_descriptor_open_and_loses_nothing_that_was_sent_in_between() {
    for (open, times) in TIMES {
        unplug(open, times);
    }
}

fn unplug(open: Open, times: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("tty");
    runtime.block_on(async {
        let mut sensor = Sensor::plug(&link);
        let mut source = open(sensor.port(), Opening { baud: Some(115_200), reset: false }, Format::Auto).unwrap();
        let mut before = None;
        for time in 0..times {
            // The first line after opening may be cut, so it is never believed.
            sensor.send(format!("0\n{time}\n{time}\n{time}\n{time}\n").as_bytes());
            let mut frames = Vec::new();
            while frames.len() < 4 {
                match next(&mut source).await {
                    Delivery::Frames { samples, .. } => frames.extend(samples),
                    Delivery::Open { .. } => {}
                    other => panic!("{other:?} at {time}"),
                }
            }
            assert_eq!(frames, [time as f32; 4]);
            std::fs::remove_file(&link).unwrap();
            drop(sensor);
            assert!(matches!(next(&mut source).await, Delivery::Lost(_)));
            before.get_or_insert_with(descriptors);
            sensor = Sensor::plug(&link);
            assert!(matches!(next(&mut source).await, Delivery::Back), "at {time}");
        }
        std::fs::remove_file(&link).unwrap();
        drop(sensor);
        assert!(matches!(next(&mut source).await, Delivery::Lost(_)));
        assert_eq!(Some(descriptors()), before, "descriptors, after the first time and after the last");

        // Nobody plugs it in: two seconds of waiting are to cost a small part of them, also where neighbours make everything three times as slow. Looking without a
        // pause would cost all of them.
        let before = processor_time();
        assert!(tokio::time::timeout(Duration::from_secs(2), source.next()).await.is_err());
        let cost = processor_time().saturating_sub(before);
        assert!(cost <= Duration::from_millis(60), "{cost:?}");
    });
}
