//! Counts cycles as a person would: from turn to turn, where a turn is one that the trace goes back from by a good part of its usual swing.
//! What is a good part is open to doubt, so one counts coarsely and finely too: breaths, however uneven and with pauses between, are as many each
//! time, while in noise there are always smaller swings.

/// What is local: half of the longest period to either side.
const AROUND: f64 = 0.5;
/// Where the trace has so many times the variance of its median instant it tells of something else: a movement, a step, a rail.
const WILD: f64 = 6.0;
/// Beside that the swing that is asked for is no more than that of so many times the median variance.
const MOST: f64 = 1.5;
/// A turn's swing is at least this share of the local standard deviation (a sine's swing is 2.8 of them), coarsely, as told, and finely.
const SWINGS: [f64; 3] = [1.1, 0.8, 0.5];
/// Half of the Hann window before counting, in shortest periods.
const SMOOTH: f64 = 0.2;

/// There is room for so many turns from the begin; more make room.
const ROOM: usize = 512;

/// What was counted in a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// Cycles a sample.
    pub rate: f64,
    /// The finest count over the coarsest.
    pub spread: f64,
}

/// How much a trace swings about each of its samples.
#[derive(Debug, Default)]
pub struct Swing {
    span: usize,
    len: usize,
    /// Running sums of the samples and of their squares.
    sums: Vec<f64>,
    squares: Vec<f64>,
}

/// The plan and scratch for windows of one length.
#[derive(Debug)]
pub struct Counter {
    /// Half of the Hann window, in samples.
    half: usize,
    smooth: Vec<f64>,
    swing: Swing,
    /// The turns counted last.
    turns: Vec<usize>,
}

impl Swing {
    /// For rhythms of at most this period, in samples.
    pub fn new(longest: f64) -> Self {
        Self { span: (AROUND * longest) as usize, ..Self::default() }
    }

    /// Takes a trace.
    pub fn take(&mut self, x: &[f64]) {
        self.len = x.len();
        running(&mut self.sums, x.iter().copied());
        running(&mut self.squares, x.iter().map(|x| x * x));
    }

    /// Running sums of the trace and of its squares, one more than its samples.
    pub fn sums(&self) -> (&[f64], &[f64]) {
        (&self.sums, &self.squares)
    }

    /// The local variance about a sample.
    pub fn about(&self, at: usize) -> f64 {
        let (from, to) = (at.saturating_sub(self.span).min(self.len.saturating_sub(1)), (at + self.span).min(self.len));
        let n = (to - from) as f64;
        let mean = (self.sums[to] - self.sums[from]) / n;
        ((self.squares[to] - self.squares[from]) / n - mean * mean).max(0.0)
    }
}

/// Which variances are usual in a trace, and which are wild.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usual(f64);

impl Usual {
    /// Of local variances at instants evenly spread, which are sorted.
    pub fn of(variances: &mut [f64]) -> Self {
        variances.sort_unstable_by(f64::total_cmp);
        Self(variances.get(variances.len() / 2).copied().unwrap_or(0.0))
    }

    /// Whether a local variance tells of something else than the rhythm.
    pub fn is_wild(self, variance: f64) -> bool {
        variance > WILD * self.0
    }
}

impl Counter {
    /// For rhythms between these periods, in samples.
    pub fn new(shortest: f64, longest: f64) -> Self {
        let half = (SMOOTH * shortest).round().max(1.0) as usize;
        Self { half, smooth: Vec::new(), swing: Swing::new(longest), turns: Vec::with_capacity(ROOM) }
    }

    /// Cycles of a trace of which this is usual, where it is not wild. `None` with less than two.
    pub fn count(&mut self, x: &[f64], usual: Usual) -> Option<Counted> {
        self.take(x);
        let [coarse, rate, fine] = SWINGS.map(|share| {
            self.turn(share, usual);
            self.rate(usual)
        });
        Some(Counted { rate: rate?, spread: fine? / coarse? })
    }

