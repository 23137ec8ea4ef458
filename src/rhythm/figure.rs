//! What the estimator says.

use crate::signal::{SampleIndex, Seconds, Span};

/// The four rhythms that are looked for in every channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rhythm {
    /// 0.5–3 /min.
    Tide,
    /// 3–15 /min.
    Cranial,
    /// 6–40 /min.
    Breath,
    /// 40–200 /min.
    Pulse,
}

impl Rhythm {
    /// All of them, slowest first.
    pub const ALL: [Self; 4] = [Self::Tide, Self::Cranial, Self::Breath, Self::Pulse];

    /// The word of files, settings and the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tide => "tide",
            Self::Cranial => "cranial",
            Self::Breath => "breath",
            Self::Pulse => "pulse",
        }
    }

    /// The rhythm that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rhythm| rhythm.word() == word)
    }
}

/// What a derived channel holds: one value a cycle of the pulse or the breath.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Series {
    /// Mean of the trace over a cycle: of the pulse, or of the breath where there is no pulse.
    Baseline,
    /// Peak to trough of each pulse.
    PulseAmplitude,
    /// Pulses a minute.
    PulseRate,
    /// Peak to trough of each breath.
    BreathAmplitude,
    /// Breaths a minute.
    BreathRate,
}

impl Series {
    /// The word after the channel's name and a dot.
    pub fn word(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::PulseAmplitude => "pulse_amplitude",
            Self::PulseRate => "pulse_rate",
            Self::BreathAmplitude => "breath_amplitude",
            Self::BreathRate => "breath_rate",
        }
    }

    /// So many steps lie between two rows of a rhythm in a series: a tenth of the window, for a series of one value a cycle says little new sooner.
    pub fn steps(window: Seconds, step: Seconds) -> u64 {
        ((window.0 / step.0 / 10.0).round() as u64).max(1)
    }

    /// Whether its values are cycles a minute; else they are in the channel's unit.
    pub fn is_rate(self) -> bool {
        matches!(self, Self::PulseRate | Self::BreathRate)
    }
}

/// A value with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The value.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Half the width of the interval.
    pub fn half_width(self) -> f64 {
        (self.high - self.low) / 2.0
    }
}

/// Evidence in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// p ≥ 0.05.
    None,
    /// p < 0.05.
    Faint,
    /// p < 0.01.
    Present,
    /// p < 0.001.
    Clear,
}

impl Evidence {
    /// The word for a corrected p.
    pub fn of(p: f64) -> Self {
        match p {
            p if p < 0.001 => Self::Clear,
            p if p < 0.01 => Self::Present,
            p if p < 0.05 => Self::Faint,
            _ => Self::None,
        }
    }

    /// The word of the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Faint => "faint",
            Self::Present => "present",
            Self::Clear => "clear",
        }
    }
}

/// A rhythm in a window: the best candidate, and whether there is evidence for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// Cycles a minute.
    pub rate: Interval,
    /// Peak to trough, in the channel's unit.
    pub amplitude: Interval,
    /// Probability of as strong a rhythm where there is none, corrected for the search over the range.
    pub p: f64,
    /// Whether p is below the threshold of the settings.
    pub present: bool,
    /// 0 to 1, from the variation of the cycle lengths; `None` with fewer than three cycles.
    pub regularity: Option<f64>,
}

/// What a reader of a figure should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Flag {
    /// A cranial line within the breath's width of it, a side line of it, or what it waxes and wanes by.
    NearBreath = 1,
    /// A cranial line within the breath's width of a half, a third or a multiple of it; a pulse that is, or may be, such a multiple.
    NearBreathHarmonic = 1 << 1,
    /// One line only, in the range of both breath and cranial, or slower than the breath's by up to a third.
    SharedWithBreath = 1 << 2,
    /// The device's rate is too low for the rhythm's range.
    SlowDevice = 1 << 3,
    /// The line stands at an alias of the mains.
    MainsAlias = 1 << 4,
    /// The trace touches a rail.
    Clipped = 1 << 5,
    /// The trace moves in steps as large as the rhythm.
    Quantised = 1 << 6,
    /// The trace does not move at all.
    Flat = 1 << 7,
    /// The window is overlapped by a gap.
    Gap = 1 << 8,
    /// Two lines in the range of both breath and cranial, and nothing sure tells which is which; or a breath that is off where its own channel has it.
    BreathOrCranial = 1 << 9,
    /// The device is so slow that a pulse would appear at this rate.
    PulseAlias = 1 << 10,
}

impl Flag {
    /// All of them, in the order they are written: first what says that there may be no such rhythm at all, for a narrow screen has room for one.
    pub const ALL: [Self; 11] = [
        Self::PulseAlias,
        Self::NearBreath,
        Self::NearBreathHarmonic,
        Self::SharedWithBreath,
        Self::BreathOrCranial,
        Self::SlowDevice,
        Self::MainsAlias,
        Self::Clipped,
        Self::Quantised,
        Self::Flat,
        Self::Gap,
    ];

