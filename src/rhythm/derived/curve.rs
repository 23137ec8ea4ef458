//! A smooth curve through uneven points: a cubic between neighbours, with the slope of the parabola through three at each (Catmull & Rom 1974,
//! for uneven steps). A straight line would take away more from what lies between two points than at them.

/// The curve through points of rising time, asked at rising times.
#[derive(Clone, Debug)]
pub struct Curve<'a> {
    points: &'a [(f64, f64)],
    at: usize,
    /// From the point `at` to the next: where it begins, how long it is, and the cubic's coefficients.
    begin: f64,
    step: f64,
    cubic: [f64; 4],
}

impl<'a> Curve<'a> {
    /// Through at least two points.
    pub fn new(points: &'a [(f64, f64)]) -> Option<Self> {
        let mut curve = Self { points, at: 0, begin: 0.0, step: 1.0, cubic: [0.0; 4] };
        (points.len() >= 2).then(|| {
            curve.lay();
            curve
        })
    }

    /// The value at a time no earlier than the last one asked; beyond the ends that of the end.
    pub fn value(&mut self, t: f64) -> f64 {
        while self.at + 2 < self.points.len() && self.points[self.at + 1].0 < t {
            self.at += 1;
            self.lay();
        }
        let u = ((t - self.begin) / self.step).clamp(0.0, 1.0);
        let [a, b, c, d] = self.cubic;
        ((d * u + c) * u + b) * u + a
    }

    fn lay(&mut self) {
        let ((t0, v0), (t1, v1)) = (self.points[self.at], self.points[self.at + 1]);
        let step = t1 - t0;
        let (m0, m1) = (self.slope(self.at) * step, self.slope(self.at + 1) * step);
        (self.begin, self.step) = (t0, step);
        self.cubic = [v0, m0, 3.0 * (v1 - v0) - 2.0 * m0 - m1, m0 + m1 - 2.0 * (v1 - v0)];
    }

    fn slope(&self, at: usize) -> f64 {
        let secant = |i: usize| (self.points[i + 1].1 - self.points[i].1) / (self.points[i + 1].0 - self.points[i].0);
        let last = self.points.len() - 1;
        if at == 0 || at == last {
            return secant(at.min(last - 1));
        }
        let (before, after) = (self.points[at].0 - self.points[at - 1].0, self.points[at + 1].0 - self.points[at].0);
        (after * secant(at - 1) + before * secant(at)) / (before + after)
    }
}

#[cfg(test)]
mod tests {
    use super::Curve;

    #[test]
    fn a_parabola_through_uneven_points_is_that_parabola_inside() {
        let points: Vec<(f64, f64)> = [0.0, 1.0, 2.5, 3.0, 4.2, 5.0].into_iter().map(|t: f64| (t, t * t - 3.0 * t)).collect();
        let mut curve = Curve::new(&points).unwrap();
        for t in [1.0, 1.7, 2.6, 3.5, 4.1] {
            assert!((curve.value(t) - (t * t - 3.0 * t)).abs() < 1e-12, "{t}");
        }
        assert_eq!(curve.value(9.0), 10.0);
    }
}
