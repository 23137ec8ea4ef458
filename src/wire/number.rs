//! What a field says.

use super::lines::{ONES, TOPS};
use crate::signal::MISSING;

/// Which character stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decimal {
    /// `0.12`
    Point,
    /// `0,12`
    Comma,
}

/// Powers of ten that a double holds exactly.
const TENS: [f64; 19] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18];
/// A longer field is no number.
const LONGEST: usize = 64;

/// The value of a field; NaN for an empty one, `nan`, `inf`, `-` or `ovf`; `None` where it is no number.
pub(super) fn number(field: &str, decimal: Decimal) -> Option<f64> {
    let field = field.trim_matches([' ', '\t']);
    plain(field.as_bytes(), decimal).or_else(|| unusual(field, decimal))
}

/// A value as a sample: what is no finite number is missing.
pub(super) fn sample(value: f64) -> f32 {
    let value = value as f32;
    if value.is_finite() { value } else { MISSING }
}

fn plain(field: &[u8], decimal: Decimal) -> Option<f64> {
    leading(field, decimal).filter(|(_, length)| *length == field.len()).map(|(value, _)| value)
}

/// The number that bytes begin with, and its length: digits with one mark among them, few enough to be exact. A whole number below 2⁵³ over
/// a power of ten is rounded once (Clinger, How to read floating point numbers accurately, 1990).
#[inline]
pub(super) fn leading(bytes: &[u8], decimal: Decimal) -> Option<(f64, usize)> {
    let negative = bytes.first() == Some(&b'-');
    let begin = usize::from(negative || bytes.first() == Some(&b'+'));
    let (whole, decimals, end) = match bytes.get(begin..)?.first_chunk().and_then(|word| short(*word, decimal)) {
        Some((whole, decimals, length)) => (whole, decimals, begin + length),
        None => long(bytes, begin, decimal)?,
    };
    let value = whole.cast_signed() as f64 / TENS.get(decimals)?;
    Some((if negative { -value } else { value }, end))
}

/// The digits that eight bytes begin with as one whole number, how many stand behind the mark, and how long all are; `None` where the bytes begin with none,
/// or the last may go on. The bytes are looked at together, as digits are multiplied together (Lemire, Quickly parsing eight digits, 2018).
#[inline]
fn short(word: [u8; 8], decimal: Decimal) -> Option<(u64, usize, usize)> {
    let word = u64::from_le_bytes(word);
    let digits = word ^ (ONES * u64::from(b'0'));
    // The highest bit of each byte that is no digit; a byte above 0x7f spoils those behind it, none of which is looked at then.
    let others = (digits.wrapping_add(ONES * 0x76) | digits) & TOPS;
    if others == 0 {
        return None;
    }
    let first = others.trailing_zeros() & !7;
    let is_mark = matches!(((word >> first) as u8, decimal), (b'.', _) | (b',', Decimal::Comma));
    let (digits, count, end) = if is_mark {
        let second = others & (others - 1);
        if second == 0 {
            return None;
        }
        let before = (1 << first) - 1;
        let end = second.trailing_zeros() & !7;
        ((digits & before) | ((digits >> 8) & !before), end - 8, end)
    } else {
        (digits, first, first)
    };
    if count == 0 {
        return None;
    }
    // The last digit goes to the top; what is shifted in are leading zeros.
    let pairs = ((digits << (64 - count)).wrapping_mul(1 + (10 << 8)) >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(1 + (100 << 16)) >> 16) & 0x0000_ffff_0000_ffff;
    let whole = fours.wrapping_mul(1 + (10_000 << 32)) >> 32;
    let decimals = if is_mark { end - first - 8 } else { 0 };
    Some((whole, decimals as usize / 8, end as usize / 8))
}

/// The same of any number of digits that can be exact.
#[inline(never)]
fn long(bytes: &[u8], begin: usize, decimal: Decimal) -> Option<(u64, usize, usize)> {
    let mut whole = 0_u64;
    let mut end = digits(bytes, begin, &mut whole);
    let mut decimals = 0;
    let mut count = end - begin;
    if bytes.get(end).is_some_and(|byte| *byte == b'.' || (*byte == b',' && decimal == Decimal::Comma)) {
        let point = end + 1;
        end = digits(bytes, point, &mut whole);
        decimals = end - point;
        count += decimals;
    }
    // Sixteen digits are below 10¹⁶ and cannot have wrapped.
    let exact = (1..=16).contains(&count) && whole < 1 << 53;
    exact.then_some((whole, decimals, end))
}

