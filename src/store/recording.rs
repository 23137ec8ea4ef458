//! Any file that can be replayed, read at any place: a session folder, or a WAV, EDF, BDF or text file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::samples::{Reader, Samples};
use super::{About, Journal, Start, StoreError, beside, exported, foreign, session};
use crate::format::{Origin, WavError};
use crate::signal::{Annotations, Channel, ClockPoint, Gap, Layout, Past, Rate, SampleIndex, Unseen};

/// What a recording is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingKind {
    /// A session folder.
    Session,
    /// A WAV file.
    Wav,
    /// An EDF or EDF+ file.
    Edf,
    /// A BDF file: EDF with 24 bits.
    Bdf,
    /// A WFDB record: a header with files of samples beside it.
    Wfdb,
    /// A table of numbers as text.
    Table,
    /// A text file of the OpenBCI GUI.
    OpenBci,
    /// A text export of LabChart.
    LabChart,
    /// A text export of AcqKnowledge.
    AcqKnowledge,
}

impl RecordingKind {
    /// What people call it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Wav => "WAV file",
            Self::Edf => "EDF file",
            Self::Bdf => "BDF file",
            Self::Wfdb => "WFDB record",
            Self::Table => "table",
            Self::OpenBci => "OpenBCI text file",
            Self::LabChart => "LabChart text file",
            Self::AcqKnowledge => "AcqKnowledge text file",
        }
    }
}

/// A recording, open for reading. Opening reads headers and the journal, never the samples; only a table is read whole.
#[derive(Debug)]
pub struct Recording {
    pub(super) path: PathBuf,
    pub(super) kind: RecordingKind,
    pub(super) layout: Layout,
    pub(super) about: Option<About>,
    /// Of a foreign file, where it tells.
    pub(super) start: Option<Start>,
    pub(super) samples: Samples,
    pub(super) annotations: Annotations,
    pub(super) past: Past,
    /// Of a foreign file: the folder in which its annotations are kept, where there is one.
    pub(super) beside: Option<PathBuf>,
    /// Where else one may be.
    pub(super) elsewhere: Option<PathBuf>,
    pub(super) unseen: Vec<Unseen>,
    pub(super) gaps: Vec<Gap>,
    pub(super) clocks: Vec<ClockPoint>,
    pub(super) faults: u64,
    pub(super) damage: Vec<String>,
    /// A recorder holds it at this moment.
    pub(super) in_progress: bool,
    /// Of a file that this program exported, where it is known.
    pub(super) origin: Option<Origin>,
}

