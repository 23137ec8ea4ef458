//! Whatever can be replayed: a session folder or a WAV file, read at random.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::writer::part_name;
use super::{ABOUT, About, EVENTS, Event, SIGNAL, StoreError, said};
use crate::format::wav::{Wav, WavError};
use crate::signal::{Annotation, Annotations, Channel, ClockPoint, Edit, Gap, Layout, Rate, SampleIndex, Span};

/// More events than a lifetime of sessions has are not read.
const MOST_EVENTS: usize = 10_000_000;

/// Where a recording comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingKind {
    /// Our own folder.
    Session,
    /// A WAV file.
    Wav,
}

/// An open recording.
#[derive(Debug)]
pub struct Recording {
    path: PathBuf,
    kind: RecordingKind,
    about: Option<About>,
    layout: Layout,
    rate: Rate,
    parts: Vec<Part>,
    annotations: Annotations,
    gaps: Vec<Gap>,
    clocks: Vec<ClockPoint>,
    faults: u64,
    damage: Vec<String>,
}

/// One file of samples.
#[derive(Debug)]
struct Part {
    first: u64,
    wav: Wav,
    file: BufReader<File>,
    path: PathBuf,
}

impl Recording {
    /// Opens a session folder or a WAV file. `rate` is only looked at where the file has none.
    ///
    /// # Errors
    /// Where there is nothing to read, see [`StoreError`].
    pub fn open(path: &Path, rate: Option<Rate>) -> Result<Self, StoreError> {
        let metadata = std::fs::metadata(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => StoreError::Missing(path.to_path_buf()),
            _ => said(path, "open it")(error),
        })?;
        if metadata.is_dir() { Self::session(path) } else { Self::wav(path, rate) }
    }

    fn wav(path: &Path, stated: Option<Rate>) -> Result<Self, StoreError> {
        let part = Part::open(path.to_path_buf(), 0)?;
        let rate = Rate::from_hz(f64::from(part.wav.hz)).or(stated).ok_or_else(|| StoreError::NoRate(path.to_path_buf()))?;
        let channels = (0..part.wav.channels).map(Channel::unnamed).collect();
        Ok(Self {
            path: path.to_path_buf(),
            kind: RecordingKind::Wav,
            about: None,
            layout: Layout { channels, nominal: rate },
            rate,
            annotations: Annotations::default(),
            gaps: Vec::new(),
            clocks: vec![ClockPoint { at: SampleIndex(0), rate, std_err_hz: 0.0 }],
            faults: 0,
            damage: part.wav.damage.clone(),
            parts: vec![part],
        })
    }

    fn session(folder: &Path) -> Result<Self, StoreError> {
        if !folder.join(SIGNAL).is_file() {
            return Err(StoreError::NoSession(folder.to_path_buf()));
        }
        let mut damage = Vec::new();
        let mut parts = vec![Part::open(folder.join(SIGNAL), 0)?];
        for number in 2_u32.. {
            let path = folder.join(part_name(number));
            let Some(last) = parts.last().filter(|_| path.is_file()) else { break };
            let first = last.first + last.wav.frames;
            match Part::open(path, first) {
                Ok(part) if part.wav.channels == last.wav.channels => parts.push(part),
                Ok(part) => damage.push(format!("{} has other channels and was left out", part.path.display())),
                Err(error) => damage.push(error.to_string()),
            }
        }
        let (about, layout, rate) = described(folder, &parts[0].wav, &mut damage)?;
        let clocks =
            vec![ClockPoint { at: SampleIndex(0), rate, std_err_hz: about.as_ref().and_then(|a| a.clock).map_or(0.0, |c| c.std_err_hz) }];
        let mut recording = Self {
            path: folder.to_path_buf(),
            kind: RecordingKind::Session,
            about,
            layout,
            rate,
            parts,
            annotations: Annotations::default(),
            gaps: Vec::new(),
            clocks,
            faults: 0,
            damage,
        };
        recording.events(folder)?;
        Ok(recording)
    }

    /// Reads the journal.
    fn events(&mut self, folder: &Path) -> Result<(), StoreError> {
        let path = folder.join(EVENTS);
        let (mut ended, mut unread, mut told) = (None, 0_u64, Vec::new());
        match File::open(&path) {
            Ok(file) => {
                let lines = BufReader::new(file).split(b'\n').take(MOST_EVENTS);
                for line in lines {
                    let line = line.map_err(said(&path, "read it"))?;
                    match std::str::from_utf8(&line).ok().and_then(Event::parse) {
                        Some(Event::End { frames }) => ended = Some(frames),
                        Some(event) => told.push(event),
                        None => unread += u64::from(!line.is_empty()),
                    }
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                self.damage.push(format!("{EVENTS} is missing: no annotations, gaps or clock"));
            }
            Err(error) => return Err(said(&path, "read it")(error)),
        }
        told.into_iter().for_each(|event| self.event(event));
        if unread > 0 {
            self.damage.push(format!("{unread} lines of {EVENTS} could not be read (torn, or from a newer version) and were left out"));
        }
        self.finished(ended);
        Ok(())
    }

    fn event(&mut self, event: Event) {
        let end = SampleIndex(self.frames());
        match event {
            Event::Annotation(Edit::Put(annotation)) => {
                let (start, stop) = (annotation.start.min(end), annotation.end.map(|stop| stop.min(end)));
                self.annotations.apply(&Edit::Put(Annotation { start, end: stop, ..annotation }));
            }
            Event::Annotation(edit) => self.annotations.apply(&edit),
            Event::Gap(gap) if gap.span.start < end => self.gaps.push(Gap { span: Span { end: gap.span.end.min(end), ..gap.span }, ..gap }),
            Event::Clock(clock) if clock.at <= end => {
                self.clocks.retain(|other| other.at < clock.at);
                self.clocks.push(clock);
            }
            Event::Fault { .. } => self.faults += 1,
            _ => {}
        }
    }

    fn finished(&mut self, ended: Option<u64>) {
        let there = self.frames();
        let length = self.rate.duration(there);
        match ended {
            None => {
                self.damage.push(format!(
                    "not finished (the recorder was stopped hard): recovered {there} samples, {length}; at most the last second is missing"
                ));
                // Headers of an unfinished file are old by nature; one line about that is enough.
                self.damage.retain(|line| !line.starts_with("the header claims"));
            }
            Some(frames) if frames > there => self.damage.push(format!("{} samples at the end are missing from the files", frames - there)),
            Some(_) => {}
        }
    }

    /// Names, roles and units as the user says; `None` leaves a channel as it is.
    ///
    /// # Errors
    /// Where more channels are named than there are.
    pub fn rename(&mut self, stated: Vec<Option<Channel>>) -> Result<(), StoreError> {
        let there = self.layout.channels.len();
        if stated.len() > there {
            return Err(StoreError::Channels { stated: stated.len(), there });
        }
        for (channel, stated) in self.layout.channels.iter_mut().zip(stated) {
            if let Some(mut stated) = stated {
                if stated.unit.is_empty() {
                    stated.unit.clone_from(&channel.unit);
                }
                *channel = stated;
            }
        }
        Ok(())
    }

    /// Reads up to `frames` frames from `start` on, interleaved, into `samples` (cleared first); returns how many there were.
    ///
    /// # Errors
    /// Where the system says no.
    pub fn read(&mut self, start: SampleIndex, frames: usize, samples: &mut Vec<f32>) -> Result<usize, StoreError> {
        samples.clear();
        let mut got = 0;
        while got < frames {
            let at = start.0 + got as u64;
            let number = self.parts.partition_point(|part| part.first + part.wav.frames <= at);
            let Some(part) = self.parts.get_mut(number) else { break };
            let mut more = Vec::new();
            let into = if got == 0 { &mut *samples } else { &mut more };
            let count = part.wav.read(&mut part.file, at - part.first, frames - got, into).map_err(said(&part.path, "read it"))?;
            samples.append(&mut more);
            got += count;
        }
        Ok(got)
    }

    /// The file or folder it was opened from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The session's folder; `None` for a foreign file.
    pub fn folder(&self) -> Option<&Path> {
        (self.kind == RecordingKind::Session).then_some(self.path.as_path())
    }

    /// Where it comes from.
    pub fn kind(&self) -> RecordingKind {
        self.kind
    }

    /// What `session.toml` says.
    pub fn about(&self) -> Option<&About> {
        self.about.as_ref()
    }

    /// Whether the samples come from a simulator.
    pub fn simulated(&self) -> bool {
        self.about.as_ref().is_some_and(|about| about.simulated)
    }

    /// Channels and the rate of the analysis.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The true rate.
    pub fn rate(&self) -> Rate {
        self.rate
    }

    /// Frames there are.
    pub fn frames(&self) -> u64 {
        self.parts.last().map_or(0, |part| part.first + part.wav.frames)
    }

    /// What was annotated.
    pub fn annotations(&self) -> &Annotations {
        &self.annotations
    }

    /// What never arrived, in order.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// The rates in force, in order; there is at least one, at frame 0.
    pub fn clocks(&self) -> &[ClockPoint] {
        &self.clocks
    }

    /// How many faults the journal names.
    pub fn faults(&self) -> u64 {
        self.faults
    }

    /// What was wrong and what was done about it, one clean line each.
    pub fn damage(&self) -> &[String] {
        &self.damage
    }
}

