//! Which lines are taken out of a window, and which of them wander.

use super::super::evidence::Candidate;
use super::super::line::HARMONICS;
use super::super::slower::Slower;
use super::super::track::Guess;
use super::{Kind, MOST_LINES, Range, SEEN, TAKE, TRACKED, Window};

/// Two lines that hide one another are taken where the p of each beside the other is below this.
const TAKE_PAIR: f64 = 1e-4;
/// They are looked for where the power there is so many times that which an eighth of the frequencies stay below; the bands of two lines may cover
/// more than half of them.
const STANDS_OUT: f64 = 5.0;
const QUIET: f64 = 0.125;
/// What is hidden by its own harmonics has more than this share of the energy that is left.
const MOST: f64 = 0.5;
/// A line wanders where following it explains, for each of its cycles, so many times the noise's energy more.
const WORTH: f64 = 4.0;
/// Such a line has power within this share of its rate,
pub(super) const BESIDE: f64 = 0.5;
/// so many times that of the median frequency.
const LEAVES: f64 = 1.3;
/// A line is taken without a look at the window's pieces where its p is below this,
const SURE: f64 = 1e-6;
/// together with others that are so many Rayleigh widths away: the band of the tapers, and one.
const APART: f64 = 6.0;

impl Window {
    /// Takes the harmonics of the slower rhythm that lie in the range, for what stands within the tapers' band of them is hidden by them. They keep their frequencies:
    /// they were told in another window.
    pub(super) fn take_known(&mut self) {
        let known = self.slower.into_iter().flat_map(Slower::harmonics).filter(|frequency| self.shape.range.holds(*frequency));
        for frequency in known {
            let at = self.fit.add(frequency);
            self.fit.hold_still(at);
        }
        if !self.lines().is_empty() && !self.fit.refine(&self.samples) {
            self.fit.clear();
        }
    }

    /// Takes what the whole window leaves no doubt of, all at once as far as the lines do not hide one another; `false` where that is nothing.
    pub(super) fn take_sure(&mut self) -> bool {
        self.test_whole();
        let before = self.lines().len();
        let apart = APART * self.rayleigh();
        let mut any = false;
        while self.lines().len() < MOST_LINES {
            let allowed = |frequency: f64| {
                self.lines().iter().enumerate().all(|(at, line)| {
                    let near = if at < before { 0.0 } else { apart };
                    (line.frequency - frequency).abs() >= near.max(self.width(line.frequency))
                })
            };
            let found = [self.shape.range, self.shape.context].map(|range| self.evidence.best_of_whole(range, allowed));
            let best = found.into_iter().flatten().min_by(|a, b| a.p.total_cmp(&b.p));
            let Some(best) = best.filter(|best| best.p < SURE) else { break };
            if !self.take_noted(best) {
                break;
            }
            any = true;
        }
        any
    }

    /// Takes the line of a candidate, and notes how sure it is.
    pub(super) fn take_noted(&mut self, best: Candidate) -> bool {
        let taken = self.take(best.frequency, best.tolerance);
        if taken {
            self.fit.note(self.lines().len() - 1, best.p);
        }
        taken
    }

    /// Takes the strongest line about a frequency; `false` where it cannot be told from the others.
    fn take(&mut self, frequency: f64, tolerance: f64) -> bool {
        let near = tolerance.max(self.rayleigh() / 2.0);
        let frequency = self.evidence.strongest(Range { low: frequency - near, high: frequency + near }).unwrap_or(frequency);
        let at = self.fit.add(frequency);
        if self.fit.refine(&self.samples) && !self.are_crowded() {
            return true;
        }
        self.fit.remove(at);
        self.fit.refine(&self.samples);
        false
    }

    /// Whether two lines have come so near to one another that each is what the other is not: no sizes can be told of them.
    fn are_crowded(&self) -> bool {
        let lines = self.lines().iter().enumerate();
        lines.clone().any(|(at, line)| lines.clone().take(at).any(|(_, other)| (line.frequency - other.frequency).abs() < self.rayleigh()))
    }

