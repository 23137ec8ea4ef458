//! What is simulated: waves, sensors, noises, and what happens when.

use crate::signal::{Channel, Rate};

/// One rhythm of the client.
#[derive(Clone, Debug, PartialEq)]
pub struct Wave {
    /// Cycles a minute, to begin with.
    pub per_min: f64,
    /// Standard deviation of the rate as a share of it; it wanders with a memory of 20 s.
    pub wander: f64,
    /// Amplitude of each harmonic relative to the fundamental's, and its phase in radians.
    pub harmonics: Vec<(f64, f64)>,
    /// From so many seconds on, another rate in cycles a minute.
    pub steps: Vec<(f64, f64)>,
    /// Where it rests.
    pub still: Vec<Still>,
}

impl Wave {
    /// A sine of that rate.
    pub fn sine(per_min: f64) -> Self {
        Self { per_min, wander: 0.0, harmonics: Vec::new(), steps: Vec::new(), still: Vec::new() }
    }

    /// The same with a rate that wanders by that share.
    #[must_use]
    pub fn wandering(self, wander: f64) -> Self {
        Self { wander, ..self }
    }

    /// A breath: quicker in than out.
    pub fn breath(per_min: f64) -> Self {
        Self { harmonics: vec![(0.22, -0.6), (0.06, -1.0)], ..Self::sine(per_min) }
    }

    /// A pulse: four harmonics.
    pub fn pulse(per_min: f64) -> Self {
        Self { harmonics: vec![(0.5, -0.9), (0.25, -1.6), (0.1, -2.2)], ..Self::sine(per_min) }
    }
}

/// A stretch without the wave; it fades out and in over about a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Still {
    /// Seconds from the start.
    pub at: f64,
    /// Seconds.
    pub lasts: f64,
    /// It comes again after so many seconds; 0 for once.
    pub every: f64,
}

/// One channel: how much of each wave it feels.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensor {
    /// Name, unit, role and side.
    pub channel: Channel,
    /// For each wave of the scenario: peak to trough of the fundamental in the channel's unit, and how many seconds later it is felt.
    pub feels: Vec<(f64, f64)>,
    /// Standard deviation of white noise, in the unit.
    pub white: f64,
    /// Standard deviation of 1/f noise, in the unit.
    pub pink: f64,
}

/// A whole client with sensors on.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Samples a second.
    pub rate: Rate,
    /// The rhythms.
    pub waves: Vec<Wave>,
    /// The channels.
    pub sensors: Vec<Sensor>,
}

impl Scenario {
    /// The demo: left and right with a lag and a difference, a belt, a still point each four minutes, a change of rate after eight.
    pub fn demo() -> Self {
        let still = Still { at: 120.0, lasts: 26.0, every: 240.0 };
        let cranial = Wave { steps: vec![(480.0, 8.4)], still: vec![still], ..Wave::sine(6.2).wandering(0.008) };
        let waves = vec![cranial, Wave::breath(14.0).wandering(0.02), Wave::pulse(63.0).wandering(0.012)];
        let sensors = vec![
            Sensor { channel: Channel::named("left", "µm"), feels: vec![(62.0, 0.0), (44.0, 0.0), (13.0, 0.0)], white: 2.5, pink: 3.0 },
            Sensor { channel: Channel::named("right", "µm"), feels: vec![(48.0, 0.4), (40.0, 0.05), (11.0, 0.0)], white: 2.5, pink: 3.0 },
            Sensor { channel: Channel::named("belt", "mm"), feels: vec![(0.0, 0.0), (9.0, 0.0), (0.15, 0.1)], white: 0.1, pink: 0.25 },
        ];
        Self { rate: rate(100.0), waves, sensors }
    }

    /// The same client at another sample rate.
    #[must_use]
    pub fn at(self, rate: Rate) -> Self {
        Self { rate, ..self }
    }

    /// Noise alone, in two channels: nothing rhythmic.
    pub fn quiet() -> Self {
        let sensor = |name| Sensor { channel: Channel::named(name, "µm"), feels: Vec::new(), white: 5.0, pink: 8.0 };
        Self { rate: rate(50.0), waves: Vec::new(), sensors: vec![sensor("left"), sensor("right")] }
    }

    /// Breath in a head channel and nothing else that is rhythmic.
    pub fn breath_only() -> Self {
        let sensor = Sensor { channel: Channel::named("head", "µm"), feels: vec![(88.0, 0.0)], white: 5.0, pink: 5.0 };
        Self { rate: rate(50.0), waves: vec![Wave::breath(13.0).wandering(0.03)], sensors: vec![sensor] }
    }

    /// One steady sine in a little noise: 6 /min, 50 µm.
    pub fn steady() -> Self {
        let sensor = Sensor { channel: Channel::named("sacrum", "µm"), feels: vec![(50.0, 0.0)], white: 2.0, pink: 0.0 };
        Self { rate: rate(50.0), waves: vec![Wave::sine(6.0)], sensors: vec![sensor] }
    }
}

/// Only for the literals above.
fn rate(hz: f64) -> Rate {
    Rate::from_hz(hz).expect("a literal above zero")
}
