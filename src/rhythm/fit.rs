//! Least squares for the lines of a window, all together: x(t) = Σ lines Σ harmonics A cos hφ + B sin hφ beside the trend (RELAX, Li &
//! Stoica 1996, IEEE Trans. Signal Process. 44:281; harmonic sums after Christensen & Jakobsson 2009). A steady line has φ = 2πft and its
//! frequency is found by Gauss–Newton; one that wanders has the phase that was tracked, and amplitudes that may change along the window (the
//! idea of RETROICOR, Glover 2000, Magn. Reson. Med. 44:162).

use std::f64::consts::TAU;

use super::trend::Trend;

/// Highest harmonic of a line.
pub const HARMONICS: usize = 4;
/// Gauss–Newton is done when no frequency moves by more than this share of a Rayleigh width.
const SETTLED: f64 = 1e-5;

/// A line with its harmonics.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Cycles a sample; the mean of one that wanders.
    pub frequency: f64,
    /// How many harmonics it has, the fundamental counted.
    pub harmonics: usize,
    /// Of each harmonic: cosine and sine at the window's middle, and how much they gain from there to its end.
    waves: [[f64; 4]; HARMONICS],
    /// Radians at each sample where it wanders; nothing where it is steady.
    phase: Vec<f64>,
}

impl Line {
    /// The phase that was tracked, radians at each sample.
    pub fn phase(&self) -> impl Iterator<Item = f64> {
        self.phase.iter().copied()
    }

    /// Whether its phase was tracked.
    pub fn wanders(&self) -> bool {
        !self.phase.is_empty()
    }

    /// Amplitude of a harmonic at the window's middle, 0 being the fundamental.
    pub fn size(&self, harmonic: usize) -> f64 {
        self.waves[harmonic][0].hypot(self.waves[harmonic][1])
    }

    /// Amplitude of the fundamental.
    pub fn fundamental(&self) -> f64 {
        self.size(0)
    }

    /// Phase of the fundamental at the window's middle, radians behind a cosine.
    pub fn lateness(&self) -> f64 {
        self.waves[0][1].atan2(self.waves[0][0])
    }

    /// Σ h² A²: what the fundamental's frequency is told by.
    pub fn information(&self) -> f64 {
        (0..self.harmonics).map(|h| ((h + 1) as f64 * self.size(h)).powi(2)).sum()
    }

    /// Peak to trough of the waveform, harmonics included; exact for the fundamental alone.
    pub fn peak_to_trough(&self) -> f64 {
        if self.harmonics == 1 {
            return 2.0 * self.fundamental();
        }
        let steps = 256;
        let wave = |i: i32| {
            let phase = TAU * f64::from(i) / f64::from(steps);
            self.waves[..self.harmonics]
                .iter()
                .zip(1..)
                .map(|([a, b, ..], h)| a * (phase * f64::from(h)).cos() + b * (phase * f64::from(h)).sin())
                .sum::<f64>()
        };
        let (low, high) = (0..steps).map(wave).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)));
        high - low
    }

    /// Columns it takes in the design.
    fn columns(&self) -> usize {
        self.harmonics * if self.wanders() { 4 } else { 2 }
    }

    fn angle(&self, i: usize, len: usize) -> f64 {
        self.phase.get(i).copied().unwrap_or(TAU * self.frequency * (i as f64 - middle(len)))
    }
}

fn middle(len: usize) -> f64 {
    (len as f64 - 1.0) / 2.0
}

/// The lines of windows of one length, and the scratch to fit them.
#[derive(Debug)]
pub struct Fit {
    len: usize,
    trend: Trend,
    lines: Vec<Line>,
    columns: Vec<f64>,
    system: Normal,
}

impl Fit {
    /// For windows of `len` samples without what lies below `floor` cycles a sample.
    pub fn new(len: usize, floor: f64) -> Self {
        Self { len, trend: Trend::new(len, floor), lines: Vec::new(), columns: Vec::new(), system: Normal::default() }
    }

    /// What is taken out of a window beforehand.
    pub fn trend(&self) -> &Trend {
        &self.trend
    }

