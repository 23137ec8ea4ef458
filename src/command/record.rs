//! `stillpoint record`: a source and a recorder without a screen. One line says how far it is: on a terminal it is written anew every second,
//! elsewhere (a journal, a mail of cron) there is one a minute.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::runtime::Runtime;
use tokio::time::interval;

use super::listen;
use super::progress::Progress;
use super::screen::watch_signals;
use crate::cli;
use crate::protocol::{Kept, Notice, SourceState};
use crate::session::{Length, Pace, RecordAs, Session, Setup, Stated, Stop};
use crate::settings::{self, file::File};
use crate::signal::{Seconds, clean};
use crate::source::{DemoSource, LslSource, Opening, SerialSource, Source, StdinSource};

/// A source that is silent is given this much longer than was asked for.
const GRACE: Duration = Duration::from_secs(5);
/// The disk is worth a line of its own when it has room for less.
const SCARCE: Seconds = Seconds(600.0);

/// Records until the source is over, the length is reached, or a signal comes. The folders that were finished go to `out`, a line each.
pub(super) fn run(args: &cli::Record, file: &File, out: &mut impl Write) -> Result<()> {
    let length = |text: &Option<String>, option: &'static str| text.as_deref().map(settings::length).transpose().context(option);
    let length = Length { total: length(&args.length, "--for")?, session: length(&args.split, "--split")? };
    let demo = args.source == "demo";
    let stated_format = listen::stated_format(&args.wire, file);
    let format = settings::format(&stated_format)?;
    let device = if args.source == "-" { "standard input".to_owned() } else { clean(&args.source) };
    let record = RecordAs {
        root: listen::sessions(args.output.as_ref(), file)?,
        device,
        wire_format: listen::wire_format(&args.source, &stated_format),
        simulated: demo,
        settings: file.estimator(),
        at_once: true,
        length,
    };
    let (rate, channels) = (settings::rate(args.rate)?, settings::channels(args.channels.as_deref())?);
    let stated = Stated { rate, channels, lsl: args.lsl };
    let stream = listen::stream(&args.source, &stated)?;
    let setup = |pace| Setup { stated, pace, record };
    let told = match args.source.as_str() {
        "demo" => follow(|| Ok(DemoSource::from_now(1)), setup(Pace::Device)),
        _ if let Some(name) = stream => follow(|| Ok(LslSource::open(name)?), setup(Pace::Device)),
        "-" => follow(|| Ok(StdinSource::unwatched(format)?), setup(Pace::Waits)),
        port => {
            let opening = Opening { baud: args.wire.baud.or(file.baud()), reset: !args.wire.no_reset };
            follow(|| Ok(SerialSource::unwatched(port, opening, format)?), setup(Pace::Device))
        }
    }?;
    told.folders.iter().try_for_each(|folder| writeln!(out, "{folder}"))?;
    told.verdict()
}

/// Opens the source and follows the recording to its end.
fn follow<S: Source + Send + 'static>(open: impl FnOnce() -> Result<S>, setup: Setup) -> Result<Told> {
    let (runtime, stop) = (listen::runtime(1)?, Stop::default());
    let told = runtime.block_on(listen_to(&runtime, open, setup, &stop));
    runtime.shutdown_background();
    told
}

async fn listen_to<S: Source + Send + 'static>(
    runtime: &Runtime,
    open: impl FnOnce() -> Result<S>,
    setup: Setup,
    stop: &Stop,
) -> Result<Told> {
    let source = open()?;
    let total = setup.record.length.total.map(|total| Duration::from_secs_f64(total.0));
    let mut told = Told { device: setup.record.device.clone(), begin: Instant::now(), ..Told::new()? };
    watch_signals(stop.clone()).context("cannot watch for signals")?;
    let mut session = Session::record(runtime.handle(), source, setup, stop.clone())?;
    let mut tick = interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            biased;
            () = stop.asked() => break,
            notice = session.notices.recv() => match notice {
                None | Some(Notice::Enough) => break,
                Some(notice) => {
                    let over = matches!(notice, Notice::NotBegun(_));
                    told.take(notice);
                    if over { break }
                }
            },
            // Who sends nothing reaches no length: it ends by the clock.
            _ = tick.tick() => {
                told.speak();
                if total.is_some_and(|total| told.begin.elapsed() >= total + GRACE) { break }
            }
        }
    }
    session.finish().into_iter().for_each(|notice| told.take(notice));
    Ok(told)
}

/// What a recording has said of itself so far.
struct Told {
    device: String,
    /// When it was begun, or waited for.
    begin: Instant,
    folders: Vec<String>,
    /// A session is open.
    open: bool,
    /// The last trouble.
    trouble: Option<Trouble>,
    /// Frames that the disk did not take in time.
    lost: u64,
    /// The source was told to be away, or silent.
    away: bool,
    scarce: bool,
    progress: Progress,
}

/// What went wrong. It waits for the next second: where it ends the recording it is the program's last line, and no other says the same.
enum Trouble {
    Waits(String),
    Said(String),
}

impl Told {
    fn new() -> Result<Self> {
        let progress = Progress::start().context("cannot start the thread that tells of the progress")?;
        Ok(Self {
            device: String::new(),
            begin: Instant::now(),
            folders: Vec::new(),
            open: false,
            trouble: None,
            lost: 0,
            away: false,
            scarce: false,
            progress,
        })
    }

