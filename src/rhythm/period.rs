//! The rate of a rhythm that keeps its shape but not its time, as breath and pulse do: around each instant the trace is compared with
//! itself one period later, for every period (the normalised square difference of McLeod & Wyvill 2005, over one and a half periods, so
//! that a short period needs only a short stretch of evenness), and the likeliest way through all instants is found by Viterbi's
//! algorithm with a cost on changes. Stretches that tell of something else are passed over: the rate is that of the rest.

use super::count::{Counted, Counter, Swing, Usual};
use super::wide::wide;

/// A stretch of so many periods is compared with the one a period later,
const STRETCH: f64 = 1.5;
/// but of no less than so many of the shortest period.
const LEAST: f64 = 2.5;
/// From one instant to the next, in shortest periods.
const HOP: f64 = 1.2;
/// Ratio of neighbouring periods, as a logarithm.
const GRID: f64 = 0.01;
/// Longer periods are preferred this much less for each factor e, for a rhythm also repeats after two of its periods.
const SHORT_FIRST: f64 = 0.1;
/// Cost of a period's change, for each factor e.
const CHANGE: f64 = 8.0;
/// So many lags are summed up side by side: one alone would wait for each addition.
const ABREAST: usize = 8;
/// Shorter windows, in longest periods, are not followed.
const FEWEST: f64 = 2.5;

/// The plan and scratch for windows of one length.
#[derive(Debug)]
pub struct Periods {
    /// Shortest and longest period, in half samples.
    shortest: f64,
    longest: f64,
    hop: f64,
    /// The periods of the grid: each one's length, the whole lag below it counted from the first, and how far it is to the next.
    grid: Vec<(f64, usize, f64)>,
    /// How many lags are compared.
    lags: usize,
    /// Instants at which the trace is compared with itself.
    frames: usize,
    /// The window at twice its rate.
    x: Vec<f64>,
    swing: Swing,
    /// Running sums of the trace's products with itself, some lags abreast.
    products: Vec<[f64; ABREAST]>,
    /// Likeness at every instant for every lag, instant after instant.
    likeness: Vec<f64>,
    /// Which instants tell of something else.
    wild: Vec<bool>,
    usual: Usual,
    counter: Counter,
    score: Vec<f64>,
    next: Vec<f64>,
    from: Vec<u16>,
    path: Vec<u16>,
}

/// What was found in a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Mean rate, cycles a sample.
    pub rate: f64,
    /// Mean likeness of the trace with itself a period later: 1 where every cycle is the same.
    pub quality: f64,
    /// Whether there are stretches of something else in the window, which were passed over.
    pub wild: bool,
}

impl Periods {
    /// For rates between two, in cycles a sample.
    pub fn new(low: f64, high: f64) -> Self {
        let (shortest, longest) = (2.0 / high, 2.0 / low);
        let states = ((longest / shortest).ln() / GRID).ceil().min(4096.0) as usize + 1;
        let state = |state: usize| {
            let period = shortest * (GRID * state as f64).exp();
            let place = period - first_lag(shortest) as f64;
            (period, place.max(0.0) as usize, place.fract())
        };
        Self {
            shortest,
            longest,
            hop: shortest * HOP,
            grid: (0..states).map(state).collect(),
            lags: (longest.ceil() as usize).saturating_add(2).saturating_sub(first_lag(shortest)),
            frames: 0,
            x: Vec::new(),
            swing: Swing::new(longest),
            products: Vec::new(),
            likeness: Vec::new(),
            wild: Vec::new(),
            usual: Usual::default(),
            counter: Counter::new(shortest, longest),
            score: Vec::new(),
            next: Vec::new(),
            from: Vec::new(),
            path: Vec::new(),
        }
    }

    /// Follows the rhythm through a window without trend; `None` where it holds less than two and a half of the longest periods.
    pub fn follow(&mut self, window: &[f64]) -> Option<Found> {
        if !(self.shortest > 0.0 && self.longest > self.shortest) {
            return None;
        }
        self.take(window);
        if (self.x.len() as f64) < FEWEST * self.longest {
            return None;
        }
        self.pass_over();
        self.compare();
        self.viterbi();
        let (mut rate, mut quality, mut frames) = (0.0, 0.0, 0.0);
        for frame in (0..self.path.len()).filter(|frame| !self.wild[*frame]) {
            let state = usize::from(self.path[frame]);
            rate += 2.0 / self.peak(frame, state);
            quality += self.like(frame, state);
            frames += 1.0;
        }
        Some(Found { rate: rate / frames, quality: quality / frames, wild: frames < self.path.len() as f64 })
    }

    /// The rate around a sample of the window followed last, cycles a sample.
    pub fn rate_at(&self, sample: usize) -> f64 {
        let frame = (2.0 * sample as f64 / self.hop).round() as usize;
        self.path.get(frame.min(self.path.len().saturating_sub(1))).map_or(0.0, |state| 2.0 / self.period(usize::from(*state)))
    }

