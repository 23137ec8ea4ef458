//! Figures of windows that overlap, with intervals: blocks of consecutive windows are drawn anew (circular block bootstrap, Politis & Romano 1992;
//! percentiles after Efron 1979, Ann. Stat. 7:1), each block long enough that its windows share samples with few of the others.

use super::chance::{NORMAL, Random, student};

/// So often the windows are resampled.
pub const RESAMPLES: usize = 999;
/// Fewer blocks than this cannot be resampled.
pub const FEWEST_BLOCKS: usize = 4;

/// How windows are drawn anew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Blocks {
    /// Windows in a block.
    block: usize,
    /// By how much what the blocks say is to be widened, but for how few they are.
    wider: f64,
    /// How many blocks there are, less one.
    freedom: f64,
}

impl Blocks {
    /// For so many windows, of which each shares samples with the next `overlap` − 1; `None` where they are too few.
    pub fn of(windows: usize, overlap: usize) -> Option<Self> {
        let block = (windows / FEWEST_BLOCKS).clamp(overlap, 2 * overlap);
        let blocks = windows as f64 / block as f64;
        (windows >= FEWEST_BLOCKS * block).then(|| Self { block, wider: widening(blocks, block, overlap), freedom: blocks - 1.0 })
    }

    /// How well the spread of what is drawn is known, in degrees of freedom.
    pub fn freedom(self) -> f64 {
        self.freedom
    }

    /// How far a figure of the windows is from what it is when they are drawn anew, each time.
    pub fn deviations(self, values: &[f64], seed: u64, figure: impl Fn(&mut [f64]) -> f64) -> Vec<f64> {
        let all = figure(&mut values.to_vec());
        let mut random = Random::new(seed);
        let mut drawn = Vec::with_capacity(values.len() + self.block);
        let again = (0..RESAMPLES).map(|_| {
            drawn.clear();
            // Blocks begin anywhere and go on at the front after the last.
            while drawn.len() < values.len() {
                let start = random.below(values.len());
                let rest = (values.len() - drawn.len()).min(self.block);
                drawn.extend(values.iter().cycle().skip(start).take(rest));
            }
            self.wider * (figure(&mut drawn) - all)
        });
        again.collect()
    }
}

/// The 2.5 and 97.5 % points of deviations whose spread is known with so many degrees of freedom; sorts them.
pub fn ends(values: &mut [f64], freedom: f64) -> (f64, f64) {
    let sure = student(freedom) / NORMAL;
    values.sort_by(f64::total_cmp);
    let quantile = |q: f64| values.get((q * (values.len().max(1) - 1) as f64).round() as usize).copied().unwrap_or(0.0);
    (sure * quantile(0.025), sure * quantile(0.975))
}

/// What blocks that cut through overlapping windows say too little: their own mean is taken out, and the cuts lose a
/// share of neighbours' likeness (windows overlap as triangles; Künsch 1989, Ann. Stat. 17:1217, on the weights of blocks).
fn widening(blocks: f64, block: usize, overlap: usize) -> f64 {
    let k = overlap as f64;
    let lost = (k * k - 1.0) / (3.0 * k * block as f64);
    (blocks / (blocks - 1.0) / (1.0 - lost)).sqrt()
}

/// The middle value, or the mean of the two in the middle; moves the values about.
pub fn median(values: &mut [f64]) -> Option<f64> {
    let (len, middle) = (values.len(), values.len() / 2);
    if len == 0 {
        return None;
    }
    let (lower, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    let below = lower.iter().copied().max_by(f64::total_cmp);
    Some(below.filter(|_| len % 2 == 0).map_or(upper, |below| f64::midpoint(below, upper)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_and_even_numbers() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&mut []), None);
    }

    #[test]
    fn constants_drawn_anew_are_the_constant_and_a_few_windows_are_too_few() {
        let blocks = Blocks::of(48, 12).unwrap();
        assert!(blocks.deviations(&[6.0; 48], 1, |values| median(values).unwrap()).iter().all(|off| *off == 0.0));
        assert_eq!(Blocks::of(47, 12), None);
    }

    #[test]
    fn the_ends_leave_a_fortieth_out_on_either_side() {
        let (low, high) = ends(&mut (0..=1000).rev().map(f64::from).collect::<Vec<_>>(), 1e12);
        assert!((low - 25.0).abs() < 1e-6 && (high - 975.0).abs() < 1e-6, "{low} {high}");
        assert_eq!(ends(&mut [], 3.0), (0.0, 0.0));
    }
}
