//! How evenly a rhythm goes on, by its phase and its size as they were followed: what is the rhythm's own, and what noise does.

use std::f64::consts::TAU;

use rustfft::num_complex::Complex64;

use super::Track;
use crate::rhythm::chance::normal_below;

/// A size of more than so many times the median is a movement's.
const MOVED: f64 = 1.5;
/// ln e of noise over many cycles, how much less it is over one, and its standard deviation over one. Told by 13,000 windows of white noise; the first has a closed
/// form, and all three are held to it and to noise by the tests below.
const FADING: f64 = -1.875;
const SHORT: f64 = 1.1;
const SPREAD: f64 = 0.70;
/// Phases stray by more than noise where they do by so many times as much as sizes: of noise they do in 15 of 100 windows of ten cycles.
const CHANCE: f64 = 1.75;

impl Track {
    /// Mean square of how far the phases are from those of a steady rate, radians².
    pub fn strays(&self, frequency: f64) -> f64 {
        let count = self.phase.len() as f64;
        let off = |(i, phase): (usize, &f64)| phase - TAU * frequency * i as f64;
        let mean = self.phase.iter().enumerate().map(off).sum::<f64>() / count;
        self.phase.iter().enumerate().map(|at| (off(at) - mean).powi(2)).sum::<f64>() / count
    }

    /// Cycles that were followed.
    pub fn cycles(&self) -> f64 {
        self.rate().abs() * self.phase.len() as f64
    }

    /// How far a rhythm strays from a line of that frequency (cycles a sample): its phases from the straight line that fits them best, mean square, radians²; as much of
    /// it as is the rhythm's own, and as it would be over the whole window of one that walks at random. 0 where it may be noise, which moves a rhythm along the line, relative
    /// to its size there, as much as across it. Across is the phase where it strays little; where noise lets it slip by a turn nothing has gone further.
    /// Also by how much its rate from the first to the last phase is another than the line's, no turn that slipped counted, cycles a sample.
    pub fn walks(&self, frequency: f64) -> (f64, f64) {
        let count = self.phase.len() as f64;
        let places = || {
            self.phase
                .iter()
                .zip(&self.sizes)
                .enumerate()
                .map(|(i, (phase, size))| (i as f64, Complex64::from_polar(*size, phase - TAU * frequency * i as f64)))
        };
        let mean = places().map(|(_, place)| place).sum::<Complex64>() / count;
        if mean == Complex64::ZERO {
            return (0.0, 0.0);
        }
        let middle = (count - 1.0) / 2.0;
        let (mut sloped, mut across, mut along) = (0.0, 0.0, 0.0);
        for (i, place) in places() {
            let off = place / mean - 1.0;
            sloped += (i - middle) * off.im;
            across += off.im.powi(2);
            along += off.re.powi(2);
        }
        let off = across - sloped.powi(2) * 12.0 / (count * (count * count - 1.0));
        let whole = 1.0 + 2.0 * self.half as f64 / count;
        let walked = if off > CHANCE * along { (off - along) / count * whole.powi(4) } else { 0.0 };
        let turn = |place: Option<(f64, Complex64)>| place.map_or(0.0, |(_, place)| (place / mean).arg());
        (walked, (turn(places().next_back()) - turn(places().next())) / TAU / self.span())
    }

    /// How likely noise of any colour keeps its size as well as what was followed: the size of noise in a band is Rayleigh's. The share e of the mean
    /// square that is no square of the mean, sizes taken as at most one and a half times the median (a movement is no fading), is over c cycles
    /// about log-normal. 1 where nothing was followed.
    pub fn fading(&mut self) -> f64 {
        let count = self.sizes.len();
        if count == 0 {
            return 1.0;
        }
        self.lengths.clear();
        self.lengths.extend_from_slice(&self.sizes);
        let (_, median, _) = self.lengths.select_nth_unstable_by(count / 2, f64::total_cmp);
        let most = MOVED * *median;
        let (mut sum, mut squares) = (0.0, 0.0);
        for size in &self.sizes {
            let size = size.min(most);
            sum += size;
            squares += size * size;
        }
        let even = sum * sum / (count as f64 * squares);
        let cycles = (self.rate().abs() * count as f64).max(1.0);
        let usual = FADING - SHORT / cycles;
        normal_below(((1.0 - even).max(f64::MIN_POSITIVE).ln() - usual) * cycles.sqrt() / SPREAD)
    }

