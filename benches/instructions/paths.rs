//! The ten paths that are gone through all the time: each is set up once, and then passed as often as is asked for.

use std::io;

use stillpoint::format::{EdfPlan, Extract, Frames, Provenance};
use stillpoint::rhythm::{Monitor, Rhythm, Row, Settings};
use stillpoint::signal::{BUCKET, Block, Channel, Column, Columns, History, Layout, Overview, Rate, SampleIndex, Span, fold};
use stillpoint::simulate::{Client, Scenario};
use stillpoint::store::{About, SessionWriter};
use stillpoint::ui::Theme;
use stillpoint::wire::{Event, Wire};

use crate::stage::Stage;

/// One pass of a path.
pub(crate) type Pass = Box<dyn FnMut()>;

/// A name, and what sets the path up.
pub(crate) type Path = (&'static str, fn() -> Pass);

/// In the order of one sample's way.
pub(crate) const PATHS: [Path; 10] = [
    ("text: 64 KiB of lines of two columns, decoded", || decoded("auto", |n| format!("{:.3},{:.3}\n", wave(n), wave(n + 30)).into_bytes())),
    ("binary: 64 KiB of Cyton packets, decoded", || decoded("cyton", |n| [&[0xa0, n as u8], [n as u8; 30].as_slice(), &[0xc0]].concat())),
    ("recorder: 10 s of 8 x 250 Hz appended, and made safe", appended),
    ("history: 10 s of 8 x 250 Hz into the live minima and maxima", remembered),
    ("columns: 3 zooms of 8 channels out of the history", looked_up),
    ("overview: 64 Ki frames of two channels, and of three, folded", folded),
    ("step: a minute of one channel, all four rhythms", || monitored(false)),
    ("derived: a minute of one channel, the derived series too", || monitored(true)),
    ("picture: the live view at 120x36, built and drawn", drawn),
    ("export: 60 s of 8 x 250 Hz as EDF+", exported),
];

/// A number that moves, for samples.
fn wave(n: u32) -> f64 {
    f64::from(n * 7919 % 1000) / 10.0 - 30.0
}

fn decoded(format: &str, frame: fn(u32) -> Vec<u8>) -> Pass {
    let mut wire = Wire::with(format.parse().expect("a format"));
    let bytes: Vec<u8> = (0..).flat_map(frame).take(1 << 16).collect();
    Box::new(move || {
        let mut frames = 0;
        bytes.chunks(4096).for_each(|read| wire.push(read, &mut |event| frames += usize::from(matches!(event, Event::Frame(_)))));
        assert!(frames > 1000, "{frames} frames");
    })
}

/// Ten seconds of eight channels in blocks of 40 ms.
fn blocks() -> Vec<Block> {
    let block = |n: u32| Block { start: SampleIndex(0), channels: 8, samples: (0..80).map(|at| wave(80 * n + at) as f32).collect() };
    (0..250).map(block).collect()
}

fn layout(hz: f64) -> Layout {
    let nominal = Rate::from_hz(hz).expect("a rate");
    Layout { channels: (1..=8).map(|n| Channel::named(&format!("ch{n}"), "µm")).collect(), nominal }
}

fn appended() -> Pass {
    let folder = tempfile::tempdir().expect("a folder");
    let about = About {
        started: "2026-11-23T10:15:00Z".parse().expect("a time"),
        layout: layout(250.0),
        clock: None,
        device: "made up".into(),
        wire_format: "none".into(),
        simulated: true,
        settings: Settings::default(),
    };
    let mut session = SessionWriter::create(folder.path(), &about, None).expect("a session");
    let mut blocks = blocks();
    Box::new(move || {
        for block in &mut blocks {
            block.start = session.end();
            session.append(block).expect("the block follows");
        }
        session.checkpoint().unwrap_or_else(|error| panic!("{}: {error}", folder.path().display()));
    })
}

/// One that has been listened to for long enough that its finer rings are full.
fn history() -> (History, Vec<Block>) {
    let (mut history, blocks) = (History::new(8, SampleIndex(0)), blocks());
    (0..8).for_each(|_| blocks.iter().for_each(|block| history.push(block)));
    (history, blocks)
}

fn remembered() -> Pass {
    let (mut history, blocks) = history();
    Box::new(move || blocks.iter().for_each(|block| history.push(block)))
}

fn looked_up() -> Pass {
    let (history, _) = history();
    let mut out = [Column::EMPTY; 240];
    Box::new(move || {
        for each in [1, 7, 64] {
            (0..8).for_each(|channel| history.columns(channel, SampleIndex(history.end().0 - 240 * each), each, &mut out));
            assert!(out[239].has_samples());
        }
    })
}

fn folded() -> Pass {
    let samples: Vec<f32> = (0..3 << 16).map(|n| wave(n) as f32).collect();
    let mut buckets = Vec::new();
    Box::new(move || {
        for channels in [2, 3] {
            let samples = &samples[..channels << 16];
            let mut overview = Overview::new(channels, BUCKET, SampleIndex(0));
            for part in samples.chunks(channels << 12) {
                buckets.clear();
                fold(part, channels, BUCKET, &mut buckets);
                overview.append(1 << 12, &buckets);
            }
            assert_eq!(overview.end(), SampleIndex(1 << 16));
        }
    })
}

/// A head of 100 Hz, after the longest window is full.
fn monitored(derived: bool) -> Pass {
    let mut client = Client::new(Scenario::rasmussen(), 1);
    let layout = client.layout();
    let mut settings = Settings { derived, ..Settings::default() };
    Rhythm::ALL.iter().for_each(|rhythm| settings.of_mut(*rhythm).enabled = true);
    let mut monitor = Monitor::new(&layout, &settings);
    let mut rows: Vec<Row> = Vec::new();
    let (minute, channels) = (60 * layout.nominal.hz() as usize, layout.channels.len());
    let mut samples = Vec::new();
    client.fill(10 * minute, &mut samples);
    let mut minutes = samples.chunks(minute * channels).map(<[f32]>::to_vec).collect::<Vec<_>>().into_iter();
    let mut block = Block { start: SampleIndex(0), channels, samples: Vec::new() };
    let mut pass = move || {
        let minute = minutes.next().expect("few passes");
        rows.clear();
        for chunk in minute.chunks(50 * channels) {
            block.samples.clear();
            block.samples.extend_from_slice(chunk);
            monitor.push(&block, &mut rows);
            block.start = block.end();
        }
        assert!(!rows.is_empty());
    };
    (0..5).for_each(|_| pass());
    Box::new(pass)
}

fn drawn() -> Pass {
    let mut stage = Stage::live();
    Box::new(move || {
        let buffer = stage.screen((120, 36), Theme::DARK);
        assert_eq!(buffer.area.width, 120);
    })
}

/// Frames in memory.
struct Held {
    samples: Vec<f32>,
    at: usize,
}

impl Frames for Held {
    fn next(&mut self, samples: &mut Vec<f32>) -> io::Result<()> {
        let end = (self.at + (8 << 13)).min(self.samples.len());
        samples.clear();
        samples.extend(&self.samples[self.at..end]);
        self.at = end;
        Ok(())
    }

    fn again(&mut self) {
        self.at = 0;
    }
}

fn exported() -> Pass {
    let mut held = Held { samples: (0..8 * 250 * 60).map(|n| wave(n) as f32).collect(), at: 0 };
    let layout = layout(250.0);
    let provenance = Provenance {
        source_file: String::new(),
        program: "stillpoint".into(),
        source: "made up".into(),
        started: None,
        span: Span { start: SampleIndex(0), end: SampleIndex(250 * 60) },
        rate: layout.nominal,
        layout,
        device: String::new(),
        wire_format: String::new(),
        simulated: true,
        settings: Vec::new(),
        damage: Vec::new(),
    };
    let extract = Extract { provenance, annotations: Vec::new(), gaps: Vec::new() };
    Box::new(move || {
        held.again();
        let plan = EdfPlan::new(&extract, &mut held).expect("frames in memory");
        held.again();
        let mut file = Vec::new();
        plan.write(&mut file, &mut held).expect("memory");
        assert!(file.len() > 200_000, "{} bytes", file.len());
    })
}
