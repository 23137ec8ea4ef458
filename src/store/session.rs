//! Opening a session folder, whatever happened to it: everything that is whole is read, and what is not is named.

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::Path;

use super::journal::{self, Record};
use super::parts::{self, Part, Parts};
use super::recording::header_rate;
use super::samples::Samples;
use super::signal::part_name;
use super::{About, Recording, RecordingKind, StoreError, about, regular, tail};
use crate::format::{Extent, WavHeader};
use crate::signal::{Annotation, Annotations, Channel, ClockPoint, Edit, Gap, Layout, Past, Rate, SampleIndex, Span, clean, unseen};

/// More signal files than this (a terabyte) are not looked for.
const MOST_PARTS: u32 = 1024;

/// A longer description was not written by this program: 1024 channels take some 150 KiB.
const LONGEST_ABOUT: u64 = 1 << 20;

/// What was found of a session so far.
struct Opening<'a> {
    folder: &'a Path,
    /// `--rate`, where there is none otherwise.
    given: Option<Rate>,
    about: Option<About>,
    record: Record,
    damage: Vec<String>,
}

/// Opens a session folder.
pub(super) fn open(folder: &Path, given: Option<Rate>) -> Result<Recording, StoreError> {
    let mut damage = Vec::new();
    say_links(folder, &[about::FILE, journal::FILE], &mut damage);
    let about = read_about(folder, &mut damage)?;
    let record = read_journal(folder, Record::default(), &mut damage)?;
    let mut opening = Opening { folder, given, about, record, damage };
    let files = opening.parts()?;
    let layout = opening.layout(&files)?;
    let Opening { about, record, mut damage, .. } = opening;
    let parts = Parts::new(files, layout.channels.len());
    let frames = parts.frames();
    say_end(&record, frames, about.as_ref().map_or(layout.nominal, About::rate), &mut damage);
    let (annotations, past) = annotations(&record, frames, &mut damage);
    Ok(Recording {
        path: folder.to_owned(),
        kind: RecordingKind::Session,
        start: None,
        annotations,
        past,
        beside: None,
        elsewhere: None,
        unseen: unseen(&record.sights, SampleIndex(frames)),
        gaps: gaps(&record, frames, &mut damage),
        clocks: clocks(&record, about.as_ref(), layout.nominal, &mut damage),
        faults: record.faults,
        in_progress: record.held,
        origin: None,
        layout,
        about,
        samples: Samples::Parts(parts),
        damage,
    })
}

/// A link leads to what somebody else may own: it is read, and told; written through it is nothing (see [`super::SystemDisk`]).
fn say_links(folder: &Path, names: &[&str], damage: &mut Vec<String>) {
    let links = names.iter().filter(|name| regular::is_link(&folder.join(name)));
    damage.extend(links.map(|name| format!("{name} is a link; it is read where that leads, and nothing is written through it")));
}

fn read_about(folder: &Path, damage: &mut Vec<String>) -> Result<Option<About>, StoreError> {
    let path = folder.join(about::FILE);
    let text = match regular::text(&path, LONGEST_ABOUT) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            damage.push(format!("session.toml cannot be read ({error}); rate and channels are taken from signal.wav"));
            return Ok(None);
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if !folder.join(part_name(1)).exists() {
                return Err(StoreError::NotASession { path: folder.to_owned() });
            }
            damage.push("session.toml is missing; rate and channels are taken from signal.wav".to_owned());
            return Ok(None);
        }
        Err(error) => return Err(StoreError::io(&path, "read the session's description")(error)),
    };
    match About::parse(&text) {
        Ok((about, newer)) => {
            damage.extend(newer.map(|newer| format!("session.toml: {newer}")));
            Ok(Some(about))
        }
        Err(why) => {
            damage.push(format!("session.toml cannot be read ({why}); rate and channels are taken from signal.wav"));
            Ok(None)
        }
    }
}

/// Reads the journal of a folder; `before` is what was there before its first line.
pub(super) fn read_journal(folder: &Path, before: Record, damage: &mut Vec<String>) -> Result<Record, StoreError> {
    let path = folder.join(journal::FILE);
    let read = match regular::file(&path) {
        Ok(file) => {
            let held = journal::is_held(&file);
            before.read(file).map(|record| Record { held, ..record })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            damage.push("events.jsonl is missing; annotations and gaps are not known".to_owned());
            Ok(before)
        }
        Err(error) => Err(error),
    };
    let record = read.map_err(StoreError::io(&path, "read the journal"))?;
    if record.torn && !record.held {
        damage.push("the last line of events.jsonl is torn; left out".to_owned());
    }
    if record.unreadable > 0 {
        damage.push(format!("{} of events.jsonl cannot be read; left out", count(record.unreadable, "line")));
    }
    if record.unknown > 0 {
        damage.push(format!("{} of a kind that this version does not know; left out", count(record.unknown, "event")));
    }
    Ok(record)
}

