//! Slepian tapers (discrete prolate spheroidal sequences): the K sequences of N samples with the greatest share of their energy
//! within a bandwidth W. They are eigenvectors of a symmetric tridiagonal matrix (Slepian 1978, Bell Syst. Tech. J. 57:1371;
//! Percival & Walden 1993, section 8.3), found here by bisection on Sturm sequences and inverse iteration.

/// The first `count` tapers of `len` samples and time-bandwidth product `nw` (in units of 1/N cycles a sample), each of unit energy,
/// symmetric ones with a positive sum, antisymmetric ones beginning with a positive lobe.
pub fn slepian(len: usize, nw: f64, count: usize) -> Vec<Vec<f64>> {
    let n = len as f64;
    let cos = (2.0 * std::f64::consts::PI * nw / n).cos();
    let diagonal: Vec<f64> = (0..len).map(|i| ((n - 1.0 - 2.0 * i as f64) / 2.0).powi(2) * cos).collect();
    let off: Vec<f64> = (1..len).map(|i| i as f64 * (n - i as f64) / 2.0).collect();
    let matrix = Tridiagonal { diagonal, off };
    (0..count).map(|order| matrix.taper(order)).collect()
}

struct Tridiagonal {
    diagonal: Vec<f64>,
    off: Vec<f64>,
}

impl Tridiagonal {
    /// How many eigenvalues lie above `x`: the positive terms of the Sturm sequence.
    fn above(&self, x: f64) -> usize {
        let mut count = 0;
        let mut q = 1.0;
        for (i, d) in self.diagonal.iter().enumerate() {
            let coupling = if i == 0 { 0.0 } else { self.off[i - 1].powi(2) / q };
            q = d - x - coupling;
            if q == 0.0 {
                q = f64::MIN_POSITIVE.sqrt();
            }
            count += usize::from(q > 0.0);
        }
        count
    }

    /// The eigenvalue of that order, the greatest being order 0, by bisection within Gershgorin's bounds.
    fn eigenvalue(&self, order: usize) -> f64 {
        let beside = |i: usize| if i == 0 { 0.0 } else { self.off[i - 1].abs() } + self.off.get(i).map_or(0.0, |o| o.abs());
        let bound = self.diagonal.iter().enumerate().map(|(i, d)| d.abs() + beside(i)).fold(0.0, f64::max);
        let (mut low, mut high) = (-bound, bound);
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if middle <= low || middle >= high {
                break;
            }
            if self.above(middle) > order { low = middle } else { high = middle }
        }
        f64::midpoint(low, high)
    }

    fn taper(&self, order: usize) -> Vec<f64> {
        let shift = self.eigenvalue(order);
        let len = self.diagonal.len();
        // Any start that is orthogonal to no eigenvector; the parity of the order is kept by the matrix.
        let mut v: Vec<f64> = (0..len).map(|i| 1.0 + 0.5 * (i as f64 * 0.7 + order as f64).sin()).collect();
        for _ in 0..4 {
            self.solve(shift, &mut v);
            let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
            v.iter_mut().for_each(|x| *x /= norm);
        }
        let lobe: f64 = if order.is_multiple_of(2) {
            v.iter().sum()
        } else {
            v.iter().enumerate().map(|(i, x)| (len as f64 - 1.0 - 2.0 * i as f64) * x).sum()
        };
        if lobe < 0.0 {
            v.iter_mut().for_each(|x| *x = -*x);
        }
        v
    }

    /// Solves (T − shift) x = v in place, by Gaussian elimination with partial pivoting.
    fn solve(&self, shift: f64, v: &mut [f64]) {
        let len = v.len();
        let tiny = f64::EPSILON * self.off.iter().fold(1.0_f64, |a, b| a.max(b.abs()));
        let mut first: Vec<f64> = self.diagonal.iter().map(|d| d - shift).collect();
        let mut second: Vec<f64> = self.off.clone();
        second.push(0.0);
        let mut third = vec![0.0; len];
        let mut below = self.off.clone();
        for i in 0..len - 1 {
            if below[i].abs() > first[i].abs() {
                std::mem::swap(&mut first[i], &mut below[i]);
                std::mem::swap(&mut second[i], &mut first[i + 1]);
                third[i] = second[i + 1];
                second[i + 1] = 0.0;
                v.swap(i, i + 1);
            }
            if first[i] == 0.0 {
                first[i] = tiny;
            }
            let factor = below[i] / first[i];
            first[i + 1] -= factor * second[i];
            second[i + 1] -= factor * third[i];
            v[i + 1] -= factor * v[i];
        }
        for i in (0..len).rev() {
            if first[i].abs() < tiny {
                first[i] = tiny;
            }
            let one = if i + 1 < len { second[i] * v[i + 1] } else { 0.0 };
            let two = if i + 2 < len { third[i] * v[i + 2] } else { 0.0 };
            v[i] = (v[i] - one - two) / first[i];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::slepian;
    use crate::rhythm::scipy;

    #[test]
    fn tapers_are_orthonormal() {
        let tapers = slepian(300, 3.5, 6);
        for (i, a) in tapers.iter().enumerate() {
            for (j, b) in tapers.iter().enumerate() {
                let dot: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((dot - expected).abs() < 1e-9, "{i} {j} {dot}");
            }
        }
    }

    #[test]
    fn tapers_are_those_of_scipy() {
        for (name, len, nw, count, every) in
            [("dpss_64", 64, 3.5, 6, 1), ("dpss_300_every_7th", 300, 3.5, 6, 7), ("dpss_299_5_every_7th", 299, 5.0, 9, 7)]
        {
            let reference = scipy::value(name);
            for (order, taper) in slepian(len, nw, count).iter().enumerate() {
                for (at, value) in taper.iter().step_by(every).enumerate() {
                    let expected = reference[order][at].as_f64().unwrap();
                    assert!((value - expected).abs() < 1e-9, "{name} {order} {at}: {value} for {expected}");
                }
            }
        }
    }
}
