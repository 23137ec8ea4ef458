//! A recording, or a part of it, through the monitor.

use anyhow::{Context, Result, bail};

use super::stretches::Stretches;
use crate::cli;
use crate::rhythm::{Monitor, Rhythm, Row, Settings, Spectrum, Turned};
use crate::settings;
use crate::signal::{Block, ClockPoint, Rate, SampleIndex, Seconds, Span};
use crate::store::Recording;

/// Read and analysed at once.
const BLOCK: Seconds = Seconds(2.0);
/// And no more samples than this, whatever rate a header claims.
const MOST: u64 = 1 << 20;

/// From when to when; `None` is the recording's own end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part {
    /// Windows begin here or later.
    pub from: Option<Seconds>,
    /// Windows end here or earlier.
    pub to: Option<Seconds>,
}

impl Part {
    /// What `--from` and `--to-time` say.
    ///
    /// # Errors
    /// Where one of them is no time.
    pub fn asked(windows: &cli::Windows) -> Result<Self> {
        let time = |text: &Option<String>, option: &'static str| text.as_deref().map(settings::time).transpose().context(option);
        Ok(Self { from: time(&windows.from, "--from")?, to: time(&windows.to_time, "--to-time")? })
    }

    /// The frames of it.
    ///
    /// # Errors
    /// Where none of the recording lies in it.
    pub fn of(self, recording: &Recording) -> Result<Span> {
        let (rate, frames) = (recording.rate(), recording.frames());
        let index = |time: Option<Seconds>, default| time.map_or(default, |time| rate.index_at(time).0.min(frames));
        let span = Span { start: SampleIndex(index(self.from, 0)), end: SampleIndex(index(self.to, frames)) };
        if span.frames() == 0 && (self.from.is_some() || self.to.is_some()) {
            let path = recording.path().display();
            bail!("{path}: nothing lies between --from and --to-time; the recording is {} long", rate.duration(frames));
        }
        Ok(span)
    }
}

/// Runs a recording through the monitor, the clock of each stretch in force, and hands over every row in order.
///
/// # Errors
/// Where the recording cannot be read, or `take` fails.
pub fn figures(recording: &mut Recording, settings: &Settings, mut take: impl FnMut(&Row) -> Result<()>) -> Result<()> {
    let all = Span { start: SampleIndex(0), end: SampleIndex(recording.frames()) };
    let mut run = Run::new(recording, settings, all);
    while let Some((rows, _)) = run.next(recording)? {
        rows.iter().try_for_each(&mut take)?;
    }
    Ok(())
}

/// A run through a part of a recording, block by block.
#[derive(Debug)]
pub struct Run {
    monitor: Monitor,
    nominal: Rate,
    /// Figures are told of windows that end after this.
    from: SampleIndex,
    /// The next clock in force.
    clock: usize,
    end: SampleIndex,
    block: Block,
    longest: u64,
    rows: Vec<Row>,
    ending: Ending,
}

/// What the end of the run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// The recording's own: what is open then ends there.
    OfRecording,
    /// It goes on, but is not looked at; or what was open has been told.
    Quiet,
}

impl Run {
    /// From the part's first frame on. Windows end at multiples of the step from the recording's start, so that the figures are those of a
    /// run through the whole.
    pub fn new(recording: &Recording, settings: &Settings, part: Span) -> Self {
        let layout = recording.layout();
        let mut monitor = Monitor::new(layout, settings);
        monitor.reset(part.start);
        Self {
            monitor,
            nominal: layout.nominal,
            from: part.start,
            clock: 0,
            end: part.end,
            block: Block { start: part.start, channels: layout.channels.len(), samples: Vec::new() },
            longest: layout.nominal.frames(BLOCK).min(MOST / layout.channels.len().max(1) as u64).max(1),
            rows: Vec::new(),
            ending: if part.end.0 >= recording.frames() { Ending::OfRecording } else { Ending::Quiet },
        }
    }

    /// Keeps the phase of the cranial rhythm at these instants.
    pub fn follow(&mut self, instants: Vec<SampleIndex>) {
        self.monitor.follow(instants);
    }

    /// Keeps the cycles of the rhythms that are present.
    pub fn keep_cycles(&mut self) {
        self.monitor.keep_cycles();
    }

    /// The cycles that are certain and were not taken yet.
    pub fn take_cycles(&mut self) -> Vec<Turned> {
        self.monitor.take_cycles()
    }

