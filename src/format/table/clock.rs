//! The rate, and the pauses, that a column of times tells.

use crate::format::contents::{LONGEST_PAUSE, Stretches};
use crate::signal::Rate;

/// A step of more than so many intervals is a pause, one of less than its inverse half is none that a regular clock makes.
const PAUSE: f64 = 1.5;
const SHORTEST: f64 = 0.5;
/// Steps of a regular clock that lie between.
const REGULAR: f64 = 0.95;
/// Steps of a clock that is read late now and then, a row at a time, lie between these many intervals; and so many of them do.
const JITTERS: (f64, f64) = (0.1, 1.9);
const JITTERY: f64 = 0.9;
/// In such a clock the middle of so many times on each side of a step tells how many rows are missing there, at the longest of half as many steps on each side.
const BESIDE: usize = 20;
/// Times at either end that are averaged, against the grain of the clock.
const MEANT: usize = 100;
/// A measured rate that is off by less than this is that of the header.
const SAME: f64 = 1e-3;
/// A measured rate that lies so near to a thousandth of a hertz is that.
const ROUND: f64 = 1e-6;

/// What the times tell.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    pub(super) rate: Rate,
    pub(super) stretches: Stretches,
    /// Whether the times are those of a regular clock.
    pub(super) even: bool,
    pub(super) damage: Vec<String>,
}

/// Lays a straight line through the times, in seconds, of each row; `None` where they tell no rate. Where they are regular, a step of more
/// than 1.5 intervals is a pause.
pub(super) fn fit(stamps: &[f64]) -> Option<Clock> {
    let known: Vec<(usize, f64)> = stamps.iter().copied().enumerate().filter(|(_, time)| time.is_finite()).collect();
    let steps: Vec<f64> = known.array_windows().filter(|[one, next]| next.0 == one.0 + 1).map(|[one, next]| next.1 - one.1).collect();
    let interval = interval(&steps)?;
    let within = |step: &&f64| (SHORTEST * interval..=PAUSE * interval).contains(*step);
    if steps.iter().filter(within).count() as f64 >= REGULAR * steps.len() as f64 {
        regular(&known, stamps.len(), interval)
    } else if steps.iter().filter(|step| JITTERS.0 * interval < **step && **step < JITTERS.1 * interval).count() as f64
        >= JITTERY * steps.len() as f64
    {
        jittery(&known, stamps.len(), interval)
    } else {
        scattered(&known, stamps.len())
    }
}

/// What a header and the times of the rows tell together; where the times tell nothing, or are not even, what the header tells. `None` where
/// neither tells a rate.
pub(super) fn settle(told: Option<Rate>, stamps: &[f64], rows: u64) -> Option<Clock> {
    let Some(mut clock) = fit(stamps).filter(|clock| clock.even || told.is_none()) else {
        let mut stretches = Stretches::default();
        stretches.push(rows, 0);
        return told.map(|rate| Clock { rate, stretches, even: true, damage: Vec::new() });
    };
    if let Some(told) = told {
        let (header, times) = (told.hz(), clock.rate.hz());
        if (header / times - 1.0).abs() > SAME {
            let line = format!("the header tells {} Hz, the column of times {times:.3} Hz; the times are believed", told.text());
            clock.damage.push(line);
        } else {
            clock.rate = told;
        }
    }
    Some(clock)
}

/// The commonest time from row to row, pauses left out.
fn interval(steps: &[f64]) -> Option<f64> {
    let mut forward: Vec<f64> = steps.iter().copied().filter(|step| *step > 0.0).collect();
    forward.sort_by(f64::total_cmp);
    let median = *forward.get(forward.len() / 2)?;
    let mean = |low: f64, high: f64| {
        let (sum, count) =
            steps.iter().filter(|step| (low..=high).contains(*step)).fold((0.0, 0.0), |(sum, n), step| (sum + step, n + 1.0));
        Some(sum / count).filter(|mean: &f64| *mean > 0.0 && mean.is_finite())
    };
    let rough = mean(0.0, 2.5 * median)?;
    mean(SHORTEST * rough, PAUSE * rough).or(Some(rough))
}

fn regular(known: &[(usize, f64)], rows: usize, interval: f64) -> Option<Clock> {
    let (mut stretches, mut damage) = (Stretches::default(), Vec::new());
    let (mut points, mut shift, mut row, mut broken) = (Vec::with_capacity(known.len()), 0.0, 0, 0_u64);
    let mut before: Option<(usize, f64)> = None;
    for &(at, time) in known {
        let mut missing = 0;
        if let Some((last, last_time)) = before {
            let (rows, step) = ((at - last) as f64, time - last_time);
            if step <= 0.0 || step > LONGEST_PAUSE.0 {
                broken += 1;
                shift += rows * interval - step;
            } else if step > (rows + PAUSE - 1.0) * interval {
                missing = ((step / interval).round() - rows).max(0.0) as u64;
            }
        }
        stretches.push((at - row) as u64, 0);
        stretches.push(1, missing);
        points.push((stretches.frames() as f64 - 1.0, time + shift));
        (row, before) = (at + 1, Some((at, time)));
    }
    stretches.push((rows - row) as u64, 0);
    if broken > 0 {
        let often = if broken == 1 { "once".to_owned() } else { format!("{broken} times") };
        damage.push(format!("the times stand still, go back or leap by more than a day {often}; the rows are put one after the other"));
    }
    Some(Clock { rate: round(slope(&points)?)?, stretches, even: true, damage })
}

