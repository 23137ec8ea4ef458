//! Where rows are missing, by a count in each row that runs round, as 0 to 255. How it runs is found out from the rows: some boards count by twos,
//! some give two rows a count. A count that jumps tells the loss but for whole rounds; where the computer's stamps are there, they tell these: rows
//! arrive late, never early, so a loss is what the lateness keeps.

use crate::format::contents::{LONGEST_PAUSE, Missing, Stretches};
use crate::signal::{GapCause, Rate};

/// Steps longer than this are losses, whatever the board.
const LONGEST_STEP: i64 = 8;
/// Counts further apart than this tell nothing of each other.
const FARTHEST: i64 = 1 << 24;
/// A count that jumps from more than this share of the rows to the next counts no rows.
const MOST_JUMPS: f64 = 0.3;
/// Stamps of so many rows around a jump are looked at.
const AROUND: usize = 500;
/// So many jumps are held against the stamps; a file with more has other troubles.
const MOST_HELD: usize = 10_000;
/// So much of a round that is missing by the stamps is a round.
const ROUND: f64 = 0.75;
/// Stamps at either end that are averaged.
const MEANT: usize = 100;

/// Rows laid out by their count.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) stretches: Stretches,
    /// By the stamps.
    pub(super) rate: Option<Rate>,
    pub(super) damage: Vec<String>,
}

/// How the count runs.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    step: i64,
    /// After so much it is the same again; `None` where it never is.
    round: Option<i64>,
    /// Rows of one count.
    rows: i64,
}

/// Lays out so many rows by their counts, NaN where a row has none (no counts: one after the other), and their stamps in seconds (none: empty).
pub(super) fn lay_out(counts: &[f32], (rows, stamps): (u64, &[f64]), told: Option<Rate>) -> Counted {
    let mut stretches = Stretches::default();
    let Some(run) = Run::find(counts) else {
        stretches.push(rows, 0);
        let line = "the sample index does not count the rows; what was lost is not known".to_owned();
        let damage = if counts.len() > 1 { vec![line] } else { Vec::new() };
        return Counted { rate: rate(&stretches, stamps), stretches, damage };
    };
    let rate_told = told.or_else(|| {
        let mut all = Stretches::default();
        all.push(rows, 0);
        rate(&all, stamps)
    });
    let (mut held, mut restarts, mut row) = (0, 0_u64, 0_u64);
    for (at, pair) in counts.windows(2).enumerate() {
        let Some(steps) = run.steps(pair) else {
            restarts += u64::from(pair.iter().all(|count| !count.is_nan()));
            continue;
        };
        let (mut lost, mut exact) = (((steps - 1) * run.rows).max(0) as u64, true);
        if let (Some(rate), true) = (rate_told, held < MOST_HELD) {
            let rounds = run.rounds(stamps, (at, lost), rate, &mut held);
            exact = rounds == 0;
            lost += rounds * run.round_rows();
        }
        if lost > 0 {
            stretches.push(at as u64 + 1 - row, 0);
            stretches.push_after(0, Missing { frames: lost, cause: GapCause::Counter, exact });
            row = at as u64 + 1;
        }
    }
    stretches.push(rows.saturating_sub(row), 0);
    let line = format!("the sample index begins anew {restarts} times; what was lost there is not known");
    let damage = if restarts > 0 { vec![line] } else { Vec::new() };
    Counted { rate: rate(&stretches, stamps), stretches, damage }
}

impl Run {
    /// From the steps that are there most often.
    fn find(counts: &[f32]) -> Option<Self> {
        let steps: Vec<i64> = counts.windows(2).filter_map(difference).collect();
        let often = |some: &dyn Fn(i64) -> bool| commonest(steps.iter().copied().filter(|step| some(*step)));
        let (step, times) = often(&|step| (1..=LONGEST_STEP).contains(&step))?;
        let still = steps.iter().filter(|step| **step == 0).count();
        // Two rows a count stand still at every second.
        let rows = if 4 * still > steps.len() { (steps.len() as f64 / (steps.len() - still) as f64).round() as i64 } else { 1 };
        let most = counts.iter().copied().filter(|count| count.is_finite()).fold(0.0, f32::max);
        let round = match often(&|step| step < 0) {
            Some((back, times)) if times > 1 => Some(step - back),
            _ if (128.0..256.0).contains(&most) => Some(256),
            _ => None,
        };
        let jumps = steps.len() - still - times - round.map_or(0, |round| steps.iter().filter(|back| **back == step - round).count());
        (jumps as f64 <= MOST_JUMPS * steps.len() as f64 + 2.0).then_some(Self { step, round, rows })
    }

    /// Steps from one row to the next: 0 within a count, 1 where nothing is lost; `None` where a row has no count, or it begins anew.
    fn steps(&self, pair: &[f32]) -> Option<i64> {
        let difference = difference(pair)?;
        match self.round {
            Some(round) => Some(difference.rem_euclid(round) / self.step),
            None => (0..FARTHEST).contains(&difference).then_some(difference / self.step),
        }
    }

    /// Rows of a round.
    fn round_rows(&self) -> u64 {
        self.round.map_or(0, |round| (round / self.step * self.rows).max(0) as u64)
    }

