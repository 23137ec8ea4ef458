//! Least squares for the lines of a window, all together: x(t) = Σ lines Σ harmonics A cos hφ + B sin hφ beside the trend (RELAX, Li &
//! Stoica 1996, IEEE Trans. Signal Process. 44:281; harmonic sums after Christensen & Jakobsson 2009). A steady line has φ = 2πft and its
//! frequency is found by Gauss–Newton; one that wanders has the phase that was tracked, and amplitudes that may change along the window (the
//! idea of RETROICOR, Glover 2000, Magn. Reson. Med. 44:162).

use std::f64::consts::TAU;

use super::trend::{Trend, dot};

/// Highest harmonic of a line.
pub const HARMONICS: usize = 4;
/// Gauss–Newton is done when no frequency moves by more than this share of a Rayleigh width.
const SETTLED: f64 = 1e-3;
/// It is given up after so many rounds.
const ROUNDS: usize = 6;
/// A column is independent of others where so much of its energy is left beside them.
const INDEPENDENT: f64 = 1e-10;

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
    /// Sine and cosine of those.
    turns: Vec<(f64, f64)>,
}

impl Line {
    /// The phase that was tracked, radians at each sample.
    pub fn phase(&self) -> impl Iterator<Item = f64> {
        self.phase.iter().copied()
    }

    /// Its frequency over the latest samples, cycles a sample.
    pub fn latest(&self, samples: usize) -> f64 {
        match self.phase.len().checked_sub(samples) {
            Some(from) if samples > 1 => (self.phase[self.phase.len() - 1] - self.phase[from]) / TAU / (samples as f64 - 1.0),
            _ => self.frequency,
        }
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
    kept: Vec<Line>,
    /// A number for every state of the lines, and the last that was given.
    version: u64,
    versions: u64,
    kept_version: u64,
    system: System,
}

impl Fit {
    /// For windows of `len` samples without what lies below `floor` cycles a sample.
    pub fn new(len: usize, floor: f64) -> Self {
        Self {
            len,
            trend: Trend::new(len, floor),
            lines: Vec::new(),
            kept: Vec::new(),
            version: 0,
            versions: 0,
            kept_version: 0,
            system: System::default(),
        }
    }

    /// What is taken out of a window beforehand.
    pub fn trend(&self) -> &Trend {
        &self.trend
    }

    /// The lines, in the order they were added or as last sorted.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// A number that is another whenever the lines are.
    pub fn version(&self) -> u64 {
        self.version
    }

    fn change(&mut self) {
        self.versions += 1;
        self.version = self.versions;
    }

    /// Forgets all lines.
    pub fn clear(&mut self) {
        self.change();
        self.lines.clear();
    }

    /// Adds a steady line and returns its place.
    pub fn add(&mut self, frequency: f64) -> usize {
        self.change();
        self.lines.push(Line { frequency, harmonics: 1, ..Line::default() });
        self.lines.len() - 1
    }

    /// Takes a line away.
    pub fn remove(&mut self, at: usize) {
        self.change();
        self.lines.remove(at);
    }

    /// The slowest first.
    pub fn sort(&mut self) {
        self.lines.sort_by(|a, b| a.frequency.total_cmp(&b.frequency));
    }

    /// Gives a line so many harmonics, as far as they are told from aliases.
    pub fn enrich(&mut self, at: usize, harmonics: usize) {
        self.change();
        let line = &mut self.lines[at];
        line.harmonics = harmonics.clamp(1, ((0.45 / line.frequency) as usize).clamp(1, HARMONICS));
    }

    /// Lets a line follow a phase (radians at each sample) of that mean frequency.
    pub fn follow(&mut self, at: usize, frequency: f64, phase: impl Iterator<Item = f64>) {
        self.change();
        let line = &mut self.lines[at];
        line.frequency = frequency;
        line.phase.clear();
        line.phase.extend(phase);
        line.turns.clear();
        line.turns.extend(line.phase.iter().map(|phase| phase.sin_cos()));
    }

    /// Remembers the lines as they are.
    pub fn keep(&mut self) {
        self.kept.clone_from(&self.lines);
        self.kept_version = self.version;
    }

    /// Makes them so again.
    pub fn restore(&mut self) {
        self.lines.clone_from(&self.kept);
        self.version = self.kept_version;
    }

    /// Fits all lines to a window without its trend; steady ones move by at most one Rayleigh width. `false` where the system is singular.
    pub fn refine(&mut self, window: &[f64]) -> bool {
        self.fit(window, ROUNDS)
    }

    /// Fits all lines to a window without its trend at the frequencies that they have. `false` where the system is singular.
    pub fn hold(&mut self, window: &[f64]) -> bool {
        self.fit(window, 0)
    }