    /// A line may be the harmonic of a slower one: there it needs no evidence against a search. Takes the first such.
    pub(super) fn take_undertone(&mut self) -> bool {
        if self.shape.kind == Kind::Line || self.lines().len() >= MOST_LINES {
            return false;
        }
        for at in 0..self.lines().len() {
            for h in [2.0, 3.0] {
                let slower = self.lines()[at].frequency / h;
                let near = Range { low: slower - self.rayleigh() / 2.0, high: slower + self.rayleigh() / 2.0 };
                let known = self.lines().iter().any(|line| (line.frequency - slower).abs() < self.width(slower));
                if !known
                    && self.shape.range.holds(slower)
                    && !self.is_explained(slower, 0.0, SEEN * self.rayleigh())
                    && self.evidence_at(slower, near, None).0 < TAKE
                {
                    return self.take(slower, 0.0);
                }
            }
        }
        false
    }

    /// Lines within the tapers' band hide one another. Takes the strongest of what is left, if it stands out, with what hides it: a second line beside it, or its own
    /// harmonics.
    pub(super) fn take_hidden(&mut self) -> bool {
        let before = self.lines().len();
        self.test_whole();
        let Some(first) = self.evidence.strongest(self.shape.context) else { return false };
        if self.evidence.excess(Range { low: first, high: first }, QUIET) <= STANDS_OUT {
            return false;
        }
        // The harmonics of a slow line that has corners lie beside it; it is most of what is there.
        let slow = self.shape.kind == Kind::Line && first < self.evidence.band();
        let cornered = slow && self.left_at(first).powi(2) / 2.0 * self.len() as f64 > MOST * energy(&self.rest);
        self.fit.keep();
        if before + 2 <= MOST_LINES && self.take(first, 0.0) && self.take_beside(before) {
            return true;
        }
        self.fit.restore();
        if cornered && before < MOST_LINES && self.take(first, 0.0) && self.take_harmonics(before) {
            return true;
        }
        self.fit.restore();
        false
    }

    /// Takes a second line beside one that was taken without evidence; `true` where each has it beside the other.
    fn take_beside(&mut self, first: usize) -> bool {
        self.wander(first);
        self.test_rest();
        let second = self.best().filter(|best| best.p < TAKE && self.is_apart(first, best.frequency));
        if !second.is_some_and(|best| self.take(best.frequency, best.tolerance)) {
            return false;
        }
        self.wander(first);
        [first, first + 1].into_iter().all(|at| {
            let frequency = self.lines()[at].frequency;
            self.evidence_at(frequency, self.shape.context, Some(at)).0 < TAKE_PAIR
        })
    }

    /// Gives a line that was taken without evidence its harmonics; `true` where it and its double are told, each with all else taken out.
    fn take_harmonics(&mut self, at: usize) -> bool {
        self.fit.enrich(at, HARMONICS);
        self.fit.refine(&self.samples) && [0, 1].into_iter().all(|harmonic| self.is_told(at, harmonic))
    }

    /// Whether a harmonic of a line is told with all else taken out.
    fn is_told(&mut self, at: usize, harmonic: usize) -> bool {
        self.fit.residual_of(&self.samples, (at, harmonic), &mut self.rest);
        self.tested = None;
        let frequency = (harmonic + 1) as f64 * self.lines()[at].frequency;
        self.evidence.test_at(&self.rest, frequency, self.shape.context).0 < TAKE_PAIR
    }

    fn is_apart(&self, line: usize, frequency: f64) -> bool {
        let known = self.lines()[line].frequency;
        (known - frequency).abs() > self.width(known)
    }