    /// The lines, in the order they were added or as last sorted.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Forgets all lines.
    pub fn clear(&mut self) {
        self.lines.clear();
    }

    /// Adds a steady line and returns its place.
    pub fn add(&mut self, frequency: f64) -> usize {
        self.lines.push(Line { frequency, harmonics: 1, ..Line::default() });
        self.lines.len() - 1
    }

    /// Takes a line away.
    pub fn remove(&mut self, at: usize) {
        self.lines.remove(at);
    }

    /// The slowest first.
    pub fn sort(&mut self) {
        self.lines.sort_by(|a, b| a.frequency.total_cmp(&b.frequency));
    }

    /// Gives a line so many harmonics, as far as they are told from aliases.
    pub fn enrich(&mut self, at: usize, harmonics: usize) {
        let line = &mut self.lines[at];
        line.harmonics = harmonics.clamp(1, ((0.45 / line.frequency) as usize).clamp(1, HARMONICS));
    }

    /// Lets a line follow a phase (radians at each sample) of that mean frequency.
    pub fn follow(&mut self, at: usize, frequency: f64, phase: impl Iterator<Item = f64>) {
        let line = &mut self.lines[at];
        line.frequency = frequency;
        line.phase.clear();
        line.phase.extend(phase);
    }

    /// Lets a line keep a frequency again.
    pub fn steady(&mut self, at: usize, frequency: f64) {
        self.lines[at].frequency = frequency;
        self.lines[at].phase.clear();
    }

    /// Fits all lines to a window without its trend; steady ones move by at most one Rayleigh width. `false` where the system is singular.
    pub fn refine(&mut self, window: &[f64]) -> bool {
        let rayleigh = 1.0 / self.len as f64;
        let mut moved = [0.0_f64; 16];
        for _ in 0..6 {
            if !self.solve(window, false) {
                return false;
            }
            if self.lines.iter().all(Line::wanders) {
                return true;
            }
            if !self.solve(window, true) {
                return false;
            }
            let mut steps = self.system.solution[self.lines.iter().map(Line::columns).sum()..].iter();
            let mut most: f64 = 0.0;
            for (line, moved) in self.lines.iter_mut().zip(&mut moved).filter(|(line, _)| !line.wanders()) {
                let step = steps.next().copied().unwrap_or(0.0).clamp(-rayleigh / 2.0, rayleigh / 2.0);
                let next = (*moved + step).clamp(-rayleigh, rayleigh);
                let frequency = (line.frequency + next - *moved).max(rayleigh / 4.0);
                most = most.max((frequency - line.frequency).abs());
                line.frequency = frequency;
                *moved = next;
            }
            if most < rayleigh * SETTLED {
                break;
            }
        }
        self.solve(window, false)
    }

    /// What is left of a window when all lines but those to keep are taken out.
    pub fn residual(&self, window: &[f64], keep: impl Fn(usize, &Line) -> bool, out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(window);
        for (_, line) in self.lines.iter().enumerate().filter(|(at, line)| !keep(*at, line)) {
            let mut waves = Waves::new(line, self.len);
            for (i, x) in out.iter_mut().enumerate() {
                *x -= waves.value(i);
            }
        }
        self.trend.remove(out);
    }

    /// Linear least squares at the lines' frequencies; with `slopes` a column more for each steady frequency, and the waves left as they are.
    fn solve(&mut self, window: &[f64], slopes: bool) -> bool {
        let waves: usize = self.lines.iter().map(Line::columns).sum();
        let steady = if slopes { self.lines.iter().filter(|line| !line.wanders()).count() } else { 0 };
        self.columns.clear();
        self.columns.resize((waves + steady) * self.len, 0.0);
        let (design, slope) = self.columns.split_at_mut(waves * self.len);
        let mut from = 0;
        for line in &self.lines {
            let to = from + line.columns() * self.len;
            fill(line, self.len, &mut design[from..to]);
            from = to;
        }
        if slopes {
            for (line, column) in self.lines.iter().filter(|line| !line.wanders()).zip(slope.chunks_exact_mut(self.len)) {
                fill_slope(line, column);
            }
        }
        self.columns.chunks_exact_mut(self.len).for_each(|column| self.trend.remove(column));
        if !self.system.solve(&self.columns, window) {
            return false;
        }
        if !slopes {
            let mut values = self.system.solution.iter().copied();
            for line in &mut self.lines {
                let terms = if line.wanders() { 4 } else { 2 };
                for wave in &mut line.waves[..line.harmonics] {
                    *wave = [0.0; 4];
                    wave[..terms].fill_with(|| values.next().unwrap_or(0.0));
                }
            }
        }
        true
    }
}

