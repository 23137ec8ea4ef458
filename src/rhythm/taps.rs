//! What a hand felt against what an instrument measured: the felt rate, its ratio to the measured one, and whether the taps keep to the measured phase.
//!
//! At a felt : measured ratio the taps' phases, turned so many times, would be the same at every tap: the length of their mean vector is the phase-locking value
//! (Mardia & Jupp 2000, Directional Statistics, section 2.3). Rayleigh's test asks whether it is more than that of independent phases. The phases of
//! taps are not independent: who taps evenly, at about the rhythm's rate, has phases alike over a few cycles without feeling anything. So the p that is told is the
//! greatest of three, each the probability of a locking as strong, at the best of the three ratios, of somebody who ignores the rhythm:
//! - by Rayleigh's test, corrected for the three ratios: who taps at random;
//! - by putting the intervals between the taps in another order, over the same stretch: who keeps time himself at whatever rate, also at that of the rhythm. His errors add
//!   up from tap to tap; those of who follows something do not. (The hand's own delay varies by hundredths of a second, the intervals by tenths and more: Wing &
//!   Kristofferson 1973, Percept. Psychophys. 14:5.) A pace that drifts makes this p too large, never too small;
//! - by running the rhythm up to half an octave faster or slower, evenly in the logarithm: who follows a clock of his own, at a rate that has nothing to do with the rhythm's. The ratios
//!   are an octave apart, so that this is every rate once. With n taps it can hardly be below 0.1 / n.
//!
//! Not told apart is who follows a clock that was set to the rhythm's rate.

use super::Interval;
use super::chance::{Random, binomial_tail};
use super::phases::Phase;
use super::resample::median;
use crate::signal::Seconds;

/// With fewer taps than this nothing is told.
pub const FEWEST_TAPS: usize = 8;
/// So often each of the two is tried.
const SURROGATES: usize = 1999;
/// Where the random numbers begin, so that the same taps have the same p.
const SEED: u64 = 0x7a95_0f17_4ec0_11d5;
/// Two lockings that differ by less are the same.
const SAME: f64 = 1e-9;

/// Felt cycles to measured ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ratio {
    /// A tap every second cycle.
    OneToTwo,
    /// A tap a cycle.
    OneToOne,
    /// Two taps a cycle.
    TwoToOne,
}

impl Ratio {
    /// Those that are looked at. Of a tapper who locks to one of them perfectly the later ones lock too.
    pub const ALL: [Self; 3] = [Self::OneToTwo, Self::OneToOne, Self::TwoToOne];

    /// The word of files and the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::OneToTwo => "1:2",
            Self::OneToOne => "1:1",
            Self::TwoToOne => "2:1",
        }
    }

    /// Taps to a measured cycle.
    pub fn taps_a_cycle(self) -> f64 {
        match self {
            Self::OneToTwo => 0.5,
            Self::OneToOne => 1.0,
            Self::TwoToOne => 2.0,
        }
    }
}

/// How the taps keep to the measured phase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Locking {
    /// The ratio at which they keep to it best.
    pub ratio: Ratio,
    /// Phase-locking value there, 0 to 1.
    pub value: f64,
    /// Probability of as strong a locking of somebody who ignores the rhythm.
    pub p: f64,
    /// The same by Rayleigh's test alone, as if the phases were independent.
    pub rayleigh_p: f64,
    /// Mean time from the measured crest to the tap, from −½ to ½ of a measured cycle; at 2:1 from crest or trough, −¼ to ¼.
    pub offset: Seconds,
}

impl Locking {
    /// Where in the felt cycle each tap stands whose phase is known, 0 to 1 from the crest.
    pub fn turns(&self, taps: &[(Seconds, Option<Phase>)]) -> Vec<f64> {
        let Some(followed) = Followed::of(taps) else { return Vec::new() };
        let each = self.ratio.taps_a_cycle();
        let means = mean_vectors(followed.cycles.iter().copied());
        let angle = Ratio::ALL.into_iter().zip(means).find(|(ratio, _)| *ratio == self.ratio).map_or(0.0, |(_, (_, angle))| angle);
        // Of a tap every second cycle it does not matter which.
        let which = (angle / std::f64::consts::TAU / each).round();
        followed.cycles.iter().map(|cycles| (each * (cycles - which)).rem_euclid(1.0)).collect()
    }
}

/// What taps say beside a measured rhythm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Felt {
    /// How many taps there are.
    pub taps: usize,
    /// 60 over the median interval between taps, cycles a minute; `None` with too few taps.
    pub rate: Option<Interval>,
    /// Taps at which the measured rhythm's phase is known.
    pub taps_measured: usize,
    /// Median rate of the measured rhythm at the taps, cycles a minute.
    pub measured_per_min: Option<f64>,
    /// `None` with too few taps whose phase is known.
    pub locking: Option<Locking>,
}

