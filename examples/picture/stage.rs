//! Screens to look at: a made-up client whose figures are written down, not estimated. Shared by the example and the tests of the screen.

use std::f64::consts::TAU;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use stillpoint::app::{App, Key, Mode, Scene, Title};
use stillpoint::protocol::{Notice, Playback, Snapshot, SourceState, TrendPoint};
use stillpoint::rhythm::{Estimate, Figure, Flag, Flags, Interval, Peak, Rhythm, Spectrum, StillPoint, Symmetry, Way};
use stillpoint::signal::{
    Annotation, AnnotationId, Block, Channel, ClockPoint, Edit, Gap, GapCause, History, Kind, Layout, MISSING, Rate, SampleIndex, Seconds,
    Span,
};
use stillpoint::ui::{Theme, draw};

/// Frames a second.
const HZ: f64 = 100.0;

/// How long the client has been listened to.
const LENGTH: f64 = 780.0;

/// Everything a screen is made from.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) snapshot: Snapshot,
    pub(crate) history: History,
}

impl Stage {
    /// A live source that has sent nothing.
    pub(crate) fn silent() -> Self {
        let title = Title { source: "/dev/ttyACM0".into(), simulated: false };
        Self { app: App::new(Mode::Live, title), snapshot: Snapshot::default(), history: History::new(3, SampleIndex(0)) }
    }

    /// Left, right and breath, recording, with marks, a segment and a gap.
    pub(crate) fn live() -> Self {
        let mut stage = Self::listening(Mode::Live, Some((742.0, 747.5)));
        stage.app.notice(Notice::Recording { folder: "sessions/2026-11-23_10-15-00_anna-2".into(), start: at(LENGTH - 724.0) });
        stage.annotate(0, Kind::Segment, (732.0, Some(757.0)), "sacrum");
        stage.annotate(1, Kind::Mark, (764.0, None), "softens");
        for (id, t) in (2..).zip([768.4, 772.5, 776.8]) {
            stage.annotate(id, Kind::Tap, (t, None), "");
        }
        stage
    }

    /// Half a minute after a still point, which left and right have had.
    pub(crate) fn still() -> Self {
        let mut stage = Self::listening(Mode::Live, None);
        let still = |channel: usize, (from, to): (f64, f64)| {
            let span = Span { start: at(from), end: at(to) };
            StillPoint { channel, rhythm: Rhythm::Cranial, span, start: Seconds(from), end: Seconds(to), flags: Flags::default() }
        };
        stage.snapshot.stills = Arc::new(vec![still(0, (420.0, 441.0)), still(0, (724.2, 750.9)), still(1, (724.7, 751.2))]);
        stage
    }

    /// 23 seconds after the start.
    pub(crate) fn settling() -> Self {
        let mut stage = Self::listening(Mode::Live, None);
        stage.snapshot.whole = Seconds(23.4);
        stage.history = history(LENGTH - 23.4, None);
        let row = &mut stage.snapshot.latest;
        for row in row.iter_mut() {
            row[..3].fill(None);
        }
        stage.snapshot.symmetry = None;
        stage.snapshot.trend = Arc::new(Vec::new());
        stage
    }

    /// Noise alone.
    pub(crate) fn no_rhythm() -> Self {
        let mut stage = Self::listening(Mode::Live, None);
        for estimate in stage.snapshot.latest.iter_mut().flatten().flatten() {
            estimate.flags = Flags::default();
            if let Some(figure) = &mut estimate.figure {
                (figure.p, figure.present) = if estimate.rhythm == Rhythm::Breath { (0.03, false) } else { (0.6, false) };
            }
        }
        stage
    }

    /// 12 seconds after a gap, the port gone again.
    pub(crate) fn gap() -> Self {
        let mut stage = Self::listening(Mode::Live, Some((756.0, 768.0)));
        stage.snapshot.whole = Seconds(12.0);
        stage.snapshot.faults = 3;
        stage.snapshot.last_fault = "line of 4 fields, not 3".into();
        stage.app.notice(Notice::Source(SourceState::Lost(String::new())));
        stage
    }

    /// A saved session at four times its speed.
    pub(crate) fn replay() -> Self {
        let mut stage = Self::listening(Mode::Replay, None);
        stage.snapshot.playback =
            Some(Playback { position: Seconds(LENGTH), duration: Seconds(2710.0), speed: 4.0, paused: false, looped: None });
        stage.annotate(0, Kind::Segment, (690.0, Some(741.0)), "diaphragms");
        stage.annotate(1, Kind::Segment, (744.0, None), "sacrum");
        stage.annotate(2, Kind::StillPoint, (1900.0, Some(1926.0)), "");
        stage
    }