/// Times that jitter: a long step is a pause where the times behind it stay late, not where one is late by itself.
fn jittery(known: &[(usize, f64)], rows: usize, interval: f64) -> Option<Clock> {
    let mut stretches = Stretches::default();
    let (mut points, mut row, mut beside) = (Vec::with_capacity(known.len()), 0, Vec::with_capacity(BESIDE));
    // How much later than an interval a row is than the one before.
    let late = |place: usize| {
        let [one, next] = known.get(place.checked_sub(1)?..=place)? else { return None };
        Some(next.1 - one.1 - (next.0 - one.0) as f64 * interval)
    };
    for (place, &(at, time)) in known.iter().enumerate() {
        let mut middle = |rows: std::ops::Range<usize>| {
            beside.clear();
            beside.extend(known.get(rows.start..rows.end.min(known.len()))?.iter().map(|(at, time)| time - *at as f64 * interval));
            beside.sort_by(f64::total_cmp);
            beside.get(beside.len() / 2).copied()
        };
        let around = place.saturating_sub(BESIDE / 2)..=place + BESIDE / 2;
        let is_longest = |step: f64| around.clone().filter(|other| *other != place).filter_map(late).all(|other| other < step);
        let missing = match late(place) {
            Some(step) if step > (PAUSE - 1.0) * interval && step < LONGEST_PAUSE.0 && is_longest(step) => {
                let (before, after) = (middle(place.saturating_sub(BESIDE)..place)?, middle(place..place + BESIDE)?);
                ((after - before) / interval).round().max(0.0) as u64
            }
            _ => 0,
        };
        stretches.push((at - row) as u64, 0);
        stretches.push(1, missing);
        points.push((stretches.frames() as f64 - 1.0, time));
        row = at + 1;
    }
    stretches.push((rows - row) as u64, 0);
    let rate = round(slope(&points)?)?;
    let (begin, hz) = (points.first()?.1, rate.hz());
    let off: Vec<f64> = points.iter().map(|(frame, time)| time - begin - frame / hz).collect();
    let mean = off.iter().sum::<f64>() / off.len() as f64;
    let ms = 1e3 * off.iter().map(|off| (off - mean).abs()).fold(0.0, f64::max);
    let line = format!("the times jitter (by up to {ms:.0} ms); between pauses the rows are taken as evenly spaced at {hz:.3} Hz");
    Some(Clock { rate, stretches, even: true, damage: vec![line] })
}

/// Times that are the computer's, or rounded, not the sensor's: the rows are taken as evenly spaced. Such a clock wanders, and least squares
/// would follow it in the middle; the mean rate is that between the first times and the last, which keeps the length.
fn scattered(known: &[(usize, f64)], rows: usize) -> Option<Clock> {
    let few = (known.len() / 10).clamp(1, MEANT);
    let begin = known.first()?.1;
    let mean = |some: &[(usize, f64)]| {
        let (row, time) = some.iter().fold((0.0, 0.0), |(row, time), (n, t)| (row + *n as f64, time + (t - begin)));
        (row / few as f64, time / few as f64)
    };
    let (from, to) = (mean(known.get(..few)?), mean(known.get(known.len() - few..)?));
    let slope = (to.1 - from.1) / (to.0 - from.0);
    let rate = round(slope)?;
    let off = |&(row, time): &(usize, f64)| (time - begin - from.1 - (row as f64 - from.0) * slope).abs();
    let off = known.iter().map(off).fold(0.0, f64::max);
    let mut stretches = Stretches::default();
    stretches.push(rows as u64, 0);
    let (ms, hz) = (off * 1e3, rate.hz());
    let line = format!("the times are not regular (up to {ms:.0} ms from an even {hz:.3} Hz); the rows are taken as evenly spaced");
    // Less than an interval is the rounding of the times.
    let damage = if off > slope { vec![line] } else { Vec::new() };
    Some(Clock { rate, stretches, even: false, damage })
}

/// Slope of the least-squares line, counted from the first point for the sake of the digits.
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let (first, n) = (points.first()?.1, points.len() as f64);
    let (mean_x, mean_y) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1 - first).sum::<f64>() / n);
    let (over, under) = points
        .iter()
        .fold((0.0, 0.0), |(over, under), (x, y)| (over + (x - mean_x) * (y - first - mean_y), under + (x - mean_x) * (x - mean_x)));
    let slope = over / under;
    slope.is_finite().then_some(slope)
}