impl Opening<'_> {
    fn parts(&mut self) -> Result<Vec<Part>, StoreError> {
        let announced = self.record.parts.iter().map(|(number, _)| *number).max().unwrap_or(1).min(MOST_PARTS);
        let mut parts: Vec<Part> = Vec::new();
        let mut absent = Vec::new();
        for number in 1..=MOST_PARTS {
            if self.folder.join(part_name(number)).exists() {
                self.damage.extend(absent.drain(..).map(|name| format!("{name} is missing; its frames are missing samples")));
                parts.extend(self.part(number, parts.last())?);
            } else if number >= announced {
                break;
            } else {
                absent.push(part_name(number));
            }
        }
        let channels = parts.first().map_or(0, |part| part.header.channels);
        let before = parts.len();
        parts.retain(|part| part.header.channels == channels);
        if parts.is_empty() {
            self.damage.push("there are no samples".to_owned());
        } else if parts.len() < before {
            let others = count((before - parts.len()) as u64, "signal file");
            self.damage.push(format!("{others} with other channels than the first; left out"));
        }
        Ok(parts)
    }

    /// Opens a signal file; `None` and a line of damage where it breaks off before its samples or is something else.
    fn part(&mut self, number: u32, before: Option<&Part>) -> Result<Option<Part>, StoreError> {
        let (name, path) = (part_name(number), self.folder.join(part_name(number)));
        say_links(self.folder, &[&name], &mut self.damage);
        match parts::open(&path, Extent::File) {
            Ok((mut file, mut header)) => {
                self.leave_out_zeros(&mut file, &mut header).map_err(StoreError::io(&path, "read the samples"))?;
                self.damage.extend(header.damage.iter().map(|line| format!("{name}: {line}")));
                let first = self.place(number, before, header.frame_bytes());
                Ok(Some(Part { path, file, header, first }))
            }
            Err(StoreError::Wav { source, .. }) => {
                self.damage.push(format!("{name}: {source}"));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Of a session that was not finished: leaves out what was never written, after what the header counts.
    fn leave_out_zeros(&mut self, file: &mut File, header: &mut WavHeader) -> io::Result<()> {
        if self.record.end.is_some() || self.record.held {
            return Ok(());
        }
        let believed = tail::believed(file, header)?;
        if believed < header.frames {
            let zeros = count(header.frames - believed, "frame");
            header.damage = vec![format!("{zeros} at the end were never written, as after a power cut; left out")];
            header.frames = believed;
        }
        Ok(())
    }

    /// Where a signal file's first frame stands: where the journal says, if that can be, else after the file before.
    fn place(&mut self, number: u32, before: Option<&Part>, frame_bytes: usize) -> u64 {
        let said = self.record.parts.iter().rev().find(|(n, _)| *n == number).map(|(_, start)| *start);
        let (earliest, begin) = before.map_or((0, 0), |part| (part.first + part.header.frames, part.first));
        let most = u64::from(u32::MAX) / frame_bytes as u64 * u64::from(number - 1);
        let name = part_name(number);
        let (first, line) = match said {
            None if number > 1 => (earliest, Some(format!("{name}: the journal does not say where it begins; put after the file before"))),
            None => (0, None),
            Some(start) if start < earliest || start > begin.saturating_add(most) => (
                earliest,
                Some(format!("{name}: the journal says that it begins at frame {start}, which cannot be; put after the file before")),
            ),
            Some(start) if self.is_told(earliest, start) => (start, None),
            Some(start) if start > earliest => {
                (start, Some(format!("{} before {name} were lost; they are missing samples", count(start - earliest, "frame"))))
            }
            Some(start) => (start, None),
        };
        self.damage.extend(line);
        first
    }

    /// Whether the journal names a gap that holds these frames.
    fn is_told(&self, start: u64, end: u64) -> bool {
        self.record.gaps.iter().any(|gap| gap.span.start.0 <= start && end <= gap.span.end.0)
    }

    /// The layout that the description gives, made to agree with the files; from the files alone without one.
    fn layout(&mut self, parts: &[Part]) -> Result<Layout, StoreError> {
        let first = parts.first().map(|part| &part.header);
        let mut layout = match (&self.about, first) {
            (Some(about), _) => about.layout.clone(),
            (None, Some(header)) => Layout { channels: Vec::new(), nominal: header_rate(self.folder, header.rate_hz, self.given)? },
            (None, None) => return Err(StoreError::NotASession { path: self.folder.to_owned() }),
        };
        let described = layout.channels.len();
        let channels = first.map_or(described, |header| header.channels);
        if self.about.is_some() && channels != described {
            let described = count(described as u64, "channel");
            self.damage.push(format!("session.toml describes {described}, the files have {channels}; the files are believed"));
        }
        layout.channels.truncate(channels);
        layout.channels.extend((described.min(channels)..channels).map(Channel::unnamed));
        name_apart(&mut layout.channels, &mut self.damage);
        Ok(layout)
    }
}

/// Channel names are unique in a layout; a description that was tampered with may have them otherwise.
fn name_apart(channels: &mut [Channel], damage: &mut Vec<String>) {
    let mut names = HashSet::new();
    for (position, channel) in channels.iter_mut().enumerate() {
        let given = channel.name.clone();
        let mut name = given.clone();
        let mut tries = position;
        while name.is_empty() || !names.insert(name.clone()) {
            tries += 1;
            name = format!("ch{tries}");
        }
        if name != given {
            damage.push(format!("channel {} has no name of its own ({given:?}); called {name:?}", position + 1));
            channel.name = name;
        }
    }
}

fn say_end(record: &Record, frames: u64, rate: Rate, damage: &mut Vec<String>) {
    let length = rate.duration(frames);
    let frames_there = count(frames, "frame");
    match record.end {
        None if record.held => damage.push(format!("still being recorded: {frames_there} ({length}) so far")),
        None => {
            let recovered = format!("recovered {frames_there} ({length})");
            damage.push(format!("not finished: {recovered}; at most the last second before the break is missing"));
        }
        Some(end) if end > frames => {
            damage.push(format!(
                "{} at the end are missing: finished with {end}, {frames_there} ({length}) are there",
                count(end - frames, "frame")
            ));
        }
        Some(end) if end < frames => damage.push(format!("finished with {end} frames, {frames} are there; read them all")),
        Some(_) => {}
    }
}

/// The annotations that a journal leaves, and the way back.
pub(super) fn annotations(record: &Record, frames: u64, damage: &mut Vec<String>) -> (Annotations, Past) {
    let (mut moved, mut cleaned) = (0, 0);
    let mut count_changes = |edit: &Edit| {
        let tidied = tidy(edit, frames);
        if let (Edit::Put(given), Edit::Put(own)) = (edit, &tidied) {
            moved += u64::from((own.start, own.end) != (given.start, given.end));
            cleaned += u64::from(own.label != given.label);
        }
        tidied
    };
    let list = record.edits.values().map(&mut count_changes).collect();
    if moved > 0 {
        damage.push(format!("{} beyond the end or turned round; moved to where the samples end", count(moved, "annotation")));
    }
    if cleaned > 0 {
        damage.push(format!("{} too long or with control characters; cleaned", count(cleaned, "label")));
    }
    (list, record.past.clone().map(|edit| tidy(edit, frames)))
}

/// An edit whose places are on the recording and whose label is clean.
fn tidy(edit: &Edit, frames: u64) -> Edit {
    let own = |given: &Annotation| {
        let start = SampleIndex(given.start.0.min(frames));
        let end = given.end.map(|end| SampleIndex(end.0.clamp(start.0, frames)));
        Annotation { start, end, label: clean(&given.label), ..*given }
    };
    match edit {
        Edit::Put(given) => Edit::Put(own(given)),
        Edit::Reject(given) => Edit::Reject(own(given)),
        Edit::Delete(id) => Edit::Delete(*id),
    }
}

fn gaps(record: &Record, frames: u64, damage: &mut Vec<String>) -> Vec<Gap> {
    let clamp = |gap: &Gap| {
        let span = Span { start: SampleIndex(gap.span.start.0.min(frames)), end: SampleIndex(gap.span.end.0.min(frames)) };
        Gap { span, ..*gap }
    };
    let mut gaps: Vec<Gap> = record.gaps.iter().map(clamp).filter(|gap| gap.span.frames() > 0).collect();
    let wrong = record.gaps.iter().filter(|gap| clamp(gap) != **gap || gap.span.frames() == 0).count();
    if wrong > 0 {
        damage.push(format!("{} beyond the end or turned round; cut to what is there", count(wrong as u64, "gap")));
    }
    gaps.sort_by_key(|gap| gap.span.start);
    gaps
}

/// In order; where the journal tells of none, the one of the description holds from the start.
fn clocks(record: &Record, about: Option<&About>, nominal: Rate, damage: &mut Vec<String>) -> Vec<ClockPoint> {
    let believed = |point: &&ClockPoint| (0.5..=2.0).contains(&(point.rate.hz() / nominal.hz()));
    let mut clocks: Vec<ClockPoint> = record.clocks.iter().filter(believed).copied().collect();
    let wrong = record.clocks.len() - clocks.len();
    if wrong > 0 {
        damage.push(format!("{} more than a factor of 2 from the nominal rate; left out", count(wrong as u64, "clock point")));
    }
    clocks.sort_by_key(|clock| clock.at);
    if clocks.is_empty() {
        clocks.extend(about.and_then(|about| about.clock).map(|clock| ClockPoint { at: SampleIndex(0), ..clock }));
    }
    clocks
}

/// "1 frame", "2 frames".
fn count(n: u64, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}
