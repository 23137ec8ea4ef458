//! Which columns are no channels: the device's clock and its running number.
//!
//! A name tells, if the values agree with it. Without a name a leading column that rises evenly by whole numbers is the clock, and one that
//! rises by exactly 1 is the counter; a dozen lines have to show it, for a smooth signal may rise for a few. The unit of a clock is
//! that of its name, else it follows from its size and its step; who has the arrival times can hold it against them.

use super::Before;
use super::columns::{Column, Field};
use super::succession::counted;

/// Lines that a column without a telling name has to show what it is for.
const SHOWN: usize = 12;
/// The same where its name tells.
const SHOWN_NAMED: usize = 6;
/// A counter that jumps by more at once is none.
const LONGEST_JUMP: f64 = 64.0;
/// Leaps that may be of any length: opening a port throws away what waited there, and makes many a board begin anew.
const ODD: usize = 1;

/// How the device's clock counts.
#[derive(Clone, Debug, PartialEq)]
pub struct StampUnit {
    /// Seconds in a tick.
    pub tick: f64,
    /// `s`, `ms`, `µs` or `ns`.
    pub unit: &'static str,
    /// What tells that, in words for a person.
    pub why: &'static str,
}

impl StampUnit {
    pub(super) fn of(unit: &'static str, why: &'static str) -> Self {
        let tick = match unit {
            "ns" => 1e-9,
            "µs" => 1e-6,
            "ms" => 1e-3,
            _ => 1.0,
        };
        Self { tick, unit, why }
    }
}

/// What is known of the columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Roles {
    pub(super) stamp: Option<(usize, StampUnit)>,
    pub(super) counter: Option<usize>,
    /// More lines may show more.
    pub(super) undecided: bool,
}

/// How far the lines show that a column is something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    No,
    NotYet,
    Yes,
}

impl Shown {
    fn after(shows: bool, (lines, needed): (usize, usize)) -> Self {
        match shows {
            false => Self::No,
            true if lines < needed => Self::NotYet,
            true => Self::Yes,
        }
    }
}

/// Looks at the fields of some lines in their order.
pub(super) fn roles(columns: &[Column], rows: &[Vec<Field>]) -> Roles {
    let mut roles = Roles::default();
    let values = |column: usize| -> Vec<f64> {
        let of = |row: &Vec<Field>| row.iter().find(|field| field.0 == column).map(|field| field.1).filter(|value| value.is_finite());
        rows.iter().filter_map(of).collect()
    };
    // A stream has a channel at least.
    let mut channels = columns.len();
    for (at, column) in columns.iter().enumerate() {
        let values = values(at);
        if channels < 2 {
            break;
        }
        let (stamp, counter) = (is_stamp((at, column), &values), is_counter(column, &values));
        roles.undecided |= roles.stamp.is_none() && stamp == Shown::NotYet || roles.counter.is_none() && counter == Shown::NotYet;
        if stamp == Shown::Yes && roles.stamp.is_none() {
            roles.stamp = Some((at, unit(column, &values)));
            channels -= 1;
        } else if counter == Shown::Yes && roles.counter.is_none() {
            roles.counter = Some(at);
            channels -= 1;
        }
    }
    roles
}

fn is_stamp((at, column): (usize, &Column), values: &[f64]) -> Shown {
    let steps = steps(values);
    let rises = steps.iter().filter(|step| **step < 0.0).count() <= ODD && steps.iter().any(|step| *step > 0.0);
    if telling(column) != Telling::Nothing {
        return Shown::after(rises || values.len() < 2, (values.len(), SHOWN_NAMED));
    }
    let whole = values.iter().all(|value| value.fract() == 0.0) || values.iter().all(|value| *value >= 1e9);
    let step = median(&steps);
    let even = |step_here: &&f64| (**step_here - step).abs() <= (0.03 * step).max(1.0);
    let mostly = 4 * (steps.iter().filter(even).count() + slack(values.len())) >= 3 * steps.len();
    let leaps = steps.iter().filter(|here| here.abs() > LONGEST_JUMP * step).count();
    let long = leaps <= ODD && steps.iter().all(|here| *here > 0.0 || here.abs() > LONGEST_JUMP * step);
    Shown::after(at == 0 && column.key.is_empty() && whole && step >= 2.0 && mostly && long, (values.len(), SHOWN))
}

