//! What a field says.

use crate::signal::MISSING;

/// Which character stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decimal {
    /// `0.12`
    Point,
    /// `0,12`
    Comma,
}

/// The value of a field; [`MISSING`] for an empty one, `nan`, `inf`, `-` or `ovf`; `None` where it is no number.
pub(super) fn number(field: &str, decimal: Decimal) -> Option<f32> {
    let field = field.trim();
    if decimal == Decimal::Comma && field.contains(',') {
        let mut text = [0; 32];
        let text = text.get_mut(..field.len())?;
        text.copy_from_slice(field.as_bytes());
        text.iter_mut().filter(|b| **b == b',').for_each(|b| *b = b'.');
        return number(std::str::from_utf8(text).ok()?, Decimal::Point);
    }
    // Rust also reads "infinity"; a word is a number only where a sensor says so.
    let first = field.trim_start_matches(['+', '-', '.']).bytes().next();
    match first {
        Some(b'0'..=b'9') => {
            let value = field.parse::<f64>().ok()? as f32;
            Some(if value.is_finite() { value } else { MISSING })
        }
        _ => missing(field).then_some(MISSING),
    }
}

fn missing(field: &str) -> bool {
    let word = field.trim_start_matches(['+', '-']);
    field.is_empty() || field == "-" || ["nan", "inf", "infinity", "ovf", "null", "na"].iter().any(|known| word.eq_ignore_ascii_case(known))
}
