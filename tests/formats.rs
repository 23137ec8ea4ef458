//! Files of others: EDF, BDF and tables, whole, odd, hostile and cut off.

use std::fmt::Write;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use stillpoint::command::info;
use stillpoint::export::{Export, run};
use stillpoint::protocol::Target;
use stillpoint::signal::{Kind, Rate, Role, SampleIndex};
use stillpoint::store::{Recording, RecordingKind};

fn file(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn open(path: &Path) -> Recording {
    Recording::open(path, None).unwrap()
}

fn refusal(path: &Path) -> String {
    let line = Recording::open(path, None).unwrap_err().to_string();
    assert!(line.contains(&*path.to_string_lossy()) && !line.contains('\n'), "{line}");
    line
}

/// All samples, read in pieces of `step` frames.
fn samples(recording: &mut Recording, step: usize) -> Vec<f32> {
    let (mut all, mut piece) = (Vec::new(), Vec::new());
    let mut at = SampleIndex(0);
    loop {
        let got = recording.read(at, step, &mut piece).unwrap();
        assert_eq!(piece.len(), got * recording.layout().channels.len());
        if got == 0 {
            return all;
        }
        all.extend_from_slice(&piece);
        at = at + got as u64;
    }
}

fn bits(samples: &[f32]) -> Vec<u32> {
    samples.iter().map(|sample| sample.to_bits()).collect()
}

/// One signal of a made-up EDF file: label, unit, physical and digital limits, samples in a record.
struct Made(&'static str, &'static str, [&'static str; 4], usize);

type Field<'a> = &'a dyn Fn(&Made) -> String;

const RAW: [&str; 4] = ["-32768", "32767", "-32768", "32767"];

/// An EDF header with these signals; `plus` is `EDF+C`, `EDF+D` or empty.
fn edf_header(signals: &[Made], records: &str, seconds: &str, plus: &str) -> Vec<u8> {
    let pad = |text: &str, width: usize| format!("{text:<width$}").into_bytes();
    let mut bytes = pad("0", 8);
    bytes.extend(pad("X X X X", 80));
    bytes.extend(pad("Startdate X X X X", 80));
    bytes.extend(b"23.11.2610.15.00");
    bytes.extend(pad(&(256 * (signals.len() + 1)).to_string(), 8));
    bytes.extend(pad(plus, 44));
    bytes.extend(pad(records, 8));
    bytes.extend(pad(seconds, 8));
    bytes.extend(pad(&signals.len().to_string(), 4));
    let fields: [(usize, Field); 10] = [
        (16, &|made| made.0.into()),
        (80, &|_| String::new()),
        (8, &|made| made.1.into()),
        (8, &|made| made.2[0].into()),
        (8, &|made| made.2[1].into()),
        (8, &|made| made.2[2].into()),
        (8, &|made| made.2[3].into()),
        (80, &|_| String::new()),
        (8, &|made| made.3.to_string()),
        (32, &|_| String::new()),
    ];
    for (width, field) in fields {
        signals.iter().for_each(|made| bytes.extend(pad(&field(made), width)));
    }
    bytes
}

fn words(values: impl IntoIterator<Item = i16>) -> Vec<u8> {
    values.into_iter().flat_map(i16::to_le_bytes).collect()
}

/// Three records of 2 s: a flow at 4 Hz that counts up, a belt at 2 Hz, a checksum, texts.
fn night() -> Vec<u8> {
    let signals = [
        Made("Flow.250ms", "L/s", ["-2", "3", "-1000", "1500"], 8),
        Made("belt", "", RAW, 4),
        Made("Crc16", "", RAW, 1),
        Made("EDF Annotations", "", RAW, 20),
    ];
    let mut bytes = edf_header(&signals, "3", "2", "EDF+C");
    for record in 0..3_i16 {
        bytes.extend(words((0..8).map(|n| 100 * (8 * record + n))));
        bytes.extend(words((0..4).map(|n| 4 * record + n)));
        bytes.extend(words([-1]));
        let what = if record == 1 { "+2.5\u{15}1.5\u{14}Hypopnea\u{14}\0+3\u{14}cough\u{14}\0" } else { "" };
        let mut text = format!("+{}\u{14}\u{14}\0{what}", 2 * record).into_bytes();
        text.resize(40, 0);
        bytes.extend(text);
    }
    bytes
}

#[test]
fn a_night_with_mixed_rates_and_texts_is_read_at_any_place() {
    let root = tempfile::tempdir().unwrap();
    let mut night = open(&file(root.path(), "night.edf", night()));
    assert_eq!((night.kind(), night.rate().hz(), night.frames()), (RecordingKind::Edf, 4.0, 24));
    let named: Vec<_> = night.layout().channels.iter().map(|c| (c.name.as_str(), c.unit.as_str(), c.role)).collect();
    assert_eq!(named, [("Flow.250ms", "L/s", Role::Breath), ("belt", "", Role::Breath)]);
    let expected: Vec<f32> = (0..24).flat_map(|n| [(f64::from(100 * n + 1000) * 0.002 - 2.0) as f32, (n / 2) as f32]).collect();
    for step in [1, 3, 7, 100] {
        assert_eq!(samples(&mut night, step), expected, "{step} at a time");
    }
    let mut piece = Vec::new();
    assert_eq!(night.read(SampleIndex(21), 9, &mut piece).unwrap(), 3);
    assert_eq!(piece, expected[42..]);
    let told: Vec<_> = night.annotations().iter().map(|a| (a.kind, a.start.0, a.end.map(|end| end.0), a.label.as_str())).collect();
    assert_eq!(told, [(Kind::Segment, 10, Some(16), "Hypopnea"), (Kind::Note, 12, None, "cough")]);
    assert_eq!(night.damage(), ["signal Crc16 is a checksum; left out"]);
    let mut bytes = self::night();
    let at = bytes.windows(7).position(|text| text == b"+3\x14coug").unwrap();
    bytes[at + 1] = b'9';
    let said = open(&file(root.path(), "late.edf", bytes)).damage().concat();
    assert!(said.contains("1 of its annotations lies outside of the samples"), "{said}");
}

#[test]
fn records_that_do_not_follow_one_another_leave_a_gap() {
    let root = tempfile::tempdir().unwrap();
    let mut bytes = edf_header(&[Made("RESP", "V", RAW, 10), Made("EDF Annotations", "", RAW, 10)], "3", "1", "EDF+D");
    for (begin, value) in [("+0.5", 1), ("+1.5", 2), ("+62.5", 3)] {
        bytes.extend(words([value; 10]));
        let mut text = format!("{begin}\u{14}\u{14}\0").into_bytes();
        text.resize(20, 0);
        bytes.extend(text);
    }
    let mut broken = open(&file(root.path(), "broken.edf", bytes));
    assert_eq!((broken.frames(), broken.gaps().len()), (630, 1));
    assert_eq!((broken.gaps()[0].span.start.0, broken.gaps()[0].span.end.0), (20, 620));
    let all = samples(&mut broken, 97);
    assert_eq!((all[19], all[620], all[20].is_nan(), all[619].is_nan()), (2.0, 3.0, true, true));
}

#[test]
fn bdf_has_24_bits() {
    let root = tempfile::tempdir().unwrap();
    let limits = ["-8388608", "8388607", "-8388608", "8388607"];
    let mut bytes = edf_header(&[Made("PULS", "ADC", limits, 3)], "1", "1", "");
    bytes[..8].copy_from_slice(b"\xffBIOSEMI");
    bytes.extend([1, 0, 0, 0xff, 0xff, 0xff, 0, 0, 0x80]);
    // Whatever its name: the first bytes tell.
    let mut pulse = open(&file(root.path(), "pulse.dat", bytes));
    assert_eq!((pulse.kind(), pulse.layout().channels[0].role), (RecordingKind::Bdf, Role::Pulse));
    let all = samples(&mut pulse, 2);
    assert!((all[0] - 1.0).abs() < 1e-3 && (all[1] + 1.0).abs() < 1e-3 && all[2] == -8_388_608.0, "{all:?}");
}

#[test]
fn an_edf_header_that_lies_gets_one_clear_line() {
    let root = tempfile::tempdir().unwrap();
    let with = |at: usize, field: &str| {
        let mut bytes = night();
        bytes[at..at + field.len()].copy_from_slice(field.as_bytes());
        bytes
    };
    // The samples in a record stand behind 4 · 216 bytes of other fields of the four signals.
    let counts = 256 + 4 * 216;
    let cases = [
        (Vec::new(), "empty"),
        (b"this is a letter to a friend".to_vec(), "not an EDF"),
        (night()[..100].to_vec(), "cut short"),
        (night()[..1000].to_vec(), "cut short"),
        (with(252, "0   "), "number of signals"),
        (with(252, "9999"), "number of signals"),
        (with(252, "-1  "), "number of signals"),
        (with(244, "-2      "), "seconds of a record"),
        (with(244, "inf     "), "seconds of a record"),
        (with(counts, "-8      "), "signal 1 (Flow.250ms)"),
        (with(counts, "1e20    "), "signal 1 (Flow.250ms)"),
        (with(counts, "99999999"), "a rate of 49999999.5 Hz"),
        (with(counts + 8, "8.5     "), "signal 2 (belt)"),
        (with(counts + 8, "many    "), "signal 2 (belt)"),
        (edf_header(&[Made("EDF Annotations", "", RAW, 20)], "0", "0", "EDF+D"), "no signal, only 0 annotations"),
        (edf_header(&[Made("RESP", "", RAW, 20)], "0", "0", ""), "--rate"),
    ];
    for (bytes, says) in cases {
        let line = refusal(&file(root.path(), "liar.edf", bytes));
        assert!(line.contains(says), "{says} is not in: {line}");
    }
    // Claims of sizes that nothing holds cost nothing.
    for bytes in [with(counts, "9999999 "), with(236, "99999999"), with(236, "-1      "), with(184, "7       ")] {
        let liar = open(&file(root.path(), "liar.edf", bytes));
        assert!(!liar.damage().is_empty() && liar.frames() <= 24, "{:?}", liar.damage());
    }
}

#[test]
fn a_table_with_its_times_tells_rate_names_and_pauses() {
    let root = tempfile::tempdir().unwrap();
    let mut text = "Time [s], RESP, PLETH [mV], note\r\n".to_owned();
    for n in (0..500).filter(|n| !(200..300).contains(n)) {
        let pleth = if n == 7 { "n/a".to_owned() } else { (n % 10).to_string() };
        write!(text, "{:.3}, {n}, {pleth}, rest\r\n", f64::from(n) * 0.008).unwrap();
    }
    let mut table = open(&file(root.path(), "icu.csv", text));
    assert_eq!((table.kind(), table.rate().hz(), table.frames()), (RecordingKind::Table, 125.0, 500));
    let named: Vec<_> = table.layout().channels.iter().map(|c| (c.name.as_str(), c.unit.as_str(), c.role)).collect();
    assert_eq!(named, [("RESP", "", Role::Breath), ("PLETH", "mV", Role::Pulse)]);
    assert_eq!(table.gaps().iter().map(|gap| (gap.span.start.0, gap.span.end.0)).collect::<Vec<_>>(), [(200, 300)]);
    assert_eq!(table.damage(), ["column note holds words, not numbers; left out"]);
    let all = samples(&mut table, 33);
    assert_eq!((all[14], all[15].is_nan(), all[2 * 199], all[2 * 200].is_nan(), all[2 * 300]), (7.0, true, 199.0, true, 300.0));
}

#[test]
fn times_in_milliseconds_are_known_by_their_step_and_info_says_so() {
    let root = tempfile::tempdir().unwrap();
    let text = (0..200).map(|n| format!("{},{}\n", 50 * n, n % 7)).collect::<Vec<_>>().concat();
    let table = open(&file(root.path(), "board.csv", "time,left\n".to_owned() + &text));
    assert_eq!((table.rate().hz(), table.frames()), (20.0, 200));
    let page = info::page(&table);
    assert!(page.contains("damage       column time has no unit; by its step of 50 it is taken for milliseconds"), "{page}");
}

#[test]
fn numbers_of_more_digits_than_a_sample_holds_are_told_once_a_column() {
    let root = tempfile::tempdir().unwrap();
    let rows = |of: fn(u64) -> String| (0..50).map(|n| format!("0.{n:02},{}\n", of(n))).collect::<Vec<_>>().concat();
    let told = |rows: String| open(&file(root.path(), "count.csv", "time,count,right\n".to_owned() + &rows)).damage().to_vec();
    let line = "column count: 25 numbers have more digits than a sample holds (24 bits); rounded to 2 (first in line 3)";
    assert_eq!(told(rows(|n| format!("{},0.1", 20_000_000 + n))), [line]);
    let many = told(rows(|n| format!("{},-123456789.{n}", 16_777_216 - n)));
    assert_eq!(many.len(), 1, "{many:?}");
    assert!(many[0].starts_with("column right: 50 numbers have") && many[0].contains("rounded to 8"), "{many:?}");
    // As a sample is written: nothing is lost.
    assert_eq!(told(rows(|n| format!("{},{}", (123_456_792 + 8 * n) as f32, 1e30_f32))), [] as [String; 0]);
}

#[test]
fn the_rate_comes_from_a_comment_a_file_beside_it_or_the_user() {
    let root = tempfile::tempdir().unwrap();
    let belt =
        open(&file(root.path(), "belt.txt", "# Simple Text Format\n# Sampling Rate (Hz):= 1000.00\n# Labels:= Resp\n2094.0\n2095.0\n"));
    assert_eq!((belt.rate().hz(), belt.frames(), belt.layout().channels[0].role), (1000.0, 2, Role::Breath));
    let bare = file(root.path(), "rest.tsv", "-290\t-2609\n-286\tNaN\n-282\t\n");
    let line = refusal(&bare);
    assert!(line.contains("--rate HZ"), "{line}");
    let mut told = Recording::open(&bare, Rate::from_hz(40.0)).unwrap();
    assert_eq!((told.rate().hz(), told.layout().channels[1].name.as_str()), (40.0, "ch2"));
    assert_eq!(samples(&mut told, 10).iter().filter(|sample| sample.is_nan()).count(), 2);
    file(root.path(), "rest.json", r#"{"SamplingFrequency": 50, "Columns": ["cardiac", "respiratory"]}"#);
    let told = Recording::open(&bare, Rate::from_hz(40.0)).unwrap();
    assert_eq!((told.rate().hz(), told.layout().channels[0].role, told.layout().channels[1].role), (50.0, Role::Pulse, Role::Breath));
}

#[test]
fn a_coarse_computer_clock_gives_the_mean_rate_and_is_told() {
    let root = tempfile::tempdir().unwrap();
    let mut text = "datetime,hr\n".to_owned();
    for n in 0..6000_u32 {
        let wander = 0.05 * (f64::from(n) / 1000.0).sin().powi(2);
        let ms = ((f64::from(n) / 100.418 + wander) / 0.0156).floor() * 15.6;
        let (seconds, rest) = ((ms / 1000.0) as u32, ms % 1000.0);
        let fraction = if rest < 0.5 { String::new() } else { format!(".{:06}", (rest * 1000.0) as u32) };
        writeln!(text, "2016-11-24 23:{:02}:{:02}{fraction},{n}", 58 + seconds / 60, seconds % 60).unwrap();
    }
    let table = open(&file(root.path(), "drive.csv", text));
    assert!((table.rate().hz() - 100.418).abs() < 0.03, "{}", table.rate().hz());
    assert_eq!((table.frames(), table.gaps().len()), (6000, 0));
    assert!(table.damage()[0].contains("not regular"), "{:?}", table.damage());
}

#[test]
fn decimal_commas_bad_cells_and_torn_lines_are_read_as_far_as_they_go() {
    let root = tempfile::tempdir().unwrap();
    let mut text = "\u{feff}t;left;left\n".to_owned();
    (0..100).for_each(|n| writeln!(text, "{},{:02};{n},5;1", n / 50, n % 50 * 2).unwrap());
    let text = text.replace("\n0,20;10,5;1\n", "\n0,20;oops;1\n") + "t;left;left\n2,00;7,25";
    let mut table = open(&file(root.path(), "german.csv", text));
    let names: Vec<_> = table.layout().channels.iter().map(|c| c.name.as_str()).collect();
    assert_eq!((names, table.rate().hz(), table.frames()), (vec!["left", "left 2"], 50.0, 101));
    let all = samples(&mut table, 1000);
    assert_eq!((all[2], all[20].is_nan(), all[200], all[201].is_nan()), (1.5, true, 7.25, true));
    assert_eq!(table.damage().len(), 3, "{:?}", table.damage());
    assert!(table.damage().iter().any(|line| line.contains("line 12")), "{:?}", table.damage());
}

#[test]
fn lines_that_end_at_cr_and_a_head_of_two_lines_are_read() {
    let root = tempfile::tempdir().unwrap();
    // Longer than what is looked at to find out the form.
    let rows = (0..20_000).map(|n| format!("{:.2},{}\n", f64::from(n) * 0.02, n % 7)).collect::<Vec<_>>().concat();
    let usual = "time,left\n".to_owned() + &rows;
    let mut mac = open(&file(root.path(), "mac.csv", usual.replace('\n', "\r")));
    assert_eq!((mac.rate().hz(), mac.frames(), mac.damage()), (50.0, 20_000, &[] as &[String]));
    assert_eq!(samples(&mut mac, 999)[19_994..], [2.0, 3.0, 4.0, 5.0, 6.0, 0.0]);
    let mut quoted = open(&file(root.path(), "quoted.csv", "time,\"left\nhand [N]\"\n".to_owned() + &rows));
    let channel = &quoted.layout().channels[0];
    assert_eq!((channel.name.as_str(), channel.unit.as_str(), channel.role), ("left hand", "N", Role::Cranial));
    assert_eq!((quoted.rate().hz(), samples(&mut quoted, 999).len()), (50.0, 20_000));
}

#[test]
fn what_is_no_table_gets_one_clear_line() {
    let root = tempfile::tempdir().unwrap();
    let cases: [(&[u8], &str); 5] = [
        (b"", "empty"),
        (b"PNG\0\0\0\x0d", "no text"),
        (b"Dear friend,\nhow are you?\n", "no column of numbers"),
        (b"left,right\n", "no column of numbers"),
        (b"left\n1\n2\n", "--rate HZ"),
    ];
    for (bytes, says) in cases {
        let line = refusal(&file(root.path(), "letter.csv", bytes));
        assert!(line.contains(says), "{says} is not in: {line}");
    }
    let line = refusal(&file(root.path(), "wide.csv", "1,".repeat(3000)));
    assert!(line.contains("columns"), "{line}");
    let line = refusal(&file(root.path(), "long.csv", "1\n".to_owned() + &"1 ".repeat(1 << 20)));
    assert!(line.contains("line 2"), "{line}");
    let huge = file(root.path(), "huge.csv", "1\n".repeat(1 << 16));
    fs::File::options().write(true).open(&huge).unwrap().set_len(3 << 30).unwrap();
    let line = refusal(&huge);
    assert!(line.contains("3072 MiB"), "{line}");
}

#[test]
fn our_own_csv_comes_back_with_the_same_samples() {
    let root = tempfile::tempdir().unwrap();
    for (number, name) in
        fs::read_dir("recordings").unwrap().filter_map(|entry| Some(entry.unwrap().path()).filter(|p| p.is_dir())).enumerate()
    {
        let out = root.path().join(number.to_string());
        let export = Export::whole(Target::Csv, &out);
        let csv = run(&mut open(&name), &export, &mut |_| ControlFlow::Continue(())).unwrap().files.remove(0);
        let (mut before, mut after) = (open(&name), open(&csv));
        assert_eq!(bits(&samples(&mut before, 8192)), bits(&samples(&mut after, 8192)), "{}", name.display());
        assert!((after.rate().hz() / before.rate().hz() - 1.0).abs() < 1e-6, "{} {}", after.rate().hz(), before.rate().hz());
        assert_eq!(after.layout().channels, before.layout().channels);
        assert_eq!(after.damage(), &[] as &[String], "{}", name.display());
        let spans = |recording: &Recording| recording.gaps().iter().map(|gap| gap.span).collect::<Vec<_>>();
        assert_eq!(spans(&after), spans(&before), "{}", name.display());
    }
}

#[test]
fn info_names_the_kind() {
    let root = tempfile::tempdir().unwrap();
    let text = info::page(&open(&file(root.path(), "night.edf", night())));
    for line in ["EDF file", "0:06 (24 frames)", "1 Flow.250ms [L/s], breath", "1 note, 1 segment", "Crc16 is a checksum"] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

/// Opens it, reads all of it if it is not absurdly long; whatever happens is no panic.
fn survive(path: &Path) {
    if let Ok(mut recording) = Recording::open(path, Rate::from_hz(10.0)) {
        let mut piece = Vec::new();
        for start in [0, 1, recording.frames() / 2, recording.frames().saturating_sub(3), recording.frames(), u64::MAX] {
            recording.read(SampleIndex(start), 50, &mut piece).unwrap();
        }
    }
}

#[test]
fn every_beginning_of_a_file_opens_or_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let night = night();
    (0..night.len()).for_each(|length| survive(&file(root.path(), "cut.edf", &night[..length])));
    let table = "# fs: 5\nTime [s],\"a, b\",µ [µm],x\n0,1,2,a\n0.2,NaN,3,\n0.4,,1e9,b\n9.9,1,2,3\n".as_bytes();
    (0..=table.len()).for_each(|length| survive(&file(root.path(), "cut.csv", &table[..length])));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_to_an_edf_file_is_a_panic(changes in prop::collection::vec((0..1400_usize, any::<u8>()), 1..12)) {
        let root = tempfile::tempdir().unwrap();
        let mut bytes = night();
        let length = bytes.len();
        changes.iter().for_each(|(at, byte)| bytes[at % length] = *byte);
        survive(&file(root.path(), "odd.edf", bytes));
    }

    #[test]
    fn no_digits_in_a_header_are_a_panic(at in prop::sample::select(vec![184_usize, 236, 244, 252, 672, 1120, 1128, 1144]), field in "[-+0-9.eE]{1,4}") {
        let root = tempfile::tempdir().unwrap();
        let mut bytes = night();
        bytes[at..at + field.len()].copy_from_slice(field.as_bytes());
        survive(&file(root.path(), "odd.edf", bytes));
    }

    #[test]
    fn no_text_is_a_panic(text in "([-0-9.,;:\t #\"eE\nnaT/]|time|\u{e9}|1e308|2016-11-24 13:58:58,|\r\n){0,200}") {
        let root = tempfile::tempdir().unwrap();
        survive(&file(root.path(), "odd.csv", text));
    }
}
