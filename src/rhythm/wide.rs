//! The inner loops: sums and products along slices, done as many numbers at a time as the machine has room for. The order of the additions is
//! the same on every machine, and so are the sums.

use pulp::Arch;

/// Sums are kept in so many lanes side by side: one after the other each addition would wait for the last.
const LANES: usize = 8;

/// Runs a loop with the widest registers that the machine has.
#[inline]
pub fn wide<T>(inner: impl FnOnce() -> T) -> T {
    Arch::new().dispatch(inner)
}

/// Σ a b.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    wide(
        #[inline(always)]
        || lanes(a, b),
    )
}

/// Σ a b of one slice with each of several columns, which follow one another in `columns`.
pub fn dots(a: &[f64], columns: &[f64], out: &mut Vec<f64>) {
    wide(
        #[inline(always)]
        || out.extend(columns.chunks_exact(a.len()).map(|column| lanes(a, column))),
    );
}

/// Takes each of several orthonormal columns, which follow one another in `columns`, out of a slice.
pub fn remove(columns: &[f64], x: &mut [f64]) {
    wide(
        #[inline(always)]
        || {
            for column in columns.chunks_exact(x.len()) {
                let share = lanes(column, x);
                column.iter().zip(x.iter_mut()).for_each(|(b, x)| *x -= share * b);
            }
        },
    );
}

/// The loop itself, for use within [`wide`].
#[expect(clippy::inline_always, reason = "only what is inlined into `wide` has the wide registers")]
#[inline(always)]
pub fn lanes(a: &[f64], b: &[f64]) -> f64 {
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

/// cos(start + i step) and sin(start + i step), from a few of them by rotation.
pub fn turn(start: f64, step: f64, cos: &mut [f64], sin: &mut [f64]) {
    let (mut c, mut s) = ([0.0; LANES], [0.0; LANES]);
    for (lane, (c, s)) in c.iter_mut().zip(&mut s).enumerate() {
        (*s, *c) = (start + lane as f64 * step).sin_cos();
    }
    let (by_s, by_c) = (LANES as f64 * step).sin_cos();
    wide(
        #[inline(always)]
        || {
            for (cos, sin) in cos.chunks_mut(LANES).zip(sin.chunks_mut(LANES)) {
                cos.iter_mut().zip(&c).for_each(|(out, c)| *out = *c);
                sin.iter_mut().zip(&s).for_each(|(out, s)| *out = *s);
                for lane in 0..LANES {
                    (c[lane], s[lane]) = (c[lane] * by_c - s[lane] * by_s, s[lane] * by_c + c[lane] * by_s);
                }
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_turns_are_those_of_the_formula() {
        let (mut cos, mut sin) = (vec![0.0; 301], vec![0.0; 301]);
        turn(0.3, 0.21, &mut cos, &mut sin);
        for (i, (c, s)) in cos.iter().zip(&sin).enumerate() {
            let angle = 0.3 + 0.21 * i as f64;
            assert!((c - angle.cos()).abs() < 1e-12 && (s - angle.sin()).abs() < 1e-12, "{i}");
        }
        let plain: f64 = cos.iter().zip(&sin).map(|(c, s)| c * s).sum();
        assert!((dot(&cos, &sin) - plain).abs() < 1e-12);
        let norm = dot(&cos, &cos).sqrt();
        let column: Vec<f64> = cos.iter().map(|c| c / norm).collect();
        remove(&column, &mut cos);
        assert!(cos.iter().all(|c| c.abs() < 1e-12));
    }
}
