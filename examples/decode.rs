//! What the wire decoders make of bytes, and how fast. `cargo run --release --example decode` measures every format (MB of bytes a
//! second of processor time);
//! `-- FILE [FORMAT]` says what a file of captured bytes is taken for, its channels, how many frames and faults, and the last of each.

use std::fmt::Write;
use std::time::Instant;

use stillpoint::wire::{Event, Format, Wire};

/// So many bytes of each format are decoded.
const BYTES: usize = 32 << 20;
/// Read at once, as from a serial port.
const READ: usize = 4096;

fn main() {
    let mut arguments = std::env::args().skip(1);
    if let Some(file) = arguments.next() {
        let format = arguments.next().map_or(Format::Auto, |word| word.parse().expect("no format"));
        tell(&std::fs::read(file).expect("the file can be read"), format);
        return;
    }
    for (name, stated, frame) in streams() {
        let mut bytes = Vec::with_capacity(BYTES + READ);
        for n in 0.. {
            if bytes.len() >= BYTES {
                break;
            }
            frame(n, &mut bytes);
        }
        let mut wire = Wire::with(stated.parse().expect("a format"));
        let (mut frames, mut faults, mut sum) = (0_u64, 0_u64, 0.0_f64);
        let begin = processor_seconds();
        for read in bytes.chunks(READ) {
            wire.push(read, &mut |event| match event {
                Event::Frame(frame) => {
                    frames += 1;
                    sum += f64::from(frame.values[0]);
                }
                Event::Fault(_) => faults += 1,
                Event::Seen(_) | Event::Channels(_) => {}
            });
        }
        let seconds = processor_seconds() - begin;
        let speed = bytes.len() as f64 / seconds / 1e6;
        let rate = frames as f64 / seconds / 1e6;
        let format = wire.format().unwrap_or("nothing");
        println!("{name:<22} {format:<24} {speed:>7.0} MB/s {rate:>6.2} M frames/s, {faults} faults (mean {:.1})", sum / frames as f64);
    }
}

fn tell(bytes: &[u8], format: Format) {
    let mut wire = Wire::with(format);
    let (mut frames, mut faults, mut last) = (0, 0, String::new());
    let mut sink = |event: Event<'_>| match event {
        Event::Seen(seen) => println!("{seen}"),
        Event::Channels(channels) => println!("{channels:?}"),
        Event::Frame(frame) => {
            frames += 1;
            last.clear();
            let _ = write!(last, "{frame:?}");
        }
        Event::Fault(fault) => {
            faults += 1;
            println!("fault: {} ({} bytes)", fault.why, fault.bytes);
        }
    };
    bytes.chunks(READ).for_each(|read| wire.push(read, &mut sink));
    wire.finish(&mut sink);
    println!("{frames} frames, {faults} faults; last {last}");
}

type Stream = (&'static str, &'static str, fn(u32, &mut Vec<u8>));

fn streams() -> Vec<Stream> {
    vec![
        ("comma", "auto", |n, out| out.extend(format!("{:.4},{:.4}\r\n", wave(n), wave(n + 30)).bytes())),
        ("comma, clock, counter", "auto", |n, out| out.extend(format!("{},{:.4},{n}\r\n", 7000 + 10 * n, wave(n)).bytes())),
        ("eight columns", "auto", |n, out| {
            let fields: Vec<String> = (0..8).map(|column| format!("{:.2}", wave(n + 9 * column))).collect();
            out.extend(fields.join("\t").bytes().chain(*b"\n"));
        }),
        ("labels", "auto", |n, out| out.extend(format!("left:{:.4},right:{:.4}\r\n", wave(n), wave(n + 30)).bytes())),
        ("teleplot", "auto", |n, out| {
            out.extend(format!(">left:{0}:{1:.4}\n>right:{0}:{2:.4}\n", 10 * n, wave(n), wave(n + 30)).bytes());
        }),
        ("json", "auto", |n, out| out.extend(format!("{{\"left\":{:.4},\"right\":{:.4}}}\n", wave(n), wave(n + 30)).bytes())),
        ("pulsesensor", "auto", |n, out| out.extend(format!("S{}\r\n", 512 + (100.0 * wave(n)) as i32).bytes())),
        ("words", "auto", |n, out| out.extend(format!("one reading:\t{:.1}\t| average:\t{:.1}\n", wave(n), wave(n + 30)).bytes())),
        ("cyton", "auto", |n, out| {
            out.extend([0xa0, n as u8]);
            (0..8).for_each(|channel| out.extend(&((wave(n + channel) * 1e6) as i32).to_be_bytes()[1..]));
            out.extend([0, 0, 0, 0, 0, 0, 0xc0]);
        }),
        ("serialplot", "serialplot:aabb,i16le,2,sum", |n, out| {
            let payload: Vec<u8> = [wave(n), wave(n + 30)].iter().flat_map(|value| ((value * 1e4) as i16).to_le_bytes()).collect();
            out.extend([0xaa, 0xbb, 4]);
            out.extend(&payload);
            out.push(payload.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)));
        }),
    ]
}

fn wave(n: u32) -> f64 {
    (f64::from(n) * 0.01).sin() * 1.7
}

/// Of this thread where the system tells it, else of the clock on the wall: the machine may do other work meanwhile.
fn processor_seconds() -> f64 {
    static BEGIN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| BEGIN.get_or_init(Instant::now).elapsed().as_secs_f64(), |ns| ns * 1e-9)
}
