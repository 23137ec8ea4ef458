//! How sure a rhythm is, steady or not. A steady one is a line over the whole window. One that wanders is none any more, but over a few
//! of its cycles it still is: the window is also cut in 2, 4, … pieces, each is tested for a line, and the evidence of the pieces at one
//! frequency is put together by Fisher's method (Fisher 1925, section 21.1): −Σ ln p is gamma-distributed with the number of pieces,
//! whatever the noise's colour, for so is each piece's test.
//!
//! The search over the range is paid for by the expected number of maxima above a level (Rice 1945; Worsley 1994, Adv. Appl. Probab.
//! 26:13): p = 1 − exp(−p_local (1 + c · range · length · √(−ln p_local))). For a plain periodogram c is π √(2/3) / √(2π) = 1.02; the
//! noise's own estimate varies too, which makes it more.

use super::chance::{log_line, log_tail};
use super::lines::{LineTest, Seen, Tapers};
use super::window::{Kind, Range};

/// The c above. Derived by `just accuracy --only null-p` (white noise, all rhythms and pieces).
const SEARCH: f64 = 1.17;
/// Each way of cutting the window after the first counts as so many independent searches, for they look at the same samples.
const ANOTHER: f64 = 0.8;
/// And the search with the second harmonic, which has the whole's own test in it.
const OVERTONE_TOO: f64 = 0.3;
/// Tapers for the window as a whole, and for pieces, which are short, so that their band would be wide.
const WHOLE: Tapers = Tapers { nw: 5.0, count: 9 };
const HALVES: Tapers = Tapers { nw: 3.5, count: 6 };
const PIECES: Tapers = Tapers { nw: 3.0, count: 5 };
/// A piece holds at least so many cycles of a rate that is looked for in it, the whole window a little less.
const CYCLES: f64 = 3.0;
const CYCLES_WHOLE: f64 = 2.0;
/// The rate of a pulse that was told from pieces has slipped by no more than it may in so many.
const SLIP: usize = 4;
/// More evidence than that of this gain is not told.
const MOST: f64 = 1e300;
/// Halvings of a stretch of ln p: enough for ten digits.
const HALVINGS: u32 = 50;
/// Fewer samples are no piece.
const SHORTEST: usize = 24;

/// A rhythm of a shape of its own has a second harmonic: the two frequencies are searched as one that moves so many times as fast,
/// √((1² + 2²) / 2).
const OVERTONE: f64 = 1.58;

/// One way of cutting the window.
#[derive(Debug)]
struct Scale {
    test: LineTest,
    pieces: usize,
    /// Slower lines are not tested, cycles a sample.
    slowest: f64,
    /// The pieces' gains multiplied at each bin, and −Σ ln p.
    product: Vec<f64>,
    sum: Vec<f64>,
}

/// A frequency and its evidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Cycles a sample.
    pub frequency: f64,
    /// Corrected for the search and for the ways of cutting.
    pub p: f64,
    /// How far off the frequency may be, cycles a sample: half a Rayleigh width of a piece.
    pub tolerance: f64,
    /// Where it was told from.
    pub way: Way,
}

/// Where a line was told from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The window as a whole.
    Whole,
    /// So many pieces of it together: the rhythm wanders.
    Pieces(usize),
    /// The whole, at the rate and its double together: the rhythm has a shape of its own.
    Double,
}

/// The plan and scratch for windows of one length.
#[derive(Debug)]
pub struct Evidence {
    scales: Vec<Scale>,
    /// Whether the window as a whole is also searched for a line and its second harmonic together, by Fisher's method.
    overtone: bool,
    /// A rate that was told from pieces has slipped by no more than it may in so many.
    slips: usize,
    scratch: Vec<f64>,
}

