//! Links, pipes and devices where a file should be.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use stillpoint::rhythm::Settings;
use stillpoint::signal::{Channel, Layout, Rate};
use stillpoint::store::{About, Journal, Recording, SessionWriter, StoreError};

use super::{session, stillpoint};

/// A file of the user's that nobody is to touch.
fn precious(root: &Path) -> std::path::PathBuf {
    let path = root.join("precious");
    fs::write(&path, "a torn line").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    path
}

fn assert_untouched(path: &Path) {
    assert_eq!(fs::read_to_string(path).unwrap(), "a torn line");
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o400);
}

fn replace(folder: &Path, name: &str, by: impl Fn(&Path)) {
    let path = folder.join(name);
    let _ = fs::remove_file(&path);
    by(&path);
}

#[test]
fn nothing_is_written_through_a_link_in_a_session_folder() {
    for name in ["events.jsonl", "session.toml", "session.toml.new", "signal.wav", "signal-002.wav"] {
        let root = tempfile::tempdir().unwrap();
        let (folder, precious) = (session(root.path(), "evening"), precious(root.path()));
        replace(&folder, name, |path| symlink(&precious, path).unwrap());
        // Without its end mark there is something to recover.
        if name != "events.jsonl" {
            fs::write(folder.join("events.jsonl"), "{\"type\":\"clock\"").unwrap();
        }
        let (_, said) = stillpoint(&["recover", folder.to_str().unwrap()]);
        assert_untouched(&precious);
        if name == "events.jsonl" {
            assert!(said.contains("events.jsonl") && said.contains("link") && said.lines().count() == 1, "{said}");
            assert!(matches!(Journal::open(&folder), Err(StoreError::Io { .. })));
        }
        assert_untouched(&precious);
    }
}

#[test]
fn samples_behind_a_link_are_read_and_it_is_told() {
    let root = tempfile::tempdir().unwrap();
    let (folder, store) = (session(root.path(), "evening"), root.path().join("store.wav"));
    fs::rename(folder.join("signal.wav"), &store).unwrap();
    symlink(&store, folder.join("signal.wav")).unwrap();
    let linked = root.path().join("by another name");
    symlink(&folder, &linked).unwrap();
    for path in [&folder, &linked] {
        let recording = Recording::open(path, None).unwrap();
        assert_eq!(recording.frames(), 9000);
        assert!(recording.damage().iter().any(|line| line.starts_with("signal.wav is a link")), "{:?}", recording.damage());
    }
}

#[test]
fn a_pipe_or_a_device_in_the_place_of_a_file_keeps_nobody_waiting() {
    let root = tempfile::tempdir().unwrap();
    let pipe = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    let device = |path: &Path| symlink("/dev/zero", path).unwrap();
    let refused = |path: &Path| {
        for command in ["info", "analyze", "recover"] {
            let (code, said) = stillpoint(&[command, path.to_str().unwrap()]);
            assert_eq!((code, said.lines().count()), (Some(1), 1), "{command} {}: {said}", path.display());
            assert!(said.contains("a pipe, a device or a folder"), "{said}");
        }
    };
    for (number, name) in ["session.toml", "events.jsonl", "signal.wav"].into_iter().enumerate() {
        let folder = session(root.path(), &format!("pipe {number}"));
        replace(&folder, name, pipe);
        refused(&folder);
        let folder = session(root.path(), &format!("device {number}"));
        replace(&folder, name, device);
        refused(&folder);
    }
    for name in ["a.wav", "a.edf", "a.csv"] {
        replace(root.path(), name, pipe);
        refused(&root.path().join(name));
        replace(root.path(), name, device);
        refused(&root.path().join(name));
    }
    // What only lies beside a recording is left where it is.
    let table = root.path().join("night.csv");
    fs::write(
        &table,
        "time_s,left\n".to_owned() + &(0..500).map(|n| format!("{:?},{n}\n", f64::from(n) / 10.0)).collect::<Vec<_>>().concat(),
    )
    .unwrap();
    for name in ["night.json", "night_annotations.csv"] {
        replace(root.path(), name, pipe);
        assert_eq!(stillpoint(&["info", table.to_str().unwrap()]).0, Some(0));
    }
}

#[test]
fn a_record_that_names_a_file_elsewhere_is_refused() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("secret.dat"), [7; 4000]).unwrap();
    fs::create_dir(root.path().join("record")).unwrap();
    for name in ["../secret.dat", "/etc/passwd", "..", ".hidden", "a\\b"] {
        let header = root.path().join("record/night.hea");
        fs::write(&header, format!("night 1 100 1000\n{name} 16 200/mV 16 0 0 0 0 left\n")).unwrap();
        let (code, said) = stillpoint(&["info", header.to_str().unwrap()]);
        assert_eq!((code, said.lines().count()), (Some(1), 1), "{name}: {said}");
        assert!(said.contains("no plain name"), "{said}");
    }
}

#[test]
fn a_session_is_never_begun_in_a_folder_or_link_that_is_there() {
    let root = tempfile::tempdir().unwrap();
    let (theirs, precious) = (root.path().join("theirs"), precious(root.path()));
    fs::create_dir(&theirs).unwrap();
    let sessions = root.path().join("sessions");
    let about = About {
        started: "2026-11-23T10:15:00Z".parse().unwrap(),
        layout: Layout { channels: vec![Channel::unnamed(0)], nominal: Rate::from_hz(100.0).unwrap() },
        clock: None,
        device: "test".into(),
        wire_format: "none".into(),
        simulated: true,
        settings: Settings::default(),
    };
    let first = SessionWriter::create(&sessions, &about, None).unwrap().finish().unwrap().folder;
    // The names that the next ones would have, taken by somebody who guessed them.
    let name = first.file_name().unwrap().to_str().unwrap();
    symlink(&theirs, sessions.join(format!("{name}-2"))).unwrap();
    symlink(&precious, sessions.join(format!("{name}-3"))).unwrap();
    symlink(root.path().join("nowhere"), sessions.join(format!("{name}-4"))).unwrap();
    let next = SessionWriter::create(&sessions, &about, None).unwrap().finish().unwrap().folder;
    assert_eq!(next, sessions.join(format!("{name}-5")));
    assert_eq!(fs::read_dir(&theirs).unwrap().count(), 0);
    assert!(!root.path().join("nowhere").exists());
    assert_untouched(&precious);
}