    /// The trace without what is much quicker than a cycle.
    fn take(&mut self, x: &[f64]) {
        let weight = |k: usize| 1.0 + (std::f64::consts::PI * k as f64 / (self.half as f64 + 1.0)).cos();
        let whole = weight(0) + 2.0 * (1..=self.half).map(weight).sum::<f64>();
        self.smooth.clear();
        self.smooth.extend(x.iter().map(|x| weight(0) / whole * x));
        for k in 1..=self.half {
            let share = weight(k) / whole;
            for (i, smooth) in self.smooth.iter_mut().enumerate() {
                *smooth += share * (x[i.saturating_sub(k)] + x[(i + k).min(x.len() - 1)]);
            }
        }
        self.swing.take(&self.smooth);
    }

    /// Finds the turns, highest and lowest in turn.
    fn turn(&mut self, share: f64, usual: Usual) {
        self.turns.clear();
        let Some(&first) = self.smooth.first() else { return };
        // The greatest and the least value since the last turn, and whether the trace goes up.
        let (mut high, mut low, mut up) = ((first, 0), (first, 0), None);
        for (i, &x) in self.smooth.iter().enumerate() {
            let far = share * self.swing.about(i).min(MOST * usual.0).sqrt();
            if x > high.0 {
                high = (x, i);
            }
            if x < low.0 {
                low = (x, i);
            }
            let (falls, rises) = (up != Some(false) && x < high.0 - far, up != Some(true) && x > low.0 + far);
            if !falls && !rises {
                continue;
            }
            // Where the trace began is no turn.
            if up.is_some() {
                self.turns.push(if falls { high.1 } else { low.1 });
            }
            up = Some(rises);
            (high, low) = if falls { (high, (x, i)) } else { ((x, i), low) };
        }
    }

    /// Cycles a sample: there is one from each turn to the next but one.
    fn rate(&self, usual: Usual) -> Option<f64> {
        let calm = |turns: &&[usize]| !usual.is_wild(self.swing.about(turns[1]));
        let pairs = self.turns.windows(3).filter(calm);
        let (cycles, time) = pairs.fold((0, 0), |(cycles, time), turns| (cycles + 1, time + turns[2] - turns[0]));
        (cycles >= 3).then(|| f64::from(cycles) / time as f64)
    }
}

/// Running sums, one more than the values, the first 0.
pub fn running(out: &mut Vec<f64>, values: impl Iterator<Item = f64>) {
    out.clear();
    out.push(0.0);
    let mut sum = 0.0;
    out.extend(values.map(|value| {
        sum += value;
        sum
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    /// Counts at 10 samples a second, for rhythms of 6 to 40 /min.
    fn count(x: &[f64]) -> Counted {
        let mut swing = Swing::new(100.0);
        swing.take(x);
        let usual = Usual::of(&mut (0..x.len()).map(|i| swing.about(i)).collect::<Vec<_>>());
        Counter::new(15.0, 100.0).count(x, usual).unwrap()
    }

    #[test]
    fn cycles_are_counted_small_beside_great() {
        let x: Vec<f64> = (0..600).map(|i| f64::from(1 + i / 200) * (TAU * 0.025 * f64::from(i)).sin()).collect();
        let counted = count(&x);
        assert!((counted.rate - 0.025).abs() < 2e-4 && counted.spread < 1.01, "{counted:?}");
    }

    #[test]
    fn pauses_are_time_without_cycles() {
        // A breath of four seconds, and after every third one a pause as long.
        let wave = |i: usize| if i % 160 < 120 { 1.0 - (TAU * (i % 40) as f64 / 40.0).cos() } else { 0.0 };
        let counted = count(&(0..640).map(wave).collect::<Vec<_>>());
        assert!((counted.rate - 3.0 / 160.0).abs() < 1e-3 && counted.spread < 1.01, "{counted:?}");
    }

    #[test]
    fn a_movement_is_passed_over() {
        let wave = |i: usize| (TAU * 0.03 * i as f64).sin() + if (250..300).contains(&i) { 9.0 * (0.3 * i as f64).sin() } else { 0.0 };
        let counted = count(&(0..600).map(wave).collect::<Vec<_>>());
        assert!((counted.rate - 0.03).abs() < 1e-3, "{counted:?}");
    }

    #[test]
    fn noise_has_more_cycles_the_finer_one_counts() {
        let mut normal = crate::simulate::Normal::new(3, 0);
        let counted = count(&(0..600).map(|_| normal.draw()).collect::<Vec<_>>());
        assert!(counted.spread > 1.2, "{counted:?}");
    }
}
