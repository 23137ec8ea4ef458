//! Evidence for a line in a short window: Thomson's harmonic F-test (Thomson 1982, Proc. IEEE 70:1055; Percival & Walden 1993, chapter 10)
//! as the regression that it is. At each frequency the window is projected on what K Slepian tapers pass, made orthonormal and orthogonal
//! to the trend; two of those directions carry the line, the others are noise of the same band. So the statistic has its F distribution
//! to the letter in white noise down to the slowest rates, where a line meets its own mirror image and the trend's removal. The test is
//! local in frequency, and the window is whitened by its own first-order autoregression beforehand, so that it is nearly blind to the
//! noise's colour.

mod directions;

use super::multitaper::Multitaper;
use super::trend::Trend;
use super::wide::dot;
use directions::{Directions, directions};

/// A window that is one line and nothing else has no other energy: more than this is not told.
const MOST_GAIN: f64 = 1e30;

/// The plan and scratch for windows of one length.
#[derive(Debug)]
pub struct LineTest {
    tapers: Multitaper,
    raw: Trend,
    trend: Trend,
    first: usize,
    /// None of a bin far from every edge: there the tapers themselves are the directions.
    bins: Vec<Option<Directions>>,
    /// What a line gives to each taper, of unit length.
    line: Vec<f64>,
    /// The energy that the tapers pass of a constant 1.
    passed: f64,
    whitened: Vec<f64>,
    coefficient: f64,
    /// Each taper's (cosine, sine) part at a bin.
    parts: Vec<f64>,
    /// At each bin: real and imaginary part along a line, and all energy.
    along: [Vec<f64>; 3],
    /// How many times as much energy there is with the line as without, at each bin.
    gain: Vec<f64>,
    /// Energy along the line's two directions, whitened.
    energy: Vec<f64>,
    /// Mean energy of the other directions, whitened: the noise's density.
    noise: Vec<f64>,
}

/// The tapers of a test: time-bandwidth product and count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tapers {
    /// In units of 1/window.
    pub nw: f64,
    /// How many.
    pub count: usize,
}

/// What the test of a bin compares, as squares of a sine's amplitude.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Of the sine that explains most there.
    pub line: f64,
    /// What noise as strong as beside it gives on the average.
    pub noise: f64,
    /// Degrees of freedom that the noise is known with.
    pub freedom: f64,
}

impl Seen {
    /// What the line's square would have to be for a p whose logarithm, before the correction for the search, is this: p = (1 + 2 line / (noise freedom))^(−freedom / 2).
    pub fn needed(self, log_p: f64) -> f64 {
        self.noise / 2.0 * self.freedom * (-2.0 * log_p / self.freedom.max(1.0)).exp_m1()
    }
}

impl LineTest {
    /// Plans for windows of `len` samples and lines between two frequencies, the trend below `floor` taken out (all in cycles a sample).
    pub fn new(len: usize, tapers: Tapers, (low, high): (f64, f64), floor: f64) -> Self {
        let short = len - 1;
        let nw = tapers.nw;
        let tapers = Multitaper::new(short, nw, tapers.count);
        let trend = Trend::new(short, floor);
        let first = ((low / tapers.step()).ceil() as usize).max(1);
        let last = ((high / tapers.step()).floor() as usize).min(tapers.last());
        // Twice the band of the tapers, and a Rayleigh width for the cosines' ends.
        let width = (2.0 * nw + 1.0) / short as f64;
        let far = |frequency: f64| frequency > trend.floor() + width && frequency < 0.5 - width;
        let plan = |frequency: f64| (!far(frequency)).then(|| directions(&tapers, &trend, frequency));
        let bins: Vec<Option<Directions>> = (first..=last).map(|bin| plan(bin as f64 * tapers.step())).collect();
        let blank = vec![0.0; bins.len()];
        let sums: Vec<f64> = tapers.tapers().iter().map(|taper| taper.iter().sum()).collect();
        let norm = sums.iter().map(|sum| sum * sum).sum::<f64>().sqrt();
        Self {
            raw: Trend::new(len, floor),
            trend,
            first,
            line: sums.iter().map(|sum| sum / norm).collect(),
            passed: norm * norm,
            whitened: vec![0.0; short],
            coefficient: 0.0,
            parts: vec![0.0; 2 * tapers.tapers().len()],
            along: [blank.clone(), blank.clone(), blank.clone()],
            gain: blank.clone(),
            energy: blank.clone(),
            noise: blank,
            bins,
            tapers,
        }
    }