impl Felt {
    /// Of taps in their order: when each was, in seconds, and the measured rhythm's phase then, where it was present.
    pub fn of(taps: &[(Seconds, Option<Phase>)]) -> Self {
        let taps_measured = taps.iter().filter(|(_, phase)| phase.is_some()).count();
        let few = Self { taps: taps.len(), taps_measured, rate: None, measured_per_min: None, locking: None };
        if few.too_few() {
            return few;
        }
        let mut gaps: Vec<f64> = taps.windows(2).map(|pair| pair[1].0.0 - pair[0].0.0).collect();
        let mut rates: Vec<f64> = taps.iter().filter_map(|tap| Some(tap.1?.per_min)).collect();
        Self {
            rate: rate(&mut gaps),
            measured_per_min: median(&mut rates),
            locking: Followed::of(taps).and_then(|taps| taps.locking()),
            ..few
        }
    }

    /// Whether there are too few taps to tell anything.
    pub fn too_few(&self) -> bool {
        self.taps < FEWEST_TAPS
    }

    /// Felt over measured rate.
    pub fn ratio(&self) -> Option<f64> {
        Some(self.rate?.value / self.measured_per_min?)
    }
}

/// 60 over the median of intervals in seconds; its interval from their order alone, whatever their distribution (Conover 1999, section 3.2).
fn rate(gaps: &mut [f64]) -> Option<Interval> {
    let middle = median(gaps)?;
    gaps.sort_by(f64::total_cmp);
    let n = gaps.len() as u64;
    // The true median lies below the kth shortest in no more than 2.5 %, and above the kth longest in as many.
    let kth = (1..=n / 2).take_while(|k| binomial_tail(n, n + 1 - k, 0.5) <= 0.025).last()? as usize;
    let interval = Interval { value: 60.0 / middle, low: 60.0 / gaps[gaps.len() - kth], high: 60.0 / gaps[kth - 1] };
    (interval.value.is_finite() && interval.high.is_finite()).then_some(interval)
}

/// Taps whose measured phase is known, in their order.
#[derive(Debug)]
struct Followed {
    /// Seconds.
    times: Vec<f64>,
    /// Measured cycles, counted on from tap to tap.
    cycles: Vec<f64>,
}

impl Followed {
    /// Counts the cycles between taps by the measured rate there.
    fn of(taps: &[(Seconds, Option<Phase>)]) -> Option<Self> {
        let mut all = Self { times: Vec::new(), cycles: Vec::new() };
        let mut before = None::<(f64, Phase)>;
        for (Seconds(t), phase) in taps.iter().filter_map(|(t, phase)| Some((*t, (*phase)?))) {
            let part = phase.radians / std::f64::consts::TAU;
            let cycles = match (before, all.cycles.last()) {
                (Some((last, of_last)), Some(counted)) => {
                    let about = counted + (t - last) * f64::midpoint(phase.per_min, of_last.per_min) / 60.0;
                    part + (about - part).round()
                }
                _ => part - part.round(),
            };
            all.times.push(t);
            all.cycles.push(cycles);
            before = Some((t, phase));
        }
        (all.times.len() >= FEWEST_TAPS).then_some(all)
    }

    /// Measured cycles a second over all taps.
    fn rate(&self) -> f64 {
        let last = self.times.len() - 1;
        (self.cycles[last] - self.cycles[0]) / (self.times[last] - self.times[0])
    }

    fn locking(&self) -> Option<Locking> {
        let taps = self.times.len();
        let means = mean_vectors(self.cycles.iter().copied());
        let value = greatest(means);
        let (ratio, (_, angle)) = Ratio::ALL.into_iter().zip(means).find(|(_, (value_there, _))| *value_there >= value - SAME)?;
        let rate = self.rate();
        // Of a tap every second cycle it does not matter which.
        let cycles = angle / std::f64::consts::TAU / ratio.taps_a_cycle();
        let offset = Seconds((cycles - cycles.round()) / rate);
        let rayleigh_p = -(Ratio::ALL.len() as f64 * (-rayleigh(taps, value)).ln_1p()).exp_m1();
        let p = rayleigh_p.max(self.p_of_own_time(value)).max(self.p_of_own_clock(value, rate));
        (rate > 0.0 && p.is_finite()).then_some(Locking { ratio, value, p, rayleigh_p, offset })
    }