    fn fit(&mut self, window: &[f64], rounds: usize) -> bool {
        self.change();
        let Self { len, trend, lines, system, .. } = self;
        let rayleigh = 1.0 / *len as f64;
        let mut moved = [0.0_f64; 16];
        system.clear();
        // What follows a phase stays as it is: its columns come first, and once.
        let wandering = |line: &&Line| line.wanders();
        let steady = |line: &&Line| !line.wanders();
        for line in lines.iter().filter(wandering) {
            if !system.take(trend, window, line.columns(), |out| fill(line, window.len(), out)) {
                return false;
            }
        }
        let followed = system.len();
        let mut settled = false;
        for round in 0..=rounds {
            system.truncate(followed);
            for line in lines.iter().filter(steady) {
                if !system.take(trend, window, line.columns(), |out| fill(line, window.len(), out)) {
                    return false;
                }
            }
            let mut values = system.solve().iter().copied();
            // As in the system: first what wanders.
            for wanders in [true, false] {
                for line in lines.iter_mut().filter(|line| line.wanders() == wanders) {
                    let terms = if wanders { 4 } else { 2 };
                    for wave in &mut line.waves[..line.harmonics] {
                        *wave = [0.0; 4];
                        wave[..terms].fill_with(|| values.next().unwrap_or(0.0));
                    }
                }
            }
            let design = system.len();
            if settled || round == rounds || design == followed {
                break;
            }
            for line in lines.iter().filter(steady) {
                if !system.take(trend, window, 1, |out| fill_slope(line, out)) {
                    return false;
                }
            }
            let mut steps = system.solve()[design..].iter();
            let mut most: f64 = 0.0;
            for (line, moved) in lines.iter_mut().zip(&mut moved).filter(|(line, _)| !line.wanders()) {
                let step = steps.next().copied().unwrap_or(0.0).clamp(-rayleigh / 2.0, rayleigh / 2.0);
                let next = (*moved + step).clamp(-rayleigh, rayleigh);
                let frequency = (line.frequency + next - *moved).max(rayleigh / 4.0);
                most = most.max((frequency - line.frequency).abs());
                line.frequency = frequency;
                *moved = next;
            }
            settled = most < rayleigh * SETTLED;
        }
        lines.iter().all(|line| line.waves.iter().flatten().all(|value| value.is_finite()))
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
            let (sin, cos) = self.line.turns[i];
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

/// Least squares on columns that come one after the other, each first rid of the trend: the rows of Cholesky's decomposition of the normal
/// equations, grown by one for each column.
#[derive(Debug, Default)]
struct System {
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

impl System {
    fn clear(&mut self) {
        self.truncate(0);
    }

    /// How many columns there are.
    fn len(&self) -> usize {
        self.right.len()
    }

    /// Keeps so many of the first columns.
    fn truncate(&mut self, columns: usize) {
        let of_each = |all: usize| all.checked_div(self.right.len()).unwrap_or(0) * columns;
        let (samples, trends) = (of_each(self.columns.len()), of_each(self.trends.len()));
        self.columns.truncate(samples);
        self.trends.truncate(trends);
        self.lower.truncate(columns * (columns + 1) / 2);
        self.right.truncate(columns);
    }

    /// Takes more columns, to explain a window without its trend; `false` where one depends on those before.
    fn take(&mut self, trend: &Trend, window: &[f64], more: usize, fill: impl FnOnce(&mut [f64])) -> bool {
        let begin = self.columns.len();
        self.columns.resize(begin + more * window.len(), 0.0);
        fill(&mut self.columns[begin..]);
        (0..more).all(|at| self.absorb(trend, window, begin + at * window.len()))
    }

    /// The decomposition's next row, for the column that begins there.
    fn absorb(&mut self, trend: &Trend, window: &[f64], begin: usize) -> bool {
        let column = &self.columns[begin..begin + window.len()];
        let (n, width) = (self.right.len(), trend.columns().len());
        self.trends.extend(trend.columns().iter().map(|trend| dot(trend, column)));
        let (others, own) = self.trends.split_at(n * width);
        let first = self.lower.len();
        for (j, (other, trends)) in self.columns.chunks_exact(window.len()).zip(others.chunks_exact(width)).enumerate() {
            let gram = dot(column, other) - dot(own, trends);
            let (before, row) = self.lower.split_at(first);
            let row_of_other = &before[j * (j + 1) / 2..];
            let value = (gram - dot(row, &row_of_other[..j])) / row_of_other[j];
            self.lower.push(value);
        }
        let energy = dot(column, column) - dot(own, own);
        let row = &self.lower[first..];
        let left = energy - dot(row, row);
        // Also where anything is no number.
        if !(energy > 0.0 && left > INDEPENDENT * energy && left.is_finite()) {
            return false;
        }
        let right = (dot(column, window) - dot(row, &self.right)) / left.sqrt();
        self.lower.push(left.sqrt());
        self.right.push(right);
        true
    }

    /// The least squares' coefficients, by backward substitution.
    fn solve(&mut self) -> &[f64] {
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