    /// Samples in a window.
    pub fn len(&self) -> usize {
        self.whitened.len() + 1
    }

    /// Cycles a sample from one bin to the next.
    pub fn step(&self) -> f64 {
        self.tapers.step()
    }

    /// How many bins there are.
    pub fn bins(&self) -> usize {
        self.bins.len()
    }

    /// At each bin of the plan, of the window tested last: the energy with the line over the energy without, which is p^(−2 / m) with m degrees of
    /// freedom, before the correction for the search.
    pub fn gain(&self) -> &[f64] {
        &self.gain
    }

    /// Degrees of freedom of the noise beside a line at a bin.
    pub fn freedom(&self, bin: usize) -> f64 {
        freedom(self.bins[bin].as_ref(), self.line.len())
    }

    /// The frequency of a bin of the plan, cycles a sample.
    pub fn frequency(&self, bin: usize) -> f64 {
        (self.first + bin) as f64 * self.step()
    }

    /// The bin of twice the frequency; none of the plan where that is too fast.
    pub fn double(&self, bin: usize) -> usize {
        self.first + 2 * bin
    }

    /// The bins of the plan between two frequencies.
    pub fn between(&self, low: f64, high: f64) -> std::ops::Range<usize> {
        let first = ((low / self.step()).ceil() as usize).saturating_sub(self.first);
        let end = ((high / self.step()).floor() as usize + 1).saturating_sub(self.first).min(self.bins.len());
        first.min(end)..end
    }

    /// Tests every frequency of a window without its trend.
    pub fn test(&mut self, window: &[f64]) {
        self.whiten(window);
        self.tapers.run(&self.whitened);
        let [re, im, all] = &mut self.along;
        self.tapers.project(self.first, &self.line, [re, im, all]);
        for at in 0..self.bins.len() {
            if self.bins[at].is_some() {
                self.judge(at);
            } else {
                // A real window has its energy at both signs of the frequency.
                let line = 2.0 * (self.along[0][at].powi(2) + self.along[1][at].powi(2));
                self.say(at, (line, (2.0 * self.along[2][at] - line).max(0.0)));
            }
        }
    }

    /// Tests the frequencies of some bins alone: what is told of others is out of date.
    pub fn test_bins(&mut self, window: &[f64], bins: std::ops::Range<usize>) {
        self.whiten(window);
        for at in bins {
            self.tapers.run_at(&self.whitened, self.first + at);
            self.judge(at);
        }
    }

    /// Takes a window's trend out of it, as [`LineTest::test`] asks for.
    pub fn remove_trend(&self, window: &mut [f64]) {
        self.raw.remove(window);
    }

    fn whiten(&mut self, window: &[f64]) {
        self.coefficient = regression(window);
        for (out, pair) in self.whitened.iter_mut().zip(window.windows(2)) {
            *out = pair[1] - self.coefficient * pair[0];
        }
        self.trend.remove(&mut self.whitened);
    }

    /// Energies at a bin whose coefficients are known.
    fn judge(&mut self, at: usize) {
        for (parts, y) in self.parts.chunks_exact_mut(2).zip(self.tapers.at(self.first + at)) {
            (parts[0], parts[1]) = (y.re, -y.im);
        }
        let directions = self.bins[at].as_ref();
        let (line, rest) = directions.map_or_else(|| harmonic(&self.line, &self.parts), |directions| directions.energies(&self.parts));
        self.say(at, (line, rest));
    }

    /// What is told of a bin with so much energy along a line, and so much beside it.
    fn say(&mut self, at: usize, (line, rest): (f64, f64)) {
        let freedom = self.freedom(at);
        self.energy[at] = line;
        self.noise[at] = if freedom > 0.0 { rest / freedom } else { 0.0 };
        self.gain[at] = if line > 0.0 { (1.0 + line / rest).min(MOST_GAIN) } else { 1.0 };
    }