    /// The word of files.
    pub fn word(self) -> &'static str {
        match self {
            Self::NearBreath => "near_breath",
            Self::NearBreathHarmonic => "near_breath_harmonic",
            Self::SharedWithBreath => "shared_with_breath",
            Self::BreathOrCranial => "breath_or_cranial",
            Self::SlowDevice => "slow_device",
            Self::MainsAlias => "mains_alias",
            Self::PulseAlias => "pulse_alias",
            Self::Clipped => "clipped",
            Self::Quantised => "quantised",
            Self::Flat => "flat",
            Self::Gap => "gap",
        }
    }
}

/// A set of flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(u16);

impl Flags {
    /// With one flag in it.
    pub fn of(flag: Flag) -> Self {
        Self(flag as u16)
    }

    /// Adds a flag.
    pub fn insert(&mut self, flag: Flag) {
        self.0 |= flag as u16;
    }

    /// Those that say that a rhythm may be the breath, or come of it.
    #[must_use]
    pub fn of_breath(self) -> Self {
        let of_breath = [Flag::NearBreath, Flag::NearBreathHarmonic, Flag::SharedWithBreath, Flag::BreathOrCranial];
        Self(self.0 & of_breath.iter().fold(0, |all, flag| all | *flag as u16))
    }

    /// Those of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the flag is in it.
    pub fn contains(self, flag: Flag) -> bool {
        self.0 & flag as u16 != 0
    }

    /// The flags in it, in the order of [`Flag::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.into_iter().filter(move |flag| self.contains(*flag))
    }
}

/// One channel, one rhythm, one window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Position of the channel in the layout.
    pub channel: usize,
    /// Which series derived from the channel; `None` for the channel itself.
    pub series: Option<Series>,
    /// Which rhythm.
    pub rhythm: Rhythm,
    /// The frame after the window's last.
    pub end: SampleIndex,
    /// The time of `end` from index 0, by the clock in force.
    pub t: Seconds,
    /// The window's length.
    pub window: Seconds,
    /// `None` where the window holds a gap, or the trace cannot carry the rhythm.
    pub figure: Option<Figure>,
    /// What a reader should know.
    pub flags: Flags,
}

impl Estimate {
    /// The window's frames. The clock in force counts from index 0.
    pub fn span(&self) -> Span {
        let start = self.end.0 as f64 * (1.0 - self.window.0 / self.t.0);
        Span { start: SampleIndex(start.round().max(0.0) as u64), end: self.end }
    }

    /// How many steps lie between this row and the next of its kind.
    pub fn steps(&self, step: Seconds) -> u64 {
        self.series.map_or(1, |_| Series::steps(self.window, step))
    }

    /// The figure, if there is evidence for it. This is what the screen shows; anything else is a dash.
    pub fn present(&self) -> Option<&Figure> {
        self.figure.as_ref().filter(|figure| figure.present)
    }
}

/// Left against right, at one rhythm's line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Symmetry {
    /// Position of the left channel.
    pub left: usize,
    /// Position of the right channel.
    pub right: usize,
    /// At which rhythm.
    pub rhythm: Rhythm,
    /// The frame after the window's last.
    pub end: SampleIndex,
    /// The time of `end` from index 0.
    pub t: Seconds,
    /// The window's length.
    pub window: Seconds,
    /// Left over right; the upper end is infinite where the right side may have nothing of the rhythm.
    pub amplitude_ratio: Interval,
    /// Seconds; positive where right follows left.
    pub lag: Interval,
    /// Magnitude-squared coherence, 0 to 1.
    pub coherence: Interval,
}

/// A stretch in which a rhythm that was present is absent, at least 1.5 of its cycles long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StillPoint {
    /// Position of the channel in the layout.
    pub channel: usize,
    /// Which rhythm is absent.
    pub rhythm: Rhythm,
    /// From where half of its amplitude is left to where half is back, or to the stream's end.
    pub span: Span,
    /// The time of the span's start from index 0, by the clock in force.
    pub start: Seconds,
    /// The time of its end.
    pub end: Seconds,
    /// What tells that the rhythm may be the breath, of the rows that tell of the rhythm before it: then it may be a pause in breathing.
    pub flags: Flags,
}

impl StillPoint {
    /// Whether it may as well be a pause in breathing.
    pub fn may_be_breath(&self) -> bool {
        self.flags.iter().next().is_some()
    }

    /// Whether a time lies within.
    pub fn holds(&self, time: Seconds) -> bool {
        self.start <= time && time < self.end
    }

    /// How long it lasts.
    pub fn length(&self) -> Seconds {
        Seconds(self.end.0 - self.start.0)
    }
}

/// What a step of the monitor yields.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Row {
    /// A rhythm in a channel.
    Estimate(Estimate),
    /// Left against right.
    Symmetry(Symmetry),
    /// A still point, told as soon as it is certain: the rhythm is back, or the stream is over.
    StillPoint(StillPoint),
}

impl Row {
    /// The frame after the last of its window, or of the still point.
    pub fn end(&self) -> SampleIndex {
        match self {
            Self::Estimate(estimate) => estimate.end,
            Self::Symmetry(symmetry) => symmetry.end,
            Self::StillPoint(still) => still.span.end,
        }
    }
}