    fn period(&self, state: usize) -> f64 {
        self.grid[state].0
    }

    /// The window at twice its rate (Lagrange's six-point midpoints), with its running sums.
    fn take(&mut self, window: &[f64]) {
        let before = |i: usize, k: usize| window[i.saturating_sub(k)];
        let after = |i: usize, k: usize| window[(i + k).min(window.len() - 1)];
        self.x.clear();
        for (i, x) in window.iter().enumerate() {
            let pair = |k: usize| before(i, k) + after(i, k + 1);
            let between = 150.0 * pair(0) - 25.0 * pair(1) + 3.0 * pair(2);
            self.x.extend([*x, between / 256.0]);
        }
        self.frames = (self.x.len().saturating_sub(1) as f64 / self.hop) as usize + 1;
        self.swing.take(&self.x);
    }

    /// Marks the instants that tell of something else.
    fn pass_over(&mut self) {
        let variance = |frame: usize| self.swing.about(((frame as f64 * self.hop) as usize).min(self.x.len() - 1));
        self.next.clear();
        self.next.extend((0..self.frames).map(variance));
        self.usual = Usual::of(&mut self.next);
        self.wild.clear();
        self.wild.extend((0..self.frames).map(|frame| self.usual.is_wild(variance(frame))));
    }

    /// Likeness for every whole lag.
    fn compare(&mut self) {
        self.likeness.clear();
        self.likeness.resize(self.frames * self.lags, 0.0);
        for place in (0..self.lags).step_by(ABREAST) {
            self.multiply(first_lag(self.shortest) + place);
            for at in place..(place + ABREAST).min(self.lags) {
                self.compare_lag(at, at - place);
            }
        }
    }

    /// Running sums of the products with what is so many samples ahead, and one more, and so on.
    fn multiply(&mut self, lag: usize) {
        let (x, products) = (&self.x, &mut self.products);
        products.clear();
        products.push([0.0; ABREAST]);
        let ahead = x.get(lag..).unwrap_or_default();
        wide(
            #[inline(always)]
            || {
                let mut sums = [0.0; ABREAST];
                for (a, b) in x.iter().zip(ahead.windows(ABREAST)) {
                    for lane in 0..ABREAST {
                        sums[lane] += a * b[lane];
                    }
                    products.push(sums);
                }
            },
        );
        // Where the longer lags have come to the end.
        for i in products.len() - 1..ahead.len() {
            let mut sums = products[i];
            sums.iter_mut().zip(&ahead[i..]).for_each(|(sum, b)| *sum += x[i] * b);
            products.push(sums);
        }
    }

    /// Likeness at every instant for one lag of those multiplied last.
    fn compare_lag(&mut self, at: usize, lane: usize) {
        let lag = first_lag(self.shortest) + at;
        let ahead = self.x.len().saturating_sub(lag);
        let stretch = ((STRETCH * lag as f64).max(LEAST * self.shortest) as usize).min(ahead);
        for frame in 0..self.frames {
            let centre = (frame as f64 * self.hop) as usize;
            let begin = centre.saturating_sub(usize::midpoint(stretch, lag)).min(ahead - stretch);
            let products = self.products[begin + stretch][lane] - self.products[begin][lane];
            self.likeness[frame * self.lags + at] = self.alike((begin, begin + stretch), lag, products);
        }
    }

    /// 2 Σ a b / (Σ a² + Σ b²) of two stretches without their means, from the sum of the products.
    fn alike(&self, (begin, end): (usize, usize), lag: usize, products: f64) -> f64 {
        let share = 1.0 / (end - begin) as f64;
        let (sums, of_squares) = self.swing.sums();
        let sum = |of: &[f64], from: usize| of[from + end - begin] - of[from];
        let (a, b) = (sum(sums, begin), sum(sums, begin + lag));
        let squares = sum(of_squares, begin) + sum(of_squares, begin + lag) - (a * a + b * b) * share;
        if squares > 0.0 { 2.0 * (products - a * b * share) / squares } else { 0.0 }
    }

    /// Likeness at an instant for a period of the grid, between whole lags.
    fn like(&self, frame: usize, state: usize) -> f64 {
        let (_, lag, share) = self.grid[state];
        let likeness = &self.likeness[frame * self.lags..][..self.lags];
        likeness[lag] * (1.0 - share) + likeness[lag + 1] * share
    }

    /// Where the likeness is greatest at an instant about a period of the grid, between the lags (a parabola through three).
    fn peak(&self, frame: usize, state: usize) -> f64 {
        let likeness = &self.likeness[frame * self.lags..][..self.lags];
        let (period, lag, share) = self.grid[state];
        let at = lag + usize::from(share > 0.5);
        let (Some(below), Some(above)) = (at.checked_sub(1).map(|below| likeness[below]), likeness.get(at + 1)) else { return period };
        let bend = below - 2.0 * likeness[at] + above;
        if likeness[at] < below.max(*above) || bend >= 0.0 {
            return period;
        }
        (first_lag(self.shortest) + at) as f64 + 0.5 * (below - above) / bend
    }