    /// 1 − min(1, CV of the cycle lengths / 0.5); `None` with less than three cycles.
    pub fn regularity(&mut self) -> Option<f64> {
        self.lengths.clear();
        let first = self.phase.first()?;
        let (mut goal, mut before) = ((first / TAU).ceil() * TAU, None::<f64>);
        for (i, pair) in self.phase.windows(2).enumerate() {
            if pair[1] >= goal && pair[1] > pair[0] {
                let onset = i as f64 + (goal - pair[0]) / (pair[1] - pair[0]);
                self.lengths.extend(before.map(|before| onset - before));
                before = Some(onset);
                goal += TAU;
            }
        }
        let lengths = &self.lengths;
        if lengths.len() < 3 {
            return None;
        }
        let mean = lengths.iter().sum::<f64>() / lengths.len() as f64;
        let variance = lengths.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / (lengths.len() - 1) as f64;
        Some(1.0 - (variance.sqrt() / mean / 0.5).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::super::Guess;
    use super::*;
    use crate::simulate::Normal;

    #[test]
    fn the_size_of_noise_is_rayleighs() {
        // Of sizes that are Rayleigh's and held at c = 1.5 √(2 ln 2): mean √(π/2) erf(c/√2), mean square 2 (1 − 2^−2.25).
        let (mean, square) = ((PI / 2.0).sqrt() * 0.922_623_4, 2.0 * (1.0 - 2.0_f64.powf(-2.25)));
        assert!(((1.0 - mean * mean / square).ln() - FADING).abs() < 2e-3);
    }

    #[test]
    fn noise_keeps_its_size_as_often_as_is_told_and_a_rhythm_does_not_fade() {
        let (mut track, mut normal) = (Track::default(), Normal::new(4, 0));
        for (len, frequency) in [(375, 0.04), (375, 0.1), (1500, 0.05)] {
            let mut told = Vec::new();
            for _ in 0..400 {
                let noise: Vec<f64> = (0..len).map(|_| normal.draw()).collect();
                assert!(track.run(&noise, (frequency, 2.0), Guess::Steady(frequency)));
                told.push(track.fading());
            }
            for (p, within) in [(0.1, 0.05), (0.5, 0.1), (0.9, 0.05)] {
                let share = told.iter().filter(|told| **told < p).count() as f64 / told.len() as f64;
                assert!((share - p).abs() < within, "{len} samples, {frequency}: {share} below {p}");
            }
            let rhythm: Vec<f64> = (0..len).map(|i| (TAU * frequency * f64::from(i)).sin() + 0.3 * normal.draw()).collect();
            assert!(track.run(&rhythm, (frequency, 2.0), Guess::Steady(frequency)) && track.fading() < 1e-4);
        }
    }

    #[test]
    fn a_phase_that_walks_is_told_from_one_that_noise_moves() {
        let (mut normal, mut track) = (Normal::new(9, 0), Track::default());
        let (len, rate, step) = (300, 0.04, 0.03);
        let (mut walks, mut beside, mut noisy) = (0.0, 0.0, 0);
        for _ in 0..400 {
            let walk: Vec<f64> = (0..len).scan(0.0, |at, _| Some(std::mem::replace(at, *at + step * normal.draw()))).collect();
            let x: Vec<f64> = walk.iter().enumerate().map(|(i, walk)| (TAU * rate * i as f64 + walk).cos()).collect();
            assert!(track.run(&x, (rate, 2.0), Guess::Steady(rate)));
            walks += track.walks(rate).0;
            // How far the walk is at its end from where the line that fits it best would have come.
            let middle = (len as f64 - 1.0) / 2.0;
            let slope = walk.iter().enumerate().map(|(i, walk)| (i as f64 - middle) * walk).sum::<f64>() * 12.0 / (len as f64).powi(3);
            beside += (walk[len - 1] - slope * len as f64).powi(2);
            let noise: Vec<f64> = (0..len).map(|i| (TAU * rate * i as f64).cos() + 0.3 * normal.draw()).collect();
            assert!(track.run(&noise, (rate, 2.0), Guess::Steady(rate)));
            noisy += u32::from(track.walks(rate).0 > 0.0);
        }
        // Of a random walk of this step they are n step²/15 and n step²/5; what a Hann window of two cycles smooths is not followed, and the ends are not.
        let ratio = 3.0 * walks / beside;
        assert!((0.7..1.6).contains(&ratio), "{ratio}: {} and {}", walks / 400.0, beside / 400.0);
        assert!((beside / 400.0 / (len as f64 * step * step / 5.0) - 1.0).abs() < 0.15, "the closed form: {}", beside / 400.0);
        assert!(noisy < 120, "noise was taken for a walk in {noisy} of 400");
    }

    #[test]
    fn a_turn_that_slipped_in_noise_is_no_walk() {
        let (mut normal, mut track) = (Normal::new(3, 0), Track::default());
        let (rate, mut slipped, mut walked) = (0.05, 0, 0);
        for _ in 0..400 {
            let x: Vec<f64> = (0..375).map(|i| (TAU * rate * f64::from(i)).cos() + 3.0 * normal.draw()).collect();
            assert!(track.run(&x, (rate, 2.0), Guess::Steady(rate)));
            let (walks, apart) = track.walks(rate);
            let turns = (track.rate() - rate) * track.span();
            // So far the phase has come from the line by turning once too often.
            slipped += u32::from(turns.abs() > 0.75);
            walked += u32::from(turns.abs() > 0.75 && (walks > PI || apart.abs() * track.span() > 0.75));
        }
        assert!(slipped > 20 && 3 * walked < slipped, "{walked} of {slipped} slips were taken for a walk");
    }

    #[test]
    fn a_steady_rhythm_is_even() {
        let x: Vec<f64> = (0..300).map(|i| (TAU * 0.021 * f64::from(i)).cos()).collect();
        let mut track = Track::default();
        assert!(track.run(&x, (0.0212, 2.0), Guess::Steady(0.0212)) && track.regularity().unwrap() > 0.99);
    }
}