/// A line's value sample by sample.
struct Waves<'a> {
    line: &'a Line,
    len: usize,
    turn: (f64, f64),
    now: (f64, f64),
}

impl<'a> Waves<'a> {
    fn new(line: &'a Line, len: usize) -> Self {
        let (sin, cos) = (TAU * line.frequency).sin_cos();
        let (s, c) = line.angle(0, len).sin_cos();
        Self { line, len, turn: (cos, sin), now: (c, s) }
    }

    /// (cosine, sine) of the fundamental at sample `i`; called for 0, 1, 2, … in order.
    fn next(&mut self, i: usize) -> (f64, f64) {
        if self.line.wanders() {
            let (sin, cos) = self.line.phase[i].sin_cos();
            return (cos, sin);
        }
        let (c, s) = self.now;
        self.now = (c * self.turn.0 - s * self.turn.1, s * self.turn.0 + c * self.turn.1);
        (c, s)
    }

    fn value(&mut self, i: usize) -> f64 {
        let (cos, sin) = self.next(i);
        let (mut c, mut s, mut sum) = (cos, sin, 0.0);
        let place = i as f64 / middle(self.len) - 1.0;
        for [a, b, more_a, more_b] in &self.line.waves[..self.line.harmonics] {
            sum += (a + more_a * place) * c + (b + more_b * place) * s;
            (c, s) = (c * cos - s * sin, s * cos + c * sin);
        }
        sum
    }
}

/// Cosine and sine of every harmonic, and where the line wanders the same growing along the window.
fn fill(line: &Line, len: usize, out: &mut [f64]) {
    let terms = if line.wanders() { 4 } else { 2 };
    let mut waves = Waves::new(line, len);
    for i in 0..len {
        let (cos, sin) = waves.next(i);
        let (mut c, mut s) = (cos, sin);
        let place = i as f64 / middle(len) - 1.0;
        for h in 0..line.harmonics {
            let column = h * terms * len + i;
            (out[column], out[column + len]) = (c, s);
            if terms == 4 {
                (out[column + 2 * len], out[column + 3 * len]) = (c * place, s * place);
            }
            (c, s) = (c * cos - s * sin, s * cos + c * sin);
        }
    }
}

/// How a steady line changes with its frequency.
fn fill_slope(line: &Line, out: &mut [f64]) {
    let len = out.len();
    let mut waves = Waves::new(line, len);
    for (i, out) in out.iter_mut().enumerate() {
        let (cos, sin) = waves.next(i);
        let (mut c, mut s) = (cos, sin);
        let t = i as f64 - middle(len);
        for ([a, b, ..], h) in line.waves[..line.harmonics].iter().zip(1..) {
            *out += TAU * f64::from(h) * t * (b * c - a * s);
            (c, s) = (c * cos - s * sin, s * cos + c * sin);
        }
    }
}

/// The normal equations, columns scaled to unit length, solved by Cholesky's decomposition in place.
#[derive(Debug, Default)]
struct Normal {
    gram: Vec<f64>,
    scales: Vec<f64>,
    solution: Vec<f64>,
}