    /// The path of states with the greatest sum of likeness, changes paid for. The cost is proportional to the change, so that the best
    /// state to come from is found in two sweeps: the greatest of the scores so far, each with what it costs to begin there.
    fn viterbi(&mut self) {
        let (frames, states) = (self.frames, self.grid.len());
        self.score.clear();
        self.score.resize(states, 0.0);
        self.from.clear();
        for frame in 0..frames {
            if frame > 0 {
                self.sweep();
            }
            for state in 0..states {
                let gain = if self.wild[frame] { 0.0 } else { self.like(frame, state) - SHORT_FIRST * GRID * state as f64 };
                self.score[state] += gain;
            }
        }
        let mut state = (0..states).max_by(|a, b| self.score[*a].total_cmp(&self.score[*b])).unwrap_or(0) as u16;
        self.path.clear();
        self.path.push(state);
        for frame in (1..frames).rev() {
            state = self.from[(frame - 1) * states + usize::from(state)];
            self.path.push(state);
        }
        self.path.reverse();
    }

    /// Makes each state's score that of the best state to come from, and notes which that is.
    fn sweep(&mut self) {
        const COST: f64 = CHANGE * GRID;
        let (begin, states) = (self.from.len(), self.score.len());
        self.from.extend(0..states as u16);
        let from = &mut self.from[begin..];
        self.next.clear();
        let (mut best, mut best_from) = (f64::NEG_INFINITY, 0);
        for (state, score) in self.score.iter().enumerate() {
            let level = COST * state as f64;
            if score + level >= best {
                (best, best_from) = (score + level, state as u16);
            }
            self.next.push(best - level);
            from[state] = best_from;
        }
        best = f64::NEG_INFINITY;
        for state in (0..states).rev() {
            let level = COST * state as f64;
            if self.next[state] - level >= best {
                (best, best_from) = (self.next[state] - level, from[state]);
            }
            self.score[state] = best + level;
            from[state] = best_from;
        }
    }

    /// Cycles a sample of the window followed last, by counting; `None` with less than two cycles.
    pub fn count(&mut self) -> Option<Counted> {
        let counted = self.counter.count(&self.x, self.usual)?;
        Some(Counted { rate: 2.0 * counted.rate, ..counted })
    }
}

/// The shortest lag that is compared.
fn first_lag(shortest: f64) -> usize {
    (shortest.floor() as usize).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    /// A breath of 12 to 18 /min at 5 samples a second over a minute, spiky, with a strong second harmonic.
    fn wandering() -> (Vec<f64>, f64) {
        let phase = |i: usize| TAU * (0.05 * i as f64 + 0.6 * (TAU * i as f64 / 200.0).sin());
        let x = (0..300).map(|i| phase(i).sin() + 0.8 * (2.0 * phase(i)).sin()).collect();
        (x, (phase(299) - phase(0)) / TAU / 299.0)
    }

    #[test]
    fn a_rate_that_wanders_is_followed() {
        let (x, rate) = wandering();
        let mut periods = Periods::new(0.02, 0.1333);
        let found = periods.follow(&x).unwrap();
        assert!((found.rate / rate - 1.0).abs() < 0.03 && found.quality > 0.65, "{found:?} for {rate}");
        assert!(periods.rate_at(0) > 0.06 && periods.rate_at(100) < 0.045, "{} {}", periods.rate_at(0), periods.rate_at(100));
    }

    #[test]
    fn a_rate_that_is_even_is_told_between_the_lags() {
        let mut periods = Periods::new(0.02, 0.1333);
        for rate in [0.0437, 0.0512, 0.0688, 0.0813] {
            let x: Vec<f64> = (0..300).map(|i| (TAU * rate * f64::from(i)).sin()).collect();
            let told = periods.follow(&x).unwrap().rate;
            assert!((told / rate - 1.0).abs() < 0.002, "{told} for {rate}");
        }
    }

    #[test]
    fn what_is_lost_for_a_while_is_not_what_it_was_lost_to() {
        let saw = |i: usize| if (120..150).contains(&i) { 9.0 * (0.1 * i as f64).sin() } else { (TAU * 0.06 * i as f64).sin() };
        let mut periods = Periods::new(0.02, 0.1333);
        let found = periods.follow(&(0..300).map(saw).collect::<Vec<_>>()).unwrap();
        assert!((found.rate - 0.06).abs() < 1e-3 && found.wild && found.quality > 0.75, "{found:?}");
    }

    #[test]
    fn noise_repeats_nothing() {
        let mut normal = crate::simulate::Normal::new(3, 0);
        let x: Vec<f64> = (0..300).map(|_| normal.draw()).collect();
        assert!(Periods::new(0.02, 0.1333).follow(&x).unwrap().quality < 0.75);
    }
}