impl Part {
    fn open(path: PathBuf, first: u64) -> Result<Self, StoreError> {
        let file = File::open(&path).map_err(said(&path, "open it"))?;
        let regular = file.metadata().is_ok_and(|metadata| metadata.is_file());
        if !regular {
            return Err(StoreError::Wav { path, why: WavError::NotWav });
        }
        let mut file = BufReader::with_capacity(1 << 16, file);
        match Wav::open(&mut file) {
            Ok(wav) => Ok(Self { first, wav, file, path }),
            Err(why) => Err(StoreError::Wav { path, why }),
        }
    }
}

/// What is known of a session; where its description is damaged the samples are still read.
fn described(folder: &Path, wav: &Wav, damage: &mut Vec<String>) -> Result<(Option<About>, Layout, Rate), StoreError> {
    let fallback = |damage: &mut Vec<String>, why: String| {
        let rate = Rate::from_hz(f64::from(wav.hz)).ok_or_else(|| StoreError::NoRate(folder.to_path_buf()))?;
        damage.push(format!("{why}; channels and rate were taken from the header of {SIGNAL}"));
        let channels = (0..wav.channels).map(Channel::unnamed).collect();
        Ok((None, Layout { channels, nominal: rate }, rate))
    };
    match About::load(folder) {
        Ok(about) if about.layout.channels.len() == wav.channels => {
            let rate = about.clock.map_or(about.layout.nominal, |clock| clock.rate);
            Ok((Some(about.clone()), about.layout, rate))
        }
        Ok(about) => fallback(damage, format!("{ABOUT} names {} channels and {SIGNAL} has {}", about.layout.channels.len(), wav.channels)),
        Err(error) => fallback(damage, error.to_string()),
    }
}
