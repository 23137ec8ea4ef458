//! A line of a window: its frequency, its harmonics, and where it wanders its phase.

use std::f64::consts::TAU;

use super::wide::{turn, wide};

/// Highest harmonic of a line.
pub const HARMONICS: usize = 4;
/// Instants of a cycle at which a waveform is looked at for its peak and its trough.
const INSTANTS: usize = 256;
/// A rate that differs by this share is another.
const ANOTHER: f64 = 0.12;

/// A line with its harmonics.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Cycles a sample; the mean of one that wanders.
    pub frequency: f64,
    /// How many harmonics it has, the fundamental counted.
    pub harmonics: usize,
    /// The p that it was taken at, 0 where that was not from a search.
    pub p: f64,
    /// Whether it is known of another window, where its frequency was told: it neither moves nor wanders.
    pub known: bool,
    /// Of each harmonic: cosine and sine at the window's middle, and how much they gain from there to its end.
    waves: [[f64; 4]; HARMONICS],
    /// Radians at each sample where it wanders; nothing where it is steady.
    phase: Vec<f64>,
    /// Cosine and sine of the fundamental at each sample.
    cos: Vec<f64>,
    sin: Vec<f64>,
}

impl Line {
    /// With room for a window of `len` samples.
    pub fn with_room(len: usize) -> Self {
        let room = || Vec::with_capacity(len);
        Self { phase: room(), cos: room(), sin: room(), ..Self::default() }
    }

    /// Makes it a steady one in a window of `len` samples.
    pub fn set(&mut self, frequency: f64, len: usize) {
        (self.harmonics, self.waves, self.p, self.known) = (1, [[0.0; 4]; HARMONICS], 0.0, false);
        self.phase.clear();
        self.cos.resize(len, 0.0);
        self.sin.resize(len, 0.0);
        self.tune(frequency);
    }

    /// Whether its frequency is sought.
    pub fn moves(&self) -> bool {
        !self.known && !self.wanders()
    }

    /// Gives a steady line another frequency.
    pub fn tune(&mut self, frequency: f64) {
        self.frequency = frequency;
        turn(-TAU * frequency * middle(self.cos.len()), TAU * frequency, &mut self.cos, &mut self.sin);
    }

    /// Lets it follow a phase (radians at each sample) of that mean frequency.
    pub fn follow(&mut self, frequency: f64, phase: impl Iterator<Item = f64>) {
        self.frequency = frequency;
        self.phase.clear();
        self.phase.extend(phase);
        for ((phase, cos), sin) in self.phase.iter().zip(&mut self.cos).zip(&mut self.sin) {
            (*sin, *cos) = phase.sin_cos();
        }
    }

    /// Becomes what another is, in the room that it has.
    pub fn copy(&mut self, other: &Self) {
        (self.frequency, self.harmonics, self.waves) = (other.frequency, other.harmonics, other.waves);
        (self.p, self.known) = (other.p, other.known);
        self.phase.clone_from(&other.phase);
        self.cos.clone_from(&other.cos);
        self.sin.clone_from(&other.sin);
    }

    /// The phase that was tracked, radians at each sample.
    pub fn phase(&self) -> impl Iterator<Item = f64> {
        self.phase.iter().copied()
    }

    /// Its frequency over the latest samples, cycles a sample.
    pub fn latest(&self, samples: usize) -> f64 {
        match self.phase.len().checked_sub(samples) {
            Some(from) if samples > 1 => (self.phase[self.phase.len() - 1] - self.phase[from]) / TAU / (samples as f64 - 1.0),
            _ => self.frequency,
        }
    }

    /// How far its rate over a quarter of the window is from its frequency, cycles a sample, where that is another rate; 0 where it keeps about its own.
    pub fn reach(&self) -> f64 {
        let turned = |quarter: &[f64]| (quarter[quarter.len() - 1] - quarter[0]) / TAU / (quarter.len() as f64 - 1.0);
        let quarters = self.phase.chunks_exact((self.phase.len() / 4).max(2));
        let most = quarters.map(|quarter| (turned(quarter) - self.frequency).abs()).fold(0.0, f64::max);
        if most > ANOTHER * self.frequency { most } else { 0.0 }
    }

    /// Whether its phase was tracked.
    pub fn wanders(&self) -> bool {
        !self.phase.is_empty()
    }

    /// Amplitude of a harmonic at the window's middle, 0 being the fundamental.
    pub fn size(&self, harmonic: usize) -> f64 {
        self.waves[harmonic][0].hypot(self.waves[harmonic][1])
    }

    /// Amplitude of the fundamental.
    pub fn fundamental(&self) -> f64 {
        self.size(0)
    }