/// Appends the digits from a place on to a number, and tells where they end.
fn digits(bytes: &[u8], from: usize, number: &mut u64) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let mut count = 0;
    for byte in rest {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        *number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        count += 1;
    }
    from + count
}

fn unusual(field: &str, decimal: Decimal) -> Option<f64> {
    if field.len() > LONGEST {
        return None;
    }
    if decimal == Decimal::Comma && field.contains(',') {
        let mut text = [0; LONGEST];
        let text = text.get_mut(..field.len())?;
        text.copy_from_slice(field.as_bytes());
        text.iter_mut().filter(|b| **b == b',').for_each(|b| *b = b'.');
        return unusual(std::str::from_utf8(text).ok()?, Decimal::Point);
    }
    // Rust also reads "infinity"; a word is a number only where a sensor says so.
    match field.trim_start_matches(['+', '-', '.']).bytes().next() {
        Some(b'0'..=b'9') => field.parse::<f64>().ok().map(|value| if value.is_finite() { value } else { f64::NAN }),
        _ => is_missing(field).then_some(f64::NAN),
    }
}

fn is_missing(field: &str) -> bool {
    let word = field.trim_start_matches(['+', '-']);
    field.is_empty() || field == "-" || ["nan", "inf", "infinity", "ovf", "null", "na"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_ends_where_its_digits_end_whatever_stands_behind_it(
            text in "[-+]?[0-9]{0,6}[.,]?[0-9]{0,6}",
            behind in prop::collection::vec(prop::sample::select(b"-.,;e\r\n\t 09:/\x00\x7f\x80\xae\xff".as_slice()), 0..9),
            comma: bool,
        ) {
            let decimal = if comma { Decimal::Comma } else { Decimal::Point };
            let bytes = [text.as_bytes(), &behind].concat();
            let is_mark = |byte: &u8| *byte == b'.' || (comma && *byte == b',');
            let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
            let digits = |from: usize| from + bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
            let whole = digits(sign);
            let end = if bytes.get(whole).is_some_and(is_mark) { digits(whole + 1) } else { whole };
            let says = String::from_utf8_lossy(&bytes[..end]).replace(',', ".");
            let expected = says.parse::<f64>().ok().filter(|_| bytes[..end].iter().filter(|byte| byte.is_ascii_digit()).count() <= 16);
            prop_assert_eq!(leading(&bytes, decimal), expected.map(|value| (value, end)), "{:?}", says);
        }
    }

    #[test]
    fn the_short_way_reads_what_the_long_way_reads() {
        for text in
            ["0", "-0.30", "+7", "84213", "0.1234", "1627551892437", ".5", "5.", "9007199254740993", "0.000000000001", "1e3", "-2.5E-3"]
        {
            assert_eq!(number(text, Decimal::Point), text.parse().ok(), "{text}");
        }
        for text in [".", "-.", "1.2.3", "0x10", "1,2", "12a", "--1"] {
            assert_eq!(number(text, Decimal::Point), None, "{text}");
        }
        assert_eq!(number("-0,30", Decimal::Comma), Some(-0.3));
        assert!(sample(1e300).is_nan());
    }

    #[test]
    fn what_a_sensor_says_where_it_has_no_number_is_missing() {
        for text in ["", " ", "-", "nan", "NaN", "inf", "-INF", "ovf", "null"] {
            assert!(number(text, Decimal::Point).is_some_and(f64::is_nan), "{text}");
        }
    }

    #[test]
    fn a_field_of_more_digits_than_any_sensor_writes_is_no_number() {
        assert_eq!(number(&"7".repeat(LONGEST), Decimal::Point), "7".repeat(64).parse().ok());
        assert_eq!(number(&"7".repeat(65), Decimal::Point), None);
    }
}