    /// What was seen at a bin of the window tested last, the whitening undone.
    pub fn seen(&self, bin: usize) -> Seen {
        // A sine of amplitude A has A² / 2 of what a constant 1 has.
        let scale = self.whitening(self.frequency(bin)) * self.passed / 2.0;
        let freedom = self.freedom(bin);
        Seen { line: self.energy[bin] / scale, noise: 2.0 * self.noise[bin] / scale, freedom }
    }

    /// The whitening's gain in power at a frequency.
    fn whitening(&self, frequency: f64) -> f64 {
        (1.0 + self.coefficient.powi(2) - 2.0 * self.coefficient * (std::f64::consts::TAU * frequency).cos()).max(1e-9)
    }

    /// Where a line would explain most of the whitened window, between two frequencies.
    pub fn strongest(&self, low: f64, high: f64) -> Option<f64> {
        let bins = self.between(low, high);
        bins.max_by(|a, b| self.energy[*a].total_cmp(&self.energy[*b])).map(|bin| self.frequency(bin))
    }

    /// The greatest whitened power of some bins over that which a share of all bins stays below.
    pub fn excess(&self, bins: std::ops::Range<usize>, share: f64, scratch: &mut Vec<f64>) -> f64 {
        let power = |at: usize| {
            let freedom = freedom(self.bins[at].as_ref(), self.line.len());
            (self.energy[at] + freedom * self.noise[at]) / (freedom + 2.0)
        };
        let own = bins.map(power).fold(0.0, f64::max);
        scratch.clear();
        scratch.extend((0..self.bins.len()).map(power));
        let place = ((share * scratch.len() as f64) as usize).min(scratch.len().saturating_sub(1));
        if scratch.is_empty() {
            return 0.0;
        }
        let (_, usual, _) = scratch.select_nth_unstable_by(place, f64::total_cmp);
        own / usual.max(f64::MIN_POSITIVE)
    }

    /// The bin nearest to a frequency.
    pub fn bin(&self, frequency: f64) -> usize {
        ((frequency / self.step()).round() as usize).saturating_sub(self.first).min(self.bins.len().saturating_sub(1))
    }

    /// The noise's power density at a frequency, in unit² × samples, and the degrees of freedom it is known with.
    pub fn noise(&self, frequency: f64) -> (f64, f64) {
        let bin = self.bin(frequency);
        let known = self.noise.get(bin).copied().unwrap_or(0.0);
        (known / self.whitening(frequency), self.bins.get(bin).map_or(0.0, |bin| freedom(bin.as_ref(), self.line.len())))
    }
}

/// Degrees of freedom of the noise beside a line.
fn freedom(directions: Option<&Directions>, tapers: usize) -> f64 {
    directions.map_or(2 * tapers, |directions| directions.rank).saturating_sub(2) as f64
}

/// Energy along a line and along all else of the tapers' parts at a frequency far from every edge.
fn harmonic(line: &[f64], parts: &[f64]) -> (f64, f64) {
    let (mut re, mut im, mut all) = (0.0, 0.0, 0.0);
    for (y, u) in parts.chunks_exact(2).zip(line) {
        re += y[0] * u;
        im += y[1] * u;
    }
    for (y, u) in parts.chunks_exact(2).zip(line) {
        all += (y[0] - re * u).powi(2) + (y[1] - im * u).powi(2);
    }
    // A real window has its energy at both signs of the frequency.
    (2.0 * (re * re + im * im), 2.0 * all)
}