fn is_counter(column: &Column, values: &[f64]) -> Shown {
    let whole = values.iter().all(|value| value.fract() == 0.0 && value.abs() < 9e15);
    let (mut ones, mut leaps, mut small) = (0, 0, false);
    for [one, next] in values.array_windows() {
        match counted(*one as i64, *next as i64, (0, None)) {
            Before::Follows => ones += 1,
            Before::Lost(lost) if lost < LONGEST_JUMP as u64 && next > one => {}
            // A saw tooth goes back by little; what opening a port throws away is more.
            _ => (leaps, small) = (leaps + 1, small || (next - one).abs() < LONGEST_JUMP),
        }
    }
    let steps = values.len().saturating_sub(1);
    let named = words(column).any(|word| ["n", "seq", "sequence", "counter", "count", "index", "idx", "packet"].contains(&word.as_str()));
    let needed = if named { SHOWN_NAMED } else { SHOWN };
    let plausible = whole && !small && leaps <= ODD && 4 * (ones + slack(values.len())) >= if named { 2 } else { 3 } * steps;
    // A smooth signal may go by ones and twos for a while; that has to go on for longer.
    let sure = named || 10 * ones >= 9 * steps;
    match Shown::after(plausible, (values.len(), needed)) {
        Shown::Yes if !sure => Shown::NotYet,
        shown => shown,
    }
}

/// So many steps that are not as they should be do not yet speak against a column.
fn slack(lines: usize) -> usize {
    match lines {
        ..SHOWN_NAMED => 1,
        SHOWN_NAMED..SHOWN => 2,
        SHOWN.. => 0,
    }
}