/// The rate of a slope, without the dust that rounded times leave.
pub(super) fn round(slope: f64) -> Option<Rate> {
    let hz = 1.0 / slope;
    let even = (hz * 1e3).round() / 1e3;
    Rate::from_hz(if (hz / even - 1.0).abs() < ROUND { even } else { hz })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::contents::Run;

    #[test]
    fn rounded_times_tell_the_true_rate() {
        for hz in [60.0, 125.0, 100.418, 330.0, 0.5] {
            let stamps: Vec<f64> = (0..5000).map(|n| 1.48e9 + (f64::from(n) / hz * 1e3).round() / 1e3).collect();
            let clock = fit(&stamps).unwrap();
            assert!((clock.rate.hz() / hz - 1.0).abs() < 1e-6, "{hz}: {}", clock.rate.hz());
            assert_eq!((clock.stretches.frames(), clock.damage.len()), (5000, 0), "{hz}");
        }
    }

    #[test]
    fn a_pause_of_a_clock_that_jitters_is_missing_frames_and_a_late_row_is_none() {
        let mut normal = crate::simulate::Normal::new(4, 0);
        let mut pauses: Vec<usize> = Vec::new();
        let mut stamps = Vec::new();
        let mut frame = 0;
        for row in 0..3000 {
            if row % 500 == 250 {
                pauses.push(frame);
                frame += 12;
            }
            let late = if row % 100 == 40 { 0.09 } else { 0.0 };
            stamps.push(0.05 * f64::from(frame as u32) + 0.015 * normal.draw() + late);
            frame += 1;
        }
        let clock = fit(&stamps).unwrap();
        assert!((clock.rate.hz() / 20.0 - 1.0).abs() < 2e-4 && clock.even && clock.damage[0].contains("jitter"), "{clock:?}");
        let gaps: Vec<(usize, u64)> = clock.stretches.gaps().iter().map(|gap| (gap.span.start.0 as usize, gap.span.frames())).collect();
        assert_eq!(gaps, pauses.iter().map(|at| (*at, 12)).collect::<Vec<_>>());
    }

    #[test]
    fn a_pause_of_a_regular_clock_is_missing_frames() {
        let stamps: Vec<f64> = (0..1000).map(|n| f64::from(n) / 50.0 + if n >= 400 { 3.0 } else { 0.0 }).collect();
        let clock = fit(&stamps).unwrap();
        assert_eq!((clock.rate.hz(), clock.stretches.frames()), (50.0, 1150));
        assert_eq!(clock.stretches.run(400, 1000), Some(Run::Missing(150)));
        assert_eq!(clock.stretches.run(550, 1), Some(Run::Stored(400, 1)));
    }

    #[test]
    fn a_row_without_a_time_is_no_pause_and_a_clock_set_back_is_told() {
        let mut stamps: Vec<f64> = (0..1000).map(|n| f64::from(n) / 50.0).collect();
        stamps[7] = f64::NAN;
        stamps[999] = f64::NAN;
        stamps[500..].iter_mut().for_each(|time| *time -= 3600.0);
        let clock = fit(&stamps).unwrap();
        assert_eq!((clock.rate.hz(), clock.stretches.frames()), (50.0, 1000));
        let said = |stamps: &[f64]| fit(stamps).unwrap().damage.concat();
        assert!(said(&stamps).contains("by more than a day once;"), "{}", said(&stamps));
        stamps[700..].iter_mut().for_each(|time| *time -= 3600.0);
        assert!(said(&stamps).contains("by more than a day 2 times;"), "{}", said(&stamps));
    }

    #[test]
    fn times_of_a_coarse_computer_clock_are_fitted_and_called_uneven() {
        let wandering = |n: f64| n / 100.418 + 0.05 * (n / 6000.0 * std::f64::consts::TAU).sin();
        let stamps: Vec<f64> = (0..6000).map(|n| (wandering(f64::from(n)) / 0.015_625).floor() * 0.015_625).collect();
        let clock = fit(&stamps).unwrap();
        assert!((clock.rate.hz() - 100.418).abs() < 1e-2, "{}", clock.rate.hz());
        assert_eq!(clock.stretches.frames(), 6000);
        assert!(clock.damage[0].contains("not regular"), "{:?}", clock.damage);
        // Five digits, as many programs print them: no more than rounding.
        let stamps: Vec<f64> =
            (0..60_000).map(|n| f64::from(n) / 125.0).map(|t| if t < 100.0 { t } else { (t * 100.0).round() / 100.0 }).collect();
        let clock = fit(&stamps).unwrap();
        assert_eq!((clock.rate.hz(), clock.stretches.frames(), clock.damage.len()), (125.0, 60_000, 0));
    }

    #[test]
    fn times_that_tell_nothing_give_no_rate() {
        for stamps in [&[][..], &[1.0], &[1.0, 1.0, 1.0], &[3.0, 2.0, 1.0], &[f64::NAN, f64::NAN], &[0.0, 1e308]] {
            assert!(fit(stamps).is_none_or(|clock| clock.rate.hz() > 0.0), "{stamps:?}");
        }
    }
}
