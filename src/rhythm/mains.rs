//! Hum from the mains in a device that samples too slowly for it: it appears at an alias, and an alias may lie where a rhythm is looked for.

/// The mains of the world, hertz, and the harmonic that a rectifier makes of it.
const MAINS_HZ: [f64; 2] = [50.0, 60.0];
const HARMONICS: [f64; 2] = [1.0, 2.0];
/// A grid's frequency wanders by about this, hertz.
const WANDERS_HZ: f64 = 0.02;

/// Whether a rate is one at which hum would appear, sampled `hz` times a second. Hum whose alias wanders about 0 is no line, and is not meant.
pub fn is_alias(per_min: f64, hz: f64) -> bool {
    MAINS_HZ.into_iter().any(|mains| {
        HARMONICS.into_iter().any(|harmonic| {
            let (hum, wander) = (mains * harmonic, WANDERS_HZ * harmonic);
            let alias = (hum - hz * (hum / hz).round()).abs();
            hum > hz / 2.0 && alias > 2.0 * wander && (per_min / 60.0 - alias).abs() < wander
        })
    })
}

#[cfg(test)]
mod tests {
    use super::is_alias;

    #[test]
    fn hum_is_where_the_sampling_folds_it_to() {
        // 50 Hz sampled 49.9 times a second beats at 0.1 Hz; its double 100 Hz at 0.2 Hz.
        assert!(is_alias(6.0, 49.9) && is_alias(12.0, 49.9));
        assert!(!is_alias(9.0, 49.9));
        // 60 Hz at 30.1 a second: 60 − 60.2.
        assert!(is_alias(12.0, 30.1));
        // Just at a whole fraction of the mains nothing stands still, and a fast device sees hum where it is.
        assert!(!is_alias(0.6, 100.0) && !is_alias(2.5, 50.0) && !is_alias(6.0, 250.0));
    }
}
