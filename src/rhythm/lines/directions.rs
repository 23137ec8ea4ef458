//! What the tapers pass around a frequency, as orthonormal directions: two of a line, the others of noise alone.

use nalgebra::{DMatrix, DVector};

use super::super::multitaper::Multitaper;
use super::super::trend::Trend;
use super::super::wide::wide;

/// Directions that hold less than this share of the strongest one's energy are left out: they are the rounding's, or the trend's.
const RANK: f64 = 1e-3;

/// So many directions lie side by side, one a lane of a wide register.
const ABREAST: usize = 4;

/// Directions at one frequency, each of 2 K weights for the K tapers' (cosine, sine) parts; the first two carry a line.
#[derive(Debug)]
pub(super) struct Directions {
    pub(super) rank: usize,
    /// Of the first directions abreast their weights for the first part, for the second, …; then of the next; zeros after the last direction.
    weights: Vec<[f64; ABREAST]>,
}

impl Directions {
    /// From a matrix with a row for each direction.
    fn of(rows: &DMatrix<f64>) -> Self {
        let (rank, parts) = rows.shape();
        let weight = |row: usize, part: usize| if row < rank { rows[(row, part)] } else { 0.0 };
        let abreast = |first: usize| (0..parts).map(move |part| std::array::from_fn(|lane| weight(first + lane, part)));
        Self { rank, weights: (0..rank).step_by(ABREAST).flat_map(abreast).collect() }
    }

    /// Energy along the first two directions, and along the others.
    pub(super) fn energies(&self, parts: &[f64]) -> (f64, f64) {
        wide(
            #[inline(always)]
            || {
                let (mut all, mut line) = ([0.0; ABREAST], None);
                for weights in self.weights.chunks_exact(parts.len()) {
                    let mut along = [0.0; ABREAST];
                    for (weights, part) in weights.iter().zip(parts) {
                        for lane in 0..ABREAST {
                            along[lane] += weights[lane] * part;
                        }
                    }
                    let squares = along.map(|along| along * along);
                    // The first two are the line's, and no rest.
                    let rest = if line.is_none() { [0.0, 0.0, squares[2], squares[3]] } else { squares };
                    line.get_or_insert(squares[0] + squares[1]);
                    all.iter_mut().zip(rest).for_each(|(all, rest)| *all += rest);
                }
                (line.unwrap_or(0.0), all.iter().sum())
            },
        )
    }
}

/// Orthonormal directions of what the tapers pass around a frequency, those of a line first.
pub(super) fn directions(tapers: &Multitaper, trend: &Trend, frequency: f64) -> Directions {
    let none = Directions { rank: 0, weights: Vec::new() };
    let wave = |i: usize| (std::f64::consts::TAU * frequency * i as f64).sin_cos();
    let (len, count) = (tapers.len(), 2 * tapers.tapers().len());
    let mut passed = DMatrix::zeros(len, count);
    let mut line = DMatrix::zeros(len, 2);
    for i in 0..len {
        let (sin, cos) = wave(i);
        (line[(i, 0)], line[(i, 1)]) = (cos, sin);
        for (k, taper) in tapers.tapers().iter().enumerate() {
            (passed[(i, 2 * k)], passed[(i, 2 * k + 1)]) = (taper[i] * cos, taper[i] * sin);
        }
    }
    for mut column in passed.column_iter_mut().chain(line.column_iter_mut()) {
        trend.remove(column.as_mut_slice());
    }
    let eigen = passed.tr_mul(&passed).symmetric_eigen();
    let most = eigen.eigenvalues.max();
    let kept: Vec<usize> = (0..count).filter(|i| eigen.eigenvalues[*i] > RANK * most).collect();
    // Rows that turn the tapers' parts into coordinates along orthonormal directions.
    let rows = DMatrix::from_fn(kept.len(), count, |r, c| eigen.eigenvectors[(c, kept[r])] / eigen.eigenvalues[kept[r]].sqrt());
    let along = &rows * passed.tr_mul(&line);
    let Some(turn) = turn(&along) else { return none };
    let turned = turn * rows;
    Directions::of(&turned)
}

/// A rotation whose first two rows span two columns.
fn turn(columns: &DMatrix<f64>) -> Option<DMatrix<f64>> {
    let rank = columns.nrows();
    let mut rows: Vec<DVector<f64>> = Vec::new();
    let starts = columns.column_iter().map(|column| (column.into_owned(), true));
    let units = (0..rank).map(|i| (DVector::from_fn(rank, |r, _| if r == i { 1.0 } else { 0.0 }), false));
    for (start, of_line) in starts.chain(units) {
        let mut v = start.clone();
        for _ in 0..2 {
            for row in &rows {
                v.axpy(-row.dot(&v), row, 1.0);
            }
        }
        let left = v.norm() / start.norm().max(f64::MIN_POSITIVE);
        if left > if of_line { 1e-3 } else { 1e-6 } && rows.len() < rank {
            rows.push(v.normalize());
        } else if of_line {
            return None;
        }
    }
    (rows.len() == rank).then(|| DMatrix::from_fn(rank, rank, |r, c| rows[r][c]))
}