    /// How often the taps lock as well with their intervals in another order.
    fn p_of_own_time(&self, value: f64) -> f64 {
        let mut random = Random::new(SEED);
        let mut gaps: Vec<f64> = self.times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        share(|| {
            for at in (1..gaps.len()).rev() {
                gaps.swap(at, random.below(at + 1));
            }
            let (mut t, mut place) = (self.times[0], 0);
            let first = std::iter::once(self.cycles[0]);
            let others = gaps.iter().map(|gap| {
                t += gap;
                self.cycles_at(t, &mut place)
            });
            greatest(mean_vectors(first.chain(others))) >= value - SAME
        })
    }

    /// Measured cycles at a time between two taps, at or after the one at `place`.
    fn cycles_at(&self, t: f64, place: &mut usize) -> f64 {
        while *place + 2 < self.times.len() && self.times[*place + 1] < t {
            *place += 1;
        }
        let (from, to) = (*place, *place + 1);
        let share = (t - self.times[from]) / (self.times[to] - self.times[from]);
        self.cycles[from] + share * (self.cycles[to] - self.cycles[from])
    }

    /// How often the taps lock as well to a rhythm that wanders as this one does at another mean rate.
    fn p_of_own_clock(&self, value: f64, rate: f64) -> f64 {
        let mut random = Random::new(SEED ^ 1);
        share(|| {
            let faster = (random.unit() - 0.5).exp2() - 1.0;
            let cycles = self.times.iter().zip(&self.cycles).map(|(t, cycles)| cycles + faster * rate * (t - self.times[0]));
            greatest(mean_vectors(cycles)) >= value - SAME
        })
    }
}

/// The share of trials that succeed, what was seen counted as one.
fn share(mut trial: impl FnMut() -> bool) -> f64 {
    (1 + (0..SURROGATES).filter(|_| trial()).count()) as f64 / (1 + SURROGATES) as f64
}

/// Length and angle of the mean vector at each of [`Ratio::ALL`].
fn mean_vectors(cycles: impl Iterator<Item = f64>) -> [(f64, f64); 3] {
    let (mut sums, mut count) = ([(0.0, 0.0); 3], 0.0);
    for cycles in cycles {
        let (mut sin, mut cos) = (std::f64::consts::TAU * Ratio::OneToTwo.taps_a_cycle() * cycles).sin_cos();
        for sum in &mut sums {
            *sum = (sum.0 + cos, sum.1 + sin);
            // Twice the angle.
            (sin, cos) = (2.0 * sin * cos, cos * cos - sin * sin);
        }
        count += 1.0;
    }
    sums.map(|(cos, sin): (f64, f64)| (cos.hypot(sin) / count, sin.atan2(cos)))
}

fn greatest(means: [(f64, f64); 3]) -> f64 {
    means.into_iter().map(|(value, _)| value).fold(0.0, f64::max)
}

