//! What is no rhythm and lies below all that is looked for: a parabola and, where asked, everything slower than a floor, as half cosines.

/// Degree of the polynomial.
const DEGREE: i32 = 2;

/// At most so many half cosines: in a window that is longer, what is slower than the floor is apart from the rhythms anyhow.
const MOST: usize = 64;

/// Orthonormal columns over windows of one length.
#[derive(Debug)]
pub struct Trend {
    columns: Vec<Vec<f64>>,
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
        let mut trend = Self { columns: Vec::new() };
        for mut column in columns {
            // Gram–Schmidt, twice for the rounding.
            trend.remove(&mut column);
            trend.remove(&mut column);
            let norm = column.iter().map(|x| x * x).sum::<f64>().sqrt();
            column.iter_mut().for_each(|x| *x /= norm);
            trend.columns.push(column);
        }
        trend
    }

    /// All that is slower than this is taken out, cycles a sample.
    pub fn floor(&self) -> f64 {
        (self.columns.len() - 1) as f64 / 2.0 / self.columns[0].len() as f64
    }

    /// Orthonormal columns of all that is trend.
    pub fn columns(&self) -> &[Vec<f64>] {
        &self.columns
    }

    /// Takes the trend out of a window, in place.
    pub fn remove(&self, window: &mut [f64]) {
        for column in &self.columns {
            let share = dot(column, window);
            column.iter().zip(window.iter_mut()).for_each(|(b, x)| *x -= share * b);
        }
    }
}

/// Σ a b, in lanes side by side: a sum one after the other would wait for each addition.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    const LANES: usize = 8;
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
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
