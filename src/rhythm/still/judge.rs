//! Whether a dip is a still point: where it begins and ends, whether the rhythm is absent in it, and whether it is not something else.

use std::f64::consts::TAU;
use std::ops::Range;

use super::Found;
use super::around::{Around, Waves};
use super::channel::BREATH_APART;
use super::solve;
use crate::rhythm::Flags;

/// Shortest still point, cycles; and by how much an edge may err.
const SHORTEST: f64 = 1.5;
const ERROR: f64 = 0.1;
/// Looked at beside the dip, cycles before it and after it.
const BEFORE: f64 = 3.5;
const AFTER: f64 = 2.0;
/// An edge is told from so many cycles of the rhythm,
const EDGE: f64 = 2.5;
/// and lies so near to where the amplitude is half, cycles.
const NEAR: f64 = 0.5;
/// The rhythm that would be there if it were not absent is this share of the usual one at least.
const LEAST: f64 = 0.7;
/// Absence is so much likelier than that rhythm: the logarithm of the likelihoods' ratio (Wald 1945, Ann. Math. Stat. 16:117: a rhythm that is there
/// seems absent by chance at most so rarely).
const LIKELIER: f64 = 8.0;
/// A rhythm that has only become less has this share of the usual amplitude, so many of its standard deviations taken off.
const LESS: (f64, f64) = (0.5, 0.2);
/// Another rhythm that is there has this share of the usual amplitude, though the breath that is taken out beside it takes some of it.
const OTHER: f64 = 0.4;
/// Another rhythm is looked for up to this, cycles a sample.
const FASTEST: f64 = 0.45;
/// The rhythm is there, before and after, with this share of it.
const THERE: f64 = 0.5;
/// A movement: within a second the trace goes so many times as far as it usually does.
const MOVEMENT: f64 = 3.5;
/// Usually is at most, of all seconds before, in this share.
const USUALLY: f64 = 0.95;
/// A sensor that is off, or has lost its hold: what is quick in the trace, which is the pulse and the noise, has less than this share of its size;
const OFF: f64 = 0.02;
/// or than that share, where it is more than this share of the rhythm: less could be the rhythm's own corners.
const LOST: (f64, f64) = (0.6, 0.03);

/// A dip, and what is known of the rhythm before it; samples are those of the stream.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The first and the last look at which the amplitude was less than half.
    pub first: u64,
    pub last: u64,
    /// Cycles a sample.
    pub frequency: f64,
    /// Of the breath beside it.
    pub breath: Option<f64>,
    /// The amplitude before it.
    pub usual: f64,
    /// Variance of an amplitude told from so many samples, times the samples.
    pub variance: f64,
    /// The frequency with which the rhythm is back; `None` where the stream ends first.
    pub back: Option<f64>,
    /// What tells that it may be the breath.
    pub flags: Flags,
}

/// Judges dips; keeps the scratch for it.
#[derive(Debug)]
pub struct Judge {
    hz: f64,
    range: (f64, f64),
    around: Around,
    waves: Vec<Waves>,
    /// The stretch without the breath.
    clean: Vec<f64>,
    /// Its mean over a second around each sample.
    y: Vec<f64>,
    /// What is left of it.
    quick: Vec<f64>,
    sorted: Vec<f64>,
}

/// Samples on either side of a look at a rhythm: one cycle.
pub fn half(frequency: f64) -> usize {
    (1.0 / frequency).round() as usize
}

impl Judge {
    /// For a stream of so many samples a second and dips of at most `longest` samples.
    pub fn new((hz, range): (f64, (f64, f64)), longest: usize) -> Self {
        let room = || Vec::with_capacity(2 * longest);
        Self {
            hz,
            range,
            around: Around::new(longest),
            waves: Vec::with_capacity(2 * longest),
            clean: room(),
            y: room(),
            quick: room(),
            sorted: room(),
        }
    }

