//! What is too quick for a device that samples slowly, hum from the mains or a pulse: it appears at an alias, and an alias may lie where a rhythm is looked for.

/// The mains of the world, hertz, and the harmonic that a rectifier makes of it.
const MAINS_HZ: [f64; 2] = [50.0, 60.0];
const HARMONICS: [f64; 2] = [1.0, 2.0];
/// A grid's frequency wanders by about this, hertz.
const WANDERS_HZ: f64 = 0.02;
/// Pulses a minute of somebody at rest, and how many harmonics they have that are as large as a slow rhythm.
const PULSE_PER_MIN: std::ops::RangeInclusive<f64> = 40.0..=120.0;
const PULSE_HARMONICS: u8 = 2;

/// Whether a rate is one at which hum would appear, sampled `hz` times a second. Hum whose alias wanders about 0 is no line, and is not meant.
pub fn of_mains(per_min: f64, hz: f64) -> bool {
    MAINS_HZ.into_iter().any(|mains| {
        HARMONICS.into_iter().any(|harmonic| {
            let (hum, wander) = (mains * harmonic, WANDERS_HZ * harmonic);
            let alias = (hum - hz * (hum / hz).round()).abs();
            hum > hz / 2.0 && alias > 2.0 * wander && (per_min / 60.0 - alias).abs() < wander
        })
    })
}

/// Whether a rate is one at which a pulse would appear, sampled `hz` times a second.
pub fn of_pulse(per_min: f64, hz: f64) -> bool {
    let sampled = 60.0 * hz;
    let of = |turns: u8, harmonic: u8| {
        let about = f64::from(turns) * sampled;
        [about - per_min, about + per_min].into_iter().any(|quick| PULSE_PER_MIN.contains(&(quick / f64::from(harmonic))))
    };
    per_min < sampled / 2.0 && (1..=PULSE_HARMONICS).any(|harmonic| (1..=harmonic).any(|turns| of(turns, harmonic)))
}

#[cfg(test)]
mod tests {
    use super::{of_mains, of_pulse};

    #[test]
    fn hum_is_where_the_sampling_folds_it_to() {
        // 50 Hz sampled 49.9 times a second beats at 0.1 Hz; its double 100 Hz at 0.2 Hz.
        assert!(of_mains(6.0, 49.9) && of_mains(12.0, 49.9));
        assert!(!of_mains(9.0, 49.9));
        // 60 Hz at 30.1 a second: 60 − 60.2.
        assert!(of_mains(12.0, 30.1));
        // Just at a whole fraction of the mains nothing stands still, and a fast device sees hum where it is.
        assert!(!of_mains(0.6, 100.0) && !of_mains(2.5, 50.0) && !of_mains(6.0, 250.0));
    }
    #[test]
    fn a_pulse_is_where_the_sampling_folds_it_to() {
        // 92 /min sampled 1.5 times a second is 2 /min past it; its double 184 sampled three times a second, 4.
        assert!(of_pulse(2.0, 1.5) && of_pulse(4.0, 3.0));
        // Of no pulse at rest is it seen twice so seldom that its double folds down to a slow rhythm: 2 · 120 − 5 · 60.
        assert!(!of_pulse(10.0, 5.0) && !of_pulse(10.0, 10.0));
    }
}