impl Recording {
    /// Opens a session folder, or a WAV, EDF, BDF or text file with the annotations that are kept beside it; also by the folder they are kept in.
    /// `rate` stands in where the file has none, and only there.
    ///
    /// # Errors
    /// Where nothing of it can be read; what can is read, and the rest is [`Recording::damage`].
    pub fn open(path: &Path, rate: Option<Rate>) -> Result<Self, StoreError> {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => match beside::file_of(path) {
                Some(file) => Self::open_file(&file, rate),
                None => session::open(path, rate),
            },
            Ok(_) => Self::open_file(path, rate),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StoreError::Missing { path: path.to_owned() }),
            Err(error) => Err(StoreError::io(path, "open the recording")(error)),
        }
    }

    fn open_file(path: &Path, rate: Option<Rate>) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        let mut recording = foreign::open(path, rate)?;
        exported::apply(&mut recording);
        beside::attach(&mut recording)?;
        Ok(recording)
    }

    /// Says where sessions are kept. A foreign file whose annotations cannot be kept beside it has them there.
    ///
    /// # Errors
    /// Where there are such and they cannot be read.
    pub fn look_in(&mut self, sessions: &Path) -> Result<(), StoreError> {
        self.elsewhere = Some(sessions.to_owned());
        if self.kind == RecordingKind::Session || self.beside.is_some() { Ok(()) } else { beside::attach(self) }
    }

    /// The journal for annotations: the session's own, or of a foreign file one beside it, which is made with the first that is asked for.
    ///
    /// # Errors
    /// Where another program annotates it, or the system refuses.
    pub fn journal(&mut self) -> Result<Journal, StoreError> {
        let folder = match (self.kind, &self.beside) {
            (RecordingKind::Session, _) => self.path.clone(),
            (_, Some(folder)) => folder.clone(),
            (_, None) => beside::make(self)?,
        };
        let journal = Journal::open(&folder)?;
        self.beside = (self.kind != RecordingKind::Session).then_some(folder);
        Ok(journal)
    }

    /// The folder in which a foreign file's annotations are kept, where there is one.
    pub fn beside(&self) -> Option<&Path> {
        self.beside.as_deref()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The session's folder; `None` for a foreign file.
    pub fn folder(&self) -> Option<&Path> {
        (self.kind == RecordingKind::Session).then_some(self.path.as_path())
    }

    /// Names, roles and units as the user says; `None` leaves a channel as it is, and so does an empty unit.
    ///
    /// # Errors
    /// Where more channels are named than there are, or two of the same name.
    pub fn rename(&mut self, stated: Vec<Option<Channel>>) -> Result<(), StoreError> {
        let there = self.layout.channels.len();
        if stated.len() > there {
            return Err(StoreError::TooManyNames { path: self.path.clone(), stated: stated.len(), there });
        }
        let mut channels = self.layout.channels.clone();
        for (channel, stated) in channels.iter_mut().zip(stated) {
            let Some(mut stated) = stated else { continue };
            if stated.unit.is_empty() {
                stated.unit.clone_from(&channel.unit);
            }
            *channel = stated;
        }
        for (at, channel) in channels.iter().enumerate() {
            if channels.iter().take(at).any(|other| other.name == channel.name) {
                return Err(StoreError::NameTwice { path: self.path.clone(), name: channel.name.clone() });
            }
        }
        self.layout.channels = channels;
        Ok(())
    }

    /// The channels and the nominal rate. A WAV file has channels `ch1`, `ch2`, … without a unit; its integer samples
    /// are floats of full scale ±1.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Its length.
    pub fn frames(&self) -> u64 {
        self.samples.frames()
    }

    /// The true rate: the last that was measured, else the nominal one.
    pub fn rate(&self) -> Rate {
        self.clocks.last().map(|point| point.rate).or_else(|| Some(self.about.as_ref()?.rate())).unwrap_or(self.layout.nominal)
    }

    /// What it is on disk.
    pub fn kind(&self) -> RecordingKind {
        self.kind
    }

    /// The description of a session.
    pub fn about(&self) -> Option<&About> {
        self.about.as_ref()
    }

    /// When its first frame was, where that is known.
    pub fn start(&self) -> Option<Start> {
        let told = || Start::parse(self.origin.as_ref()?.started.as_ref()?);
        self.about.as_ref().map(|about| Start::Utc(about.started)).or_else(told).or(self.start)
    }

    /// Whether it is known that no sensor was behind it.
    pub fn simulated(&self) -> bool {
        self.about.as_ref().is_some_and(|about| about.simulated) || self.origin.as_ref().is_some_and(|origin| origin.simulated)
    }

    /// What a file that this program exported was made from.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// The annotations as the last edits left them.
    pub fn annotations(&self) -> &Annotations {
        &self.annotations
    }

    /// Which of the edits can be taken back, and which done again.
    pub fn past(&self) -> &Past {
        &self.past
    }

    /// The stretches that were recorded blind, in order.
    pub fn unseen(&self) -> &[Unseen] {
        &self.unseen
    }

    /// What never arrived, in order.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Measures of the rate, in order.
    pub fn clocks(&self) -> &[ClockPoint] {
        &self.clocks
    }

    /// How often bytes were no sample.
    pub fn faults(&self) -> u64 {
        self.faults
    }

    /// What was wrong and what was done about it, a clean line each.
    pub fn damage(&self) -> &[String] {
        &self.damage
    }

    /// Another reader of its samples, for another thread.
    ///
    /// # Errors
    /// Where a file cannot be opened once more.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        Reader::new(&self.path, &self.samples)
    }

    /// The files that hold its samples.
    pub fn files(&self) -> Vec<&Path> {
        let parts = self.samples.files();
        if parts.is_empty() { vec![&self.path] } else { parts.iter().map(|part| part.path.as_path()).collect() }
    }

    /// Fills `samples` with up to `frames` interleaved frames from `start` on and gives how many they are: fewer at the
    /// end, none after it. Reading on from where the last call ended is cheap.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn read(&mut self, start: SampleIndex, frames: usize, samples: &mut Vec<f32>) -> Result<usize, StoreError> {
        self.samples.read(&self.path, (start, frames), samples)
    }
}

