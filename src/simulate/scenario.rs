//! What is simulated: waves, sensors, noises, and what happens when.

use std::f64::consts::TAU;

use super::portable::sin;
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
    /// The phase of the first sample, in cycles.
    pub start: f64,
}

impl Wave {
    /// A sine of that rate.
    pub fn sine(per_min: f64) -> Self {
        Self { per_min, wander: 0.0, harmonics: Vec::new(), steps: Vec::new(), still: Vec::new(), start: 0.0 }
    }

    /// The same with a rate that wanders by that share.
    #[must_use]
    pub fn wandering(self, wander: f64) -> Self {
        Self { wander, ..self }
    }

    /// The same from another phase on, in cycles.
    #[must_use]
    pub fn starting(self, start: f64) -> Self {
        Self { start, ..self }
    }

    /// Its value at a phase in radians, harmonics included; the fundamental alone goes from −1 to 1.
    pub fn shape(&self, phase: f64) -> f64 {
        let overtones = self.harmonics.iter().zip(2..).map(|((size, shift), h)| size * sin(f64::from(h) * phase + shift));
        sin(phase) + overtones.sum::<f64>()
    }

    /// Peak to trough of its shape: 2 for a sine.
    pub fn peak_to_trough(&self) -> f64 {
        const STEPS: u32 = 4096;
        let values = (0..STEPS).map(|i| self.shape(TAU * f64::from(i) / f64::from(STEPS)));
        let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
        high - low
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
    /// For each wave of the scenario: peak to trough of the fundamental in the channel's unit, and how many seconds later it is felt (at most 5).
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
    /// The demo: left and right with a lag and a difference, and a belt. Every four minutes a still point, then another rate of the cranial rhythm, both
    /// soon enough after it was opened to be told and seen before its sensor is unplugged (`source`'s own affair).
    pub fn demo() -> Self {
        const EVERY: f64 = 240.0;
        let mut scenario = Self::client();
        let rates = (0..60).map(|n| (134.0 + EVERY * f64::from(n), if n % 2 == 0 { 8.4 } else { 6.2 }));
        scenario.waves[0].still = vec![Still { at: 85.0, lasts: 26.0, every: EVERY }];
        scenario.waves[0].steps = rates.collect();
        scenario
    }

    /// A client with sensors left and right at the head and a belt; a still point from 2:00 to 2:26.
    pub fn client() -> Self {
        let still = Still { at: 120.0, lasts: 26.0, every: 240.0 };
        let cranial = Wave { still: vec![still], ..Wave::sine(6.2).wandering(0.008) };
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

    /// Breath, cranial rhythm and pulse in one head channel, as Rasmussen & Meulengracht measured them: what accuracy is judged on.
    /// Waves in the order cranial, breath, pulse, each from a phase of its own.
    pub fn rasmussen() -> Self {
        let waves = vec![
            Wave::sine(6.16).wandering(0.03).starting(0.37),
            Wave::breath(14.0).wandering(0.04).starting(0.81),
            Wave::pulse(63.0).wandering(0.02).starting(0.14),
        ];
        let feels = vec![(58.0, 0.0), (88.0, 0.0), (13.0, 0.0)];
        let sensor = Sensor { channel: Channel::named("head", "µm"), feels, white: 5.0, pink: 8.0 };
        Self { rate: rate(50.0), waves, sensors: vec![sensor] }
    }

    /// Peak to trough of a wave in a sensor, harmonics included, where it is not still: what an estimate should say. 0 where the sensor does not feel it.
    pub fn amplitude(&self, sensor: usize, wave: usize) -> f64 {
        let size = self.sensors.get(sensor).and_then(|sensor| sensor.feels.get(wave)).map_or(0.0, |(size, _)| *size);
        self.waves.get(wave).map_or(0.0, |wave| size / 2.0 * wave.peak_to_trough())
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