    /// Plays keys.
    pub(crate) fn keys(mut self, keys: &[Key]) -> Self {
        for key in keys {
            self.app.key(*key, &self.snapshot);
        }
        self
    }

    /// The scene at a size.
    pub(crate) fn scene(&mut self, size: (u16, u16)) -> Scene {
        self.app.scene(&self.snapshot, &self.history, size, "10:27:41")
    }

    /// The screen at a size.
    pub(crate) fn screen(&mut self, size: (u16, u16), theme: Theme) -> Buffer {
        let scene = self.scene(size);
        let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("a test backend never fails");
        terminal.draw(|frame| draw(frame, &scene, &theme)).expect("a test backend never fails");
        terminal.backend().buffer().clone()
    }

    fn listening(mode: Mode, gap: Option<(f64, f64)>) -> Self {
        let source = if mode == Mode::Live { "/dev/ttyACM0" } else { "2026-11-23_10-15-00_anna-2" };
        let mut app = App::new(mode, Title { source: source.into(), simulated: false });
        app.notice(Notice::Source(SourceState::Streaming));
        Self { app, snapshot: snapshot(gap), history: history(0.0, gap) }
    }

    fn annotate(&mut self, id: u64, kind: Kind, (from, to): (f64, Option<f64>), label: &str) {
        let annotation = Annotation { id: AnnotationId(id), kind, start: at(from), end: to.map(at), label: label.into() };
        self.app.notice(Notice::Annotated { edit: Edit::Put(annotation), saved: true });
        self.app.key(Key::Esc, &self.snapshot);
        self.app.key(Key::Char('v'), &self.snapshot);
        self.app.key(Key::Esc, &self.snapshot);
    }
}

fn at(t: f64) -> SampleIndex {
    SampleIndex((t * HZ).round() as u64)
}

fn history(from: f64, gap: Option<(f64, f64)>) -> History {
    let start = at(from);
    let mut history = History::new(3, start);
    let mut noise = 12_345u32;
    let mut samples = Vec::new();
    for n in start.0..at(LENGTH).0 {
        let t = n as f64 / HZ;
        let mut next = || {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(noise >> 8) / f64::from(1u32 << 24) - 0.5
        };
        let missing = gap.is_some_and(|(from, to)| (from..to).contains(&t));
        let cranial = (TAU * t * 6.2 / 60.0).sin() + 0.18 * (2.0 * TAU * t * 6.2 / 60.0).cos();
        let breath = (TAU * t * 14.1 / 60.0).sin();
        let pulse = (TAU * t * 63.0 / 60.0).sin().powi(9);
        let spike = if n == at(734.0).0 { 38.0 } else { 0.0 };
        let frame = [
            29.0 * cranial + 3.0 * breath + 1.5 * pulse + 5.0 * next(),
            22.0 * (cranial - 0.1 * breath) + 1.2 * pulse + 5.0 * next() + spike,
            512.0 + 90.0 * breath + 14.0 * next(),
        ];
        samples.extend(frame.map(|value| if missing { MISSING } else { value as f32 }));
    }
    history.push(&Block { start, channels: 3, samples });
    history
}

fn snapshot(gap: Option<(f64, f64)>) -> Snapshot {
    let nominal = Rate::from_hz(HZ).expect("100 Hz is a rate");
    let channels = vec![Channel::named("left", "µm"), Channel::named("right", "µm"), Channel::named("belt", "")];
    let head = at(LENGTH);
    let gaps: Vec<Gap> = gap
        .map(|(from, to)| Gap { span: Span { start: at(from), end: at(to) }, cause: GapCause::Unplugged, exact: false })
        .into_iter()
        .collect();
    Snapshot {
        layout: Some(Arc::new(Layout { channels, nominal })),
        head,
        clock: Rate::from_hz(HZ * (1.0 - 83e-6)).map(|rate| ClockPoint { at: SampleIndex(0), rate, std_err_hz: 1e-4 }),
        latest: (0..3).map(latest).collect(),
        trend: Arc::new((0..3).map(|_| trend()).collect()),
        symmetry: Some(Symmetry {
            left: 0,
            right: 1,
            rhythm: Rhythm::Cranial,
            end: head,
            t: Seconds(LENGTH),
            window: Seconds(60.0),
            amplitude_ratio: around(1.31, 0.05),
            lag: around(0.42, 0.06),
            coherence: around(0.97, 0.02),
        }),
        spectra: Arc::new(latest(0).into_iter().flatten().map(spectrum).collect()),
        whole: Seconds(LENGTH),
        lost: gaps.iter().map(|gap| gap.span.frames()).sum(),
        gaps: Arc::new(gaps),
        ..Snapshot::default()
    }
}