    /// Whole rounds that are missing by the stamps, beyond the `lost` rows after row `at`.
    fn rounds(&self, stamps: &[f64], (at, lost): (usize, u64), rate: Rate, held: &mut usize) -> u64 {
        let round = self.round_rows() as f64;
        let Some(&[before, after]) = stamps.get(at..at + 2).and_then(|pair| <&[f64; 2]>::try_from(pair).ok()) else { return 0 };
        let late = (after - before) * rate.hz() - 1.0 - lost as f64;
        if round < 1.0 || !(late >= ROUND * round && after - before < LONGEST_PAUSE.0) {
            return 0;
        }
        *held += 1;
        let least =
            |rows: &mut dyn Iterator<Item = (f64, f64)>| rows.map(|(place, time)| time * rate.hz() - place).fold(f64::INFINITY, f64::min);
        let earlier = stamps
            .get(..=at)
            .unwrap_or_default()
            .iter()
            .rev()
            .take(AROUND)
            .enumerate()
            .map(|(back, time)| (-(back as f64), *time - before));
        let later = stamps.iter().skip(at + 1).take(AROUND).enumerate().map(|(on, time)| ((lost + 1) as f64 + on as f64, *time - before));
        let kept = least(&mut { later }) - least(&mut { earlier });
        if kept.is_finite() && kept >= ROUND * round { (kept / round).round() as u64 } else { 0 }
    }
}

/// From one count to the next, no further than numbers of their kind are exact.
fn difference(pair: &[f32]) -> Option<i64> {
    let [one, next] = pair else { return None };
    (one.is_finite() && next.is_finite()).then(|| ((next - one) as i64).clamp(-FARTHEST, FARTHEST))
}

/// The value that is there most often, and how often.
fn commonest(values: impl Iterator<Item = i64>) -> Option<(i64, usize)> {
    let mut all: Vec<i64> = values.collect();
    all.sort_unstable();
    all.chunk_by(|a, b| a == b).max_by_key(|same| same.len()).and_then(|same| Some((*same.first()?, same.len())))
}

/// Frames a second between the first stamps and the last.
fn rate(stretches: &Stretches, stamps: &[f64]) -> Option<Rate> {
    let known: Vec<(u64, f64)> = (0..).zip(stamps.iter().copied()).filter(|(_, time)| time.is_finite()).collect();
    let few = (known.len() / 10).clamp(1, MEANT);
    let begin = known.first()?.1;
    let mean = |some: &[(u64, f64)]| {
        let sums = some.iter().fold((0.0, 0.0), |sums, (row, time)| (sums.0 + stretches.frame_of(*row) as f64, sums.1 + time - begin));
        (sums.0 / few as f64, sums.1 / few as f64)
    };
    let (first, last) = (known.get(..few)?, known.get(known.len() - few..)?);
    let (from, to) = (mean(first), mean(last));
    Rate::from_hz((to.0 - from.0) / (to.1 - from.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its name, and what it counts at a row.
    type Board = (&'static str, fn(u64) -> u64);

    /// Counts of rows 0, 1, 2, … of a board, without those that were lost, and the rows that are there.
    fn counts(count: impl Fn(u64) -> u64, rows: u64, lost: &[std::ops::Range<u64>]) -> (Vec<f32>, Vec<u64>) {
        let kept: Vec<u64> = (0..rows).filter(|row| !lost.iter().any(|lost| lost.contains(row))).collect();
        (kept.iter().map(|row| count(*row) as f32).collect(), kept)
    }

    fn frames(counts: &[f32], stamps: &[f64]) -> Counted {
        lay_out(counts, (counts.len() as u64, stamps), Rate::from_hz(250.0))
    }

    #[test]
    fn losses_are_counted_however_a_board_counts() {
        let lost = [300..305, 777..1000];
        let boards: [Board; 4] =
            [("Cyton", |row| row % 256), ("Daisy", |row| 2 * row % 256), ("Ganglion", |row| row / 2 % 101), ("pandas", |row| row)];
        for (name, count) in boards {
            // A board with two rows a count, or that counts by twos, loses them by pairs and rounds of 128.
            let lost = if name == "Ganglion" || name == "Daisy" { [300..306, 776..800] } else { lost.clone() };
            let (counted, kept) = counts(count, 3000, &lost);
            let found = frames(&counted, &[]);
            let places: Vec<u64> = (0..kept.len() as u64).map(|row| found.stretches.frame_of(row)).collect();
            assert_eq!(places, kept, "{name}");
            assert!(found.stretches.gaps().iter().all(|gap| gap.exact && gap.cause == GapCause::Counter), "{name}");
            assert_eq!(found.damage, Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn whole_rounds_are_told_by_the_stamps_and_a_computer_that_stalled_lost_nothing() {
        let (counted, kept) = counts(|row| row % 256, 6000, std::slice::from_ref(&(2000..2612)));
        // Rows come in bursts of ten, and between 4000 and 4500 the computer did something else.
        let arrival = |row: u64| (row / 10 * 10 + 9) as f64 / 250.0;
        let stamps: Vec<f64> =
            kept.iter().map(|row| 1.7e9 + if (4000..4500).contains(row) { arrival(4500) } else { arrival(*row) }).collect();
        let found = frames(&counted, &stamps);
        let places: Vec<u64> = (0..kept.len() as u64).map(|row| found.stretches.frame_of(row)).collect();
        assert_eq!(places, kept);
        assert_eq!(found.stretches.gaps().iter().map(|gap| (gap.span.frames(), gap.exact)).collect::<Vec<_>>(), [(612, false)]);
        assert!((found.rate.unwrap().hz() / 250.0 - 1.0).abs() < 0.01);
        let by_count = frames(&counted, &[]);
        assert_eq!(by_count.stretches.gaps()[0].span.frames(), 612 - 512);
    }

    #[test]
    fn a_count_that_stands_still_or_jumps_about_is_none() {
        for odd in [vec![0.0; 500], (0..500).map(|row| (row * row % 251) as f32).collect(), vec![f32::NAN; 500]] {
            let found = frames(&odd, &[]);
            assert_eq!((found.stretches.frames(), found.stretches.gaps().len()), (500, 0));
            assert_eq!(found.damage.len(), 1);
        }
    }
}