/// The rate of a header, or the one given where it has none.
pub(super) fn header_rate(path: &Path, hz: u32, given: Option<Rate>) -> Result<Rate, StoreError> {
    let known = if hz == 0 { given } else { Rate::from_hz(f64::from(hz)) };
    known.ok_or_else(|| {
        let what = if hz == 0 { "0 Hz (say the rate with --rate HZ)".to_owned() } else { format!("{hz} Hz") };
        StoreError::Wav { path: path.to_owned(), source: WavError::Header { what } }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::wav::Shape;
    use crate::rhythm::Settings;
    use crate::signal::Block;
    use crate::store::signal::part_name;
    use crate::store::{Limits, Place, SessionWriter, SystemDisk, journal};

    /// What is said of a session of 150 frames in two files whose journal was written over, and that something was done to.
    fn said(journal: &[&str], then: impl FnOnce(&Path)) -> Result<Vec<String>, StoreError> {
        let root = tempfile::tempdir().unwrap();
        let about = About {
            started: "2026-11-23T10:15:00Z".parse().unwrap(),
            layout: Layout { channels: vec![Channel::unnamed(0)], nominal: Rate::from_hz(100.0).unwrap() },
            clock: None,
            device: String::new(),
            wire_format: String::new(),
            simulated: true,
            settings: Settings::default(),
        };
        let place = Place { root: root.path(), name: None, limits: Limits { file: 400, ..Limits::default() } };
        let mut writer = SessionWriter::create_on(SystemDisk, place, &about).unwrap();
        writer.append(&Block { start: SampleIndex(0), channels: 1, samples: vec![1.0; 150] }).unwrap();
        let folder = writer.finish().unwrap().folder;
        fs::write(folder.join(journal::FILE), journal.join("\n") + "\n").unwrap();
        then(&folder);
        Recording::open(&folder, None).map(|recording| recording.damage)
    }

    const SECOND: &str = r#"{"type":"part","number":2,"start":100}"#;
    const END: &str = r#"{"type":"end","frames":150}"#;

    #[test]
    fn what_a_journal_says_that_cannot_be_is_told() {
        assert_eq!(said(&[SECOND, END], |_| {}).unwrap(), [] as [&str; 0]);
        for (line, expected) in [
            (
                r#"{"type":"part","number":1,"start":50}"#,
                "signal.wav: the journal says that it begins at frame 50, which cannot be; put after the file before",
            ),
            (
                r#"{"type":"annotation","edit":"put","id":0,"kind":"segment","start":9,"end":999,"label":""}"#,
                "1 annotation beyond the end or turned round; moved to where the samples end",
            ),
            (
                r#"{"type":"annotation","edit":"put","id":0,"kind":"mark","start":999,"end":null,"label":""}"#,
                "1 annotation beyond the end or turned round; moved to where the samples end",
            ),
            (
                r#"{"type":"annotation","edit":"put","id":0,"kind":"mark","start":9,"end":null,"label":"a\u001b[2J"}"#,
                "1 label too long or with control characters; cleaned",
            ),
            (
                r#"{"type":"gap","start":140,"end":999,"cause":"stalled","exact":true}"#,
                "1 gap beyond the end or turned round; cut to what is there",
            ),
            (r#"{"type":"end","frames":200}"#, "50 frames at the end are missing: finished with 200, 150 frames (0:01) are there"),
        ] {
            assert_eq!(said(&[SECOND, END, line], |_| {}).unwrap(), [expected], "{line}");
        }
    }

    #[test]
    fn a_signal_file_of_other_channels_is_left_out_and_a_journal_that_is_none_is_an_error() {
        let other = Shape { channels: 2, rate_hz: 100, frames: 0 }.header().unwrap();
        let damage = said(&[SECOND, END], |folder| fs::write(folder.join(part_name(2)), other).unwrap()).unwrap();
        assert_eq!(damage[0], "1 signal file with other channels than the first; left out", "{damage:?}");
        let folder_for_a_journal = |folder: &Path| {
            fs::remove_file(folder.join(journal::FILE)).unwrap();
            fs::create_dir(folder.join(journal::FILE)).unwrap();
        };
        assert!(matches!(said(&[], folder_for_a_journal), Err(StoreError::Io { attempted: "read the journal", .. })));
    }
}