    /// The still point that a dip is, if it is one. `samples` begin at `from`, and end where the stream has got to.
    pub fn judge(&mut self, case: Case, (samples, from): (&[f64], u64)) -> Option<Found> {
        let period = 1.0 / case.frequency;
        let (first, last) = ((case.first - from) as usize, (case.last - from) as usize);
        let before = first.saturating_sub((BEFORE * period) as usize);
        // A gap before it ends what is known of the rhythm.
        let lo = samples[before..first].iter().rposition(|x| x.is_nan()).map_or(before, |gap| before + gap + 1);
        let hi = if case.back.is_some() { samples.len().min(last + (AFTER * period) as usize) } else { samples.len() };
        let x = &samples[lo..hi];
        if x.iter().any(|x| x.is_nan()) || ((first - lo) as f64) < SHORTEST * period {
            return None;
        }
        self.clean(x, case);
        let looks = (first - lo, last - lo);
        // The line that told of another rate may have been a chance one.
        let same = || Case { back: case.back.map(|_| case.frequency), ..case };
        let (start, end) = self.edges(looks, case).or_else(|| self.edges(looks, same()))?;
        let inside = start.ceil() as usize..(end as usize).min(self.y.len());
        let long = (end - start) * case.frequency + ERROR >= SHORTEST;
        let judged = long
            && self.is_absent(&inside, case)
            && !self.is_other(&inside, case)
            && !self.is_moved(&inside, case)
            && !self.is_off(&inside, case);
        let place = |at: f64| at + lo as f64 + from as f64;
        judged.then(|| Found { start: place(start), end: case.back.map(|_| place(end)), flags: case.flags })
    }

    /// Takes the breath out of a stretch, with its second harmonic, as it is around each second; then a mean over a second, which takes out the pulse.
    fn clean(&mut self, x: &[f64], case: Case) {
        let half = half(case.frequency);
        let hop = (self.hz.round() as usize).max(1);
        let breath = case.breath.unwrap_or(0.0);
        self.around.plan(half, [case.frequency, breath, 2.0 * breath]);
        self.waves.clear();
        self.waves.extend((half..x.len().saturating_sub(half)).step_by(hop).map(|middle| self.around.at(x, middle)));
        self.clean.clear();
        self.clean.extend_from_slice(x);
        if breath > 0.0 && !self.waves.is_empty() {
            for (i, y) in self.clean.iter_mut().enumerate() {
                let place = ((i as f64 - half as f64) / hop as f64).clamp(0.0, (self.waves.len() - 1) as f64);
                let (look, share) = (place as usize, place.fract());
                let wave = |look: usize| -> f64 {
                    let turn = TAU * breath * (i as f64 - (half + look * hop) as f64);
                    let [_, one, two] = self.waves[look];
                    one.0 * turn.cos() + one.1 * turn.sin() + two.0 * (2.0 * turn).cos() + two.1 * (2.0 * turn).sin()
                };
                *y -= (1.0 - share) * wave(look) + if share > 0.0 { share * wave(look + 1) } else { 0.0 };
            }
        }
        let reach = hop / 2;
        self.y.clear();
        self.y.extend((0..self.clean.len()).map(|i| {
            let reach = reach.min(i).min(self.clean.len() - 1 - i);
            let around = &self.clean[i - reach..=i + reach];
            around.iter().sum::<f64>() / around.len() as f64
        }));
    }

    /// Where the rhythm ends, and where it is back, within the stretch; `None` where it is not there before or after.
    fn edges(&mut self, (first, last): (usize, usize), case: Case) -> Option<(f64, f64)> {
        let cycles = |cycles: f64, frequency: f64| (cycles / frequency) as usize;
        let inside = |frequency: f64| cycles(1.0, frequency).min(7 * (last + 1 - first) / 10);
        let f = case.frequency;
        let (lo, hi) = (first.saturating_sub(cycles(EDGE, f)), (first + inside(f)).min(self.y.len()));
        let near = cycles(NEAR, f);
        let (start, amplitude) = solve::last(&self.y[lo..hi], f, (first - lo).saturating_sub(near)..(first - lo + near).min(hi - lo))?;
        // The edge lies between the last sample that has the wave and the first that has not.
        let start = start + lo as f64 - 0.5;
        let there = THERE * case.usual;
        if amplitude < there {
            return None;
        }
        let Some(back) = case.back else { return Some((start, self.y.len() as f64)) };
        // With another rate the rhythm may have been back for long when that rate was known.
        let early = if back == f { near } else { (last - first).saturating_sub(near) };
        let (lo, hi) = (last.saturating_sub(inside(f).max(early)), (last + cycles(AFTER, f)).min(self.y.len()));
        self.sorted.clear();
        self.sorted.extend(self.y[lo..hi].iter().rev());
        let last = hi - 1 - last;
        let (end, amplitude) = solve::last(&self.sorted, back, last.saturating_sub(near)..(last + early).min(hi - lo))?;
        (amplitude >= there).then_some((start, hi as f64 - end - 0.5))
    }

    /// Whether absence is likelier than the least rhythm that could be there, whatever its phase.
    fn is_absent(&self, inside: &Range<usize>, case: Case) -> bool {
        let found = solve::amplitude(&self.y[inside.clone()], case.frequency);
        let least = LEAST * case.usual;
        let variance = case.variance / inside.len() as f64;
        least * (least - 2.0 * found) > 2.0 * LIKELIER * variance && !self.is_less(inside, case)
    }