fn around(value: f64, half: f64) -> Interval {
    Interval { value, low: value - half, high: value + half }
}

fn latest(channel: usize) -> [Option<Estimate>; 4] {
    let strength = [1.0, 0.76, 4.0][channel];
    let table = [
        (Rhythm::Tide, 1.2, 0.2, 11.0, 0.4, 300.0),
        (Rhythm::Cranial, 6.16, 0.14, 58.2, 0.0001, 60.0),
        (Rhythm::Breath, 14.1, 0.3, 45.0, 0.0003, 30.0),
        (Rhythm::Pulse, 63.2, 1.1, 3.1, 0.004, 15.0),
    ];
    table.map(|(rhythm, rate, margin, amplitude, p, window)| {
        let present = p < 0.01;
        let mut flags = Flags::default();
        if rhythm == Rhythm::Pulse {
            flags.insert(Flag::Quantised);
        }
        let figure = Figure {
            rate: around(rate, margin),
            amplitude: around(amplitude * strength, amplitude * strength * 0.07),
            p,
            present,
            regularity: Some(0.93),
        };
        let (end, t, window) = (at(LENGTH), Seconds(LENGTH), Seconds(window));
        Some(Estimate { channel, series: None, rhythm, end, t, window, figure: Some(figure), flags })
    })
}

fn trend() -> [Vec<TrendPoint>; 4] {
    let point = |n: u32| {
        let t = f64::from(n) * 5.0;
        let rate = 6.4 + 0.9 * (t / 110.0).sin() + 0.3 * (t / 31.0).cos();
        let still = (420.0..470.0).contains(&t) || t < 60.0;
        TrendPoint { t: Seconds(t), rate: (!still).then_some(rate as f32), amplitude: (!still).then_some(55.0) }
    };
    let all: Vec<TrendPoint> = (1..=156).map(point).collect();
    [all.clone(), all.clone(), all.clone(), all]
}

/// The left channel's, as if it had been tested: three lines in noise that falls with the rate.
fn spectrum(estimate: Estimate) -> Spectrum {
    let (range, step) = match estimate.rhythm {
        Rhythm::Tide => ((0.5, 3.0), 0.05),
        Rhythm::Cranial => ((3.0, 15.0), 0.25),
        Rhythm::Breath => ((6.0, 40.0), 0.5),
        Rhythm::Pulse => ((40.0, 200.0), 1.0),
    };
    let width = 3.0 * step;
    let lines = [(6.16, 58.2, Way::Whole), (14.1, 4.0, Way::Pieces(2)), (63.2, 3.1, Way::Double)];
    // The cranial rhythm is looked for beside the breath.
    let last = if estimate.rhythm == Rhythm::Cranial { 40.0 } else { range.1 };
    let rates: Vec<f64> = (0..1000).map(|at| range.0 + f64::from(at) * step).take_while(|rate| *rate <= last).collect();
    let noise = |rate: &f64| (6.0 / rate.sqrt()) as f32;
    let line = |rate: &f64| {
        let ripple = 0.6 + 0.35 * (rate * 2.3 / step.sqrt()).sin();
        let all: f64 = lines.iter().map(|(of, size, _)| size * (-((rate - of) / width).powi(2)).exp()).sum();
        (all + f64::from(noise(rate)) * ripple) as f32
    };
    let peak = |(rate, amplitude, way): (f64, f64, Way)| Peak { rate, amplitude, p: 0.0002, way, steady: way == Way::Whole };
    Spectrum {
        estimate,
        range,
        p: 0.01,
        first_per_min: range.0,
        step_per_min: step,
        amplitude: rates.iter().map(line).collect(),
        noise: rates.iter().map(noise).collect(),
        threshold: rates.iter().map(|rate| 3.5 * noise(rate)).collect(),
        peaks: lines.into_iter().filter(|(rate, ..)| (range.0..=range.1).contains(rate)).map(peak).collect(),
    }
}