impl Normal {
    /// Least squares of `x` on columns laid one after the other; `false` where they are not independent.
    fn solve(&mut self, columns: &[f64], x: &[f64]) -> bool {
        let n = columns.len() / x.len();
        let column = |i: usize| &columns[i * x.len()..(i + 1) * x.len()];
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        self.scales.clear();
        self.scales.extend((0..n).map(|i| dot(column(i), column(i)).sqrt()));
        if self.scales.iter().any(|scale| !scale.is_finite() || *scale == 0.0) {
            return false;
        }
        self.gram.clear();
        self.gram.resize(n * n, 0.0);
        for i in 0..n {
            for j in 0..=i {
                self.gram[i * n + j] = dot(column(i), column(j)) / (self.scales[i] * self.scales[j]);
            }
        }
        self.solution.clear();
        self.solution.extend((0..n).map(|i| dot(column(i), x) / self.scales[i]));
        if !decompose(&mut self.gram, n) {
            return false;
        }
        substitute(&self.gram, &mut self.solution);
        self.solution.iter_mut().zip(&self.scales).for_each(|(value, scale)| *value /= scale);
        self.solution.iter().all(|value| value.is_finite())
    }
}

/// Cholesky's decomposition of a symmetric matrix with unit diagonal (its lower half), in place.
fn decompose(gram: &mut [f64], n: usize) -> bool {
    for i in 0..n {
        for j in 0..=i {
            let sum: f64 = gram[i * n + j] - (0..j).map(|k| gram[i * n + k] * gram[j * n + k]).sum::<f64>();
            if i > j {
                gram[i * n + j] = sum / gram[j * n + j];
            } else if sum > 1e-10 {
                gram[i * n + i] = sum.sqrt();
            } else {
                return false;
            }
        }
    }
    true
}

/// Forward and backward substitution, in place.
fn substitute(lower: &[f64], x: &mut [f64]) {
    let n = x.len();
    for i in 0..n {
        let sum: f64 = (0..i).map(|k| lower[i * n + k] * x[k]).sum();
        x[i] = (x[i] - sum) / lower[i * n + i];
    }
    for i in (0..n).rev() {
        let sum: f64 = (i + 1..n).map(|k| lower[k * n + i] * x[k]).sum();
        x[i] = (x[i] - sum) / lower[i * n + i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lines_and_a_trend_are_found_to_the_last_digits() {
        let wave = |i: usize| {
            let t = i as f64 - 149.5;
            3.0 * (TAU * 0.0206 * t + 0.4).cos() + 5.0 * (TAU * 0.0467 * t - 1.0).cos() + 100.0 + 0.3 * t
        };
        let mut window: Vec<f64> = (0..300).map(wave).collect();
        let mut fit = Fit::new(300, 0.0);
        fit.trend().remove(&mut window);
        fit.add(0.0215);
        let second = fit.add(0.0455);
        fit.enrich(second, 2);
        assert!(fit.refine(&window));
        let lines = fit.lines();
        assert!((lines[0].frequency - 0.0206).abs() < 1e-8, "{}", lines[0].frequency);
        assert!((lines[1].frequency - 0.0467).abs() < 1e-8, "{}", lines[1].frequency);
        assert!((lines[0].peak_to_trough() - 6.0).abs() < 1e-6);
        assert!((lines[1].peak_to_trough() - 10.0).abs() < 1e-2);
        let mut rest = Vec::new();
        fit.residual(&window, |_, _| false, &mut rest);
        assert!(rest.iter().all(|x| x.abs() < 1e-4));
    }

    #[test]
    fn a_line_that_wanders_is_taken_out_along_its_phase() {
        let phase = |i: usize| TAU * (0.04 * i as f64 + 0.4 * (i as f64 / 60.0).sin());
        let wave = |i: usize| (2.0 + i as f64 / 300.0) * phase(i).cos() + 0.5 * (2.0 * phase(i) + 0.3).cos();
        let mut window: Vec<f64> = (0..300).map(wave).collect();
        let mut fit = Fit::new(300, 0.0);
        fit.trend().remove(&mut window);
        let at = fit.add(0.04);
        fit.enrich(at, 2);
        fit.follow(at, 0.04, (0..300).map(phase));
        assert!(fit.refine(&window));
        let mut rest = Vec::new();
        fit.residual(&window, |_, _| false, &mut rest);
        assert!(rest.iter().all(|x| x.abs() < 1e-6), "{rest:?}");
        assert!((fit.lines()[0].fundamental() - 2.498).abs() < 0.01);
    }
}