    /// Whether the rhythm only became less: in the middle half, or a cycle, it surely has more than a share of the usual amplitude.
    fn is_less(&self, inside: &Range<usize>, case: Case) -> bool {
        let middle = usize::midpoint(inside.start, inside.end);
        let reach = (inside.len() / 4).max(half(case.frequency).div_ceil(2));
        let within = middle.saturating_sub(reach).max(inside.start)..(middle + reach).min(inside.end);
        let known = (case.variance / within.len() as f64).sqrt();
        solve::amplitude(&self.y[within], case.frequency) - LESS.0 * known > LESS.1 * case.usual
    }

    /// Whether the rhythm goes on at another rate.
    fn is_other(&self, inside: &Range<usize>, case: Case) -> bool {
        // What is taken for the breath must have been there before.
        let (before, now) = self.breath(inside, case);
        if now - before > THERE * case.usual {
            return true;
        }
        let y = &self.y[inside.clone()];
        let width = 1.0 / y.len() as f64;
        let breath = |f: f64| case.breath.is_some_and(|breath| (f - breath).abs() < width.max(BREATH_APART * breath));
        let count = ((self.range.1.min(FASTEST) - self.range.0.max(width)) / (0.5 * width)).max(0.0) as usize;
        let mut rates = (0..=count).map(|i| self.range.0.max(width) + 0.5 * width * i as f64).filter(|f| !breath(*f));
        rates.any(|f| solve::amplitude(y, f) > OTHER * case.usual)
    }

    /// Whether the client or the sensor moved about the dip.
    fn is_moved(&mut self, inside: &Range<usize>, case: Case) -> bool {
        let second = (self.hz.round() as usize).max(1);
        let moves = |range: Range<usize>| {
            let y = &self.y[range];
            y.iter().zip(y.iter().skip(second)).map(|(a, b)| (b - a).abs())
        };
        let cycle = half(case.frequency);
        let (from, to) = (inside.start.saturating_sub(cycle), (inside.end + cycle).min(self.y.len()));
        let most = moves(from..to).fold(0.0, f64::max);
        self.sorted.clear();
        self.sorted.extend(moves(0..inside.start));
        if self.sorted.is_empty() {
            return true;
        }
        let place = ((self.sorted.len() - 1) as f64 * USUALLY) as usize;
        most > MOVEMENT * *self.sorted.select_nth_unstable_by(place, f64::total_cmp).1
    }

    /// Whether the trace itself is gone, or the hold on the client: pulse and noise go on through a still point.
    fn is_off(&mut self, inside: &Range<usize>, case: Case) -> bool {
        let reach = (self.hz.round() as usize).max(1) / 2;
        // Twice what a mean over a second leaves: of a rhythm of 9 a minute a thousandth, of a pulse all.
        self.quick.clear();
        self.quick.extend(self.clean.iter().zip(&self.y).map(|(x, mean)| x - mean));
        let quick = &self.quick;
        let mut size = |range: Range<usize>| {
            self.sorted.clear();
            self.sorted.extend(range.map(|i| {
                let around = &quick[i.saturating_sub(reach)..(i + reach + 1).min(quick.len())];
                (quick[i] - around.iter().sum::<f64>() / around.len() as f64).abs()
            }));
            let middle = self.sorted.len() / 2;
            if self.sorted.is_empty() { f64::NAN } else { *self.sorted.select_nth_unstable_by(middle, f64::total_cmp).1 }
        };
        let (before, now) = (size(0..inside.start), size(middle(inside)));
        before.is_nan() || now.is_nan() || now <= OFF * before || (now < LOST.0 * before && before > LOST.1 * case.usual)
    }

    /// The breath's amplitude before the dip, and in its middle.
    fn breath(&self, inside: &Range<usize>, case: Case) -> (f64, f64) {
        let (half, hop) = (half(case.frequency), (self.hz.round() as usize).max(1));
        let mean = |range: Range<usize>| {
            let looks = self.waves.iter().enumerate().filter(|(look, _)| range.contains(&(half + look * hop)));
            let (sum, count) = looks.fold((0.0, 0.0), |(sum, count), (_, [_, wave, _])| (sum + wave.0.hypot(wave.1), count + 1.0));
            sum / f64::max(count, 1.0)
        };
        (mean(0..inside.start), mean(middle(inside)))
    }
}

/// The middle half of a stretch, where its edges do not matter.
fn middle(inside: &Range<usize>) -> Range<usize> {
    let quarter = inside.len() / 4;
    inside.start + quarter..inside.end - quarter
}