fn steps(values: &[f64]) -> Vec<f64> {
    values.array_windows().map(|[one, next]| next - one).collect()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// The words of a column's name, in small letters.
fn words(column: &Column) -> impl Iterator<Item = String> {
    let name = column.channel.name.as_deref().unwrap_or_default().to_lowercase();
    let words: Vec<String> = name.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
    words.into_iter()
}

/// What a column's name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Telling {
    Nothing,
    /// A clock, of some unit.
    Clock,
    /// A clock of this unit.
    Unit(&'static str),
}

/// Whether the name tells a clock, and which unit it tells.
fn telling(column: &Column) -> Telling {
    let unit = |word: &str| match word {
        "ms" | "millis" | "milliseconds" | "msec" => Some("ms"),
        "us" | "µs" | "μs" | "micros" | "microseconds" | "usec" => Some("µs"),
        "s" | "sec" | "secs" | "seconds" => Some("s"),
        "ns" | "nanos" => Some("ns"),
        _ => None,
    };
    let by_word = words(column).find_map(|word| unit(&word));
    let by_unit = unit(&column.channel.unit.to_lowercase());
    let clock = words(column).any(|word| ["t", "time", "ts", "timestamp", "elapsed", "uptime"].contains(&word.as_str()));
    let bare = by_word.is_some() && words(column).count() == 1;
    match by_unit.or(by_word) {
        Some(unit) if clock || bare => Telling::Unit(unit),
        None if clock => Telling::Clock,
        _ => Telling::Nothing,
    }
}

fn unit(column: &Column, values: &[f64]) -> StampUnit {
    if let Telling::Unit(unit) = telling(column) {
        return StampUnit::of(unit, "its name says so");
    }
    let (last, step) = (values.last().copied().unwrap_or(0.0).abs(), median(&steps(values)));
    let whole = values.iter().all(|value| value.fract() == 0.0);
    let (unit, why) = match last {
        1e17.. => ("ns", "as many as there are since 1970"),
        1e14.. => ("µs", "as many as there are since 1970"),
        1e11.. => ("ms", "as many as there are since 1970"),
        1e9.. if step < 100.0 => ("s", "as many as there are since 1970"),
        _ if !whole && step <= 2.0 => ("s", "it has decimals"),
        _ if step == 1.0 => ("s", "it goes by ones"),
        2e7.. if step >= 100.0 => ("µs", "its size and its step"),
        _ if step > 2000.0 => ("µs", "its step"),
        _ => ("ms", "its size and its step"),
    };
    StampUnit::of(unit, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What columns of these names are, after so many lines of what a function gives.
    fn found(names: &[&str], lines: usize, line: impl Fn(f64) -> Vec<f64>) -> Roles {
        let columns: Vec<Column> = names.iter().map(|name| Column::called(name)).collect();
        let rows: Vec<Vec<Field>> = (0..lines).map(|n| line(n as f64).into_iter().enumerate().collect()).collect();
        roles(&columns, &rows)
    }

    fn unit_after(name: &str, line: impl Fn(f64) -> f64) -> Option<&'static str> {
        found(&[name, ""], 16, |n| vec![line(n), (n * 0.7).sin()]).stamp.map(|(_, unit)| unit.unit)
    }

    #[test]
    fn a_clock_tells_its_unit_by_its_name_or_its_size() {
        assert_eq!(unit_after("", |n| 5000.0 + 10.0 * n), Some("ms"));
        assert_eq!(unit_after("", |n| 40_000_000.0 + 10_004.0 * n), Some("µs"));
        assert_eq!(unit_after("", |n| 1_627_551_892_437.0 + 20.0 * n), Some("ms"));
        assert_eq!(unit_after("", |n| 1_627_551_892.437 + 0.02 * n), None);
        assert_eq!(unit_after("time", |n| 1_627_551_892.437 + 0.02 * n), Some("s"));
        assert_eq!(unit_after("", |n| 1_627_551_892.0 + 5.0 * n), Some("s"), "a sample every five seconds");
        assert_eq!(unit_after("time", |n| 0.02 * n), Some("s"));
        assert_eq!((unit_after("time [s]", |n| 10.0 * n), unit_after("seconds", |n| 10.0 * n)), (Some("s"), Some("s")));
        assert_eq!(unit_after("t (us)", |n| 10.0 * n), Some("µs"));
        assert_eq!(unit_after("millis", |n| 7000.0 + 20.0 * n + (n * 3.0).sin().round()), Some("ms"));
    }

    #[test]
    fn what_rises_by_one_is_a_counter_also_where_some_are_lost() {
        let counter = |n: f64| 250.0 + n + if n > 7.0 { 2.0 } else { 0.0 };
        assert_eq!(found(&["", ""], 14, |n| vec![(n * 0.7).sin(), counter(n)]).counter, Some(1));
        assert_eq!(found(&["", ""], 14, |n| vec![(n * 0.7).sin(), counter(n) % 256.0]).counter, Some(1));
    }

    #[test]
    fn the_leap_that_opening_a_port_makes_hides_neither_clock_nor_counter() {
        for leap in [400.0, -4000.0] {
            let n = |n: f64| 5000.0 + n + if n > 4.0 { leap } else { 0.0 };
            let found = found(&["", "", ""], 14, |line| vec![10.0 * n(line), (line * 0.7).sin(), n(line)]);
            assert_eq!((found.stamp.map(|stamp| stamp.0), found.counter), (Some(0), Some(2)), "{leap}");
        }
    }

    #[test]
    fn a_signal_that_rises_is_a_channel_all_the_same() {
        let smooth = found(&["", ""], 14, |n| vec![(n * 0.05).sin(), (n * 0.7).cos()]);
        let noisy = found(&["", ""], 14, |n| vec![84_000.0 + 90.0 * n + (20.0 * (n * 2.1).sin()).round(), (n * 0.7).cos()]);
        let alone = found(&[""], 20, |n| vec![n]);
        assert_eq!([smooth, noisy, alone], [Roles::default(), Roles::default(), Roles::default()]);
    }

    #[test]
    fn few_lines_leave_it_undecided_only_where_it_may_be() {
        assert!(found(&["", ""], 4, |n| vec![1.5, if n > 0.0 { n + 2.0 } else { 1.0 }]).undecided);
        assert!(found(&["", ""], 4, |n| vec![n * 10.0, 1.5]).undecided);
        assert!(!found(&["", ""], 4, |n| vec![(n * 2.0).sin(), 1.5]).undecided);
    }

    #[test]
    fn a_dozen_lines_show_a_clock_and_half_as_many_where_its_name_tells_it() {
        for (name, needed) in [("", 12), ("time", 6)] {
            let after = |lines| found(&[name, ""], lines, |n| vec![10.0 * n, (n * 0.7).sin()]);
            assert!(after(needed - 1).stamp.is_none() && after(needed - 1).undecided, "{name}");
            assert!(after(needed).stamp.is_some(), "{name}");
        }
    }

    #[test]
    fn a_stream_of_a_clock_and_a_counter_keeps_one_of_them_as_a_channel() {
        let clock_first = found(&["", ""], 14, |n| vec![10.0 * n, n]);
        assert_eq!((clock_first.stamp.map(|stamp| stamp.0), clock_first.counter), (Some(0), None));
        let counter_first = found(&["", "time"], 14, |n| vec![n, 10.0 * n]);
        assert_eq!((counter_first.stamp, counter_first.counter), (None, Some(0)));
    }
}