impl Evidence {
    /// Plans for windows of `len` samples and rhythms of a kind between two frequencies, the trend below `floor` taken out (cycles a sample).
    pub fn new(len: usize, Range { low, high }: Range, (floor, kind): (f64, Kind)) -> Self {
        let scale = |pieces: usize| {
            let len = len / pieces;
            let cycles = if pieces == 1 { CYCLES_WHOLE } else { CYCLES };
            let slowest = low.max(cycles / len as f64);
            let tapers = match pieces {
                1 => WHOLE,
                2 => HALVES,
                _ => PIECES,
            };
            let worth = pieces == 1 || (len >= SHORTEST && high >= 2.0 * slowest);
            worth.then(|| {
                let test = LineTest::new(len, tapers, (slowest, high), floor);
                Scale { product: vec![1.0; test.bins()], sum: vec![0.0; test.bins()], test, pieces, slowest }
            })
        };
        let slips = if kind == Kind::Cycles { SLIP } else { 1 };
        Self { scales: (0..).map_while(|power| scale(1 << power)).collect(), overtone: kind != Kind::Line, slips, scratch: Vec::new() }
    }

    /// Tests every frequency of a whole window without its trend.
    pub fn test_whole(&mut self, window: &[f64]) {
        let bins = 0..self.scales[0].test.bins();
        self.scales[0].add_up(window, &mut self.scratch, bins);
    }

    /// Tests every frequency of its pieces, after the whole.
    pub fn test_pieces(&mut self, window: &[f64]) {
        for scale in &mut self.scales[1..] {
            let bins = 0..scale.test.bins();
            scale.add_up(window, &mut self.scratch, bins);
        }
    }

    /// The evidence at a frequency of a window without its trend, in a range that is searched: the most significant within half a Rayleigh
    /// width. Nothing is told of other frequencies then.
    pub fn test_at(&mut self, window: &[f64], frequency: f64, range: Range) -> (f64, Way) {
        let Self { scales, scratch, slips, .. } = self;
        for scale in scales.iter_mut() {
            let widths = if scale.pieces == 1 { *slips } else { 1 };
            let half = 0.5 * widths as f64 / scale.test.len() as f64;
            let bins = scale.test.between(frequency - half, frequency + half);
            scale.add_up(window, scratch, bins);
        }
        if self.overtone {
            let whole = &mut scales[0];
            let half = 0.25 / whole.test.len() as f64;
            for bin in whole.test.between(frequency - half, frequency + half) {
                let double = whole.test.double(bin);
                if double < whole.test.bins() {
                    whole.add_up(window, scratch, double..double + 1);
                }
            }
        }
        self.told_at(frequency, range)
    }

    /// The noise's power density (unit² × samples) at a frequency of a window without its trend and its lines, and the degrees of freedom it
    /// is known with: one less than the test's, for the line's frequency was fitted too.
    pub fn noise(&mut self, window: &[f64], frequency: f64) -> (f64, f64) {
        let test = &mut self.scales[0].test;
        let bin = test.bin(frequency);
        test.test_bins(window, bin..bin + 1);
        let (density, freedom) = test.noise(frequency);
        let left = (freedom - 1.0).max(1.0);
        (density * freedom / left, left)
    }

    /// How far the tapers of the whole window see, cycles a sample.
    pub fn band(&self) -> f64 {
        WHOLE.nw / self.scales[0].test.len() as f64
    }

    /// The most significant frequency of a range that is allowed, of the whole window tested last.
    pub fn best_of_whole(&self, range: Range, allowed: impl Fn(f64) -> bool) -> Option<Candidate> {
        let whole = &self.scales[0];
        let (frequency, p) =
            whole.best_of(whole.test.between(range.low, range.high).filter(|bin| allowed(whole.test.frequency(*bin))), range)?;
        Some(Candidate { frequency, p: self.together(p, range), tolerance: 0.5 / whole.test.len() as f64, way: Way::Whole })
    }

    /// The most significant frequency of a range, of the window tested last.
    pub fn best(&self, range: Range) -> Option<Candidate> {
        let found = self.ways(range).filter_map(|scale| {
            let (frequency, p) = scale.best(range, range)?;
            Some(Candidate { frequency, p: self.together(p, range), tolerance: 0.5 / scale.test.len() as f64, way: scale.way() })
        });
        let overtone = self.with_overtone(range, range).map(|(frequency, p)| {
            let tolerance = 0.25 / self.scales[0].test.len() as f64;
            Candidate { frequency, p: self.together(p, range), tolerance, way: Way::Double }
        });
        found.chain(overtone).min_by(|a, b| a.p.total_cmp(&b.p))
    }

