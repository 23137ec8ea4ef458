//! Least squares for the lines of a window, all together: x(t) = Σ lines Σ harmonics A cos hφ + B sin hφ beside the trend (RELAX, Li &
//! Stoica 1996, IEEE Trans. Signal Process. 44:281; harmonic sums after Christensen & Jakobsson 2009). A steady line has φ = 2πft and its
//! frequency is found by Gauss–Newton; one that wanders has the phase that was tracked, and amplitudes that may change along the window (the
//! idea of RETROICOR, Glover 2000, Magn. Reson. Med. 44:162).

use super::line::{HARMONICS, Line};
use super::squares::System;
use super::trend::Trend;

/// Gauss–Newton is done when no frequency moves by more than this share of a Rayleigh width.
const SETTLED: f64 = 1e-3;
/// It is given up after so many rounds.
const ROUNDS: usize = 6;
/// There is room for so many lines from the begin; more make room.
const LINES: usize = 8;

/// Lines in their order, in room that is kept: to take one away and add another allocates nothing.
#[derive(Debug, Default)]
struct Lines {
    slots: Vec<Line>,
    count: usize,
}

impl Lines {
    fn all(&self) -> &[Line] {
        &self.slots[..self.count]
    }

    fn all_mut(&mut self) -> &mut [Line] {
        &mut self.slots[..self.count]
    }

    /// Room for one more; it is what it was last.
    fn push(&mut self) -> &mut Line {
        if self.count == self.slots.len() {
            self.slots.push(Line::default());
        }
        self.count += 1;
        &mut self.slots[self.count - 1]
    }

    fn remove(&mut self, at: usize) {
        self.slots[at..self.count].rotate_left(1);
        self.count -= 1;
    }

    fn copy(&mut self, other: &Self) {
        self.count = 0;
        for line in other.all() {
            self.push().copy(line);
        }
    }
}

/// The lines of windows of one length, and the scratch to fit them.
#[derive(Debug)]
pub struct Fit {
    len: usize,
    trend: Trend,
    lines: Lines,
    kept: Lines,
    /// A number for every state of the lines, and the last that was given.
    version: u64,
    versions: u64,
    kept_version: u64,
    system: System,
}

impl Fit {
    /// For windows of `len` samples without what lies below `floor` cycles a sample.
    pub fn new(len: usize, floor: f64) -> Self {
        let room = || Lines { slots: (0..LINES).map(|_| Line::with_room(len)).collect(), count: 0 };
        let trend = Trend::new(len, floor);
        let system = System::new(len, trend.width());
        Self { len, trend, lines: room(), kept: room(), version: 0, versions: 0, kept_version: 0, system }
    }

    /// What is taken out of a window beforehand.
    pub fn trend(&self) -> &Trend {
        &self.trend
    }

    /// The lines, in the order they were added or as last sorted.
    pub fn lines(&self) -> &[Line] {
        self.lines.all()
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
        self.lines.count = 0;
    }

    /// Adds a steady line and returns its place.
    pub fn add(&mut self, frequency: f64) -> usize {
        self.change();
        self.lines.push().set(frequency, self.len);
        self.lines.count - 1
    }

    /// Notes that a line is known of another window.
    pub fn hold_still(&mut self, at: usize) {
        self.lines.all_mut()[at].known = true;
    }

    /// Notes the p that a line was taken at.
    pub fn note(&mut self, at: usize, p: f64) {
        self.lines.all_mut()[at].p = p;
    }

    /// Takes a line away.
    pub fn remove(&mut self, at: usize) {
        self.change();
        self.lines.remove(at);
    }

    /// The slowest first.
    pub fn sort(&mut self) {
        self.lines.all_mut().sort_unstable_by(|a, b| a.frequency.total_cmp(&b.frequency));
    }

    /// Gives a line so many harmonics, as far as they are told from aliases.
    pub fn enrich(&mut self, at: usize, harmonics: usize) {
        self.change();
        let line = &mut self.lines.all_mut()[at];
        line.harmonics = harmonics.clamp(1, ((0.45 / line.frequency) as usize).clamp(1, HARMONICS));
    }

    /// Lets a line follow a phase (radians at each sample) of that mean frequency.
    pub fn follow(&mut self, at: usize, frequency: f64, phase: impl Iterator<Item = f64>) {
        self.change();
        self.lines.all_mut()[at].follow(frequency, phase);
    }

    /// Remembers the lines as they are.
    pub fn keep(&mut self) {
        self.kept.copy(&self.lines);
        self.kept_version = self.version;
    }

    /// Makes them so again.
    pub fn restore(&mut self) {
        self.lines.copy(&self.kept);
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
        let lines = lines.all_mut();
        let rayleigh = 1.0 / *len as f64;
        let mut moved = [0.0_f64; 16];
        system.clear();
        // What follows a phase stays as it is: its columns come first, and once.
        for line in lines.iter().filter(|line| line.wanders()) {
            if !system.take(trend, window, line.columns(), |out| line.fill(out)) {
                return false;
            }
        }
        let followed = system.len();
        let mut settled = false;
        for round in 0..=rounds {
            system.truncate(followed);
            for line in lines.iter().filter(|line| !line.wanders()) {
                if !system.take(trend, window, line.columns(), |out| line.fill(out)) {
                    return false;
                }
            }
            let mut values = system.solve().iter().copied();
            // As in the system: first what wanders.
            for wanders in [true, false] {
                lines.iter_mut().filter(|line| line.wanders() == wanders).for_each(|line| line.take(&mut values));
            }
            let design = system.len();
            if settled || round == rounds || design == followed {
                break;
            }
            for line in lines.iter().filter(|line| line.moves()) {
                if !system.take(trend, window, 1, |out| line.fill_slope(out)) {
                    return false;
                }
            }
            let mut steps = system.solve()[design..].iter();
            let mut most: f64 = 0.0;
            for (line, moved) in lines.iter_mut().zip(&mut moved).filter(|(line, _)| line.moves()) {
                let step = steps.next().copied().unwrap_or(0.0).clamp(-rayleigh / 2.0, rayleigh / 2.0);
                let next = (*moved + step).clamp(-rayleigh, rayleigh);
                let frequency = (line.frequency + next - *moved).max(rayleigh / 4.0);
                most = most.max((frequency - line.frequency).abs());
                line.tune(frequency);
                *moved = next;
            }
            settled = most < rayleigh * SETTLED;
        }
        lines.iter().all(Line::is_finite)
    }

    /// What is left of a window when all lines but those to keep are taken out.
    pub fn residual(&self, window: &[f64], keep: impl Fn(usize, &Line) -> bool, out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(window);
        self.lines().iter().enumerate().filter(|(at, line)| !keep(*at, line)).for_each(|(_, line)| line.leave(out));
        self.trend.remove(out);
    }

    /// What is left of a window when all lines are taken out but one harmonic of one of them, 0 being the fundamental.
    pub fn residual_of(&self, window: &[f64], (one, harmonic): (usize, usize), out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(window);
        for (at, line) in self.lines().iter().enumerate() {
            if at == one { line.leave_but(harmonic, out) } else { line.leave(out) }
        }
        self.trend.remove(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

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