    /// Adds the fundamental and what is a quarter cycle behind it to both parts of a wave: the phase of what was added up is that of the whole.
    pub fn turn_along(&self, re: &mut [f64], im: &mut [f64]) {
        let [a, b, ..] = self.waves[0];
        for (((re, im), cos), sin) in re.iter_mut().zip(im).zip(&self.cos).zip(&self.sin) {
            *re += a * cos + b * sin;
            *im += a * sin - b * cos;
        }
    }

    /// Phase of the fundamental at the window's middle, radians behind a cosine.
    pub fn lateness(&self) -> f64 {
        self.waves[0][1].atan2(self.waves[0][0])
    }

    /// Σ h² A²: what the fundamental's frequency is told by.
    pub fn information(&self) -> f64 {
        (0..self.harmonics).map(|h| ((h + 1) as f64 * self.size(h)).powi(2)).sum()
    }

    /// Peak to trough of the waveform, harmonics included; exact for the fundamental alone.
    pub fn peak_to_trough(&self) -> f64 {
        self.height().0
    }

    /// The same, and what noise moves it by: variance over that of one harmonic's amplitude, Σ 4 sin²(h d / 2) of peak and trough a phase d apart.
    pub fn height(&self) -> (f64, f64) {
        if self.harmonics == 1 {
            return (2.0 * self.fundamental(), 4.0);
        }
        let step = TAU / INSTANTS as f64;
        let (sin, cos) = step.sin_cos();
        let (mut low, mut high, mut now) = ((f64::INFINITY, 0), (f64::NEG_INFINITY, 0), (1.0, 0.0));
        for instant in 0..INSTANTS {
            let (mut wave, mut x) = (now, 0.0);
            for [a, b, ..] in &self.waves[..self.harmonics] {
                x += a * wave.0 + b * wave.1;
                wave = (wave.0 * now.0 - wave.1 * now.1, wave.1 * now.0 + wave.0 * now.1);
            }
            if x < low.0 {
                low = (x, instant);
            }
            if x > high.0 {
                high = (x, instant);
            }
            now = (now.0 * cos - now.1 * sin, now.1 * cos + now.0 * sin);
        }
        let apart = (high.1 as f64 - low.1 as f64) * step / 2.0;
        let moved = (1..=self.harmonics).map(|h| 4.0 * (h as f64 * apart).sin().powi(2)).sum();
        (high.0 - low.0, moved)
    }

    /// Samples of its window.
    pub fn len(&self) -> usize {
        self.cos.len()
    }

    /// Columns it takes in the design.
    pub fn columns(&self) -> usize {
        self.harmonics * self.terms()
    }

    /// Of each harmonic.
    pub fn terms(&self) -> usize {
        if self.wanders() { 4 } else { 2 }
    }

    /// Takes its coefficients, in the order of its columns.
    pub fn take(&mut self, values: &mut impl Iterator<Item = f64>) {
        let terms = self.terms();
        for wave in &mut self.waves[..self.harmonics] {
            *wave = [0.0; 4];
            wave[..terms].fill_with(|| values.next().unwrap_or(0.0));
        }
    }

    /// Whether every coefficient is a number.
    pub fn is_finite(&self) -> bool {
        self.waves.iter().flatten().all(|value| value.is_finite())
    }

    /// Cosine and sine of every harmonic, and where the line wanders the same growing along the window.
    pub fn fill(&self, out: &mut [f64]) {
        let (len, terms) = (self.cos.len(), self.terms());
        wide(
            #[inline(always)]
            || {
                for h in 0..self.harmonics {
                    let (before, own) = out.split_at_mut(h * terms * len);
                    let (c, s) = own[..2 * len].split_at_mut(len);
                    if let Some(last) = h.checked_sub(1).map(|last| &before[last * terms * len..]) {
                        let (last_c, last_s) = last.split_at(len);
                        for i in 0..len {
                            c[i] = last_c[i] * self.cos[i] - last_s[i] * self.sin[i];
                            s[i] = last_s[i] * self.cos[i] + last_c[i] * self.sin[i];
                        }
                    } else {
                        c.copy_from_slice(&self.cos);
                        s.copy_from_slice(&self.sin);
                    }
                    if terms == 4 {
                        let (waves, growing) = own.split_at_mut(2 * len);
                        let (c, s) = growing[..2 * len].split_at_mut(len);
                        for i in 0..len {
                            (c[i], s[i]) = (waves[i] * place(i, len), waves[len + i] * place(i, len));
                        }
                    }
                }
            },
        );
    }

    /// How a steady line changes with its frequency.
    pub fn fill_slope(&self, out: &mut [f64]) {
        match self.harmonics {
            1 => self.slope::<1>(out),
            2 => self.slope::<2>(out),
            3 => self.slope::<3>(out),
            _ => self.slope::<HARMONICS>(out),
        }
    }