    /// The most significant pair of a frequency between two and its double, and its p corrected for a search over a range.
    fn with_overtone(&self, within: Range, searched: Range) -> Option<(f64, f64)> {
        let whole = &self.scales[0];
        let (evidence, slowest) = (&whole.sum, searched.low.max(whole.slowest));
        let widths = (searched.high / 2.0 - slowest) * whole.test.len() as f64 * OVERTONE;
        if !self.overtone || widths <= 0.0 {
            return None;
        }
        let bins = whole.test.between(within.low.max(slowest), within.high.min(searched.high / 2.0));
        let pairs = bins.filter_map(|bin| Some((bin, evidence[bin] + evidence.get(whole.test.double(bin))?)));
        let (bin, sum) = pairs.max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some((whole.test.frequency(bin), corrected(log_tail(sum, 2), widths)))
    }

    /// The evidence at a frequency of the window tested last, and where it was told from.
    pub fn told_at(&self, frequency: f64, range: Range) -> (f64, Way) {
        let local = self.ways(range).filter_map(|scale| {
            let half = 0.5 / scale.test.len() as f64;
            let (_, p) = scale.best(Range { low: frequency - half, high: frequency + half }, range)?;
            Some((p, scale.way()))
        });
        let half = 0.25 / self.scales[0].test.len() as f64;
        let overtone = self.with_overtone(Range { low: frequency - half, high: frequency + half }, range).map(|(_, p)| (p, Way::Double));
        let ways = local.chain(overtone).map(|(p, way)| (self.together(p, range), way));
        ways.fold((1.0, Way::Whole), |best, told| if told.0 < best.0 { told } else { best })
    }

    /// The evidence of the whole of the window tested last, as near to a frequency as the way tells it that it was told from; of the best frequency where there
    /// is none.
    pub fn whole(&self, told: Option<(f64, Way)>, range: Range) -> f64 {
        let whole = &self.scales[0];
        let within = told.map_or(range, |(frequency, way)| {
            let pieces = if let Way::Pieces(pieces) = way { pieces.min(self.slips) } else { 1 };
            let half = 0.5 * pieces as f64 / whole.test.len() as f64;
            Range { low: frequency - half, high: frequency + half }
        });
        let found = whole.best(within, range).into_iter().chain(self.with_overtone(within, range));
        self.corrected_for(1.0, found.map(|(_, p)| p).fold(1.0, f64::min))
    }

    /// The bins of the whole window, and what is from one to the next.
    pub fn bins(&self) -> (usize, f64) {
        (self.scales[0].test.bins(), self.scales[0].test.step())
    }

    /// The frequency of a bin of the whole window, cycles a sample.
    pub fn frequency(&self, bin: usize) -> f64 {
        self.scales[0].test.frequency(bin)
    }

    /// What was seen at a bin of the whole window tested last.
    pub fn seen(&self, bin: usize) -> Seen {
        self.scales[0].test.seen(bin)
    }

    /// The ln p that a line of the whole window needs, before the correction for a search over a range, for this p after it.
    pub fn log_needed(&self, range: Range, p: f64) -> f64 {
        let whole = &self.scales[0];
        let (mut low, mut high) = (-700.0, 0.0);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            let told = self.together(whole.corrected(middle, range), range);
            if told < p { low = middle } else { high = middle }
        }
        low
    }

    /// The ways of cutting that tell something of a range: the whole, and pieces that hold enough cycles of its faster half.
    fn ways(&self, range: Range) -> impl Iterator<Item = &Scale> {
        self.scales.iter().filter(move |scale| scale.pieces == 1 || range.high >= 2.0 * CYCLES / scale.test.len() as f64)
    }

    /// Where a line over the whole window would explain most, between two frequencies.
    pub fn strongest(&self, range: Range) -> Option<f64> {
        self.scales[0].test.strongest(range.low, range.high)
    }

    /// The greatest power between two frequencies over that which a share of all stays below, whitened, of the whole window tested last.
    pub fn excess(&mut self, within: Range, share: f64) -> f64 {
        let test = &self.scales[0].test;
        let bins = test.bin(within.low)..test.bin(within.high) + 1;
        test.excess(bins, share, &mut self.scratch)
    }

    /// Corrects the least p of all ways of cutting.
    fn together(&self, p: f64, range: Range) -> f64 {
        self.corrected_for(1.0 + ANOTHER * (self.ways(range).count() as f64 - 1.0), p)
    }

    fn corrected_for(&self, ways: f64, p: f64) -> f64 {
        let ways = ways + if self.overtone { OVERTONE_TOO } else { 0.0 };
        -(ways * (-p.min(1.0)).ln_1p()).exp_m1()
    }
}

