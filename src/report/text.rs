//! Numbers and texts as a page has them.

use crate::rhythm::Interval;
use crate::signal::clean;

/// Stands where there is no figure.
pub const DASH: &str = "–";

/// A text for HTML and SVG: clean, and what has a meaning there is written out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Neither HTML nor XML takes these, written out or not.
            _ if letter.is_control() || is_nothing(letter) => {}
            _ => out.push(letter),
        }
    }
    out
}

/// A code point that stands for no character.
fn is_nothing(letter: char) -> bool {
    (letter as u32) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&letter)
}

/// A name of a file, channel or label, as a text of one line; a word in its place where nothing of it can be shown.
pub fn name(text: &str) -> String {
    let clean = clean(text);
    if clean.is_empty() { "unnamed".to_owned() } else { clean }
}

/// A rate with its interval, cycles a minute: "6.2 (5.9–6.5)".
pub fn rate(of: Interval) -> String {
    with_interval(of, rate_digits(of))
}

/// As many digits as the interval lets one tell apart, one or two.
pub fn rate_digits(of: Interval) -> usize {
    if of.half_width() < 0.1 || of.value < 1.0 { 2 } else { 1 }
}

/// An amplitude with its interval, three digits of it: "58.2 (55.0–61.4)".
pub fn amplitude(of: Interval) -> String {
    with_interval(of, digits_of(of.value.abs().max(of.low.abs()).max(of.high.abs()), 3))
}

/// A value with its interval.
pub fn with_interval(of: Interval, digits: usize) -> String {
    format!("{} ({})", decimal(of.value, digits), range(of, digits))
}

/// A difference with its interval; its sign always stands before it.
pub fn difference(of: Interval, digits: usize) -> String {
    format!("{} ({})", signed(of.value, digits), range(of, digits))
}

/// A number with its sign, unless it is nothing.
pub fn signed(value: f64, digits: usize) -> String {
    let text = decimal(value, digits);
    let more = value > 0.0 && text.chars().any(|c| ('1'..='9').contains(&c));
    if more { format!("+{text}") } else { text }
}

/// The ends of an interval alone.
pub fn range(of: Interval, digits: usize) -> String {
    let (low, high) = (decimal(of.low, digits), decimal(of.high, digits));
    match of.high.is_finite() {
        false => format!("{low} or more"),
        true if of.low < 0.0 || of.high < 0.0 => format!("{low} to {high}"),
        true => format!("{low}–{high}"),
    }
}

/// A number with so many digits behind the point, without a sign before nothing.
pub fn decimal(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return DASH.to_owned();
    }
    if value.abs() >= 1e9 {
        return format!("{value:.2e}").replace('-', "−");
    }
    let text = format!("{value:.digits$}");
    let nothing = text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.');
    if nothing { text.trim_start_matches('-').to_owned() } else { text.replace('-', "−") }
}

/// Digits behind the point for so many digits in all.
pub fn digits_of(size: f64, all: i32) -> usize {
    if !(size.is_finite() && size > 0.0) {
        return 1;
    }
    (all - 1 - size.log10().floor() as i32).clamp(0, 9) as usize
}

/// A probability: two digits, or that it is below what matters.
pub fn probability(p: f64) -> String {
    match p {
        p if p < 1e-4 => "< 0.0001".to_owned(),
        p if p < 0.995 => decimal(p, digits_of(p, 2).min(4)),
        _ => "1".to_owned(),
    }
}

/// How many are to be expected: small numbers keep a digit.
pub fn expected(count: f64) -> String {
    match count {
        count if count < 0.1 => decimal(count, 2),
        count if count < 10.0 => decimal(count, 1),
        _ => decimal(count, 0),
    }
}

/// "1 window", "2 windows".
pub fn count(many: usize, what: &str) -> String {
    if many == 1 { format!("1 {what}") } else { format!("{} {what}s", thousands(many as u64)) }
}

/// A whole number with a thin space between thousands, from ten thousand on.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let first = digits.len() % 3;
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == first {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// "a", "a and b", "a, b and c".
pub fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: f64, low: f64, high: f64) -> Interval {
        Interval { value, low, high }
    }

    #[test]
    fn figures_have_the_digits_that_their_intervals_allow() {
        assert_eq!(rate(of(6.21, 5.93, 6.52)), "6.2 (5.9–6.5)");
        assert_eq!(rate(of(6.213, 6.181, 6.242)), "6.21 (6.18–6.24)");
        assert_eq!(amplitude(of(58.23, 55.01, 61.42)), "58.2 (55.0–61.4)");
        assert_eq!(amplitude(of(0.012_34, 0.0119, 0.0129)), "0.0123 (0.0119–0.0129)");
        assert_eq!(amplitude(of(12_345.6, 12_001.0, 12_999.0)), "12346 (12001–12999)");
        assert_eq!(difference(of(-0.31, -0.5, 0.02), 1), "−0.3 (−0.5 to 0.0)");
        assert_eq!(difference(of(0.04, -0.1, 0.2), 1), "0.0 (−0.1 to 0.2)");
        assert_eq!(range(of(1.2, 0.4, f64::INFINITY), 1), "0.4 or more");
        assert_eq!([0.000_02, 0.000_31, 0.0123, 0.42, 1.0].map(probability), ["< 0.0001", "0.0003", "0.012", "0.42", "1"]);
        assert_eq!([0.03, 0.38, 172.8].map(expected), ["0.03", "0.4", "173"]);
        assert_eq!([999, 12_345, 1_234_567].map(thousands), ["999", "12\u{202f}345", "1\u{202f}234\u{202f}567"]);
    }

    #[test]
    fn what_is_no_character_is_in_no_page() {
        assert_eq!(escape("a\u{0}\u{ffff}\u{1fffe}<'\"&"), "a&lt;&#39;&quot;&amp;");
        assert_eq!(name("\u{1b}\u{202e}"), "unnamed");
    }
}
