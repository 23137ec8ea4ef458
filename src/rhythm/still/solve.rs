//! Small systems of least squares: a straight line beside a wave, all through a stretch or up to some sample of it.

use std::f64::consts::TAU;
use std::ops::Range;

/// A column that is all but a mix of those before it is left out: so much of it must be its own.
const INDEPENDENT: f64 = 1e-9;
/// Constant, slope, cosine, sine.
const COLUMNS: usize = 4;
/// Of them, the straight line's.
const LINE: usize = 2;

/// Inverse of a symmetric matrix by Gauss and Jordan; rows and columns without anything of their own are zero.
pub fn inverse<const N: usize>(mut a: [[f64; N]; N]) -> [[f64; N]; N] {
    let mut inverse: [[f64; N]; N] = std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))));
    let whole: [f64; N] = std::array::from_fn(|i| a[i][i]);
    for pivot in 0..N {
        let own = a[pivot][pivot];
        if own.is_nan() || own <= INDEPENDENT * whole[pivot] {
            for i in 0..N {
                (a[i][pivot], a[pivot][i], inverse[i][pivot], inverse[pivot][i]) = (0.0, 0.0, 0.0, 0.0);
            }
            continue;
        }
        for j in 0..N {
            a[pivot][j] /= own;
            inverse[pivot][j] /= own;
        }
        let (row, beside) = (a[pivot], inverse[pivot]);
        for i in (0..N).filter(|i| *i != pivot) {
            let factor = a[i][pivot];
            for j in 0..N {
                a[i][j] -= factor * row[j];
                inverse[i][j] -= factor * beside[j];
            }
        }
    }
    inverse
}

/// The amplitude of a wave that is there all through a stretch.
pub fn amplitude(y: &[f64], frequency: f64) -> f64 {
    let mut sums = Sums::default();
    for (i, y) in y.iter().enumerate() {
        let columns = columns(i, frequency);
        sums.add_line(columns, *y);
        sums.add_wave(columns, *y);
    }
    sums.solve().0
}

/// Up to which sample a wave is there, of those in `within`, that least squares leave the least beside it; and its amplitude. Where the wave fades,
/// that is where half of it is left, for there the sample is as far from the wave as from nothing.
pub fn last(y: &[f64], frequency: f64, within: Range<usize>) -> Option<(f64, f64)> {
    let mut sums = Sums::default();
    y.iter().enumerate().for_each(|(i, y)| sums.add_line(columns(i, frequency), *y));
    let (mut best, mut before, mut after) = (None::<(usize, f64, f64)>, f64::NAN, f64::NAN);
    let mut previous = f64::NAN;
    for (i, y) in y.iter().enumerate().take(within.end) {
        if i >= within.start {
            let (amplitude, explained) = sums.solve();
            if best.is_none_or(|(_, most, _)| explained > most) {
                (best, before, after) = (Some((i, explained, amplitude)), previous, f64::NAN);
            } else if after.is_nan() {
                after = explained;
            }
            previous = explained;
        }
        sums.add_wave(columns(i, frequency), *y);
    }
    let (at, most, amplitude) = best?;
    // The top of the parabola through three neighbours lies between them.
    let bend = before - 2.0 * most + after;
    let shift = if bend < 0.0 { (before - after) / (2.0 * bend) } else { 0.0 };
    Some((at as f64 + shift.clamp(-0.5, 0.5), amplitude))
}

/// The columns at sample `i`.
fn columns(i: usize, frequency: f64) -> [f64; COLUMNS] {
    let (sin, cos) = (TAU * frequency * i as f64).sin_cos();
    [1.0, frequency * i as f64, cos, sin]
}

/// Sums for least squares.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    gram: [[f64; COLUMNS]; COLUMNS],
    with: [f64; COLUMNS],
}

impl Sums {
    fn add_line(&mut self, columns: [f64; COLUMNS], y: f64) {
        for i in 0..LINE {
            (0..LINE).for_each(|j| self.gram[i][j] += columns[i] * columns[j]);
            self.with[i] += columns[i] * y;
        }
    }

    fn add_wave(&mut self, columns: [f64; COLUMNS], y: f64) {
        for j in LINE..COLUMNS {
            (0..=j).for_each(|i| {
                self.gram[i][j] += columns[i] * columns[j];
                self.gram[j][i] = self.gram[i][j];
            });
            self.with[j] += columns[j] * y;
        }
    }

    /// The wave's amplitude, and how much of the energy is explained.
    fn solve(&self) -> (f64, f64) {
        let inverse = inverse(self.gram);
        let found: [f64; COLUMNS] = std::array::from_fn(|i| inverse[i].iter().zip(self.with).map(|(a, b)| a * b).sum());
        (found[2].hypot(found[3]), found.iter().zip(self.with).map(|(a, b)| a * b).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_is_one_and_leaves_out_what_is_told_already() {
        let a = [[4.0, 2.0, 0.6], [2.0, 5.0, 1.0], [0.6, 1.0, 3.0]];
        let b = inverse(a);
        for (i, row) in a.iter().enumerate() {
            for j in 0..3 {
                let cell: f64 = row.iter().zip(b).map(|(a, b)| a * b[j]).sum();
                assert!((cell - f64::from(u8::from(i == j))).abs() < 1e-12, "{i} {j}: {cell}");
            }
        }
        assert_eq!(inverse([[2.0, 2.0, 0.0], [2.0, 2.0, 0.0], [0.0, 0.0, 4.0]]), [[0.5, 0.0, 0.0], [0.0; 3], [0.0, 0.0, 0.25]]);
    }

    #[test]
    fn a_wave_ends_where_it_does_and_a_fading_one_where_half_of_it_is_left() {
        for (phase, fade) in [(0.0, 0.1), (0.9, 0.1), (2.1, 0.1), (0.3, 4.0), (1.7, 4.0)] {
            let gate = |t: f64| 1.0 / (1.0 + ((t - 100.3) / fade).exp());
            let y: Vec<f64> = (0..150_u8)
                .map(|i| {
                    let t = f64::from(i);
                    7.0 + 0.1 * t + 3.0 * gate(t) * (TAU * 0.02 * t + phase).cos()
                })
                .collect();
            let (at, amplitude) = last(&y, 0.02, 75..125).unwrap();
            assert!((at - 100.3).abs() < 2.0 && (amplitude - 3.0).abs() < 0.3, "{phase} {fade}: {at} {amplitude}");
            assert!(super::amplitude(&y[..90], 0.02) > 2.5 && super::amplitude(&y[112..], 0.02) < 0.5);
        }
    }
}
