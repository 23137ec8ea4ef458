//! Long recordings: file after file without a seam, headers that count what is there, and indices beyond 32 bits.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};

use stillpoint::format::wav::{HEADER, Shape};
use stillpoint::rhythm::Settings;
use stillpoint::signal::{Block, Channel, Layout, Rate, SampleIndex};
use stillpoint::store::{About, Limits, Place, Recording, SessionWriter, SystemDisk};

fn about(channels: usize) -> About {
    About {
        started: "2026-11-23T10:15:00Z".parse().unwrap(),
        layout: Layout { channels: (0..channels).map(Channel::unnamed).collect(), nominal: Rate::from_hz(250.0).unwrap() },
        clock: None,
        device: "test".into(),
        wire_format: "none".into(),
        simulated: true,
        settings: Settings::default(),
    }
}

#[test]
fn file_follows_file_without_a_seam_and_every_header_counts_its_file() {
    const FILE: u64 = 1 << 20;
    let root = tempfile::tempdir().unwrap();
    let place = Place { root: root.path(), name: None, limits: Limits { file: FILE, ..Limits::default() } };
    let mut writer = SessionWriter::create_on(SystemDisk, place, &about(8)).unwrap();
    let sample = |frame: u64, channel: u64| (frame * 8 + channel) as f32;
    for start in (0..200_000).step_by(100) {
        let samples = (start..start + 100).flat_map(|frame| (0..8).map(move |channel| sample(frame, channel))).collect();
        writer.append(&Block { start: SampleIndex(start), channels: 8, samples }).unwrap();
    }
    let folder = writer.finish().unwrap().folder;
    let mut next = 0_u64;
    for number in 1..=7 {
        let path = folder.join(if number == 1 { "signal.wav".to_owned() } else { format!("signal-{number:03}.wav") });
        let length = fs::metadata(&path).unwrap().len();
        let wav = hound::WavReader::open(&path).unwrap();
        assert!(length <= FILE + HEADER, "{length}");
        assert_eq!(u64::from(wav.len()) * 4 + HEADER, length, "{}", path.display());
        for found in wav.into_samples::<f32>() {
            assert_eq!(found.unwrap(), next as f32);
            next += 1;
        }
    }
    assert_eq!((next, fs::read_dir(&folder).unwrap().count()), (200_000 * 8, 7 + 2));
}

#[test]
fn a_recording_of_more_frames_than_32_bits_count_is_read_at_its_end() {
    const FRAMES: u64 = 1 << 28;
    let root = tempfile::tempdir().unwrap();
    let folder = SessionWriter::create(root.path(), &about(1), None).unwrap().finish().unwrap().folder;
    let mut journal = File::create(folder.join("events.jsonl")).unwrap();
    for number in 1..=17_u64 {
        // Files of zeros that take no room on the disk.
        let path = folder.join(if number == 1 { "signal.wav".to_owned() } else { format!("signal-{number:03}.wav") });
        let mut file = File::create(path).unwrap();
        file.write_all(&Shape { channels: 1, rate_hz: 250, frames: FRAMES }.header().unwrap()).unwrap();
        file.set_len(HEADER + 4 * FRAMES).unwrap();
        if number == 17 {
            file.seek(SeekFrom::End(-4)).unwrap();
            file.write_all(&42.0_f32.to_le_bytes()).unwrap();
        }
        writeln!(journal, r#"{{"type":"part","number":{number},"start":{}}}"#, (number - 1) * FRAMES).unwrap();
    }
    let last = 17 * FRAMES - 1;
    writeln!(journal, r#"{{"type":"annotation","edit":"put","id":0,"kind":"mark","start":{last},"end":null,"label":""}}"#).unwrap();
    writeln!(journal, r#"{{"type":"end","frames":{}}}"#, last + 1).unwrap();
    let mut recording = Recording::open(&folder, None).unwrap();
    assert_eq!((recording.frames(), recording.damage()), (last + 1, &[] as &[String]));
    assert!(recording.frames() > u64::from(u32::MAX));
    let mut samples = Vec::new();
    assert_eq!(recording.read(SampleIndex(last - 2), 10, &mut samples).unwrap(), 3);
    assert_eq!(samples, [0.0, 0.0, 42.0]);
    assert_eq!(recording.annotations().iter().next().unwrap().start, SampleIndex(last));
    assert_eq!(recording.rate().time_of(SampleIndex(last)).to_string(), "5070:26:51");
}

#[test]
fn a_header_says_nothing_rather_than_a_length_that_it_cannot_count() {
    let shape = |frames| Shape { channels: 2, rate_hz: 100, frames };
    let counted = |frames| shape(frames).header().map(|header| u32::from_le_bytes(header[64..].try_into().unwrap()));
    assert_eq!(counted(1000), Some(8000));
    let most = (u64::from(u32::MAX) - HEADER) / 8;
    assert_eq!((counted(most), counted(most + 1)), (Some(most as u32 * 8), None));
}
