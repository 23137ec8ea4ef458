//! A recording is looked through beside its replay: what it looks like, its trend and its still points.

use std::path::Path;
use std::time::{Duration, Instant};

use stillpoint::protocol::{Command, Snapshot};
use stillpoint::rhythm::{Rhythm, Row, Settings};
use stillpoint::session::{Replay, Session, Start, Stop};
use stillpoint::signal::{Column, SampleIndex, Seconds, Span};
use stillpoint::store::Recording;

struct Watched {
    runtime: tokio::runtime::Runtime,
    session: Session,
}

impl Watched {
    fn open(path: &Path, (at, speed): (f64, f64), cache: Option<&Path>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let start = Start { at: Seconds(at), speed, paused: speed == 0.0 };
        let how = Replay { settings: Settings::default(), start, cache: cache.map(Path::to_path_buf) };
        let session = Session::replay(runtime.handle(), Recording::open(path, None).unwrap(), how, Stop::default()).unwrap();
        Self { runtime, session }
    }

    /// Waits until the session has seen what is wanted.
    fn wait(&self, wanted: impl Fn(&Snapshot) -> bool) -> Snapshot {
        let until = Instant::now() + Duration::from_mins(1);
        self.runtime.block_on(async {
            loop {
                let snapshot = self.session.view.snapshot();
                if wanted(&snapshot) {
                    return snapshot;
                }
                assert!(Instant::now() < until, "it does not come to that");
                self.session.view.changed().await;
            }
        })
    }

    fn column(&self, from: u64, frames: u64) -> Column {
        let mut out = [Column::EMPTY];
        self.session.view.with_columns(|columns| columns.columns(0, SampleIndex(from), frames, &mut out));
        out[0]
    }
}

#[test]
fn held_at_its_start_a_recording_tells_the_trend_and_the_still_points_that_analyze_finds() {
    let path = Path::new("recordings/client");
    let replay = Watched::open(path, (0.0, 0.0), None);
    let snapshot = replay.wait(|snapshot| snapshot.surveyed.is_some_and(|surveyed| surveyed.figures >= 1.0));
    let (mut stills, mut rates) = (Vec::new(), Vec::new());
    let take = |row: &Row| {
        match row {
            Row::StillPoint(still) => stills.push(*still),
            Row::Estimate(e) if (e.channel, e.rhythm, e.series) == (0, Rhythm::Cranial, None) => {
                rates.push((e.t.0, e.present().map(|figure| figure.rate.value as f32)));
            }
            _ => {}
        }
        Ok(())
    };
    stillpoint::command::analyze::figures(&mut Recording::open(path, None).unwrap(), &Settings::default(), take).unwrap();
    stills.sort_by_key(|still| still.span.start);
    assert_eq!(*snapshot.stills, stills);
    assert!(!stills.is_empty());
    let trend = &snapshot.trend[0][Rhythm::Cranial as usize];
    assert_eq!(trend.iter().map(|point| (point.t.0, point.rate)).collect::<Vec<_>>(), rates);
    assert!(rates.iter().filter(|(_, rate)| rate.is_some()).count() > 20);
}

#[test]
fn a_loop_ends_where_it_ends_and_begins_again() {
    let replay = Watched::open(Path::new("recordings/client"), (100.0, 64.0), None);
    let rate = Recording::open(Path::new("recordings/client"), None).unwrap().rate();
    let span = Span { start: rate.index_at(Seconds(60.0)), end: rate.index_at(Seconds(90.0)) };
    replay.session.command(Command::Loop(Some(span))).unwrap();
    let at = |snapshot: &Snapshot| snapshot.playback.unwrap().position.0;
    replay.wait(|snapshot| (60.0..70.0).contains(&at(snapshot)));
    for _ in 0..3 {
        replay.wait(|snapshot| at(snapshot) > 75.0);
        let again = replay.wait(|snapshot| at(snapshot) <= 75.0 || at(snapshot) > 90.1);
        assert!((59.9..=75.0).contains(&at(&again)), "{}", at(&again));
    }
    replay.session.command(Command::Loop(None)).unwrap();
    replay.wait(|snapshot| at(snapshot) > 100.0);
}

#[test]
fn what_a_large_file_looks_like_is_kept_and_believed_as_long_as_the_file_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (path, cache) = (folder.path().join("large.wav"), folder.path().join("cache"));
    let spike = 7_654_321;
    let write = |height: f32| {
        let spec = hound::WavSpec { channels: 1, sample_rate: 1000, bits_per_sample: 32, sample_format: hound::SampleFormat::Float };
        let mut wav = hound::WavWriter::create(&path, spec).unwrap();
        (0..8_400_000_u32).for_each(|n| wav.write_sample(if n == spike { height } else { 0.0 }).unwrap());
        wav.finalize().unwrap();
    };
    let seen = |cache: &Path| {
        let replay = Watched::open(&path, (0.0, 0.0), Some(cache));
        replay.wait(|snapshot| snapshot.surveyed.is_some_and(|surveyed| surveyed.overview >= 1.0));
        let column = replay.column(0, 8_400_000);
        drop(replay);
        column.max
    };
    write(9.0);
    assert_eq!(seen(&cache), 9.0);
    let kept: Vec<_> = std::fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [kept] = &kept[..] else { panic!("one overview is kept: {kept:?}") };
    let length = std::fs::metadata(kept).unwrap().len();
    assert!(length < 2_000_000, "{length} bytes for 34 million");
    // A kept one is what is shown, so it is no use to keep a wrong one: the file that has changed is looked through again.
    assert_eq!(seen(&cache), 9.0);
    write(5.0);
    assert_eq!(seen(&cache), 5.0);
    assert_eq!(std::fs::read_dir(&cache).unwrap().count(), 1);
}

#[test]
fn where_one_looks_a_single_sample_is_seen_as_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spike.wav");
    let spec = hound::WavSpec { channels: 1, sample_rate: 1000, bits_per_sample: 32, sample_format: hound::SampleFormat::Float };
    let mut wav = hound::WavWriter::create(&path, spec).unwrap();
    (0..2_000_000_u32).for_each(|n| wav.write_sample(if n == 1_000_003 { 9.0_f32 } else { 1.0 }).unwrap());
    wav.finalize().unwrap();
    let replay = Watched::open(&path, (0.0, 0.0), None);
    replay.wait(|snapshot| snapshot.surveyed.is_some_and(|surveyed| surveyed.overview >= 1.0));
    // Before the close-up a column beside the spike is coarse; after it, exact.
    assert_eq!(replay.column(1_000_000, 3).max, 9.0);
    replay.wait(|_| replay.session.view.is_exact());
    assert_eq!((replay.column(1_000_000, 3).max, replay.column(1_000_003, 1).max), (1.0, 9.0));
}