    /// Lets lines follow their phase where that explains more than noise would; `false` where none does.
    pub(super) fn let_wander(&mut self) -> bool {
        let mut any = false;
        self.test_whole();
        // What wanders leaves power beside it.
        let mut leaves = [false; 2 * MOST_LINES];
        for (leaves, line) in leaves.iter_mut().zip(self.fit.lines()) {
            let within = Range { low: (1.0 - BESIDE) * line.frequency, high: (1.0 + BESIDE) * line.frequency };
            *leaves = !line.wanders() && !line.known && self.evidence.excess(within, 0.5) > LEAVES;
        }
        for at in (0..leaves.len()).filter(|at| leaves[*at]) {
            let frequency = self.lines()[at].frequency;
            self.fit.residual(&self.samples, |_, _| false, &mut self.rest);
            let before = energy(&self.rest);
            self.fit.keep();
            if !self.wander(at) {
                continue;
            }
            let (noise, _) = self.noise_at(frequency);
            let gained = before - energy(&self.rest);
            let cycles = frequency * self.len() as f64;
            if gained > WORTH * cycles * noise {
                any = true;
            } else {
                self.fit.restore();
            }
        }
        any
    }

    /// Lets a line follow its phase.
    pub(super) fn wander(&mut self, at: usize) -> bool {
        let frequency = self.lines()[at].frequency;
        self.fit.residual(&self.samples, |other, _| other == at, &mut self.rest);
        let guess = Guess::Steady(frequency);
        if !self.track.run(&self.rest, (frequency, 1.5 * TRACKED), guess) {
            return false;
        }
        self.fit.follow(at, self.track.rate(), self.track.whole(self.rest.len(), guess));
        self.fit.refine(&self.samples)
    }
}

/// The sum of the squares.
pub(super) fn energy(rest: &[f64]) -> f64 {
    rest.iter().map(|x| x * x).sum()
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Range, Shape, Window};
    use crate::rhythm::slower::Slower;
    use crate::simulate::Normal;
    use std::f64::consts::TAU;

    #[test]
    fn a_line_that_wanders_is_followed_and_one_that_keeps_its_rate_is_not() {
        let range = Range { low: 0.01, high: 0.1333 };
        let mut window = Window::new(Shape { len: 300, range, context: range, floor: 0.0, kind: Kind::Line });
        let mut normal = Normal::new(2, 0);
        for (swing, wanders) in [(0.0, 0), (0.12, 20), (0.25, 20)] {
            let mut followed = 0;
            for start in 0..20 {
                let phase = |i: usize| TAU * (0.05 * i as f64 + swing * (i as f64 / 40.0 + f64::from(start)).sin());
                window.look((0..300).map(|i| phase(i).sin() + 0.2 * normal.draw()));
                assert!(!window.lines().is_empty());
                followed += i32::from(window.lines()[0].wanders());
            }
            assert!((followed - wanders).abs() <= 1, "{swing}: {followed} of 20 followed");
        }
    }

    #[test]
    fn a_pulse_beside_a_harmonic_of_the_breath_is_seen_where_the_breath_is_known() {
        let range = Range { low: 0.0267, high: 0.133 };
        let mut window = Window::new(Shape { len: 375, range, context: range, floor: 0.024, kind: Kind::Cycles });
        let breath = Slower::new((0.0108, 44.0), Some([40.0, 10.0, 3.2, 0.0]), None).told_to(0.01);
        let mut normal = Normal::new(11, 0);
        let mut seen = [0; 2];
        for start in 0..60 {
            let pulse = 0.0395 + 0.00005 * f64::from(start);
            let wave = |i: usize| 3.2 * (TAU * 0.0324 * i as f64 + f64::from(start)).cos() + 5.0 * (TAU * pulse * i as f64).cos();
            let samples: Vec<f64> = (0..375).map(|i| wave(i) + 7.0 * normal.draw()).collect();
            for (seen, slower) in seen.iter_mut().zip([None, Some(breath)]) {
                window.look_beside(slower, samples.iter().copied());
                *seen += u32::from(window.lines().iter().any(|line| !line.known && (line.frequency - pulse).abs() < 0.0013));
            }
        }
        let [alone, beside] = seen;
        assert!(beside > 50 && beside > alone + 10, "{beside} of 60 beside the breath, {alone} without it");
    }
}
