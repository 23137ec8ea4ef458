//! A slower rhythm of the same trace, which a faster one may be no more than a harmonic of.

use super::line::HARMONICS;

/// The h-th harmonic of a breath without steps has less than this share of the fundamental by h³,
const SMOOTH: f64 = 6.0;
/// and of any less than so many times what slower ones foretell, if they become smaller with their number as those of a wave with steps,
const MARGIN: f64 = 1.5;
/// and less than this share of the fundamental by h.
const STEPS: f64 = 2.0;
/// How far off a rate may be elsewhere in the trace, as a share of it, where no regularity of it is known, and at least.
const WANDERS: f64 = 0.08;
const STEADY: f64 = 0.03;
/// Of what it has at a multiple it has less than this share as far off as it wanders.
const SELDOM: f64 = 0.5;
/// A harmonic is there where it has more than this share of its size.
const THERE: f64 = 0.03;

/// What is known of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slower {
    /// Cycles a sample of the window that it is held against.
    rate: f64,
    /// Half of peak to trough.
    size: f64,
    /// The amplitudes of its fundamental and harmonics, where they are known.
    sizes: Option<[f64; HARMONICS]>,
    /// How far off its rate may be elsewhere in the trace, as a share of it.
    wanders: f64,
    /// How far off its rate may be in the window itself, as a share of it.
    known: f64,
}

impl Slower {
    /// Of a rate (cycles a sample), its size (half of peak to trough), the amplitudes of its fundamental and harmonics where they are known, and its regularity.
    pub fn new((rate, size): (f64, f64), sizes: Option<[f64; HARMONICS]>, regularity: Option<f64>) -> Self {
        // The regularity is 1 less twice the lengths' coefficient of variation.
        let wanders = regularity.map_or(WANDERS, |regularity| (1.0 - regularity).max(STEADY));
        Self { rate, size, sizes, wanders, known: wanders }
    }

    /// The frequencies of its second and third harmonic, cycles a sample, where they are known to be there.
    pub fn harmonics(self) -> impl Iterator<Item = f64> {
        let sizes = self.sizes.unwrap_or_default();
        [(2.0, sizes[1]), (3.0, sizes[2])].into_iter().filter(move |(_, size)| *size > THERE * self.size).map(move |(h, _)| h * self.rate)
    }

    /// The same where its rate in the window is known to that share of it.
    pub fn told_to(self, known: f64) -> Self {
        Self { known: known.max(STEADY).min(self.wanders), ..self }
    }

    /// Whether a line at a frequency of that amplitude may be one of its harmonics, the frequency known that well (cycles a sample).
    pub fn explains(self, frequency: f64, amplitude: f64, known: f64) -> bool {
        let h = (frequency / self.rate).round();
        let off = (frequency - h * self.rate).abs();
        // It is seldom where it wanders to.
        let most = if off < known.max(self.known * frequency) { 1.0 } else { SELDOM } * self.most(h);
        h >= 2.0 && amplitude < most && off < known.max(self.wanders * frequency)
    }

    /// Whether a line that it does not explain may be one of its harmonics if it has corners, or humps, where it was not seen to.
    pub fn may_explain(self, frequency: f64, amplitude: f64, known: f64) -> bool {
        let h = (frequency / self.rate).round();
        h >= 2.0 && amplitude < STEPS * self.size / h && (frequency - h * self.rate).abs() < known.max(STEADY * frequency)
    }

    /// The amplitude that its h-th harmonic stays below.
    fn most(self, h: f64) -> f64 {
        let steps = STEPS * self.size / h;
        let Some(sizes) = self.sizes.filter(|_| h > 2.0) else { return steps };
        // What was taken for the h-th may be the faster rhythm itself.
        let slower = sizes.iter().zip(1_u8..).map(|(size, j)| (size, f64::from(j)));
        let beside = slower.filter(|(_, j)| *j >= (h - 1.0).clamp(2.0, 3.0) && *j < h);
        let foretold = beside.map(|(size, j)| MARGIN * size * j / h).fold(SMOOTH / h.powi(3) * sizes[0], f64::max);
        foretold.min(steps)
    }
}

#[cfg(test)]
mod tests {
    use super::Slower;

    #[test]
    fn a_small_line_near_a_multiple_is_a_harmonic_and_a_large_one_or_one_between_is_not() {
        let breath = Slower::new((0.25, 10.0), None, None);
        for (frequency, amplitude, is) in
            [(0.75, 2.0, true), (0.75, 7.0, false), (0.70, 2.0, true), (0.62, 2.0, false), (0.25, 2.0, false), (1.5, 1.0, true)]
        {
            assert_eq!(breath.explains(frequency, amplitude, 0.0), is, "{frequency} of {amplitude}");
        }
        assert!(breath.explains(0.62, 2.0, 0.2), "what is not known well may be one");
    }

    #[test]
    fn what_a_smooth_breath_does_not_explain_one_with_corners_may_at_its_multiples() {
        let breath = Slower::new((0.25, 10.0), Some([9.0, 0.9, 0.1, 0.0]), Some(0.9));
        assert!(!breath.explains(0.75, 4.0, 0.01) && breath.may_explain(0.75, 4.0, 0.01));
        assert!(!breath.may_explain(0.75, 7.0, 0.01), "larger than any wave's third harmonic");
        assert!(!breath.may_explain(0.80, 4.0, 0.01), "between the third and the fourth");
    }

    #[test]
    fn a_smooth_breath_has_small_harmonics_and_a_regular_one_has_them_at_their_multiples() {
        let smooth = Slower::new((0.25, 10.0), Some([9.0, 0.9, 0.1, 0.0]), Some(0.96));
        assert!(smooth.explains(0.76, 1.9, 0.0) && !smooth.explains(0.76, 2.1, 0.0) && !smooth.explains(0.70, 1.9, 0.0));
        let square = Slower::new((0.25, 10.0), Some([12.0, 0.0, 4.0, 0.0]), Some(0.96));
        assert!(square.explains(1.25, 2.4, 0.0), "its fifth harmonic");
    }

    #[test]
    fn where_a_breath_only_wanders_to_there_is_less_of_it_than_at_its_multiples() {
        let breath = Slower::new((0.25, 10.0), Some([9.0, 0.9, 0.1, 0.0]), None).told_to(0.02);
        assert!(breath.explains(0.76, 1.9, 0.0) && !breath.explains(0.79, 1.9, 0.0), "2 % off and 5 %");
        assert!(breath.explains(0.79, 0.9, 0.0) && !breath.explains(0.83, 0.9, 0.0), "half as much, and further than it wanders");
    }
}