impl Scale {
    fn way(&self) -> Way {
        if self.pieces == 1 { Way::Whole } else { Way::Pieces(self.pieces) }
    }

    /// Tests some bins of a window and puts the evidence of its pieces together: −Σ ln p is half the freedom times ln Π gain.
    fn add_up(&mut self, window: &[f64], scratch: &mut Vec<f64>, bins: std::ops::Range<usize>) {
        self.product[bins.clone()].fill(1.0);
        for piece in window.chunks_exact(self.test.len()).take(self.pieces) {
            let piece = if self.pieces == 1 {
                piece
            } else {
                scratch.clear();
                scratch.extend_from_slice(piece);
                self.test.remove_trend(scratch);
                &scratch[..]
            };
            if bins.len() == self.test.bins() {
                self.test.test(piece);
            } else {
                self.test.test_bins(piece, bins.clone());
            }
            self.product[bins.clone()]
                .iter_mut()
                .zip(&self.test.gain()[bins.clone()])
                .for_each(|(product, gain)| *product = (*product * gain).min(MOST));
        }
        for bin in bins {
            self.sum[bin] = -log_line(self.product[bin], self.test.freedom(bin));
        }
    }

    /// The most significant frequency between two, and its p corrected for a search over a range.
    fn best(&self, within: Range, searched: Range) -> Option<(f64, f64)> {
        self.best_of(self.test.between(within.low, within.high), searched)
    }

    fn best_of(&self, bins: impl Iterator<Item = usize>, searched: Range) -> Option<(f64, f64)> {
        let bin = bins.max_by(|a, b| self.sum[*a].total_cmp(&self.sum[*b]))?;
        let log_p = log_tail(self.sum[bin], self.pieces);
        Some((self.test.frequency(bin), self.corrected(log_p, searched)))
    }

    /// p corrected for a search over a range.
    fn corrected(&self, log_p: f64, searched: Range) -> f64 {
        corrected(log_p, (searched.high - searched.low.max(self.slowest)) * self.test.len() as f64)
    }
}

/// p corrected for the search over so many Rayleigh widths.
fn corrected(log_p: f64, widths: f64) -> f64 {
    let maxima = log_p.exp() * (1.0 + SEARCH * widths * (-log_p).max(0.0).sqrt());
    -(-maxima).exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_test_is_not_corrected_and_a_search_is() {
        assert!((corrected(0.001_f64.ln(), 0.0) - 0.001).abs() < 1e-6);
        let twelve = corrected(1e-4_f64.ln(), 12.0);
        assert!((twelve - 1e-4 * (1.0 + 1.17 * 12.0 * 9.210_340_371_976_182_f64.sqrt())).abs() < 2e-5, "{twelve}");
        assert!(corrected(-690.0, 12.0) > 0.0);
    }

    #[test]
    fn evidence_at_a_frequency_is_of_that_frequency_alone() {
        let mut normal = crate::simulate::Normal::new(6, 0);
        let range = Range { low: 0.01, high: 0.2 };
        let mut evidence = Evidence::new(300, range, (0.0, Kind::Cycles));
        let wave = |i: usize| (std::f64::consts::TAU * 0.1 * i as f64).sin();
        let window: Vec<f64> = (0..300).map(|i| wave(i) + 0.5 * normal.draw()).collect();
        let (own, _) = evidence.test_at(&window, 0.1, range);
        assert!(own < 1e-6, "{own}");
        // Of half the frequency it is the double.
        let (half, _) = evidence.test_at(&window, 0.05, range);
        assert!(half < 1e-3, "{half}");
        for other in [0.03, 0.14, 0.18] {
            let (p, _) = evidence.test_at(&window, other, range);
            assert!(p > 0.05, "{other}: {p}");
        }
    }
}
