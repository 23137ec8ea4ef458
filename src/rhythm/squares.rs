//! Least squares on columns that come one after the other: Cholesky's decomposition of the normal equations, grown by a row for each column.

use super::trend::Trend;
use super::wide::{dot, lanes, wide};

/// A column is independent of others where so much of its energy is left beside them.
const INDEPENDENT: f64 = 1e-10;

/// The columns so far, each rid of the trend, and the decomposition.
#[derive(Debug)]
pub struct System {
    /// The columns as they came, one after the other.
    columns: Vec<f64>,
    /// How much of each trend is in each.
    trends: Vec<f64>,
    /// The decomposition's rows, row i having i + 1 numbers.
    lower: Vec<f64>,
    /// The right side after forward substitution.
    right: Vec<f64>,
    solution: Vec<f64>,
}

/// There is room for so many columns from the begin; more make room.
const COLUMNS: usize = 40;

impl System {
    /// For windows of `len` samples with so many columns of trend.
    pub fn new(len: usize, trends: usize) -> Self {
        Self {
            columns: Vec::with_capacity(COLUMNS * len),
            trends: Vec::with_capacity(COLUMNS * trends),
            lower: Vec::with_capacity(COLUMNS * (COLUMNS + 1) / 2),
            right: Vec::with_capacity(COLUMNS),
            solution: Vec::with_capacity(COLUMNS),
        }
    }

    /// Forgets all columns.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.right.len()
    }

    /// Keeps so many of the first columns.
    pub fn truncate(&mut self, columns: usize) {
        let of_each = |all: usize| all.checked_div(self.right.len()).unwrap_or(0) * columns;
        let (samples, trends) = (of_each(self.columns.len()), of_each(self.trends.len()));
        self.columns.truncate(samples);
        self.trends.truncate(trends);
        self.lower.truncate(columns * (columns + 1) / 2);
        self.right.truncate(columns);
    }

    /// Takes more columns, to explain a window without its trend; `false` where one depends on those before.
    pub fn take(&mut self, trend: &Trend, window: &[f64], more: usize, fill: impl FnOnce(&mut [f64])) -> bool {
        let begin = self.columns.len();
        self.columns.resize(begin + more * window.len(), 0.0);
        fill(&mut self.columns[begin..]);
        (0..more).all(|at| self.absorb(trend, window, begin + at * window.len()))
    }

    /// The decomposition's next row, for the column that begins there.
    fn absorb(&mut self, trend: &Trend, window: &[f64], begin: usize) -> bool {
        let column = &self.columns[begin..begin + window.len()];
        let (n, width) = (self.right.len(), trend.width());
        trend.shares(column, &mut self.trends);
        let (others, own) = self.trends.split_at(n * width);
        let (lower, right) = (&mut self.lower, &self.right);
        let (columns, first) = (&self.columns, lower.len());
        let (energy, along) = wide(
            #[inline(always)]
            || {
                for (j, (other, trends)) in columns.chunks_exact(window.len()).zip(others.chunks_exact(width)).enumerate() {
                    let gram = lanes(column, other) - lanes(own, trends);
                    let (before, row) = lower.split_at(first);
                    let row_of_other = &before[j * (j + 1) / 2..];
                    let value = (gram - lanes(row, &row_of_other[..j])) / row_of_other[j];
                    lower.push(value);
                }
                (lanes(column, column) - lanes(own, own), lanes(column, window))
            },
        );
        let row = &self.lower[first..];
        let left = energy - dot(row, row);
        // Also where anything is no number.
        if !(energy > 0.0 && left > INDEPENDENT * energy && left.is_finite()) {
            return false;
        }
        let right = (along - dot(row, right)) / left.sqrt();
        self.lower.push(left.sqrt());
        self.right.push(right);
        true
    }

    /// The least squares' coefficients, by backward substitution.
    pub fn solve(&mut self) -> &[f64] {
        self.solution.clear();
        self.solution.extend_from_slice(&self.right);
        for i in (0..self.solution.len()).rev() {
            let row = &self.lower[i * (i + 1) / 2..];
            let value = self.solution[i] / row[i];
            self.solution[i] = value;
            self.solution[..i].iter_mut().zip(row).for_each(|(x, factor)| *x -= factor * value);
        }
        &self.solution
    }
}
