//! Live, recorded, replayed, analysed: the same samples give the same figures, to the last bit.

use std::path::Path;

use stillpoint::command::analyze::figures;
use stillpoint::protocol::{Notice, Snapshot};
use stillpoint::rhythm::{Estimate, Row, Settings};
use stillpoint::session::{Length, Pace, RecordAs, Replay, Session, Setup, Start, Stated, Stop};
use stillpoint::signal::Seconds;
use stillpoint::source::DemoSource;
use stillpoint::store::Recording;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Waits until the session has seen what is wanted.
fn wait(runtime: &tokio::runtime::Runtime, session: &Session, wanted: impl Fn(&Snapshot) -> bool) -> Snapshot {
    runtime.block_on(async {
        loop {
            let snapshot = session.view.snapshot();
            if wanted(&snapshot) {
                return snapshot;
            }
            session.view.changed().await;
        }
    })
}

fn analysed(path: &Path) -> Vec<Estimate> {
    let mut all = Vec::new();
    let take = |row: &Row| {
        if let Row::Estimate(estimate) = row
            && estimate.series.is_none()
        {
            all.push(*estimate);
        }
        Ok(())
    };
    figures(&mut Recording::open(path, None).unwrap(), &Settings::default(), take).unwrap();
    all
}

fn latest(snapshot: &Snapshot) -> Vec<Estimate> {
    snapshot.latest.iter().flatten().flatten().copied().collect()
}

#[test]
fn what_live_shows_is_what_the_recording_gives_again() {
    let root = tempfile::tempdir().unwrap();
    let runtime = runtime();
    let record = RecordAs {
        root: root.path().to_path_buf(),
        device: "demo".into(),
        wire_format: "simulated".into(),
        simulated: true,
        settings: Settings::default(),
        length: Length::default(),
        at_once: true,
    };
    let setup = Setup { stated: Stated::default(), pace: Pace::Device, record };
    let session = Session::live(runtime.handle(), DemoSource::new(2), setup, Stop::default()).unwrap();
    let live = latest(&wait(&runtime, &session, |snapshot| snapshot.whole >= Seconds(75.0)));
    let notices = session.finish();
    assert!(notices.iter().any(|notice| matches!(notice, Notice::Recorded { .. })), "{notices:?}");
    let folder = std::fs::read_dir(root.path()).unwrap().next().unwrap().unwrap().path();
    let again = analysed(&folder);
    // Three channels, each with cranial rhythm, breath and pulse.
    assert_eq!(live.len(), 9);
    for estimate in live {
        assert!(again.contains(&estimate), "{estimate:?}");
    }
}

#[test]
fn what_a_replay_shows_after_a_jump_is_what_analyze_prints_for_that_instant() {
    let runtime = runtime();
    let path = Path::new("recordings/client");
    let all = analysed(path);
    for at in [75.0, 180.0] {
        let recording = Recording::open(path, None).unwrap();
        let end = recording.rate().index_at(Seconds(at));
        let start = Start { at: Seconds(at), speed: 1.0, paused: true };
        let session =
            Session::replay(runtime.handle(), recording, Replay { settings: Settings::default(), start, cache: None }, Stop::default())
                .unwrap();
        let shown =
            latest(&wait(&runtime, &session, |snapshot| snapshot.head == end && snapshot.latest.iter().flatten().flatten().count() >= 9));
        assert!(shown.len() >= 9);
        for estimate in shown {
            assert!(all.contains(&estimate), "{estimate:?}");
        }
    }
}

#[test]
fn the_recordings_of_the_project_are_whole_and_say_that_they_are_simulated() {
    for (name, annotations, lost) in [("client", 4, 0), ("breath", 0, 0), ("quiet", 0, 0), ("steady", 2, 150)] {
        let recording = Recording::open(&Path::new("recordings").join(name), None).unwrap();
        assert_eq!(recording.damage(), [] as [String; 0], "{name}");
        assert!(recording.simulated(), "{name}");
        assert_eq!(recording.annotations().len(), annotations, "{name}");
        assert_eq!(recording.gaps().iter().map(|gap| gap.span.frames()).sum::<u64>(), lost, "{name}");
    }
}