    fn slope<const H: usize>(&self, out: &mut [f64]) {
        let first = -middle(out.len());
        wide(
            #[inline(always)]
            || {
                for (i, ((out, cos), sin)) in out.iter_mut().zip(&self.cos).zip(&self.sin).enumerate() {
                    let (mut c, mut s, mut sum) = (*cos, *sin, 0.0);
                    for (h, [a, b, ..]) in self.waves[..H].iter().enumerate() {
                        sum += (h as f64 + 1.0) * (b * c - a * s);
                        (c, s) = (c * cos - s * sin, s * cos + c * sin);
                    }
                    *out = TAU * (i as f64 + first) * sum;
                }
            },
        );
    }

    /// Takes it out of a window.
    pub fn leave(&self, window: &mut [f64]) {
        match self.harmonics {
            1 => self.subtract::<1>(&self.waves, window),
            2 => self.subtract::<2>(&self.waves, window),
            3 => self.subtract::<3>(&self.waves, window),
            _ => self.subtract::<HARMONICS>(&self.waves, window),
        }
    }

    /// Takes it out of a window but for one harmonic, 0 being the fundamental.
    pub fn leave_but(&self, harmonic: usize, window: &mut [f64]) {
        let there = |h: usize| h < self.harmonics && h != harmonic;
        let waves = std::array::from_fn(|h| if there(h) { self.waves[h] } else { [0.0; 4] });
        self.subtract::<HARMONICS>(&waves, window);
    }

    fn subtract<const H: usize>(&self, waves: &[[f64; 4]; HARMONICS], window: &mut [f64]) {
        let len = window.len();
        wide(
            #[inline(always)]
            || {
                for (i, ((x, cos), sin)) in window.iter_mut().zip(&self.cos).zip(&self.sin).enumerate() {
                    let (mut c, mut s, place) = (*cos, *sin, place(i, len));
                    for [a, b, more_a, more_b] in &waves[..H] {
                        *x -= (a + more_a * place) * c + (b + more_b * place) * s;
                        (c, s) = (c * cos - s * sin, s * cos + c * sin);
                    }
                }
            },
        );
    }
}

/// The middle of a window of `len` samples.
pub fn middle(len: usize) -> f64 {
    (len as f64 - 1.0) / 2.0
}

/// From −1 at a window's begin to 1 at its end.
#[inline]
fn place(i: usize, len: usize) -> f64 {
    i as f64 / middle(len) - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peak_and_trough_are_moved_by_a_harmonic_as_far_as_it_has_another_phase_at_each() {
        let mut line = Line::with_room(200);
        line.set(0.04, 200);
        line.take(&mut [0.6, 0.8].into_iter());
        assert_eq!(line.height(), (2.0, 4.0));
        line.harmonics = 2;
        line.take(&mut [1.0, 0.0, 0.4, 0.0].into_iter());
        // Greatest at 0, least where the cosine is −1 / 1.6: there 4 sin² of half that phase is 2 + 2 / 1.6, and of the whole of it 4 − 4 / 1.6².
        let ((height, moved), steepest) = (line.height(), 1.0 / 1.6_f64);
        assert!((height - (1.4 + 0.7125)).abs() < 1e-3, "{height}");
        assert!((moved - (6.0 + 2.0 * steepest - 4.0 * steepest.powi(2))).abs() < 0.1, "{moved}");
    }

    #[test]
    fn a_rhythm_that_stands_still_for_a_part_of_the_window_was_elsewhere_than_at_its_mean_rate() {
        let mut line = Line::with_room(400);
        line.set(0.04, 400);
        assert!(line.reach() == 0.0, "a steady line is where it is");
        // At 0.05 but for a quarter: 0.0375 on the whole, and 0 there.
        line.follow(0.0375, (0..400).map(|i: u32| TAU * 0.05 * f64::from(if i < 200 { i } else { i.max(300) - 100 })));
        assert!((line.reach() - 0.0375).abs() < 1e-3, "{}", line.reach());
        line.follow(0.04, (0..400).map(|i: u32| TAU * (0.04 * f64::from(i) + 0.1 * (f64::from(i) / 60.0).sin())));
        assert!(line.reach() == 0.0, "one that wanders a little is where it is: {}", line.reach());
    }

    #[test]
    fn the_slope_is_how_the_line_changes_with_its_frequency() {
        let mut line = Line::with_room(200);
        line.set(0.04, 200);
        line.harmonics = 2;
        line.take(&mut [0.7, -0.4, 0.2, 0.5].into_iter());
        let at = |frequency: f64| {
            let (mut line, mut window) = (line.clone(), vec![0.0; 200]);
            line.tune(frequency);
            line.leave(&mut window);
            window
        };
        let (mut slope, step) = (vec![0.0; 200], 1e-7);
        line.fill_slope(&mut slope);
        for ((slope, low), high) in slope.iter().zip(at(0.04 - step)).zip(at(0.04 + step)) {
            // What is left of nothing is the line, taken away.
            let change = (low - high) / (2.0 * step);
            assert!((slope - change).abs() < 1e-3 * (1.0 + change.abs()), "{slope} for {change}");
        }
    }
}
