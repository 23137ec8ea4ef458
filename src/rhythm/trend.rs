//! What is no rhythm and lies below all that is looked for: a parabola and, where asked, everything slower than a floor, as half cosines.

use super::wide::{dots, remove};

/// Degree of the polynomial.
const DEGREE: i32 = 2;

/// At most so many half cosines: in a window that is longer, what is slower than the floor is apart from the rhythms anyhow.
const MOST: usize = 64;

/// Orthonormal columns over windows of one length.
#[derive(Debug)]
pub struct Trend {
    len: usize,
    /// One after the other.
    columns: Vec<f64>,
}

impl Trend {
    /// For windows of `len` samples; `floor` in cycles a sample, 0 for the parabola alone.
    pub fn new(len: usize, floor: f64) -> Self {
        let place = |i: usize| (i as f64 + 0.5) / len as f64;
        let mut columns: Vec<Vec<f64>> =
            (0..=DEGREE).map(|degree| (0..len).map(|i| (2.0 * place(i) - 1.0).powi(degree)).collect()).collect();
        // The first two half cosines are a line and a parabola but for little.
        let slowest = ((2.0 * floor * len as f64).floor() as usize).min(MOST);
        columns.extend((3..=slowest).map(|k| (0..len).map(|i| (std::f64::consts::PI * k as f64 * place(i)).cos()).collect()));
        let mut trend = Self { len, columns: Vec::new() };
        for mut column in columns {
            // Gram–Schmidt, twice for the rounding.
            trend.remove(&mut column);
            trend.remove(&mut column);
            let norm = column.iter().map(|x| x * x).sum::<f64>().sqrt();
            trend.columns.extend(column.iter().map(|x| x / norm));
        }
        trend
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.columns.len() / self.len
    }

    /// All that is slower than this is taken out, cycles a sample.
    pub fn floor(&self) -> f64 {
        (self.width() - 1) as f64 / 2.0 / self.len as f64
    }

    /// Appends how much of each column is in a slice.
    pub fn shares(&self, of: &[f64], out: &mut Vec<f64>) {
        dots(of, &self.columns, out);
    }

    /// Takes the trend out of a window, in place.
    pub fn remove(&self, window: &mut [f64]) {
        remove(&self.columns, window);
    }
}

#[cfg(test)]
mod tests {
    use super::Trend;

    #[test]
    fn what_is_slower_than_the_floor_is_gone_and_what_is_faster_stays() {
        let trend = Trend::new(400, 0.02);
        let left = |frequency: f64| {
            let mut x: Vec<f64> = (0..400).map(|i| (std::f64::consts::TAU * frequency * f64::from(i) + 1.0).cos()).collect();
            let before: f64 = x.iter().map(|x| x * x).sum();
            trend.remove(&mut x);
            x.iter().map(|x| x * x).sum::<f64>() / before
        };
        assert!(left(0.011) < 0.02, "{}", left(0.011));
        assert!(left(0.03) > 0.95, "{}", left(0.03));
    }
}