/// The first-order autoregression coefficient of a window without trend.
fn regression(window: &[f64]) -> f64 {
    let energy = dot(window, window);
    let beside = window.split_first().map_or(0.0, |(_, later)| dot(later, &window[..later.len()]));
    if energy > 0.0 { beside / energy } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::Normal;

    const LEN: usize = 301;

    /// First-order autoregression of innovations of unit variance.
    fn noise(memory: f64, normal: &mut Normal) -> Vec<f64> {
        let mut last = 0.0;
        let all = (0..LEN + 100).map(|_| {
            last = memory * last + normal.draw();
            last
        });
        all.skip(100).collect()
    }

    #[test]
    fn the_noises_density_is_told_whatever_its_colour() {
        let (mut test, mut normal) = (LineTest::new(LEN, Tapers { nw: 5.0, count: 9 }, (0.0, 0.5), 0.0), Normal::new(3, 0));
        for memory in [0.0, 0.8, -0.5] {
            let mut told = [0.0; 2];
            for _ in 0..300 {
                let mut window = noise(memory, &mut normal);
                test.remove_trend(&mut window);
                test.test(&window);
                for (told, frequency) in told.iter_mut().zip([0.1, 0.3]) {
                    *told += test.noise(frequency).0 / 300.0;
                }
            }
            for (told, frequency) in told.iter().zip([0.1_f64, 0.3]) {
                let is = 1.0 / (1.0 + memory * memory - 2.0 * memory * (std::f64::consts::TAU * frequency).cos());
                assert!((told / is - 1.0).abs() < 0.1, "memory {memory} at {frequency}: {told} for {is}");
            }
        }
        assert_eq!(test.noise(0.1).1, 16.0, "two directions of nine tapers each, less the line's two");
    }

    #[test]
    fn what_whitens_is_the_regression_of_a_sample_on_the_one_before() {
        assert!((regression(&[1.0, 0.5, 0.25]) - 0.625 / 1.3125).abs() < 1e-12);
        let mut normal = Normal::new(9, 0);
        for memory in [0.0, 0.8, -0.5] {
            let told = (0..100).map(|_| regression(&noise(memory, &mut normal)) / 100.0).sum::<f64>();
            assert!((told - memory).abs() < 0.03, "{told} for {memory}");
        }
    }

    #[test]
    fn a_line_stands_out_and_noise_does_not() {
        let (mut test, mut scratch) = (LineTest::new(LEN, Tapers { nw: 5.0, count: 9 }, (0.0, 0.5), 0.0), Vec::new());
        let wave = |i: usize| (std::f64::consts::TAU * 0.1 * i as f64).sin();
        let mut window: Vec<f64> = noise(0.0, &mut Normal::new(4, 0)).iter().enumerate().map(|(i, noise)| noise + 2.0 * wave(i)).collect();
        test.remove_trend(&mut window);
        test.test(&window);
        let (own, far) = (test.between(0.09, 0.11), test.between(0.3, 0.32));
        let (own, far) = (test.excess(own, 0.5, &mut scratch), test.excess(far, 0.5, &mut scratch));
        assert!(own > 5.0 && far > 0.2 && far < 3.0, "{own} {far}");
    }

    #[test]
    fn far_from_every_edge_the_regression_is_thomsons_own_statistic() {
        let tapers = Tapers { nw: 5.0, count: 9 };
        let floor = 0.02;
        let mut test = LineTest::new(301, tapers, (0.0, 0.5), floor);
        let mut window: Vec<f64> =
            (0..301).map(|i| (f64::from(i) * 0.7).sin() + (f64::from(i * i) * 1.1).sin() + 0.001 * f64::from(i)).collect();
        test.remove_trend(&mut window);
        test.test(&window);
        let log_p = |test: &LineTest| (0..test.bins()).map(|bin| -test.freedom(bin) / 2.0 * test.gain()[bin].ln()).collect::<Vec<f64>>();
        let quick = log_p(&test);
        let mut far = 0;
        for at in 0..test.bins.len() {
            if test.bins[at].is_none() {
                test.bins[at] = Some(directions(&test.tapers, &test.trend, test.frequency(at)));
                far += 1;
            }
        }
        test.test(&window);
        assert!(far > 300, "{far}");
        for (at, (quick, exact)) in quick.iter().zip(&log_p(&test)).enumerate() {
            assert!((quick - exact).abs() < 0.02 * (1.0 + exact.abs()), "{}: {quick} for {exact}", test.frequency(at));
        }
    }
}
