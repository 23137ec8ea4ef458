//! When a file of others was begun, as text: `2026-11-23T10:15:00.25Z`, or without the `Z` where the file tells the local time and no zone.

/// Days from 1970-01-01 to a day of the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
pub(super) fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The text of an instant, in seconds from 1970, to a thousandth of a millisecond; `None` outside of the years 1 to 9999.
pub(super) fn text(seconds: f64) -> Option<String> {
    let micros = (seconds * 1e6).round();
    let year_10000 = days(10_000, 1, 1) as f64 * 86_400e6;
    if !(days(1, 1, 1) as f64 * 86_400e6..year_10000).contains(&micros) {
        return None;
    }
    let micros = micros as i64;
    let (day, within) = (micros.div_euclid(86_400_000_000), micros.rem_euclid(86_400_000_000));
    let (year, month, day) = date(day);
    let (second, part) = (within / 1_000_000, within % 1_000_000);
    let fraction = if part == 0 { String::new() } else { format!(".{part:06}") };
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{}", fraction.trim_end_matches('0')))
}

/// Year, month and day of a day counted from 1970-01-01: the way back of [`days`].
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_goes_there_and_back() {
        for day in days(1801, 1, 1)..=days(2201, 1, 1) {
            let (year, month, of_month) = date(day);
            assert_eq!(days(year, month, of_month), day);
            assert!((1..=12).contains(&month) && (1..=31).contains(&of_month));
        }
        assert_eq!(date(days(2000, 2, 29)), (2000, 2, 29));
    }

    #[test]
    fn an_instant_is_told_without_noughts_at_its_end_and_an_absurd_one_not_at_all() {
        assert_eq!(text(951_868_800.25).as_deref(), Some("2000-03-01T00:00:00.25"));
        assert_eq!(text(-0.5).as_deref(), Some("1969-12-31T23:59:59.5"));
        for absurd in [f64::NAN, f64::INFINITY, 1e18, -1e18] {
            assert_eq!(text(absurd), None, "{absurd}");
        }
    }
}