    /// The last of them.
    pub fn last_cycles(&mut self) -> Vec<Turned> {
        self.monitor.last_cycles()
    }

    /// What the recording runs through.
    pub fn monitor(&self) -> &Monitor {
        &self.monitor
    }

    /// Frames from one window to the next, at the rate on which they are laid out.
    pub fn step(&self) -> (u64, Rate) {
        (self.monitor.step_frames(), self.nominal)
    }

    /// The rows of the next block, which may be none, and where it ends; `None` at the end.
    ///
    /// # Errors
    /// Where the recording cannot be read.
    pub fn next(&mut self, recording: &mut Recording) -> Result<Option<(&[Row], SampleIndex)>> {
        if !self.read(recording)? {
            return Ok(self.last());
        }
        self.monitor.push(&self.block, &mut self.rows);
        self.block.start = self.block.end();
        Ok(Some((&self.rows, self.block.start)))
    }

    /// The same, where others look at the windows.
    ///
    /// # Errors
    /// Where the recording cannot be read, by this run or by them.
    pub fn next_told(&mut self, recording: &mut Recording, others: &mut Stretches) -> Result<Option<(&[Row], SampleIndex)>> {
        if !self.read(recording)? {
            return Ok(self.last());
        }
        let mut failed = Ok(());
        let told = |end, rows: &mut Vec<Row>| {
            if failed.is_ok() {
                failed = others.told(end, rows);
            }
        };
        self.monitor.push_told(&self.block, told, &mut self.rows);
        failed?;
        self.block.start = self.block.end();
        Ok(Some((&self.rows, self.block.start)))
    }

    /// The figures of the windows that end in a stretch of the part, after its start; no still points.
    ///
    /// # Errors
    /// Where the recording cannot be read.
    pub fn stretch(&mut self, recording: &mut Recording, (part, stretch): (Span, Span)) -> Result<Vec<Row>> {
        self.run_up((part, stretch));
        let mut all = Vec::new();
        while self.read(recording)? {
            self.monitor.push_figures(&self.block, self.from, &mut self.rows);
            self.block.start = self.block.end();
            all.append(&mut self.rows);
        }
        Ok(all)
    }

    /// The spectrum of the window of a rhythm in a channel that ends at a step of the part; `None` where there is none.
    ///
    /// # Errors
    /// Where the recording cannot be read.
    pub fn spectrum(
        &mut self,
        recording: &mut Recording,
        (part, end): (Span, SampleIndex),
        (channel, rhythm): (usize, Rhythm),
    ) -> Result<Option<Spectrum>> {
        let step = Span { start: SampleIndex(end.0.saturating_sub(self.monitor.step_frames())), end };
        self.run_up((part, step));
        while self.read(recording)? {
            self.monitor.push_figures(&self.block, self.from, &mut self.rows);
            self.block.start = self.block.end();
        }
        Ok(self.monitor.spectrum(channel, rhythm))
    }

    /// Begins anew, one longest window before a stretch of the part.
    fn run_up(&mut self, (part, stretch): (Span, Span)) {
        let run_up = self.monitor.longest_frames().next_multiple_of(self.monitor.step_frames());
        let start = SampleIndex(stretch.start.0.saturating_sub(run_up).max(part.start.0));
        self.monitor.reset(start);
        self.monitor.set_clock(ClockPoint { at: SampleIndex(0), rate: self.nominal, std_err_hz: 0.0 });
        (self.clock, self.from, self.end, self.block.start) = (0, stretch.start, stretch.end, start);
    }

    /// Reads the next block, the clock of its begin in force; `false` at the end.
    fn read(&mut self, recording: &mut Recording) -> Result<bool> {
        let clocks = recording.clocks();
        while let Some(clock) = clocks.get(self.clock).filter(|clock| clock.at <= self.block.start) {
            self.monitor.set_clock(*clock);
            self.clock += 1;
        }
        let until = clocks.get(self.clock).map_or(self.end, |clock| clock.at.min(self.end));
        let frames = (until - self.block.start).min(self.longest) as usize;
        self.rows.clear();
        Ok(frames > 0 && recording.read(self.block.start, frames, &mut self.block.samples)? > 0)
    }

    /// The rows that the recording's end makes certain, once.
    fn last(&mut self) -> Option<(&[Row], SampleIndex)> {
        if std::mem::replace(&mut self.ending, Ending::Quiet) == Ending::Quiet {
            return None;
        }
        self.rows.clear();
        self.monitor.finish(&mut self.rows);
        Some((&self.rows, self.block.start))
    }
}