    /// Says a trouble that did not end the recording.
    fn speak(&mut self) {
        if let Some(Trouble::Waits(what)) = self.trouble.take_if(|trouble| matches!(trouble, Trouble::Waits(_))) {
            self.progress.say(clean(&what));
            self.trouble = Some(Trouble::Said(what));
        }
    }

    fn take(&mut self, notice: Notice) {
        if matches!(notice, Notice::Recording { .. } | Notice::Recorded { .. } | Notice::Trouble(_) | Notice::NotBegun(_)) {
            self.speak();
        }
        match notice {
            Notice::Recording { folder, .. } => {
                if self.folders.is_empty() && !self.open {
                    self.begin = Instant::now();
                }
                self.open = true;
                self.progress.say(format!("recording to {}", clean(&folder)));
            }
            Notice::Recorded { folder, length, lost } => {
                self.open = false;
                self.lost += lost;
                self.progress.say(format!("saved {length} in {}", clean(&folder)));
                self.folders.push(folder);
            }
            Notice::Kept(kept) => self.kept(&kept),
            Notice::Source(state) => self.source(&state),
            Notice::Trouble(what) | Notice::NotBegun(what) => {
                self.trouble = Some(Trouble::Waits(what));
            }
            Notice::Annotated { .. } | Notice::Exporting(_) | Notice::Enough => {}
        }
    }

    fn kept(&mut self, kept: &Kept) {
        let scarce = kept.room.is_some_and(|room| room.0 < SCARCE.0);
        if scarce && !self.scarce {
            self.progress.say(format!("disk: {} left", room(kept.room)));
        }
        self.scarce = scarce;
        self.progress.show(line(kept));
    }

    fn source(&mut self, state: &SourceState) {
        let away = matches!(state, SourceState::Lost(_) | SourceState::Stalled(_));
        match state {
            SourceState::Lost(why) => self.progress.say(format!("{}; waiting for it", clean(why))),
            SourceState::Stalled(time) if !self.away => self.progress.say(format!("no samples for {:.0} s", time.0)),
            SourceState::Streaming if self.away => self.progress.say("samples come again".to_owned()),
            _ => {}
        }
        if away || *state == SourceState::Streaming {
            self.away = away;
        }
    }

    /// Whether all went well.
    fn verdict(mut self) -> Result<()> {
        if !self.open && !self.folders.is_empty() {
            self.speak();
        }
        match self.trouble {
            Some(Trouble::Said(_)) if self.folders.is_empty() && !self.open => bail!("{}: nothing was recorded", self.device),
            Some(Trouble::Waits(trouble) | Trouble::Said(trouble)) if self.open || self.folders.is_empty() => bail!("{trouble}"),
            None if self.folders.is_empty() => bail!("{}: no sample came, nothing was recorded", self.device),
            _ if self.lost > 0 => bail!("{} samples were lost because the disk took nothing; the recording names the gap", self.lost),
            _ => Ok(()),
        }
    }
}

/// "12:34 · 75400 samples · lost 0 · clock 99.9876 Hz · disk: 41 h left"
fn line(kept: &Kept) -> String {
    let rate = kept.clock.map(|clock| clock.rate);
    let time = rate.map(|rate| rate.duration(kept.frames)).unwrap_or_default();
    let hertz = rate.map_or_else(|| "?".to_owned(), |rate| format!("{:.4}", rate.hz()));
    let waiting = if kept.waiting > 0 && rate.is_some_and(|rate| rate.duration(kept.waiting).0 > 2.0) {
        format!(" · {} wait for the disk", kept.waiting)
    } else {
        String::new()
    };
    format!("{time} · {} samples · lost {} · clock {hertz} Hz{waiting} · disk: {} left", kept.frames, kept.lost, room(kept.room))
}

/// A time to go by, in the largest unit that says enough.
fn room(room: Option<Seconds>) -> String {
    let Some(Seconds(seconds)) = room else { return "?".to_owned() };
    match seconds {
        s if s < 60.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} min", (s / 60.0).floor()),
        s if s < 48.0 * 3600.0 => format!("{:.0} h", (s / 3600.0).floor()),
        s => format!("{:.0} days", (s / 86_400.0).floor()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{ClockPoint, Rate, SampleIndex};

    #[test]
    fn the_line_says_time_samples_loss_clock_and_how_long_the_disk_lasts() {
        let clock = ClockPoint { at: SampleIndex(0), rate: Rate::from_hz(99.98765).unwrap(), std_err_hz: 0.001 };
        let kept = Kept { frames: 75_400, waiting: 40, lost: 3, clock: Some(clock), room: Some(Seconds(559.0)) };
        assert_eq!(line(&kept), "12:34 · 75400 samples · lost 3 · clock 99.9877 Hz · disk: 9 min left");
        let full = Kept { waiting: 2000, room: Some(Seconds(0.0)), ..kept };
        assert_eq!(line(&full), "12:34 · 75400 samples · lost 3 · clock 99.9877 Hz · 2000 wait for the disk · disk: 0 s left");
    }
}