/// Rayleigh's test: probability of a mean vector at least so long of `n` independent, even phases (the approximation of Zar 1999, equation 27.4;
/// Mardia & Jupp 2000, section 6.3.1, give the exact distribution's expansion). A unit test holds it to simulated ones.
fn rayleigh(n: usize, length: f64) -> f64 {
    let n = n as f64;
    let r = n * length;
    ((1.0 + 4.0 * n + 4.0 * (n * n - r * r).max(0.0)).sqrt() - (1.0 + 2.0 * n)).exp().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    fn normal(random: &mut Random) -> f64 {
        (0..12).map(|_| random.unit()).sum::<f64>() - 6.0
    }

    /// Taps at instants beside a rhythm of 6 /min, whose crests are at 0, 10, 20 s, ….
    fn felt(times: impl IntoIterator<Item = f64>) -> Felt {
        let phase = |t: f64| Phase { radians: (TAU * t / 10.0 + 1e-9).rem_euclid(TAU) - 1e-9, per_min: 6.0 };
        Felt::of(&times.into_iter().map(|t| (Seconds(t), Some(phase(t)))).collect::<Vec<_>>())
    }

    #[test]
    fn taps_that_keep_to_the_rhythm_are_told_with_their_ratio_and_their_delay() {
        for (step, ratio, word, offset) in [(20.0, 0.5, "1:2", 1.2), (10.0, 1.0, "1:1", 1.2), (5.0, 2.0, "2:1", 1.2)] {
            let mut random = Random::new(3);
            let felt = felt((0..24).map(|n| f64::from(n) * step + 1.2 + 0.25 * normal(&mut random)));
            let locking = felt.locking.unwrap();
            assert_eq!((locking.ratio.word(), felt.taps_measured, felt.taps), (word, 24, 24));
            assert!((felt.ratio().unwrap() / ratio - 1.0).abs() < 0.05 && felt.measured_per_min == Some(6.0), "{felt:?}");
            assert!(locking.value > 0.9 && locking.p < 0.05 && locking.rayleigh_p < 1e-6, "{locking:?}");
            assert!((locking.offset.0 - offset).abs() < 0.2, "{locking:?}");
            let rate = felt.rate.unwrap();
            assert!(rate.low < 60.0 / step && rate.high > 60.0 / step, "{rate:?}");
        }
    }

    #[test]
    fn a_clock_of_about_the_same_rate_is_not_taken_for_feeling() {
        // Ten taps of an even hand, a fiftieth slower than the rhythm: their phases are alike.
        let felt = felt((0..10).map(|n| f64::from(n) * 10.2 + 3.0));
        let locking = felt.locking.unwrap();
        assert!(locking.value > 0.75 && locking.rayleigh_p < 0.01 && locking.p > 0.05, "{locking:?}");
    }

    #[test]
    fn seven_taps_are_too_few_and_without_a_measured_rhythm_there_is_a_felt_rate_alone() {
        let few = felt((0..7).map(|n| f64::from(n) * 10.0));
        assert!(few.too_few());
        assert_eq!((few.taps, few.rate, few.measured_per_min, few.locking), (7, None, None, None));
        let alone = Felt::of(&(0..8).map(|n| (Seconds(f64::from(n) * 6.0), None)).collect::<Vec<_>>());
        assert!(!alone.too_few());
        assert_eq!(alone.rate.map(|rate| (rate.value, rate.low, rate.high)), Some((10.0, 10.0, 10.0)));
        assert_eq!((alone.measured_per_min, alone.ratio(), alone.locking), (None, None, None));
    }

    #[test]
    fn the_interval_of_the_felt_rate_holds_it_as_often_as_it_says() {
        let mut random = Random::new(9);
        let held = (0..2000).filter(|n| {
            let mut gaps: Vec<f64> = (0..7 + n % 30).map(|_| 8.0 * (1.0 + 0.15 * normal(&mut random))).collect();
            let rate = rate(&mut gaps).unwrap();
            rate.low <= 7.5 && rate.high >= 7.5
        });
        let share = held.count() as f64 / 2000.0;
        assert!((0.945..0.995).contains(&share), "{share}");
    }

    #[test]
    fn rayleighs_p_is_the_share_of_even_phases_that_are_as_long() {
        let mut random = Random::new(5);
        for n in [8, 12, 20, 50] {
            let trials = 20_000;
            let mut ps: Vec<f64> = (0..trials)
                .map(|_| {
                    let (sin, cos) = (0..n).map(|_| (TAU * random.unit()).sin_cos()).fold((0.0, 0.0), |sum, v| (sum.0 + v.0, sum.1 + v.1));
                    rayleigh(n, f64::hypot(sin, cos) / n as f64)
                })
                .collect();
            ps.sort_by(f64::total_cmp);
            for (at, level) in [(0.001, 0.001), (0.01, 0.004), (0.05, 0.008), (0.3, 0.02)] {
                let share = ps.partition_point(|p| *p <= at) as f64 / f64::from(trials);
                assert!((share - at).abs() < level, "{n}: p below {at} in {share}");
            }
        }
        assert!(rayleigh(20, 0.0) == 1.0 && rayleigh(20, 1.0) > 0.0);
    }

    #[test]
    fn who_ignores_the_rhythm_is_told_to_feel_it_no_more_often_than_p_says() {
        let mut random = Random::new(21);
        let mut all = [0; 3];
        for _ in 0..100 {
            let (own, near) = (60.0 / (3.0 * (2.0 * random.unit()).exp2()), 10.0 * (0.95 + 0.1 * random.unit()));
            let mut t = 10.0 * random.unit();
            let mut keeps_time = |step: f64, uneven: f64| {
                t += step * (1.0 + uneven * normal(&mut random)).max(0.05);
                t
            };
            let tappers = [
                // At any rate, as a clock does; near the rhythm's, as a person does; at random.
                felt((0..20).map(|n| f64::from(n) * own)),
                felt((0..20).map(|_| keeps_time(near, 0.06))),
                felt((0..20).map(|_| keeps_time(10.0, 1.0))),
            ];
            for (count, felt) in all.iter_mut().zip(tappers) {
                *count += u32::from(felt.locking.unwrap().p < 0.05);
            }
        }
        // Of 100, 5 are expected at most; 11 or more of them come by chance in 1 %.
        assert!(all.iter().all(|count| *count <= 11), "{all:?}");
    }
}
